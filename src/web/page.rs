//! One typed context per page; a template sees nothing else.

/// Addresses of all pages, path prefix included.
pub mod address;
/// "Möchten Sie wirklich abbrechen?" and "Antrag abgebrochen".
pub mod cancel;
/// Choosing a Leistung or a Gebiet when the deep link names none.
pub mod choose;
/// Pages for what went wrong, by what the citizen can do next.
pub mod error;
/// One question as a widget.
pub mod field;
/// What surrounds every page: tenant, language, links.
pub mod frame;
/// Texts with clickable addresses.
pub mod linked;
/// Offices as pages show them.
pub mod office;
/// The choices of a select box.
pub mod option_list;
/// The demo portal.
pub mod portal;
/// "Einreichen erfolgreich".
pub mod receipt;
/// The overview before submitting.
pub mod review;
/// Samples of every page, for the tests that render and look at them.
#[cfg(test)]
mod samples;
/// The start page of a deep link.
pub mod start;
/// Impressum, Datenschutz, Barrierefreiheit, Hilfe.
pub mod statement;
/// Any step of the wizard.
pub mod step;
/// Why no application can be made here, and what to do instead.
pub mod unhappy;
/// Widgets of questions without entry, printed once and kept (a cache).
pub mod untouched;

use serde::Serialize;

use crate::templates;

/// A page: a typed context with its template.
pub trait Page: Serialize {
    /// Name of the template, for example `start.html`.
    const TEMPLATE: &'static str;

    /// The finished HTML, UTF-8.
    fn bytes(&self) -> Result<Vec<u8>, templates::TemplateError> {
        templates::render(Self::TEMPLATE, self)
    }

    /// The finished HTML as text.
    fn html(&self) -> Result<String, templates::TemplateError> {
        let told = |error: std::string::FromUtf8Error| templates::TemplateError {
            template: Self::TEMPLATE.to_owned(),
            cause: error.to_string(),
        };
        String::from_utf8(self.bytes()?).map_err(told)
    }
}

/// A link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link {
    /// What people read.
    pub text: String,
    /// Where it leads.
    pub href: String,
}

impl Link {
    /// A link that reads `text` and leads to `href`.
    pub fn new(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self { text: text.into(), href: href.into() }
    }
}
