//! Changes of an import as rows: runs of changes that do not touch each other, each written with few statements.

use std::collections::{BTreeMap, HashSet};

use crate::office::search::folded_words;
use crate::office::xzufi::{Art, Change};
use crate::store::StoreError;

/// Ids or rows of one statement. Full statements are prepared once.
pub const TOGETHER: usize = 100;
/// Longest folded name and words of a service, in bytes. They are letters without accents and digits.
const LONGEST_NAME: usize = 200;
const LONGEST_WORDS: usize = 1000;

/// Changes that follow each other, in runs.
pub struct Batch<'c> {
    /// In their order.
    pub runs: Vec<Run<'c>>,
}

/// Objects that are written, or objects that are deleted, each once: among themselves their order does not matter. Directories
/// alternate between services and offices; a run for each kind would be one for each object.
pub struct Run<'c> {
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
pub struct ObjectRow<'c> {
    pub art: &'static str,
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

impl Row<'_> {
    /// Whether it is like most: inside its object, without a time of validity and a destination.
    pub fn is_plain(&self) -> bool {
        self.own == 0 && self.von.is_none() && self.bis.is_none() && self.ziel.is_none()
    }
}

impl<'c> Batch<'c> {
    /// Sorts changes into runs.
    pub fn new(changes: &'c [Change]) -> Result<Self, StoreError> {
        let mut runs: Vec<Run<'c>> = Vec::new();
        let mut seen: HashSet<(Art, &str)> = HashSet::new();
        for change in changes {
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
            Change::Delete { art, id } => {
                let (name, words) = (String::new(), String::new());
                self.objects.push(ObjectRow { art: art.code(), id, name, words, content: None });
            }
            Change::Write(object) => {
                if let Some(content) = &object.content {
                    self.objects.push(ObjectRow {
                        art: object.art.code(),
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

/// Runs a statement that ends with a list of ids: `head`, the directory, the generation compared, the column; gives the rows touched.
macro_rules! delete_ids {
    ($connection:ident, $directory:expr, $head:expr, $compare:literal, $generation:expr, $column:expr, $ids:expr) => {{
        let mut touched = 0;
        for ids in $ids.chunks($crate::store::directories::writing::TOGETHER) {
            let mut query = sqlx::QueryBuilder::new($head);
            query.push(" AND directory = ").push_bind($directory);
            query.push(concat!(" AND generation ", $compare, " ")).push_bind($generation);
            query.push(" AND ").push($column).push(" IN (");
            let mut list = query.separated(", ");
            for id in ids {
                list.push_bind(*id);
            }
            query.push(")");
            let full = ids.len() == $crate::store::directories::writing::TOGETHER;
            touched += query.build().persistent(full).execute(&mut *$connection).await?.rows_affected();
        }
        touched
    }};
}
pub(super) use delete_ids;

/// Inserts rows with as few statements as may be. Full statements of the same text are prepared once.
macro_rules! insert_rows {
    ($connection:ident, $head:literal, $tail:literal, $rows:expr, $same:expr, $push:expr) => {
        for rows in $rows.chunks($crate::store::directories::writing::TOGETHER) {
            let mut query = sqlx::QueryBuilder::new($head);
            query.push_values(rows, $push);
            query.push($tail);
            let same = rows.len() == $crate::store::directories::writing::TOGETHER && rows.iter().all($same);
            query.build().persistent(same).execute(&mut *$connection).await?;
        }
    };
}
pub(super) use insert_rows;

/// Writes a run in the transaction's connection.
macro_rules! write_run {
    ($connection:ident, $import:expr, $run:expr) => {{
        let (directory, generation, run) = (&$import.directory, $import.generation, $run);
        for (art, ids) in &run.ids {
            for (head, column) in run.clears(*art) {
                delete_ids!($connection, directory, *head, "=", generation, *column, ids);
            }
        }
        insert_rows!(
            $connection,
            "INSERT INTO directory_objects (directory, art, id, generation, name, words, content) ",
            "",
            run.objects,
            |_| true,
            |mut values, row| {
                values.push_bind(directory).push_bind(row.art).push_bind(row.id).push_bind(generation);
                values.push_bind(&row.name).push_bind(&row.words).push_bind(row.content.as_deref());
            }
        );
        insert_rows!(
            $connection,
            "INSERT INTO directory_keys (directory, key, id, generation) ",
            " ON CONFLICT DO NOTHING",
            run.keys,
            |_| true,
            |mut values, (key, id)| {
                values.push_bind(directory).push_bind(*key).push_bind(*id).push_bind(generation);
            }
        );
        insert_rows!(
            $connection,
            "INSERT INTO directory_zustaendigkeiten \
               (directory, generation, id, own, art, traeger, leistung, gebiet, rolle, von, bis, ziel) ",
            "",
            run.zustaendigkeiten,
            |row| row.is_plain(),
            // There are many of them: only what differs is bound, the rest stands in the text.
            |mut values, row| {
                values.push_bind(directory).push(generation).push_bind(row.id).push(row.own);
                values.push_bind(row.art).push_bind(row.traeger).push_bind(row.leistung).push_bind(row.gebiet);
                values.push_bind(row.rolle);
                for rare in [row.von.as_deref(), row.bis.as_deref(), row.ziel] {
                    match rare {
                        Some(text) => values.push_bind(text),
                        None => values.push("NULL"),
                    };
                }
            }
        );
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
