//! Asking a directory over the network: one kind of request (GET), with a limit for everything.
//!
//! Time, size, repetitions, requests at once and redirects are bounded; a directory that fails again and again is left alone for a
//! while. Nothing that a directory answers is logged, and no key.

use std::sync::{Arc, Once};
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER, USER_AGENT};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Client, Response, StatusCode};
use tokio::sync::Semaphore;
use url::Url;

use super::FinderError;
use super::breaker::Breaker;

/// Largest answer, in bytes: thousands of offices.
const LARGEST: usize = 4 * 1024 * 1024;
/// Answers up to this size, in bytes, are taken in as they come; of larger ones [`LARGE_AT_ONCE`] at once.
const SMALL: usize = 256 * 1024;
/// Large answers of one directory that are taken in at once.
const LARGE_AT_ONCE: usize = 2;
/// How often one question is put, if the directory answers with an error of its own (5xx) or the connection breaks.
const TRIES: u32 = 3;
/// Pause before the second try; doubles (exponential backoff).
const PAUSE: Duration = Duration::from_millis(150);
/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(3);
/// Questions under way at once to one directory.
const AT_ONCE: usize = 16;
/// Redirects that are followed, on the same server only.
const REDIRECTS: usize = 3;
/// Longest rest that a directory may ask for, in seconds.
const LONGEST_REST: i64 = 120;

/// Where a directory listens and how it is asked.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Base address; paths are put behind it.
    pub url: Url,
    /// Time for one question with all its repetitions.
    pub timeout: Duration,
    /// A header that goes along, for example the key.
    pub header: Option<(&'static str, Secret)>,
}

/// A value that is never printed.
#[derive(Clone)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Now, and the language that is asked for: what every question brings along.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Now; decides whether a directory that failed is asked again.
    pub now: Timestamp,
    /// For example `de`.
    pub sprache: &'a str,
}

/// Asks one directory. Cheap to share.
#[derive(Debug)]
pub struct Asker {
    client: Client,
    url: Url,
    timeout: Duration,
    breaker: Breaker,
    places: Arc<Semaphore>,
    large: Semaphore,
}

/// Makes ring the provider of all TLS of this process; the first call counts.
pub fn one_crypto_provider() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Err means that the process has one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

impl Asker {
    /// Prepares to ask; nothing is sent yet. `Err` says what cannot be used: the header's value or the machine's certificates.
    pub fn new(connection: Connection) -> Result<Self, String> {
        one_crypto_provider();
        let mut headers = HeaderMap::new();
        let agent = concat!("Antragsassistent/", env!("CARGO_PKG_VERSION"));
        headers.insert(USER_AGENT, HeaderValue::from_static(agent));
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some((name, Secret(value))) = connection.header {
            let mut value = HeaderValue::from_str(&value).map_err(|_| "the key holds signs that no header may hold")?;
            value.set_sensitive(true);
            headers.insert(HeaderName::from_static(name), value);
        }
        let client = Client::builder()
            .default_headers(headers)
            .connect_timeout(CONNECT.min(connection.timeout))
            .redirect(Policy::custom(same_server))
            .pool_idle_timeout(Duration::from_mins(1))
            .build()
            .map_err(|error| told(&error))?;
        Ok(Self {
            client,
            url: connection.url,
            timeout: connection.timeout,
            breaker: Breaker::default(),
            places: Arc::new(Semaphore::new(AT_ONCE)),
            large: Semaphore::new(LARGE_AT_ONCE),
        })
    }

    /// The answer to a question, `None` if the directory says that there is no such thing (404).
    pub async fn get(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
        asked: &Asked<'_>,
    ) -> Result<Option<Vec<u8>>, FinderError> {
        self.breaker.may(asked.now)?;
        let url = self.address(path, query);
        // Waiting for one's turn says nothing about the directory.
        let Ok(Ok(_place)) = tokio::time::timeout(self.timeout, self.places.acquire()).await else {
            return Err(FinderError::Busy);
        };
        let answer = tokio::time::timeout(self.timeout, self.tried(&url, asked.sprache));
        let answer = answer.await.unwrap_or(Err(Failure::of(FinderError::Slow)));
        match answer {
            Ok(bytes) => {
                self.breaker.worked();
                Ok(bytes)
            }
            Err(Failure { error, .. }) if error.is_refusal() => {
                self.breaker.worked();
                Err(error)
            }
            Err(failure) => {
                self.breaker.failed(asked.now, failure.rest, failure.error == FinderError::Slow);
                Err(failure.error)
            }
        }
    }

    fn address(&self, path: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.url.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    async fn tried(&self, url: &Url, sprache: &str) -> Result<Option<Vec<u8>>, Failure> {
        let mut pause = PAUSE;
        let mut tries = 1;
        loop {
            let failure = match self.once(url, sprache).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            if !failure.again || tries == TRIES {
                return Err(failure);
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
            tries += 1;
        }
    }

    async fn once(&self, url: &Url, sprache: &str) -> Result<Option<Vec<u8>>, Failure> {
        let language = if sprache == "de" { "de_DE, de;q=0.9".to_owned() } else { format!("{sprache}, de;q=0.5") };
        let request = self.client.get(url.clone()).header(ACCEPT_LANGUAGE, language);
        let response = request.send().await.map_err(|error| Failure::of_connection(&error))?;
        let status = response.status();
        match status {
            StatusCode::OK => Ok(Some(body(response, &self.large).await?)),
            StatusCode::NOT_FOUND | StatusCode::GONE => Ok(None),
            StatusCode::NO_CONTENT => Ok(Some(Vec::new())),
            StatusCode::TOO_MANY_REQUESTS => {
                Err(Failure { rest: rest(response.headers()), ..Failure::of(FinderError::Status(status.as_u16())) })
            }
            _ if status.is_redirection() => Err(Failure::of(FinderError::Redirect)),
            _ => Err(Failure { again: status.is_server_error(), ..Failure::of(FinderError::Status(status.as_u16())) }),
        }
    }
}

/// Follows a redirect only to the server that was asked: a key must not travel.
fn same_server(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let same = attempt.previous().first().is_some_and(|first| first.origin() == attempt.url().origin());
    if same && attempt.previous().len() <= REDIRECTS { attempt.follow() } else { attempt.stop() }
}

async fn body(mut response: Response, large: &Semaphore) -> Result<Vec<u8>, Failure> {
    let too_large = || Failure::of(FinderError::TooLarge);
    if response.content_length().is_some_and(|length| length > LARGEST as u64) {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    let mut place = None;
    while let Some(chunk) = response.chunk().await.map_err(|error| Failure::of_connection(&error))? {
        if bytes.len() + chunk.len() > LARGEST {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
        if place.is_none() && bytes.len() > SMALL {
            // The time limit of the question holds here, too. Nobody closes the semaphore.
            place = large.acquire().await.ok();
        }
    }
    Ok(bytes)
}

/// How long the directory wants to be left alone, in seconds.
fn rest(headers: &HeaderMap) -> Option<i64> {
    let named = [RETRY_AFTER.as_str(), "ratelimit-reset"].into_iter().find_map(|name| headers.get(name));
    let seconds: i64 = named?.to_str().ok()?.trim().parse().ok()?;
    Some(seconds.clamp(1, LONGEST_REST))
}

/// A failure, and what follows from it.
struct Failure {
    error: FinderError,
    /// Whether the same question may be put again at once.
    again: bool,
    /// Seconds of rest that the directory asks for.
    rest: Option<i64>,
}

impl Failure {
    fn of(error: FinderError) -> Self {
        Self { error, again: false, rest: None }
    }

    fn of_connection(error: &reqwest::Error) -> Self {
        if is_tls(error) {
            return Self::of(FinderError::Tls(told(error)));
        }
        Self { again: true, ..Self::of(FinderError::Unreachable(told(error))) }
    }
}

/// Whether the trouble is about certificates or TLS.
fn is_tls(error: &reqwest::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(one) = cause {
        if one.is::<rustls::Error>() {
            return true;
        }
        // The source of an I/O error is its content's source: the content itself would be passed over.
        let content = one.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        cause = content.map(|content| content as _).or_else(|| one.source());
    }
    false
}

/// The innermost cause: the outer ones repeat the address.
fn told(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_left_alone_for_longer_than_two_minutes() {
        for (said, rests) in
            [("60", Some(60)), ("86400", Some(LONGEST_REST)), ("-5", Some(1)), ("Wed, 21 Oct 2026 07:28:00 GMT", None)]
        {
            assert_eq!(rest(&HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(said))])), rests, "{said}");
        }
        assert_eq!(rest(&HeaderMap::new()), None);
    }
}
