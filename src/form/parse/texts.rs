//! What people read: labels on one line, and texts with blanks.

use std::ops::Range;

use super::notes::Notes;
use crate::form::Text;
use crate::form::text::{BadBlank, BadBlankKind, Blank};
use crate::latin;
use crate::problem::did_you_mean;
use crate::problem::report::{Legible, Noted, Report};
use crate::problem::table::{Table, Value};

/// Most characters of a label or a title.
const LINE: usize = 300;
/// Most characters of a text.
const TEXT: usize = 4_000;

/// Words on one line under a key that must be there: not empty, no control characters, in normal form C.
pub(super) fn line(table: &Table<'_>, key: &'static str) -> Legible<String> {
    let value = table.need(key)?;
    let words = sized(value, LINE)?;
    if words.chars().any(char::is_control) {
        return Err(value.wrong(format!("„{key}“ muss auf einer Zeile stehen."), None));
    }
    Ok(words)
}

/// A text with blanks, in normal form C; notes those that need a chosen office.
pub(super) fn text(value: Value<'_>, notes: &mut Notes, step: usize) -> Legible<Text> {
    let (text, bad) = Text::parse(&sized(value, TEXT)?);
    if let Some(noted) = note(&bad, &value.span(), value.report) {
        return Err(noted);
    }
    if text.blanks().any(Blank::needs_office) {
        notes.office_blanks.push((step, value.span()));
    }
    Ok(text)
}

fn sized(value: Value<'_>, most: usize) -> Legible<String> {
    let (words, key) = (value.string()?, value.key);
    if words.trim().is_empty() {
        return Err(value.wrong(format!("„{key}“ ist leer."), None));
    }
    if words.chars().count() > most {
        return Err(value.wrong(format!("„{key}“ ist zu lang: höchstens {most} Zeichen."), None));
    }
    Ok(latin::normalise(words.trim()))
}

/// Notes every bad blank of the text that stands at `span`.
fn note(bad: &[BadBlank], span: &Range<usize>, report: &Report<'_>) -> Option<Noted> {
    let mut from = span.start;
    let noted = bad.iter().map(|one| {
        // The place in the file is looked up by the blank's own letters: a string may hold escapes, so its places are
        // not the file's places.
        let found = report.text.get(from..span.end).and_then(|rest| rest.find(&one.written));
        let place = found.map_or(span.clone(), |at| from + at..from + at + one.written.len());
        if found.is_some() {
            from = place.end;
        }
        let (message, hint) = told(&one.kind);
        report.wrong(&place, message, Some(hint))
    });
    noted.last()
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
