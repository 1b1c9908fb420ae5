//! Turns laid-out pages into content streams, and gathers which glyphs of which faces they show.

use std::collections::HashMap;

use subsetter::GlyphRemapper;

use super::PdfError;
use super::content::Content;
use super::face::{FACES, Weight};
use super::font::Font;
use super::page::{Item, Pages, Placed, Style};
use super::shape::{Cluster, Run};
use super::wrap::Line;

/// Name of the logo in the resources of its page.
pub(super) const LOGO: &str = "Logo";

/// What stands on the pages.
pub(super) struct Painted {
    /// The fonts, each with the name by which the pages call it.
    pub(super) fonts: Vec<(&'static str, Font)>,
    /// The content stream of each page.
    pub(super) contents: Vec<Vec<u8>>,
}

/// Paints all pages.
pub(super) fn paint(pages: &Pages) -> Result<Painted, PdfError> {
    let mut painter = Painter { faces: Weight::ALL.map(Used::new), content: Content::default() };
    let mut contents = Vec::with_capacity(pages.sheets.len());
    for items in &pages.sheets {
        for item in items {
            painter.item(item);
        }
        contents.push(painter.content.take());
    }
    let mut fonts = Vec::new();
    for used in &painter.faces {
        used.fonts(&mut fonts)?;
    }
    Ok(Painted { fonts, contents })
}

/// What of a face the document uses.
struct Used {
    weight: Weight,
    /// Whether any of the common glyphs.
    common: bool,
    /// New numbers of all others.
    rare: GlyphRemapper,
    /// What a glyph means, copied, that the face has no character for; the first use decides.
    meaning: HashMap<u16, String>,
}

impl Used {
    fn new(weight: Weight) -> Self {
        Self { weight, common: false, rare: GlyphRemapper::new(), meaning: HashMap::new() }
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
                self.common = true;
                (common, new)
            }
            None => (rare, self.rare.remap(glyph)),
        }
    }

    /// Adds the fonts of this face.
    fn fonts(&self, fonts: &mut Vec<(&'static str, Font)>) -> Result<(), PdfError> {
        let [common, rare] = self.weight.resources();
        if self.common {
            fonts.push((common, self.weight.stock().font.clone()));
        }
        // The first glyph is that of missing characters, which every font has.
        if self.rare.num_gids() > 1 {
            let meaning = |glyph| self.meaning.get(&glyph).map(String::as_str);
            fonts.push((rare, Font::cut(self.weight, &self.rare, meaning)?));
        }
        Ok(())
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
