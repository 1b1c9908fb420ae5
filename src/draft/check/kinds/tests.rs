//! Tests of every kind of question.

use jiff::civil::date;

use super::*;
use crate::draft::sample;

/// Reads an entry of a kind in the sample's surroundings.
fn entry(kind: Kind, typed: &str, country: Option<&str>) -> Result<Option<Answer>, Wrong> {
    let draft = sample::draft();
    let around = Surroundings { draft: &draft, now: sample::now(), country };
    read(&sample::field("frage", kind), typed, &around)
}

fn text(words: &str) -> Answer {
    Answer::Text(words.to_owned())
}

fn coded(code: &str) -> Answer {
    Answer::Code(code.to_owned())
}

/// Every kind, for what must hold for all.
fn kinds() -> Vec<Kind> {
    sample::form().fields().map(|(_, _, field)| field.kind.clone()).collect()
}

#[test]
fn the_entry_in_each_row_is_a_good_answer_and_reads_the_same_as_it_is_shown() {
    let mut typed = 0;
    for kind in kinds() {
        let example = kind.name().spec().entry;
        if example.is_empty() || matches!(kind, Kind::Declaration { .. }) {
            continue;
        }
        let example = if let Kind::Choice { options, .. } = &kind { options[0].code.as_str() } else { example };
        let answer = entry(kind.clone(), example, None).unwrap_or_else(|wrong| panic!("{kind:?}: {wrong:?}"));
        let answer = answer.unwrap_or_else(|| panic!("{kind:?} takes nothing"));
        assert_eq!(entry(kind.clone(), &shown(&kind, &answer), None), Ok(Some(answer)), "{kind:?}");
        typed += 1;
    }
    assert!(typed > 12, "only {typed} questions");
    let iban = Answer::Text("DE89370400440532013000".to_owned());
    assert_eq!(entry(Kind::Iban, "de89 3704\u{a0}0044 0532 0130\u{200b}00", None), Ok(Some(iban.clone())));
    assert_eq!(shown(&Kind::Iban, &iban), "DE89 3704 0044 0532 0130 00");
}

#[test]
fn blanks_alone_are_no_answer() {
    for kind in kinds().into_iter().filter(|kind| !matches!(kind, Kind::Area)) {
        for blank in ["", "  ", "\r\n\t", "\u{a0}\u{2003}"] {
            assert_eq!(entry(kind.clone(), blank, None), Ok(None), "{kind:?}");
        }
    }
}

#[test]
fn nul_and_controls_are_never_part_of_an_answer() {
    for kind in kinds() {
        for typed in ["a\0b", "\u{1}", "39104\0", "0391\u{7}123", "serife@beispiel.de\0", "ja\0", "20.12.1980\0"] {
            if let Ok(Some(answer)) = entry(kind.clone(), typed, None) {
                assert!(!answer.raw().contains(char::is_control), "{kind:?} takes {typed:?}");
            }
        }
    }
}

#[test]
fn text_is_trimmed_normalised_and_checked() {
    assert_eq!(entry(sample::text(Datatype::A, 20), " Mu\u{308}ller ", None), Ok(Some(text("Müller"))));
    let character = latin::check("Müller 3", Datatype::A).unwrap_err();
    assert_eq!((character.character.as_str(), character.position), ("3", 8));
    assert_eq!(entry(sample::text(Datatype::A, 20), " Müller 3", None), Err(Wrong::Forbidden(character)));
    assert_eq!(entry(sample::text(Datatype::B, 20), "Weg 3", None), Ok(Some(text("Weg 3"))));
    for (lines, taken) in [(1, false), (2, true), (4, true)] {
        let kind = Kind::Text { datatype: Datatype::C, min: 0, max: 20, lines };
        assert_eq!(entry(kind, "eins\r\nzwei", None) == Ok(Some(text("eins\nzwei"))), taken, "{lines}");
    }
}

#[test]
fn only_offered_codes_are_taken() {
    assert_eq!(entry(sample::choice(&["w", "m"]), "m", None), Ok(Some(coded("m"))));
    assert_eq!(entry(sample::choice(&["w", "m"]), "x", None), Err(Wrong::NotOffered));
    assert_eq!(entry(Kind::Country, "000", None), Ok(Some(coded("000"))));
    assert_eq!(entry(Kind::Country, "163", None), Ok(Some(coded("163"))));
    assert_eq!(entry(Kind::Country, "777", None), Err(Wrong::NotOffered));
    assert_eq!(entry(Kind::Country, "Deutschland", None), Err(Wrong::NotOffered));
    assert_eq!(entry(Kind::Nationality, "998", None), Ok(Some(coded("998"))));
    assert_eq!(entry(Kind::Country, "998", None), Err(Wrong::NotOffered));
    assert_eq!(entry(Kind::Office, "4712", None), Ok(Some(coded("4712"))));
    assert_eq!(entry(Kind::Office, "1", None), Err(Wrong::NotOffered));
}

#[test]
fn a_date_of_the_past_may_be_today_on_german_clocks() {
    let today = Answer::Date(date(2020, 6, 19));
    assert_eq!(entry(Kind::Date { past: true }, "19.6.2020", None), Ok(Some(today)));
    assert_eq!(entry(Kind::Date { past: true }, "20.6.2020", None), Err(Wrong::Future));
    assert!(entry(Kind::Date { past: false }, "20.6.2020", None).is_ok());
    // 23:30 of 1 January in Greenwich is the 2nd in Magdeburg.
    let draft = sample::draft();
    let around = Surroundings { draft: &draft, now: "2026-01-01T23:30:00Z".parse().unwrap(), country: None };
    assert!(read(&sample::field("tag", Kind::Date { past: true }), "2.1.2026", &around).is_ok());
}

#[test]
fn postcodes_have_five_digits_in_germany_and_are_free_elsewhere() {
    let postcode = || Kind::Postcode { country: Some("land".to_owned()) };
    for country in [None, Some("000")] {
        assert_eq!(entry(postcode(), " 39 104 ", country), Ok(Some(text("39104"))));
        for typed in ["3910", "391045", "D-39104", "SW1A 1AA", "３９１０４"] {
            assert_eq!(entry(postcode(), typed, country), Err(Wrong::Postcode), "{typed}");
        }
    }
    assert_eq!(entry(postcode(), "SW1A 1AA", Some("168")), Ok(Some(text("SW1A 1AA"))));
    assert_eq!(entry(postcode(), &"1".repeat(15), Some("168")), Ok(Some(text(&"1".repeat(15)))));
    assert_eq!(entry(postcode(), &"1".repeat(16), Some("168")), Err(Wrong::TooLong { max: 15, now: 16 }));
    assert!(matches!(entry(postcode(), "Київ", Some("166")), Err(Wrong::Forbidden(one)) if one.character == "К"));
}

#[test]
fn phone_numbers_keep_their_spelling() {
    for typed in ["0391 123456", "+49 (391) 123-456", "110", "0391/12 34 56"] {
        assert_eq!(entry(Kind::Phone, typed, None), Ok(Some(text(typed))));
    }
    assert_eq!(entry(Kind::Phone, "0391\u{a0}123\u{2013}4", None), Ok(Some(text("0391 123-4"))));
    assert_eq!(entry(Kind::Phone, "0391 abc", None), Err(Wrong::PhoneSign(Some('a'))));
    assert_eq!(entry(Kind::Phone, "0391\t1", None), Err(Wrong::PhoneSign(None)));
    assert_eq!(entry(Kind::Phone, "12", None), Err(Wrong::PhoneIncomplete));
    assert_eq!(entry(Kind::Phone, "+ ( ) / -", None), Err(Wrong::PhoneIncomplete));
    assert_eq!(entry(Kind::Phone, &"1".repeat(30), None), Ok(Some(text(&"1".repeat(30)))));
    assert_eq!(entry(Kind::Phone, &"1".repeat(31), None), Err(Wrong::TooLong { max: 30, now: 31 }));
}

#[test]
fn mail_addresses_must_be_reachable() {
    for typed in ["serife@beispiel.de", "a.b+c@sub.beispiel.de", "post@müller.de"] {
        assert_eq!(entry(Kind::Email, typed, None), Ok(Some(text(typed))));
    }
    let long = format!("a@{}.de", "b".repeat(260));
    for typed in [
        "serife",
        "serife@",
        "@firma.de",
        "a@rechner",
        "a@[127.0.0.1]",
        "a b@beispiel.de",
        "a@b@c",
        "a@b.de\nBcc: x@y.de",
    ] {
        assert_eq!(entry(Kind::Email, typed, None), Err(Wrong::Email), "{typed}");
    }
    assert_eq!(entry(Kind::Email, &long, None), Err(Wrong::TooLong { max: 254, now: 265 }));
    let host = ["b".repeat(62), "b".repeat(62), "b".repeat(62), "b".repeat(60), "de".to_owned()].join(".");
    let longest = format!("a@{host}");
    assert_eq!(entry(Kind::Email, &longest, None), Ok(Some(text(&longest))));
    assert_eq!(entry(Kind::Email, &format!("a{longest}"), None), Err(Wrong::TooLong { max: 254, now: 255 }));
    assert_eq!(entry(Kind::Email, "a@пример.de", None), Err(Wrong::Email), "no office could write it down");
}

#[test]
fn a_document_is_said_to_be_missing_by_one_word_only() {
    let unterlage = || Kind::Unterlage { max_bytes: 9, max_count: 9, max_total: 9 };
    assert_eq!(entry(unterlage(), " fehlt ", None), Ok(Some(coded("fehlt"))));
    for typed in ["ja", "x", "Fehlt"] {
        assert_eq!(entry(unterlage(), typed, None), Ok(None), "{typed}");
    }
}

#[test]
fn yes_and_no_are_taken_in_one_spelling() {
    assert_eq!(entry(Kind::YesNo, "ja", None), Ok(Some(Answer::YesNo(true))));
    assert_eq!(entry(Kind::YesNo, "nein", None), Ok(Some(Answer::YesNo(false))));
    assert_eq!(entry(Kind::YesNo, "vielleicht", None), Err(Wrong::NotOffered));
}

#[test]
fn an_empty_place_is_the_gebiet_and_another_place_is_checked() {
    assert_eq!(entry(Kind::Area, " ", None), Ok(Some(text("Möckern, Stadt (Jerichower Land, Sachsen-Anhalt)"))));
    assert_eq!(entry(Kind::Area, "Burg", None), Ok(Some(text("Burg"))));
    assert!(matches!(entry(Kind::Area, "Київ", None), Err(Wrong::Forbidden(_))));
    assert_eq!(entry(Kind::Area, &"a".repeat(200), None), Ok(Some(text(&"a".repeat(200)))));
    assert_eq!(entry(Kind::Area, &"a".repeat(201), None), Err(Wrong::TooLong { max: 200, now: 201 }));
    let mut nowhere = sample::draft();
    nowhere.gebiet = crate::office::Gebiet::default();
    let around = Surroundings { draft: &nowhere, now: sample::now(), country: None };
    assert_eq!(read(&sample::field("ort", Kind::Area), "", &around), Ok(None));
    // A name that the citizen did not type is not the citizen's to correct.
    let mut draft = sample::draft();
    draft.gebiet.name = "Kyjiw (Київ)".to_owned();
    let around = Surroundings { draft: &draft, now: sample::now(), country: None };
    let field = sample::field("ort", Kind::Area);
    let answer = read(&field, "", &around).unwrap().unwrap();
    assert_eq!(read(&field, &answer.raw(), &around), Ok(Some(answer)));
}

#[test]
fn the_last_of_a_yes_and_no_and_any_tick_of_a_box_count() {
    let values = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
    let declaration = Kind::Declaration { version: "1".to_owned(), text: crate::form::Text(Vec::new()) };
    assert_eq!(typed(&declaration, &values(&["", "ja"])), "ja");
    assert_eq!(typed(&Kind::YesNo, &values(&["nein", "ja"])), "ja");
    assert_eq!(typed(&Kind::Phone, &values(&["110", "112"])), "110");
    assert_eq!(typed(&Kind::Phone, &[]), "");
}

#[test]
fn a_refused_entry_is_kept_without_nul_and_never_without_bound() {
    assert_eq!(bounded(&Kind::Phone, "a\0b\u{7}"), "ab\u{7}");
    assert_eq!(bounded(&sample::text(Datatype::A, 10), &"ä".repeat(1000)).chars().count(), 40);
    assert_eq!(bounded(&sample::text(Datatype::C, 4000), &"ä".repeat(100_000)).chars().count(), 16_000);
    // What is cut off stays too long.
    assert_eq!(bounded(&sample::text(Datatype::C, 30_000), &"ä".repeat(100_000)).chars().count(), 30_001);
}
