//! All Gemeinden of Germany by their official keys, for directories that know offices but name no places.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::search::{self, Entry, Query};
use super::{Bezirk, Gebiet, key};

/// Destatis, Codeliste `…:schluessel:rs`; columns ars, ags, name, kreis, land.
const TABLE: &str = include_str!("gemeinden.tsv");

/// The table, indexed. Read when it is first needed: whoever uses a file of his own does not pay for it.
static ALL: LazyLock<Gemeinden> = LazyLock::new(|| Gemeinden::read(TABLE));

#[derive(Debug)]
struct Gemeinden {
    gebiete: Vec<Gebiet>,
    /// ARS and AGS → place in `gebiete`.
    by_key: HashMap<String, usize>,
    entries: Vec<Entry>,
    /// First five digits → name of the Kreis.
    kreise: HashMap<String, String>,
}

/// The Gemeinde, Kreis, Land or Bund with exactly this AGS or ARS. Its `area_id` is its ARS.
pub fn exactly(key: &str) -> Option<Gebiet> {
    if let Some(at) = ALL.by_key.get(key) {
        return ALL.gebiete.get(*at).cloned();
    }
    if key::shape(key) != key::Shape::Ars {
        return None;
    }
    let bezirk = bezirk(key)?;
    let kreis = (key::shortest(key).len() == 5).then(|| bezirk.name.clone());
    Some(Gebiet {
        area_id: bezirk.ars.clone(),
        ars: Some(bezirk.ars),
        name: bezirk.name,
        kreis,
        land: key::land(key).map(str::to_owned),
        ..Gebiet::default()
    })
}

/// The area with this AGS or ARS, or else the next larger one that is known; then `statt` tells the key asked for.
pub fn nearest(key: &str) -> Option<Gebiet> {
    exactly(key).or_else(|| {
        let larger = key::around(key).iter().find_map(|larger| exactly(larger))?;
        Some(Gebiet { statt: Some(key.to_owned()), ..larger })
    })
}

/// A larger area by its ARS: Kreis, Land or Bund. A Verband has no name of its own here.
pub fn bezirk(ars: &str) -> Option<Bezirk> {
    let short = key::shortest(ars);
    let name = match short.len() {
        2 => key::land(short)?.to_owned(),
        5 => ALL.kreise.get(short)?.clone(),
        12 if ars == key::BUND => "Deutschland".to_owned(),
        _ => return None,
    };
    Some(Bezirk { ars: ars.to_owned(), name })
}

/// All Gemeinden of a Land, Kreis or Verband by the digits with which their ARS begin, by name; at least two digits.
pub fn within(key: &str) -> Vec<Gebiet> {
    let key = if key.len() < 12 { key } else { key::shortest(key) };
    if key.len() < 2 {
        return Vec::new();
    }
    let inside = |gebiet: &&Gebiet| gebiet.ars.as_ref().is_some_and(|ars| ars.starts_with(key));
    ALL.gebiete.iter().filter(inside).cloned().collect()
}

/// Gemeinden that match the words, best first, at most `limit`.
pub fn search(words: &str, limit: usize) -> Vec<Gebiet> {
    let Some(question) = Query::new(words) else { return Vec::new() };
    search::best(&question, ALL.entries.iter().zip(&ALL.gebiete), limit).cloned().collect()
}

impl Gemeinden {
    fn read(table: &str) -> Self {
        let mut gebiete: Vec<Gebiet> = table.lines().filter_map(gebiet).collect();
        gebiete.sort_by_cached_key(|gebiet| (search::fold(&gebiet.name), gebiet.land.clone(), gebiet.kreis.clone()));
        let entries = gebiete
            .iter()
            .map(|gebiet| {
                let further = [&gebiet.kreis, &gebiet.land, &gebiet.ags, &gebiet.ars];
                Entry::new(&gebiet.name, further.into_iter().filter_map(Option::as_deref))
            })
            .collect();
        let (mut by_key, mut kreise) = (HashMap::new(), HashMap::new());
        for (at, gebiet) in gebiete.iter().enumerate() {
            for key in [&gebiet.ars, &gebiet.ags].into_iter().flatten() {
                by_key.insert(key.clone(), at);
            }
            if let (Some(ars), Some(kreis)) = (&gebiet.ars, &gebiet.kreis) {
                kreise.insert(ars[..5].to_owned(), kreis.clone());
            }
        }
        Self { gebiete, by_key, entries, kreise }
    }
}

fn gebiet(line: &str) -> Option<Gebiet> {
    let cells: Vec<&str> = line.split('\t').collect();
    let [ars, ags, name, kreis, land] = cells[..] else { return None };
    (key::shape(ars) == key::Shape::Ars).then(|| Gebiet {
        area_id: ars.to_owned(),
        ags: Some(ags.to_owned()),
        ars: Some(ars.to_owned()),
        name: name.to_owned(),
        kreis: Some(kreis.to_owned()),
        land: Some(land.to_owned()),
        ..Gebiet::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_a_gemeinde() {
        let lines = TABLE.lines().filter(|line| line.starts_with(|first: char| first.is_ascii_digit())).count();
        assert_eq!(ALL.gebiete.len(), lines);
        assert!(lines > 10_000, "{lines}");
        for gebiet in &ALL.gebiete {
            let ars = gebiet.ars.as_deref().unwrap();
            assert_eq!(key::ags_of(ars), gebiet.ags, "{ars}");
            assert_eq!(key::land(ars), gebiet.land.as_deref(), "{ars}");
        }
    }

    #[test]
    fn a_gemeinde_is_found_by_either_key_and_by_name() {
        let moeckern = exactly("150860140140").unwrap();
        assert_eq!(moeckern.full_name(), "Möckern, Stadt (Jerichower Land, Sachsen-Anhalt)");
        assert_eq!(exactly("15086140"), Some(moeckern.clone()));
        let found = search("moeckern", 9);
        assert!(found.contains(&moeckern) && found.len() > 1, "there are two of them");
    }

    #[test]
    fn all_gemeinden_of_a_land_and_of_a_kreis_are_told() {
        let land = within("15");
        assert_eq!(land.len(), 218);
        assert_eq!(within("150000000000"), land);
        let kreis = within("15086");
        assert!(kreis.contains(&exactly("15086140").unwrap()) && kreis.len() < 10, "{}", kreis.len());
        assert!(within("17").is_empty() && within("").is_empty() && within("1").is_empty());
    }

    #[test]
    fn a_key_without_an_entry_leads_to_the_next_larger_area() {
        let kreis = nearest("150860140999").unwrap();
        assert_eq!((kreis.name.as_str(), kreis.statt.as_deref()), ("Jerichower Land", Some("150860140999")));
        let land = nearest("150990000001").unwrap();
        assert_eq!((land.name.as_str(), land.ars.as_deref()), ("Sachsen-Anhalt", Some("150000000000")));
        assert_eq!(exactly(key::BUND).unwrap().name, "Deutschland");
        assert_eq!(nearest("38693732"), None);
    }
}
