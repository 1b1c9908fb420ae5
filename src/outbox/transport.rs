//! Ways out for a mail: a folder with one `.eml` each, or an SMTP server.
//!
//! `mail.url` is one of
//!
//! | Form | Way |
//! |---|---|
//! | `file:var/mail` | a folder: `tmp/` while writing, then `new/<Vorgangsnummer>-mail.eml` |
//! | `smtp://[user:password@]host[:25]` | SMTP; `?tls=required` (STARTTLS, certificate checked; the default), `?tls=opportunistic` (STARTTLS if offered, certificate not checked as in RFC 7435; the default for a loopback host), `?tls=none` |
//! | `smtps://[user:password@]host[:465]` | SMTP inside TLS from the first byte, certificate checked |
//!
//! `?ehlo=name` sets the name by which we greet. User and password are percent-encoded; they are only ever sent over checked TLS
//! or to a loopback host. With `required` and `smtps` there is no way back to plain text.

/// A folder.
pub mod folder;
/// An SMTP server.
pub mod smtp;
/// `mail.url`, understood.
pub mod way;

use std::time::Duration;

use self::folder::Folder;
use self::smtp::Smtp;
use self::way::Way;
use super::DeliveryError;
use super::letter::Letter;

/// A way out. Cheap to clone; all clones share the connections.
#[derive(Clone, Debug)]
pub enum Transport {
    /// A folder on this machine.
    Folder(Folder),
    /// An SMTP server.
    Smtp(Smtp),
}

/// Why `mail.url` cannot be used. Never shows the address itself, which may hold a password.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("mail.url: {0}")]
pub struct TransportError(pub String);

impl Transport {
    /// Opens the way that `mail.url` names. No SMTP server is contacted yet; a folder is made and tried. `timeout` bounds a whole
    /// SMTP conversation, from connecting to the answer after the mail.
    pub fn open(url: &str, timeout: Duration) -> Result<Self, TransportError> {
        Ok(match Way::parse(url)? {
            Way::Folder(dir) => Self::Folder(Folder::open(&dir)?),
            Way::Smtp(server) => Self::Smtp(Smtp::new(server, timeout)?),
        })
    }

    /// Hands the mail over. `Ok` means that the other side has taken the responsibility for it.
    pub async fn send(&self, letter: &Letter) -> Result<(), DeliveryError> {
        match self {
            Self::Folder(folder) => folder.send(letter).await,
            Self::Smtp(smtp) => smtp.send(letter).await,
        }
    }

    /// The longest time that [`Transport::send`] takes.
    pub fn timeout(&self) -> Duration {
        match self {
            Self::Folder(_) => folder::TIMEOUT,
            Self::Smtp(smtp) => smtp.timeout(),
        }
    }

    /// Says goodbye on idle connections.
    pub async fn close(&self) {
        if let Self::Smtp(smtp) = self {
            smtp.close().await;
        }
    }
}
