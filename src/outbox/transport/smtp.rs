//! An SMTP server as the way out, with a few idle connections.
//!
//! The conversation is led step by step instead of through lettre's own transport, for two reasons: only so is it known *where*
//! a refusal came, which decides about the retry ([`refusal`]); and lettre's pool takes back a connection whose send was
//! cancelled, so that the next mail could read the answers meant for the last. Here only a connection whose conversation came to
//! its end is used again.

/// What a refusal means.
pub mod refusal;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Tls, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::{Response, Severity};
use tokio::time::Instant;

use self::refusal::{Stage, Trouble};
use super::super::DeliveryError;
use super::TransportError;
use super::way::{Protection, Server};
use crate::outbox::letter::Letter;

/// Most idle connections.
const IDLE_CONNECTIONS: usize = 16;
/// Longest time a connection waits for its next mail.
const IDLE_TIME: Duration = Duration::from_secs(30);
/// Longest time for a goodbye.
const GOODBYE: Duration = Duration::from_secs(5);
/// Bytes of a mail that are encoded at once.
const CHUNK: usize = 64 * 1024;

/// An SMTP server. Clones share the connections.
#[derive(Clone)]
pub struct Smtp(Arc<Inner>);

struct Inner {
    server: Server,
    tls: Tls,
    credentials: Option<Credentials>,
    hello: ClientId,
    timeout: Duration,
    idle: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Smtp({:?})", self.0.server)
    }
}

impl Smtp {
    /// Prepares the way to a server; nothing is contacted yet. `timeout` bounds a whole conversation.
    pub fn new(server: Server, timeout: Duration) -> Result<Self, TransportError> {
        if timeout.is_zero() {
            return Err(TransportError("mail.timeout_seconds must be more than 0".to_owned()));
        }
        let parameters = |checked: bool| {
            TlsParameters::builder(server.host.clone())
                .dangerous_accept_invalid_certs(!checked)
                .dangerous_accept_invalid_hostnames(!checked)
                .build_rustls()
                .map_err(|error| TransportError(format!("TLS cannot be prepared: {error}")))
        };
        let tls = match server.protection {
            Protection::None => Tls::None,
            Protection::Opportunistic => Tls::Opportunistic(parameters(false)?),
            Protection::Required => Tls::Required(parameters(true)?),
            Protection::Wrapped => Tls::Wrapper(parameters(true)?),
        };
        let credentials = server.login.clone().map(|(user, password)| Credentials::new(user, password));
        let hello = server.ehlo.clone().map_or_else(ClientId::default, ClientId::Domain);
        Ok(Self(Arc::new(Inner { server, tls, credentials, hello, timeout, idle: Mutex::default() })))
    }

    /// The longest time that [`Smtp::send`] takes.
    pub fn timeout(&self) -> Duration {
        self.0.timeout
    }

    /// Leads one conversation. `Ok` means that the server has answered the end of the mail with 2xx.
    pub async fn send(&self, letter: &Letter) -> Result<(), DeliveryError> {
        match tokio::time::timeout(self.0.timeout, self.converse(letter)).await {
            Ok(result) => result,
            // The connection went with the future. If the mail was through already, the office gets it twice with the same
            // Message-ID; taking silence for success could lose it.
            Err(_) => Err(DeliveryError::Later(format!(
                "the SMTP server took longer than {} seconds",
                self.0.timeout.as_secs_f32()
            ))),
        }
    }

    /// Says goodbye on idle connections.
    pub async fn close(&self) {
        let idle = std::mem::take(&mut *self.0.idle.lock().unwrap_or_else(PoisonError::into_inner));
        let goodbyes = idle.into_iter().map(|(connection, _)| goodbye(connection));
        futures_util::future::join_all(goodbyes).await;
    }

    async fn converse(&self, letter: &Letter) -> Result<(), DeliveryError> {
        let mut connection = self.connection().await?;
        match post(&mut connection, letter).await {
            Ok(()) => {
                self.keep(connection);
                Ok(())
            }
            Err(trouble) => {
                // In the background: an impolite server must not hold up the courier.
                tokio::spawn(goodbye(connection));
                Err(trouble.into())
            }
        }
    }

    async fn connection(&self) -> Result<AsyncSmtpConnection, Trouble> {
        while let Some(mut connection) = self.idle() {
            if connection.test_connected().await {
                return Ok(connection);
            }
        }
        self.connect().await
    }

    fn idle(&self) -> Option<AsyncSmtpConnection> {
        let mut idle = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|(_, since)| since.elapsed() < IDLE_TIME);
        idle.pop().map(|(connection, _)| connection)
    }

    fn keep(&self, connection: AsyncSmtpConnection) {
        let mut idle = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_CONNECTIONS {
            idle.push((connection, Instant::now()));
        } else {
            drop(idle);
            tokio::spawn(goodbye(connection));
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Trouble> {
        let inner = &*self.0;
        let at_connect = |error| Trouble::of(Stage::Connect, &error);
        let wrapper = if let Tls::Wrapper(parameters) = &inner.tls { Some(parameters.clone()) } else { None };
        let address = (inner.server.host.as_str(), inner.server.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(address, Some(inner.timeout), &inner.hello, wrapper, None)
                .await
                .map_err(at_connect)?;
        match &inner.tls {
            Tls::Opportunistic(parameters) if connection.can_starttls() => {
                connection.starttls(parameters.clone(), &inner.hello).await.map_err(at_connect)?;
            }
            Tls::Required(parameters) => {
                if !connection.can_starttls() {
                    tokio::spawn(goodbye(connection));
                    return Err(Trouble::later(
                        Stage::Connect,
                        "the SMTP server offers no STARTTLS, which is required",
                    ));
                }
                connection.starttls(parameters.clone(), &inner.hello).await.map_err(at_connect)?;
            }
            _ => {}
        }
        if let Some(credentials) = &inner.credentials {
            connection
                .auth(DEFAULT_MECHANISMS, credentials)
                .await
                .map_err(|error| Trouble::of(Stage::Login, &error))?;
        }
        Ok(connection)
    }
}

/// MAIL, RCPT, DATA, the mail, its answer: one mail to one mailbox, so that each refusal is about exactly this one.
async fn post(connection: &mut AsyncSmtpConnection, letter: &Letter) -> Result<(), Trouble> {
    use Severity::{PositiveCompletion, PositiveIntermediate};
    let mail = Mail::new(Some(letter.from.clone()), Vec::new());
    expect(Stage::Mail, PositiveCompletion, connection.command(mail).await)?;
    let rcpt = Rcpt::new(letter.to.clone(), Vec::new());
    expect(Stage::Rcpt, PositiveCompletion, connection.command(rcpt).await)?;
    expect(Stage::Data, PositiveIntermediate, connection.command(Data).await)?;
    expect(Stage::Content, PositiveCompletion, connection.message_iter(letter.bytes.chunks(CHUNK)).await)
}

/// Only the kind of answer that belongs to this step counts as a yes: 2xx in place of 354 would mean that we are out of step.
fn expect(
    stage: Stage,
    wanted: Severity,
    answer: Result<Response, lettre::transport::smtp::Error>,
) -> Result<(), Trouble> {
    match answer {
        Ok(response) if response.code().severity == wanted => Ok(()),
        Ok(_) => Err(Trouble::later(stage, "the SMTP server answers out of step")),
        Err(error) => Err(Trouble::of(stage, &error)),
    }
}

async fn goodbye(mut connection: AsyncSmtpConnection) {
    // Whether the server says goodbye, too, changes nothing.
    let _ = tokio::time::timeout(GOODBYE, connection.abort()).await;
}
