//! The sample directory as the routing service of FIT-Connect tells it.

use antragsassistent::office::Organisationseinheit;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::speaking::{Asked, Shared};

pub fn answer(shared: &Shared, asked: &Asked<'_>) -> Result<Option<Value>, StatusCode> {
    assert!(asked.headers.contains_key("user-agent"), "it is mandatory there");
    let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
    Ok(match path[..] {
        ["v2", "routes"] => {
            let places: Vec<&str> = ["ars", "ags", "areaId"].into_iter().filter_map(|name| asked.get(name)).collect();
            let [place] = places[..] else { return Err(StatusCode::BAD_REQUEST) };
            let leika = asked.get("leikaKey").unwrap();
            assert!(leika.len() == 14 && leika.starts_with("99"), "{leika}");
            // Of areas that it does not know it says that the question is wrong.
            let Some(gebiet) = shared.gebiet(place) else { return Err(StatusCode::BAD_REQUEST) };
            let found = shared.directory.leistung(leika).map(|leistung| shared.directory.stellen(leistung, gebiet));
            let routes: Vec<Value> = found.iter().flatten().map(route).collect();
            Some(json!({"count": routes.len(), "offset": 0, "totalCount": routes.len(), "routes": routes}))
        }
        ["v2", "areas"] => {
            let words: Vec<&str> = asked.query.iter().map(|(_, word)| word.as_str()).collect();
            let found =
                if words == ["39291"] { vec![json!({"id": "1", "name": "Möckern", "type": "Stadt"})] } else { vec![] };
            Some(json!({"count": found.len(), "offset": 0, "totalCount": found.len(), "areas": found}))
        }
        _ => None,
    })
}

fn route(stelle: &Organisationseinheit) -> Value {
    let systems: Map<String, Value> =
        stelle.kontaktsysteme.iter().map(|one| (one.typ.clone(), json!(one.kennung))).collect();
    let address = stelle.anschriften.first().map(|one| json!({"street": one.strasse, "zip": one.plz, "city": one.ort}));
    json!({
        "destinationId": stelle.id, "destinationSignature": "kopf.inhalt.signatur", "destinationName": stelle.name,
        "contactPersons": [{"name": "N. N.", "tel": stelle.telefon, "email": stelle.email}], "address": address,
        "privacyPolicyUrl": stelle.datenschutz, "customParameters": systems, "origin": "Test",
    })
}
