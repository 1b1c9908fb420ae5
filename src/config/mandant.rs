//! One tenant (Mandant): names, statements, support, forms, directory, channels, limits.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// A tenant, read from `<mandanten.dir>/<id>.toml`.
#[derive(Clone, Debug)]
pub struct Mandant {
    /// File name and part of the address.
    pub id: String,
    /// Name as documents and pages show it.
    pub name: String,
    /// Who operates the service.
    pub betreiber: Betreiber,
    /// "Wer kann mir helfen?"
    pub hilfe: Hilfe,
    /// Form ids that may be used.
    pub formulare: Vec<String>,
    /// The directory.
    pub zustaendigkeitsfinder: Zustaendigkeitsfinder,
    /// Kontaktsystem type → channels in order.
    pub kontaktsysteme: BTreeMap<String, Vec<KanalArt>>,
    /// Where `test` delivers.
    pub test_mailbox: Option<String>,
    /// Largest sum of all files of one application, in bytes.
    pub max_total_bytes: u64,
    /// Days that submissions stay after confirmed delivery.
    pub retention_days: u16,
}

/// The operator of the online service.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Betreiber {
    /// Name.
    pub name: String,
    /// Address lines.
    pub anschrift: Vec<String>,
    /// Phone.
    pub telefon: Option<String>,
    /// Mail.
    pub email: String,
    /// Extra lines of the imprint.
    #[serde(default)]
    pub impressum: Vec<String>,
    /// Paragraphs of the privacy statement.
    #[serde(default)]
    pub datenschutz: Vec<String>,
    /// Address of a privacy statement kept elsewhere.
    pub datenschutz_url: Option<String>,
    /// Paragraphs of the accessibility statement.
    #[serde(default)]
    pub barrierefreiheit: Vec<String>,
}

/// Support.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hilfe {
    /// For example `Behördennummer 115`.
    pub name: String,
    /// For example `115`.
    pub telefon: String,
    /// For example `Montag bis Freitag, 8 bis 18 Uhr`.
    pub zeiten: Option<String>,
    /// Mail.
    pub email: Option<String>,
}

/// Which directory is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Zustaendigkeitsfinder {
    /// A file.
    Directory {
        /// The file.
        file: PathBuf,
    },
}

/// A kind of channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KanalArt {
    /// Mail with PDF and XML.
    Mail,
}
