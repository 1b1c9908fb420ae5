//! Outlines by hand: every kind of application that the PDF must bear.

use std::path::Path;
use std::sync::Arc;

use crate::document::outline::{Attachment, Outline, OutlineSection, Row, Sealed};
use crate::latin;
use crate::logo::Logo;
use crate::words::tongue::GERMAN;

mod real;

/// A short answer.
pub(super) fn row(label: &str, value: &str) -> Row {
    Row {
        field: label.to_lowercase(),
        label: label.to_owned(),
        value: value.to_owned(),
        wording: None,
        answered: value != GERMAN.unanswered,
        long: false,
    }
}

/// A free text.
pub(super) fn long(label: &str, value: &str) -> Row {
    Row { long: true, ..row(label, value) }
}

fn declaration(label: &str, wording: &str) -> Row {
    Row { wording: Some(wording.to_owned()), ..row(label, "Ja") }
}

fn section(number: usize, title: &str, rows: Vec<Row>) -> OutlineSection {
    OutlineSection {
        step: "angaben".to_owned(),
        id: title.to_lowercase(),
        number: Some(number),
        title: title.to_owned(),
        rows,
    }
}

/// A file.
pub(super) fn file(number: usize) -> Attachment {
    Attachment {
        field: "anlagen".to_owned(),
        name: format!("Anlage-{number:02}-Geburtsurkunde.pdf"),
        media_type: "application/pdf".to_owned(),
        length: 12_345 * (number as u64 + 1),
        sha512: format!("{number:02x}8f").repeat(32),
    }
}

const TEXT: &str = "Hiermit beantrage ich die Verlängerung des Kinderreisepasses für mein Kind, weil wir in den Sommerferien zu den \
Großeltern fahren möchten. Der bisherige Pass ist noch bis Ende des Monats gültig; das Lichtbild liegt bei.";

/// The pilot's application.
pub(super) fn pilot() -> Outline {
    Outline {
        form_title: "OZG Antragsassistent".to_owned(),
        leistung: "Kinderreisepass verlängern".to_owned(),
        pst_id: "297492149".to_owned(),
        mandant: "OZG-Antragsassistent".to_owned(),
        logo: None,
        stelle: Some("Stadt Möckern - Bürgerservice".to_owned()),
        stelle_anschrift: vec!["Am Markt 10".to_owned(), "39291 Möckern".to_owned()],
        language: "de".to_owned(),
        test: false,
        sealed: Some(Sealed {
            vorgangsnummer: "20200619337550065600".to_owned(),
            at: "2020-06-19T09:22:35+02:00".parse().unwrap(),
        }),
        sections: vec![
            section(
                1,
                "Angaben zur Person",
                vec![
                    row("Anrede", "Frau"),
                    row("Nachname", "Müller-Lüdenscheidt"),
                    row("Vorname", "Änne Sofía"),
                    row("Geburtsname", GERMAN.unanswered),
                    row("Geburtsdatum", "20.12.1980"),
                    row("Geburtsort", "Burg bei Magdeburg"),
                    row("Geburtsland", "Deutschland"),
                    row("Staatsangehörigkeit", "deutsch, österreichisch"),
                ],
            ),
            section(
                2,
                "Anschrift und Kontakt",
                vec![
                    row("Straße", "An der Ihle"),
                    row("Hausnummer", "7a"),
                    row("Zusatz", GERMAN.unanswered),
                    row("Postleitzahl", "39291"),
                    row("Ort", "Möckern"),
                    row("Land", "Deutschland"),
                    row("E-Mail-Adresse", "aenne.mueller-luedenscheidt@beispiel-verwaltung.example"),
                    row("Telefonnummer", "+49 39221 12345"),
                    row("Mobiltelefonnummer", GERMAN.unanswered),
                ],
            ),
            section(
                3,
                "Angaben zum Anliegen",
                vec![
                    row("Bezugsort", "Möckern, Landkreis Jerichower Land, Sachsen-Anhalt"),
                    long("Anliegen", &format!("{TEXT}\n\nMit freundlichen Grüßen\nÄnne Müller-Lüdenscheidt")),
                    long("Anlagen", "Geburtsurkunde.pdf\nLichtbild.jpg"),
                ],
            ),
            section(
                4,
                "Erklärungen",
                vec![
                    declaration(
                        "Gebühren",
                        "Mir ist bekannt, dass für die Bearbeitung meines Antrags Gebühren und Auslagen anfallen können, auch wenn der Antrag abgelehnt oder von mir zurückgenommen wird.",
                    ),
                    declaration(
                        "Richtigkeit",
                        "Ich versichere, dass meine Angaben richtig und vollständig sind. Änderungen teile ich der zuständigen Stelle unverzüglich mit.",
                    ),
                    declaration(
                        "Datenschutz der zuständigen Stelle",
                        "Ich habe die Datenschutzerklärung der Stelle „Stadt Möckern - Bürgerservice“ zur Kenntnis genommen.",
                    ),
                    declaration(
                        "Missbrauch",
                        "Mir ist bekannt, dass vorsätzlich falsche Angaben als Ordnungswidrigkeit oder Straftat verfolgt werden können.",
                    ),
                ],
            ),
        ],
        attachments: vec![file(1), file(2)],
    }
}

/// The logo of the demo's tenant.
pub(super) fn logo() -> Arc<Logo> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/mandanten/logo.svg");
    Arc::new(Logo::read(&file, "Beispiel-Rechenzentrum Sachsen-Anhalt: „Häuser am Fluss“").unwrap())
}

/// A logo of a few grey pixels with transparency, as a program for pictures saves it.
fn small_logo() -> Arc<Logo> {
    Arc::new(Logo::parse(include_bytes!("samples/klein.png"), "Wappen").unwrap())
}

/// Nothing answered, nothing attached, no office.
pub(super) fn empty() -> Outline {
    let mut outline = pilot();
    outline.attachments.clear();
    (outline.stelle, outline.stelle_anschrift) = (None, Vec::new());
    for row in outline.sections.iter_mut().flat_map(|section| &mut section.rows) {
        (row.value, row.answered) = (GERMAN.unanswered.to_owned(), false);
    }
    outline
}

/// `pages` or so pages of free text.
pub(super) fn many_pages(pages: usize) -> Outline {
    let mut outline = pilot();
    let text = vec![TEXT; 13 * pages].join("\n");
    outline.sections[2].rows.push(long("Weitere Begründung", &text));
    outline
}

/// Names that need marks, other scripts, and characters that no font of ours has.
pub(super) fn exotic() -> Outline {
    let mut outline = pilot();
    outline.sections.push(section(5, "Namen", vec![
        row("Kombiniert", "C\u{304}eren Z\u{30c}ivko L\u{302}ubica"),
        row("Vietnamesisch", "Nguyễn Thị Ánh Tuyết"),
        row("Griechisch", "Ευάγγελος Παπαδόπουλος"),
        row("Bulgarisch", "Йорданка Щърбева"),
        row("Isländisch", "Þórður Ægisson"),
        row("Ohne Glyphe", "漢字 und 😀 und \u{200d}."),
        row("Steuerzeichen", "a\0b\u{feff}c\u{fffe}d\te\u{ad}f\u{a0}g"),
        row("Lange Wörter", "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetzgebungsverfahrensbeschleunigungsverordnung"),
        long("Ohne Lücke", &"0123456789abcdef".repeat(40)),
        row("Zeichen", "∞ ≤ ≥ § € – … „Zitat“ ‚einfach‘ «so» ¼ ½ ¾ ² ³ ° µ × ÷ ± ¬ ¶ •"),
    ]));
    outline
}

/// The 149 sequences of letter and mark of DIN 91379, which have no character of their own.
pub(super) fn sequences() -> String {
    latin::sequences().join(" ")
}

/// Every character of DIN 91379 that the faces hold, in words of sixteen.
pub(super) fn characters() -> Vec<String> {
    let ranges = include_str!("fonts/unicodes.txt").split_whitespace().map(|range| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        u32::from_str_radix(first, 16).unwrap()..=u32::from_str_radix(last, 16).unwrap()
    });
    let marks_and_spaces = |c: &char| matches!(c, ' ' | '\u{a0}' | '\u{ad}' | '\u{300}'..='\u{36f}');
    let all: Vec<char> = ranges.flatten().filter_map(char::from_u32).filter(|c| !marks_and_spaces(c)).collect();
    all.chunks(16).map(|chunk| chunk.iter().collect()).collect()
}

/// All characters and sequences of DIN 91379.
pub(super) fn din_91379() -> Outline {
    let mut outline = pilot();
    let characters = characters().join(" ");
    outline.sections.push(section(
        5,
        "Zeichen",
        vec![long("Einzelne", &characters), long("Zusammengesetzte", &sequences())],
    ));
    outline.sections.push(section(6, &format!("Fett {}", sequences()), vec![row("Ende", "ja")]));
    outline
}

/// Every case with the name of its file.
pub(super) fn all() -> Vec<(&'static str, Outline)> {
    let test = Outline { test: true, ..pilot() };
    let preview = Outline { sealed: None, ..pilot() };
    let fifty = Outline { attachments: (0..50).map(file).collect(), ..pilot() };
    let bare = Outline { sections: Vec::new(), ..empty() };
    let mut odd = pilot();
    odd.leistung = "Auskunft aus dem Sorgeregister (Negativbescheinigung) ".repeat(4);
    odd.sections[0].title = "Sehr lange Überschrift ".repeat(12);
    odd.sections[0].rows[0].label = "Eine Frage mit außerordentlich vielen Wörtern ".repeat(9);
    odd.attachments[0].name = format!("{}.pdf", "Sehr-langer_Dateiname".repeat(9));
    let logo = Outline { logo: Some(logo()), ..pilot() };
    let small = Outline {
        mandant: "Verbandsgemeinde mit einem recht langen Namen, der neben dem Wappen umbrochen wird ".repeat(3),
        logo: Some(small_logo()),
        ..test.clone()
    };
    vec![
        ("pilot", pilot()),
        ("leer", empty()),
        ("nackt", bare),
        ("lang", many_pages(20)),
        ("namen", exotic()),
        ("din-91379", din_91379()),
        ("test", test),
        ("vorschau", preview),
        ("fuenfzig-anlagen", fifty),
        ("ueberlang", odd),
        ("logo", logo),
        ("logo-klein", small),
        ("alle-arten", real::every_kind()),
        ("laengster", real::longest()),
    ]
}

/// The XML that stands for the real one.
pub(super) const XML: &[u8] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<antrag>Möckern</antrag>\n".as_bytes();

#[test]
fn the_samples_are_written_for_the_outside_checks() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/pdf-samples");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, outline) in all() {
        let xml = outline.sealed.is_some().then_some(XML);
        let pdf = super::print(&outline, xml).unwrap();
        assert!(pdf.starts_with(b"%PDF-1.7"));
        std::fs::write(folder.join(format!("{name}.pdf")), pdf).unwrap();
    }
}

/// What spoilt samples lose. Without the XML a file may well be PDF/A, but not ours.
const LOSSES: [&str; 10] = [
    "StructTreeRoot",
    "MarkInfo",
    "Lang",
    "ToUnicode",
    "OutputIntents",
    "AF",
    "XML",
    "Alt",
    "Metadata",
    "ViewerPreferences",
];

/// Takes something out of a file, and says how often it was there.
fn spoil(document: &mut lopdf::Document, what: &str) -> usize {
    let root = document.trailer.get(b"Root").and_then(lopdf::Object::as_reference).unwrap();
    let keys = if what == "XML" { vec!["AF", "Names"] } else { vec![what] };
    let anywhere = ["ToUnicode", "Alt"].contains(&what);
    let mut taken = 0;
    for (id, object) in &mut document.objects {
        if let Ok(dictionary) = object.as_dict_mut()
            && (anywhere || *id == root)
        {
            taken += keys.iter().filter(|key| dictionary.remove(key.as_bytes()).is_some()).count();
        }
    }
    document.prune_objects();
    taken
}

#[test]
fn spoilt_samples_are_written_to_show_that_the_outside_checks_see() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/pdf-samples/falsch");
    std::fs::create_dir_all(&folder).unwrap();
    for what in LOSSES {
        let good = super::print(&Outline { logo: Some(logo()), ..pilot() }, Some(XML)).unwrap();
        let mut document = lopdf::Document::load_mem(&good).unwrap();
        assert!(spoil(&mut document, what) > 0, "{what} was never there");
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        std::fs::write(folder.join(format!("ohne-{what}.pdf")), bytes).unwrap();
    }
}
