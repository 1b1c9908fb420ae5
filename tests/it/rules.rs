//! Rules of the counter that no page lets a citizen break: whoever writes requests by hand meets them all the same.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends at the first surprise")]

use std::convert::Infallible;
use std::time::Duration;

use antragsassistent::draft::check::{Complaint, Raw, Refusal, Wrong};
use antragsassistent::draft::{Draft, DraftId};
use antragsassistent::intake::answer::{Led, Wish};
use antragsassistent::intake::attach::Attached;
use antragsassistent::intake::start::DeepLink;
use antragsassistent::store::vault::DraftKey;
use bytes::Bytes;
use futures_util::{FutureExt as _, future, stream};
use jiff::SignedDuration;
use tokio::sync::oneshot;

use crate::databases::databases;
use crate::house::{House, PILOT, Plan, demo_tenant};
use crate::promises::{review, submit};
use crate::smtp::{Act, Stage};

/// An application that was just begun.
struct Begun<'h> {
    house: &'h House,
    id: DraftId,
    key: DraftKey,
}

impl<'h> Begun<'h> {
    async fn at(house: &'h House) -> Self {
        let link = DeepLink {
            mandant: "OZG-Antragsassistent".to_owned(),
            zugang: "standard".to_owned(),
            formular: "OZG-Antragsassistent".to_owned(),
            pst_id: Some("297492149".to_owned()),
            area_id: Some("38693732".to_owned()),
            ..DeepLink::default()
        };
        let place = house.counter.place(&link).unwrap();
        let (draft, key) = house.counter.begin(&place, &link).await.unwrap().unwrap();
        Self { house, id: draft.id, key }
    }

    async fn draft(&self) -> Draft {
        self.house.counter.session(&self.id, &self.key).await.unwrap().draft
    }

    async fn answer(&self, step: &str, answers: &[(&str, &str)], wish: &Wish) -> Led {
        let raw: Raw = answers.iter().map(|(id, value)| ((*id).to_owned(), vec![(*value).to_owned()])).collect();
        self.house.counter.answer(&self.id, &self.key, step, &raw, wish, Vec::new()).await.unwrap()
    }

    /// Sends a PDF of so many bytes; `None` if it was taken, otherwise why it was not.
    async fn attach(&self, name: &str, bytes: usize) -> Option<Refusal> {
        self.stream(name, future::ready(pdf(bytes))).await
    }

    /// The same with content that comes when it comes.
    async fn stream(&self, name: &str, content: impl Future<Output = Bytes> + Send) -> Option<Refusal> {
        let content = stream::once(content.map(Ok::<_, Infallible>).boxed());
        let mut session = self.house.counter.session(&self.id, &self.key).await.unwrap();
        match self.house.counter.attach(&mut session, "anlagen", name, content).await.unwrap() {
            Attached::Taken => None,
            Attached::Refused(Complaint { wrong: Wrong::Refused(refusal), .. }) => Some(refusal),
            other => panic!("{other:?}"),
        }
    }
}

fn pdf(bytes: usize) -> Bytes {
    let mut content = b"%PDF-1.7\n".to_vec();
    content.resize(bytes, b' ');
    content.into()
}

/// A house whose tenant takes so many bytes of files in one application.
async fn house_taking(bytes: u64) -> (House, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let tenant = demo_tenant().replace("max_total_bytes = 20_971_520", &format!("max_total_bytes = {bytes}"));
    assert!(tenant.contains(&bytes.to_string()), "the demo's tenant names its limit");
    std::fs::write(dir.path().join("OZG-Antragsassistent.toml"), tenant).unwrap();
    let environment = vec![("ANTRAG__MANDANTEN__DIR", dir.path().display().to_string())];
    (House::planned(databases().await.remove(0), &Plan { environment }).await, dir)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_is_not_open_takes_no_answers_whatever_is_pressed() {
    let house = House::open(databases().await.remove(0)).await;
    let begun = Begun::at(&house).await;
    let agreed =
        [("stelle", "moeckern-buergerservice"), ("gebuehren", "ja"), ("richtigkeit", "ja"), ("missbrauch", "ja")];
    for step in ["stelle", "erklaerungen", "bestaetigung"] {
        for wish in [Wish::Onward, Wish::Back, Wish::Stay, Wish::GiveUp, Wish::RemoveUpload("x".to_owned())] {
            let led = begun.answer(step, &agreed, &wish).await;
            assert!(matches!(&led, Led::To(open) if open == "angaben"), "{step}, {wish:?}: {led:?}");
            let draft = begun.draft().await;
            assert!(draft.answers.0.is_empty() && draft.pending.is_empty(), "{step}, {wish:?}: {draft:?}");
        }
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tenants_limit_holds_for_all_files_of_an_application() {
    let (house, _files) = house_taking(300_000).await;
    let begun = Begun::at(&house).await;
    assert_eq!(begun.attach("a.pdf", 200_000).await, None);
    let refused = begun.attach("b.pdf", 100_001).await;
    assert_eq!(refused, Some(Refusal::NoRoom { max: 300_000, free: 100_000 }));
    assert_eq!(begun.attach("b.pdf", 100_000).await, None, "to the last byte");
    assert_eq!(begun.attach("c.pdf", 10).await, Some(Refusal::NoRoom { max: 300_000, free: 0 }));
    assert_eq!(house.database.rows("uploads").await, 2, "nothing remains of what was refused");
    house.close().await;
}

/// Two tabs add files at once: the first is half-way when the second comes and goes. Returns why the first is refused.
async fn overtaken(begun: &Begun<'_>, first: usize, second: usize) -> Option<Refusal> {
    let (begin, half_way) = oneshot::channel();
    let (go, gone) = oneshot::channel();
    // Its content is asked for once the limits were looked at.
    let slow = begun.stream("slow.pdf", async move {
        begin.send(()).unwrap();
        gone.await.unwrap();
        pdf(first)
    });
    let fast = async {
        half_way.await.unwrap();
        assert_eq!(begun.attach("fast.pdf", second).await, None);
        go.send(()).unwrap();
    };
    tokio::join!(slow, fast).0
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_that_add_files_at_once_do_not_cross_the_limits_together() {
    let (house, _files) = house_taking(300_000).await;
    // Each fits alone, both are too much.
    let begun = Begun::at(&house).await;
    let refused = overtaken(&begun, 200_000, 200_000).await;
    assert_eq!(refused, Some(Refusal::NoRoom { max: 300_000, free: 100_000 }));
    assert_eq!(begun.draft().await.uploads.len(), 1);
    assert_eq!(house.database.rows("uploads").await, 1, "nothing remains of it");
    // Both fit.
    let begun = Begun::at(&house).await;
    assert_eq!(overtaken(&begun, 100_000, 200_000).await, None);
    assert_eq!(begun.draft().await.uploads.len(), 2);
    // The tenth file of ten.
    let begun = Begun::at(&house).await;
    for number in 1..10 {
        assert_eq!(begun.attach(&format!("{number}.pdf"), 10).await, None);
    }
    assert_eq!(overtaken(&begun, 10, 10).await, Some(Refusal::Count { max: 10 }));
    assert_eq!(begun.draft().await.uploads.len(), 10);
    house.close().await;
}

/// Fails unless everything that was submitted is delivered soon, and that is written down.
async fn delivered(house: &House) {
    let waiting = async { while !house.database.store.deliveries(true, 1).await.unwrap().is_empty() {} };
    tokio::time::timeout(Duration::from_secs(20), waiting).await.expect("the courier delivers");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_submitted_is_posted_at_once_and_not_at_the_couriers_next_look() {
    let environment = vec![("ANTRAG__COURIER__POLL_SECONDS", "3600".to_owned())];
    let house = House::planned(databases().await.remove(0), &Plan { environment }).await;
    let citizen = house.citizen();
    submit(&citizen, &review(&citizen, PILOT, "Meier").await).await;
    delivered(&house).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_delivered_stays_for_the_tenants_days_and_what_was_not_stays() {
    let house = House::open(databases().await.remove(0)).await;
    let citizen = house.citizen();
    submit(&citizen, &review(&citizen, PILOT, "Meier").await).await;
    delivered(&house).await;
    house.smtp.script(Stage::Rcpt, Act::Reply("550 5.1.1 nobody here"));
    submit(&citizen, &review(&citizen, PILOT, "Niemand").await).await;
    house.smtp.reached_at_least(Stage::Rcpt, 2).await;
    let days = SignedDuration::from_hours(24 * 14);
    house.clock.advance(days);
    assert_eq!(house.counter.sweep().await.unwrap().submissions, 0, "to the last moment");
    house.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(house.counter.sweep().await.unwrap().submissions, 1);
    house.clock.advance(days);
    assert_eq!(house.counter.sweep().await.unwrap().submissions, 0);
    assert_eq!(house.database.rows("submissions").await, 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_two_files_of_an_application_have_one_name() {
    let house = House::open(databases().await.remove(0)).await;
    let begun = Begun::at(&house).await;
    for name in ["a.pdf", "b.pdf", "a.pdf", "A.PDF", "b.pdf"] {
        assert_eq!(begun.attach(name, 10).await, None);
    }
    let names: Vec<String> = begun.draft().await.uploads.into_iter().map(|upload| upload.name).collect();
    assert_eq!(names, ["a.pdf", "b.pdf", "a (2).pdf", "A (3).pdf", "b (2).pdf"]);
    house.close().await;
}
