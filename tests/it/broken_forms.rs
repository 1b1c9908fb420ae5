//! Broken forms beside the messages their authors read: `tests/forms/broken/<case>.toml` and `.err`.
//!
//! After a wanted change of a message, `WRITE_EXPECTED=1 cargo test --test it broken_forms` writes the `.err` files anew;
//! read the difference before you commit it.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use antragsassistent::form::parse::parse;

fn cases() -> Vec<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/forms/broken");
    let entries = fs::read_dir(dir).expect("the cases are part of the repository");
    let mut cases: Vec<PathBuf> = entries
        .map(|entry| entry.expect("the directory is readable").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    cases.sort();
    cases
}

/// What the author of the form reads; nothing if it has no problem.
fn messages(path: &Path) -> String {
    let name = path.file_name().and_then(|name| name.to_str()).expect("the cases have plain names");
    let source = fs::read_to_string(path).expect("the cases are readable");
    let problems = parse("kaputt", name, &source).err().into_iter().flatten();
    problems.fold(String::new(), |mut all, problem| {
        let _ = writeln!(all, "{problem}\n");
        all
    })
}

#[test]
fn every_broken_form_gives_its_expected_messages() {
    let cases = cases();
    assert!(cases.len() >= 12, "only {} cases", cases.len());
    let mut wrong = String::new();
    for path in cases {
        let (found, beside) = (messages(&path), path.with_extension("err"));
        assert!(!found.is_empty(), "{} was read without a problem", path.display());
        if std::env::var_os("WRITE_EXPECTED").is_some() {
            fs::write(&beside, &found).unwrap();
        }
        let expected = fs::read_to_string(&beside).unwrap_or_default();
        if found != expected {
            let _ = writeln!(wrong, "--- {}\nexpected:\n{expected}\nfound:\n{found}", path.display());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn no_expected_message_is_without_its_form() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/forms/broken");
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        assert!(path.with_extension("toml").exists(), "{} belongs to no form", path.display());
    }
}
