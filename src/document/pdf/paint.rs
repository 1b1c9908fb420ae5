//! Turns laid-out pages into printpdf's operators: marked content, fonts, placed glyphs.

use std::collections::{BTreeMap, HashMap};

use printpdf::{
    Codepoint, Color, DictItem, FontId, FontMetrics, Mm, Op, PaintMode, ParsedFont, PdfDocument, PdfFont,
    PdfFontHandle, PdfPage, Pt, Rect, Rgb, TextItem, TextMatrix,
};
use subsetter::{GlyphRemapper, subset};

use super::PdfError;
use super::face::{FACES, Weight};
use super::page::{Item, Mark, Pages, Placed, Rule, Style};
use super::shape::{Cluster, Run};
use super::wrap::Line;

/// The pages as printpdf's document; the structure tree is not in it yet.
pub(super) fn paint(pages: &Pages) -> Result<PdfDocument, PdfError> {
    let mut painter = Painter { faces: [Used::default(), Used::default()] };
    let mut document = PdfDocument::new("");
    for items in &pages.pages {
        let mut ops = Vec::new();
        for item in items {
            painter.item(item, &mut ops);
        }
        document.pages.push(PdfPage::new(Mm(210.0), Mm(297.0), ops));
    }
    for weight in Weight::ALL {
        if let Some(font) = painter.faces[weight.index()].font(weight)? {
            document.resources.fonts.map.insert(FontId(weight.resource().to_owned()), font);
        }
    }
    Ok(document)
}

/// What of a face the document uses.
#[derive(Default)]
struct Used {
    glyphs: GlyphRemapper,
    /// What each glyph means when text is copied; the first use decides where the face itself does not say.
    meaning: HashMap<u16, String>,
}

impl Used {
    /// Whether a glyph, copied, gives `text`.
    fn means(&mut self, weight: Weight, glyph: u16, text: &str) -> bool {
        let meaning = self.meaning.entry(glyph).or_insert_with(|| match weight.face().character(glyph) {
            Some(c) => c.to_string(),
            None => text.to_owned(),
        });
        meaning == text
    }

    /// The face with only the used glyphs in it.
    fn font(&self, weight: Weight) -> Result<Option<PdfFont>, PdfError> {
        if self.meaning.is_empty() {
            return Ok(None);
        }
        let face = weight.face();
        let bytes =
            subset(face.bytes, 0, &self.glyphs).map_err(|error| PdfError::Write(format!("font subset: {error}")))?;
        let mut widths = BTreeMap::new();
        let mut digest: u32 = 0x811c_9dc5;
        for (new, old) in (0_u16..).zip(self.glyphs.remapped_gids()) {
            widths.insert(new, face.advance(old));
            digest = (digest ^ u32::from(old)).wrapping_mul(0x0100_0193);
        }
        // Six letters mark a subset (ISO 32000-1, 9.6.4); those of the same glyphs are the same.
        let tag: String =
            (0..6).map(|place| char::from(b'A' + u8::try_from((digest >> (place * 4)) % 26).unwrap_or(0))).collect();
        let name = format!("{tag}+{}", weight.postscript());
        let metrics = FontMetrics { ascent: 1069, descent: -293 };
        let mut parsed = ParsedFont::with_glyph_data(bytes, 0, Some(name), BTreeMap::new(), widths, 1000, metrics);
        parsed.pdf_font_metrics.us_weight_class = if weight == Weight::Bold { 700 } else { 400 };
        (parsed.pdf_font_metrics.x_min, parsed.pdf_font_metrics.y_min) = (-621, -389);
        (parsed.pdf_font_metrics.x_max, parsed.pdf_font_metrics.y_max) = (2800, 1067);
        Ok(Some(PdfFont::new(parsed)))
    }
}

struct Painter {
    faces: [Used; FACES],
}

impl Painter {
    fn item(&mut self, item: &Item, ops: &mut Vec<Op>) {
        let (Item::Text { mark, .. } | Item::Rule { mark, .. }) = item;
        ops.push(begin(*mark));
        match item {
            Item::Text { style, lines, .. } => self.lines(*style, lines, ops),
            Item::Rule { rule, .. } => fill(*rule, ops),
        }
        ops.push(Op::EndMarkedContent);
    }

    fn lines(&mut self, style: Style, lines: &[Placed], ops: &mut Vec<Op>) {
        ops.push(Op::StartTextSection);
        let font = PdfFontHandle::External(FontId(style.weight.resource().to_owned()));
        ops.push(Op::SetFont { font, size: Pt(style.size) });
        ops.push(Op::SetFillColor { col: grey(style.grey) });
        for Placed { x, y, line } in lines {
            ops.push(Op::SetTextMatrix { matrix: TextMatrix::Translate(Pt(*x), Pt(*y)) });
            self.line(style, line, ops);
        }
        ops.push(Op::EndTextSection);
    }

    fn line(&mut self, style: Style, line: &Line, ops: &mut Vec<Op>) {
        let mut text = Text { items: Vec::new(), glyphs: Vec::new() };
        for run in &line.runs {
            for cluster in &run.clusters {
                self.cluster(style, run, cluster, &mut text, ops);
            }
        }
        text.flush(ops);
    }

    fn cluster(&mut self, style: Style, run: &Run, cluster: &Cluster, text: &mut Text, ops: &mut Vec<Op>) {
        let glyphs = &run.glyphs[cluster.glyphs.clone()];
        let says = &run.text[cluster.text.clone()];
        let used = &mut self.faces[run.weight.index()];
        // Copied text must be the original: one glyph per character where they pair, one for all, else ActualText.
        let mut faithful = true;
        if glyphs.len() == 1 {
            faithful = used.means(run.weight, glyphs[0].id, says);
        } else {
            let paired = says.chars().count() == glyphs.len();
            let mut characters = says.chars();
            for glyph in glyphs {
                let c = characters.next().unwrap_or(super::clean::REPLACEMENT);
                faithful &= used.means(run.weight, glyph.id, c.encode_utf8(&mut [0; 4]));
            }
            faithful &= paired;
        }
        if !faithful {
            text.flush(ops);
            ops.push(actual_text(says));
        }
        for glyph in glyphs {
            let id = used.glyphs.remap(glyph.id);
            let width = f32::from(run.weight.face().advance(glyph.id));
            let meaning = used.meaning.get(&glyph.id).cloned().unwrap_or_default();
            if glyph.y != 0.0 {
                text.flush(ops);
                ops.push(Op::SetLineOffset { multiplier: glyph.y * style.size / 1000.0 });
            }
            text.shift(glyph.x);
            text.glyphs.push(Codepoint::with_cid(id, 0.0, meaning));
            // The reader's pen has moved by the font's width; ours moves by the shaper's advance.
            text.shift(glyph.advance - width - glyph.x);
            if glyph.y != 0.0 {
                text.flush(ops);
                ops.push(Op::SetLineOffset { multiplier: 0.0 });
            }
        }
        if !faithful {
            text.flush(ops);
            ops.push(Op::EndMarkedContent);
        }
    }
}

/// Glyphs that are shown by one operator.
struct Text {
    items: Vec<TextItem>,
    glyphs: Vec<Codepoint>,
}

impl Text {
    /// Moves the pen to the right by thousandths of the size.
    fn shift(&mut self, by: f32) {
        if by != 0.0 {
            self.close();
            self.items.push(TextItem::Offset(-by));
        }
    }

    fn close(&mut self) {
        if !self.glyphs.is_empty() {
            self.items.push(TextItem::GlyphIds(std::mem::take(&mut self.glyphs)));
        }
    }

    fn flush(&mut self, ops: &mut Vec<Op>) {
        self.close();
        if !self.items.is_empty() {
            ops.push(Op::ShowText { items: std::mem::take(&mut self.items) });
        }
    }
}

fn begin(mark: Mark) -> Op {
    let name = |name: &str| DictItem::Name(name.as_bytes().to_vec());
    let (tag, map) = match mark {
        Mark::Content { tag, mcid } => {
            (tag, BTreeMap::from([("MCID".to_owned(), DictItem::Int(i64::try_from(mcid).unwrap_or(i64::MAX)))]))
        }
        Mark::Pagination(place) => {
            ("Artifact", BTreeMap::from([("Type".to_owned(), name("Pagination")), ("Subtype".to_owned(), name(place))]))
        }
        Mark::Layout => ("Artifact", BTreeMap::from([("Type".to_owned(), name("Layout"))])),
    };
    Op::BeginMarkedContentWithProperties { tag: tag.to_owned(), properties: DictItem::Dict { map } }
}

fn actual_text(text: &str) -> Op {
    let map = BTreeMap::from([("ActualText".to_owned(), DictItem::String { data: utf16(text), literal: false })]);
    Op::BeginMarkedContentWithProperties { tag: "Span".to_owned(), properties: DictItem::Dict { map } }
}

/// A PDF text string in UTF-16 with byte order mark (ISO 32000-1, 7.9.2.2).
pub(super) fn utf16(text: &str) -> Vec<u8> {
    let mut bytes = vec![0xfe, 0xff];
    bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    bytes
}

fn fill(rule: Rule, ops: &mut Vec<Op>) {
    ops.push(Op::SetFillColor { col: grey(rule.grey) });
    let rectangle = Rect {
        x: Pt(rule.x),
        y: Pt(rule.y),
        width: Pt(rule.width),
        height: Pt(rule.height),
        mode: Some(PaintMode::Fill),
        winding_order: None,
    };
    ops.push(Op::DrawRectangle { rectangle });
}

fn grey(value: f32) -> Color {
    Color::Rgb(Rgb { r: value, g: value, b: value, icc_profile: None })
}
