//! The XML of a submission, after `schemas/antrag-1.xsd`.

use super::outline::Outline;
use crate::submission::Submission;

/// Why an XML cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum XmlError {
    /// The writer failed.
    #[error("the XML cannot be written: {0}")]
    Write(#[from] std::io::Error),
}

/// Prints a submission; readable values come from its outline. UTF-8 with declaration.
pub fn print(submission: &Submission, outline: &Outline) -> Result<Vec<u8>, XmlError> {
    let _ = (submission, outline);
    todo!()
}
