//! Tests of the intelliForm layout: a golden file, and well-formed whatever comes in.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::document::outline::Outline;
use crate::document::xml::reading::{leaf, well_formed};
use crate::draft::{Answer, Zugang, sample};
use crate::submission::{self, Submission};

fn layout() -> Layout {
    let felder = BTreeMap::from([("datenschutz_stelle".to_owned(), "datenschutz_bestaetigt".to_owned())]);
    Layout { sender: "antrag.example".to_owned(), felder }
}

fn printed(submission: &Submission, layout: &Layout) -> String {
    String::from_utf8(print(&Daten::of(submission, &Outline::of_submission(submission)), layout).unwrap()).unwrap()
}

#[test]
fn the_layout_is_as_import_jobs_know_it() {
    insta::assert_snapshot!(printed(&submission::first_sample(), &layout()));
}

#[test]
fn a_test_is_told_by_its_client_and_the_mailbox_is_not_told() {
    let mut submission = submission::sample();
    submission.application.draft.zugang = Zugang::Test;
    let xml = printed(&submission, &layout());
    assert!(xml.contains("t:client=\"test\" t:client-id=\"test\""));
    assert!(!xml.contains("buergerservice@moeckern.example"));
}

#[test]
fn no_and_unanswered_are_not_the_same() {
    let mut submission = submission::sample();
    let answers = &mut submission.application.draft.answers.0;
    answers.insert("kinder".to_owned(), Answer::YesNo(false));
    answers.remove("anrede");
    let xml = printed(&submission, &layout());
    assert!(xml.contains("<kinder>false</kinder>"));
    assert!(!xml.contains("<anrede"));
    assert!(!xml.contains("<anzahl"), "what was not asked is not told");
}

#[test]
fn an_element_stands_only_once_whatever_the_names() {
    let felder = ["nachname", "vorname", "strasse"].map(|field| (field.to_owned(), "pstId".to_owned())).into();
    let xml = printed(&submission::sample(), &Layout { felder, ..layout() });
    for name in ["pstId", "pstId_", "pstId__", "pstId___"] {
        assert_eq!(xml.matches(&format!("<{name}>")).count(), 1, "{name}");
    }
    assert_eq!(well_formed(&xml), Ok(()));
}

#[test]
fn only_names_name_elements() {
    for good in ["a", "_a", "gebuehren_bestaetigt", "OZG-Antragsassistent", "a.b-c"] {
        assert!(is_element(good), "{good}");
    }
    for wrong in ["", "1a", "-a", "a b", "a:b", "ä", "xmlFeld", "a>"] {
        assert!(!is_element(wrong), "{wrong}");
        assert!(is_element(&element(wrong)), "{wrong}");
    }
}

proptest! {
    #[test]
    fn any_text_anywhere_gives_a_well_formed_document(
        texts in proptest::collection::vec(proptest::collection::vec(any::<char>(), 0..30).prop_map(String::from_iter), 7)
    ) {
        let mut submission = submission::sample();
        let application = &mut submission.application;
        application.draft.answers.0.insert("anliegen".to_owned(), Answer::Text(texts[0].clone()));
        application.mandant_name.clone_from(&texts[1]);
        application.draft.uploads[0].name.clone_from(&texts[2]);
        application.draft.uploads[0].sha512.clone_from(&texts[6]);
        let mut form = sample::form();
        form.id.clone_from(&texts[3]);
        form.title.clone_from(&texts[4]);
        application.form = std::sync::Arc::new(form);
        let felder = [("nachname".to_owned(), texts[5].clone())].into();
        let xml = printed(&submission, &Layout { felder, ..layout() });
        prop_assert_eq!(well_formed(&xml), Ok(()));
    }

    #[test]
    fn any_permitted_text_is_read_back_unchanged(text in "[ -~äöüßÄÖÜéèñçşğİıĀāḨḩ€\\n]{1,200}") {
        let mut submission = submission::sample();
        submission.application.draft.answers.0.insert("anliegen".to_owned(), Answer::Text(text.clone()));
        let xml = printed(&submission, &layout());
        prop_assert_eq!(leaf(&xml, "anliegen"), Some(text));
    }
}
