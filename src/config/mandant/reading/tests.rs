//! Tenant files that are good, and what is said of those that are not.

use super::*;
use crate::config::mandant::Zustaendigkeitsfinder;

const GOOD: &str = r#"
name = "Stadt"
formulare = ["F"]
[betreiber]
name = "RZ"
anschrift = ["Weg 1"]
email = "a@b.example"
datenschutz = ["x"]
barrierefreiheit = ["x"]
[hilfe]
name = "115"
telefon = "115"
[zustaendigkeitsfinder]
adapter = "directory"
file = "../v.toml"
[kontaktsysteme]
"post" = ["mail"]
"#;

fn messages(text: &str) -> Vec<(usize, String)> {
    parse("stadt", "stadt.toml", text, Path::new("m"), &|_| true)
        .unwrap_err()
        .into_iter()
        .map(|p| (p.line, p.message))
        .collect()
}

#[test]
fn a_tenant_is_read_and_paths_begin_at_its_file() {
    let mandant = parse("stadt", "stadt.toml", GOOD, Path::new("m"), &|_| true).unwrap();
    assert_eq!(mandant.zustaendigkeitsfinder, Zustaendigkeitsfinder::Directory { file: "m/../v.toml".into() });
    assert_eq!(mandant.kontaktsysteme, BTreeMap::from([("post".to_owned(), vec![Kanal::Mail])]));
    assert_eq!((mandant.retention_days, mandant.max_total_bytes, mandant.test_mailbox), (14, 20_000_000, None));
}

#[test]
fn every_problem_of_a_tenant_is_told_at_once() {
    let text = GOOD.replace("a@b.example", "kein").replace("[\"mail\"]", "[\"fax\"]").replace("telefon", "telefn");
    let text = format!("{text}[retention]\ndays = 5000\n[limits]\nmax_totl_bytes = 1\n[test]\nmailbox = 7\n");
    assert_eq!(
        messages(&text),
        [
            (7, "„kein“ ist keine E-Mail-Adresse".to_owned()),
            (10, "Hier fehlt der Schlüssel „telefon“.".to_owned()),
            (12, "Den Schlüssel „telefn“ des Abschnitts [hilfe] gibt es nicht.".to_owned()),
            (17, "den Zustellweg „fax“ gibt es nicht".to_owned()),
            (19, "„days“ muss zwischen 0 und 365 liegen.".to_owned()),
            (21, "Den Schlüssel „max_totl_bytes“ des Abschnitts [limits] gibt es nicht.".to_owned()),
            (23, "Hier gehört ein Text in Anführungszeichen hin, gefunden wurde eine ganze Zahl.".to_owned()),
        ]
    );
}

#[test]
fn a_logo_is_read_at_once_and_its_problems_are_told_with_their_place() {
    let dir = tempfile::tempdir().unwrap();
    let told = |logo: &str| -> Vec<(usize, usize, String)> {
        let text = format!("{GOOD}[logo]\n{logo}\n");
        let read = parse("stadt", "stadt.toml", &text, dir.path(), &|_| true);
        let problems = read.err().into_iter().flatten();
        problems.map(|p| (p.line, p.column, p.message.replace(&dir.path().display().to_string(), "m"))).collect()
    };
    let write = |name: &str, content: &[u8]| std::fs::write(dir.path().join(name), content).unwrap();
    write("gut.svg", b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><path d='M0 0h9v9z'/></svg>");
    write("gross.png", &vec![0; 200_001]);
    write("bild.jpg", b"\xff\xd8\xff");
    write("text.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><text>Stadt</text></svg>");
    assert_eq!(told("file = \"gut.svg\"\nalt = \"Wappen der Stadt\""), []);
    let at = |line, column, message: &str| vec![(line, column, message.to_owned())];
    assert_eq!(told("file = \"gut.svg\"\nalt = \" \""), at(20, 7, "„alt“ ist leer."));
    assert_eq!(told("file = \"gut.svg\""), at(18, 1, "Hier fehlt der Schlüssel „alt“."));
    assert_eq!(told("alt = \"Wappen\""), at(18, 1, "Hier fehlt der Schlüssel „file“."));
    let wrong = |file: &str| told(&format!("alt = \"Wappen\"\nfile = \"{file}\""));
    assert_eq!(wrong("fehlt.svg"), at(20, 8, "die Datei m/fehlt.svg gibt es nicht"));
    assert_eq!(wrong("gross.png"), at(20, 8, "m/gross.png: die Datei hat 200001 Byte, erlaubt sind 200000"));
    assert_eq!(wrong("bild.jpg"), at(20, 8, "m/bild.jpg: das ist weder PNG noch SVG"));
    assert_eq!(
        wrong("text.svg"),
        at(
            20,
            8,
            "m/text.svg: Zeile 1, Spalte 41: das Element <text> wird nicht gezeichnet; wandeln Sie es in Pfade um"
        )
    );
    let long = format!("file = \"gut.svg\"\nalt = \"{}\"", "W".repeat(201));
    assert_eq!(told(&long), at(20, 7, "„alt“ hat 201 Zeichen, erlaubt sind 200"));
}

#[test]
fn an_adapter_that_does_not_exist_is_told() {
    assert_eq!(
        messages(&GOOD.replace("\"directory\"", "\"directry\"")),
        [(14, "den Adapter „directry“ gibt es nicht".to_owned())]
    );
}

#[test]
fn the_demo_tenant_is_complete() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/mandanten");
    let mandanten = read_dir(&dir).unwrap();
    let demo = &mandanten["OZG-Antragsassistent"];
    assert_eq!(demo.formulare, ["OZG-Antragsassistent"]);
    assert!(demo.logo.as_ref().is_some_and(|logo| !logo.alt.is_empty()));
    assert_eq!(demo.kontaktsysteme["ozg-antragsassistent"], [Kanal::Mail]);
    assert!(!demo.kontaktsysteme.contains_key("kontaktsystem-unbekannt"));
    assert!(
        demo.test_mailbox.is_some()
            && demo.betreiber.datenschutz.len() > 5
            && demo.betreiber.barrierefreiheit.len() > 3
    );
}

#[test]
fn a_missing_directory_or_file_is_told() {
    let dir = tempfile::tempdir().unwrap();
    assert!(read_dir(&dir.path().join("fehlt")).is_err());
    assert!(read_dir(dir.path()).is_err());
    std::fs::write(dir.path().join("stadt.toml"), GOOD).unwrap();
    let missing = &read_dir(dir.path()).unwrap_err()[0];
    assert_eq!((missing.line, missing.column), (15, 8));
    assert!(missing.message.contains("v.toml"));
    std::fs::write(dir.path().join("zwei wörter.toml"), "a =").unwrap();
    assert_eq!(read_dir(dir.path()).unwrap_err().len(), 2);
}

proptest::proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,100}|([\\[\\]={}\"\n.,a-z]|name|betreiber| ){0,60}") {
        let _ = parse("x", "x.toml", &text, Path::new(""), &|_| true);
    }
}
