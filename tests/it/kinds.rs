//! Each kind of question stands in every place that lists the kinds, and no place knows another.
//!
//! After a new row, `WRITE_EXPECTED=1 cargo test --test it kinds` writes the lists of both schemas anew.

#![expect(clippy::unwrap_used, reason = "a test ends at the first surprise")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use antragsassistent::form::kinds::{KindName, Spec};
use antragsassistent::form::parse::parse;

/// Holds the part of a file between two of its places against what the rows say.
fn hold(file: &str, from: &str, to: &str, expected: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    let (head, rest) = text.split_once(from).unwrap();
    let (list, tail) = rest.split_once(to).unwrap();
    if std::env::var_os("WRITE_EXPECTED").is_some() {
        std::fs::write(&path, [head, from, expected, to, tail].concat()).unwrap();
    } else {
        assert_eq!(list, expected, "{file}");
    }
}

fn specs() -> impl Iterator<Item = &'static Spec> {
    KindName::ALL.iter().map(|name| name.spec())
}

#[test]
fn both_schemas_list_exactly_the_kinds() {
    let (mut xsd, mut json) = (String::new(), String::new());
    for spec in specs() {
        let Spec { art, wert, .. } = spec;
        write!(
            xsd,
            "\n      <xs:enumeration value=\"{art}\">\n        <xs:annotation><xs:documentation xml:lang=\"de\">{wert}\
             </xs:documentation></xs:annotation>\n      </xs:enumeration>"
        )
        .unwrap();
        let comma = if json.is_empty() { "" } else { "," };
        write!(
            json,
            "{comma}\n        {{\n          \"const\": \"{art}\",\n          \"description\": \"{wert}\"\n        }}"
        )
        .unwrap();
    }
    let from = "<xs:documentation xml:lang=\"de\">Art einer Frage und Form ihres Werts.</xs:documentation></xs:annotation>\n    \
                <xs:restriction base=\"xs:string\">";
    hold("schemas/antrag-1.xsd", from, "\n    </xs:restriction>", &xsd);
    let from = "\"description\": \"Art einer Frage und Form ihres Werts.\",\n      \"oneOf\": [";
    hold("schemas/antrag-1.schema.json", from, "\n      ]", &json);
    let latest = specs().map(|spec| spec.since).max().unwrap();
    let xsd = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/antrag-1.xsd")).unwrap();
    assert!(xsd.contains(&format!("version=\"1.{latest}\">")), "the schema's own version is not 1.{latest}");
}

/// Kinds with their own keys, as the format's description lists them.
fn described() -> BTreeMap<String, Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/forms.md");
    let text = std::fs::read_to_string(path).unwrap();
    let table = text.split_once("| `kind` | Asks for | Own keys").unwrap().1.lines().skip(2);
    let in_backticks = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let mut found = BTreeMap::new();
    for row in table.map_while(|line| line.strip_prefix('|')) {
        let cells: Vec<&str> = row.splitn(3, '|').collect();
        let kind = in_backticks(cells[0]);
        assert_eq!((cells.len(), kind.len()), (3, 1), "one kind, what it asks for, its keys: {row}");
        assert_eq!(found.insert(kind[0].clone(), in_backticks(cells[2])), None, "twice: {row}");
    }
    found
}

#[test]
fn the_description_of_the_format_tells_every_kind_and_its_keys() {
    let described = described();
    let kinds: Vec<&str> = described.keys().map(String::as_str).collect();
    let mut named: Vec<&str> = specs().filter_map(|spec| spec.toml).collect();
    named.sort_unstable();
    assert_eq!(kinds, named);
    for spec in specs() {
        let Some(words) = spec.toml.map(|name| &described[name]) else { continue };
        for key in spec.keys[1] {
            let told = |word: &String| word.split([' ', ':']).next() == Some(key);
            assert!(words.iter().any(told), "the key `{key}` of the kind {:?} is not described", spec.toml);
        }
    }
}

#[test]
fn every_kind_that_an_author_can_write_is_read_as_that_kind() {
    for name in KindName::ALL {
        let Some(toml) = name.spec().toml else { continue };
        let example = name.spec().example;
        let more = if example.is_empty() { String::new() } else { format!(", {example}") };
        let field = format!("{{ id = \"frage\", label = \"Frage\", kind = \"{toml}\"{more} }}");
        let (first, office) = if *name == KindName::Office {
            ("{ id = \"x\", label = \"X\", kind = \"yesno\" }", field.as_str())
        } else {
            (field.as_str(), "{ id = \"stelle\", label = \"Stelle\", kind = \"office\" }")
        };
        let source = format!(
            "version = \"1\"\ntitle = \"T\"\nstep = [\n\
             {{ id = \"a\", title = \"A\", section = [{{ id = \"s\", title = \"S\", fields = [{first}] }}] }},\n\
             {{ id = \"b\", title = \"B\", kind = \"office\", section = [{{ id = \"t\", title = \"T\", fields = [{office}] }}] }},\n\
             {{ id = \"c\", title = \"C\", kind = \"review\" }},\n]\n"
        );
        let form = parse("form", "form.toml", &source).unwrap_or_else(|problems| panic!("{toml}:\n{problems}"));
        assert_eq!(form.field("frage").map(|field| field.kind.name()), Some(*name));
    }
}
