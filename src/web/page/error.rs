//! Pages for what went wrong, by what the citizen can do next; the cause is in the log, under the incident code.

use serde::Serialize;

use super::frame::Frame;
use super::{Link, Page};
use crate::words::tongue::Tongue;

/// What went wrong, seen from the citizen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// 404: no such page, form, tenant or application.
    NotFound,
    /// 404 or 410: the application is not open in this browser any more.
    SessionGone,
    /// 403: the page was open too long or comes from elsewhere; entries may have to be made again.
    Stale,
    /// 405: the address does not take this.
    NotAllowed,
    /// 408: the request took too long to arrive.
    TooSlow,
    /// 409: the application was changed in another window meanwhile.
    Conflict,
    /// 413: too large, with the limit in bytes.
    TooLarge(u64),
    /// 400, 422: what was sent cannot be read.
    Unreadable,
    /// 503: busy or being maintained.
    Busy,
    /// 500: our fault.
    Internal,
}

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
    /// The page for a trouble. `next` is where the citizen can go on: the same page, the running step, the start; the page
    /// finds the words.
    pub fn new(frame: Frame, trouble: Trouble, next: Option<String>, incident: String) -> Self {
        let (titel, absaetze, verb) = words(trouble);
        Self {
            frame,
            titel: titel.to_owned(),
            absaetze,
            weiter: next.map(|address| Link::new(verb, address)),
            vorfall: incident,
        }
    }
}

/// Heading, paragraphs, words of the link.
fn words(trouble: Trouble) -> (&'static str, Vec<String>, &'static str) {
    let (title, paragraphs, verb): (_, &[&str], _) = match trouble {
        Trouble::NotFound => (
            "Seite nicht gefunden",
            &[
                "Diese Seite gibt es nicht oder nicht mehr.",
                "Haben Sie die Adresse eingetippt? Dann prüfen Sie bitte die Schreibweise. Sind Sie einem Link gefolgt? Dann gehen Sie bitte zurück und versuchen Sie es von dort erneut.",
            ],
            "Zur Startseite",
        ),
        Trouble::SessionGone => (
            "Ihr Antrag ist hier nicht mehr geöffnet",
            &[
                "Der Antrag wurde beendet oder gelöscht, oder er wurde in einem anderen Browser begonnen. Aus Gründen des Datenschutzes können wir ihn hier nicht anzeigen.",
                "Es wurde dadurch nichts eingereicht. Bitte beginnen Sie den Antrag neu.",
            ],
            "Antrag neu beginnen",
        ),
        Trouble::Stale => (
            "Die Seite ist nicht mehr gültig",
            &[
                "Zu Ihrer Sicherheit haben wir die letzte Eingabe nicht übernommen. Es wurde nichts eingereicht.",
                "Bitte öffnen Sie die Seite erneut und senden Sie sie noch einmal ab. Dafür muss Ihr Browser Cookies dieser Seite annehmen.",
            ],
            "Seite erneut öffnen",
        ),
        Trouble::NotAllowed => (
            "Das ist hier nicht möglich",
            &[
                "Diese Adresse kann so nicht aufgerufen werden. Bitte gehen Sie zurück und benutzen Sie die Schaltflächen der Seite.",
            ],
            "Seite erneut öffnen",
        ),
        Trouble::TooSlow => (
            "Die Übertragung hat zu lange gedauert",
            &[
                "Ihre Eingaben sind nicht vollständig angekommen. Bitte versuchen Sie es erneut, am besten mit einer schnelleren Verbindung oder mit kleineren Dateien.",
            ],
            "Seite erneut öffnen",
        ),
        Trouble::Conflict => (
            "Der Antrag wurde inzwischen geändert",
            &[
                "Derselbe Antrag ist in einem anderen Fenster geändert worden. Damit nichts verloren geht, haben wir die letzte Eingabe hier nicht übernommen.",
                "Bitte öffnen Sie die Seite erneut und prüfen Sie Ihre Angaben.",
            ],
            "Seite erneut öffnen",
        ),
        Trouble::TooLarge(_) => ("Das ist zu groß", &[], "Seite erneut öffnen"),
        Trouble::Unreadable => (
            "Die Eingaben konnten nicht gelesen werden",
            &[
                "Ihr Browser hat etwas gesendet, das wir nicht verstehen. Es wurde nichts übernommen. Bitte öffnen Sie die Seite erneut und versuchen Sie es noch einmal.",
            ],
            "Seite erneut öffnen",
        ),
        Trouble::Busy => (
            "Der Dienst ist gerade nicht erreichbar",
            &[
                "Der Dienst ist überlastet oder wird gewartet. Bitte versuchen Sie es in einigen Minuten erneut. Ihre bisherigen Angaben bleiben erhalten.",
            ],
            "Erneut versuchen",
        ),
        Trouble::Internal => (
            "Es ist ein Fehler aufgetreten",
            &[
                "Der Fehler liegt bei uns, nicht bei Ihnen. Wir haben ihn festgehalten.",
                "Bitte versuchen Sie es in einigen Minuten erneut. Tritt der Fehler wieder auf, nennen Sie bitte den Vorfallcode.",
            ],
            "Erneut versuchen",
        ),
    };
    let mut paragraphs: Vec<String> = paragraphs.iter().map(|&words| words.to_owned()).collect();
    if let Trouble::TooLarge(limit) = trouble {
        let limit = Tongue::German.length(limit);
        paragraphs.push(format!(
            "Was Sie gesendet haben, ist größer als erlaubt. Die Grenze liegt bei {limit}. Es wurde nichts davon übernommen."
        ));
        paragraphs.push("Bitte verkleinern Sie die Dateien oder fügen Sie sie einzeln hinzu.".to_owned());
    }
    (title, paragraphs, verb)
}
