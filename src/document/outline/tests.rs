//! Tests of the outline.

use super::*;
use crate::document::daten::Daten;
use crate::document::xml;
use crate::draft::sample;

fn outline() -> Outline {
    let form = sample::form();
    Outline::of_draft(&form, &sample::filled(&form), "Musterland", &GERMAN)
}

fn row<'a>(outline: &'a Outline, field: &str) -> &'a Row {
    outline.sections.iter().flat_map(|section| &section.rows).find(|row| row.field == field).expect("is asked")
}

#[test]
fn sections_are_numbered_in_form_order_with_their_step() {
    let mut form = sample::form();
    Arc::make_mut(&mut form.steps[0].sections[2]).sub = true;
    let outline = Outline::of_draft(&form, &sample::filled(&form), "Musterland", &GERMAN);
    let heads: Vec<(String, &str)> =
        outline.sections.iter().map(|section| (section.heading(), section.step.as_str())).collect();
    let heads: Vec<(&str, &str)> = heads.iter().map(|(heading, step)| (heading.as_str(), *step)).collect();
    assert_eq!(
        heads,
        [
            ("Leistung", "angaben"),
            ("1. Angaben zur Person", "angaben"),
            ("Anschrift", "angaben"),
            ("2. Kontakt", "angaben"),
            ("3. Angaben zum Anliegen", "angaben"),
            ("4. Zuständige Stelle", "stelle"),
            ("5. Erklärungen", "erklaerungen"),
        ]
    );
}

#[test]
fn answers_read_as_people_read_them() {
    let outline = outline();
    for (field, value) in [
        ("leistung", "Kinderreisepass verlängern"),
        ("anrede", "W"),
        ("nachname", "Ḩāǧǧ"),
        ("geburtsname", "./."),
        ("geburtsdatum", "20.12.1980"),
        ("geburtsland", "Türkei"),
        ("staatsangehoerigkeit", "deutsch"),
        ("land", "Deutschland"),
        ("bezugsort", "Möckern, Stadt (Jerichower Land, Sachsen-Anhalt)"),
        ("kinder", "Ja"),
        ("anzahl", "2"),
        ("anliegen", "Guten Tag,\nbitte verlängern Sie den Pass.\n\nDanke & Gruß"),
        ("anlagen", "Ausweis.pdf (342 KB)"),
        ("stelle", "Stadt Möckern - Bürgerservice\nAm Markt 10\n39291 Möckern"),
        ("datenschutz_stelle", "Bestätigt"),
    ] {
        assert_eq!(row(&outline, field).value, value, "{field}");
    }
    assert!(!row(&outline, "geburtsname").answered);
    assert!(row(&outline, "anlagen").answered);
    assert!(row(&outline, "anliegen").long && row(&outline, "stelle").long && !row(&outline, "nachname").long);
    let wording = row(&outline, "datenschutz_stelle").wording.as_deref();
    assert_eq!(
        wording,
        Some("Ich habe die Datenschutzerklärung der Stelle „Stadt Möckern - Bürgerservice“ gelesen & verstanden.")
    );
}

#[test]
fn the_head_names_service_office_and_files() {
    let outline = outline();
    assert_eq!(outline.form_title, "OZG Antragsassistent");
    assert_eq!((outline.leistung.as_str(), outline.pst_id.as_str()), ("Kinderreisepass verlängern", "297492149"));
    assert_eq!(outline.stelle.as_deref(), Some("Stadt Möckern - Bürgerservice"));
    assert_eq!(outline.stelle_anschrift, ["Am Markt 10", "39291 Möckern"]);
    assert_eq!(outline.attachments.len(), 1);
    assert_eq!(outline.sealed, None);
    assert!(!outline.test);
}

#[test]
fn what_is_not_asked_is_left_out_and_numbers_close_up() {
    let mut form = sample::form();
    let mut draft = sample::filled(&form);
    draft.answers.0.insert("kinder".to_owned(), Answer::YesNo(false));
    for field in &mut Arc::make_mut(&mut form.steps[0].sections[3]).fields {
        *field = sample::when(field.clone(), "kinder", &["ja"]);
    }
    let outline = Outline::of_draft(&form, &draft, "Musterland", &GERMAN);
    assert!(outline.sections.iter().flat_map(|section| &section.rows).all(|row| row.field != "anzahl"));
    let heads: Vec<(Option<usize>, &str)> =
        outline.sections.iter().map(|section| (section.number, section.id.as_str())).collect();
    assert_eq!(heads[2..5], [(Some(2), "anschrift"), (Some(3), "anliegen"), (Some(4), "stelle")]);
}

#[test]
fn an_empty_draft_shows_every_question_unanswered() {
    let mut draft = sample::draft();
    draft.zugang = Zugang::Test;
    let outline = Outline::of_draft(&sample::form(), &draft, "Musterland", &GERMAN);
    assert!(outline.test);
    assert_eq!((outline.stelle.as_ref(), outline.stelle_anschrift.len()), (None, 0));
    for row in outline.sections.iter().flat_map(|section| &section.rows).filter(|row| row.field != "leistung") {
        assert_eq!((row.value.as_str(), row.answered, row.long), ("./.", false, false), "{}", row.field);
    }
}

#[test]
fn a_submission_has_its_number_and_time() {
    let submission = crate::submission::sample();
    let sealed = Outline::of_submission(&submission).sealed.expect("is sealed");
    assert_eq!(sealed, Sealed { vorgangsnummer: "20200619337550065600".to_owned(), at: submission.at });
}

/// A language that only this test speaks.
static OTHER: Tongue = Tongue {
    yes: "Yes",
    no: "No",
    confirmed: "Confirmed",
    unanswered: "none",
    lacking: "Not at hand",
    byte: "bytes",
    decimal_mark: '.',
    date: "%d/%m/%Y",
    country: |code| (code == "163").then_some("Turkey"),
    nationality: |code| (code == "000").then_some("German"),
};

#[test]
fn the_page_may_speak_another_language_and_documents_stay_german() {
    let mut submission = crate::submission::sample();
    let mut second = sample::upload("anlagen", 500);
    second.name = "Foto.jpg".to_owned();
    submission.application.draft.uploads.push(second);
    submission.application.draft.uploads[0].length = 3_565_158;
    submission.application.draft.answers.0.insert("kinder".to_owned(), Answer::YesNo(false));
    let application = &submission.application;
    let page = Outline::of_draft(&application.form, &application.draft, "Musterland", &OTHER);
    let document = Outline::of_submission(&submission);
    for (field, on_the_page, in_the_document) in [
        ("kinder", "No", "Nein"),
        ("geburtsname", "none", "./."),
        ("geburtsdatum", "20/12/1980", "20.12.1980"),
        ("geburtsland", "Turkey", "Türkei"),
        ("staatsangehoerigkeit", "German", "deutsch"),
        ("anlagen-geburtsurkunde", "Not at hand", "Liegt der antragstellenden Person nicht vor"),
        ("anlagen", "Ausweis.pdf (3.4 MB)\nFoto.jpg (500 bytes)", "Ausweis.pdf (3,4 MB)\nFoto.jpg (500 Byte)"),
        ("datenschutz_stelle", "Confirmed", "Bestätigt"),
        ("nachname", "Ḩāǧǧ", "Ḩāǧǧ"),
    ] {
        assert_eq!(row(&page, field).value, on_the_page, "{field}");
        assert_eq!(row(&document, field).value, in_the_document, "{field}");
    }
    let xml = String::from_utf8(xml::print(&Daten::of(&submission, &document)).unwrap()).unwrap();
    assert!(xml.contains("Bestätigt") && !xml.contains("Confirmed"));
    submission.application.draft.answers.0.insert("kinder".to_owned(), Answer::YesNo(true));
    let application = &submission.application;
    let page = Outline::of_draft(&application.form, &application.draft, "Musterland", &OTHER);
    assert_eq!(
        (row(&page, "kinder").value.as_str(), row(&Outline::of_submission(&submission), "kinder").value.as_str()),
        ("Yes", "Ja")
    );
}
