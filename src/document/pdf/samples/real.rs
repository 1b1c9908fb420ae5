//! Outlines of real forms: every kind of question, and the longest application that the pilot's form permits.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::document::outline::Outline;
use crate::draft::check::take;
use crate::draft::{Answer, Draft, sample};
use crate::form::kinds::KindName;
use crate::form::{Form, Kind, parse};
use crate::latin::Datatype;
use crate::submission::{self, Application, Submission};

/// One answer to each kind of question.
pub(super) fn every_kind() -> Outline {
    Outline::of_submission(&submission::sample())
}

/// The pilot's form with every text as long as it may be, the longest choices, and as many files as it takes.
pub(super) fn longest() -> Outline {
    let source = include_str!("../../../../forms/OZG-Antragsassistent/form.toml");
    let form = parse::parse("OZG-Antragsassistent", "form.toml", source).unwrap();
    let mut draft =
        Draft { stellen: vec![sample::office("4711", &words("Amt für Bürgerservice", 250))], ..sample::draft() };
    draft.leistung.name = words("Ausnahmegenehmigung zur Verlängerung", 250);
    for step in &form.steps {
        sample::within(&form, |context| take(&mut draft, step, &sample::raw(step), context));
    }
    for (_, _, field) in form.fields() {
        fill(&mut draft, &field.id, &field.kind);
    }
    let sealed = submission::sample();
    let application = Application { form: Arc::new(form), draft, ..sealed.application };
    Outline::of_submission(&Submission { application, ..sealed })
}

fn fill(draft: &mut Draft, id: &str, kind: &Kind) {
    let answer = match kind {
        Kind::Files { max_count, .. } | Kind::Unterlage { max_count, .. } => {
            for number in 0..*max_count {
                let mut upload = sample::upload(id, 9_999_999);
                upload.name = format!("{number:02}-{}.pdf", "Nachweis_über-den_Wohnsitz".repeat(4));
                draft.uploads.push(upload);
            }
            return;
        }
        Kind::Text { datatype, max, lines, .. } => Answer::Text(match (datatype, lines) {
            (Datatype::C, 2..) => words("Ich bitte um Prüfung.\nGründe:\n\nUmzug", *max),
            // A single word, which has no gap to break at.
            (Datatype::A, _) => Answer::Text("Wolfeschlegelsteinhausen".repeat(6)).raw().chars().take(*max).collect(),
            _ => words("Straße der Einheit", *max),
        }),
        Kind::Choice { options, .. } => {
            Answer::Code(options.iter().max_by_key(|one| one.label.len()).unwrap().code.clone())
        }
        Kind::Phone => Answer::Text("+49 391 ".to_owned() + &"1234567890".repeat(3)),
        Kind::Email => Answer::Text(format!("{}@{}.example", "vorname.nachname".repeat(4), "verwaltung-".repeat(15))),
        Kind::Area => Answer::Text(words("Musterhausen an der Elbe", 120)),
        Kind::Declaration { version, text } => Answer::Declared {
            version: version.clone(),
            wording: text.filled(|_| words("Landkreis Jerichower Land", 250)),
            at: sample::now(),
        },
        Kind::Number { max, .. } => Answer::Number(*max),
        // Whatever else there is has no longest answer: that of its row stays.
        _ => return,
    };
    draft.answers.0.insert(id.to_owned(), answer);
}

/// So many characters of words.
fn words(of: &str, count: usize) -> String {
    of.chars().chain([' ']).cycle().take(count).collect::<String>().trim_end().to_owned()
}

#[test]
fn the_sample_form_has_every_kind_of_question_and_its_outline_shows_each() {
    let form: Form = sample::form();
    let kinds: BTreeSet<KindName> = form.fields().map(|(_, _, field)| field.kind.name()).collect();
    assert_eq!(kinds, KindName::ALL.iter().copied().collect());
    let rows: usize = every_kind().sections.iter().map(|section| section.rows.len()).sum();
    assert_eq!(rows, form.fields().count());
}
