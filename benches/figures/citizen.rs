//! A citizen who walks the pilot's journey with plain forms, as a browser without script does.

use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, Response, StatusCode, redirect};

const LINK: &str = "/forms/OZG-Antragsassistent/standard/OZG-Antragsassistent?pstId=297492149&areaId=38693732";

/// Answers of the first page; the rest stays empty, as most citizens leave it.
pub const ANGABEN: &[(&str, &str)] = &[
    ("anrede", "frau"),
    ("nachname", "Müller-Łukasiewicz"),
    ("vorname", "Şerife Ḩanna"),
    ("geburtsname", "Größer"),
    ("geburtsdatum", "20.12.1980"),
    ("geburtsort", "Köthen (Anhalt)"),
    ("geburtsland", "000"),
    ("staatsangehoerigkeit", "000"),
    ("strasse", "Straße der Einheit"),
    ("hausnummer", "12 a"),
    ("zusatz", ""),
    ("plz", "39291"),
    ("ort", "Möckern"),
    ("grafschaft", ""),
    ("postfach", ""),
    ("land", "000"),
    ("telefon", "039221 12345"),
    ("mobil", ""),
    ("telefax", ""),
    ("email", "serife.mueller@example.org"),
    ("de_mail", ""),
    ("bezugsort", "Möckern, Stadt (Jerichower Land, Sachsen-Anhalt)"),
    ("anliegen", "Der Pass meines Kindes läuft im Mai ab.\r\nIch bitte um Verlängerung."),
    ("aktion", "weiter"),
];

/// Every declaration is agreed to.
pub const ERKLAERUNGEN: &[(&str, &str)] = &[
    ("gebuehren", "ja"),
    ("richtigkeit", "ja"),
    ("datenschutz_betreiber", "ja"),
    ("datenschutz_stelle", "ja"),
    ("missbrauch", "ja"),
    ("aktion", "weiter"),
];

/// Someone with a browser.
pub struct Citizen {
    client: Client,
    base: String,
}

/// A running application: address of its first step, and the cookie.
pub struct Running {
    step: String,
    cookie: String,
}

impl Citizen {
    /// A browser on this server.
    pub fn new(base: &str) -> Self {
        let client = Client::builder().redirect(redirect::Policy::none()).build().expect("a client");
        Self { client, base: base.to_owned() }
    }

    /// GET, whole body; fails loudly unless 200.
    pub async fn get(&self, path: &str, cookie: Option<&str>) -> String {
        let mut request = self.client.get(format!("{}{path}", self.base));
        if let Some(cookie) = cookie {
            request = request.header(COOKIE, cookie);
        }
        let answer = request.send().await.expect("the server answers");
        assert_eq!(answer.status(), StatusCode::OK, "GET {path}");
        answer.text().await.expect("a page")
    }

    /// Opens the deep link and begins.
    pub async fn begin(&self) -> Running {
        let page = self.get(LINK, None).await;
        let answer = self.post(LINK, None, &page, &[("aktion", "starten")]).await;
        let cookie = answer.headers()[SET_COOKIE].to_str().expect("plain text");
        let cookie = cookie.split(';').next().expect("name and value").to_owned();
        Running { step: leads_to(&answer, "angaben"), cookie }
    }

    /// The first step's page.
    pub async fn step_one(&self, running: &Running) -> String {
        self.get(&running.step, Some(&running.cookie)).await
    }

    /// From the deep link to the receipt; every page is fetched as a browser would.
    pub async fn journey(&self) {
        let running = self.begin().await;
        let cookie = Some(running.cookie.as_str());
        let page = self.step_one(&running).await;
        let stelle = leads_to(&self.post(&running.step, cookie, &page, ANGABEN).await, "stelle");
        let page = self.get(&stelle, cookie).await;
        let office = checked(&page, "stelle");
        let answers = [("stelle", office.as_str()), ("aktion", "weiter")];
        let erklaerungen = leads_to(&self.post(&stelle, cookie, &page, &answers).await, "erklaerungen");
        let page = self.get(&erklaerungen, cookie).await;
        let review = leads_to(&self.post(&erklaerungen, cookie, &page, ERKLAERUNGEN).await, "bestaetigung");
        let page = self.get(&review, cookie).await;
        let receipt = leads_to(&self.post(&review, cookie, &page, &[("aktion", "einreichen")]).await, "quittung");
        let page = self.get(&receipt, cookie).await;
        assert!(page.contains("vorgangsnummer"), "the receipt shows the number");
    }

    /// Sends a page's form with its hidden fields.
    async fn post(&self, path: &str, cookie: Option<&str>, page: &str, answers: &[(&str, &str)]) -> Response {
        let hidden = hidden(page);
        let mut fields: Vec<(&str, &str)> =
            hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.extend_from_slice(answers);
        let mut request = self.client.post(format!("{}{path}", self.base)).form(&fields);
        if let Some(cookie) = cookie {
            request = request.header(COOKIE, cookie);
        }
        request.send().await.expect("the server answers")
    }
}

/// Path of a 303, which must be the step that is expected.
fn leads_to(answer: &Response, step: &str) -> String {
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "on the way to {step}");
    let path = answer.headers()[LOCATION].to_str().expect("plain text").to_owned();
    assert!(path.ends_with(step), "{path} instead of {step}");
    path
}

/// Names and values of a page's hidden inputs; their values are plain tokens.
fn hidden(page: &str) -> Vec<(String, String)> {
    inputs(page)
        .filter(|input| attribute(input, "type") == Some("hidden"))
        .filter_map(|input| Some((attribute(input, "name")?.to_owned(), attribute(input, "value")?.to_owned())))
        .collect()
}

/// Value of the radio button that is chosen already.
fn checked(page: &str, name: &str) -> String {
    inputs(page)
        .filter(|input| attribute(input, "name") == Some(name) && input.contains(" checked"))
        .find_map(|input| attribute(input, "value"))
        .expect("the only office is chosen")
        .to_owned()
}

fn inputs(page: &str) -> impl Iterator<Item = &str> {
    page.split("<input").skip(1).filter_map(|rest| rest.split('>').next())
}

fn attribute<'a>(input: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = input.split_once(&format!(" {name}=\""))?;
    rest.split('"').next()
}
