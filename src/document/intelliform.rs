//! The XML of a submission in the layout of cit intelliForm, so that offices' existing import jobs go on working.
//!
//! The layout has no public schema; what is written here is what public exports show: the form as root element, the
//! transaction in attributes, each answer as an element named by its question, files as `file`. Neither the citizen's
//! address in the network nor an account is told, though intelliForm has attributes for both.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use jiff::tz::TimeZone;

use super::daten::{Anlage, Daten, Frage};
use super::xml::XmlError;
use super::xml::sheet::Sheet;
use crate::form::kinds::KindName;

/// Namespace of the transaction's attributes.
const TRANSACTION: &str = "http://xmlns.cit.de/intelliform/transaction";
/// Elements that stand before the questions' own.
const LINK: [&str; 2] = ["pstId", "areaId"];
/// Hexadecimal digits in a file's `id`.
const FILE_ID: usize = 40;

/// What the layout needs to know besides the submission.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// Host name of the server, for `t:sender`.
    pub sender: String,
    /// Question's id → name of its element, where an import job knows it by another.
    pub felder: BTreeMap<String, String>,
}

/// Prints what is told of a submission in this layout. UTF-8 with declaration. Questions that are not answered have no element.
pub fn print(daten: &Daten<'_>, layout: &Layout) -> Result<Vec<u8>, XmlError> {
    let vorgang = &daten.vorgang;
    let formular = &vorgang.formular;
    let root = element(&formular.id);
    let moment = vorgang.at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
    let form_id = format!("{}/{}", vorgang.mandant.id, formular.id);
    let mut sheet = Sheet::new()?;
    sheet.open(
        &root,
        &[
            ("xmlns:t", TRANSACTION),
            ("t:id", vorgang.vorgangsnummer),
            ("t:timestamp", &moment),
            ("t:sender", &layout.sender),
            ("t:form", &formular.titel),
            ("t:form-id", &form_id),
            ("t:form-version", &formular.version),
            ("t:customer", &vorgang.mandant.name),
            ("t:customer-id", &vorgang.mandant.id),
            ("t:client", vorgang.zugang),
            ("t:client-id", vorgang.zugang),
        ],
    )?;
    sheet.leaf(LINK[0], &[], &daten.leistung.pst_id)?;
    sheet.leaf(LINK[1], &[], &daten.gebiet.area_id)?;
    let mut taken: HashSet<Cow<'_, str>> = LINK.map(Cow::Borrowed).into();
    for frage in daten.abschnitte.iter().flat_map(|abschnitt| &abschnitt.fragen) {
        // Import jobs know one question for files; each file of a document stands there.
        if frage.art == KindName::Unterlage {
            continue;
        }
        let wanted = layout.felder.get(&*frage.id).map_or(&*frage.id, String::as_str);
        let mut name = element(wanted);
        // Two elements of one name would be two answers to one question.
        while !taken.insert(name.clone()) {
            name.to_mut().push('_');
        }
        antwort(&mut sheet, &name, frage, daten)?;
    }
    sheet.close(&root)?;
    Ok(sheet.into_bytes())
}

fn antwort(sheet: &mut Sheet, name: &str, frage: &Frage<'_>, daten: &Daten<'_>) -> Result<(), XmlError> {
    let value: &str = match (frage.art, frage.wert.as_deref()) {
        (KindName::Files, _) => return dateien(sheet, name, &frage.id, &daten.anlagen),
        _ if !frage.beantwortet => return Ok(()),
        (KindName::Office, _) => &daten.zustaendige_stelle.name,
        (KindName::YesNo | KindName::Declaration, Some("ja")) => "true",
        (KindName::YesNo, Some(_)) => "false",
        // A selection tells what was read, not the key behind it.
        (KindName::Service | KindName::Choice | KindName::Country | KindName::Nationality, _) | (_, None) => {
            &frage.anzeige
        }
        (_, Some(value)) => value,
    };
    sheet.leaf(name, &[], value)
}

fn dateien(sheet: &mut Sheet, name: &str, frage: &str, anlagen: &[Anlage<'_>]) -> Result<(), XmlError> {
    let own = |file: &&Anlage<'_>| {
        file.frage.strip_prefix(frage).is_some_and(|document| document.is_empty() || document.starts_with('-'))
    };
    let mut files = anlagen.iter().filter(own).peekable();
    if files.peek().is_none() {
        return Ok(());
    }
    let item = format!("{name}-item");
    sheet.open(name, &[])?;
    for file in files {
        // intelliForm puts a SHA-1 here; the beginning of the SHA-512 has its form and names the content as well.
        let id = format!("assistants.{}", file.sha512.get(..FILE_ID).unwrap_or(&file.sha512));
        let length = file.laenge.to_string();
        sheet.open(&item, &[])?;
        sheet.open("datei", &[])?;
        let attributes: [(&str, &str); 4] =
            [("content-type", &file.medientyp), ("description", ""), ("id", &id), ("length", &length)];
        sheet.leaf("file", &attributes, &file.name)?;
        sheet.close("datei")?;
        sheet.close(&item)?;
    }
    sheet.close(name)
}

/// Whether a text can name an element: ASCII letters, digits, `_`, `-` and `.`, no digit or sign first.
pub fn is_element(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && !name.to_ascii_lowercase().starts_with("xml")
        && name.chars().all(permitted)
}

/// The name of an element for an id. Ids of forms are names already; this holds for ids of any origin.
fn element(id: &str) -> Cow<'_, str> {
    if is_element(id) {
        return Cow::Borrowed(id);
    }
    let plain = id.chars().map(|one| if permitted(one) { one } else { '_' });
    Cow::Owned(std::iter::once('_').chain(plain).collect())
}

fn permitted(one: char) -> bool {
    one.is_ascii_alphanumeric() || matches!(one, '_' | '-' | '.')
}

#[cfg(test)]
mod tests;
