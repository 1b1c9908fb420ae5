//! Holds finished files against their outline with poppler's eyes: text, structure, embedded file. veraPDF cannot judge
//! whether what is tagged is what was meant.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::clean::clean;
use super::samples;
use super::sheet::DRAFT;
use crate::document::outline::{Outline, Row};
use crate::words::dates;
use crate::words::tongue::GERMAN;

/// What a program of poppler says.
fn poppler(program: &str, arguments: &[&str], file: &Path) -> String {
    let to_stdout = (program == "pdftotext").then_some("-");
    let output = Command::new(program).args(arguments).arg(file).args(to_stdout).output();
    let output = output.unwrap_or_else(|_| panic!("{program} is missing: apt-get install poppler-utils"));
    assert!(output.status.success() && output.stderr.is_empty(), "{program}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Every sample with its file.
fn every_sample(check: impl Fn(&str, &Outline, &Path)) {
    let folder = tempfile::tempdir().unwrap();
    for (name, outline) in samples::all() {
        let file: PathBuf = folder.path().join(format!("{name}.pdf"));
        std::fs::write(&file, super::print(&outline, outline.sealed.is_some().then_some(samples::XML)).unwrap())
            .unwrap();
        check(name, &outline, &file);
    }
}

/// Structure type and text of every element that has text, in reading order, as the outline wants them.
fn meant(outline: &Outline) -> Vec<(&'static str, String)> {
    let mut meant = Vec::new();
    let mut say = |tag, text: &str| meant.push((tag, clean(text).replace('\n', " ").trim_matches(' ').to_owned()));
    say("P", &outline.mandant);
    say("P", &outline.form_title);
    say("H1", &outline.leistung);
    say("P", &format!("pstId {}", outline.pst_id));
    if outline.test {
        say("P", "TEST – kein echter Antrag. Bitte nicht bearbeiten.");
    }
    if let Some(sealed) = &outline.sealed {
        for (label, value) in
            [("Vorgangsnummer", sealed.vorgangsnummer.clone()), ("Eingereicht am", dates::date_and_time(sealed.at))]
        {
            say("TH", label);
            say("TD", &value);
        }
    } else {
        say("TH", "Stand");
        say("TD", DRAFT);
    }
    say("TH", "Zuständige Stelle");
    let office = outline.stelle.iter().chain(&outline.stelle_anschrift).map(String::as_str).collect::<Vec<_>>();
    answer(if office.is_empty() { "./.".to_owned() } else { office.join("\n") }.as_str(), &mut say);
    for section in &outline.sections {
        say("H2", &section.heading());
        for row in &section.rows {
            question(row, &mut say);
        }
    }
    if !outline.attachments.is_empty() {
        say("H2", "Anlagen");
        for column in ["Datei", "Größe", "SHA-512 (Anfang)"] {
            say("TH", column);
        }
    }
    for file in &outline.attachments {
        say("TH", &file.name);
        say("TD", &GERMAN.length(file.length));
        say("TD", &file.sha512[..16]);
    }
    meant
}

fn question(row: &Row, say: &mut impl FnMut(&'static str, &str)) {
    say("TH", &row.label);
    if let Some(wording) = &row.wording {
        wording.lines().for_each(|line| say("P", line));
        say("P", &format!("Antwort: {}", row.value));
    } else {
        answer(&row.value, say);
    }
}

/// One line is the cell itself, several are its paragraphs.
fn answer(value: &str, say: &mut impl FnMut(&'static str, &str)) {
    let lines: Vec<&str> = value.lines().filter(|line| !line.trim_matches(' ').is_empty()).collect();
    match lines.as_slice() {
        [line] if !value.contains('\n') => say("TD", line),
        lines => lines.iter().for_each(|line| say("P", line)),
    }
}

/// The same, as poppler reads it from the file.
fn read(file: &Path) -> Vec<(String, String)> {
    let mut read: Vec<(String, String)> = Vec::new();
    for line in poppler("pdfinfo", &["-struct-text"], file).lines().map(str::trim_start) {
        if let Some(text) = line.strip_prefix('"') {
            // What stands on two pages is told in two pieces.
            let text = text.strip_suffix('"').unwrap_or(text).replace('\u{ad}', "");
            read.last_mut().expect("text belongs to an element").1.push_str(&text);
        } else if line.starts_with(|c: char| c.is_ascii_uppercase()) {
            let tag = line.trim_end_matches([':', ' ']).trim_end_matches(" (block)");
            read.push((tag.to_owned(), String::new()));
        }
    }
    for (_, text) in &mut read {
        *text = text.trim_matches(' ').to_owned();
    }
    read.retain(|(_, text)| !text.is_empty());
    read
}

#[test]
#[ignore = "needs pdfinfo; make test runs it"]
fn poppler_finds_every_heading_label_and_value_in_order_under_its_tag() {
    every_sample(|name, outline, file| {
        let (meant, read) = (meant(outline), read(file));
        for (place, ((tag, text), found)) in meant.iter().zip(&read).enumerate() {
            assert_eq!((*tag, text.as_str()), (found.0.as_str(), found.1.as_str()), "{name}, element {place}");
        }
        assert_eq!(meant.len(), read.len(), "{name}");
    });
}

#[test]
#[ignore = "needs pdftotext; make test runs it"]
fn copied_text_holds_every_word_in_order_and_every_page_its_number() {
    every_sample(|name, outline, file| {
        let text = poppler("pdftotext", &["-raw"], file);
        let pages: Vec<&str> = text.trim_end_matches('\u{c}').split('\u{c}').collect();
        for (place, page) in pages.iter().enumerate() {
            assert!(page.contains(&format!("Seite {} von {}", place + 1, pages.len())), "{name}");
            let number = outline.sealed.as_ref().map(|sealed| format!("Vorgangsnummer {}", sealed.vorgangsnummer));
            assert!(page.contains(&number.unwrap_or_else(|| DRAFT.to_owned())), "{name}");
            assert_eq!(page.contains("TEST – kein echter Antrag"), outline.test, "{name}");
        }
        // Without regard to structure, poppler sets some raised marks on lines of their own, whoever made the file.
        if ["namen", "din-91379"].contains(&name) {
            return;
        }
        // Lines end anywhere, also in words; footers stand between pages.
        let said: String = text.chars().filter(|c| !c.is_whitespace() && *c != '\u{ad}').collect();
        let mut at = 0;
        for word in meant(outline).iter().flat_map(|(_, text)| text.split_whitespace()) {
            let found = said[at..].find(word).unwrap_or_else(|| panic!("{name}: {word:?} is missing"));
            at += found + word.len();
        }
    });
}

#[test]
#[ignore = "needs pdfinfo and pdfdetach; make test runs it"]
fn poppler_sees_a_tagged_document_with_title_and_takes_the_xml_out_unchanged() {
    every_sample(|name, outline, file| {
        let about = poppler("pdfinfo", &[], file);
        let says = |key: &str| {
            about.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_else(|| panic!("{key} is missing")).trim()
        };
        assert_eq!(says("Title:"), super::sheet::title(outline), "{name}");
        assert_eq!((says("Tagged:"), says("Encrypted:"), says("JavaScript:")), ("yes", "no", "no"));
        assert!(says("Page size:").contains("(A4)"), "{name}");
        assert_eq!(about.contains("CreationDate:"), outline.sealed.is_some(), "{name}");
        let xml = file.with_extension("xml");
        if outline.sealed.is_some() {
            poppler("pdfdetach", &["-save", "1", "-o", xml.to_str().unwrap()], file);
            assert_eq!(std::fs::read(xml).unwrap(), samples::XML, "{name}");
        }
    });
}
