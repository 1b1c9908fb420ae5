//! From the outbox to the office's mailbox, over real SMTP conversations, good and bad.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

mod trouble;

use std::collections::BTreeMap;
use std::time::Duration;

use antragsassistent::clock::Clock;
use antragsassistent::draft::{Answers, Draft, DraftId, Zugang};
use antragsassistent::office::kanal::{Kanal, Zustellweg};
use antragsassistent::office::{Gebiet, Leistung};
use antragsassistent::outbox::channels::Channels;
use antragsassistent::outbox::courier::{Courier, Settings};
use antragsassistent::outbox::letter::Sender;
use antragsassistent::outbox::mail::Mail;
use antragsassistent::outbox::transport::Transport;
use antragsassistent::randomness::Randomness;
use antragsassistent::store::Store;
use antragsassistent::store::deliveries::{Delivery, State};
use antragsassistent::store::printed::Printed;
use antragsassistent::store::submissions::{Cover, NewSubmission, Package, PackedUpload};
use antragsassistent::store::vault::DraftKey;
use antragsassistent::submission::Vorgangsnummer;
use bytes::Bytes;
use futures_util::stream;
use jiff::{SignedDuration, Timestamp};
use mail_parser::{MessageParser, MimeHeaders};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::databases::{Database, databases, open};
use crate::smtp::SmtpServer;

/// A store with an outbox, and hands to work on it.
struct House {
    store: Store,
    clock: Clock,
    randomness: Randomness,
    database: Database,
}

/// A courier at work.
struct Running {
    courier: Courier,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

/// Longest conversation.
const WAIT: Duration = Duration::from_secs(10);
const MAILBOX: &str = "buergerservice@moeckern.example";
const LIFE: SignedDuration = SignedDuration::from_hours(24);

impl House {
    /// One on each database.
    async fn each() -> Vec<Self> {
        databases().await.into_iter().map(Self::on).collect()
    }

    /// One on SQLite.
    async fn new() -> Self {
        Self::each().await.remove(0)
    }

    fn on(database: Database) -> Self {
        let at: Timestamp = "2020-06-19T09:22:35.0065600+02:00".parse().unwrap();
        Self { store: database.store.clone(), database, clock: Clock::fixed(at), randomness: Randomness::System }
    }

    /// Puts a submission with these files into the outbox, by mail to the one mailbox.
    async fn submit(&self, files: &[(&str, &str, Vec<u8>)]) -> Vorgangsnummer {
        self.submit_to(&[way(MAILBOX)], files).await
    }

    /// The same by these ways.
    async fn submit_to(&self, ways: &[Zustellweg], files: &[(&str, &str, Vec<u8>)]) -> Vorgangsnummer {
        let now = self.clock.now();
        let number = Vorgangsnummer::at(now, 0);
        self.clock.advance(SignedDuration::from_micros(1));
        let key = DraftKey::new(&self.randomness);
        let mut draft = draft(DraftId::from_bytes(self.randomness.bytes()), now);
        self.store.open_draft(&draft, &key, &self.randomness, now, LIFE).await.unwrap();
        let mut attachments = Vec::new();
        for (index, (name, media_type, content)) in files.iter().enumerate() {
            let id = DraftId::from_bytes(self.randomness.bytes()).as_str().to_owned();
            let upload_key = key.upload_key(&id);
            let parts: Vec<Result<Bytes, std::io::Error>> =
                content.chunks(1_000 + index).map(|part| Ok(Bytes::copy_from_slice(part))).collect();
            self.store
                .add_upload(&draft.id, &id, &upload_key, stream::iter(parts), 100_000_000, &self.randomness, now)
                .await
                .unwrap();
            attachments.push(PackedUpload {
                id,
                key: upload_key,
                name: (*name).to_owned(),
                media_type: (*media_type).to_owned(),
                length: content.len() as u64,
            });
        }
        let (_, revision) = self.store.draft(&draft.id, &key, now).await.unwrap().unwrap();
        draft.sent = Some(number.as_str().to_owned());
        let (pdf, xml) = (format!("%PDF {number}").into_bytes(), format!("<antrag nr=\"{number}\"/>\n").into_bytes());
        let cover = Cover {
            vorgangsnummer: number.as_str().to_owned(),
            at: now,
            mandant: "OZG-Antragsassistent".to_owned(),
            formular: "OZG Antragsassistent".to_owned(),
            pdf_name: "OZG-Antragsassistent.pdf".to_owned(),
            zugang: Zugang::Standard,
            leistung: "Kinderreisepass verlängern".to_owned(),
            bezugsort: "Möckern, Stadt".to_owned(),
            xml_name: "XML-Daten.xml".to_owned(),
            pdf_sha256: sha256(&pdf),
            xml_sha256: sha256(&xml),
        };
        let [pdf, xml] = [pdf, xml].map(Printed::new);
        let package = Package { cover, pdf, xml, further: Vec::new(), attachments, zustellpunkt: None };
        let new = NewSubmission {
            draft: &draft,
            key: &key,
            revision,
            vorgangsnummer: &number,
            stelle: "stelle",
            package: &package,
            formular_version: "1",
            kanaele: ways,
            at: now,
            life: LIFE,
        };
        self.store.submit(new, &self.randomness).await.unwrap();
        number
    }

    fn courier(&self, url: &str, change: impl FnOnce(&mut Settings)) -> Courier {
        self.courier_on(self.store.clone(), url, WAIT, change)
    }

    fn courier_on(&self, store: Store, url: &str, wait: Duration, change: impl FnOnce(&mut Settings)) -> Courier {
        self.courier_by(store, mail(url, wait, 20_000_000), change)
    }

    fn courier_by(&self, store: Store, mail: Mail, change: impl FnOnce(&mut Settings)) -> Courier {
        let mut settings = Settings {
            parallel: 8,
            lease: Duration::from_mins(2),
            poll: Duration::from_millis(20),
            first_retry: Duration::from_mins(1),
            longest_retry: Duration::from_hours(1),
            grace: Duration::from_secs(10),
        };
        change(&mut settings);
        Courier::new(store, Channels { mail }, self.clock.clone(), self.randomness.clone(), settings)
    }

    async fn delivery(&self, number: &Vorgangsnummer) -> Delivery {
        self.store.delivery_trail(number).await.unwrap().0.remove(0)
    }

    /// Waits until a delivery is as wished; fails loudly after 20 s.
    async fn until(&self, number: &Vorgangsnummer, wish: impl Fn(&Delivery) -> bool) -> Delivery {
        for _ in 0..2_000 {
            let delivery = self.delivery(number).await;
            if wish(&delivery) {
                return delivery;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("waited in vain: {:?}", self.delivery(number).await);
    }

    async fn until_state(&self, number: &Vorgangsnummer, state: State) -> Delivery {
        self.until(number, |delivery| delivery.state() == state).await
    }
}

impl Running {
    fn start(courier: Courier) -> Self {
        let stop = CancellationToken::new();
        let (working, stopped) = (courier.clone(), stop.clone());
        Self { courier, stop, task: tokio::spawn(async move { working.run(stopped).await }) }
    }

    async fn stop(self) {
        self.stop.cancel();
        tokio::time::timeout(Duration::from_secs(20), self.task).await.expect("the courier stops").unwrap();
    }
}

fn mail(url: &str, wait: Duration, largest: u64) -> Mail {
    let sender = Sender::parse("Antragsassistent <antrag@example.org>").unwrap();
    Mail::new(Transport::open(url, wait).unwrap(), sender, largest)
}

fn way(mailbox: &str) -> Zustellweg {
    Kanal::Mail.to(mailbox).unwrap()
}

fn draft(id: DraftId, begun: Timestamp) -> Draft {
    Draft {
        id,
        mandant: "OZG-Antragsassistent".to_owned(),
        zugang: Zugang::Standard,
        formular: "OZG-Antragsassistent".to_owned(),
        formular_version: "1".to_owned(),
        sprache: "de".to_owned(),
        leistung: Leistung::default(),
        gebiet: Gebiet::default(),
        stellen: Vec::new(),
        answers: Answers::default(),
        pending: BTreeMap::new(),
        uploads: Vec::new(),
        begun,
        sent: None,
    }
}

fn sha256(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(ring::digest::digest(&ring::digest::SHA256, bytes).as_ref())
}

#[tokio::test]
async fn an_office_gets_the_whole_application_byte_for_byte() {
    let house = House::new().await;
    let server = SmtpServer::start().await;
    let scan: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    let number = house
        .submit(&[
            ("Geburtsurkunde Müller-Lüdenscheidt.pdf", "application/pdf", b"%PDF\r\n.\r\n\n.\n".to_vec()),
            ("Paßbild.jpg", "image/jpeg", scan.clone()),
        ])
        .await;
    let running = Running::start(house.courier(&server.url(), |_| {}));
    let mails = server.received_at_least(1).await;
    let delivery = house.until_state(&number, State::Delivered).await;
    running.stop().await;

    assert_eq!((delivery.attempts, delivery.reason), (1, None));
    assert_eq!(server.received().len(), 1);
    assert_eq!((mails[0].from.as_str(), mails[0].to.as_slice()), ("antrag@example.org", &[MAILBOX.to_owned()][..]));
    let mail = MessageParser::default().parse(&mails[0].data).unwrap();
    assert_eq!(mail.subject().unwrap(), format!("OZG Antragsassistent: Kinderreisepass verlängern – {number}"));
    assert_eq!(mail.message_id().unwrap(), format!("{number}@example.org"));
    assert!(mail.body_text(0).unwrap().contains("Anlagen: 2 (293 KB)"));
    let parts: Vec<(&str, &[u8])> =
        mail.attachments().map(|part| (part.attachment_name().unwrap(), part.contents())).collect();
    let (pdf, xml) = (format!("%PDF {number}"), format!("<antrag nr=\"{number}\"/>\n"));
    assert_eq!(
        parts,
        [
            ("XML-Daten.xml", xml.as_bytes()),
            ("OZG-Antragsassistent.pdf", pdf.as_bytes()),
            ("Geburtsurkunde Müller-Lüdenscheidt.pdf", &b"%PDF\r\n.\r\n\n.\n"[..]),
            ("Paßbild.jpg", &scan[..]),
        ]
    );
}

#[tokio::test]
async fn a_folder_gets_one_file_per_submission() {
    let house = House::new().await;
    let number = house.submit(&[]).await;
    let dir = tempfile::tempdir().unwrap();
    let running = Running::start(house.courier(&format!("file:{}", dir.path().display()), |_| {}));
    house.until_state(&number, State::Delivered).await;
    running.stop().await;
    let mail = std::fs::read(dir.path().join(format!("new/{number}-mail.eml"))).unwrap();
    assert!(MessageParser::default().parse(&mail).unwrap().subject().unwrap().ends_with(number.as_str()));
}

#[tokio::test]
async fn a_ring_is_heard_long_before_the_next_look() {
    let house = House::new().await;
    let server = SmtpServer::start().await;
    let running = Running::start(house.courier(&server.url(), |settings| settings.poll = Duration::from_hours(1)));
    // The first delivery may be found by the first look; the second only by the ring.
    for count in 1..=2 {
        let number = house.submit(&[]).await;
        running.courier.wake().notify_one();
        house.until_state(&number, State::Delivered).await;
        assert_eq!(server.received().len(), count);
    }
    running.stop().await;
}

#[tokio::test]
async fn two_instances_on_one_database_send_each_mail_once() {
    for house in House::each().await {
        let server = SmtpServer::start().await;
        let mut numbers = Vec::new();
        for _ in 0..40 {
            numbers.push(house.submit(&[]).await);
        }
        let stores = [house.store.clone(), open(&house.database.url).await];
        let couriers = stores.map(|store| Running::start(house.courier_on(store, &server.url(), WAIT, |_| {})));
        for number in &numbers {
            house.until_state(number, State::Delivered).await;
        }
        for running in couriers {
            running.stop().await;
        }
        let mut ids: Vec<String> = server
            .received()
            .iter()
            .map(|mail| MessageParser::default().parse(&mail.data).unwrap().message_id().unwrap().to_owned())
            .collect();
        ids.sort();
        let mut expected: Vec<String> = numbers.iter().map(|number| format!("{number}@example.org")).collect();
        expected.sort();
        assert_eq!(ids, expected);
        assert!(house.store.deliveries(true, 100).await.unwrap().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_deliveries_share_few_connections() {
    let house = House::new().await;
    let server = SmtpServer::start().await;
    let count: u16 = 200;
    for _ in 0..count {
        house.submit(&[]).await;
    }
    let begun = std::time::Instant::now();
    let running = Running::start(house.courier(&server.url(), |_| {}));
    assert_eq!(server.received_at_least(count.into()).await.len(), usize::from(count));
    println!("deliveries: {:.0} 1/s (debug build)", f64::from(count) / begun.elapsed().as_secs_f64());
    running.stop().await;
    assert!(house.store.deliveries(true, 1).await.unwrap().is_empty());
    let greetings = server.commands().iter().filter(|line| line.starts_with("EHLO")).count();
    assert!(greetings <= 8, "{greetings} connections for 8 hands");
}
