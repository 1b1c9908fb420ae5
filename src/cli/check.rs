//! `check`: all forms, templates, tenants and directories; every problem with its place.

use super::setup::{definitions, told};
use super::{FOUND_PROBLEMS, OK};
use crate::config::Settings;
use crate::templates;

/// Prints every problem; the result is the exit code.
pub fn run(settings: &Settings) -> u8 {
    let templates = templates::names().len();
    match definitions(settings) {
        Ok(found) => {
            println!(
                "{} Formular(e), {} Mandant(en), {} Verzeichnis(se), {templates} Vorlagen: alles in Ordnung",
                found.catalogue.iter().count(),
                found.mandanten.len(),
                found.finders.len(),
            );
            OK
        }
        Err(problems) => {
            println!("{}\n\n{} Problem(e)", told(&problems), problems.len());
            FOUND_PROBLEMS
        }
    }
}
