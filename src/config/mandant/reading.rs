//! Tenant files: from TOML to tenants, or every problem of all files.

/// Which directory is asked.
mod finder;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use validator::{ValidateEmail, ValidateUrl};

use super::daten::Daten;
use super::{Betreiber, Hilfe, Mandant};
use crate::logo::{LONGEST_ALT, Logo};
use crate::office::kanal::Kanal;
use crate::office::resolution::Kanaele;
use crate::problem::report::Report;
use crate::problem::table::{Placed, Table};
use crate::problem::{Problem, Problems};

/// Largest tenant file, in bytes.
const LARGEST_FILE: usize = 1024 * 1024;
/// Largest sum of files if the tenant does not say, in bytes: what most mailboxes of offices accept.
const DEFAULT_TOTAL: u64 = 20_000_000;
/// Days of retention if the tenant does not say.
const DEFAULT_RETENTION: u16 = 14;

/// Reads every `<id>.toml` of the directory.
pub fn read_dir(dir: &Path) -> Result<BTreeMap<String, Arc<Mandant>>, Problems> {
    let shown = dir.display().to_string();
    let entries = std::fs::read_dir(dir)
        .map_err(|cause| Problem::whole(&shown, format!("das Verzeichnis der Mandanten ist nicht lesbar ({cause})")))?;
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
    Problems::check(problems)?;
    Ok(mandanten)
}

fn read_file(file: &Path) -> Result<Mandant, Problems> {
    let shown = file.display().to_string();
    let whole = |message: String| Problem::whole(&shown, message);
    let bytes = std::fs::read(file).map_err(|cause| whole(format!("die Datei ist nicht lesbar ({cause})")))?;
    if bytes.len() > LARGEST_FILE {
        return Err(whole(format!("die Datei ist größer als {LARGEST_FILE} Byte")).into());
    }
    let text = String::from_utf8(bytes).map_err(|_| whole("die Datei ist nicht in UTF-8 gespeichert".to_owned()))?;
    let id = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    parse(&id, &shown, &text, file.parent().unwrap_or(Path::new("")), &Path::is_file)
}

/// Reads one tenant from its text. Paths in it are relative to `folder`, the tenant file's own directory;
/// `is_file` tells whether they lead anywhere.
fn parse(
    id: &str,
    file: &str,
    text: &str,
    folder: &Path,
    is_file: &dyn Fn(&Path) -> bool,
) -> Result<Mandant, Problems> {
    let report = Report::new(file, text);
    let document = report.document();
    let root = Table::root(&report, &document);

    if !speakable(id) {
        let hint =
            "der Dateiname ist Teil der Internetadresse: nur Buchstaben ohne Umlaute, Ziffern, - und _".to_owned();
        report.wrong(&(0..0), format!("„{id}“ kann nicht Kennung eines Mandanten sein"), Some(hint));
    }
    let name = root.need_text("name");
    let formulare = root.texts("formulare");
    if formulare.is_empty() {
        let hint = Some("formulare = [\"…\"]".to_owned());
        report.missing(&(0..0), "es fehlt, welche Formulare benutzt werden dürfen", hint);
    }
    let betreiber = root.need_table("betreiber").map(|table| betreiber(&table));
    let hilfe = root.need_table("hilfe").map(|table| hilfe(&table));
    let logo = root.table("logo").and_then(|table| logo(&table, folder));
    let finder = root.need_table("zustaendigkeitsfinder").and_then(|table| finder::finder(&table, folder, is_file, id));
    let kontaktsysteme = root.need_table("kontaktsysteme").map(|table| kontaktsysteme(&table));
    let daten = root.table("daten").map(|table| Daten::read(&table)).unwrap_or_default();
    let test_mailbox = root.table("test").and_then(|table| {
        let mailbox = table.text("mailbox");
        table.finish("des Abschnitts [test]");
        email(&report, mailbox)
    });
    let max_total_bytes = root.table("limits").map_or(Ok(DEFAULT_TOTAL), |table| {
        let bytes = table.number("max_total_bytes", 100_000..=200_000_000, DEFAULT_TOTAL);
        table.finish("des Abschnitts [limits]");
        bytes
    });
    let retention_days = root.table("retention").map_or(Ok(DEFAULT_RETENTION), |table| {
        let days = table.number("days", 0..=365, DEFAULT_RETENTION);
        table.finish("des Abschnitts [retention]");
        days
    });
    root.finish("des Mandanten");

    let mandant = (|| {
        Ok(Mandant {
            id: id.to_owned(),
            name: name?.value,
            betreiber: betreiber?,
            hilfe: hilfe?,
            logo,
            formulare: plain(formulare),
            zustaendigkeitsfinder: finder?,
            kontaktsysteme: kontaktsysteme?,
            daten,
            test_mailbox,
            max_total_bytes: max_total_bytes?,
            retention_days: retention_days?,
        })
    })();
    report.finish(mandant)
}

/// Whether this can be part of an address.
fn speakable(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

fn betreiber(table: &Table<'_>) -> Betreiber {
    let report = table.report;
    let datenschutz_url = table.text("datenschutz_url");
    if let Some(url) = &datenschutz_url
        && !(url.value.validate_url() && url.value.starts_with("http"))
    {
        report.wrong(
            &url.span,
            "das ist keine Internetadresse",
            Some("zum Beispiel „https://www.ort.de/datenschutz“".to_owned()),
        );
    }
    let mail = table.need_text("email").ok();
    let betreiber = Betreiber {
        name: table.need_text("name").map(|name| name.value).unwrap_or_default(),
        anschrift: plain(table.texts("anschrift")),
        telefon: table.text("telefon").map(|text| text.value),
        email: email(report, mail).unwrap_or_default(),
        impressum: plain(table.texts("impressum")),
        datenschutz: plain(table.texts("datenschutz")),
        datenschutz_url: datenschutz_url.map(|text| text.value),
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
            report.missing(&table.span, what, None);
        }
    }
    table.finish("des Abschnitts [betreiber]");
    betreiber
}

fn hilfe(table: &Table<'_>) -> Hilfe {
    let mail = table.text("email");
    let hilfe = Hilfe {
        name: table.need_text("name").map(|name| name.value).unwrap_or_default(),
        telefon: table.need_text("telefon").map(|telefon| telefon.value).unwrap_or_default(),
        zeiten: table.text("zeiten").map(|text| text.value),
        email: email(table.report, mail),
    };
    table.finish("des Abschnitts [hilfe]");
    hilfe
}

fn logo(table: &Table<'_>, folder: &Path) -> Option<Arc<Logo>> {
    let file = table.need_text("file");
    let alt = table.need_text("alt");
    table.finish("des Abschnitts [logo]");
    let (report, alt) = (table.report, alt.ok()?);
    let count = alt.value.chars().count();
    if count > LONGEST_ALT {
        report.wrong(&alt.span, format!("„alt“ hat {count} Zeichen, erlaubt sind {LONGEST_ALT}"), None);
    }
    let file = file.ok()?;
    let path = folder.join(&file.value);
    if !path.is_file() {
        let hint = Some("der Pfad gilt ab dem Ordner der Mandantendatei".to_owned());
        report.wrong(&file.span, format!("die Datei {} gibt es nicht", path.display()), hint);
        return None;
    }
    match Logo::read(&path, &alt.value) {
        Ok(logo) => Some(Arc::new(logo)),
        Err(error) => {
            report.wrong(&file.span, format!("{}: {error}", path.display()), None);
            None
        }
    }
}

fn kontaktsysteme(table: &Table<'_>) -> Kanaele {
    let mut map = BTreeMap::new();
    for (typ, names) in table.entries() {
        let kanaele = names.texts().into_iter().filter_map(|name| {
            let kanal = Kanal::parse(&name.value);
            if kanal.is_none() {
                let message = format!("den Zustellweg „{}“ gibt es nicht", name.value);
                let known: Vec<String> = Kanal::ALL.iter().map(|kanal| format!("{:?}", kanal.name())).collect();
                table.report.wrong(&name.span, message, Some(format!("diese Version kennt nur {}", known.join(", "))));
            }
            kanal
        });
        map.insert(typ.value, kanaele.collect());
    }
    if map.is_empty() {
        table.report.missing(
            &table.span,
            "kein Kontaktsystem-Typ ist einem Zustellweg zugeordnet",
            Some("\"ozg-antragsassistent\" = [\"mail\"]".to_owned()),
        );
    }
    map
}

fn email(report: &Report<'_>, text: Option<Placed<String>>) -> Option<String> {
    let text = text?;
    if !text.value.validate_email() {
        report.wrong(&text.span, format!("„{}“ ist keine E-Mail-Adresse", text.value), None);
    }
    Some(text.value)
}

fn plain(texts: Vec<Placed<String>>) -> Vec<String> {
    texts.into_iter().map(|text| text.value).collect()
}

#[cfg(test)]
mod tests;
