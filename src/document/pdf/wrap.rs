//! Breaks text into lines: by Unicode's rules, and inside a word only if it is longer than the line.

use std::sync::Arc;

use hypher::{Lang, hyphenate};
use unicode_linebreak::{BreakOpportunity, linebreaks};

use super::face::Weight;
use super::shape::{Run, Shaper};

/// One line: shaped words side by side.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    /// Words from left to right.
    pub(super) runs: Vec<Arc<Run>>,
    /// Whether the last run is a hyphen that the text does not have.
    pub(super) hyphenated: bool,
    /// Width without trailing spaces, thousandths of the size.
    pub(super) ink: f32,
    width: f32,
}

/// Words longer than this are cut without looking for syllables.
const LONGEST_HYPHENATED: usize = 200;

impl Line {
    /// A line of one word.
    pub(super) fn of(run: Arc<Run>) -> Self {
        let mut line = Self::default();
        line.push(run);
        line
    }

    fn push(&mut self, run: Arc<Run>) {
        self.ink = self.width + run.ink;
        self.width += run.width;
        self.runs.push(run);
    }

    /// What the line says, without the hyphen that was added.
    #[cfg(test)]
    pub(super) fn text(&self) -> String {
        let said = self.runs.len() - usize::from(self.hyphenated);
        self.runs.iter().take(said).map(|run| &*run.text).collect()
    }
}

/// The lines of a clean text without line ends. `limit` is the width of the column in thousandths of the size.
/// At least one line, possibly empty.
pub(super) fn wrap(shaper: &mut Shaper, weight: Weight, text: &str, limit: f32) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut line = Line::default();
    let mut from = 0;
    for (to, opportunity) in linebreaks(text) {
        let word = text[from..to].trim_end_matches('\n');
        from = to;
        if !word.is_empty() {
            let run = shaper.run(weight, word);
            if line.width + run.ink > limit && !line.runs.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            if run.ink > limit {
                break_word(shaper, &run, limit, &mut lines, &mut line);
            } else {
                line.push(run);
            }
        }
        if opportunity == BreakOpportunity::Mandatory && to < text.len() {
            lines.push(std::mem::take(&mut line));
        }
    }
    if !line.runs.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// Cuts a word that is longer than a line. Each piece is measured on the word as a whole and shaped once, so that the work
/// grows with the word's length only.
fn break_word(shaper: &mut Shaper, word: &Run, limit: f32, lines: &mut Vec<Line>, line: &mut Line) {
    let hyphen = shaper.hyphen(word.weight);
    let syllables = syllable_ends(&word.text);
    let inked = word.text.trim_end_matches(' ').len();
    let byte = |cluster: usize| word.clusters.get(cluster).map_or(word.text.len(), |cluster| cluster.text.start);
    let mut from = 0;
    let mut syllable = 0;
    while from < word.clusters.len() {
        let start = word.clusters[from].start;
        let ends_within =
            |cluster: usize, room: f32| word.clusters.get(cluster).map_or(word.ink, |next| next.start) - start <= room;
        let last = word.clusters.partition_point(|cluster| cluster.text.start < inked);
        if ends_within(last, limit) {
            line.push(shaper.run(word.weight, &word.text[byte(from)..]));
            return;
        }
        // The furthest syllable that leaves room for the hyphen, else the furthest cluster; always at least one.
        let mut to = from + 1;
        while ends_within(to + 1, limit) {
            to += 1;
        }
        let begin = byte(from);
        let mut hyphenate_at = None;
        while let Some(end) = syllables.get(syllable).copied() {
            let cluster = word.clusters.partition_point(|cluster| cluster.text.start < end);
            if cluster > to || !ends_within(cluster, limit - hyphen.ink) {
                break;
            }
            if end > begin {
                hyphenate_at = Some(cluster);
            }
            syllable += 1;
        }
        let end = hyphenate_at.unwrap_or(to);
        line.push(shaper.run(word.weight, &word.text[begin..byte(end)]));
        if hyphenate_at.is_some() {
            line.push(Arc::clone(&hyphen));
            line.hyphenated = true;
        }
        lines.push(std::mem::take(line));
        from = end;
    }
}

/// Byte positions inside a word at which a hyphen may stand: German syllables of its runs of letters. An address, a file name
/// or a number has none: nobody could tell whether the hyphen belongs to it.
fn syllable_ends(word: &str) -> Vec<usize> {
    let mut ends = Vec::new();
    let inner = word.trim_matches(|c: char| !c.is_alphanumeric());
    if word.len() > LONGEST_HYPHENATED || inner.contains(|c: char| c.is_numeric() || "@._/:\\=&%#".contains(c)) {
        return ends;
    }
    let letter = |c: char| c.is_ascii_alphabetic() || matches!(c, 'ä' | 'ö' | 'ü' | 'Ä' | 'Ö' | 'Ü' | 'ß');
    let mut at = 0;
    for piece in word.split_inclusive(|c| !letter(c)) {
        let letters = piece.trim_end_matches(|c| !letter(c));
        let mut end = at;
        for syllable in hyphenate(letters, Lang::German) {
            end += syllable.len();
            if end < at + letters.len() {
                ends.push(end);
            }
        }
        at += piece.len();
    }
    ends
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(text: &str, limit: f32) -> Vec<Line> {
        wrap(&mut Shaper::new(), Weight::Regular, text, limit)
    }

    #[test]
    fn words_wrap_and_nothing_is_lost() {
        let text = "Hiermit beantrage ich die Verlängerung des Kinderreisepasses für mein Kind.";
        let lines = wrapped(text, 9_000.0);
        assert!(lines.len() > 2);
        assert_eq!(lines.iter().map(Line::text).collect::<String>(), text);
        assert!(lines.iter().all(|line| line.ink <= 9_000.0 && !line.hyphenated));
    }

    #[test]
    fn a_word_longer_than_the_line_is_hyphenated() {
        let text = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz";
        let lines = wrapped(text, 9_000.0);
        assert!(lines.len() > 2 && lines[0].hyphenated);
        assert_eq!(lines.iter().map(Line::text).collect::<String>(), text);
        assert!(lines.iter().all(|line| line.ink <= 9_000.0));
    }

    #[test]
    fn addresses_and_file_names_get_no_hyphen_that_someone_might_type() {
        for text in [
            "aenne.mueller@verwaltungsgemeinschaftjerichowerland.example",
            "https://verwaltungsgemeinschaft.jerichowerland.example",
            "Bescheinigung_der_Verwaltungsgemeinschaft_Jerichow.pdf",
            "AktenzeichenVerwaltung2026VerwaltungVerwaltung",
        ] {
            let lines = wrapped(text, 9_000.0);
            assert!(lines.len() > 1 && lines.iter().all(|line| !line.hyphenated), "{text}");
            assert_eq!(lines.iter().map(Line::text).collect::<String>(), text);
        }
        // The full stop or bracket of a sentence is no part of the word.
        let lines = wrapped("(Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz).", 9_000.0);
        assert!(lines[0].hyphenated);
    }

    #[test]
    fn a_word_without_syllables_is_cut_hard() {
        let text = "x".repeat(3_000);
        let lines = wrapped(&text, 9_000.0);
        assert_eq!(lines.iter().map(Line::text).collect::<String>(), text);
        assert!(lines.iter().all(|line| line.ink <= 9_000.0));
    }

    #[test]
    fn a_column_narrower_than_a_letter_still_ends() {
        assert_eq!(wrapped("abc", 1.0).len(), 3);
        assert_eq!(wrapped("", 1.0).len(), 1);
    }
}
