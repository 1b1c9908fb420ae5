//! What the sample pages are made of: a tenant, an office, a form half filled, names that need care.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;

use super::super::address::Addresses;
use super::super::frame::Frame;
use crate::config::mandant::daten::Daten;
use crate::config::mandant::{Betreiber, Hilfe, Mandant, Zustaendigkeitsfinder};
use crate::draft::check::{Complaint, Wrong};
use crate::draft::{Answer, Answers, Draft, DraftId, Upload, Zugang};
use crate::form::text::Blank;
use crate::form::{Field, Form, Kind};
use crate::office::kanal::Kanal;
use crate::office::leistung::Unterlage;
use crate::office::{Anschrift, Gebiet, Leistung, Organisationseinheit, ZustaendigeStelle};

/// A name that is none, to see that it stays text.
pub(super) const EVIL: &str = "O'Neill & \"Söhne\" <script>alert(1)</script>";

pub(super) fn mandant() -> Mandant {
    Mandant {
        id: "OZG-Antragsassistent".to_owned(),
        name: "Antragsassistent Sachsen-Anhalt".to_owned(),
        betreiber: Betreiber {
            name: "Landesrechenzentrum Beispiel".to_owned(),
            anschrift: vec!["Musterstraße 1".to_owned(), "39104 Magdeburg".to_owned()],
            telefon: Some("0391 123-0".to_owned()),
            email: "dienst@example.org".to_owned(),
            impressum: vec!["Vertreten durch die Direktorin.".to_owned()],
            datenschutz: vec!["Wir verarbeiten Ihre Angaben nur, um Ihren Antrag weiterzuleiten.".to_owned()],
            datenschutz_url: Some("https://example.org/datenschutz".to_owned()),
            barrierefreiheit: Vec::new(),
        },
        logo: None,
        hilfe: Hilfe {
            name: "Behördennummer 115".to_owned(),
            telefon: "115".to_owned(),
            zeiten: Some("Montag bis Freitag, 8 bis 18 Uhr".to_owned()),
            email: None,
        },
        formulare: vec!["OZG-Antragsassistent".to_owned()],
        zustaendigkeitsfinder: Zustaendigkeitsfinder::Directory { file: "config/verzeichnis.toml".into() },
        kontaktsysteme: BTreeMap::new(),
        daten: Daten::default(),
        test_mailbox: None,
        max_total_bytes: 25_000_000,
        retention_days: 14,
    }
}

pub(super) fn frame(zugang: Zugang) -> Frame {
    Frame::new(&Addresses::new("/intelliform"), &mandant(), zugang)
}

pub(super) fn leistung() -> Leistung {
    Leistung {
        pst_id: "297492149".to_owned(),
        leika: Some("99082003011000".to_owned()),
        name: "Kinderreisepass verlängern".to_owned(),
        beschreibung: Some("Sie möchten einen noch gültigen Kinderreisepass verlängern lassen.".to_owned()),
        voraussetzungen: vec![
            "Das Kind ist jünger als zwölf Jahre.".to_owned(),
            "Der Pass ist noch gültig.".to_owned(),
        ],
        unterlagen: ["bisheriger Kinderreisepass", "aktuelles biometrisches Lichtbild"]
            .map(|name| Unterlage::new(name.to_owned(), Some("Im Original oder als beglaubigte Kopie.".to_owned())))
            .to_vec(),
        gebuehren: Some("6,00 Euro".to_owned()),
        frist: Some("Stellen Sie den Antrag, bevor der Pass abläuft.".to_owned()),
        bearbeitungsdauer: Some("etwa eine Woche".to_owned()),
        schriftform: false,
        ..Leistung::default()
    }
}

pub(super) fn gebiet() -> Gebiet {
    Gebiet {
        area_id: "38693732".to_owned(),
        ags: Some("15086140".to_owned()),
        ars: Some("150860140140".to_owned()),
        name: "Möckern, Stadt".to_owned(),
        kreis: Some("Jerichower Land".to_owned()),
        land: Some("Sachsen-Anhalt".to_owned()),
        ..Gebiet::default()
    }
}

pub(super) fn stelle() -> Organisationseinheit {
    let anschrift = |art: &str, strasse: &str| Anschrift {
        art: art.to_owned(),
        zusatz: None,
        strasse: strasse.to_owned(),
        plz: "39291".to_owned(),
        ort: "Möckern".to_owned(),
    };
    Organisationseinheit {
        id: "4711".to_owned(),
        name: "Stadt Möckern - Bürgerservice".to_owned(),
        anschriften: vec![anschrift("Hausanschrift", "Am Markt 10"), anschrift("Postanschrift", "Postfach 11 20")],
        telefon: Some("03921 949-0".to_owned()),
        email: Some("buergerservice@moeckern.example".to_owned()),
        web: Some("https://www.moeckern.example/buergerservice".to_owned()),
        oeffnungszeiten: vec!["Dienstag 9 bis 12 und 13 bis 18 Uhr".to_owned(), "Freitag 9 bis 12 Uhr".to_owned()],
        datenschutz: Some("https://www.moeckern.example/datenschutz".to_owned()),
        ..Organisationseinheit::default()
    }
}

pub(super) fn zustaendig(stelle: Organisationseinheit) -> ZustaendigeStelle {
    ZustaendigeStelle {
        stelle,
        kontaktsystem_typ: "ozg-antragsassistent".to_owned(),
        kanaele: Kanal::Mail.to("post@moeckern.example").into_iter().collect(),
    }
}

pub(super) fn form() -> Form {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("forms/OZG-Antragsassistent/form.toml");
    let source = std::fs::read_to_string(file).unwrap();
    let form = crate::form::parse::parse("OZG-Antragsassistent", "form.toml", &source).unwrap();
    let begun = Draft { leistung: leistung(), ..crate::draft::sample::draft() };
    let mut form = Form::clone(&crate::draft::asked::asked(&std::sync::Arc::new(form), &begun));
    let konto = Field { label: "IBAN".to_owned(), ..crate::draft::sample::field("konto", Kind::Iban) };
    std::sync::Arc::make_mut(&mut form.steps[0].sections[1]).fields.push(konto);
    form
}

pub(super) fn draft(form: &Form) -> Draft {
    let text = |text: &str| Answer::Text(text.to_owned());
    let code = |code: &str| Answer::Code(code.to_owned());
    let mut answers = BTreeMap::from([
        ("anrede".to_owned(), code("frau")),
        ("nachname".to_owned(), text("Ḩāǧǧ-Łukaszewiczówna")),
        ("vorname".to_owned(), text("Şerife")),
        ("geburtsname".to_owned(), text(EVIL)),
        ("geburtsdatum".to_owned(), Answer::Date(jiff::civil::date(1980, 12, 20))),
        ("geburtsland".to_owned(), code("000")),
        ("staatsangehoerigkeit".to_owned(), code("000")),
        ("strasse".to_owned(), text("Lange Straße")),
        ("plz".to_owned(), text("39291")),
        ("ort".to_owned(), text("Möckern")),
        ("land".to_owned(), code("000")),
        ("konto".to_owned(), text("DE89370400440532013000")),
        ("email".to_owned(), text("serife@example.org")),
        ("bezugsort".to_owned(), text("Möckern")),
        ("anliegen".to_owned(), text("Bitte verlängern.\n\nDanke.\n</textarea><b>x</b>")),
        ("stelle".to_owned(), code("4711")),
    ]);
    for (_, _, field) in form.fields() {
        if let Kind::Declaration { version, text } = &field.kind {
            let at = Timestamp::UNIX_EPOCH;
            let declared = Answer::Declared { version: version.clone(), wording: text.filled(fill), at };
            answers.insert(field.id.clone(), declared);
        }
    }
    let upload = |id: &str, name: &str| Upload {
        id: id.to_owned(),
        field: "anlagen".to_owned(),
        name: name.to_owned(),
        media_type: "application/pdf".to_owned(),
        length: 1_234_567,
        sha512: "ab".repeat(64),
    };
    Draft {
        id: DraftId::from_bytes([7; 16]),
        mandant: "OZG-Antragsassistent".to_owned(),
        zugang: Zugang::Standard,
        formular: form.id.clone(),
        formular_version: form.version.clone(),
        sprache: "de".to_owned(),
        leistung: leistung(),
        gebiet: gebiet(),
        stellen: vec![zustaendig(stelle())],
        answers: Answers(answers),
        pending: BTreeMap::new(),
        uploads: vec![
            upload("a", "Geburtsurkunde Ömer & <Ayşe>.pdf"),
            upload("b", &format!("{}.pdf", "lang".repeat(40))),
        ],
        begun: Timestamp::UNIX_EPOCH,
        sent: None,
    }
}

pub(super) fn fill(blank: Blank) -> String {
    match blank {
        Blank::StelleName => stelle().name,
        Blank::StelleDatenschutz => "https://www.moeckern.example/datenschutz?a=1&b=2".to_owned(),
        Blank::BetreiberName => mandant().betreiber.name,
        Blank::BetreiberDatenschutz => "https://example.org/datenschutz".to_owned(),
        Blank::LeistungName => leistung().name,
        Blank::GebietName => gebiet().name,
    }
}

pub(super) fn complaints(fields: &[&str]) -> Vec<Complaint> {
    let complaint = |field: &&str| Complaint {
        field: (*field).to_owned(),
        wrong: Wrong::Rule { message: format!("Bitte prüfen Sie das Feld „{field}“. {EVIL}") },
    };
    fields.iter().map(complaint).collect()
}
