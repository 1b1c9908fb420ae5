//! One question: what all kinds have in common.

use super::notes::{FieldNote, Notes, WhenNote};
use super::{kind, texts};
use crate::form::{Field, When};
use crate::problem::report::Legible;
use crate::problem::table::{Table, Value};

/// Input names of the wizard's own buttons.
const RESERVED: &[&str] = &["aktion"];

/// Purposes of inputs that WCAG 1.3.5 and HTML know ("autofill field names").
const PURPOSES: &[&str] = &[
    "off",
    "name",
    "honorific-prefix",
    "given-name",
    "additional-name",
    "family-name",
    "honorific-suffix",
    "nickname",
    "organization",
    "organization-title",
    "street-address",
    "address-line1",
    "address-line2",
    "address-line3",
    "address-level1",
    "address-level2",
    "address-level3",
    "address-level4",
    "postal-code",
    "country",
    "country-name",
    "bday",
    "bday-day",
    "bday-month",
    "bday-year",
    "sex",
    "language",
    "url",
    "email",
    "tel",
    "tel-country-code",
    "tel-national",
    "tel-area-code",
    "tel-local",
    "tel-extension",
    "impp",
];

/// Words that may stand before a purpose.
const PREFIXES: &[&str] = &["shipping", "billing", "home", "work", "mobile", "fax", "pager"];

/// Reads one question of a step and notes it, even if it cannot be read completely.
pub(super) fn read(table: &Table<'_>, notes: &mut Notes, step: usize) -> Legible<Field> {
    let id = super::id(table, RESERVED);
    let label = texts::line(table, "label");
    let optional = table.flag("optional");
    let (kind, class, country) = kind::read(table, notes, step);
    let help = table.get("help").map(|help| texts::text(help, notes, step)).transpose();
    let when = when(table);
    let autocomplete = autocomplete(table);
    let fim = fim(table);
    let (when, when_note) = when.map_or_else(
        |noted| (Err(noted), None),
        |when| {
            let (when, note) = when.unzip();
            (Ok(when), note)
        },
    );
    notes.fields.push(FieldNote {
        id: id.clone().ok(),
        step,
        class,
        optional,
        place: table.span.clone(),
        when: when_note,
        country,
    });
    Ok(Field {
        id: id?.value,
        label: label?,
        help: help?,
        kind: kind?,
        optional,
        when: when?,
        autocomplete: autocomplete?,
        fim: fim?,
    })
}

fn when(table: &Table<'_>) -> Legible<Option<(When, WhenNote)>> {
    let Some(value) = table.get("when") else { return Ok(None) };
    let condition = value.table()?;
    let field = condition.need("field").and_then(Value::placed);
    let is = condition.need("is").and_then(|is| is.words(true));
    condition.finish("einer Bedingung");
    let (field, is) = (field?, is?);
    let codes = is.iter().map(|code| code.value.clone()).collect();
    Ok(Some((When { field: field.value.clone(), is: codes }, WhenNote { field, is })))
}

fn autocomplete(table: &Table<'_>) -> Legible<Option<String>> {
    let Some(value) = table.get("autocomplete") else { return Ok(None) };
    let token = value.string()?;
    let mut words: Vec<&str> = token.split_ascii_whitespace().collect();
    let purpose = words.pop().unwrap_or_default();
    let unknown = words.iter().find(|word| !PREFIXES.contains(word)).copied();
    if let Some(unknown) = unknown.or_else(|| (!PURPOSES.contains(&purpose)).then_some(purpose)) {
        let message = format!("Den Zweck „{unknown}“ kennt „autocomplete“ nicht.");
        let example = "erlaubt sind die Zwecke aus HTML, zum Beispiel \"family-name\", \"postal-code\", \"bday\"";
        let known = PURPOSES.iter().chain(PREFIXES).copied();
        return Err(table.report.unknown(&value.span(), message, unknown, known, Some(example.to_owned())));
    }
    Ok(Some(token.to_owned()))
}

fn fim(table: &Table<'_>) -> Legible<Option<String>> {
    let Some(value) = table.get("fim") else { return Ok(None) };
    let id = value.string()?;
    let digits = id.strip_prefix('F').unwrap_or_default();
    if matches!(digits.len(), 8 | 11) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(Some(id.to_owned()));
    }
    let hint = "ein Datenfeld heißt F mit 8 oder 11 Ziffern, zum Beispiel \"F60000227\"".to_owned();
    Err(value.wrong(format!("„{id}“ ist keine FIM-Kennung eines Datenfelds."), Some(hint)))
}
