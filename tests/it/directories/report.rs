//! `directory report` with a directory on the network: what it finds, what one lost answer costs, and what happens when it goes dark.

use super::commands::run;
use super::speaking::Mood;
use super::{INTERFACES, Interface, Town, sqlite};

const PLACES: &str = "38693732,38690117,38690003";

async fn report(town: &Town, more: &[&str]) -> (i32, String) {
    run(town, &[&["directory", "report", "--mandant", "OZG-Antragsassistent", "--format", "csv"], more].concat()).await
}

/// Rows of this kind.
fn rows<'t>(told: &'t str, befund: &str) -> Vec<&'t str> {
    told.lines().filter(|line| line.starts_with(&format!("{befund};"))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn all_services_of_a_directory_are_looked_through_in_the_places_named() {
    for interface in INTERFACES {
        let town = Town::open(Some(interface), sqlite().await).await;
        let (code, told) = report(&town, &["--area-ids", &town.with_own_ids(PLACES)]).await;
        assert!(told.contains(" bei 19 Leistung(en) und 3 Gebiet(en)"), "{interface:?}: {told}");
        let unmapped = rows(&told, "Kontaktsystem-Typ nicht zugeordnet");
        assert!(unmapped.iter().any(|row| row.contains("kontaktsystem-unbekannt")), "{interface:?}: {told}");
        assert!(!rows(&told, "keine Stelle").is_empty(), "{told}");
        assert_eq!(rows(&told, "nicht beantwortet").len(), 0, "{told}");
        assert_eq!(code, 1);
        town.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_the_directory_describes_for_each_area_anew_is_asked_for_in_each() {
    let town = Town::open(Some(Interface::Pvog), sqlite().await).await;
    let keys = "99013016012001,99999999999999";
    let (code, told) = report(&town, &["--pst-ids", keys, "--area-ids", &town.with_own_ids(PLACES)]).await;
    let unknown = rows(&told, "Leistung unbekannt");
    assert!(unknown.len() == 3 && unknown.iter().all(|row| row.contains("99999999999999")), "{told}");
    assert!(told.contains("3 Befund(e) bei 2 Leistung(en) und 3 Gebiet(en)"), "{told}");
    assert_eq!(code, 1);
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_question_that_fails_costs_its_row_only() {
    for interface in INTERFACES {
        let town = Town::open(Some(interface), sqlite().await).await;
        // One service in Genthin.
        let part = match interface {
            Interface::Infodienste => "pstId=297490001&areaId=38690117",
            Interface::Pvog => "ars=150860040040&lbId=L100015.LB.297490001",
            Interface::Routing => "leikaKey=99000297490001&ars=150860040040",
        };
        town.service().becomes(Mood::Without(part.to_owned()));
        let ids = town.with_own_ids("297490001,297490008");
        let (code, told) = report(&town, &["--pst-ids", &ids, "--area-ids", &town.with_own_ids(PLACES)]).await;
        let lost = rows(&told, "nicht beantwortet");
        assert_eq!(lost.len(), 1, "{interface:?}: {told}");
        assert!(lost[0].contains(&ids[..ids.find(',').unwrap()]) && lost[0].ends_with("status 503"), "{told}");
        assert!(told.contains("1 Frage(n) hat das Verzeichnis nicht beantwortet"), "{told}");
        assert_eq!(rows(&told, "keine Stelle").len(), 2, "what follows is asked all the same: {told}");
        assert_eq!(code, 1);
        town.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_that_goes_dark_half_way_ends_the_report_with_what_was_found() {
    for interface in INTERFACES {
        let town = Town::open(Some(interface), sqlite().await).await;
        let (_, whole) = report(&town, &["--area-ids", &town.with_own_ids(PLACES)]).await;
        let asked = town.service().requests().len();
        town.service().becomes(Mood::DownAfter(asked / 2));
        let (code, told) = report(&town, &["--area-ids", &town.with_own_ids(PLACES), "--patience", "1"]).await;
        assert_eq!(code, 2, "{interface:?}: {told}");
        for piece in [
            "und 3 Gebiet(en) bis zum Abbruch; ",
            "the report ended before all was looked through: the directory has not answered for ",
            "the directory answers with status 503",
        ] {
            assert!(told.contains(piece), "{interface:?} lacks {piece:?}: {told}");
        }
        let found = |told: &str| rows(told, "keine Stelle").len();
        assert!(0 < found(&told) && found(&told) <= found(&whole), "{interface:?}: {told}");
        let lost = rows(&told, "nicht beantwortet").len();
        assert!(0 < lost && lost < 10, "{interface:?}: {told}");

        if interface == Interface::Infodienste {
            town.service().becomes(Mood::Down);
            let (code, told) = report(&town, &["--patience", "1", "--gemeinden", "15086"]).await;
            assert!(code == 2 && rows(&told, "nicht beantwortet").len() > 1, "{told}");
        }
        town.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gemeinden_of_a_kreis_are_named_by_its_key() {
    for interface in INTERFACES {
        let town = Town::open(Some(interface), sqlite().await).await;
        let ids = town.with_own_ids("297490008");
        let (code, told) = report(&town, &["--pst-ids", &ids, "--gemeinden", "15086,15002"]).await;
        assert!(told.contains("bei 1 Leistung(en) und 9 Gebiet(en)"), "{interface:?}: {told}");
        let nobody = rows(&told, "keine Stelle").len();
        assert!(0 < nobody && nobody < 9 && code == 1, "{interface:?}: {told}");
        let (code, told) = report(&town, &["--gemeinden", "17"]).await;
        assert!(code == 2 && told.contains("--gemeinden 17: no Gemeinde"), "{told}");
        if interface != Interface::Routing {
            let (code, told) = report(&town, &[]).await;
            assert!(code == 2 && told.contains("name them with --area-ids, or all Gemeinden of a Land"), "{told}");
        }
        town.close().await;
    }
}
