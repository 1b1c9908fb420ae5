//! One step's raw answers to typed answers and complaints; parsing never fails.

/// Calendar dates as people type them.
mod date;
/// Declarations: the wording that was shown, its version, its time.
mod declaration;
/// Files: how many, how large.
pub mod files;
/// International bank account numbers.
mod iban;
/// One raw answer to one typed answer, per kind of question.
mod kinds;
/// Whole numbers as people type them.
mod number;
/// Texts: trimmed, in normal form, of permitted characters.
mod text;
/// What may be wrong.
mod wrong;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use kinds::Surroundings;
pub use kinds::shown;
pub use wrong::{Complaint, Refusal, Wrong};

use super::{Answer, Answers, Draft, unterlagen};
use crate::form::{Field, Form, Kind, Rule, Step};

/// What a page sent, by field id; check boxes and files may repeat.
pub type Raw = BTreeMap<String, Vec<String>>;

/// Everything a check needs to know besides the answers.
pub struct Context<'a> {
    /// The form.
    pub form: &'a Form,
    /// Now, for "not in the future" and the time of a declaration.
    pub now: Timestamp,
    /// Fills the blanks of a declaration's wording.
    pub fill: &'a dyn Fn(crate::form::text::Blank) -> String,
}

/// How many conditions may hang on each other; a longer chain counts as not asked.
const LONGEST_CHAIN: usize = 64;

/// Takes a step's raw answers into the draft: valid ones typed, invalid ones kept as typed, empty ones removed, and the
/// answers of branches no longer taken pruned from the whole draft. Returns what is wrong with this step.
/// Fields that the page did not send count as empty; files and what is only shown are not typed in.
pub fn take(draft: &mut Draft, step: &Step, raw: &Raw, context: &Context<'_>) -> Vec<Complaint> {
    for field in questions(step) {
        let earlier = draft.answers.0.remove(&field.id);
        draft.pending.remove(&field.id);
        let typed = kinds::typed(&field.kind, raw.get(&field.id).map_or(&[], Vec::as_slice));
        if let Kind::Declaration { version, text } = &field.kind {
            if typed == declaration::AGREED {
                let answer = declaration::agreed(version, text, earlier, context);
                draft.answers.0.insert(field.id.clone(), answer);
            }
            continue;
        }
        let surroundings = Surroundings { draft, now: context.now, country: country(draft, field, Some((step, raw))) };
        match kinds::read(field, typed, &surroundings) {
            Ok(Some(answer)) => {
                draft.answers.0.insert(field.id.clone(), answer);
            }
            Ok(None) => {}
            Err(_) => {
                draft.pending.insert(field.id.clone(), kinds::bounded(&field.kind, typed));
            }
        }
    }
    prune(draft, context.form);
    complaints(draft, step, context)
}

/// What is missing or wrong in a step, judged by the draft alone (after resuming, before submitting).
pub fn complaints(draft: &Draft, step: &Step, context: &Context<'_>) -> Vec<Complaint> {
    let rules = broken_rules(draft, step, context.form);
    let mut found = Vec::new();
    for field in questions(step).filter(|field| is_met(context.form, field, &draft.answers)) {
        let of_rules = rules.iter().filter(|(first, _)| *first == field.id);
        let of_rules = of_rules.map(|(_, message)| Wrong::Rule { message: (*message).to_owned() });
        for wrong in wrong(draft, field, context).into_iter().chain(of_rules) {
            found.push(Complaint { field: field.id.clone(), wrong });
        }
    }
    found
}

/// Whether a question is asked, given the answers.
pub fn is_asked(form: &Form, field: &str, answers: &Answers) -> bool {
    form.field(field).is_some_and(|field| is_met(form, field, answers))
}

/// Whether a question's condition is met, and that of the question on which it depends, and so on.
pub(crate) fn is_met(form: &Form, field: &Field, answers: &Answers) -> bool {
    let mut next = field;
    for _ in 0..LONGEST_CHAIN {
        let Some(when) = &next.when else { return true };
        let Some(answer) = answers.get(&when.field) else { return false };
        let given = answer.raw();
        if !when.is.contains(&given) {
            return false;
        }
        let Some(earlier) = form.field(&when.field) else { return false };
        next = earlier;
    }
    false
}

/// The questions of a step in form order.
fn questions(step: &Step) -> impl Iterator<Item = &Field> {
    step.sections.iter().flat_map(|section| &section.fields)
}

/// Removes the answers, entries and files of questions that are not asked, and whatever is no question at all. [`take`] does
/// so each time; a draft that comes from elsewhere (a saved file) needs it once.
pub fn prune(draft: &mut Draft, form: &Form) {
    // Once is enough: a question is asked only if all those are on which it depends, so nothing hangs on what goes.
    let asked: HashSet<&str> = form
        .fields()
        .filter(|(_, _, field)| is_met(form, field, &draft.answers))
        .map(|(_, _, field)| field.id.as_str())
        .collect();
    draft.answers.0.retain(|id, _| asked.contains(id.as_str()));
    draft.pending.retain(|id, _| asked.contains(id.as_str()));
    draft.uploads.retain(|upload| asked.contains(upload.field.as_str()));
}

/// What is wrong with one question that is asked.
fn wrong(draft: &Draft, field: &Field, context: &Context<'_>) -> Option<Wrong> {
    match &field.kind {
        Kind::Service => return None,
        Kind::Files { .. } | Kind::Unterlage { .. } => {
            return files::wrong(field, &draft.uploads, unterlagen::fehlt(&draft.answers, &field.id));
        }
        Kind::Declaration { version, text } => {
            return declaration::wrong(field, version, text, draft.answers.get(&field.id), context);
        }
        _ => {}
    }
    let surroundings = Surroundings { draft, now: context.now, country: country(draft, field, None) };
    if let Some(typed) = draft.pending.get(&field.id) {
        // What was refused once and would pass now (another country, a later day) is taken when it is sent again.
        return Some(kinds::read(field, typed, &surroundings).err().unwrap_or(Wrong::SendAgain));
    }
    let Some(answer) = draft.answers.get(&field.id) else {
        return (!field.optional).then_some(Wrong::Missing);
    };
    // An answer is read once more: the draft may come from a file that the citizen kept, and other answers may have changed.
    let raw = match answer {
        Answer::Text(text) | Answer::Code(text) => Cow::Borrowed(text.as_str()),
        other => Cow::Owned(other.raw()),
    };
    match kinds::read(field, &raw, &surroundings) {
        Ok(Some(again)) if again == *answer => None,
        Ok(_) => Some(Wrong::SendAgain),
        Err(wrong) => Some(wrong),
    }
}

/// The rules of a step that are broken: the question that bears the complaint, and the form's own message. A rule may name
/// questions of other sections than its own.
fn broken_rules<'a>(draft: &Draft, step: &'a Step, form: &Form) -> Vec<(&'a str, &'a str)> {
    let mut broken = Vec::new();
    for rule in step.sections.iter().flat_map(|section| &section.rules) {
        let Rule::AtLeastOneOf { fields, message } = rule;
        // An entry that is refused bears its own complaint; to ask for another one besides would mislead.
        let filled = fields.iter().any(|id| {
            draft.answers.get(id).is_some()
                || draft.pending.contains_key(id)
                || draft.uploads.iter().any(|upload| upload.field == *id)
        });
        if filled {
            continue;
        }
        let first = questions(step).find(|field| fields.contains(&field.id) && is_met(form, field, &draft.answers));
        if let Some(first) = first {
            broken.push((first.id.as_str(), message.as_str()));
        }
    }
    broken
}

/// The code of the country on which a postcode depends. The page that sends both may ask the country below the postcode,
/// so what it sends counts before what was answered.
fn country<'a>(draft: &'a Draft, field: &Field, sent: Option<(&Step, &'a Raw)>) -> Option<&'a str> {
    let Kind::Postcode { country: Some(id) } = &field.kind else { return None };
    if let Some((step, raw)) = sent
        && questions(step).any(|other| other.id == *id)
    {
        return raw.get(id).and_then(|values| values.first()).map(|code| code.trim()).filter(|code| !code.is_empty());
    }
    match draft.answers.get(id) {
        Some(Answer::Code(code)) => Some(code),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
