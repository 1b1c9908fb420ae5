//! What is promised to everyone, tried on each store: once and only once, nothing lost, nothing mixed, nobody else's.

use std::time::Duration;

use antragsassistent::draft::DraftId;
use futures_util::future::join_all;
use jiff::SignedDuration;

use crate::databases::databases;
use crate::house::{Answers, Citizen, House, PILOT, Page, Plan, demo_tenant};

/// The other service of the two-tabs test.
const OTHER: &str = "/forms/OZG-Antragsassistent/standard/OZG-Antragsassistent?pstId=297490001&areaId=38693732";

/// Answers by field.
pub fn answers(pairs: &[(&str, &str)]) -> Answers {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// What a person of this name answers on the first page.
pub fn person(name: &str) -> Answers {
    answers(&[
        ("nachname", name),
        ("geburtsdatum", "20.12.1980"),
        ("strasse", "Hauptstraße"),
        ("plz", "39291"),
        ("ort", "Möckern"),
        ("land", "000"),
        ("telefon", "03921 949"),
        ("anliegen", "Bitte um Bearbeitung."),
    ])
}

/// From the deep link to the review.
pub async fn review(citizen: &Citizen, link: &str, name: &str) -> Page {
    let page = citizen.get(link).await;
    let page = citizen.press(&page, "starten", &Answers::new()).await;
    let page = citizen.press(&page, "weiter", &person(name)).await;
    assert_eq!(page.step(), "stelle", "{}", page.text());
    let page = citizen.press(&page, "weiter", &answers(&[("stelle", "moeckern-buergerservice")])).await;
    assert_eq!(page.step(), "erklaerungen", "{}", page.text());
    let all = ["gebuehren", "richtigkeit", "datenschutz_betreiber", "datenschutz_stelle", "missbrauch"];
    let page =
        citizen.press(&page, "weiter", &all.iter().map(|id| ((*id).to_owned(), "ja".to_owned())).collect()).await;
    assert_eq!(page.step(), "bestaetigung", "{}", page.text());
    page
}

/// Submits the review.
pub async fn submit(citizen: &Citizen, page: &Page) -> Page {
    citizen.press(page, "einreichen", &Answers::new()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_submits_at_once_make_one_submission_and_one_mail() {
    for database in databases().await {
        let house = House::open(database).await;
        let citizen = house.citizen();
        let page = review(&citizen, PILOT, "Meier").await;
        let receipts = join_all((0..50).map(|_| submit(&citizen, &page))).await;
        let first = receipts[0].text();
        for receipt in &receipts {
            assert_eq!((receipt.status, receipt.step()), (200, "quittung"), "{}", receipt.text());
            assert_eq!(receipt.text(), first, "every receipt is the same page");
        }
        assert_eq!(house.database.rows("submissions").await, 1);
        assert_eq!(house.database.rows("deliveries").await, 1);
        house.smtp.received_at_least(1).await;
        // Reload, back and another submit later: still the same.
        assert_eq!(citizen.get(&receipts[0].address).await.text(), first);
        assert_eq!(citizen.get(&page.address).await.text(), first, "the review leads to the receipt");
        assert_eq!(submit(&citizen, &page).await.text(), first);
        let smtp = house.smtp.clone();
        house.close().await;
        assert_eq!(smtp.received().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_in_the_middle_loses_nothing() {
    for database in databases().await {
        let mut house = House::open(database).await;
        let mut citizen = house.citizen();
        let page = citizen.get(PILOT).await;
        let page = citizen.press(&page, "starten", &Answers::new()).await;
        let mut after = citizen.press(&page, "weiter", &person("Neustart")).await;
        house = house.restarted().await;
        // Cookies do not look at the port.
        citizen.base.clone_from(&house.base);
        let back = citizen.press(&after, "zurueck", &Answers::new()).await;
        assert!(back.holds("Neustart"), "{}", back.text());
        after = citizen.get(&after.address).await;
        let page = citizen.press(&after, "weiter", &answers(&[("stelle", "moeckern-buergerservice")])).await;
        house = house.restarted().await;
        citizen.base.clone_from(&house.base);
        let all = ["gebuehren", "richtigkeit", "datenschutz_betreiber", "datenschutz_stelle", "missbrauch"];
        let all = all.iter().map(|id| ((*id).to_owned(), "ja".to_owned())).collect();
        let page = citizen.press(&page, "weiter", &all).await;
        let receipt = submit(&citizen, &page).await;
        assert_eq!(receipt.step(), "quittung", "{}", receipt.text());
        house = house.restarted().await;
        citizen.base.clone_from(&house.base);
        assert_eq!(citizen.get(&receipt.address).await.text(), receipt.text());
        house.smtp.received_at_least(1).await;
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_with_two_services_never_mix() {
    for database in databases().await {
        let house = House::open(database).await;
        let citizen = house.citizen();
        let passport = citizen.get(PILOT).await;
        let passport = citizen.press(&passport, "starten", &Answers::new()).await;
        let certificate = citizen.get(OTHER).await;
        let certificate = citizen.press(&certificate, "starten", &Answers::new()).await;
        let passport_after = citizen.press(&passport, "weiter", &person("Pass")).await;
        let certificate_after = citizen.press(&certificate, "weiter", &person("Bescheinigung")).await;
        passport_after.shows(&["Kinderreisepass"]);
        certificate_after.shows(&["Meldebescheinigung"]);
        let passport = citizen.get(&passport.address).await;
        let certificate = citizen.get(&certificate.address).await;
        assert!(passport.holds("Pass") && !passport.holds("Bescheinigung\""), "{}", passport.text());
        assert!(certificate.holds("value=\"Bescheinigung\""), "{}", certificate.text());
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_jumps_ahead() {
    for database in databases().await {
        let house = House::open(database).await;
        let citizen = house.citizen();
        let page = citizen.get(PILOT).await;
        let page = citizen.press(&page, "starten", &Answers::new()).await;
        for step in ["stelle", "erklaerungen", "bestaetigung", "quittung", ""] {
            let address = format!("{}/{step}", page.application());
            assert_eq!(citizen.get(address.trim_end_matches('/')).await.step(), "angaben", "{step}");
        }
        // A forged submit of an unfinished application ends where something is missing.
        let review = Page { address: format!("{}/bestaetigung", page.application()), ..page.clone() };
        let forged =
            Page { html: format!("<form method=\"post\" action=\"{}\">{}", review.address, page.html), ..review };
        let ended = submit(&citizen, &forged).await;
        assert_eq!(ended.step(), "angaben", "{}", ended.text());
        assert_eq!(house.database.rows("submissions").await, 0);
        assert_eq!(citizen.bytes(&format!("{}/antrag.pdf", page.application())).await.0, 404);
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_in_another_tab_is_shown_again_before_it_is_sent() {
    for database in databases().await {
        let house = House::open(database).await;
        let citizen = house.citizen();
        let seen = review(&citizen, PILOT, "Vorher").await;
        let angaben = citizen.get(&format!("{}/angaben", seen.application())).await;
        citizen.press(&angaben, "weiter", &person("Nachher")).await;
        let again = submit(&citizen, &seen).await;
        assert_eq!(again.status, 409);
        again.shows(&["in einem anderen Fenster geändert", "Nachher"]);
        assert_eq!(house.database.rows("submissions").await, 0);
        assert_eq!(submit(&citizen, &again).await.step(), "quittung");
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_submissions_in_the_same_tick_get_two_numbers() {
    for database in databases().await {
        let house = House::open(database).await;
        let mut numbers = Vec::new();
        for name in ["Erster", "Zweite"] {
            let citizen = house.citizen();
            let page = review(&citizen, PILOT, name).await;
            let receipt = submit(&citizen, &page).await;
            let digits = receipt.html.split("id=\"vorgangsnummer\" value=\"").nth(1).expect("the receipt has a number");
            numbers.push(digits[..20].to_owned());
        }
        assert_eq!(numbers, ["20200619337550065600", "20200619337550065601"]);
        assert_eq!(house.smtp.received_at_least(2).await.len(), 2);
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_belongs_to_its_browser_and_ends_after_thirty_days() {
    for database in databases().await {
        let house = House::open(database).await;
        let owner = house.citizen();
        let page = owner.get(PILOT).await;
        let page = owner.press(&page, "starten", &Answers::new()).await;
        let stranger = house.citizen();
        for place in ["angaben", "vorschau.pdf", "quittung", "antrag.pdf", "antrag.xml", "abbrechen"] {
            let seen = stranger.get(&format!("{}/{place}", page.application())).await;
            assert_eq!(seen.status, 404, "{place}");
            seen.shows(&["nicht mehr geöffnet", "Vorfall"]);
        }
        let unknown = DraftId::from_bytes([7; 16]);
        assert_eq!(stranger.get(&format!("/antrag/{}/angaben", unknown.as_str())).await.status, 404);
        assert_eq!(stranger.get("/antrag/zu-kurz/angaben").await.status, 404);

        owner.press(&page, "weiter", &person("Später")).await;
        house.clock.advance(SignedDuration::from_hours(24 * 29));
        assert!(owner.get(&page.address).await.holds("Später"));
        house.clock.advance(SignedDuration::from_hours(24 * 2));
        let gone = owner.get(&page.address).await;
        assert_eq!(gone.status, 410);
        gone.shows(&["nicht mehr geöffnet"]);
        house.counter.sweep().await.unwrap();
        assert_eq!(house.database.rows("drafts").await, 0);
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ran_out_while_the_program_was_away_is_forgotten_when_it_starts() {
    for database in databases().await {
        let house = House::open(database).await;
        let citizen = house.citizen();
        citizen.press(&citizen.get(PILOT).await, "starten", &Answers::new()).await;
        assert_eq!(house.database.rows("drafts").await, 1);
        house.clock.advance(SignedDuration::from_hours(24 * 31));
        let house = house.restarted().await;
        let forgotten = async { while house.database.rows("drafts").await > 0 {} };
        tokio::time::timeout(Duration::from_secs(20), forgotten).await.expect("the sweeper goes round");
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn giving_up_is_asked_once_and_deletes_everything() {
    for database in databases().await {
        let house = House::open(database).await;
        let citizen = house.citizen();
        let page = citizen.get(PILOT).await;
        let page = citizen.press(&page, "starten", &Answers::new()).await;
        let asked = citizen.press(&page, "abbrechen", &person("Niemand")).await;
        assert_eq!(asked.step(), "abbrechen");
        assert_eq!(house.database.rows("drafts").await, 1);
        let kept = citizen.press(&asked, "weiter", &Answers::new()).await;
        assert_eq!((kept.step(), house.database.rows("drafts").await), ("stelle", 1), "only its own button gives up");
        let gone = citizen.press(&asked, "abbrechen", &Answers::new()).await;
        assert_eq!(gone.status, 200, "{}", gone.text());
        assert_eq!(house.database.rows("drafts").await, 0);
        assert_eq!(citizen.get(&page.address).await.status, 404, "the cookie is gone, too");
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_serve_one_application_and_send_one_mail() {
    for database in databases().await {
        let first = House::open(database).await;
        let second = House::open(crate::databases::Database::beside(&first.database).await).await;
        let mut citizen = first.citizen();
        let page = review(&citizen, PILOT, "Zwilling").await;
        citizen.base.clone_from(&second.base);
        let receipt = submit(&citizen, &page).await;
        assert_eq!(receipt.step(), "quittung", "{}", receipt.text());
        citizen.base.clone_from(&first.base);
        assert_eq!(citizen.get(&receipt.address).await.text(), receipt.text());
        let (one, other) = (first.smtp.clone(), second.smtp.clone());
        // Each has a mail server of its own: whoever sends, only one of them does.
        tokio::select! {
            _ = one.received_at_least(1) => {}
            _ = other.received_at_least(1) => {}
        }
        first.close().await;
        second.close().await;
        assert_eq!(one.received().len() + other.received().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_form_behind_a_path_prefix_works_as_well() {
    let root = env!("CARGO_MANIFEST_DIR");
    let dir = tempfile::tempdir().unwrap();
    let forms = dir.path().join("forms/hundesteuer");
    let tenants = dir.path().join("mandanten");
    std::fs::create_dir_all(&forms).unwrap();
    std::fs::create_dir_all(&tenants).unwrap();
    std::fs::copy(format!("{root}/tests/forms/hundesteuer/form.toml"), forms.join("form.toml")).unwrap();
    let tenant = demo_tenant().replace("formulare = [\"OZG-Antragsassistent\"]", "formulare = [\"hundesteuer\"]");
    std::fs::write(tenants.join("Hundestadt.toml"), tenant).unwrap();
    let plan = Plan {
        environment: vec![
            ("ANTRAG__FORMS__DIR", dir.path().join("forms").display().to_string()),
            ("ANTRAG__MANDANTEN__DIR", tenants.display().to_string()),
            ("ANTRAG__SERVER__PATH_PREFIX", "/intelliform".to_owned()),
        ],
    };
    for database in databases().await {
        let house = House::planned(database, &plan).await;
        let citizen = house.citizen();
        let page =
            citizen.get("/intelliform/forms/Hundestadt/standard/hundesteuer?pstId=297490001&areaId=38693732").await;
        let page = citizen.press(&page, "starten", &Answers::new()).await;
        assert!(page.address.starts_with("/intelliform/antrag/"), "{}", page.address);
        let dog = [("rufname", "Bello"), ("gewicht", "12"), ("rasse", "andere"), ("verstorben", "nein")];
        let missing = citizen.press(&page, "weiter", &answers(&dog)).await;
        assert_eq!(missing.status, 422);
        missing.shows(&["Welche Rasse?"]);
        let page = citizen.press(&missing, "weiter", &answers(&[&dog[..], &[("rasse_name", "Kuvasz")]].concat())).await;
        let page =
            citizen.press(&page, "weiter", &answers(&[("haltername", "Jürgen"), ("mail", "j@beispiel.example")])).await;
        let page = citizen.press(&page, "weiter", &answers(&[("behoerde", "moeckern-buergerservice")])).await;
        let page = citizen.press(&page, "weiter", &answers(&[("wahr", "ja")])).await;
        assert_eq!(page.step(), "pruefen", "{}", page.text());
        page.shows(&["Kuvasz", "Bello", "Jürgen"]);
        // A branch that is no longer taken leaves no trace.
        let back = citizen.get(&page.address.replace("pruefen", "hund")).await;
        let dachshund = [("rufname", "Bello"), ("gewicht", "12"), ("rasse", "dackel"), ("verstorben", "nein")];
        citizen.press(&back, "weiter", &answers(&dachshund)).await;
        let page = citizen.get(&page.address).await;
        assert!(!page.text().contains("Kuvasz"), "{}", page.text());
        assert_eq!(submit(&citizen, &page).await.step(), "quittung");
        let mail = String::from_utf8_lossy(&house.smtp.received_at_least(1).await[0].data).into_owned();
        assert!(mail.contains("Hundesteuer.pdf"), "the PDF has the form's name");
        house.close().await;
    }
}
