//! Questions to an imported directory: always of the published generation.

use std::collections::HashMap;

use jiff::civil::Date;

use crate::office::search::{self, Entry, best};
use crate::office::xzufi::leistung::{Leistungsinhalt, holds, is_leika};
use crate::office::xzufi::{Art, Content};
use crate::store::tx::{Query, Tx, values};
use crate::store::{Store, StoreError};

use super::{key_counts, object_counts, row_counts};

/// Most services that are compared with a question; more match only questions that name nothing.
const MOST_CANDIDATES: i64 = 5000;
/// Most responsibilities for one service: in the Gebiete around one place, and in all.
const MOST_THERE: i64 = 5000;
const MOST_EVERYWHERE: i64 = 500_000;
/// Ids of one statement.
const TOGETHER: usize = 200;

/// A responsibility as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Responsible {
    /// The object that it belongs to.
    pub traeger: String,
    /// Where, see [`crate::office::xzufi::gebiet::key`].
    pub gebiet: String,
    /// Code of the role.
    pub rolle: Option<String>,
    /// FIT-Connect destination.
    pub ziel: Option<String>,
}

/// Traeger, gebiet, rolle, von, bis, ziel.
type Columns = (String, String, Option<String>, Option<String>, Option<String>, Option<String>);

impl Store {
    /// The service with this id, its number alone if only one has it, or a LeiKa key.
    pub async fn imported_leistung(&self, directory: &str, key: &str) -> Result<Option<Leistungsinhalt>, StoreError> {
        if let Some(found) = self.imported_contents(directory, Art::Leistung, &[key.to_owned()]).await?.pop() {
            return Ok(leistung(found));
        }
        let (of, asked) = (directory.to_owned(), key.to_owned());
        let ids = self.read(move |tx| {
            let text = concat!(
                "SELECT DISTINCT k.id FROM directory_keys k JOIN directories d ON d.name = k.directory \
                 WHERE k.directory = $1 AND k.key = $2 AND ",
                key_counts!(),
                " ORDER BY k.id LIMIT 2"
            );
            tx.rows::<(String,)>(text, values![&of, &asked])
        });
        let ids = ids.await?;
        // Numbers are unique only within their editors' system; a LeiKa key means the same for all.
        let id = match ids.as_slice() {
            [(only,)] => only.clone(),
            [(first,), _] if is_leika(key) => first.clone(),
            _ => return Ok(None),
        };
        Ok(self.imported_contents(directory, Art::Leistung, &[id]).await?.pop().and_then(leistung))
    }

    /// What is kept under these ids, in their order; unknown ones are left out.
    pub async fn imported_contents(
        &self,
        directory: &str,
        art: Art,
        ids: &[String],
    ) -> Result<Vec<Content>, StoreError> {
        let mut found: HashMap<String, Content> = HashMap::new();
        for ids in ids.chunks(TOGETHER) {
            let (directory, ids) = (directory.to_owned(), ids.to_vec());
            let rows = self.read(move |tx| {
                let mut query = Query::new(concat!(
                    "SELECT o.id, o.content FROM directory_objects o JOIN directories d ON d.name = o.directory WHERE ",
                    object_counts!(),
                    " AND o.directory = "
                ));
                query.bind(&directory).push(" AND o.art = ").bind(art.code()).push(" AND o.id IN ").list(&ids);
                tx.rows::<(String, Vec<u8>)>(&query.text, &query.values)
            });
            let rows = rows.await?;
            for (id, content) in rows {
                found.insert(id, serde_json::from_slice(&content)?);
            }
        }
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }

    /// Responsibilities of objects of one kind for a service, by any of its keys, that hold on this day: in these Gebiete, or in all.
    pub async fn imported_responsible(
        &self,
        directory: &str,
        art: Art,
        leistung: &[&str],
        gebiete: Option<&[(usize, String)]>,
        day: Date,
    ) -> Result<Vec<Responsible>, StoreError> {
        let (directory, gebiete) = (directory.to_owned(), gebiete.map(<[_]>::to_vec));
        let leistung: Vec<String> = leistung.iter().map(|&key| key.to_owned()).collect();
        let everywhere = gebiete.is_none();
        let work = move |tx: &mut Tx<'_>| {
            let mut query = Query::new(concat!(
                "SELECT z.traeger, z.gebiet, z.rolle, z.von, z.bis, z.ziel \
                 FROM directory_zustaendigkeiten z JOIN directories d ON d.name = z.directory WHERE ",
                row_counts!(),
                " AND z.directory = "
            ));
            query.bind(&directory).push(" AND z.art = ").bind(art.code()).push(" AND z.leistung IN ").list(&leistung);
            if let Some(gebiete) = &gebiete {
                query.push(" AND z.gebiet IN ").list(gebiete.iter().map(|(_, key)| key));
            }
            let most = if everywhere { MOST_EVERYWHERE } else { MOST_THERE };
            query.push(" ORDER BY z.traeger LIMIT ").bind(most);
            tx.rows::<Columns>(&query.text, &query.values)
        };
        let rows = if everywhere { self.search(work).await? } else { self.read(work).await? };
        let date = |text: Option<String>| text.and_then(|text| text.parse::<Date>().ok());
        let held = rows.into_iter().filter_map(|(traeger, gebiet, rolle, von, bis, ziel)| {
            holds(date(von), date(bis), day).then_some(Responsible { traeger, gebiet, rolle, ziel })
        });
        Ok(held.collect())
    }

    /// Services whose name or words match, best first, at most `limit`; for no words the first by name.
    pub async fn imported_search(
        &self,
        directory: &str,
        words: &str,
        limit: usize,
    ) -> Result<Vec<Leistungsinhalt>, StoreError> {
        let question = search::Query::new(words);
        let most = if question.is_some() { MOST_CANDIDATES } else { i64::try_from(limit).unwrap_or(MOST_CANDIDATES) };
        let of = directory.to_owned();
        let asked = self.search(move |tx| {
            // Folded words are letters and digits: nothing in them means anything to LIKE.
            let patterns: Vec<String> =
                question.iter().flat_map(search::Query::words).map(|word| format!("%{word}%")).collect();
            let mut query = Query::new(concat!(
                "SELECT o.id, o.name, o.words FROM directory_objects o JOIN directories d ON d.name = o.directory WHERE ",
                object_counts!(),
                " AND o.art = 'LB' AND o.directory = "
            ));
            query.bind(&of);
            for pattern in &patterns {
                query.push(" AND (o.name LIKE ").bind(pattern).push(" OR o.words LIKE ").bind(pattern).push(")");
            }
            query.push(" ORDER BY o.name, o.id LIMIT ").bind(most);
            let rows = tx.rows::<(String, String, String)>(&query.text, &query.values)?;
            Ok((question, rows))
        });
        let (question, rows) = asked.await?;
        let ids: Vec<String> = match &question {
            None => rows.into_iter().map(|(id, ..)| id).collect(),
            Some(question) => {
                let entries: Vec<(Entry, String)> =
                    rows.into_iter().map(|(id, name, words)| (Entry::new(&name, [words.as_str()]), id)).collect();
                best(question, entries.iter().map(|(entry, id)| (entry, id)), limit).cloned().collect()
            }
        };
        let found = self.imported_contents(directory, Art::Leistung, &ids).await?;
        Ok(found.into_iter().filter_map(leistung).collect())
    }

    /// The services behind this id in the order of ids, to walk through all of them; begin with an empty one.
    pub async fn imported_after(
        &self,
        directory: &str,
        after: &str,
        limit: u32,
    ) -> Result<Vec<Leistungsinhalt>, StoreError> {
        let (directory, after) = (directory.to_owned(), after.to_owned());
        let rows = self.search(move |tx| {
            let text = concat!(
                "SELECT o.content FROM directory_objects o JOIN directories d ON d.name = o.directory WHERE ",
                object_counts!(),
                " AND o.directory = $1 AND o.art = 'LB' AND o.id > $2 ORDER BY o.id LIMIT $3"
            );
            tx.rows::<(Vec<u8>,)>(text, values![&directory, &after, i64::from(limit)])
        });
        let rows = rows.await?;
        let mut found = Vec::with_capacity(rows.len());
        for (content,) in rows {
            found.extend(leistung(serde_json::from_slice(&content)?));
        }
        Ok(found)
    }
}

fn leistung(content: Content) -> Option<Leistungsinhalt> {
    match content {
        Content::Leistung(leistung) => Some(leistung),
        Content::Stelle(_) | Content::Onlinedienst(_) => None,
    }
}
