//! `testlink`: the deep link for a Leistung and a Gebiet, and what it resolves to, step by step.

use std::sync::Arc;

use super::setup::definitions_or_all_problems;
use super::{FOUND_PROBLEMS, OK};
use crate::config::Settings;
use crate::draft::Zugang;
use crate::office::Kanal;
use crate::office::resolution::resolve;
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

    let finder = definitions
        .finders
        .get(&mandant.id)
        .ok_or_else(|| anyhow::anyhow!("the tenant {} has no directory", mandant.id))?;
    let leistung = finder.leistung(&arguments.pst_id).await?;
    let gebiet = finder.gebiet(&arguments.area_id).await?;
    match &leistung {
        Some(leistung) => println!(
            "Leistung:  {} (pstId {}{})",
            leistung.name,
            leistung.pst_id,
            leistung.leika.as_ref().map(|key| format!(", LeiKa {key}")).unwrap_or_default()
        ),
        None => println!("Leistung:  im Verzeichnis nicht gefunden: pstId {}", arguments.pst_id),
    }
    match &gebiet {
        Some(gebiet) => println!("Gebiet:    {} (areaId {})", gebiet.full_name(), gebiet.area_id),
        None => println!("Gebiet:    im Verzeichnis nicht gefunden: areaId {}", arguments.area_id),
    }
    let (Some(leistung), Some(gebiet)) = (leistung, gebiet) else { return Ok(FOUND_PROBLEMS) };
    let stellen = finder.stellen(&leistung, &gebiet).await?;
    if stellen.is_empty() {
        println!("Stelle:    keine; Bürgerinnen und Bürger werden an andere Orte und die Hilfe verwiesen");
        return Ok(FOUND_PROBLEMS);
    }
    let resolution = resolve(stellen, &mandant.wege());
    for found in &resolution.found {
        println!("Stelle:    {} ({})", found.stelle.name, found.stelle.id);
        for Kanal::Mail { an } in &found.kanaele {
            println!("           Kontaktsystem {} → mail an {an}", found.kontaktsystem_typ);
        }
    }
    for rejected in &resolution.rejected {
        println!("Stelle:    {} ({}) scheidet aus: {}", rejected.stelle.name, rejected.stelle.id, rejected.reason);
    }
    if zugang == Zugang::Test {
        match &mandant.test_mailbox {
            Some(mailbox) => println!("Test:      zugestellt wird nur an {mailbox}"),
            None => println!(
                "Test:      der Mandant hat kein Testpostfach ([test] mailbox): der Link zeigt „nicht gefunden“"
            ),
        }
    }
    if leistung.schriftform {
        println!("Hinweis:   die Leistung verlangt die Schriftform; der Link erklärt das und öffnet keinen Antrag");
        return Ok(FOUND_PROBLEMS);
    }
    Ok(if resolution.found.is_empty() { FOUND_PROBLEMS } else { OK })
}
