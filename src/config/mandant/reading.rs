//! Tenant files: from TOML to tenants, or every problem of all files.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use toml::Spanned;
use validator::{ValidateEmail, ValidateUrl};

use super::{Betreiber, Hilfe, KanalArt, Mandant, Zustaendigkeitsfinder};
use crate::problem::Problem;
use crate::problem::table::{Report, Table};

/// Largest tenant file, in bytes.
const LARGEST_FILE: usize = 1024 * 1024;
/// Adapters that the contract names and that are not part of this version.
const LATER: [&str; 4] = ["infodienste", "pvog", "routing", "xzufi"];
/// Largest sum of files if the tenant does not say, in bytes: what most mailboxes of offices accept.
const DEFAULT_TOTAL: u64 = 20_000_000;
/// Days of retention if the tenant does not say.
const DEFAULT_RETENTION: u16 = 14;

/// Reads every `<id>.toml` of the directory.
pub fn read_dir(dir: &Path) -> Result<BTreeMap<String, Arc<Mandant>>, Vec<Problem>> {
    let shown = dir.display().to_string();
    let entries = std::fs::read_dir(dir).map_err(|cause| {
        vec![Problem::whole(&shown, format!("das Verzeichnis der Mandanten ist nicht lesbar ({cause})"))]
    })?;
    let mut files: Vec<_> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    let mut mandanten = BTreeMap::new();
    let mut problems = Vec::new();
    for file in &files {
        match read_file(file) {
            Ok(mandant) => {
                mandanten.insert(mandant.id.clone(), Arc::new(mandant));
            }
            Err(found) => problems.extend(found),
        }
    }
    if files.is_empty() {
        let hint = "legen Sie für jeden Mandanten eine Datei <Kennung>.toml an".to_owned();
        problems.push(Problem::whole(&shown, "hier liegt keine Mandantendatei").with_hint(Some(hint)));
    }
    if problems.is_empty() { Ok(mandanten) } else { Err(problems) }
}

fn read_file(file: &Path) -> Result<Mandant, Vec<Problem>> {
    let shown = file.display().to_string();
    let whole = |message: String| vec![Problem::whole(&shown, message)];
    let bytes = std::fs::read(file).map_err(|cause| whole(format!("die Datei ist nicht lesbar ({cause})")))?;
    if bytes.len() > LARGEST_FILE {
        return Err(whole(format!("die Datei ist größer als {LARGEST_FILE} Byte")));
    }
    let text = String::from_utf8(bytes).map_err(|_| whole("die Datei ist nicht in UTF-8 gespeichert".to_owned()))?;
    let id = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let mandant = parse(&id, &shown, &text, file.parent().unwrap_or(Path::new("")))?;
    let Zustaendigkeitsfinder::Directory { file: directory } = &mandant.zustaendigkeitsfinder;
    if directory.is_file() { Ok(mandant) } else { Err(whole(missing_directory(directory))) }
}

fn missing_directory(directory: &Path) -> String {
    format!(
        "[zustaendigkeitsfinder] file: die Datei {} gibt es nicht; der Pfad gilt ab dem Ordner der Mandantendatei",
        directory.display()
    )
}

/// Reads one tenant from its text. Paths in it are relative to `folder`, the tenant file's own directory.
pub fn parse(id: &str, file: &str, text: &str, folder: &Path) -> Result<Mandant, Vec<Problem>> {
    let report = Report::new(file, text);
    let Some(document) = report.parse() else { return Err(report.into_problems()) };
    let mut root = Table::root(&report, &document);

    let fine =
        (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if !fine {
        let hint =
            "der Dateiname ist Teil der Internetadresse: nur Buchstaben ohne Umlaute, Ziffern, - und _".to_owned();
        report.add(&(0..0), format!("„{id}“ kann nicht Kennung eines Mandanten sein"), Some(hint));
    }
    let name = root.required_text("name");
    let formulare = root.texts("formulare");
    if formulare.is_empty() {
        report.add(&(0..0), "es fehlt, welche Formulare benutzt werden dürfen", Some("formulare = [\"…\"]".to_owned()));
    }
    let betreiber = root.required_table("betreiber").map(|table| betreiber(&report, table));
    let hilfe = root.required_table("hilfe").map(|table| hilfe(&report, table));
    let finder = root.required_table("zustaendigkeitsfinder").and_then(|table| finder(&report, table, folder));
    let kontaktsysteme = root.required_table("kontaktsysteme").map(|table| kontaktsysteme(&report, &table));
    let test_mailbox = root.table("test").and_then(|mut table| {
        let mailbox = table.text("mailbox");
        table.finish();
        email(&report, mailbox)
    });
    let max_total_bytes = root.table("limits").and_then(|mut table| {
        let bytes = table.number("max_total_bytes", 100_000..=200_000_000);
        table.finish();
        bytes
    });
    let retention_days = root.table("retention").and_then(|mut table| {
        let days = table.number("days", 0..=365);
        table.finish();
        days.and_then(|days| u16::try_from(days).ok())
    });
    root.finish();

    match (name, betreiber, hilfe, finder, kontaktsysteme) {
        (Some(name), Some(betreiber), Some(hilfe), Some(finder), Some(kontaktsysteme)) if report.is_empty() => {
            Ok(Mandant {
                id: id.to_owned(),
                name: name.into_inner(),
                betreiber,
                hilfe,
                formulare: plain(formulare),
                zustaendigkeitsfinder: finder,
                kontaktsysteme,
                test_mailbox,
                max_total_bytes: max_total_bytes.unwrap_or(DEFAULT_TOTAL),
                retention_days: retention_days.unwrap_or(DEFAULT_RETENTION),
            })
        }
        _ => Err(report.into_problems()),
    }
}

fn betreiber(report: &Report<'_>, mut table: Table<'_>) -> Betreiber {
    let datenschutz_url = table.text("datenschutz_url");
    if let Some(url) = &datenschutz_url
        && !(url.get_ref().validate_url() && url.get_ref().starts_with("http"))
    {
        report.add(
            &url.span(),
            "das ist keine Internetadresse",
            Some("zum Beispiel „https://www.ort.de/datenschutz“".to_owned()),
        );
    }
    let mail = table.required_text("email");
    let betreiber = Betreiber {
        name: table.required_text("name").map(Spanned::into_inner).unwrap_or_default(),
        anschrift: plain(table.texts("anschrift")),
        telefon: table.text("telefon").map(Spanned::into_inner),
        email: email(report, mail).unwrap_or_default(),
        impressum: plain(table.texts("impressum")),
        datenschutz: plain(table.texts("datenschutz")),
        datenschutz_url: datenschutz_url.map(Spanned::into_inner),
        barrierefreiheit: plain(table.texts("barrierefreiheit")),
    };
    for (missing, what) in [
        (betreiber.anschrift.is_empty(), "es fehlt „anschrift“ (§ 5 Digitale-Dienste-Gesetz)"),
        (
            betreiber.datenschutz.is_empty() && betreiber.datenschutz_url.is_none(),
            "es fehlt „datenschutz“ oder „datenschutz_url“ (Artikel 13 DSGVO)",
        ),
        (betreiber.barrierefreiheit.is_empty(), "es fehlt „barrierefreiheit“ (§ 7 BITV 2.0)"),
    ] {
        if missing {
            report.add(table.span(), what, None);
        }
    }
    table.finish();
    betreiber
}

fn hilfe(report: &Report<'_>, mut table: Table<'_>) -> Hilfe {
    let mail = table.text("email");
    let hilfe = Hilfe {
        name: table.required_text("name").map(Spanned::into_inner).unwrap_or_default(),
        telefon: table.required_text("telefon").map(Spanned::into_inner).unwrap_or_default(),
        zeiten: table.text("zeiten").map(Spanned::into_inner),
        email: email(report, mail),
    };
    table.finish();
    hilfe
}

fn finder(report: &Report<'_>, mut table: Table<'_>, folder: &Path) -> Option<Zustaendigkeitsfinder> {
    let adapter = table.required_text("adapter")?;
    let name = adapter.get_ref().as_str();
    if name != "directory" {
        if LATER.contains(&name) {
            let hint = Some("diese Version kennt nur adapter = \"directory\"".to_owned());
            report.add(&adapter.span(), format!("der Adapter „{name}“ ist noch nicht eingebaut"), hint);
        } else {
            report.add_unknown(&adapter.span(), format!("den Adapter „{name}“ gibt es nicht"), name, ["directory"]);
        }
        // The keys of the other adapters are no further mistakes.
        return None;
    }
    let file = table.required_text("file");
    table.finish();
    file.map(|file| Zustaendigkeitsfinder::Directory { file: folder.join(file.get_ref()) })
}

fn kontaktsysteme(report: &Report<'_>, table: &Table<'_>) -> BTreeMap<String, Vec<KanalArt>> {
    let mut map = BTreeMap::new();
    for (typ, names) in table.texts_by_key() {
        let arten = names.iter().filter_map(|name| {
            let art = KanalArt::parse(name.get_ref());
            if art.is_none() {
                let message = format!("den Zustellweg „{}“ gibt es nicht", name.get_ref());
                report.add(&name.span(), message, Some("diese Version kennt nur \"mail\"".to_owned()));
            }
            art
        });
        map.insert(typ.into_inner(), arten.collect());
    }
    if map.is_empty() {
        report.add(
            table.span(),
            "kein Kontaktsystem-Typ ist einem Zustellweg zugeordnet",
            Some("\"ozg-antragsassistent\" = [\"mail\"]".to_owned()),
        );
    }
    map
}

fn email(report: &Report<'_>, text: Option<Spanned<String>>) -> Option<String> {
    let text = text?;
    if !text.get_ref().validate_email() {
        report.add(&text.span(), format!("„{}“ ist keine E-Mail-Adresse", text.get_ref()), None);
    }
    Some(text.into_inner())
}

fn plain(texts: Vec<Spanned<String>>) -> Vec<String> {
    texts.into_iter().map(Spanned::into_inner).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
        parse("stadt", "stadt.toml", text, Path::new("m"))
            .unwrap_err()
            .into_iter()
            .map(|p| (p.line, p.message))
            .collect()
    }

    #[test]
    fn a_tenant_is_read_and_paths_begin_at_its_file() {
        let mandant = parse("stadt", "stadt.toml", GOOD, Path::new("m")).unwrap();
        assert_eq!(mandant.zustaendigkeitsfinder, Zustaendigkeitsfinder::Directory { file: "m/../v.toml".into() });
        assert_eq!(mandant.wege(), BTreeMap::from([("post".to_owned(), vec!["mail"])]));
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
                (10, "es fehlt die Angabe „telefon“".to_owned()),
                (12, "unbekannte Angabe „telefn“".to_owned()),
                (17, "den Zustellweg „fax“ gibt es nicht".to_owned()),
                (19, "„days“ muss zwischen 0 und 365 liegen".to_owned()),
                (21, "unbekannte Angabe „max_totl_bytes“".to_owned()),
                (23, "„mailbox“ ist eine Zahl".to_owned()),
            ]
        );
    }

    #[test]
    fn adapters_that_are_not_built_yet_are_named_as_such() {
        for name in LATER {
            let told = messages(&GOOD.replace("\"directory\"", &format!("{name:?}")));
            assert_eq!(told, [(14, format!("der Adapter „{name}“ ist noch nicht eingebaut"))]);
        }
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
        assert_eq!(demo.wege()["ozg-antragsassistent"], ["mail"]);
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
        assert!(read_dir(dir.path()).unwrap_err()[0].message.contains("v.toml"));
        std::fs::write(dir.path().join("zwei wörter.toml"), "a =").unwrap();
        assert_eq!(read_dir(dir.path()).unwrap_err().len(), 2);
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,100}|([\\[\\]={}\"\n.,a-z]|name|betreiber| ){0,60}") {
            let _ = parse("x", "x.toml", &text, Path::new(""));
        }
    }
}
