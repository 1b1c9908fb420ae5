//! Every complaint in its words.

use super::*;
use crate::draft::sample;
use crate::form::{ChoiceStyle, Text};
use crate::latin::{self, Datatype};

const MB: u64 = 1024 * 1024;

/// What is said about a question of this kind, which is called "Frage".
fn said(kind: Kind, wrong: Wrong) -> String {
    let mut field = sample::field("frage", kind);
    field.label = "Frage".to_owned();
    sentence(&sample::form_of(vec![field]), &Complaint { field: "frage".to_owned(), wrong })
}

fn text() -> Kind {
    sample::text(Datatype::A, 10)
}

#[test]
fn every_wrong_answer_is_told_with_its_question_and_what_to_do() {
    for (wrong, expected) in [
        (Wrong::SendAgain, "Bitte prüfen Sie diese Angabe noch einmal."),
        (Wrong::NotOffered, "Bitte wählen Sie eine der angebotenen Möglichkeiten aus."),
        (
            Wrong::TooLong { max: 10, now: 11 },
            "Bitte kürzen Sie Ihre Angabe auf höchstens 10 Zeichen. Zurzeit sind es 11 Zeichen.",
        ),
        (Wrong::TooShort { min: 2 }, "Bitte geben Sie mindestens 2 Zeichen an."),
        (
            Wrong::Forbidden(latin::check("Ma3x", Datatype::A).unwrap_err()),
            "Das Zeichen „3“ (U+0033) an Stelle 3 ist hier nicht erlaubt. Bitte entfernen oder ersetzen Sie es.",
        ),
        (Wrong::NoDate, "Bitte geben Sie das Datum mit Tag, Monat und vierstelligem Jahr an, zum Beispiel 20.12.1980."),
        (Wrong::NotInCalendar, "Dieses Datum gibt es im Kalender nicht. Bitte prüfen Sie Tag, Monat und Jahr."),
        (Wrong::Year { first: 1900, last: 2199 }, "Bitte geben Sie ein Jahr zwischen 1900 und 2199 an."),
        (Wrong::Future, "Das Datum darf nicht in der Zukunft liegen. Bitte prüfen Sie Ihre Angabe."),
        (Wrong::Postcode, "Bitte geben Sie eine Postleitzahl mit fünf Ziffern an, zum Beispiel 39104."),
        (
            Wrong::PhoneSign(Some('a')),
            "Das Zeichen „a“ ist hier nicht erlaubt. Bitte verwenden Sie nur Ziffern, Leerzeichen und die Zeichen \
             + ( ) / -, zum Beispiel 0391 123456.",
        ),
        (
            Wrong::PhoneSign(None),
            "Bitte verwenden Sie nur Ziffern, Leerzeichen und die Zeichen + ( ) / -, zum Beispiel 0391 123456.",
        ),
        (Wrong::PhoneIncomplete, "Bitte geben Sie eine vollständige Telefonnummer an, zum Beispiel 0391 123456."),
        (Wrong::Email, "Bitte geben Sie eine vollständige E-Mail-Adresse an, zum Beispiel name@beispiel.de."),
        (Wrong::NotWhole, "Bitte geben Sie eine ganze Zahl ohne Komma und Buchstaben an, zum Beispiel 25."),
        (Wrong::Range { min: i64::MIN, max: 5 }, "Bitte geben Sie eine Zahl an, die höchstens 5 ist."),
        (Wrong::Range { min: 5, max: i64::MAX }, "Bitte geben Sie eine Zahl an, die mindestens 5 ist."),
        (Wrong::Range { min: 1, max: 20 }, "Bitte geben Sie eine Zahl von 1 bis 20 an."),
        (
            Wrong::WordingChanged,
            "Der Text der Erklärung hat sich geändert. Bitte lesen Sie ihn noch einmal und setzen Sie das Häkchen erneut.",
        ),
        (
            Wrong::FileAndNone,
            "Sie haben eine Datei hinzugefügt und zugleich angegeben, dass Sie dieses Dokument nicht haben. \
             Bitte entfernen Sie die Datei oder das Häkchen.",
        ),
        (Wrong::TooManyFiles { max: 1 }, "Bitte entfernen Sie Dateien. Erlaubt ist höchstens eine Datei."),
        (Wrong::TooManyFiles { max: 2 }, "Bitte entfernen Sie Dateien. Erlaubt ist höchstens 2 Dateien."),
        (Wrong::LargeFile { max: 10 * MB }, "Bitte entfernen Sie jede Datei, die größer als 10 MB ist."),
        (
            Wrong::LargeFiles { max: 15 * MB },
            "Bitte entfernen Sie Dateien. Alle zusammen dürfen höchstens 15 MB groß sein.",
        ),
    ] {
        assert_eq!(said(text(), wrong), format!("Frage: {expected}"));
    }
    assert_eq!(said(Kind::YesNo, Wrong::NotOffered), "Frage: Bitte wählen Sie „Ja“ oder „Nein“ aus.");
}

#[test]
fn what_concerns_more_than_one_answer_stands_alone() {
    for (wrong, expected) in [
        (Wrong::Refused(Refusal::NotAsked), "Zu dieser Frage können Sie keine Datei hinzufügen."),
        (Wrong::Refused(Refusal::Empty), "Die Datei ist leer. Bitte wählen Sie eine andere Datei."),
        (
            Wrong::Refused(Refusal::Type),
            "Diese Datei ist kein PDF-, JPEG- oder PNG-Dokument. Bitte wandeln Sie sie um oder fotografieren Sie das \
             Schriftstück.",
        ),
        (Wrong::Refused(Refusal::Count { max: 3 }), "Sie können hier höchstens 3 Dateien hinzufügen."),
        (
            Wrong::Refused(Refusal::Large { max: 10 * MB }),
            "Die Datei ist zu groß. Eine Datei darf höchstens 10 MB haben.",
        ),
        (
            Wrong::Refused(Refusal::NoRoom { max: 15 * MB, free: 1024 }),
            "Alle Dateien zusammen dürfen höchstens 15 MB haben. Es sind noch 1 KB frei.",
        ),
        (Wrong::Rule { message: "Bitte eines von beiden.".to_owned() }, "Bitte eines von beiden."),
        (
            Wrong::OfficeChanged,
            "Die Angaben zur zuständigen Stelle haben sich geändert, während Sie den Antrag ausgefüllt haben. Es wurde \
             noch nichts gesendet. Bitte wählen Sie die Stelle noch einmal.",
        ),
        (
            Wrong::ChangedElsewhere,
            "Ihre Angaben wurden inzwischen in einem anderen Fenster geändert. Es wurde noch nichts eingereicht. Bitte \
             prüfen Sie alles noch einmal.",
        ),
    ] {
        assert_eq!(said(text(), wrong), expected);
    }
}

#[test]
fn every_kind_says_in_its_own_words_what_is_missing() {
    let (max_bytes, max_count, max_total) = (MB, 1, MB);
    let choice = || Kind::Choice { style: ChoiceStyle::Radio, options: Vec::new() };
    for (kind, expected) in [
        (text(), FILL_IN),
        (Kind::Postcode { country: None }, FILL_IN),
        (Kind::Area, FILL_IN),
        (choice(), "Bitte wählen Sie eine Möglichkeit aus."),
        (Kind::Country, "Bitte wählen Sie eine Möglichkeit aus."),
        (Kind::Nationality, "Bitte wählen Sie eine Möglichkeit aus."),
        (Kind::YesNo, "Bitte wählen Sie „Ja“ oder „Nein“ aus."),
        (Kind::Date { past: true }, "Bitte geben Sie ein Datum an, zum Beispiel 20.12.1980."),
        (
            Kind::Files { max_bytes, max_count, max_total, unterlagen: false },
            "Bitte fügen Sie mindestens eine Datei hinzu.",
        ),
        (
            Kind::Unterlage { max_bytes, max_count, max_total },
            "Bitte fügen Sie eine Datei hinzu, oder geben Sie an, dass Sie dieses Dokument nicht haben.",
        ),
        (
            Kind::Declaration { version: "1".to_owned(), text: Text(Vec::new()) },
            "Bitte lesen Sie die Erklärung und setzen Sie das Häkchen.",
        ),
        (Kind::Office, "Bitte wählen Sie die zuständige Stelle aus."),
        (Kind::Email, "Bitte geben Sie eine E-Mail-Adresse an, zum Beispiel name@beispiel.de."),
        (Kind::Phone, "Bitte geben Sie eine Telefonnummer an, zum Beispiel 0391 123456."),
        (Kind::Number { min: 1, max: 2 }, "Bitte geben Sie eine Zahl an."),
    ] {
        assert_eq!(said(kind, Wrong::Missing), format!("Frage: {expected}"));
    }
}

#[test]
fn a_label_that_is_a_question_gets_no_colon() {
    assert_eq!(about("Welche Stelle soll entscheiden?", "Bitte."), "Welche Stelle soll entscheiden? Bitte.");
    for label in ["Zuständige Stelle", "Zuständige Stelle:", "Zuständige Stelle *", "Zuständige Stelle:* "] {
        assert_eq!(about(label, "Bitte."), "Zuständige Stelle: Bitte.");
    }
}

#[test]
fn an_invisible_character_is_described_not_printed() {
    for character in ["\u{202e}", "\0", "\u{a0}", "\u{feff}"] {
        let code_points = format!("U+{:04X}", u32::from(character.chars().next().unwrap()));
        let told =
            said(text(), Wrong::Forbidden(Forbidden { character: character.to_owned(), code_points, position: 3 }));
        assert!(told.contains("an Stelle 3 ein unsichtbares Zeichen (U+") && !told.contains(character), "{told}");
    }
}
