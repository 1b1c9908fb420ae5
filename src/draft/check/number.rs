//! Whole numbers as people type them: `1000`, `1.000`, `1 000`, `-3`.

use super::Wrong;

/// Reads a whole number that is not empty. Dots and spaces are taken where they part groups of three digits; a comma is
/// refused, since it would make a fraction.
pub fn read(text: &str, min: i64, max: i64) -> Result<i64, Wrong> {
    let number = parse(text).ok_or(Wrong::NotWhole)?;
    if (min..=max).contains(&number) { Ok(number) } else { Err(Wrong::Range { min, max }) }
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
        assert_eq!(read("100.000", i64::MIN, i64::MAX), Ok(100_000), "three digits before the first dot");
        assert_eq!(read("-3", i64::MIN, i64::MAX), Ok(-3));
    }

    #[test]
    fn fractions_and_words_are_refused() {
        for text in [
            "1,5",
            "1.5",
            "10.00",
            "1000.000",
            "1.0000",
            "drei",
            "1e3",
            "-",
            "+",
            ".",
            "1.",
            "99999999999999999999",
            "--1",
            "１",
        ] {
            assert_eq!(read(text, i64::MIN, i64::MAX), Err(Wrong::NotWhole), "{text}");
        }
    }

    #[test]
    fn the_range_is_named() {
        let outside = Err(Wrong::Range { min: 1, max: 20 });
        assert_eq!([0, 1, 20, 21].map(|one| read(&one.to_string(), 1, 20)), [outside.clone(), Ok(1), Ok(20), outside]);
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
