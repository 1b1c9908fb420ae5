//! `directory report`: what is missing in a directory, row by row as it is found.

/// What is wrong with a service in each area.
mod findings;
/// Whether links answer.
mod links;
/// How long a directory is asked that does not answer.
mod patience;
/// What a row says, in three formats.
mod rows;
/// Services and areas, and the offices of each combination.
mod walk;

use std::collections::HashSet;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::Context as _;
use jiff::SignedDuration;

use super::super::{CANNOT_RUN, FOUND_PROBLEMS, OK, setup};
use super::{mandant, progress};
use crate::clock::Clock;
use crate::config::Settings;
use crate::intake::finder::{OfficeFinder, Source};
use crate::intake::question::{FindGebiet, Question as _};
use crate::office::{Gebiet, gemeinden};
use findings::Findings;
use links::Links;
use patience::{Ended, Patience};
use rows::{Befund, Format, Row, Rows};
use walk::{Next, Walk};

/// Most ids of a list.
const MOST_IDS: usize = 100_000;

/// What to report.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Tenant whose directory is looked through.
    #[arg(long)]
    mandant: String,
    /// `text`; `csv` with semicolons for spreadsheets; `json`, one object a line.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Also ask whether privacy statements and imprints answer (HEAD requests to the offices' web servers).
    #[arg(long)]
    links: bool,
    /// Only these services: ids with commas between them, or a file with one a line. Otherwise all that the directory lists.
    #[arg(long, value_name = "LIST|FILE")]
    pst_ids: Option<String>,
    /// Only these areas: ids, AGS or ARS with commas between them, or a file with one a line. Otherwise all that the directory
    /// lists; an Infodienst and the PVOG list none, there --area-ids or --gemeinden is needed.
    #[arg(long, value_name = "LIST|FILE")]
    area_ids: Option<String>,
    /// All Gemeinden whose ARS begins so, with commas between them: `15` for a Land, `15086` for a Kreis.
    #[arg(long, value_name = "KEYS", value_delimiter = ',')]
    gemeinden: Vec<String>,
    /// Seconds without any answer after which the report ends, with what was found until then.
    #[arg(long, value_name = "SECONDS", default_value_t = 180, value_parser = clap::value_parser!(u32).range(..=86_400))]
    patience: u32,
}

/// Reports; the result is the exit code.
pub async fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<u8> {
    let definitions = setup::definitions_or_all_problems(settings)?;
    let mandant = mandant(&definitions, &arguments.mandant)?;
    let finder = definitions.finders.get(&mandant.id).context("the tenant has no directory")?;
    let store = match finder {
        OfficeFinder::Imported(_) => Some(setup::existing_store(settings).await?),
        _ => None,
    };
    let source = Source { finder, store: store.as_ref() };
    let bar = progress("{bar:40} {pos} von {len} {prefix}, noch {eta}{msg}");
    let patience = Patience::new(Clock::System, SignedDuration::from_secs(i64::from(arguments.patience)), bar.clone());
    let links = if arguments.links { Some(Links::new()?) } else { None };
    let rows = Rows::new(arguments.format, std::io::stdout().lock());
    let mut report = Inspection {
        findings: Findings::new(rows, &mandant.kontaktsysteme, links, bar),
        source,
        patience,
        seen: Seen::default(),
    };
    let looked_through = report.all(arguments).await;
    match report.code(looked_through) {
        // Whoever reads stopped reading, as `head` does.
        Err(error) if is_broken_pipe(&error) => Ok(OK),
        told => told,
    }
}

struct Inspection<'s, W: std::io::Write> {
    findings: Findings<'s, W>,
    source: Source<'s>,
    patience: Patience,
    seen: Seen,
}

/// What was looked through.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    leistungen: u64,
    gebiete: usize,
}

impl<W: std::io::Write> Inspection<'_, W> {
    async fn all(&mut self, arguments: &Arguments) -> anyhow::Result<()> {
        let gebiete = self.gebiete(arguments).await?;
        if gebiete.is_empty() {
            anyhow::bail!("there is no area to look through");
        }
        self.seen.gebiete = gebiete.len();
        let named = arguments.pst_ids.as_deref().map(ids).transpose()?;
        let walk = Walk::new(self.source, gebiete, named, &mut self.patience).await?;
        let mut walk = walk.context("the directory does not list its services: name them with --pst-ids")?;
        let areas = walk.gebiete().len() as u64;
        self.findings.bar.reset();
        self.findings.bar.set_prefix("Kombinationen");
        while let Some(next) = walk.next(&mut self.patience).await? {
            self.findings.bar.set_length(walk.expected().max(self.seen.leistungen + 1).saturating_mul(areas));
            match next {
                Next::Leistung(leistung) => {
                    self.seen.leistungen += 1;
                    self.findings.service(self.source, &mut self.patience, &walk, &leistung).await?;
                }
                Next::ByArea(key) => {
                    self.seen.leistungen += 1;
                    self.findings.service_by_area(self.source, &mut self.patience, &walk, &key).await?;
                }
                Next::Unknown(id) => {
                    self.findings.add(&Row { pst_id: &id, ..Row::new(Befund::LeistungUnbekannt) })?;
                    self.findings.bar.inc(areas);
                }
                Next::Unanswered(id, error) => {
                    self.findings.unanswered(&Row { pst_id: &id, ..Row::new(Befund::NichtBeantwortet) }, &error)?;
                    self.findings.bar.inc(areas);
                }
            }
            self.findings.flush()?;
        }
        if self.seen.leistungen == 0 && arguments.pst_ids.is_none() {
            anyhow::bail!("the directory lists no services by itself: name them with --pst-ids");
        }
        Ok(())
    }

    /// The areas that were named, each once, or all that the directory lists.
    async fn gebiete(&mut self, arguments: &Arguments) -> anyhow::Result<Vec<Gebiet>> {
        let mut keys = arguments.area_ids.as_deref().map(ids).transpose()?.unwrap_or_default();
        for key in &arguments.gemeinden {
            let inside = gemeinden::within(key.trim());
            if inside.is_empty() {
                anyhow::bail!("--gemeinden {key}: no Gemeinde has an ARS that begins so");
            }
            keys.extend(inside.into_iter().map(|gebiet| gebiet.area_id));
        }
        if arguments.area_ids.is_none() && arguments.gemeinden.is_empty() {
            let name_them = "name them with --area-ids, or all Gemeinden of a Land or Kreis with --gemeinden, for example 15 or 15086";
            let listed = walk::gebiete(self.source, &mut self.patience).await?;
            let listed = listed.with_context(|| format!("the directory does not list its areas: {name_them}"))?;
            if listed.is_empty() {
                anyhow::bail!("the directory lists no areas by itself: {name_them}");
            }
            return Ok(listed);
        }
        self.findings.bar.set_prefix("Gebieten");
        self.findings.bar.set_length(keys.len() as u64);
        let (mut gebiete, mut known) = (Vec::new(), HashSet::new());
        for key in keys {
            let source = self.source;
            match self.patience.ask(async |asked| FindGebiet { area_id: &key }.put(source, &asked).await).await? {
                Ok(Some(gebiet)) if !known.insert(gebiet.area_id.clone()) => {}
                Ok(Some(gebiet)) => gebiete.push(gebiet),
                Ok(None) => self.findings.add(&Row { area_id: &key, ..Row::new(Befund::GebietUnbekannt) })?,
                Err(error) => {
                    self.findings.unanswered(&Row { area_id: &key, ..Row::new(Befund::NichtBeantwortet) }, &error)?;
                }
            }
            self.findings.bar.inc(1);
        }
        Ok(gebiete)
    }

    /// Tells the sum; the exit code.
    fn code(&mut self, looked_through: anyhow::Result<()>) -> anyhow::Result<u8> {
        match looked_through {
            Ok(()) => {
                self.end("")?;
                Ok(if self.findings.count() == 0 { OK } else { FOUND_PROBLEMS })
            }
            Err(error) if error.is::<Ended>() && self.has_begun() => {
                self.end(" bis zum Abbruch")?;
                eprintln!("antragsassistent: the report ended before all was looked through: {error}");
                Ok(CANNOT_RUN)
            }
            Err(error) => Err(error),
        }
    }

    fn has_begun(&self) -> bool {
        self.seen.gebiete > 0 || self.findings.count() > 0
    }

    /// Tells how much there was, and writes out what is left.
    fn end(&mut self, until: &str) -> std::io::Result<()> {
        let Seen { leistungen, gebiete } = self.seen;
        self.findings.end(&format!("bei {leistungen} Leistung(en) und {gebiete} Gebiet(en){until}"))
    }
}

/// A list with commas, or the lines of a file of this name.
fn ids(list: &str) -> anyhow::Result<Vec<String>> {
    let path = Path::new(list);
    let text = if path.is_file() {
        std::fs::read_to_string(path).with_context(|| format!("the list {list} cannot be read"))?
    } else {
        list.to_owned()
    };
    let parts = text.split([',', '\n']).map(|id| id.trim().trim_start_matches('\u{feff}'));
    let ids: Vec<String> = parts.filter(|id| !id.is_empty() && !id.starts_with('#')).map(str::to_owned).collect();
    if ids.len() > MOST_IDS {
        anyhow::bail!("the list {list} has more than {MOST_IDS} ids");
    }
    Ok(ids)
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let broken = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
    };
    error.chain().any(broken)
}

#[cfg(test)]
mod tests;
