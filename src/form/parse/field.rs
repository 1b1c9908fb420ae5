//! One question: what all kinds have in common.

use super::kind;
use super::notes::{FieldNote, Notes, WhenNote};
use super::report::Report;
use super::table::{Placed, Table};
use crate::form::{Field, When};
use crate::problem::did_you_mean;

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
pub(super) fn read(table: &Table<'_>, report: &mut Report<'_>, notes: &mut Notes, step: usize) -> Option<Field> {
    table.need(report, "id");
    table.need(report, "label");
    let name = kind::name(table, report);
    let id = super::id(table, report, RESERVED);
    let label = table.line(report, "label");
    let optional = table.flag(report, "optional");
    let (kind, class, country) = kind::read(name, table, report, notes, step);
    let help = super::text(table, report, notes, step, "help");
    let (when, when_note) = when(table, report).unzip();
    let autocomplete = autocomplete(table, report);
    let fim = fim(table, report);
    notes.fields.push(FieldNote {
        id: id.clone(),
        step,
        class,
        optional,
        place: table.place.clone(),
        when: when_note,
        country,
    });
    Some(Field { id: id?.value, label: label?.value, help, kind: kind?, optional, when, autocomplete, fim })
}

fn when(table: &Table<'_>, report: &mut Report<'_>) -> Option<(When, WhenNote)> {
    let condition = table.table(report, "when")?;
    condition.only(report, "einer Bedingung", &["field", "is"]);
    condition.need(report, "field");
    condition.need(report, "is");
    let (field, is) = (condition.string(report, "field"), condition.strings(report, "is", true));
    let (field, is) = (field?, is?);
    let codes: Vec<String> = is.value.iter().map(|code| code.value.to_owned()).collect();
    let owned = |word: Placed<&str>| Placed { value: word.value.to_owned(), span: word.span };
    Some((
        When { field: field.value.to_owned(), is: codes },
        WhenNote { field: owned(field), is: is.value.into_iter().map(owned).collect() },
    ))
}

fn autocomplete(table: &Table<'_>, report: &mut Report<'_>) -> Option<String> {
    let token = table.string(report, "autocomplete")?;
    let mut words: Vec<&str> = token.value.split_ascii_whitespace().collect();
    let purpose = words.pop().unwrap_or_default();
    let unknown = words.iter().find(|word| !PREFIXES.contains(word)).copied();
    let unknown = unknown.or_else(|| (!PURPOSES.contains(&purpose)).then_some(purpose));
    if let Some(unknown) = unknown {
        let hint = did_you_mean(unknown, PURPOSES.iter().chain(PREFIXES).copied()).unwrap_or_else(|| {
            "erlaubt sind die Zwecke aus HTML, zum Beispiel \"family-name\", \"postal-code\", \"bday\"".to_owned()
        });
        report.wrong(&token.span, format!("Den Zweck „{unknown}“ kennt „autocomplete“ nicht."), Some(hint));
        return None;
    }
    Some(token.value.to_owned())
}

fn fim(table: &Table<'_>, report: &mut Report<'_>) -> Option<String> {
    let id = table.string(report, "fim")?;
    let digits = id.value.strip_prefix('F').unwrap_or_default();
    if matches!(digits.len(), 8 | 11) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(id.value.to_owned());
    }
    let hint = "ein Datenfeld heißt F mit 8 oder 11 Ziffern, zum Beispiel \"F60000227\"".to_owned();
    report.wrong(&id.span, format!("„{}“ ist keine FIM-Kennung eines Datenfelds.", id.value), Some(hint));
    None
}
