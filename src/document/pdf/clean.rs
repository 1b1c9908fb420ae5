//! Makes any text printable: controls become spaces, what the font lacks becomes U+FFFD.

use std::borrow::Cow;

use super::face::Weight;
use crate::latin;

/// What stands for a character that the font lacks.
pub(super) const REPLACEMENT: char = '\u{fffd}';

/// A text whose every character has a glyph, in normal form C: letter and mark are one glyph then, and some readers lose what
/// follows a glyph that stands for two. Line ends are `\n`; all other controls, U+FEFF and non-characters become a
/// space (a NUL in the `ToUnicode` table would make the file invalid). The XML keeps the original.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| c == '\n' || (c != '\u{ad}' && !is_mark(c) && printed(c) == c)) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    let normal = latin::normalise(text);
    let mut rest = normal.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\r' => {
                if rest.peek() == Some(&'\n') {
                    rest.next();
                }
                clean.push('\n');
            }
            '\n' | '\u{2028}' | '\u{2029}' => clean.push('\n'),
            // A soft hyphen is a hint to a typesetter; we find syllables ourselves.
            '\u{ad}' => {}
            other => clean.push(printed(other)),
        }
    }
    Cow::Owned(clean)
}

/// A text of one line: as [`clean`], line ends become spaces.
pub(super) fn clean_line(text: &str) -> Cow<'_, str> {
    let clean = clean(text);
    if clean.contains('\n') { Cow::Owned(clean.replace('\n', " ")) } else { clean }
}

/// How many characters of a text the font lacks; they are shown as U+FFFD.
pub(super) fn lacking(text: &str) -> usize {
    text.chars().filter(|c| *c != REPLACEMENT && printed(*c) == REPLACEMENT).count()
}

fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

fn printed(c: char) -> char {
    let noncharacter = (u32::from(c) & 0xfffe) == 0xfffe;
    if c.is_control() || noncharacter || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}') {
        ' '
    } else if Weight::Regular.face().covers(c) {
        c
    } else {
        REPLACEMENT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_text_is_not_copied() {
        assert!(matches!(clean("Jäger\nAn der Ihle 7"), Cow::Borrowed(_)));
    }

    #[test]
    fn controls_become_spaces_and_strange_characters_are_marked() {
        assert_eq!(clean("a\0b\u{feff}c\u{fffe}d\te"), "a b c d e");
        assert_eq!(clean("Silben\u{ad}trennung"), "Silbentrennung");
        assert_eq!(clean("Z\u{30c}ivko C\u{304}"), "Živko C\u{304}");
        assert_eq!(clean("a\r\nb\rc\u{2028}d"), "a\nb\nc\nd");
        assert_eq!(clean("漢a😀"), "\u{fffd}a\u{fffd}");
        assert_eq!(clean_line("a\nb"), "a b");
        assert_eq!(lacking("漢a😀\u{fffd}\0"), 2);
    }
}
