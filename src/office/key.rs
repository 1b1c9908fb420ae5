//! Official keys: LeiKa, AGS and ARS, how one leads to the other, and the larger areas around each.

/// ARS of the whole country.
pub const BUND: &str = "000000000000";

/// The Länder by the first two digits of their keys.
const LAENDER: [&str; 16] = [
    "Schleswig-Holstein",
    "Hamburg",
    "Niedersachsen",
    "Bremen",
    "Nordrhein-Westfalen",
    "Hessen",
    "Rheinland-Pfalz",
    "Baden-Württemberg",
    "Bayern",
    "Saarland",
    "Berlin",
    "Brandenburg",
    "Mecklenburg-Vorpommern",
    "Sachsen",
    "Sachsen-Anhalt",
    "Thüringen",
];

/// What a key in a link looks like. Directories' own ids may look the same: they are asked for them first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Leistungsschlüssel: fourteen digits that begin with 99.
    Leika,
    /// Amtlicher Gemeindeschlüssel: eight digits that begin with the number of a Land.
    Ags,
    /// Amtlicher Regionalschlüssel: twelve digits that begin with the number of a Land, or all zeros.
    Ars,
    /// A directory's own id.
    Own,
}

/// What this key looks like.
pub fn shape(key: &str) -> Shape {
    let digits = key.bytes().all(|byte| byte.is_ascii_digit());
    match key.len() {
        14 if digits && key.starts_with("99") => Shape::Leika,
        8 if digits && land(key).is_some() => Shape::Ags,
        12 if digits && (land(key).is_some() || key == BUND) => Shape::Ars,
        _ => Shape::Own,
    }
}

/// The Land in which a key lies, by its first two digits.
pub fn land(key: &str) -> Option<&'static str> {
    let number: usize = key.get(..2)?.parse().ok()?;
    LAENDER.get(number.checked_sub(1)?).copied()
}

/// The AGS of an ARS: the same without the four digits of the Verband.
pub fn ags_of(ars: &str) -> Option<String> {
    (shape(ars) == Shape::Ars).then(|| format!("{}{}", &ars[..5], &ars[9..]))
}

/// The areas around this AGS or ARS, nearest first, as ARS: Verband, Kreis, Land, Bund. The Verband is known by the ARS only.
pub fn around(key: &str) -> Vec<String> {
    let levels: &[usize] = match shape(key) {
        Shape::Ars => &[9, 5, 2, 0],
        Shape::Ags => &[5, 2, 0],
        Shape::Leika | Shape::Own => &[],
    };
    let filled = levels.iter().map(|level| format!("{:0<12}", &key[..*level]));
    let mut around: Vec<String> = filled.filter(|larger| larger != key).collect();
    around.dedup();
    around
}

/// An ARS without the zeros it is filled with: 2, 3, 5, 9 or 12 digits; twelve zeros stay.
pub fn shortest(ars: &str) -> &str {
    let ends = |level: &usize| ars.get(*level..).is_some_and(|rest| rest.bytes().all(|digit| digit == b'0'));
    match [2, 3, 5, 9].iter().find(|level| ends(level)) {
        Some(level) if ars != BUND => &ars[..*level],
        _ => ars,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_apart_from_own_ids() {
        assert_eq!(shape("99013016012001"), Shape::Leika);
        assert_eq!(shape("15086140"), Shape::Ags);
        assert_eq!(shape("150860140140"), Shape::Ars);
        assert_eq!(shape(BUND), Shape::Ars);
        for own in ["38693732", "297492149", "", "L100042.LB.101954", "170860140140", "15O86140", "99013016012"] {
            assert_eq!(shape(own), Shape::Own, "{own}");
        }
    }

    #[test]
    fn the_areas_around_a_gemeinde_are_told_nearest_first() {
        assert_eq!(around("150860140140"), ["150860140000", "150860000000", "150000000000", BUND]);
        assert_eq!(around("15086140"), ["150860000000", "150000000000", BUND]);
        assert_eq!(around("150020000000"), ["150000000000", BUND], "a kreisfreie Stadt is its own Kreis");
        assert_eq!(around(BUND), [""; 0]);
        assert_eq!(around("38693732"), [""; 0]);
    }

    #[test]
    fn an_ars_gives_its_ags_and_its_shortest_form() {
        assert_eq!(ags_of("150860140140").as_deref(), Some("15086140"));
        assert_eq!(ags_of("38693732"), None);
        for (ars, short) in [
            ("150860000000", "15086"),
            ("150860140000", "150860140"),
            ("150000000000", "15"),
            ("150860140140", "150860140140"),
            (BUND, BUND),
        ] {
            assert_eq!(shortest(ars), short);
        }
        assert_eq!(land("15086"), Some("Sachsen-Anhalt"));
        assert_eq!(land("00"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_key_panics(key in "\\PC{0,16}|[0-9]{0,16}") {
            let _ = (shape(&key), around(&key), land(&key), ags_of(&key), shortest(&key));
        }
    }
}
