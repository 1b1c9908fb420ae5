//! The official lists of countries and nationalities (Destatis, Stand 2024-08-01).

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

/// One row of the official list.
#[derive(Clone, Copy, Debug)]
pub struct Staat {
    /// Three-digit code, for example `000`.
    pub code: &'static str,
    /// Country, for example `Deutschland`; `None` for nationalities without a country.
    pub staat: Option<&'static str>,
    /// Nationality, for example `deutsch`.
    pub staatsangehoerigkeit: Option<&'static str>,
}

/// `listURI` of the code list.
pub const LIST_URI: &str = "urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:staat";
/// `listVersionID` of the code list.
pub const LIST_VERSION: &str = "2024-08-01";

/// Germany's code.
const DEUTSCHLAND: &str = "000";
/// Nationalities that name no country, in the order in which they close the list: without name (Palestinian
/// territories), stateless, unclear, not stated.
const SPECIAL: [&str; 4] = ["459", "997", "998", "999"];

static STAATEN: LazyLock<Vec<Staat>> = LazyLock::new(|| {
    let mut rows: Vec<Staat> = rows().filter(|row| row.staat.is_some()).collect();
    rows.sort_by_cached_key(|row| (row.code != DEUTSCHLAND, german_order(row.staat.unwrap_or_default())));
    rows
});

static STAATSANGEHOERIGKEITEN: LazyLock<Vec<Staat>> = LazyLock::new(|| {
    let special = |code: &str| SPECIAL.iter().position(|other| *other == code);
    let mut rows: Vec<Staat> = rows().filter(|row| row.staatsangehoerigkeit.is_some()).collect();
    rows.sort_by_cached_key(|row| {
        let name = german_order(row.staatsangehoerigkeit.unwrap_or_default());
        (row.code != DEUTSCHLAND, special(row.code), name)
    });
    rows
});

/// All countries, Germany first, then by name in German order.
///
/// Every row of the official list that names a country or territory counts, also those that the list marks as "only
/// nationality" (Hongkong, Taiwan …): people are born and live there.
pub fn staaten() -> &'static [Staat] {
    &STAATEN
}

/// All nationalities, German first, then by name in German order, the special codes last.
pub fn staatsangehoerigkeiten() -> &'static [Staat] {
    &STAATSANGEHOERIGKEITEN
}

/// The country's name for a code that is a country.
pub fn staat(code: &str) -> Option<&'static str> {
    staaten().iter().find(|row| row.code == code)?.staat
}

/// The nationality for a code.
pub fn staatsangehoerigkeit(code: &str) -> Option<&'static str> {
    staatsangehoerigkeiten().iter().find(|row| row.code == code)?.staatsangehoerigkeit
}

/// The rows of the official list as they stand in the file.
fn rows() -> impl Iterator<Item = Staat> {
    let filled = |cell: Option<&'static str>| cell.filter(|cell| !cell.is_empty());
    include_str!("laender.tsv").lines().filter(|line| !line.starts_with('#')).filter_map(move |line| {
        let mut cells = line.split('\t');
        let code = filled(cells.next())?;
        Some(Staat { code, staat: filled(cells.next()), staatsangehoerigkeit: filled(cells.next()) })
    })
}

/// Order of German dictionaries (DIN 5007-1): Ä like A, ß like ss, no difference between capital and small letters.
fn german_order(name: &'static str) -> (String, &'static str) {
    let plain = name
        .nfd()
        .filter(|character| !unicode_normalization::char::is_combining_mark(*character))
        .flat_map(char::to_lowercase)
        .collect::<String>()
        .replace('ß', "ss");
    (plain, name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_official_list_is_complete() {
        assert_eq!(rows().count(), 205);
        assert_eq!(staaten().len(), 202);
        assert_eq!(staatsangehoerigkeiten().len(), 205);
        let codes: BTreeSet<_> = rows().map(|row| row.code).collect();
        assert_eq!(codes.len(), 205);
        assert!(codes.iter().all(|code| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit())));
    }

    #[test]
    fn germany_stands_first_and_the_special_codes_last() {
        assert_eq!(staaten()[0].staat, Some("Deutschland"));
        assert_eq!(staatsangehoerigkeiten()[0].staatsangehoerigkeit, Some("deutsch"));
        let last: Vec<_> = staatsangehoerigkeiten().iter().rev().take(4).rev().map(|row| row.code).collect();
        assert_eq!(last, SPECIAL);
    }

    #[test]
    fn umlauts_are_sorted_as_in_a_dictionary() {
        let place = |name| staaten().iter().position(|row| row.staat == Some(name)).unwrap();
        assert!(place("Afghanistan") < place("Ägypten") && place("Ägypten") < place("Albanien"));
        assert!(place("Norwegen") < place("Österreich") && place("Österreich") < place("Pakistan"));
    }

    #[test]
    fn a_code_without_a_country_is_no_country() {
        for code in ["997", "998", "999", "910", "", "00", "abc"] {
            assert_eq!(staat(code), None, "{code}");
        }
        assert_eq!(staatsangehoerigkeit("997"), Some("staatenlos"));
        assert_eq!(staatsangehoerigkeit("910"), None);
        assert_eq!(staat("465"), Some("Taiwan"));
    }
}
