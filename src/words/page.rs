//! What pages say besides their templates.

use jiff::civil::Date;

use super::dates;
use super::tongue::GERMAN;

/// First choice of a select box, which chooses nothing.
pub const CHOOSE: &str = "Bitte wählen";
/// Said of a link that opens beside the page.
pub const NEW_WINDOW: &str = "öffnet ein neues Fenster";
/// Link: the same once more.
pub const TRY_AGAIN: &str = "Erneut versuchen";
/// Link: the same service in another place.
pub const ANOTHER_PLACE: &str = "Anderen Ort wählen";
/// Link: back to what was entered.
pub const BACK_TO_ENTRIES: &str = "Zurück zu Ihren Angaben";
/// Link: who is responsible for a site.
pub const IMPRESSUM: &str = "Impressum";
/// Link: what happens to personal data.
pub const PRIVACY: &str = "Datenschutz";
/// Link: how accessible the program is.
pub const ACCESSIBILITY: &str = "Barrierefreiheit";
/// Link: how accessible an office's own site is.
pub const ACCESSIBILITY_STATEMENT: &str = "Erklärung zur Barrierefreiheit";
/// Link: how to use the program and who helps.
pub const HELP: &str = "Hilfe";
/// Link: an office's contact form.
pub const CONTACT_FORM: &str = "Kontaktformular";
/// Download: the PDF of what was sent.
pub const COPY_TO_READ: &str = "Ihr Antrag zum Lesen und Aufbewahren";
/// Download: the XML of what was sent.
pub const COPY_AS_DATA: &str = "Ihre Angaben als maschinenlesbare Daten";
/// Stands in declarations for the office's name while it is not known which one it will be.
pub const THE_OFFICE: &str = "die zuständige Stelle";

/// Which files a question takes: `each` and `total` in bytes.
pub fn files_taken(each: u64, count: usize, total: u64) -> String {
    let each = GERMAN.length(each);
    if count == 1 {
        return format!("PDF, JPEG oder PNG. Die Datei darf höchstens {each} groß sein.");
    }
    let total = GERMAN.length(total);
    format!("PDF, JPEG oder PNG. Höchstens {count} Dateien, jede höchstens {each}, zusammen höchstens {total}.")
}

/// Which files the question for one document takes: `each` in bytes.
pub fn document_taken(each: u64) -> String {
    format!("PDF, JPEG oder PNG, jede Datei höchstens {}.", GERMAN.length(each))
}

/// When a service can be applied for.
pub fn period(from: Option<Date>, until: Option<Date>) -> Option<String> {
    match (from.map(dates::long), until.map(dates::long)) {
        (Some(from), Some(until)) => Some(format!("Möglich ist er vom {from} bis zum {until}.")),
        (Some(from), None) => Some(format!("Möglich ist er ab dem {from}.")),
        (None, Some(until)) => Some(format!("Möglich war er bis zum {until}.")),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn limits_of_files_are_told_with_their_units() {
        assert_eq!(files_taken(2048, 1, 9999), "PDF, JPEG oder PNG. Die Datei darf höchstens 2 KB groß sein.");
        assert_eq!(
            files_taken(2048, 3, 4096),
            "PDF, JPEG oder PNG. Höchstens 3 Dateien, jede höchstens 2 KB, zusammen höchstens 4 KB."
        );
        assert_eq!(document_taken(2048), "PDF, JPEG oder PNG, jede Datei höchstens 2 KB.");
    }

    #[test]
    fn a_period_is_told_as_far_as_it_is_known() {
        let (from, until) = (Some(date(2027, 1, 1)), Some(date(2027, 3, 31)));
        let told = |from, until| period(from, until).unwrap_or_default();
        assert_eq!(told(from, until), "Möglich ist er vom 1. Januar 2027 bis zum 31. März 2027.");
        assert_eq!(told(from, None), "Möglich ist er ab dem 1. Januar 2027.");
        assert_eq!(told(None, until), "Möglich war er bis zum 31. März 2027.");
        assert_eq!(told(None, None), "");
    }
}
