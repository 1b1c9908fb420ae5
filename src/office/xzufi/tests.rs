//! What the reader makes of transfer files, what it refuses, and that nothing makes it panic.

use std::fmt::Write as _;
use std::io::BufReader;

use super::transfer::{Broken, Item, Transfer};
use super::{Art, Change, Content, Object};
use crate::office::{Kontaktsystem, Organisationseinheit};

/// A transfer with two services, an office, a responsibility of its own and something to delete.
pub const TRANSFER: &str = include_str!("../../../tests/xzufi/pilot.xml");

fn read(text: &[u8]) -> Result<Vec<Item>, Broken> {
    let mut transfer = Transfer::new(BufReader::with_capacity(7, text));
    let mut items = Vec::new();
    while let Some(item) = transfer.next_item()? {
        items.push(item);
    }
    Ok(items)
}

fn around(inner: &str) -> String {
    format!("<x:t xmlns:x=\"http://xoev.de/schemata/xzufi/2_2_0\">{inner}</x:t>")
}

fn changes(text: &str) -> Vec<Change> {
    read(text.as_bytes()).unwrap().into_iter().map(|item| item.change.unwrap()).collect()
}

fn reasons(text: &str) -> Vec<(u64, String)> {
    let lost = read(text.as_bytes()).unwrap().into_iter();
    lost.filter_map(|item| item.change.err().map(|reason| (item.place.line, reason))).collect()
}

fn objects(changes: Vec<Change>) -> Vec<Object> {
    let written = |change| match change {
        Change::Write(object) => Some(*object),
        Change::Delete { .. } => None,
    };
    changes.into_iter().filter_map(written).collect()
}

fn stelle(object: &Object) -> Organisationseinheit {
    match &object.content {
        Some(Content::Stelle(stelle)) => stelle.stelle(&[]),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_transfer_is_read_with_everything_that_is_used() {
    let changes = changes(TRANSFER);
    assert_eq!(changes.last(), Some(&Change::Delete { art: Art::Leistung, id: "L100042.LB.4711".to_owned() }));
    let objects = objects(changes);
    let Some(Content::Leistung(inhalt)) = &objects[0].content else { panic!("{:?}", objects[0]) };
    let leistung = inhalt.leistung(&[]);
    assert_eq!(leistung.pst_id, "L100042.LB.297492149");
    assert_eq!(leistung.leika.as_deref(), Some("99107023058000"));
    assert_eq!(objects[0].keys, ["297492149", "99107023058000"]);
    assert_eq!(leistung.name, "Personalausweis beantragen");
    let unterlagen: Vec<&str> = leistung.unterlagen.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(unterlagen, ["bisheriger Ausweis", "Foto & Geburtsurkunde"]);
    assert_eq!(leistung.gebuehren.as_deref(), Some("37 Euro"));
    assert_eq!(inhalt.leistung(&["en"]).name, "Apply for an identity card");
    assert_eq!(inhalt.leistung(&["en"]).gebuehren.as_deref(), Some("37 Euro"), "German where English is missing");
    assert!(objects[0].words.contains("Perso"));

    let amt = objects.iter().find(|object| object.art == Art::Stelle).unwrap();
    let office = stelle(amt);
    assert_eq!(office.name, "Stadt Möckern - Bürgerservice");
    assert_eq!(office.anschriften[0].strasse, "Am Markt 10");
    assert_eq!(office.telefon.as_deref(), Some("039221 950"));
    assert_eq!(office.web.as_deref(), Some("https://www.moeckern.example/"));
    assert_eq!(office.datenschutz.as_deref(), Some("https://www.moeckern.example/datenschutz"));
    assert_eq!(office.oeffnungszeiten, ["Montag 9 bis 12 Uhr", "Dienstag 14 bis 18 Uhr"]);
    let kontakt = Kontaktsystem {
        typ: "ozg-antragsassistent".to_owned(),
        kennung: "buergerservice@stadt-moeckern.example".to_owned(),
        ..Kontaktsystem::default()
    };
    assert_eq!(office.kontaktsysteme, [kontakt]);
    let row = &amt.zustaendigkeiten[0];
    assert_eq!((row.leistung.as_str(), row.gebiet.as_str()), ("L100042.LB.297492149", "150860140140"));
    assert_eq!(row.id.as_deref(), Some("L100042.ZU.1"));
    assert!(row.ziel.as_deref().unwrap().starts_with("eyJ"));
}

#[test]
fn version_prefix_and_order_make_no_difference() {
    let expected = changes(TRANSFER);
    for (version, prefix) in [("2_1_0", "xzufi"), ("2_3_0", "a"), ("2_2_0", "")] {
        let colon = if prefix.is_empty() { String::new() } else { format!("{prefix}:") };
        let declared = if prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{prefix}") };
        let text = TRANSFER
            .replace("xmlns:xzufi", &declared)
            .replace("<xzufi:", &format!("<{colon}"))
            .replace("</xzufi:", &format!("</{colon}"))
            .replace("2_2_0", version);
        assert_eq!(changes(&text), expected, "{version} {prefix}");
        let mut transfer = Transfer::new(text.as_bytes());
        transfer.next_item().unwrap();
        assert_eq!(transfer.version(), Some("2.2.0"), "what the message itself says");
    }
    let turned = around(
        "<x:schreibe><x:organisationseinheit><x:zustaendigkeit><x:gebietID>15</x:gebietID><x:leistungID>7</x:leistungID>\
         </x:zustaendigkeit><x:neu><x:id>9</x:id></x:neu><x:name><x:name>A</x:name></x:name><x:id schemeAgencyID=\"L1\">1</x:id>\
         </x:organisationseinheit></x:schreibe>",
    );
    let objects = objects(changes(&turned));
    assert_eq!(objects[0].id, "L1.OE.1");
    assert_eq!(objects[0].zustaendigkeiten[0].leistung, "L1.LB.7", "the office's editors are meant");
}

#[test]
fn an_answer_and_a_single_object_are_read_too() {
    let answer = "<xzufi:leistungsverzeichnis.antwort.leistungsbericht.030108 xmlns:xzufi=\"http://xoev.de/schemata/xzufi/2_1_0\">\
        <xzufi:nachrichtenkopf><xzufi:sender><xzufi:organisationseinheit><xzufi:id>0</xzufi:id></xzufi:organisationseinheit>\
        </xzufi:sender></xzufi:nachrichtenkopf><xzufi:antwort><xzufi:ergebnisLeistung><xzufi:id>1</xzufi:id></xzufi:ergebnisLeistung>\
        <xzufi:ergebnisOrganisationseinheit><xzufi:organisationseinheit><xzufi:id>2</xzufi:id></xzufi:organisationseinheit>\
        </xzufi:ergebnisOrganisationseinheit></xzufi:antwort></xzufi:leistungsverzeichnis.antwort.leistungsbericht.030108>";
    let ids: Vec<String> = objects(changes(answer)).into_iter().map(|object| object.id).collect();
    assert_eq!(ids, ["1", "2"], "the sender is nobody's office");
    let single = "<leistung xmlns=\"http://xoev.de/schemata/xzufi/2_2_0\"><id>1</id></leistung>";
    assert_eq!(objects(changes(single)).len(), 1);
}

#[test]
fn an_object_with_a_wrong_part_is_lost_alone_with_its_place() {
    let text = around(
        "\n<x:schreibe><x:leistung><x:name/></x:leistung></x:schreibe>\
         \n<x:schreibe><x:leistung><x:id>ä</x:id></x:leistung></x:schreibe>\
         \n<x:schreibe><x:leistung><x:id>1</x:id><x:kennzeichenSchriftformerfordernis>vielleicht</x:kennzeichenSchriftformerfordernis></x:leistung></x:schreibe>\
         \n<x:schreibe><x:formular><x:id>1</x:id></x:formular></x:schreibe>\
         \n<x:loesche klasse=\"Formular\"><x:id>1</x:id></x:loesche><x:loesche klasse=\"Leistung\"/>\
         \n<x:schreibe><x:organisationseinheit><x:id>5</x:id><x:zustaendigkeit><x:leistungID>1</x:leistungID></x:zustaendigkeit></x:organisationseinheit></x:schreibe>\
         \n<x:schreibe><x:leistung><x:id>6</x:id></x:leistung></x:schreibe>",
    );
    assert_eq!(
        reasons(&text),
        [
            (2, "leistung: „id“ fehlt".to_owned()),
            (3, "leistung ä: die Kennung „ ä“ kann nicht in einem Link stehen: nur Buchstaben ohne Umlaute, Ziffern und - _ . :".to_owned()),
            (4, "leistung 1: kennzeichenSchriftformerfordernis: „vielleicht“ ist weder true noch false".to_owned()),
            (5, "unbekanntes Objekt „formular“".to_owned()),
            (6, "loesche: unbekannte Klasse „Formular“".to_owned()),
            (6, "loesche: „id“ fehlt".to_owned()),
            (7, "organisationseinheit 5: zustaendigkeit: „gebietID“ fehlt: ohne Gebiet wäre die Stelle überall zuständig".to_owned()),
        ]
    );
    let kept: Vec<String> = read(text.as_bytes())
        .unwrap()
        .into_iter()
        .filter_map(|item| item.change.ok())
        .map(|change| format!("{change:?}"))
        .collect();
    assert_eq!(kept.len(), 2, "{kept:?}");
}

#[test]
fn an_object_that_is_too_large_is_lost_alone() {
    let deep = format!("{}{}", "<x:a>".repeat(100), "</x:a>".repeat(100));
    let long = "ä".repeat(200_000);
    for inner in [deep, format!("<x:a>{long}</x:a>"), "<x:a/>".repeat(210_000), "<x:a>\u{1}</x:a>".to_owned()] {
        let text = around(&format!(
            "<x:schreibe><x:leistung><x:id>1</x:id>{inner}</x:leistung></x:schreibe><x:schreibe><x:leistung><x:id>2</x:id></x:leistung></x:schreibe>"
        ));
        let items = read(text.as_bytes()).unwrap();
        assert_eq!((items.len(), items[0].change.is_err(), items[1].change.is_ok()), (2, true, true), "{:?}", items[0]);
    }
}

#[test]
fn few_words_do_not_make_rows_without_end() {
    let many = |name: &str, count: usize| {
        (0..count).fold(String::new(), |all, at| all + &format!("<x:{name}>{at}</x:{name}>"))
    };
    let row = |count: usize| {
        format!("<x:zustaendigkeit>{}{}</x:zustaendigkeit>", many("leistungID", count), many("gebietID", count))
    };
    let text = around(&format!(
        "<x:schreibe><x:organisationseinheit><x:id>1</x:id>{}{}</x:organisationseinheit></x:schreibe>",
        row(400),
        row(200).repeat(50)
    ));
    let reasons = reasons(&text);
    assert_eq!(reasons.len(), 2, "{reasons:?}");
    assert!(reasons.iter().all(|(_, reason)| reason.contains("mehr als 100000 Leistungen mal Gebiete")), "{reasons:?}");
    let kept = read(text.as_bytes()).unwrap().into_iter().filter_map(|item| item.change.ok()).collect();
    assert_eq!(objects(kept)[0].zustaendigkeiten.len(), 80_000);
}

#[test]
fn broken_xml_ends_the_reading_with_its_place() {
    let object = "<x:schreibe><x:leistung><x:id>1</x:id></x:leistung></x:schreibe>\n";
    for (text, place) in [
        (String::new(), "1:1: die Datei ist leer"),
        ("<rss/>".to_owned(), "1:1: das ist keine XZuFi-Datei: der Namensraum von XZuFi fehlt"),
        (around(&format!("{object}<x:schreibe></x:falsch>")), "2:13: kein gültiges XML: "),
        (around(object).trim_end_matches("</x:t>").to_owned(), "2:1: die Datei endet mitten in der Nachricht"),
        (around("\n<x:schreibe><x:leistung><x:id>1"), "2:32: kein gültiges XML: "),
        (around("\n<x:leistung><x:id>&nbsp;</x:id></x:leistung>"), "2:19: die Entität „&nbsp;“ ist nicht erklärt"),
        (around("\n<x:leistung><x:id a=\"1\" a=\"2\"/></x:leistung>"), "2:13: "),
        (format!("<!DOCTYPE t [<!ENTITY a \"b\">]>\n{}", around("")), "1:1: die Datei hat eine DTD"),
        (format!("{}\n<x/>", around("")), "2:1: hinter dem Ende der Nachricht steht noch etwas"),
        (format!("{}\nx", around("")), "1:58: außerhalb der Nachricht steht Text"),
        (
            format!("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>{}", around("")),
            "1:1: der Zeichensatz „ISO-8859-1“ wird nicht gelesen, nur UTF-8",
        ),
        (around(&"<x:a>".repeat(2000)), "1:5047: mehr als 1000 Elemente ineinander"),
        (around(&format!("<x:leistung>{}", "<x:a>".repeat(2000))), "1:5054: mehr als 1000 Elemente ineinander"),
        (around(&"x".repeat(5 << 20)), "1:52: ein Tag oder Text ist länger als 4194304 Byte"),
    ] {
        let told = read(text.as_bytes()).unwrap_err().to_string();
        assert!(told.starts_with(place), "{told}\n{}", text.chars().take(200).collect::<String>());
    }
    assert!(read(b"<x:t xmlns:x=\"http://xoev.de/xzufi/2_2_0\">\xff</x:t>").is_err(), "no UTF-8");
}

#[test]
fn entities_are_not_expanded_and_nothing_is_fetched() {
    let mut bomb = "<!DOCTYPE x [<!ENTITY a0 \"ha\">".to_owned();
    for level in 1..40 {
        let _ = write!(bomb, "<!ENTITY a{level} \"&a{0};&a{0};\">", level - 1);
    }
    bomb.push_str("<!ENTITY b SYSTEM \"file:///etc/passwd\">]>");
    bomb.push_str(&around("<x:schreibe><x:leistung><x:id>&a39;&b;</x:id></x:leistung></x:schreibe>"));
    assert!(read(bomb.as_bytes()).unwrap_err().to_string().contains("DTD"));
}

proptest::proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
        let _ = read(&bytes);
    }

    #[test]
    fn no_changed_transfer_panics(at in 0_usize..8000, cut in 0_usize..40, put in "[<>/&;\"a=! x\\[\\]?-]{0,4}|\\PC{0,3}") {
        let mut bytes = TRANSFER.as_bytes().to_vec();
        let at = at.min(bytes.len());
        let end = (at + cut).min(bytes.len());
        bytes.splice(at..end, put.bytes());
        let _ = read(&bytes);
    }

    #[test]
    fn no_nesting_panics_and_every_object_is_told_once(
        parts in proptest::collection::vec(
            proptest::sample::select(vec![
                "leistung", "organisationseinheit", "onlinedienst", "spezialisierung", "zustaendigkeitTransferObjekt", "id", "name",
                "zustaendigkeit", "leistungID", "gebietID", "kommunikationssystem", "typ", "code", "kennung", "modulText", "inhalt",
                "leikaTextmodul", "anschrift", "parameter", "gueltigkeit", "beginn", "uebergeordnetesObjektID", "", "", "",
            ]),
            0..80,
        ),
        text in "[0-9a-z<&]{0,6}",
    ) {
        let mut inner = String::new();
        let mut open = Vec::new();
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        for part in parts {
            if part.is_empty() {
                inner.push_str(&text);
                if let Some(name) = open.pop() {
                    let _ = write!(inner, "</{name}>");
                }
            } else {
                let _ = write!(inner, "<{part}>");
                open.push(part);
            }
        }
        for name in open.iter().rev() {
            let _ = write!(inner, "</{name}>");
        }
        let items = read(around(&format!("<x:schreibe>{inner}</x:schreibe>")).as_bytes()).unwrap();
        proptest::prop_assert!(items.len() <= 200);
    }
}
