//! Complaints, one pattern for all: `Nachname: Bitte füllen Sie dieses Feld aus.`
//!
//! The sentence stands in the summary as well as next to the question, so it names the question and says what to do
//! (WCAG 3.3.1, 3.3.3). What was typed is never repeated, but for a single character that is not permitted.

use super::tongue::GERMAN;
use crate::draft::check::{Complaint, Refusal, Wrong};
use crate::form::{Form, Kind};
use crate::latin::Forbidden;

/// The whole sentence about what is wrong.
pub fn sentence(form: &Form, complaint: &Complaint) -> String {
    let field = form.field(&complaint.field);
    let sentence = wrong(&complaint.wrong, field.map(|field| &field.kind));
    match field {
        Some(field) if !stands_alone(&complaint.wrong) => about(&field.label, &sentence),
        _ => sentence,
    }
}

/// Whether the words say by themselves what they are about.
fn stands_alone(wrong: &Wrong) -> bool {
    matches!(wrong, Wrong::Refused(_) | Wrong::Rule { .. } | Wrong::OfficeChanged | Wrong::ChangedElsewhere)
}

/// The sentence with the question in front.
fn about(label: &str, sentence: &str) -> String {
    let label = label.trim_end().trim_end_matches([':', '*']).trim_end();
    // A label that is a question or a sentence needs no colon.
    let colon = if label.ends_with(['?', '!', '.', '…']) { "" } else { ":" };
    format!("{label}{colon} {sentence}")
}

fn wrong(wrong: &Wrong, kind: Option<&Kind>) -> String {
    let words = match wrong {
        Wrong::Missing => kind.map_or(FILL_IN, missing),
        Wrong::SendAgain => "Bitte prüfen Sie diese Angabe noch einmal.",
        Wrong::NotOffered if matches!(kind, Some(Kind::YesNo)) => YES_OR_NO,
        Wrong::NotOffered => "Bitte wählen Sie eine der angebotenen Möglichkeiten aus.",
        Wrong::TooLong { max, now } => {
            return format!("Bitte kürzen Sie Ihre Angabe auf höchstens {max} Zeichen. Zurzeit sind es {now} Zeichen.");
        }
        Wrong::TooShort { min } => return format!("Bitte geben Sie mindestens {min} Zeichen an."),
        Wrong::Forbidden(character) => return forbidden(character),
        Wrong::NoDate => "Bitte geben Sie das Datum mit Tag, Monat und vierstelligem Jahr an, zum Beispiel 20.12.1980.",
        Wrong::NotInCalendar => "Dieses Datum gibt es im Kalender nicht. Bitte prüfen Sie Tag, Monat und Jahr.",
        Wrong::Year { first, last } => return format!("Bitte geben Sie ein Jahr zwischen {first} und {last} an."),
        Wrong::Future => "Das Datum darf nicht in der Zukunft liegen. Bitte prüfen Sie Ihre Angabe.",
        Wrong::Postcode => "Bitte geben Sie eine Postleitzahl mit fünf Ziffern an, zum Beispiel 39104.",
        Wrong::PhoneSign(Some(sign)) => {
            return format!("Das Zeichen „{sign}“ ist hier nicht erlaubt. {PHONE_SIGNS}");
        }
        Wrong::PhoneSign(None) => PHONE_SIGNS,
        Wrong::PhoneIncomplete => "Bitte geben Sie eine vollständige Telefonnummer an, zum Beispiel 0391 123456.",
        Wrong::Email => "Bitte geben Sie eine vollständige E-Mail-Adresse an, zum Beispiel name@beispiel.de.",
        Wrong::IbanSign(sign) => {
            let named = sign.map(|sign| format!("Das Zeichen „{sign}“ ist hier nicht erlaubt. ")).unwrap_or_default();
            return format!(
                "{named}Eine IBAN besteht nur aus den Buchstaben A bis Z und Ziffern, Leerzeichen sind erlaubt."
            );
        }
        Wrong::IbanCountry => {
            "Bitte prüfen Sie die ersten beiden Buchstaben: Eine IBAN beginnt mit dem Land, in Deutschland mit DE."
        }
        Wrong::IbanLength { country, needed, now } => {
            return format!(
                "Eine IBAN mit {country} am Anfang hat {needed} Zeichen ohne Leerzeichen. Zurzeit sind es {now} Zeichen."
            );
        }
        Wrong::IbanDigits => {
            "Die Prüfziffern passen nicht zu dieser IBAN. Bitte vergleichen Sie jedes Zeichen mit Ihrer Bankkarte."
        }
        Wrong::NotWhole => "Bitte geben Sie eine ganze Zahl ohne Komma und Buchstaben an, zum Beispiel 25.",
        Wrong::Range { min: i64::MIN, max } => {
            return format!("Bitte geben Sie eine Zahl an, die höchstens {max} ist.");
        }
        Wrong::Range { min, max: i64::MAX } => {
            return format!("Bitte geben Sie eine Zahl an, die mindestens {min} ist.");
        }
        Wrong::Range { min, max } => return format!("Bitte geben Sie eine Zahl von {min} bis {max} an."),
        Wrong::WordingChanged => {
            "Der Text der Erklärung hat sich geändert. Bitte lesen Sie ihn noch einmal und setzen Sie das Häkchen erneut."
        }
        Wrong::FileAndNone => {
            "Sie haben eine Datei hinzugefügt und zugleich angegeben, dass Sie dieses Dokument nicht haben. \
             Bitte entfernen Sie die Datei oder das Häkchen."
        }
        Wrong::TooManyFiles { max: 1 } => "Bitte entfernen Sie Dateien. Erlaubt ist höchstens eine Datei.",
        Wrong::TooManyFiles { max } => {
            return format!("Bitte entfernen Sie Dateien. Erlaubt ist höchstens {max} Dateien.");
        }
        Wrong::LargeFile { max } => {
            let max = GERMAN.length(*max);
            return format!("Bitte entfernen Sie jede Datei, die größer als {max} ist.");
        }
        Wrong::LargeFiles { max } => {
            let max = GERMAN.length(*max);
            return format!("Bitte entfernen Sie Dateien. Alle zusammen dürfen höchstens {max} groß sein.");
        }
        Wrong::Refused(refusal) => return refused(refusal),
        Wrong::Rule { message } => message,
        Wrong::OfficeChanged => {
            "Die Angaben zur zuständigen Stelle haben sich geändert, während Sie den Antrag ausgefüllt haben. \
             Es wurde noch nichts gesendet. Bitte wählen Sie die Stelle noch einmal."
        }
        Wrong::ChangedElsewhere => {
            "Ihre Angaben wurden inzwischen in einem anderen Fenster geändert. Es wurde noch nichts eingereicht. \
             Bitte prüfen Sie alles noch einmal."
        }
    };
    words.to_owned()
}

const FILL_IN: &str = "Bitte füllen Sie dieses Feld aus.";
const YES_OR_NO: &str = "Bitte wählen Sie „Ja“ oder „Nein“ aus.";
const PHONE_SIGNS: &str =
    "Bitte verwenden Sie nur Ziffern, Leerzeichen und die Zeichen + ( ) / -, zum Beispiel 0391 123456.";

/// What to do about a question that must be answered and is not.
fn missing(kind: &Kind) -> &'static str {
    match kind {
        Kind::Choice { .. } | Kind::Country | Kind::Nationality => "Bitte wählen Sie eine Möglichkeit aus.",
        Kind::YesNo => YES_OR_NO,
        Kind::Date { .. } => "Bitte geben Sie ein Datum an, zum Beispiel 20.12.1980.",
        Kind::Files { .. } => "Bitte fügen Sie mindestens eine Datei hinzu.",
        Kind::Unterlage { .. } => {
            "Bitte fügen Sie eine Datei hinzu, oder geben Sie an, dass Sie dieses Dokument nicht haben."
        }
        Kind::Declaration { .. } => "Bitte lesen Sie die Erklärung und setzen Sie das Häkchen.",
        Kind::Office => "Bitte wählen Sie die zuständige Stelle aus.",
        Kind::Email => "Bitte geben Sie eine E-Mail-Adresse an, zum Beispiel name@beispiel.de.",
        Kind::Phone => "Bitte geben Sie eine Telefonnummer an, zum Beispiel 0391 123456.",
        Kind::Iban => "Bitte geben Sie eine IBAN an, zum Beispiel DE89 3704 0044 0532 0130 00.",
        Kind::Number { .. } => "Bitte geben Sie eine Zahl an.",
        Kind::Service | Kind::Text { .. } | Kind::Postcode { .. } | Kind::Area => FILL_IN,
    }
}

/// Names a character that is not permitted. What cannot be seen is only described.
fn forbidden(forbidden: &Forbidden) -> String {
    let Forbidden { character, code_points, position } = forbidden;
    let invisible = character.chars().all(|one| one.is_control() || one.is_whitespace() || is_format(one));
    if invisible {
        format!(
            "Ihre Angabe enthält an Stelle {position} ein unsichtbares Zeichen ({code_points}), das nicht erlaubt ist. \
             Bitte löschen Sie es oder schreiben Sie die Angabe neu."
        )
    } else {
        format!(
            "Das Zeichen „{character}“ ({code_points}) an Stelle {position} ist hier nicht erlaubt. \
             Bitte entfernen oder ersetzen Sie es."
        )
    }
}

/// Characters without ink that lead or join others.
fn is_format(one: char) -> bool {
    matches!(one, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Why a file was not taken in.
fn refused(refusal: &Refusal) -> String {
    let length = |bytes: &u64| GERMAN.length(*bytes);
    match refusal {
        Refusal::NotAsked => "Zu dieser Frage können Sie keine Datei hinzufügen.".to_owned(),
        Refusal::Empty => "Die Datei ist leer. Bitte wählen Sie eine andere Datei.".to_owned(),
        Refusal::Type => "Diese Datei ist kein PDF-, JPEG- oder PNG-Dokument. \
                          Bitte wandeln Sie sie um oder fotografieren Sie das Schriftstück."
            .to_owned(),
        Refusal::Count { max } => format!("Sie können hier höchstens {max} Dateien hinzufügen."),
        Refusal::Large { max } => {
            format!("Die Datei ist zu groß. Eine Datei darf höchstens {} haben.", length(max))
        }
        Refusal::NoRoom { max, free } => {
            format!("Alle Dateien zusammen dürfen höchstens {} haben. Es sind noch {} frei.", length(max), length(free))
        }
    }
}

#[cfg(test)]
mod tests;
