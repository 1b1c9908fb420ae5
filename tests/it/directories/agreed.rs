//! When the directory changes while an application is filled in, nothing goes where the citizen did not agree to.

use jiff::SignedDuration;

use super::speaking::{Interface, Mood};
use super::{Town, sqlite};
use crate::house::Answers;
use crate::promises::{answers, review, submit};

const PILOT: (&str, &str) = ("297492149", "38693732");

/// Answers are fresh for a minute.
const LATER: SignedDuration = SignedDuration::from_secs(61);

#[tokio::test(flavor = "multi_thread")]
async fn another_mailbox_is_told_and_chosen_again_before_anything_is_sent() {
    let town = Town::open(Some(Interface::Infodienste), sqlite().await).await;
    let citizen = town.house.citizen();
    let page = review(&citizen, &town.link(PILOT.0, PILOT.1), "Meier").await;
    town.service().becomes(Mood::Moved);
    town.house.clock.advance(LATER);

    let told = submit(&citizen, &page).await;
    assert_eq!(told.status, 409, "{}", told.text());
    assert!(told.action().unwrap().ends_with("/stelle"));
    told.shows(&["Die Angaben zur zuständigen Stelle haben sich geändert", "Es wurde noch nichts gesendet"]);
    assert_eq!(town.house.database.rows("submissions").await, 0);

    // The declarations name the office, so they are asked again where their words changed; all else is still there.
    let mut page = citizen.press(&told, "weiter", &answers(&[("stelle", "moeckern-buergerservice")])).await;
    if page.step() == "erklaerungen" {
        let all = ["gebuehren", "richtigkeit", "datenschutz_betreiber", "datenschutz_stelle", "missbrauch"];
        let agreed: Answers = all.iter().map(|id| ((*id).to_owned(), "ja".to_owned())).collect();
        page = citizen.press(&page, "weiter", &agreed).await;
    }
    page.shows(&["Meier"]);
    let receipt = submit(&citizen, &page).await;
    assert_eq!(receipt.step(), "quittung", "{}", receipt.text());
    let mails = town.house.smtp.received_at_least(1).await;
    assert_eq!(mails[0].to, ["buergerservice@neu.moeckern.example"]);
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_that_takes_no_applications_any_more_leaves_the_draft_as_it_is() {
    let town = Town::open(Some(Interface::Infodienste), sqlite().await).await;
    let citizen = town.house.citizen();
    let page = review(&citizen, &town.link(PILOT.0, PILOT.1), "Meier").await;
    town.service().becomes(Mood::Closed);
    town.house.clock.advance(LATER);
    let told = submit(&citizen, &page).await;
    assert_eq!(told.status, 409, "{}", told.text());
    told.shows(&[
        "Ihr Antrag konnte nicht gesendet werden",
        "Es wurde nichts gesendet",
        "Stadt Möckern - Bürgerservice",
    ]);
    assert_eq!(town.house.database.rows("submissions").await, 0);
    // What was entered can be taken to the office on paper.
    for place in ["bestaetigung", "vorschau.pdf"] {
        let address = format!("{}/{place}", page.application());
        assert!(told.html.contains(&format!("{address}\"")), "{}", told.html);
        assert_eq!(citizen.bytes(&address).await.0, 200);
    }
    town.service().becomes(Mood::Good);
    town.house.clock.advance(LATER);
    let page = citizen.get(&page.address).await;
    assert_eq!(submit(&citizen, &page).await.step(), "quittung");
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_that_is_down_does_not_keep_an_agreed_application_from_being_sent() {
    let town = Town::open(Some(Interface::Infodienste), sqlite().await).await;
    let citizen = town.house.citizen();
    let page = review(&citizen, &town.link(PILOT.0, PILOT.1), "Meier").await;
    town.service().becomes(Mood::Down);
    town.house.clock.advance(LATER);
    assert_eq!(submit(&citizen, &page).await.step(), "quittung");
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_answer_says_nothing_about_today_even_if_it_is_another_than_was_agreed_to() {
    let town = Town::open(Some(Interface::Infodienste), sqlite().await).await;
    let citizen = town.house.citizen();
    let page = review(&citizen, &town.link(PILOT.0, PILOT.1), "Meier").await;
    // Somebody else's page makes the store keep what the directory said in between.
    town.service().becomes(Mood::Moved);
    town.house.clock.advance(LATER);
    assert_eq!(town.house.citizen().get(&town.link(PILOT.0, PILOT.1)).await.status, 200);
    town.service().becomes(Mood::Down);
    town.house.clock.advance(LATER);
    assert_eq!(submit(&citizen, &page).await.step(), "quittung");
    let mails = town.house.smtp.received_at_least(1).await;
    assert_eq!(mails[0].to, ["buergerservice@moeckern.example"]);
    town.close().await;
}
