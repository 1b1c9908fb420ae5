//! A problem in a file that people write, shown with its place, so that it can be mended at once.

/// TOML tables read key by key, with all their problems.
pub mod table;

use std::fmt;

/// One problem in a definition file, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// File as given by the caller.
    pub file: String,
    /// Line from 1.
    pub line: usize,
    /// Column from 1, in characters.
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

impl fmt::Display for Problem {
    fn fmt(&self, _f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!()
    }
}
