//! Whether the offices' links answer: HEAD requests, few at once, each address once.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use reqwest::{Client, StatusCode, redirect};

use super::rows::Befund;
use crate::office::Organisationseinheit;
use crate::office::finder::asking::one_crypto_provider;

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Redirects that are followed.
const REDIRECTS: usize = 5;
/// Requests under way at once.
const AT_ONCE: usize = 8;
/// Addresses after which what they answered is forgotten, to be asked anew.
const MOST_REMEMBERED: usize = 20_000;

/// Asks links and remembers what they answered.
pub struct Links {
    client: Client,
    /// Address → what is wrong with it.
    known: HashMap<String, Option<String>>,
}

/// The links of an office that citizens follow.
pub fn of(stelle: &Organisationseinheit) -> impl Iterator<Item = (Befund, &str)> {
    let links = [
        (Befund::DatenschutzNichtErreichbar, &stelle.datenschutz),
        (Befund::ImpressumNichtErreichbar, &stelle.impressum),
    ];
    links.into_iter().filter_map(|(befund, link)| Some((befund, link.as_deref()?)))
}

impl Links {
    /// Ready to ask.
    pub fn new() -> anyhow::Result<Self> {
        one_crypto_provider();
        let client = Client::builder()
            .timeout(PATIENCE)
            .connect_timeout(PATIENCE)
            .redirect(redirect::Policy::limited(REDIRECTS))
            .user_agent(concat!("antragsassistent/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, known: HashMap::new() })
    }

    /// Asks the links of these offices that were not asked yet.
    pub async fn ask(&mut self, stellen: &[Organisationseinheit]) {
        if self.known.len() > MOST_REMEMBERED {
            self.known.clear();
        }
        let links = stellen.iter().flat_map(of).map(|(_, link)| link);
        let mut fresh: Vec<String> = links.filter(|link| !self.known.contains_key(*link)).map(str::to_owned).collect();
        fresh.sort_unstable();
        fresh.dedup();
        let client = &self.client;
        let asked = stream::iter(fresh).map(|link| async move {
            let trouble = ask(client, &link).await;
            (link, trouble)
        });
        let answers: Vec<(String, Option<String>)> = asked.buffer_unordered(AT_ONCE).collect().await;
        self.known.extend(answers);
    }

    /// What is wrong with a link that was asked.
    pub fn trouble(&self, link: &str) -> Option<&str> {
        self.known.get(link)?.as_deref()
    }
}

async fn ask(client: &Client, link: &str) -> Option<String> {
    let head = client.head(link).send().await;
    let answer = match head {
        // Some servers only know GET; its body is not read.
        Ok(answer) if [StatusCode::METHOD_NOT_ALLOWED, StatusCode::NOT_IMPLEMENTED].contains(&answer.status()) => {
            client.get(link).send().await
        }
        other => other,
    };
    match answer {
        Ok(answer) if answer.status().is_success() => None,
        Ok(answer) => Some(format!("Antwort {}", answer.status().as_u16())),
        Err(error) if error.is_timeout() => Some(format!("keine Antwort in {} Sekunden", PATIENCE.as_secs())),
        Err(error) if error.is_builder() => Some("keine Internetadresse".to_owned()),
        Err(error) if error.is_redirect() => Some("leitet im Kreis weiter".to_owned()),
        Err(_) => Some("nicht erreichbar".to_owned()),
    }
}
