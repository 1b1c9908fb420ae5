//! Every adapter passes the same cases against a server that speaks its interface, and walks the same journeys as the file.

#![expect(clippy::unwrap_used, reason = "a test ends at the first surprise")]

/// What the citizen agreed to, when the directory changes.
mod agreed;
/// What operators are told.
mod commands;
/// What hostile answers cost.
mod hostile;
/// The sample directory, told by an Infodienst.
mod infodienste;
/// Languages that a directory has besides German.
mod languages;
/// The sample directory, told by the PVOG.
mod pvog;
/// What is missing in a directory on the network.
mod report;
/// The sample directory, told by FIT-Connect.
mod routing;
/// The server that all of them use.
pub mod speaking;
/// What happens while a directory is in trouble.
mod trouble;

use std::path::{Path, PathBuf};

use antragsassistent::intake::question::{FindGebiet, FindLeistung, FindStellen};
use antragsassistent::office::directory::Directory;

use crate::databases::{Database, databases};
use crate::house::{House, Plan, tenant_of};
use crate::journeys;
use speaking::{Interface, Service};

const INTERFACES: [Interface; 3] = [Interface::Infodienste, Interface::Pvog, Interface::Routing];

/// The demo's tenant with another directory.
pub struct Town {
    pub house: House,
    /// The directory; `None` for the file.
    pub service: Option<Service>,
    interface: Option<Interface>,
    files: tempfile::TempDir,
}

impl Town {
    /// The demo's tenant; its directory is asked through this interface, or is the file.
    pub async fn open(interface: Option<Interface>, database: Database) -> Self {
        Self::asking(interface, database, None).await
    }

    /// The same, asked at another address.
    pub async fn asking(interface: Option<Interface>, database: Database, url: Option<&str>) -> Self {
        let files = tempfile::tempdir().unwrap();
        let names = with_leika(files.path());
        let service = match interface {
            Some(interface) => Some(Service::start(interface, Directory::read(&names).unwrap()).await),
            None => None,
        };
        let base = url.map(str::to_owned).or(service.as_ref().map(|service| service.base.clone())).unwrap_or_default();
        std::fs::write(files.path().join("schluessel"), format!("{}\n", infodienste::KEY)).unwrap();
        let section = match interface {
            None => format!("adapter = \"directory\"\nfile = {:?}", sample().display().to_string()),
            Some(Interface::Infodienste) => format!(
                "adapter = \"infodienste\"\nurl = \"{base}/\"\narea_url = \"{base}\"\napi_key_file = \"schluessel\"\ntimeout_seconds = 2"
            ),
            Some(Interface::Pvog) => format!(
                "adapter = \"pvog\"\nurl = \"{base}/suchdienst/api\"\nclient_id = \"demo\"\ntimeout_seconds = 2"
            ),
            Some(Interface::Routing) => format!(
                "adapter = \"routing\"\nurl = \"{base}/v2/\"\nfile = {:?}\ntimeout_seconds = 2",
                names.display().to_string()
            ),
        };
        std::fs::write(files.path().join("OZG-Antragsassistent.toml"), tenant_of(&section)).unwrap();
        let environment = vec![("ANTRAG__MANDANTEN__DIR", files.path().display().to_string())];
        let house = House::planned(database, &Plan { environment }).await;
        Self { house, service, interface, files }
    }

    /// The service; there is none for the file.
    pub fn service(&self) -> &Service {
        self.service.as_ref().unwrap()
    }

    /// A deep link to a service and a place of the sample, with the ids of this directory.
    pub fn link(&self, pst_id: &str, area_id: &str) -> String {
        let link = format!("/forms/OZG-Antragsassistent/standard/OZG-Antragsassistent?pstId={pst_id}&areaId={area_id}");
        self.with_own_ids(&link)
    }

    /// The text with the ids that this directory gives the sample's services and places.
    fn with_own_ids(&self, text: &str) -> String {
        if self.interface != Some(Interface::Pvog) {
            return text.to_owned();
        }
        let directory = Directory::read(&sample()).unwrap();
        let mut text = text.to_owned();
        for leistung in directory.leistungen() {
            text = text.replace(&leistung.pst_id, &format!("{}{}", pvog::LEISTUNG, leistung.pst_id));
        }
        text = text.replace("297499999", &format!("{}297499999", pvog::LEISTUNG));
        for gebiet in directory.gebiete() {
            text = text.replace(&gebiet.area_id, gebiet.ars.as_deref().unwrap());
        }
        text
    }

    pub async fn close(self) {
        self.house.close().await;
    }
}

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("config/verzeichnis/sachsen-anhalt.toml")
}

/// The sample with a LeiKa key for every service, since FIT-Connect knows no others, and with a Kreis.
fn with_leika(folder: &Path) -> PathBuf {
    let text = std::fs::read_to_string(sample()).unwrap();
    let mut written = text;
    for leistung in Directory::read(&sample()).unwrap().leistungen() {
        if leistung.leika.is_none() {
            let line = format!("id           = \"{}\"", leistung.pst_id);
            assert!(written.contains(&line), "{line}");
            written = written.replace(&line, &format!("{line}\nleika = \"99000{}\"", leistung.pst_id));
        }
    }
    // A Kreis that is an area of its own, and what only it decides.
    written.push_str(KREIS);
    let beside = folder.join("verzeichnis");
    std::fs::create_dir(&beside).unwrap();
    let table = std::fs::read_to_string(sample().with_file_name("gebiete.tsv")).unwrap();
    let columns = table.lines().find(|line| line.starts_with("area_id")).unwrap();
    assert_eq!(columns, "area_id\tars\tags\tname\tkreis\tland");
    let row = "38699999\t150860000000\t\tJerichower Land\t\tSachsen-Anhalt";
    std::fs::write(beside.join("gebiete.tsv"), format!("{}\n{row}\n", table.trim_end())).unwrap();
    let file = beside.join("mit-leika.toml");
    std::fs::write(&file, written).unwrap();
    file
}

const KREIS: &str = r#"
[[leistung]]
id    = "297499999"
leika = "99000297499999"
name  = "Jagdschein beantragen"

[[stelle]]
id             = "jagdbehoerde"
name           = "Untere Jagdbehörde"
kontaktsysteme = [ { typ = "ozg-antragsassistent", postfach = "jagd@kreis.example" } ]

[[stelle]]
id             = "alte-jagdbehoerde"
name           = "Alte Jagdbehörde"
gueltig_bis    = "2019-12-31"
kontaktsysteme = [ { typ = "ozg-antragsassistent", postfach = "alt@kreis.example" } ]

[[zustaendigkeit]]
stellen    = ["jagdbehoerde", "alte-jagdbehoerde"]
leistungen = ["297499999"]
gebiete    = ["38699999"]
"#;

#[tokio::test(flavor = "multi_thread")]
async fn an_office_of_the_kreis_is_found_for_its_gemeinde_and_the_start_page_says_so() {
    for interface in INTERFACES {
        let town = Town::open(Some(interface), sqlite().await).await;
        let page = town.house.citizen().get(&town.link("297499999", "38693732")).await;
        assert_eq!(page.status, 200, "{interface:?}: {}", page.text());
        page.shows(&["Jagdschein beantragen", "Untere Jagdbehörde", "zuständig für Jerichower Land"]);
        town.close().await;
    }
}

async fn sqlite() -> Database {
    databases().await.remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journeys_run_unchanged_with_every_adapter() {
    for interface in INTERFACES {
        for (name, text) in journeys::all() {
            println!("{name} with {interface:?}");
            let town = Town::open(Some(interface), sqlite().await).await;
            let journey = journeys::parse(&name, &town.with_own_ids(&text));
            journeys::walk(&town.house, &journey).await;
            assert!(name != "pilot.toml" || !town.service().requests().is_empty());
            town.close().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_adapter_finds_one_none_several_and_those_without_a_kontaktsystem() {
    for interface in [None].into_iter().chain(INTERFACES.map(Some)) {
        let town = Town::open(interface, sqlite().await).await;
        let citizen = town.house.citizen();
        let cases: [(&str, &str, u16, &[&str]); 5] = [
            (
                "297492149",
                "38693732",
                200,
                &["Antrag beginnen", "Stadt Möckern - Bürgerservice", "aktuelles biometrisches Lichtbild"],
            ),
            ("297490008", "38693732", 200, &["keine zuständige Stelle bekannt", "115"]),
            ("297490001", "38690002", 200, &["Antrag beginnen", "Marktplatz", "Am Stadion"]),
            (
                "297490012",
                "38690115",
                200,
                &["nicht online stellen", "Stadt Burg - Ordnungsamt", "In der Alten Kaserne 2"],
            ),
            ("297490006", "38690003", 200, &["Antrag beginnen"]),
        ];
        for (pst_id, area_id, status, shows) in cases {
            let page = citizen.get(&town.link(pst_id, area_id)).await;
            assert_eq!(page.status, status, "{interface:?}: {}", page.text());
            page.shows(shows);
        }
        town.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn leika_ags_and_ars_are_understood_and_a_key_without_an_entry_leads_to_a_larger_area() {
    for interface in [None].into_iter().chain(INTERFACES.map(Some)) {
        let town = Town::open(interface, sqlite().await).await;
        let (auskunft, mandant) = (&town.house.counter.auskunft, "OZG-Antragsassistent");
        for key in ["15086140", "150860140140"] {
            let gebiet = auskunft.ask(mandant, FindGebiet { area_id: key }, "de").await.unwrap().value.unwrap();
            assert_eq!(gebiet.full_name(), "Möckern, Stadt (Jerichower Land, Sachsen-Anhalt)", "{interface:?}");
            assert_eq!(gebiet.statt, None);
            let leistung = auskunft
                .ask(mandant, FindLeistung { pst_id: "99013016012001", gebiet: Some(&gebiet) }, "de")
                .await
                .unwrap()
                .value
                .unwrap();
            assert!(leistung.name.contains("Sorgeregister"), "{interface:?}");
            let zustaendig =
                auskunft.ask(mandant, FindStellen { leistung: &leistung, gebiet: &gebiet }, "de").await.unwrap().value;
            assert_eq!(zustaendig.stellen.len(), 1, "{interface:?}");
        }
        if interface.is_some() {
            let kreis =
                auskunft.ask(mandant, FindGebiet { area_id: "150860140999" }, "de").await.unwrap().value.unwrap();
            assert_eq!((kreis.name.as_str(), kreis.statt.as_deref()), ("Jerichower Land", Some("150860140999")));
            let page = town.house.citizen().get(&town.link("297499999", "150860140999")).await;
            page.shows(&["Jerichower Land", "Der Antrag gilt für das nächstgrößere Gebiet"]);
        }
        assert!(auskunft.ask(mandant, FindGebiet { area_id: "4711" }, "de").await.unwrap().value.is_none());
        assert!(
            auskunft
                .ask(mandant, FindLeistung { pst_id: "99999999999999", gebiet: None }, "de")
                .await
                .unwrap()
                .value
                .is_none()
        );
        town.close().await;
    }
}
