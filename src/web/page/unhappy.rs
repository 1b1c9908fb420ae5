//! Why no application can be made here, and what the citizen can do instead. The technical cause is never shown.

use serde::Serialize;

use super::frame::Frame;
use super::office::OfficeView;
use super::{Link, Page};
use crate::draft::Draft;
use crate::office::leistung::{Gueltigkeit, Hindernis};
use crate::office::{Gebiet, Leistung, Organisationseinheit};
use crate::words;

/// What stands in the way, told by what the citizen can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unhappy {
    /// Nobody is known to be responsible here: other place, or ask.
    NoOffice,
    /// The office takes no applications this way: turn to it directly. Stands for no Kontaktsystem and for the wrong type.
    NotOnline,
    /// The law demands the written form: turn to the office with paper.
    WrittenForm,
    /// The office must know surely who applies: turn to it directly.
    Identity,
    /// It cannot be applied for today.
    OtherDay(Gueltigkeit),
    /// The directory does not answer: try later. Give status 503.
    FinderDown,
    /// It was filled in, but no office takes it any more: nothing was sent, nothing is lost.
    NotSent,
}

/// The page that says so.
#[derive(Debug, Serialize)]
pub struct UnhappyPage {
    /// What surrounds it.
    pub frame: Frame,
    /// What stands in the way.
    pub grund: &'static str,
    /// From when or until when it can be applied for, as a sentence.
    pub zeitraum: Option<String>,
    /// The service, if known.
    pub leistung: Option<String>,
    /// The place, if known.
    pub gebiet: Option<String>,
    /// Offices to turn to.
    pub stellen: Vec<OfficeView>,
    /// What to try next: another place, the same page once more, what was entered.
    pub weiter: Option<Link>,
    /// The PDF of what was entered, if something was.
    pub vorschau: Option<String>,
}

impl Unhappy {
    /// Name in the template.
    fn name(self) -> &'static str {
        match self {
            Self::NoOffice => "no_office",
            Self::NotOnline => "not_online",
            Self::WrittenForm => "written_form",
            Self::Identity => "identity",
            Self::OtherDay(_) => "other_day",
            Self::FinderDown => "finder_down",
            Self::NotSent => "not_sent",
        }
    }
}

impl From<Hindernis> for Unhappy {
    fn from(hindernis: Hindernis) -> Self {
        match hindernis {
            Hindernis::Schriftform => Self::WrittenForm,
            Hindernis::Vertrauensniveau(_) => Self::Identity,
            Hindernis::Zeitraum(period) => Self::OtherDay(period),
        }
    }
}

impl Page for UnhappyPage {
    const TEMPLATE: &'static str = "nicht-moeglich.html";
}

impl UnhappyPage {
    /// The page; `address` is tried next: for [`Unhappy::NoOffice`] the choice of another place, for [`Unhappy::FinderDown`] the
    /// page itself, for [`Unhappy::NotSent`] what was entered. The others do not use it.
    pub fn new(
        frame: Frame,
        grund: Unhappy,
        leistung: Option<&Leistung>,
        gebiet: Option<&Gebiet>,
        stellen: &[Organisationseinheit],
        address: String,
    ) -> Self {
        let weiter = match grund {
            Unhappy::NoOffice => Some(Link::new(words::page::ANOTHER_PLACE, address)),
            Unhappy::FinderDown => Some(Link::new(words::page::TRY_AGAIN, address)),
            Unhappy::NotSent => Some(Link::new(words::page::BACK_TO_ENTRIES, address)),
            Unhappy::NotOnline | Unhappy::WrittenForm | Unhappy::Identity | Unhappy::OtherDay(_) => None,
        };
        Self {
            frame,
            grund: grund.name(),
            zeitraum: if let Unhappy::OtherDay(period) = grund {
                words::page::period(period.von, period.bis)
            } else {
                None
            },
            leistung: leistung.map(|leistung| leistung.name.clone()),
            gebiet: gebiet.map(Gebiet::full_name),
            stellen: stellen.iter().map(OfficeView::new).collect(),
            weiter,
            vorschau: None,
        }
    }

    /// The page of [`Unhappy::NotSent`]; `review` is the step in which a draft is looked through and sent.
    pub fn not_sent(frame: Frame, draft: &Draft, review: &str, stellen: &[Organisationseinheit]) -> Self {
        let within = |place: &str| frame.addresses.within(&draft.id, place);
        let (review, vorschau) = (within(review), Some(within("vorschau.pdf")));
        let (leistung, gebiet) = (Some(&draft.leistung), Some(&draft.gebiet));
        Self { vorschau, ..Self::new(frame, Unhappy::NotSent, leistung, gebiet, stellen, review) }
    }
}
