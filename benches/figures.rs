//! `make bench`: the performance figures, one a line as `name: value unit`, and whether each target is reached.
//!
//! The server runs on one core, everything that asks it on another; the server's CPU time comes from `/proc`. Each figure of CPU time
//! is followed by its ratios to two floor pages, measured in the same run, since machines drift. One part alone is measured by its name:
//! `cargo bench --bench figures -- starts|pages|journeys|deliveries|documents|directory|import`.

mod figures {
    /// A citizen who walks the pilot's journey.
    pub mod citizen;
    /// A large delivery of a directory, and its import.
    pub mod delivery;
    /// A directory on the network, and answers of it from memory.
    pub mod directory;
    /// The pilot's documents, printed in this process.
    pub mod documents;
    /// Pages that do nothing but exist.
    pub mod floor;
    /// What was measured, against its target.
    pub mod report;
    /// The program as a child process, with its CPU time and memory.
    pub mod server;
    /// A mail server that takes everything.
    pub mod sink;
}

use std::sync::Arc;
use std::time::{Duration, Instant};

use antragsassistent::office::finder::asking::one_crypto_provider;
use figures::citizen::Citizen;
use figures::report::{Report, figure};
use figures::server::{Mail, Server, cpu_of_this_thread, pin_this_process};
use figures::sink::Sink;
use figures::{delivery, directory, documents, floor};
use tokio::task::JoinSet;

/// The same allocator as the program: the floor page must not be slower than it has to be.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Core of the server.
pub const SERVER_CORE: usize = 0;
/// Core of everything else.
const LOAD_CORE: usize = 1;
/// Journeys under way at once.
const AT_ONCE: usize = 16;
/// GETs in one round.
const GETS: u32 = 2000;
/// Rounds; floor pages and what is measured alternate, the median counts.
const ROUNDS: usize = 5;
/// Journeys before the measuring begins.
const WARM_UP: usize = 32;
/// Journeys that are measured, in as many rounds as the GETs are.
const JOURNEYS: usize = 500;
/// Size of the heavier floor page in bytes.
const COUNTRIES_PAGE: usize = 25_000;
/// Its lists of countries; as many as the pilot's first step has.
const COUNTRIES_LISTS: usize = 2;
/// Mails that wait for the sink.
const DELIVERIES: usize = 400;
/// Bytes of a directory's delivery.
const DELIVERY: usize = 60_000_000;
/// Imports of it.
const IMPORTS: usize = 3;
/// Starts of the program.
const STARTS: usize = 5;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == floor::ARGUMENT) {
        let number = |further: usize| arguments[at + further].parse().expect("size of the page and number of lists");
        floor::serve(number(1), number(2));
        return;
    }
    one_crypto_provider();
    let only = arguments.iter().skip(1).find(|argument| !argument.starts_with('-'));
    let wanted = |part: &str| only.is_none_or(|only| only == part);
    pin_this_process(LOAD_CORE);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut report = Report::default();
    runtime.block_on(async {
        if wanted("starts") {
            starts(&mut report).await;
        }
        if wanted("pages") {
            pages(&mut report).await;
        }
        if wanted("journeys") {
            walks(&mut report).await;
        }
        if wanted("deliveries") {
            deliveries(&mut report).await;
        }
    });
    if wanted("documents") {
        printed(&mut report);
    }
    if wanted("directory") {
        runtime.block_on(directory::answers(&mut report));
    }
    if wanted("import") {
        imported(&mut report);
    }
    report.verdict();
}

/// Cold start: from exec to the first `/readyz` 200, with the database made anew, and with the one that is there.
async fn starts(report: &mut Report) {
    let (mut fresh, mut again) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let server = Server::start(&Mail::Files).await;
        fresh.push(server.ready_after);
        let server = server.restarted(&Mail::Files).await;
        again.push(server.ready_after);
        server.stop().await;
    }
    report.at_most("cold_start", median(&mut fresh).as_secs_f64() * 1000.0, "ms", 300.0);
    figure("start_with_existing_database", median(&mut again).as_secs_f64() * 1000.0, "ms");
}

/// Pages, against those that do nothing but exist.
async fn pages(report: &mut Report) {
    let server = Server::start(&Mail::Files).await;
    let visitor = Citizen::new(&server.base);
    let running = visitor.begin().await;
    let page = visitor.step_one(&running).await;
    let mut floors = Floors::beside(page.len());
    let mut gets = Vec::new();
    for _ in 0..=ROUNDS {
        floors.round().await;
        gets.push(cpu_per_get(&server, async || visitor.step_one(&running).await).await);
    }
    // The first round warms up.
    let get = median(&mut gets[1..]);
    server.stop().await;
    let floors = floors.stop().await;
    figure("page_size", kib(page.len()), "KiB");
    figure("floor_cpu_per_get", millis(floors.light), "ms");
    figure("countries_floor_cpu_per_get", millis(floors.countries), "ms");
    report.at_most("step_cpu_per_get", millis(get), "ms", 0.4);
    floors.ratios("step_cpu_per_get", get);
}

/// The pages that do nothing but exist, with what each of their rounds cost.
struct Floors {
    light: Floor,
    countries: Floor,
}

/// One of them, its visitor, and CPU times of a GET.
struct Floor {
    server: Server,
    visitor: Citizen,
    rounds: Vec<Duration>,
}

/// CPU time of a GET of each.
struct FloorTimes {
    light: Duration,
    countries: Duration,
}

impl Floors {
    /// The lighter one has as many bytes as the page beside which it is measured.
    fn beside(size: usize) -> Self {
        Self { light: Floor::of(size, 0), countries: Floor::of(COUNTRIES_PAGE, COUNTRIES_LISTS) }
    }

    async fn round(&mut self) {
        for floor in [&mut self.light, &mut self.countries] {
            floor.rounds.push(cpu_per_get(&floor.server, async || floor.visitor.get("/", None).await).await);
        }
    }

    /// Ends them; the first round was the warm-up.
    async fn stop(mut self) -> FloorTimes {
        let times = FloorTimes {
            light: median(&mut self.light.rounds[1..]),
            countries: median(&mut self.countries.rounds[1..]),
        };
        self.light.server.stop().await;
        self.countries.server.stop().await;
        times
    }
}

impl Floor {
    fn of(size: usize, lists: usize) -> Self {
        let server = Server::floor(size, lists);
        let visitor = Citizen::new(&server.base);
        Self { server, visitor, rounds: Vec::new() }
    }
}

impl FloorTimes {
    /// A CPU time as a multiple of each.
    fn ratios(&self, name: &str, time: Duration) {
        figure(&format!("{name}_to_floor"), time.as_secs_f64() / self.light.as_secs_f64(), "x");
        figure(&format!("{name}_to_countries_floor"), time.as_secs_f64() / self.countries.as_secs_f64(), "x");
    }
}

/// CPU time of the server for one of many GETs.
async fn cpu_per_get(server: &Server, get: impl AsyncFn() -> String) -> Duration {
    let before = server.cpu();
    for _ in 0..GETS {
        std::hint::black_box(get().await);
    }
    since(before, server.cpu()) / GETS
}

/// Whole journeys, from the deep link to the receipt; with what comes after it, the delivery; and the memory of the server.
async fn walks(report: &mut Report) {
    let (journey, floors) = to_the_receipt().await;
    report.at_most("journey_cpu", millis(journey), "ms", 4.0);
    floors.ratios("journey_cpu", journey);
    let mut server = Server::start(&Mail::Files).await;
    figure("rss_idle", server.memory().resident, "MiB");
    let mut floors = Floors::beside(page_size(&server).await);
    journeys(&server, WARM_UP, AT_ONCE).await;
    server.mails(WARM_UP).await;
    floors.round().await;
    let (mut walked, mut lasted, mut took) = (Vec::new(), Vec::new(), Duration::ZERO);
    for round in 1..=ROUNDS {
        floors.round().await;
        let (begun, before) = (Instant::now(), server.cpu());
        lasted.extend(journeys(&server, JOURNEYS / ROUNDS, AT_ONCE).await);
        took += begun.elapsed();
        // Nothing may be left over for later.
        server.mails(WARM_UP + round * JOURNEYS / ROUNDS).await;
        walked.push(per_journey(before, &server, JOURNEYS / ROUNDS));
    }
    let with_delivery = median(&mut walked);
    report.at_most("journey_cpu_with_delivery", millis(with_delivery), "ms", 4.0);
    floors.stop().await.ratios("journey_cpu_with_delivery", with_delivery);
    #[expect(clippy::cast_precision_loss, reason = "hundreds")]
    report.at_least("journeys_at_16", JOURNEYS as f64 / took.as_secs_f64(), "1/s", 250.0);
    lasted.sort_unstable();
    figure("journey_p50_at_16", millis(lasted[lasted.len() / 2]), "ms");
    report.at_most("journey_p99_at_16", millis(lasted[lasted.len() * 99 / 100]), "ms", 80.0);
    let memory = server.memory();
    report.at_most("rss_under_load", memory.highest, "MiB", 40.0);
    figure("rss_after_load", memory.resident, "MiB");
    server.stop().await;
}

/// CPU time of a journey to its receipt, PDF, XML and durable commits included, and that of the floor pages meanwhile. The mail
/// server takes connections and says nothing, so that the few deliveries under way wait and none is made.
async fn to_the_receipt() -> (Duration, FloorTimes) {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let server = Server::start(&Mail::Smtp(silent.local_addr().expect("it is bound"))).await;
    let mut floors = Floors::beside(page_size(&server).await);
    journeys(&server, WARM_UP, AT_ONCE).await;
    floors.round().await;
    let mut walked = Vec::new();
    for _ in 0..ROUNDS {
        floors.round().await;
        let before = server.cpu();
        journeys(&server, JOURNEYS / ROUNDS, AT_ONCE).await;
        walked.push(per_journey(before, &server, JOURNEYS / ROUNDS));
    }
    drop(silent);
    server.stop().await;
    (median(&mut walked), floors.stop().await)
}

/// Bytes of the first step's page.
async fn page_size(server: &Server) -> usize {
    let visitor = Citizen::new(&server.base);
    visitor.step_one(&visitor.begin().await).await.len()
}

fn per_journey(before: Duration, server: &Server, count: usize) -> Duration {
    since(before, server.cpu()) / u32::try_from(count).expect("few")
}

/// Walks so many journeys, some at once; how long each took.
async fn journeys(server: &Server, count: usize, at_once: usize) -> Vec<Duration> {
    let citizen = Arc::new(Citizen::new(&server.base));
    let mut walking = JoinSet::new();
    let mut lasted = Vec::with_capacity(count);
    for _ in 0..count {
        if walking.len() == at_once {
            lasted.push(walking.join_next().await.expect("some are walking").expect("the journey ends"));
        }
        let citizen = citizen.clone();
        walking.spawn(async move {
            let begun = Instant::now();
            citizen.journey().await;
            begun.elapsed()
        });
    }
    while let Some(one) = walking.join_next().await {
        lasted.push(one.expect("the journey ends"));
    }
    lasted
}

/// Deliveries a second to a local sink: all of them wait when the server starts.
async fn deliveries(report: &mut Report) {
    let sink = Sink::bind();
    let mail = Mail::Smtp(sink.address());
    let server = Server::start(&mail).await;
    journeys(&server, DELIVERIES, AT_ONCE).await;
    // Nobody answers yet: the first attempts fail, and every mail is due again a second later.
    let server = server.stopped_and_waiting(Duration::from_secs(3)).await;
    let sink = sink.open();
    let server = server.restarted(&mail).await;
    let rate = sink.rate_of(DELIVERIES).await;
    report.at_least("deliveries_smtp", rate, "1/s", 100.0);
    server.stop().await;
}

/// PDF and XML of the pilot, printed in this process on one thread.
fn printed(report: &mut Report) {
    let pilot = documents::Pilot::new();
    let xml = pilot.xml();
    figure("pdf_pages", count(documents::pages(&pilot.pdf(&xml))), "pages");
    report.at_most("pdf_cpu", per_call(|| pilot.pdf(&xml)), "ms", 4.0);
    report.at_most("pdf_size", kib(pilot.pdf(&xml).len()), "KiB", 80.0);
    report.at_most("xml_cpu", per_call(|| pilot.xml()), "ms", 0.3);
    figure("xml_size", kib(xml.len()), "KiB");
    let [twenty, forty] = [20, 40].map(|pages| {
        // The other answers take a page and a half.
        let long = pilot.with_letter(pages - 1);
        (per_call(|| long.pdf(&xml)), count(documents::pages(&long.pdf(&xml))))
    });
    figure("pdf_20_pages_count", twenty.1, "pages");
    report.at_most("pdf_20_pages_cpu", twenty.0, "ms", 20.0);
    // Linear is 1: a page of a long document costs no more than a page of a short one.
    report.at_most("pdf_page_40_to_20", (forty.0 / forty.1) / (twenty.0 / twenty.1), "x", 1.3);
}

/// A directory's delivery, from exec to exit; the memory of one twice as large shows whether it grows.
fn imported(report: &mut Report) {
    let mut rates: Vec<delivery::Import> = (0..IMPORTS).map(|_| delivery::import(DELIVERY)).collect();
    rates.sort_by_key(|import| import.took);
    let middle = &rates[rates.len() / 2];
    report.at_least("xzufi_import", middle.megabytes / middle.took.as_secs_f64(), "MB/s", 50.0);
    figure("xzufi_import_size", middle.megabytes, "MB");
    report.at_most("xzufi_import_rss", middle.highest, "MiB", 200.0);
    // Caches are full by then: what twice as much needs beyond that grows with the delivery.
    let double = delivery::import(2 * DELIVERY);
    let growth = (double.highest - middle.highest).max(0.0) / (double.megabytes - middle.megabytes);
    report.at_most("xzufi_import_rss_at_500_mb", double.highest + growth * (500.0 - double.megabytes), "MiB", 200.0);
}

/// Milliseconds of CPU time of one call, median of rounds after a warm-up. A round lasts long beside the steps in which the kernel
/// counts a thread's time.
fn per_call<T>(mut call: impl FnMut() -> T) -> f64 {
    const ROUND: Duration = Duration::from_millis(200);
    let mut rounds: Vec<Duration> = (0..=ROUNDS)
        .map(|_| {
            let (begun, before) = (Instant::now(), cpu_of_this_thread());
            let mut calls = 0;
            while begun.elapsed() < ROUND {
                std::hint::black_box(call());
                calls += 1;
            }
            since(before, cpu_of_this_thread()) / calls
        })
        .collect();
    millis(median(&mut rounds[1..]))
}

/// CPU time between two readings; it never runs backwards.
fn since(before: Duration, after: Duration) -> Duration {
    after.saturating_sub(before)
}

fn median<T: Ord + Copy>(all: &mut [T]) -> T {
    all.sort_unstable();
    all[all.len() / 2]
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn count(pages: usize) -> f64 {
    f64::from(u32::try_from(pages).expect("few"))
}

#[expect(clippy::cast_precision_loss, reason = "sizes of pages")]
fn kib(bytes: usize) -> f64 {
    bytes as f64 / 1024.0
}
