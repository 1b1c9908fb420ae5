//! Tests of taking and judging whole steps.

/// Rules of single questions.
mod rules;

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::draft::Zugang;
use crate::draft::sample::{self, entries, field, form_of, optional, when};
use crate::latin::Datatype;

/// Takes entries into the first step.
fn sent(draft: &mut Draft, form: &Form, pairs: &[(&str, &str)]) -> Vec<Complaint> {
    sample::within(form, |context| take(draft, &form.steps[0], &entries(pairs), context))
}

fn about(complaints: &[Complaint]) -> Vec<&str> {
    complaints.iter().map(|complaint| complaint.field.as_str()).collect()
}

/// A chain: `b` is asked if `a` is "ja", `c` if `b` is "x", and files and a phone number hang on `c`.
fn chain() -> Form {
    form_of(vec![
        field("a", Kind::YesNo),
        when(field("b", sample::choice(&["x", "y"])), "a", &["ja"]),
        when(field("c", sample::choice(&["p", "q"])), "b", &["x"]),
        when(optional(field("d", Kind::Phone)), "c", &["p"]),
        when(
            optional(field("e", Kind::Files { max_bytes: 9, max_count: 9, max_total: 9, unterlagen: false })),
            "c",
            &["p"],
        ),
    ])
}

#[test]
fn valid_entries_become_answers_and_invalid_ones_stay_as_typed() {
    let form = sample::form();
    let mut draft = sample::draft();
    let complaints = sent(&mut draft, &form, &[("nachname", "Müller 3"), ("vorname", "Eva"), ("plz", "1234")]);
    assert_eq!(draft.answers.get("vorname"), Some(&Answer::Text("Eva".to_owned())));
    assert_eq!(draft.pending.get("nachname").map(String::as_str), Some("Müller 3"));
    assert_eq!(draft.answers.get("nachname"), None);
    let expected = ["nachname", "geburtsdatum", "geburtsland", "staatsangehoerigkeit", "strasse", "plz", "ort", "land"];
    assert_eq!(about(&complaints)[..8], expected);
    assert_eq!(complaints, sample::within(&form, |context| super::complaints(&draft, &form.steps[0], context)));

    sent(&mut draft, &form, &[("nachname", "Müller"), ("vorname", "")]);
    assert_eq!(draft.answers.get("nachname"), Some(&Answer::Text("Müller".to_owned())));
    assert_eq!(draft.answers.get("vorname"), None);
    assert!(draft.pending.is_empty());
}

#[test]
fn what_is_no_question_of_the_step_is_ignored() {
    let form = sample::form();
    let mut draft = sample::draft();
    sent(&mut draft, &form, &[("aktion", "weiter"), ("stelle", "4711"), ("leistung", "999"), ("anlagen", "x")]);
    for id in ["aktion", "stelle", "leistung", "anlagen"] {
        assert_eq!((draft.answers.get(id), draft.pending.get(id)), (None, None), "{id}");
    }
    assert_eq!(draft.leistung.pst_id, "297492149");
}

#[test]
fn a_step_leaves_the_other_steps_alone() {
    let form = sample::form();
    let mut draft = sample::filled(&form);
    let before = draft.clone();
    sample::within(&form, |context| take(&mut draft, &form.steps[1], &entries(&[("stelle", "4711")]), context));
    sample::within(&form, |context| take(&mut draft, &form.steps[3], &Raw::new(), context));
    assert_eq!(draft, before);
}

#[test]
fn at_least_one_of_several_bears_on_the_first_that_is_asked() {
    let form = sample::form();
    let message = "Bitte geben Sie wenigstens eine Kontaktmöglichkeit an.".to_owned();
    let rule = Complaint { field: "telefon".to_owned(), wrong: Wrong::Rule { message } };
    let first = |complaints: &[Complaint]| complaints.contains(&rule);
    let mut draft = sample::draft();
    assert!(first(&sent(&mut draft, &form, &[])));
    assert!(!first(&sent(&mut draft, &form, &[("email", "a@beispiel.de")])));
    // A refused entry bears its own complaint and no second one.
    let complaints = sent(&mut draft, &form, &[("email", "falsch")]);
    assert!(!first(&complaints) && about(&complaints).contains(&"email"));
}

#[test]
fn a_rule_may_name_questions_of_other_sections() {
    let mut form = sample::form();
    let mut rules = std::mem::take(&mut Arc::make_mut(&mut form.steps[0].sections[3]).rules);
    Arc::make_mut(&mut form.steps[0].sections[4]).rules.append(&mut rules);
    let complaints = sent(&mut sample::draft(), &form, &[]);
    assert!(complaints.iter().any(|one| one.field == "telefon" && matches!(one.wrong, Wrong::Rule { .. })));
}

#[test]
fn pruning_follows_the_chain_of_conditions() {
    let form = chain();
    let mut draft = sample::draft();
    let all = [("a", "ja"), ("b", "x"), ("c", "p"), ("d", "wirr")];
    assert_eq!(about(&sent(&mut draft, &form, &all)), ["d"]);
    draft.uploads.push(sample::upload("e", 3));
    assert_eq!(about(&sent(&mut draft, &form, &all)), ["d"]);
    assert_eq!((draft.answers.0.len(), draft.pending.len(), draft.uploads.len()), (3, 1, 1));

    let complaints = sent(&mut draft, &form, &[("a", "nein"), ("b", "x"), ("c", "p"), ("d", "110")]);
    assert_eq!(complaints, []);
    assert_eq!(draft.answers.0.keys().collect::<Vec<_>>(), ["a"]);
    assert!(draft.pending.is_empty() && draft.uploads.is_empty());
}

#[test]
fn pruning_reaches_later_steps() {
    let mut form = sample::form();
    Arc::make_mut(&mut form.steps[2].sections[0]).fields[0].when =
        Some(crate::form::When { field: "kinder".to_owned(), is: vec!["ja".to_owned()] });
    let mut draft = sample::filled(&form);
    assert!(draft.answers.get("datenschutz_stelle").is_some());
    let mut raw = sample::raw(&form.steps[0]);
    raw.insert("kinder".to_owned(), vec!["nein".to_owned()]);
    let complaints = sample::within(&form, |context| take(&mut draft, &form.steps[0], &raw, context));
    assert_eq!(complaints, []);
    assert_eq!((draft.answers.get("datenschutz_stelle"), draft.answers.get("anzahl")), (None, None));
}

#[test]
fn a_stale_answer_deep_in_a_chain_asks_nothing() {
    let form = chain();
    let mut answers = Answers::default();
    answers.0.insert("b".to_owned(), Answer::Code("x".to_owned()));
    assert!(is_asked(&form, "a", &answers));
    assert!(!is_asked(&form, "b", &answers));
    assert!(!is_asked(&form, "c", &answers));
    assert!(!is_asked(&form, "unbekannt", &answers));
    answers.0.insert("a".to_owned(), Answer::YesNo(true));
    assert!(is_asked(&form, "b", &answers) && is_asked(&form, "c", &answers) && !is_asked(&form, "d", &answers));
}

#[test]
fn conditions_in_a_circle_are_not_asked_and_do_not_hang() {
    let form = form_of(vec![when(field("a", Kind::YesNo), "b", &["ja"]), when(field("b", Kind::YesNo), "a", &["ja"])]);
    let mut draft = sample::draft();
    draft.answers.0.insert("a".to_owned(), Answer::YesNo(true));
    draft.answers.0.insert("b".to_owned(), Answer::YesNo(true));
    assert!(!is_asked(&form, "a", &draft.answers));
    assert_eq!(sent(&mut draft, &form, &[("a", "ja"), ("b", "ja")]), []);
    assert!(draft.answers.0.is_empty());
}

#[test]
fn the_postcode_follows_the_country_below_it() {
    let form = sample::form();
    let mut draft = sample::draft();
    let complaints = sent(&mut draft, &form, &[("plz", "SW1A 1AA"), ("land", "168")]);
    assert!(!about(&complaints).contains(&"plz"));
    assert_eq!(draft.answers.get("plz"), Some(&Answer::Text("SW1A 1AA".to_owned())));
    // The country alone is changed: the postcode is wrong now, but not lost.
    let complaints = sent(&mut draft, &form, &[("plz", "SW1A 1AA"), ("land", "000")]);
    assert!(about(&complaints).contains(&"plz"));
    assert_eq!(draft.pending.get("plz").map(String::as_str), Some("SW1A 1AA"));
}

#[test]
fn a_declaration_keeps_its_wording_and_its_first_time() {
    let form = sample::form();
    let step = &form.steps[2];
    let mut draft = sample::filled(&form);
    let first = draft.answers.get("datenschutz_stelle").cloned();
    let fill = |_| "Stadt Möckern - Bürgerservice".to_owned();
    let later = Context { form: &form, now: "2020-06-20T10:00:00Z".parse().unwrap(), fill: &fill };
    assert_eq!(take(&mut draft, step, &entries(&[("datenschutz_stelle", "ja")]), &later), []);
    assert_eq!(draft.answers.get("datenschutz_stelle").cloned(), first);
    // Ticked off, it is gone.
    assert_eq!(about(&take(&mut draft, step, &entries(&[("datenschutz_stelle", "")]), &later)), ["datenschutz_stelle"]);
    assert_eq!(draft.answers.get("datenschutz_stelle"), None);
}

#[test]
fn another_office_makes_a_declaration_count_as_not_given() {
    let form = sample::form();
    let draft = sample::filled(&form);
    let complaints = sample::within_office(&form, "Landkreis", |context| complaints(&draft, &form.steps[2], context));
    assert_eq!(about(&complaints), ["datenschutz_stelle"]);
    assert_eq!(complaints[0].wrong, Wrong::WordingChanged);
    let mut again = draft.clone();
    let step = &form.steps[2];
    let raw = sample::raw(step);
    assert_eq!(sample::within_office(&form, "Landkreis", |context| take(&mut again, step, &raw, context)), []);
    assert_ne!(again.answers.get("datenschutz_stelle"), draft.answers.get("datenschutz_stelle"));
}

#[test]
fn an_office_that_is_no_longer_found_is_complained_about() {
    let form = sample::form();
    let mut draft = sample::filled(&form);
    draft.stellen.remove(0);
    let complaints = sample::within(&form, |context| complaints(&draft, &form.steps[1], context));
    assert_eq!(about(&complaints), ["stelle"]);
}

#[test]
fn answers_from_foreign_hands_are_judged_like_typed_ones() {
    let form = sample::form();
    for (id, answer) in [
        ("nachname", Answer::Text("Иван".to_owned())),
        ("nachname", Answer::Text(" Müller ".to_owned())),
        ("nachname", Answer::Text(String::new())),
        ("nachname", Answer::Code("Müller".to_owned())),
        ("anzahl", Answer::Number(21)),
        ("geburtsdatum", Answer::Date(jiff::civil::date(2999, 1, 1))),
        ("land", Answer::Code("777".to_owned())),
        ("email", Answer::Text("a@b\r\nBcc: c@d.de".to_owned())),
        ("anliegen", Answer::Text("a".repeat(3001))),
        ("anliegen", Answer::Text("a\0b".to_owned())),
    ] {
        let mut draft = sample::filled(&form);
        draft.answers.0.insert(id.to_owned(), answer);
        let complaints = sample::within(&form, |context| complaints(&draft, &form.steps[0], context));
        assert_eq!(about(&complaints), [id]);
    }
}

#[test]
fn going_forward_and_back_loses_nothing() {
    let form = sample::form();
    let mut draft = sample::filled(&form);
    draft.zugang = Zugang::Test;
    let before = draft.clone();
    for index in [2, 1, 0, 1, 2, 0] {
        let step = &form.steps[index];
        // What a page sends that shows the answers as they are and is not touched.
        let raw: Raw = step
            .sections
            .iter()
            .flat_map(|section| &section.fields)
            .filter_map(|field| Some((field.id.clone(), vec![draft.answers.get(&field.id)?.raw()])))
            .collect();
        assert_eq!(sample::within(&form, |context| take(&mut draft, step, &raw, context)), []);
    }
    assert_eq!(draft, before);
}

#[test]
fn a_cut_entry_is_never_taken_for_an_answer() {
    let form = form_of(vec![field("text", sample::text(Datatype::C, 30))]);
    let mut draft = sample::draft();
    let long = "a".repeat(5000);
    assert_eq!(about(&sent(&mut draft, &form, &[("text", &long)])), ["text"]);
    let kept = draft.pending["text"].clone();
    assert_eq!(kept.len(), 120);
    assert_eq!(about(&sent(&mut draft, &form, &[("text", &kept)])), ["text"]);
}

fn any_raw() -> impl Strategy<Value = Raw> {
    let ids: Vec<String> = sample::form().fields().map(|(_, _, field)| field.id.clone()).collect();
    let id = prop_oneof![9 => proptest::sample::select(ids), 1 => "\\PC{0,8}"];
    let known = proptest::sample::select(vec![
        "ja",
        "nein",
        "000",
        "163",
        "w",
        "4711",
        "20.12.1980",
        "39104",
        "3",
        "a@b.de",
        "110",
    ]);
    let value = prop_oneof![
        known.prop_map(str::to_owned),
        ".{0,30}",
        proptest::collection::vec(any::<char>(), 0..20).prop_map(String::from_iter)
    ];
    proptest::collection::btree_map(id, proptest::collection::vec(value, 0..3), 0..20)
}

#[test]
fn the_general_form_is_filled_with_the_least_a_citizen_must_say() {
    let source = include_str!("../../../forms/OZG-Antragsassistent/form.toml");
    let form = crate::form::parse::parse("OZG-Antragsassistent", "form.toml", source).unwrap();
    let mut draft = sample::draft();
    let raw = entries(&[
        ("nachname", "Müller"),
        ("geburtsdatum", "1.2.1980"),
        ("postfach", "12 34"),
        ("plz", "39104"),
        ("ort", "Magdeburg"),
        ("land", "000"),
        ("telefon", "0391 1234"),
        ("anliegen", "Bitte."),
        ("stelle", "4711"),
        ("gebuehren", "ja"),
        ("richtigkeit", "ja"),
        ("datenschutz_betreiber", "ja"),
        ("datenschutz_stelle", "ja"),
        ("missbrauch", "ja"),
    ]);
    for step in &form.steps {
        assert_eq!(sample::within(&form, |context| take(&mut draft, step, &raw, context)), []);
    }
    assert_eq!(draft.answers.0.len(), raw.len() + 1, "the place is filled in besides");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_a_page_sends_is_taken_without_panic_and_without_nul(raw in any_raw(), step in 0_usize..4) {
        let form = sample::form();
        let mut draft = sample::draft();
        let complaints = sample::within(&form, |context| take(&mut draft, &form.steps[step], &raw, context));
        let kept = draft.pending.values().cloned().chain(draft.answers.0.values().map(Answer::raw));
        for text in kept {
            prop_assert!(!text.contains('\0'));
        }
        for id in draft.pending.keys() {
            prop_assert!(draft.answers.get(id).is_none());
            prop_assert!(complaints.iter().any(|complaint| complaint.field == *id));
        }
    }

    #[test]
    fn taking_what_was_taken_changes_nothing(raw in any_raw(), step in 0_usize..4) {
        let form = sample::form();
        let step = &form.steps[step];
        let mut draft = sample::draft();
        let first = sample::within(&form, |context| take(&mut draft, step, &raw, context));
        let shown: Raw = draft
            .answers
            .0
            .iter()
            .map(|(id, answer)| (id.clone(), vec![answer.raw()]))
            .chain(draft.pending.iter().map(|(id, typed)| (id.clone(), vec![typed.clone()])))
            .collect();
        let before = draft.clone();
        let second = sample::within(&form, |context| take(&mut draft, step, &shown, context));
        // An entry that only its NUL spoiled is good the second time; everything else stays.
        if raw.values().flatten().all(|value| !value.contains('\0')) {
            prop_assert_eq!(&draft, &before);
            prop_assert_eq!(first, second);
        }
    }

    #[test]
    fn no_branch_that_is_not_taken_keeps_anything(a in "ja|nein|", b in "x|y|", c in "p|q|", d in "110|wirr|") {
        let form = chain();
        let mut draft = sample::draft();
        draft.uploads.push(sample::upload("e", 1));
        sent(&mut draft, &form, &[("a", &a), ("b", &b), ("c", &c), ("d", &d)]);
        for id in draft.answers.0.keys().chain(draft.pending.keys()) {
            prop_assert!(is_asked(&form, id, &draft.answers));
        }
        prop_assert_eq!(draft.uploads.len(), usize::from(a == "ja" && b == "x" && c == "p"));
    }
}
