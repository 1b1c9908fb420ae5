//! What protects citizens from others: headers, cookies, forged requests, limits.

#![expect(clippy::unwrap_used, reason = "a test ends at the first surprise")]

use crate::databases::databases;
use crate::house::{Answers, File, House, PILOT, Page};

/// Everything that a stranger can reach, and what an owner can.
const PUBLIC: &[&str] = &["/", PILOT, "/impressum", "/datenschutz", "/barrierefreiheit", "/hilfe", "/gibt-es-nicht"];

fn header<'a>(page: &'a Page, name: &str) -> &'a str {
    page.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_protecting_headers() {
    let house = House::open(databases().await.remove(0)).await;
    let citizen = house.citizen();
    for address in PUBLIC {
        let page = citizen.get(address).await;
        let csp = header(&page, "content-security-policy");
        assert!(csp.contains("default-src 'none'") && !csp.contains("unsafe"), "{address}: {csp}");
        assert_eq!(header(&page, "x-content-type-options"), "nosniff", "{address}");
        assert_eq!(header(&page, "referrer-policy"), "no-referrer", "{address}");
        assert_eq!(header(&page, "cache-control"), "no-store", "{address}");
        assert!(header(&page, "strict-transport-security").contains("max-age="), "{address}");
        assert!(!page.html.contains(" style=") && !page.html.contains("<script>"), "{address} has inline code");
    }
    // The start opens with a cookie for this application only; over https it is Secure.
    let start = citizen.get(PILOT).await;
    let answer = citizen
        .client
        .post(format!("{}{}", house.base, start.action().unwrap()))
        .form(&[("aktion", "starten")])
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 303);
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    let path = answer.headers()["location"].to_str().unwrap().trim_end_matches("/angaben");
    for part in ["HttpOnly", "SameSite=Lax", "Secure", &format!("Path={path}")] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Max-Age") && !cookie.contains("Expires"), "it ends with the browser: {cookie}");
    let asset = start.html.split("href=\"").find(|rest| rest.starts_with("/assets/")).unwrap();
    let asset = citizen.get(asset.split('"').next().unwrap()).await;
    assert_eq!(asset.status, 200);
    assert!(header(&asset, "cache-control").contains("immutable"));
    assert_eq!(citizen.get("/.well-known/security.txt").await.status, 200);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_requests_change_nothing() {
    let house = House::open(databases().await.remove(0)).await;
    let citizen = house.citizen();
    let start = citizen.get(PILOT).await;
    let page = citizen.press(&start, "starten", &Answers::new()).await;
    let address = format!("{}{}", house.base, page.address);
    let token = page.hidden().into_iter().find(|(name, _)| name == "csrf").unwrap().1;
    for (csrf, origin, site) in [
        ("", None, None),
        ("falsch", None, None),
        (&token[1..], None, None),
        (&token, Some("https://boese.example"), None),
        (&token, Some("https://boese.example"), Some("cross-site")),
        (&token, None, Some("cross-site")),
        (&token, None, Some("same-site")),
    ] {
        let mut request =
            citizen.client.post(&address).form(&[("csrf", csrf), ("aktion", "weiter"), ("nachname", "Falsch")]);
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        if let Some(site) = site {
            request = request.header("sec-fetch-site", site);
        }
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 403, "{csrf:?} {origin:?} {site:?}");
        assert!(answer.text().await.unwrap().contains("nicht mehr gültig"));
    }
    // With files, too: nothing is stored before the token is seen.
    let file = reqwest::multipart::Part::bytes(b"%PDF-1.7 x".to_vec()).file_name("x.pdf");
    let form = reqwest::multipart::Form::new().part("anlagen", file).text("csrf", token.clone());
    let answer = citizen.client.post(&address).multipart(form).send().await.unwrap();
    assert_eq!(answer.status(), 403);
    assert_eq!(house.database.rows("uploads").await, 0);
    assert!(!citizen.get(&page.address).await.holds("Falsch"));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_made_to_give_up_without_the_token() {
    let house = House::open(databases().await.remove(0)).await;
    let citizen = house.citizen();
    let start = citizen.get(PILOT).await;
    let page = citizen.press(&start, "starten", &Answers::new()).await;
    let address = format!("{}{}/abbrechen", house.base, page.application());
    let token = page.hidden().into_iter().find(|(name, _)| name == "csrf").unwrap().1;
    for fields in [
        vec![("aktion", "abbrechen")],
        vec![("aktion", "abbrechen"), ("csrf", "")],
        vec![("aktion", "abbrechen"), ("csrf", &token[1..])],
        vec![("aktion", "abbrechen"), ("csrf", "falsch"), ("csrf", &token)],
    ] {
        let answer = citizen.client.post(&address).form(&fields).send().await.unwrap();
        assert_eq!(answer.status(), 403, "{fields:?}");
        assert_eq!(house.database.rows("drafts").await, 1, "{fields:?}");
    }
    let answer = citizen.client.post(&address).form(&[("aktion", "abbrechen"), ("csrf", &token)]).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(house.database.rows("drafts").await, 0);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_are_named_and_nothing_breaks() {
    let house = House::open(databases().await.remove(0)).await;
    let citizen = house.citizen();
    let start = citizen.get(PILOT).await;
    let page = citizen.press(&start, "starten", &Answers::new()).await;
    let long = [("anliegen".to_owned(), "x".repeat(300_000))].into_iter().collect();
    let refused = citizen.press(&page, "weiter", &long).await;
    assert_eq!(refused.status, 413);
    refused.shows(&["256 KB", "Vorfall"]);

    // One file over the limit: a sentence, and the rest of the page survives.
    let mut content = b"%PDF-1.7\n".to_vec();
    content.resize(10 * 1024 * 1024 + 1, b'x');
    let file = File { field: "anlagen".to_owned(), name: "gross.pdf".to_owned(), content };
    let some = [("nachname".to_owned(), "Bleibt".to_owned())].into_iter().collect();
    let refused = citizen.send(&page, "hochladen", &some, &[file]).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    refused.shows(&["Eine Datei darf höchstens 10 MB haben."]);
    assert!(refused.holds("Bleibt"));
    assert_eq!(house.database.rows("upload_chunks").await, 0, "nothing remains of it");

    // An eleventh file is one too many.
    let files: Vec<File> = (0..11)
        .map(|number| File {
            field: "anlagen".to_owned(),
            name: format!("{number}.pdf"),
            content: format!("%PDF-1.7 {number}").into_bytes(),
        })
        .collect();
    let refused = citizen.send(&page, "hochladen", &some, &files).await;
    assert_eq!(refused.status, 422);
    refused.shows(&["höchstens 10 Dateien", "9.pdf"]);
    assert_eq!(house.database.rows("uploads").await, 10);

    // Removing one leaves nine, and its bytes are gone.
    let remove = refused.html.split("value=\"entfernen:").nth(1).unwrap().split('"').next().unwrap();
    let after = citizen.press(&refused, &format!("entfernen:{remove}"), &some).await;
    assert_eq!(after.status, 200, "{}", after.text());
    assert_eq!(house.database.rows("uploads").await, 9);
    assert!(after.holds("Bleibt"));

    for (method, address, status) in [
        ("PUT", PILOT, 405),
        ("DELETE", page.address.as_str(), 405),
        ("GET", "/antrag/%2e%2e/angaben", 404),
        ("GET", "/forms/OZG-Antragsassistent/geheim/OZG-Antragsassistent", 404),
        ("GET", "/forms/%ff/standard/x", 404),
    ] {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let answer = citizen.client.request(method.clone(), format!("{}{address}", house.base)).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{method} {address}");
        assert!(answer.text().await.unwrap().contains("Vorfall"), "{method} {address}");
    }
    house.close().await;
}
