//! Offices that exist once in each Gemeinde or each Kreis, written once with blanks such as `{gemeinde}`.

use std::collections::BTreeSet;

use crate::office::{Anschrift, Gebiet, Kontaktsystem, Organisationseinheit, search};

/// The blanks of a template.
pub const BLANKS: [&str; 5] = ["gemeinde", "ort", "landkreis", "kuerzel", "schluessel"];

/// What a template makes one office for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Je {
    /// Each Gemeinde.
    Gemeinde,
    /// Each Kreis and each kreisfreie Stadt.
    Kreis,
}

/// A template of an office.
#[derive(Clone, Debug)]
pub struct Vorlage {
    /// What it is made for.
    pub je: Je,
    /// The office with blanks; its id is the beginning of the ids.
    pub muster: Organisationseinheit,
}

impl Je {
    /// As the file writes it.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "gemeinde" => Some(Self::Gemeinde),
            "kreis" => Some(Self::Kreis),
            _ => None,
        }
    }
}

impl Vorlage {
    /// The office of this Gebiet. Its id is the template's id and the key of the Gemeinde or Kreis.
    pub fn stelle(&self, gebiet: &Gebiet) -> Organisationseinheit {
        let kreis = gebiet.kreis.as_deref().unwrap_or(&gebiet.name);
        let (named, schluessel) = match self.je {
            Je::Gemeinde => (gebiet.name.as_str(), gebiet.ags.as_deref().unwrap_or(&gebiet.area_id)),
            Je::Kreis => (kreis, gebiet.ars.as_deref().and_then(|ars| ars.get(..5)).unwrap_or(&gebiet.area_id)),
        };
        let values = [
            with_title(&gebiet.name, "Gemeinde"),
            ort(&gebiet.name).to_owned(),
            landkreis(kreis),
            kuerzel(named),
            schluessel.to_owned(),
        ];
        let fill = |text: &String| {
            let blanks = BLANKS.iter().zip(&values);
            blanks.fold(text.clone(), |text, (blank, value)| text.replace(&format!("{{{blank}}}"), value))
        };
        let muster = &self.muster;
        Organisationseinheit {
            id: format!("{}-{schluessel}", muster.id),
            name: fill(&muster.name),
            anschriften: muster
                .anschriften
                .iter()
                .map(|a| Anschrift { strasse: fill(&a.strasse), ort: fill(&a.ort), ..a.clone() })
                .collect(),
            email: muster.email.as_ref().map(fill),
            web: muster.web.as_ref().map(fill),
            datenschutz: muster.datenschutz.as_ref().map(fill),
            impressum: muster.impressum.as_ref().map(fill),
            barrierefreiheit: muster.barrierefreiheit.as_ref().map(fill),
            kontaktformular: muster.kontaktformular.as_ref().map(fill),
            kontaktsysteme: muster
                .kontaktsysteme
                .iter()
                .map(|k| Kontaktsystem { kennung: fill(&k.kennung), ..k.clone() })
                .collect(),
            ..muster.clone()
        }
    }
}

/// The blanks in a text that are none of [`BLANKS`].
pub fn unknown_blanks(text: &str) -> BTreeSet<&str> {
    let pieces = text.split('{').skip(1).map(|piece| piece.split('}').next().unwrap_or_default());
    pieces.filter(|blank| !BLANKS.contains(blank)).collect()
}

/// `Möckern, Stadt` → `Möckern`.
fn ort(name: &str) -> &str {
    name.split(',').next().unwrap_or_default().trim()
}

/// `Möckern, Stadt` → `Stadt Möckern`; without a title of its own the given one.
fn with_title(name: &str, otherwise: &str) -> String {
    match name.split_once(',') {
        Some((ort, title)) => format!("{} {}", title.trim(), ort.trim()),
        None => format!("{otherwise} {}", name.trim()),
    }
}

/// `Jerichower Land` → `Landkreis Jerichower Land`, `Saalekreis` stays, `Halle (Saale), Stadt` → `Stadt Halle (Saale)`.
fn landkreis(kreis: &str) -> String {
    if !kreis.contains(',') && kreis.to_lowercase().contains("kreis") {
        return kreis.to_owned();
    }
    with_title(kreis, "Landkreis")
}

/// The name as a label of a mail domain: `Dessau-Roßlau, Stadt` → `dessau-rosslau`.
fn kuerzel(name: &str) -> String {
    let mut label = String::new();
    let ort = ort(name).split('(').next().unwrap_or_default().to_lowercase();
    for character in ort.chars() {
        match character {
            'ä' => label.push_str("ae"),
            'ö' => label.push_str("oe"),
            'ü' => label.push_str("ue"),
            _ => {
                let plain = search::fold(character.encode_utf8(&mut [0; 4]));
                label.extend(plain.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }));
            }
        }
    }
    let parts: Vec<&str> = label.split('-').filter(|part| !part.is_empty()).collect();
    let mut label = parts.join("-");
    // A label of the domain name system has 63 bytes at most; all are ASCII here.
    label.truncate(63);
    label.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_as_people_say_them() {
        assert_eq!(with_title("Möckern, Stadt", "Gemeinde"), "Stadt Möckern");
        assert_eq!(with_title("Wittenberg, Lutherstadt", "Gemeinde"), "Lutherstadt Wittenberg");
        assert_eq!(with_title("Barleben", "Gemeinde"), "Gemeinde Barleben");
        assert_eq!(landkreis("Jerichower Land"), "Landkreis Jerichower Land");
        assert_eq!(landkreis("Altmarkkreis Salzwedel"), "Altmarkkreis Salzwedel");
        assert_eq!(landkreis("Halle (Saale), Stadt"), "Stadt Halle (Saale)");
    }

    #[test]
    fn a_short_name_is_a_label_of_a_domain() {
        assert_eq!(kuerzel("Dessau-Roßlau, Stadt"), "dessau-rosslau");
        assert_eq!(kuerzel("Halle (Saale), Stadt"), "halle");
        assert_eq!(kuerzel("Köthen (Anhalt), Stadt"), "koethen");
        assert_eq!(kuerzel("Zerbst/Anhalt, Stadt"), "zerbst-anhalt");
        assert_eq!(kuerzel(" -- "), "");
    }

    #[test]
    fn blanks_outside_the_closed_set_are_found() {
        assert!(unknown_blanks("{gemeinde} - {kuerzel}@x").is_empty());
        assert_eq!(unknown_blanks("{gemeinde} {Ort} {plz").into_iter().collect::<Vec<_>>(), ["Ort", "plz"]);
    }
}
