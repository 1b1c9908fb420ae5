//! One tenant (Mandant): names, statements, support, forms, directory, channels, limits.

/// Which data files an office gets.
pub mod daten;
/// From TOML to tenants.
mod reading;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use url::Url;

use crate::logo::Logo;
use crate::office::finder::pvog::Paths;
use crate::office::resolution::Kanaele;
use crate::problem::Problems;

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
    /// Stands at the head of every PDF.
    pub logo: Option<Arc<Logo>>,
    /// Form ids that may be used.
    pub formulare: Vec<String>,
    /// The directory.
    pub zustaendigkeitsfinder: Zustaendigkeitsfinder,
    /// Kontaktsystem type → channels in order: an application gets one delivery by each.
    pub kontaktsysteme: Kanaele,
    /// Which data files an office gets.
    pub daten: daten::Daten,
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
    /// The Infodienst of a Land.
    Infodienste {
        /// Where and how it is asked.
        dienst: Dienst,
        /// File that holds the key.
        api_key_file: PathBuf,
        /// Address of the area service that all Infodienste share. It gets no key.
        area_url: Url,
    },
    /// The search service of the federal PVOG.
    Pvog {
        /// Where and how it is asked.
        dienst: Dienst,
        /// Our id there (header `pvog-sud-api-client-id`); no secret.
        client_id: Option<String>,
        /// Where each question is put.
        paths: Paths,
    },
    /// The routing service of FIT-Connect.
    Routing {
        /// Where and how it is asked.
        dienst: Dienst,
        /// Directory file with the names and texts of the Leistungen.
        file: PathBuf,
    },
    /// XZuFi transfer files, imported into the store.
    Xzufi {
        /// File or folder of the delivery; needed only to import it.
        file: PathBuf,
        /// Table of Gebiete, which XZuFi does not have.
        gebiete: PathBuf,
        /// Name of the directory in the store; tenants of one Land share it.
        verzeichnis: String,
    },
}

/// A directory on the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dienst {
    /// Its base address.
    pub url: Url,
    /// Seconds for one question with all its repetitions, 1 to 20.
    pub timeout_seconds: u16,
    /// Days for which its last good answer serves while it does not answer.
    pub stale_days: u16,
}

impl Zustaendigkeitsfinder {
    /// Days for which the last good answer serves; 0 for files.
    pub fn stale_days(&self) -> u16 {
        match self {
            Self::Directory { .. } | Self::Xzufi { .. } => 0,
            Self::Infodienste { dienst, .. } | Self::Pvog { dienst, .. } | Self::Routing { dienst, .. } => {
                dienst.stale_days
            }
        }
    }
}

impl fmt::Display for Zustaendigkeitsfinder {
    /// Which directory it is, for editors; never its key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory { file } => write!(f, "Datei {}", file.display()),
            Self::Infodienste { dienst, .. } => write!(f, "Infodienst {}", dienst.url),
            Self::Pvog { dienst, .. } => write!(f, "PVOG {}", dienst.url),
            Self::Routing { dienst, .. } => write!(f, "Routingdienst {}", dienst.url),
            Self::Xzufi { verzeichnis, .. } => write!(f, "importiertes Verzeichnis {verzeichnis}"),
        }
    }
}

impl Mandant {
    /// Reads every `<id>.toml` of a directory by id, or tells all problems of all files.
    ///
    /// Paths in a tenant file are relative to the directory in which it lies, so that tenant and directory file can
    /// be moved together and do not depend on where the program was started.
    pub fn read_dir(dir: &Path) -> Result<BTreeMap<String, Arc<Self>>, Problems> {
        reading::read_dir(dir)
    }
}
