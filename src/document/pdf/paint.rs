//! Turns laid-out pages into printpdf's document: its fonts hold the used glyphs, its pages stay empty, and what is drawn on
//! them is written beside it as content streams.

use std::collections::{BTreeMap, HashMap};

use printpdf::{
    Codepoint, FontId, FontMetrics, Mm, Op, ParsedFont, PdfDocument, PdfFont, PdfFontHandle, PdfPage, Pt, TextItem,
};
use subsetter::{GlyphRemapper, subset};

use super::PdfError;
use super::content::Content;
use super::face::{FACES, Weight};
use super::page::{Item, Pages, Placed, Style};
use super::shape::{Cluster, Run};
use super::wrap::Line;

/// Name of the logo in the resources of its page.
pub(super) const LOGO: &str = "Logo";

/// What printpdf turns into a file, and what it does not.
pub(super) struct Painted {
    /// Pages and fonts. The first page names every used glyph with its meaning, because printpdf writes the tables of a font
    /// from what pages show; nobody sees that page, its content is replaced.
    pub(super) document: PdfDocument,
    /// The content stream of each page. printpdf would want an allocated value for every single glyph and write it through
    /// formatting; that took longer than all the rest of a document.
    pub(super) contents: Vec<Vec<u8>>,
}

/// The pages as printpdf's document; the structure tree is not in it yet.
pub(super) fn paint(pages: &Pages) -> Result<Painted, PdfError> {
    let mut painter = Painter { faces: Weight::ALL.map(Used::new), content: Content::default() };
    let mut contents = Vec::with_capacity(pages.sheets.len());
    for items in &pages.sheets {
        for item in items {
            painter.item(item);
        }
        contents.push(painter.content.take());
    }
    let mut document = PdfDocument::new("");
    let mut vocabulary = Vec::new();
    for weight in Weight::ALL {
        let used = &painter.faces[weight.index()];
        if let Some(font) = used.font(weight)? {
            let id = FontId(weight.resource().to_owned());
            vocabulary.push(Op::SetFont { font: PdfFontHandle::External(id.clone()), size: Pt(1.0) });
            vocabulary.push(used.vocabulary());
            document.resources.fonts.map.insert(id, font);
        }
    }
    document
        .pages
        .extend(pages.sheets.iter().map(|_| PdfPage::new(Mm(210.0), Mm(297.0), std::mem::take(&mut vocabulary))));
    Ok(Painted { document, contents })
}

/// What of a face the document uses.
struct Used {
    /// New numbers, those of the common glyphs first.
    glyphs: GlyphRemapper,
    /// What each glyph means when text is copied; the first use decides where the face itself does not say.
    meaning: HashMap<u16, String>,
}

impl Used {
    fn new(weight: Weight) -> Self {
        Self { glyphs: weight.stock().glyphs.clone(), meaning: HashMap::new() }
    }

    /// Whether a glyph, copied, gives `text`.
    fn means(&mut self, weight: Weight, glyph: u16, text: &str) -> bool {
        let meaning = self.meaning.entry(glyph).or_insert_with(|| match weight.face().character(glyph) {
            Some(c) => c.to_string(),
            None => text.to_owned(),
        });
        meaning == text
    }

    /// Every used glyph with its meaning, as printpdf wants to hear of it.
    fn vocabulary(&self) -> Op {
        let glyphs = (0_u16..).zip(self.glyphs.remapped_gids()).filter_map(|(new, old)| {
            let meaning = self.meaning.get(&old)?;
            Some(Codepoint::with_cid(new, 0.0, meaning.clone()))
        });
        Op::ShowText { items: vec![TextItem::GlyphIds(glyphs.collect())] }
    }

    /// The face with only the common and the used glyphs in it.
    fn font(&self, weight: Weight) -> Result<Option<PdfFont>, PdfError> {
        if self.meaning.is_empty() {
            return Ok(None);
        }
        let face = weight.face();
        let stock = weight.stock();
        let bytes = if self.glyphs.num_gids() == stock.glyphs.num_gids() {
            stock.font.plain.clone()
        } else {
            subset(face.bytes, 0, &self.glyphs).map_err(|error| PdfError::Write(format!("font subset: {error}")))?
        };
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
    content: Content,
}

impl Painter {
    fn item(&mut self, item: &Item) {
        let (Item::Text { mark, .. } | Item::Rule { mark, .. } | Item::Logo { mark, .. }) = item;
        self.content.begin(*mark);
        match item {
            Item::Text { style, lines, .. } => self.lines(*style, lines),
            Item::Rule { rule, .. } => self.content.fill(*rule),
            Item::Logo { frame, .. } => self.content.picture(LOGO, *frame),
        }
        self.content.end();
    }

    fn lines(&mut self, style: Style, lines: &[Placed]) {
        self.content.begin_text(style);
        for Placed { x, y, line } in lines {
            self.content.line_at(*x, *y);
            self.line(style, line);
        }
        self.content.end_text();
    }

    fn line(&mut self, style: Style, line: &Line) {
        for run in &line.runs {
            for cluster in &run.clusters {
                self.cluster(style, run, cluster);
            }
        }
        self.content.show();
    }

    fn cluster(&mut self, style: Style, run: &Run, cluster: &Cluster) {
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
            self.content.begin_actual_text(says);
        }
        for glyph in glyphs {
            let id = used.glyphs.remap(glyph.id);
            let width = f32::from(run.weight.face().advance(glyph.id));
            if glyph.y != 0.0 {
                self.content.rise(glyph.y * style.size / 1000.0);
            }
            self.content.shift(glyph.x);
            self.content.glyph(id);
            // The reader's pen has moved by the font's width; ours moves by the shaper's advance.
            self.content.shift(glyph.advance - width - glyph.x);
            if glyph.y != 0.0 {
                self.content.rise(0.0);
            }
        }
        if !faithful {
            self.content.end();
        }
    }
}
