//! The sample directory as the PVOG tells it: its ids have the PVOG's shape, its places are told by their ARS.

use antragsassistent::office::{Gebiet, Leistung, Organisationseinheit};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::speaking::{Asked, Shared, named};

/// What stands before the sample's ids.
pub const LEISTUNG: &str = "L100015.LB.";

pub fn answer(shared: &Shared, asked: &Asked<'_>) -> Result<Option<Value>, StatusCode> {
    if asked.headers.get("pvog-sud-api-client-id").is_none_or(|id| id != "demo") {
        return Err(StatusCode::FORBIDDEN);
    }
    let directory = &shared.directory;
    let english = asked.headers["accept-language"].to_str().unwrap().starts_with("en");
    let leistung = |known: &Leistung| leistung(known, english);
    let own = |id: &str| id.strip_prefix(LEISTUNG).and_then(|id| directory.leistung(id));
    let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
    let ["suchdienst", "api", ref rest @ ..] = path[..] else { return Ok(None) };
    Ok(match *rest {
        ["v3", "servicedescriptions", "leikaid"] => {
            // Its descriptions are those of a Land: none holds for the whole country.
            let of_land = asked.get("ars").unwrap() != "000000000000";
            let found = directory.leistung(asked.get("leikaIds").unwrap()).filter(|_| of_land).map(leistung);
            Some(json!({"content": found.into_iter().collect::<Vec<_>>()}))
        }
        ["v6", "servicedescriptions", id, "detail"] => own(id).map(leistung),
        ["v7", "servicedescriptions", _] => {
            let found = directory.search_leistungen(asked.get("q").unwrap_or_default(), 50);
            Some(json!({"content": found.iter().map(leistung).collect::<Vec<_>>()}))
        }
        ["v2", "organisationunits", "titles"] => {
            let known = own(asked.get("lbId").unwrap()).zip(shared.gebiet(asked.get("ars").unwrap()));
            let stellen = known.map(|(leistung, gebiet)| directory.stellen(leistung, gebiet)).unwrap_or_default();
            let mut told = shared.told.lock().unwrap();
            told.extend(stellen.iter().map(|one| (one.id.clone(), one.clone())));
            Some(stellen.iter().map(|one| json!({"id": one.id, "title": one.name, "role": {"code": "01"}})).collect())
        }
        ["v5", "organisationunits", "detail"] => shared.told.lock().unwrap().get(asked.get("q").unwrap()).map(stelle),
        ["v2", "onlineservices", "detail"] => Some(json!({"links": [], "parameters": [
            {"name": "efa.datenschutzerklaerung.url", "value": "https://www.moeckern.example/datenschutz"},
        ]})),
        ["v3", "locations"] => Some(directory.search_gebiete(asked.get("q").unwrap(), 50).iter().map(place).collect()),
        _ => None,
    })
}

fn leistung(leistung: &Leistung, english: bool) -> Value {
    let list = |lines: Vec<&str>| lines.iter().map(|line| format!("<li>{line}</li>")).collect::<Vec<_>>().concat();
    let module = |code: &str, text: String| json!({"code": code, "text": text, "details": [], "placeholder": false});
    json!({
        "id": format!("{LEISTUNG}{}", leistung.pst_id), "name": named(leistung, english),
        "languages": [{"code": "de"}, {"code": "en"}], "leikakeys": leistung.leika,
        "ars": ["150000000000"], "kennzeichenSchriftformerfordernis": leistung.schriftform,
        "details": [
            module("24", leistung.beschreibung.clone().unwrap_or_default()),
            module("09", list(leistung.voraussetzungen.iter().map(String::as_str).collect())),
            module("08", list(leistung.unterlagen.iter().map(|one| one.name.as_str()).collect())),
            module("98", leistung.gebuehren.clone().unwrap_or_default()),
            module("97", leistung.frist.clone().unwrap_or_default()),
            module("95", leistung.bearbeitungsdauer.clone().unwrap_or_default()),
        ],
        "onlineServiceLinks": [{"id": "L100015.OD.1", "uri": "https://antrag.example"}],
    })
}

fn stelle(stelle: &Organisationseinheit) -> Value {
    let addresses: Vec<Value> = stelle
        .anschriften
        .iter()
        .map(|one| json!({"type": one.art, "street": one.strasse, "zip": one.plz, "city": one.ort}))
        .collect();
    let systems: Vec<Value> = stelle
        .kontaktsysteme
        .iter()
        .map(|one| json!({"type": {"key": one.typ}, "identification": one.kennung}))
        .collect();
    json!({
        "title": stelle.name, "gueltigkeit": [{"beginn": stelle.gueltigkeit.von, "ende": stelle.gueltigkeit.bis}],
        "communicationSystems": systems, "internetAddresses": [{"uri": stelle.web}],
        "location": {"addresses": addresses, "communications": [
            {"code": "02", "value": stelle.telefon}, {"code": "01", "value": stelle.email},
        ]},
    })
}

fn place(gebiet: &Gebiet) -> Value {
    json!({"ars": gebiet.ars, "ags": gebiet.ags, "name": gebiet.name})
}
