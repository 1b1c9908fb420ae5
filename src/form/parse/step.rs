//! Steps, sections and rules.

use std::sync::Arc;

use super::notes::{Notes, RuleNote, StepNote};
use super::{field, id, texts};
use crate::form::{Field, Rule, Section, Step, StepKind};
use crate::problem::report::Legible;
use crate::problem::table::{Table, all};

/// Parts of the application's address that are not steps.
const RESERVED: &[&str] =
    &["unterbrechen", "fortsetzen", "abbrechen", "vorschau", "quittung", "antrag", "datei", "dateien"];

/// Reads all steps.
pub(super) fn read_all(table: &Table<'_>, notes: &mut Notes) -> Legible<Vec<Step>> {
    let items = table.need("step")?.list()?;
    all(items.into_iter().enumerate().map(|(number, item)| step(&item.table()?, notes, number)))
}

fn step(table: &Table<'_>, notes: &mut Notes, number: usize) -> Legible<Step> {
    let id = id(table, RESERVED);
    let title = texts::line(table, "title");
    let kind = kind(table);
    notes.steps.push(StepNote { id: id.clone().ok(), kind: kind.ok(), place: table.span.clone() });
    let sections = match (kind, table.get("section")) {
        (Ok(StepKind::Review), Some(sections)) => {
            let message = "Die Bestätigung („review“) zeigt alle Angaben und hat keine eigenen Abschnitte.";
            Err(sections.wrong(message, None))
        }
        (Ok(StepKind::Review), None) => Ok(Vec::new()),
        (_, Some(sections)) => {
            sections.list().and_then(|items| all(items.into_iter().map(|item| section(&item.table()?, notes, number))))
        }
        (Ok(_), None) => table.need("section").map(|_| Vec::new()),
        (Err(noted), None) => Err(noted),
    };
    table.finish("eines Schritts");
    Ok(Step { id: id?.value, title: title?, kind: kind?, sections: sections? })
}

fn kind(table: &Table<'_>) -> Legible<StepKind> {
    let Some(value) = table.get("kind") else { return Ok(StepKind::Questions) };
    match value.string()? {
        "questions" => Ok(StepKind::Questions),
        "office" => Ok(StepKind::Office),
        "review" => Ok(StepKind::Review),
        other => {
            let all = Some("es gibt \"questions\", \"office\" und \"review\"".to_owned());
            let message = format!("Die Art von Schritt „{other}“ gibt es nicht.");
            Err(table.report.unknown(&value.span(), message, other, ["questions", "office", "review"], all))
        }
    }
}

fn section(table: &Table<'_>, notes: &mut Notes, step: usize) -> Legible<Arc<Section>> {
    let id = id(table, &[]);
    notes.sections.extend(id.clone().ok());
    let title = texts::line(table, "title");
    let sub = table.flag("sub");
    let intro = table.get("intro").map(|intro| texts::text(intro, notes, step)).transpose();
    let fields = fields(table, notes, step);
    let rules = table
        .get("rules")
        .map_or(Ok(Vec::new()), |rules| all(rules.list()?.into_iter().map(|item| rule(&item.table()?, notes, step))));
    table.finish("eines Abschnitts");
    Ok(Arc::new(Section { id: id?.value, title: title?, sub, intro: intro?, fields: fields?, rules: rules? }))
}

fn fields(table: &Table<'_>, notes: &mut Notes, step: usize) -> Legible<Vec<Field>> {
    let value = table.need("fields")?;
    let items = value.list()?;
    if items.is_empty() {
        return Err(value.wrong("Ein Abschnitt braucht wenigstens ein Feld.", None));
    }
    all(items.into_iter().map(|item| field::read(&item.table()?, notes, step)))
}

fn rule(table: &Table<'_>, notes: &mut Notes, step: usize) -> Legible<Rule> {
    let list = table.need("at_least_one_of");
    let fields = list.and_then(|list| list.words(false));
    let message = texts::line(table, "message");
    table.finish("einer Regel");
    let (fields, place) = (fields?, list?.span());
    let ids = fields.iter().map(|id| id.value.clone()).collect();
    notes.rules.push(RuleNote { step, fields, place });
    Ok(Rule::AtLeastOneOf { fields: ids, message: message? })
}
