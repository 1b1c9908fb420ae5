//! The sample directory as an Infodienst tells it.

use antragsassistent::office::{Gebiet, Leistung, Organisationseinheit};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::speaking::{Asked, Shared, named};

/// The key that the tenant's file holds.
pub const KEY: &str = "geheimer-schluessel";

pub fn answer(shared: &Shared, asked: &Asked<'_>) -> Result<Option<Value>, StatusCode> {
    let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
    let key = asked.headers.get("api_key").map(|key| key.to_str().unwrap());
    let directory = &shared.directory;
    if let ["PoliticalArea", rest] = path[..] {
        assert_eq!(key, None, "the area service gets no key");
        if rest != "search" {
            // Only own ids: its keys are asked for elsewhere.
            return Ok(directory.gebiet(rest).filter(|gebiet| gebiet.area_id == rest).map(gebiet));
        }
        let words: Vec<&str> = asked.query.iter().map(|(_, word)| word.trim_end_matches('*')).collect();
        return Ok(Some(directory.search_gebiete(&words.join(" "), 50).iter().map(gebiet).collect()));
    }
    if key != Some(KEY) {
        return Err(StatusCode::UNAUTHORIZED);
    }
    assert!(asked.headers.contains_key("user-agent"));
    let language = asked.headers["accept-language"].to_str().unwrap();
    assert!(["de_DE, de;q=0.9", "en, de;q=0.5"].contains(&language), "{language}");
    let english = language.starts_with("en");
    let leistung = |known: &Leistung| leistung(known, english);
    Ok(match path[..] {
        ["pst", "byLeikaKey", key] => directory.leistung(key).map(leistung),
        ["pst", "find"] => {
            let found = directory.search_leistungen(asked.get("searchWord").unwrap_or_default(), 1000);
            let offset = asked.get("offset").map_or(0, |offset| offset.parse().unwrap());
            let limit: usize = asked.get("limit").unwrap().parse().unwrap();
            // Fewer than asked for, as services may do.
            Some(list(found.iter().skip(offset).take(limit.min(5)).map(leistung).collect()))
        }
        ["pst", id] => directory.leistung(id).filter(|known| known.pst_id == id).map(leistung),
        ["area", "find"] => Some(list(shared.gebiet(asked.get("ags").unwrap()).map(gebiet).into_iter().collect())),
        ["ou" | "os", "findByCompetence"] => {
            let known =
                directory.leistung(asked.get("pstId").unwrap()).zip(shared.gebiet(asked.get("areaId").unwrap()));
            let stellen = known.map(|(leistung, gebiet)| directory.stellen(leistung, gebiet)).unwrap_or_default();
            let tell = if path[0] == "ou" { stelle } else { online_service };
            Some(list(stellen.iter().map(tell).collect()))
        }
        _ => None,
    })
}

fn list(objects: Vec<Value>) -> Value {
    let results: Vec<Value> = objects.into_iter().map(|object| json!({"score": 1.0, "object": object})).collect();
    json!({"count": results.len(), "totalCount": results.len(), "results": results})
}

fn leistung(leistung: &Leistung, english: bool) -> Value {
    let block = |kind: &str, text: String| json!({"type": {"id": "1", "name": kind}, "text": text});
    let items = leistung.voraussetzungen.iter().map(|line| format!("<li>{line}</li>")).collect::<Vec<_>>().concat();
    json!({
        "id": leistung.pst_id, "name": named(leistung, english), "type": "LOV",
        "languages": [{"key": "de"}, {"key": "en"}], "leikaKeys": leistung.leika,
        "teaser": leistung.beschreibung.as_ref().map(|text| format!("<p>{text}</p>")),
        "textBlocks": [
            block("Voraussetzungen", format!("<ul>{items}</ul>")),
            block("Kosten", leistung.gebuehren.clone().unwrap_or_default()),
            block("Frist", leistung.frist.clone().unwrap_or_default()),
            block("Bearbeitungsdauer", leistung.bearbeitungsdauer.clone().unwrap_or_default()),
        ],
        "documents": leistung.unterlagen.iter()
            .map(|one| json!({"direction": "Eingangsdokument", "name": one.name, "note": null})).collect::<Vec<_>>(),
        "writtenFormRequired": leistung.schriftform, "trustLevel": null,
    })
}

fn gebiet(gebiet: &Gebiet) -> Value {
    json!({"id": gebiet.area_id.parse::<u64>().unwrap(), "name": gebiet.name, "ags": gebiet.ags, "type": {"name": "Gemeinde"}})
}

fn stelle(stelle: &Organisationseinheit) -> Value {
    let addresses: Vec<Value> = stelle
        .anschriften
        .iter()
        .map(|one| {
            let place = json!({"id": "1", "name": one.ort});
            json!({"street": one.strasse, "zipcode": one.plz, "area": place, "type": {"name": one.art}})
        })
        .collect();
    let systems: Vec<Value> = stelle
        .kontaktsysteme
        .iter()
        .map(|one| json!({"identification": one.kennung, "type": {"id": 7, "key": one.typ, "notPublic": true}}))
        .collect();
    let contacts = [("Telefon", &stelle.telefon), ("E-Mail", &stelle.email), ("Internet", &stelle.web)];
    json!({
        "id": stelle.id, "name": stelle.name, "addresses": addresses, "communicationSystems": systems,
        "communications": contacts.iter().map(|(name, value)| json!({"type": {"name": name}, "value": value})).collect::<Vec<_>>(),
        "validFrom": stelle.gueltigkeit.von, "validTo": stelle.gueltigkeit.bis,
        "openingHours": stelle.oeffnungszeiten.iter().map(|line| format!("<p>{line}</p>")).collect::<Vec<_>>().concat(),
    })
}

fn online_service(stelle: &Organisationseinheit) -> Value {
    json!({"id": 1, "name": "Antrag", "gdprText": stelle.datenschutz})
}
