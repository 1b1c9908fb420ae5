//! Calendar dates as people type them: `20.12.1980`, `1.2.1980`, `1980-12-20`, with or without spaces.

use jiff::civil::Date;

use super::Wrong;

/// Earlier years are slips of the finger: nobody alive was born before.
const FIRST_YEAR: i16 = 1900;
/// Later years are slips of the finger.
const LAST_YEAR: i16 = 2199;

/// Reads a date that is not empty; `today` is given if it must not lie in the future.
pub fn read(text: &str, today: Option<Date>) -> Result<Date, Wrong> {
    let (year, month, day) = split(text).ok_or(Wrong::NoDate)?;
    let date = Date::new(year, month, day).map_err(|_| Wrong::NotInCalendar)?;
    if !(FIRST_YEAR..=LAST_YEAR).contains(&year) {
        return Err(Wrong::Year { first: FIRST_YEAR, last: LAST_YEAR });
    }
    if today.is_some_and(|today| date > today) {
        return Err(Wrong::Future);
    }
    Ok(date)
}

/// Year, month and day as typed; whether they make a date is not yet known.
fn split(text: &str) -> Option<(i16, i8, i8)> {
    let (separator, turned) = if text.contains('.') { ('.', false) } else { ('-', true) };
    let mut parts = text.split(separator).map(str::trim);
    let (first, month, last) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (year, day) = if turned { (first, last) } else { (last, first) };
    if year.len() != 4 {
        return None;
    }
    Some((digits(year)?, i8::try_from(digits(month)?).ok()?, i8::try_from(digits(day)?).ok()?))
}

/// One to four ASCII digits.
fn digits(text: &str) -> Option<i16> {
    ((1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn all_usual_spellings_are_read() {
        for text in ["20.12.1980", "1980-12-20", "20. 12. 1980", " 20 . 12 . 1980 ", "1980 - 12 - 20"] {
            assert_eq!(read(text, None), Ok(date(1980, 12, 20)), "{text}");
        }
        assert_eq!(read("1.2.1980", None), Ok(date(1980, 2, 1)));
        assert_eq!(read("29.2.2024", None), Ok(date(2024, 2, 29)));
    }

    #[test]
    fn what_is_no_date_is_told_from_a_day_that_does_not_exist() {
        for text in
            ["gestern", "20.12.80", "20/12/1980", "20.12", "20.12.1980.", "12-20-1980", "١.٢.١٩٨٠", "+1.2.1980", ".."]
        {
            assert_eq!(read(text, None), Err(Wrong::NoDate), "{text}");
        }
        for text in ["31.2.1980", "29.2.2023", "0.1.1980", "1.13.1980", "1980-00-10"] {
            assert_eq!(read(text, None), Err(Wrong::NotInCalendar), "{text}");
        }
        assert_eq!(read("200.1.1980", None), Err(Wrong::NoDate), "a day has no three digits");
        for (text, known) in [("31.12.1899", false), ("1.1.1900", true), ("31.12.2199", true), ("1.1.2200", false)] {
            let outside = Err(Wrong::Year { first: 1900, last: 2199 });
            assert_eq!(read(text, None).map(|_| ()), if known { Ok(()) } else { outside }, "{text}");
        }
    }

    #[test]
    fn today_is_not_in_the_future_but_tomorrow_is() {
        let today = Some(date(2026, 11, 21));
        assert!(read("21.11.2026", today).is_ok());
        assert_eq!(read("22.11.2026", today), Err(Wrong::Future));
        assert!(read("22.11.2026", None).is_ok());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,40}") {
            let _ = read(&text, None);
        }

        #[test]
        fn a_real_date_is_read_in_both_spellings(year in 1900i16..=2199, month in 1i8..=12, day in 1i8..=28) {
            let expected = date(year, month, day);
            prop_assert_eq!(read(&expected.strftime("%d.%m.%Y").to_string(), None), Ok(expected));
            prop_assert_eq!(read(&expected.to_string(), None), Ok(expected));
        }
    }
}
