//! Reads the settings: compiled-in defaults, files, environment, secrets from files.

use std::path::{Path, PathBuf};

use config::{Config, ConfigError, File, FileFormat};

use super::Settings;

const DEFAULTS: &str = include_str!("../../config/default.toml");
const PREFIX: &str = "ANTRAG__";

/// Why settings cannot be used; the text names file or variable and says what to do.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A file cannot be read, a key is unknown, a value has the wrong type.
    #[error("{0}")]
    Config(#[from] ConfigError),
    /// A file named by a `…_FILE` variable cannot be read.
    #[error("{variable} names {}, which cannot be read: {source}", file.display())]
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
pub fn load(files: &[PathBuf], environment: impl Iterator<Item = (String, String)>) -> Result<Settings, SettingsError> {
    let mut builder = Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml));
    for file in files {
        builder = builder.add_source(File::from(file.as_path()).format(FileFormat::Toml));
    }
    for (variable, value) in environment {
        let Some(key) = variable.strip_prefix(PREFIX) else { continue };
        let key = key.to_ascii_lowercase().replace("__", ".");
        let (key, value) = match key.strip_suffix("_file") {
            Some(key) => (key.to_owned(), secret(&variable, Path::new(&value))?),
            None => (key, value),
        };
        builder = builder.set_override(key, value)?;
    }
    let settings: Settings = builder.build()?.try_deserialize()?;
    check(&settings)?;
    Ok(settings)
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
    fn unknown_keys_and_bad_values_are_errors_that_name_them() {
        let unknown = load(&[], environment(&[("ANTRAG__SERVER__LISTN", "x")])).unwrap_err().to_string();
        assert!(unknown.contains("listn"), "{unknown}");
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
