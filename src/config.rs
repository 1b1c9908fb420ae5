//! Typed settings: `config/default.toml` < files given by `--config` < environment `ANTRAG__SECTION__KEY`.

/// One tenant (Mandant).
pub mod mandant;

/// Reading: files, environment, secrets from files.
pub mod load;

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;
use url::Url;

/// All settings of the program. `config/default.toml` documents each.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The door.
    pub server: Server,
    /// Where drafts and submissions lie.
    pub store: Store,
    /// How mail leaves.
    pub mail: Mail,
    /// Keys.
    pub keys: Keys,
    /// Form definitions.
    pub forms: Dir,
    /// Tenants.
    pub mandanten: Dir,
    /// The courier.
    pub courier: Courier,
    /// Limits.
    pub limits: Limits,
    /// Logs.
    pub log: Log,
}

/// `[server]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Address and port of the public listener.
    pub listen: SocketAddr,
    /// External base address.
    pub public_url: Url,
    /// Path in front of everything, for example `/intelliform`; empty for none.
    pub path_prefix: String,
    /// Listener for metrics and health.
    pub admin_listen: SocketAddr,
    /// Whether `/` shows the demo portal.
    pub demo_portal: bool,
    /// `Contact:` of `/.well-known/security.txt`.
    pub security_contact: String,
    /// Seconds that running requests get after SIGTERM.
    pub drain_seconds: u64,
}

/// `[store]`
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Store {
    /// `sqlite:var/antragsassistent.db` or `postgres://…`.
    pub url: String,
    /// Days a draft lives after its last change, 1 to 30 (§ 8a OZG).
    pub draft_days: u16,
}

/// `[mail]`
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// `file:var/mail`, `smtp://…`, `smtps://…`.
    pub url: String,
    /// Sender.
    pub from: String,
    /// Seconds until an SMTP conversation is given up for now.
    pub timeout_seconds: u64,
    /// Most bytes of one mail before encoding.
    pub largest_bytes: u64,
}

/// Addresses hold passwords: they are not for logs.
impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Store(…)")
    }
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mail(…)")
    }
}

/// `[keys]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// Master key for submissions at rest, 64 hex digits.
    pub file: PathBuf,
    /// Whether a missing file is made (demo only).
    pub create: bool,
}

/// `[forms]`, `[mandanten]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dir {
    /// The directory.
    pub dir: PathBuf,
}

/// `[courier]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Courier {
    /// Deliveries at the same time.
    pub parallel: u32,
    /// Seconds a claim holds before another instance may take over.
    pub lease_seconds: u32,
    /// Seconds between two looks for due deliveries when nobody calls.
    pub poll_seconds: u32,
    /// Seconds before the first repetition; doubles each time.
    pub first_retry_seconds: u32,
    /// Longest time between two attempts.
    pub longest_retry_seconds: u32,
}

/// `[limits]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Bytes of a form page without files.
    pub body_bytes: usize,
    /// Seconds for a request without files.
    pub request_seconds: u64,
    /// Seconds for a request with files.
    pub upload_seconds: u64,
    /// Requests under way at once; more get 503.
    pub concurrent_requests: usize,
    /// Requests with files under way at once.
    pub concurrent_uploads: usize,
    /// Documents printed at once; 0 stands for the number of cores.
    pub concurrent_documents: usize,
}

/// `[log]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// `text` or `json`.
    pub format: LogFormat,
    /// Filter, for example `info`.
    pub filter: String,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines, one object a line.
    Json,
}
