//! While a directory is in trouble: nobody waits for ever, nobody reads why, what was known serves on, and many ask once.

use std::sync::Arc;

use antragsassistent::intake::question::{FindGebiet, FindLeistung, FindStellen};
use antragsassistent::intake::start::{DeepLink, Opening};
use antragsassistent::office::finder::FinderError;
use jiff::SignedDuration;
use tokio::task::JoinSet;

use super::speaking::Mood;
use super::{INTERFACES, Town, sqlite};
use crate::house::House;

const MANDANT: &str = "OZG-Antragsassistent";

/// What the offices' step gives, or why not, as an operator would see it.
async fn asked(town: &Town) -> Result<usize, FinderError> {
    let auskunft = &town.house.counter.auskunft;
    let link = town.link("297492149", "38693732");
    let (pst_id, area_id) = link.split_once("pstId=").unwrap().1.split_once("&areaId=").unwrap();
    let (pst_id, area_id) = (pst_id.to_owned(), area_id.to_owned());
    let gebiet = auskunft.ask(MANDANT, FindGebiet { area_id: &area_id }, "de").await?.value.unwrap();
    let leistung =
        auskunft.ask(MANDANT, FindLeistung { pst_id: &pst_id, gebiet: Some(&gebiet) }, "de").await?.value.unwrap();
    Ok(auskunft.ask(MANDANT, FindStellen { leistung: &leistung, gebiet: &gebiet }, "de").await?.value.stellen.len())
}

/// The page that a citizen gets instead.
async fn later_page(town: &Town) {
    let page = town.house.citizen().get(&town.link("297492149", "38693732")).await;
    assert_eq!(page.status, 503, "{}", page.text());
    page.shows(&["lässt sich gerade nicht ermitteln", "Erneut versuchen", "115"]);
    for word in ["ORA-", "http", "status", "redirect", "Anmeldung"] {
        assert!(!page.text().contains(word), "{}", page.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_trouble_of_a_directory_ends_in_time_and_is_told_to_the_operator_only() {
    let elsewhere = super::speaking::Service::start(
        super::Interface::Routing,
        antragsassistent::office::directory::Directory::read(&super::sample()).unwrap(),
    )
    .await;
    for interface in INTERFACES {
        let troubles = [
            (Mood::Down, "status"),
            (Mood::Slow, "slow"),
            (Mood::Garbage, "garbled"),
            (Mood::WithoutIds, "garbled"),
            (Mood::Huge, "too_large"),
            (Mood::Redirect(format!("{}/v2/routes", elsewhere.base)), "redirect"),
            (Mood::TooMany, "status"),
        ];
        for (mood, kind) in troubles {
            let town = Town::open(Some(interface), sqlite().await).await;
            town.service().becomes(mood.clone());
            let begun = std::time::Instant::now();
            let error = asked(&town).await.unwrap_err();
            assert_eq!(error.kind(), kind, "{interface:?} {mood:?}: {error}");
            assert!(begun.elapsed().as_secs() < 10, "{interface:?} {mood:?}");
            later_page(&town).await;
            town.close().await;
        }
    }
    assert_eq!(elsewhere.requests(), [""; 0], "nobody followed to another server");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_or_not_who_it_says_is_told_as_such() {
    let tls = crate::smtp::SmtpServer::start_wrapped().await;
    let port = tls.url().rsplit(':').next().unwrap().trim_end_matches('/').to_owned();
    for interface in INTERFACES {
        for (url, kind) in
            [(format!("https://localhost:{port}"), "tls"), ("http://127.0.0.1:1".to_owned(), "unreachable")]
        {
            let town = Town::asking(Some(interface), sqlite().await, Some(&url)).await;
            let error = asked(&town).await.unwrap_err();
            assert_eq!(error.kind(), kind, "{interface:?}: {error}");
            later_page(&town).await;
            town.close().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_put_again_if_the_directory_fails_twice() {
    let town = Town::open(Some(super::Interface::Infodienste), sqlite().await).await;
    town.service().becomes(Mood::UpAfter(2));
    assert_eq!(asked(&town).await, Ok(1));
    town.service().becomes(Mood::UpAfter(3));
    town.house.clock.advance(SignedDuration::from_mins(2));
    let gebiet = town.house.counter.auskunft.ask(MANDANT, FindGebiet { area_id: "38690002" }, "de").await;
    assert_eq!(gebiet.unwrap_err(), FinderError::Status(503));
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_within_the_same_server_is_followed() {
    for interface in INTERFACES {
        let town = Town::open(Some(interface), sqlite().await).await;
        town.service().becomes(Mood::RedirectWithin);
        assert_eq!(asked(&town).await, Ok(1), "{interface:?}");
        town.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_known_serves_on_for_as_long_as_the_tenant_allows() {
    for interface in INTERFACES {
        for database in crate::databases::databases().await {
            let town = Town::open(Some(interface), database).await;
            let link = town.link("297492149", "38693732");
            let citizen = town.house.citizen();
            assert_eq!(citizen.get(&link).await.status, 200, "{interface:?}");
            town.service().becomes(Mood::Down);
            let day = SignedDuration::from_hours(24);
            // The tenant says nothing else: seven days.
            let almost = day * 7 - SignedDuration::from_secs(1);
            town.house.clock.advance(almost);
            let page = citizen.get(&link).await;
            assert_eq!(page.status, 200, "{interface:?}: {}", page.text());
            page.shows(&["Stadt Möckern - Bürgerservice"]);
            let gebiet =
                town.house.counter.auskunft.ask(MANDANT, FindGebiet { area_id: &area_of(&link) }, "de").await.unwrap();
            let leistung = town
                .house
                .counter
                .auskunft
                .ask(MANDANT, FindLeistung { pst_id: &pst_of(&link), gebiet: gebiet.value.as_ref() }, "de")
                .await
                .unwrap();
            let old = leistung.old.or(gebiet.old);
            assert_eq!(old.unwrap().age, almost, "{interface:?}");
            // The whole way to the office works with it.
            let page = citizen.press(&page, "starten", &crate::house::Answers::default()).await;
            assert_eq!(page.step(), "angaben", "{}", page.text());
            // What was never asked has no answer.
            let other = citizen.get(&town.link("297490001", "38690002")).await;
            assert_eq!(other.status, 503);

            town.house.clock.advance(SignedDuration::from_secs(7));
            assert_eq!(citizen.get(&link).await.status, 503, "{interface:?}: too old");
            assert!(town.house.counter.sweep().await.unwrap().answers > 0);
            assert_eq!(town.house.database.rows("directory_answers").await, 0);

            town.service().becomes(Mood::Good);
            town.house.clock.advance(SignedDuration::from_mins(1));
            assert_eq!(citizen.get(&link).await.status, 200, "{interface:?}: it works again");
            town.close().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_that_asks_for_rest_or_fails_again_and_again_is_left_alone_for_a_while() {
    let town = Town::open(Some(super::Interface::Infodienste), sqlite().await).await;
    town.service().becomes(Mood::TooMany);
    assert_eq!(asked(&town).await, Err(FinderError::Status(429)));
    let requests = town.service().requests().len();
    town.house.clock.advance(SignedDuration::from_secs(30));
    assert_eq!(asked(&town).await, Err(FinderError::Resting));
    assert_eq!(town.service().requests().len(), requests, "it is not asked meanwhile");
    town.service().becomes(Mood::Good);
    town.house.clock.advance(SignedDuration::from_secs(31));
    assert_eq!(asked(&town).await, Ok(1));

    town.service().becomes(Mood::Down);
    for _ in 0..10 {
        // Different questions: none of them was asked before.
        town.house.clock.advance(SignedDuration::from_secs(1));
        let id = town.house.clock.now().as_second().to_string();
        town.house.counter.auskunft.ask(MANDANT, FindGebiet { area_id: &id }, "de").await.unwrap_err();
    }
    let failed = town.service().requests().len();
    town.house.counter.auskunft.ask(MANDANT, FindGebiet { area_id: "1" }, "de").await.unwrap_err();
    assert_eq!(town.service().requests().len(), failed, "after five failures it is left alone");
    town.service().becomes(Mood::Good);
    town.house.clock.advance(SignedDuration::from_secs(16));
    assert_eq!(asked(&town).await, Ok(1), "and tried again later");
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_directory_no_longer_knows_does_not_come_back_when_it_is_down() {
    let town = Town::open(Some(super::Interface::Infodienste), sqlite().await).await;
    assert_eq!(asked(&town).await, Ok(1));
    let auskunft = &town.house.counter.auskunft;
    town.service().becomes(Mood::Empty);
    town.house.clock.advance(SignedDuration::from_mins(2));
    assert!(auskunft.ask(MANDANT, FindGebiet { area_id: "38693732" }, "de").await.unwrap().value.is_none());
    town.service().becomes(Mood::Down);
    town.house.clock.advance(SignedDuration::from_mins(2));
    assert!(auskunft.ask(MANDANT, FindGebiet { area_id: "38693732" }, "de").await.is_err());
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_who_ask_at_once_ask_the_directory_once() {
    for interface in INTERFACES {
        let town = Town::open(Some(interface), sqlite().await).await;
        let link = town.link("297492149", "38693732");
        let ready = openings(&town.house, &link, 1000).await;
        assert_eq!(ready, 1000, "{interface:?}");
        let mut requests = town.service().requests();
        let all = requests.len();
        requests.sort();
        requests.dedup();
        assert!(all <= requests.len() + 1, "{interface:?}: {all} requests, {requests:?}");

        // While it is down, those who wait do not try one after the other.
        town.house.clock.advance(SignedDuration::from_mins(2));
        town.service().becomes(Mood::Down);
        let before = town.service().requests().len();
        assert_eq!(openings(&town.house, &link, 1000).await, 1000, "{interface:?}: the last good answer");
        let more = town.service().requests().len() - before;
        assert!(more <= 12, "{interface:?}: {more} requests");
        town.close().await;
    }
}

/// How many of so many start pages, asked for at once, are ready to begin.
async fn openings(house: &House, link: &str, count: usize) -> usize {
    let mut asking = JoinSet::new();
    let link = Arc::new(DeepLink {
        mandant: MANDANT.to_owned(),
        zugang: "standard".to_owned(),
        formular: "OZG-Antragsassistent".to_owned(),
        pst_id: Some(pst_of(link)),
        area_id: Some(area_of(link)),
        ..DeepLink::default()
    });
    for _ in 0..count {
        let (counter, link) = (house.counter.clone(), link.clone());
        asking.spawn(async move {
            let place = counter.place(&link).unwrap();
            matches!(counter.look_up(&place, &link).await, Ok(Opening::Ready { .. }))
        });
    }
    asking.join_all().await.into_iter().filter(|ready| *ready).count()
}

fn pst_of(link: &str) -> String {
    link.split_once("pstId=").unwrap().1.split('&').next().unwrap().to_owned()
}

fn area_of(link: &str) -> String {
    link.split_once("areaId=").unwrap().1.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn links_that_a_directory_refuses_do_not_darken_it_for_the_others() {
    // The routing service's "no" is an answer: nobody there.
    for interface in [super::Interface::Infodienste, super::Interface::Pvog] {
        let town = Town::open(Some(interface), sqlite().await).await;
        town.service().becomes(Mood::Refused);
        for _ in 0..8 {
            assert_eq!(asked(&town).await.unwrap_err(), FinderError::Status(400));
            town.house.clock.advance(SignedDuration::from_secs(6));
        }
        town.service().becomes(Mood::Good);
        assert_eq!(asked(&town).await, Ok(1), "{interface:?}");
        town.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn half_an_answer_does_not_take_the_place_of_a_whole_one() {
    for interface in [super::Interface::Infodienste, super::Interface::Pvog] {
        let town = Town::open(Some(interface), sqlite().await).await;
        let link = town.link("297492149", "38693732");
        let (pst_id, area_id) = link.split_once("pstId=").unwrap().1.split_once("&areaId=").unwrap();
        let auskunft = &town.house.counter.auskunft;
        let gebiet = auskunft.ask(MANDANT, FindGebiet { area_id }, "de").await.unwrap().value.unwrap();
        let leistung =
            auskunft.ask(MANDANT, FindLeistung { pst_id, gebiet: Some(&gebiet) }, "de").await.unwrap().value.unwrap();
        let whole = auskunft.ask(MANDANT, FindStellen { leistung: &leistung, gebiet: &gebiet }, "de").await.unwrap();
        assert!(whole.value.stellen[0].datenschutz.is_some(), "{interface:?}");
        town.service().becomes(Mood::WithoutServices);
        town.house.clock.advance(SignedDuration::from_secs(61));
        let later = auskunft.ask(MANDANT, FindStellen { leistung: &leistung, gebiet: &gebiet }, "de").await.unwrap();
        assert!(later.old.is_some(), "{interface:?}");
        assert_eq!(later.value, whole.value, "{interface:?}");
        town.close().await;
    }
}
