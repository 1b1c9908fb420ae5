//! The XML of a submission, after `schemas/antrag-1.xsd`.

/// What may stand in an XML document, whatever comes in.
mod clean;
/// Start, text and end of elements.
mod sheet;

use std::borrow::Cow;
use std::collections::HashMap;

use jiff::Timestamp;
use sheet::Sheet;

use super::outline::{Outline, Row};
use crate::clock;
use crate::draft::{Answer, Zugang};
use crate::form::{Field, Kind, laender};
use crate::office::{Gebiet, Leistung};
use crate::submission::Submission;

/// Target namespace of the schema.
const NAMESPACE: &str = "urn:ozg-antragsassistent:antrag:1";
/// Version of the schema: additions raise the second number, everything else makes a new namespace.
const VERSION: &str = "1.0";
/// Beginning of the `listURI` of a choice whose codes the form itself defines.
const FORM_LISTS: &str = "urn:ozg-antragsassistent:codeliste";

/// Why an XML cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum XmlError {
    /// The writer failed.
    #[error("the XML cannot be written: {0}")]
    Write(#[from] std::io::Error),
}

/// Prints a submission; readable values come from its outline. UTF-8 with declaration.
///
/// Characters that XML 1.0 forbids become U+FFFD, and so does what DIN 91379 does not permit in a citizen's answer. The
/// checks let neither through; this holds even if they should fail.
pub fn print(submission: &Submission, outline: &Outline) -> Result<Vec<u8>, XmlError> {
    let draft = &submission.application.draft;
    let mut sheet = Sheet::new()?;
    let test = if draft.zugang == Zugang::Test { "true" } else { "false" };
    sheet.open("antrag", &[("xmlns", NAMESPACE), ("version", VERSION), ("test", test)])?;
    vorgang(&mut sheet, submission)?;
    leistung(&mut sheet, &draft.leistung)?;
    gebiet(&mut sheet, &draft.gebiet)?;
    stelle(&mut sheet, submission)?;
    fragen(&mut sheet, submission, outline)?;
    erklaerungen(&mut sheet, submission, outline)?;
    anlagen(&mut sheet, outline)?;
    sheet.close("antrag")?;
    Ok(sheet.into_bytes())
}

fn vorgang(sheet: &mut Sheet, submission: &Submission) -> Result<(), XmlError> {
    let application = &submission.application;
    let (form, draft) = (&application.form, &application.draft);
    sheet.open("vorgang", &[])?;
    sheet.leaf("vorgangsnummer", &[], submission.vorgangsnummer.as_str())?;
    sheet.leaf("eingereichtAm", &[], &moment(submission.at))?;
    sheet.leaf("mandant", &[("id", &draft.mandant)], &application.mandant_name)?;
    sheet.leaf("zugang", &[], draft.zugang.as_str())?;
    sheet.leaf("formular", &[("id", &form.id), ("version", &form.version)], &form.title)?;
    sheet.leaf("sprache", &[], &form.language)?;
    sheet.close("vorgang")
}

fn leistung(sheet: &mut Sheet, leistung: &Leistung) -> Result<(), XmlError> {
    let leika = leistung.leika.as_deref().filter(|key| digits(key, &[14]));
    let mut attributes = vec![("pstId", leistung.pst_id.as_str())];
    attributes.extend(leika.map(|key| ("leika", key)));
    sheet.leaf("leistung", &attributes, &leistung.name)
}

fn gebiet(sheet: &mut Sheet, gebiet: &Gebiet) -> Result<(), XmlError> {
    let mut attributes = vec![("areaId", gebiet.area_id.as_str())];
    // Land, Regierungsbezirk, Kreis, (Verband,) Gemeinde: a directory may know a wider area than a Gemeinde.
    attributes.extend(gebiet.ags.as_deref().filter(|key| digits(key, &[2, 3, 5, 8])).map(|key| ("ags", key)));
    attributes.extend(gebiet.ars.as_deref().filter(|key| digits(key, &[2, 3, 5, 9, 12])).map(|key| ("ars", key)));
    sheet.open("gebiet", &attributes)?;
    sheet.leaf("name", &[], &gebiet.name)?;
    for (element, value) in [("kreis", &gebiet.kreis), ("land", &gebiet.land)] {
        if let Some(value) = value {
            sheet.leaf(element, &[], value)?;
        }
    }
    sheet.close("gebiet")
}

fn stelle(sheet: &mut Sheet, submission: &Submission) -> Result<(), XmlError> {
    let found = &submission.application.stelle;
    sheet.open("zustaendigeStelle", &[("id", &found.stelle.id)])?;
    sheet.leaf("name", &[], &found.stelle.name)?;
    sheet.leaf("kontaktsystemTyp", &[], &found.kontaktsystem_typ)?;
    sheet.close("zustaendigeStelle")
}

fn fragen(sheet: &mut Sheet, submission: &Submission, outline: &Outline) -> Result<(), XmlError> {
    let form = &submission.application.form;
    let fields: HashMap<&str, &Field> = form.fields().map(|(_, _, field)| (field.id.as_str(), field)).collect();
    sheet.open("fragen", &[])?;
    for section in &outline.sections {
        let number = section.number.map(|number| number.to_string());
        let mut attributes = vec![("id", section.id.as_str())];
        attributes.extend(number.as_deref().map(|number| ("nummer", number)));
        attributes.push(("schritt", &section.step));
        sheet.open("abschnitt", &attributes)?;
        sheet.leaf("titel", &[], &section.title)?;
        for row in &section.rows {
            if let Some(field) = fields.get(row.field.as_str()) {
                frage(sheet, submission, field, row)?;
            }
        }
        sheet.close("abschnitt")?;
    }
    sheet.close("fragen")
}

fn frage(sheet: &mut Sheet, submission: &Submission, field: &Field, row: &Row) -> Result<(), XmlError> {
    let draft = &submission.application.draft;
    let value: Option<Cow<'_, str>> = match &field.kind {
        Kind::Service => Some(Cow::Borrowed(draft.leistung.pst_id.as_str())),
        Kind::Files { .. } => None,
        _ => draft.answers.get(&field.id).map(|answer| match answer {
            Answer::Text(text) | Answer::Code(text) => Cow::Borrowed(text.as_str()),
            // An XML reader expects ISO 8601, as xs:date does.
            Answer::Date(date) => Cow::Owned(date.to_string()),
            other => Cow::Owned(other.raw()),
        }),
    };
    let value = value.filter(|value| !value.is_empty());
    let answered = if row.answered { "true" } else { "false" };
    let mut attributes = vec![("id", field.id.as_str()), ("art", art(&field.kind)), ("beantwortet", answered)];
    attributes.extend(field.fim.as_deref().map(|fim| ("fim", fim)));
    sheet.open("frage", &attributes)?;
    sheet.leaf("bezeichnung", &[], &field.label)?;
    if let Some(value) = value {
        let value = clean::answer(&value);
        match list(field, submission) {
            Some((uri, version)) => sheet.leaf("wert", &[("listURI", &uri), ("listVersionID", &version)], &value)?,
            None => sheet.leaf("wert", &[], &value)?,
        }
    }
    sheet.leaf("anzeige", &[], &row.value)?;
    sheet.close("frage")
}

fn erklaerungen(sheet: &mut Sheet, submission: &Submission, outline: &Outline) -> Result<(), XmlError> {
    let application = &submission.application;
    sheet.open("erklaerungen", &[])?;
    for row in outline.sections.iter().flat_map(|section| &section.rows) {
        if let Some(Answer::Declared { version, wording, at }) = application.draft.answers.get(&row.field) {
            sheet.open("erklaerung", &[("id", &row.field), ("fassung", version), ("abgegebenAm", &moment(*at))])?;
            sheet.leaf("bezeichnung", &[], &row.label)?;
            sheet.leaf("wortlaut", &[], wording)?;
            sheet.leaf("antwort", &[], "ja")?;
            sheet.close("erklaerung")?;
        }
    }
    sheet.close("erklaerungen")
}

fn anlagen(sheet: &mut Sheet, outline: &Outline) -> Result<(), XmlError> {
    sheet.open("anlagen", &[])?;
    for file in &outline.attachments {
        sheet.open("anlage", &[("frage", &file.field)])?;
        sheet.leaf("name", &[], &file.name)?;
        sheet.leaf("medientyp", &[], &file.media_type)?;
        sheet.leaf("laenge", &[], &file.length.to_string())?;
        sheet.leaf("sha512", &[], &file.sha512)?;
        sheet.close("anlage")?;
    }
    sheet.close("anlagen")
}

/// The official or the form's own code list of a question, with its version.
fn list(field: &Field, submission: &Submission) -> Option<(Cow<'static, str>, String)> {
    let form = &submission.application.form;
    match field.kind {
        Kind::Country | Kind::Nationality => Some((Cow::Borrowed(laender::LIST_URI), laender::LIST_VERSION.to_owned())),
        Kind::Choice { .. } => {
            Some((Cow::Owned(format!("{FORM_LISTS}:{}:{}", form.id, field.id)), form.version.clone()))
        }
        _ => None,
    }
}

/// The name of a kind in the schema.
fn art(kind: &Kind) -> &'static str {
    match kind {
        Kind::Service => "leistung",
        Kind::Text { .. } => "text",
        Kind::Choice { .. } => "auswahl",
        Kind::Date { .. } => "datum",
        Kind::Country => "staat",
        Kind::Nationality => "staatsangehoerigkeit",
        Kind::Postcode { .. } => "postleitzahl",
        Kind::Phone => "telefon",
        Kind::Email => "email",
        Kind::Area => "ort",
        Kind::Files { .. } => "dateien",
        Kind::Declaration { .. } => "erklaerung",
        Kind::YesNo => "janein",
        Kind::Number { .. } => "zahl",
        Kind::Office => "stelle",
    }
}

/// A moment on German clocks with seven fraction digits, as fine as the Vorgangsnummer.
fn moment(at: Timestamp) -> String {
    clock::berlin(at).strftime("%Y-%m-%dT%H:%M:%S.%7f%:z").to_string()
}

fn digits(key: &str, lengths: &[usize]) -> bool {
    lengths.contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests;
