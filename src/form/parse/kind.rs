//! One question's kind with the keys that belong to it.

use std::collections::BTreeSet;
use std::fmt::Display;

use super::notes::{Class, Notes};
use super::texts;
use crate::form::kinds::KindName;
use crate::form::{ChoiceOption, ChoiceStyle, Kind};
use crate::latin::Datatype;
use crate::problem::report::{Legible, Noted};
use crate::problem::table::{Placed, Table, Value, all};

/// Most characters of one answer.
const MOST_CHARACTERS: usize = 20_000;
/// Most files of one question.
const MOST_FILES: usize = 100;
/// Most options of one choice.
const MOST_OPTIONS: usize = 500;

/// The name of a question's kind. Reports keys that do not belong to it.
fn name(table: &Table<'_>) -> Legible<KindName> {
    let kind = table.need("kind").and_then(|value| {
        let word = value.string()?;
        KindName::ALL.iter().copied().find(|name| name.spec().toml == Some(word)).ok_or_else(|| unknown(value, word))
    });
    if let Ok(name) = kind {
        let whose = format!("eines Feldes der Art „{}“", name.spec().toml.unwrap_or_default());
        table.only(&whose, &name.spec().keys.concat());
    } else {
        // Without a kind every key of any kind may be right.
        let every: BTreeSet<&str> = KindName::ALL.iter().flat_map(|name| name.spec().keys.concat()).collect();
        table.only("eines Feldes", &Vec::from_iter(every));
    }
    kind
}

fn unknown(value: Value<'_>, word: &str) -> Noted {
    let names: Vec<&str> = KindName::ALL.iter().filter_map(|name| name.spec().toml).collect();
    let all = Some(format!("es gibt die Arten {}", names.join(", ")));
    value.report.unknown(&value.span(), format!("Die Art „{word}“ gibt es nicht."), word, names, all)
}

/// The kind itself, and what others may refer to. The id of a country question that is named here is returned with its
/// place, because it can be checked only once the whole form is read.
pub(super) fn read(
    table: &Table<'_>,
    notes: &mut Notes,
    step: usize,
) -> (Legible<Kind>, Class, Option<Placed<String>>) {
    let mut country = None;
    let kind = name(table).and_then(|name| match name {
        KindName::Service => Ok(Kind::Service),
        KindName::Text => text(table),
        KindName::Choice => choice(table),
        KindName::Country => Ok(Kind::Country),
        KindName::Nationality => Ok(Kind::Nationality),
        KindName::Date => Ok(Kind::Date { past: table.flag("past") }),
        KindName::Postcode => {
            country = table.get("country").map(Value::placed).transpose()?;
            Ok(Kind::Postcode { country: country.as_ref().map(|id| id.value.clone()) })
        }
        KindName::Phone => Ok(Kind::Phone),
        KindName::Email => Ok(Kind::Email),
        KindName::Iban => Ok(Kind::Iban),
        KindName::Area => Ok(Kind::Area),
        KindName::Files => files(table),
        KindName::Unterlage => table.need("kind").and_then(|kind| Err(unknown(kind, "unterlage"))),
        KindName::Declaration => declaration(table, notes, step),
        KindName::YesNo => Ok(Kind::YesNo),
        KindName::Number => number(table),
        KindName::Office => Ok(Kind::Office),
    });
    let class = kind.as_ref().map_or(Class::Unreadable, class);
    (kind, class, country)
}

/// What other questions may refer to.
fn class(kind: &Kind) -> Class {
    match kind {
        Kind::Service => Class::Shown,
        Kind::Office => Class::Office,
        Kind::Country => Class::Country,
        Kind::Nationality => Class::Nationality,
        Kind::Choice { options, .. } => Class::Codes(options.iter().map(|option| option.code.clone()).collect()),
        Kind::YesNo => Class::Codes(vec!["ja".to_owned(), "nein".to_owned()]),
        Kind::Files { unterlagen: true, .. } => Class::Unterlagen,
        _ => Class::Other,
    }
}

fn text(table: &Table<'_>) -> Legible<Kind> {
    let datatype = table.get("datatype").map_or(Ok(Datatype::C), |value| match value.string()? {
        "A" => Ok(Datatype::A),
        "B" => Ok(Datatype::B),
        "C" => Ok(Datatype::C),
        other => {
            let hint = "A: Namen von Menschen, B: Straßen, Orte und andere Namen, C: freier Text (DIN 91379)";
            Err(value.wrong(format!("Den Datentyp „{other}“ gibt es nicht."), Some(hint.to_owned())))
        }
    });
    let lines = table.number("lines", 1..=50, 1);
    let longest = if lines.is_ok_and(|lines| lines > 1) { 4_000 } else { 200 };
    let max = table.number("max", 1..=MOST_CHARACTERS, longest);
    let min = table.number("min", 0..=MOST_CHARACTERS, 0);
    let (min, max) = ordered(table, min?, max?)?;
    Ok(Kind::Text { datatype: datatype?, min, max, lines: lines? })
}

fn number(table: &Table<'_>) -> Legible<Kind> {
    let read = |key, otherwise| table.get(key).map_or(Ok(otherwise), Value::integer);
    let (min, max) = (read("min", 0), read("max", 999_999_999));
    let (min, max) = ordered(table, min?, max?)?;
    Ok(Kind::Number { min, max })
}

/// Both bounds, if the lower one is not above the upper one.
fn ordered<N: PartialOrd + Display>(table: &Table<'_>, min: N, max: N) -> Legible<(N, N)> {
    if min > max {
        let place = table.get("min").map_or(table.span.clone(), |value| value.span());
        return Err(table.report.wrong(&place, format!("„min“ ({min}) ist größer als „max“ ({max})."), None));
    }
    Ok((min, max))
}

fn choice(table: &Table<'_>) -> Legible<Kind> {
    let style = table.get("style").map_or(Ok(ChoiceStyle::Radio), |value| match value.string()? {
        "radio" => Ok(ChoiceStyle::Radio),
        "select" => Ok(ChoiceStyle::Select),
        other => {
            let message = format!("Die Darstellung „{other}“ gibt es nicht.");
            let all = Some("es gibt \"radio\" und \"select\"".to_owned());
            Err(table.report.unknown(&value.span(), message, other, ["radio", "select"], all))
        }
    });
    let value = table.need("options")?;
    let items = value.list()?;
    if items.is_empty() || items.len() > MOST_OPTIONS {
        return Err(value.wrong(format!("Eine Auswahl braucht 1 bis {MOST_OPTIONS} Möglichkeiten."), None));
    }
    let mut codes = BTreeSet::new();
    let options = all(items.into_iter().map(|item| option(&item.table()?, &mut codes)));
    Ok(Kind::Choice { style: style?, options: options? })
}

fn option<'t>(table: &Table<'t>, codes: &mut BTreeSet<&'t str>) -> Legible<ChoiceOption> {
    let (value, label) = (table.need("code"), texts::line(table, "label"));
    table.finish("einer Möglichkeit");
    let (code, label) = (value.and_then(Value::string)?, label?);
    if !is_code(code) {
        let hint = "erlaubt sind Kleinbuchstaben a bis z, Ziffern, „_“ und „-“, zum Beispiel \"frau\"";
        return Err(value?.wrong(format!("„{code}“ geht nicht als Code."), Some(hint.to_owned())));
    }
    if !codes.insert(code) {
        return Err(value?.wrong(format!("Den Code „{code}“ gibt es in dieser Auswahl schon."), None));
    }
    Ok(ChoiceOption { code: code.to_owned(), label })
}

fn files(table: &Table<'_>) -> Legible<Kind> {
    let size = |key, otherwise| table.get(key).map_or(Ok(otherwise), Value::size);
    let max_bytes = size("max_bytes", 10 << 20);
    let max_count = table.number("max_count", 1..=MOST_FILES, 10);
    let max_total = size("max_total", 25 << 20);
    let unterlagen = table.flag("unterlagen");
    let (max_bytes, max_total) = (max_bytes?, max_total?);
    if max_bytes > max_total {
        let place = table.get("max_bytes").map_or(table.span.clone(), |value| value.span());
        let message = "Eine einzelne Datei („max_bytes“) darf nicht größer sein als alle zusammen („max_total“).";
        return Err(table.report.wrong(&place, message, None));
    }
    Ok(Kind::Files { max_bytes, max_count: max_count?, max_total, unterlagen })
}

fn declaration(table: &Table<'_>, notes: &mut Notes, step: usize) -> Legible<Kind> {
    let version = super::version(table);
    let text = table.need("text").and_then(|text| texts::text(text, notes, step));
    Ok(Kind::Declaration { version: version?, text: text? })
}

/// Codes travel in forms, XML and file names.
fn is_code(code: &str) -> bool {
    (1..=40).contains(&code.len()) && code.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'))
}
