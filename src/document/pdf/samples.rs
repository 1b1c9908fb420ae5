//! Outlines by hand: every kind of application that the PDF must bear.

use crate::document::outline::{Attachment, Outline, OutlineSection, Row, Sealed, UNANSWERED};

/// A short answer.
pub(super) fn row(label: &str, value: &str) -> Row {
    Row {
        field: label.to_lowercase(),
        label: label.to_owned(),
        value: value.to_owned(),
        wording: None,
        answered: value != UNANSWERED,
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
                    row("Geburtsname", UNANSWERED),
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
                    row("Zusatz", UNANSWERED),
                    row("Postleitzahl", "39291"),
                    row("Ort", "Möckern"),
                    row("Land", "Deutschland"),
                    row("E-Mail-Adresse", "aenne.mueller-luedenscheidt@beispiel-verwaltung.example"),
                    row("Telefonnummer", "+49 39221 12345"),
                    row("Mobiltelefonnummer", UNANSWERED),
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

/// Nothing answered, nothing attached, no office.
pub(super) fn empty() -> Outline {
    let mut outline = pilot();
    outline.attachments.clear();
    (outline.stelle, outline.stelle_anschrift) = (None, Vec::new());
    for row in outline.sections.iter_mut().flat_map(|section| &mut section.rows) {
        (row.value, row.answered) = (UNANSWERED.to_owned(), false);
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
pub(super) const SEQUENCES: &str = "A\u{30b} C\u{300} C\u{304} C\u{306} C\u{308} C\u{315} C\u{323} C\u{326} C\u{328}\u{306} D\u{302} F\u{300} F\u{304} \
G\u{300} H\u{304} H\u{326} H\u{331} J\u{301} J\u{30c} K\u{300} K\u{302} K\u{304} K\u{307} K\u{315} K\u{31b} K\u{326} \
K\u{35f}H K\u{35f}h L\u{302} L\u{325} L\u{325}\u{304} L\u{326} M\u{300} M\u{302} M\u{306} M\u{310} N\u{302} N\u{304} \
N\u{306} N\u{326} P\u{300} P\u{304} P\u{315} P\u{323} R\u{306} R\u{325} R\u{325}\u{304} S\u{300} S\u{304} \
S\u{31b}\u{304} S\u{331} T\u{300} T\u{304} T\u{308} T\u{315} T\u{31b} U\u{307} Z\u{300} Z\u{304} Z\u{306} Z\u{308} \
Z\u{327} a\u{30b} c\u{300} c\u{304} c\u{306} c\u{308} c\u{315} c\u{323} c\u{326} c\u{328}\u{306} d\u{302} f\u{300} \
f\u{304} g\u{300} h\u{304} h\u{326} j\u{301} k\u{300} k\u{302} k\u{304} k\u{307} k\u{315} k\u{31b} k\u{326} k\u{35f}h \
l\u{302} l\u{325} l\u{325}\u{304} l\u{326} m\u{300} m\u{302} m\u{306} m\u{310} n\u{302} n\u{304} n\u{306} n\u{326} \
p\u{300} p\u{304} p\u{315} p\u{323} r\u{306} r\u{325} r\u{325}\u{304} s\u{300} s\u{304} s\u{31b}\u{304} s\u{331} \
t\u{300} t\u{304} t\u{315} t\u{31b} u\u{307} z\u{300} z\u{304} z\u{306} z\u{308} z\u{327} Ç\u{306} Û\u{304} ç\u{306} \
û\u{304} ÿ\u{301} Č\u{315} Č\u{323} č\u{315} č\u{323} ē\u{30d} Ī\u{301} ī\u{301} ō\u{30d} Ž\u{326} Ž\u{327} ž\u{326} \
ž\u{327} \u{1e32}\u{304} \u{1e33}\u{304} \u{1e62}\u{304} \u{1e63}\u{304} \u{1e6c}\u{304} \u{1e6d}\u{304} \
\u{1ea0}\u{308} \u{1ea1}\u{308} \u{1ecc}\u{308} \u{1ecd}\u{308} \u{1ee4}\u{304} \u{1ee4}\u{308} \u{1ee5}\u{304} \
\u{1ee5}\u{308}";

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
        vec![long("Einzelne", &characters), long("Zusammengesetzte", SEQUENCES)],
    ));
    outline.sections.push(section(6, &format!("Fett {SEQUENCES}"), vec![row("Ende", "ja")]));
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
    ]
}

/// The XML that stands for the real one.
pub(super) const XML: &[u8] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<antrag>Möckern</antrag>\n".as_bytes();

#[test]
fn the_samples_are_written_for_the_outside_checks() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/pdf-samples");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, outline) in all() {
        let xml = outline.sealed.is_some().then_some(XML);
        let pdf = super::print(&outline, xml).unwrap();
        assert!(pdf.starts_with(b"%PDF-1.7"));
        std::fs::write(folder.join(format!("{name}.pdf")), pdf).unwrap();
    }
}

/// What a file loses in a spoilt sample.
fn spoil(document: &mut lopdf::Document, what: &str) {
    let root = document.trailer.get(b"Root").and_then(lopdf::Object::as_reference).unwrap();
    for (id, object) in &mut document.objects {
        if let Ok(dictionary) = object.as_dict_mut()
            && (what == "ToUnicode" || *id == root)
        {
            dictionary.remove(what.as_bytes());
        }
    }
}

#[test]
fn spoilt_samples_are_written_to_show_that_the_outside_checks_see() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/pdf-samples/falsch");
    std::fs::create_dir_all(&folder).unwrap();
    for what in
        ["StructTreeRoot", "MarkInfo", "Lang", "ToUnicode", "OutputIntents", "AF", "Metadata", "ViewerPreferences"]
    {
        let good = super::print(&pilot(), Some(XML)).unwrap();
        let mut document = lopdf::Document::load_mem(&good).unwrap();
        spoil(&mut document, what);
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        assert!(!bytes.is_empty());
        std::fs::write(folder.join(format!("ohne-{what}.pdf")), bytes).unwrap();
    }
}
