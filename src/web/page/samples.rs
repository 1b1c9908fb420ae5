//! Samples of every page with names that break careless pages; rendered strictly, and written to `target/seiten` to be
//! looked at and checked by axe (`tests/browser/axe-samples.mjs`).

/// What the pages are made of.
mod material;

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::date;

use material::{EVIL, complaints, draft, fill, form, frame, gebiet, leistung, mandant, stelle, zustaendig};

use super::Page;
use super::cancel::{CancelPage, CancelledPage};
use super::choose::{ChoosePlacePage, ChooseServicePage, Search};
use super::error::ErrorPage;
use super::portal::PortalPage;
use super::receipt::{ReceiptOf, ReceiptPage, StoredDocument};
use super::review::ReviewPage;
use super::start::{StartOf, StartPage};
use super::statement::{Statement, StatementPage};
use super::step::{StepOf, StepPage};
use super::unhappy::{Unhappy, UnhappyPage};
use super::untouched::Untouched;
use crate::document::outline::Outline;
use crate::draft::check::Complaint;
use crate::draft::{Answers, Draft, Zugang};
use crate::form::Form;
use crate::intake::start::Uebersetzt;
use crate::office::leistung::Gueltigkeit;
use crate::office::{Bezirk, Gebiet, Leistung, Organisationseinheit};
use crate::words::mishap::Mishap;
use crate::words::tongue::GERMAN;

fn step_page(form: &Form, index: usize, draft: &Draft, complaints: &[Complaint]) -> String {
    step_page_after(&Untouched::default(), form, index, draft, complaints)
}

/// A page of a program that has printed other pages before.
fn step_page_after(
    untouched: &Untouched,
    form: &Form,
    index: usize,
    draft: &Draft,
    complaints: &[Complaint],
) -> String {
    let of = StepOf { form, index, draft, complaints, fill: &fill, untouched };
    StepPage::new(frame(draft.zugang), &of, "geheim".to_owned()).html().unwrap()
}

/// All sample pages, by file name.
#[expect(clippy::too_many_lines, reason = "a plain list, one paragraph per page")]
fn all() -> Vec<(String, String)> {
    let form = form();
    let filled = draft(&form);
    let mut empty = filled.clone();
    empty.answers = Answers::default();
    empty.uploads.clear();
    empty.zugang = Zugang::Test;
    let mut wrong = filled.clone();
    wrong.pending = BTreeMap::from([
        ("nachname".to_owned(), EVIL.to_owned()),
        ("plz".to_owned(), "1".to_owned()),
        ("konto".to_owned(), "DE8".to_owned()),
    ]);
    let mut other = stelle();
    other.id = "4712".to_owned();
    other.name = format!("Gemeinsames Amt {EVIL}");
    wrong.stellen.push(zustaendig(other.clone()));
    wrong.answers.0.remove("stelle");
    let all_fields: Vec<&str> = form.fields().map(|(_, _, field)| field.id.as_str()).collect();

    let mut pages = Vec::new();
    let mut add = |name: &str, html: String| pages.push((format!("{name}.html"), html));
    for (index, step) in form.steps.iter().enumerate().filter(|(_, step)| !step.sections.is_empty()) {
        let own: Vec<&str> = step.sections.iter().flat_map(|section| &section.fields).map(|f| f.id.as_str()).collect();
        add(&format!("schritt-{}-leer", step.id), step_page(&form, index, &empty, &[]));
        add(&format!("schritt-{}", step.id), step_page(&form, index, &filled, &[]));
        add(&format!("schritt-{}-fehler", step.id), step_page(&form, index, &wrong, &complaints(&own)));
    }
    let last = form.steps.len() - 1;
    for (name, draft, wrong) in [("", &filled, &[][..]), ("-fehler", &wrong, &all_fields[..3])] {
        let outline = Outline::of_draft(&form, draft, "Mandant", &GERMAN);
        let tokens = ("geheim".to_owned(), "abc".to_owned());
        let page = ReviewPage::new(frame(Zugang::Standard), &form, last, draft, &outline, &complaints(wrong), tokens);
        add(&format!("bestaetigung{name}"), page.html().unwrap());
    }
    let sha256 = "0123456789abcdef".repeat(4);
    let accepted = ReceiptOf {
        draft: &filled,
        vorgangsnummer: "20200619337550065600",
        at: "2020-06-19T09:22:35.0065600+02:00".parse().unwrap(),
        stelle: &stelle(),
        pdf: StoredDocument { length: 84_321, sha256: &sha256 },
        xml: StoredDocument { length: 9_876, sha256: &sha256 },
    };
    let neu = Some("/forms/x".to_owned());
    add("quittung", ReceiptPage::new(frame(Zugang::Standard), accepted, neu.clone()).html().unwrap());

    let start = |zugang, of: StartOf<'_>| {
        StartPage::new(frame(zugang), of, "/forms/a?pstId=1&areaId=2".to_owned(), "/forms/a?pstId=1".to_owned())
            .html()
            .unwrap()
    };
    let leistung = leistung();
    let gebiet = gebiet();
    let stelle = stelle();
    let of = StartOf {
        form: &form,
        leistung: &leistung,
        uebersetzt: None,
        gebiet: &gebiet,
        stellen: &[&stelle],
        fuer: None,
    };
    let kreis = Bezirk { ars: "150860000000".to_owned(), name: "Jerichower Land".to_owned() };
    add("start", start(Zugang::Standard, of));
    add("start-test", start(Zugang::Test, StartOf { stellen: &[&stelle, &other], fuer: Some(&kreis), ..of }));
    let english = Leistung {
        name: "Extend child passport".to_owned(),
        beschreibung: Some("You would like to extend a child passport that is still valid.".to_owned()),
        voraussetzungen: vec!["The child is younger than twelve.".to_owned()],
        ..leistung.clone()
    };
    let english = Uebersetzt { sprache: "en".to_owned(), leistung: english };
    add("start-englisch", start(Zugang::Standard, StartOf { uebersetzt: Some(&english), ..of }));
    let bare = Leistung { name: EVIL.to_owned(), ..Leistung::default() };
    let bare_place = Gebiet { name: "Möckern".to_owned(), ..Gebiet::default() };
    let bare_office = Organisationseinheit { name: "Amt".to_owned(), ..Organisationseinheit::default() };
    let bare_of = StartOf {
        form: &form,
        leistung: &bare,
        uebersetzt: None,
        gebiet: &bare_place,
        stellen: &[&bare_office],
        fuer: None,
    };
    add("start-karg", start(Zugang::Standard, bare_of));

    let services = [leistung.clone(), bare.clone()];
    let places = [gebiet.clone(), bare_place.clone()];
    let portal =
        PortalPage::new(frame(Zugang::Standard), "OZG-Antragsassistent", "OZG-Antragsassistent", &services, &places);
    add("portal", portal.html().unwrap());
    for (name, words, found, limit) in [("", "", 2, 5), ("-treffer", EVIL, 2, 1), ("-nichts", EVIL, 0, 5)] {
        let search = || Search::new("/forms/a".to_owned(), words);
        let frame = || frame(Zugang::Standard);
        let page =
            ChooseServicePage::new(frame(), search(), Some(&gebiet), &services[..found], limit, |_| "/x".to_owned());
        add(&format!("leistung-waehlen{name}"), page.html().unwrap());
        let page = ChoosePlacePage::new(frame(), search(), &bare, &places[..found], limit, |_| "/x".to_owned());
        add(&format!("ort-waehlen{name}"), page.html().unwrap());
    }
    for (name, reason) in [
        ("keine-stelle", Unhappy::NoOffice),
        ("kein-weg", Unhappy::NotOnline),
        ("schriftform", Unhappy::WrittenForm),
        ("ausweis", Unhappy::Identity),
        ("anderer-tag", Unhappy::OtherDay(Gueltigkeit { von: Some(date(2027, 1, 1)), bis: None })),
        ("verzeichnis", Unhappy::FinderDown),
    ] {
        let offices = [stelle.clone(), bare_office.clone()];
        let offices = if matches!(reason, Unhappy::NoOffice | Unhappy::FinderDown) { &[] } else { &offices[..] };
        let page =
            UnhappyPage::new(frame(Zugang::Standard), reason, Some(&leistung), Some(&gebiet), offices, "/x".to_owned());
        add(&format!("nicht-moeglich-{name}"), page.html().unwrap());
    }
    for (name, offices) in [("nicht-gesendet", &[stelle.clone()][..]), ("nicht-gesendet-unbekannt", &[])] {
        let page = UnhappyPage::not_sent(frame(Zugang::Standard), &filled, "bestaetigung", offices);
        add(name, page.html().unwrap());
    }
    let nothing_known = UnhappyPage::new(frame(Zugang::Test), Unhappy::FinderDown, None, None, &[], "/x".to_owned());
    add("nicht-moeglich-unbekannt", nothing_known.html().unwrap());
    for mishap in [
        Mishap::NotFound,
        Mishap::SessionGone,
        Mishap::Stale,
        Mishap::NotAllowed,
        Mishap::TooSlow,
        Mishap::Conflict,
        Mishap::TooLarge(26_214_400),
        Mishap::Unreadable,
        Mishap::Busy,
        Mishap::Internal,
    ] {
        let next = (mishap != Mishap::NotFound).then(|| "/x".to_owned());
        let page = ErrorPage::new(frame(Zugang::Standard), mishap, next, "K3F9-77QX".to_owned());
        let name: String = format!("{mishap:?}").chars().filter(char::is_ascii_alphabetic).collect();
        add(&format!("fehler-{}", name.to_lowercase()), page.html().unwrap());
    }
    for (name, statement) in [
        ("impressum", Statement::Impressum),
        ("datenschutz", Statement::Datenschutz),
        ("barrierefreiheit", Statement::Barrierefreiheit),
        ("hilfe", Statement::Hilfe),
    ] {
        let page = StatementPage::new(frame(Zugang::Standard), statement, &mandant(), 30);
        add(name, page.html().unwrap());
    }
    let cancel = CancelPage {
        frame: frame(Zugang::Standard),
        leistung: EVIL.to_owned(),
        action: "/a".to_owned(),
        csrf: "geheim".to_owned(),
        zurueck: "/z".to_owned(),
    };
    add("abbrechen", cancel.html().unwrap());
    add("abgebrochen", CancelledPage { frame: frame(Zugang::Standard), neu }.html().unwrap());
    pages
}

#[test]
fn every_page_is_rendered_strictly_and_written_to_be_looked_at() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/seiten");
    std::fs::create_dir_all(&folder).unwrap();
    let pages = all();
    for (name, html) in &pages {
        std::fs::write(folder.join(name), html).unwrap();
    }
    assert!(pages.len() > 40);
}

#[test]
fn no_entry_becomes_markup() {
    for (name, html) in all() {
        for forbidden in ["<script", "<b>x", " style=", " onclick", "javascript:", "&lt;span"] {
            assert!(!html.contains(forbidden), "{forbidden} in {name}");
        }
    }
}

#[test]
fn every_page_has_one_title_one_main_heading_and_its_landmarks() {
    let mut titles = std::collections::BTreeSet::new();
    for (name, html) in all() {
        for once in ["<title>", "<h1", "<main id=\"inhalt\"", "lang=\"de\"", "href=\"#inhalt\"", "<footer"] {
            assert_eq!(html.matches(once).count(), 1, "{once} in {name}");
        }
        for statement in ["impressum", "datenschutz", "barrierefreiheit", "hilfe"] {
            let link = format!("href=\"/intelliform/{statement}?mandant=OZG-Antragsassistent\"");
            assert!(html.contains(&link), "{link} in {name}");
        }
        assert_eq!(html.contains("<strong>TEST</strong>"), html.contains("<title>TEST: "), "{name}");
        let title = html.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).unwrap();
        assert_eq!(title.contains("Fehler: "), name.ends_with("-fehler.html"), "{title}");
        titles.insert(title.to_owned());
    }
    assert!(titles.len() > 30, "{titles:?}");
}

#[test]
fn every_id_is_given_once_and_every_reference_is_met() {
    for (name, html) in all() {
        let values = |attribute: &str| -> Vec<String> {
            let start = format!(" {attribute}=\"");
            html.split(start.as_str()).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
        };
        let ids = values("id");
        let unique: std::collections::BTreeSet<&String> = ids.iter().collect();
        assert_eq!(ids.len(), unique.len(), "an id is given twice in {name}");
        let mut wanted: Vec<String> = values("for");
        for attribute in ["aria-describedby", "aria-labelledby"] {
            wanted.extend(values(attribute).iter().flat_map(|ids| ids.split(' ')).map(str::to_owned));
        }
        wanted.extend(values("href").iter().filter_map(|href| href.strip_prefix('#')).map(str::to_owned));
        for id in wanted {
            assert!(unique.contains(&id), "#{id} is missing in {name}");
        }
    }
}

#[test]
fn the_wizards_form_is_what_the_contract_says() {
    let form = form();
    let filled = draft(&form);
    let html = step_page(&form, 0, &filled, &[]);
    assert!(html.contains("action=\"/intelliform/antrag/a4dqobyha4dqobyha4dqobyha4/angaben\""));
    assert!(html.contains("enctype=\"multipart/form-data\""));
    assert!(!step_page(&form, 1, &filled, &[]).contains("multipart"));
    for field in "anrede nachname vorname geburtsname geburtsdatum geburtsort geburtsland staatsangehoerigkeit strasse \
                  hausnummer zusatz plz ort grafschaft postfach land telefon mobil telefax email de_mail bezugsort \
                  anliegen anlagen"
        .split_whitespace()
    {
        assert!(html.contains(&format!("id=\"feld-{field}\" name=\"{field}\"")), "{field}");
    }
    assert!(html.contains("value=\"20.12.1980\""));
    assert!(html.contains("<option value=\"000\" selected>Deutschland</option>"));
    assert!(html.contains("value=\"weiter\"") && !html.contains("value=\"zurueck\""));
    assert!(html.contains("value=\"entfernen:a\"") && html.contains("value=\"hochladen\""));
    let office = step_page(&form, 1, &filled, &[]);
    assert!(office.contains("name=\"stelle\" value=\"4711\" checked"));
    assert!(step_page(&form, 2, &filled, &[]).contains("name=\"missbrauch\" value=\"ja\" checked"));
}

#[test]
fn an_empty_place_is_filled_with_the_deep_links_place() {
    let form = form();
    let mut draft = draft(&form);
    draft.answers.0.remove("bezugsort");
    assert!(step_page(&form, 0, &draft, &[]).contains("value=\"Möckern, Stadt (Jerichower Land, Sachsen-Anhalt)\""));
}

#[test]
fn what_was_typed_wrongly_is_shown_again() {
    let form = form();
    let mut draft = draft(&form);
    draft.pending.insert("geburtsdatum".to_owned(), "31.2.1980".to_owned());
    let html = step_page(&form, 0, &draft, &complaints(&["geburtsdatum"]));
    assert!(html.contains("value=\"31.2.1980\""));
    assert!(html.contains("href=\"#feld-geburtsdatum\""));
    assert!(html.contains("aria-describedby=\"fehler-geburtsdatum hilfe-geburtsdatum\" aria-invalid=\"true\""));
}

#[test]
fn what_was_printed_for_one_citizen_never_shows_what_another_entered() {
    let form = form();
    let filled = draft(&form);
    let mut empty = filled.clone();
    (empty.answers, empty.uploads) = (Answers::default(), Vec::new());
    let mut pending = empty.clone();
    pending.pending.insert("nachname".to_owned(), "wird nicht angenommen".to_owned());
    let wrong = complaints(&["vorname", "plz"]);
    let cases: [(&Draft, &[Complaint]); 4] = [(&empty, &[]), (&filled, &[]), (&pending, &[]), (&empty, &wrong)];
    let shared = Untouched::default();
    for (draft, complaints) in cases.iter().chain(cases.iter().rev()) {
        let page = step_page_after(&shared, &form, 0, draft, complaints);
        assert!(page == step_page(&form, 0, draft, complaints), "a page depends on those before it");
    }
}

#[test]
fn a_service_that_tells_requirements_only_leaves_no_empty_list() {
    let form = form();
    let mut draft = draft(&form);
    draft.leistung = Leistung { gebuehren: None, frist: None, bearbeitungsdauer: None, ..leistung() };
    let page = step_page(&form, 0, &draft, &[]);
    let (_, box_) = page.split_once("Gut zu wissen").unwrap();
    let (inside, _) = box_.split_once("</details>").unwrap();
    assert!(inside.contains("Das Kind ist jünger als zwölf Jahre.") && !inside.contains("<dl"), "{inside}");
}
