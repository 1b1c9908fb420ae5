//! Imported directories: whole or not at all, incremental, asked while they change; and the report of what is missing.

#![expect(clippy::unwrap_used, reason = "a test ends at the first surprise")]

/// The commands, as an operator types them.
mod commands;
/// What an import that ends half-way leaves behind.
mod interrupted;
/// The sample directory as a delivery.
pub mod render;

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex};

use antragsassistent::intake::finder::{OfficeFinder, Source};
use antragsassistent::intake::imported::Catalogued;
use antragsassistent::intake::question::{FindGebiet, FindLeistung, FindStellen, Question as _, SearchLeistungen};
use antragsassistent::intake::take_in::{Summary, TakeInError, take_in};
use antragsassistent::office::directory::Directory;
use antragsassistent::office::finder::FinderError;
use antragsassistent::office::finder::asking::Asked;
use antragsassistent::office::leistung::Vertrauensniveau;
use antragsassistent::office::xzufi::{Art, Change};
use antragsassistent::office::{Gebiet, Leistung, Zustaendigkeit};
use antragsassistent::store::directories::writing::Prepared;
use antragsassistent::store::{Store, StoreError};
use jiff::Timestamp;
use tempfile::TempDir;

use crate::databases::{Database, databases};
use render::{HEAD, TAIL};

const PILOT: &str = include_str!("../xzufi/pilot.xml");
const MOECKERN: &str = "38693732";

fn now() -> Timestamp {
    crate::house::BEGIN.parse().unwrap()
}

/// A delivery of these files, in this order.
fn delivery(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut index = String::new();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
        index.push_str(name);
        index.push('\n');
    }
    std::fs::write(folder.path().join("index.txt"), index).unwrap();
    folder
}

fn around(inner: &str) -> String {
    format!("{HEAD}{inner}{TAIL}")
}

async fn import(store: &Store, path: &Path) -> Result<Summary, TakeInError> {
    take_in(store, "land", path, now(), |_, _| ()).await
}

async fn import_text(store: &Store, text: &str) -> Summary {
    import(store, delivery(&[("a.xml", text)]).path()).await.unwrap()
}

fn table() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("config/verzeichnis/gebiete.tsv")
}

/// The directory as it is asked on the pilot's day.
struct Imported<'s> {
    source: Source<'s>,
}

fn imported(store: &Store) -> Imported<'_> {
    static KNOWN: LazyLock<OfficeFinder> = LazyLock::new(|| {
        let gebiete = Arc::new(Directory::read_gebiete(&table()).unwrap());
        OfficeFinder::Imported(Arc::new(Catalogued { name: "land".to_owned(), gebiete }))
    });
    Imported { source: Source { finder: &KNOWN, store: Some(store) } }
}

fn asked() -> Asked<'static> {
    Asked { now: now(), sprache: "de" }
}

impl Imported<'_> {
    async fn leistung(&self, pst_id: &str, gebiet: Option<&Gebiet>) -> Result<Option<Leistung>, FinderError> {
        FindLeistung { pst_id, gebiet }.put(self.source, &asked()).await
    }

    async fn gebiet(&self, area_id: &str) -> Gebiet {
        FindGebiet { area_id }.put(self.source, &asked()).await.unwrap().unwrap()
    }

    async fn stellen(&self, leistung: &Leistung, gebiet: &Gebiet) -> Zustaendigkeit {
        FindStellen { leistung, gebiet }.put(self.source, &asked()).await.unwrap()
    }

    async fn search_leistungen(&self, words: &str, limit: usize) -> Result<Vec<Leistung>, FinderError> {
        SearchLeistungen { words, gebiet: None, limit }.put(self.source, &asked()).await
    }
}

/// Names of the offices for a service in an area, and the larger area for which they are.
async fn offices(imported: &Imported<'_>, pst_id: &str, area_id: &str) -> (Vec<String>, Option<String>) {
    let gebiet = imported.gebiet(area_id).await;
    let leistung = imported.leistung(pst_id, Some(&gebiet)).await.unwrap().unwrap();
    let found = imported.stellen(&leistung, &gebiet).await;
    (found.stellen.into_iter().map(|stelle| stelle.name).collect(), found.fuer.map(|fuer| fuer.name))
}

async fn rows(database: &Database) -> [i64; 3] {
    let mut counts = [0; 3];
    for (count, table) in counts.iter_mut().zip(["directory_objects", "directory_keys", "directory_zustaendigkeiten"]) {
        *count = database.rows(table).await;
    }
    counts
}

#[tokio::test]
async fn what_was_imported_answers_the_questions_of_a_finder() {
    for Database { store, .. } in &databases().await {
        let summary = import_text(store, PILOT).await;
        assert_eq!((summary.written, summary.deleted, summary.rejected), (4, 1, 0), "{summary:?}");
        assert_eq!(summary.versions, ["2.2.0"]);
        let imported = imported(store);
        let gebiet = imported.gebiet(MOECKERN).await;
        for key in ["L100042.LB.297492149", "297492149", "99107023058000", " 297492149 "] {
            let leistung = imported.leistung(key, Some(&gebiet)).await.unwrap().unwrap();
            assert_eq!(leistung.pst_id, "L100042.LB.297492149", "{key}");
            assert_eq!(leistung.beschreibung.as_deref(), Some("Deutsche ab 16 Jahren brauchen einen Ausweis."));
            let stellen = imported.stellen(&leistung, &gebiet).await.stellen;
            assert_eq!(stellen.len(), 1);
            let typen: Vec<&str> = stellen[0].kontaktsysteme.iter().map(|system| system.typ.as_str()).collect();
            assert_eq!(typen, ["ozg-antragsassistent", "fit-connect"]);
        }
        assert_eq!(imported.leistung("4711", None).await.unwrap(), None);
        assert_eq!(offices(&imported, "297492149", "15086140").await.1, None, "by AGS");
        assert_eq!(
            offices(&imported, "297490000", "150860140140").await.1.as_deref(),
            Some("Jerichower Land"),
            "by ARS, up to the Kreis"
        );
        assert_eq!(offices(&imported, "297492149", "38690115").await, (vec![], None), "another Gemeinde");
        for words in ["perso", "ausweis", "identity"] {
            assert_eq!(imported.search_leistungen(words, 9).await.unwrap().len(), 1, "{words}");
        }
        let all: Vec<String> =
            imported.search_leistungen("", 9).await.unwrap().into_iter().map(|leistung| leistung.name).collect();
        assert_eq!(all, ["Hund anmelden", "Personalausweis beantragen"]);
        assert_eq!(imported.search_leistungen("", 1).await.unwrap().len(), 1);
        assert!(imported.search_leistungen("%", 9).await.unwrap().len() == 2);
    }
}

#[tokio::test]
async fn a_directory_that_was_never_imported_says_so_and_an_empty_answer_does_not() {
    for Database { store, .. } in &databases().await {
        let imported = imported(store);
        for asked in
            [imported.leistung("1", None).await.map(|_| ()), imported.search_leistungen("", 1).await.map(|_| ())]
        {
            let told = asked.unwrap_err();
            assert_eq!(told, FinderError::NotImported("land".to_owned()));
            assert!(told.to_string().contains("directory import"), "{told}");
        }
        import_text(store, &around("")).await;
        assert_eq!(imported.leistung("1", None).await.unwrap(), None);
        assert!(imported.search_leistungen("x", 1).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_broken_file_changes_nothing_at_all() {
    for database in &databases().await {
        let store = &database.store;
        import_text(store, PILOT).await;
        let before = rows(database).await;
        let fresh = around("<x:schreibe><x:leistung><x:id>9</x:id></x:leistung></x:schreibe>");
        let broken = around(
            "\n<x:loesche klasse=\"Leistung\"><x:id schemeAgencyID=\"L100042\">297492149</x:id></x:loesche>\n<x:schreibe></x:falsch>",
        );
        let folder = delivery(&[("1.xml", &fresh), ("2.xml", &broken)]);
        let later = now() + jiff::SignedDuration::from_hours(1);
        let told = take_in(store, "land", folder.path(), later, |_, _| ()).await.unwrap_err().to_string();
        assert!(told.contains("2.xml:5:13: kein gültiges XML"), "{told}");
        assert_eq!(rows(database).await, before);
        assert_eq!(store.imported_at("land").await.unwrap(), Some(now()));
        let imported = imported(store);
        assert_eq!(imported.leistung("9", None).await.unwrap(), None);
        assert!(imported.leistung("297492149", None).await.unwrap().is_some());
        let folder = delivery(&[("1.xml", &fresh)]);
        std::fs::remove_file(folder.path().join("1.xml")).unwrap();
        let told = import(store, folder.path()).await.unwrap_err().to_string();
        assert!(told.contains("index.txt:1:1"), "{told}");
    }
}

#[tokio::test]
async fn a_delivery_changes_what_it_names_and_leaves_the_rest() {
    for database in &databases().await {
        let store = &database.store;
        import_text(store, PILOT).await;
        let next = around(
            "<x:schreibe><x:leistung><x:id schemeAgencyID=\"L100042\">297490000</x:id><x:modulText><x:leikaTextmodul><code>03</code></x:leikaTextmodul><x:inhalt>Katze anmelden</x:inhalt></x:modulText></x:leistung></x:schreibe>\
             <x:loesche klasse=\"Zustaendigkeit\"><x:id schemeAgencyID=\"L100042\">1</x:id></x:loesche>\
             <x:schreibe><x:zustaendigkeitTransferObjekt><x:uebergeordnetesObjektID schemeAgencyID=\"L100042\">2292</x:uebergeordnetesObjektID><x:zustaendigkeit><x:id schemeAgencyID=\"L100042\">2</x:id><x:leistungID>297490000</x:leistungID><x:gebietID>16</x:gebietID></x:zustaendigkeit></x:zustaendigkeitTransferObjekt></x:schreibe>",
        );
        let summary = import_text(store, &next).await;
        assert_eq!((summary.written, summary.deleted), (2, 1));
        let imported = imported(store);
        let changed = imported.leistung("297490000", None).await.unwrap().unwrap();
        assert_eq!(changed.name, "Katze anmelden");
        assert!(imported.search_leistungen("Hund", 9).await.unwrap().is_empty());
        assert_eq!(
            offices(&imported, "297492149", MOECKERN).await.0.len(),
            0,
            "deleted by its own id, though it came inside"
        );
        assert_eq!(offices(&imported, "297490000", MOECKERN).await.0.len(), 0, "moved to another Land");
        assert_eq!(offices(&imported, "297490000", "16074058").await.1.as_deref(), Some("Thüringen"));

        // An office that comes again brings its own responsibilities and keeps those that came by themselves.
        let again = around(
            "<x:schreibe><x:organisationseinheit><x:id schemeAgencyID=\"L100042\">2292</x:id><x:name><x:name>Neuer Name</x:name></x:name><x:zustaendigkeit><x:leistungID>297492149</x:leistungID><x:gebietID>000000000000</x:gebietID></x:zustaendigkeit></x:organisationseinheit></x:schreibe>",
        );
        import_text(store, &again).await;
        assert_eq!(
            offices(&imported, "297492149", MOECKERN).await,
            (vec!["Neuer Name".to_owned()], Some("Deutschland".to_owned()))
        );
        assert_eq!(
            offices(&imported, "297490000", "16074058").await,
            (vec!["Neuer Name".to_owned()], Some("Thüringen".to_owned()))
        );

        let gone = around(
            "<x:loesche klasse=\"Organisationseinheit\"><x:id schemeAgencyID=\"L100042\">2292</x:id></x:loesche>\
             <x:loesche klasse=\"Leistung\"><x:id schemeAgencyID=\"L100042\">297492149</x:id><x:id schemeAgencyID=\"L100042\">297490000</x:id></x:loesche>",
        );
        import_text(store, &gone).await;
        assert_eq!(rows(database).await, [0, 0, 0], "nothing is left behind");
        assert_eq!(store.holdings("land").await.unwrap().unwrap().leistungen, 0);
    }
}

#[tokio::test]
async fn within_one_delivery_the_last_word_counts() {
    let leistung = |name: &str| {
        format!(
            "<x:schreibe><x:leistung><x:id>1</x:id><x:modulText><x:leikaTextmodul><code>03</code></x:leikaTextmodul><x:inhalt>{name}</x:inhalt></x:modulText></x:leistung></x:schreibe>"
        )
    };
    let office = "<x:schreibe><x:organisationseinheit><x:id>5</x:id><x:zustaendigkeit><x:id>z</x:id><x:leistungID>1</x:leistungID><x:gebietID>15</x:gebietID></x:zustaendigkeit></x:organisationseinheit></x:schreibe>";
    let (no_leistung, no_row) = (
        "<x:loesche klasse=\"Leistung\"><x:id>1</x:id></x:loesche>",
        "<x:loesche klasse=\"Zustaendigkeit\"><x:id>z</x:id></x:loesche>",
    );
    for database in &databases().await {
        let store = &database.store;
        let imported = imported(store);
        let (a, b) = (leistung("A"), leistung("B"));
        let name = async || imported.leistung("1", None).await.unwrap().map(|leistung| leistung.name);
        for before in [false, true] {
            import_text(store, &around(&format!("{a}{b}{office}{no_row}"))).await;
            assert_eq!(name().await.as_deref(), Some("B"));
            assert_eq!(offices(&imported, "1", MOECKERN).await.0.len(), 0, "{before}");
            import_text(store, &around(&format!("{no_row}{office}{no_leistung}{a}"))).await;
            assert_eq!(name().await.as_deref(), Some("A"));
            assert_eq!(offices(&imported, "1", MOECKERN).await.0, ["5"]);
            import_text(store, &around(&format!("{b}{no_leistung}{office}{office}"))).await;
            assert_eq!(name().await, None);
            assert_eq!(database.rows("directory_zustaendigkeiten").await, 1);
        }
    }
}

#[tokio::test]
async fn of_two_imports_at_once_the_later_wins_and_the_other_is_told() {
    for database in &databases().await {
        let store = &database.store;
        import_text(store, PILOT).await;
        let first = store.begin_import("land").await.unwrap();
        let changes = || vec![Change::Delete { art: Art::Leistung, id: "L100042.LB.297492149".to_owned() }];
        store.import(&first, Prepared::new(changes())).await.unwrap();
        let imported = imported(store);
        assert!(imported.leistung("297492149", None).await.unwrap().is_some(), "nothing counts before it is published");
        import_text(store, &around("<x:schreibe><x:leistung><x:id>9</x:id></x:leistung></x:schreibe>")).await;
        for told in [store.import(&first, Prepared::new(changes())).await, store.publish_import(&first, now()).await] {
            assert!(matches!(told, Err(StoreError::ImportOvertaken(_))), "{told:?}");
        }
        for id in ["9", "297492149"] {
            assert!(imported.leistung(id, None).await.unwrap().is_some(), "{id}");
        }
        assert_eq!(database.rows("directory_objects").await, 4, "what was never published is thrown away");
    }
}

#[tokio::test]
async fn directories_of_different_names_do_not_touch_each_other() {
    for database in &databases().await {
        let store = &database.store;
        import_text(store, PILOT).await;
        let other = delivery(&[(
            "a.xml",
            &around("<x:loesche klasse=\"Leistung\"><x:id schemeAgencyID=\"L100042\">297492149</x:id></x:loesche>"),
        )]);
        take_in(store, "anderes", other.path(), now(), |_, _| ()).await.unwrap();
        assert!(imported(store).leistung("297492149", None).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn validity_roles_and_what_holds_only_here_are_heeded() {
    let office = |id: &str, more: &str, row: &str| {
        format!(
            "<x:schreibe><x:organisationseinheit><x:id>{id}</x:id>{more}<x:zustaendigkeit><x:leistungID>1</x:leistungID><x:gebietID>150860140140</x:gebietID>{row}</x:zustaendigkeit></x:organisationseinheit></x:schreibe>"
        )
    };
    let elsewhere = |leistung: &str, id: &str, gebiet: &str, more: &str| {
        format!(
            "<x:schreibe><x:organisationseinheit><x:id>{id}</x:id>{more}<x:zustaendigkeit><x:leistungID>{leistung}</x:leistungID><x:gebietID>{gebiet}</x:gebietID></x:zustaendigkeit></x:organisationseinheit></x:schreibe>"
        )
    };
    let inhalt = |code: &str, text: &str| {
        format!(
            "<x:modulText><x:leikaTextmodul><code>{code}</code></x:leikaTextmodul><x:inhalt>{text}</x:inhalt></x:modulText>"
        )
    };
    let text = around(
        &[
            format!("<x:schreibe><x:leistung><x:id>1</x:id>{}{}</x:leistung></x:schreibe>", inhalt("03", "Name"), inhalt("05", "überall")),
            "<x:schreibe><x:leistung><x:id>2</x:id><x:gueltigkeit><x:ende>2020-06-18</x:ende></x:gueltigkeit></x:leistung></x:schreibe>".to_owned(),
            format!(
                "<x:schreibe><x:spezialisierung><x:id>s</x:id><x:leistungID>1</x:leistungID><x:gueltigkeitGebietID>15086</x:gueltigkeitGebietID>{}</x:spezialisierung></x:schreibe>",
                inhalt("05", "im Kreis")
            ),
            office("heute", "", "<x:gueltigkeit><x:beginn>2020-06-19T00:00:00</x:beginn><x:ende>2020-06-19</x:ende></x:gueltigkeit>"),
            office("gestern", "", "<x:gueltigkeit><x:ende>2020-06-18</x:ende></x:gueltigkeit>"),
            office("geschlossen", "<x:gueltigkeit><x:ende>2020-06-18</x:ende></x:gueltigkeit>", ""),
            office("auskunft", "", "<x:rolle><code>03</code></x:rolle>"),
            // Of a service whose office here is gone, the next level stands in; of two words for a place, the nearer counts.
            format!("<x:schreibe><x:leistung><x:id>3</x:id>{}</x:leistung></x:schreibe>", inhalt("03", "Drei")),
            elsewhere("3", "weg", "150860140140", "<x:gueltigkeit><x:ende>2020-06-18</x:ende></x:gueltigkeit>"),
            elsewhere("3", "kreisamt", "15086", ""),
            format!(
                "<x:schreibe><x:spezialisierung><x:id>l</x:id><x:leistungID>1</x:leistungID><x:gueltigkeitGebietID>15</x:gueltigkeitGebietID>{}</x:spezialisierung></x:schreibe>",
                inhalt("05", "im Land")
            ),
            "<x:schreibe><x:onlinedienst><x:id>o</x:id><x:parameter><x:name>efa.datenschutzerklaerung.url</x:name><x:wert>https://land.example/ds</x:wert></x:parameter><x:zustaendigkeit><x:leistungID>1</x:leistungID><x:gebietID>15</x:gebietID></x:zustaendigkeit></x:onlinedienst></x:schreibe>".to_owned(),
        ]
        .concat(),
    );
    for Database { store, .. } in &databases().await {
        let summary = import_text(store, &text).await;
        assert_eq!(summary.rejected, 0, "{:?}", summary.reasons);
        let imported = imported(store);
        assert_eq!(offices(&imported, "1", MOECKERN).await.0, ["heute"]);
        assert_eq!(imported.leistung("2", None).await.unwrap(), None, "it ended yesterday");
        assert_eq!(imported.search_leistungen("", 9).await.unwrap().len(), 2, "what ended is not found");
        assert_eq!(
            offices(&imported, "3", MOECKERN).await,
            (vec!["kreisamt".to_owned()], Some("Jerichower Land".to_owned()))
        );
        let gebiet = imported.gebiet(MOECKERN).await;
        let leistung = imported.leistung("1", Some(&gebiet)).await.unwrap().unwrap();
        assert_eq!(leistung.beschreibung.as_deref(), Some("im Kreis"));
        assert_eq!(imported.leistung("1", None).await.unwrap().unwrap().beschreibung.as_deref(), Some("überall"));
        let stellen = imported.stellen(&leistung, &gebiet).await.stellen;
        assert_eq!(stellen[0].datenschutz.as_deref(), Some("https://land.example/ds"));
    }
}

#[tokio::test]
async fn the_lowest_trust_level_of_the_online_services_there_is_what_a_service_demands() {
    let dienst = |id: &str, gebiet: &str, level: &str| {
        format!(
            "<x:schreibe><x:onlinedienst><x:id>{id}</x:id>{level}<x:link><x:link>https://land.example/{id}</x:link>\
             <x:titel languageCode=\"de\">Datenschutzhinweise</x:titel></x:link><x:zustaendigkeit><x:leistungID>1</x:leistungID>\
             <x:gebietID>{gebiet}</x:gebietID></x:zustaendigkeit></x:onlinedienst></x:schreibe>"
        )
    };
    let level = |code: &str| format!("<x:vertrauensniveau><code>{code}</code></x:vertrauensniveau>");
    let text = around(
        &[
            "<x:schreibe><x:leistung><x:id>1</x:id></x:leistung></x:schreibe>".to_owned(),
            "<x:schreibe><x:organisationseinheit><x:id>5</x:id><x:zustaendigkeit><x:leistungID>1</x:leistungID>\
             <x:gebietID>15</x:gebietID></x:zustaendigkeit></x:organisationseinheit></x:schreibe>"
                .to_owned(),
            dienst("land", "15", &level("40")),
            dienst("kreis", "15086", &level("30")),
            dienst("stumm", "150860140140", ""),
            dienst("fremd", "16", &level("10")),
        ]
        .concat(),
    );
    for Database { store, .. } in &databases().await {
        assert_eq!(import_text(store, &text).await.rejected, 0);
        let imported = imported(store);
        for (area, level) in [
            (MOECKERN, Some(Vertrauensniveau::Substanziell)),
            ("15083040", Some(Vertrauensniveau::Hoch)),
            ("16074058", Some(Vertrauensniveau::Untergeordnet)),
        ] {
            let gebiet = imported.gebiet(area).await;
            let leistung = imported.leistung("1", Some(&gebiet)).await.unwrap().unwrap();
            assert_eq!(leistung.vertrauensniveau, level, "{area}");
        }
        assert_eq!(
            imported.leistung("1", None).await.unwrap().unwrap().vertrauensniveau,
            None,
            "nowhere in particular"
        );
        let gebiet = imported.gebiet(MOECKERN).await;
        let leistung = imported.leistung("1", Some(&gebiet)).await.unwrap().unwrap();
        let stellen = imported.stellen(&leistung, &gebiet).await.stellen;
        assert_eq!(stellen[0].datenschutz.as_deref(), Some("https://land.example/stumm"), "the nearest one's link");
    }
}

#[tokio::test]
async fn progress_is_told_until_everything_was_read() {
    let database = databases().await.remove(0);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let folder = delivery(&[("a.xml", &render::sample()), ("b.xml", PILOT)]);
    let progress = seen.clone();
    let told = take_in(&database.store, "land", folder.path(), now(), move |read, total| {
        progress.lock().unwrap().push((read, total));
    });
    let summary = told.await.unwrap();
    let seen = seen.lock().unwrap();
    assert!(seen.len() > 1 && seen.is_sorted() && seen.last() == Some(&(summary.bytes, summary.bytes)), "{seen:?}");
    assert_eq!(summary.files, 2);
}

#[tokio::test]
async fn an_office_and_an_online_service_of_the_same_number_keep_what_is_theirs() {
    let row = |id: &str| {
        format!(
            "<x:zustaendigkeit><x:id>{id}</x:id><x:leistungID>7</x:leistungID><x:gebietID \
             schemeID=\"urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:rs\">150860140140</x:gebietID>\
             <x:rolle><code>01</code></x:rolle></x:zustaendigkeit>"
        )
    };
    let leistung = "<x:schreibe><x:leistung><x:id>7</x:id><x:modulText><x:leikaTextmodul><code>03</code></x:leikaTextmodul>\
                    <x:inhalt languageCode=\"de\">Hund anmelden</x:inhalt></x:modulText></x:leistung></x:schreibe>";
    let stelle = format!(
        "<x:schreibe><x:organisationseinheit><x:id>5</x:id><x:name><x:name languageCode=\"de\">Amt</x:name></x:name>{}\
         </x:organisationseinheit></x:schreibe>",
        row("1")
    );
    let dienst = format!(
        "<x:schreibe><x:onlinedienst><x:id>5</x:id><x:bezeichnung languageCode=\"de\">Dienst</x:bezeichnung>{}\
         </x:onlinedienst></x:schreibe>",
        row("2")
    );
    for Database { store, .. } in &databases().await {
        // In one delivery, and in two.
        for texts in [vec![format!("{leistung}{stelle}{dienst}")], vec![format!("{leistung}{stelle}"), dienst.clone()]]
        {
            for text in texts {
                assert_eq!(import_text(store, &around(&text)).await.rejected, 0);
            }
            assert_eq!(offices(&imported(store), "7", MOECKERN).await.0, ["Amt"]);
        }
    }
}
