//! What most documents use of a face: cut out and packed once per process, because both take longer than all else.
//!
//! A document that uses other glyphs as well gets a second, small font with only these. Thus the common font is the same in all
//! documents.

use std::sync::OnceLock;

use subsetter::{GlyphRemapper, subset};

use super::face::{FACES, Weight};
use super::pack::Ready;

/// Characters of German forms, by which the common glyphs are chosen; with the hyphen at the end of a line.
const CHARACTERS: &str =
    " !\"#%&'()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]_abcdefghijklmnopqrstuvwxyz|ÄÖÜßäöü§²·€–—„“‚‘’…\u{ad}";

/// Further letters in the names of people who live here. Only text has them; headings name nobody.
const NAMES: &str = "ÁÂÇÉÍÎÑÓØÚÝĆČĐİŁŚŞŠŻŽàáâãåæçèéêëìíîïñòóôõøùúûýăąćčďđęěğıłńňőřśşšťůűźżžșț";

/// The characters whose glyphs are common in a face.
fn characters(weight: Weight) -> impl Iterator<Item = char> {
    let names = if weight == Weight::Regular { NAMES } else { "" };
    CHARACTERS.chars().chain(names.chars())
}

/// The common glyphs of a face.
pub(super) struct Stock {
    /// Their new numbers.
    pub(super) glyphs: GlyphRemapper,
    /// The face with only these in it.
    pub(super) font: Ready,
}

impl Weight {
    /// The common glyphs of this face, cut out at first use.
    pub(super) fn stock(self) -> &'static Stock {
        static CUT: [OnceLock<Stock>; FACES] = [const { OnceLock::new() }; FACES];
        CUT[self.index()].get_or_init(|| {
            let face = self.face();
            let mut glyphs = GlyphRemapper::new();
            for c in characters(self) {
                glyphs.remap(face.glyph(c));
            }
            let font = subset(face.bytes, 0, &glyphs).expect("the compiled-in font can be cut; a test does so");
            Stock { glyphs, font: Ready::new(font) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_common_character_has_its_glyph_and_the_cut_is_small() {
        for weight in Weight::ALL {
            let stock = weight.stock();
            for c in characters(weight) {
                let glyph = weight.face().glyph(c);
                assert!(glyph != 0 && stock.glyphs.get(glyph).is_some(), "{c:?}");
            }
            assert!(stock.font.plain.len() < 30_000, "{}", stock.font.plain.len());
        }
    }
}
