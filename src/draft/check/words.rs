//! Words for the citizen, one pattern for all: `Nachname: Bitte füllen Sie dieses Feld aus.`
//!
//! The sentence stands in the summary as well as next to the question, so it names the question and says what to do
//! (WCAG 3.3.1, 3.3.3). What was typed is never repeated, but for a single character that is not permitted.

use crate::form::{Field, Kind};
use crate::latin::Forbidden;

/// An entry that was refused before would pass now, or an answer needs another look.
pub const SEND_AGAIN: &str = "Bitte prüfen Sie diese Angabe noch einmal.";

/// The sentence with the question in front.
pub fn about(field: &Field, sentence: &str) -> String {
    let label = field.label.trim_end().trim_end_matches([':', '*']).trim_end();
    // A label that is a question or a sentence needs no colon.
    let colon = if label.ends_with(['?', '!', '.', '…']) { "" } else { ":" };
    format!("{label}{colon} {sentence}")
}

/// What to do about a question that must be answered and is not.
pub fn missing(kind: &Kind) -> &'static str {
    match kind {
        Kind::Choice { .. } | Kind::Country | Kind::Nationality => "Bitte wählen Sie eine Möglichkeit aus.",
        Kind::YesNo => "Bitte wählen Sie „Ja“ oder „Nein“ aus.",
        Kind::Date { .. } => "Bitte geben Sie ein Datum an, zum Beispiel 20.12.1980.",
        Kind::Files { .. } => "Bitte fügen Sie mindestens eine Datei hinzu.",
        Kind::Unterlage { .. } => {
            "Bitte fügen Sie eine Datei hinzu, oder geben Sie an, dass Sie dieses Dokument nicht haben."
        }
        Kind::Declaration { .. } => "Bitte lesen Sie die Erklärung und setzen Sie das Häkchen.",
        Kind::Office => "Bitte wählen Sie die zuständige Stelle aus.",
        Kind::Email => "Bitte geben Sie eine E-Mail-Adresse an, zum Beispiel name@beispiel.de.",
        Kind::Phone => "Bitte geben Sie eine Telefonnummer an, zum Beispiel 0391 123456.",
        Kind::Number { .. } => "Bitte geben Sie eine Zahl an.",
        Kind::Service | Kind::Text { .. } | Kind::Postcode { .. } | Kind::Area => "Bitte füllen Sie dieses Feld aus.",
    }
}

/// Names a character that is not permitted. What cannot be seen is only described.
pub fn forbidden(forbidden: &Forbidden) -> String {
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

/// A text that is too long.
pub fn too_long(max: usize, now: usize) -> String {
    format!("Bitte kürzen Sie Ihre Angabe auf höchstens {max} Zeichen. Zurzeit sind es {now} Zeichen.")
}

/// A text that is too short.
pub fn too_short(min: usize) -> String {
    format!("Bitte geben Sie mindestens {min} Zeichen an.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::sample;

    #[test]
    fn a_label_that_is_a_question_gets_no_colon() {
        let mut field = sample::field("stelle", Kind::Office);
        field.label = "Welche Stelle soll entscheiden?".to_owned();
        assert_eq!(
            about(&field, missing(&field.kind)),
            "Welche Stelle soll entscheiden? Bitte wählen Sie die zuständige Stelle aus."
        );
        field.label = "Zuständige Stelle:".to_owned();
        assert_eq!(about(&field, "Bitte."), "Zuständige Stelle: Bitte.");
    }

    #[test]
    fn an_invisible_character_is_described_not_printed() {
        let message =
            forbidden(&Forbidden { character: "\u{202e}".to_owned(), code_points: "U+202E".to_owned(), position: 3 });
        assert!(message.contains("U+202E") && message.contains("Stelle 3") && !message.contains('\u{202e}'));
    }
}
