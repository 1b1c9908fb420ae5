//! The PDF of an outline, as PDF/A-3a and PDF/UA-1; nothing else goes in.
//!
//! Outline → `sheet` (what stands where) → `page` (lines on pages, structure `tree`) → `paint` (printpdf's pages and fonts,
//! glyphs in `stock`, `content` streams) → `complete` (what printpdf does not write) → `pack` → bytes. Text passes `clean`,
//! `shape` and `wrap` on its way, what the form says `wording`.

mod clean;
mod complete;
mod content;
mod face;
mod icc;
mod pack;
mod page;
mod paint;
mod shape;
mod sheet;
mod stock;
mod tree;
mod wording;
mod wrap;
mod xmp;

#[cfg(test)]
mod any_text;
#[cfg(test)]
mod checks;
#[cfg(test)]
mod outside;
#[cfg(test)]
mod readback;
#[cfg(test)]
mod samples;

use printpdf::PdfSaveOptions;

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
    let pages = sheet::lay_out(outline);
    report_lacking(outline);
    let painted = paint::paint(&pages)?;
    let options = PdfSaveOptions { optimize: false, subset_fonts: false, secure: true, image_optimization: None };
    let document = painted.document.to_lopdf_document(&options, &mut Vec::new());
    let title = sheet::title(outline);
    let about = xmp::About {
        title: &title,
        language: &outline.language,
        publisher: &outline.mandant,
        at: outline.sealed.as_ref().map(|sealed| sealed.at),
    };
    let logo = outline.logo.as_deref();
    complete::complete(document, painted.contents, &pages.tree, &pages.bookmarks, &about, logo, xml)
}

/// How many characters of the outline the font lacks.
fn lacking(outline: &Outline) -> usize {
    let head = [&outline.mandant, &outline.form_title, &outline.leistung].into_iter();
    let office = outline.stelle.iter().chain(&outline.stelle_anschrift);
    let titles = outline.sections.iter().map(|section| &section.title);
    let rows = outline.sections.iter().flat_map(|section| &section.rows);
    let answers = rows.flat_map(|row| [&row.label, &row.value].into_iter().chain(&row.wording));
    let files = outline.attachments.iter().map(|file| &file.name);
    head.chain(office).chain(titles).chain(answers).chain(files).map(|text| clean::lacking(text)).sum()
}

/// Says in the log how many characters could not be shown; never which.
fn report_lacking(outline: &Outline) {
    let count = lacking(outline);
    if count > 0 {
        tracing::warn!(count, "the PDF shows U+FFFD for characters that its font lacks");
    }
}
