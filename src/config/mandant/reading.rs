//! Tenant files: from TOML to tenants, or every problem of all files.

/// Which directory is asked.
mod finder;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use toml::Spanned;
use validator::{ValidateEmail, ValidateUrl};

use super::daten::Daten;
use super::{Betreiber, Hilfe, KanalArt, Mandant};
use crate::logo::{LONGEST_ALT, Logo};
use crate::problem::Problem;
use crate::problem::table::{Report, Table};

/// Largest tenant file, in bytes.
const LARGEST_FILE: usize = 1024 * 1024;
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
) -> Result<Mandant, Vec<Problem>> {
    let report = Report::new(file, text);
    let Some(document) = report.parse() else { return Err(report.into_problems()) };
    let mut root = Table::root(&report, &document);

    if !speakable(id) {
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
    let logo = root.table("logo").and_then(|table| logo(&report, table, folder));
    let finder = root
        .required_table("zustaendigkeitsfinder")
        .and_then(|table| finder::finder(&report, table, folder, is_file, id));
    let kontaktsysteme = root.required_table("kontaktsysteme").map(|table| kontaktsysteme(&report, &table));
    let daten = root.table("daten").map(|table| Daten::read(&report, table)).unwrap_or_default();
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
                logo,
                formulare: plain(formulare),
                zustaendigkeitsfinder: finder,
                kontaktsysteme,
                daten,
                test_mailbox,
                max_total_bytes: max_total_bytes.unwrap_or(DEFAULT_TOTAL),
                retention_days: retention_days.unwrap_or(DEFAULT_RETENTION),
            })
        }
        _ => Err(report.into_problems()),
    }
}

/// Whether this can be part of an address.
fn speakable(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
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

fn logo(report: &Report<'_>, mut table: Table<'_>, folder: &Path) -> Option<Arc<Logo>> {
    let file = table.required_text("file");
    let alt = table.required_text("alt");
    table.finish();
    let alt = alt?;
    let count = alt.get_ref().chars().count();
    if count > LONGEST_ALT {
        report.add(&alt.span(), format!("„alt“ hat {count} Zeichen, erlaubt sind {LONGEST_ALT}"), None);
    }
    let file = file?;
    let path = folder.join(file.get_ref());
    if !path.is_file() {
        let hint = Some("der Pfad gilt ab dem Ordner der Mandantendatei".to_owned());
        report.add(&file.span(), format!("die Datei {} gibt es nicht", path.display()), hint);
        return None;
    }
    match Logo::read(&path, alt.get_ref()) {
        Ok(logo) => Some(Arc::new(logo)),
        Err(error) => {
            report.add(&file.span(), format!("{}: {error}", path.display()), None);
            None
        }
    }
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
mod tests;
