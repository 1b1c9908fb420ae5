//! A problem in a file that people write, shown with its place, so that it can be mended at once.

/// Collects the problems of one file.
pub mod report;
/// The errors of TOML itself, in German.
mod syntax;
/// TOML tables read key by key, with all their problems.
pub mod table;

use std::fmt;
use std::ops::{Deref, Range};

/// One problem in a definition file, with its place.
///
/// Printed in the manner of compilers:
///
/// ```text
/// forms/hund/form.toml:7:29: Die Art „datum“ gibt es nicht.
///   |
/// 7 |   { id = "geboren", kind = "datum" },
///   |                            ^^^^^^^
///   = meinten Sie „date“?
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// File as given by the caller.
    pub file: String,
    /// Line from 1; 0 if the file as a whole is meant.
    pub line: usize,
    /// Column from 1, in characters; 0 if the file as a whole is meant.
    pub column: usize,
    /// The source line.
    pub source: String,
    /// How many characters the caret underlines.
    pub width: usize,
    /// What is wrong.
    pub message: String,
    /// What to do: "meinten Sie …?".
    pub hint: Option<String>,
}

/// Why files that people wrote cannot be used: at least one problem, so that nothing is refused without a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// An error if there is any problem.
    pub fn check(problems: Vec<Problem>) -> Result<(), Self> {
        if problems.is_empty() { Ok(()) } else { Err(Self(problems)) }
    }

    /// These, and others behind them.
    #[must_use]
    pub fn and(mut self, others: impl IntoIterator<Item = Problem>) -> Self {
        self.0.extend(others);
        self
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl Deref for Problems {
    type Target = [Problem];

    fn deref(&self) -> &[Problem] {
        &self.0
    }
}

impl IntoIterator for Problems {
    type Item = Problem;
    type IntoIter = std::vec::IntoIter<Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, problem) in self.0.iter().enumerate() {
            write!(f, "{}{problem}", if place == 0 { "" } else { "\n\n" })?;
        }
        Ok(())
    }
}

/// Most characters of a source line that are printed; longer lines are shown around the place.
const SHOWN: usize = 160;

impl Problem {
    /// A problem at a span of bytes of the file's text. A span outside the text or inside a character is moved to the
    /// nearest place that exists; a span over several lines is cut at the end of its first.
    pub fn at(file: &str, text: &str, span: Range<usize>, message: impl Into<String>) -> Self {
        let start = boundary(text, span.start);
        let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |newline| start + newline);
        let end = boundary(text, span.end).clamp(start, line_end);
        Self {
            file: file.to_owned(),
            line: text[..start].bytes().filter(|&byte| byte == b'\n').count() + 1,
            column: text[line_start..start].chars().count() + 1,
            source: text[line_start..line_end].trim_end_matches('\r').to_owned(),
            width: text[start..end].chars().count().max(1),
            message: message.into(),
            hint: None,
        }
    }

    /// A problem of the file or directory as a whole: missing, unreadable, empty.
    pub fn whole(file: &str, message: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line: 0,
            column: 0,
            source: String::new(),
            width: 0,
            message: message.into(),
            hint: None,
        }
    }

    /// The same problem with advice; `None` leaves it as it is.
    #[must_use]
    pub fn with_hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint.or(self.hint);
        self
    }
}

/// "meinten Sie „…“?" with the candidate that is written most like `word`, if one is near enough. A word of more than 200
/// bytes is no slip of the pen, and the comparison costs the product of both lengths: it gets no suggestion.
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    /// Below this likeness a suggestion confuses more than it helps.
    const NEAR: f64 = 0.75;
    if word.len() > 200 {
        return None;
    }
    let word = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&word, &candidate.to_lowercase()), candidate))
        .filter(|(likeness, _)| *likeness >= NEAR)
        .max_by(|(left, _), (right, _)| left.total_cmp(right))
        .map(|(_, candidate)| format!("meinten Sie „{candidate}“?"))
}

/// The largest place not after `index` that lies between two characters.
fn boundary(text: &str, index: usize) -> usize {
    let index = index.min(text.len());
    (0..=index).rev().find(|&place| text.is_char_boundary(place)).unwrap_or(0)
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 {
            write!(f, "{}: {}", self.file, self.message)?;
            return self.hint.as_ref().map_or(Ok(()), |hint| write!(f, "\n  = {hint}"));
        }
        let number = self.line.to_string();
        let gutter = " ".repeat(number.len());
        let before = self.column.saturating_sub(1);
        // A tab stays a tab below the line too, so that the caret stands under its place; nothing else that could move
        // a terminal's cursor is printed.
        let skipped = before.saturating_sub(SHOWN / 2);
        let shown = |character: char| match character {
            '\t' => '\t',
            other if other.is_control() => '\u{FFFD}',
            other => other,
        };
        let line: String = self.source.chars().skip(skipped).take(SHOWN).map(shown).collect();
        let indent: String =
            line.chars().take(before - skipped).map(|character| if character == '\t' { '\t' } else { ' ' }).collect();
        let caret = "^".repeat(self.width.clamp(1, SHOWN));
        writeln!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)?;
        writeln!(f, "{gutter} |")?;
        writeln!(f, "{number} | {line}")?;
        write!(f, "{gutter} | {indent}{caret}")?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, "\n{gutter} = {hint}"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_caret_stands_under_the_place() {
        let text = "titel = \"Ä\"\n\tgröße = 1\n";
        let start = text.find("größe").unwrap();
        let problem = Problem::at("f.toml", text, start..start + "größe".len(), "Falsch.")
            .with_hint(did_you_mean("größe", ["grösse", "titel"]));
        assert_eq!(
            problem.to_string(),
            "f.toml:2:2: Falsch.\n  |\n2 | \tgröße = 1\n  | \t^^^^^\n  = meinten Sie „grösse“?"
        );
    }

    #[test]
    fn a_file_as_a_whole_has_no_line() {
        let problem = Problem::whole("forms", "fehlt.").with_hint(Some("Legen Sie es an.".to_owned()));
        assert_eq!(problem.to_string(), "forms: fehlt.\n  = Legen Sie es an.");
    }

    #[test]
    fn nothing_is_suggested_for_a_word_unlike_all() {
        assert_eq!(did_you_mean("xyz", ["label", "kind"]), None);
    }

    #[test]
    fn a_terminal_escape_in_a_file_is_not_printed() {
        let problem = Problem::at("f", "a = \"\u{1b}[2J\"", 0..1, "m");
        assert!(!problem.to_string().contains('\u{1b}'));
    }

    #[test]
    fn of_a_very_long_line_the_place_is_shown() {
        let text = format!("{}falsch{}", "x".repeat(5000), "y".repeat(5000));
        let shown = Problem::at("f", &text, 5000..5006, "m").to_string();
        assert!(shown.contains("xfalschy") && shown.len() < 500, "{shown}");
    }

    proptest! {
        #[test]
        fn any_span_of_any_text_can_be_shown(text in "\\PC*|[a\n\t\rä]*", start in 0_usize..200, end in 0_usize..200) {
            let problem = Problem::at("f", &text, start..end, "m");
            prop_assert!(problem.line >= 1 && problem.column >= 1);
            prop_assert!(problem.to_string().contains('^'));
        }
    }
}
