//! Turns words into placed glyphs, each word once per document.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use harfrust::{Buffer, BufferFlags, Direction, Script, ShapeOptions, ShaperFont, shape};

use super::face::{FACES, SCRIPTS, Weight};

/// A shaped word with the spaces that follow it. Measures are thousandths of the size.
#[derive(Debug)]
pub(super) struct Run {
    /// Face it is set in.
    pub(super) weight: Weight,
    /// What it says.
    pub(super) text: Box<str>,
    /// Glyphs in the order in which they are drawn.
    pub(super) glyphs: Vec<Glyph>,
    /// Glyphs and characters that belong together.
    pub(super) clusters: Vec<Cluster>,
    /// Width with trailing spaces.
    pub(super) width: f32,
    /// Width without trailing spaces.
    pub(super) ink: f32,
}

/// One glyph and where it stands relative to the pen.
#[derive(Debug)]
pub(super) struct Glyph {
    /// Number in the face.
    pub(super) id: u16,
    /// How far the pen moves.
    pub(super) advance: f32,
    /// Shift to the right of the pen.
    pub(super) x: f32,
    /// Shift above the base line.
    pub(super) y: f32,
}

/// The smallest piece of text that has its own glyphs.
#[derive(Debug)]
pub(super) struct Cluster {
    /// Bytes in [`Run::text`].
    pub(super) text: Range<usize>,
    /// Places in [`Run::glyphs`].
    pub(super) glyphs: Range<usize>,
    /// Where the pen is before it.
    pub(super) start: f32,
}

/// Shapes and remembers; one per document, so that its memory ends with the document.
pub(super) struct Shaper {
    fonts: [ShaperFont<'static, 'static>; FACES],
    known: [HashMap<Box<str>, Arc<Run>>; FACES],
    buffer: Option<Buffer>,
}

impl Shaper {
    /// A shaper that knows no word yet.
    pub(super) fn new() -> Self {
        Self {
            fonts: Weight::ALL.map(|weight| ShaperFont::new(&weight.face().font)),
            known: [HashMap::new(), HashMap::new()],
            buffer: Some(Buffer::new()),
        }
    }

    /// The glyphs of a word. `text` must be [clean](super::clean::clean) and hold no line end.
    pub(super) fn run(&mut self, weight: Weight, text: &str) -> Arc<Run> {
        if let Some(run) = self.known[weight.index()].get(text) {
            return Arc::clone(run);
        }
        let run = Arc::new(self.shape(weight, text));
        self.known[weight.index()].insert(text.into(), Arc::clone(&run));
        run
    }

    /// A hyphen at the end of a line that the text does not have. It has its own glyph, which means U+00AD, so that copied
    /// text is the original; the shaper would hide it.
    pub(super) fn hyphen(&mut self, weight: Weight) -> Arc<Run> {
        let text = "\u{ad}";
        if let Some(run) = self.known[weight.index()].get(text) {
            return Arc::clone(run);
        }
        let glyph = self.fonts[weight.index()].nominal_glyph(0xad).map_or(0, harfrust::GlyphId::to_u32);
        let id = u16::try_from(glyph).unwrap_or(0);
        let width = f32::from(weight.face().advance(id));
        let run = Arc::new(Run {
            weight,
            text: text.into(),
            glyphs: vec![Glyph { id, advance: width, x: 0.0, y: 0.0 }],
            clusters: vec![Cluster { text: 0..text.len(), glyphs: 0..1, start: 0.0 }],
            width,
            ink: width,
        });
        self.known[weight.index()].insert(text.into(), Arc::clone(&run));
        run
    }

    fn shape(&mut self, weight: Weight, text: &str) -> Run {
        let mut buffer = self.buffer.take().unwrap_or_default();
        buffer.reset();
        buffer.push_str(text);
        buffer.set_direction(Direction::LeftToRight);
        let script = script(text);
        buffer.set_script(Some(script));
        buffer.set_flags(BufferFlags::DO_NOT_INSERT_DOTTED_CIRCLE);
        let plan = weight.face().plan(script);
        let shaped = shape(&self.fonts[weight.index()], &mut buffer, ShapeOptions::new().plan(Some(plan)));
        debug_assert!(shaped.is_ok(), "plan and buffer agree on script and direction");
        let run = collect(weight, text, &buffer);
        self.buffer = Some(buffer);
        run
    }
}

/// The script by which a word is shaped: that of its first letter of a known script.
fn script(text: &str) -> Script {
    let [latin, greek, cyrillic] = SCRIPTS;
    text.chars()
        .find_map(|c| match c {
            'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Some(latin),
            '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Some(greek),
            '\u{400}'..='\u{52f}' => Some(cyrillic),
            _ => None,
        })
        .unwrap_or(latin)
}

fn collect(weight: Weight, text: &str, buffer: &Buffer) -> Run {
    let mut run = Run { weight, text: text.into(), glyphs: Vec::new(), clusters: Vec::new(), width: 0.0, ink: 0.0 };
    for (info, position) in buffer.glyph_infos().iter().zip(buffer.glyph_positions()) {
        let at = usize::try_from(info.cluster).unwrap_or(0);
        let new = run.clusters.last().is_none_or(|last| last.text.start != at);
        if new {
            if let Some(last) = run.clusters.last_mut() {
                last.text.end = at;
            }
            let start = run.glyphs.len();
            run.clusters.push(Cluster { text: at..text.len(), glyphs: start..start, start: run.width });
        }
        run.glyphs.push(Glyph {
            id: u16::try_from(info.glyph_id).unwrap_or(0),
            advance: measure(position.x_advance),
            x: measure(position.x_offset),
            y: measure(position.y_offset),
        });
        run.width += measure(position.x_advance);
        if let Some(last) = run.clusters.last_mut() {
            last.glyphs.end = run.glyphs.len();
        }
    }
    let inked = text.trim_end_matches(' ').len();
    run.ink = run.clusters.iter().find(|cluster| cluster.text.start >= inked).map_or(run.width, |first| first.start);
    run
}

/// A measure of the shaper; none of our font's exceeds 16 bits.
fn measure(units: i32) -> f32 {
    f32::from(i16::try_from(units).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_placed_and_belong_to_their_letter() {
        let mut shaper = Shaper::new();
        let run = shaper.run(Weight::Regular, "c\u{300}a ");
        let texts: Vec<&str> = run.clusters.iter().map(|cluster| &run.text[cluster.text.clone()]).collect();
        assert_eq!(texts, ["c\u{300}", "a", " "]);
        assert!(run.glyphs.iter().all(|glyph| glyph.id != 0));
        assert!(run.ink < run.width);
    }

    #[test]
    fn every_character_of_the_face_has_a_glyph_in_context() {
        let mut shaper = Shaper::new();
        for weight in Weight::ALL {
            for c in ('\u{20}'..='\u{ffff}').filter(|c| weight.face().covers(*c)) {
                let run = shaper.run(weight, &format!("x{c}x"));
                assert!(run.glyphs.iter().all(|glyph| glyph.id != 0), "{c:?}");
            }
        }
    }

    #[test]
    fn a_word_is_shaped_once() {
        let mut shaper = Shaper::new();
        let first = shaper.run(Weight::Bold, "Möckern ");
        assert!(Arc::ptr_eq(&first, &shaper.run(Weight::Bold, "Möckern ")));
    }
}
