//! Tests of the whole reader; the messages stand in `tests/forms/broken`.

use proptest::prelude::*;

use super::*;
use crate::form::text::Blank;
use crate::form::{ChoiceStyle, Field, Kind, Rule, StepKind, When};
use crate::latin::Datatype;

const PILOT: &str = include_str!("../../../forms/OZG-Antragsassistent/form.toml");
const HUND: &str = include_str!("../../../tests/forms/hundesteuer/form.toml");

fn read(id: &str, source: &str) -> Form {
    parse(id, "form.toml", source)
        .unwrap_or_else(|problems| panic!("{:#?}", problems.iter().map(ToString::to_string).collect::<Vec<_>>()))
}

fn ids(form: &Form) -> Vec<&str> {
    form.fields().map(|(_, _, field)| field.id.as_str()).collect()
}

#[test]
fn the_general_form_asks_what_the_contract_names() {
    let form = read("OZG-Antragsassistent", PILOT);
    let expected = "leistung anrede nachname vorname geburtsname geburtsdatum geburtsort geburtsland \
                    staatsangehoerigkeit strasse hausnummer zusatz plz ort grafschaft postfach land telefon mobil \
                    telefax email de_mail bezugsort anliegen anlagen stelle gebuehren richtigkeit \
                    datenschutz_betreiber datenschutz_stelle missbrauch";
    assert_eq!(ids(&form), expected.split_whitespace().collect::<Vec<_>>());
    let steps: Vec<_> = form.steps.iter().map(|step| (step.id.as_str(), step.title.as_str(), step.kind)).collect();
    assert_eq!(
        steps,
        [
            ("angaben", "Persönliche Angaben", StepKind::Questions),
            ("stelle", "Zuständige Stelle", StepKind::Office),
            ("erklaerungen", "Erklärungen", StepKind::Questions),
            ("bestaetigung", "Bestätigung", StepKind::Review),
        ]
    );
    assert_eq!((form.title.as_str(), form.pdf_name.as_str()), ("OZG Antragsassistent", "OZG-Antragsassistent.pdf"));
    assert_eq!(form.language, "de");
}

#[test]
fn nobody_is_kept_from_applying_by_a_name_or_an_address_of_another_kind() {
    let form = read("OZG-Antragsassistent", PILOT);
    let required: Vec<&str> =
        form.fields().filter(|(_, _, field)| !field.optional).map(|(_, _, field)| field.id.as_str()).collect();
    assert_eq!(
        required,
        [
            "leistung",
            "nachname",
            "geburtsdatum",
            "plz",
            "ort",
            "land",
            "anliegen",
            "stelle",
            "gebuehren",
            "richtigkeit",
            "datenschutz_betreiber",
            "datenschutz_stelle",
            "missbrauch"
        ]
    );
}

#[test]
fn the_kinds_of_the_general_form_are_as_written() {
    let form = read("OZG-Antragsassistent", PILOT);
    let kind = |id| form.field(id).map(|field| &field.kind);
    assert!(matches!(kind("nachname"), Some(Kind::Text { datatype: Datatype::A, min: 0, max: 120, lines: 1 })));
    assert!(matches!(kind("strasse"), Some(Kind::Text { datatype: Datatype::B, max: 55, lines: 1, .. })));
    assert!(matches!(kind("anliegen"), Some(Kind::Text { datatype: Datatype::C, max: 4000, lines: 10, .. })));
    assert!(matches!(kind("geburtsdatum"), Some(Kind::Date { past: true })));
    assert!(matches!(kind("plz"), Some(Kind::Postcode { country: Some(land) }) if land == "land"));
    assert!(matches!(
        kind("anlagen"),
        Some(Kind::Files { max_bytes: 10_485_760, max_count: 10, max_total: 20_971_520, unterlagen: true })
    ));
    let Some(Kind::Choice { style: ChoiceStyle::Radio, options }) = kind("anrede") else { panic!("{form:?}") };
    assert_eq!(
        options.iter().map(|option| option.code.as_str()).collect::<Vec<_>>(),
        ["frau", "herr", "divers", "keine"]
    );
    assert_eq!(form.field("nachname").and_then(|field| field.fim.as_deref()), Some("F60000227"));
}

#[test]
fn the_declarations_name_the_service_the_operator_and_the_office() {
    let form = read("OZG-Antragsassistent", PILOT);
    let mut blanks = Vec::new();
    for (step, _, field) in form.fields() {
        if let Kind::Declaration { version, text } = &field.kind {
            assert_eq!((step.id.as_str(), version.as_str()), ("erklaerungen", "1"));
            blanks.extend(text.blanks());
        }
    }
    for blank in [
        Blank::LeistungName,
        Blank::StelleName,
        Blank::StelleDatenschutz,
        Blank::BetreiberName,
        Blank::BetreiberDatenschutz,
    ] {
        assert!(blanks.contains(&blank), "{}", blank.name());
    }
}

#[test]
fn a_quite_different_form_is_read_by_the_same_reader() {
    let form = read("hundesteuer", HUND);
    assert_eq!(
        ids(&form),
        [
            "rufname",
            "wurfdatum",
            "gewicht",
            "rasse",
            "rasse_name",
            "verstorben",
            "alte_marke",
            "haltername",
            "herkunft",
            "impfpass",
            "mail",
            "ruf",
            "behoerde",
            "wahr"
        ]
    );
    assert_eq!(form.language, "de");
    let field = |id| -> &Field { form.field(id).expect("the form has it") };
    assert_eq!(field("rasse_name").when, Some(When { field: "rasse".to_owned(), is: vec!["andere".to_owned()] }));
    assert_eq!(field("impfpass").when.as_ref().map(|when| when.is.len()), Some(3));
    assert!(matches!(field("gewicht").kind, Kind::Number { min: 1, max: 120 }));
    assert!(matches!(field("alte_marke").kind, Kind::Number { min: 0, max: 999_999_999 }));
    assert!(matches!(field("rufname").kind, Kind::Text { datatype: Datatype::C, min: 0, max: 40, lines: 1 }));
    assert!(matches!(&field("rasse").kind, Kind::Choice { style: ChoiceStyle::Select, options } if options.len() == 3));
    let (place, step) = form.step("halter").expect("the form has it");
    assert_eq!(place, 1);
    let Rule::AtLeastOneOf { fields, message } = &step.sections[0].rules[0];
    assert_eq!(fields, &["mail", "ruf"]);
    assert_eq!(message, "Bitte geben Sie E-Mail oder Telefon an.");
    assert!(form.step("pruefen").is_some_and(|(place, step)| place == 4 && step.sections.is_empty()));
}

/// A form whose first step asks these questions.
fn asking(fields: &str) -> String {
    format!(
        "version = \"1\"\ntitle = \"T\"\nstep = [\n\
         {{ id = \"a\", title = \"A\", section = [{{ id = \"s\", title = \"S\", sub = true, fields = [{fields}] }}] }},\n\
         {{ id = \"b\", title = \"B\", kind = \"office\", section = [{{ id = \"t\", title = \"T\", fields = [\
         {{ id = \"stelle\", label = \"S\", kind = \"office\" }}] }}] }},\n{{ id = \"c\", title = \"C\", kind = \"review\" }},\n]\n"
    )
}

fn told(fields: &str) -> Vec<String> {
    parse("form", "form.toml", &asking(fields)).err().into_iter().flatten().map(|problem| problem.message).collect()
}

#[test]
fn what_an_author_writes_stands_in_the_form() {
    let form = read(
        "form",
        &asking(
            "{ id = \"land\", label = \"L\", kind = \"country\", autocomplete = \"country\" }, \
             { id = \"brief\", label = \"B\", kind = \"text\", lines = 3 }",
        ),
    );
    assert!(form.steps[0].sections[0].sub && !form.steps[1].sections[0].sub);
    assert_eq!(form.field("land").and_then(|field| field.autocomplete.as_deref()), Some("country"));
    assert!(matches!(form.field("brief").map(|field| &field.kind), Some(Kind::Text { max: 4000, lines: 3, .. })));
    assert_eq!(form.office().map(|(step, field)| (step.id.as_str(), field.id.as_str())), Some(("b", "stelle")));
}

#[test]
fn every_limit_is_taken_and_one_more_is_refused() {
    let labelled = |length| format!("{{ id = \"f\", label = \"{}\", kind = \"yesno\" }}", "ä".repeat(length));
    assert_eq!(told(&labelled(300)), Vec::<String>::new());
    assert_eq!(told(&labelled(301)), ["„label“ ist zu lang: höchstens 300 Zeichen."]);
    let bounds = |min, max| format!("{{ id = \"f\", label = \"F\", kind = \"number\", min = {min}, max = {max} }}");
    assert_eq!(told(&bounds(5, 5)), Vec::<String>::new());
    assert_eq!(told(&bounds(6, 5)), ["„min“ (6) ist größer als „max“ (5)."]);
    let files =
        |each| format!("{{ id = \"f\", label = \"F\", kind = \"files\", max_bytes = {each}, max_total = 100 }}");
    assert_eq!(told(&files(100)), Vec::<String>::new());
    assert_eq!(told(&files(101)).len(), 1);
    let choice = |count| {
        let options: Vec<String> = (0..count).map(|code| format!("{{ code = \"{code}\", label = \"O\" }},")).collect();
        let options = options.concat();
        format!("{{ id = \"f\", label = \"F\", kind = \"choice\", options = [{options}] }}")
    };
    assert_eq!(told(&choice(500)), Vec::<String>::new());
    assert_eq!(told(&choice(501)), ["Eine Auswahl braucht 1 bis 500 Möglichkeiten."]);
    let fields = |count| -> String {
        let fields = (0..count).map(|id| format!("{{ id = \"f{id}\", label = \"F\", kind = \"yesno\" }},"));
        fields.collect::<Vec<_>>().concat()
    };
    // The office is a question, too.
    assert_eq!(told(&fields(999)), Vec::<String>::new());
    assert_eq!(told(&fields(1000)), ["Ein Formular darf höchstens 1000 Felder haben."]);
}

#[test]
fn a_bad_blank_that_stands_there_twice_is_told_at_both_places() {
    let source = asking("{ id = \"f\", label = \"F\", kind = \"yesno\", help = \"{{ a }} und {{ a }}\" }");
    let problems = parse("form", "form.toml", &source).unwrap_err();
    assert_eq!(problems.len(), 2, "{problems}");
    assert_eq!(problems[1].column - problems[0].column, "{{ a }} und ".len());
}

#[test]
fn a_directory_whose_name_is_no_address_is_refused() {
    for id in ["", "mit leer", "ä", "-a", "a/b", "..", &"x".repeat(65)] {
        assert!(parse(id, "form.toml", HUND).is_err(), "{id}");
    }
}

#[test]
fn a_file_that_is_too_large_is_refused_unread() {
    let problems = parse("hund", "form.toml", &"#".repeat(MOST_SOURCE + 1)).unwrap_err();
    assert_eq!(problems.len(), 1);
}

#[test]
fn of_very_many_problems_the_first_hundred_are_told() {
    let source = (0..500).map(|number| format!("falsch{number} = 1")).collect::<Vec<_>>().join("\n");
    let problems = parse("hund", "form.toml", &source).unwrap_err();
    assert_eq!(problems.len(), 101);
    assert_eq!(problems[100].line, 0);
}

#[test]
fn every_line_taken_out_of_a_form_still_gives_a_form_or_problems_with_places() {
    for source in [PILOT, HUND] {
        let lines: Vec<&str> = source.lines().collect();
        for gap in 0..lines.len() {
            let rest: Vec<&str> =
                lines.iter().enumerate().filter(|(line, _)| *line != gap).map(|(_, line)| *line).collect();
            if let Err(problems) = parse("form", "form.toml", &rest.join("\n")) {
                assert!(!problems.is_empty());
                let lost: Vec<_> = problems.iter().filter(|one| !(1..=lines.len()).contains(&one.line)).collect();
                assert!(lost.is_empty(), "without line {}: {lost:?} of {}", gap + 1, problems.len());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_is_read_or_refused_without_panic(source in any::<String>()) {
        prop_assert!(parse("form", "form.toml", &source).is_err());
    }

    #[test]
    fn any_jumble_of_the_formats_own_words_is_refused_without_panic(
        words in proptest::collection::vec(proptest::sample::select(vec![
            "[[step]]\n", "[[step.section]]\n", "[[step.section.fields]]\n", "[", "]", "{", "}", "=", ",", "\"", "\n",
            "id", "kind", "label", "fields", "rules", "when", "\"text\"", "\"choice\"", "\"office\"", "options = [",
            "step", "section", ".", "1", "-9223372036854775808", "1e99", "true", "1979-05-27", "'''", "\"\"\"", "ä", "\\",
            "{{ stelle.name }}", "{{",
        ]), 0..60),
    ) {
        prop_assert!(parse("form", "form.toml", &words.concat()).is_err());
    }

    #[test]
    fn a_damaged_form_is_read_or_refused_without_panic(
        pilot in any::<bool>(),
        at in any::<proptest::sample::Index>(),
        length in 0_usize..40,
        patch in "\\PC{0,8}|[\\[\\]{}=\",.\n#]{0,4}",
    ) {
        let mut characters: Vec<char> = if pilot { PILOT } else { HUND }.chars().collect();
        let start = at.index(characters.len());
        let end = (start + length).min(characters.len());
        characters.splice(start..end, patch.chars());
        let damaged: String = characters.into_iter().collect();
        if let Err(problems) = parse("form", "form.toml", &damaged) {
            prop_assert!(!problems.is_empty() && problems.len() <= 101);
            for problem in problems {
                prop_assert!(!problem.to_string().is_empty());
            }
        }
    }
}
