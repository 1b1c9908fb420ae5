//! The mail, opened again by another hand: mail-parser.

use mail_parser::{MessageParser, MimeHeaders};
use proptest::prelude::*;

use super::*;
use crate::draft::Zugang;
use crate::store::printed::Printed;

fn cover() -> Cover {
    Cover {
        vorgangsnummer: "20200619337550065600".to_owned(),
        at: "2020-06-19T09:22:35.0065600+02:00".parse().unwrap(),
        mandant: "OZG-Antragsassistent".to_owned(),
        formular: "OZG Antragsassistent".to_owned(),
        pdf_name: "OZG-Antragsassistent.pdf".to_owned(),
        zugang: Zugang::Standard,
        leistung: "Kinderreisepass verlängern".to_owned(),
        bezugsort: "Möckern, Stadt (Jerichower Land, Sachsen-Anhalt)".to_owned(),
        xml_name: "XML-Daten.xml".to_owned(),
        pdf_sha256: "aa".repeat(32),
        xml_sha256: "bb".repeat(32),
    }
}

fn letter(cover: Cover, enclosures: Vec<Enclosure>) -> Letter {
    let sender = Sender::parse("Bürgerservice Süd <antrag@müller.example>").unwrap();
    let package = Package {
        cover,
        pdf: Printed::new(b"%PDF-1.7\n\x00\xff\r\n.\r\n".to_vec()),
        xml: Printed::new("<antrag>\nŞerife\r\n.\n</antrag>".as_bytes().to_vec()),
        further: Vec::new(),
        attachments: Vec::new(),
        zustellpunkt: None,
    };
    write(&sender, "buergerservice@moeckern.example", package, enclosures).unwrap()
}

fn enclosure(name: &str, media_type: &str, content: &[u8]) -> Enclosure {
    Enclosure { name: name.to_owned(), media_type: media_type.to_owned(), content: content.to_vec() }
}

#[test]
fn the_mail_reads_as_the_contract_says() {
    let long = format!("Geburtsurkunde der Großmutter väterlicherseits {}.png", "ß".repeat(60));
    let all_bytes: Vec<u8> = (0..=255).cycle().take(5_000).collect();
    let letter = letter(
        cover(),
        vec![enclosure(&long, "image/png", &all_bytes), enclosure("XML-Daten.xml", "text/xml", b"<fremd/>")],
    );
    assert_eq!(letter.name, "20200619337550065600-mail");
    assert_eq!(letter.from.to_string(), "antrag@xn--mller-kva.example");
    assert_eq!(letter.to.to_string(), "buergerservice@moeckern.example");
    assert!(letter.bytes.is_ascii(), "nothing depends on 8BITMIME");

    let mail = MessageParser::default().parse(&letter.bytes).unwrap();
    let from = mail.from().unwrap().first().unwrap();
    assert_eq!((from.name(), from.address()), (Some("Bürgerservice Süd"), Some("antrag@xn--mller-kva.example")));
    assert_eq!(mail.to().unwrap().first().unwrap().address(), Some("buergerservice@moeckern.example"));
    assert_eq!(mail.subject(), Some("OZG Antragsassistent: Kinderreisepass verlängern – 20200619337550065600"));
    assert_eq!(mail.message_id(), Some("20200619337550065600@xn--mller-kva.example"));
    assert_eq!(mail.date().unwrap().to_rfc3339(), "2020-06-19T07:22:35Z");
    assert_eq!(mail.header("Auto-Submitted").unwrap().as_text(), Some("auto-generated"));
    assert_eq!(
        mail.body_text(0).unwrap().replace("\r\n", "\n").trim_end(),
        format!(
            "Hallo,\n\n\
             Ihnen wurde das angehängte Formular zugestellt.\n\n\
             Mandant: OZG-Antragsassistent\n\
             Formular: OZG Antragsassistent\n\
             Freigeschaltet für: standard\n\
             Ausgefüllt am: 19.06.2020 09:22 MESZ\n\
             Vorgangsnummer: 20200619337550065600\n\n\
             Leistung: Kinderreisepass verlängern\n\
             Bezugsort: Möckern, Stadt (Jerichower Land, Sachsen-Anhalt)\n\
             Anlagen: 2 (5 KB)\n\n\
             SHA-256 von OZG-Antragsassistent.pdf:\n{}\n\
             SHA-256 von XML-Daten.xml:\n{}",
            "aa".repeat(32),
            "bb".repeat(32)
        )
    );
    let parts: Vec<(String, String, Vec<u8>)> = mail
        .attachments()
        .map(|part| {
            let kind = part.content_type().unwrap();
            (
                part.attachment_name().unwrap().to_owned(),
                format!("{}/{}", kind.ctype(), kind.subtype().unwrap()),
                part.contents().to_vec(),
            )
        })
        .collect();
    assert_eq!(
        parts,
        [
            ("XML-Daten.xml".to_owned(), "application/xml".to_owned(), "<antrag>\nŞerife\r\n.\n</antrag>".into()),
            (
                "OZG-Antragsassistent.pdf".to_owned(),
                "application/pdf".to_owned(),
                b"%PDF-1.7\n\x00\xff\r\n.\r\n".to_vec()
            ),
            (long, "image/png".to_owned(), all_bytes),
            ("XML-Daten (2).xml".to_owned(), "text/xml".to_owned(), b"<fremd/>".to_vec()),
        ]
    );
}

#[test]
fn data_files_go_in_the_order_that_import_jobs_know_and_each_is_named_with_its_sha256() {
    let sender = Sender::parse("antrag@example.org").unwrap();
    let further = |name: &str, media_type: &str, text: &str, sha256: &str| DataFile {
        name: name.to_owned(),
        media_type: media_type.to_owned(),
        text: text.to_owned(),
        sha256: sha256.repeat(32),
    };
    let package = Package {
        cover: Cover { xml_name: "Antrag.xml".to_owned(), ..cover() },
        pdf: Printed::new(b"%PDF".to_vec()),
        xml: Printed::new(b"<antrag/>".to_vec()),
        further: vec![
            further("JSON-Daten.json", "application/json", "{}", "cc"),
            further("XML-Daten.xml", "application/xml; charset=utf-8", "<layout/>", "dd"),
        ],
        attachments: vec![],
        zustellpunkt: None,
    };
    let letter = write(&sender, "amt@example.org", package, vec![enclosure("antrag.xml", "text/plain", b"x")]).unwrap();
    let mail = MessageParser::default().parse(&letter.bytes).unwrap();
    let parts: Vec<_> = mail.attachments().map(|part| (part.attachment_name().unwrap(), part.contents())).collect();
    assert_eq!(
        parts,
        [
            ("XML-Daten.xml", &b"<layout/>"[..]),
            ("OZG-Antragsassistent.pdf", b"%PDF"),
            ("Antrag.xml", b"<antrag/>"),
            ("JSON-Daten.json", b"{}"),
            ("antrag (2).xml", b"x"),
        ]
    );
    let text = mail.body_text(0).unwrap();
    for (name, sha256) in [("XML-Daten.xml", "dd"), ("Antrag.xml", "bb"), ("JSON-Daten.json", "cc")] {
        assert!(text.replace("\r\n", "\n").contains(&format!("SHA-256 von {name}:\n{}", sha256.repeat(32))), "{text}");
    }
}

#[test]
fn a_repetition_is_the_same_to_the_byte() {
    let once = || letter(cover(), vec![enclosure("a.pdf", "application/pdf", b"x")]).bytes;
    assert_eq!(once(), once());
}

#[test]
fn a_test_is_marked_in_subject_and_text() {
    let letter = letter(Cover { zugang: Zugang::Test, ..cover() }, Vec::new());
    let mail = MessageParser::default().parse(&letter.bytes).unwrap();
    assert!(mail.subject().unwrap().starts_with("[TEST] OZG Antragsassistent: "));
    let text = mail.body_text(0).unwrap();
    assert!(text.contains("TEST: Dieser Vorgang ist ein Test."));
    assert!(text.contains("Freigeschaltet für: test"));
    assert!(text.contains("Anlagen: keine"));
}

#[test]
fn a_mailbox_that_cannot_be_reached_needs_a_human() {
    let sender = Sender::parse("antrag@example.org").unwrap();
    for an in ["", "keine Adresse", "a@b.example\r\nBcc: c@d.example", "büro@b.example"] {
        let package = Package {
            cover: cover(),
            pdf: Printed::default(),
            xml: Printed::default(),
            further: vec![],
            attachments: vec![],
            zustellpunkt: None,
        };
        let error = write(&sender, an, package, vec![]).unwrap_err();
        assert!(matches!(error, DeliveryError::Never(_)), "{an}");
    }
    let package = Package {
        cover: cover(),
        pdf: Printed::default(),
        xml: Printed::default(),
        further: vec![],
        attachments: vec![],
        zustellpunkt: None,
    };
    let letter = write(&sender, " post@möckern.example ", package, vec![]).unwrap();
    assert_eq!(letter.to.to_string(), "post@xn--mckern-wxa.example");
}

#[test]
fn a_sender_that_is_no_address_is_refused_at_start() {
    for text in ["", "Antragsassistent", "a@b@c", "grüße@example.org"] {
        assert!(Sender::parse(text).unwrap_err().contains("mail.from"), "{text}");
    }
}

/// Header lines of the whole mail up to the first empty line, unfolded.
fn header_names(bytes: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(bytes).unwrap();
    let head = text.split("\r\n\r\n").next().unwrap();
    assert!(head.split("\r\n").all(|line| line.len() <= 998 && !line.contains(['\r', '\n'])));
    head.split("\r\n")
        .filter(|line| !line.starts_with(' '))
        .map(|line| line.split(':').next().unwrap().to_owned())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_value_adds_a_header_or_loses_a_letter(
        leistung in "[ A-Za-zÄÖÜäöüßŞḨģ=?_,;:\"()<>\r\n\t\u{85}\u{2028}-]{0,400}",
        name in "[ A-Za-zÄöß\r\n\"\\\\;=*'%.-]{0,200}",
    ) {
        let cover = Cover { leistung: leistung.clone(), formular: name.clone(), ..cover() };
        let subject = text::subject(&cover);
        let expected = Names::default_take(&name);
        let letter = letter(cover, vec![enclosure(&name, "image/png; name=\"\r\nX: y\"", b"x")]);
        prop_assert_eq!(header_names(&letter.bytes), [
            "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
        ]);
        let mail = MessageParser::default().parse(&letter.bytes).unwrap();
        prop_assert_eq!(mail.subject().unwrap_or_default(), subject);
        prop_assert_eq!(mail.attachment_count(), 3);
        prop_assert_eq!(mail.attachment(2).unwrap().attachment_name().unwrap(), expected);
    }
}

use enclosure::Names;

impl Names {
    fn default_take(name: &str) -> String {
        Self::default().take(name, "Anlage")
    }
}
