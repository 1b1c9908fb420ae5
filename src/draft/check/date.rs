//! Calendar dates as people type them: `20.12.1980`, `1.2.1980`, `1980-12-20`, with or without spaces.

use std::borrow::Cow;

use jiff::civil::Date;

/// Earlier years are slips of the finger: nobody alive was born before.
const FIRST_YEAR: i16 = 1900;
/// Later years are slips of the finger.
const LAST_YEAR: i16 = 2199;

/// Reads a date that is not empty; `today` is given if it must not lie in the future.
pub fn read(text: &str, today: Option<Date>) -> Result<Date, Cow<'static, str>> {
    let Some((year, month, day)) = split(text) else {
        return Err(Cow::Borrowed(
            "Bitte geben Sie das Datum mit Tag, Monat und vierstelligem Jahr an, zum Beispiel 20.12.1980.",
        ));
    };
    let Ok(date) = Date::new(year, month, day) else {
        return Err(Cow::Borrowed("Dieses Datum gibt es im Kalender nicht. Bitte prüfen Sie Tag, Monat und Jahr."));
    };
    if !(FIRST_YEAR..=LAST_YEAR).contains(&year) {
        return Err(Cow::Owned(format!("Bitte geben Sie ein Jahr zwischen {FIRST_YEAR} und {LAST_YEAR} an.")));
    }
    if today.is_some_and(|today| date > today) {
        return Err(Cow::Borrowed("Das Datum darf nicht in der Zukunft liegen. Bitte prüfen Sie Ihre Angabe."));
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
    fn what_is_no_date_is_refused_with_what_to_do() {
        for text in
            ["gestern", "20.12.80", "20/12/1980", "20.12", "20.12.1980.", "12-20-1980", "١.٢.١٩٨٠", "+1.2.1980", ".."]
        {
            assert!(read(text, None).unwrap_err().contains("vierstelligem Jahr"), "{text}");
        }
        for text in ["31.2.1980", "29.2.2023", "0.1.1980", "1.13.1980", "200.1.1980", "1980-00-10"] {
            let message = read(text, None).unwrap_err();
            assert!(message.contains("gibt es") || message.contains("vierstelligem"), "{text}: {message}");
        }
        assert!(read("1.1.1899", None).unwrap_err().contains("zwischen 1900 und 2199"));
    }

    #[test]
    fn today_is_not_in_the_future_but_tomorrow_is() {
        let today = Some(date(2026, 11, 21));
        assert!(read("21.11.2026", today).is_ok());
        assert!(read("22.11.2026", today).unwrap_err().contains("Zukunft"));
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
