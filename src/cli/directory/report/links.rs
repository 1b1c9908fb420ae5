//! Whether the offices' links answer: HEAD requests, few at once, each address once.

/// Which addresses may be asked.
mod public;

use std::collections::HashMap;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Client, StatusCode};
use url::Url;

use super::rows::Befund;
use crate::office::Organisationseinheit;
use crate::office::finder::asking::one_crypto_provider;
use public::{Internal, IsPublic, PublicNames, may_be_asked};

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Redirects that are followed.
const REDIRECTS: usize = 5;
/// Requests under way at once.
const AT_ONCE: usize = 8;
/// Addresses after which what they answered is forgotten, to be asked anew.
const MOST_REMEMBERED: usize = 20_000;

/// What is told about an address that is not asked.
const INTERNAL: &str = "führt in ein internes Netz, wird daher nicht abgefragt";

/// Asks links and remembers what they answered.
pub struct Links {
    client: Client,
    is_public: IsPublic,
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
    /// Ready to ask what is on the public internet.
    pub fn new() -> anyhow::Result<Self> {
        Self::within(public::is_public)
    }

    /// Ready to ask these addresses.
    pub(super) fn within(is_public: IsPublic) -> anyhow::Result<Self> {
        one_crypto_provider();
        let follow = move |attempt: Attempt<'_>| {
            if attempt.previous().len() > REDIRECTS {
                attempt.error("too many redirects")
            } else if may_be_asked(attempt.url(), is_public) {
                attempt.follow()
            } else {
                attempt.error(Internal)
            }
        };
        let client = Client::builder()
            .timeout(PATIENCE)
            .connect_timeout(PATIENCE)
            .dns_resolver(Arc::new(PublicNames::new(is_public, std::env::vars())))
            .redirect(Policy::custom(follow))
            .referer(false)
            .user_agent(concat!("antragsassistent/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, is_public, known: HashMap::new() })
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
        let this = &*self;
        let asked = stream::iter(fresh).map(|link| async move {
            let trouble = this.trouble_of(&link).await;
            (link, trouble)
        });
        let answers: Vec<(String, Option<String>)> = asked.buffer_unordered(AT_ONCE).collect().await;
        self.known.extend(answers);
    }

    /// What is wrong with a link that was asked.
    pub fn trouble(&self, link: &str) -> Option<&str> {
        self.known.get(link)?.as_deref()
    }

    async fn trouble_of(&self, link: &str) -> Option<String> {
        match Url::parse(link) {
            Ok(url) if !may_be_asked(&url, self.is_public) => Some(INTERNAL.to_owned()),
            _ => ask(&self.client, link).await,
        }
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
        Err(error) if leads_inside(&error) => Some(INTERNAL.to_owned()),
        Err(error) if error.is_timeout() => Some(format!("keine Antwort in {} Sekunden", PATIENCE.as_secs())),
        Err(error) if error.is_builder() => Some("keine Internetadresse".to_owned()),
        Err(error) if error.is_redirect() => Some("leitet im Kreis weiter".to_owned()),
        Err(_) => Some("nicht erreichbar".to_owned()),
    }
}

/// Whether the request was given up because its name, or a redirect, leads into an internal network.
fn leads_inside(error: &reqwest::Error) -> bool {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(one) = cause {
        if one.is::<Internal>() {
            return true;
        }
        cause = one.source();
    }
    false
}
