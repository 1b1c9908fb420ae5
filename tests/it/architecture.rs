//! The walls of the house: who may import whom, and which library lives in which room.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Room, and the rooms that it may import. Leaf rooms (`clock`, `randomness`, `problem`) are open to all.
const WALLS: &[(&str, &[&str])] = &[
    ("clock", &[]),
    ("randomness", &[]),
    ("problem", &[]),
    ("latin", &[]),
    ("logo", &[]),
    ("config", &["logo", "office"]),
    ("telemetry", &["config"]),
    ("templates", &["form"]),
    ("form", &["latin"]),
    ("office", &[]),
    ("draft", &["form", "office", "latin"]),
    ("submission", &["draft", "form", "office", "latin"]),
    ("words", &["draft", "form", "latin"]),
    ("document", &["words", "logo", "submission", "draft", "form", "office", "latin"]),
    ("store", &["submission", "draft", "form", "office", "latin"]),
    ("outbox", &["words", "store", "document", "office", "templates", "config", "draft", "submission"]),
    ("intake", &["words", "config", "logo", "form", "office", "draft", "submission", "document", "store", "latin"]),
    ("web", &["words", "intake", "templates", "config", "form", "office", "draft", "document", "store"]),
    (
        "cli",
        &[
            "intake",
            "web",
            "outbox",
            "templates",
            "telemetry",
            "config",
            "form",
            "office",
            "draft",
            "store",
            "submission",
        ],
    ),
];
const LEAVES: &[&str] = &["clock", "randomness", "problem"];

/// Library, and the files that may name it.
const LIBRARIES: &[(&str, &[&str])] = &[
    ("axum", &["web.rs", "web/"]),
    ("multer", &["web/"]),
    ("minijinja", &["templates.rs", "templates/"]),
    ("printpdf", &["document/pdf.rs", "document/pdf/"]),
    ("lopdf", &["document/pdf.rs", "document/pdf/"]),
    ("harfrust", &["document/pdf.rs", "document/pdf/"]),
    ("resvg", &["logo.rs", "logo/"]),
    ("png", &["logo.rs", "logo/"]),
    ("quick_xml", &["document/xml.rs", "document/xml/", "office/xzufi/"]),
    ("csv", &["cli/"]),
    ("indicatif", &["cli/"]),
    ("lettre", &["outbox.rs", "outbox/"]),
    ("sqlx", &["store.rs", "store/"]),
    ("rusqlite", &["store.rs", "store/"]),
    ("clap", &["cli.rs", "cli/"]),
    ("reqwest", &["office/finder/asking.rs", "cli/directory/report/links.rs", "cli/directory/report/links/"]),
    ("rustls", &["office/finder/asking.rs"]),
    ("ammonia", &["office/clean.rs"]),
    ("moka", &["intake/auskunft.rs"]),
    ("tracing_subscriber", &["telemetry.rs"]),
    // Sorting and searching fold letters; only `latin` decides what a text may hold.
    ("unicode_normalization", &["latin.rs", "latin/", "form/laender.rs", "office/search.rs"]),
    ("validator", &["draft.rs", "draft/", "config.rs", "config/", "office/"]),
];

#[test]
fn every_room_imports_only_rooms_it_grows_out_of() {
    let walls: BTreeMap<&str, &[&str]> = WALLS.iter().copied().collect();
    let mut broken = Vec::new();
    for (file, source) in sources() {
        let Some(room) = room(&file) else { continue };
        let Some(permitted) = walls.get(room.as_str()) else {
            broken.push(format!("{}: room `{room}` is not in the table", file.display()));
            continue;
        };
        for imported in imports(&source) {
            if imported != room && !permitted.contains(&imported.as_str()) && !LEAVES.contains(&imported.as_str()) {
                broken.push(format!("{}: `{room}` imports `{imported}`", file.display()));
            }
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn every_library_stays_in_its_room() {
    let mut broken = Vec::new();
    for (file, source) in sources() {
        let place = file.strip_prefix(root()).expect("below src").to_string_lossy().into_owned();
        for (library, homes) in LIBRARIES {
            let named = code_lines(&source).any(|line| line.contains(&format!("{library}::")));
            if named && !homes.iter().any(|home| place.starts_with(home)) {
                broken.push(format!("{place}: names `{library}`"));
            }
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn every_file_opens_with_its_duty_and_stays_short() {
    let mut broken = Vec::new();
    for (file, source) in sources() {
        let first = source.lines().next().unwrap_or_default();
        if !first.starts_with("//! ") || first.len() < 20 {
            broken.push(format!("{}: does not open with `//!` and a sentence", file.display()));
        }
        let lines = source.lines().count();
        if lines >= 400 && !file.ends_with("table.rs") {
            broken.push(format!("{}: {lines} lines, split before 400", file.display()));
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

pub(crate) fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("src is readable") {
            let path = entry.expect("src is readable").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let source = std::fs::read_to_string(&path).expect("sources are UTF-8");
                found.push((path, source));
            }
        }
    }
    found.sort();
    assert!(found.len() > 40, "the walk found only {} files", found.len());
    found
}

/// First part of the path below `src`; `None` for lib.rs and main.rs.
fn room(file: &Path) -> Option<String> {
    let relative = file.strip_prefix(root()).ok()?;
    let first = relative.components().next()?.as_os_str().to_str()?.trim_end_matches(".rs").to_owned();
    (!matches!(first.as_str(), "lib" | "main")).then_some(first)
}

/// Lines before the inline tests, without comments: tests may bring samples from anywhere.
pub(crate) fn code_lines(source: &str) -> impl Iterator<Item = &str> {
    source
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or_default()
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
}

/// Rooms named after `crate::`.
fn imports(source: &str) -> Vec<String> {
    let mut rooms = Vec::new();
    for line in code_lines(source) {
        for part in line.split("crate::").skip(1) {
            let name: String =
                part.chars().take_while(|sign| sign.is_ascii_lowercase() || matches!(sign, '_' | '0'..='9')).collect();
            if !name.is_empty() {
                rooms.push(name);
            }
        }
    }
    rooms
}
