//! `testlink`: the deep link for a Leistung and a Gebiet, and what it resolves to, step by step.

/// What each step tells.
mod telling;

use std::sync::Arc;

use anyhow::Context as _;

use super::setup::{self, definitions_or_all_problems};
use super::{FOUND_PROBLEMS, OK};
use crate::clock::{self, Clock};
use crate::config::Settings;
use crate::config::mandant::Mandant;
use crate::draft::Zugang;
use crate::intake::auskunft::Auskunft;
use crate::intake::finder::OfficeFinder;
use crate::intake::question::{FindGebiet, FindLeistung, FindStellen};
use crate::intake::start::SPRACHE;
use crate::office::finder::FinderError;
use crate::office::resolution::resolve_on;
use crate::randomness::Randomness;
use crate::telemetry;
use crate::web::page::address::Addresses;

/// What to resolve.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Tenant.
    #[arg(long)]
    mandant: String,
    /// Form.
    #[arg(long)]
    formular: String,
    /// Leistung: the directory's id or a LeiKa key.
    #[arg(long)]
    pst_id: String,
    /// Gebiet: the directory's id, an AGS or an ARS.
    #[arg(long)]
    area_id: String,
    /// Print the link for test access, which delivers to the tenant's test mailbox only.
    #[arg(long)]
    test: bool,
}

/// Prints link and resolution; exit code 1 if no application can be made.
pub async fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<u8> {
    // What adapters leave out of an answer, and why, is in the log: here it belongs to what is told.
    telemetry::start_logs(&settings.log)?;
    let definitions = definitions_or_all_problems(settings)?;
    let known: Vec<&str> = definitions.mandanten.keys().map(String::as_str).collect();
    let mandant: &Arc<_> = definitions
        .mandanten
        .get(&arguments.mandant)
        .ok_or_else(|| anyhow::anyhow!("--mandant {}: unknown; known are {}", arguments.mandant, known.join(", ")))?;
    if !mandant.formulare.contains(&arguments.formular) {
        anyhow::bail!("--formular {}: the tenant has {}", arguments.formular, mandant.formulare.join(", "));
    }
    let zugang = if arguments.test { Zugang::Test } else { Zugang::Standard };
    let addresses = Addresses::new(&settings.server.path_prefix);
    let path =
        addresses.form(&mandant.id, zugang, &arguments.formular, Some(&arguments.pst_id), Some(&arguments.area_id));
    println!("Link:      {}{path}", settings.server.public_url.as_str().trim_end_matches('/'));

    let finder = definitions.finders.get(&mandant.id).context("the tenant has no directory")?;
    let remote = finder.is_remote() || matches!(finder, OfficeFinder::Imported(_));
    println!("Quelle:    {}", mandant.zustaendigkeitsfinder);
    // What the server kept serves here as it would there; without its database only what the directory says now.
    let store = if remote { setup::existing_store(settings).await } else { Err(anyhow::anyhow!("not needed")) };
    if let (true, Err(error)) = (remote, &store) {
        println!("Speicher:  nicht zu öffnen, daher keine gespeicherten Auskünfte: {error}");
    }
    let auskunft = Auskunft::new(
        definitions.finders.clone(),
        &definitions.mandanten,
        store.ok(),
        Clock::System,
        Randomness::System,
    );
    match resolved(&auskunft, mandant, arguments, zugang).await {
        Ok(code) => Ok(code),
        Err(error) => {
            println!("Fehler:    {error}");
            println!(
                "           Bürgerinnen und Bürger lesen „Bitte später erneut versuchen“ und die Telefonnummer {}",
                mandant.hilfe.telefon
            );
            Ok(FOUND_PROBLEMS)
        }
    }
}

async fn resolved(
    auskunft: &Auskunft,
    mandant: &Mandant,
    arguments: &Arguments,
    zugang: Zugang,
) -> Result<u8, FinderError> {
    let gebiet = auskunft.ask(&mandant.id, FindGebiet { area_id: &arguments.area_id }, SPRACHE).await?;
    let question = FindLeistung { pst_id: &arguments.pst_id, gebiet: gebiet.value.as_ref() };
    let leistung = auskunft.ask(&mandant.id, question, SPRACHE).await?;
    telling::leistung(&leistung, &arguments.pst_id);
    telling::gebiet(&gebiet, &arguments.area_id);
    let (Some(leistung), Some(gebiet)) = (leistung.value, gebiet.value) else { return Ok(FOUND_PROBLEMS) };
    let question = FindStellen { leistung: &leistung, gebiet: &gebiet };
    let zustaendig = auskunft.ask(&mandant.id, question, SPRACHE).await?;
    telling::zustaendigkeit(&zustaendig);
    if zustaendig.value.stellen.is_empty() {
        return Ok(FOUND_PROBLEMS);
    }
    let today = clock::berlin(Clock::System.now()).date();
    let resolution = resolve_on(today, zustaendig.value.stellen, &mandant.kontaktsysteme);
    telling::stellen(&resolution);
    telling::limits(mandant, zugang);
    if let Some(hindernis) = leistung.hindernis(today) {
        println!("Hinweis:   {hindernis}; der Link erklärt das und öffnet keinen Antrag");
        return Ok(FOUND_PROBLEMS);
    }
    Ok(if resolution.found.is_empty() { FOUND_PROBLEMS } else { OK })
}
