//! Any text in any place: nothing panics, nothing is lost, no character is shown as an empty box.

use proptest::prelude::*;

use super::readback::File;
use super::samples;
use crate::document::outline::{Attachment, Outline};
use crate::latin::{self, Datatype};

/// Any text: printable, strange, or long without a gap.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => any::<String>(),
        2 => "[A-Za-zäöüß \n\u{300}-\u{30c}-]{0,200}",
        1 => ("\\PC", 1..3000_usize).prop_map(|(c, times)| c.repeat(times)),
        1 => Just("\u{200d}\u{ad}\r\n\0\u{202e}".to_owned()),
    ]
}

/// Any text of datatype C of DIN 91379 on one line: each character and sequence is as likely as any other. Tabs and line
/// ends are layout.
fn latin_line() -> impl Strategy<Value = String> {
    let single = ('\u{20}'..'\u{3000}').map(String::from).filter(|c| latin::check(c, Datatype::C).is_ok());
    let all: Vec<String> = single.chain(latin::sequences().iter().map(|&one| one.to_owned())).collect();
    assert!(all.len() > 700);
    let sign = prop_oneof![8 => proptest::sample::select(all), 1 => Just(" ".to_owned())];
    proptest::collection::vec(sign, 1..120).prop_map(|signs| latin::normalise(&signs.concat()))
}

/// Places that hold several lines.
const SEVERAL_LINES: [usize; 3] = [1, 2, 6];

/// Puts a value of several lines into one of the places that hold one; the others are of one line.
fn place(outline: &mut Outline, place: usize, lines: &[String]) {
    let line = lines.concat();
    let row = &mut outline.sections[0].rows[1];
    row.answered = true;
    match place {
        0 => row.value = line,
        1 => (row.value, row.long) = (lines.join("\n"), true),
        2 => row.wording = Some(lines.join("\n")),
        3 => row.label = line,
        4 => outline.sections[1].title = line,
        5 => outline.leistung = line,
        6 => outline.stelle = Some(lines.join("\n")),
        7 => outline.mandant = line,
        _ => outline.attachments[0].name = line,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_text_in_any_place_never_panics(texts in proptest::collection::vec(text(), 9), flags in any::<[bool; 5]>()) {
        let mut outline = samples::pilot();
        let [form_title, leistung, stelle, label, value, wording, title, name, number] =
            <[String; 9]>::try_from(texts).unwrap();
        (outline.form_title, outline.leistung, outline.stelle) = (form_title, leistung, flags[0].then_some(stelle));
        outline.test = flags[1];
        outline.sections[1].title = title;
        let row = &mut outline.sections[0].rows[usize::from(flags[2])];
        (row.label, row.value, row.long, row.answered) = (label, value, flags[3], true);
        row.wording = flags[4].then_some(wording);
        outline.attachments.push(Attachment { name: name.clone(), sha512: name, ..samples::file(3) });
        if let Some(sealed) = &mut outline.sealed {
            sealed.vorgangsnummer = number;
        }
        let file = File::of(&outline, None);
        prop_assert!(file.pages().len() < 200);
        prop_assert!(!file.contents().is_empty());
        // Reading fails on a glyph that means nothing and on that of a missing character.
        prop_assert!(!file.text().is_empty());
    }

    #[test]
    fn any_latin_text_in_any_place_comes_back_from_the_file(
        lines in proptest::collection::vec(latin_line(), 1..4),
        at in 0_usize..9,
    ) {
        let mut outline = samples::pilot();
        place(&mut outline, at, &lines);
        let said = File::of(&outline, None).text();
        // Lines of blanks are space between paragraphs.
        let blank = |line: &&String| line.trim_matches(' ').is_empty() && lines.len() > 1 && SEVERAL_LINES.contains(&at);
        let expected: String = lines.iter().filter(|line| !blank(line)).cloned().collect();
        prop_assert!(said.contains(&expected), "{:?} not in {:?}", expected, said);
        prop_assert_eq!(super::lacking(&outline), 0);
    }
}

#[test]
fn characters_that_the_font_lacks_are_counted_wherever_they_stand() {
    for at in 0..9 {
        let mut outline = samples::pilot();
        assert_eq!(super::lacking(&outline), 0);
        place(&mut outline, at, &["漢字".to_owned()]);
        assert_eq!(super::lacking(&outline), 2, "{at}");
    }
}
