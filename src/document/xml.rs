//! The XML of a submission, after `schemas/antrag-1.xsd`.

/// Reads documents back, for the tests of several rooms.
#[cfg(test)]
pub(super) mod reading;
/// Start, text and end of elements.
pub(super) mod sheet;

use sheet::Sheet;

use super::daten::{Daten, Frage};
use crate::latin::Datatype;

/// Namespace of `xsi:type` (XML Schema Part 1, 2.6.1).
const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// Why an XML cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum XmlError {
    /// The writer failed.
    #[error("the XML cannot be written: {0}")]
    Write(#[from] std::io::Error),
}

/// Prints what is told of a submission. UTF-8 with declaration.
pub fn print(daten: &Daten<'_>) -> Result<Vec<u8>, XmlError> {
    let mut sheet = Sheet::new()?;
    let attributes =
        [("xmlns", daten.format), ("xmlns:xsi", XSI), ("version", &*daten.version), ("test", truth(daten.test))];
    sheet.open("antrag", &attributes)?;
    vorgang(&mut sheet, daten)?;
    fragen(&mut sheet, daten)?;
    erklaerungen(&mut sheet, daten)?;
    anlagen(&mut sheet, daten)?;
    sheet.close("antrag")?;
    Ok(sheet.into_bytes())
}

/// Everything that stands before the questions.
fn vorgang(sheet: &mut Sheet, daten: &Daten<'_>) -> Result<(), XmlError> {
    let Daten { vorgang, leistung, gebiet, zustaendige_stelle: stelle, .. } = daten;
    sheet.open("vorgang", &[])?;
    sheet.leaf("vorgangsnummer", &[], vorgang.vorgangsnummer)?;
    sheet.leaf("eingereichtAm", &[], &vorgang.eingereicht_am)?;
    sheet.leaf("mandant", &[("id", &vorgang.mandant.id)], &vorgang.mandant.name)?;
    sheet.leaf("zugang", &[], vorgang.zugang)?;
    let formular = &vorgang.formular;
    sheet.leaf("formular", &[("id", &formular.id), ("version", &formular.version)], &formular.titel)?;
    sheet.leaf("sprache", &[], &vorgang.sprache)?;
    sheet.close("vorgang")?;

    let mut attributes: Vec<(&str, &str)> = vec![("pstId", &leistung.pst_id)];
    attributes.extend(leistung.leika.map(|key| ("leika", key)));
    sheet.leaf("leistung", &attributes, &leistung.name)?;

    let mut attributes: Vec<(&str, &str)> = vec![("areaId", &gebiet.area_id)];
    attributes.extend(gebiet.ags.map(|key| ("ags", key)));
    attributes.extend(gebiet.ars.map(|key| ("ars", key)));
    sheet.open("gebiet", &attributes)?;
    sheet.leaf("name", &[], &gebiet.name)?;
    for (element, value) in [("kreis", &gebiet.kreis), ("land", &gebiet.land)] {
        if let Some(value) = value {
            sheet.leaf(element, &[], value)?;
        }
    }
    sheet.close("gebiet")?;

    sheet.open("zustaendigeStelle", &[("id", &stelle.id)])?;
    sheet.leaf("name", &[], &stelle.name)?;
    sheet.leaf("kontaktsystemTyp", &[], &stelle.kontaktsystem_typ)?;
    sheet.close("zustaendigeStelle")
}

fn fragen(sheet: &mut Sheet, daten: &Daten<'_>) -> Result<(), XmlError> {
    sheet.open("fragen", &[])?;
    for abschnitt in &daten.abschnitte {
        let number = abschnitt.nummer.map(|number| number.to_string());
        let mut attributes: Vec<(&str, &str)> = vec![("id", &abschnitt.id)];
        attributes.extend(number.as_deref().map(|number| ("nummer", number)));
        attributes.push(("schritt", &abschnitt.schritt));
        sheet.open("abschnitt", &attributes)?;
        sheet.leaf("titel", &[], &abschnitt.titel)?;
        for one in &abschnitt.fragen {
            frage(sheet, one)?;
        }
        sheet.close("abschnitt")?;
    }
    sheet.close("fragen")
}

fn frage(sheet: &mut Sheet, frage: &Frage<'_>) -> Result<(), XmlError> {
    let mut attributes: Vec<(&str, &str)> =
        vec![("id", &frage.id), ("art", frage.art.spec().art), ("beantwortet", truth(frage.beantwortet))];
    attributes.extend(frage.fim.as_deref().map(|fim| ("fim", fim)));
    sheet.open("frage", &attributes)?;
    sheet.leaf("bezeichnung", &[], &frage.bezeichnung)?;
    if let Some(wert) = &frage.wert {
        let mut attributes: Vec<(&str, &str)> = Vec::new();
        attributes.extend(frage.datatype.map(|datatype| ("xsi:type", wert_type(datatype))));
        if let Some(liste) = &frage.liste {
            attributes.extend([("listURI", &*liste.uri), ("listVersionID", &*liste.version)]);
        }
        sheet.leaf("wert", &attributes, wert)?;
    }
    sheet.leaf("anzeige", &[], &frage.anzeige)?;
    sheet.close("frage")
}

fn erklaerungen(sheet: &mut Sheet, daten: &Daten<'_>) -> Result<(), XmlError> {
    sheet.open("erklaerungen", &[])?;
    for one in &daten.erklaerungen {
        let attributes: [(&str, &str); 3] =
            [("id", &one.id), ("fassung", &one.fassung), ("abgegebenAm", &one.abgegeben_am)];
        sheet.open("erklaerung", &attributes)?;
        sheet.leaf("bezeichnung", &[], &one.bezeichnung)?;
        sheet.leaf("wortlaut", &[], &one.wortlaut)?;
        sheet.leaf("antwort", &[], one.antwort)?;
        sheet.close("erklaerung")?;
    }
    sheet.close("erklaerungen")
}

fn anlagen(sheet: &mut Sheet, daten: &Daten<'_>) -> Result<(), XmlError> {
    sheet.open("anlagen", &[])?;
    for one in &daten.anlagen {
        sheet.open("anlage", &[("frage", &one.frage)])?;
        sheet.leaf("name", &[], &one.name)?;
        sheet.leaf("medientyp", &[], &one.medientyp)?;
        sheet.leaf("laenge", &[], &one.laenge.to_string())?;
        sheet.leaf("sha512", &[], &one.sha512)?;
        sheet.close("anlage")?;
    }
    sheet.close("anlagen")
}

/// The schema's type of an answer.
fn wert_type(datatype: Datatype) -> &'static str {
    match datatype {
        Datatype::A => "WertA",
        Datatype::B => "WertB",
        Datatype::C => "Wert",
    }
}

fn truth(yes: bool) -> &'static str {
    if yes { "true" } else { "false" }
}

#[cfg(test)]
mod tests;
