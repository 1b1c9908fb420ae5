//! What XML and JSON tell of a submission, told once: names and order after `schemas/`, every text already clean.

/// What may stand in a document, whatever comes in.
mod clean;
/// The questions with their answers.
mod fragen;

use std::borrow::Cow;

use jiff::Timestamp;
use serde::Serialize;

use super::outline::{Attachment, Outline, Row};
use crate::clock;
use crate::draft::{Answer, Zugang};
use crate::form::kinds::KindName;
use crate::latin::Datatype;
use crate::submission::Submission;

/// Names the format: target namespace of the XML schema, `format` of the JSON.
pub const FORMAT: &str = "urn:ozg-antragsassistent:antrag:1";
/// First number of both schemas' version. Additions raise the second number, everything else makes a new format.
const MAJOR: u8 = 1;

type Words<'a> = Cow<'a, str>;

/// A whole submission, as the JSON prints it. Characters that XML 1.0 forbids became U+FFFD, and so did what DIN 91379 does
/// not permit in a citizen's answer. The checks let neither through; this holds even if they should fail.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Daten<'a> {
    /// [`FORMAT`].
    pub format: &'static str,
    /// The first version of the schemas that knows every kind of question in it.
    pub version: String,
    /// Whether it is a test.
    pub test: bool,
    /// By what the application is known.
    pub vorgang: Vorgang<'a>,
    /// The service.
    pub leistung: Leistung<'a>,
    /// The place.
    pub gebiet: Gebiet<'a>,
    /// The office that decides.
    pub zustaendige_stelle: Stelle<'a>,
    /// The questions in form order, answered and unanswered.
    pub abschnitte: Vec<Abschnitt<'a>>,
    /// Declarations that were made.
    pub erklaerungen: Vec<Erklaerung<'a>>,
    /// The files.
    pub anlagen: Vec<Anlage<'a>>,
}

/// By what the application is known.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Vorgang<'a> {
    /// Its number.
    pub vorgangsnummer: &'a str,
    /// When it was accepted, German local time with offset.
    pub eingereicht_am: String,
    /// Tenant.
    pub mandant: Mandant<'a>,
    /// "Freigeschaltet für".
    pub zugang: &'static str,
    /// Form.
    pub formular: Formular<'a>,
    /// Language, BCP 47.
    pub sprache: Words<'a>,
    /// When it was accepted.
    #[serde(skip)]
    pub at: Timestamp,
}

/// Tenant.
#[derive(Debug, Serialize)]
pub struct Mandant<'a> {
    /// Its id.
    pub id: Words<'a>,
    /// Its name.
    pub name: Words<'a>,
}

/// Form.
#[derive(Debug, Serialize)]
pub struct Formular<'a> {
    /// Its id.
    pub id: Words<'a>,
    /// Its version.
    pub version: Words<'a>,
    /// Its title.
    pub titel: Words<'a>,
}

/// The service.
#[derive(Debug, Serialize)]
pub struct Leistung<'a> {
    /// Its id in the directory.
    #[serde(rename = "pstId")]
    pub pst_id: Words<'a>,
    /// LeiKa key, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leika: Option<&'a str>,
    /// Its name as shown.
    pub name: Words<'a>,
}

/// The place.
#[derive(Debug, Serialize)]
pub struct Gebiet<'a> {
    /// Its id in the directory.
    #[serde(rename = "areaId")]
    pub area_id: Words<'a>,
    /// Amtlicher Gemeindeschlüssel, or of what is above a Gemeinde, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ags: Option<&'a str>,
    /// Amtlicher Regionalschlüssel, the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ars: Option<&'a str>,
    /// Its name.
    pub name: Words<'a>,
    /// Kreis, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kreis: Option<Words<'a>>,
    /// Land, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub land: Option<Words<'a>>,
}

/// The office that decides.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stelle<'a> {
    /// Its id in the directory.
    pub id: Words<'a>,
    /// Its name.
    pub name: Words<'a>,
    /// Type of its Kontaktsystem.
    pub kontaktsystem_typ: Words<'a>,
}

/// Questions under one heading.
#[derive(Debug, Serialize)]
pub struct Abschnitt<'a> {
    /// Id in the form.
    pub id: Words<'a>,
    /// Number of the heading, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nummer: Option<usize>,
    /// Id of the step.
    pub schritt: Words<'a>,
    /// Heading without number.
    pub titel: Words<'a>,
    /// The questions.
    pub fragen: Vec<Frage<'a>>,
}

/// A question with its answer.
#[derive(Debug, Serialize)]
pub struct Frage<'a> {
    /// Id in the form.
    pub id: Words<'a>,
    /// Kind of question; it decides the form of the value.
    pub art: KindName,
    /// Whether it is answered.
    pub beantwortet: bool,
    /// FIM id, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fim: Option<Words<'a>>,
    /// Datatype of DIN 91379 if it is narrower than C.
    #[serde(rename = "datentyp", skip_serializing_if = "Option::is_none")]
    pub datatype: Option<Datatype>,
    /// Label.
    pub bezeichnung: Words<'a>,
    /// The answer for machines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wert: Option<String>,
    /// The list from which the value comes.
    #[serde(flatten)]
    pub liste: Option<Liste<'a>>,
    /// The answer for people: the outline's words.
    pub anzeige: Words<'a>,
}

/// A code list in its version, in the manner of XÖV.
#[derive(Debug, Serialize)]
pub struct Liste<'a> {
    /// Names the list.
    #[serde(rename = "listURI")]
    pub uri: Words<'a>,
    /// Its version.
    #[serde(rename = "listVersionID")]
    pub version: Words<'a>,
}

/// A declaration that was made.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Erklaerung<'a> {
    /// Id of its question.
    pub id: Words<'a>,
    /// Version of its wording.
    pub fassung: Words<'a>,
    /// When it was made, German local time with offset.
    pub abgegeben_am: String,
    /// Label.
    pub bezeichnung: Words<'a>,
    /// The wording as shown.
    pub wortlaut: Words<'a>,
    /// Always `ja`: only what was agreed to stands here.
    pub antwort: &'static str,
}

/// A file of the application.
#[derive(Debug, Serialize)]
pub struct Anlage<'a> {
    /// Id of its question.
    pub frage: Words<'a>,
    /// File name.
    pub name: Words<'a>,
    /// Media type.
    pub medientyp: Words<'a>,
    /// Length in bytes.
    pub laenge: u64,
    /// SHA-512, lower-case hex.
    pub sha512: Words<'a>,
}

impl<'a> Daten<'a> {
    /// Everything that is told of a submission; readable values come from its outline.
    pub fn of(submission: &'a Submission, outline: &'a Outline) -> Self {
        let application = &submission.application;
        let (form, draft) = (&application.form, &application.draft);
        let abschnitte = fragen::abschnitte(submission, outline);
        let known = |key: &'a Option<String>, lengths: &[usize]| key.as_deref().filter(|key| digits(key, lengths));
        Self {
            format: FORMAT,
            version: version(&abschnitte),
            test: draft.zugang == Zugang::Test,
            vorgang: Vorgang {
                vorgangsnummer: submission.vorgangsnummer.as_str(),
                eingereicht_am: moment(submission.at),
                mandant: Mandant { id: clean::text(&draft.mandant), name: clean::text(&application.mandant_name) },
                zugang: draft.zugang.as_str(),
                formular: Formular {
                    id: clean::text(&form.id),
                    version: clean::text(&form.version),
                    titel: clean::text(&form.title),
                },
                sprache: clean::text(&form.language),
                at: submission.at,
            },
            leistung: Leistung {
                pst_id: clean::text(&draft.leistung.pst_id),
                leika: known(&draft.leistung.leika, &[14]),
                name: clean::text(&draft.leistung.name),
            },
            gebiet: Gebiet {
                area_id: clean::text(&draft.gebiet.area_id),
                // Land, Regierungsbezirk, Kreis, (Verband,) Gemeinde: a directory may know a wider area than a Gemeinde.
                ags: known(&draft.gebiet.ags, &[2, 3, 5, 8]),
                ars: known(&draft.gebiet.ars, &[2, 3, 5, 9, 12]),
                name: clean::text(&draft.gebiet.name),
                kreis: draft.gebiet.kreis.as_deref().map(clean::text),
                land: draft.gebiet.land.as_deref().map(clean::text),
            },
            zustaendige_stelle: Stelle {
                id: clean::text(&application.stelle.stelle.id),
                name: clean::text(&application.stelle.stelle.name),
                kontaktsystem_typ: clean::text(&application.stelle.kontaktsystem_typ),
            },
            abschnitte,
            erklaerungen: erklaerungen(submission, outline),
            anlagen: outline.attachments.iter().map(anlage).collect(),
        }
    }
}

/// A document says the first version that describes it, so that nothing changes for readers who need nothing new.
fn version(abschnitte: &[Abschnitt<'_>]) -> String {
    let kinds = abschnitte.iter().flat_map(|abschnitt| &abschnitt.fragen).map(|frage| frage.art.spec().since);
    format!("{MAJOR}.{}", kinds.max().unwrap_or(1))
}

fn erklaerungen<'a>(submission: &'a Submission, outline: &'a Outline) -> Vec<Erklaerung<'a>> {
    let answers = &submission.application.draft.answers;
    let declared = |row: &'a Row| match answers.get(&row.field) {
        Some(Answer::Declared { version, wording, at }) => Some(Erklaerung {
            id: clean::text(&row.field),
            fassung: clean::text(version),
            abgegeben_am: moment(*at),
            bezeichnung: clean::text(&row.label),
            wortlaut: clean::text(wording),
            antwort: "ja",
        }),
        _ => None,
    };
    outline.sections.iter().flat_map(|section| &section.rows).filter_map(declared).collect()
}

fn anlage(file: &Attachment) -> Anlage<'_> {
    Anlage {
        frage: clean::text(&file.field),
        name: clean::text(&file.name),
        medientyp: clean::text(&file.media_type),
        laenge: file.length,
        sha512: clean::text(&file.sha512),
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
mod tests {
    use super::*;
    use crate::draft::sample;

    #[test]
    fn moments_are_german_in_summer_and_winter() {
        assert_eq!(moment(sample::now()), "2020-06-19T09:22:35.0065600+02:00");
        assert_eq!(moment("2026-01-02T23:30:00Z".parse().unwrap()), "2026-01-03T00:30:00.0000000+01:00");
    }
}
