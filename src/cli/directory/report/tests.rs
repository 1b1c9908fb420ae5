//! What a row looks like in each format, and that a spreadsheet takes nothing for a formula.

use super::rows::{Befund, Format, Row, Rows};
use super::{ids, links};
use crate::office::Organisationseinheit;

fn printed(format: Format, rows: &[Row<'_>]) -> String {
    let mut out = Vec::new();
    let mut to = Rows::new(format, &mut out);
    for row in rows {
        to.add(row).unwrap();
    }
    to.end("Ende").unwrap();
    drop(to);
    String::from_utf8(out).unwrap()
}

fn row() -> Row<'static> {
    Row {
        pst_id: "1",
        leistung: "Hund; \"anmelden\"",
        area_id: "2",
        gebiet: "Möckern, Stadt",
        stelle_id: "3",
        stelle: "=HYPERLINK(\"https://x\")",
        hinweis: "-1+2\u{1b}[2J\n",
        ..Row::new(Befund::KeinZustellweg)
    }
}

#[test]
fn a_row_is_told_in_three_formats() {
    assert_eq!(
        printed(Format::Text, &[row(), Row { area_id: "9", ..Row::new(Befund::GebietUnbekannt) }]),
        "kein Zustellweg: Hund; \"anmelden\" (1) in Möckern, Stadt (2) bei =HYPERLINK(\"https://x\") (3): -1+2 [2J \n\
         Gebiet unbekannt: in 9\nEnde\n"
    );
    assert_eq!(
        printed(Format::Csv, &[row()]),
        "befund;pst_id;leistung;area_id;gebiet;stelle_id;stelle;hinweis\n\
         kein Zustellweg;1;\"Hund; \"\"anmelden\"\"\";2;Möckern, Stadt;3;\"'=HYPERLINK(\"\"https://x\"\")\";'-1+2 [2J \n"
    );
    let json = printed(Format::Json, &[row()]);
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&value["befund"], &value["stelle_id"]), (&"kein-zustellweg".into(), &"3".into()));
    assert_eq!(json.lines().count(), 1);
    assert_eq!(printed(Format::Csv, &[]).lines().count(), 1, "a heading all the same");
}

proptest::proptest! {
    #[test]
    fn no_cell_begins_like_a_formula(cell in "[=+@|%\\t\\r \u{ff1d}-]{0,3}\\PC{0,10}") {
        let text = printed(Format::Csv, &[Row { pst_id: &cell, ..row() }]);
        let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text.as_bytes());
        let record = reader.records().next().unwrap().unwrap();
        let kept = record.get(1).unwrap();
        proptest::prop_assert!(!kept.trim_start().starts_with(['=', '+', '-', '@', '|', '%', '\u{ff1d}']), "{kept:?}");
        proptest::prop_assert_eq!(record.len(), 8);
    }
}

#[test]
fn ids_come_from_a_list_or_a_file() {
    assert_eq!(ids("1, 2,,3 ").unwrap(), ["1", "2", "3"]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ids.txt");
    std::fs::write(&file, "\u{feff}1\r\n# Kommentar\n2\n").unwrap();
    assert_eq!(ids(file.to_str().unwrap()).unwrap(), ["1", "2"]);
}

#[tokio::test]
async fn links_are_asked_once_and_told_if_they_do_not_answer() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", server.local_addr().unwrap());
    let (asked, mut requests) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = server.accept().await.unwrap();
            let asked = asked.clone();
            tokio::spawn(async move {
                let mut request = vec![0; 4096];
                let length = stream.read(&mut request).await.unwrap();
                let line = String::from_utf8_lossy(&request[..length]).lines().next().unwrap_or_default().to_owned();
                let answer = match line.split(' ').collect::<Vec<_>>().as_slice() {
                    ["HEAD", "/nur-get", _] => "405 Method Not Allowed\r\n",
                    ["HEAD", "/da", _] | ["GET", "/nur-get", _] => "200 OK\r\n",
                    ["HEAD", "/weiter", _] => "302 Found\r\nlocation: /da\r\n",
                    ["HEAD", "/kreis", _] => "302 Found\r\nlocation: /kreis\r\n",
                    _ => "404 Not Found\r\n",
                };
                let _ = asked.send(line);
                let answer = format!("HTTP/1.1 {answer}content-length: 0\r\nconnection: close\r\n\r\n");
                let _ = stream.write_all(answer.as_bytes()).await;
            });
        }
    });
    let mut links = links::Links::within(|_| true).unwrap();
    let office = |path: &str| Organisationseinheit {
        datenschutz: Some(format!("{base}{path}")),
        impressum: Some("kein Link".to_owned()),
        ..Organisationseinheit::default()
    };
    let offices: Vec<_> = ["/da", "/nur-get", "/weiter", "/fehlt", "/kreis", "/da"].into_iter().map(office).collect();
    links.ask(&offices).await;
    links.ask(&offices).await;
    for (path, expected) in [
        ("/da", None),
        ("/nur-get", None),
        ("/weiter", None),
        ("/fehlt", Some("Antwort 404")),
        ("/kreis", Some("leitet im Kreis weiter")),
    ] {
        assert_eq!(links.trouble(&format!("{base}{path}")), expected, "{path}");
    }
    assert_eq!(links.trouble("kein Link"), Some("keine Internetadresse"));
    let mut lines = Vec::new();
    while let Ok(line) = requests.try_recv() {
        lines.push(line);
    }
    // One each, one more for GET, one behind the redirect, six in the circle.
    assert_eq!(lines.len(), 4 + 1 + 1 + 6, "{lines:?}");
}

#[tokio::test]
async fn no_link_and_no_redirect_reaches_into_an_internal_network() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let inside = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = inside.local_addr().unwrap().port();
    let outside = tokio::net::TcpListener::bind("127.0.0.2:0").await.unwrap();
    let base = format!("http://{}", outside.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = outside.accept().await.unwrap();
            let mut request = vec![0; 4096];
            let length = stream.read(&mut request).await.unwrap();
            let name = if request[..length].starts_with(b"HEAD /name") { "localhost" } else { "127.0.0.1" };
            let answer = format!("HTTP/1.1 302 Found\r\nlocation: http://{name}:{port}/\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    // This test's public internet is one address.
    let mut links = links::Links::within(|address| address == std::net::Ipv4Addr::new(127, 0, 0, 2)).unwrap();
    let addresses = [
        format!("http://127.0.0.1:{port}/"),
        format!("http://localhost:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("{base}/name"),
        format!("{base}/nummer"),
    ];
    let office = |address: &String| Organisationseinheit {
        datenschutz: Some(address.clone()),
        ..Organisationseinheit::default()
    };
    links.ask(&addresses.iter().map(office).collect::<Vec<_>>()).await;
    for address in &addresses {
        assert_eq!(links.trouble(address), Some("führt in ein internes Netz, wird daher nicht abgefragt"), "{address}");
    }
    let reached = tokio::time::timeout(std::time::Duration::from_millis(200), inside.accept()).await;
    assert!(reached.is_err(), "nobody came by");
}
