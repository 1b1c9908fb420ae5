//! Attacks from outside: what a stranger with a socket may try, and what must not remain of it.

#![expect(clippy::unwrap_used, reason = "a test ends at the first surprise")]

use std::path::Path;
use std::time::Duration;

use jiff::SignedDuration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::databases::databases;
use crate::house::{Answers, Citizen, File, House, PILOT, Page, Plan};

/// How long an answer may take that must come at once; generous, since several tests share the machine.
const SOON: Duration = Duration::from_secs(20);

async fn begun(citizen: &Citizen) -> Page {
    let start = citizen.get(PILOT).await;
    let page = citizen.press(&start, "starten", &Answers::new()).await;
    assert_eq!(page.step(), "angaben");
    page
}

fn token(page: &Page) -> String {
    page.hidden().into_iter().find(|(name, _)| name == "csrf").map(|(_, value)| value).unwrap()
}

fn pdf(name: &str, length: usize) -> File {
    let mut content = b"%PDF-1.7\n".to_vec();
    content.resize(length, b'x');
    File { field: "anlagen".to_owned(), name: name.to_owned(), content }
}

/// Begins an application by hand and gives its cookie, so that a bare socket may go on.
async fn by_hand(house: &House) -> (String, String, String) {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let begun = client.post(format!("{}{PILOT}", house.base)).send().await.unwrap();
    let header = |name: &str| begun.headers()[name].to_str().unwrap().to_owned();
    let (address, cookie) = (header("location"), header("set-cookie").split(';').next().unwrap().to_owned());
    let page = client.get(format!("{}{address}", house.base)).header("cookie", &cookie).send().await.unwrap();
    let html = page.text().await.unwrap();
    let token = html.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    (address, cookie, token)
}

/// A socket on which an upload has begun; of the promised bytes none has come yet.
async fn uploading(house: &House, address: &str, cookie: &str) -> TcpStream {
    let mut socket = TcpStream::connect(house.base.trim_start_matches("http://")).await.unwrap();
    let head = format!(
        "POST {address} HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\nContent-Type: multipart/form-data; boundary=b\r\n\
         Content-Length: 50000000\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    socket
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_page_never_leads_to_a_foreign_server() {
    let house = House::open(databases().await.remove(0)).await;
    let client = reqwest::Client::new();
    for path in ["//evil.example/x", "/%5cevil.example"] {
        let answer =
            client.post(format!("{}{path}", house.base)).header("origin", "https://evil.example").send().await.unwrap();
        assert_eq!(answer.status(), 403);
        let html = answer.text().await.unwrap();
        assert!(!html.contains("evil.example"), "{html}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_tls_and_a_prefix_everything_stays_in_its_place() {
    let environment = vec![("ANTRAG__SERVER__PATH_PREFIX", "/intelliform".to_owned())];
    let house = House::planned(databases().await.remove(0), &Plan { environment }).await;
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    for portal in ["/intelliform", "/intelliform/"] {
        let answer = client.get(format!("{}{portal}", house.base)).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{portal}");
        assert_eq!(answer.headers()["strict-transport-security"], "max-age=31536000");
    }
    let begin = |origin| client.post(format!("{}/intelliform{PILOT}", house.base)).header("origin", origin).send();
    assert_eq!(begin("https://sub.antrag.example").await.unwrap().status(), 403);
    assert_eq!(begin("http://antrag.example").await.unwrap().status(), 403);
    let begun = begin("https://antrag.example").await.unwrap();
    assert_eq!(begun.status(), 303);
    let cookie = begun.headers()["set-cookie"].to_str().unwrap();
    let path = begun.headers()["location"].to_str().unwrap().trim_end_matches("/angaben");
    assert!(path.starts_with("/intelliform/antrag/"));
    let attributes: Vec<&str> = cookie.split("; ").skip(1).collect();
    assert_eq!(attributes, ["HttpOnly", "SameSite=Lax", "Secure", &format!("Path={path}")]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_head_of_a_part_that_does_not_end_is_not_waited_for() {
    let house = House::open(databases().await.remove(0)).await;
    let (address, cookie, _) = by_hand(&house).await;
    let mut socket = uploading(&house, &address, &cookie).await;
    let (mut reading, mut writing) = socket.split();
    let sending = async {
        let _ = writing.write_all(b"--b\r\nContent-Disposition: form-data; name=\"x\"; y=\"").await;
        for _ in 0..32 {
            if writing.write_all(&vec![b'a'; 32 * 1024]).await.is_err() {
                break;
            }
        }
        std::future::pending::<()>().await;
    };
    let mut answer = [0; 12];
    tokio::select! {
        () = sending => {}
        read = tokio::time::timeout(SOON, reading.read_exact(&mut answer)) => { read.expect("an answer comes at once").unwrap(); }
    }
    assert_eq!(&answer, b"HTTP/1.1 400");
    drop(socket);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_without_number_are_refused_before_they_keep_the_disk_busy() {
    let house = House::open(databases().await.remove(0)).await;
    let citizen = house.citizen();
    let page = begun(&citizen).await;
    let files: Vec<File> = (0..200).map(|_| File { content: Vec::new(), ..pdf("leer.pdf", 0) }).collect();
    let answer = citizen.send(&page, "hochladen", &Answers::new(), &files).await;
    assert_eq!(answer.status, 400, "{}", answer.text());
    assert_eq!(house.database.rows("uploads").await, 0);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_answers_count_as_answers() {
    let house = House::open(databases().await.remove(0)).await;
    let citizen = house.citizen();
    let page = begun(&citizen).await;
    let mut form = reqwest::multipart::Form::new().text("csrf", token(&page));
    for number in 0..40 {
        form = form.text(format!("{number}{}", "n".repeat(8 * 1024)), "x");
    }
    let answer = citizen.client.post(format!("{}{}", house.base, page.address)).multipart(form).send().await.unwrap();
    assert_eq!(answer.status(), 413);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_is_cut_off_leaves_nothing() {
    for (database, patient) in
        databases().await.into_iter().chain(databases().await).zip([true, false].into_iter().cycle())
    {
        let seconds = if patient { "300" } else { "2" };
        let plan = Plan { environment: vec![("ANTRAG__LIMITS__UPLOAD_SECONDS", seconds.to_owned())] };
        let house = House::planned(database, &plan).await;
        let (address, cookie, token) = by_hand(&house).await;
        let mut socket = uploading(&house, &address, &cookie).await;
        let parts = format!(
            "--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n\
             --b\r\nContent-Disposition: form-data; name=\"anlagen\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.7\n"
        );
        socket.write_all(parts.as_bytes()).await.unwrap();
        socket.write_all(&vec![b'x'; 600_000]).await.unwrap();
        let stored = async {
            while house.database.rows("upload_chunks").await == 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(SOON, stored).await.expect("the first chunks are stored");
        // Either the browser goes away, or the server loses patience.
        let held = if patient {
            drop(socket);
            None
        } else {
            Some(socket)
        };
        let gone = async {
            while house.database.rows("uploads").await + house.database.rows("upload_chunks").await > 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(SOON, gone).await.expect("what was stored goes with the request");
        drop(held);
        house.close().await;
    }
}

/// A house with the pilot's form, changed in one place.
async fn with_form(old: &str, new: &str) -> (House, tempfile::TempDir) {
    let forms = tempfile::tempdir().unwrap();
    let dir = forms.path().join("OZG-Antragsassistent");
    std::fs::create_dir(&dir).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pilot = std::fs::read_to_string(root.join("forms/OZG-Antragsassistent/form.toml")).unwrap();
    let changed = pilot.replacen(old, new, 1);
    assert_ne!(changed, pilot);
    std::fs::write(dir.join("form.toml"), changed).unwrap();
    let plan = Plan { environment: vec![("ANTRAG__FORMS__DIR", forms.path().display().to_string())] };
    (House::planned(databases().await.remove(0), &plan).await, forms)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_not_kept_for_a_step_that_is_not_open_yet() {
    let earlier = "[[step]]\nid = \"vorab\"\ntitle = \"Vorab\"\n[[step.section]]\nid = \"frage\"\ntitle = \"Frage\"\n\
                   fields = [{ id = \"anlass\", label = \"Anlass\", kind = \"text\", datatype = \"C\", max = 10 }]\n[[step]]";
    let (house, _forms) = with_form("[[step]]", earlier).await;
    let citizen = house.citizen();
    let start = citizen.get(PILOT).await;
    let first = citizen.press(&start, "starten", &Answers::new()).await;
    assert_eq!(first.step(), "vorab");
    let form = |token: String| {
        let file = reqwest::multipart::Part::bytes(pdf("a.pdf", 1000).content).file_name("a.pdf");
        reqwest::multipart::Form::new().text("csrf", token).text("aktion", "hochladen").part("anlagen", file)
    };
    let address = format!("{}{}/angaben", house.base, first.application());
    citizen.client.post(&address).multipart(form(token(&first))).send().await.unwrap();
    assert_eq!(house.database.rows("uploads").await, 0);
    let anlass = Answers::from([("anlass".to_owned(), "Umzug".to_owned())]);
    assert_eq!(citizen.press(&first, "weiter", &anlass).await.step(), "angaben");
    citizen.client.post(&address).multipart(form(token(&first))).send().await.unwrap();
    assert_eq!(house.database.rows("uploads").await, 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bytes_of_a_file_go_with_its_question() {
    let (house, _forms) =
        with_form("{ id = \"anlagen\",", "{ id = \"anlagen\", when = { field = \"anrede\", is = \"frau\" },").await;
    let citizen = house.citizen();
    let page = begun(&citizen).await;
    let salutation = |code: &str| Answers::from([("anrede".to_owned(), code.to_owned())]);
    let page = citizen.press(&page, "hochladen", &salutation("frau")).await;
    let page = citizen.send(&page, "hochladen", &salutation("frau"), &[pdf("a.pdf", 1000)]).await;
    assert_eq!(house.database.rows("uploads").await, 1, "{}", page.text());
    citizen.press(&page, "hochladen", &salutation("herr")).await;
    assert_eq!((house.database.rows("uploads").await, house.database.rows("upload_chunks").await), (0, 0));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_in_which_nothing_was_entered_is_forgotten_after_two_days() {
    let house = House::open(databases().await.remove(0)).await;
    let (idle, busy) = (house.citizen(), house.citizen());
    begun(&idle).await;
    let page = begun(&busy).await;
    busy.press(&page, "hochladen", &Answers::from([("vorname".to_owned(), "Erika".to_owned())])).await;
    house.clock.advance(SignedDuration::from_hours(47));
    house.counter.sweep().await.unwrap();
    assert_eq!(house.database.rows("drafts").await, 2);
    house.clock.advance(SignedDuration::from_hours(2));
    house.counter.sweep().await.unwrap();
    assert_eq!(house.database.rows("drafts").await, 1);
    let page = busy.get(&page.address).await;
    assert!(page.holds("Erika"), "{}", page.text());
    house.close().await;
}
