//! Everything that can go wrong on the way, over real conversations.

use std::sync::Arc;
use std::time::Duration;

use antragsassistent::outbox::courier::Courier;
use antragsassistent::store::deliveries::{Delivery, State};
use jiff::SignedDuration;
use metrics_exporter_prometheus::PrometheusBuilder;
use tokio::sync::Notify;

use super::{House, Running, WAIT, mail, way};
use crate::smtp::{Act, SmtpServer, Stage};

const NEXT_TRY: SignedDuration = SignedDuration::from_secs(61);

/// One delivery fails for now as scripted; after the pause the server behaves and the office has exactly one mail.
async fn fails_then_arrives(house: &House, server: &SmtpServer, courier: Courier) -> Delivery {
    let number = house.submit(&[("Scan.pdf", "application/pdf", vec![b'x'; 200_000])]).await;
    let running = Running::start(courier);
    let failed = house.until_state(&number, State::Retrying).await;
    assert_eq!((failed.attempts, failed.delivered_at, failed.held_at), (1, None, None));
    assert!(failed.next_at > house.clock.now() && failed.next_at <= house.clock.now() + SignedDuration::from_mins(1));
    assert!(server.received().is_empty());
    house.clock.advance(NEXT_TRY);
    running.courier.wake().notify_one();
    let delivered = house.until_state(&number, State::Delivered).await;
    running.stop().await;
    assert_eq!(delivered.attempts, 2);
    assert_eq!(server.received().len(), 1);
    failed
}

/// One delivery is held as scripted, is not tried again by itself, and arrives once someone says so.
async fn is_held_until_retried(house: &House, server: &SmtpServer, courier: Courier) -> Delivery {
    let number = house.submit(&[]).await;
    let running = Running::start(courier);
    let held = house.until_state(&number, State::Held).await;
    house.clock.advance(SignedDuration::from_hours(1_000));
    // A delivery that is due passes by the held one.
    let other = house.submit(&[]).await;
    running.courier.wake().notify_one();
    house.until_state(&other, State::Delivered).await;
    assert_eq!(house.delivery(&number).await.state(), State::Held);
    assert_eq!(house.store.retry(&number, house.clock.now()).await.unwrap(), 1);
    running.courier.wake().notify_one();
    house.until_state(&number, State::Delivered).await;
    running.stop().await;
    assert_eq!(server.received().len(), 2);
    held
}

#[tokio::test]
async fn four_hundreds_are_tried_again() {
    for stage in [Stage::Mail, Stage::Rcpt, Stage::Data, Stage::End] {
        let house = House::new().await;
        let server = SmtpServer::start().await;
        server.script(stage, Act::Reply("451 4.3.0 <erika@example.org> try later"));
        let failed = fails_then_arrives(&house, &server, house.courier(&server.url(), |_| {})).await;
        let reason = failed.reason.unwrap();
        assert!(reason.ends_with("refused with 451 4.3.0"), "{stage:?}: {reason}");
    }
}

#[tokio::test]
async fn five_hundreds_about_the_mailbox_or_the_mail_are_held_and_repeat_no_word_of_the_server() {
    for stage in [Stage::Rcpt, Stage::Data, Stage::End] {
        let house = House::new().await;
        let server = SmtpServer::start().await;
        server.script(stage, Act::Reply("550-5.1.1 <erika@example.org> unknown\r\n550 5.1.1 Geburtsurkunde.pdf"));
        let held = is_held_until_retried(&house, &server, house.courier(&server.url(), |_| {})).await;
        let reason = held.reason.unwrap();
        assert!(reason.ends_with("refused with 550 5.1.1"), "{stage:?}: {reason}");
    }
}

#[tokio::test]
async fn a_server_that_refuses_us_is_tried_again() {
    for (stage, answer) in [
        (Stage::Greeting, "421 4.7.0 busy"),
        (Stage::Greeting, "554 5.7.1 go away"),
        (Stage::Ehlo, "550 5.7.1 who are you?"),
        (Stage::Mail, "530 5.7.0 must issue STARTTLS first"),
        (Stage::Mail, "550 5.7.1 sender not ours"),
        (Stage::Rcpt, "530 5.7.0 authenticate first"),
    ] {
        let house = House::new().await;
        let server = SmtpServer::start().await;
        server.script(stage, Act::Reply(answer));
        let failed = fails_then_arrives(&house, &server, house.courier(&server.url(), |_| {})).await;
        assert!(failed.reason.unwrap().contains(&answer[..3]));
    }
}

#[tokio::test]
async fn a_connection_cut_at_any_point_is_tried_again() {
    for stage in [Stage::Greeting, Stage::Ehlo, Stage::Mail, Stage::Rcpt, Stage::Data, Stage::Content, Stage::End] {
        let house = House::new().await;
        let server = SmtpServer::start().await;
        server.script(stage, Act::Drop);
        fails_then_arrives(&house, &server, house.courier(&server.url(), |_| {})).await;
    }
}

#[tokio::test]
async fn a_server_that_says_nothing_any_more_is_tried_again() {
    for stage in [Stage::Greeting, Stage::Rcpt, Stage::End] {
        let house = House::new().await;
        let server = SmtpServer::start().await;
        server.script(stage, Act::Stall);
        let courier = house.courier_on(house.store.clone(), &server.url(), Duration::from_millis(1_500), |_| {});
        let failed = fails_then_arrives(&house, &server, courier).await;
        assert!(failed.reason.unwrap().contains("took longer than 1.5 seconds"));
    }
}

#[tokio::test]
async fn an_answer_out_of_step_is_no_success() {
    let house = House::new().await;
    let server = SmtpServer::start().await;
    server.script(Stage::Data, Act::Reply("250 2.0.0 done already"));
    fails_then_arrives(&house, &server, house.courier(&server.url(), |_| {})).await;
}

#[tokio::test]
async fn a_server_that_is_not_there_is_tried_again_and_again() {
    let house = House::new().await;
    let number = house.submit(&[]).await;
    let running = Running::start(house.courier(&SmtpServer::nobody().await, |_| {}));
    let mut pauses = Vec::new();
    for attempts in 1..=4 {
        let failed = house.until(&number, |delivery| delivery.attempts == attempts).await;
        assert_eq!(failed.state(), State::Retrying);
        let pause = failed.next_at.duration_since(house.clock.now());
        pauses.push(pause.as_secs());
        house.clock.advance(pause);
        running.courier.wake().notify_one();
    }
    running.stop().await;
    for (turn, pause) in pauses.iter().enumerate() {
        assert!((30 << turn..=60 << turn).contains(pause), "{pauses:?}");
    }
}

#[tokio::test]
async fn the_repetition_of_a_mail_whose_answer_was_lost_is_the_same_to_the_byte() {
    let house = House::new().await;
    let server = SmtpServer::start().await;
    server.script(Stage::End, Act::RecordAndDrop);
    let number = house.submit(&[("Müller.pdf", "application/pdf", b"%PDF".to_vec())]).await;
    let running = Running::start(house.courier(&server.url(), |_| {}));
    house.until_state(&number, State::Retrying).await;
    house.clock.advance(NEXT_TRY);
    running.courier.wake().notify_one();
    let mails = server.received_at_least(2).await;
    house.until_state(&number, State::Delivered).await;
    running.stop().await;
    assert_eq!(mails[0], mails[1]);
    assert_eq!(server.reached(Stage::End), 2);
}

#[tokio::test]
async fn a_login_is_used_and_a_wrong_one_is_our_fault() {
    let house = House::new().await;
    let server = SmtpServer::start_offering("250-localhost\r\n250 AUTH PLAIN LOGIN").await;
    server.script(Stage::Auth, Act::Reply("535 5.7.8 wrong password geheim"));
    let url = server.url().replace("smtp://", "smtp://antrag:geheim@");
    let failed = fails_then_arrives(&house, &server, house.courier(&url, |_| {})).await;
    assert_eq!(failed.reason.unwrap(), "SMTP, logging in: refused with 535 5.7.8");
    assert!(server.commands().iter().any(|line| line.starts_with("AUTH PLAIN ")));
}

#[tokio::test]
async fn without_starttls_where_it_is_required_nothing_is_said() {
    let house = House::new().await;
    let server = SmtpServer::start_offering("250-localhost\r\n250 AUTH PLAIN").await;
    let number = house.submit(&[]).await;
    let url = format!("{}?tls=required", server.url().replace("smtp://", "smtp://antrag:geheim@"));
    let running = Running::start(house.courier(&url, |_| {}));
    let failed = house.until_state(&number, State::Retrying).await;
    running.stop().await;
    assert!(failed.reason.unwrap().contains("no STARTTLS"));
    assert!(server.commands().iter().all(|line| line.starts_with("EHLO") || line == "QUIT"), "{:?}", server.commands());
}

#[tokio::test]
async fn starttls_is_used_where_it_is_offered() {
    let house = House::new().await;
    let server = SmtpServer::start_offering("250-localhost\r\n250 STARTTLS").await;
    let number = house.submit(&[]).await;
    let running = Running::start(house.courier(&server.url(), |_| {}));
    house.until_state(&number, State::Delivered).await;
    running.stop().await;
    assert!(server.received()[0].encrypted);
}

#[tokio::test]
async fn a_certificate_that_nobody_trusts_is_refused_where_it_counts() {
    let starttls = SmtpServer::start_offering("250-localhost\r\n250-AUTH PLAIN\r\n250 STARTTLS").await;
    let wrapped = SmtpServer::start_wrapped().await;
    let login = "smtp://antrag:geheim@";
    for (server, url) in [
        (&starttls, format!("{}?tls=required", starttls.url().replace("smtp://", login))),
        (&wrapped, wrapped.url().replace("smtp://", "smtps://")),
    ] {
        let house = House::new().await;
        let number = house.submit(&[]).await;
        let running = Running::start(house.courier(&url, |_| {}));
        let failed = house.until_state(&number, State::Retrying).await;
        running.stop().await;
        let reason = failed.reason.unwrap();
        assert!(reason.contains("certificate"), "{reason}");
        assert!(server.received().is_empty());
        assert!(server.commands().iter().all(|line| !line.starts_with("AUTH") && !line.starts_with("MAIL")));
    }
}

#[tokio::test]
async fn a_mail_that_is_too_large_is_held_before_anything_is_sent() {
    let house = House::new().await;
    let server = SmtpServer::start().await;
    let number = house.submit(&[("Scan.pdf", "application/pdf", vec![b'x'; 10_000])]).await;
    let running = Running::start(house.courier_by(house.store.clone(), mail(&server.url(), WAIT, 9_999), |_| {}));
    let held = house.until_state(&number, State::Held).await;
    running.stop().await;
    assert!(held.reason.unwrap().contains("more than 9999"));
    assert!(server.commands().is_empty());
}

#[tokio::test]
async fn shutdown_lets_a_delivery_in_hand_finish() {
    for house in House::each().await {
        let server = SmtpServer::start().await;
        let go = Arc::new(Notify::new());
        server.script(Stage::End, Act::Hold(Arc::clone(&go)));
        let number = house.submit(&[]).await;
        let running = Running::start(house.courier(&server.url(), |_| {}));
        server.reached_at_least(Stage::End, 1).await;
        running.stop.cancel();
        let waiting = house.submit(&[]).await;
        running.courier.wake().notify_one();
        go.notify_one();
        running.stop().await;
        assert_eq!(house.delivery(&number).await.state(), State::Delivered);
        assert_eq!(house.delivery(&waiting).await.state(), State::Queued);
    }
}

#[tokio::test]
async fn shutdown_releases_what_does_not_finish_in_time() {
    for house in House::each().await {
        let server = SmtpServer::start().await;
        server.script(Stage::Rcpt, Act::Stall);
        let number = house.submit(&[]).await;
        let running =
            Running::start(house.courier(&server.url(), |settings| settings.grace = Duration::from_millis(50)));
        server.reached_at_least(Stage::Rcpt, 1).await;
        running.stop().await;
        let released = house.delivery(&number).await;
        assert_eq!((released.state(), released.attempts), (State::Queued, 0));
        // Free at once for another, without waiting for the end of the claim: the clock stands still.
        let other = Running::start(house.courier(&server.url(), |_| {}));
        house.until_state(&number, State::Delivered).await;
        other.stop().await;
        assert_eq!(server.received().len(), 1);
    }
}

#[tokio::test]
async fn after_a_crash_another_takes_over_when_the_claim_ends_and_not_before() {
    for house in House::each().await {
        let server = SmtpServer::start().await;
        server.script(Stage::Content, Act::Stall);
        let number = house.submit(&[]).await;
        let crashed = Running::start(house.courier(&server.url(), |_| {}));
        server.reached_at_least(Stage::Content, 1).await;
        crashed.task.abort();
        assert!(crashed.task.await.unwrap_err().is_cancelled());

        let lease = SignedDuration::from_secs(120);
        house.clock.advance(lease - SignedDuration::from_secs(1));
        assert!(house.store.claim("early", house.clock.now(), move |_| lease, 10).await.unwrap().is_empty());
        house.clock.advance(SignedDuration::from_secs(2));
        let other = Running::start(house.courier(&server.url(), |_| {}));
        house.until_state(&number, State::Delivered).await;
        other.stop().await;
        assert_eq!(server.received().len(), 1);
    }
}

#[tokio::test]
async fn a_database_that_fails_does_not_stop_the_courier() {
    for house in House::each().await {
        let server = SmtpServer::start().await;
        let number = house.submit(&[]).await;
        house.database.tamper("ALTER TABLE deliveries RENAME TO gone").await.unwrap();
        let running = Running::start(house.courier(&server.url(), |_| {}));
        // Long enough for several looks; were it too short, the test would only prove less.
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(!running.task.is_finished() && server.commands().is_empty());
        house.database.tamper("ALTER TABLE gone RENAME TO deliveries").await.unwrap();
        house.until_state(&number, State::Delivered).await;
        running.stop().await;
    }
}

#[tokio::test]
async fn what_is_sent_is_written_down_even_if_the_database_fails_meanwhile() {
    for house in House::each().await {
        let server = SmtpServer::start().await;
        let go = Arc::new(Notify::new());
        server.script(Stage::End, Act::Hold(Arc::clone(&go)));
        let number = house.submit(&[]).await;
        let running = Running::start(house.courier(&server.url(), |_| {}));
        server.reached_at_least(Stage::End, 1).await;
        house.database.tamper("ALTER TABLE deliveries RENAME TO gone").await.unwrap();
        go.notify_one();
        server.received_at_least(1).await;
        house.database.tamper("ALTER TABLE gone RENAME TO deliveries").await.unwrap();
        let delivered = house.until_state(&number, State::Delivered).await;
        running.stop().await;
        assert_eq!(delivered.attempts, 1);
        assert_eq!(server.received().len(), 1);
    }
}

#[tokio::test]
async fn a_submission_that_is_damaged_is_held_and_half_of_it_is_never_sent() {
    for damage in [
        "DELETE FROM upload_chunks",
        "DELETE FROM upload_chunks WHERE number = 1",
        "DELETE FROM uploads",
        "UPDATE submissions SET pdf = xml",
    ] {
        for house in House::each().await {
            let server = SmtpServer::start().await;
            let number = house.submit(&[("Scan.pdf", "application/pdf", vec![b'x'; 300_000])]).await;
            if damage.contains("submissions") {
                // The store forbids it; someone who damages it anyway has taken the lock away.
                let trigger = "DROP TRIGGER submissions_are_final";
                if house.database.tamper(trigger).await.is_err() {
                    house.database.tamper(&format!("{trigger} ON submissions")).await.unwrap();
                }
            }
            assert!(house.database.tamper(damage).await.unwrap() > 0);
            let running = Running::start(house.courier(&server.url(), |_| {}));
            let held = house.until_state(&number, State::Held).await;
            running.stop().await;
            assert!(held.reason.unwrap().contains("damaged"), "{damage}");
            assert!(server.commands().is_empty());
        }
    }
}

#[tokio::test]
async fn an_outcome_that_belongs_to_no_claim_any_more_is_an_alarm_that_begins_with_zero() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let metrics = recorder.handle();
    let _here = metrics::set_default_local_recorder(&recorder); // this test has one thread
    let told =
        |count: usize| assert!(metrics.render().contains(&format!("antrag_deliveries_unsettled_total {count}\n")));
    for (count, house) in House::each().await.into_iter().enumerate() {
        let server = SmtpServer::start().await;
        let go = Arc::new(Notify::new());
        server.script(Stage::End, Act::Hold(Arc::clone(&go)));
        let number = house.submit(&[]).await;
        let running = Running::start(house.courier(&server.url(), |_| {}));
        server.reached_at_least(Stage::End, 1).await;
        told(count);
        house.database.tamper("UPDATE deliveries SET claimed_by = 'another'").await.unwrap();
        go.notify_one();
        running.stop().await;
        assert_eq!(house.delivery(&number).await.state(), State::Queued, "nothing was written down");
        told(count + 1);
    }
}

#[tokio::test]
async fn nothing_is_begun_that_could_outlast_its_lease() {
    // The lease is 120 s; 10 s for the conversation and 10 s to write down how it ended must be left.
    for (waited, sent) in [(100, 3), (101, 2)] {
        let house = House::new().await;
        let server = SmtpServer::start().await;
        let ends = [Arc::new(Notify::new()), Arc::new(Notify::new())];
        for end in &ends {
            server.script(Stage::End, Act::Hold(Arc::clone(end)));
        }
        let mut numbers = Vec::new();
        for _ in 0..3 {
            numbers.push(house.submit(&[("Scan.pdf", "application/pdf", vec![b'x'; 10_000])]).await);
        }
        // Two of the largest mails fill the memory: the third is claimed with them and waits.
        let mail = mail(&server.url(), WAIT, 10_200);
        let running = Running::start(house.courier_by(house.store.clone(), mail, |_| {}));
        server.reached_at_least(Stage::End, 2).await;
        house.clock.advance(SignedDuration::from_secs(waited));
        running.stop.cancel(); // so that it is not claimed anew
        for end in &ends {
            end.notify_one();
        }
        running.stop().await;
        assert_eq!(server.received().len(), sent, "{waited}");
        let mut states = Vec::new();
        for number in &numbers {
            states.push(house.delivery(number).await.state());
        }
        assert_eq!(states.iter().filter(|state| **state == State::Delivered).count(), sent);
        // What was not begun is free at once.
        let free = house.store.claim("other", house.clock.now(), |_| SignedDuration::from_secs(1), 10).await.unwrap();
        assert_eq!((free.len(), free.iter().map(|claim| claim.attempts).sum::<u32>()), (3 - sent, 0));
    }
}

#[tokio::test]
async fn two_ways_of_one_submission_go_out_and_fail_by_themselves() {
    for house in House::each().await {
        let server = SmtpServer::start().await;
        server.script(Stage::Rcpt, Act::Reply("550 5.1.1 unknown"));
        let number = house.submit_to(&[way("a@moeckern.example"), way("b@moeckern.example")], &[]).await;
        // One after the other, so that the script meets the first.
        let running = Running::start(house.courier(&server.url(), |settings| settings.parallel = 1));
        server.received_at_least(1).await;
        let states = async || {
            let (deliveries, _) = house.store.delivery_trail(&number).await.unwrap();
            deliveries.iter().map(|one| (one.weg.clone().unwrap().an, one.state())).collect::<Vec<_>>()
        };
        let mut told = states().await;
        for _ in 0..2_000 {
            if told.iter().all(|(_, state)| *state != State::Queued) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
            told = states().await;
        }
        let [first, second] = ["a@moeckern.example", "b@moeckern.example"].map(str::to_owned);
        assert_eq!(told, [(first.clone(), State::Held), (second.clone(), State::Delivered)]);
        assert_eq!(server.received()[0].to, [second]);

        house.store.retry(&number, house.clock.now()).await.unwrap();
        running.courier.wake().notify_one();
        server.received_at_least(2).await;
        running.stop().await;
        assert!(states().await.iter().all(|(_, state)| *state == State::Delivered));
        assert_eq!((server.received().len(), &server.received()[1].to), (2, &vec![first]));
    }
}
