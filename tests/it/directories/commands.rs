//! The operator's commands with a directory on the network: `check` says what is wrong with a tenant file, `testlink` resolves live.

use std::path::Path;
use std::process::Stdio;

use data_encoding::HEXLOWER;
use tokio::process::{Child, Command};

use super::speaking::Mood;
use super::{INTERFACES, Interface, Town, sqlite};
use crate::databases::MASTER;
use crate::journeys;

/// The program with the town's tenants and database, begun.
pub fn started(town: &Town, arguments: &[&str]) -> Child {
    let key = town.files.path().join("master.key");
    std::fs::write(&key, HEXLOWER.encode(&MASTER)).unwrap();
    Command::new(env!("CARGO_BIN_EXE_antragsassistent"))
        .args(["--config", "config/demo.toml"])
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
        .env("ANTRAG__MANDANTEN__DIR", town.files.path())
        .env("ANTRAG__STORE__URL", &town.house.database.url)
        .env("ANTRAG__KEYS__FILE", &key)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

/// Runs the program with the town's tenants and database: its exit code, and what it told.
pub async fn run(town: &Town, arguments: &[&str]) -> (i32, String) {
    let output = started(town, arguments).wait_with_output().await.unwrap();
    let told = format!("{}{}", String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(!told.contains(super::infodienste::KEY), "the key is never told:\n{told}");
    (output.status.code().unwrap(), told)
}

async fn testlink(town: &Town, pst_id: &str, area_id: &str) -> (i32, String) {
    let link = town.link(pst_id, area_id);
    let (pst_id, area_id) = link.split_once("pstId=").unwrap().1.split_once("&areaId=").unwrap();
    let form = ["--mandant", "OZG-Antragsassistent", "--formular", "OZG-Antragsassistent"];
    run(town, &[&["testlink"], &form[..], &["--pst-id", pst_id, "--area-id", area_id]].concat()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn testlink_tells_each_step_each_rejection_and_the_age_of_a_stored_answer() {
    for interface in INTERFACES {
        let town = Town::open(Some(interface), sqlite().await).await;
        let (code, told) = testlink(&town, "297492149", "38693732").await;
        for piece in [
            "Link:      http://127.0.0.1:8080/forms/OZG-Antragsassistent/standard/",
            "Quelle:    ",
            &town.service().base,
            "Leistung:  Kinderreisepass verlängern",
            "Gebiet:    Möckern, Stadt (Jerichower Land, Sachsen-Anhalt)",
            "Stelle:    Stadt Möckern - Bürgerservice",
            "Kontaktsystem ozg-antragsassistent → mail an buergerservice@moeckern.example",
            "Datenschutz https://www.moeckern.example/datenschutz",
            "Grenzen:   alle Dateien zusammen höchstens 20971520 Byte",
        ] {
            assert!(told.contains(piece), "{interface:?} lacks {piece:?}:\n{told}");
        }
        assert_eq!(code, 0, "{told}");
        let (code, told) = testlink(&town, "297490010", "38690117").await;
        assert!(told.contains("scheidet aus: Kontaktsystem-Typ „kontaktsystem-unbekannt“"), "{interface:?}:\n{told}");
        assert_eq!(code, 1);

        town.service().becomes(Mood::Down);
        let (code, told) = testlink(&town, "297492149", "38693732").await;
        assert!(
            told.contains("gespeicherte Auskunft, 0 Minuten alt, denn: the directory answers with status 503"),
            "{told}"
        );
        assert_eq!(code, 0, "{told}");
        let (code, told) = testlink(&town, "297490001", "38690002").await;
        assert!(told.contains("Fehler:") && told.contains("115"), "{told}");
        assert_eq!(code, 1);
        town.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_out_of_its_period_is_not_offered_and_testlink_says_so() {
    // Routes of FIT-Connect have no period.
    for interface in [Interface::Infodienste, Interface::Pvog] {
        let town = Town::open(Some(interface), sqlite().await).await;
        let page = town.house.citizen().get(&town.link("297499999", "38693732")).await;
        page.shows(&["Untere Jagdbehörde"]);
        assert!(!page.text().contains("Alte Jagdbehörde"), "{interface:?}: {}", page.text());
        let (code, told) = testlink(&town, "297499999", "38693732").await;
        let rejected = "Alte Jagdbehörde (alte-jagdbehoerde) scheidet aus: die Stelle gilt von offen bis 31.12.2019";
        assert!(told.contains(rejected) && code == 0, "{interface:?}: {told}");
        town.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_destination_that_the_directory_signed_is_kept_with_what_is_submitted() {
    let town = Town::open(Some(Interface::Routing), sqlite().await).await;
    let (name, text) = journeys::all().into_iter().find(|(name, _)| name == "pilot.toml").unwrap();
    let journey = journeys::parse(&name, &text);
    journeys::walk(&town.house, &journey).await;
    let deliveries = town.house.database.store.deliveries(false, 1).await.unwrap();
    let number = deliveries[0].vorgangsnummer.clone();
    let (code, told) = run(&town, &["outbox", "show", &number]).await;
    assert!(told.contains("FIT-Connect-Zustellpunkt der Stelle:  moeckern-buergerservice"), "{told}");
    assert!(told.contains("Signatur des Verzeichnisses (JWS):    "), "{told}");
    assert_eq!(code, 0);
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn check_says_what_is_wrong_with_the_tenant_file_of_an_infodienst() {
    let town = Town::open(Some(Interface::Infodienste), sqlite().await).await;
    assert_eq!(run(&town, &["check"]).await.0, 0);
    let file = town.files.path().join("OZG-Antragsassistent.toml");
    let good = std::fs::read_to_string(&file).unwrap();
    let url = format!("url = \"{}/\"", town.service().base);
    let key = "api_key_file = \"schluessel\"";
    for (from, to, told) in [
        (url.as_str(), "url = \"http://infodienst.example/\"", "https://"),
        (url.as_str(), "url = \"restapi\"", "ist keine Internetadresse"),
        (key, "api_key_file = \"fehlt\"", "fehlt gibt es nicht"),
        (key, "api_key_fil = \"schluessel\"", "meinten Sie „api_key_file“?"),
        ("timeout_seconds = 2", "timeout_seconds = 60", "zwischen 1 und 20"),
    ] {
        std::fs::write(&file, good.replace(from, to)).unwrap();
        let (code, output) = run(&town, &["check"]).await;
        assert!(output.contains(told) && output.contains("OZG-Antragsassistent.toml:"), "{to}:\n{output}");
        assert_eq!(code, 1);
    }
    std::fs::write(&file, good).unwrap();
    std::fs::write(town.files.path().join("schluessel"), " \n").unwrap();
    let (code, output) = run(&town, &["check"]).await;
    assert!(output.contains("steht kein Schlüssel"), "{output}");
    assert_eq!(code, 1);
    town.close().await;
}
