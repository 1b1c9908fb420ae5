//! `[zustaendigkeitsfinder]` of a tenant file: which directory is asked, and how.

use std::path::{Path, PathBuf};

use url::Url;

use crate::config::mandant::{Dienst, Zustaendigkeitsfinder};
use crate::office::finder::pvog::Paths;
use crate::problem::report::{Legible, Report};
use crate::problem::table::{Placed, Table};

/// All adapters.
const ADAPTERS: [&str; 5] = ["directory", "infodienste", "pvog", "routing", "xzufi"];
/// Seconds for one question if the tenant does not say.
const DEFAULT_TIMEOUT: u16 = 8;
/// Days for which an old answer serves if the tenant does not say.
const DEFAULT_STALE: u16 = 7;
/// The area service of all Infodienste.
const AREAS: &str = "https://gd-api.zfinder.de/";

/// Reads the section. Paths of files are relative to `folder`.
pub(super) fn finder(
    table: &Table<'_>,
    folder: &Path,
    is_file: &dyn Fn(&Path) -> bool,
    mandant: &str,
) -> Legible<Zustaendigkeitsfinder> {
    let adapter = table.need_text("adapter")?;
    let name = adapter.value.as_str();
    let tenant = TenantFile { report: table.report, folder, is_file };
    let found = match name {
        "directory" => tenant.file(table, "file").map(|file| Zustaendigkeitsfinder::Directory { file }),
        "infodienste" => {
            let dienst = tenant.dienst(table);
            let api_key_file = tenant.file(table, "api_key_file");
            let area_url = match table.text("area_url") {
                Some(url) => tenant.address(&url),
                None => Ok(AREAS.parse().expect("the address is one, as a test shows")),
            };
            (|| {
                Ok(Zustaendigkeitsfinder::Infodienste {
                    dienst: dienst?,
                    api_key_file: api_key_file?,
                    area_url: area_url?,
                })
            })()
        }
        "pvog" => {
            let dienst = tenant.dienst(table);
            let client_id = table.text("client_id").map(|id| id.value);
            let paths = table.table("paths").map(|paths| tenant.paths(&paths)).unwrap_or_default();
            dienst.map(|dienst| Zustaendigkeitsfinder::Pvog { dienst, client_id, paths })
        }
        "routing" => {
            let (dienst, file) = (tenant.dienst(table), tenant.file(table, "file"));
            dienst.and_then(|dienst| Ok(Zustaendigkeitsfinder::Routing { dienst, file: file? }))
        }
        "xzufi" => {
            let (file, gebiete) = (table.need_text("file"), tenant.file(table, "gebiete"));
            let verzeichnis = tenant.name(table.text("verzeichnis"), mandant);
            // A delivery may be gone once it was imported: whoever imports or checks looks for it.
            let file = file.map(|file| folder.join(file.value));
            file.and_then(|file| Ok(Zustaendigkeitsfinder::Xzufi { file, gebiete: gebiete?, verzeichnis }))
        }
        _ => {
            // The keys of an unknown adapter are no further mistakes.
            let all = Some(format!("es gibt die Adapter {}", ADAPTERS.join(", ")));
            let message = format!("den Adapter „{name}“ gibt es nicht");
            return Err(table.report.unknown(&adapter.span, message, name, ADAPTERS, all));
        }
    };
    table.finish("des Abschnitts [zustaendigkeitsfinder]");
    found
}

struct TenantFile<'p> {
    report: &'p Report<'p>,
    folder: &'p Path,
    is_file: &'p dyn Fn(&Path) -> bool,
}

impl TenantFile<'_> {
    /// What all directories on the network have.
    fn dienst(&self, table: &Table<'_>) -> Legible<Dienst> {
        let url = table.need_text("url");
        let timeout_seconds = table.number("timeout_seconds", 1..=20, DEFAULT_TIMEOUT);
        let stale_days = table.number("stale_days", 0..=60, DEFAULT_STALE);
        Ok(Dienst { url: self.address(&url?)?, timeout_seconds: timeout_seconds?, stale_days: stale_days? })
    }

    /// An address that may be asked: https, or http on this machine. What comes back decides where applications go.
    fn address(&self, text: &Placed<String>) -> Legible<Url> {
        let example = Some("zum Beispiel „https://restapi-v4-xy.infodienste.de/“".to_owned());
        let Ok(url) = Url::parse(&text.value) else {
            let message = format!("„{}“ ist keine Internetadresse", text.value);
            return Err(self.report.wrong(&text.span, message, example));
        };
        let here = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        let wrong = match url.scheme() {
            _ if !url.username().is_empty() || url.password().is_some() => "eine Adresse ohne Name und Kennwort",
            _ if url.query().is_some() || url.fragment().is_some() => "eine Adresse ohne „?“ und „#“",
            "https" => return Ok(url),
            "http" if here => return Ok(url),
            _ => "eine Adresse mit https:// (http:// nur auf diesem Rechner)",
        };
        Err(self.report.wrong(&text.span, format!("hier steht besser {wrong}"), example))
    }

    fn file(&self, table: &Table<'_>, key: &'static str) -> Legible<PathBuf> {
        let file = table.need_text(key)?;
        let path = self.folder.join(&file.value);
        if !(self.is_file)(&path) {
            let hint = Some("der Pfad gilt ab dem Ordner der Mandantendatei".to_owned());
            self.report.wrong(&file.span, format!("die Datei {} gibt es nicht", path.display()), hint);
        }
        Ok(path)
    }

    /// Name of an imported directory; the tenant's own if none is given.
    fn name(&self, name: Option<Placed<String>>, mandant: &str) -> String {
        let Some(Placed { value: name, span }) = name else { return mandant.to_owned() };
        if !super::speakable(&name) {
            let hint = Some("nur Buchstaben ohne Umlaute, Ziffern, - und _".to_owned());
            self.report.wrong(&span, format!("„{name}“ kann nicht Name eines Verzeichnisses sein"), hint);
        }
        name
    }

    /// The paths built in, some of them changed. One with a blank keeps it.
    fn paths(&self, table: &Table<'_>) -> Paths {
        let mut paths = Paths::default();
        for (name, built_in) in paths.named() {
            let Some(path) = table.text(name) else { continue };
            let text = path.value.trim_matches('/').to_owned();
            let blank = built_in.split('/').find(|part| part.starts_with('{')).unwrap_or_default();
            if !text.contains(blank) || text.contains(['?', '#', ':']) {
                let hint = Some(format!(
                    "ein Pfad ohne Adresse davor{}",
                    if blank.is_empty() { String::new() } else { format!(", mit {blank}") }
                ));
                self.report.wrong(&path.span, format!("„{}“ ist hier kein Pfad", path.value), hint);
            }
            *built_in = text;
        }
        table.finish("des Abschnitts [zustaendigkeitsfinder.paths]");
        paths
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, is_file: bool) -> (Option<Zustaendigkeitsfinder>, Vec<(usize, String)>) {
        let report = Report::new("m.toml", text);
        let document = report.document();
        let found = finder(&Table::root(&report, &document), Path::new("m"), &|_| is_file, "stadt");
        let problems = report.finish(found.as_ref().map(drop).map_err(|noted| *noted)).err().into_iter().flatten();
        (found.ok(), problems.map(|problem| (problem.line, problem.message)).collect())
    }

    #[test]
    fn an_infodienst_needs_an_address_and_a_key() {
        let text = "adapter = \"infodienste\"\nurl = \"https://restapi-v4-st.infodienste.de/\"\napi_key_file = \"schluessel\"\n";
        let (found, problems) = read(text, true);
        assert_eq!(problems, []);
        let Some(Zustaendigkeitsfinder::Infodienste { dienst, api_key_file, area_url }) = found else {
            panic!("{found:?}")
        };
        assert_eq!((dienst.timeout_seconds, dienst.stale_days), (8, 7));
        assert_eq!(api_key_file, Path::new("m/schluessel"));
        assert_eq!(area_url.as_str(), AREAS);
        assert_eq!(read(text, false).1, [(3, "die Datei m/schluessel gibt es nicht".to_owned())]);
        let (found, problems) = read("adapter = \"infodienste\"\nurl = \"restapi\"\napi_key = \"geheim\"", true);
        assert!(found.is_none());
        assert_eq!(
            problems,
            [
                (1, "Hier fehlt der Schlüssel „api_key_file“.".to_owned()),
                (2, "„restapi“ ist keine Internetadresse".to_owned()),
                (3, "Den Schlüssel „api_key“ des Abschnitts [zustaendigkeitsfinder] gibt es nicht.".to_owned()),
            ]
        );
    }

    #[test]
    fn what_could_be_read_or_changed_on_its_way_is_no_address() {
        for bad in ["http://example.de/", "https://n:k@example.de/", "https://example.de/?a=b", "ftp://example.de/"] {
            let (found, problems) = read(&format!("adapter = \"pvog\"\nurl = \"{bad}\""), true);
            assert!(found.is_none() && problems.len() == 1, "{bad}: {problems:?}");
        }
        assert!(read("adapter = \"pvog\"\nurl = \"http://127.0.0.1:9/suchdienst/api\"", true).0.is_some());
    }

    #[test]
    fn paths_of_the_pvog_are_checked() {
        let text = "adapter = \"pvog\"\nurl = \"https://pvog.fitko.net/suchdienst/api\"\nclient_id = \"x\"\n[paths]\n";
        let (found, problems) = read(&format!("{text}leistung = \"/v7/servicedescriptions/{{id}}/detail\""), true);
        assert_eq!(problems, []);
        let Some(Zustaendigkeitsfinder::Pvog { paths, .. }) = found else { panic!("{found:?}") };
        assert_eq!(paths.leistung, "v7/servicedescriptions/{id}/detail");
        let (_, problems) = read(&format!("{text}search = \"v8\"\nofices = \"v3\""), true);
        assert_eq!(
            problems,
            [
                (5, "„v8“ ist hier kein Pfad".to_owned()),
                (6, "Den Schlüssel „ofices“ des Abschnitts [zustaendigkeitsfinder.paths] gibt es nicht.".to_owned())
            ]
        );
    }

    #[test]
    fn the_routing_service_needs_the_names_of_the_leistungen() {
        let (_, problems) = read("adapter = \"routing\"\nurl = \"https://a.example/v2\"", true);
        assert_eq!(problems, [(1, "Hier fehlt der Schlüssel „file“.".to_owned())]);
    }
}
