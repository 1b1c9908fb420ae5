//! The sample directory as an XZuFi delivery: the same services, offices and responsibilities in another coat.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use antragsassistent::office::directory::Directory;
use antragsassistent::office::{Leistung, Organisationseinheit};
use quick_xml::escape::escape;

/// What stands around objects.
pub const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<x:transfer xmlns:x=\"http://xoev.de/schemata/xzufi/2_2_0\" xzufiVersion=\"2.2.0\">\n";
/// And behind them.
pub const TAIL: &str = "</x:transfer>\n";

/// The sample directory of the demo, as one file.
pub fn sample() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let directory = Directory::read(&root.join("config/verzeichnis/sachsen-anhalt.toml")).expect("the sample reads");
    let mut text = HEAD.to_owned();
    let mut offices: BTreeMap<String, (Organisationseinheit, String)> = BTreeMap::new();
    for service in directory.leistungen() {
        leistung(&mut text, service);
        for area in directory.gebiete() {
            for office in directory.stellen(service, area) {
                let (_, rows) = offices.entry(office.id.clone()).or_insert_with(|| (office, String::new()));
                let ars = area.ars.as_deref().expect("every area of the sample has an ARS");
                let _ = writeln!(
                    rows,
                    "<x:zustaendigkeit><x:leistungID>{}</x:leistungID><x:gebietID schemeID=\"rs\">{ars}</x:gebietID></x:zustaendigkeit>",
                    service.pst_id
                );
            }
        }
    }
    for (office, rows) in offices.values() {
        stelle(&mut text, office, rows);
    }
    text + TAIL
}

fn leistung(text: &mut String, service: &Leistung) {
    let _ = write!(text, "<x:schreibe><x:leistung><x:id>{}</x:id>", service.pst_id);
    if let Some(key) = &service.leika {
        let _ = write!(text, "<x:referenzLeiKa><code>{key}</code></x:referenzLeiKa>");
    }
    let _ = write!(
        text,
        "<x:kennzeichenSchriftformerfordernis>{}</x:kennzeichenSchriftformerfordernis>",
        service.schriftform
    );
    modul(text, "03", &service.name);
    modul(text, "05", service.beschreibung.as_deref().unwrap_or_default());
    for line in &service.unterlagen {
        modul(text, "08", &line.name);
    }
    for line in &service.voraussetzungen {
        modul(text, "09", line);
    }
    for (name, value) in [
        ("modulKosten", &service.gebuehren),
        ("modulFrist", &service.frist),
        ("modulBearbeitungsdauer", &service.bearbeitungsdauer),
    ] {
        if let Some(value) = value {
            let _ = write!(
                text,
                "<x:{name}><x:beschreibung languageCode=\"de\">{}</x:beschreibung></x:{name}>",
                escape(value)
            );
        }
    }
    text.push_str("</x:leistung></x:schreibe>\n");
}

fn modul(text: &mut String, code: &str, value: &str) {
    let _ = write!(
        text,
        "<x:modulText><x:leikaTextmodul><code>{code}</code></x:leikaTextmodul><x:inhalt languageCode=\"de\">{}</x:inhalt></x:modulText>",
        escape(value)
    );
}

fn stelle(text: &mut String, office: &Organisationseinheit, rows: &str) {
    let _ = write!(
        text,
        "<x:schreibe><x:organisationseinheit><x:id>{}</x:id><x:name><x:name languageCode=\"de\">{}</x:name></x:name>",
        office.id,
        escape(&office.name)
    );
    for address in &office.anschriften {
        let _ = write!(
            text,
            "<x:anschrift><x:typ><code>001</code></x:typ><x:strasse>{}</x:strasse><x:postleitzahl>{}</x:postleitzahl><x:ort>{}</x:ort></x:anschrift>",
            escape(&address.strasse),
            address.plz,
            escape(&address.ort)
        );
    }
    for (code, value) in [("02", &office.telefon), ("01", &office.email), ("09", &office.web)] {
        if let Some(value) = value {
            let _ = write!(
                text,
                "<x:kommunikation><x:kanal><code>{code}</code></x:kanal><x:kennung>{}</x:kennung></x:kommunikation>",
                escape(value)
            );
        }
    }
    if let Some(uri) = &office.datenschutz {
        let _ = write!(
            text,
            "<x:internetadresse><x:uri>{}</x:uri><x:titel>Datenschutz</x:titel></x:internetadresse>",
            escape(uri)
        );
    }
    for line in &office.oeffnungszeiten {
        let _ = write!(text, "<x:oeffnungszeiten>{}</x:oeffnungszeiten>", escape(line));
    }
    for system in &office.kontaktsysteme {
        let _ = write!(
            text,
            "<x:kommunikationssystem><x:typ><code>{}</code></x:typ><x:kennung>{}</x:kennung></x:kommunikationssystem>",
            escape(&system.typ),
            escape(&system.kennung)
        );
    }
    let _ = writeln!(text, "{rows}</x:organisationseinheit></x:schreibe>");
}
