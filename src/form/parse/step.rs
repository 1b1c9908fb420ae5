//! Steps, sections and rules.

use std::sync::Arc;

use toml::Spanned;
use toml::de::DeValue;

use super::notes::{Notes, RuleNote, StepNote};
use super::report::Report;
use super::table::{Placed, Table};
use super::{field, id, text};
use crate::form::{Rule, Section, Step, StepKind};
use crate::problem::did_you_mean;

/// Parts of the application's address that are not steps.
const RESERVED: &[&str] =
    &["unterbrechen", "fortsetzen", "abbrechen", "vorschau", "quittung", "antrag", "datei", "dateien"];

/// Reads all steps.
pub(super) fn read_all(table: &Table<'_>, report: &mut Report<'_>, notes: &mut Notes) -> Option<Vec<Step>> {
    let items = table.list(report, "step")?;
    all(items.value, |item, number| {
        let table = Table::of(item, report)?;
        step(&table, report, notes, number)
    })
}

fn step(table: &Table<'_>, report: &mut Report<'_>, notes: &mut Notes, number: usize) -> Option<Step> {
    table.only(report, "eines Schritts", &["id", "title", "kind", "section"]);
    table.need(report, "id");
    table.need(report, "title");
    let id = id(table, report, RESERVED);
    let title = table.line(report, "title");
    let kind = kind(table, report);
    notes.steps.push(StepNote { id: id.clone(), kind, place: table.place.clone() });
    let sections = match (kind, table.list(report, "section")) {
        (Some(StepKind::Review), Some(sections)) => {
            let message = "Die Bestätigung („review“) zeigt alle Angaben und hat keine eigenen Abschnitte.";
            report.wrong(&sections.span, message, None);
            None
        }
        (Some(StepKind::Review), None) => Some(Vec::new()),
        (_, Some(sections)) => all(sections.value, |item, _| {
            let table = Table::of(item, report)?;
            section(&table, report, notes, number)
        }),
        (Some(_), None) => {
            table.need(report, "section");
            None
        }
        (None, None) => None,
    };
    Some(Step { id: id?.value, title: title?.value, kind: kind?, sections: sections? })
}

fn kind(table: &Table<'_>, report: &mut Report<'_>) -> Option<StepKind> {
    if !table.has("kind") {
        return Some(StepKind::Questions);
    }
    let kind = table.string(report, "kind")?;
    match kind.value {
        "questions" => Some(StepKind::Questions),
        "office" => Some(StepKind::Office),
        "review" => Some(StepKind::Review),
        other => {
            let hint = did_you_mean(other, ["questions", "office", "review"])
                .unwrap_or_else(|| "es gibt \"questions\", \"office\" und \"review\"".to_owned());
            report.wrong(&kind.span, format!("Die Art von Schritt „{other}“ gibt es nicht."), Some(hint));
            None
        }
    }
}

fn section(table: &Table<'_>, report: &mut Report<'_>, notes: &mut Notes, step: usize) -> Option<Arc<Section>> {
    table.only(report, "eines Abschnitts", &["id", "title", "sub", "intro", "fields", "rules"]);
    for key in ["id", "title", "fields"] {
        table.need(report, key);
    }
    let id = id(table, report, &[]);
    notes.sections.extend(id.clone());
    let title = table.line(report, "title");
    let intro = text(table, report, notes, step, "intro");
    let sub = table.flag(report, "sub");
    let items = table.list(report, "fields");
    if let Some(items) = items.as_ref().filter(|items| items.value.is_empty()) {
        report.wrong(&items.span, "Ein Abschnitt braucht wenigstens ein Feld.", None);
    }
    let fields = items.and_then(|items| {
        all(items.value, |item, _| {
            let table = Table::of(item, report)?;
            field::read(&table, report, notes, step)
        })
    });
    let rules = match table.list(report, "rules") {
        None => Some(Vec::new()),
        Some(items) => all(items.value, |item, _| {
            let table = Table::of(item, report)?;
            rule(&table, report, notes, step)
        }),
    };
    Some(Arc::new(Section { id: id?.value, title: title?.value, sub, intro, fields: fields?, rules: rules? }))
}

fn rule(table: &Table<'_>, report: &mut Report<'_>, notes: &mut Notes, step: usize) -> Option<Rule> {
    table.only(report, "einer Regel", &["at_least_one_of", "message"]);
    table.need(report, "at_least_one_of");
    table.need(report, "message");
    let fields = table.strings(report, "at_least_one_of", false);
    let message = table.line(report, "message");
    let fields = fields?;
    let owned: Vec<Placed<String>> =
        fields.value.into_iter().map(|id| Placed { value: id.value.to_owned(), span: id.span }).collect();
    let ids = owned.iter().map(|id| id.value.clone()).collect();
    notes.rules.push(RuleNote { step, fields: owned, place: fields.span });
    Some(Rule::AtLeastOneOf { fields: ids, message: message?.value })
}

/// Reads every item, also those after one that cannot be read; `None` if any could not.
fn all<'t, T>(
    items: &'t [Spanned<DeValue<'t>>],
    mut read: impl FnMut(&'t Spanned<DeValue<'t>>, usize) -> Option<T>,
) -> Option<Vec<T>> {
    let read: Vec<Option<T>> = items.iter().enumerate().map(|(number, item)| read(item, number)).collect();
    read.into_iter().collect()
}
