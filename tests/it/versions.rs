//! A draft says with which version of its form it began; what leaves says which version was answered.

#![expect(clippy::unwrap_used, reason = "a test ends at the first surprise")]

use std::path::Path;

use antragsassistent::intake::start::DeepLink;
use mail_parser::{MessageParser, MimeHeaders as _};

use crate::databases::databases;
use crate::house::{Answers, House, PILOT, Plan};
use crate::promises::{answers, person, submit};

/// The demo's form in a later version.
fn later_form() -> (Plan, tempfile::TempDir) {
    let forms = tempfile::tempdir().unwrap();
    let dir = forms.path().join("OZG-Antragsassistent");
    std::fs::create_dir(&dir).unwrap();
    let pilot = Path::new(env!("CARGO_MANIFEST_DIR")).join("forms/OZG-Antragsassistent/form.toml");
    let pilot = std::fs::read_to_string(pilot).unwrap();
    let old = pilot.lines().find(|line| line.starts_with("version")).unwrap();
    std::fs::write(dir.join("form.toml"), pilot.replacen(old, "version = \"9.9\"", 1)).unwrap();
    (Plan { environment: vec![("ANTRAG__FORMS__DIR", forms.path().display().to_string())] }, forms)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_began_stays_and_what_leaves_says_what_was_answered() {
    for database in databases().await {
        let house = House::open(database).await;
        let mut citizen = house.citizen();
        let page = citizen.get(PILOT).await;
        let page = citizen.press(&page, "starten", &Answers::new()).await;
        let link = DeepLink {
            mandant: "OZG-Antragsassistent".to_owned(),
            zugang: "standard".to_owned(),
            formular: "OZG-Antragsassistent".to_owned(),
            pst_id: Some("297492149".to_owned()),
            area_id: Some("38693732".to_owned()),
            words: String::new(),
            sprachen: Vec::new(),
        };
        let place = house.counter.place(&link).unwrap();
        let (begun, key) = house.counter.begin(&place, &link).await.unwrap().unwrap();

        let shown = house.counter.session(&begun.id, &key).await.unwrap().shown().unwrap();

        let (plan, _forms) = later_form();
        let house = house.restarted_as(&plan).await;
        citizen.base.clone_from(&house.base);
        let session = house.counter.session(&begun.id, &key).await.unwrap();
        assert_eq!(session.draft.formular_version, begun.formular_version);
        assert_eq!(session.form.version, "9.9");
        assert_ne!(begun.formular_version, "9.9");
        assert_ne!(session.shown().unwrap(), shown, "what another form asks is shown again before it is sent");

        let page = citizen.press(&page, "weiter", &person("Version")).await;
        let page = citizen.press(&page, "weiter", &answers(&[("stelle", "moeckern-buergerservice")])).await;
        let all = ["gebuehren", "richtigkeit", "datenschutz_betreiber", "datenschutz_stelle", "missbrauch"];
        let page = citizen.press(&page, "weiter", &answers(&all.map(|id| (id, "ja")))).await;
        assert_eq!(submit(&citizen, &page).await.step(), "quittung");
        let mail = &house.smtp.received_at_least(1).await[0];
        let parsed = MessageParser::default().parse(&mail.data).unwrap();
        let xml = parsed.attachments().find(|part| part.attachment_name() == Some("XML-Daten.xml")).unwrap().contents();
        assert!(String::from_utf8_lossy(xml).contains("<formular id=\"OZG-Antragsassistent\" version=\"9.9\">"));
        assert_eq!(house.database.rows("submissions WHERE formular_version = '9.9'").await, 1);
        house.close().await;
    }
}
