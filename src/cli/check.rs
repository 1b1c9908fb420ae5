//! `check`: all forms, templates, tenants and directories; every problem with its place.

use super::setup::{definitions, told};
use super::{FOUND_PROBLEMS, OK};
use crate::config::Settings;
use crate::templates;

/// Prints every problem; the result is the exit code.
pub fn run(settings: &Settings) -> u8 {
    let mut code = OK;
    if let Err(error) = templates::check() {
        println!("{error}");
        code = FOUND_PROBLEMS;
    }
    match definitions(settings) {
        Ok(found) => println!(
            "{} Formular(e), {} Mandant(en), {} Verzeichnis(se): {}",
            found.catalogue.iter().count(),
            found.mandanten.len(),
            found.finders.len(),
            if code == OK { "alles in Ordnung" } else { "siehe oben" }
        ),
        Err(problems) => {
            println!("{}\n\n{} Problem(e)", told(&problems), problems.len());
            code = FOUND_PROBLEMS;
        }
    }
    code
}
