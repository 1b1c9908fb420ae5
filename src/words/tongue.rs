//! What differs by language inside of sentences and tables.

use crate::form::laender;

/// The words that outlines and sentences take from a language. Documents speak German whatever the page speaks.
#[derive(Debug)]
pub struct Tongue {
    /// Answer to a question of yes or no.
    pub yes: &'static str,
    /// The other one.
    pub no: &'static str,
    /// What a declaration shows that was ticked. Neither "agreed" nor "noted": most declarations are no consent in the sense
    /// of the GDPR, and some are statements of the citizen's own.
    pub confirmed: &'static str,
    /// Asked, not answered.
    pub unanswered: &'static str,
    /// What a document shows that the citizen does not have.
    pub lacking: &'static str,
    /// Unit of lengths below 1 KB.
    pub byte: &'static str,
    /// Parts whole numbers from decimals.
    pub decimal_mark: char,
    /// How a date is written, for `strftime`.
    pub date: &'static str,
    /// Name of a country, by its code in the official list.
    pub country: fn(&str) -> Option<&'static str>,
    /// Nationality, by the code of its country.
    pub nationality: fn(&str) -> Option<&'static str>,
}

/// What offices read, and what citizens read so far.
pub static GERMAN: Tongue = Tongue {
    yes: "Ja",
    no: "Nein",
    confirmed: "Bestätigt",
    unanswered: "./.",
    lacking: "Liegt der antragstellenden Person nicht vor",
    byte: "Byte",
    decimal_mark: ',',
    date: "%d.%m.%Y",
    country: laender::staat,
    nationality: laender::staatsangehoerigkeit,
};

impl Tongue {
    /// A length as people read it: `512 Byte`, `12 KB`, `3,4 MB`. 1 KB is 1,024 bytes, as file managers count.
    pub fn length(&self, bytes: u64) -> String {
        const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
        if bytes < 1024 {
            return format!("{bytes} {}", self.byte);
        }
        let mut divisor = 1024_u64;
        let mut unit = 0;
        // Whole kilobytes up to 1023, then the next unit: 1,048,000 bytes are `1 MB`, not `1024 KB`.
        while unit + 1 < UNITS.len() && rounded(bytes, divisor, unit > 0) >= if unit > 0 { 10_240 } else { 1024 } {
            divisor *= 1024;
            unit += 1;
        }
        if unit == 0 {
            return format!("{} KB", rounded(bytes, divisor, false));
        }
        let tenths = rounded(bytes, divisor, true);
        let mark = self.decimal_mark;
        match (tenths / 10, tenths % 10) {
            (whole, 0) => format!("{whole} {}", UNITS[unit]),
            (whole, tenth) => format!("{whole}{mark}{tenth} {}", UNITS[unit]),
        }
    }
}

/// `bytes` in units of `divisor`, or tenths of it, rounded half up.
fn rounded(bytes: u64, divisor: u64, tenths: bool) -> u128 {
    let scaled = u128::from(bytes) * if tenths { 10 } else { 1 };
    let divisor = u128::from(divisor);
    (scaled + divisor / 2) / divisor
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MB: u64 = 1024 * 1024;

    #[test]
    fn lengths_read_as_people_read_them() {
        for (bytes, text) in [
            (0, "0 Byte"),
            (1023, "1023 Byte"),
            (1024, "1 KB"),
            (12_300, "12 KB"),
            (1_048_000, "1023 KB"),
            (1_048_575, "1 MB"),
            (MB, "1 MB"),
            (3_565_158, "3,4 MB"),
            (10 * MB, "10 MB"),
            (1024 * MB - 1, "1 GB"),
            (1536 * MB, "1,5 GB"),
        ] {
            assert_eq!(GERMAN.length(bytes), text, "{bytes}");
        }
    }

    proptest! {
        #[test]
        fn no_length_makes_it_panic(bytes: u64) {
            prop_assert!(GERMAN.length(bytes).len() < 20);
        }
    }
}
