//! XML, JSON and the layout of intelliForm from arbitrary answers: always well-formed, the JSON valid, the words the same.

#![no_main]

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use antragsassistent::document::daten::Daten;
use antragsassistent::document::intelliform::Layout;
use antragsassistent::document::outline::Outline;
use antragsassistent::document::{intelliform, json, xml};
use antragsassistent::draft::{Answer, Answers, Draft, DraftId, Upload, Zugang, unterlagen};
use antragsassistent::form::Form;
use antragsassistent::form::parse::parse;
use antragsassistent::office::leistung::Unterlage;
use antragsassistent::office::{Gebiet, Leistung, Organisationseinheit, ZustaendigeStelle};
use antragsassistent::submission::{Application, Submission, Vorgangsnummer};
use jiff::Timestamp;
use jiff::civil::Date;
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;

/// What the machine thinks up.
#[derive(Debug, Arbitrary)]
struct Input {
    answers: Vec<(u8, Given)>,
    names: [String; 6],
    keys: [Option<String>; 3],
    files: Vec<(u8, String, u64)>,
    felder: Vec<(u8, String)>,
    test: bool,
    /// Seconds after 1970.
    at: u32,
}

#[derive(Debug, Arbitrary)]
enum Given {
    Text(String),
    Code(String),
    Date(i16, i8, i8),
    YesNo(bool),
    Number(i64),
    Declared(String, String, u32),
}

static FORM: LazyLock<Arc<Form>> = LazyLock::new(|| {
    let source = include_str!("../../forms/OZG-Antragsassistent/form.toml");
    let form = parse("OZG-Antragsassistent", "form.toml", source).expect("the pilot's form is sound");
    let unterlagen = Unterlage::list([("Geburtsurkunde".to_owned(), None)]);
    unterlagen::asked(&Arc::new(form), &unterlagen)
});

static SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let schema = include_str!("../../schemas/antrag-1.schema.json");
    jsonschema::validator_for(&serde_json::from_str(schema).expect("the schema is JSON")).expect("the schema is sound")
});

fn moment(seconds: u32) -> Timestamp {
    Timestamp::from_second(seconds.into()).expect("32 bits of seconds are within reach")
}

fn answer(given: Given) -> Option<Answer> {
    Some(match given {
        Given::Text(text) => Answer::Text(text),
        Given::Code(code) => Answer::Code(code),
        Given::Date(year, month, day) => Answer::Date(Date::new(year, month, day).ok()?),
        Given::YesNo(yes) => Answer::YesNo(yes),
        Given::Number(number) => Answer::Number(number),
        Given::Declared(version, wording, at) => Answer::Declared { version, wording, at: moment(at) },
    })
}

fn submission(input: Input) -> (Submission, Layout) {
    let fields: Vec<&str> = FORM.fields().map(|(_, _, field)| field.id.as_str()).collect();
    let field = |number: u8| fields[usize::from(number) % fields.len()].to_owned();
    let [mandant_name, leistung, pst_id, gebiet, stelle, id] = input.names;
    let [leika, ars, kreis] = input.keys;
    let stelle = ZustaendigeStelle {
        stelle: Organisationseinheit { id: id.clone(), name: stelle, ..Organisationseinheit::default() },
        kontaktsystem_typ: "ozg-antragsassistent".to_owned(),
        kanaele: Vec::new(),
    };
    let files = input.files.into_iter().map(|(number, name, length)| Upload {
        id: "a".repeat(26),
        field: field(number),
        name,
        media_type: "application/pdf".to_owned(),
        length,
        sha512: "0f".repeat(64),
    });
    let answers = input.answers.into_iter().filter_map(|(number, given)| Some((field(number), answer(given)?)));
    let draft = Draft {
        id: DraftId::from_bytes([7; 16]),
        mandant: "m".to_owned(),
        zugang: if input.test { Zugang::Test } else { Zugang::Standard },
        formular: FORM.id.clone(),
        formular_version: FORM.version.clone(),
        sprache: FORM.language.clone(),
        leistung: Leistung { pst_id, leika, name: leistung, ..Leistung::default() },
        gebiet: Gebiet { area_id: id, ars, name: gebiet, kreis, ..Gebiet::default() },
        stellen: vec![stelle.clone()],
        answers: Answers(answers.collect()),
        pending: BTreeMap::new(),
        uploads: files.collect(),
        begun: moment(input.at),
        sent: None,
    };
    let application = Application { form: FORM.clone(), draft, stelle, mandant_name };
    let at = moment(input.at);
    let felder = input.felder.into_iter().map(|(number, name)| (field(number), name)).collect();
    let layout = Layout { sender: "antrag.example".to_owned(), felder };
    (Submission { application, vorgangsnummer: Vorgangsnummer::at(at, 0), at }, layout)
}

/// Reads a document to its end; gives the readable value of every question.
fn read(xml: &[u8]) -> Vec<String> {
    let mut reader = Reader::from_str(std::str::from_utf8(xml).expect("XML is UTF-8"));
    reader.config_mut().check_end_names = true;
    let (mut values, mut inside) = (Vec::new(), false);
    loop {
        match reader.read_event().expect("the XML is well-formed") {
            Event::Start(start) => {
                assert!(start.attributes().all(|attribute| attribute.is_ok()), "an attribute is not well-formed");
                inside = start.name().as_ref() == "anzeige";
                if inside {
                    values.push(String::new());
                }
            }
            Event::End(_) => inside = false,
            Event::Text(text) if inside => values.last_mut().expect("begun above").push_str(&text.xml10_content()),
            Event::GeneralRef(name) => {
                let sign = match &*name {
                    "amp" => '&',
                    "lt" => '<',
                    "gt" => '>',
                    "quot" => '"',
                    "apos" => '\'',
                    other => panic!("an entity that is not predefined: {other}"),
                };
                if inside {
                    values.last_mut().expect("begun above").push(sign);
                }
            }
            Event::Eof => return values,
            _ => {}
        }
    }
}

fuzz_target!(|input: Input| {
    let (submission, layout) = submission(input);
    let outline = Outline::of_submission(&submission);
    let daten = Daten::of(&submission, &outline);
    let told = read(&xml::print(&daten).expect("the XML is written"));
    read(&intelliform::print(&daten, &layout).expect("the layout is written"));
    let json: Value =
        serde_json::from_slice(&json::print(&daten).expect("the JSON is written")).expect("it is JSON");
    if let Err(error) = SCHEMA.validate(&json) {
        panic!("the JSON is not valid: {error}");
    }
    let sections = json["abschnitte"].as_array().expect("sections");
    let rows = sections.iter().flat_map(|section| section["fragen"].as_array().expect("questions"));
    let values: Vec<&str> = rows.map(|row| row["anzeige"].as_str().expect("a text")).collect();
    assert_eq!(told, values);
});
