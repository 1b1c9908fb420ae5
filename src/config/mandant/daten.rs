//! `[daten]` of a tenant: which data files an office gets besides the XML, and in which layout.

use std::collections::BTreeMap;

use crate::problem::table::Table;

/// Which data files an office gets. What is not asked for is neither written nor stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Daten {
    /// `JSON-Daten.json` besides.
    pub json: bool,
    /// `XML-Daten.xml` in the layout of intelliForm; the program's own XML is then called `Antrag.xml`.
    pub intelliform: Option<Intelliform>,
}

/// The layout of intelliForm.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Intelliform {
    /// Question's id → name of its element, where an import job knows it by another.
    pub felder: BTreeMap<String, String>,
}

impl Daten {
    /// Reads the section.
    pub(super) fn read(table: &Table<'_>) -> Self {
        let json = table.flag("json");
        let intelliform = table.flag("intelliform");
        let names = table.table("felder");
        if let Some(names) = names.as_ref().filter(|_| !intelliform) {
            let hint = Some("schreiben Sie „intelliform = true“ in den Abschnitt [daten]".to_owned());
            table.report.wrong(&names.span, "[daten.felder] gilt nur für den Aufbau von intelliForm", hint);
        }
        let felder = names.map(|names| felder(&names)).unwrap_or_default();
        table.finish("des Abschnitts [daten]");
        Self { json, intelliform: intelliform.then_some(Intelliform { felder }) }
    }
}

fn felder(table: &Table<'_>) -> BTreeMap<String, String> {
    let mut felder = BTreeMap::new();
    for (field, value) in table.entries() {
        let Ok(element) = value.text().map(|text| text.value) else { continue };
        let sound = element.starts_with(|first: char| first.is_ascii_alphabetic())
            && !element.to_ascii_lowercase().starts_with("xml")
            && element.chars().all(|one| one.is_ascii_alphanumeric() || matches!(one, '_' | '-' | '.'));
        if !sound {
            let hint = "Buchstaben ohne Umlaute, Ziffern, _ - und Punkt; vorn ein Buchstabe, nicht „xml“".to_owned();
            value.wrong(format!("„{element}“ kann kein XML-Element benennen"), Some(hint));
        } else if felder.values().any(|other| *other == element) {
            value.wrong(format!("„{element}“ benennt schon ein anderes Feld"), None);
        }
        felder.insert(field.value, element);
    }
    felder
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::report::Report;

    fn read(text: &str) -> Result<Daten, Vec<(usize, String)>> {
        let report = Report::new("m.toml", text);
        let document = report.document();
        let daten = Daten::read(&Table::root(&report, &document));
        report.finish(Ok(daten)).map_err(|told| told.into_iter().map(|one| (one.line, one.message)).collect())
    }

    #[test]
    fn nothing_is_sent_that_was_not_asked_for() {
        assert_eq!(read("").unwrap(), Daten::default());
        assert_eq!(read("json = true").unwrap(), Daten { json: true, intelliform: None });
        let named = read("intelliform = true\n[felder]\ngebuehren = \"gebuehren_bestaetigt\"").unwrap();
        assert_eq!(named.intelliform.unwrap().felder["gebuehren"], "gebuehren_bestaetigt");
    }

    #[test]
    fn names_that_no_element_can_have_are_told() {
        let told = |message: &str, line: usize| (line, message.to_owned());
        assert_eq!(
            read("intelliform = true\njsn = true\n[felder]\na = \"1a\"\nb = \"gut\"\nc = \"gut\"\nd = \"xmlD\"\n"),
            Err(vec![
                told("Den Schlüssel „jsn“ des Abschnitts [daten] gibt es nicht.", 2),
                told("„1a“ kann kein XML-Element benennen", 4),
                told("„gut“ benennt schon ein anderes Feld", 6),
                told("„xmlD“ kann kein XML-Element benennen", 7),
            ])
        );
        assert_eq!(
            read("[felder]\na = \"b\""),
            Err(vec![told("[daten.felder] gilt nur für den Aufbau von intelliForm", 1)])
        );
    }
}
