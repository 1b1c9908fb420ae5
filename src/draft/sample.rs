//! A form with every kind of question and a draft for it, for the tests of several rooms.

use std::sync::Arc;

use jiff::Timestamp;

use super::check::{Context, Raw, take};
use super::{Answers, Draft, DraftId, Upload, Zugang};
use crate::form::kinds::{KindName, Spec};
use crate::form::parse::parse;
use crate::form::text::{Blank, Piece};
use crate::form::{ChoiceOption, ChoiceStyle, Field, Form, Kind, Rule, Section, Step, StepKind, Text, When};
use crate::latin::Datatype;
use crate::office::kanal::Kanal;
use crate::office::leistung::Unterlage;
use crate::office::{Anschrift, Gebiet, Leistung, Organisationseinheit, ZustaendigeStelle};

/// 19 June 2020, 09:22:35 in Magdeburg.
pub fn now() -> Timestamp {
    "2020-06-19T09:22:35.0065600+02:00".parse().expect("the pilot's moment is one")
}

/// A mandatory question whose label is its id.
pub fn field(id: &str, kind: Kind) -> Field {
    Field {
        id: id.to_owned(),
        label: id.to_owned(),
        help: None,
        kind,
        optional: false,
        when: None,
        autocomplete: None,
        fim: None,
    }
}

/// The question, but optional.
pub fn optional(mut field: Field) -> Field {
    field.optional = true;
    field
}

/// The question, asked only if `other` is answered with one of `is`.
pub fn when(mut field: Field, other: &str, is: &[&str]) -> Field {
    field.when = Some(When { field: other.to_owned(), is: is.iter().map(|one| (*one).to_owned()).collect() });
    field
}

/// A one-line text of a datatype.
pub fn text(datatype: Datatype, max: usize) -> Kind {
    Kind::Text { datatype, min: 0, max, lines: 1 }
}

/// A choice of codes whose labels are their upper-case forms.
pub fn choice(codes: &[&str]) -> Kind {
    let options =
        codes.iter().map(|code| ChoiceOption { code: (*code).to_owned(), label: code.to_uppercase() }).collect();
    Kind::Choice { style: ChoiceStyle::Radio, options }
}

fn section(id: &str, title: &str, fields: Vec<Field>) -> Section {
    Section { id: id.to_owned(), title: title.to_owned(), sub: false, intro: None, fields, rules: Vec::new() }
}

fn step(id: &str, kind: StepKind, sections: Vec<Section>) -> Step {
    let sections = sections.into_iter().map(Arc::new).collect();
    Step { id: id.to_owned(), title: id.to_owned(), kind, sections }
}

/// A form of one step with these questions, and the review.
pub fn form_of(fields: Vec<Field>) -> Form {
    form_with(vec![
        step("fragen", StepKind::Questions, vec![section("alles", "Alles", fields)]),
        step("bestaetigung", StepKind::Review, Vec::new()),
    ])
}

fn form_with(steps: Vec<Step>) -> Form {
    Form {
        id: "OZG-Antragsassistent".to_owned(),
        version: "1.0.0".to_owned(),
        title: "OZG Antragsassistent".to_owned(),
        language: "de".to_owned(),
        pdf_name: "OZG-Antragsassistent.pdf".to_owned(),
        steps,
    }
}

/// A form like the pilot's, with every kind of question, as it is asked for the Leistung of [`draft`].
pub fn form() -> Form {
    Form::clone(&super::asked::asked(&Arc::new(authored()), &draft()))
}

/// A question of each kind that the form does not have yet, as an author writes it.
fn further(form: &Form) -> Vec<Field> {
    let has = |name: KindName| form.fields().any(|(_, _, field)| field.kind.name() == name);
    let further = KindName::ALL.iter().map(|name| (*name, name.spec())).filter(|(name, _)| !has(*name));
    let lines = further.filter_map(|(_, spec)| {
        let Spec { toml, art, example, .. } = spec;
        let example = if example.is_empty() { String::new() } else { format!(", {example}") };
        toml.map(|kind| {
            format!("{{ id = \"{art}\", label = \"{art}\", optional = true, kind = \"{kind}\"{example} }},")
        })
    });
    let lines: String = lines.collect();
    let source = format!(
        "version = \"1\"\ntitle = \"T\"\n[[step]]\nid = \"a\"\ntitle = \"A\"\nsection = [{{ id = \"s\", title = \"S\", fields = [{lines}] }}]\n\
         [[step]]\nid = \"b\"\ntitle = \"B\"\nkind = \"office\"\nsection = [{{ id = \"t\", title = \"T\", fields = [{{ id = \"stelle\", \
         label = \"S\", kind = \"office\" }}] }}]\n[[step]]\nid = \"c\"\ntitle = \"C\"\nkind = \"review\"\n"
    );
    let form = parse("further", "form.toml", &source).unwrap_or_else(|problems| panic!("{problems}"));
    form.steps[0].sections[0].fields.clone()
}

/// The same form as its author wrote it, with every kind of question that an author can write.
pub fn authored() -> Form {
    let mut form = written();
    let further = further(&form);
    Arc::make_mut(&mut form.steps[0].sections[4]).fields.extend(further);
    form
}

fn written() -> Form {
    let labelled = |id: &str, label: &str, kind: Kind| Field { label: label.to_owned(), ..field(id, kind) };
    let leistung = labelled("leistung", "Ausgewählte Leistung", Kind::Service);
    let mut nachname = labelled("nachname", "Nachname", text(Datatype::A, 120));
    nachname.fim = Some("F60000227".to_owned());
    let kind = choice(&["w", "m", "o"]);
    let person = vec![
        optional(labelled("anrede", "Anrede", kind)),
        nachname,
        labelled("vorname", "Vorname", text(Datatype::A, 120)),
        optional(labelled("geburtsname", "Geburtsname", text(Datatype::A, 120))),
        labelled("geburtsdatum", "Geburtsdatum", Kind::Date { past: true }),
        labelled("geburtsland", "Geburtsland", Kind::Country),
        labelled("staatsangehoerigkeit", "Staatsangehörigkeit", Kind::Nationality),
    ];
    let anschrift = vec![
        labelled("strasse", "Straße", text(Datatype::B, 55)),
        labelled("plz", "Postleitzahl", Kind::Postcode { country: Some("land".to_owned()) }),
        labelled("ort", "Ort", text(Datatype::B, 44)),
        labelled("land", "Land", Kind::Country),
    ];
    let mut kontakt = section(
        "kontakt",
        "Kontakt",
        vec![
            optional(labelled("telefon", "Telefonnummer", Kind::Phone)),
            optional(labelled("email", "E-Mail-Adresse", Kind::Email)),
        ],
    );
    kontakt.rules.push(Rule::AtLeastOneOf {
        fields: vec!["telefon".to_owned(), "email".to_owned()],
        message: "Bitte geben Sie wenigstens eine Kontaktmöglichkeit an.".to_owned(),
    });
    let letter = Kind::Text { datatype: Datatype::C, min: 0, max: 3000, lines: 8 };
    let anliegen = vec![
        labelled("bezugsort", "Bezugsort", Kind::Area),
        labelled("kinder", "Haben Sie Kinder?", Kind::YesNo),
        when(labelled("anzahl", "Anzahl der Kinder", Kind::Number { min: 1, max: 20 }), "kinder", &["ja"]),
        labelled("anliegen", "Angaben zum Anliegen", letter),
        optional(labelled(
            "anlagen",
            "Anlagen",
            Kind::Files { max_bytes: 1 << 20, max_count: 3, max_total: 2 << 20, unterlagen: true },
        )),
    ];
    let agreed = Kind::Declaration {
        version: "2".to_owned(),
        text: Text(vec![
            Piece::Literal("Ich habe die Datenschutzerklärung der Stelle „".to_owned()),
            Piece::Blank(Blank::StelleName),
            Piece::Literal("“ gelesen & verstanden.".to_owned()),
        ]),
    };
    form_with(vec![
        step(
            "angaben",
            StepKind::Questions,
            vec![
                section("leistung", "Leistung", vec![leistung]),
                section("person", "Angaben zur Person", person),
                section("anschrift", "Anschrift", anschrift),
                kontakt,
                section("anliegen", "Angaben zum Anliegen", anliegen),
            ],
        ),
        step(
            "stelle",
            StepKind::Office,
            vec![section(
                "stelle",
                "Zuständige Stelle",
                vec![labelled("stelle", "Welche Stelle soll entscheiden?", Kind::Office)],
            )],
        ),
        step(
            "erklaerungen",
            StepKind::Questions,
            vec![section("erklaerungen", "Erklärungen", vec![labelled("datenschutz_stelle", "Datenschutz", agreed)])],
        ),
        step("bestaetigung", StepKind::Review, Vec::new()),
    ])
}

/// An office with an address.
pub fn office(id: &str, name: &str) -> ZustaendigeStelle {
    let stelle = Organisationseinheit {
        id: id.to_owned(),
        name: name.to_owned(),
        anschriften: vec![Anschrift {
            art: "Hausanschrift".to_owned(),
            strasse: "Am Markt 10".to_owned(),
            plz: "39291".to_owned(),
            ort: "Möckern".to_owned(),
            ..Anschrift::default()
        }],
        ..Organisationseinheit::default()
    };
    ZustaendigeStelle {
        stelle,
        kontaktsystem_typ: "ozg-antragsassistent".to_owned(),
        kanaele: Kanal::Mail.to("buergerservice@moeckern.example").into_iter().collect(),
    }
}

/// A file of so many bytes.
pub fn upload(field: &str, length: u64) -> Upload {
    Upload {
        id: "abcdefghijklmnopqrstuvwxyz".to_owned(),
        field: field.to_owned(),
        name: "Ausweis.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        length,
        sha512: "ab".repeat(64),
    }
}

/// A draft without answers.
pub fn draft() -> Draft {
    Draft {
        id: DraftId::from_bytes([7; 16]),
        mandant: "OZG-Antragsassistent".to_owned(),
        zugang: Zugang::Standard,
        formular: "OZG-Antragsassistent".to_owned(),
        formular_version: "1.0.0".to_owned(),
        sprache: "de".to_owned(),
        leistung: Leistung {
            pst_id: "297492149".to_owned(),
            leika: Some("99091003011000".to_owned()),
            name: "Kinderreisepass verlängern".to_owned(),
            unterlagen: vec![Unterlage::new("Geburtsurkunde".to_owned(), Some("im Original".to_owned()))],
            ..Leistung::default()
        },
        gebiet: Gebiet {
            area_id: "38693732".to_owned(),
            ags: Some("15086140".to_owned()),
            ars: Some("150860140140".to_owned()),
            name: "Möckern, Stadt".to_owned(),
            kreis: Some("Jerichower Land".to_owned()),
            land: Some("Sachsen-Anhalt".to_owned()),
            ..Gebiet::default()
        },
        stellen: vec![office("4711", "Stadt Möckern - Bürgerservice"), office("4712", "Landkreis Jerichower Land")],
        answers: Answers::default(),
        pending: std::collections::BTreeMap::new(),
        uploads: Vec::new(),
        begun: now(),
        sent: None,
    }
}

/// What a page sends for these entries.
pub fn entries(pairs: &[(&str, &str)]) -> Raw {
    pairs.iter().map(|(id, value)| ((*id).to_owned(), vec![(*value).to_owned()])).collect()
}

/// Good entries for a step of [`form`].
pub fn raw(step: &Step) -> Raw {
    let all = entries(&[
        ("anrede", "w"),
        ("nachname", "Ḩāǧǧ"),
        ("vorname", "Şerife"),
        ("geburtsname", ""),
        ("geburtsdatum", "20.12.1980"),
        ("geburtsland", "163"),
        ("staatsangehoerigkeit", "000"),
        ("strasse", "Große Straße 1 & 2"),
        ("plz", "39291"),
        ("ort", "Möckern"),
        ("land", "000"),
        ("telefon", "0391 / 123-45"),
        ("email", "serife@beispiel.de"),
        ("bezugsort", ""),
        ("kinder", "ja"),
        ("anzahl", "2"),
        ("anliegen", "Guten Tag,\r\nbitte verlängern Sie den Pass.\r\n\r\nDanke & Gruß"),
        ("anlagen-geburtsurkunde", "fehlt"),
        ("stelle", "4711"),
        ("datenschutz_stelle", "ja"),
    ]);
    let fields = step.sections.iter().flat_map(|section| &section.fields);
    let entry = |field: &Field| match all.get(&field.id) {
        Some(typed) => typed.clone(),
        None => vec![field.kind.name().spec().entry.to_owned()],
    };
    fields.map(|field| (field.id.clone(), entry(field))).collect()
}

/// Runs a check with a context of this form: the office's name is the only blank.
pub fn within<T>(form: &Form, run: impl FnOnce(&Context<'_>) -> T) -> T {
    within_office(form, "Stadt Möckern - Bürgerservice", run)
}

/// Runs a check with a context in which this office is chosen.
pub fn within_office<T>(form: &Form, name: &str, run: impl FnOnce(&Context<'_>) -> T) -> T {
    let fill = |_: Blank| name.to_owned();
    run(&Context { form, now: now(), fill: &fill })
}

/// A complete draft of [`form`], with a file.
pub fn filled(form: &Form) -> Draft {
    let mut draft = draft();
    draft.uploads.push(upload("anlagen", 350_000));
    for step in &form.steps {
        within(form, |context| take(&mut draft, step, &raw(step), context));
    }
    draft
}
