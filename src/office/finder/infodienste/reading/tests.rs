//! What an Infodienst may answer.

use jiff::civil::date;
use serde_json::json;

use super::*;
use crate::office::leistung::Vertrauensniveau;

const TODAY: Date = date(2026, 11, 22);

fn bytes(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

#[test]
fn an_office_is_read_with_address_contacts_hours_and_kontaktsystem() {
    let answer = json!({
        "count": 1, "totalCount": 1,
        "results": [{"score": 1.0, "object": {
            "id": 38_700_001, "name": "Stadt Möckern &amp; Umland - Bürgerservice", "openingHours": "<p>Di 9-12</p><p>Do 14-18</p>",
            "appointmentRequired": true,
            "addresses": [
                {"street": "Am Markt", "houseNumber": 10, "area": {"id": "38693732", "name": "Möckern, Stadt"}, "zipcode": 39291,
                 "type": {"id": "1", "name": "Hausanschrift", "key": "001"}},
                {"mailbox": "11 20", "zipcode": "39288", "city": "Burg", "type": {"key": "003"}},
            ],
            "communications": [
                {"type": {"name": "Telefax", "key": "04"}, "value": "1"},
                {"type": {"name": "Telefon", "key": "02"}, "value": "115"},
                {"type": {"key": "01"}, "value": "b@moeckern.example"},
                {"type": {"name": "Internet"}, "value": "https://www.moeckern.example"},
            ],
            "communicationSystems": [
                {"identification": "antraege@moeckern.example", "type": {"id": 7, "key": "ozg-antragsassistent", "notPublic": true}},
                {"identification": null, "type": {"id": 9}},
            ],
            "unknown": {"x": [1]},
        }}],
    });
    let read = stellen(&bytes(&answer)).unwrap();
    assert_eq!(read.lost, []);
    let stelle = &read.items[0];
    assert_eq!((stelle.id.as_str(), stelle.name.as_str()), ("38700001", "Stadt Möckern & Umland - Bürgerservice"));
    assert_eq!(stelle.anschriften[0].strasse, "Am Markt 10");
    assert_eq!((stelle.anschriften[0].plz.as_str(), stelle.anschriften[0].ort.as_str()), ("39291", "Möckern, Stadt"));
    let box_of = &stelle.anschriften[1];
    assert_eq!((box_of.art.as_str(), box_of.strasse.as_str()), ("Postfach", "Postfach 11 20"));
    assert_eq!(stelle.oeffnungszeiten, ["Di 9-12", "Do 14-18"]);
    assert_eq!(stelle.telefon.as_deref(), Some("115"));
    assert_eq!(stelle.email.as_deref(), Some("b@moeckern.example"));
    assert_eq!(stelle.web.as_deref(), Some("https://www.moeckern.example"));
    assert!(stelle.nur_mit_termin);
    let first = &stelle.kontaktsysteme[0];
    assert_eq!((first.typ.as_str(), first.typ_id.as_deref()), ("ozg-antragsassistent", Some("7")));
    assert_eq!(first.kennung, "antraege@moeckern.example");
    assert_eq!((stelle.kontaktsysteme[1].typ.as_str(), stelle.kontaktsysteme[1].kennung.as_str()), ("9", ""));
}

#[test]
fn an_office_that_does_not_read_is_lost_and_the_others_stay() {
    let answer = json!({"results": [
        {"object": {"id": "1", "name": null}},
        {"object": {"name": "ohne id"}},
        {"object": {"id": "2", "communicationSystems": "alle"}},
        {"object": {"id": "3", "name": {"de": "x"}}},
        "text", null,
        {"id": "4"},
    ]});
    let read = stellen(&bytes(&answer)).unwrap();
    let ids: Vec<_> = read.items.iter().map(|stelle| stelle.id.as_str()).collect();
    assert_eq!(ids, ["1", "4"]);
    assert_eq!(read.lost.len(), 5);
    assert_eq!(read.items[0].name, "Zuständige Stelle");
}

#[test]
fn an_empty_answer_is_nobody_and_garbage_is_an_error() {
    for empty in ["", "{\"results\":[]}", "{\"count\":0,\"totalCount\":0}", "[]", "null", "{\"results\":null}"] {
        assert_eq!(stellen(empty.as_bytes()).unwrap().items, [], "{empty}");
    }
    for garbage in ["<html>", "{\"results\":7}", "\"text\"", "{\"results\":[", "7"] {
        assert!(stellen(garbage.as_bytes()).is_err(), "{garbage}");
    }
}

#[test]
fn a_leistung_tells_texts_documents_fees_and_deadlines() {
    let answer = json!({
        "id": "297492149", "name": "Kinderreisepass <b>verlängern</b>", "leikaKeys": ["x", "99082003011000"], "teaser": null,
        "textBlocks": [
            {"type": {"name": "Kurztext"}, "text": "<p>Eins.</p><script>alert(1)</script><p>Zwei.</p>"},
            {"type": {"name": "Voraussetzungen"}, "text": "<ul><li>Kind</li><li>Pass</li></ul>",
             "specialisations": [{"restrictedArea": "Möckern", "text": "wohnt hier"}]},
            {"type": {"name": "Frist/Dauer"}, "text": ""},
        ],
        "documents": [
            {"direction": "Eingangsdokument", "name": "Lichtbild", "note": "35×45 mm"},
            {"direction": "Ausgangsdokument", "name": "Bescheid"},
            {"direction": "IN", "name": "Alte Urkunde", "validTo": "2020-01-01"},
        ],
        "charges": [
            {"name": "Verlängerung", "amount": 6, "currency": "EUR"},
            {"name": "Eilzuschlag", "lowerLimit": "10.5", "upperLimit": 32.0, "note": "nach Aufwand"},
        ],
        "servicePeriods": [{"timeSpan": 3, "timeSpanTo": "6", "periodUnit": "WEEK"}],
        "periods": [{"name": "Antrag", "dateTo": "2026-12-31T00:00:00Z", "type": "DATEINTERVAL"}],
        "writtenFormRequired": "true", "trustLevel": {"id": "3", "name": "substantiell"}, "validFrom": "2024-01-01",
    });
    let leistung = leistungen(&bytes(&answer), TODAY).unwrap().items.remove(0);
    assert_eq!(leistung.name, "Kinderreisepass verlängern");
    assert_eq!(leistung.leika.as_deref(), Some("99082003011000"));
    assert_eq!(leistung.beschreibung.as_deref(), Some("Eins.\nZwei."));
    assert_eq!(leistung.voraussetzungen, ["Kind", "Pass", "wohnt hier"]);
    let documents: Vec<_> = leistung.unterlagen.iter().map(|one| (one.id.as_str(), one.hinweis.as_deref())).collect();
    assert_eq!(documents, [("lichtbild", Some("35×45 mm"))]);
    assert_eq!(
        leistung.gebuehren.as_deref(),
        Some("Verlängerung: 6,00 Euro\nEilzuschlag: 10,50 Euro bis 32,00 Euro (nach Aufwand)")
    );
    assert_eq!(leistung.bearbeitungsdauer.as_deref(), Some("3 bis 6 Wochen"));
    assert_eq!(leistung.frist.as_deref(), Some("Antrag: bis 31.12.2026"));
    assert!(leistung.schriftform);
    assert_eq!(leistung.vertrauensniveau, Some(Vertrauensniveau::Substanziell));
    assert_eq!(leistung.gueltigkeit.von, Some(date(2024, 1, 1)));
}

#[test]
fn a_leistung_with_nothing_but_an_id_is_one() {
    let leistung = leistungen(b"{\"id\": 7}", TODAY).unwrap().items.remove(0);
    assert_eq!((leistung.pst_id.as_str(), leistung.name.as_str()), ("7", "Verwaltungsleistung 7"));
}

#[test]
fn an_area_gets_its_official_names_by_its_key() {
    let answer = json!([{"id": 38_693_732, "name": "Möckern, Stadt", "ags": "15086140", "type": {"name": "Gemeinde"}}]);
    let gebiet = gebiete(&bytes(&answer), None).unwrap().items.remove(0);
    assert_eq!(gebiet.full_name(), "Möckern, Stadt (Jerichower Land, Sachsen-Anhalt)");
    assert_eq!((gebiet.area_id.as_str(), gebiet.ars.as_deref()), ("38693732", Some("150860140140")));
    let odd = json!({"displayName": {"name": "Möckern"}, "key": ["x"], "state": []});
    assert!(gebiete(&bytes(&odd), None).unwrap().items.is_empty());
    let gebiet = gebiete(&bytes(&odd), Some("7")).unwrap().items.remove(0);
    assert_eq!((gebiet.area_id.as_str(), gebiet.name.as_str()), ("7", "Möckern"));
}

#[test]
fn a_privacy_statement_counts_if_it_is_the_only_one() {
    let of = |texts: &[&str]| {
        let services: Vec<Value> = texts.iter().map(|text| json!({"id": 1, "gdprText": text})).collect();
        privacy(&bytes(&json!({"results": services})))
    };
    let url = "https://amt.example/datenschutz";
    assert_eq!(of(&[&format!("<a href='{url}'>Datenschutz</a>"), url, ""]).as_deref(), Some(url));
    assert_eq!(of(&[url, "https://other.example/"]), None);
    assert_eq!(of(&["Siehe Aushang"]), None);
}

proptest::proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        let _ = (stellen(&bytes), leistungen(&bytes, TODAY), gebiete(&bytes, None), privacy(&bytes));
    }

    #[test]
    fn no_json_panics(value in crate::office::finder::any_json(&[
        "results", "object", "id", "name", "addresses", "street", "type", "key", "communications", "value", "communicationSystems",
        "identification", "openingHours", "textBlocks", "text", "specialisations", "documents", "direction", "charges", "amount",
        "currency", "periods", "timeSpan", "dateFrom", "validFrom", "validTo", "gueltigkeit", "beginn", "trustLevel", "leikaKeys", "gdprText", "ags", "area",
    ])) {
        let bytes = bytes(&value);
        let _ = (stellen(&bytes), leistungen(&bytes, TODAY), gebiete(&bytes, None), privacy(&bytes));
    }
}
