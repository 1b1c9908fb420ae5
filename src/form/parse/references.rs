//! Checks that need the whole form: ids are unique, references lead somewhere, steps are in order.

use std::collections::BTreeMap;

use super::notes::{Class, FieldNote, Notes, WhenNote};
use crate::form::{StepKind, laender};
use crate::problem::did_you_mean;
use crate::problem::report::Report;
use crate::problem::table::Placed;

/// Most questions of a form; nobody answers more.
const MOST_FIELDS: usize = 1_000;

/// Reports everything in the form that does not fit together.
pub(super) fn check(notes: &Notes, report: &Report<'_>) {
    if let Some(extra) = notes.fields.get(MOST_FIELDS) {
        report.wrong(&extra.place, format!("Ein Formular darf höchstens {MOST_FIELDS} Felder haben."), None);
        return;
    }
    unique(notes.steps.iter().filter_map(|step| step.id.as_ref()), "ein anderer Schritt", report);
    unique(notes.sections.iter(), "ein anderer Abschnitt", report);
    unique(notes.fields.iter().filter_map(|field| field.id.as_ref()), "ein anderes Feld", report);
    targets(notes, report);
    steps(notes, report);
    offices(notes, report);
    blanks(notes, report);
    let each = notes.fields.iter().filter(|field| matches!(field.class, Class::Unterlagen));
    for extra in each.skip(1) {
        report.wrong(&extra.place, "„unterlagen“ darf nur bei einem Feld des Formulars stehen.", None);
    }
    for (number, field) in notes.fields.iter().enumerate() {
        if let Some(when) = &field.when {
            condition(number, field, when, notes, report);
        }
        if let Some(country) = &field.country {
            postcode(field, country, notes, report);
        }
    }
    rules(notes, report);
}

fn unique<'n>(ids: impl Iterator<Item = &'n Placed<String>>, other: &str, report: &Report<'_>) {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for id in ids {
        if let Some(first) = seen.get(id.value.as_str()) {
            let line = report.line(*first);
            let message = format!("Die Kennung „{}“ hat schon {other}, Zeile {line}.", id.value);
            report.wrong(&id.span, message, None);
        } else {
            seen.insert(&id.value, id.span.start);
        }
    }
}

/// Sections and questions are places on the same page, where links lead.
fn targets(notes: &Notes, report: &Report<'_>) {
    for section in &notes.sections {
        if let Some(field) = notes.field(&section.value).and_then(|(_, field)| field.id.as_ref()) {
            let line = report.line(field.span.start);
            let message =
                format!("Die Kennung „{}“ dieses Abschnitts hat schon ein Feld, Zeile {line}.", section.value);
            report.wrong(&section.span, message, None);
        }
    }
}

fn steps(notes: &Notes, report: &Report<'_>) {
    let Some(last) = notes.steps.last() else { return };
    // A step whose kind cannot be read could be any of them.
    let unreadable = notes.steps.iter().any(|step| step.kind.is_none());
    let of = |kind| notes.steps.iter().filter(move |step| step.kind == Some(kind));
    if !unreadable {
        if of(StepKind::Questions).next().is_none() {
            report.missing(&last.place, "Das Formular hat keinen Schritt mit Fragen („questions“).", None);
        }
        if of(StepKind::Office).next().is_none() {
            let hint = "ohne ihn weiß das Programm nicht, wohin der Antrag geht".to_owned();
            report.missing(&last.place, "Dem Formular fehlt der Schritt „office“ (Zuständige Stelle).", Some(hint));
        }
        if of(StepKind::Review).next().is_none() {
            report.missing(&last.place, "Der letzte Schritt muss die Bestätigung sein: kind = \"review\".", None);
        }
    }
    for kind in [StepKind::Office, StepKind::Review] {
        for extra in of(kind).skip(1) {
            report.wrong(&extra.place, "Diese Art von Schritt darf es nur einmal geben.", None);
        }
    }
    for step in &notes.steps[..notes.steps.len() - 1] {
        if step.kind == Some(StepKind::Review) {
            report.wrong(&step.place, "Die Bestätigung („review“) muss der letzte Schritt sein.", None);
        }
    }
}

/// The office question stands alone in the office step.
fn offices(notes: &Notes, report: &Report<'_>) {
    for (number, step) in notes.steps.iter().enumerate() {
        let Some(kind) = step.kind else { continue };
        let (offices, others): (Vec<_>, Vec<_>) = notes
            .fields
            .iter()
            .filter(|field| field.step == number)
            .partition(|field| matches!(field.class, Class::Office | Class::Unreadable));
        if kind == StepKind::Office {
            if offices.is_empty() {
                report.missing(&step.place, "Dem Schritt „office“ fehlt ein Feld der Art „office“.", None);
            }
            for extra in offices.iter().skip(1) {
                report.wrong(&extra.place, "Im Schritt „office“ darf nur ein Feld der Art „office“ stehen.", None);
            }
            for other in others {
                let hint = "stellen Sie dieses Feld in einen anderen Schritt".to_owned();
                report.wrong(&other.place, "Im Schritt „office“ darf kein anderes Feld stehen.", Some(hint));
            }
        } else {
            for office in offices.iter().filter(|field| matches!(field.class, Class::Office)) {
                report.wrong(&office.place, "Ein Feld der Art „office“ gehört in den Schritt „office“.", None);
            }
        }
    }
}

/// The office is known only after its step.
fn blanks(notes: &Notes, report: &Report<'_>) {
    let Some(office) = notes.steps.iter().position(|step| step.kind == Some(StepKind::Office)) else { return };
    for (step, span) in &notes.office_blanks {
        if *step <= office {
            let hint = "Lücken mit „stelle“ gehen erst in den Schritten nach „office“".to_owned();
            report.wrong(span, "Die zuständige Stelle steht hier noch nicht fest.", Some(hint));
        }
    }
}

fn condition(number: usize, field: &FieldNote, when: &WhenNote, notes: &Notes, report: &Report<'_>) {
    let Some((target_number, target)) = known(&when.field, notes, report) else { return };
    if target_number == number {
        report.wrong(&when.field.span, "Die Bedingung verweist auf das Feld selbst.", None);
        return;
    }
    if target_number > number {
        let own = field.id.as_ref().map_or("", |id| id.value.as_str());
        let circle = circle(own, &when.field.value, notes);
        let message = match circle {
            Some(circle) => format!("Die Bedingungen drehen sich im Kreis: {}.", circle.join(" → ")),
            None => format!("Die Bedingung verweist auf das spätere Feld „{}“.", when.field.value),
        };
        let hint = "eine Bedingung darf nur auf ein früheres Feld verweisen".to_owned();
        report.wrong(&when.field.span, message, Some(hint));
        return;
    }
    let allowed: Option<&Vec<String>> = match &target.class {
        Class::Unreadable => return,
        Class::Country | Class::Nationality => None,
        Class::Codes(codes) => Some(codes),
        Class::Office | Class::Shown | Class::Unterlagen | Class::Other => {
            let hint = "das geht bei choice, yesno, country und nationality".to_owned();
            let message = format!("Das Feld „{}“ wird nicht mit Codes beantwortet.", when.field.value);
            report.wrong(&when.field.span, message, Some(hint));
            return;
        }
    };
    for code in &when.is {
        let fits = match &target.class {
            Class::Country => laender::staat(&code.value).is_some(),
            Class::Nationality => laender::staatsangehoerigkeit(&code.value).is_some(),
            _ => allowed.is_some_and(|codes| codes.contains(&code.value)),
        };
        if !fits {
            let hint = match allowed {
                Some(codes) => did_you_mean(&code.value, codes.iter().map(String::as_str))
                    .unwrap_or_else(|| format!("es gibt die Codes {}", codes.join(", "))),
                None => "es gilt der dreistellige amtliche Schlüssel, zum Beispiel \"000\" für Deutschland".to_owned(),
            };
            let message = format!("Das Feld „{}“ kennt den Code „{}“ nicht.", when.field.value, code.value);
            report.wrong(&code.span, message, Some(hint));
        }
    }
}

/// The chain of conditions from `start` over `next` back to `start`, if there is one.
fn circle<'n>(start: &'n str, next: &'n str, notes: &'n Notes) -> Option<Vec<&'n str>> {
    let mut chain = vec![start, next];
    while chain.last() != Some(&start) {
        let (_, field) = notes.field(chain.last()?)?;
        let target = field.when.as_ref()?.field.value.as_str();
        if target != start && chain.contains(&target) {
            return None;
        }
        chain.push(target);
    }
    Some(chain)
}

fn postcode(field: &FieldNote, country: &Placed<String>, notes: &Notes, report: &Report<'_>) {
    let Some((_, target)) = known(country, notes, report) else { return };
    if !matches!(target.class, Class::Country | Class::Unreadable) {
        let message = format!("Das Feld „{}“ fragt nicht nach einem Staat (kind = \"country\").", country.value);
        report.wrong(&country.span, message, None);
    } else if target.step > field.step {
        let message = format!("Das Feld „{}“ steht in einem späteren Schritt.", country.value);
        report.wrong(&country.span, message, None);
    }
}

fn rules(notes: &Notes, report: &Report<'_>) {
    for rule in &notes.rules {
        if rule.fields.len() < 2 {
            report.wrong(&rule.place, "Diese Regel braucht wenigstens zwei Felder.", None);
        }
        for (place, id) in rule.fields.iter().enumerate() {
            if rule.fields[..place].iter().any(|other| other.value == id.value) {
                report.wrong(&id.span, format!("Das Feld „{}“ steht schon in dieser Regel.", id.value), None);
                continue;
            }
            let Some((_, field)) = known(id, notes, report) else { continue };
            let problem = match field.class {
                _ if field.step != rule.step => "steht in einem anderen Schritt als die Regel",
                Class::Office | Class::Shown => "wird hier nicht gefragt",
                Class::Unreadable => continue,
                _ if !field.optional => "ist ohnehin Pflicht, die Regel hätte keine Wirkung",
                _ => continue,
            };
            let hint =
                (!field.optional && field.step == rule.step && !matches!(field.class, Class::Shown | Class::Office))
                    .then(|| "setzen Sie beim Feld optional = true".to_owned());
            report.wrong(&id.span, format!("Das Feld „{}“ {problem}.", id.value), hint);
        }
    }
}

/// The question that an id leads to; reports an id that leads nowhere.
fn known<'n>(id: &Placed<String>, notes: &'n Notes, report: &Report<'_>) -> Option<(usize, &'n FieldNote)> {
    let found = notes.field(&id.value);
    // An unreadable id may be the one that is meant.
    if found.is_none() && notes.fields.iter().all(|field| field.id.is_some()) {
        let hint = did_you_mean(&id.value, notes.field_ids());
        report.missing(&id.span, format!("Das Feld „{}“ gibt es nicht.", id.value), hint);
    }
    found
}
