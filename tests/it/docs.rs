//! README and docs, held against the program: examples are run, what is named exists, what exists is named.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends at the first surprise")]

/// Settings, options, metrics, variables, files, functions and links that the docs name.
mod names;
/// Where the examples run.
mod place;
/// A page taken apart.
mod reading;

use place::{Ended, Place};
use reading::{Block, pages, root};

/// Around a section that the docs show.
const BEFORE_SECTION: &str = "version = \"1\"\ntitle = \"Beispiel\"\n[[step]]\nid = \"fragen\"\ntitle = \"Fragen\"\n\
    [[step.section]]\nid = \"abschnitt\"\ntitle = \"Abschnitt\"\n";
const BEHIND_SECTION: &str = "[[step]]\nid = \"amt\"\ntitle = \"Amt\"\nkind = \"office\"\n[[step.section]]\nid = \"stellen\"\n\
    title = \"Stelle\"\nfields = [ { id = \"behoerde\", label = \"Stelle\", kind = \"office\" } ]\n\
    [[step]]\nid = \"ende\"\ntitle = \"Ende\"\nkind = \"review\"\n";

#[test]
fn every_example_runs_or_says_why_not() {
    let pages = pages();
    let (mut run, mut not_run, mut wrong) = (0, Vec::new(), Vec::new());
    let common: Vec<&Block> =
        pages.iter().flat_map(|page| &page.blocks).filter(|block| block.kind() == "tenant").collect();
    let [common] = common.as_slice() else { panic!("the lines that all tenants share stand once, not {common:?}") };
    for page in &pages {
        // One page is one story: what an example leaves behind is there for the next.
        let (place, mut printed) = (Place::new(), String::new());
        for block in &page.blocks {
            match block.no_run() {
                Some("") => wrong.push(format!("{}: does not say why it is not run", block.place)),
                Some(why) => not_run.push(format!("{}: {why}", block.place)),
                None => match example(block, &common.text, &place, &mut printed) {
                    Ok(()) => run += 1,
                    Err(why) => wrong.push(format!("{}: `{}`: {why}", block.place, block.info)),
                },
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n\n"));
    assert!(run >= 26, "only {run} examples were run");
    assert_eq!(not_run.len(), 9, "one that is not run needs a good reason:\n{}", not_run.join("\n"));
}

/// Does with an example what its info string says.
fn example(block: &Block, common: &str, place: &Place, printed: &mut String) -> Result<(), String> {
    let text = block.text.as_str();
    match (block.language(), block.kind()) {
        ("sh", "" | "exit") => {
            let expected: i32 = block.value("exit").map_or(0, |code| code.parse().unwrap());
            // Every line has this exit code, the last one included.
            let lines = if expected == 0 { text.to_owned() } else { each_exits(text, expected) };
            let Ended { code, out, errors } = place.shell(&lines);
            printed.clone_from(&out);
            if code == expected { Ok(()) } else { Err(format!("exit code {code}\n{out}{errors}")) }
        }
        ("text", "output") => match text.lines().find(|line| !printed.lines().any(|one| one == *line)) {
            None => Ok(()),
            Some(line) => Err(format!("was not printed: {line}\nbut\n{printed}")),
        },
        ("text", "map") => {
            let map = std::fs::read_to_string(root().join("src/lib.rs")).unwrap();
            let map = map.lines().filter_map(|line| line.strip_prefix("//!     ")).collect::<Vec<_>>().join("\n");
            if map == text.trim_end() { Ok(()) } else { Err(format!("src/lib.rs says\n{map}")) }
        }
        ("toml", kind) => toml(kind, block, common, place),
        _ => Err("is neither run nor says why not (no-run: …)".to_owned()),
    }
}

fn toml(kind: &str, block: &Block, common: &str, place: &Place) -> Result<(), String> {
    let text = block.text.as_str();
    let written = |file: &str, text: &str| {
        place.write(file, text);
        place.check()
    };
    match kind {
        "file" => {
            place.write(block.value("file").unwrap(), text);
            Ok(())
        }
        "form" => {
            let folder = format!("forms/{}", block.value("form").unwrap());
            std::fs::create_dir(place.path(&folder)).unwrap();
            written(&format!("{folder}/form.toml"), text)
        }
        "section" => {
            std::fs::create_dir_all(place.path("forms/beispiel")).unwrap();
            written("forms/beispiel/form.toml", &format!("{BEFORE_SECTION}{text}{BEHIND_SECTION}"))
        }
        "directory" => {
            place.append("config/verzeichnis/sachsen-anhalt.toml", text);
            place.check()
        }
        "tenant" => {
            assert!(!common.contains("[zustaendigkeitsfinder]"), "which directory is asked is told in its own section");
            tenant(place, "Land", &format!("{common}{FILE}"))
        }
        "finder" => tenant(place, block.value("mandant").unwrap(), &format!("{common}\n{text}")),
        "part" => tenant(place, "Teil", &format!("{common}{FILE}{text}")),
        _ => Err("is no kind of example".to_owned()),
    }
}

/// A directory for tenants whose example is about something else.
const FILE: &str = "\n[zustaendigkeitsfinder]\nadapter = \"directory\"\nfile = \"../verzeichnis/sachsen-anhalt.toml\"\n\
    [kontaktsysteme]\n\"ozg-antragsassistent\" = [\"mail\"]\n";

/// A tenant file as it stands, and with what is only shown commented out.
fn tenant(place: &Place, id: &str, text: &str) -> Result<(), String> {
    let file = format!("config/mandanten/{id}.toml");
    let key = |line: &str| {
        line.strip_prefix("# ").is_some_and(|rest| {
            rest.split('=').next().unwrap().trim().chars().all(|c| c.is_ascii_lowercase() || c == '_')
                && rest.contains('=')
        })
    };
    let uncommented: Vec<&str> = text.lines().map(|line| if key(line) { &line[2..] } else { line }).collect();
    for text in [uncommented.join("\n").as_str(), text] {
        place.write(&file, text);
        place.check()?;
    }
    Ok(())
}

/// A script in which every command ends with this code.
fn each_exits(lines: &str, code: i32) -> String {
    let joined = lines.replace("\\\n", " ");
    let each = |line: &str| format!("{line} && exit 90 || [ $? = {code} ] || exit 91\n");
    format!("{}exit {code}\n", joined.lines().map(each).collect::<String>())
}
