//! Which offices decide where: rules by Gebiet and by the beginning of the ARS, the most specific level wins.

use std::collections::{BTreeSet, HashMap};

use crate::office::Gebiet;

/// Lengths of the beginnings of an ARS that name something: Gemeinde, Verband, Kreis, Regierungsbezirk, Land, Bund.
pub const LEVELS: [usize; 6] = [12, 9, 5, 3, 2, 0];

/// All rules, by Leistung.
#[derive(Debug, Default)]
pub struct Regeln {
    by_leistung: HashMap<String, Orte>,
}

#[derive(Debug, Default)]
struct Orte {
    /// Area id → places of the offices, in the order of the file.
    gebiete: HashMap<String, BTreeSet<usize>>,
    /// Beginning of the ARS, of one of [`LEVELS`] → places of the offices.
    ars: HashMap<String, BTreeSet<usize>>,
}

impl Regeln {
    /// The office decides on the Leistung in exactly this Gebiet.
    pub fn in_gebiet(&mut self, pst_id: &str, area_id: &str, stelle: usize) {
        self.orte(pst_id).gebiete.entry(area_id.to_owned()).or_default().insert(stelle);
    }

    /// The office decides on the Leistung wherever the ARS begins like this; empty means everywhere.
    pub fn below(&mut self, pst_id: &str, ars: &str, stelle: usize) {
        self.orte(pst_id).ars.entry(ars.to_owned()).or_default().insert(stelle);
    }

    /// Places of the offices of the most specific level that has any, in the order of the file.
    pub fn stellen(&self, pst_id: &str, gebiet: &Gebiet) -> Vec<usize> {
        let Some(orte) = self.by_leistung.get(pst_id) else { return Vec::new() };
        let ars = gebiet.ars.as_deref().unwrap_or_default();
        let mut found = orte.gebiete.get(&gebiet.area_id).cloned().unwrap_or_default();
        for level in LEVELS {
            if let Some(stellen) = ars.get(..level).and_then(|beginning| orte.ars.get(beginning)) {
                found.extend(stellen);
            }
            if !found.is_empty() {
                break;
            }
        }
        found.into_iter().collect()
    }

    fn orte(&mut self, pst_id: &str) -> &mut Orte {
        self.by_leistung.entry(pst_id.to_owned()).or_default()
    }
}

/// The beginning that a rule means: 2, 3, 5, 9 or 12 digits, or a whole ARS filled with zeros (`150860000000`).
pub fn beginning(ars: &str) -> Option<&str> {
    if !ars.bytes().all(|byte| byte.is_ascii_digit()) || !LEVELS.contains(&ars.len()) || ars.is_empty() {
        return None;
    }
    if ars.len() < 12 {
        return Some(ars);
    }
    // The shortest level whose rest is only zeros is the one that is meant; all zeros mean everywhere.
    LEVELS
        .iter()
        .rev()
        .map(|level| ars.split_at(*level))
        .find(|(_, rest)| rest.bytes().all(|digit| digit == b'0'))
        .map(|(head, _)| head)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gebiet(area_id: &str, ars: &str) -> Gebiet {
        Gebiet { area_id: area_id.to_owned(), ars: Some(ars.to_owned()), ..Gebiet::default() }
    }

    #[test]
    fn the_most_specific_level_decides_alone() {
        let mut regeln = Regeln::default();
        let place = gebiet("38693732", "160745050058");
        assert!(regeln.stellen("1", &place).is_empty());
        for (stelle, ars) in [(0, ""), (1, "16"), (2, "160"), (3, "16074"), (4, "160745050"), (5, "160745050058")] {
            regeln.below("1", ars, stelle);
            assert_eq!(regeln.stellen("1", &place), [stelle], "{ars}");
        }
        regeln.in_gebiet("1", "38693732", 6);
        assert_eq!(regeln.stellen("1", &place), [5, 6], "the Gebiet and its whole ARS are the same level");
        assert_eq!(regeln.stellen("1", &gebiet("7", "160745050059")), [4]);
        assert_eq!(regeln.stellen("1", &gebiet("7", "150860140140")), [0]);
        assert!(regeln.stellen("2", &place).is_empty());
    }

    #[test]
    fn a_filled_up_key_means_its_level() {
        assert_eq!(beginning("150860000000"), Some("15086"));
        assert_eq!(beginning("150000000000"), Some("15"));
        assert_eq!(beginning("160745050000"), Some("160745050"));
        assert_eq!(beginning("150860140140"), Some("150860140140"));
        assert_eq!(beginning("000000000000"), Some(""));
        assert_eq!(beginning("15"), Some("15"));
        for wrong in ["", "1", "1508", "15O86", "15086014"] {
            assert_eq!(beginning(wrong), None, "{wrong}");
        }
    }
}
