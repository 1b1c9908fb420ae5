//! Answers of a directory on the network: what one costs from memory, and how many questions a thousand citizens put at once.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use antragsassistent::clock::Clock;
use antragsassistent::intake::auskunft::Auskunft;
use antragsassistent::intake::finder::OfficeFinder;
use antragsassistent::intake::question::{FindGebiet, FindLeistung, FindStellen};
use antragsassistent::intake::start::SPRACHE;
use antragsassistent::office::finder::asking::{Asker, Connection};
use antragsassistent::office::finder::infodienste::Infodienste;
use antragsassistent::office::kanal::Kanal;
use antragsassistent::office::resolution::resolve;
use antragsassistent::randomness::Randomness;
use axum::Router;
use axum::http::Uri;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::report::{Report, figure};
use super::server::cpu_of_this_thread;

const MANDANT: &str = "m";
const PST_ID: &str = "297492149";
const AREA_ID: &str = "38693732";
/// Citizens who open the same link at once.
const CITIZENS: usize = 1000;
/// Resolutions in one round; the fastest of the rounds counts, since the machine does other things meanwhile.
const CALLS: u32 = 2000;
const ROUNDS: usize = 5;

/// A resolution has four questions: area, service, offices, online services.
const QUESTIONS: f64 = 4.0;

/// The figures.
pub async fn answers(report: &mut Report) {
    let asked = Arc::new(AtomicUsize::new(0));
    let auskunft = Arc::new(auskunft(infodienst(asked.clone())));
    let mut citizens = JoinSet::new();
    for _ in 0..CITIZENS {
        let auskunft = auskunft.clone();
        citizens.spawn(async move { resolution(&auskunft).await });
    }
    let found = citizens.join_all().await;
    assert!(found.iter().all(|offices| *offices == 1), "each citizen finds the office");
    #[expect(clippy::cast_precision_loss, reason = "few")]
    let questions = asked.load(Ordering::Relaxed) as f64;
    report.at_most("directory_questions_of_1000_citizens", questions, "questions", QUESTIONS);

    let mut fastest = Duration::MAX;
    for _ in 0..ROUNDS {
        let before = cpu_of_this_thread();
        for _ in 0..CALLS {
            std::hint::black_box(resolution(&auskunft).await);
        }
        fastest = fastest.min(cpu_of_this_thread().saturating_sub(before) / CALLS);
    }
    report.at_most("resolution_from_cache_cpu", fastest.as_secs_f64() * 1e6, "µs", 50.0);
    figure("directory_questions_while_cached", questions_since(&asked, questions), "questions");
}

#[expect(clippy::cast_precision_loss, reason = "few")]
fn questions_since(asked: &AtomicUsize, before: f64) -> f64 {
    asked.load(Ordering::Relaxed) as f64 - before
}

/// Area, service, offices and their channels, as a start page needs them; how many offices can be reached.
async fn resolution(auskunft: &Auskunft) -> usize {
    let gebiet = auskunft.ask(MANDANT, FindGebiet { area_id: AREA_ID }, SPRACHE).await.expect("it answers");
    let gebiet = gebiet.value.expect("it is known");
    let question = FindLeistung { pst_id: PST_ID, gebiet: Some(&gebiet) };
    let leistung = auskunft.ask(MANDANT, question, SPRACHE).await.expect("it answers").value.expect("it is known");
    let question = FindStellen { leistung: &leistung, gebiet: &gebiet };
    let stellen = auskunft.ask(MANDANT, question, SPRACHE).await.expect("it answers").value.stellen;
    resolve(stellen, &BTreeMap::from([("ozg-antragsassistent".to_owned(), vec![Kanal::Mail])])).found.len()
}

fn auskunft(address: SocketAddr) -> Auskunft {
    let asker = || {
        let url = format!("http://{address}/").parse().expect("an address");
        Asker::new(Connection { url, timeout: Duration::from_secs(10), header: None }).expect("it can be asked")
    };
    let finder = OfficeFinder::Infodienste(Arc::new(Infodienste::new(asker(), asker())));
    let finders = BTreeMap::from([(MANDANT.to_owned(), finder)]);
    Auskunft::new(finders, &BTreeMap::new(), None, Clock::System, Randomness::System)
}

/// An Infodienst on a thread of its own that counts what it is asked.
fn infodienst(asked: Arc<AtomicUsize>) -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    listener.set_nonblocking(true).expect("tokio takes it");
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let router = Router::new().fallback(move |uri: Uri| {
                asked.fetch_add(1, Ordering::Relaxed);
                std::future::ready(said(uri.path()))
            });
            let listener = TcpListener::from_std(listener).expect("tokio takes it");
            axum::serve(listener, router).await.expect("it serves");
        });
    });
    address
}

fn said(path: &str) -> &'static str {
    match path.split('/').nth(1) {
        Some("PoliticalArea") => r#"{"id": 38693732, "name": "Möckern, Stadt", "ags": "15086140"}"#,
        Some("pst") => {
            r#"{"id": 297492149, "name": "Kinderreisepass verlängern", "teaser": "<p>Neue Kinderreisepässe gibt es seit dem 1. Januar 2024 nicht mehr.</p>",
            "textBlocks": [{"type": {"name": "Voraussetzungen"}, "text": "<ul><li>Ihr Kind ist Deutsche oder Deutscher.</li><li>Alle Sorgeberechtigten sind einverstanden.</li></ul>"}],
            "documents": [{"name": "bisheriger Kinderreisepass"}, {"name": "aktuelles biometrisches Lichtbild"}, {"name": "Geburtsurkunde des Kindes"}]}"#
        }
        Some("ou") => {
            r#"{"results": [{"object": {"id": "1", "name": "Stadt Möckern - Bürgerservice",
            "addresses": [{"street": "Am Markt", "houseNumber": "10", "zipcode": "39291", "city": "Möckern"}],
            "communicationSystems": [{"identification": "antraege@moeckern.example", "type": {"key": "ozg-antragsassistent"}}]}}]}"#
        }
        _ => r#"{"results": []}"#,
    }
}
