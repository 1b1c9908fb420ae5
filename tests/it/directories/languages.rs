//! A citizen who reads another language than German finds the words of a directory that has it.

use axum::http::header::ACCEPT_LANGUAGE;

use super::speaking::Mood;
use super::{Interface, Town, sqlite};
use crate::house::Answers;

async fn page(town: &Town, link: &str, languages: &str) -> (u16, String, String) {
    let request = town.house.citizen().client.get(format!("{}{link}", town.house.base));
    let response = request.header(ACCEPT_LANGUAGE, languages).send().await.unwrap();
    let vary = response.headers()["vary"].to_str().unwrap().to_owned();
    (response.status().as_u16(), vary, response.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_start_page_is_in_the_citizens_language_and_the_application_in_german() {
    for interface in [Interface::Infodienste, Interface::Pvog] {
        let town = Town::open(Some(interface), sqlite().await).await;
        let link = town.link("297492149", "38693732");
        for (languages, english) in [
            ("en-GB, de;q=0.5", true),
            ("fr, en;q=0.9, de;q=0.8", true),
            ("de-DE, de;q=0.9, en;q=0.8", false),
            ("fr", false),
            ("", false),
        ] {
            let (status, vary, html) = page(&town, &link, languages).await;
            assert_eq!((status, vary.contains("accept-language")), (200, true), "{languages}");
            let told = html.contains("lang=\"en\">Service in English: 297492149<");
            assert_eq!(told, english, "{interface:?} {languages}: {html}");
            assert!(html.contains("<h1 class=\"kern-heading-x-large\">Kinderreisepass verlängern</h1>"), "{html}");
            assert_eq!(html.contains("Der Antrag selbst ist auf Deutsch"), english);
        }
        let citizen = town.house.citizen();
        let start = citizen.get(&link).await;
        let first = citizen.press(&start, "starten", &Answers::new()).await;
        assert!(first.text().contains("Kinderreisepass") && !first.text().contains("in English"));
        town.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_translation_that_cannot_be_had_keeps_nobody_from_applying() {
    let town = Town::open(Some(Interface::Infodienste), sqlite().await).await;
    let link = town.link("297492149", "38693732");
    assert_eq!(page(&town, &link, "de").await.0, 200);
    town.service().becomes(Mood::Down);
    let (status, _, html) = page(&town, &link, "en").await;
    assert_eq!(status, 200, "{html}");
    assert!(html.contains("Antrag beginnen") && !html.contains("in English"));
    town.close().await;
}
