//! `check`: all forms, templates, tenants and directories; every problem with its place.

use std::collections::BTreeSet;

use super::setup::{Definitions, definitions};
use super::{FOUND_PROBLEMS, OK};
use crate::config::Settings;
use crate::config::mandant::Zustaendigkeitsfinder;
use crate::intake::take_in::look_through;
use crate::problem::{Problem, Problems};
use crate::templates;

/// Prints every problem; the result is the exit code.
pub fn run(settings: &Settings) -> u8 {
    let templates = templates::names().len();
    let checked = definitions(settings).and_then(|found| {
        Problems::check(broken_deliveries(&found))?;
        Ok(found)
    });
    match checked {
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
            println!("{problems}\n\n{} Problem(e)", problems.len());
            FOUND_PROBLEMS
        }
    }
}

/// Deliveries that an import would refuse. Only `check` looks at them: a server asks what was imported before.
fn broken_deliveries(definitions: &Definitions) -> Vec<Problem> {
    let mut deliveries = BTreeSet::new();
    for mandant in definitions.mandanten.values() {
        if let Zustaendigkeitsfinder::Xzufi { file, .. } = &mandant.zustaendigkeitsfinder {
            deliveries.insert(file);
        }
    }
    deliveries.into_iter().flat_map(|delivery| look_through(delivery)).collect()
}
