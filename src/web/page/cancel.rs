//! "Möchten Sie wirklich abbrechen?" and "Antrag abgebrochen".

use serde::Serialize;

use super::Page;
use super::frame::Frame;

/// Asks before everything entered is deleted. Its form posts `aktion=abbrechen` to `…/abbrechen`, or `aktion=zurueck`.
#[derive(Debug, Serialize)]
pub struct CancelPage {
    /// What surrounds it.
    pub frame: Frame,
    /// The service.
    pub leistung: String,
    /// Where the form posts: `…/abbrechen`.
    pub action: String,
    /// Token against forged requests (CSRF).
    pub csrf: String,
    /// Back to the step that is open.
    pub zurueck: String,
}

/// Says that everything entered is deleted.
#[derive(Debug, Serialize)]
pub struct CancelledPage {
    /// What surrounds it.
    pub frame: Frame,
    /// Where a new application begins.
    pub neu: Option<String>,
}

impl Page for CancelPage {
    const TEMPLATE: &'static str = "abbrechen.html";
}

impl Page for CancelledPage {
    const TEMPLATE: &'static str = "abgebrochen.html";
}
