//! What several commands open: forms, tenants, directories, key, store.

/// Each tenant's directory.
mod directories;

use std::collections::BTreeMap;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;

use crate::config::mandant::Mandant;
use crate::config::{Keys, Settings};
use crate::form::catalogue::Catalogue;
use crate::intake::finder::OfficeFinder;
use crate::problem::{Problem, Problems};
use crate::randomness::Randomness;
use crate::store::Store;
use crate::store::vault::MasterKey;

/// Forms, tenants and their directories.
#[derive(Debug)]
pub struct Definitions {
    /// All forms.
    pub catalogue: Catalogue,
    /// All tenants by id.
    pub mandanten: BTreeMap<String, Arc<Mandant>>,
    /// Each tenant's directory.
    pub finders: BTreeMap<String, OfficeFinder>,
}

/// Reads everything that people write, or all problems of all of it.
pub fn definitions(settings: &Settings) -> Result<Definitions, Problems> {
    let mut problems = Vec::new();
    let catalogue = Catalogue::read(&settings.forms.dir);
    let mandanten =
        Mandant::read_dir(&settings.mandanten.dir).map_err(|found| problems.extend(found)).unwrap_or_default();
    let mut finders = BTreeMap::new();
    let mut files = directories::Files::default();
    for mandant in mandanten.values() {
        let finder = match files.finder(&mandant.zustaendigkeitsfinder, &mandant_file(settings, mandant)) {
            Ok(finder) => finder,
            Err(found) => {
                problems.extend(found);
                continue;
            }
        };
        finders.insert(mandant.id.clone(), finder);
        if let Ok(catalogue) = &catalogue {
            for form in &mandant.formulare {
                if catalogue.own(form).is_none() {
                    let known: Vec<&str> = catalogue.iter().map(|form| form.id.as_str()).collect();
                    problems.push(unknown_form(settings, mandant, form, &known));
                }
            }
            problems.extend(wrong_names(settings, mandant, catalogue));
        }
    }
    match catalogue {
        Err(forms) => Err(forms.and(problems)),
        Ok(catalogue) => {
            Problems::check(problems)?;
            Ok(Definitions { catalogue, mandanten, finders })
        }
    }
}

fn mandant_file(settings: &Settings, mandant: &Mandant) -> String {
    settings.mandanten.dir.join(format!("{}.toml", mandant.id)).display().to_string()
}

fn unknown_form(settings: &Settings, mandant: &Mandant, form: &str, known: &[&str]) -> Problem {
    let message = format!("formulare: das Formular „{form}“ gibt es unter {} nicht", settings.forms.dir.display());
    of_tenant(settings, mandant, message).with_hint(Some(format!("vorhanden: {}", known.join(", "))))
}

/// Names of elements for fields that none of the tenant's forms has, and names that another field has already.
fn wrong_names(settings: &Settings, mandant: &Mandant, catalogue: &Catalogue) -> Vec<Problem> {
    let Some(intelliform) = &mandant.daten.intelliform else { return Vec::new() };
    let forms = || mandant.formulare.iter().filter_map(|form| catalogue.own(form));
    let known = |id: &str| forms().any(|form| form.fields().any(|(_, _, field)| field.id == id));
    let felder = &intelliform.felder;
    let message = |(id, name): (&String, &String)| {
        if !known(id) {
            Some(format!("daten.felder: ein Feld „{id}“ gibt es in keinem Formular des Mandanten"))
        } else if ["pstId", "areaId"].contains(&name.as_str())
            || (id != name && known(name) && !felder.contains_key(name))
        {
            Some(format!("daten.felder: „{name}“ (für „{id}“) heißt im Aufbau von intelliForm schon etwas anderes"))
        } else {
            None
        }
    };
    felder.iter().filter_map(message).map(|message| of_tenant(settings, mandant, message)).collect()
}

fn of_tenant(settings: &Settings, mandant: &Mandant, message: String) -> Problem {
    Problem::whole(&mandant_file(settings, mandant), message)
}

/// Definitions, or one error that tells all problems.
pub fn definitions_or_all_problems(settings: &Settings) -> anyhow::Result<Definitions> {
    definitions(settings).map_err(|problems| {
        anyhow::anyhow!("{} problem(s) in forms, tenants or directories:\n\n{problems}", problems.len())
    })
}

/// The master key from its file; made there if settings allow it.
pub fn master_key(keys: &Keys, randomness: &Randomness) -> anyhow::Result<MasterKey> {
    let file = &keys.file;
    if std::fs::metadata(file).is_ok_and(|metadata| metadata.permissions().mode() & 0o007 != 0) {
        tracing::warn!(file = %file.display(), "keys.file is open to every account of this machine: chmod 600");
    }
    match std::fs::read_to_string(file) {
        Ok(text) => MasterKey::parse(text.trim()).with_context(|| {
            format!(
                "keys.file {} must hold 64 hexadecimal digits, for example from `openssl rand -hex 32`",
                file.display()
            )
        }),
        Err(error) if error.kind() == ErrorKind::NotFound && keys.create => {
            let bytes: [u8; 32] = randomness.bytes();
            write_secret(file, &data_encoding::HEXLOWER.encode(&bytes))
                .with_context(|| format!("keys.file {} cannot be created", file.display()))?;
            Ok(MasterKey::from_bytes(bytes))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => anyhow::bail!(
            "keys.file {} does not exist; make one with `openssl rand -hex 32 > {0} && chmod 600 {0}` and keep a copy in a safe place",
            file.display()
        ),
        Err(error) => Err(error).with_context(|| format!("keys.file {} cannot be read", file.display())),
    }
}

fn write_secret(file: &Path, text: &str) -> std::io::Result<()> {
    if let Some(dir) = file.parent() {
        std::fs::create_dir_all(dir)?;
    }
    let mut secret = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    writeln!(secret, "{text}")?;
    secret.sync_all()
}

/// The store with its key.
pub async fn store(settings: &Settings, randomness: &Randomness) -> anyhow::Result<Store> {
    let key = master_key(&settings.keys, randomness)?;
    let url = &settings.store.url;
    // The address of a PostgreSQL database holds a password: it is not repeated.
    let place = if url.starts_with("sqlite:") { url } else { "store.url" };
    Store::open(url, key).await.with_context(|| format!("the store ({place}) cannot be opened"))
}

/// The SQLite file of the settings, if it is not there yet: opening the store makes it.
pub fn missing_database(settings: &Settings) -> Option<&Path> {
    let path = settings.store.url.strip_prefix("sqlite:")?;
    let path = Path::new(path.strip_prefix("//").unwrap_or(path));
    (!path.exists()).then_some(path)
}

/// The store of a server that ran before. Nothing is made: an empty database would answer that nothing is open.
pub async fn existing_store(settings: &Settings) -> anyhow::Result<Store> {
    if let Some(path) = missing_database(settings) {
        let path = path.display();
        anyhow::bail!(
            "there is no database {path} (store.url); give the same --config, environment and working directory as `serve`"
        );
    }
    let mut settings = settings.clone();
    settings.keys.create = false;
    store(&settings, &Randomness::System).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load::load;

    #[tokio::test]
    async fn looking_at_the_outbox_makes_neither_database_nor_key() {
        let dir = tempfile::tempdir().unwrap();
        let (database, key) = (dir.path().join("a.db"), dir.path().join("a.key"));
        let mut settings = load(&[], std::iter::empty()).unwrap();
        settings.store.url = format!("sqlite:{}", database.display());
        settings.keys = Keys { file: key.clone(), create: true };
        let told = existing_store(&settings).await.unwrap_err().to_string();
        assert!(told.contains("a.db"), "{told}");
        std::fs::write(&database, "").unwrap();
        assert!(existing_store(&settings).await.is_err(), "there is no key");
        assert!(!key.exists());
    }
}
