//! Writes a page's content stream: marked content, fonts, placed glyphs (ISO 32000-1, 8.2, 9.4, 14.6).

use super::page::{Mark, Rule, Style};

const DIGITS: &[u8; 16] = b"0123456789ABCDEF";

/// A content stream in the making. Glyphs are collected into one operator until something else must be said.
#[derive(Default)]
pub(super) struct Content {
    bytes: Vec<u8>,
    showing: Showing,
    /// Size of the text that was begun.
    size: f32,
    /// Font in the text that was begun.
    font: Option<&'static str>,
}

/// How far the operator that shows glyphs is written.
#[derive(Clone, Copy, Default, PartialEq)]
enum Showing {
    /// Not begun.
    #[default]
    Nothing,
    /// Begun, between two strings.
    Array,
    /// Inside a string.
    String,
}

impl Content {
    /// What was written so far; the next page begins.
    pub(super) fn take(&mut self) -> Vec<u8> {
        self.show();
        std::mem::take(&mut self.bytes)
    }

    /// Begins a piece of marked content.
    pub(super) fn begin(&mut self, mark: Mark) {
        match mark {
            Mark::Content { tag, mcid } => {
                self.put("/");
                self.put(tag);
                self.put("<</MCID ");
                self.digits(u64::try_from(mcid).unwrap_or(u64::MAX));
            }
            Mark::Pagination(place) => {
                self.put("/Artifact<</Type/Pagination/Subtype/");
                self.put(place);
            }
            Mark::Layout => self.put("/Artifact<</Type/Layout"),
        }
        self.put(">>BDC\n");
    }

    /// Begins a span that, copied, gives `text`.
    pub(super) fn begin_actual_text(&mut self, text: &str) {
        self.show();
        self.put("/Span<</ActualText<FEFF");
        for unit in text.encode_utf16() {
            self.unit(unit);
        }
        self.put(">>>BDC\n");
    }

    /// Ends a piece of marked content.
    pub(super) fn end(&mut self) {
        self.show();
        self.put("EMC\n");
    }

    /// Begins text of one look.
    pub(super) fn begin_text(&mut self, style: Style) {
        self.put("BT\n");
        self.colour(style.grey);
        (self.size, self.font) = (style.size, None);
    }

    /// Ends it.
    pub(super) fn end_text(&mut self) {
        self.show();
        self.put("ET\n");
    }

    /// Where the next line begins, in points from the lower left corner.
    pub(super) fn line_at(&mut self, x: f32, y: f32) {
        self.show();
        self.put("1 0 0 1 ");
        self.number(x);
        self.number(y);
        self.put("Tm\n");
    }

    /// Raises what follows by so many points.
    pub(super) fn rise(&mut self, points: f32) {
        self.show();
        self.number(points);
        self.put("Ts\n");
    }

    /// Moves the pen to the right by thousandths of the size.
    pub(super) fn shift(&mut self, by: f32) {
        if by != 0.0 {
            match self.showing {
                Showing::Nothing => self.put("["),
                Showing::Array => {}
                Showing::String => self.put(")"),
            }
            self.showing = Showing::Array;
            self.number(-by);
        }
    }

    /// What follows is of this font. Before the first shift of a text, too: without a font nothing moves.
    pub(super) fn font(&mut self, font: &'static str) {
        if self.font != Some(font) {
            self.show();
            self.font = Some(font);
            self.put("/");
            self.put(font);
            self.put(" ");
            self.number(self.size);
            self.put("Tf\n");
        }
    }

    /// Shows a glyph of the font.
    pub(super) fn glyph(&mut self, id: u16) {
        match self.showing {
            Showing::Nothing => self.put("[("),
            Showing::Array => self.put("("),
            Showing::String => {}
        }
        self.showing = Showing::String;
        for byte in id.to_be_bytes() {
            self.literal(byte);
        }
    }

    /// Ends the operator that shows glyphs, if one was begun.
    pub(super) fn show(&mut self) {
        match self.showing {
            Showing::Nothing => {}
            Showing::Array => self.put("]TJ\n"),
            Showing::String => self.put(")]TJ\n"),
        }
        self.showing = Showing::Nothing;
    }

    /// Fills a rectangle.
    pub(super) fn fill(&mut self, rule: Rule) {
        self.colour(rule.grey);
        for number in [rule.x, rule.y, rule.width, rule.height] {
            self.number(number);
        }
        self.put("re\nf\n");
    }

    /// Draws a picture of the page's resources into a frame: left, lower, right and upper edge.
    pub(super) fn picture(&mut self, name: &str, [left, lower, right, upper]: [f32; 4]) {
        self.put("q\n");
        for number in [right - left, 0.0, 0.0, upper - lower, left, lower] {
            self.number(number);
        }
        self.put("cm\n/");
        self.put(name);
        self.put(" Do\nQ\n");
    }

    fn colour(&mut self, grey: f32) {
        for _ in 0..3 {
            self.number(grey);
        }
        self.put("rg\n");
    }

    fn put(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// A byte of a literal string (ISO 32000-1, 7.3.4.2): half as long as a hexadecimal one, which also packs slower.
    fn literal(&mut self, byte: u8) {
        match byte {
            b'(' | b')' | b'\\' => self.bytes.extend_from_slice(&[b'\\', byte]),
            b'\r' => self.put("\\r"),
            _ => self.bytes.push(byte),
        }
    }

    fn unit(&mut self, unit: u16) {
        let digit = |shift: u16| DIGITS[usize::from((unit >> shift) & 15)];
        self.bytes.extend_from_slice(&[digit(12), digit(8), digit(4), digit(0)]);
    }

    /// A number with up to three decimals and a space; a thousandth of a point is invisible.
    fn number(&mut self, number: f32) {
        #[expect(clippy::cast_possible_truncation, reason = "saturates, and no page is that large")]
        let thousandths = (f64::from(number) * 1000.0).round() as i64;
        if thousandths < 0 {
            self.put("-");
        }
        let (whole, mut part) = (thousandths.unsigned_abs() / 1000, thousandths.unsigned_abs() % 1000);
        self.digits(whole);
        if part != 0 {
            self.put(".");
            while part != 0 {
                self.digits(part / 100);
                part = part % 100 * 10;
            }
        }
        self.put(" ");
    }

    fn digits(&mut self, number: u64) {
        if number >= 10 {
            self.digits(number / 10);
        }
        self.bytes.push(DIGITS[usize::try_from(number % 10).unwrap_or(0)]);
    }
}

#[cfg(test)]
mod tests {
    use super::super::face::Weight;
    use super::*;

    fn written(write: impl FnOnce(&mut Content)) -> String {
        let mut content = Content::default();
        write(&mut content);
        String::from_utf8(content.take()).unwrap()
    }

    #[test]
    fn numbers_keep_three_decimals_and_no_more_digits_than_needed() {
        let number = |number: f32| written(|content| content.number(number));
        assert_eq!(number(0.0), "0 ");
        assert_eq!(number(-0.0001), "0 ");
        assert_eq!(number(68.0), "68 ");
        assert_eq!(number(-11.5), "-11.5 ");
        assert_eq!(number(595.276), "595.276 ");
        assert_eq!(number(0.05), "0.05 ");
        assert_eq!(number(-0.007), "-0.007 ");
        assert_eq!(number(1e30), format!("{}.807 ", i64::MAX / 1000));
    }

    #[test]
    fn bytes_that_mean_something_in_a_string_are_escaped() {
        let string = written(|content| [0x28, 0x29, 0x5c, 0x0d, 0x0a, 0x5c28].iter().for_each(|id| content.glyph(*id)));
        assert_eq!(string, "[(\0\\(\0\\)\0\\\\\0\\r\0\n\\\\\\()]TJ\n");
    }

    #[test]
    fn neighbouring_glyphs_of_a_font_share_a_string() {
        let style = Style { weight: Weight::Bold, size: 11.5, leading: 15.0, grey: 0.32 };
        let page = written(|content| {
            content.begin(Mark::Content { tag: "P", mcid: 12 });
            content.begin_text(style);
            content.line_at(68.0, 700.25);
            content.font("B");
            content.shift(7.5);
            content.glyph(1);
            content.font("B");
            content.glyph(0x17e);
            content.shift(0.0);
            content.shift(-20.0);
            content.glyph(2);
            content.begin_actual_text("ﬁ");
            content.font("C");
            content.glyph(3);
            content.end();
            content.end_text();
            content.end();
        });
        assert_eq!(
            page,
            "/P<</MCID 12>>BDC\nBT\n0.32 0.32 0.32 rg\n1 0 0 1 68 700.25 Tm\n/B 11.5 Tf\n[-7.5 (\0\u{1}\u{1}~)20 (\0\u{2})]TJ\n\
             /Span<</ActualText<FEFFFB01>>>BDC\n/C 11.5 Tf\n[(\0\u{3})]TJ\nEMC\nET\nEMC\n"
        );
    }
}
