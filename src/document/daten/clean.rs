//! What may stand in XML and JSON, whatever comes in: normal form C, no forbidden characters.

use std::borrow::Cow;

use crate::latin::{self, Datatype};

/// Stands for a character that may not stand.
const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

/// Any text in NFC, with U+FFFD for what XML 1.0 forbids or discourages (controls but tab and line break,
/// noncharacters). A carriage return becomes a line break, since every XML reader makes one of it.
pub fn text(raw: &str) -> Cow<'_, str> {
    if raw.bytes().all(|byte| matches!(byte, b'\t' | b'\n' | b' '..=b'~')) {
        return Cow::Borrowed(raw);
    }
    let normal = latin::normalise(raw);
    if normal.chars().all(is_permitted) {
        return Cow::Owned(normal);
    }
    let normal = normal.replace("\r\n", "\n").replace('\r', "\n");
    Cow::Owned(normal.chars().map(|one| if is_permitted(one) { one } else { REPLACEMENT }).collect())
}

/// A citizen's answer: besides, U+FFFD for what datatype C of DIN 91379 does not permit, so that the document is always
/// valid. The checks have seen to it that nothing is replaced.
pub fn answer(raw: &str) -> Cow<'_, str> {
    let text = text(raw);
    if latin::check(&text, Datatype::C).is_ok() {
        return text;
    }
    Cow::Owned(latin::replace(&text, Datatype::C, REPLACEMENT))
}

fn is_permitted(one: char) -> bool {
    match one {
        '\t' | '\n' => true,
        one if one.is_control() => false,
        // Noncharacters: forbidden are U+FFFE and U+FFFF, the others are discouraged.
        '\u{fdd0}'..='\u{fdef}' => false,
        one => u32::from(one) & 0xfffe != 0xfffe,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_forbids_is_replaced_and_the_rest_stays() {
        assert_eq!(text("Grüße <&> \"'\t\n"), "Grüße <&> \"'\t\n");
        assert_eq!(text("a\0b\u{1}c\u{fffe}d\u{ffff}e\u{85}"), "a\u{fffd}b\u{fffd}c\u{fffd}d\u{fffd}e\u{fffd}");
        assert_eq!(text("eins\r\nzwei\r"), "eins\nzwei\n");
        assert_eq!(text("u\u{308}"), "ü");
    }

    #[test]
    fn an_answer_keeps_latin_sequences_and_loses_other_scripts() {
        assert_eq!(answer("K\u{35f}h Ḩāǧǧ €"), "K\u{35f}h Ḩāǧǧ €");
        assert_eq!(answer("K\u{35f}h Иван"), "K\u{35f}h \u{fffd}\u{fffd}\u{fffd}\u{fffd}");
        // A mark of the norm stands only where the norm's sequences have it.
        assert_eq!(answer("K\u{35f}x e\u{35f}"), "K\u{fffd}x e\u{fffd}");
    }
}
