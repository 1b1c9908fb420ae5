//! The documents of the pilot's journey: the examples of `schemas/beispiele`, and the same words everywhere.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends at the first surprise")]

use std::path::PathBuf;
use std::process::Command;

use antragsassistent::intake::question::FindLeistung;
use mail_parser::{MessageParser, MimeHeaders};
use serde_json::Value;

use crate::databases::{Database, databases};
use crate::house::{House, Plan, demo_tenant};
use crate::journeys::{Walked, pilot, squeezed};
use crate::schemas;

/// Parts of a mail by name, in order, and its text.
struct Mail {
    text: String,
    parts: Vec<(String, Vec<u8>)>,
}

impl Mail {
    fn of(walked: &Walked) -> Self {
        let mail = MessageParser::default().parse(&walked.mail.data).unwrap();
        let name = |part: &mail_parser::MessagePart<'_>| part.attachment_name().unwrap().to_owned();
        Self {
            text: mail.body_text(0).unwrap().replace("\r\n", "\n"),
            parts: mail.attachments().map(|part| (name(part), part.contents().to_vec())).collect(),
        }
    }

    fn part(&self, name: &str) -> &[u8] {
        let found = self.parts.iter().find(|(other, _)| other == name);
        &found.unwrap_or_else(|| panic!("the mail has no {name}")).1
    }

    fn names(&self) -> Vec<&str> {
        self.parts.iter().map(|(name, _)| name.as_str()).collect()
    }
}

/// A house whose tenant says this about data files.
async fn house_with(database: Database, daten: &str) -> (House, tempfile::TempDir) {
    let (plan, dir) = tenant_with(daten);
    (House::planned(database, &plan).await, dir)
}

/// The demo with a tenant that says this about data files.
fn tenant_with(daten: &str) -> (Plan, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("OZG-Antragsassistent.toml"), format!("{}\n{daten}", demo_tenant())).unwrap();
    let environment = vec![("ANTRAG__MANDANTEN__DIR", dir.path().display().to_string())];
    (Plan { environment }, dir)
}

fn sha256(content: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(ring::digest::digest(&ring::digest::SHA256, content).as_ref())
}

/// What the PDF encloses: file name and bytes.
fn enclosed(pdf: &[u8]) -> Vec<(String, Vec<u8>)> {
    let document = lopdf::Document::load_mem(pdf).unwrap();
    let specs = document.objects.values().filter_map(|object| object.as_dict().ok());
    let specs =
        specs.filter(|spec| spec.get(b"Type").is_ok_and(|kind| kind.as_name().is_ok_and(|name| name == b"Filespec")));
    specs
        .map(|spec| {
            let name = lopdf::decode_text_string(spec.get(b"UF").unwrap()).unwrap();
            let file = spec.get(b"EF").unwrap().as_dict().unwrap().get(b"F").unwrap().as_reference().unwrap();
            let stream = document.get_object(file).unwrap().as_stream().unwrap();
            (name, stream.get_plain_content().unwrap())
        })
        .collect()
}

/// Compares with the example, or writes it if `BEISPIELE_NEU=1`.
fn example(name: &str, content: &[u8]) {
    let file: PathBuf = schemas::folder().join("beispiele").join(name);
    if std::env::var_os("BEISPIELE_NEU").is_some() {
        std::fs::write(&file, content).unwrap();
    }
    let there = std::fs::read(&file).unwrap_or_default();
    assert!(
        there == content,
        "{} is not what the pilot's journey gives; if the change is meant: BEISPIELE_NEU=1 cargo test --test it documents",
        file.display()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_are_what_the_pilots_journey_gives_and_what_is_stored_is_what_is_sent() {
    for database in databases().await {
        let daten = "[daten]\njson = true\nintelliform = true\n[daten.felder]\ngebuehren = \"gebuehren_bestaetigt\"\n";
        let (house, _dir) = house_with(database, daten).await;
        let walked = pilot(&house).await;
        let mail = Mail::of(&walked);
        assert_eq!(
            mail.names(),
            [
                "XML-Daten.xml",
                "OZG-Antragsassistent.pdf",
                "Antrag.xml",
                "JSON-Daten.json",
                "Ausweis Rückseite.pdf",
                "foto.png"
            ]
        );
        example("intelliform.xml", mail.part("XML-Daten.xml"));
        example("antrag.xml", mail.part("Antrag.xml"));
        example("antrag.json", mail.part("JSON-Daten.json"));
        schemas::valid(mail.part("JSON-Daten.json")).unwrap();

        // One name, one content: what the PDF encloses is what the mail has under this name.
        let pdf = mail.part("OZG-Antragsassistent.pdf");
        assert_eq!(enclosed(pdf), [("XML-Daten.xml".to_owned(), mail.part("XML-Daten.xml").to_vec())]);
        // The citizen's copy is the office's, and every fingerprint is true.
        let application = walked.receipt.application();
        let copy = walked.citizen.bytes(&format!("{application}/antrag.xml")).await;
        assert_eq!(copy, (200, mail.part("Antrag.xml").to_vec()));
        for (name, content) in &mail.parts[..4] {
            assert!(mail.text.contains(&format!("SHA-256 von {name}:\n{}\n", sha256(content))), "{}", mail.text);
        }
        let number = antragsassistent::submission::Vorgangsnummer::parse("20200619337550065600").unwrap();
        let ledger = house.database.store.fingerprints(&number).await.unwrap().unwrap();
        assert_eq!(ledger.pdf_sha256, sha256(pdf));
        assert_eq!(ledger.xml_sha256, sha256(mail.part("Antrag.xml")));
        walked.receipt.shows(&[ledger.pdf_sha256.as_str(), ledger.xml_sha256.as_str()]);
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_setting_the_office_gets_the_programs_own_xml_and_nothing_else() {
    let database = databases().await.remove(0);
    let house = House::open(database).await;
    let mail = Mail::of(&pilot(&house).await);
    assert_eq!(mail.names(), ["XML-Daten.xml", "OZG-Antragsassistent.pdf", "Ausweis Rückseite.pdf", "foto.png"]);
    example("antrag.xml", mail.part("XML-Daten.xml"));
    assert_eq!(
        enclosed(mail.part("OZG-Antragsassistent.pdf")),
        [("XML-Daten.xml".to_owned(), mail.part("XML-Daten.xml").to_vec())]
    );
    house.close().await;
}

#[test]
fn a_name_for_a_field_that_no_form_has_or_that_is_taken_is_told() {
    let problems = |field: &str, name: &str| -> Vec<String> {
        let (plan, _dir) = tenant_with(&format!("[daten]\nintelliform = true\n[daten.felder]\n{field} = \"{name}\"\n"));
        let found = antragsassistent::cli::setup::definitions(&crate::house::settings(&plan)).err();
        found.into_iter().flatten().map(|problem| problem.message).collect()
    };
    assert!(problems("gebuehren", "gebuehren_bestaetigt").is_empty());
    assert_eq!(
        problems("gebueren", "gebuehren_bestaetigt"),
        ["daten.felder: ein Feld „gebueren“ gibt es in keinem Formular des Mandanten"]
    );
    for taken in ["nachname", "pstId"] {
        let told =
            format!("daten.felder: „{taken}“ (für „vorname“) heißt im Aufbau von intelliForm schon etwas anderes");
        assert_eq!(problems("vorname", taken), [told]);
    }
}

/// The text of the PDF's structure, in reading order, without white space.
pub fn structure_text(pdf: &[u8]) -> String {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("antrag.pdf");
    std::fs::write(&file, pdf).unwrap();
    let output = Command::new("pdfinfo")
        .args(["-enc", "UTF-8", "-struct-text"])
        .arg(&file)
        .output()
        .expect("pdfinfo is missing: install it, on Debian with `apt-get install poppler-utils`");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    let said = lines.lines().filter_map(|line| line.trim_start().strip_prefix('"')?.strip_suffix('"'));
    squeezed(&said.collect::<String>()).replace('\u{ad}', "")
}

/// Fails unless label and value of every row stand in this text, in order.
pub fn tells_all(medium: &str, text: &str, rows: &[(String, String, String)]) {
    let mut rest = text;
    for (id, label, value) in rows {
        for part in [label, value] {
            let part = squeezed(part);
            let Some((_, after)) = rest.split_once(part.as_str()) else {
                panic!("{medium} lacks {part:?} of {id} where it belongs:\n{rest}")
            };
            rest = after;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs poppler; make test runs it"]
async fn review_page_pdf_mail_xml_and_json_tell_every_answer_in_the_same_words() {
    let database = databases().await.remove(0);
    let (house, _dir) = house_with(database, "[daten]\njson = true\n").await;
    let walked = pilot(&house).await;
    let mail = Mail::of(&walked);
    let json: Value = serde_json::from_slice(mail.part("JSON-Daten.json")).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let sections = json["abschnitte"].as_array().unwrap();
    let rows: Vec<(String, String, String)> = sections
        .iter()
        .flat_map(|section| section["fragen"].as_array().unwrap())
        .map(|row| (text(&row["id"]), text(&row["bezeichnung"]), text(&row["anzeige"])))
        .collect();
    let settings = crate::house::settings(&Plan::default());
    let form = antragsassistent::cli::setup::definitions(&settings).unwrap().catalogue;
    let leistung = house
        .counter
        .auskunft
        .ask("OZG-Antragsassistent", FindLeistung { pst_id: "297492149", gebiet: None }, "de")
        .await
        .unwrap();
    let unterlagen = leistung.value.unwrap().unterlagen;
    assert!(!unterlagen.is_empty());
    let asked = form.own("OZG-Antragsassistent").unwrap().fields().count() + unterlagen.len();
    assert_eq!(rows.len(), asked, "every question of the pilot is asked, and each of its documents");
    assert!(rows.iter().any(|(_, _, value)| value == "./.") && rows.iter().any(|(_, _, value)| value.contains('\n')));

    let xml = String::from_utf8(mail.part("XML-Daten.xml").to_vec()).unwrap();
    assert_eq!(schemas::questions(&xml), rows);
    tells_all("the review page", &squeezed(&walked.review.text()), &rows);
    tells_all("the preview", &structure_text(&walked.preview), &rows);
    tells_all("the PDF", &structure_text(mail.part("OZG-Antragsassistent.pdf")), &rows);

    let gebiet = &json["gebiet"];
    let place = format!("{} ({}, {})", text(&gebiet["name"]), text(&gebiet["kreis"]), text(&gebiet["land"]));
    let files = json["anlagen"].as_array().unwrap();
    let line = |name: &str| mail.text.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
    assert_eq!(line("Leistung: "), text(&json["leistung"]["name"]));
    assert_eq!(line("Bezugsort: "), place);
    assert_eq!(line("Vorgangsnummer: "), text(&json["vorgang"]["vorgangsnummer"]));
    assert_eq!(line("Mandant: "), text(&json["vorgang"]["mandant"]["id"]));
    assert_eq!(line("Formular: "), text(&json["vorgang"]["formular"]["titel"]));
    assert!(line("Anlagen: ").starts_with(&format!("{} (", files.len())));
    for (file, (name, content)) in files.iter().zip(&mail.parts[3..]) {
        let sha512 = ring::digest::digest(&ring::digest::SHA512, content);
        assert_eq!(text(&file["name"]), *name);
        assert_eq!(file["laenge"], content.len());
        assert_eq!(text(&file["sha512"]), data_encoding::HEXLOWER.encode(sha512.as_ref()));
    }
    house.close().await;
}
