//! An import that ends half-way: before it counts nothing of it is seen, afterwards all of it, and nothing is left behind.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use antragsassistent::office::xzufi::Change;
use antragsassistent::office::xzufi::transfer::Transfer;
use antragsassistent::store::Store;
use antragsassistent::store::directories::writing::Prepared;
use tempfile::TempDir;

use super::{around, delivery, import, imported, now, offices, rows};
use crate::databases::{Database, databases, open};
use crate::house::tenant_of;

/// Areas that differ in who is responsible.
const AREAS: [&str; 3] = ["38693732", "15083040", "16074058"];

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    /// A few objects out of few, so that they meet each other again and again.
    fn delivery(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..=self.roll(12) {
            let (id, z, leistung) = (self.roll(3), self.roll(4), self.roll(3));
            let gebiet = ["15", "15086", "150860140140", "16", "00"][usize::try_from(self.roll(5)).unwrap()];
            let row = format!(
                "<x:zustaendigkeit><x:id>{z}</x:id><x:leistungID>{leistung}</x:leistungID><x:gebietID>{gebiet}</x:gebietID></x:zustaendigkeit>"
            );
            let name = self.roll(1000);
            let _ = match self.roll(8) {
                0 | 1 => write!(
                    text,
                    "<x:schreibe><x:leistung><x:id>{id}</x:id><x:referenzLeiKa><code>9900000000000{z}</code></x:referenzLeiKa><x:modulText>\
                     <x:leikaTextmodul><code>03</code></x:leikaTextmodul><x:inhalt>Name {name}</x:inhalt></x:modulText></x:leistung></x:schreibe>"
                ),
                2 | 3 => write!(
                    text,
                    "<x:schreibe><x:organisationseinheit><x:id>{id}</x:id><x:name><x:name>Amt {name}</x:name></x:name>{row}</x:organisationseinheit></x:schreibe>"
                ),
                4 => write!(
                    text,
                    "<x:schreibe><x:zustaendigkeitTransferObjekt><x:uebergeordnetesObjektID>{id}</x:uebergeordnetesObjektID>{row}</x:zustaendigkeitTransferObjekt></x:schreibe>"
                ),
                5 => write!(text, "<x:loesche klasse=\"Zustaendigkeit\"><x:id>{z}</x:id></x:loesche>"),
                6 => write!(text, "<x:loesche klasse=\"Organisationseinheit\"><x:id>{id}</x:id></x:loesche>"),
                _ => write!(text, "<x:loesche klasse=\"Leistung\"><x:id>{id}</x:id></x:loesche>"),
            };
        }
        around(&text)
    }
}

fn changes(text: &str) -> Vec<Change> {
    let mut transfer = Transfer::new(text.as_bytes());
    let mut changes = Vec::new();
    while let Some(item) = transfer.next_item().unwrap() {
        changes.push(item.change.unwrap());
    }
    changes
}

/// Everything that can be asked.
async fn told(store: &Store) -> String {
    let imported = imported(store);
    let mut told = format!("{:?}\n", imported.search_leistungen("", 99).await.unwrap());
    let _ = writeln!(told, "{:?}", imported.search_leistungen("Name", 99).await.unwrap());
    for key in ["0", "1", "2", "99000000000000", "99000000000001", "99000000000002", "99000000000003"] {
        let leistung = imported.leistung(key, None).await.unwrap();
        let _ = writeln!(told, "{key}: {leistung:?}");
        for area in AREAS {
            if leistung.is_some() {
                let _ = writeln!(told, "{key} in {area}: {:?}", offices(&imported, key, area).await);
            }
        }
    }
    let _ = write!(told, "{:?}", store.holdings("land").await.unwrap());
    let _ = write!(told, "{:?}", store.imported_after("land", "", 99).await.unwrap());
    told
}

#[tokio::test]
async fn the_same_is_told_before_while_and_after_an_import_is_swept() {
    let mut dice = Dice(20_261_122);
    for database in &databases().await {
        let store = &database.store;
        let mut seen = BTreeSet::new();
        for round in 0..40_u64 {
            let text = dice.delivery();
            let before = told_if_any(store).await;
            let under_way = store.begin_import("land").await.unwrap();
            for some in changes(&text).chunks(4) {
                store.import(&under_way, Prepared::new(some.to_vec())).await.unwrap();
            }
            assert_eq!(told_if_any(store).await, before, "nothing counts yet: {text}");
            store.publish_import(&under_way, now()).await.unwrap();
            let published = told(store).await;
            // Cut short somewhere.
            let _ = tokio::time::timeout(Duration::from_micros(150 * (round % 9)), store.sweep_import("land")).await;
            assert_eq!(told(store).await, published, "half swept: {text}");
            // Now and then the next import has to do it.
            if round % 3 > 0 {
                store.sweep_import("land").await.unwrap();
                assert_eq!(told(store).await, published, "swept: {text}");
                store.sweep_import("land").await.unwrap();
            }
            seen.insert(published);
        }
        assert!(seen.len() > 30, "the deliveries differ");
        everything_is_deleted(database).await;
    }
}

async fn told_if_any(store: &Store) -> String {
    if store.imported_at("land").await.unwrap().is_some() { told(store).await } else { String::new() }
}

async fn everything_is_deleted(database: &Database) {
    let all = |klasse: &str, ids: usize| {
        let ids: Vec<String> = (0..ids).map(|id| format!("<x:id>{id}</x:id>")).collect();
        let ids = ids.concat();
        format!("<x:loesche klasse=\"{klasse}\">{ids}</x:loesche>")
    };
    let text = [all("Leistung", 3), all("Organisationseinheit", 3), all("Zustaendigkeit", 4)].concat();
    let text = around(&text);
    import(&database.store, delivery(&[("a.xml", &text)]).path()).await.unwrap();
    assert_eq!(rows(database).await, [0, 0, 0], "nothing is left behind");
}

#[tokio::test]
async fn a_caller_who_goes_away_leaves_no_transaction_open() {
    for Database { store, .. } in &databases().await {
        for moment in 0..60_u64 {
            // Somewhere between asking for a connection and the end.
            let _ = tokio::time::timeout(Duration::from_micros(40 * moment), store.begin_import("land")).await;
        }
        // Other connections must see what is written from now on, and find nothing locked.
        for _ in 0..12 {
            let written = async {
                let import = store.begin_import("land").await.unwrap();
                store.publish_import(&import, now()).await.unwrap();
                store.sweep_import("land").await.unwrap();
            };
            tokio::time::timeout(Duration::from_secs(30), written).await.unwrap();
        }
    }
}

/// Services, and as many offices with sixty responsibilities each.
const MANY: i64 = 350;

/// Services and offices, more than fit into a batch or a slice; all of one name.
fn many(name: &str) -> String {
    let mut text = String::new();
    for number in 0..MANY {
        let _ = write!(
            text,
            "<x:schreibe><x:leistung><x:id>{number}</x:id><x:modulText><x:leikaTextmodul><code>03</code></x:leikaTextmodul>\
             <x:inhalt>{name}</x:inhalt></x:modulText></x:leistung></x:schreibe>\
             <x:schreibe><x:organisationseinheit><x:id>{number}</x:id>"
        );
        for row in 0..60 {
            let _ = write!(
                text,
                "<x:zustaendigkeit><x:id>{number}-{row}</x:id><x:leistungID>{number}</x:leistungID><x:gebietID>15{row:03}</x:gebietID></x:zustaendigkeit>"
            );
        }
        text.push_str("</x:organisationseinheit></x:schreibe>\n");
    }
    around(&text)
}

/// The program imports this; the process that does it.
fn importing(folder: &TempDir, file: &str) -> std::process::Child {
    let here = folder.path().display();
    Command::new(env!("CARGO_BIN_EXE_antragsassistent"))
        .args(["--config", "config/demo.toml", "directory", "import", "--mandant", "land", "--file"])
        .arg(folder.path().join(file))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("ANTRAG__MANDANTEN__DIR", format!("{here}/mandanten"))
        .env("ANTRAG__STORE__URL", format!("sqlite:{here}/a.db"))
        .env("ANTRAG__KEYS__FILE", format!("{here}/a.key"))
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

#[tokio::test]
async fn an_import_that_is_killed_leaves_the_old_directory_or_the_new_one() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("mandanten")).unwrap();
    std::fs::write(folder.path().join("gebiete.tsv"), "area_id\tars\tags\tname\tkreis\tland\n").unwrap();
    let tenant = "adapter = \"xzufi\"\nfile = \"../a.xml\"\ngebiete = \"../gebiete.tsv\"\nverzeichnis = \"land\"";
    std::fs::write(folder.path().join("mandanten/land.toml"), tenant_of(tenant)).unwrap();
    let names = ["Erstes", "Zweites"];
    for name in names {
        std::fs::write(folder.path().join(name), many(name)).unwrap();
    }
    let begun = Instant::now();
    assert!(importing(&folder, names[0]).wait().unwrap().success());
    let whole = begun.elapsed();
    let url = format!("sqlite:{}", folder.path().join("a.db").display());
    // Later and later, until one is not killed any more.
    let (mut there, mut killed, mut patience) = (0, 0, whole / 8);
    loop {
        let mut process = importing(&folder, names[1 - there]);
        tokio::time::sleep(patience).await;
        let done = process.try_wait().unwrap().is_some();
        process.kill().unwrap();
        process.wait().unwrap();
        let store = open(&url).await;
        let all = imported(&store).search_leistungen("", 1000).await.unwrap();
        let found: BTreeSet<String> = all.into_iter().map(|leistung| leistung.name).collect();
        assert!(found.len() == 1 && found.is_subset(&names.map(str::to_owned).into()), "{found:?}");
        let holdings = store.holdings("land").await.unwrap().unwrap();
        assert_eq!((holdings.leistungen, holdings.stellen, holdings.zustaendigkeiten), (MANY, MANY, 60 * MANY));
        store.close().await;
        if found.contains(names[1 - there]) {
            there = 1 - there;
        } else {
            assert!(!done, "it says that it is done");
            killed += 1;
        }
        if done {
            break;
        }
        patience += whole / 4;
    }
    assert!(killed > 0, "none was killed before it counted");
    assert!(importing(&folder, names[1]).wait().unwrap().success());
    let database = Database::beside_url(&url).await;
    assert_eq!(rows(&database).await, [2 * MANY, MANY, 60 * MANY], "nothing is left behind");
}
