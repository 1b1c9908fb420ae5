//! Any outline becomes a PDF that can be read, with no more pages than its content needs.
#![no_main]

use std::sync::Arc;

use antragsassistent::document::outline::{Attachment, Outline, OutlineSection, Row, Sealed};
use antragsassistent::document::pdf;
use antragsassistent::logo::Logo;
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;

/// What an outline is made of.
#[derive(Arbitrary, Debug)]
struct Matter {
    head: [String; 4],
    stelle: Option<String>,
    anschrift: Vec<String>,
    test: bool,
    sealed: Option<(String, u32)>,
    sections: Vec<(Option<u8>, String, Vec<Question>)>,
    files: Vec<(String, u64, String)>,
    logo: Option<(Vec<u8>, String)>,
    xml: Option<Vec<u8>>,
}

#[derive(Arbitrary, Debug)]
struct Question {
    label: String,
    value: String,
    wording: Option<String>,
    answered: bool,
    long: bool,
}

/// Largest sum of texts, in bytes: longer ones take longer and show nothing new.
const MOST_BYTES: usize = 100_000;

fuzz_target!(|matter: Matter| {
    let xml = matter.xml.clone();
    let outline = outline(matter);
    let texts = texts(&outline);
    if texts.iter().map(|text| text.len()).sum::<usize>() > MOST_BYTES {
        return;
    }
    let bytes = pdf::print(&outline, xml.as_deref()).expect("any outline is printed");
    assert_eq!(bytes, pdf::print(&outline, xml.as_deref()).expect("any outline is printed"), "the same bytes again");
    let document = lopdf::Document::load_mem(&bytes).expect("what was written can be read");
    // At least ten letters fit on a line of the narrowest column, and ten lines on a page even if each row leaves half of it free.
    let lines: usize = texts.iter().map(|text| 4 + text.chars().count() / 10 + text.matches(['\n', '\r', '\u{2028}', '\u{2029}']).count()).sum();
    let pages = document.get_pages().len();
    assert!((1..=2 + lines / 10).contains(&pages), "{pages} pages for {lines} lines");
});

fn outline(matter: Matter) -> Outline {
    let [form_title, leistung, pst_id, mandant] = matter.head;
    Outline {
        form_title,
        leistung,
        pst_id,
        mandant,
        logo: matter.logo.and_then(|(bytes, alt)| Logo::parse(&bytes, &alt).ok()).map(Arc::new),
        stelle: matter.stelle,
        stelle_anschrift: matter.anschrift,
        language: "de".to_owned(),
        test: matter.test,
        sealed: matter.sealed.map(|(vorgangsnummer, second)| Sealed {
            vorgangsnummer,
            at: jiff::Timestamp::from_second(second.into()).expect("32 bits of seconds are within all calendars"),
        }),
        sections: matter
            .sections
            .into_iter()
            .map(|(number, title, questions)| OutlineSection {
                step: String::new(),
                id: String::new(),
                number: number.map(usize::from),
                title,
                rows: questions.into_iter().map(row).collect(),
            })
            .collect(),
        attachments: matter
            .files
            .into_iter()
            .map(|(name, length, sha512)| Attachment {
                field: String::new(),
                name,
                media_type: String::new(),
                length,
                sha512,
            })
            .collect(),
    }
}

fn row(question: Question) -> Row {
    let Question { label, value, wording, answered, long } = question;
    Row { field: String::new(), label, value, wording, answered, long }
}

/// Every text that is printed.
fn texts(outline: &Outline) -> Vec<&str> {
    let mut texts: Vec<&str> = vec![&outline.form_title, &outline.leistung, &outline.pst_id, &outline.mandant];
    texts.extend(outline.stelle.iter().chain(&outline.stelle_anschrift).map(String::as_str));
    for section in &outline.sections {
        texts.push(&section.title);
        for row in &section.rows {
            texts.extend([row.label.as_str(), row.value.as_str()]);
            texts.extend(row.wording.as_deref());
        }
    }
    texts.extend(outline.attachments.iter().map(|file| file.name.as_str()));
    texts
}
