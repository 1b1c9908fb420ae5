//! Sentences for citizens stand in one room: elsewhere, no line of code may hold German words.

use std::path::Path;

use crate::architecture::sources;

/// Rooms that hand data to the door, and the door itself.
const WORDLESS: &[&str] = &["draft", "form", "intake", "latin", "office", "store", "submission", "templates", "web"];

/// Beginnings of paths whose German is not said to citizens by the program, and for whom it is.
const EXCEPT: &[(&str, &str)] = &[
    ("form/catalogue.rs", "authors of forms"),
    ("form/kinds.rs", "those who read the schemas"),
    ("form/parse", "authors of forms"),
    ("intake/start.rs", "the places of the demo portal"),
    ("intake/take_in.rs", "operators who import a directory"),
    ("office/directory", "editors of a directory"),
    ("office/finder/", "names of roles and addresses in the answers of directories"),
    ("office/key.rs", "names of the Länder"),
    ("office/leistung.rs", "editors who read `testlink`"),
    ("office/resolution.rs", "editors who read `testlink`"),
    ("office/xzufi", "operators who import a directory"),
    ("submission.rs", "a sample for tests"),
];

/// Words without which hardly a German sentence gets by, and which no name in the sources has.
const GERMAN: &[&str] = &[
    "Bitte", "bitte", "Das", "Der", "Die", "Es", "Ihr", "Ihre", "Ihren", "Ihnen", "Sie", "das", "der", "die", "ein",
    "eine", "ist", "kein", "keine", "mit", "nicht", "oder", "und", "wählen", "zum", "zur",
];

#[test]
fn sentences_for_citizens_stand_in_one_room() {
    let mut found = Vec::new();
    for (place, source) in sources() {
        if is_wordless(Path::new(&place)) && !EXCEPT.iter().any(|(beginning, _)| place.starts_with(beginning)) {
            let german = code_lines(&source).filter(|line| is_german(line));
            found.extend(german.map(|line| format!("{place}: {}", line.trim())));
        }
    }
    assert!(found.is_empty(), "these belong into src/words/:\n{}", found.join("\n"));
}

#[test]
fn the_search_tells_sentences_from_code() {
    for sentence in [
        r#"return Err("Bitte wählen Sie eine der Möglichkeiten aus.".to_owned());"#,
        "             Die Datei ist leer. \\",
        r#"    "Größe {max}""#,
        r#"html.push_str(" (öffnet ein neues Fenster)");"#,
    ] {
        assert!(is_german(sentence), "{sentence}");
    }
    for code in ["let Some(stelle) = fehlt else { return };", "Zugang::Test => \"test\", // ist nicht standard"] {
        assert!(!is_german(code), "{code}");
    }
}

/// Lines before the inline tests, without comments: tests may bring samples from anywhere.
fn code_lines(source: &str) -> impl Iterator<Item = &str> {
    source
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or_default()
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
}

/// Whether no German may stand in this file; samples for tests may hold what they like.
fn is_wordless(place: &Path) -> bool {
    let mut parts = place.iter().map(|part| part.to_string_lossy());
    let room = parts.next().unwrap_or_default().trim_end_matches(".rs").to_owned();
    let test = place
        .iter()
        .any(|part| ["tests.rs", "tests", "sample.rs", "samples.rs", "samples"].contains(&&*part.to_string_lossy()));
    WORDLESS.contains(&room.as_str()) && !test
}

fn is_german(line: &str) -> bool {
    let code = line.split(" // ").next().unwrap_or_default();
    // `mit_dateien` and `nicht-moeglich.html` are names, `'ß'` is a letter.
    let mut words = code.split(|sign: char| !sign.is_alphanumeric() && !matches!(sign, '_' | '-' | '\''));
    words.any(|word| {
        GERMAN.contains(&word) || !word.starts_with('\'') && word.contains(['ä', 'ö', 'ü', 'Ä', 'Ö', 'Ü', 'ß'])
    })
}
