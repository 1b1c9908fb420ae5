//! Channels by which applications go to offices, with one row of facts each; and the ways, which add an address.
//!
//! What a channel needs to deliver is in `outbox::channels`, where it also says how to add one.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::mailbox;

/// A channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "&'static str", try_from = "String")]
pub enum Kanal {
    /// Mail with PDF, XML and the citizen's files, to the mailbox that the Kontaktsystem names.
    Mail,
}

/// What is known of a channel without opening it.
struct Facts {
    /// In tenant files, tables, logs and metrics.
    name: &'static str,
    /// Whether the Kennung of a Kontaktsystem is an address that it can reach.
    reaches: fn(&str) -> bool,
}

impl Kanal {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Mail];

    const fn facts(self) -> Facts {
        match self {
            Self::Mail => Facts { name: "mail", reaches: mailbox::is_mailbox },
        }
    }

    /// Name in tenant files, tables, logs and metrics.
    pub fn name(self) -> &'static str {
        self.facts().name
    }

    /// The channel of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kanal| kanal.name() == name)
    }

    /// The way by this channel to the Kennung of a Kontaktsystem, if that is an address for it.
    pub fn to(self, kennung: &str) -> Option<Zustellweg> {
        (self.facts().reaches)(kennung).then(|| Zustellweg { kanal: self, an: kennung.to_owned() })
    }
}

impl From<Kanal> for &'static str {
    fn from(kanal: Kanal) -> Self {
        kanal.name()
    }
}

impl TryFrom<String> for Kanal {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Self::parse(&name).ok_or_else(|| format!("no channel of this version is called {name:?}"))
    }
}

/// One way to an office. In drafts and in the outbox it stands as JSON, for example `{"art":"mail","an":"amt@example.org"}`; what newer
/// versions add to it is passed over.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Zustellweg {
    /// By which channel.
    #[serde(rename = "art")]
    pub kanal: Kanal,
    /// To which address, in the channel's own writing: for mail, a mailbox.
    pub an: String,
}

impl fmt::Display for Zustellweg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} an {}", self.kanal.name(), self.an)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_channel_is_read_by_the_name_under_which_it_is_stored() {
        for kanal in Kanal::ALL {
            let way = Zustellweg { kanal: *kanal, an: "x".to_owned() };
            let stored = serde_json::to_string(&way).unwrap();
            assert_eq!(stored, format!(r#"{{"art":"{}","an":"x"}}"#, kanal.name()));
            assert_eq!(serde_json::from_str::<Zustellweg>(&stored).unwrap(), way);
        }
        assert!(serde_json::from_str::<Zustellweg>(r#"{"art":"brieftaube","an":"x"}"#).is_err());
    }

    #[test]
    fn a_way_leads_only_to_what_is_an_address_for_its_channel() {
        assert_eq!(Kanal::Mail.to("amt@example.org").unwrap().to_string(), "mail an amt@example.org");
        assert_eq!(Kanal::Mail.to("kein Postfach"), None);
    }
}
