//! Reads the settings: compiled-in defaults, files, environment, secrets from files.

use std::path::{Path, PathBuf};

use config::{Config, ConfigError, File, FileFormat};
use toml::de::DeTable;

use super::Settings;
use crate::problem::{Problem, did_you_mean};

const DEFAULTS: &str = include_str!("../../config/default.toml");
const PREFIX: &str = "ANTRAG__";

/// Why settings cannot be used; the text names file or variable and says what to do.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A file cannot be read, a key is unknown, a value has the wrong type.
    #[error("{0}")]
    Config(#[from] ConfigError),
    /// Settings that do not exist, all of them, with their places.
    #[error("{}", .0.join("\n\n"))]
    Unknown(Vec<String>),
    /// A file named by a `…_FILE` variable cannot be read.
    #[error("{variable} names {}, which cannot be read", file.display())]
    Secret {
        /// The variable.
        variable: String,
        /// The file it names.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A value is out of its range.
    #[error("{key}: {message}")]
    Value {
        /// The setting.
        key: &'static str,
        /// What is wrong and what to do.
        message: String,
    },
}

/// Reads the settings. `environment` is the process's, passed in so that tests bring their own.
///
/// # Panics
/// If the compiled-in defaults are not TOML; a test shows that they are.
pub fn load(files: &[PathBuf], environment: impl Iterator<Item = (String, String)>) -> Result<Settings, SettingsError> {
    let known: toml::Table = DEFAULTS.parse().expect("the compiled-in defaults are TOML, as a test shows");
    let mut problems = Vec::new();
    let mut builder = Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml));
    for file in files {
        // A file that cannot be read or is not TOML is told by the builder.
        if let Ok(text) = std::fs::read_to_string(file) {
            problems.extend(unknown_in_file(&file.display().to_string(), &text, &known));
        }
        builder = builder.add_source(File::from(file.as_path()).format(FileFormat::Toml));
    }
    for (variable, value) in environment {
        let Some(key) = variable.strip_prefix(PREFIX) else { continue };
        let key = key.to_ascii_lowercase().replace("__", ".");
        let (key, value) = match key.strip_suffix("_file") {
            Some(key) => (key.to_owned(), secret(&variable, Path::new(&value))?),
            None => (key, value),
        };
        match unknown_key(&key, &known) {
            Some(problem) => problems.push(format!("{variable}: {problem}")),
            None => builder = builder.set_override(key, value)?,
        }
    }
    if !problems.is_empty() {
        return Err(SettingsError::Unknown(problems));
    }
    let settings: Settings = builder.build()?.try_deserialize()?;
    check(&settings)?;
    Ok(settings)
}

/// What is wrong with `section.key`, if it is no setting.
fn unknown_key(path: &str, known: &toml::Table) -> Option<String> {
    let (section, key) = path.split_once('.').unwrap_or((path, ""));
    let (unknown, known) = match known.get(section).and_then(toml::Value::as_table) {
        None => (format!("there is no section [{section}]"), known),
        Some(known) if !known.contains_key(key) => (format!("there is no setting {section}.{key}"), known),
        Some(_) => return None,
    };
    let word = if unknown.contains('[') { section } else { key };
    Some(format!("{unknown}; {}", hint(word, known)))
}

/// Sections and settings of a file that do not exist, each with its place.
fn unknown_in_file(file: &str, text: &str, known: &toml::Table) -> Vec<String> {
    let mut problems = Vec::new();
    let mut add = |span, message: String, hint| {
        problems.push(Problem::at(file, text, span, message).with_hint(Some(hint)).to_string());
    };
    let Ok(document) = DeTable::parse(text) else { return problems };
    for (section, value) in document.get_ref() {
        let name: &str = section.get_ref();
        let Some(settings) = known.get(name).and_then(toml::Value::as_table) else {
            add(section.span(), format!("there is no section [{name}]"), hint(name, known));
            continue;
        };
        for key in value.get_ref().as_table().into_iter().flat_map(DeTable::keys) {
            let word: &str = key.get_ref();
            if !settings.contains_key(word) {
                add(key.span(), format!("there is no setting {name}.{word}"), hint(word, settings));
            }
        }
    }
    problems
}

/// The likeliest name, or all of them.
fn hint(word: &str, known: &toml::Table) -> String {
    did_you_mean(word, known.keys().map(String::as_str))
        .unwrap_or_else(|| format!("known are {}", known.keys().cloned().collect::<Vec<_>>().join(", ")))
}

fn secret(variable: &str, file: &Path) -> Result<String, SettingsError> {
    std::fs::read_to_string(file).map(|text| text.trim_end().to_owned()).map_err(|source| SettingsError::Secret {
        variable: variable.to_owned(),
        file: file.to_owned(),
        source,
    })
}

fn check(settings: &Settings) -> Result<(), SettingsError> {
    let wrong = |key, message: &str| Err(SettingsError::Value { key, message: message.to_owned() });
    let prefix = &settings.server.path_prefix;
    if !matches!(settings.server.public_url.scheme(), "http" | "https") || !settings.server.public_url.has_host() {
        return wrong("server.public_url", "must begin with http:// or https:// and name a host");
    }
    if !prefix.is_empty()
        && (!prefix.starts_with('/') || prefix.ends_with('/') || prefix.contains(['{', '}', '?', '#']))
    {
        return wrong("server.path_prefix", "must be empty or begin, but not end, with a slash: \"/intelliform\"");
    }
    if !(1..=30).contains(&settings.store.draft_days) {
        return wrong("store.draft_days", "must be 1 to 30 (§ 8a Abs. 3 OZG)");
    }
    if settings.courier.parallel == 0
        || settings.limits.concurrent_requests == 0
        || settings.limits.concurrent_uploads == 0
    {
        return wrong("courier.parallel, limits.concurrent_requests, limits.concurrent_uploads", "must be at least 1");
    }
    if u64::from(settings.courier.lease_seconds) < 2 * settings.mail.timeout_seconds {
        return wrong(
            "courier.lease_seconds",
            "must be at least twice mail.timeout_seconds, or two instances could send the same mail",
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> impl Iterator<Item = (String, String)> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect::<Vec<_>>().into_iter()
    }

    #[test]
    fn the_defaults_are_valid() {
        let settings = load(&[], environment(&[])).unwrap();
        assert_eq!(settings.server.listen.port(), 8080);
    }

    #[test]
    fn the_environment_overrides_files_and_other_variables_are_none_of_ours() {
        let settings = load(
            &[PathBuf::from("config/demo.toml")],
            environment(&[
                ("ANTRAG__SERVER__LISTEN", "127.0.0.1:9"),
                ("ANTRAG__COURIER__PARALLEL", "3"),
                ("HOME", "/"),
            ]),
        )
        .unwrap();
        assert_eq!((settings.server.listen.port(), settings.courier.parallel), (9, 3));
        assert!(settings.server.demo_portal);
    }

    #[test]
    fn a_secret_comes_from_a_file_and_its_line_end_is_not_part_of_it() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("url");
        std::fs::write(&file, "postgres://u:p@h/d\n").unwrap();
        let settings = load(&[], environment(&[("ANTRAG__STORE__URL_FILE", file.to_str().unwrap())])).unwrap();
        assert_eq!(settings.store.url, "postgres://u:p@h/d");
        let missing = load(&[], environment(&[("ANTRAG__STORE__URL_FILE", "/does/not/exist")])).unwrap_err();
        assert!(missing.to_string().contains("ANTRAG__STORE__URL_FILE"), "{missing}");
    }

    #[test]
    fn all_unknown_settings_are_told_with_file_line_and_column() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.toml");
        std::fs::write(&file, "[server]\n  listn = 1\n[kurier]\nparallel = 3\n").unwrap();
        let told =
            load(&[file], environment(&[("ANTRAG__LOG__COLOR", "1"), ("ANTRAG__LOG", "1")])).unwrap_err().to_string();
        for piece in
            ["a.toml:2:3: there is no setting server.listn", "„listen“", "a.toml:3:2: there is no section [kurier]"]
        {
            assert!(told.contains(piece), "{told}");
        }
        assert!(told.contains("ANTRAG__LOG__COLOR: there is no setting log.color; known are "), "{told}");
        assert!(told.contains("ANTRAG__LOG: there is no setting log."), "{told}");
    }

    #[test]
    fn unknown_keys_and_bad_values_are_errors_that_name_them() {
        let unknown = load(&[], environment(&[("ANTRAG__SERVER__LISTN", "x")])).unwrap_err().to_string();
        assert!(unknown.starts_with("ANTRAG__SERVER__LISTN: ") && unknown.contains("listen"), "{unknown}");
        let bad = load(&[], environment(&[("ANTRAG__SERVER__LISTEN", "nowhere")])).unwrap_err().to_string();
        assert!(bad.contains("server.listen"), "{bad}");
        for (key, value) in [
            ("ANTRAG__SERVER__PATH_PREFIX", "intelliform"),
            ("ANTRAG__STORE__DRAFT_DAYS", "31"),
            ("ANTRAG__COURIER__LEASE_SECONDS", "10"),
            ("ANTRAG__SERVER__PUBLIC_URL", "ftp://x"),
        ] {
            assert!(load(&[], environment(&[(key, value)])).is_err(), "{key}={value}");
        }
    }
}
