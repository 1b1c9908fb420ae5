//! Changes of an import as rows: runs of changes of one kind, each written with few statements.

use std::collections::HashSet;

use crate::office::search::folded_words;
use crate::office::xzufi::{Art, Change};
use crate::store::StoreError;

/// Ids or rows of one statement.
pub const TOGETHER: usize = 200;
/// Longest folded name and words of a service, in bytes. They are letters without accents and digits.
const LONGEST_NAME: usize = 200;
const LONGEST_WORDS: usize = 1000;

/// Changes that follow each other, in runs.
pub struct Batch<'c> {
    /// In their order.
    pub runs: Vec<Run<'c>>,
}

/// Changes of one kind, each id once.
pub struct Run<'c> {
    /// Kind of the objects.
    pub art: Art,
    /// Written, not deleted.
    pub writes: bool,
    /// Ids of the objects.
    pub ids: Vec<&'c str>,
    /// Rows of objects.
    pub objects: Vec<ObjectRow<'c>>,
    /// Further keys of services: key, id.
    pub keys: Vec<(&'c str, &'c str)>,
    /// Rows of responsibilities.
    pub zustaendigkeiten: Vec<Row<'c>>,
}

/// A row of an object.
pub struct ObjectRow<'c> {
    pub id: &'c str,
    pub name: String,
    pub words: String,
    pub content: Option<Vec<u8>>,
}

/// A row of a responsibility.
#[derive(Default)]
pub struct Row<'c> {
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

impl<'c> Batch<'c> {
    /// Sorts changes into runs.
    pub fn new(changes: &'c [Change]) -> Result<Self, StoreError> {
        let mut runs: Vec<Run<'c>> = Vec::new();
        let mut seen: HashSet<&str> = HashSet::new();
        for change in changes {
            let (art, id, writes) = match change {
                Change::Write(object) => (object.art, object.id.as_str(), true),
                Change::Delete { art, id } => (*art, id.as_str(), false),
            };
            let goes_on = runs.last().is_some_and(|run| run.art == art && run.writes == writes) && !seen.contains(id);
            if !goes_on {
                seen.clear();
                let (objects, keys, zustaendigkeiten) = (Vec::new(), Vec::new(), Vec::new());
                runs.push(Run { art, writes, ids: Vec::new(), objects, keys, zustaendigkeiten });
            }
            seen.insert(id);
            let run = runs.last_mut().expect("there is one, or one was made");
            run.ids.push(id);
            run.add(change)?;
        }
        Ok(Self { runs })
    }
}

impl<'c> Run<'c> {
    fn add(&mut self, change: &'c Change) -> Result<(), StoreError> {
        match change {
            Change::Delete { art: Art::Zustaendigkeit, id } => {
                self.zustaendigkeiten.push(Row { id: Some(id), own: 2, ..Row::default() });
            }
            Change::Delete { id, .. } => {
                self.objects.push(ObjectRow { id, name: String::new(), words: String::new(), content: None });
            }
            Change::Write(object) => {
                if let Some(content) = &object.content {
                    self.objects.push(ObjectRow {
                        id: &object.id,
                        name: cut(folded_words(&object.name), LONGEST_NAME),
                        words: cut(folded_words(&object.words), LONGEST_WORDS),
                        content: Some(serde_json::to_vec(content)?),
                    });
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
        Ok(())
    }

    /// What an earlier change of the same import may have left behind of these ids: the beginning of each statement and the column
    /// of the ids.
    pub fn clears(&self) -> &'static [(&'static str, &'static str)] {
        match (self.art, self.writes) {
            (Art::Leistung, _) => &[
                ("DELETE FROM directory_objects WHERE art = 'LB'", "id"),
                ("DELETE FROM directory_keys WHERE key <> ''", "id"),
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

/// Writes a run in the transaction's connection.
macro_rules! write_run {
    ($connection:ident, $import:expr, $run:expr) => {{
        let (directory, generation, run) = (&$import.directory, $import.generation, $run);
        for (head, column) in run.clears() {
            for ids in run.ids.chunks($crate::store::directories::writing::TOGETHER) {
                let mut query = sqlx::QueryBuilder::new(*head);
                query.push(" AND directory = ").push_bind(directory).push(" AND generation = ").push_bind(generation);
                query.push(" AND ").push(column).push(" IN (");
                let mut list = query.separated(", ");
                for id in ids {
                    list.push_bind(*id);
                }
                query.push(")");
                query.build().persistent(false).execute(&mut *$connection).await?;
            }
        }
        for rows in run.objects.chunks($crate::store::directories::writing::TOGETHER) {
            let mut query = sqlx::QueryBuilder::new(
                "INSERT INTO directory_objects (directory, art, id, generation, name, words, content) ",
            );
            query.push_values(rows, |mut values, row| {
                values.push_bind(directory).push_bind(run.art.code()).push_bind(row.id).push_bind(generation);
                values.push_bind(&row.name).push_bind(&row.words).push_bind(row.content.as_deref());
            });
            query.build().persistent(false).execute(&mut *$connection).await?;
        }
        for rows in run.keys.chunks($crate::store::directories::writing::TOGETHER) {
            let mut query = sqlx::QueryBuilder::new("INSERT INTO directory_keys (directory, key, id, generation) ");
            query.push_values(rows, |mut values, (key, id)| {
                values.push_bind(directory).push_bind(*key).push_bind(*id).push_bind(generation);
            });
            query.push(" ON CONFLICT DO NOTHING");
            query.build().persistent(false).execute(&mut *$connection).await?;
        }
        for rows in run.zustaendigkeiten.chunks($crate::store::directories::writing::TOGETHER) {
            let mut query = sqlx::QueryBuilder::new(
                "INSERT INTO directory_zustaendigkeiten \
                   (directory, generation, id, own, art, traeger, leistung, gebiet, rolle, von, bis, ziel) ",
            );
            query.push_values(rows, |mut values, row| {
                values.push_bind(directory).push_bind(generation).push_bind(row.id).push_bind(row.own);
                values
                    .push_bind(row.art)
                    .push_bind(row.traeger)
                    .push_bind(row.leistung)
                    .push_bind(row.gebiet)
                    .push_bind(row.rolle);
                values.push_bind(row.von.as_deref()).push_bind(row.bis.as_deref()).push_bind(row.ziel);
            });
            query.build().persistent(false).execute(&mut *$connection).await?;
        }
    }};
}
pub(super) use write_run;

fn cut(mut text: String, longest: usize) -> String {
    if text.len() > longest {
        let end = (0..=longest).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(end);
    }
    text
}
