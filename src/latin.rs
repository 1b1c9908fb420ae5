//! DIN 91379: normal form, permitted characters, and the name of an offending one.
//!
//! The norm says which letters and signs registers and procedures of German public administration must be able to hold.
//! What it does not permit would be lost or refused in the office, so the citizen hears of it while typing.

mod table;

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The datatypes of DIN 91379:2022-08 that the forms use. Each permits what the one before it permits, and more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Datatype {
    /// Names of natural persons: letters, but neither digits nor most signs.
    A,
    /// Other names: streets, places.
    B,
    /// Free text, with tab and line breaks.
    C,
}

/// The first character of a text that its datatype does not permit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forbidden {
    /// The character as typed, with its combining marks.
    pub character: String,
    /// Its code points, for example `U+0031`.
    pub code_points: String,
    /// Its place, counted in characters from 1; a letter with its marks counts once.
    pub position: usize,
}

/// Most code points that a [`Forbidden`] names; a letter under a tower of marks is cut here.
const MOST_CODE_POINTS: usize = 12;

/// The text in Unicode normal form C.
pub fn normalise(raw: &str) -> String {
    // Most texts are in normal form already: to see that is far cheaper than to compose them anew.
    if is_nfc_quick(raw.chars()) == IsNormalized::Yes { raw.to_owned() } else { raw.nfc().collect() }
}

/// Whether every character of a normalised text belongs to the datatype; otherwise the first that does not.
///
/// A text that is not in normal form C may be refused for letters the norm permits: call [`normalise`] first.
pub fn check(text: &str, datatype: Datatype) -> Result<(), Forbidden> {
    let mut at = 0;
    while at < text.len() {
        match permitted(&text[at..], datatype) {
            Some(length) => at += length,
            None => return Err(forbidden(text, at)),
        }
    }
    Ok(())
}

/// A normalised text with `replacement` for each code point that the datatype does not permit where it stands.
pub fn replace(text: &str, datatype: Datatype, replacement: char) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let known = permitted(rest, datatype);
        let (kept, left) = rest.split_at(known.unwrap_or(first.len_utf8()));
        if known.is_some() {
            replaced.push_str(kept);
        } else {
            replaced.push(replacement);
        }
        rest = left;
    }
    replaced
}

/// Length in bytes of the character or sequence of the datatype with which the text begins.
fn permitted(text: &str, datatype: Datatype) -> Option<usize> {
    let first = text.chars().next()?;
    // Most texts are plain letters: a sequence can begin here only if its first mark follows.
    let second = text[first.len_utf8()..].chars().next();
    let sequence = second.filter(|second| !second.is_ascii()).and_then(|_| longest_sequence(text));
    sequence.map(str::len).or_else(|| permits(first, datatype).then_some(first.len_utf8()))
}

/// Whether a single code point belongs to the datatype.
fn permits(character: char, datatype: Datatype) -> bool {
    let place = table::CHARACTERS.partition_point(|(_, last, _)| *last < character);
    table::CHARACTERS.get(place).is_some_and(|(first, _, narrowest)| *first <= character && *narrowest <= datatype)
}

/// The longest of the norm's sequences with which the text begins.
fn longest_sequence(text: &str) -> Option<&'static str> {
    // Of two sequences that fit, the longer one stands later in the order: look backwards from the text's own place.
    let after = table::SEQUENCES.partition_point(|sequence| *sequence <= text);
    let first = text.chars().next()?;
    let candidates = table::SEQUENCES[..after].iter().rev().copied();
    candidates.take_while(|sequence| sequence.starts_with(first)).find(|sequence| text.starts_with(sequence))
}

/// The whole character around the code point at a place: the letter before a mark, and all marks behind it.
fn forbidden(text: &str, at: usize) -> Forbidden {
    let is_start = |&(place, character): &(usize, char)| place == 0 || !is_combining_mark(character);
    let until = at + text[at..].chars().next().map_or(0, char::len_utf8);
    let (position, start) = text[..until]
        .char_indices()
        .filter(is_start)
        .enumerate()
        .last()
        .map_or((1, 0), |(before, (place, _))| (before + 1, place));
    let mut character = String::new();
    let mut joined = true;
    for next in text[start..].chars().take(MOST_CODE_POINTS) {
        if !joined && !extends(next) {
            break;
        }
        joined = next == ZERO_WIDTH_JOINER;
        character.push(next);
    }
    let code_points: Vec<String> = character.chars().map(|point| format!("U+{:04X}", u32::from(point))).collect();
    Forbidden { character, code_points: code_points.join(" "), position }
}

/// Joins two pictures to one.
const ZERO_WIDTH_JOINER: char = '\u{200D}';

/// Whether a code point belongs to the character before it: a mark, a joiner, the skin colour of a picture.
fn extends(character: char) -> bool {
    is_combining_mark(character) || character == ZERO_WIDTH_JOINER || ('\u{1F3FB}'..='\u{1F3FF}').contains(&character)
}

/// The norm's sequences of letter and marks that have no character of their own, for the tests of several rooms.
#[cfg(test)]
pub(crate) fn sequences() -> &'static [&'static str] {
    &table::SEQUENCES
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every single code point that the table permits in the datatype.
    fn characters(datatype: Datatype) -> Vec<char> {
        table::CHARACTERS
            .iter()
            .filter(|(_, _, narrowest)| *narrowest <= datatype)
            .flat_map(|(first, last, _)| *first..=*last)
            .collect()
    }

    fn first_forbidden(text: &str, datatype: Datatype) -> (String, String, usize) {
        let found = check(text, datatype).unwrap_err();
        (found.character, found.code_points, found.position)
    }

    #[test]
    fn the_table_holds_as_many_characters_as_the_norm() {
        assert_eq!(characters(Datatype::A).len(), 518);
        assert_eq!(characters(Datatype::B).len(), 578);
        assert_eq!(characters(Datatype::C).len(), 588);
        assert_eq!(table::SEQUENCES.len(), 149);
    }

    #[test]
    fn the_table_is_in_order_and_in_normal_form() {
        assert!(table::CHARACTERS.windows(2).all(|pair| pair[0].1 < pair[1].0));
        assert!(table::CHARACTERS.iter().all(|(first, last, _)| first <= last));
        assert!(table::SEQUENCES.windows(2).all(|pair| pair[0] < pair[1]));
        for text in characters(Datatype::C).into_iter().map(String::from).chain(table::SEQUENCES.map(str::to_owned)) {
            assert_eq!(normalise(&text), text);
        }
    }

    #[test]
    fn every_character_and_sequence_of_the_norm_passes() {
        for datatype in [Datatype::A, Datatype::B, Datatype::C] {
            for character in characters(datatype) {
                assert_eq!(check(&character.to_string(), datatype), Ok(()), "{character:?}");
            }
            for sequence in table::SEQUENCES {
                assert_eq!(check(sequence, datatype), Ok(()), "{sequence:?}");
                assert_eq!(check(&format!("a{sequence}b{sequence}"), datatype), Ok(()), "{sequence:?}");
            }
        }
    }

    #[test]
    fn names_from_all_over_europe_are_names() {
        for name in ["Şerife Ḩāǧǧ", "Müller-Lüdenscheidt", "O’Brien", "Đặng Thị Ánh", "K͟hān", "Nguyễn", "Þórður", "C̨̆"]
        {
            assert_eq!(check(&normalise(name), Datatype::A), Ok(()), "{name}");
        }
        assert_eq!(check("Straße des 17. Juni 135 (Hof)", Datatype::B), Ok(()));
        assert_eq!(check("Erste Zeile\r\n\tzweite § 5: 10 € & mehr", Datatype::C), Ok(()));
    }

    #[test]
    fn the_offending_character_is_named_with_its_place() {
        let named = |character: &str, points: &str, position| (character.to_owned(), points.to_owned(), position);
        assert_eq!(first_forbidden("Karl 2", Datatype::A), named("2", "U+0032", 6));
        assert_eq!(first_forbidden("Zeile\nzwei", Datatype::B), named("\n", "U+000A", 6));
        assert_eq!(first_forbidden("Ελένη", Datatype::C), named("Ε", "U+0395", 1));
        // A mark is named together with its letter, and letters before it count once with their marks.
        assert_eq!(
            first_forbidden("M\u{0310}x\u{0310}\u{0301}y", Datatype::A),
            named("x\u{0310}\u{0301}", "U+0078 U+0310 U+0301", 2)
        );
        assert_eq!(first_forbidden("\u{0301}a", Datatype::C), named("\u{0301}", "U+0301", 1));
        assert_eq!(first_forbidden("a👍🏽!", Datatype::C), named("👍🏽", "U+1F44D U+1F3FD", 2));
        assert_eq!(first_forbidden("a👩\u{200D}🚀!", Datatype::C), named("👩\u{200D}🚀", "U+1F469 U+200D U+1F680", 2));
    }

    #[test]
    fn a_tower_of_marks_is_cut() {
        let tower = format!("x{}", "\u{0310}".repeat(10_000));
        assert_eq!(check(&tower, Datatype::C).unwrap_err().character.chars().count(), MOST_CODE_POINTS);
    }

    #[test]
    fn control_characters_are_refused_everywhere() {
        for control in ['\0', '\u{7}', '\u{1b}', '\u{7f}', '\u{85}', '\u{202e}', '\u{feff}'] {
            assert!(check(&control.to_string(), Datatype::C).is_err(), "{control:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_checked_without_panic_and_normalising_twice_changes_nothing(text in any::<String>()) {
            let normal = normalise(&text);
            prop_assert_eq!(normalise(&normal), normal.clone());
            for text in [&text, &normal] {
                for datatype in [Datatype::A, Datatype::B, Datatype::C] {
                    if let Err(found) = check(text, datatype) {
                        prop_assert!(text.contains(&found.character) && !found.character.is_empty());
                        prop_assert!((1..=text.chars().count()).contains(&found.position));
                    }
                }
            }
        }

        #[test]
        fn marks_and_letters_in_any_order_are_checked_without_panic(text in "[a-zA-ZĀāḲṢ\u{300}-\u{36F}hH]{0,12}") {
            let normal = normalise(&text);
            for datatype in [Datatype::A, Datatype::B, Datatype::C] {
                if let Err(found) = check(&normal, datatype) {
                    prop_assert!(normal.contains(&found.character));
                }
            }
        }

        #[test]
        fn what_a_narrow_datatype_permits_a_wide_one_permits(text in "[ -~äöüßĀḲ\u{300}-\u{330}]{0,12}") {
            let normal = normalise(&text);
            if check(&normal, Datatype::A).is_ok() { prop_assert!(check(&normal, Datatype::B).is_ok()); }
            if check(&normal, Datatype::B).is_ok() { prop_assert!(check(&normal, Datatype::C).is_ok()); }
        }

        #[test]
        fn any_mixture_of_permitted_letters_passes(picks in proptest::collection::vec(0_usize..667, 0..20)) {
            let mut letters: Vec<String> = characters(Datatype::A).into_iter().map(String::from).collect();
            letters.extend(table::SEQUENCES.map(str::to_owned));
            let text: String = picks.iter().map(|&pick| letters[pick].as_str()).collect();
            prop_assert_eq!(check(&normalise(&text), Datatype::A), Ok(()));
        }
    }
}
