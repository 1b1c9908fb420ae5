//! The program itself, killed at random moments while citizens apply: nothing that was confirmed is lost, nothing arrives twice.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use antragsassistent::randomness::Randomness;
use reqwest::{Client, Response};
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};

use crate::databases::sqlite_file;
use crate::house::PILOT;

/// How often the program dies.
const KILLS: usize = 12;
/// Citizens at once.
const CITIZENS: usize = 4;
/// For whatever should happen soon.
const PATIENCE: Duration = Duration::from_mins(1);

/// A folder with a database, a mailbox and two ports.
struct Place {
    folder: tempfile::TempDir,
    port: u16,
    admin: u16,
}

impl Place {
    fn new() -> Self {
        // Both are taken before either is given back, so that they differ.
        let ports = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
        let [port, admin] = ports.each_ref().map(|listener| listener.local_addr().unwrap().port());
        Self { folder: tempfile::tempdir().unwrap(), port, admin }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_antragsassistent"));
        command
            .arg("--config")
            .arg(root.join("config/demo.toml"))
            .args(arguments)
            .current_dir(root)
            .env("ANTRAG__SERVER__LISTEN", format!("127.0.0.1:{}", self.port))
            .env("ANTRAG__SERVER__ADMIN_LISTEN", format!("127.0.0.1:{}", self.admin))
            .env("ANTRAG__SERVER__PUBLIC_URL", self.base())
            .env("ANTRAG__STORE__URL", format!("sqlite:{}", self.at("store.db").display()))
            .env("ANTRAG__KEYS__FILE", self.at("master.key"))
            .env("ANTRAG__MAIL__URL", format!("file:{}", self.at("mail").display()))
            .env("ANTRAG__COURIER__POLL_SECONDS", "1")
            .env("ANTRAG__LOG__FILTER", "error")
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }

    async fn start(&self) -> Child {
        antragsassistent::office::finder::asking::one_crypto_provider();
        let mut program = self.command(&["serve"]).spawn().unwrap();
        let began = Instant::now();
        while reqwest::get(format!("http://127.0.0.1:{}/readyz", self.admin)).await.is_err() {
            assert!(program.try_wait().unwrap().is_none(), "the program ended by itself");
            assert!(began.elapsed() < PATIENCE, "the program does not start");
            sleep(Duration::from_millis(20)).await;
        }
        program
    }

    /// Vorgangsnummern of the mails that arrived, each with its number of mails.
    fn mails(&self) -> BTreeMap<String, usize> {
        let mut mails = BTreeMap::new();
        for entry in std::fs::read_dir(self.at("mail/new")).unwrap() {
            let mail = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            assert!(mail.trim_end().ends_with("--"), "half a mail");
            let (_, rest) = mail.split_once("Vorgangsnummer: ").unwrap();
            *mails.entry(rest[..20].to_owned()).or_insert(0) += 1;
        }
        mails
    }

    fn database(&self) -> rusqlite::Connection {
        sqlite_file(&self.at("store.db"))
    }
}

/// A person who does not give up: what fails because the program is away is tried again.
struct Person {
    client: Client,
    base: String,
}

impl Person {
    fn new(base: String) -> Self {
        let client = Client::builder()
            .cookie_store(true)
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(20))
            .build()
            .unwrap();
        Self { client, base }
    }

    async fn get(&self, path: &str) -> (u16, String) {
        loop {
            let answer = self.client.get(format!("{}{path}", self.base)).send().await;
            if let Ok(answer) = answer
                && let (status, Ok(text)) = (answer.status().as_u16(), answer.text().await)
                && status != 503
            {
                return (status, text);
            }
            sleep(Duration::from_millis(30)).await;
        }
    }

    /// Sends the form of the page at `path` until an answer comes; the page is fetched anew each time, as after “back”.
    async fn post(&self, path: &str, answers: &[(&str, &str)]) -> String {
        loop {
            let (status, page) = self.get(path).await;
            if status == 303 {
                // It was submitted, only the answer was lost.
                return format!("{}/quittung", path.rsplit_once('/').unwrap().0);
            }
            assert_eq!(status, 200, "{path}: {page}");
            let mut fields = hidden(&page);
            if let Some(office) = page.split("name=\"stelle\"").nth(1).and_then(|rest| rest.split("value=\"").nth(1)) {
                fields.push(("stelle".to_owned(), office.split('"').next().unwrap().to_owned()));
            }
            fields.extend(answers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
            if let Ok(answer) = self.client.post(format!("{}{path}", self.base)).form(&fields).send().await
                && answer.status() != 503
            {
                return location(&answer, path);
            }
            sleep(Duration::from_millis(30)).await;
        }
    }

    /// From the deep link to the receipt; the result is the number on it.
    async fn apply(&self) -> String {
        let first = self.post(PILOT, &[("aktion", "starten")]).await;
        let office = self.post(&first, ANGABEN).await;
        let declarations = self.post(&office, &[("aktion", "weiter")]).await;
        let review = self.post(&declarations, ERKLAERUNGEN).await;
        let receipt = self.post(&review, &[("aktion", "einreichen")]).await;
        assert!(receipt.ends_with("/quittung"), "{receipt}");
        let (status, page) = self.get(&receipt).await;
        assert_eq!(status, 200, "the receipt: {page}");
        number(&page).unwrap_or_else(|| panic!("no number on {page}"))
    }
}

const ANGABEN: &[(&str, &str)] = &[
    ("nachname", "Müller"),
    ("geburtsdatum", "20.12.1980"),
    ("strasse", "Straße der Jugend"),
    ("plz", "39291"),
    ("ort", "Möckern"),
    ("land", "000"),
    ("telefon", "039221 12345"),
    ("anliegen", "Der Pass läuft ab."),
    ("aktion", "weiter"),
];

const ERKLAERUNGEN: &[(&str, &str)] = &[
    ("gebuehren", "ja"),
    ("richtigkeit", "ja"),
    ("datenschutz_betreiber", "ja"),
    ("datenschutz_stelle", "ja"),
    ("missbrauch", "ja"),
    ("aktion", "weiter"),
];

fn location(answer: &Response, path: &str) -> String {
    assert_eq!(answer.status(), 303, "POST {path}");
    answer.headers()["location"].to_str().unwrap().to_owned()
}

fn hidden(page: &str) -> Vec<(String, String)> {
    let value = |tag: &str, name: &str| Some(tag.split_once(&format!(" {name}=\""))?.1.split('"').next()?.to_owned());
    page.split("<input")
        .skip(1)
        .filter_map(|rest| rest.split('>').next())
        .filter(|tag| tag.contains("type=\"hidden\""))
        .filter_map(|tag| Some((value(tag, "name")?, value(tag, "value")?)))
        .collect()
}

/// The first 20 digits in a row, white space and tags between them left out.
fn number(page: &str) -> Option<String> {
    let text: String = page.split('<').map(|part| part.split_once('>').map_or("", |(_, text)| text)).collect();
    let text: String = text.replace("&nbsp;", "").chars().filter(|sign| !sign.is_whitespace()).collect();
    text.split(|sign: char| !sign.is_ascii_digit()).find(|digits| digits.len() == 20).map(str::to_owned)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_confirmed_arrives_once_however_often_the_program_is_killed() {
    let place = Place::new();
    let mut program = place.start().await;
    let enough = Arc::new(AtomicBool::new(false));
    let people: Vec<_> = (0..CITIZENS)
        .map(|_| {
            let (base, enough) = (place.base(), Arc::clone(&enough));
            tokio::spawn(async move {
                let mut receipts = Vec::new();
                while !enough.load(Ordering::Relaxed) {
                    receipts.push(Person::new(base.clone()).apply().await);
                }
                receipts
            })
        })
        .collect();

    for _ in 0..KILLS {
        let chance = u64::from(u16::from_be_bytes(Randomness::System.bytes()));
        sleep(Duration::from_millis(200 + chance % 2300)).await;
        program.kill().await.unwrap(); // SIGKILL
        program = place.start().await;
    }
    enough.store(true, Ordering::Relaxed);
    let mut receipts = Vec::new();
    for person in people {
        receipts.extend(timeout(PATIENCE, person).await.expect("a citizen gets to the end").unwrap());
    }
    let confirmed: BTreeSet<String> = receipts.iter().cloned().collect();
    assert_eq!(confirmed.len(), receipts.len(), "no number twice");
    assert!(confirmed.len() > CITIZENS, "too few applications to say anything");

    // What the dead had in hand is free once their claims end; the test does not wait for that.
    let database = place.database();
    database.execute("UPDATE deliveries SET claimed_until = 0 WHERE claimed_by IS NOT NULL", []).unwrap();
    let began = Instant::now();
    loop {
        let open = "SELECT COUNT(*) FROM deliveries WHERE delivered_at IS NULL";
        let open: i64 = database.query_row(open, [], |row| row.get(0)).unwrap();
        if open == 0 {
            break;
        }
        assert!(began.elapsed() < PATIENCE, "{open} deliveries are still open");
        sleep(Duration::from_millis(100)).await;
    }
    let mut accepted = database.prepare("SELECT vorgangsnummer FROM submissions").unwrap();
    let accepted: BTreeSet<String> = accepted.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mails = place.mails();
    assert!(mails.values().all(|&count| count == 1), "a mail twice: {mails:?}");
    assert_eq!(mails.keys().cloned().collect::<BTreeSet<_>>(), accepted, "mails and submissions are the same");
    let lost: Vec<_> = confirmed.difference(&accepted).collect();
    assert!(lost.is_empty(), "confirmed and lost: {lost:?}");
    // Everyone here persisted until their receipt came: no submission is without one, so none was made twice.
    assert_eq!(accepted, confirmed, "an application was accepted twice");
    println!("{KILLS} kills, {} applications", confirmed.len());

    // SIGTERM, for comparison: a proper end.
    let pid = program.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().await.unwrap().success());
    assert_eq!(timeout(PATIENCE, program.wait()).await.unwrap().unwrap().code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn serve_is_the_whole_program_with_its_sweeper_and_its_courier() {
    let place = Place::new();
    let mut program = place.start().await;
    let address = format!("http://127.0.0.1:{}/metrics", place.admin);
    let began = Instant::now();
    for worker in ["sweeper", "courier"] {
        let line = format!("\nantrag_{worker}_last_round_timestamp_seconds ");
        while !reqwest::get(&address).await.unwrap().text().await.unwrap().contains(&line) {
            assert!(began.elapsed() < PATIENCE, "the {worker} never went round");
        }
    }
    program.kill().await.unwrap();
}
