//! International bank account numbers (ISO 13616): length by country, check digits.

use super::wrong::Wrong;

/// Every country of the IBAN registry (SWIFT, release 99) with the length of its numbers.
const COUNTRIES: &str = "\
    AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 \
    FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 \
    LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 \
    RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30";

/// The number without blanks and in capital letters, or what is wrong with it.
pub fn read(entry: &str) -> Result<String, Wrong> {
    let number: String = entry.chars().filter(|one| !one.is_whitespace()).collect::<String>().to_ascii_uppercase();
    if let Some(other) = number.chars().find(|one| !one.is_ascii_alphanumeric()) {
        return Err(Wrong::IbanSign((!other.is_control()).then_some(other)));
    }
    let country = number.get(..2).unwrap_or(&number);
    let Some(length) = length(country) else {
        return Err(Wrong::IbanCountry);
    };
    if number.len() != length {
        return Err(Wrong::IbanLength { country: country.to_owned(), needed: length, now: number.len() });
    }
    // The check digits are 98 minus a remainder: 00, 01 and 99 never occur.
    let digits = number[2..4].parse::<u8>();
    if !digits.is_ok_and(|digits| (2..=98).contains(&digits)) || remainder(&number) != 1 {
        return Err(Wrong::IbanDigits);
    }
    Ok(number)
}

/// A number as people read and write it: in fours.
pub fn in_fours(number: &str) -> String {
    let signs: Vec<char> = number.chars().collect();
    signs.chunks(4).map(String::from_iter).collect::<Vec<_>>().join(" ")
}

fn length(country: &str) -> Option<usize> {
    let found = COUNTRIES.split(' ').find_map(|row| row.strip_prefix(country))?;
    found.parse().ok()
}

/// Remainder modulo 97 of the number with its first four signs behind the others, letters counting 10 to 35 (ISO 7064).
fn remainder(number: &str) -> u32 {
    let (head, tail) = number.split_at(4);
    tail.chars().chain(head.chars()).fold(0, |sum, sign| {
        let value = sign.to_digit(36).unwrap_or(0);
        (sum * if value < 10 { 10 } else { 100 } + value) % 97
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::{Index, select};

    use super::*;

    /// The number of this country with these digits and letters as account, and its check digits.
    fn with_digits(country: &str, account: &str) -> String {
        let digits = 98 - remainder(&format!("{country}00{account}"));
        format!("{country}{digits:02}{account}")
    }

    fn any_iban() -> impl Strategy<Value = String> {
        select(COUNTRIES.split(' ').collect::<Vec<_>>()).prop_flat_map(|row| {
            let length: usize = row[2..].parse().unwrap();
            proptest::string::string_regex(&format!("[0-9A-Z]{{{0}}}", length - 4))
                .unwrap()
                .prop_map(move |account| with_digits(&row[..2], &account))
        })
    }

    #[test]
    fn numbers_from_the_registry_are_taken() {
        for good in [
            "DE89 3704 0044 0532 0130 00",
            "de89370400440532013000",
            "GB29 NWBK 6016 1331 9268 19",
            "NO93 8601 1117 947",
            "MT84 MALT 0110 0001 2345 MTLC AST0 01S",
            "\tFR14 2004 1010 0505 0001 3M02 606\u{a0}",
        ] {
            assert_eq!(read(good).map(|number| number.contains(' ')), Ok(false), "{good}");
        }
        assert_eq!(
            read("FR14 2004 1010 0505 0001 3M02 606").map(|number| in_fours(&number)).unwrap(),
            "FR14 2004 1010 0505 0001 3M02 606"
        );
    }

    #[test]
    fn each_mistake_is_named_by_itself() {
        let length = |needed, now| Wrong::IbanLength { country: "DE".to_owned(), needed, now };
        for (bad, wrong) in [
            ("DE89 3704 0044 0532 0130 0", length(22, 21)),
            ("DE89 3704 0044 0532 0130 000", length(22, 23)),
            ("DE", length(22, 2)),
            ("D", Wrong::IbanCountry),
            ("XX89 3704 0044 0532 0130 00", Wrong::IbanCountry),
            ("0532 0130 00", Wrong::IbanCountry),
            ("DE88 3704 0044 0532 0130 00", Wrong::IbanDigits),
            ("DEX9 3704 0044 0532 0130 00", Wrong::IbanDigits),
            ("DE89-3704-0044-0532-0130-00", Wrong::IbanSign(Some('-'))),
            ("DE89 3704 0044 0532 0130 0Ö", Wrong::IbanSign(Some('Ö'))),
            ("DE89\u{0}", Wrong::IbanSign(None)),
        ] {
            assert_eq!(read(bad), Err(wrong), "{bad}");
        }
        // These have the right remainder, but no bank gives them out.
        for (low, high) in [("00", "97"), ("01", "98"), ("99", "02")] {
            let account =
                (0..1000).map(|n| format!("{n:018}")).find(|account| with_digits("DE", account)[2..4] == *high);
            let account = account.unwrap();
            assert!(read(&format!("DE{high}{account}")).is_ok());
            assert_eq!(read(&format!("DE{low}{account}")), Err(Wrong::IbanDigits));
        }
    }

    proptest! {
        #[test]
        fn every_number_is_taken_however_it_is_grouped(number in any_iban(), blanks in prop::collection::vec(0usize..40, 0..9)) {
            let mut typed = number.clone();
            for place in blanks {
                typed.insert(place.min(typed.len()), ' ');
            }
            prop_assert_eq!(read(&typed), Ok(number.clone()));
            prop_assert_eq!(read(&in_fours(&number).to_lowercase()), Ok(number.clone()));
            prop_assert!(in_fours(&number).split(' ').all(|four| four.len() <= 4));
        }

        #[test]
        fn no_changed_sign_and_no_swapped_neighbours_are_taken(number in any_iban(), at in any::<Index>(), other in any::<Index>()) {
            let mut signs: Vec<u8> = number.clone().into_bytes();
            let at = at.index(signs.len());
            // A letter for a digit changes the length of what is divided: no remainder promises to find that.
            let alike: &[u8] = if signs[at].is_ascii_digit() { b"0123456789" } else { b"ABCDEFGHIJKLMNOPQRSTUVWXYZ" };
            let sign = alike[other.index(alike.len())];
            if sign != signs[at] {
                signs[at] = sign;
                prop_assert!(read(std::str::from_utf8(&signs).unwrap()).is_err());
            }
            let mut signs: Vec<u8> = number.into_bytes();
            let next = (at + 1).min(signs.len() - 1);
            if signs[at] != signs[next] && signs[at].is_ascii_digit() == signs[next].is_ascii_digit() {
                signs.swap(at, next);
                prop_assert!(read(std::str::from_utf8(&signs).unwrap()).is_err());
            }
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,60}|[A-Z0-9 ]{0,40}") {
            let _ = read(&text);
        }
    }
}
