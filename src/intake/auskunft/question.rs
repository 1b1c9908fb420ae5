//! What can be asked of a directory, the key under which the answer is kept, and the answer as the store holds it.

use serde::{Deserialize, Serialize};

use crate::intake::source::Source;
use crate::office::finder::FinderError;
use crate::office::finder::asking::Asked;
use crate::office::{Gebiet, Leistung, Zustaendigkeit};

/// Version of [`Answer`] in the store. Raise it when older answers would read wrongly: they are then asked for anew.
const VERSION: u8 = 1;

/// A question to a directory.
#[derive(Clone, Copy, Debug)]
pub(super) enum Question<'a> {
    Leistung { pst_id: &'a str, gebiet: Option<&'a Gebiet> },
    Gebiet { area_id: &'a str },
    Stellen { leistung: &'a Leistung, gebiet: &'a Gebiet },
    Leistungen { words: &'a str, gebiet: Option<&'a Gebiet>, limit: usize },
    Gebiete { words: &'a str, limit: usize },
}

/// A directory's answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Answer {
    Leistung(Option<Box<Leistung>>),
    Gebiet(Option<Gebiet>),
    Stellen(Zustaendigkeit),
    Leistungen(Vec<Leistung>),
    Gebiete(Vec<Gebiet>),
}

#[derive(Deserialize)]
struct Stored {
    version: u8,
    answer: Answer,
}

#[derive(Serialize)]
struct Storing<'a> {
    version: u8,
    answer: &'a Answer,
}

impl Question<'_> {
    /// The key: the same for the same question of the same tenant, and for no other.
    pub(super) fn key(&self, mandant: &str, sprache: &str) -> String {
        let area = |gebiet: Option<&Gebiet>| gebiet.map(|gebiet| gebiet.area_id.clone()).unwrap_or_default();
        let (kind, parts) = match *self {
            Self::Leistung { pst_id, gebiet } => ("leistung", [pst_id.to_owned(), area(gebiet), String::new()]),
            Self::Gebiet { area_id } => ("gebiet", [area_id.to_owned(), String::new(), String::new()]),
            Self::Stellen { leistung, gebiet } => {
                ("stellen", [leistung.pst_id.clone(), area(Some(gebiet)), String::new()])
            }
            Self::Leistungen { words, gebiet, limit } => {
                ("leistungen", [words.to_owned(), area(gebiet), limit.to_string()])
            }
            Self::Gebiete { words, limit } => ("gebiete", [words.to_owned(), limit.to_string(), String::new()]),
        };
        // No part can pretend to be two: what separates them is taken out of them. PostgreSQL takes no NUL.
        let plain = |part: &str| part.replace(['\u{1f}', '\0'], " ");
        let parts = [mandant, kind, sprache, &parts[0], &parts[1], &parts[2]];
        parts.map(plain).join("\u{1f}")
    }

    /// Whether the answer may serve later, when the directory is down. Searches are too many to be kept.
    pub(super) fn is_kept(&self) -> bool {
        matches!(self, Self::Leistung { .. } | Self::Gebiet { .. } | Self::Stellen { .. })
    }

    /// Puts the question.
    pub(super) async fn put(&self, finder: &Source<'_>, asked: &Asked<'_>) -> Result<Answer, FinderError> {
        Ok(match *self {
            Self::Leistung { pst_id, gebiet } => {
                Answer::Leistung(finder.leistung(pst_id, gebiet, asked).await?.map(Box::new))
            }
            Self::Gebiet { area_id } => Answer::Gebiet(finder.gebiet(area_id, asked).await?),
            Self::Stellen { leistung, gebiet } => Answer::Stellen(finder.stellen(leistung, gebiet, asked).await?),
            Self::Leistungen { words, gebiet, limit } => {
                Answer::Leistungen(finder.search_leistungen(words, gebiet, limit, asked).await?)
            }
            Self::Gebiete { words, limit } => Answer::Gebiete(finder.search_gebiete(words, limit, asked).await?),
        })
    }
}

impl Answer {
    /// Whether the directory knows no such thing.
    pub(super) fn is_nothing(&self) -> bool {
        matches!(self, Self::Leistung(None) | Self::Gebiet(None))
    }

    pub(super) fn to_stored(&self) -> Vec<u8> {
        serde_json::to_vec(&Storing { version: VERSION, answer: self })
            .expect("the types are plain data with text keys")
    }

    /// `None` for an answer of another version.
    pub(super) fn from_stored(bytes: &[u8]) -> Option<Self> {
        let stored: Stored = serde_json::from_slice(bytes).ok()?;
        (stored.version == VERSION).then_some(stored.answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_questions_share_a_key() {
        let gebiet = |id: &str| Gebiet { area_id: id.to_owned(), ..Gebiet::default() };
        let (one, other) = (gebiet("1"), gebiet("2"));
        let keys = [
            Question::Leistung { pst_id: "1", gebiet: None },
            Question::Leistung { pst_id: "1", gebiet: Some(&one) },
            Question::Leistung { pst_id: "1", gebiet: Some(&other) },
            Question::Leistung { pst_id: "1\u{1f}1", gebiet: None },
            Question::Gebiet { area_id: "1" },
            Question::Gebiete { words: "1", limit: 1 },
            Question::Gebiete { words: "1", limit: 2 },
        ]
        .map(|question| question.key("m", "de"));
        let distinct: std::collections::BTreeSet<_> = keys.iter().collect();
        assert_eq!(distinct.len(), keys.len());
        assert!(keys.iter().all(|key| !key.contains('\0')));
    }

    #[test]
    fn an_answer_of_another_version_is_asked_for_anew() {
        let answer = Answer::Gebiet(Some(Gebiet { area_id: "1".to_owned(), ..Gebiet::default() }));
        let bytes = answer.to_stored();
        assert!(matches!(Answer::from_stored(&bytes), Some(Answer::Gebiet(Some(_)))));
        let older = String::from_utf8(bytes).unwrap().replace("\"version\":1", "\"version\":0");
        assert!(Answer::from_stored(older.as_bytes()).is_none());
        assert!(Answer::from_stored(b"{").is_none());
    }
}
