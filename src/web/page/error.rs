//! Pages for what went wrong, by what the citizen can do next; the cause is in the log, under the incident code.

use serde::Serialize;

use super::frame::Frame;
use super::{Link, Page};
use crate::words::mishap::Mishap;

/// An error page.
#[derive(Debug, Serialize)]
pub struct ErrorPage {
    /// What surrounds it.
    pub frame: Frame,
    /// Heading.
    pub titel: String,
    /// What happened and what to do, one sentence or two each.
    pub absaetze: Vec<String>,
    /// What to do next.
    pub weiter: Option<Link>,
    /// Code that stands once in the log with the cause.
    pub vorfall: String,
}

impl Page for ErrorPage {
    const TEMPLATE: &'static str = "fehler.html";
}

impl ErrorPage {
    /// The page for a mishap. `next` is where the citizen can go on: the same page, the running step, the start; the page
    /// finds the words.
    pub fn new(frame: Frame, mishap: Mishap, next: Option<String>, incident: String) -> Self {
        Self {
            frame,
            titel: mishap.heading().to_owned(),
            absaetze: mishap.paragraphs(),
            weiter: next.map(|address| Link::new(mishap.way_on(), address)),
            vorfall: incident,
        }
    }
}
