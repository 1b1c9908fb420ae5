//! `directory`: imports a directory of offices, and reports what is missing in one.

/// `directory import`.
mod import;
/// `directory report`.
mod report;

use indicatif::{ProgressBar, ProgressStyle};

use super::setup::Definitions;
use crate::config::Settings;
use crate::config::mandant::Mandant;

/// What to do with a tenant's directory.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Import a delivery (XZuFi transfer file, or folder with or without index.txt) into the store: what it writes replaces what has
    /// the same id, what it deletes is gone, everything else stays.
    ///
    /// The whole delivery counts at once or not at all; a running server answers from the old state until then and needs no restart.
    /// Objects with a wrong part are left out and named. Exit codes: 0 imported; 1 imported, but objects were left out; 2 nothing was
    /// changed (a file is broken or missing, settings, database).
    Import(import::Arguments),
    /// List every service in every area that no application can be made for: without office, without Kontaktsystem, with a type that
    /// the tenant does not map; with --links also privacy statements and imprints that do not answer.
    ///
    /// Rows are printed as they are found; a question that a directory on the network does not answer becomes a row, too. Exit codes:
    /// 0 nothing to report; 1 something was reported; 2 the report cannot run, or ended early because the directory did not answer any more.
    Report(report::Arguments),
}

/// Runs a command; the result is the exit code.
pub async fn run(settings: &Settings, command: &Command) -> anyhow::Result<u8> {
    match command {
        Command::Import(arguments) => import::run(settings, arguments).await,
        Command::Report(arguments) => report::run(settings, arguments).await,
    }
}

fn mandant<'d>(definitions: &'d Definitions, id: &str) -> anyhow::Result<&'d Mandant> {
    let known: Vec<&str> = definitions.mandanten.keys().map(String::as_str).collect();
    let found = definitions.mandanten.get(id).map(AsRef::as_ref);
    found.ok_or_else(|| anyhow::anyhow!("--mandant {id}: unknown; known are {}", known.join(", ")))
}

/// A bar on the error output if that is a terminal, nothing otherwise.
fn progress(template: &str) -> ProgressBar {
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(0).with_style(style)
}
