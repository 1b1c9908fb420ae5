//! One question's kind with the keys that belong to it.

use std::collections::BTreeSet;

use super::notes::{Class, Notes};
use super::report::Report;
use super::table::{Placed, Table};
use crate::form::{ChoiceOption, ChoiceStyle, Kind};
use crate::latin::Datatype;
use crate::problem::did_you_mean;

/// Keys of every question.
const SHOWN: &[&str] = &["id", "label", "kind", "help", "fim"];
/// Keys of questions that are asked.
const ASKED: &[&str] = &["id", "label", "kind", "help", "fim", "optional", "when"];
/// Keys of questions that browsers can fill in.
const FILLED: &[&str] = &["id", "label", "kind", "help", "fim", "optional", "when", "autocomplete"];

/// Every kind: its name, the keys it shares with others, its own keys.
const KINDS: &[(&str, &[&str], &[&str])] = &[
    ("service", SHOWN, &[]),
    ("text", FILLED, &["datatype", "min", "max", "lines"]),
    ("choice", FILLED, &["style", "options"]),
    ("country", FILLED, &[]),
    ("nationality", FILLED, &[]),
    ("date", FILLED, &["past"]),
    ("postcode", FILLED, &["country"]),
    ("phone", FILLED, &[]),
    ("email", FILLED, &[]),
    ("area", FILLED, &[]),
    ("files", ASKED, &["max_bytes", "max_count", "max_total", "unterlagen"]),
    ("declaration", ASKED, &["version", "text"]),
    ("yesno", ASKED, &[]),
    ("number", FILLED, &["min", "max"]),
    ("office", SHOWN, &[]),
];

/// Most characters of one answer.
const MOST_CHARACTERS: usize = 20_000;
/// Most files of one question.
const MOST_FILES: usize = 100;
/// Most options of one choice.
const MOST_OPTIONS: usize = 500;

/// The name of a question's kind. Reports keys that do not belong to it.
pub(super) fn name(table: &Table<'_>, report: &mut Report<'_>) -> Option<&'static str> {
    table.need(report, "kind");
    let Some(kind) = table.string(report, "kind") else {
        // Without a kind every key of any kind may be right.
        table.only(report, "eines Feldes", &every_key());
        return None;
    };
    let Some((name, shared, own)) = KINDS.iter().find(|(name, _, _)| *name == kind.value) else {
        let names = KINDS.iter().map(|(name, _, _)| *name);
        let hint = did_you_mean(kind.value, names.clone())
            .unwrap_or_else(|| format!("es gibt die Arten {}", names.collect::<Vec<_>>().join(", ")));
        report.wrong(&kind.span, format!("Die Art „{}“ gibt es nicht.", kind.value), Some(hint));
        table.only(report, "eines Feldes", &every_key());
        return None;
    };
    table.only(report, &format!("eines Feldes der Art „{name}“"), &[*shared, *own].concat());
    Some(name)
}

/// The kind itself, and what others may refer to. The id of a country question that is named here is returned with its
/// place, because it can be checked only once the whole form is read.
pub(super) fn read(
    name: Option<&'static str>,
    table: &Table<'_>,
    report: &mut Report<'_>,
    notes: &mut Notes,
    step: usize,
) -> (Option<Kind>, Class, Option<Placed<String>>) {
    let (kind, class) = match name {
        Some("service") => (Some(Kind::Service), Class::Shown),
        Some("text") => (text(table, report), Class::Other),
        Some("choice") => {
            let kind = choice(table, report);
            let class = match &kind {
                Some(Kind::Choice { options, .. }) => {
                    Class::Codes(options.iter().map(|option| option.code.clone()).collect())
                }
                _ => Class::Unreadable,
            };
            (kind, class)
        }
        Some("country") => (Some(Kind::Country), Class::Country),
        Some("nationality") => (Some(Kind::Nationality), Class::Nationality),
        Some("date") => (Some(Kind::Date { past: table.flag(report, "past") }), Class::Other),
        Some("postcode") => {
            let country = table.string(report, "country");
            let country = country.map(|id| Placed { value: id.value.to_owned(), span: id.span });
            let kind = Kind::Postcode { country: country.as_ref().map(|id| id.value.clone()) };
            return (Some(kind), Class::Other, country);
        }
        Some("phone") => (Some(Kind::Phone), Class::Other),
        Some("email") => (Some(Kind::Email), Class::Other),
        Some("area") => (Some(Kind::Area), Class::Other),
        Some("files") => {
            let kind = files(table, report);
            let each = matches!(kind, Some(Kind::Files { unterlagen: true, .. }));
            (kind, if each { Class::Unterlagen } else { Class::Other })
        }
        Some("declaration") => (declaration(table, report, notes, step), Class::Other),
        Some("yesno") => (Some(Kind::YesNo), Class::Codes(vec!["ja".to_owned(), "nein".to_owned()])),
        Some("number") => (number(table, report), Class::Other),
        Some("office") => (Some(Kind::Office), Class::Office),
        _ => (None, Class::Unreadable),
    };
    (kind, class, None)
}

/// Every key that any kind knows.
fn every_key() -> Vec<&'static str> {
    let own = KINDS.iter().flat_map(|(_, _, own)| own.iter().copied());
    FILLED.iter().copied().chain(own).collect::<BTreeSet<_>>().into_iter().collect()
}

fn text(table: &Table<'_>, report: &mut Report<'_>) -> Option<Kind> {
    let datatype = match table.string(report, "datatype") {
        None if table.has("datatype") => None,
        None => Some(Datatype::C),
        Some(letter) => match letter.value {
            "A" => Some(Datatype::A),
            "B" => Some(Datatype::B),
            "C" => Some(Datatype::C),
            other => {
                let hint = "A: Namen von Menschen, B: Straßen, Orte und andere Namen, C: freier Text (DIN 91379)";
                report.wrong(&letter.span, format!("Den Datentyp „{other}“ gibt es nicht."), Some(hint.to_owned()));
                None
            }
        },
    };
    let lines = table.bounded(report, "lines", 1..=50, 1);
    let longest = if lines.as_ref().is_some_and(|lines| lines.value > 1) { 4_000 } else { 200 };
    let max = table.bounded(report, "max", 1..=MOST_CHARACTERS, longest);
    let min = table.bounded(report, "min", 0..=MOST_CHARACTERS, 0);
    let (min, max) = (min?, max?);
    if min.value > max.value {
        report.wrong(&min.span, format!("„min“ ({}) ist größer als „max“ ({}).", min.value, max.value), None);
        return None;
    }
    Some(Kind::Text { datatype: datatype?, min: min.value, max: max.value, lines: lines?.value })
}

fn number(table: &Table<'_>, report: &mut Report<'_>) -> Option<Kind> {
    let read = |report: &mut Report<'_>, key, default| match table.integer(report, key) {
        None if table.has(key) => None,
        None => Some(Placed { value: default, span: table.place.clone() }),
        found => found,
    };
    let (min, max) = (read(report, "min", 0), read(report, "max", 999_999_999));
    let (min, max) = (min?, max?);
    if min.value > max.value {
        report.wrong(&min.span, format!("„min“ ({}) ist größer als „max“ ({}).", min.value, max.value), None);
        return None;
    }
    Some(Kind::Number { min: min.value, max: max.value })
}

fn choice(table: &Table<'_>, report: &mut Report<'_>) -> Option<Kind> {
    let style = match table.string(report, "style") {
        None if table.has("style") => None,
        None => Some(ChoiceStyle::Radio),
        Some(style) => match style.value {
            "radio" => Some(ChoiceStyle::Radio),
            "select" => Some(ChoiceStyle::Select),
            other => {
                let hint = did_you_mean(other, ["radio", "select"])
                    .unwrap_or_else(|| "es gibt \"radio\" und \"select\"".to_owned());
                report.wrong(&style.span, format!("Die Darstellung „{other}“ gibt es nicht."), Some(hint));
                None
            }
        },
    };
    table.need(report, "options");
    let items = table.list(report, "options")?;
    if items.value.is_empty() || items.value.len() > MOST_OPTIONS {
        report.wrong(&items.span, format!("Eine Auswahl braucht 1 bis {MOST_OPTIONS} Möglichkeiten."), None);
        return None;
    }
    let mut options: Vec<ChoiceOption> = Vec::new();
    for item in items.value {
        let Some(option) = Table::of(item, report) else { continue };
        option.only(report, "einer Möglichkeit", &["code", "label"]);
        option.need(report, "code");
        option.need(report, "label");
        let (code, label) = (option.string(report, "code"), option.line(report, "label"));
        let (Some(code), Some(label)) = (code, label) else { continue };
        if !is_code(code.value) {
            let hint = "erlaubt sind Kleinbuchstaben a bis z, Ziffern, „_“ und „-“, zum Beispiel \"frau\"";
            report.wrong(&code.span, format!("„{}“ geht nicht als Code.", code.value), Some(hint.to_owned()));
        } else if options.iter().any(|other| other.code == code.value) {
            report.wrong(&code.span, format!("Den Code „{}“ gibt es in dieser Auswahl schon.", code.value), None);
        } else {
            options.push(ChoiceOption { code: code.value.to_owned(), label: label.value });
        }
    }
    (options.len() == items.value.len()).then_some(Kind::Choice { style: style?, options })
}

fn files(table: &Table<'_>, report: &mut Report<'_>) -> Option<Kind> {
    let max_bytes = table.size(report, "max_bytes", 10 << 20);
    let max_count = table.bounded(report, "max_count", 1..=MOST_FILES, 10);
    let max_total = table.size(report, "max_total", 25 << 20);
    let (max_bytes, max_total) = (max_bytes?, max_total?);
    if max_bytes.value > max_total.value {
        let message = "Eine einzelne Datei („max_bytes“) darf nicht größer sein als alle zusammen („max_total“).";
        report.wrong(&max_bytes.span, message, None);
        return None;
    }
    let unterlagen = table.flag(report, "unterlagen");
    Some(Kind::Files {
        max_bytes: max_bytes.value,
        max_count: max_count?.value,
        max_total: max_total.value,
        unterlagen,
    })
}

fn declaration(table: &Table<'_>, report: &mut Report<'_>, notes: &mut Notes, step: usize) -> Option<Kind> {
    table.need(report, "version");
    table.need(report, "text");
    let version = super::version(table, report);
    let text = super::text(table, report, notes, step, "text");
    Some(Kind::Declaration { version: version?, text: text? })
}

/// Codes travel in forms, XML and file names.
fn is_code(code: &str) -> bool {
    (1..=40).contains(&code.len()) && code.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'))
}
