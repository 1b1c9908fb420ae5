//! Changes of an import as rows: runs of changes that do not touch each other, each written with few statements.

use std::collections::{BTreeMap, HashSet};

use crate::office::search::folded_words;
use crate::office::xzufi::{Art, Change};
use crate::store::StoreError;
use crate::store::tx::{Query, Tx, Value};

use super::Import;

/// Ids or rows of one statement. Full statements are prepared once.
pub(super) const TOGETHER: usize = 100;
/// Longest folded name and words of a service, in bytes. They are letters without accents and digits.
const LONGEST_NAME: usize = 200;
const LONGEST_WORDS: usize = 1000;

/// Changes with what takes long to be made of them: a transaction holds up all others who write.
pub struct Prepared(Vec<(Change, Texts)>);

/// What an object is found by, and what is kept of it.
#[derive(Default)]
struct Texts {
    name: String,
    words: String,
    content: Option<Vec<u8>>,
}

/// Changes that follow each other, in runs.
pub(super) struct Batch<'c> {
    /// In their order.
    pub runs: Vec<Run<'c>>,
}

/// Objects that are written, or objects that are deleted, each once: among themselves their order does not matter. Directories
/// alternate between services and offices; a run for each kind would be one for each object.
pub(super) struct Run<'c> {
    /// Written, not deleted.
    pub writes: bool,
    /// Ids of the objects.
    pub ids: BTreeMap<Art, Vec<&'c str>>,
    /// Rows of objects.
    pub objects: Vec<ObjectRow<'c>>,
    /// Further keys of services: key, id.
    pub keys: Vec<(&'c str, &'c str)>,
    /// Rows of responsibilities.
    pub zustaendigkeiten: Vec<Row<'c>>,
}

/// A row of an object.
pub(super) struct ObjectRow<'c> {
    pub art: &'static str,
    pub id: &'c str,
    pub name: &'c str,
    pub words: &'c str,
    pub content: Option<&'c [u8]>,
}

/// A row of a responsibility.
#[derive(Default)]
pub(super) struct Row<'c> {
    pub id: Option<&'c str>,
    pub own: i64,
    pub art: &'c str,
    pub traeger: &'c str,
    pub leistung: &'c str,
    pub gebiet: &'c str,
    pub rolle: Option<&'c str>,
    pub von: Option<String>,
    pub bis: Option<String>,
    pub ziel: Option<&'c str>,
}

impl Prepared {
    /// Of changes in their order.
    pub fn new(changes: Vec<Change>) -> Self {
        let prepared = changes.into_iter().map(|change| {
            let texts = Texts::of(&change);
            (change, texts)
        });
        Self(prepared.collect())
    }
}

impl Texts {
    fn of(change: &Change) -> Self {
        let Change::Write(object) = change else { return Self::default() };
        let Some(content) = &object.content else { return Self::default() };
        let (name, words) = (folded_words(&object.name), folded_words(&object.words));
        let content = serde_json::to_vec(content).expect("plain data with text keys");
        Self { name: cut(name, LONGEST_NAME), words: cut(words, LONGEST_WORDS), content: Some(content) }
    }
}

impl<'c> Batch<'c> {
    /// Sorts changes into runs.
    pub fn new(changes: &'c Prepared) -> Self {
        let mut runs: Vec<Run<'c>> = Vec::new();
        let mut seen: HashSet<(Art, &str)> = HashSet::new();
        for (change, texts) in &changes.0 {
            let (art, id, writes) = match change {
                Change::Write(object) => (object.art, object.id.as_str(), true),
                Change::Delete { art, id } => (*art, id.as_str(), false),
            };
            let goes_on = runs.last().is_some_and(|run| run.writes == writes) && !seen.contains(&(art, id));
            if !goes_on {
                seen.clear();
                let (objects, keys, zustaendigkeiten) = (Vec::new(), Vec::new(), Vec::new());
                runs.push(Run { writes, ids: BTreeMap::new(), objects, keys, zustaendigkeiten });
            }
            seen.insert((art, id));
            let run = runs.last_mut().expect("there is one, or one was made");
            run.ids.entry(art).or_default().push(id);
            run.add(change, texts);
        }
        Self { runs }
    }
}

impl<'c> Run<'c> {
    fn add(&mut self, change: &'c Change, texts: &'c Texts) {
        let Texts { name, words, content } = texts;
        let content = content.as_deref();
        match change {
            Change::Delete { art: Art::Zustaendigkeit, id } => {
                self.zustaendigkeiten.push(Row { id: Some(id), own: 2, ..Row::default() });
            }
            Change::Delete { art, id } => {
                self.objects.push(ObjectRow { art: art.code(), id, name, words, content });
            }
            Change::Write(object) => {
                if content.is_some() {
                    self.objects.push(ObjectRow { art: object.art.code(), id: &object.id, name, words, content });
                }
                self.keys.extend(object.keys.iter().map(|key| (key.as_str(), object.id.as_str())));
                self.zustaendigkeiten.extend(object.zustaendigkeiten.iter().map(|row| Row {
                    id: row.id.as_deref(),
                    own: i64::from(object.art == Art::Zustaendigkeit),
                    art: row.art.code(),
                    traeger: &row.traeger,
                    leistung: &row.leistung,
                    gebiet: &row.gebiet,
                    rolle: row.rolle.as_deref(),
                    von: row.von.map(|day| day.to_string()),
                    bis: row.bis.map(|day| day.to_string()),
                    ziel: row.ziel.as_deref(),
                }));
            }
        }
    }

    /// Writes the run in the transaction.
    pub fn write(&self, tx: &mut Tx<'_>, import: &Import) -> Result<(), StoreError> {
        let (directory, generation) = (Value::from(&import.directory), Value::from(import.generation));
        for (art, ids) in &self.ids {
            for (head, column) in self.clears(*art) {
                delete_ids(tx, import, head, "=", column, ids)?;
            }
        }
        let head = "INSERT INTO directory_objects (directory, art, id, generation, name, words, content)";
        insert_rows(tx, head, "", &self.objects, |row| {
            let ObjectRow { art, id, name, words, content } = *row;
            [directory, art.into(), id.into(), generation, name.into(), words.into(), content.into()]
        })?;
        let head = "INSERT INTO directory_keys (directory, key, id, generation)";
        insert_rows(tx, head, " ON CONFLICT DO NOTHING", &self.keys, |(key, id)| {
            [directory, (*key).into(), (*id).into(), generation]
        })?;
        let head = "INSERT INTO directory_zustaendigkeiten \
                    (directory, generation, id, own, art, traeger, leistung, gebiet, rolle, von, bis, ziel)";
        insert_rows(tx, head, "", &self.zustaendigkeiten, |row| {
            let Row { id, own, art, traeger, leistung, gebiet, rolle, von, bis, ziel } = row;
            let [art, traeger, leistung, gebiet] = [art, traeger, leistung, gebiet].map(|&text| Value::from(text));
            let (von, bis) = (von.as_deref().into(), bis.as_deref().into());
            let (id, own, rolle, ziel) = ((*id).into(), (*own).into(), (*rolle).into(), (*ziel).into());
            [directory, generation, id, own, art, traeger, leistung, gebiet, rolle, von, bis, ziel]
        })
    }

    /// What an earlier change of the same import may have left behind of objects of this kind: the beginning of each statement
    /// and the column of the ids.
    pub fn clears(&self, art: Art) -> &'static [(&'static str, &'static str)] {
        match (art, self.writes) {
            (Art::Leistung, _) => &[
                ("DELETE FROM directory_objects WHERE art = 'LB'", "id"),
                // Nothing but the id may be asked of the keys: SQLite would walk through all of them by their primary key.
                ("DELETE FROM directory_keys WHERE TRUE", "id"),
            ],
            (Art::Spezialisierung, _) => &[
                ("DELETE FROM directory_objects WHERE art = 'LS'", "id"),
                ("DELETE FROM directory_zustaendigkeiten WHERE art = 'LS' AND own = 0", "traeger"),
            ],
            (Art::Stelle, true) => &[
                ("DELETE FROM directory_objects WHERE art = 'OE'", "id"),
                ("DELETE FROM directory_zustaendigkeiten WHERE art = 'OE' AND own = 0", "traeger"),
            ],
            (Art::Stelle, false) => &[
                ("DELETE FROM directory_objects WHERE art = 'OE'", "id"),
                ("DELETE FROM directory_zustaendigkeiten WHERE art = 'OE' AND own < 2", "traeger"),
            ],
            (Art::Onlinedienst, true) => &[
                ("DELETE FROM directory_objects WHERE art = 'OD'", "id"),
                ("DELETE FROM directory_zustaendigkeiten WHERE art = 'OD' AND own = 0", "traeger"),
            ],
            (Art::Onlinedienst, false) => &[
                ("DELETE FROM directory_objects WHERE art = 'OD'", "id"),
                ("DELETE FROM directory_zustaendigkeiten WHERE art = 'OD' AND own < 2", "traeger"),
            ],
            (Art::Zustaendigkeit, true) => &[("DELETE FROM directory_zustaendigkeiten WHERE own = 1", "id")],
            (Art::Zustaendigkeit, false) => &[("DELETE FROM directory_zustaendigkeiten WHERE own < 2", "id")],
        }
    }
}

/// Runs a statement that ends with a list of ids, as far as its generation compares so with the import's.
pub(super) fn delete_ids(
    tx: &mut Tx<'_>,
    import: &Import,
    head: &str,
    compare: &str,
    column: &str,
    ids: &[&str],
) -> Result<(), StoreError> {
    for ids in ids.chunks(TOGETHER) {
        let mut query = Query::new(head);
        query.push(" AND directory = ").bind(&import.directory);
        query.push(" AND generation ").push(compare).push(" ").bind(import.generation);
        query.push(" AND ").push(column).push(" IN ").list(ids.iter().copied());
        tx.execute(&query.text, &query.values)?;
    }
    Ok(())
}

/// Inserts rows. Over the network as few statements as may be; within SQLite row by row, since a statement that could fail half-way
/// keeps a copy of every page that it changes until it is done. Full statements have the same text and are prepared once.
fn insert_rows<'r, R, const N: usize>(
    tx: &mut Tx<'_>,
    head: &str,
    tail: &str,
    rows: &'r [R],
    values: impl Fn(&'r R) -> [Value<'r>; N],
) -> Result<(), StoreError> {
    let together = if let Tx::Sqlite(_) = tx { 1 } else { TOGETHER };
    for rows in rows.chunks(together) {
        let mut query = Query::new(head);
        for (index, row) in rows.iter().enumerate() {
            query.push(if index == 0 { " VALUES " } else { ", " }).list(values(row));
        }
        query.push(tail);
        tx.execute(&query.text, &query.values)?;
    }
    Ok(())
}

fn cut(mut text: String, longest: usize) -> String {
    if text.len() > longest {
        let end = (0..=longest).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(end);
    }
    text
}
