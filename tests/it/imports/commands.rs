//! `directory import` and `directory report` as an operator types them: what they print, and their exit codes.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::{PILOT, around};
use crate::house::tenant_of;

/// Three places of the table.
const GEBIETE: &str = "area_id\tars\tags\tname\tkreis\tland\n\
    38693732\t150860140140\t15086140\tMöckern, Stadt\tJerichower Land\tSachsen-Anhalt\n\
    38690115\t150860015015\t15086015\tBurg, Stadt\tJerichower Land\tSachsen-Anhalt\n\
    1\t160745050058\t16074058\tMöckern\tSaale-Holzland-Kreis\tThüringen\n";

/// A place with one tenant whose directory is imported.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new(delivery: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let tenant = tenant_of("adapter = \"xzufi\"\nfile = \"../lieferung\"\ngebiete = \"../gebiete.tsv\"");
        for name in ["mandanten", "lieferung"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        std::fs::write(folder.path().join("mandanten/land.toml"), tenant).unwrap();
        std::fs::write(folder.path().join("gebiete.tsv"), GEBIETE).unwrap();
        let place = Self { folder };
        for (name, text) in delivery {
            place.deliver(name, text);
        }
        place
    }

    fn deliver(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join("lieferung").join(name), text).unwrap();
    }

    /// Exit code, output, errors; without the folder's name and durations.
    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let here = self.folder.path().display().to_string();
        let output = Command::new(env!("CARGO_BIN_EXE_antragsassistent"))
            .args(["--config", "config/demo.toml"])
            .args(arguments)
            .current_dir(root)
            .env("ANTRAG__MANDANTEN__DIR", format!("{here}/mandanten"))
            .env("ANTRAG__STORE__URL", format!("sqlite:{here}/a.db"))
            .env("ANTRAG__KEYS__FILE", format!("{here}/a.key"))
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace(&here, "…").replace("/mandanten/..", "");
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }
}

#[test]
fn an_import_tells_what_it_did_and_what_it_left_out() {
    let odd = around("\n<x:schreibe><x:leistung/></x:schreibe>");
    let place = Place::new(&[("1.xml", PILOT), ("2.xml", &odd)]);
    let (code, out, _) = place.run(&["directory", "import", "--mandant", "land"]);
    assert_eq!(code, 1, "{out}");
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[0], "Neue Datenbank: …/a.db (serve muss dieselbe benutzen)");
    assert_eq!(lines[1], "Verzeichnis „land“: 4 Objekt(e) geschrieben, 1 gelöscht, 1 abgewiesen");
    assert!(lines[2].starts_with("Gelesen: 2 Datei(en), ") && lines[2].contains(" Byte, XZuFi 2.2.0, in "), "{out}");
    assert_eq!(
        lines[3..],
        [
            "Abgewiesen wurden:",
            "  …/lieferung/2.xml:4:13: leistung: „id“ fehlt",
            "Bestand: 2 Leistung(en), 1 Stelle(n), 2 Zuständigkeit(en)"
        ]
    );

    place.deliver("2.xml", "<kaputt");
    let (code, out, errors) = place.run(&["directory", "import", "--mandant", "land"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(
        errors.contains("nothing was imported") && errors.contains("…/lieferung/2.xml:1:1: kein gültiges XML"),
        "{errors}"
    );
    let (code, out, _) = place.run(&["check"]);
    assert!(code == 1 && out.contains("…/lieferung/2.xml:1:1: kein gültiges XML"), "{out}");

    let single = place.folder.path().join("lieferung/1.xml").display().to_string();
    let (code, out, errors) = place.run(&["directory", "import", "--mandant", "land", "--file", &single]);
    assert!(code == 0 && !out.contains("Neue Datenbank"), "{out}{errors}");
    let (code, _, errors) = place.run(&["directory", "import", "--mandant", "anderswo"]);
    assert!(code == 2 && errors.contains("known are land"), "{errors}");
}

#[test]
fn a_report_lists_every_combination_that_leads_nowhere() {
    let more = around(
        "<x:schreibe><x:organisationseinheit><x:id>7</x:id><x:name><x:name>=Amt ohne Postfach</x:name></x:name><x:zustaendigkeit>\
         <x:leistungID schemeAgencyID=\"L100042\">297490000</x:leistungID><x:gebietID>16</x:gebietID></x:zustaendigkeit>\
         </x:organisationseinheit></x:schreibe>\
         <x:schreibe><x:organisationseinheit><x:id>8</x:id><x:name><x:name>Amt mit Brieftaube</x:name></x:name>\
         <x:kommunikationssystem><x:typ>brieftaube</x:typ><x:kennung>Turm 3</x:kennung></x:kommunikationssystem><x:zustaendigkeit>\
         <x:leistungID schemeAgencyID=\"L100042\">297490000</x:leistungID><x:gebietID>150860015015</x:gebietID></x:zustaendigkeit>\
         </x:organisationseinheit></x:schreibe>",
    );
    let place = Place::new(&[("1.xml", PILOT), ("2.xml", &more)]);
    let (code, _, errors) = place.run(&["directory", "report", "--mandant", "land"]);
    assert_eq!(code, 2, "there is no database yet: {errors}");
    assert_eq!(place.run(&["directory", "import", "--mandant", "land"]).0, 0);

    let (code, out, _) = place.run(&["directory", "report", "--mandant", "land"]);
    assert_eq!(code, 1);
    assert_eq!(
        out,
        "Kontaktsystem-Typ nicht zugeordnet: Hund anmelden (L100042.LB.297490000) in Burg, Stadt (Jerichower Land, \
         Sachsen-Anhalt) (38690115) bei Amt mit Brieftaube (8): Kontaktsystem-Typ „brieftaube“ ist in der Mandantendatei \
         unter [kontaktsysteme] nicht aufgeführt\n\
         kein Kontaktsystem: Hund anmelden (L100042.LB.297490000) in Möckern (Saale-Holzland-Kreis, Thüringen) (1) bei \
         =Amt ohne Postfach (7): kein Kontaktsystem hinterlegt\n\
         keine Stelle: Personalausweis beantragen (L100042.LB.297492149) in Burg, Stadt (Jerichower Land, Sachsen-Anhalt) \
         (38690115)\n\
         keine Stelle: Personalausweis beantragen (L100042.LB.297492149) in Möckern (Saale-Holzland-Kreis, Thüringen) (1)\n\
         4 Befund(e) bei 2 Leistung(en) und 3 Gebiet(en)\n"
    );
    let (_, out, errors) = place.run(&["directory", "report", "--mandant", "land", "--format", "csv"]);
    assert_eq!(out.lines().count(), 5);
    assert!(out.contains(";7;\'=Amt ohne Postfach;"), "{out}");
    assert_eq!(errors, "4 Befund(e) bei 2 Leistung(en) und 3 Gebiet(en)\n");
    let (_, out, _) = place.run(&["directory", "report", "--mandant", "land", "--format", "json"]);
    let befunde: Vec<String> = out
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["befund"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(befunde, ["typ-nicht-zugeordnet", "kein-kontaktsystem", "keine-stelle", "keine-stelle"]);

    // By explicit keys of any kind, each combination asked by itself.
    let named =
        ["directory", "report", "--mandant", "land", "--pst-ids", "99107023058000,4711", "--area-ids", "15086015,99"];
    let (code, out, _) = place.run(&named);
    assert_eq!(
        (code, out.as_str()),
        (
            1,
            "Gebiet unbekannt: in 99\n\
             keine Stelle: Personalausweis beantragen (L100042.LB.297492149) in Burg, Stadt (Jerichower Land, Sachsen-Anhalt) \
             (38690115)\n\
             Leistung unbekannt: 4711\n\
             3 Befund(e) bei 1 Leistung(en) und 1 Gebiet(en)\n"
        )
    );
    let fine = ["directory", "report", "--mandant", "land", "--pst-ids", "297492149", "--area-ids", "38693732"];
    let (code, out, _) = place.run(&fine);
    assert_eq!((code, out.as_str()), (0, "0 Befund(e) bei 1 Leistung(en) und 1 Gebiet(en)\n"));
}

#[test]
fn the_demos_directory_is_reported_too_and_testlink_asks_what_was_imported() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_antragsassistent"))
            .args(["--config", "config/demo.toml"])
            .args(arguments)
            .current_dir(root)
            .output()
            .unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    let of_pilot = [
        "directory",
        "report",
        "--mandant",
        "OZG-Antragsassistent",
        "--pst-ids",
        "297492149",
        "--area-ids",
        "38693732",
    ];
    assert_eq!(run(&of_pilot).0, 0);
    let (code, out) = run(&["directory", "report", "--mandant", "OZG-Antragsassistent"]);
    assert_eq!(code, 1);
    assert!(out.contains("keine Stelle: ") && out.contains("kein Kontaktsystem: "), "{out}");

    let place = Place::new(&[("1.xml", PILOT)]);
    assert_eq!(place.run(&["directory", "import", "--mandant", "land"]).0, 0);
    let link = ["testlink", "--mandant", "land", "--formular", "OZG-Antragsassistent", "--pst-id", "297492149"];
    let (code, out, _) = place.run(&[link.as_slice(), &["--area-id", "38693732"]].concat());
    assert!(code == 0 && out.contains("mail an buergerservice@stadt-moeckern.example"), "{out}");
    let (code, out, _) = place.run(&[link.as_slice(), &["--area-id", "38690115"]].concat());
    assert!(code == 1 && out.contains("Stelle:    keine"), "{out}");
}
