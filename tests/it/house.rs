//! The whole program in one test: a real listener, a real store, a real SMTP conversation, a citizen with a cookie jar.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends at the first surprise")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use antragsassistent::cli::program::{Program, World};
use antragsassistent::cli::setup::definitions;
use antragsassistent::clock::Clock;
use antragsassistent::config::Settings;
use antragsassistent::config::load::load;
use antragsassistent::intake::Counter;
use antragsassistent::office::finder::asking::one_crypto_provider;
use antragsassistent::outbox::transport::Transport;
use antragsassistent::randomness::Randomness;
use antragsassistent::telemetry;
use jiff::Timestamp;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;

use crate::databases::Database;
use crate::smtp::SmtpServer;

/// When every test begins: the pilot's moment.
pub const BEGIN: &str = "2020-06-19T09:22:35.0065600+02:00";
/// The pilot's deep link.
pub const PILOT: &str = "/forms/OZG-Antragsassistent/standard/OZG-Antragsassistent?pstId=297492149&areaId=38693732";

/// The registry of the process.
static METRICS: LazyLock<PrometheusHandle> = LazyLock::new(|| telemetry::start_metrics().unwrap());

/// A running program.
pub struct House {
    /// Where it listens: `http://127.0.0.1:…`.
    pub base: String,
    /// Its time, moved by hand.
    pub clock: Clock,
    /// Its use cases, for tests that look behind the counter.
    pub counter: Arc<Counter>,
    /// Its store.
    pub database: Database,
    /// The offices' mail server.
    pub smtp: Arc<SmtpServer>,
    program: Program,
}

/// How a house differs from the demo.
#[derive(Clone, Default)]
pub struct Plan {
    /// Environment variables, as an operator sets them.
    pub environment: Vec<(&'static str, String)>,
}

impl House {
    /// The demo's forms and tenants on this store.
    pub async fn open(database: Database) -> Self {
        Self::build(database, &Plan::default(), Arc::new(SmtpServer::start().await), start_clock()).await
    }

    /// The same with other settings.
    pub async fn planned(database: Database, plan: &Plan) -> Self {
        Self::build(database, plan, Arc::new(SmtpServer::start().await), start_clock()).await
    }

    /// Stops the program and starts it anew on the same store, at a new address.
    pub async fn restarted(self) -> Self {
        self.restarted_as(&Plan::default()).await
    }

    /// The same with other settings.
    pub async fn restarted_as(self, plan: &Plan) -> Self {
        let Self { clock, mut database, smtp, program, .. } = self;
        program.stop().await;
        database.restart().await;
        Self::build(database, plan, smtp, clock).await
    }

    /// Stops the program as SIGTERM does.
    pub async fn close(self) {
        self.program.stop().await;
    }

    async fn build(database: Database, plan: &Plan, smtp: Arc<SmtpServer>, clock: Clock) -> Self {
        one_crypto_provider();
        let settings = settings(plan);
        let definitions = definitions(&settings).unwrap_or_else(|problems| panic!("{problems:#?}"));
        let public = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let private = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", public.local_addr().unwrap());
        let world = World {
            clock: clock.clone(),
            randomness: Randomness::System,
            store: database.store.clone(),
            transport: Transport::open(&smtp.url(), Duration::from_secs(5)).unwrap(),
            public,
            private,
            metrics: METRICS.clone(),
        };
        let program = Program::start(settings, definitions, world).await.unwrap();
        Self { base, clock, counter: program.counter.clone(), database, smtp, program }
    }

    /// Someone with a browser of their own.
    pub fn citizen(&self) -> Citizen {
        let client = reqwest::Client::builder()
            .cookie_store(true)
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_mins(1))
            .build()
            .unwrap();
        Citizen { client, base: self.base.clone() }
    }
}

fn start_clock() -> Clock {
    let begin: Timestamp = BEGIN.parse().unwrap();
    Clock::fixed(begin)
}

/// The demo's tenant file, for another folder: its paths hold anywhere.
pub fn demo_tenant() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/mandanten");
    let text = std::fs::read_to_string(folder.join("OZG-Antragsassistent.toml")).unwrap();
    ["logo.svg", "../verzeichnis/sachsen-anhalt.toml"].into_iter().fold(text, |text, path| {
        let quoted = format!("{path:?}");
        assert!(text.contains(&quoted), "{path}");
        text.replace(&quoted, &format!("\"{}\"", folder.join(path).display()))
    })
}

/// The demo's tenant file with another `[zustaendigkeitsfinder]`.
pub fn tenant_of(section: &str) -> String {
    let text = demo_tenant();
    let (before, rest) = text.split_once("[zustaendigkeitsfinder]\n").unwrap();
    let (_, after) = rest.split_once("\n\n").unwrap();
    format!("{before}[zustaendigkeitsfinder]\n{section}\n\n{after}")
}

/// The demo's settings with the plan's changes, served over TLS as far as citizens see (by a proxy in front of it).
pub fn settings(plan: &Plan) -> Settings {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let here = |path: &str| root.join(path).display().to_string();
    let fixed = [
        ("ANTRAG__FORMS__DIR", here("forms")),
        ("ANTRAG__MANDANTEN__DIR", here("config/mandanten")),
        ("ANTRAG__SERVER__PUBLIC_URL", "https://antrag.example".to_owned()),
        ("ANTRAG__SERVER__DRAIN_SECONDS", "5".to_owned()),
        ("ANTRAG__COURIER__POLL_SECONDS", "1".to_owned()),
        ("ANTRAG__LIMITS__CONCURRENT_DOCUMENTS", "2".to_owned()),
    ];
    let environment =
        fixed.into_iter().chain(plan.environment.iter().cloned()).map(|(key, value)| (key.to_owned(), value));
    load(&[root.join("config/demo.toml")], environment).unwrap()
}

/// Someone with a browser: keeps cookies, follows redirects, reads hidden inputs.
#[derive(Clone)]
pub struct Citizen {
    /// The browser.
    pub client: reqwest::Client,
    /// Where the program listens.
    pub base: String,
}

/// A page as it arrived.
#[derive(Clone, Debug)]
pub struct Page {
    /// Status of the last answer.
    pub status: u16,
    /// Path and query of the last answer.
    pub address: String,
    /// Headers of the last answer.
    pub headers: reqwest::header::HeaderMap,
    /// Its text.
    pub html: String,
}

/// A file to send.
#[derive(Clone, Debug)]
pub struct File {
    /// The question.
    pub field: String,
    /// Its name on the citizen's disk.
    pub name: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// Answers by field id.
pub type Answers = BTreeMap<String, String>;

impl Citizen {
    /// Opens an address and follows where it leads.
    pub async fn get(&self, address: &str) -> Page {
        let response = self.client.get(format!("{}{address}", self.base)).send().await.unwrap();
        self.follow(response).await
    }

    /// Presses a button of a page, with these answers typed in. Hidden inputs go along.
    pub async fn press(&self, page: &Page, button: &str, answers: &Answers) -> Page {
        self.send(page, button, answers, &[]).await
    }

    /// The same with files.
    pub async fn send(&self, page: &Page, button: &str, answers: &Answers, files: &[File]) -> Page {
        let action = page.action().unwrap_or_else(|| page.address.clone());
        let mut pairs: Vec<(String, String)> = page.hidden();
        pairs.extend(answers.iter().map(|(name, value)| (name.clone(), value.clone())));
        pairs.push(("aktion".to_owned(), button.to_owned()));
        let request = self.client.post(format!("{}{action}", self.base));
        let request = if files.is_empty() {
            request.form(&pairs)
        } else {
            let mut form = reqwest::multipart::Form::new();
            for (name, value) in pairs {
                form = form.text(name, value);
            }
            for file in files {
                let part = reqwest::multipart::Part::bytes(file.content.clone()).file_name(file.name.clone());
                form = form.part(file.field.clone(), part);
            }
            request.multipart(form)
        };
        let response = request.send().await.unwrap();
        self.follow(response).await
    }

    /// Downloads bytes.
    pub async fn bytes(&self, address: &str) -> (u16, Vec<u8>) {
        let response = self.client.get(format!("{}{address}", self.base)).send().await.unwrap();
        (response.status().as_u16(), response.bytes().await.unwrap().to_vec())
    }

    async fn follow(&self, mut response: reqwest::Response) -> Page {
        for _ in 0..5 {
            if !response.status().is_redirection() {
                break;
            }
            let next = response.headers()["location"].to_str().unwrap().to_owned();
            assert!(next.starts_with('/'), "redirects stay here: {next}");
            response = self.client.get(format!("{}{next}", self.base)).send().await.unwrap();
        }
        let url = response.url().clone();
        let address = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        Page {
            status: response.status().as_u16(),
            address,
            headers: response.headers().clone(),
            html: response.text().await.unwrap(),
        }
    }
}

impl Page {
    /// Last part of the address: the step.
    pub fn step(&self) -> &str {
        self.address.split('?').next().unwrap_or_default().rsplit('/').next().unwrap_or_default()
    }

    /// The application's address, `/antrag/<id>`.
    pub fn application(&self) -> String {
        let parts: Vec<&str> = self.address.split('/').take(3).collect();
        parts.join("/")
    }

    /// Hidden inputs of the page's form.
    pub fn hidden(&self) -> Vec<(String, String)> {
        self.html
            .split("<input")
            .skip(1)
            .filter_map(|rest| rest.split('>').next())
            .filter(|tag| attribute(tag, "type").as_deref() == Some("hidden"))
            .filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value").unwrap_or_default())))
            .collect()
    }

    /// Where the page's POST form goes.
    pub fn action(&self) -> Option<String> {
        self.html
            .split("<form")
            .skip(1)
            .filter_map(|rest| rest.split('>').next())
            .filter(|tag| attribute(tag, "method").as_deref() == Some("post"))
            .find_map(|tag| attribute(tag, "action"))
    }

    /// The text without tags, entities resolved, white space joined.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for part in self.html.split('<') {
            text.push(' ');
            text.push_str(part.split_once('>').map_or(part, |(_, rest)| rest));
        }
        unescape(&text).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Fails with the page's text unless all of these words are on it.
    pub fn shows(&self, words: &[&str]) {
        let text = self.text();
        for word in words {
            assert!(text.contains(word), "{} does not show {word:?}:\n{text}", self.address);
        }
    }

    /// Whether an input or a text area holds this entry.
    pub fn holds(&self, entry: &str) -> bool {
        unescape(&self.html).contains(entry)
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let rest = tag.split_once(&format!(" {name}=\""))?.1;
    Some(unescape(rest.split('"').next()?))
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&#x2f;", "/")
        .replace("&shy;", "")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&")
}
