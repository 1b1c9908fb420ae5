//! TOML to [`Form`](super::Form), or every problem at once with file, line, column and caret.

use super::Form;
use crate::problem::Problem;

/// Reads one form definition; `id` is the name of its directory.
pub fn parse(id: &str, file: &str, source: &str) -> Result<Form, Vec<Problem>> {
    let _ = (id, file, source);
    todo!()
}
