//! Opens the tenants' directories: files are read once, services are prepared to be asked.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::config::mandant::{Dienst, Zustaendigkeitsfinder};
use crate::intake::finder::OfficeFinder;
use crate::intake::imported::Catalogued;
use crate::office::directory::Directory;
use crate::office::finder::asking::{Asker, Connection, Secret};
use crate::office::finder::infodienste::Infodienste;
use crate::office::finder::pvog::Pvog;
use crate::office::finder::routing::Routing;
use crate::problem::{Problem, Problems};

/// Largest file with a key, in bytes.
const LARGEST_KEY: usize = 4096;

/// Reads a directory, or the Gebiete of one.
type Reader = fn(&Path) -> Result<Directory, Problems>;

/// The files that were read so far: tenants may share them.
#[derive(Default)]
pub(super) struct Files {
    read: BTreeMap<PathBuf, Arc<Directory>>,
}

impl Files {
    /// The directory of a tenant, or what is wrong with it; `tenant` is the name of the tenant's file.
    pub(super) fn finder(&mut self, finder: &Zustaendigkeitsfinder, tenant: &str) -> Result<OfficeFinder, Problems> {
        let asker = |connection| Asker::new(connection).map_err(|message| Problem::whole(tenant, message));
        Ok(match finder {
            Zustaendigkeitsfinder::Directory { file } => OfficeFinder::Directory(self.file(file, Directory::read)?),
            Zustaendigkeitsfinder::Infodienste { dienst, api_key_file, area_url } => {
                let key = Secret(key(api_key_file)?);
                let land = asker(connection(dienst, Some(("api_key", key))))?;
                let areas = Dienst { url: area_url.clone(), ..dienst.clone() };
                OfficeFinder::Infodienste(Arc::new(Infodienste::new(land, asker(connection(&areas, None))?)))
            }
            Zustaendigkeitsfinder::Pvog { dienst, client_id, paths } => {
                let header = client_id.as_ref().map(|id| ("pvog-sud-api-client-id", Secret(id.clone())));
                let service = asker(connection(dienst, header))?;
                OfficeFinder::Pvog(Arc::new(Pvog::new(service, paths.clone())))
            }
            Zustaendigkeitsfinder::Routing { dienst, file } => {
                let service = asker(connection(dienst, None))?;
                OfficeFinder::Routing(Arc::new(Routing::new(service, self.file(file, Directory::read)?)))
            }
            Zustaendigkeitsfinder::Xzufi { gebiete, verzeichnis, .. } => {
                let gebiete = self.file(gebiete, Directory::read_gebiete)?;
                OfficeFinder::Imported(Arc::new(Catalogued { name: verzeichnis.clone(), gebiete }))
            }
        })
    }

    fn file(&mut self, file: &Path, read: Reader) -> Result<Arc<Directory>, Problems> {
        if let Some(directory) = self.read.get(file) {
            return Ok(directory.clone());
        }
        let directory = Arc::new(read(file)?);
        self.read.insert(file.to_owned(), directory.clone());
        Ok(directory)
    }
}

fn connection(dienst: &Dienst, header: Option<(&'static str, Secret)>) -> Connection {
    let timeout = Duration::from_secs(u64::from(dienst.timeout_seconds));
    Connection { url: dienst.url.clone(), timeout, header }
}

/// The key in a file; its line end is not part of it.
fn key(file: &Path) -> Result<String, Problem> {
    let shown = file.display().to_string();
    if std::fs::metadata(file).is_ok_and(|metadata| metadata.permissions().mode() & 0o007 != 0) {
        tracing::warn!(file = shown, "the key is open to every account of this machine: chmod 600");
    }
    let bytes = std::fs::read(file)
        .map_err(|cause| Problem::whole(&shown, format!("die Datei mit dem Schlüssel ist nicht lesbar ({cause})")))?;
    let text = String::from_utf8(bytes).ok().map(|text| text.trim().to_owned());
    match text {
        Some(key) if !key.is_empty() && key.len() <= LARGEST_KEY && !key.contains(char::is_whitespace) => Ok(key),
        _ => {
            let hint = Some("eine Zeile: der Schlüssel, den der Infodienst Ihnen ausgestellt hat".to_owned());
            Err(Problem::whole(&shown, "in der Datei steht kein Schlüssel").with_hint(hint))
        }
    }
}
