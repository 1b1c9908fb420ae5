//! Collects the problems of one file, so that its author sees all of them at once.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::DeTable;

use super::{Problem, Problems, did_you_mean, syntax};

/// Most problems told at once; behind them stands one line that says so.
const MOST: usize = 100;

/// What was read, or the receipt for a problem that was noted instead.
pub type Legible<T> = Result<T, Noted>;

/// Receipt for a problem: only a [`Report`] gives it out, so that nothing can be left out without a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noted(());

/// The problems found so far in one file.
#[derive(Debug)]
pub struct Report<'t> {
    file: &'t str,
    /// The whole content of the file.
    pub text: &'t str,
    problems: RefCell<Vec<Problem>>,
    /// Lines with errors of TOML itself: what else seems wrong there follows from them.
    broken: RefCell<BTreeSet<usize>>,
    /// The line from which nothing can be judged, if there is one.
    end: Cell<usize>,
    /// How many problems were brought, also those not told.
    brought: Cell<usize>,
}

impl<'t> Report<'t> {
    /// A report for `file`, whose whole content is `text`.
    pub fn new(file: &'t str, text: &'t str) -> Self {
        let (problems, broken) = (RefCell::default(), RefCell::default());
        Self { file, text, problems, broken, end: Cell::new(usize::MAX), brought: Cell::new(0) }
    }

    /// The TOML document as far as it can be read. Its errors are noted, one for each line.
    pub fn document(&self) -> Spanned<DeTable<'t>> {
        let (document, errors) = DeTable::parse_recoverable(self.text);
        syntax::note(&errors, self);
        document
    }

    /// An error of TOML itself. Of several on one line the first is told.
    pub(super) fn syntax(&self, span: Range<usize>, message: impl Into<String>) {
        let mut problems = self.problems.borrow_mut();
        if problems.len() > MOST {
            return;
        }
        let problem = Problem::at(self.file, self.text, span, message);
        if self.broken.borrow_mut().insert(problem.line) {
            problems.push(problem);
        }
    }

    /// From this line on nothing can be judged.
    pub(super) fn stop_at(&self, line: usize) {
        self.end.set(line);
    }

    /// Notes something that stands at these bytes of the text and is wrong; the hint says what to do.
    pub fn wrong(&self, span: &Range<usize>, message: impl Into<String>, hint: Option<String>) -> Noted {
        let mut problems = self.problems.borrow_mut();
        self.brought.set(self.brought.get() + 1);
        if problems.len() <= MOST && self.brought.get() <= 20 * MOST {
            let problem = Problem::at(self.file, self.text, span.clone(), message).with_hint(hint);
            if problem.line < self.end.get() && !self.broken.borrow().contains(&problem.line) {
                problems.push(problem);
            }
        }
        Noted(())
    }

    /// Notes something that does not stand there. Not told while TOML itself has errors, because the lines that could not
    /// be read may hold it.
    pub fn missing(&self, span: &Range<usize>, message: impl Into<String>, hint: Option<String>) -> Noted {
        if self.broken.borrow().is_empty() { self.wrong(span, message, hint) } else { Noted(()) }
    }

    /// Notes that `word` is not one of `known`, with the nearest of them as a hint, or `otherwise` if none is near.
    pub fn unknown<'k>(
        &self,
        span: &Range<usize>,
        message: impl Into<String>,
        word: &str,
        known: impl IntoIterator<Item = &'k str>,
        otherwise: Option<String>,
    ) -> Noted {
        self.wrong(span, message, did_you_mean(word, known).or(otherwise))
    }

    /// The line of a place, from 1.
    pub fn line(&self, place: usize) -> usize {
        self.text.bytes().take(place).filter(|&byte| byte == b'\n').count() + 1
    }

    /// A receipt if anything was noted so far.
    pub fn clean(&self) -> Legible<()> {
        if self.problems.borrow().is_empty() { Ok(()) } else { Err(Noted(())) }
    }

    /// What was read, or all problems in the order of their places.
    ///
    /// # Panics
    /// Never: where something could not be read, a problem was noted.
    pub fn finish<T>(self, read: Legible<T>) -> Result<T, Problems> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|problem| (problem.line, problem.column));
        problems.dedup();
        if problems.len() > MOST {
            problems.truncate(MOST);
            problems.push(Problem::whole(self.file, "Es gibt noch mehr Fehler; beheben Sie zuerst diese."));
        }
        Problems::check(problems)?;
        Ok(read.expect("a receipt is given out only for a problem that was noted"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn no_span_however_wrong_panics(text in "\\PC{0,40}\n\\PC{0,40}", start in 0usize..200, end in 0usize..200) {
            let report = Report::new("x", &text);
            let noted = report.wrong(&Range { start, end }, "m", None);
            let problems = report.finish::<()>(Err(noted)).unwrap_err();
            proptest::prop_assert!(problems[0].column <= problems[0].source.chars().count() + 1);
        }
    }

    #[test]
    fn what_was_brought_twice_is_told_once() {
        let report = Report::new("x", "a = 1\n");
        report.wrong(&(0..1), "falsch", None);
        let noted = report.wrong(&(0..1), "falsch", None);
        assert_eq!(report.finish::<()>(Err(noted)).unwrap_err().len(), 1);
    }

    #[test]
    fn what_follows_from_broken_toml_is_not_told_but_nothing_is_refused_without_a_reason() {
        let text = "a = 1\nb = = 2\nc = [1,\n[d]\n";
        let report = Report::new("x", text);
        drop(report.document());
        for place in [6, 22] {
            report.wrong(&(place..place + 1), "folgt daraus", None);
        }
        let noted = report.missing(&(0..0), "fehlt", None);
        report.wrong(&(0..1), "für sich falsch", None);
        let told = report.finish::<()>(Err(noted)).unwrap_err();
        let told: Vec<_> = told.iter().map(|problem| (problem.line, problem.message.as_str())).collect();
        assert_eq!(told.first(), Some(&(1, "für sich falsch")), "{told:?}");
        assert!(told[1..].iter().all(|(_, message)| message.starts_with("Das ist kein gültiges TOML")), "{told:?}");
        assert_eq!(told[1].0, 2, "{told:?}");
    }
}
