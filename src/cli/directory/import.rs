//! `directory import`: a delivery into the store, and what came of it.

use std::path::PathBuf;
use std::time::Instant;

use super::super::{FOUND_PROBLEMS, OK, setup};
use super::{mandant, progress};
use crate::clock::Clock;
use crate::config::Settings;
use crate::config::mandant::Zustaendigkeitsfinder;
use crate::intake::take_in::{Summary, take_in};
use crate::randomness::Randomness;

/// Reasons that are printed.
const MOST_REASONS: usize = 100;

/// What to import.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Tenant whose directory it is. Tenants with the same `verzeichnis` share it.
    #[arg(long)]
    mandant: String,
    /// File or folder of the delivery, in place of `file` in the tenant file.
    #[arg(long)]
    file: Option<PathBuf>,
}

/// Imports; the result is the exit code.
pub async fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<u8> {
    let definitions = setup::definitions_or_all_problems(settings)?;
    let mandant = mandant(&definitions, &arguments.mandant)?;
    let Zustaendigkeitsfinder::Xzufi { file, verzeichnis, .. } = &mandant.zustaendigkeitsfinder else {
        anyhow::bail!("--mandant {}: its directory is not imported; only adapter = \"xzufi\" is", mandant.id);
    };
    let delivery = arguments.file.as_ref().unwrap_or(file);
    // A directory may be imported before the first `serve`; in the wrong working directory it would be imported for nobody.
    let made = setup::missing_database(settings).map(|path| std::path::absolute(path).unwrap_or_else(|_| path.into()));
    let store = setup::store(settings, &Randomness::System).await?;
    if let Some(path) = made {
        println!("Neue Datenbank: {} (serve muss dieselbe benutzen)", path.display());
    }
    let begun = Instant::now();
    let bar = progress("{bar:40} {bytes} von {total_bytes}, {binary_bytes_per_sec}, noch {eta}");
    let told = {
        let bar = bar.clone();
        take_in(&store, verzeichnis, delivery, Clock::System.now(), move |read, total| {
            bar.set_length(total);
            bar.set_position(read);
        })
        .await
    };
    bar.finish_and_clear();
    let summary =
        told.map_err(|error| anyhow::Error::from(error).context("nothing was imported, the directory is as it was"))?;
    print(verzeichnis, &summary, begun);
    if let Some(holdings) = store.holdings(verzeichnis).await? {
        println!(
            "Bestand: {} Leistung(en), {} Stelle(n), {} Zuständigkeit(en)",
            holdings.leistungen, holdings.stellen, holdings.zustaendigkeiten
        );
    }
    store.close().await;
    Ok(if summary.rejected == 0 { OK } else { FOUND_PROBLEMS })
}

fn print(verzeichnis: &str, summary: &Summary, begun: Instant) {
    let Summary { files, bytes, written, deleted, rejected, reasons, versions } = summary;
    println!(
        "Verzeichnis „{verzeichnis}“: {written} Objekt(e) geschrieben, {deleted} gelöscht, {rejected} abgewiesen\n\
         Gelesen: {files} Datei(en), {bytes} Byte, XZuFi {}, in {:.1} s",
        if versions.is_empty() { "ohne Angabe".to_owned() } else { versions.join(", ") },
        begun.elapsed().as_secs_f64()
    );
    if *rejected > 0 {
        println!("Abgewiesen wurden:");
    }
    for reason in reasons.iter().take(MOST_REASONS) {
        println!("  {reason}");
    }
    let more = rejected.saturating_sub(u64::try_from(reasons.len().min(MOST_REASONS)).unwrap_or(0));
    if more > 0 {
        println!("  … und {more} weitere");
    }
}
