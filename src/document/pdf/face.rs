//! The two faces every document is set in: parsed once per process, never changed.

use std::sync::OnceLock;

use harfrust::{Direction, Font, GlyphId, Script, ShapePlan, ShaperFont};

/// Weight of a face; also its place wherever something is kept per face.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Weight {
    /// Text.
    Regular,
    /// Headings.
    Bold,
}

/// How many faces there are.
pub(super) const FACES: usize = 2;

impl Weight {
    /// All faces, in the order of [`Weight::index`].
    pub(super) const ALL: [Self; FACES] = [Self::Regular, Self::Bold];

    /// Place in an array of [`FACES`] things.
    pub(super) fn index(self) -> usize {
        match self {
            Self::Regular => 0,
            Self::Bold => 1,
        }
    }

    /// Names of its two fonts in the PDF's resources: that of the common glyphs and that of the rare ones.
    pub(super) fn resources(self) -> [&'static str; 2] {
        match self {
            Self::Regular => ["R", "S"],
            Self::Bold => ["B", "C"],
        }
    }

    /// PostScript name.
    pub(super) fn postscript(self) -> &'static str {
        match self {
            Self::Regular => "NotoSans-Regular",
            Self::Bold => "NotoSans-Bold",
        }
    }

    /// The face, parsed at first use.
    pub(super) fn face(self) -> &'static Face {
        static PARSED: [OnceLock<Face>; FACES] = [const { OnceLock::new() }; FACES];
        PARSED[self.index()].get_or_init(|| Face::parse(self))
    }
}

/// From the upper edge of a line to its base line, as a share of the size; leaves room for marks on capitals.
pub(super) const ASCENT: f32 = 0.94;

/// One parsed face. All its measures are thousandths of the size, because Noto Sans has 1000 units per em.
pub(super) struct Face {
    /// The TrueType file.
    pub(super) bytes: &'static [u8],
    /// The file as the shaper reads it.
    pub(super) font: Font,
    plans: [ShapePlan; 3],
    advances: Vec<u16>,
    characters: Vec<Option<char>>,
    /// Glyph of each character of the first plane; 0 if it has none.
    glyphs: Vec<u16>,
}

/// Scripts of DIN 91379, each with its own rules for placing marks.
pub(super) const SCRIPTS: [Script; 3] = [Script::LATIN, Script::GREEK, Script::CYRILLIC];

impl Face {
    fn parse(weight: Weight) -> Self {
        let bytes: &'static [u8] = match weight {
            Weight::Regular => include_bytes!("fonts/NotoSans-Regular.ttf"),
            Weight::Bold => include_bytes!("fonts/NotoSans-Bold.ttf"),
        };
        let font = Font::new(bytes, 0).expect("the compiled-in font is a TrueType file; a test reads it");
        let plans = SCRIPTS.map(|script| ShapePlan::new(&font, Direction::LeftToRight, Some(script), None, &[]));
        let shaper = ShaperFont::new(&font);
        let mut glyphs = vec![0; 0x1_0000];
        let mut characters: Vec<Option<char>> = Vec::new();
        // Lowest character first, so that the space glyph is a space and not a no-break space.
        for c in '\u{20}'..='\u{ffff}' {
            let Some(glyph) = shaper.nominal_glyph(u32::from(c)).map(GlyphId::to_u32) else { continue };
            let Ok(number) = u16::try_from(glyph) else { continue };
            if number == 0 {
                continue;
            }
            let glyph = usize::from(number);
            if characters.len() <= glyph {
                characters.resize(glyph + 1, None);
            }
            characters[glyph].get_or_insert(c);
            glyphs[c as usize] = number;
        }
        let count = u32::from(font_glyphs(bytes));
        let advances =
            (0..count).map(|glyph| u16::try_from(shaper.glyph_h_advance(GlyphId::new(glyph))).unwrap_or(0)).collect();
        drop(shaper);
        Self { bytes, font, plans, advances, characters, glyphs }
    }

    /// The prepared rules for a script of [`SCRIPTS`]; Latin for every other.
    pub(super) fn plan(&self, script: Script) -> &ShapePlan {
        let place = SCRIPTS.iter().position(|known| *known == script).unwrap_or(0);
        &self.plans[place]
    }

    /// Whether the face has a glyph for a character.
    pub(super) fn covers(&self, c: char) -> bool {
        self.glyph(c) != 0
    }

    /// The glyph of a character that stands alone; 0 if it has none.
    pub(super) fn glyph(&self, c: char) -> u16 {
        self.glyphs.get(c as usize).copied().unwrap_or(0)
    }

    /// Width of a glyph as the font file has it.
    pub(super) fn advance(&self, glyph: u16) -> u16 {
        self.advances.get(usize::from(glyph)).copied().unwrap_or(0)
    }

    /// The character that a glyph stands for by itself, if any does.
    pub(super) fn character(&self, glyph: u16) -> Option<char> {
        self.characters.get(usize::from(glyph)).copied().flatten()
    }
}

/// Number of glyphs, from the `maxp` table.
fn font_glyphs(bytes: &[u8]) -> u16 {
    let word = |at: usize| bytes.get(at..at + 2).map_or(0, |two| u16::from_be_bytes([two[0], two[1]]));
    let tables = usize::from(word(4));
    (0..tables)
        .map(|table| 12 + table * 16)
        .find(|entry| bytes.get(*entry..entry + 4) == Some(b"maxp"))
        .map_or(0, |entry| word((usize::from(word(entry + 8)) << 16) + usize::from(word(entry + 10)) + 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_faces_parse_and_cover_german_names_and_marks() {
        for weight in Weight::ALL {
            let face = weight.face();
            for c in "AZazäöüÄÖÜßẞ0123456789ŁłŞşĞğİı–„“…€§@\u{301}\u{fffd}".chars() {
                assert!(face.covers(c), "{weight:?} lacks {c:?}");
            }
            assert!(!face.covers('漢'));
            assert!(face.advances.len() > 500);
            assert!(face.advances.iter().any(|advance| *advance > 0));
        }
    }
}
