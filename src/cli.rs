//! The operator's door: the command line.

/// `check`: all forms, templates, tenants and directories.
pub mod check;
/// `directory`: import one, report what is missing in one.
pub mod directory;
/// `outbox`: what waits, what is held, once more.
pub mod outbox;
/// The composition root: builds the running program.
pub mod program;
/// `serve`: the program itself.
pub mod serve;
/// What several commands open: forms, tenants, directories, key, store.
pub mod setup;
/// `testlink`: what a deep link resolves to.
pub mod testlink;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};

use crate::config::Settings;
use crate::config::load::load;

/// Everything went well.
pub const OK: u8 = 0;
/// `check` found problems, `testlink` found no way to an office, `outbox` found no such number, an import left objects out, a report
/// has rows.
pub const FOUND_PROBLEMS: u8 = 1;
/// The command cannot run: settings, files, database, port. (clap ends with the same code on unknown arguments.)
pub const CANNOT_RUN: u8 = 2;

/// Open form server for German public administration.
///
/// Exit codes: 0 all is well; 1 a check found problems, nothing was found, an import left objects out, or a report has rows; 2 the
/// command cannot run (arguments, settings, files, database, port in use).
#[derive(Debug, Parser)]
#[command(name = "antragsassistent", version)]
struct Arguments {
    /// Settings file (TOML); may repeat, later ones win. Defaults: config/default.toml, compiled in. The environment
    /// (ANTRAG__SECTION__KEY) wins over all files.
    #[arg(long, value_name = "FILE", global = true)]
    config: Vec<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve citizens and deliver applications until SIGTERM or SIGINT.
    Serve,
    /// Check all forms, templates, tenants and directories; every problem with file:line:column. Exit code 1 if any.
    Check,
    /// Print a deep link and what it resolves to: Leistung, Gebiet, offices, Kontaktsystem, channel.
    Testlink(testlink::Arguments),
    /// Import a tenant's directory of offices, or report what is missing in it.
    #[command(subcommand)]
    Directory(directory::Command),
    /// Look at deliveries and try them again.
    #[command(subcommand)]
    Outbox(outbox::Command),
}

/// Runs the program with the process's arguments and environment.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let code = match load(&arguments.config, std::env::vars()) {
        Ok(settings) => match runtime() {
            Ok(runtime) => runtime.block_on(execute(arguments.command, settings)),
            Err(error) => Err(error.into()),
        },
        Err(error) => Err(anyhow::Error::from(error).context("the settings cannot be used")),
    };
    match code {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("antragsassistent: {}", told(&error));
            ExitCode::from(CANNOT_RUN)
        }
    }
}

/// An error with its causes. Many libraries repeat the cause in their own words: what was said already is left out.
fn told(error: &anyhow::Error) -> String {
    let mut told = String::new();
    for cause in error.chain().map(ToString::to_string) {
        let cause = cause.trim();
        if told.is_empty() {
            told.push_str(cause);
        } else if !told.contains(cause) {
            told.push_str(": ");
            told.push_str(cause);
        }
    }
    told
}

/// Threads for files and names of hosts. Each keeps memory of its own, so few and short-lived ones keep the program small.
const BLOCKING_THREADS: usize = 6;

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(BLOCKING_THREADS)
        .thread_keep_alive(Duration::from_secs(1))
        .build()
}

async fn execute(command: Command, settings: Settings) -> anyhow::Result<u8> {
    match command {
        Command::Serve => serve::run(settings).await,
        Command::Check => Ok(check::run(&settings)),
        Command::Testlink(arguments) => testlink::run(&settings, &arguments).await,
        Command::Directory(command) => directory::run(&settings, &command).await,
        Command::Outbox(command) => outbox::run(&settings, &command).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_told_once() {
        let inner = anyhow::anyhow!("No such file");
        let middle = inner.context("the database failed: No such file");
        assert_eq!(told(&middle.context("no store")), "no store: the database failed: No such file");
    }
}
