//! What the PVOG may answer.

use serde_json::json;

use super::*;

fn bytes(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

#[test]
fn only_responsible_offices_count_and_get_their_details() {
    let list = json!([
        {"id": "L1.OE.7", "title": "Jobcenter Berlin", "role": {"code": "01"}},
        {"id": "B1.OE.9", "title": "Hotline", "role": {"code": "03"}},
        {"id": "L1.OE.8", "title": "ohne Rolle"}, {"title": "ohne id"},
    ]);
    let read = titles(&bytes(&list)).unwrap();
    assert_eq!(read.items.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["L1.OE.7", "L1.OE.8"]);
    assert_eq!(read.lost.len(), 1);
    let detail = json!({
        "title": "Jobcenter Berlin <b>Mitte</b>",
        "location": {
            "addresses": [{"type": "Hausanschrift", "street": "Teststr. 1", "zip": 10115, "city": "Berlin"}],
            "communications": [{"code": "02", "value": "+49 30 123"}, {"code": "01", "value": "j@b.example"}],
        },
        "internetAddresses": [{"uri": "javascript:x"}, {"uri": "https://jobcenter.example"}],
        "communicationSystems": [{"type": {"key": "ozg-antragsassistent"}, "identification": "a@b.example"}],
    });
    let office = stelle(&bytes(&detail), &read.items[0]).unwrap().items.remove(0);
    assert_eq!((office.id.as_str(), office.name.as_str()), ("L1.OE.7", "Jobcenter Berlin Mitte"));
    assert_eq!((office.telefon.as_deref(), office.email.as_deref()), (Some("+49 30 123"), Some("j@b.example")));
    assert_eq!(office.web.as_deref(), Some("https://jobcenter.example"));
    assert_eq!(
        (office.anschriften[0].plz.as_str(), office.kontaktsysteme[0].kennung.as_str()),
        ("10115", "a@b.example")
    );
}

#[test]
fn a_leistung_is_read_by_its_text_modules() {
    let detail = json!({
        "id": "L1.LB.2", "name": "Reisepass", "leikakeys": ["99085001012000"],
        "details": [
            {"code": "24", "text": "<p>Kurz.</p>"}, {"code": "06", "text": "Lang."},
            {"code": "08", "text": "<ul><li>Foto</li><li>Ausweis</li></ul>"},
            {"code": 98, "text": "", "details": [{"title": "Pass", "text": "37,50 EUR"}]},
            {"code": "97", "text": "Keine Angabe"}, {"code": "95", "text": "x", "placeholder": true},
        ],
        "onlineServiceLinks": [{"id": "L1.OD.5", "uri": "https://a.example"}], "other": ["L1.OE.1", "x.OD.<b>"],
    });
    let found = leistung(&bytes(&detail), "L1.LB.2").unwrap().items.remove(0);
    assert_eq!(found.beschreibung.as_deref(), Some("Kurz."));
    assert_eq!(found.leika.as_deref(), Some("99085001012000"));
    assert_eq!(found.unterlagen.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["Foto", "Ausweis"]);
    assert_eq!(found.gebuehren.as_deref(), Some("Pass: 37,50 EUR"));
    assert_eq!((found.frist, found.bearbeitungsdauer), (None, None));
    assert_eq!(online_services(&bytes(&detail)).unwrap(), ["L1.OD.5"]);
}

#[test]
fn the_leistung_for_the_smallest_area_is_taken() {
    let answer = json!({"content": [
        {"id": "B.LB.1", "ars": ["000000000000"]}, {"id": "L.LB.2", "ars": ["150860140140", "15"]}, {"id": "L.LB.3", "ars": ["150860140140"]},
        {"name": "ohne id", "ars": ["150860140141"]},
    ]});
    assert_eq!(most_specific(&bytes(&answer)).unwrap().as_deref(), Some("L.LB.2"));
    assert_eq!(most_specific(b"{\"content\":[]}").unwrap(), None);
    assert!(most_specific(b"<html>").is_err());
}

#[test]
fn parameters_give_the_privacy_statement_to_all_and_a_mailbox_to_one() {
    let service = json!({"parameters": [
        {"name": "efa.datenschutzerklaerung.url", "value": "https://amt.example/ds"}, {"name": "efa.postfach", "value": "p@amt.example"},
    ]});
    let found = parameters(&bytes(&service)).unwrap();
    assert_eq!(
        found,
        parameters(&bytes(&json!({"parameters": {
            "efa.datenschutzerklaerung.url": "https://amt.example/ds", "efa.postfach": " p@amt.example", "x": 7,
        }})))
        .unwrap()
    );
    let office = || Organisationseinheit::default();
    let mut one = [office()];
    apply(&found, &mut one);
    assert_eq!(one[0].datenschutz.as_deref(), Some("https://amt.example/ds"));
    assert_eq!(one[0].kontaktsysteme[0].typ, "efa.postfach");
    let mut two = [office(), office()];
    apply(&found, &mut two);
    assert!(two.iter().all(|one| one.datenschutz.is_some() && one.kontaktsysteme.is_empty()));
}

#[test]
fn places_are_told_by_their_keys() {
    let answer = json!([{"ars": "150860140140", "name": "Möckern"}, {"ags": "15086140"}, {"ars": 7}, "x"]);
    assert_eq!(places(&bytes(&answer)).unwrap(), ["150860140140", "15086140"]);
}

proptest::proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        let _ = (most_specific(&bytes), titles(&bytes), leistungen(&bytes), places(&bytes), parameters(&bytes));
        let _ = (leistung(&bytes, "x"), online_services(&bytes), stelle(&bytes, &Organisationseinheit::default()));
    }

    #[test]
    fn no_json_panics(value in crate::office::finder::any_json(&[
        "content", "serviceDescriptions", "id", "ars", "ags", "title", "name", "role", "code", "location", "addresses", "street",
        "zip", "communications", "value", "internetAddresses", "uri", "communicationSystems", "type", "details", "text",
        "placeholder", "leikakeys", "parameters", "trustLevel", "openingHours", "languages", "validTo", "gueltigkeit", "beginn",
    ])) {
        let bytes = bytes(&value);
        let _ = (most_specific(&bytes), titles(&bytes), leistungen(&bytes), places(&bytes), parameters(&bytes));
        let _ = (leistung(&bytes, "x"), online_services(&bytes), stelle(&bytes, &Organisationseinheit::default()));
    }
}
