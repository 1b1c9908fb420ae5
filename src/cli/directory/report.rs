//! `directory report`: what is missing in a directory, row by row as it is found.

/// Whether links answer.
mod links;
/// What a row says, in three formats.
mod rows;
/// Services and areas, and the offices of each combination.
mod walk;

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::Context as _;

use super::super::{FOUND_PROBLEMS, OK, setup};
use super::{mandant, progress};
use crate::clock::{self, Clock};
use crate::config::Settings;
use crate::intake::source::Source;
use crate::office::finder::OfficeFinder;
use crate::office::finder::asking::Asked;
use crate::office::resolution::{Reason, resolve};
use crate::office::{Gebiet, Leistung, Organisationseinheit};
use links::Links;
use rows::{Befund, Format, Row, Rows};
use walk::Walk;

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
    /// lists; an Infodienst and the PVOG list none, there they are needed.
    #[arg(long, value_name = "LIST|FILE")]
    area_ids: Option<String>,
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
    let source = Source::of(finder, store.as_ref());
    let asked = Asked { now: Clock::System.now(), sprache: "de" };
    let links = if arguments.links { Some(Links::new()?) } else { None };
    let mut report =
        Report { rows: Rows::new(arguments.format, std::io::stdout().lock()), wege: mandant.wege(), links };
    match report.all(source, asked, arguments).await {
        // Whoever reads stopped reading, as `head` does.
        Err(error) if is_broken_pipe(&error) => return Ok(OK),
        other => other?,
    }
    Ok(if report.rows.count() == 0 { OK } else { FOUND_PROBLEMS })
}

struct Report<'m, W: std::io::Write> {
    rows: Rows<W>,
    wege: BTreeMap<String, Vec<&'m str>>,
    links: Option<Links>,
}

impl<W: std::io::Write> Report<'_, W> {
    async fn all(&mut self, source: Source<'_>, asked: Asked<'_>, arguments: &Arguments) -> anyhow::Result<()> {
        let mut gebiete = Vec::new();
        match &arguments.area_ids {
            None => gebiete = walk::gebiete(&source, &asked).await?,
            Some(list) => {
                for id in ids(list)? {
                    match source.gebiet(&id, &asked).await? {
                        Some(gebiet) => gebiete.push(gebiet),
                        None => self.rows.add(&Row { area_id: &id, ..Row::new(Befund::GebietUnbekannt) })?,
                    }
                }
            }
        }
        let named = arguments.pst_ids.as_deref().map(ids).transpose()?;
        let mut walk = Walk::new(source, asked, gebiete, named).await?;
        if walk.gebiete().is_empty() {
            anyhow::bail!("the directory lists no areas by itself: name them with --area-ids");
        }
        let bar = progress("{bar:40} {pos} von {len} Leistungen, noch {eta}");
        let mut leistungen = 0_u64;
        while let Some(next) = walk.next().await? {
            bar.set_length(walk.expected());
            bar.inc(1);
            match next {
                Err(unknown) => self.rows.add(&Row { pst_id: &unknown, ..Row::new(Befund::LeistungUnbekannt) })?,
                Ok(leistung) => {
                    leistungen += 1;
                    self.service(source, asked, &walk, &leistung).await?;
                }
            }
        }
        bar.finish_and_clear();
        if leistungen == 0 && arguments.pst_ids.is_none() {
            anyhow::bail!("the directory lists no services by itself: name them with --pst-ids");
        }
        let seen = format!(
            "{} Befund(e) bei {leistungen} Leistung(en) und {} Gebiet(en)",
            self.rows.count(),
            walk.gebiete().len()
        );
        Ok(self.rows.end(&seen)?)
    }

    async fn service(
        &mut self,
        source: Source<'_>,
        asked: Asked<'_>,
        walk: &Walk<'_>,
        leistung: &Leistung,
    ) -> anyhow::Result<()> {
        if let Some(known) = walk.offices(leistung).await? {
            let judged = self.judge(leistung, &known.stellen).await;
            let mut places = Vec::new();
            for (at, gebiet) in walk.gebiete().iter().enumerate() {
                known.places(walk.keys(at), &mut places);
                self.combination(
                    leistung,
                    gebiet,
                    places.iter().map(|place| (&known.stellen[*place], &judged[*place])),
                )?;
            }
            return Ok(());
        }
        for gebiet in walk.gebiete() {
            let stellen = source.stellen(leistung, gebiet, &asked).await?.stellen;
            let judged = self.judge(leistung, &stellen).await;
            self.combination(leistung, gebiet, stellen.iter().zip(&judged))?;
        }
        Ok(())
    }

    /// What is wrong with each office.
    async fn judge(&mut self, leistung: &Leistung, stellen: &[Organisationseinheit]) -> Vec<Troubles> {
        if let Some(links) = &mut self.links {
            links.ask(stellen).await;
        }
        stellen.iter().map(|stelle| self.troubles(leistung, stelle)).collect()
    }

    fn troubles(&self, leistung: &Leistung, stelle: &Organisationseinheit) -> Troubles {
        let mut troubles = Vec::new();
        // A service that demands what cannot be given here takes no application anyway.
        if leistung.hindernis(clock::berlin(Clock::System.now()).date()).is_none() {
            troubles.extend(resolve(vec![stelle.clone()], &self.wege).rejected.into_iter().map(|rejection| {
                let befund = match rejection.reason {
                    Reason::NoKontaktsystem => Befund::KeinKontaktsystem,
                    Reason::UnmappedType(_) => Befund::TypNichtZugeordnet,
                    Reason::NoChannel(_) => Befund::KeinZustellweg,
                };
                (befund, rejection.reason.to_string())
            }));
        }
        for (befund, address) in links::of(stelle) {
            if let Some(reason) = self.links.as_ref().and_then(|links| links.trouble(address)) {
                troubles.push((befund, format!("{address}: {reason}")));
            }
        }
        troubles
    }

    fn combination<'o>(
        &mut self,
        leistung: &Leistung,
        gebiet: &Gebiet,
        stellen: impl Iterator<Item = (&'o Organisationseinheit, &'o Troubles)>,
    ) -> anyhow::Result<()> {
        let row = |befund| Row {
            pst_id: &leistung.pst_id,
            leistung: &leistung.name,
            area_id: &gebiet.area_id,
            ..Row::new(befund)
        };
        let mut nobody = true;
        for (stelle, troubles) in stellen {
            nobody = false;
            for (befund, hinweis) in troubles {
                let gebiet = &gebiet.full_name();
                let (stelle_id, stelle) = (&stelle.id, &stelle.name);
                self.rows.add(&Row { gebiet, stelle_id, stelle, hinweis, ..row(*befund) })?;
            }
        }
        if nobody {
            self.rows.add(&Row { gebiet: &gebiet.full_name(), ..row(Befund::KeineStelle) })?;
        }
        Ok(())
    }
}

/// What is wrong with an office.
type Troubles = Vec<(Befund, String)>;

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
