//! Blanks of a text that cannot be read, with their places in the file.

use std::ops::Range;

use super::report::Report;
use crate::form::text::{BadBlank, BadBlankKind, Blank};
use crate::problem::did_you_mean;

/// Reports every bad blank of the text that stands at `span`.
pub(super) fn report(bad: &[BadBlank], span: &Range<usize>, report: &mut Report<'_>) {
    let mut from = span.start;
    for one in bad {
        // The place in the file is looked up by the blank's own letters: a string may hold escapes, so its places are
        // not the file's places.
        let found = report.source.get(from..span.end).and_then(|rest| rest.find(&one.written));
        let place = found.map_or(span.clone(), |at| from + at..from + at + one.written.len());
        if found.is_some() {
            from = place.end;
        }
        let (message, hint) = told(&one.kind);
        report.wrong(&place, message, Some(hint));
    }
}

/// What is wrong and what to do.
fn told(kind: &BadBlankKind) -> (String, String) {
    match kind {
        BadBlankKind::Unknown(name) => {
            let all = Blank::ALL.map(Blank::name);
            let hint = did_you_mean(name, all).unwrap_or_else(|| format!("es gibt die Lücken {}", all.join(", ")));
            (format!("Die Lücke „{name}“ gibt es nicht."), hint)
        }
        BadBlankKind::Unclosed => {
            ("Diese Lücke endet nicht.".to_owned(), "eine Lücke steht auf einer Zeile und endet mit „}}“".to_owned())
        }
        BadBlankKind::Unopened => {
            ("„}}“ steht hier ohne „{{“.".to_owned(), "eine Lücke sieht so aus: {{ leistung.name }}".to_owned())
        }
    }
}
