//! From TOML to a directory, or every problem at once with its place.

/// Offices, with addresses and Kontaktsysteme.
mod stelle;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use super::regeln::{self, Regeln};
use super::vorlage::{Je, Vorlage};
use super::{Directory, Stelle, gebiete};
use crate::office::leistung::Unterlage;
use crate::office::{Gebiet, Leistung};
use crate::problem::report::Report;
use crate::problem::table::{Placed, Table};
use crate::problem::{Problem, Problems};

/// Largest file that is read, in bytes. All 11,000 Gemeinden of Germany need less than 1 MB.
const LARGEST_FILE: u64 = 32 * 1024 * 1024;

/// Reads a directory file and the table of Gebiete beside it.
pub fn read(file: &Path) -> Result<Directory, Problems> {
    let name = file.display().to_string();
    let text = text_of(file).map_err(|message| Problem::whole(&name, message))?;
    let beside = |relative: &str| {
        let path = file.parent().unwrap_or(Path::new("")).join(relative);
        (path.display().to_string(), text_of(&path))
    };
    parse(&name, &text, &beside)
}

/// Gives full name and text of a file beside the directory file, or what is wrong with it.
type Beside<'f> = dyn Fn(&str) -> (String, Result<String, String>) + 'f;

/// Reads a directory from its text; `beside` gives name and text of a file beside it.
pub(super) fn parse(file: &str, text: &str, beside: &Beside<'_>) -> Result<Directory, Problems> {
    let report = Report::new(file, text);
    let document = report.document();
    // An entry that could not be read may be the one that others name: every reference to it would look dangling.
    if let Err(noted) = report.clean() {
        return report.finish(Err(noted));
    }
    let root = Table::root(&report, &document);
    let mut problems = Vec::new();

    let gebiete = root.need_text("gebiete").map(|relative| match beside(&relative.value) {
        (name, Ok(table)) => gebiete::parse(&name, &table).map_err(|found| problems.extend(found)).unwrap_or_default(),
        (name, Err(message)) => {
            let hint = Some("der Pfad gilt ab dem Ordner dieser Datei".to_owned());
            report.wrong(&relative.span, format!("{message}: {name}"), hint);
            Vec::new()
        }
    });
    let gebiete = gebiete.unwrap_or_default();

    let mut reading = Reading::new(&report, &gebiete);
    reading.kontaktsystemtypen(&root);
    reading.leistungen(&root);
    reading.listen(&root);
    reading.stellen(&root);
    // Rules refer to the Gebiete: while their table is broken, every reference would look dangling.
    if problems.is_empty() && !gebiete.is_empty() {
        reading.zustaendigkeiten(&root);
    } else {
        root.tables("zustaendigkeit");
    }
    root.finish("des Verzeichnisses");

    let Reading { leistungen, stellen, regeln, .. } = reading;
    problems.extend(report.finish(Ok(())).err().into_iter().flatten());
    Problems::check(problems)?;
    Ok(Directory::index(leistungen, gebiete, stellen, regeln))
}

/// What is read so far, with what is known by which key.
struct Reading<'t> {
    report: &'t Report<'t>,
    gebiete: &'t [Gebiet],
    /// Type → whether its mailboxes are mail addresses.
    typen: BTreeMap<String, bool>,
    leistungen: Vec<(Leistung, Vec<String>)>,
    /// Id or LeiKa key → id.
    leistung_keys: HashMap<String, String>,
    listen: BTreeMap<String, Vec<String>>,
    stellen: Vec<Stelle>,
    stelle_keys: HashMap<String, usize>,
    regeln: Regeln,
}

impl<'t> Reading<'t> {
    fn new(report: &'t Report<'t>, gebiete: &'t [Gebiet]) -> Self {
        Self {
            report,
            gebiete,
            typen: BTreeMap::new(),
            leistungen: Vec::new(),
            leistung_keys: HashMap::new(),
            listen: BTreeMap::new(),
            stellen: Vec::new(),
            stelle_keys: HashMap::new(),
            regeln: Regeln::default(),
        }
    }

    fn kontaktsystemtypen(&mut self, root: &Table<'t>) {
        let Some(typen) = root.table("kontaktsystemtyp") else { return };
        for (key, typ) in typen.entries() {
            let Ok(typ) = typ.table() else { continue };
            let kind = typ.need_text("postfach").ok();
            if let Some(kind) = &kind
                && !["mail", "frei"].contains(&kind.value.as_str())
            {
                let hint = Some("„mail“ für eine E-Mail-Adresse, „frei“ für jede andere Kennung".to_owned());
                self.report.wrong(&kind.span, format!("unbekannte Art „{}“", kind.value), hint);
            }
            typ.text("name");
            typ.finish("eines Kontaktsystem-Typs");
            self.typen.insert(key.value, kind.is_some_and(|kind| kind.value == "mail"));
        }
    }

    fn leistungen(&mut self, root: &Table<'t>) {
        for table in root.tables("leistung") {
            let id = table.need_text("id").ok();
            let leika = table.text("leika").filter(|key| self.is_leika(key));
            let leistung = Leistung {
                pst_id: id.as_ref().map(|id| id.value.clone()).unwrap_or_default(),
                leika: leika.as_ref().map(|key| key.value.clone()),
                name: table.need_text("name").map(|text| text.value).unwrap_or_default(),
                beschreibung: plain(table.text("beschreibung")),
                voraussetzungen: plain_list(table.texts("voraussetzungen")),
                unterlagen: Unterlage::list(plain_list(table.texts("unterlagen")).into_iter().map(|name| (name, None))),
                gebuehren: plain(table.text("gebuehren")),
                frist: plain(table.text("frist")),
                bearbeitungsdauer: plain(table.text("bearbeitungsdauer")),
                schriftform: table.flag("schriftform"),
                gueltigkeit: self.gueltigkeit(&table),
                ..Leistung::default()
            };
            let suchworte = plain_list(table.texts("suchworte"));
            table.finish("einer Leistung");
            for Placed { value: key, span } in [id, leika].into_iter().flatten() {
                if self.leistung_keys.insert(key.clone(), leistung.pst_id.clone()).is_some() {
                    self.report.wrong(&span, format!("die Leistung „{key}“ gibt es schon"), None);
                }
            }
            self.leistungen.push((leistung, suchworte));
        }
    }

    fn is_leika(&self, key: &Placed<String>) -> bool {
        let text = key.value.as_str();
        let fine = text.len() == 14 && text.starts_with("99") && text.bytes().all(|byte| byte.is_ascii_digit());
        if !fine {
            let hint = "ein Leistungsschlüssel hat 14 Ziffern und beginnt mit 99".to_owned();
            self.report.wrong(&key.span, format!("„{text}“ ist kein LeiKa-Schlüssel"), Some(hint));
        }
        fine
    }

    fn listen(&mut self, root: &Table<'t>) {
        let Some(table) = root.table("leistungsliste") else { return };
        for (name, keys) in table.entries() {
            let ids = keys.texts().iter().filter_map(|key| self.leistung_id(key)).collect();
            self.listen.insert(name.value, ids);
        }
    }

    fn leistung_id(&self, key: &Placed<String>) -> Option<String> {
        let found = self.leistung_keys.get(&key.value);
        if found.is_none() {
            let message = format!("die Leistung „{}“ gibt es in dieser Datei nicht", key.value);
            // People copy ids, but know names: both lead to a hint.
            let names = self.leistungen.iter().map(|(leistung, _)| leistung.name.as_str());
            let known = self.leistung_keys.keys().map(String::as_str).chain(names);
            self.report.unknown(&key.span, message, &key.value, known, None);
        }
        found.cloned()
    }

    fn stellen(&mut self, root: &Table<'t>) {
        for table in root.tables("stelle") {
            let stelle = self.organisationseinheit(&table, false);
            table.finish("einer Stelle");
            self.stellen.push(Stelle::Eine(stelle));
        }
        for table in root.tables("stellenvorlage") {
            let je = table.need_text("je").ok().and_then(|je| {
                let parsed = Je::parse(&je.value);
                if parsed.is_none() {
                    let message = format!("„{}“ gibt es hier nicht", je.value);
                    self.report.wrong(&je.span, message, Some("„gemeinde“ oder „kreis“".to_owned()));
                }
                parsed
            });
            let muster = self.organisationseinheit(&table, true);
            let vorlage = Vorlage { je: je.unwrap_or(Je::Gemeinde), muster };
            table.finish("einer Stellenvorlage");
            self.stellen.push(Stelle::Je(vorlage));
        }
    }

    fn zustaendigkeiten(&mut self, root: &Table<'t>) {
        let keys = self.gebiet_keys();
        for table in root.tables("zustaendigkeit") {
            let stellen = self.rule_stellen(&table);
            let leistungen = self.rule_leistungen(&table);
            let (gebiete, beginnings) = self.rule_orte(&table, &keys);
            table.finish("einer Zuständigkeit");
            for stelle in stellen {
                for leistung in &leistungen {
                    for gebiet in &gebiete {
                        self.regeln.in_gebiet(leistung, gebiet, stelle);
                    }
                    for beginning in &beginnings {
                        self.regeln.below(leistung, beginning, stelle);
                    }
                }
            }
        }
    }

    fn gebiet_keys(&self) -> HashMap<&'t str, &'t str> {
        let all = self.gebiete.iter().flat_map(|gebiet| {
            let keys = [Some(&gebiet.area_id), gebiet.ags.as_ref(), gebiet.ars.as_ref()];
            keys.into_iter().flatten().map(|key| (key.as_str(), gebiet.area_id.as_str()))
        });
        all.collect()
    }

    fn rule_stellen(&self, table: &Table<'t>) -> Vec<usize> {
        let named = table.texts("stellen");
        if named.is_empty() {
            self.report.wrong(&table.span, "es fehlt, wer zuständig ist", Some("stellen = [\"…\"]".to_owned()));
        }
        let place = |id: &Placed<String>| {
            let found = self.stelle_keys.get(&id.value).copied();
            if found.is_none() {
                let message = format!("die Stelle „{}“ gibt es in dieser Datei nicht", id.value);
                let known = self.stelle_keys.keys().map(String::as_str);
                self.report.unknown(&id.span, message, &id.value, known, None);
            }
            found
        };
        named.iter().filter_map(place).collect()
    }

    fn rule_leistungen(&self, table: &Table<'t>) -> Vec<String> {
        let (named, listen, all) = (table.texts("leistungen"), table.texts("listen"), table.flag("alle_leistungen"));
        if named.is_empty() && listen.is_empty() && !all {
            let hint = "leistungen = [\"…\"], listen = [\"…\"] oder alle_leistungen = true".to_owned();
            self.report.wrong(&table.span, "es fehlt, wofür die Stelle zuständig ist", Some(hint));
        }
        let mut ids: Vec<String> = named.iter().filter_map(|key| self.leistung_id(key)).collect();
        for name in &listen {
            if let Some(members) = self.listen.get(&name.value) {
                ids.extend_from_slice(members);
            } else {
                let message = format!("die Leistungsliste „{}“ gibt es nicht", name.value);
                let known = self.listen.keys().map(String::as_str);
                self.report.unknown(&name.span, message, &name.value, known, None);
            }
        }
        if all {
            ids.extend(self.leistungen.iter().map(|(leistung, _)| leistung.pst_id.clone()));
        }
        ids
    }

    /// Area ids and beginnings of the ARS.
    fn rule_orte(&self, table: &Table<'t>, keys: &HashMap<&str, &str>) -> (Vec<String>, Vec<String>) {
        let (named, ars, everywhere) = (table.texts("gebiete"), table.texts("ars"), table.flag("ueberall"));
        if named.is_empty() && ars.is_empty() && !everywhere {
            let hint = "gebiete = [\"…\"], ars = [\"…\"] oder ueberall = true".to_owned();
            self.report.wrong(&table.span, "es fehlt, wo die Stelle zuständig ist", Some(hint));
        }
        let gebiet = |key: &Placed<String>| {
            let found = keys.get(key.value.as_str()).map(|id| (*id).to_owned());
            if found.is_none() {
                let message = format!("das Gebiet „{}“ steht nicht in der Gebietstabelle", key.value);
                let hint = "areaId, AGS oder ARS eines Gebiets; einen ganzen Kreis nennt man mit ars".to_owned();
                self.report.wrong(&key.span, message, Some(hint));
            }
            found
        };
        let beginning = |key: &Placed<String>| {
            let Some(head) = regeln::beginning(&key.value) else {
                let hint = "2 Ziffern: Land, 3: Regierungsbezirk, 5: Kreis, 9: Verband, 12: Gemeinde".to_owned();
                self.report.wrong(&key.span, format!("„{}“ ist kein Anfang eines ARS", key.value), Some(hint));
                return None;
            };
            if !self.gebiete.iter().any(|gebiet| gebiet.ars.as_deref().unwrap_or_default().starts_with(head)) {
                self.report.wrong(&key.span, format!("kein Gebiet der Tabelle liegt in „{}“", key.value), None);
            }
            Some(head.to_owned())
        };
        let mut beginnings: Vec<String> = ars.iter().filter_map(beginning).collect();
        if everywhere {
            beginnings.push(String::new());
        }
        (named.iter().filter_map(gebiet).collect(), beginnings)
    }
}

fn plain(text: Option<Placed<String>>) -> Option<String> {
    text.map(|text| text.value)
}

fn plain_list(texts: Vec<Placed<String>>) -> Vec<String> {
    texts.into_iter().map(|text| text.value).collect()
}

/// The text of a file that people write.
pub(super) fn text_of(file: &Path) -> Result<String, String> {
    let length = std::fs::metadata(file).map_err(|cause| format!("die Datei ist nicht lesbar ({cause})"))?.len();
    if length > LARGEST_FILE {
        return Err(format!("die Datei ist größer als {LARGEST_FILE} Byte"));
    }
    let bytes = std::fs::read(file).map_err(|cause| format!("die Datei ist nicht lesbar ({cause})"))?;
    String::from_utf8(bytes).map_err(|_| "die Datei ist nicht in UTF-8 gespeichert".to_owned())
}
