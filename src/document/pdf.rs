//! The PDF of an outline; nothing else goes in.

use super::outline::Outline;

/// Why a PDF cannot be printed.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// printpdf or the completion of its document failed.
    #[error("the PDF cannot be written: {0}")]
    Write(String),
}

/// Prints an outline. `xml` is embedded as associated file `XML-Daten.xml`; a preview has none and is marked "Entwurf".
/// The same outline gives the same bytes.
pub fn print(outline: &Outline, xml: Option<&[u8]>) -> Result<Vec<u8>, PdfError> {
    let _ = (outline, xml);
    todo!()
}
