//! The citizen's files: streamed out of the store within a limit, under names that are safe on every desk.

use std::collections::HashSet;
use std::pin::pin;

use futures_util::StreamExt;

use super::super::DeliveryError;
use super::text;
use crate::store::submissions::Package;
use crate::store::{Store, StoreError};

/// Longest file name in characters, extension included.
const NAME_CHARACTERS: usize = 120;
/// Longest extension that is kept when a name is cut.
const EXTENSION_CHARACTERS: usize = 10;

/// One file of the citizen, whole.
pub struct Enclosure {
    /// File name as stored.
    pub name: String,
    /// Media type as recognised.
    pub media_type: String,
    /// The bytes.
    pub content: Vec<u8>,
}

/// Bytes of everything that goes into the mail, before encoding.
pub fn total(package: &Package) -> u64 {
    let files: u64 = package.attachments.iter().fold(0, |sum, upload| sum.saturating_add(upload.length));
    let data: usize = package.further.iter().map(|file| file.text.len()).sum();
    [package.pdf.bytes().len(), package.xml.bytes().len(), data]
        .iter()
        .fold(files, |sum, length| sum.saturating_add(*length as u64))
}

/// Takes the files of a package out of the store, `limit` bytes with PDF and data files at most. A file that is missing or damaged
/// needs a human: the office must not get half an application.
pub async fn fetch(store: &Store, package: &Package, limit: u64) -> Result<Vec<Enclosure>, DeliveryError> {
    let total = total(package);
    if total > limit {
        return Err(DeliveryError::Never(format!("the mail would hold {total} bytes, more than {limit}")));
    }
    let mut enclosures = Vec::with_capacity(package.attachments.len());
    for (index, upload) in package.attachments.iter().enumerate() {
        let damaged = || DeliveryError::Never(format!("file {} of the submission is missing or damaged", index + 1));
        let length = usize::try_from(upload.length).map_err(|_| damaged())?;
        let mut content = Vec::with_capacity(length);
        let mut chunks = pin!(store.upload(&upload.id, &upload.key));
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|error| match error {
                StoreError::Database(_) => DeliveryError::Later(format!("file {} cannot be read: {error}", index + 1)),
                _ => damaged(),
            })?;
            if content.len() + chunk.len() > length {
                return Err(damaged());
            }
            content.extend_from_slice(&chunk);
        }
        if content.len() != length {
            return Err(damaged());
        }
        enclosures.push(Enclosure { name: upload.name.clone(), media_type: upload.media_type.clone(), content });
    }
    Ok(enclosures)
}

/// The file names of one mail: safe, and each only once regardless of case.
#[derive(Default)]
pub struct Names(HashSet<String>);

impl Names {
    /// A safe name like `wanted`, or like `otherwise` where nothing of it is left; `Name (2).pdf` if it is taken.
    pub fn take(&mut self, wanted: &str, otherwise: &str) -> String {
        let safe = safe(wanted).unwrap_or_else(|| otherwise.to_owned());
        let (stem, extension) = split(&safe);
        let mut name = safe.clone();
        let mut turn = 2;
        while !self.0.insert(name.to_lowercase()) {
            name = format!("{stem} ({turn}){extension}");
            turn += 1;
        }
        name
    }
}

/// The name without path, control, direction and reserved characters, without leading or trailing dots, not too long.
fn safe(wanted: &str) -> Option<String> {
    let line = text::one_line(wanted);
    let kept: String = line
        .chars()
        .map(|character| match character {
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '_',
            other => other,
        })
        .filter(|character| !matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'))
        .collect();
    let kept = kept.trim_matches(['.', ' ']);
    if kept.is_empty() {
        return None;
    }
    let (stem, extension) = split(kept);
    let room = NAME_CHARACTERS - extension.chars().count();
    let stem: String = stem.chars().take(room).collect();
    Some(format!("{stem}{extension}"))
}

/// Stem and extension with its dot; a long extension counts as part of the stem.
fn split(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(dot) if dot > 0 && name[dot..].chars().count() <= EXTENSION_CHARACTERS => name.split_at(dot),
        _ => (name, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_paths_breaks_and_tricks_and_stay_unique() {
        let mut names = Names::default();
        assert_eq!(names.take("Geburtsurkunde Müller.pdf", "Anlage"), "Geburtsurkunde Müller.pdf");
        assert_eq!(names.take("geburtsurkunde müller.PDF", "Anlage"), "geburtsurkunde müller (2).PDF");
        assert_eq!(names.take("../../etc/passwd", "Anlage"), "_.._etc_passwd");
        assert_eq!(names.take("a\r\nX-Evil: 1.pdf", "Anlage"), "a X-Evil_ 1.pdf");
        assert_eq!(names.take("rechnung\u{202e}fdp.exe", "Anlage"), "rechnungfdp.exe");
        assert_eq!(names.take(" .. ", "Anlage"), "Anlage");
        assert_eq!(names.take("", "Anlage"), "Anlage (2)");
    }

    #[test]
    fn long_names_keep_their_extension() {
        let name = safe(&format!("{}.jpeg", "ü".repeat(500))).unwrap();
        assert_eq!(name.chars().count(), NAME_CHARACTERS);
        assert!(name.ends_with("ü.jpeg"));
    }
}
