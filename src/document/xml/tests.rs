//! Tests of the XML. Those with the schema need `xmllint`.

use std::process::Command;
use std::sync::Arc;

use proptest::prelude::*;

use super::reading::{in_question as read, well_formed};
use super::*;
use crate::document::outline::Outline;
use crate::draft::{Answer, Zugang, sample};
use crate::form::kinds::KindName;
use crate::latin::{self, Datatype};
use crate::office::{Gebiet, Leistung};
use crate::submission::{self, Submission};

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/antrag-1.xsd");

fn printed(submission: &Submission) -> String {
    String::from_utf8(print(&Daten::of(submission, &Outline::of_submission(submission))).unwrap()).unwrap()
}

/// The sample with other answers, unchecked: what the checks would refuse must not break the document either.
fn with(answers: &[(&str, Answer)]) -> Submission {
    let mut submission = submission::sample();
    for (field, answer) in answers {
        submission.application.draft.answers.0.insert((*field).to_owned(), answer.clone());
    }
    submission
}

/// Whether the documents are valid, in one call, since starting the program takes longer than checking.
fn xmllint(documents: &[String]) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new("xmllint");
    command.args(["--noout", "--nonet", "--schema", SCHEMA]);
    for (number, document) in documents.iter().enumerate() {
        let file = folder.path().join(format!("{number}.xml"));
        std::fs::write(&file, document).unwrap();
        command.arg(file);
    }
    let output =
        command.output().expect("xmllint is missing: install it, on Debian with `apt-get install libxml2-utils`");
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

/// Every character of datatype C, and some of its sequences.
fn all_of_datatype_c() -> String {
    let singles = ('\u{20}'..'\u{2fff}').filter(|one| latin::check(&one.to_string(), Datatype::C).is_ok());
    singles.chain("K\u{35f}hC\u{328}\u{306}s\u{31b}\u{304}".chars()).collect()
}

#[test]
fn the_pilots_xml_is_as_it_always_was() {
    insta::assert_snapshot!(printed(&submission::first_sample()));
}

#[test]
fn every_question_stands_in_form_order_answered_or_not() {
    let submission = submission::sample();
    let xml = printed(&submission);
    let places: Vec<usize> = submission
        .application
        .form
        .fields()
        .map(|(_, _, field)| xml.find(&format!("<frage id=\"{}\"", field.id)).expect("every question is asked here"))
        .collect();
    assert!(places.is_sorted());
    assert_eq!(read(&xml, "geburtsname", "wert"), None);
    assert_eq!(read(&xml, "geburtsname", "anzeige").as_deref(), Some("./."));
    assert_eq!(read(&xml, "geburtsdatum", "wert").as_deref(), Some("1980-12-20"));
    assert_eq!(read(&xml, "geburtsdatum", "anzeige").as_deref(), Some("20.12.1980"));
    assert_eq!(read(&xml, "nachname", "wert").as_deref(), Some("Ḩāǧǧ"));
}

#[test]
fn a_document_says_the_first_version_that_knows_its_kinds_and_an_iban_is_told_without_blanks() {
    let mut submission = submission::sample();
    let xml = printed(&submission);
    assert!(xml.contains("version=\"1.2\""));
    assert_eq!(read(&xml, "iban", "wert").as_deref(), Some("DE89370400440532013000"));
    assert_eq!(read(&xml, "iban", "anzeige").as_deref(), Some("DE89 3704 0044 0532 0130 00"));
    let form = Arc::make_mut(&mut submission.application.form);
    for section in &mut form.steps[0].sections {
        Arc::make_mut(section).fields.retain(|field| field.kind.name() != KindName::Iban);
    }
    assert!(printed(&submission).contains("version=\"1.1\""));
}

#[test]
fn readable_values_are_those_of_the_outline() {
    let submission = submission::sample();
    let xml = printed(&submission);
    for row in Outline::of_submission(&submission).sections.iter().flat_map(|section| &section.rows) {
        assert_eq!(read(&xml, &row.field, "anzeige").as_ref(), Some(&row.value), "{}", row.field);
    }
}

#[test]
fn a_test_is_marked_and_the_mailbox_is_not_told() {
    let mut submission = submission::sample();
    assert!(printed(&submission).contains("version=\"1.2\" test=\"false\""));
    submission.application.draft.zugang = Zugang::Test;
    let xml = printed(&submission);
    assert!(xml.contains("test=\"true\"") && xml.contains("<zugang>test</zugang>"));
    assert!(!xml.contains("buergerservice@moeckern.example"));
}

#[test]
fn markup_in_an_answer_stays_text() {
    let nasty = "</wert><wert>]]>&amp; <!-- \"x\" 'y' <?pi?>\nzweite Zeile";
    let xml = printed(&with(&[("anliegen", Answer::Text(nasty.to_owned()))]));
    assert_eq!(read(&xml, "anliegen", "wert").as_deref(), Some(nasty));
}

#[test]
#[ignore = "needs xmllint; make test runs it"]
fn every_xml_validates_against_the_schema() {
    let mut test = submission::sample();
    test.application.draft.zugang = Zugang::Test;
    let mut bare = submission::sample();
    bare.application.draft.uploads.clear();
    bare.application.draft.leistung = Leistung { leika: Some("kein Schlüssel".to_owned()), ..Leistung::default() };
    bare.application.draft.gebiet =
        Gebiet { ags: Some("15".to_owned()), ars: Some("x".to_owned()), ..Gebiet::default() };
    bare.application.draft.answers.0.clear();
    let mut many = submission::sample();
    many.application.draft.uploads = (0..50).map(|number| sample::upload("anlagen", number)).collect();
    let letter = |words: String| with(&[("anliegen", Answer::Text(words))]);
    let documents = [
        submission::sample(),
        test,
        bare,
        many,
        letter("Sehr geehrte Damen und Herren,\n\tÄÖÜ äöü ß € & <>\n".repeat(1500)),
        letter(all_of_datatype_c()),
        letter("\0\u{1}\u{fffe} Иван 😀".to_owned()),
        letter(String::new()),
        with(&[("kinder", Answer::YesNo(false)), ("anzahl", Answer::Number(i64::MIN))]),
    ];
    let documents: Vec<String> = documents.iter().map(printed).collect();
    assert_eq!(xmllint(&documents), Ok(()));
}

#[test]
#[ignore = "needs xmllint; make test runs it"]
fn the_schema_refuses_what_is_not_an_application() {
    let good = printed(&submission::sample());
    for (wrong, by) in [
        ("20200619337550065600", "2020061933755006560"),
        ("+02:00", "Z"),
        ("<zugang>standard", "<zugang>echt"),
        ("art=\"datum\"", "art=\"tag\""),
        ("ags=\"15086140\"", "ags=\"1508614\""),
        ("abababab", "ABABABAB"),
        ("<wert xsi:type=\"WertA\">Ḩāǧǧ", "<wert>Иван"),
        ("<wert xsi:type=\"WertA\">Ḩāǧǧ", "<wert xsi:type=\"WertA\">Ḩāǧǧ 3"),
        ("xsi:type=\"WertB\"", "xsi:type=\"WertZ\""),
        ("<anlage frage=\"anlagen\"", "<anlage frage=\"andere\""),
        ("<frage id=\"vorname\"", "<frage id=\"nachname\""),
        ("<sprache>de</sprache>", ""),
        ("antrag:1\"", "antrag:2\""),
        ("test=\"false\"", "test=\"0\""),
    ] {
        assert!(good.contains(wrong), "{wrong} must occur in the sample");
        assert!(xmllint(&[good.replace(wrong, by)]).is_err(), "{wrong} → {by} must not be valid");
    }
}

#[test]
#[ignore = "needs xmllint; make test runs it"]
fn any_text_anywhere_gives_a_valid_document() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let any = proptest::collection::vec(any::<char>(), 0..40).prop_map(String::from_iter);
    let mut next = move || any.new_tree(&mut runner).unwrap().current();
    let documents: Vec<String> = (0..100)
        .map(|_| {
            let mut submission = with(&[("anliegen", Answer::Text(next())), ("nachname", Answer::Text(next()))]);
            let application = &mut submission.application;
            application.mandant_name = next();
            application.stelle.stelle.name = next();
            application.draft.leistung.name = next();
            application.draft.leistung.pst_id = next();
            application.draft.gebiet.kreis = Some(next());
            application.draft.gebiet.ars = Some(next());
            application.draft.uploads[0].name = next();
            let mut form = sample::form();
            form.title = next();
            Arc::make_mut(&mut form.steps[0].sections[1]).fields[0].label = next();
            application.form = Arc::new(form);
            printed(&submission)
        })
        .collect();
    assert_eq!(xmllint(&documents), Ok(()));
}

proptest! {
    #[test]
    fn any_permitted_text_is_read_back_unchanged(text in "[ -~äöüßÄÖÜéèñçşğİıĀāḨḩ€\\n]{1,200}") {
        let xml = printed(&with(&[("anliegen", Answer::Text(text.clone()))]));
        prop_assert_eq!(read(&xml, "anliegen", "wert"), Some(text));
    }

    #[test]
    fn any_text_at_all_gives_a_well_formed_document(text in ".{0,60}", name in proptest::collection::vec(any::<char>(), 0..30)) {
        let mut submission = with(&[("anliegen", Answer::Text(text))]);
        submission.application.stelle.stelle.name = name.into_iter().collect();
        let xml = printed(&submission);
        prop_assert_eq!(well_formed(&xml), Ok(()));
        prop_assert!(xml.chars().all(|one| one == '\n' || one == '\t' || !one.is_control()));
    }
}
