//! Subject and text of the mail to an office, German, after the contract.

use super::Data;
use crate::store::submissions::Cover;
use crate::words::dates;
use crate::words::tongue::GERMAN;

/// Longest subject in characters; the full names stand in the text.
const SUBJECT_CHARACTERS: usize = 300;
/// Longest value of one line of the text in characters.
const LINE_CHARACTERS: usize = 2_000;

/// The subject: `{Formular-Titel}: {Leistung} – {Vorgangsnummer}`, with `[TEST] ` before it for zugang `test`.
pub fn subject(cover: &Cover) -> String {
    let number = one_line(&cover.vorgangsnummer);
    let mut matter = format!("{}{}: {}", test_mark(cover), one_line(&cover.formular), one_line(&cover.leistung));
    let room = SUBJECT_CHARACTERS - 40;
    if matter.chars().count() > room {
        matter = matter.chars().take(room).chain(['…']).collect();
    }
    // A value that is empty or was cut must not leave two spaces: mail programs fold them.
    one_line(&format!("{matter} – {number}"))
}

/// The text; `data` are the data files of the mail, `sizes` the lengths of the citizen's files in bytes.
pub fn body(cover: &Cover, pdf_name: &str, data: &[Data], sizes: &[usize]) -> String {
    let hint = if cover.zugang == crate::draft::Zugang::Test {
        "TEST: Dieser Vorgang ist ein Test. Bitte bearbeiten Sie ihn nicht.\n\n"
    } else {
        ""
    };
    let line = |value: &str| -> String {
        let value: String = one_line(value).chars().take(LINE_CHARACTERS).collect();
        if value.is_empty() { "./.".to_owned() } else { value }
    };
    let data = data.iter().map(|file| (file.name.as_str(), &file.sha256));
    let fingerprints: Vec<String> = std::iter::once((pdf_name, &cover.pdf_sha256))
        .chain(data)
        .map(|(name, sha256)| format!("SHA-256 von {name}:\n{}\n", line(sha256)))
        .collect();
    format!(
        "Hallo,\n\n\
         Ihnen wurde das angehängte Formular zugestellt.\n\n\
         {hint}\
         Mandant: {mandant}\n\
         Formular: {formular}\n\
         Freigeschaltet für: {zugang}\n\
         Ausgefüllt am: {at}\n\
         Vorgangsnummer: {number}\n\n\
         Leistung: {leistung}\n\
         Bezugsort: {bezugsort}\n\
         Anlagen: {anlagen}\n\n\
         {fingerprints}",
        mandant = line(&cover.mandant),
        formular = line(&cover.formular),
        zugang = cover.zugang.as_str(),
        at = dates::date_and_time(cover.at),
        number = line(&cover.vorgangsnummer),
        leistung = line(&cover.leistung),
        bezugsort = line(&cover.bezugsort),
        anlagen = enclosed(sizes),
        fingerprints = fingerprints.concat(),
    )
}

/// The value on one line: every control character and line separator becomes a space, spaces are joined.
pub fn one_line(value: &str) -> String {
    value
        .split(|character: char| character.is_whitespace() || character.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn test_mark(cover: &Cover) -> &'static str {
    if cover.zugang == crate::draft::Zugang::Test { "[TEST] " } else { "" }
}

fn enclosed(sizes: &[usize]) -> String {
    if sizes.is_empty() {
        return "keine".to_owned();
    }
    let total = sizes.iter().fold(0_u64, |sum, size| sum.saturating_add(*size as u64));
    format!("{} ({})", sizes.len(), GERMAN.length(total))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_counted_and_measured_as_in_the_pdf() {
        assert_eq!(enclosed(&[]), "keine");
        assert_eq!(enclosed(&[40, 4]), "2 (44 Byte)");
        assert_eq!(enclosed(&[1_048_576, 1_048_576]), "2 (2 MB)");
        assert_eq!(enclosed(&[usize::MAX, usize::MAX]), format!("2 ({})", GERMAN.length(u64::MAX)));
    }

    #[test]
    fn line_breaks_of_every_kind_become_spaces() {
        assert_eq!(one_line(" a\r\nBcc: x\u{2028}y\u{85}z\u{0} "), "a Bcc: x y z");
    }
}
