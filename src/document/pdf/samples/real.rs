//! Outlines of real forms: every kind of question, and the longest application that the pilot's form permits.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::document::outline::Outline;
use crate::draft::{Answer, Draft, sample};
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
    for (_, _, field) in form.fields() {
        fill(&mut draft, &field.id, &field.kind);
    }
    let sealed = submission::sample();
    let application = Application { form: Arc::new(form), draft, ..sealed.application };
    Outline::of_submission(&Submission { application, ..sealed })
}

fn fill(draft: &mut Draft, id: &str, kind: &Kind) {
    let answer = match kind {
        Kind::Service => return,
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
        Kind::Date { .. } => Answer::Date("1980-12-20".parse().unwrap()),
        Kind::Country | Kind::Nationality => Answer::Code("163".to_owned()),
        Kind::Postcode { .. } => Answer::Text("39291".to_owned()),
        Kind::Phone => Answer::Text("+49 391 ".to_owned() + &"1234567890".repeat(3)),
        Kind::Email => Answer::Text(format!("{}@{}.example", "vorname.nachname".repeat(4), "verwaltung-".repeat(15))),
        Kind::Area => Answer::Text(words("Musterhausen an der Elbe", 120)),
        Kind::Declaration { version, text } => Answer::Declared {
            version: version.clone(),
            wording: text.filled(|_| words("Landkreis Jerichower Land", 250)),
            at: sample::now(),
        },
        Kind::YesNo => Answer::YesNo(true),
        Kind::Number { max, .. } => Answer::Number(*max),
        Kind::Office => Answer::Code("4711".to_owned()),
    };
    draft.answers.0.insert(id.to_owned(), answer);
}

/// So many characters of words.
fn words(of: &str, count: usize) -> String {
    of.chars().chain([' ']).cycle().take(count).collect::<String>().trim_end().to_owned()
}

/// A new kind must be named here and put into the sample form.
fn name(kind: &Kind) -> &'static str {
    match kind {
        Kind::Service => "Service",
        Kind::Text { .. } => "Text",
        Kind::Choice { .. } => "Choice",
        Kind::Date { .. } => "Date",
        Kind::Country => "Country",
        Kind::Nationality => "Nationality",
        Kind::Postcode { .. } => "Postcode",
        Kind::Phone => "Phone",
        Kind::Email => "Email",
        Kind::Area => "Area",
        Kind::Files { .. } => "Files",
        Kind::Unterlage { .. } => "Unterlage",
        Kind::Declaration { .. } => "Declaration",
        Kind::YesNo => "YesNo",
        Kind::Number { .. } => "Number",
        Kind::Office => "Office",
    }
}

#[test]
fn the_sample_form_has_every_kind_of_question_and_its_outline_shows_each() {
    let form: Form = sample::form();
    let kinds: BTreeSet<&str> = form.fields().map(|(_, _, field)| name(&field.kind)).collect();
    assert_eq!(kinds.len(), 16);
    let rows: usize = every_kind().sections.iter().map(|section| section.rows.len()).sum();
    assert_eq!(rows, form.fields().count());
}
