//! What the docs name exists, and what exists is named.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::reading::{Page, pages, root};

/// Variables that libraries read: certificates, and the proxy.
const OF_LIBRARIES: [&str; 2] = ["SSL_CERT_FILE", "HTTPS_PROXY"];

#[test]
fn the_readme_is_short() {
    let lines = read("README.md").lines().count();
    assert!(lines <= 150, "{lines} lines: what belongs to one reader goes to docs/");
}

#[test]
fn every_room_is_on_the_map() {
    let pages = pages();
    let readme = pages.iter().find(|page| page.path == Path::new("README.md")).unwrap();
    let lib = read("src/lib.rs");
    let rooms: Vec<&str> = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let missing = rooms.iter().filter(|room| !readme.codes.iter().any(|(_, code)| *code == format!("src/{room}")));
    assert_eq!(missing.collect::<Vec<_>>(), Vec::<&&str>::new());
    assert!(rooms.len() > 15, "{rooms:?}");
}

#[test]
fn every_link_leads_somewhere() {
    let pages = pages();
    let (mut followed, mut wrong) = (0, Vec::new());
    for page in &pages {
        let mut seen = BTreeSet::new();
        wrong.extend(
            page.anchors
                .iter()
                .filter(|anchor| !seen.insert(*anchor))
                .map(|twice| format!("{}: #{twice} twice", page.path.display())),
        );
        for link in page.links.iter().filter(|link| !link.contains("://")) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target =
                if file.is_empty() { page.path.clone() } else { normal(&page.path.with_file_name("").join(file)) };
            let there = pages.iter().find(|other| other.path == target);
            let leads = root().join(&target).exists()
                && (anchor.is_empty() || there.is_some_and(|there| there.anchors.iter().any(|one| one == anchor)));
            followed += 1;
            if !leads {
                wrong.push(format!("{}: {link} leads nowhere", page.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(followed > 60, "only {followed} links were followed");
}

#[test]
fn every_command_of_the_docs_is_understood_and_every_option_is_told() {
    let helps = helps();
    let commands: Vec<&str> = helps.keys().map(String::as_str).collect();
    assert!(commands.contains(&"directory import") && commands.len() >= 9, "{commands:?}");
    let mut wrong = Vec::new();
    let mut lines = 0;
    let known: BTreeSet<&str> = helps.values().flat_map(|help| options(help)).collect();
    let mut told = BTreeSet::new();
    let pages = pages();
    for page in &pages {
        told.extend(options(&page.text));
        for block in &page.blocks {
            for line in block.text.replace("\\\n", " ").lines() {
                let Some(arguments) = arguments(line) else { continue };
                lines += 1;
                let (understood, errors) = help(&arguments);
                if !understood {
                    wrong.push(format!("{}: {line}\n{errors}", block.place));
                }
            }
        }
        for (line, code) in page.codes.iter().filter(|(_, code)| code.starts_with("--")) {
            if let Some(option) = options(code).into_iter().find(|option| !known.contains(option)) {
                wrong.push(format!("{}:{line}: no command has {option}", page.path.display()));
            }
        }
    }
    wrong.extend(known.difference(&told).map(|option| format!("{option} is told nowhere")));
    let names: BTreeSet<&str> = pages.iter().flat_map(|page| &page.codes).map(|(_, code)| code.as_str()).collect();
    let leaves = commands
        .iter()
        .filter(|name| !name.is_empty() && !commands.iter().any(|other| other.starts_with(&format!("{name} "))));
    wrong.extend(leaves.filter(|name| !names.contains(**name)).map(|name| format!("{name} is told nowhere")));
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(lines >= 12, "only {lines} commands were read");
}

#[test]
fn every_setting_of_the_docs_exists() {
    let settings: toml::Table = read("config/default.toml").parse().unwrap();
    let has = |section: &str, key: &str| settings.get(section).and_then(|section| section.get(key)).is_some();
    let (mut named, mut wrong) = (0, Vec::new());
    for page in pages() {
        for (line, code) in &page.codes {
            let name = code.split_whitespace().next().unwrap_or_default();
            let Some((section, key)) = name.split_once('.') else { continue };
            if settings.contains_key(section) && key.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
                named += 1;
                wrong.extend((!has(section, key)).then(|| format!("{}:{line}: {name}", page.path.display())));
            }
        }
        for variable in words(&page.text).filter(|word| {
            word.starts_with("ANTRAG__") && *word != "ANTRAG__SECTION__KEY" && *word != "ANTRAG__SECTION__KEY_FILE"
        }) {
            let name = variable.trim_start_matches("ANTRAG__").trim_end_matches("_FILE").to_lowercase();
            named += 1;
            wrong.extend(
                (!name.split_once("__").is_some_and(|(section, key)| has(section, key))).then(|| variable.to_owned()),
            );
        }
    }
    assert!(wrong.is_empty(), "there are no such settings:\n{}", wrong.join("\n"));
    assert!(named > 15, "only {named} settings were read");
}

#[test]
fn what_the_docs_call_built_in_is_built_in() {
    let pages = pages();
    let shown = pages
        .iter()
        .flat_map(|page| &page.blocks)
        .find(|block| block.text.contains("[zustaendigkeitsfinder.paths]"))
        .unwrap();
    let shown: toml::Table = shown.text.parse().unwrap();
    let paths = shown["zustaendigkeitsfinder"]["paths"].as_table().unwrap();
    let source: String = files("src/office/finder").iter().map(read).collect();
    for path in paths.values().map(|path| path.as_str().unwrap()) {
        assert!(source.contains(&format!("\"{path}\"")), "{path} is not what is built in");
    }
    assert_eq!(paths.len(), 7);
}

#[test]
fn every_metric_is_told_and_every_told_one_exists() {
    let metrics = |text: &str| -> BTreeSet<String> {
        words(text).filter(|word| word.starts_with("antrag_")).map(str::to_owned).collect()
    };
    let source: String = files("src").iter().map(read).collect();
    let quoted: Vec<&str> = source.split('"').skip(1).step_by(2).filter(|word| word.starts_with("antrag_")).collect();
    let told: BTreeSet<String> = pages().iter().flat_map(|page| metrics(&page.text)).collect();
    assert_eq!(metrics(&quoted.join(" ")), told);
    assert!(told.len() >= 15, "{told:?}");
}

#[test]
fn every_variable_of_the_environment_is_told_and_every_told_one_is_read() {
    let sources: Vec<String> = ["src", "tests", "benches", "fuzz/fuzz_targets"]
        .iter()
        .flat_map(|folder| files(folder))
        .filter(|file| !file.starts_with("tests/it/docs"))
        .map(read)
        .collect();
    let read_by_us: BTreeSet<String> = sources
        .iter()
        .flat_map(|source| source.split("env::var").skip(1))
        .filter_map(|rest| {
            Some(rest.split_once("(\"")?.1.split_once('"')?.0.to_owned())
                .filter(|_| rest.find("(\"").is_some_and(|at| at <= 3))
        })
        .filter(|name| name != "PATH")
        .collect();
    assert!(read_by_us.contains("TEST_POSTGRES_URL"), "{read_by_us:?}");
    let told: BTreeSet<String> = pages()
        .iter()
        .flat_map(|page| page.codes.iter().map(|(_, code)| code.clone()).collect::<Vec<_>>())
        .flat_map(|code| words(&code).filter(|word| is_variable(word)).map(str::to_owned).collect::<Vec<_>>())
        .filter(|word| !word.starts_with("ANTRAG__"))
        .collect();
    let untold: Vec<&String> = read_by_us.difference(&told).collect();
    assert!(untold.is_empty(), "told nowhere: {untold:?}");
    let unread: Vec<&String> =
        told.difference(&read_by_us).filter(|name| !OF_LIBRARIES.contains(&name.as_str())).collect();
    assert!(unread.is_empty(), "nobody reads {unread:?}");
}

#[test]
fn every_file_and_function_of_the_docs_exists() {
    let (mut named, mut wrong) = (0, Vec::new());
    for Page { path, codes, .. } in pages() {
        let mut last: Option<(usize, &str)> = None;
        for (line, code) in &codes {
            let place = format!("{}:{line}", path.display());
            let first = code.split('/').next().unwrap_or_default();
            let plain = code.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
            if code.contains('/') && plain && first != "target" && root().join(first).is_dir() && !first.is_empty() {
                named += 1;
                // A room's file and folder are one.
                let there = root().join(code).exists() || root().join(format!("{code}.rs")).exists();
                wrong.extend((!there).then(|| format!("{place}: there is no {code}")));
                last = Some((*line, code));
            } else if let Some(function) = code.strip_suffix("()") {
                named += 1;
                let Some((_, file)) = last.filter(|(of, _)| of == line) else {
                    wrong.push(format!("{place}: the file of {code} stands before it on its line"));
                    continue;
                };
                let source = if root().join(file).is_file() { read(file) } else { String::new() };
                let there =
                    [format!("fn {function}("), format!("fn {function}<")].iter().any(|one| source.contains(one));
                wrong.extend((!there).then(|| format!("{place}: {file} has no function {function}")));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(named > 40, "only {named} were looked up");
}

#[test]
fn pointers_to_the_docs_lead_somewhere() {
    let pages = pages();
    let (mut followed, mut wrong) = (0, Vec::new());
    let all = ["src", "config", "forms", "tests/tools", "Makefile", "Cargo.toml"].iter().flat_map(|place| files(place));
    for file in all {
        let text = read(&file);
        for (at, _) in text.match_indices("docs/") {
            let pointer = text[at..]
                .split(|c: char| !(c.is_ascii_alphanumeric() || "/._-#".contains(c)))
                .next()
                .unwrap_or_default();
            if !pointer.contains(".md") {
                continue;
            }
            followed += 1;
            let (path, anchor) =
                pointer.trim_end_matches('.').split_once('#').unwrap_or((pointer.trim_end_matches('.'), ""));
            let page = pages.iter().find(|page| page.path == Path::new(path));
            let leads = page.is_some_and(|page| anchor.is_empty() || page.anchors.iter().any(|one| one == anchor));
            wrong.extend((!leads).then(|| format!("{file}: {pointer}")));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(followed >= 2, "only {followed} pointers were followed");
}

/// The arguments of a line that calls the program.
fn arguments(line: &str) -> Option<Vec<String>> {
    let (before, behind) = line.split_once("antragsassistent ")?;
    let called = before.is_empty() || before.ends_with(['/', '=', '(', ' ']);
    let command = behind.split(['|', '>', '<', '#']).next()?;
    called.then(|| command.split_whitespace().map(str::to_owned).collect())
}

/// Whether the program knows these arguments; it prints what it says of them.
fn help(arguments: &[String]) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_antragsassistent")).args(arguments).arg("--help").output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.success(), text(if output.status.success() { &output.stdout } else { &output.stderr }))
}

/// The help of every command, by its words.
fn helps() -> BTreeMap<String, String> {
    let (mut found, mut open) = (BTreeMap::new(), vec![Vec::new()]);
    while let Some(command) = open.pop() {
        let (understood, text) = help(&command);
        assert!(understood, "{command:?}: {text}");
        let listed = text.split_once("\nCommands:\n").map_or("", |(_, rest)| rest.split("\n\n").next().unwrap());
        let names = listed.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
        for name in names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help") {
            open.push([command.clone(), vec![name.to_owned()]].concat());
        }
        found.insert(command.join(" "), text);
    }
    found
}

/// Options in a text, without those that every program has.
fn options(text: &str) -> BTreeSet<&str> {
    text.split(|c: char| !(c.is_ascii_lowercase() || c == '-'))
        .filter(|word| word.len() > 3 && word.starts_with("--") && !word.starts_with("---"))
        .filter(|word| !["--help", "--version"].contains(word))
        .collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
}

/// `TWO_WORDS` in capitals.
fn is_variable(word: &str) -> bool {
    word.contains('_')
        && word.starts_with(|c: char| c.is_ascii_uppercase())
        && word.chars().all(|c| c.is_ascii_uppercase() || c == '_')
}

fn read(path: impl AsRef<Path>) -> String {
    String::from_utf8_lossy(&std::fs::read(root().join(path)).unwrap()).into_owned()
}

/// A file, or all files below a folder, as paths from the root.
fn files(place: &str) -> Vec<String> {
    if root().join(place).is_file() {
        return vec![place.to_owned()];
    }
    let entries = std::fs::read_dir(root().join(place)).unwrap();
    entries.flat_map(|entry| files(&format!("{place}/{}", entry.unwrap().file_name().to_string_lossy()))).collect()
}

/// The path without `..`.
fn normal(path: &Path) -> PathBuf {
    let mut parts = PathBuf::new();
    for part in path.components() {
        if part.as_os_str() == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts
}
