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
    for used in &painter.faces {
        for (name, font, words) in used.fonts()? {
            let id = FontId(name.to_owned());
            vocabulary.push(Op::SetFont { font: PdfFontHandle::External(id.clone()), size: Pt(1.0) });
            vocabulary.push(words);
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
    weight: Weight,
    /// Which of the common glyphs, by their new numbers.
    common: Vec<bool>,
    /// New numbers of all others.
    rare: GlyphRemapper,
    /// What a glyph means, copied, that the face has no character for; the first use decides.
    meaning: HashMap<u16, String>,
}

impl Used {
    fn new(weight: Weight) -> Self {
        let common = vec![false; usize::from(weight.stock().glyphs.num_gids())];
        Self { weight, common, rare: GlyphRemapper::new(), meaning: HashMap::new() }
    }

    /// Whether a glyph, copied, gives `text`.
    fn means(&mut self, glyph: u16, text: &str) -> bool {
        match self.weight.face().character(glyph) {
            Some(c) => c.encode_utf8(&mut [0; 4]) == text,
            None => self.meaning.entry(glyph).or_insert_with(|| text.to_owned()) == text,
        }
    }

    /// Font and number by which a glyph is shown.
    fn glyph(&mut self, glyph: u16) -> (&'static str, u16) {
        let [common, rare] = self.weight.resources();
        match self.weight.stock().glyphs.get(glyph) {
            Some(new) => {
                self.common[usize::from(new)] = true;
                (common, new)
            }
            None => (rare, self.rare.remap(glyph)),
        }
    }

    /// The fonts of this face with what each glyph of them means.
    fn fonts(&self) -> Result<Vec<(&'static str, PdfFont, Op)>, PdfError> {
        let [common, rare] = self.weight.resources();
        let stock = self.weight.stock();
        let mut fonts = Vec::new();
        if self.common.contains(&true) {
            let used = |new: u16| self.common[usize::from(new)];
            let font = self.font(&stock.glyphs, stock.font.plain.clone());
            fonts.push((common, font, self.vocabulary(&stock.glyphs, used)));
        }
        // The first glyph is that of missing characters, which every font has.
        if self.rare.num_gids() > 1 {
            let cut = subset(self.weight.face().bytes, 0, &self.rare);
            let cut = cut.map_err(|error| PdfError::Write(format!("font subset: {error}")))?;
            fonts.push((rare, self.font(&self.rare, cut), self.vocabulary(&self.rare, |new| new > 0)));
        }
        Ok(fonts)
    }

    /// Used glyphs with their meaning, as printpdf wants to hear of them.
    fn vocabulary(&self, glyphs: &GlyphRemapper, used: impl Fn(u16) -> bool) -> Op {
        let meaning = |old: u16| match self.weight.face().character(old) {
            Some(c) => Some(c.to_string()),
            None => self.meaning.get(&old).cloned(),
        };
        let glyphs = (0_u16..).zip(glyphs.remapped_gids()).filter(|(new, _)| used(*new));
        let glyphs = glyphs.filter_map(|(new, old)| Some(Codepoint::with_cid(new, 0.0, meaning(old)?)));
        Op::ShowText { items: vec![TextItem::GlyphIds(glyphs.collect())] }
    }

    /// A face cut down to some glyphs.
    fn font(&self, glyphs: &GlyphRemapper, cut: Vec<u8>) -> PdfFont {
        let mut widths = BTreeMap::new();
        let mut digest: u32 = 0x811c_9dc5;
        for (new, old) in (0_u16..).zip(glyphs.remapped_gids()) {
            widths.insert(new, self.weight.face().advance(old));
            digest = (digest ^ u32::from(old)).wrapping_mul(0x0100_0193);
        }
        // Six letters mark a subset (ISO 32000-1, 9.6.4); those of the same glyphs are the same.
        let tag: String =
            (0..6).map(|place| char::from(b'A' + u8::try_from((digest >> (place * 4)) % 26).unwrap_or(0))).collect();
        let name = format!("{tag}+{}", self.weight.postscript());
        let metrics = FontMetrics { ascent: 1069, descent: -293 };
        let mut parsed = ParsedFont::with_glyph_data(cut, 0, Some(name), BTreeMap::new(), widths, 1000, metrics);
        parsed.pdf_font_metrics.us_weight_class = if self.weight == Weight::Bold { 700 } else { 400 };
        (parsed.pdf_font_metrics.x_min, parsed.pdf_font_metrics.y_min) = (-621, -389);
        (parsed.pdf_font_metrics.x_max, parsed.pdf_font_metrics.y_max) = (2800, 1067);
        PdfFont::new(parsed)
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
            faithful = used.means(glyphs[0].id, says);
        } else {
            let paired = says.chars().count() == glyphs.len();
            let mut characters = says.chars();
            for glyph in glyphs {
                let c = characters.next().unwrap_or(super::clean::REPLACEMENT);
                faithful &= used.means(glyph.id, c.encode_utf8(&mut [0; 4]));
            }
            faithful &= paired;
        }
        if !faithful {
            self.content.begin_actual_text(says);
        }
        for glyph in glyphs {
            let (font, id) = used.glyph(glyph.id);
            let width = f32::from(run.weight.face().advance(glyph.id));
            if glyph.y != 0.0 {
                self.content.rise(glyph.y * style.size / 1000.0);
            }
            self.content.font(font);
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

#[cfg(test)]
mod tests {
    use super::super::readback::File;
    use super::super::samples;

    /// Names of the fonts of the first page, and what it says.
    fn fonts_and_text(leistung: &str, surname: &str) -> (Vec<String>, String) {
        let mut outline = samples::empty();
        leistung.clone_into(&mut outline.leistung);
        outline.sections.clear();
        outline.stelle = Some(surname.to_owned());
        let file = File::of(&outline, None);
        let fonts = file.unicode(file.pages()[0]).into_keys();
        (fonts.map(|name| String::from_utf8(name).unwrap()).collect(), file.text())
    }

    #[test]
    fn rare_letters_come_in_a_font_of_their_own_and_read_as_one_word() {
        assert_eq!(fonts_and_text("Reisepass", "Müller").0, ["B", "R"]);
        let (fonts, text) = fonts_and_text("Reisepass", "Ḩanna Łukasiewicz M̂üller");
        assert_eq!(fonts, ["B", "R", "S"]);
        assert!(text.contains("Ḩanna Łukasiewicz M̂üller"), "{text}");
    }

    #[test]
    fn a_face_without_any_common_letter_has_no_common_font() {
        // Bold is the title and, in a preview, its stamp, which is an artifact.
        let mut outline = samples::pilot();
        outline.sections.clear();
        outline.attachments.clear();
        outline.leistung = "Αθήνα".to_owned();
        let file = File::of(&outline, None);
        let fonts: Vec<_> = file.unicode(file.pages()[0]).into_keys().collect();
        assert_eq!(fonts, [b"C", b"R"]);
        assert!(file.text().contains("Αθήνα"));
    }
}
