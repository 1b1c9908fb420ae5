//! A face cut down to some glyphs, as the composite font of a PDF (ISO 32000-1, 9.7) that tells what each glyph, copied, gives.

use std::fmt::Write as _;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};
use subsetter::{GlyphRemapper, subset};

use super::PdfError;
use super::face::Weight;
use super::pack::packed_for_all;

/// Glyphs that one table of meanings may name at once (Adobe Technical Note 5014).
const MEANINGS: usize = 100;

/// Ready to be written into a document.
#[derive(Clone)]
pub(super) struct Font {
    weight: Weight,
    name: String,
    /// Widths of all glyphs, in their new order.
    widths: Vec<Object>,
    program: Stream,
    meanings: Stream,
}

impl Font {
    /// Cuts a face down to `glyphs`. A glyph that stands for no character by itself gives what `meaning` says, nothing if that is
    /// `None`.
    pub(super) fn cut<'a>(
        weight: Weight,
        glyphs: &GlyphRemapper,
        meaning: impl Fn(u16) -> Option<&'a str>,
    ) -> Result<Self, PdfError> {
        let face = weight.face();
        let program =
            subset(face.bytes, 0, glyphs).map_err(|error| PdfError::Write(format!("font subset: {error}")))?;
        let (mut widths, mut meanings, mut digest) = (Vec::new(), Vec::new(), 0x811c_9dc5_u32);
        for (new, old) in (0_u16..).zip(glyphs.remapped_gids()) {
            widths.push(face.advance(old).into());
            digest = (digest ^ u32::from(old)).wrapping_mul(0x0100_0193);
            let mut letter = [0; 4];
            if let Some(text) = face.character(old).map(|c| &*c.encode_utf8(&mut letter)).or_else(|| meaning(old)) {
                meanings.push((new, text.encode_utf16().collect()));
            }
        }
        // Six letters mark a subset (ISO 32000-1, 9.6.4); those of the same glyphs are the same.
        let tag: String =
            (0..6).map(|place| char::from(b'A' + u8::try_from((digest >> (place * 4)) % 26).unwrap_or(0))).collect();
        let length = i64::try_from(program.len()).unwrap_or(i64::MAX);
        Ok(Self {
            weight,
            name: format!("{tag}+{}", weight.postscript()),
            widths,
            program: Stream::new(dictionary! { "Length1" => length }, program),
            meanings: Stream::new(Dictionary::new(), table(&meanings)),
        })
    }

    /// The same for a font that many documents share: packed here, once.
    pub(super) fn for_all(self) -> Self {
        Self { program: packed_for_all(self.program), meanings: packed_for_all(self.meanings), ..self }
    }

    /// Bytes of its outlines as they will be written.
    #[cfg(test)]
    pub(super) fn size(&self) -> usize {
        self.program.content.len()
    }

    /// Writes it.
    pub(super) fn write(self, document: &mut Document) -> ObjectId {
        let name = Object::Name(self.name.into_bytes());
        let program = document.add_object(self.program);
        let descriptor = document.add_object(dictionary! {
            "Type" => "FontDescriptor",
            "FontName" => name.clone(),
            // Non-symbolic: its letters are those of the Latin alphabet.
            "Flags" => 32,
            "FontBBox" => [-621, -389, 2800, 1067].map(Object::from).to_vec(),
            "ItalicAngle" => 0,
            "Ascent" => 1069,
            "Descent" => -293,
            "CapHeight" => 714,
            "StemV" => if self.weight == Weight::Bold { 166 } else { 88 },
            "FontFile2" => program,
        });
        let descendant = dictionary! {
            "Type" => "Font",
            "Subtype" => "CIDFontType2",
            "BaseFont" => name.clone(),
            "CIDSystemInfo" => dictionary! {
                "Registry" => Object::string_literal("Adobe"),
                "Ordering" => Object::string_literal("Identity"),
                "Supplement" => 0,
            },
            "W" => vec![0.into(), self.widths.into()],
            "FontDescriptor" => descriptor,
            "CIDToGIDMap" => "Identity",
        };
        let meanings = document.add_object(self.meanings);
        document.add_object(dictionary! {
            "Type" => "Font",
            "Subtype" => "Type0",
            "BaseFont" => name,
            "Encoding" => "Identity-H",
            "ToUnicode" => meanings,
            "DescendantFonts" => vec![descendant.into()],
        })
    }
}

/// The table of meanings as a CMap (ISO 32000-1, 9.10.3): number of a glyph, and its text in UTF-16.
fn table(meanings: &[(u16, Vec<u16>)]) -> Vec<u8> {
    let mut table =
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry (Adobe) \
                     /Ordering (UCS) /Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
                     1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
            .to_owned();
    for some in meanings.chunks(MEANINGS) {
        let _ = writeln!(table, "{} beginbfchar", some.len());
        for (glyph, text) in some {
            let _ = write!(table, "<{glyph:04X}> <");
            for unit in text {
                let _ = write!(table, "{unit:04X}");
            }
            table.push_str(">\n");
        }
        table.push_str("endbfchar\n");
    }
    table.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    table.into_bytes()
}
