//! A directory service on loopback that knows what the sample directory knows and speaks one of the three interfaces; it can also be
//! down, slow, garbled, huge, or send people elsewhere.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use antragsassistent::office::directory::Directory;
use antragsassistent::office::{Gebiet, Leistung, Organisationseinheit};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::{infodienste, pvog, routing};

/// An interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interface {
    Infodienste,
    Pvog,
    Routing,
}

/// How the service behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mood {
    /// Answers.
    Good,
    /// 503.
    Down,
    /// Knows nothing any more: 404.
    Empty,
    /// Offices have another mailbox now.
    Moved,
    /// Offices have a Kontaktsystem that nobody delivers to now.
    Closed,
    /// Says no to every question: 400.
    Refused,
    /// Answers so many questions more, then 503.
    DownAfter(usize),
    /// 503 for so many questions, then answers.
    UpAfter(usize),
    /// 503 for questions whose address holds this.
    Without(String),
    /// Knows everything but the online services: 503 for them.
    WithoutServices,
    /// Takes the request and never answers.
    Slow,
    /// HTML with status 200.
    Garbage,
    /// Answers in which every id is missing.
    WithoutIds,
    /// An answer that never ends.
    Huge,
    /// To another server.
    Redirect(String),
    /// To another path of its own, where the answer is.
    RedirectWithin,
    /// Too many requests; come back in a minute.
    TooMany,
}

/// The service.
pub struct Service {
    /// `http://127.0.0.1:…`
    pub base: String,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

/// What a request asked for.
pub struct Asked<'a> {
    /// Path without the base, decoded.
    pub path: Vec<String>,
    /// Query.
    pub query: &'a [(String, String)],
    pub headers: &'a HeaderMap,
}

pub struct Shared {
    interface: Interface,
    pub directory: Directory,
    mood: Mutex<Mood>,
    requests: Mutex<Vec<String>>,
    /// Offices that were told: the PVOG gives their details by id later.
    pub told: Mutex<HashMap<String, Organisationseinheit>>,
}

/// The name of a Leistung in one of the two languages that these directories have.
pub fn named(leistung: &Leistung, english: bool) -> String {
    if english { format!("Service in English: {}", leistung.pst_id) } else { leistung.name.clone() }
}

impl Asked<'_> {
    /// A parameter of the query.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl Shared {
    /// The place with this id, AGS or ARS, as far as the sample directory has it; official keys may lack their zeros.
    pub fn gebiet(&self, key: &str) -> Option<&Gebiet> {
        self.directory.gebiet(key).or_else(|| self.directory.gebiet(&format!("{key:0<12}")))
    }
}

impl Service {
    /// A service with what this directory knows.
    pub async fn start(interface: Interface, directory: Directory) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            interface,
            directory,
            mood: Mutex::new(Mood::Good),
            requests: Mutex::default(),
            told: Mutex::default(),
        });
        let router = Router::new().fallback(answer).with_state(shared.clone());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { base: format!("http://{address}"), shared, task }
    }

    /// From now on.
    pub fn becomes(&self, mood: Mood) {
        let mood = match mood {
            Mood::DownAfter(more) => Mood::DownAfter(self.requests().len() + more),
            Mood::UpAfter(more) => Mood::UpAfter(self.requests().len() + more),
            other => other,
        };
        *self.shared.mood.lock().unwrap() = mood;
    }

    /// Paths that were asked for so far.
    pub fn requests(&self) -> Vec<String> {
        self.shared.requests.lock().unwrap().clone()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lose_ids(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(lose_ids),
        Value::Object(fields) => {
            fields.retain(|name, _| name != "id" && name != "destinationId");
            fields.values_mut().for_each(lose_ids);
        }
        _ => {}
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (head, _) = request.into_parts();
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned();
    let whole = head.uri.path().trim_start_matches('/').to_owned();
    let path: Vec<String> = whole.split('/').map(decoded).collect();
    let raw = head.uri.query().unwrap_or_default();
    let query: Vec<(String, String)> = url::form_urlencoded::parse(raw.as_bytes()).into_owned().collect();
    let count = {
        let mut requests = shared.requests.lock().unwrap();
        requests.push(whole.clone());
        requests.len()
    };
    let mood = shared.mood.lock().unwrap().clone();
    match mood.clone() {
        Mood::Refused => return StatusCode::BAD_REQUEST.into_response(),
        Mood::WithoutServices if whole.starts_with("os/") || whole.contains("onlineservices") => {
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
        Mood::UpAfter(most) if count <= most => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Mood::DownAfter(most) if count > most => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Mood::Without(part) if head.uri.to_string().contains(&part) => {
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
        Mood::DownAfter(_)
        | Mood::UpAfter(_)
        | Mood::Without(_)
        | Mood::Good
        | Mood::WithoutIds
        | Mood::Moved
        | Mood::Closed
        | Mood::WithoutServices => {}
        Mood::Down => return (StatusCode::SERVICE_UNAVAILABLE, "Wartung, Datenbank ORA-01034").into_response(),
        Mood::Empty => return StatusCode::NOT_FOUND.into_response(),
        Mood::Slow => std::future::pending().await,
        Mood::Garbage => return (StatusCode::OK, "<html><body>Anmeldung</body></html>").into_response(),
        Mood::Huge => {
            let chunk = Bytes::from(vec![b' '; 64 * 1024]);
            let stream = futures_util::stream::repeat_with(move || Ok::<_, Infallible>(chunk.clone()));
            return Body::from_stream(stream).into_response();
        }
        Mood::Redirect(to) => return (StatusCode::FOUND, [(header::LOCATION, to)]).into_response(),
        Mood::RedirectWithin => {
            if path.first().is_none_or(|first| first != "hier") {
                return (StatusCode::FOUND, [(header::LOCATION, format!("/hier/{whole}?{raw}"))]).into_response();
            }
        }
        Mood::TooMany => return (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "60")]).into_response(),
    }
    let path = path.into_iter().skip_while(|part| part == "hier").collect();
    let asked = Asked { path, query: &query, headers: &head.headers };
    let answered: Result<Option<Value>, StatusCode> = match shared.interface {
        Interface::Infodienste => infodienste::answer(&shared, &asked),
        Interface::Pvog => pvog::answer(&shared, &asked),
        Interface::Routing => routing::answer(&shared, &asked),
    };
    match answered {
        Ok(Some(mut value)) => {
            if mood == Mood::WithoutIds {
                lose_ids(&mut value);
            }
            let text = match mood {
                Mood::Moved => value.to_string().replace('@', "@neu."),
                Mood::Closed => value.to_string().replace("ozg-antragsassistent", "abgekuendigt"),
                _ => value.to_string(),
            };
            ([(header::CONTENT_TYPE, "application/json")], text).into_response()
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(status) => status.into_response(),
    }
}
