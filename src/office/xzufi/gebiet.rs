//! Where a Zuständigkeit holds: beginnings of the ARS, or one Gebiet by another key; and the levels a Gebiet belongs to.

use std::borrow::Cow;

use super::shown;
use crate::office::Gebiet;
use crate::office::directory::regeln::{LEVELS, beginning};

/// Digits of an AGS: Land 2, Regierungsbezirk 1, Kreis 2, Gemeinde 3.
const AGS: usize = 8;
/// The level of a Gebiet itself.
pub const OWN: usize = 12;

/// The key under which a `gebietID` is kept: the significant beginning of an ARS (empty: everywhere), or `=` and another key.
pub fn key(value: &str, scheme: Option<&str>) -> Result<String, String> {
    if value.is_empty() || value.len() > 60 || value.chars().any(char::is_control) {
        return Err(format!("die gebietID „{}“ ist unbrauchbar", shown(value)));
    }
    if !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(format!("={value}"));
    }
    if value.bytes().all(|byte| byte == b'0') {
        return Ok(String::new());
    }
    let is_ags = |scheme: String| scheme.ends_with(":ags") || scheme.contains("gemeindeschluessel");
    if value.len() == AGS && scheme.is_some_and(|scheme| is_ags(scheme.to_lowercase())) {
        // The Gemeinde's digits filled with zeros mean the Kreis, its digits too the Land; both begin like the ARS.
        return Ok(match beginning(&format!("{}0000000", &value[..5])) {
            Some(kreis) if value.ends_with("000") => kreis.to_owned(),
            _ => format!("={value}"),
        });
    }
    Ok(beginning(value).map_or_else(|| format!("={value}"), str::to_owned))
}

/// The keys under which rules for this Gebiet may be kept, each with its level (12 itself, 9 Verband, 5 Kreis, 3 Regierungsbezirk, 2
/// Land, 0 everywhere), most specific first.
pub fn keys(gebiet: &Gebiet) -> Vec<(usize, String)> {
    let own = [Some(&gebiet.area_id), gebiet.ags.as_ref()].into_iter().flatten();
    let mut keys: Vec<(usize, String)> = own.map(|key| (OWN, format!("={key}"))).collect();
    // The first five digits of both keys are the same.
    let (ars, known) = match (&gebiet.ars, &gebiet.ags) {
        (Some(ars), _) => (ars.as_str(), OWN),
        (None, Some(ags)) => (ags.as_str(), 5),
        (None, None) => ("", 0),
    };
    for level in LEVELS.into_iter().filter(|level| *level <= known) {
        keys.extend(ars.get(..level).map(|beginning| (level, beginning.to_owned())));
    }
    keys
}

/// What was found under the [`keys`] by level, most specific first. Only the first level that can be used decides.
pub fn by_level<T>(keys: &[(usize, String)], found: impl IntoIterator<Item = (String, T)>) -> Vec<(usize, Vec<T>)> {
    let mut levels: Vec<(usize, Vec<T>)> = Vec::new();
    for (key, item) in found {
        let Some((level, _)) = keys.iter().find(|(_, own)| *own == key) else { continue };
        match levels.iter_mut().find(|(known, _)| known == level) {
            Some((_, items)) => items.push(item),
            None => levels.push((*level, vec![item])),
        }
    }
    levels.sort_by_key(|(level, _)| std::cmp::Reverse(*level));
    levels
}

/// Name of a level, as people say it.
pub fn level_name(level: usize) -> Cow<'static, str> {
    Cow::Borrowed(match level {
        OWN => "Gemeinde",
        9 => "Verband",
        5 => "Kreis",
        3 => "Regierungsbezirk",
        2 => "Land",
        0 => "Bund",
        other => return Cow::Owned(format!("Ebene {other}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moeckern() -> Gebiet {
        Gebiet {
            area_id: "38693732".to_owned(),
            ags: Some("15086140".to_owned()),
            ars: Some("150860140140".to_owned()),
            ..Gebiet::default()
        }
    }

    #[test]
    fn keys_of_any_kind_lead_to_their_level() {
        let keys = keys(&moeckern());
        let rs = Some("urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:rs");
        let ags = Some("urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:ags");
        for (value, scheme, level) in [
            ("150860140140", rs, Some(12)),
            ("15086140", ags, Some(12)),
            ("38693732", None, Some(12)),
            ("150860140", None, Some(9)),
            ("150860000000", rs, Some(5)),
            ("15086", None, Some(5)),
            ("15086000", ags, Some(5)),
            ("150", None, Some(3)),
            ("15", rs, Some(2)),
            ("15000000", ags, Some(2)),
            ("000000000000", rs, Some(0)),
            ("00", None, Some(0)),
            ("16", None, None),
            ("160745050058", rs, None),
        ] {
            let kept = key(value, scheme).unwrap();
            assert_eq!(by_level(&keys, [(kept, ())]).first().map(|(level, _)| *level), level, "{value}");
        }
        assert!(key("", None).is_err() && key("a\u{0}", None).is_err());
    }

    #[test]
    fn the_most_specific_level_comes_first() {
        let keys = keys(&moeckern());
        let found = |all: &[(&str, u8)]| by_level(&keys, all.iter().map(|(key, item)| ((*key).to_owned(), *item)));
        assert_eq!(
            found(&[("15", 1), ("15086", 2), ("", 3), ("15086", 4)]),
            [(5, vec![2, 4]), (2, vec![1]), (0, vec![3])]
        );
        assert_eq!(found(&[("15086", 2), ("=15086140", 5), ("150860140140", 6)])[0], (12, vec![5, 6]));
        assert_eq!(found(&[("16", 1)]), []);
    }

    #[test]
    fn a_gebiet_without_ars_walks_up_by_its_ags() {
        let gebiet = Gebiet { ars: None, ..moeckern() };
        let levels: Vec<usize> = keys(&gebiet).into_iter().map(|(level, _)| level).collect();
        assert_eq!(levels, [12, 12, 5, 3, 2, 0]);
        assert_eq!(keys(&Gebiet::default()).last(), Some(&(0, String::new())));
    }
}
