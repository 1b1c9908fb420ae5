//! Journeys as data: every file of `tests/journeys/` is walked on each store, and everything that left is looked at.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends at the first surprise")]

use std::collections::BTreeMap;
use std::path::Path;

use antragsassistent::intake::take_in::take_in;
use mail_parser::{MessageParser, MimeHeaders};
use serde::Deserialize;

use crate::databases::databases;
use crate::house::{Answers, Citizen, File, House, Page, Plan, tenant_of};
use crate::smtp::Received;

/// One journey.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Journey {
    /// Deep link.
    link: String,
    /// What is done, in order.
    #[serde(default, rename = "do")]
    steps: Vec<Do>,
    /// What the office gets.
    office: Option<Office>,
    /// What the start page shows when it goes no further.
    #[serde(default)]
    shows: Vec<String>,
    /// Status of the start page.
    status: Option<u16>,
}

/// One page filled and one button pressed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Do {
    #[serde(default)]
    fill: BTreeMap<String, String>,
    #[serde(default)]
    files: Vec<Attached>,
    press: String,
    /// Step at which it arrives.
    at: String,
    /// Status, 200 if not said.
    status: Option<u16>,
    /// Words on the page that follows.
    #[serde(default)]
    shows: Vec<String>,
    /// Entries that the page that follows still holds.
    #[serde(default)]
    keeps: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Attached {
    field: String,
    name: String,
    /// `pdf`, `png`, `jpeg`, `exe`.
    kind: String,
    /// Bytes.
    size: usize,
}

/// What the office gets.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Office {
    to: String,
    subject: String,
    /// Lines of the mail's text.
    text: Vec<String>,
    /// Names of attachments, in order.
    attachments: Vec<String>,
    /// Pieces of the XML.
    xml: Vec<String>,
    /// Pieces that the XML must not have.
    #[serde(default)]
    xml_without: Vec<String>,
    /// Words of the PDF.
    pdf: Vec<String>,
}

/// All journeys: names of their files, and texts.
pub fn all() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/journeys");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let name = |file: &Path| file.file_name().unwrap().to_string_lossy().into_owned();
    files.iter().map(|file| (name(file), std::fs::read_to_string(file).unwrap())).collect()
}

/// A journey from its text.
pub fn parse(name: &str, text: &str) -> Journey {
    toml::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_journey_arrives_on_every_store() {
    let mut walked = 0;
    for (name, text) in all() {
        let journey = parse(&name, &text);
        for database in databases().await {
            println!("{name} on {}", database.url.split(':').next().unwrap_or_default());
            let house = House::open(database).await;
            walk(&house, &journey).await;
            house.close().await;
            walked += 1;
        }
    }
    assert!(walked > 5, "only {walked} journeys were walked");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_journey_arrives_with_an_imported_directory() {
    let folder = tempfile::tempdir().unwrap();
    let plan = tenant_with_import(folder.path());
    for (name, text) in all() {
        let journey = parse(&name, &text);
        for database in databases().await {
            println!("{name} on {}", database.url.split(':').next().unwrap_or_default());
            let now = crate::house::BEGIN.parse().unwrap();
            let delivery = folder.path().join("lieferung.xml");
            take_in(&database.store, "sachsen-anhalt", &delivery, now, |_, _| ()).await.unwrap();
            let house = House::planned(database, &plan).await;
            walk(&house, &journey).await;
            house.close().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn citizens_are_asked_to_try_later_until_the_directory_is_imported() {
    let folder = tempfile::tempdir().unwrap();
    let plan = tenant_with_import(folder.path());
    for database in databases().await {
        let house = House::planned(database, &plan).await;
        let page = house.citizen().get(crate::house::PILOT).await;
        assert_eq!(page.status, 503, "{}", page.text());
        no_operator_words(&page);
        let now = crate::house::BEGIN.parse().unwrap();
        let delivery = folder.path().join("lieferung.xml");
        take_in(&house.database.store, "sachsen-anhalt", &delivery, now, |_, _| ()).await.unwrap();
        house.citizen().get(crate::house::PILOT).await.shows(&["Stadt Möckern - Bürgerservice"]);
        house.close().await;
    }
}

/// The demo's tenant with the demo's directory, which has to be imported.
fn tenant_with_import(folder: &Path) -> Plan {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::write(folder.join("lieferung.xml"), crate::imports::render::sample()).unwrap();
    let gebiete = root.join("config/verzeichnis/gebiete.tsv").display().to_string();
    let imported = format!(
        "adapter = \"xzufi\"\nfile = \"../lieferung.xml\"\ngebiete = {gebiete:?}\nverzeichnis = \"sachsen-anhalt\""
    );
    let tenant = tenant_of(&imported);
    let tenants = folder.join("mandanten");
    std::fs::create_dir(&tenants).unwrap();
    std::fs::write(tenants.join("OZG-Antragsassistent.toml"), tenant).unwrap();
    Plan { environment: vec![("ANTRAG__MANDANTEN__DIR", tenants.display().to_string())] }
}

/// What came of the pilot's journey.
pub struct Walked {
    /// The review page.
    pub review: Page,
    /// The PDF that was shown beside it.
    pub preview: Vec<u8>,
    /// The receipt.
    pub receipt: Page,
    /// Who walked it.
    pub citizen: Citizen,
    /// What the office got.
    pub mail: Received,
}

/// Walks the pilot's journey in a house that may differ from the demo.
pub async fn pilot(house: &House) -> Walked {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/journeys/pilot.toml");
    let journey = parse("pilot", &std::fs::read_to_string(file).unwrap());
    let Way { citizen, mut pages, preview } = steps(house, &journey).await;
    let (receipt, review) = (pages.pop().unwrap(), pages.pop().unwrap());
    assert_eq!((review.step(), receipt.step()), ("bestaetigung", "quittung"));
    Walked { review, preview, receipt, citizen, mail: house.smtp.received_at_least(1).await.remove(0) }
}

/// Walks a journey and looks at everything that left.
pub async fn walk(house: &House, journey: &Journey) {
    let Way { citizen, pages, .. } = steps(house, journey).await;
    match &journey.office {
        Some(office) => {
            let mails = house.smtp.received_at_least(1).await;
            assert_eq!(mails.len(), 1);
            arrived(&citizen, pages.last().unwrap(), &mails[0], office, journey).await;
        }
        None => assert_eq!(house.database.rows("submissions").await, 0),
    }
}

/// What was seen on the way.
struct Way {
    citizen: Citizen,
    /// Every page, the start page first.
    pages: Vec<Page>,
    /// The last preview; empty if the way did not come so far.
    preview: Vec<u8>,
}

async fn steps(house: &House, journey: &Journey) -> Way {
    let citizen = house.citizen();
    let mut page = citizen.get(&journey.link).await;
    assert_eq!(page.status, journey.status.unwrap_or(200), "{}", page.text());
    page.shows(&journey.shows.iter().map(String::as_str).collect::<Vec<_>>());
    let mut pages = vec![page.clone()];
    let mut preview = Vec::new();
    assert_eq!(house.database.rows("drafts").await, 0, "nothing is stored before the start");
    for step in &journey.steps {
        let files: Vec<File> = step.files.iter().map(Attached::file).collect();
        let mut answers: Answers = step.fill.clone();
        // As a browser does: files go with multipart pages, boxes that are not filled are empty.
        answers.retain(|_, value| !value.is_empty());
        page = citizen.send(&page, &step.press, &answers, &files).await;
        assert_eq!(page.status, step.status.unwrap_or(200), "after {step:?}: {}", page.text());
        assert_eq!(page.step(), step.at, "after {step:?}: {}", page.text());
        page.shows(&step.shows.iter().map(String::as_str).collect::<Vec<_>>());
        for entry in &step.keeps {
            assert!(page.holds(entry), "{entry:?} is lost after {step:?}");
        }
        no_operator_words(&page);
        if page.step() == "bestaetigung" {
            let (status, shown) = citizen.bytes(&format!("{}/vorschau.pdf", page.application())).await;
            assert_eq!((status, alternative_texts(&shown)), (200, vec![LOGO.to_owned()]));
            preview = shown;
        }
        pages.push(page.clone());
    }
    Way { citizen, pages, preview }
}

async fn arrived(citizen: &Citizen, receipt: &Page, mail: &Received, office: &Office, journey: &Journey) {
    assert_eq!(mail.to, vec![office.to.clone()]);
    let parsed = MessageParser::default().parse(&mail.data).expect("the mail reads");
    assert_eq!(parsed.subject(), Some(office.subject.as_str()));
    let text = parsed.body_text(0).expect("the mail has a text");
    for line in &office.text {
        assert!(text.lines().any(|there| there.trim_end() == line), "the mail lacks {line:?}:\n{text}");
    }
    let attachments: Vec<_> = parsed.attachments().collect();
    let names: Vec<&str> = attachments.iter().filter_map(|part| part.attachment_name()).collect();
    assert_eq!(names, office.attachments);

    let xml = String::from_utf8(attachments[0].contents().to_vec()).unwrap();
    for piece in &office.xml {
        assert!(xml.contains(piece.as_str()), "the XML lacks {piece:?}:\n{xml}");
    }
    for piece in &office.xml_without {
        assert!(!xml.contains(piece.as_str()), "the XML has {piece:?}");
    }
    let pdf = attachments[1].contents().to_vec();
    assert_eq!(alternative_texts(&pdf), [LOGO], "the office's PDF shows the tenant's logo");
    let printed = pdf_text(&pdf);
    for words in &office.pdf {
        assert!(printed.contains(&squeezed(words)), "the PDF lacks {words:?}:\n{printed}");
    }

    // The citizen's copies are the office's bytes.
    let application = receipt.application();
    assert_eq!(citizen.bytes(&format!("{application}/antrag.xml")).await, (200, xml.clone().into_bytes()));
    assert_eq!(citizen.bytes(&format!("{application}/antrag.pdf")).await, (200, pdf));
    let number = xml.split("organgsnummer>").nth(1).and_then(|rest| rest.split('<').next()).unwrap_or_default();
    assert_eq!(number.len(), 20, "{xml}");
    assert!(squeezed(&receipt.text()).contains(number), "the receipt shows the number {number}");
    assert!(office.subject.ends_with(number));

    // The files arrive byte for byte.
    let sent: Vec<Vec<u8>> = journey
        .steps
        .iter()
        .filter(|step| step.status.is_none())
        .flat_map(|step| &step.files)
        .map(|file| file.file().content)
        .collect();
    let got: Vec<Vec<u8>> = attachments.iter().skip(2).map(|part| part.contents().to_vec()).collect();
    assert_eq!(got.len(), sent.len());
    assert!(got == sent, "an attachment changed on its way");
}

/// Words that only operators may read.
fn no_operator_words(page: &Page) {
    for word in ["Kontaktsystem", "KEINE ORGANISATION", "SQL", "panick", "pst_id", "todo"] {
        assert!(!page.text().contains(word), "{} shows {word:?}", page.address);
    }
}

/// Alternative text of the logo in `config/mandanten/OZG-Antragsassistent.toml`.
const LOGO: &str = "Beispiel-Rechenzentrum Sachsen-Anhalt";

/// The alternative texts of all pictures of a PDF.
fn alternative_texts(pdf: &[u8]) -> Vec<String> {
    let document = lopdf::Document::load_mem(pdf).expect("the PDF opens");
    let pictures = document.objects.values().filter_map(|object| object.as_dict().ok()?.get(b"Alt").ok());
    pictures.map(|alt| lopdf::decode_text_string(alt).expect("a text")).collect()
}

/// The text of a PDF without white space, as a reader program finds it.
pub fn pdf_text(pdf: &[u8]) -> String {
    let document = lopdf::Document::load_mem(pdf).expect("the PDF opens");
    let pages: Vec<u32> = document.get_pages().keys().copied().collect();
    squeezed(&document.extract_text(&pages).expect("the PDF has text"))
}

/// The text without white space.
pub fn squeezed(text: &str) -> String {
    text.chars().filter(|sign| !sign.is_whitespace()).collect()
}

impl Attached {
    fn file(&self) -> File {
        let head: &[u8] = match self.kind.as_str() {
            "pdf" => b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
            "png" => b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
            "jpeg" => &[0xff, 0xd8, 0xff, 0xe0, 0, 0x10, b'J', b'F', b'I', b'F', 0],
            _ => b"MZ\x90\0\x03",
        };
        let mut content = head.to_vec();
        content.extend((content.len()..self.size).map(|place| u8::try_from(place % 251).unwrap()));
        File { field: self.field.clone(), name: self.name.clone(), content }
    }
}
