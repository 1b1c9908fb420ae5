//! The key under which an answer is kept, in memory and in the store, and the answer as the store holds it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::intake::question::Question;

/// Version of the answers in the store. Raise it when older ones would read wrongly: they are then asked for anew.
const VERSION: u8 = 1;

/// An answer under its question's name.
#[derive(Serialize, Deserialize)]
struct Stored<N: Ord, A> {
    version: u8,
    answer: BTreeMap<N, A>,
}

/// The key: the same for the same question of the same tenant, and for no other.
pub(super) fn key<Q: Question>(question: &Q, mandant: &str, sprache: &str) -> String {
    // No part can pretend to be two: what separates them is taken out of them. PostgreSQL takes no NUL.
    let plain = |part: &str| part.replace(['\u{1f}', '\0'], " ");
    let name = Q::NAME.to_lowercase();
    let [first, second, third] = question.parts();
    [mandant, &name, sprache, &first, &second, &third].map(plain).join("\u{1f}")
}

/// The answer as the store holds it.
pub(super) fn to_stored<Q: Question>(answer: &Q::Answer) -> Vec<u8> {
    serde_json::to_vec(&Stored { version: VERSION, answer: BTreeMap::from([(Q::NAME, answer)]) })
        .expect("the types are plain data with text keys")
}

/// `None` for an answer of another version, or to another question.
pub(super) fn from_stored<Q: Question>(bytes: &[u8]) -> Option<Q::Answer> {
    let mut stored: Stored<String, Q::Answer> = serde_json::from_slice(bytes).ok()?;
    stored.answer.remove(Q::NAME).filter(|_| stored.version == VERSION)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::question::{FindGebiet, FindLeistung, FindStellen, SearchGebiete, SearchLeistungen};
    use crate::office::{Gebiet, Leistung, Zustaendigkeit};

    fn gebiet(area_id: &str) -> Gebiet {
        Gebiet { area_id: area_id.to_owned(), ..Gebiet::default() }
    }

    #[test]
    fn no_two_questions_share_a_key() {
        fn of<Q: Question>(question: &Q) -> String {
            key(question, "m", "de")
        }
        let (one, other) = (gebiet("1"), gebiet("2"));
        let keys = [
            of(&FindLeistung { pst_id: "1", gebiet: None }),
            of(&FindLeistung { pst_id: "1", gebiet: Some(&one) }),
            of(&FindLeistung { pst_id: "1", gebiet: Some(&other) }),
            of(&FindLeistung { pst_id: "1\u{1f}1", gebiet: None }),
            of(&FindGebiet { area_id: "1" }),
            of(&SearchGebiete { words: "1", limit: 1 }),
            of(&SearchGebiete { words: "1", limit: 2 }),
        ];
        let distinct: std::collections::BTreeSet<_> = keys.iter().collect();
        assert_eq!(distinct.len(), keys.len());
        assert!(keys.iter().all(|key| !key.contains('\0')));
    }

    #[test]
    fn what_was_kept_before_is_found_under_the_same_key_and_read() {
        fn holds<Q: Question<Answer: PartialEq + std::fmt::Debug>>(
            question: &Q,
            keyed: &str,
            answer: &Q::Answer,
            stored: &str,
        ) {
            assert_eq!(key(question, "m", "de"), keyed.replace('|', "\u{1f}"));
            assert_eq!(String::from_utf8(to_stored::<Q>(answer)).unwrap(), stored);
            assert_eq!(from_stored::<Q>(stored.as_bytes()).as_ref(), Some(answer));
        }
        let leistung = Leistung { pst_id: "7".to_owned(), ..Leistung::default() };
        let told = serde_json::to_string(&leistung).unwrap();
        let place = gebiet("1");
        let placed = serde_json::to_string(&place).unwrap();
        holds(
            &FindLeistung { pst_id: "7", gebiet: Some(&place) },
            "m|leistung|de|7|1|",
            &Some(leistung.clone()),
            &format!("{{\"version\":1,\"answer\":{{\"Leistung\":{told}}}}}"),
        );
        holds(
            &FindGebiet { area_id: "1" },
            "m|gebiet|de|1||",
            &Some(place.clone()),
            &format!("{{\"version\":1,\"answer\":{{\"Gebiet\":{placed}}}}}"),
        );
        holds(
            &FindStellen { leistung: &leistung, gebiet: &place },
            "m|stellen|de|7|1|",
            &Zustaendigkeit::default(),
            "{\"version\":1,\"answer\":{\"Stellen\":{\"stellen\":[],\"fuer\":null}}}",
        );
        assert_eq!(
            key(&SearchLeistungen { words: "a b", gebiet: None, limit: 9 }, "m", "de"),
            "m|leistungen|de|a b||9".replace('|', "\u{1f}")
        );
        assert_eq!(key(&SearchGebiete { words: "a", limit: 9 }, "m", "de"), "m|gebiete|de|a|9|".replace('|', "\u{1f}"));
    }

    #[test]
    fn an_answer_of_another_version_or_to_another_question_is_asked_for_anew() {
        let bytes = to_stored::<FindGebiet<'_>>(&Some(gebiet("1")));
        assert!(from_stored::<FindGebiet<'_>>(&bytes).is_some());
        assert!(from_stored::<FindLeistung<'_>>(&bytes).is_none());
        let older = String::from_utf8(bytes).unwrap().replace("\"version\":1", "\"version\":0");
        assert!(from_stored::<FindGebiet<'_>>(older.as_bytes()).is_none());
        assert!(from_stored::<FindGebiet<'_>>(b"{").is_none());
    }
}
