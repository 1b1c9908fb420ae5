//! Rules of single questions: what counts as an answer, what bears a complaint, what has to be sent again.

use super::*;

#[test]
fn nothing_but_the_ticked_box_agrees_to_a_declaration() {
    let form = sample::form();
    for sent in ["nein", "Ja", "on", "x"] {
        let mut draft = sample::filled(&form);
        let raw = entries(&[("datenschutz_stelle", sent)]);
        let complaints = sample::within(&form, |context| take(&mut draft, &form.steps[2], &raw, context));
        assert_eq!(about(&complaints), ["datenschutz_stelle"], "{sent}");
        assert_eq!(draft.answers.get("datenschutz_stelle"), None, "{sent}");
    }
}

#[test]
fn a_condition_is_met_by_any_of_its_codes() {
    let choice = field("a", sample::choice(&["x", "y", "z"]));
    let form = form_of(vec![choice, when(field("b", Kind::Phone), "a", &["x", "y"])]);
    for (code, asked) in [("x", true), ("y", true), ("z", false)] {
        assert_eq!(about(&sent(&mut sample::draft(), &form, &[("a", code)])).contains(&"b"), asked, "{code}");
    }
}

#[test]
fn what_is_wrong_with_a_question_itself_comes_before_what_its_rule_says() {
    let mut form = form_of(vec![field("a", Kind::Phone), optional(field("b", Kind::Email))]);
    let message = "Bitte eines von beiden.".to_owned();
    let rule = Rule::AtLeastOneOf { fields: vec!["b".to_owned(), "a".to_owned()], message: message.clone() };
    Arc::make_mut(&mut form.steps[0].sections[0]).rules.push(rule);
    let wrong: Vec<Wrong> = sent(&mut sample::draft(), &form, &[]).into_iter().map(|one| one.wrong).collect();
    assert_eq!(wrong, [Wrong::Missing, Wrong::Rule { message }]);
}

#[test]
fn a_file_satisfies_a_rule_and_an_unasked_question_does_not_bear_one() {
    let files = Kind::Files { max_bytes: 9, max_count: 9, max_total: 9, unterlagen: false };
    let mut form = form_of(vec![
        field("a", Kind::YesNo),
        when(optional(field("b", Kind::Phone)), "a", &["ja"]),
        optional(field("c", files)),
    ]);
    let rule = Rule::AtLeastOneOf { fields: vec!["b".to_owned(), "c".to_owned()], message: "!".to_owned() };
    Arc::make_mut(&mut form.steps[0].sections[0]).rules.push(rule);
    let mut draft = sample::draft();
    assert_eq!(about(&sent(&mut draft, &form, &[("a", "ja")])), ["b"]);
    assert_eq!(about(&sent(&mut draft, &form, &[("a", "nein")])), ["c"], "the first that is asked");
    draft.uploads.push(sample::upload("c", 3));
    assert_eq!(about(&sent(&mut draft, &form, &[("a", "nein")])), Vec::<&str>::new());
}

#[test]
fn a_refused_entry_of_a_later_step_goes_with_its_branch() {
    let mut form = sample::form();
    let late = when(field("spaeter", Kind::Phone), "kinder", &["ja"]);
    Arc::make_mut(&mut form.steps[2].sections[0]).fields.push(late);
    let mut draft = sample::filled(&form);
    draft.pending.insert("spaeter".to_owned(), "wirr".to_owned());
    let mut raw = sample::raw(&form.steps[0]);
    sample::within(&form, |context| take(&mut draft, &form.steps[0], &raw, context));
    assert_eq!(draft.pending.len(), 1, "it is still asked");
    raw.insert("kinder".to_owned(), vec!["nein".to_owned()]);
    sample::within(&form, |context| take(&mut draft, &form.steps[0], &raw, context));
    assert_eq!(draft.pending.len(), 0);
}

#[test]
fn a_refused_entry_that_would_pass_now_has_to_be_sent_again() {
    let form = sample::form();
    let mut draft = sample::filled(&form);
    draft.answers.0.remove("plz");
    draft.pending.insert("plz".to_owned(), "39104".to_owned());
    let complaints = sample::within(&form, |context| complaints(&draft, &form.steps[0], context));
    assert_eq!(complaints, [Complaint { field: "plz".to_owned(), wrong: Wrong::SendAgain }]);
}

#[test]
fn the_country_that_is_sent_counts_before_the_one_that_was_answered() {
    let form = sample::form();
    let mut draft = sample::filled(&form);
    let plz = |draft: &mut Draft, land: &str| {
        let mut raw = sample::raw(&form.steps[0]);
        raw.insert("plz".to_owned(), vec!["SW1A 1AA".to_owned()]);
        raw.insert("land".to_owned(), vec![land.to_owned()]);
        let complaints = sample::within(&form, |context| take(draft, &form.steps[0], &raw, context));
        complaints.into_iter().find(|one| one.field == "plz").map(|one| one.wrong)
    };
    assert_eq!(plz(&mut draft, " 168 "), None);
    // No country counts as Germany.
    assert_eq!(plz(&mut draft, "  "), Some(Wrong::Postcode));
    assert_eq!((draft.answers.get("plz"), draft.pending.contains_key("plz")), (None, true));
    assert_eq!(plz(&mut draft, "000"), Some(Wrong::Postcode));
}

#[test]
fn a_postcode_of_another_step_than_its_country_follows_the_answer() {
    let mut form = sample::form();
    let plz = field("plz_zwei", Kind::Postcode { country: Some("land".to_owned()) });
    Arc::make_mut(&mut form.steps[2].sections[0]).fields.push(plz);
    let mut draft = sample::filled(&form);
    let raw = entries(&[("datenschutz_stelle", "ja"), ("plz_zwei", "SW1A 1AA")]);
    let taken = |draft: &mut Draft| {
        about(&sample::within(&form, |context| take(draft, &form.steps[2], &raw, context))).contains(&"plz_zwei")
    };
    assert!(taken(&mut draft), "the country is Germany");
    draft.answers.0.insert("land".to_owned(), Answer::Code("168".to_owned()));
    assert!(!taken(&mut draft));
}

#[test]
fn another_version_of_a_declaration_in_the_same_words_is_agreed_to_anew() {
    let mut form = sample::form();
    let before = sample::filled(&form);
    let field = &mut Arc::make_mut(&mut form.steps[2].sections[0]).fields[0];
    let Kind::Declaration { version, .. } = &mut field.kind else { panic!("the sample's declaration is one") };
    "3".clone_into(version);
    let fill = |_| "Stadt Möckern - Bürgerservice".to_owned();
    let later = Context { form: &form, now: "2020-06-20T10:00:00Z".parse().unwrap(), fill: &fill };
    let wrong: Vec<Wrong> = complaints(&before, &form.steps[2], &later).into_iter().map(|one| one.wrong).collect();
    assert_eq!(wrong, [Wrong::WordingChanged]);
    let mut again = before.clone();
    assert_eq!(take(&mut again, &form.steps[2], &entries(&[("datenschutz_stelle", "ja")]), &later), []);
    let Some(Answer::Declared { version, at, .. }) = again.answers.get("datenschutz_stelle") else {
        panic!("agreed to")
    };
    assert_eq!((version.as_str(), *at), ("3", later.now));
}
