//! Documents that a Leistung demands: one question each, answered by a file or by saying that there is none.

#![expect(clippy::unwrap_used, reason = "a test ends at the first surprise")]

use mail_parser::{MessageParser, MimeHeaders};

use crate::databases::databases;
use crate::house::{Answers, Citizen, File, House, PILOT, Page};
use crate::journeys::{pdf_text, squeezed};

const PASS: &str = "anlagen-bisheriger-kinderreisepass";
const BILD: &str = "anlagen-aktuelles-biometrisches-lichtbild";
const URKUNDE: &str = "anlagen-geburtsurkunde-des-kindes";

fn answers(pairs: &[(&str, &str)]) -> Answers {
    pairs.iter().map(|(id, value)| ((*id).to_owned(), (*value).to_owned())).collect()
}

fn person(more: &[(&str, &str)]) -> Answers {
    let mut all = answers(&[
        ("nachname", "Müller"),
        ("geburtsdatum", "1.2.1980"),
        ("postfach", "12 34"),
        ("plz", "39104"),
        ("ort", "Magdeburg"),
        ("land", "000"),
        ("telefon", "0391 1234"),
        ("anliegen", "Bitte."),
    ]);
    all.extend(answers(more));
    all
}

fn pdf(field: &str, name: &str) -> File {
    File { field: field.to_owned(), name: name.to_owned(), content: format!("%PDF-1.7 {name}").into_bytes() }
}

async fn begun(house: &House) -> (Citizen, Page) {
    let citizen = house.citizen();
    let start = citizen.get(PILOT).await;
    let page = citizen.press(&start, "starten", &Answers::new()).await;
    assert_eq!(page.step(), "angaben");
    (citizen, page)
}

fn removal(page: &Page) -> String {
    let id = page.html.split("value=\"entfernen:").nth(1).unwrap().split('"').next().unwrap();
    format!("entfernen:{id}")
}

#[tokio::test(flavor = "multi_thread")]
async fn files_and_missing_documents_reach_the_office_under_the_name_of_the_document() {
    for database in databases().await {
        let house = House::open(database).await;
        let (citizen, page) = begun(&house).await;
        page.shows(&[
            "bisheriger Kinderreisepass",
            "aktuelles biometrisches Lichtbild",
            "Ich habe dieses Dokument nicht",
            "Gebühren",
            "37,50 Euro",
        ]);
        let files = [pdf(PASS, "Pass.pdf"), pdf("anlagen", "Brief.pdf")];
        let page = citizen.send(&page, "weiter", &person(&[(BILD, "fehlt")]), &files).await;
        assert_eq!(page.step(), "stelle", "{}", page.text());
        let page = citizen.press(&page, "weiter", &answers(&[("stelle", "moeckern-buergerservice")])).await;
        let all = ["gebuehren", "richtigkeit", "datenschutz_betreiber", "datenschutz_stelle", "missbrauch"];
        let page = citizen.press(&page, "weiter", &answers(&all.map(|id| (id, "ja")))).await;
        assert_eq!(page.step(), "bestaetigung", "{}", page.text());
        page.shows(&[
            "Pass.pdf",
            "Brief.pdf",
            "Liegt der antragstellenden Person nicht vor",
            "Geburtsurkunde des Kindes",
        ]);
        let receipt = citizen.press(&page, "einreichen", &Answers::new()).await;
        assert_eq!(receipt.step(), "quittung", "{}", receipt.text());

        let mail = house.smtp.received_at_least(1).await.remove(0);
        let parsed = MessageParser::default().parse(&mail.data).unwrap();
        let parts: Vec<_> = parsed.attachments().collect();
        let names: Vec<&str> = parts.iter().filter_map(|part| part.attachment_name()).collect();
        assert_eq!(names, ["XML-Daten.xml", "OZG-Antragsassistent.pdf", "Pass.pdf", "Brief.pdf"]);
        let xml = String::from_utf8(parts[0].contents().to_vec()).unwrap();
        let question = |id: &str| {
            let all = xml.split("<frage ").find(|one| one.contains(&format!("id=\"{id}\"")));
            all.and_then(|one| one.split("</frage>").next()).unwrap_or_default().to_owned()
        };
        assert!(question(PASS).contains("art=\"unterlage\"") && question(PASS).contains("Pass.pdf"), "{xml}");
        assert!(question(BILD).contains("<wert>fehlt</wert>"), "{xml}");
        assert!(question(URKUNDE).contains("<anzeige>./.</anzeige>"), "{xml}");
        assert!(xml.contains(&format!("frage=\"{PASS}\"")), "{xml}");
        let printed = pdf_text(parts[1].contents());
        for words in ["bisheriger Kinderreisepass", "Liegt der antragstellenden Person nicht vor"] {
            assert!(printed.contains(&squeezed(words)), "{printed}");
        }
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_cannot_be_there_and_missing_and_the_citizen_mends_it_either_way() {
    let house = House::open(databases().await.remove(0)).await;
    let (citizen, page) = begun(&house).await;
    let file = [pdf(URKUNDE, "Urkunde.pdf")];
    let page = citizen.send(&page, "weiter", &person(&[(URKUNDE, "fehlt")]), &file).await;
    assert_eq!(page.status, 422);
    page.shows(&["Geburtsurkunde des Kindes: Sie haben eine Datei hinzugefügt und zugleich", "Urkunde.pdf"]);
    assert!(page.holds("Müller"));

    let removed = citizen.press(&page, &removal(&page), &person(&[(URKUNDE, "fehlt")])).await;
    assert_eq!((removed.status, house.database.rows("uploads").await), (200, 0));
    let onward = citizen.press(&removed, "weiter", &person(&[(URKUNDE, "fehlt")])).await;
    assert_eq!(onward.step(), "stelle");

    let back = citizen.get(&format!("{}/angaben", onward.application())).await;
    let ticked = format!("name=\"{URKUNDE}\" value=\"fehlt\" checked");
    assert!(back.html.contains(&ticked), "{}", back.html);
    let onward = citizen.send(&back, "weiter", &person(&[]), &[pdf(URKUNDE, "Urkunde.pdf")]).await;
    assert_eq!(onward.step(), "stelle", "the tick that was taken out is gone: {}", onward.text());
    let back = citizen.get(&format!("{}/angaben", onward.application())).await;
    assert!(!back.html.contains(&ticked));
    back.shows(&["Urkunde.pdf"]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_documents_of_this_leistung_take_files() {
    let house = House::open(databases().await.remove(0)).await;
    let (citizen, page) = begun(&house).await;
    let page = citizen.send(&page, "hochladen", &person(&[]), &[pdf("anlagen-mietvertrag", "Mietvertrag.pdf")]).await;
    assert_eq!((page.status, house.database.rows("uploads").await), (200, 0), "an unknown field is passed over");
    assert!(!page.text().contains("Mietvertrag.pdf"));
    house.close().await;
}
