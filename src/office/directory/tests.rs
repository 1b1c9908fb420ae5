//! What a directory answers, what it refuses, and that the sample keeps its promises.

use std::collections::BTreeMap;
use std::path::Path;

use super::{Directory, reading};
use crate::office::kanal::Kanal;
use crate::office::resolution::{Reason, Resolution, resolve};
use crate::problem::Problems;

/// The everyday services of the sample that every Gemeinde of Sachsen-Anhalt offers.
const EVERYWHERE: [&str; 17] = [
    "297492149",
    "297490000",
    "297490001",
    "297490002",
    "297490003",
    "297490004",
    "297490005",
    "297490006",
    "297490007",
    "297490009",
    "297490010",
    "297490011",
    "297490012",
    "297490013",
    "297490014",
    "297490015",
    "297490016",
];

fn sample() -> Directory {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/verzeichnis/sachsen-anhalt.toml");
    Directory::read(&file).unwrap_or_else(|problems| {
        panic!("{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n"))
    })
}

fn read(text: &str, gebiete: &str) -> Result<Directory, Problems> {
    reading::parse("v.toml", text, &|name| (name.to_owned(), Ok(gebiete.to_owned())))
}

fn resolved(directory: &Directory, pst_id: &str, area_id: &str) -> Resolution {
    let leistung = directory.leistung(pst_id).unwrap();
    let gebiet = directory.gebiet(area_id).unwrap();
    let kanaele = BTreeMap::from([("ozg-antragsassistent".to_owned(), vec![Kanal::Mail])]);
    resolve(directory.stellen(leistung, gebiet), &kanaele)
}

#[test]
fn the_pilots_ids_lead_to_the_pilots_office() {
    let directory = sample();
    assert_eq!(directory.leistung("297492149").unwrap().name, "Kinderreisepass verlängern");
    let gebiet = directory.gebiet("38693732").unwrap();
    assert_eq!(gebiet.full_name(), "Möckern, Stadt (Jerichower Land, Sachsen-Anhalt)");
    assert_eq!(directory.gebiet("15086140"), Some(gebiet));
    assert_eq!(directory.gebiet("150860140140"), Some(gebiet));
    let resolution = resolved(&directory, "297492149", "38693732");
    assert_eq!(resolution.rejected, []);
    let [found] = resolution.found.as_slice() else { panic!("{:?}", resolution.found) };
    assert_eq!(found.stelle.name, "Stadt Möckern - Bürgerservice");
    assert_eq!(found.stelle.anschriften[0].strasse, "Am Markt 10");
    assert_eq!(found.stelle.anschriften[0].plz, "39291");
    assert_eq!(found.stelle.kontaktsysteme[0].kennung, "buergerservice@moeckern.example");
}

#[test]
fn a_leika_key_leads_to_its_leistung() {
    let directory = sample();
    let leistung = directory.leistung("99013016012001").unwrap();
    assert_eq!(leistung.name, "Schriftliche Auskunft aus dem Sorgeregister (Negativbescheinigung)");
    let stelle = &resolved(&directory, "99013016012001", "38693732").found[0].stelle;
    assert_eq!(stelle.name, "Landkreis Jerichower Land - Jugendamt");
    assert_eq!(stelle.id, "jugendamt-15086");
}

#[test]
fn every_gemeinde_of_sachsen_anhalt_is_served_or_says_why_not() {
    let directory = sample();
    let places: Vec<_> =
        directory.gebiete().filter(|gebiet| gebiet.land.as_deref() == Some("Sachsen-Anhalt")).collect();
    assert_eq!(places.len(), 218);
    let unreachable = [("297490012", "38690115"), ("297490010", "38690117")];
    for gebiet in places {
        for pst_id in EVERYWHERE {
            let resolution = resolved(&directory, pst_id, &gebiet.area_id);
            let expected = !unreachable.contains(&(pst_id, gebiet.area_id.as_str()));
            assert_eq!(!resolution.found.is_empty(), expected, "{pst_id} in {}: {resolution:?}", gebiet.name);
            for found in &resolution.found {
                assert!(
                    !found.stelle.name.contains('{') && found.stelle.kontaktsysteme[0].kennung.ends_with(".example")
                );
            }
        }
    }
}

#[test]
fn every_unhappy_case_of_the_header_is_there() {
    let directory = sample();
    let none = resolved(&directory, "297490008", "38693732");
    assert_eq!(none, Resolution::default());
    assert_eq!(resolved(&directory, "297490001", "38691004"), Resolution::default());

    let several = resolved(&directory, "297490001", "38690002").found;
    let names: Vec<_> = several.iter().map(|found| found.stelle.id.as_str()).collect();
    assert_eq!(names, ["halle-marktplatz", "halle-am-stadion"]);

    let without = resolved(&directory, "297490012", "38690115");
    assert!(without.found.is_empty());
    assert_eq!(without.rejected[0].reason, Reason::NoKontaktsystem);

    let unmapped = resolved(&directory, "297490010", "38690117");
    assert!(unmapped.found.is_empty());
    assert_eq!(unmapped.rejected[0].reason, Reason::UnmappedType("kontaktsystem-unbekannt".to_owned()));

    let partly = resolved(&directory, "297490006", "38690003");
    assert_eq!((partly.found.len(), partly.rejected.len()), (1, 1));

    assert!(directory.leistung("297490016").unwrap().schriftform);
    assert_eq!(directory.leistungen().filter(|leistung| leistung.schriftform).count(), 1);
}

#[test]
fn both_moeckern_are_found_however_they_are_typed() {
    let directory = sample();
    for typed in ["moeckern", "Mockern", "MÖCKERN", "39291 Möckern"] {
        let found: Vec<_> = directory.search_gebiete(typed, 20).into_iter().map(|gebiet| gebiet.area_id).collect();
        assert_eq!(found, ["38691001", "38693732"], "{typed}");
    }
    let one = directory.search_gebiete("Möckern Thüringen", 20);
    assert_eq!(one.len(), 1);
    assert_eq!(one[0].area_id, "38691001");
    assert_eq!(directory.search_gebiete("15086140", 20)[0].area_id, "38693732");
    let thuringia = resolved(&directory, "297490001", "38691001");
    assert_eq!(thuringia.found[0].stelle.id, "vg-moeckern-thueringen");
}

#[test]
fn services_are_found_by_name_and_synonym_and_answers_are_bounded() {
    let directory = sample();
    let first = |typed| directory.search_leistungen(typed, 5).first().map(|leistung| leistung.pst_id.clone());
    assert_eq!(first("hund").as_deref(), Some("297490003"));
    assert_eq!(first("Anwohnerparken").as_deref(), Some("297490008"));
    assert_eq!(first("fuehrungszeugnis").as_deref(), Some("297490007"));
    assert_eq!(first("Raumfahrt"), None);
    assert_eq!(directory.search_leistungen("", 500).len(), directory.leistungen().count());
    assert!(directory.leistungen().count() >= 14);
    assert_eq!(directory.search_gebiete("", 7).len(), 7);
    assert_eq!(directory.search_gebiete("sachsen", 7).len(), 7);
}

#[test]
fn every_problem_is_told_at_once_with_its_place() {
    let text = r#"gebiete = "g.tsv"
[kontaktsystemtyp.post]
postfach = "mail"
[[leistung]]
id = "1"
leika = "98013016012001"
nahme = "x"
[[leistung]]
id = "1"
name = "B"
[[stelle]]
id = "amt"
name = "{gemeinde}"
kontaktsysteme = [ { typ = "Post", postfach = "x" }, { typ = "post", postfach = "kein" } ]
[[stellenvorlage]]
id = "je"
je = "dorf"
name = "{gemeide}"
[[zustaendigkeit]]
stellen = ["ammt"]
leistungen = ["11"]
listen = ["l"]
gebiete = ["9"]
ars = ["1508", "16"]
[[zustaendigkeit]]
"#;
    let problems = read(text, "area_id\tars\tname\n7\t150860140140\tMöckern\n").unwrap_err();
    let told: Vec<_> =
        problems.iter().map(|p| (p.line, p.column, p.message.as_str(), p.hint.as_deref().unwrap_or(""))).collect();
    let expected = [
        (4, "Hier fehlt der Schlüssel „name“.", ""),
        (6, "„98013016012001“ ist kein LeiKa-Schlüssel", "ein Leistungsschlüssel hat 14 Ziffern und beginnt mit 99"),
        (7, "Den Schlüssel „nahme“ einer Leistung gibt es nicht.", "meinten Sie „name“?"),
        (9, "die Leistung „1“ gibt es schon", ""),
        (13, "hier steht eine geschweifte Klammer", "Platzhalter gibt es nur in [[stellenvorlage]]"),
        (14, "der Kontaktsystem-Typ „Post“ ist nicht angelegt", "meinten Sie „post“?"),
        (14, "„kein“ ist keine E-Mail-Adresse", "zum Beispiel „buergerservice@ort.de“"),
        (17, "„dorf“ gibt es hier nicht", "„gemeinde“ oder „kreis“"),
        (18, "unbekannter Platzhalter „{gemeide}“", "meinten Sie „gemeinde“?"),
        (20, "die Stelle „ammt“ gibt es in dieser Datei nicht", "meinten Sie „amt“?"),
        (21, "die Leistung „11“ gibt es in dieser Datei nicht", "meinten Sie „1“?"),
        (22, "die Leistungsliste „l“ gibt es nicht", ""),
        (
            23,
            "das Gebiet „9“ steht nicht in der Gebietstabelle",
            "areaId, AGS oder ARS eines Gebiets; einen ganzen Kreis nennt man mit ars",
        ),
        (
            24,
            "„1508“ ist kein Anfang eines ARS",
            "2 Ziffern: Land, 3: Regierungsbezirk, 5: Kreis, 9: Verband, 12: Gemeinde",
        ),
        (24, "kein Gebiet der Tabelle liegt in „16“", ""),
        (25, "es fehlt, wer zuständig ist", "stellen = [\"…\"]"),
        (
            25,
            "es fehlt, wofür die Stelle zuständig ist",
            "leistungen = [\"…\"], listen = [\"…\"] oder alle_leistungen = true",
        ),
        (25, "es fehlt, wo die Stelle zuständig ist", "gebiete = [\"…\"], ars = [\"…\"] oder ueberall = true"),
    ];
    let without_columns: Vec<_> = told.iter().map(|(line, _, message, hint)| (*line, *message, *hint)).collect();
    assert_eq!(without_columns, expected);
    assert_eq!(told[5].1, 28);
}

#[test]
fn periods_and_links_are_read_and_a_day_that_is_none_is_told() {
    let text = |more: &str| {
        format!(
            "gebiete = \"g.tsv\"\n[[leistung]]\nid = \"1\"\nname = \"A\"\ngueltig_von = \"2026-01-01\"\n\
             [[stellenvorlage]]\nid = \"amt\"\nje = \"gemeinde\"\nname = \"Amt\"\n\
             impressum = \"https://{{kuerzel}}.example/impressum\"\n{more}\n\
             [[zustaendigkeit]]\nstellen = [\"amt\"]\nalle_leistungen = true\nueberall = true\n"
        )
    };
    let table = "area_id\tars\tname\n7\t150860140140\tMöckern\n";
    let directory = read(&text("gueltig_bis = \"2026-12-31\""), table).unwrap();
    let (leistung, gebiet) = (directory.leistung("1").unwrap(), directory.gebiet("7").unwrap());
    assert_eq!(leistung.gueltigkeit.to_string(), "von 01.01.2026 bis offen");
    let stelle = &directory.stellen(leistung, gebiet)[0];
    assert_eq!(stelle.gueltigkeit.to_string(), "von offen bis 31.12.2026");
    assert_eq!(stelle.impressum.as_deref(), Some("https://moeckern.example/impressum"));
    for (more, message) in [
        ("gueltig_bis = \"31.12.2026\"", "„31.12.2026“ ist kein Tag"),
        ("gueltig_von = \"2026-02-01\"\ngueltig_bis = \"2026-01-31\"", "der letzte Tag liegt vor dem ersten"),
        ("impressum_ = \"x\"", "Den Schlüssel „impressum_“ einer Stellenvorlage gibt es nicht."),
    ] {
        let problems = read(&text(more), table).unwrap_err();
        assert_eq!(problems[0].message, message);
    }
}

#[test]
fn a_missing_table_of_gebiete_is_told_where_it_is_named() {
    let missing = |name: &str| (name.to_owned(), Err("die Datei ist nicht lesbar".to_owned()));
    let problems = reading::parse("v.toml", "gebiete = \"fehlt.tsv\"\n", &missing).unwrap_err();
    assert_eq!((problems[0].line, problems[0].column), (1, 11));
    assert!(problems[0].message.contains("fehlt.tsv"));
    assert!(Directory::read(Path::new("/nirgends/v.toml")).is_err());
}

proptest::proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,200}|([\\[\\]={}\"\n.,a-z]|stelle|leistung|zustaendigkeit| ){0,80}") {
        let _ = read(&text, &text);
    }

    #[test]
    fn no_question_gets_more_answers_than_wanted(words in "\\PC{0,40}|[a-z]{1,2}", limit in 0usize..30) {
        thread_local!(static SAMPLE: Directory = sample());
        SAMPLE.with(|directory| {
            assert!(directory.search_gebiete(&words, limit).len() <= limit);
            assert!(directory.search_leistungen(&words, limit).len() <= limit);
        });
    }
}

proptest::proptest! {
    // Each case reads the whole sample.
    #![proptest_config(proptest::test_runner::Config::with_cases(48))]

    #[test]
    fn no_damage_to_a_good_file_panics(at in 0usize..14_000, cut in 0usize..60, put in "\\PC{0,5}") {
        let mut text = include_str!("../../../config/verzeichnis/sachsen-anhalt.toml").to_owned();
        let floor = |mut at: usize| { at = at.min(text.len()); while !text.is_char_boundary(at) { at -= 1 } at };
        let range = floor(at + 4_000)..floor(at + 4_000 + cut);
        text.replace_range(range, &put);
        let table = include_str!("../../../config/verzeichnis/gebiete.tsv");
        if let Err(problems) = read(&text, table) {
            proptest::prop_assert!(!problems.is_empty());
        }
    }
}
