//! What was answered so far.

/// Which questions there are.
pub mod asked;
/// One step's raw answers to typed answers and complaints.
pub mod check;
/// Which step is open.
pub mod progress;
/// A form and a draft for the tests of several rooms.
#[cfg(test)]
pub(crate) mod sample;
/// The documents that a Leistung demands, as questions.
pub mod unterlagen;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::form::Form;
use crate::office::{Gebiet, Leistung, ZustaendigeStelle};

/// One running application. Sealed as JSON with a key that only the browser holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// Names the application in its address.
    pub id: DraftId,
    /// Tenant.
    pub mandant: String,
    /// "Freigeschaltet für".
    pub zugang: Zugang,
    /// Form id.
    pub formular: String,
    /// Version of the form with which it began. It stays, whichever version is answered in the end.
    pub formular_version: String,
    /// Language, BCP 47.
    pub sprache: String,
    /// The Leistung as it was shown at the start.
    pub leistung: Leistung,
    /// The Gebiet as it was shown at the start.
    pub gebiet: Gebiet,
    /// The responsible offices as they were found at the start.
    pub stellen: Vec<ZustaendigeStelle>,
    /// Valid answers.
    pub answers: Answers,
    /// Entries that are not valid yet, as typed, so that nothing entered is lost.
    pub pending: BTreeMap<String, String>,
    /// Files, in the order in which they were added.
    pub uploads: Vec<Upload>,
    /// When it was begun.
    pub begun: Timestamp,
    /// Vorgangsnummer, once submitted.
    pub sent: Option<String>,
}

/// Random name of one application, 26 characters of lower-case base32 (128 bits).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DraftId(String);

impl DraftId {
    /// The id made of these random bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(data_encoding::BASE32_NOPAD.encode(&bytes).to_ascii_lowercase())
    }

    /// An id as it stands in an address.
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 26 && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7')))
            .then(|| Self(text.to_owned()))
    }

    /// As it stands in an address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// "Freigeschaltet für": real use, or test use that reaches only the tenant's test mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Zugang {
    /// Real use.
    Standard,
    /// Test use: everything is marked TEST.
    Test,
}

impl Zugang {
    /// As it stands in addresses, mails and documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Test => "test",
        }
    }

    /// From an address.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "standard" => Some(Self::Standard),
            "test" => Some(Self::Test),
            _ => None,
        }
    }
}

/// Valid answers by field id. Optional questions left empty have no entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Answers(pub BTreeMap<String, Answer>);

/// A valid answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "art", content = "wert", rename_all = "snake_case")]
pub enum Answer {
    /// Text, phone, mail, postcode, place: normalised, checked.
    Text(String),
    /// Code of a choice, country, nationality, office.
    Code(String),
    /// Calendar date.
    Date(Date),
    /// Yes or no.
    YesNo(bool),
    /// Whole number.
    Number(i64),
    /// Declaration agreed to, with the version and the wording that was shown.
    Declared {
        /// Version of the wording.
        version: String,
        /// The wording as it was shown, blanks filled.
        wording: String,
        /// When.
        at: Timestamp,
    },
}

/// A file the citizen added. Its bytes lie sealed in the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// Random name, 26 characters.
    pub id: String,
    /// The question it answers.
    pub field: String,
    /// Safe file name: NFC, DIN 91379 C, without path, control and reserved characters, with the type's extension.
    pub name: String,
    /// Media type as recognised from the content.
    pub media_type: String,
    /// Length in bytes.
    pub length: u64,
    /// SHA-512 of the content, lower-case hex.
    pub sha512: String,
}

impl Answers {
    /// The answer to a question.
    pub fn get(&self, field: &str) -> Option<&Answer> {
        self.0.get(field)
    }
}

impl Answer {
    /// The answer as a form sends it: what an input shows and a condition compares.
    pub fn raw(&self) -> String {
        match self {
            Self::Text(text) | Self::Code(text) => text.clone(),
            Self::Date(date) => date.strftime("%d.%m.%Y").to_string(),
            Self::YesNo(true) | Self::Declared { .. } => "ja".to_owned(),
            Self::YesNo(false) => "nein".to_owned(),
            Self::Number(number) => number.to_string(),
        }
    }
}

impl Draft {
    /// The office the citizen chose, by the answer to the form's office question.
    pub fn chosen(&self, form: &Form) -> Option<&ZustaendigeStelle> {
        let (_, field) = form.office()?;
        let Some(Answer::Code(id)) = self.answers.get(&field.id) else { return None };
        self.stellen.iter().find(|found| found.stelle.id == *id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_an_address_is_26_letters_and_digits_of_base32() {
        let id = DraftId::from_bytes([0xa5; 16]);
        assert_eq!(DraftId::parse(id.as_str()), Some(id.clone()));
        let other = |first: char| format!("{first}{}", &id.as_str()[1..]);
        for good in ['a', 'z', '2', '7'] {
            assert!(DraftId::parse(&other(good)).is_some(), "{good}");
        }
        for wrong in ['A', '0', '1', '8', '/', '.', 'ä'] {
            assert_eq!(DraftId::parse(&other(wrong)), None, "{wrong}");
        }
        assert_eq!(DraftId::parse(&id.as_str()[1..]), None);
        assert_eq!(DraftId::parse(&format!("{}a", id.as_str())), None);
    }
}
