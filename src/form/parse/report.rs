//! Collects the problems of one file, so that its author sees all of them at once.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::problem::Problem;

/// Most problems told at once; behind them stands one line that says so.
const MOST: usize = 100;

/// The problems found so far in one file.
pub(super) struct Report<'s> {
    /// File as given by the caller.
    pub(super) file: &'s str,
    /// Its text.
    pub(super) source: &'s str,
    problems: Vec<Problem>,
    /// Lines with errors of TOML itself: what else seems wrong there follows from them.
    broken: BTreeSet<usize>,
}

impl<'s> Report<'s> {
    /// No problem yet.
    pub(super) fn new(file: &'s str, source: &'s str) -> Self {
        Self { file, source, problems: Vec::new(), broken: BTreeSet::new() }
    }

    /// An error of TOML itself.
    pub(super) fn syntax(&mut self, span: Range<usize>, message: impl Into<String>) {
        let problem = Problem::at(self.file, self.source, span, message);
        self.broken.insert(problem.line);
        self.problems.push(problem);
    }

    /// Something that stands there and is wrong.
    pub(super) fn wrong(&mut self, span: &Range<usize>, message: impl Into<String>, hint: Option<String>) {
        if self.problems.len() > MOST {
            return;
        }
        let problem = Problem::at(self.file, self.source, span.clone(), message).with_hint(hint);
        if !self.broken.contains(&problem.line) {
            self.problems.push(problem);
        }
    }

    /// Something that does not stand there. Not told while TOML itself has errors, because the lines that could not be
    /// read may hold it.
    pub(super) fn missing(&mut self, span: &Range<usize>, message: impl Into<String>, hint: Option<String>) {
        if self.broken.is_empty() {
            self.wrong(span, message, hint);
        }
    }

    /// The line of a place, from 1.
    pub(super) fn line(&self, place: usize) -> usize {
        Problem::at(self.file, self.source, place..place, "").line
    }

    /// Whether nothing was found so far.
    pub(super) fn is_clean(&self) -> bool {
        self.problems.is_empty()
    }

    /// All problems in the order of their places.
    pub(super) fn finish(mut self) -> Vec<Problem> {
        self.problems.sort_by_key(|problem| (problem.line, problem.column));
        self.problems.dedup();
        if self.problems.len() > MOST {
            self.problems.truncate(MOST);
            self.problems.push(Problem::whole(self.file, "Es gibt noch mehr Fehler; beheben Sie zuerst diese."));
        }
        self.problems
    }
}
