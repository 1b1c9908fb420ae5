//! Texts: trimmed, in normal form, within their length, of permitted characters.

use super::Wrong;
use crate::latin::{self, Datatype, Forbidden};

/// What a text may hold.
#[derive(Clone, Copy, Debug)]
pub struct TextLimits {
    /// Permitted characters.
    pub datatype: Datatype,
    /// Fewest characters.
    pub min: usize,
    /// Most characters.
    pub max: usize,
    /// Whether line breaks and tabs are text here.
    pub lines: bool,
}

/// The text in the form in which it is kept and checked: line breaks as LF, typographic variants as their plain signs,
/// without blanks around it, in NFC.
pub fn tidy(typed: &str, datatype: Datatype) -> String {
    let mut plain = String::with_capacity(typed.len());
    let mut rest = typed.chars().peekable();
    while let Some(one) = rest.next() {
        match plain_sign(one, datatype) {
            Some(sign) => plain.push_str(sign),
            None if one == '\r' => {
                if rest.peek() != Some(&'\n') {
                    plain.push('\n');
                }
            }
            None => plain.push(one),
        }
    }
    latin::normalise(plain.trim()).trim().to_owned()
}

/// The plain sign for a typographic variant that phones and word processors put in by themselves and that DIN 91379 does
/// not know: without this, a pasted dash would stop an application. What was made of it is seen on the review page.
fn plain_sign(one: char, datatype: Datatype) -> Option<&'static str> {
    Some(match one {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => "-",
        '\u{2018}' | '\u{201a}' | '\u{201b}' => "'",
        '\u{201c}'..='\u{201f}' if datatype != Datatype::A => "\"",
        '\u{2022}' if datatype == Datatype::C => "-",
        '\u{2026}' => "...",
        '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' => " ",
        // The no-break space is a sign of datatype C only.
        '\u{a0}' if datatype != Datatype::C => " ",
        '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' => "",
        _ => return None,
    })
}

/// Checks a tidy text that is not empty.
pub fn check(text: &str, limits: TextLimits) -> Result<(), Wrong> {
    let TextLimits { datatype, min, max, lines } = limits;
    // Control characters first: datatype C knows tab and line break, a one-line input does not.
    if let Some((place, one)) = text.chars().enumerate().find(|(_, one)| is_refused_control(*one, lines)) {
        let character = Forbidden {
            character: one.to_string(),
            code_points: format!("U+{:04X}", u32::from(one)),
            position: place + 1,
        };
        return Err(Wrong::Forbidden(character));
    }
    let length = text.chars().count();
    if length > max {
        return Err(Wrong::TooLong { max, now: length });
    }
    latin::check(text, datatype).map_err(Wrong::Forbidden)?;
    if length < min {
        return Err(Wrong::TooShort { min });
    }
    Ok(())
}

fn is_refused_control(one: char, lines: bool) -> bool {
    one.is_control() && !(lines && matches!(one, '\n' | '\t'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NAME: TextLimits = TextLimits { datatype: Datatype::A, min: 2, max: 10, lines: false };
    const LETTER: TextLimits = TextLimits { datatype: Datatype::C, min: 0, max: 100, lines: true };

    #[test]
    fn blanks_around_go_and_the_text_comes_in_normal_form() {
        assert_eq!(tidy("  Mu\u{308}ller\t ", Datatype::A), "Müller");
        assert_eq!(tidy(" \r\n ", Datatype::C), "");
        assert_eq!(tidy("eins\r\nzwei\rdrei\n", Datatype::C), "eins\nzwei\ndrei");
    }

    #[test]
    fn typographic_variants_become_plain_signs() {
        assert_eq!(tidy("Müller\u{2013}Lüdenscheidt", Datatype::A), "Müller-Lüdenscheidt");
        assert_eq!(tidy("„Ja“ \u{2013} bald…", Datatype::C), "\"Ja\" - bald...");
        assert_eq!(tidy("An\u{a0}der\u{ad} Aue\u{200b}", Datatype::B), "An der Aue");
        assert_eq!(tidy("10\u{a0}km", Datatype::C), "10\u{a0}km");
        assert_eq!(tidy("„Max“", Datatype::A), "„Max“", "no plain sign of names stands for it");
    }

    #[test]
    fn the_offending_character_is_named_with_its_place() {
        let wrong = |character: &str, code_points: &str, position| {
            let (character, code_points) = (character.to_owned(), code_points.to_owned());
            Err(Wrong::Forbidden(Forbidden { character, code_points, position }))
        };
        assert_eq!(check("Ma3x", NAME), wrong("3", "U+0033", 3));
        assert_eq!(check("Müller", NAME), Ok(()));
        assert_eq!(check("Иван", NAME), wrong("И", "U+0418", 1));
        assert_eq!(check("a\u{7}b", LETTER), wrong("\u{7}", "U+0007", 2));
    }

    #[test]
    fn lengths_count_characters_not_bytes() {
        assert_eq!(check("ÄÖÜäöüßÄÖÜ", NAME), Ok(()));
        assert_eq!(check("ÄÖÜäöüßÄÖÜÄ", NAME), Err(Wrong::TooLong { max: 10, now: 11 }));
        assert_eq!(check("Ä", NAME), Err(Wrong::TooShort { min: 2 }));
        assert_eq!(check("ÄÖ", NAME), Ok(()));
    }

    #[test]
    fn a_control_character_is_named_before_the_length_and_the_length_before_any_other_character() {
        assert!(matches!(check("aaaaaaaaaaa\u{7}", NAME), Err(Wrong::Forbidden(_))));
        assert_eq!(check("aaaaaaaaaa3", NAME), Err(Wrong::TooLong { max: 10, now: 11 }));
        assert!(matches!(check("3", NAME), Err(Wrong::Forbidden(_))), "before too few characters");
    }

    #[test]
    fn control_characters_are_refused_and_line_breaks_only_where_lines_are() {
        for text in ["a\0b", "a\u{7}b", "a\u{85}b", "a\u{1b}[0m"] {
            assert!(matches!(check(text, LETTER), Err(Wrong::Forbidden(one)) if one.position == 2), "{text:?}");
        }
        assert!(check("eins\n\tzwei", LETTER).is_ok());
        let one_line = check("eins\nzwei", TextLimits { lines: false, ..LETTER });
        assert!(matches!(one_line, Err(Wrong::Forbidden(one)) if one.code_points == "U+000A"));
    }

    proptest! {
        #[test]
        fn tidying_twice_changes_nothing_more(text in ".{0,60}") {
            for datatype in [Datatype::A, Datatype::B, Datatype::C] {
                let once = tidy(&text, datatype);
                prop_assert_eq!(tidy(&once, datatype), once.clone());
                let _ = check(&once, TextLimits { datatype, ..LETTER });
            }
        }
    }
}
