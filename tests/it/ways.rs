//! Several ways to one office: an application gets a delivery by each.

#![expect(clippy::unwrap_used, reason = "a test ends at the first surprise")]

use std::collections::BTreeMap;
use std::sync::Arc;

use antragsassistent::intake::Counter;
use antragsassistent::intake::answer::Wish;
use antragsassistent::intake::auskunft::Auskunft;
use antragsassistent::intake::printers::Printers;
use antragsassistent::intake::start::DeepLink;
use antragsassistent::intake::submit::Submitted;
use antragsassistent::office::kanal::Kanal;
use antragsassistent::submission::Vorgangsnummer;
use tokio::sync::Notify;

use crate::databases::databases;
use crate::house::House;
use crate::promises::{answers, person};

/// The counter of a house whose directory does not answer: what the citizen agreed to holds.
fn without_directory(house: &House) -> Counter {
    let Counter { clock, randomness, catalogue, mandanten, store, draft_life, address, .. } = &*house.counter;
    Counter {
        clock: clock.clone(),
        randomness: randomness.clone(),
        catalogue: catalogue.clone(),
        mandanten: mandanten.clone(),
        auskunft: Auskunft::new(BTreeMap::new(), mandanten, None, clock.clone(), randomness.clone()),
        store: store.clone(),
        bell: Arc::new(Notify::new()),
        printers: Printers::new(1).unwrap(),
        draft_life: *draft_life,
        address: address.clone(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_gets_a_delivery_by_every_way_of_its_office() {
    for database in databases().await {
        let house = House::open(database).await;
        let link = DeepLink {
            mandant: "OZG-Antragsassistent".to_owned(),
            zugang: "standard".to_owned(),
            formular: "OZG-Antragsassistent".to_owned(),
            pst_id: Some("297492149".to_owned()),
            area_id: Some("38693732".to_owned()),
            ..DeepLink::default()
        };
        let place = house.counter.place(&link).unwrap();
        let (mut draft, key) = house.counter.begin(&place, &link).await.unwrap().unwrap();
        let ways = ["amt@moeckern.example", "zweitpostfach@moeckern.example"].map(|an| Kanal::Mail.to(an).unwrap());
        for stelle in &mut draft.stellen {
            stelle.kanaele = ways.to_vec();
        }
        let counter = without_directory(&house);
        let (_, revision) = counter.store.draft(&draft.id, &key, counter.clock.now()).await.unwrap().unwrap();
        let (now, life) = (counter.clock.now(), counter.draft_life);
        counter.store.save_draft(&draft, &key, revision, &counter.randomness, now, life).await.unwrap();

        let all = ["gebuehren", "richtigkeit", "datenschutz_betreiber", "datenschutz_stelle", "missbrauch"];
        for (step, answers) in [
            ("angaben", person("Meier")),
            ("stelle", answers(&[("stelle", "moeckern-buergerservice")])),
            ("erklaerungen", answers(&all.map(|id| (id, "ja")))),
        ] {
            let raw = answers.into_iter().map(|(id, answer)| (id, vec![answer])).collect();
            counter.answer(&draft.id, &key, step, &raw, &Wish::Onward, Vec::new()).await.unwrap();
        }
        let shown = counter.session(&draft.id, &key).await.unwrap().shown().unwrap();
        let ended = counter.submit(&draft.id, &key, &shown).await.unwrap();
        assert!(matches!(ended, Submitted::Accepted), "{ended:?}");

        let sent = counter.session(&draft.id, &key).await.unwrap().draft.sent.unwrap();
        let (deliveries, _) = counter.store.delivery_trail(&Vorgangsnummer::parse(&sent).unwrap()).await.unwrap();
        let told: Vec<_> = deliveries.into_iter().map(|delivery| delivery.weg.unwrap()).collect();
        assert_eq!(told, ways);
        house.close().await;
    }
}
