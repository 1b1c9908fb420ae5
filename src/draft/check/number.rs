//! Whole numbers as people type them: `1000`, `1.000`, `1 000`, `-3`.

use std::borrow::Cow;

/// Reads a whole number that is not empty. Dots and spaces are taken where they part groups of three digits; a comma is
/// refused, since it would make a fraction.
pub fn read(text: &str, min: i64, max: i64) -> Result<i64, Cow<'static, str>> {
    let Some(number) = parse(text) else {
        return Err(Cow::Borrowed("Bitte geben Sie eine ganze Zahl ohne Komma und Buchstaben an, zum Beispiel 25."));
    };
    if (min..=max).contains(&number) {
        return Ok(number);
    }
    Err(Cow::Owned(match (min, max) {
        (i64::MIN, max) => format!("Bitte geben Sie eine Zahl an, die höchstens {max} ist."),
        (min, i64::MAX) => format!("Bitte geben Sie eine Zahl an, die mindestens {min} ist."),
        (min, max) => format!("Bitte geben Sie eine Zahl von {min} bis {max} an."),
    }))
}

fn parse(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut groups = digits.split(['.', ' ', '\u{a0}', '\u{202f}']);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let all_digits = |group: &&str| group.bytes().all(|byte| byte.is_ascii_digit());
    if first.is_empty() || !all_digits(&first) || rest.iter().any(|group| group.len() != 3 || !all_digits(group)) {
        return None;
    }
    if !rest.is_empty() && first.len() > 3 {
        return None;
    }
    let sign = if negative { "-" } else { "" };
    format!("{sign}{first}{}", rest.concat()).parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn groups_of_three_may_be_parted() {
        for text in ["1000000", "1.000.000", "1 000 000", "+1000000", "0001000000"] {
            assert_eq!(read(text, i64::MIN, i64::MAX), Ok(1_000_000), "{text}");
        }
        assert_eq!(read("-3", i64::MIN, i64::MAX), Ok(-3));
    }

    #[test]
    fn fractions_and_words_are_refused() {
        for text in
            ["1,5", "1.5", "10.00", "1000.000", "drei", "1e3", "-", "+", ".", "1.", "99999999999999999999", "--1", "１"]
        {
            assert!(read(text, i64::MIN, i64::MAX).unwrap_err().contains("ganze Zahl"), "{text}");
        }
    }

    #[test]
    fn the_range_is_named() {
        assert_eq!(read("0", 1, 20).unwrap_err(), "Bitte geben Sie eine Zahl von 1 bis 20 an.");
        assert_eq!(read("21", 1, 20).unwrap_err(), "Bitte geben Sie eine Zahl von 1 bis 20 an.");
        assert_eq!(read("20", 1, 20), Ok(20));
        assert_eq!(read("0", 1, i64::MAX).unwrap_err(), "Bitte geben Sie eine Zahl an, die mindestens 1 ist.");
    }

    proptest! {
        #[test]
        fn every_number_is_read_as_it_is_shown(number: i64) {
            prop_assert_eq!(read(&number.to_string(), i64::MIN, i64::MAX), Ok(number));
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,40}") {
            let _ = read(&text, -5, 5);
        }
    }
}
