//! Lines of what the forms say, not the citizens: shaped and wrapped once per process, because all applications repeat them.

use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

use super::face::Weight;
use super::shape::Shaper;
use super::wrap::{Line, wrap};

/// Bytes of text that are remembered before all of it is forgotten; several large forms have less. Its glyphs take up to a hundred
/// times as much memory.
const MOST: usize = 100 * 1024;
/// Longer texts are not remembered. In bytes.
const LONGEST: usize = 4 * 1024;

/// Lines by text, for each face and width of a column (its bits).
type Known = HashMap<(Weight, u32), HashMap<Box<str>, Vec<Line>>>;

static KNOWN: LazyLock<RwLock<Known>> = LazyLock::new(RwLock::default);

/// As [`wrap`], for a text that says nothing of a person: it is remembered.
pub(super) fn wrap_wording(shaper: &mut Shaper, weight: Weight, text: &str, limit: f32) -> Vec<Line> {
    let place = (weight, limit.to_bits());
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(lines) = known.get(&place).and_then(|texts| texts.get(text)) {
        return lines.clone();
    }
    drop(known);
    let lines = wrap(shaper, weight, text, limit);
    if text.len() <= LONGEST {
        let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
        if length(&known) + text.len() > MOST {
            known.clear();
        }
        known.entry(place).or_default().insert(text.into(), lines.clone());
    }
    lines
}

/// Bytes of all texts.
fn length(known: &Known) -> usize {
    known.values().flat_map(HashMap::keys).map(|text| text.len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(lines: &[Line]) -> Vec<String> {
        lines.iter().map(Line::text).collect()
    }

    #[test]
    fn a_remembered_text_has_the_lines_of_its_column_and_face() {
        let text = "Ich versichere, dass meine Angaben vollständig und richtig sind.";
        for _ in 0..2 {
            for (weight, limit) in [(Weight::Regular, 9_000.0), (Weight::Regular, 5_000.0), (Weight::Bold, 9_000.0)] {
                let lines = wrap_wording(&mut Shaper::new(), weight, text, limit);
                let fresh = wrap(&mut Shaper::new(), weight, text, limit);
                assert_eq!(said(&lines), said(&fresh));
                assert!(lines.iter().zip(&fresh).all(|(line, fresh)| line.ink.to_bits() == fresh.ink.to_bits()));
                assert!(lines.iter().flat_map(|line| &line.runs).all(|run| run.weight == weight));
            }
        }
    }

    #[test]
    fn memory_is_bounded_whatever_the_directories_say() {
        let mut shaper = Shaper::new();
        for n in 0..=MOST / 1_000 {
            wrap_wording(&mut shaper, Weight::Regular, &format!("{n:01000}"), 9_000.0);
        }
        wrap_wording(&mut shaper, Weight::Regular, &"x".repeat(LONGEST + 1), 9_000.0);
        let known = KNOWN.read().unwrap();
        assert!(length(&known) <= MOST);
        assert!(known.values().flat_map(HashMap::keys).all(|text| text.len() <= LONGEST));
    }
}
