//! What went wrong, seen from the citizen: what happened, what became of the entries, and what to do next.

use super::tongue::GERMAN;

/// What went wrong. The technical cause is in the log, under the incident code that the page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
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

/// Said without a page around it, when the page of the mishap cannot be printed either.
pub const BARE: &str = "Es ist ein Fehler aufgetreten. Bitte versuchen Sie es später erneut.";

impl Mishap {
    /// The heading.
    pub fn heading(self) -> &'static str {
        match self {
            Self::NotFound => "Seite nicht gefunden",
            Self::SessionGone => "Ihr Antrag ist hier nicht mehr geöffnet",
            Self::Stale => "Die Seite ist nicht mehr gültig",
            Self::NotAllowed => "Das ist hier nicht möglich",
            Self::TooSlow => "Die Übertragung hat zu lange gedauert",
            Self::Conflict => "Der Antrag wurde inzwischen geändert",
            Self::TooLarge(_) => "Das ist zu groß",
            Self::Unreadable => "Die Eingaben konnten nicht gelesen werden",
            Self::Busy => "Der Dienst ist gerade nicht erreichbar",
            Self::Internal => "Es ist ein Fehler aufgetreten",
        }
    }

    /// What happened and what to do, one sentence or more each.
    pub fn paragraphs(self) -> Vec<String> {
        let paragraphs: &[&str] = match self {
            Self::NotFound => &[
                "Diese Seite gibt es nicht oder nicht mehr.",
                "Haben Sie die Adresse eingetippt? Dann prüfen Sie bitte die Schreibweise. Sind Sie einem Link gefolgt? Dann gehen Sie bitte zurück und versuchen Sie es von dort erneut.",
            ],
            Self::SessionGone => &[
                "Der Antrag wurde beendet oder gelöscht, oder er wurde in einem anderen Browser begonnen. Aus Gründen des Datenschutzes können wir ihn hier nicht anzeigen.",
                "Es wurde dadurch nichts eingereicht. Bitte beginnen Sie den Antrag neu.",
            ],
            Self::Stale => &[
                "Zu Ihrer Sicherheit haben wir die letzte Eingabe nicht übernommen. Es wurde nichts eingereicht.",
                "Bitte öffnen Sie die Seite erneut und senden Sie sie noch einmal ab. Dafür muss Ihr Browser Cookies dieser Seite annehmen.",
            ],
            Self::NotAllowed => &[
                "Diese Adresse kann so nicht aufgerufen werden. Bitte gehen Sie zurück und benutzen Sie die Schaltflächen der Seite.",
            ],
            Self::TooSlow => &[
                "Ihre Eingaben sind nicht vollständig angekommen. Bitte versuchen Sie es erneut, am besten mit einer schnelleren Verbindung oder mit kleineren Dateien.",
            ],
            Self::Conflict => &[
                "Derselbe Antrag ist in einem anderen Fenster geändert worden. Damit nichts verloren geht, haben wir die letzte Eingabe hier nicht übernommen.",
                "Bitte öffnen Sie die Seite erneut und prüfen Sie Ihre Angaben.",
            ],
            Self::TooLarge(limit) => {
                let limit = GERMAN.length(limit);
                return vec![
                    format!(
                        "Was Sie gesendet haben, ist größer als erlaubt. Die Grenze liegt bei {limit}. Es wurde nichts davon übernommen."
                    ),
                    "Bitte verkleinern Sie die Dateien oder fügen Sie sie einzeln hinzu.".to_owned(),
                ];
            }
            Self::Unreadable => &[
                "Ihr Browser hat etwas gesendet, das wir nicht verstehen. Es wurde nichts übernommen. Bitte öffnen Sie die Seite erneut und versuchen Sie es noch einmal.",
            ],
            Self::Busy => &[
                "Der Dienst ist überlastet oder wird gewartet. Bitte versuchen Sie es in einigen Minuten erneut. Ihre bisherigen Angaben bleiben erhalten.",
            ],
            Self::Internal => &[
                "Der Fehler liegt bei uns, nicht bei Ihnen. Wir haben ihn festgehalten.",
                "Bitte versuchen Sie es in einigen Minuten erneut. Tritt der Fehler wieder auf, nennen Sie bitte den Vorfallcode.",
            ],
        };
        paragraphs.iter().map(|&words| words.to_owned()).collect()
    }

    /// Words of the link that leads on.
    pub fn way_on(self) -> &'static str {
        match self {
            Self::NotFound => "Zur Startseite",
            Self::SessionGone => "Antrag neu beginnen",
            Self::Stale | Self::NotAllowed | Self::TooSlow | Self::Conflict | Self::TooLarge(_) | Self::Unreadable => {
                "Seite erneut öffnen"
            }
            Self::Busy | Self::Internal => super::page::TRY_AGAIN,
        }
    }
}
