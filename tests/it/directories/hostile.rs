//! What an answer of a hostile directory may cost: each is as large as answers may be and made to become much larger when it is read.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;

use super::commands::started;
use super::{Interface, Town, sqlite};

/// Just below the limit for an answer.
const LARGE: usize = 4 * 1024 * 1024 - 64;
/// What the program may need at most, in KiB; without any answer these are about forty thousand.
const MOST_KIB: u64 = 130_000;

/// Answers to `ou/findByCompetence`, each with its name.
fn answers() -> Vec<(&'static str, String)> {
    let filled = |before: &str, one: &str, after: &str| {
        let count = (LARGE - before.len() - after.len()) / (one.len() + 1);
        format!("{before}{}{after}", vec![one; count].join(","))
    };
    let office = |field: &str, one: &str| filled(&format!("[{{\"id\":1,\"{field}\":["), one, "]}]");
    // Long enough for what is counted to stay within its limits.
    let long = |length: usize| "<p>&amp;".repeat(length / 8);
    vec![
        ("objects, not too many", filled("[", &format!("{{\"\":\"{}\"}}", long(80)), "]")),
        ("offices, not too many", filled("[", &format!("{{\"id\":1,\"name\":\"{}\"}}", long(72)), "]")),
        ("texts, not too many", filled("[", &format!("\"{}\"", long(16)), "]")),
        ("fields, not too many", {
            let fields: Vec<String> = (0..200_000).map(|number| format!("\"{number:010}\":\"1\"")).collect();
            format!("[{{\"id\":1,{}}}]", fields.join(","))
        }),
        ("addresses, not too many", office("addresses", &format!("{{\"city\":\"{}\"}}", long(80)))),
        ("objects", filled("[", "{\"\":0}", "]")),
        ("offices", filled("[", "{\"id\":1}", "]")),
        ("lists", filled("[", "[]", "]")),
        ("numbers", filled("[", "0", "]")),
        ("deep objects", filled("[", "{\"\":{\"\":{\"\":{\"\":0}}}}", "]")),
        ("Kontaktsysteme", office("communicationSystems", "{\"type\":{\"id\":1}}")),
        ("addresses", office("addresses", "{\"city\":1}")),
        ("texts", office("addresses", "{\"city\":\"<b><p>&amp;\"}")),
        ("hours", format!("[{{\"id\":1,\"openingHours\":\"{}\"}}]", "<p>x".repeat(LARGE / 4 - 20))),
    ]
}

struct Hostile {
    answers: Vec<String>,
    /// Of the program that asks.
    pid: AtomicU32,
    /// Most memory that it needed until each answer, and after the last.
    peaks: Mutex<Vec<u64>>,
    asked: AtomicU64,
}

async fn answer(State(hostile): State<Arc<Hostile>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    if path.starts_with("/PoliticalArea/") {
        return "{\"id\":1,\"name\":\"Ort\"}".into_response();
    }
    if path.starts_with("/os/") {
        return "[]".into_response();
    }
    if let Some(id) = path.strip_prefix("/pst/") {
        // The one before was answered and read.
        hostile.peaks.lock().unwrap().push(peak(hostile.pid.load(Ordering::Relaxed)));
        return format!("{{\"id\":{id},\"name\":\"Leistung\"}}").into_response();
    }
    let at = usize::try_from(hostile.asked.fetch_add(1, Ordering::Relaxed)).unwrap();
    hostile.answers.get(at).cloned().unwrap_or_else(|| "[]".to_owned()).into_response()
}

/// Most memory that a process ever had, in KiB.
fn peak(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_costs_much_memory_whatever_it_is_made_of() {
    let (names, answers): (Vec<_>, Vec<_>) = answers().into_iter().unzip();
    let hostile =
        Arc::new(Hostile { answers, pid: AtomicU32::new(0), peaks: Mutex::default(), asked: AtomicU64::new(0) });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(answer).with_state(hostile.clone());
    let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let town = Town::asking(Some(Interface::Infodienste), sqlite().await, Some(&url)).await;
    // One more than answers, to see what the last one cost.
    let ids: Vec<String> = (1..=names.len() + 1).map(|id| id.to_string()).collect();
    let arguments = ["directory", "report", "--mandant", "OZG-Antragsassistent", "--area-ids", "1", "--pst-ids"];
    let child = started(&town, &[&arguments[..], &[&ids.join(",")]].concat());
    hostile.pid.store(child.id().unwrap(), Ordering::Relaxed);
    let output = child.wait_with_output().await.unwrap();
    let peaks = hostile.peaks.lock().unwrap().clone();
    println!("before: {} KiB", peaks[0]);
    for (name, peak) in names.iter().zip(&peaks[1..]) {
        println!("{name}: {peak} KiB");
    }
    assert_eq!(peaks.len(), names.len() + 1, "{}", String::from_utf8_lossy(&output.stderr));
    let most = peaks.iter().max().unwrap();
    assert!(*most < MOST_KIB, "{most} KiB");
    server.abort();
    town.close().await;
}
