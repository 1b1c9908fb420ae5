//! From TOML to a directory, or every problem at once with its place.

/// Offices, with addresses and Kontaktsysteme.
mod stelle;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use toml::Spanned;

use super::regeln::{self, Regeln};
use super::vorlage::{Je, Vorlage};
use super::{Directory, Stelle, gebiete};
use crate::office::leistung::Unterlage;
use crate::office::{Gebiet, Leistung};
use crate::problem::Problem;
use crate::problem::table::{Report, Table};

/// Largest file that is read, in bytes. All 11,000 Gemeinden of Germany need less than 1 MB.
const LARGEST_FILE: u64 = 32 * 1024 * 1024;

/// Reads a directory file and the table of Gebiete beside it.
pub fn read(file: &Path) -> Result<Directory, Vec<Problem>> {
    let name = file.display().to_string();
    let text = text_of(file).map_err(|message| vec![Problem::whole(&name, message)])?;
    let beside = |relative: &str| {
        let path = file.parent().unwrap_or(Path::new("")).join(relative);
        (path.display().to_string(), text_of(&path))
    };
    parse(&name, &text, &beside)
}

/// Gives full name and text of a file beside the directory file, or what is wrong with it.
type Beside<'f> = dyn Fn(&str) -> (String, Result<String, String>) + 'f;

/// Reads a directory from its text; `beside` gives name and text of a file beside it.
pub(super) fn parse(file: &str, text: &str, beside: &Beside<'_>) -> Result<Directory, Vec<Problem>> {
    let report = Report::new(file, text);
    let Some(document) = report.parse() else { return Err(report.into_problems()) };
    let mut root = Table::root(&report, &document);
    let mut problems = Vec::new();

    let gebiete = match root.required_text("gebiete") {
        Some(relative) => match beside(relative.get_ref()) {
            (name, Ok(table)) => {
                let table_report = Report::new(&name, &table);
                let gebiete = gebiete::read(&table_report, &table);
                problems = table_report.into_problems();
                gebiete
            }
            (name, Err(message)) => {
                report.add(
                    &relative.span(),
                    format!("{message}: {name}"),
                    Some("der Pfad gilt ab dem Ordner dieser Datei".to_owned()),
                );
                Vec::new()
            }
        },
        None => Vec::new(),
    };

    let mut reading = Reading::new(&report, &gebiete);
    reading.kontaktsystemtypen(&mut root);
    reading.leistungen(&mut root);
    reading.listen(&mut root);
    reading.stellen(&mut root);
    // Rules refer to the Gebiete: while their table is broken, every reference would look dangling.
    if problems.is_empty() && !gebiete.is_empty() {
        reading.zustaendigkeiten(&mut root);
    } else {
        root.tables("zustaendigkeit");
    }
    root.finish();

    let Reading { leistungen, stellen, regeln, .. } = reading;
    problems.splice(0..0, report.into_problems());
    if problems.is_empty() { Ok(Directory::index(leistungen, gebiete, stellen, regeln)) } else { Err(problems) }
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

    fn kontaktsystemtypen(&mut self, root: &mut Table<'t>) {
        let Some(typen) = root.table("kontaktsystemtyp") else { return };
        for (key, mut typ) in typen.tables_by_key() {
            let kind = typ.required_text("postfach");
            if let Some(kind) = &kind
                && !["mail", "frei"].contains(&kind.get_ref().as_str())
            {
                let hint = Some("„mail“ für eine E-Mail-Adresse, „frei“ für jede andere Kennung".to_owned());
                self.report.add(&kind.span(), format!("unbekannte Art „{}“", kind.get_ref()), hint);
            }
            typ.text("name");
            typ.finish();
            self.typen.insert(key.into_inner(), kind.is_some_and(|kind| kind.get_ref() == "mail"));
        }
    }

    fn leistungen(&mut self, root: &mut Table<'t>) {
        for mut table in root.tables("leistung") {
            let id = table.required_text("id");
            let leika = table.text("leika").filter(|key| self.is_leika(key));
            let leistung = Leistung {
                pst_id: id.as_ref().map(|id| id.get_ref().clone()).unwrap_or_default(),
                leika: leika.as_ref().map(|key| key.get_ref().clone()),
                name: table.required_text("name").map(Spanned::into_inner).unwrap_or_default(),
                beschreibung: plain(table.text("beschreibung")),
                voraussetzungen: plain_list(table.texts("voraussetzungen")),
                unterlagen: Unterlage::list(plain_list(table.texts("unterlagen")).into_iter().map(|name| (name, None))),
                gebuehren: plain(table.text("gebuehren")),
                frist: plain(table.text("frist")),
                bearbeitungsdauer: plain(table.text("bearbeitungsdauer")),
                schriftform: table.yes("schriftform"),
                gueltigkeit: self.gueltigkeit(&mut table),
                ..Leistung::default()
            };
            let suchworte = plain_list(table.texts("suchworte"));
            table.finish();
            for key in [id, leika].into_iter().flatten() {
                let span = key.span();
                let key = key.into_inner();
                if self.leistung_keys.insert(key.clone(), leistung.pst_id.clone()).is_some() {
                    self.report.add(&span, format!("die Leistung „{key}“ gibt es schon"), None);
                }
            }
            self.leistungen.push((leistung, suchworte));
        }
    }

    fn is_leika(&self, key: &Spanned<String>) -> bool {
        let text = key.get_ref();
        let fine = text.len() == 14 && text.starts_with("99") && text.bytes().all(|byte| byte.is_ascii_digit());
        if !fine {
            let hint = "ein Leistungsschlüssel hat 14 Ziffern und beginnt mit 99".to_owned();
            self.report.add(&key.span(), format!("„{text}“ ist kein LeiKa-Schlüssel"), Some(hint));
        }
        fine
    }

    fn listen(&mut self, root: &mut Table<'t>) {
        let Some(table) = root.table("leistungsliste") else { return };
        for (name, keys) in table.texts_by_key() {
            let ids = keys.iter().filter_map(|key| self.leistung_id(key)).collect();
            self.listen.insert(name.into_inner(), ids);
        }
    }

    fn leistung_id(&self, key: &Spanned<String>) -> Option<String> {
        let found = self.leistung_keys.get(key.get_ref());
        if found.is_none() {
            let message = format!("die Leistung „{}“ gibt es in dieser Datei nicht", key.get_ref());
            // People copy ids, but know names: both lead to a hint.
            let names = self.leistungen.iter().map(|(leistung, _)| leistung.name.as_str());
            let known = self.leistung_keys.keys().map(String::as_str).chain(names);
            self.report.add_unknown(&key.span(), message, key.get_ref(), known);
        }
        found.cloned()
    }

    fn stellen(&mut self, root: &mut Table<'t>) {
        for mut table in root.tables("stelle") {
            let stelle = self.organisationseinheit(&mut table, false);
            table.finish();
            self.stellen.push(Stelle::Eine(stelle));
        }
        for mut table in root.tables("stellenvorlage") {
            let je = table.required_text("je").and_then(|je| {
                let parsed = Je::parse(je.get_ref());
                if parsed.is_none() {
                    let message = format!("„{}“ gibt es hier nicht", je.get_ref());
                    self.report.add(&je.span(), message, Some("„gemeinde“ oder „kreis“".to_owned()));
                }
                parsed
            });
            let muster = self.organisationseinheit(&mut table, true);
            let vorlage = Vorlage { je: je.unwrap_or(Je::Gemeinde), muster };
            table.finish();
            self.stellen.push(Stelle::Je(vorlage));
        }
    }

    fn zustaendigkeiten(&mut self, root: &mut Table<'t>) {
        let keys = self.gebiet_keys();
        for mut table in root.tables("zustaendigkeit") {
            let stellen = self.rule_stellen(&mut table);
            let leistungen = self.rule_leistungen(&mut table);
            let (gebiete, beginnings) = self.rule_orte(&mut table, &keys);
            table.finish();
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

    fn rule_stellen(&self, table: &mut Table<'t>) -> Vec<usize> {
        let named = table.texts("stellen");
        if named.is_empty() {
            self.report.add(table.span(), "es fehlt, wer zuständig ist", Some("stellen = [\"…\"]".to_owned()));
        }
        let place = |id: &Spanned<String>| {
            let found = self.stelle_keys.get(id.get_ref()).copied();
            if found.is_none() {
                let message = format!("die Stelle „{}“ gibt es in dieser Datei nicht", id.get_ref());
                self.report.add_unknown(&id.span(), message, id.get_ref(), self.stelle_keys.keys().map(String::as_str));
            }
            found
        };
        named.iter().filter_map(place).collect()
    }

    fn rule_leistungen(&self, table: &mut Table<'t>) -> Vec<String> {
        let (named, listen, all) = (table.texts("leistungen"), table.texts("listen"), table.yes("alle_leistungen"));
        if named.is_empty() && listen.is_empty() && !all {
            let hint = "leistungen = [\"…\"], listen = [\"…\"] oder alle_leistungen = true".to_owned();
            self.report.add(table.span(), "es fehlt, wofür die Stelle zuständig ist", Some(hint));
        }
        let mut ids: Vec<String> = named.iter().filter_map(|key| self.leistung_id(key)).collect();
        for name in &listen {
            if let Some(members) = self.listen.get(name.get_ref()) {
                ids.extend_from_slice(members);
            } else {
                let message = format!("die Leistungsliste „{}“ gibt es nicht", name.get_ref());
                self.report.add_unknown(&name.span(), message, name.get_ref(), self.listen.keys().map(String::as_str));
            }
        }
        if all {
            ids.extend(self.leistungen.iter().map(|(leistung, _)| leistung.pst_id.clone()));
        }
        ids
    }

    /// Area ids and beginnings of the ARS.
    fn rule_orte(&self, table: &mut Table<'t>, keys: &HashMap<&str, &str>) -> (Vec<String>, Vec<String>) {
        let (named, ars, everywhere) = (table.texts("gebiete"), table.texts("ars"), table.yes("ueberall"));
        if named.is_empty() && ars.is_empty() && !everywhere {
            let hint = "gebiete = [\"…\"], ars = [\"…\"] oder ueberall = true".to_owned();
            self.report.add(table.span(), "es fehlt, wo die Stelle zuständig ist", Some(hint));
        }
        let gebiet = |key: &Spanned<String>| {
            let found = keys.get(key.get_ref().as_str()).map(|id| (*id).to_owned());
            if found.is_none() {
                let message = format!("das Gebiet „{}“ steht nicht in der Gebietstabelle", key.get_ref());
                let hint = "areaId, AGS oder ARS eines Gebiets; einen ganzen Kreis nennt man mit ars".to_owned();
                self.report.add(&key.span(), message, Some(hint));
            }
            found
        };
        let beginning = |key: &Spanned<String>| {
            let Some(head) = regeln::beginning(key.get_ref()) else {
                let hint = "2 Ziffern: Land, 3: Regierungsbezirk, 5: Kreis, 9: Verband, 12: Gemeinde".to_owned();
                self.report.add(&key.span(), format!("„{}“ ist kein Anfang eines ARS", key.get_ref()), Some(hint));
                return None;
            };
            if !self.gebiete.iter().any(|gebiet| gebiet.ars.as_deref().unwrap_or_default().starts_with(head)) {
                self.report.add(&key.span(), format!("kein Gebiet der Tabelle liegt in „{}“", key.get_ref()), None);
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

fn plain(text: Option<Spanned<String>>) -> Option<String> {
    text.map(Spanned::into_inner)
}

fn plain_list(texts: Vec<Spanned<String>>) -> Vec<String> {
    texts.into_iter().map(Spanned::into_inner).collect()
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
