//! The walls of the house: who may import whom, and which library lives in which room.

/// Names in Rust sources, resolved.
mod names;
/// What has to be seen, and what not.
mod snippets;

use std::path::Path;

use names::{Leads, Named, names};

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

/// Library, and the files that may name it. None is handed on by `pub use`.
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
    ("lz4_flex", &["store/packed.rs"]),
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
fn every_room_imports_only_rooms_it_grows_out_of_and_every_library_stays_in_its_room() {
    let broken: Vec<String> = sources().iter().flat_map(|(place, source)| complaints(place, source)).collect();
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

/// What a file at this place below `src` may not name, each with its line.
fn complaints(place: &str, source: &str) -> Vec<String> {
    let module = module(place);
    let room = module.first();
    let permitted = match room {
        None => &[],
        Some(room) => match WALLS.iter().find(|(known, _)| known == room) {
            Some((_, permitted)) => *permitted,
            None => return vec![format!("{place}: room `{room}` is not in the table")],
        },
    };
    let complaint = |Named { line, to, handed_on }| {
        let wrong = match to {
            Leads::Room(to) if Some(&to) == room || LEAVES.contains(&to.as_str()) => return None,
            Leads::Room(to) if !permitted.contains(&to.as_str()) => format!("imports `{to}`"),
            Leads::Room(to) if handed_on => format!("hands `{to}` on, past the walls"),
            Leads::Room(_) => return None,
            Leads::Anywhere(what) => format!("names {what}"),
            Leads::Library(to) => {
                let (_, homes) = LIBRARIES.iter().find(|(library, _)| *library == to)?;
                if !homes.iter().any(|home| place.starts_with(home)) {
                    format!("names `{to}`")
                } else if handed_on {
                    format!("hands `{to}` on, past the walls")
                } else {
                    return None;
                }
            }
        };
        Some(format!("{place}:{line}: {wrong}"))
    };
    names(source, &module).into_iter().filter_map(complaint).collect()
}

/// The module that a file is: `form/parse.rs` is `form::parse`; `lib.rs` and `main.rs` are the root.
fn module(place: &str) -> Vec<String> {
    let parts = place.trim_end_matches(".rs").split('/').map(str::to_owned);
    parts.filter(|part| !matches!(part.as_str(), "lib" | "main")).collect()
}

#[test]
fn every_file_opens_with_its_duty_and_stays_short() {
    let mut broken = Vec::new();
    for (place, source) in sources() {
        let first = source.lines().next().unwrap_or_default();
        if !first.starts_with("//! ") || first.len() < 20 {
            broken.push(format!("{place}: does not open with `//!` and a sentence"));
        }
        let lines = source.lines().count();
        if lines >= 400 && !place.ends_with("table.rs") {
            broken.push(format!("{place}: {lines} lines, split before 400"));
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

/// Every file below `src`: its place there and its text.
pub(crate) fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("src is readable") {
            let path = entry.expect("src is readable").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let place = path.strip_prefix(&root).expect("below src").to_str().expect("plain names").to_owned();
                found.push((place, std::fs::read_to_string(&path).expect("sources are UTF-8")));
            }
        }
    }
    found.sort();
    assert!(found.len() > 40, "the walk found only {} files", found.len());
    found
}
