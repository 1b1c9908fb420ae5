//! Files: taken in as a stream, recognised by their content, limited by form and tenant, taken away again.

use std::fmt::Write as _;

use bytes::Bytes;
use futures_util::Stream;

use super::{Counter, IntakeError, Session};
use crate::draft::check::{Complaint, Refusal, Wrong, is_asked};
use crate::draft::{DraftId, Upload};
use crate::form::Kind;
use crate::latin::{self, Datatype};
use crate::store::{Store, StoreError};

/// Longest name of a file, in characters, with its extension.
const NAME_LIMIT: usize = 100;

/// How a file was received.
#[derive(Debug)]
pub enum Attached {
    /// Taken.
    Taken,
    /// Refused; the rest of the page survives.
    Refused(Complaint),
    /// The connection broke off; nobody reads an answer.
    Broken,
}

/// What may still be added to a question.
struct Room {
    bytes: u64,
    /// What crosses it.
    crossed: Refusal,
}

impl Counter {
    /// Takes one file for a question. The session is that of the page, read once for all its files.
    pub async fn attach<S, E>(
        &self,
        session: &mut Session,
        field: &str,
        file_name: &str,
        content: S,
    ) -> Result<Attached, IntakeError>
    where
        S: Stream<Item = Result<Bytes, E>> + Send + Unpin,
        E: Send,
    {
        if session.draft.sent.is_some() {
            return Err(IntakeError::AlreadySent);
        }
        let refused = |refusal: Refusal| {
            Ok(Attached::Refused(Complaint { field: field.to_owned(), wrong: Wrong::Refused(refusal) }))
        };
        let room = match room(session, field, session.open_until(self)) {
            Ok(room) => room,
            Err(refusal) => return refused(refusal),
        };
        let id = session.draft.id.clone();
        let upload_id = DraftId::from_bytes(self.randomness.bytes()).as_str().to_owned();
        let unkept = Unkept(Some((self.store.clone(), id.clone(), upload_id.clone())));
        let stored = self
            .store
            .add_upload(
                &id,
                &upload_id,
                &session.key.upload_key(&upload_id),
                content,
                room.bytes,
                &self.randomness,
                self.clock.now(),
            )
            .await;
        let stored = match stored {
            Ok(stored) => stored,
            Err(StoreError::UploadLimit) => return refused(room.crossed),
            Err(StoreError::UploadBroken) => return Ok(Attached::Broken),
            Err(error) => return Err(error.into()),
        };
        let verdict =
            if stored.length == 0 { Err(Refusal::Empty) } else { media_type(&stored.head).ok_or(Refusal::Type) };
        let (media_type, extension) = match verdict {
            Ok(known) => known,
            Err(refusal) => {
                self.store.remove_upload(&id, &upload_id).await?;
                return refused(refusal);
            }
        };
        // From here on the draft may name it, even if nobody waits for the answer.
        unkept.forget();
        // Another tab may have added files meanwhile: the limits are looked at again where the list is changed.
        let crossed = self
            .change(session, |session| {
                let room = match self::room(session, field, session.open_until(self)) {
                    Ok(room) => room,
                    Err(refusal) => return Some(refusal),
                };
                if stored.length > room.bytes {
                    return Some(room.crossed);
                }
                let name = unused_name(session, &safe_name(file_name, extension));
                session.draft.uploads.push(Upload {
                    id: upload_id.clone(),
                    field: field.to_owned(),
                    name,
                    media_type: media_type.to_owned(),
                    length: stored.length,
                    sha512: stored.sha512.clone(),
                });
                None
            })
            .await?;
        match crossed {
            None => Ok(Attached::Taken),
            Some(refusal) => {
                self.store.remove_upload(&id, &upload_id).await?;
                refused(refusal)
            }
        }
    }
}

/// An upload that no draft names yet. If the request ends before (time is up, the browser is gone), its bytes go at once.
struct Unkept(Option<(Store, DraftId, String)>);

impl Unkept {
    fn forget(mut self) {
        self.0 = None;
    }
}

impl Drop for Unkept {
    fn drop(&mut self) {
        let (Some((store, draft, upload)), Ok(runtime)) = (self.0.take(), tokio::runtime::Handle::try_current()) else {
            return;
        };
        runtime.spawn(async move {
            if let Err(error) = store.remove_upload(&draft, &upload).await {
                tracing::warn!(%error, "an upload without its draft stays until the sweeper comes");
            }
        });
    }
}

/// What a question still takes; nothing if its step is not `open` yet or it is not asked.
fn room(session: &Session, field: &str, open: usize) -> Result<Room, Refusal> {
    let reached = session.form.steps.iter().take(open + 1).flat_map(|step| &step.sections);
    let known = reached
        .flat_map(|section| &section.fields)
        .find(|known| known.id == field && is_asked(&session.form, field, &session.draft.answers));
    let Some(Kind::Files { max_bytes, max_count, max_total, .. } | Kind::Unterlage { max_bytes, max_count, max_total }) =
        known.map(|field| &field.kind)
    else {
        return Err(Refusal::NotAsked);
    };
    let of_field = session.draft.uploads.iter().filter(|upload| upload.field == field);
    let (count, sum) = of_field.fold((0, 0), |(count, sum), upload| (count + 1, sum + upload.length));
    if count >= *max_count {
        return Err(Refusal::Count { max: *max_count });
    }
    let all: u64 = session.draft.uploads.iter().map(|upload| upload.length).sum();
    let total = (*max_total).saturating_sub(sum).min(session.mandant.max_total_bytes.saturating_sub(all));
    if *max_bytes <= total {
        Ok(Room { bytes: *max_bytes, crossed: Refusal::Large { max: *max_bytes } })
    } else {
        let max = (*max_total).min(session.mandant.max_total_bytes);
        Ok(Room { bytes: total, crossed: Refusal::NoRoom { max, free: total } })
    }
}

/// Media type and extension of the three permitted kinds of file, by their content.
fn media_type(head: &[u8]) -> Option<(&'static str, &'static str)> {
    match infer::get(head)?.mime_type() {
        "application/pdf" => Some(("application/pdf", "pdf")),
        "image/jpeg" => Some(("image/jpeg", "jpg")),
        "image/png" => Some(("image/png", "png")),
        _ => None,
    }
}

/// A name that any file system and any mail program takes: no path, no control or reserved characters, DIN 91379 C only,
/// bounded, with the extension of the recognised type.
fn safe_name(raw: &str, extension: &str) -> String {
    let base = raw.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = match base.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && ending.chars().count() <= 5 => stem,
        _ => base,
    };
    let mut name = String::new();
    for character in latin::normalise(stem).chars() {
        let plain = !character.is_control()
            && !matches!(character, '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*' | ';' | '\'' | '`')
            && latin::check(character.encode_utf8(&mut [0; 4]), Datatype::C).is_ok();
        name.push(if plain { character } else { '_' });
    }
    let name: String =
        name.trim_matches(|edge: char| edge == '.' || edge.is_whitespace()).chars().take(NAME_LIMIT - 5).collect();
    let mut name = if name.trim().is_empty() { "Anlage".to_owned() } else { name };
    if is_device(&name) {
        name.insert(0, '_');
    }
    let _ = write!(name, ".{extension}");
    name
}

/// Whether Windows takes the name for a device, whatever follows its first dot: nobody at the office could save such a file.
fn is_device(name: &str) -> bool {
    let first = name.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    match first.strip_prefix("com").or_else(|| first.strip_prefix("lpt")) {
        Some(number) => number.len() == 1 && number != "0" && number.bytes().all(|digit| digit.is_ascii_digit()),
        None => matches!(first.as_str(), "con" | "prn" | "aux" | "nul"),
    }
}

/// The name, numbered if another file of the application has it.
fn unused_name(session: &Session, name: &str) -> String {
    let taken = |name: &str| session.draft.uploads.iter().any(|upload| upload.name.eq_ignore_ascii_case(name));
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    (2..)
        .map(|number| format!("{stem} ({number}).{extension}"))
        .take(session.draft.uploads.len() + 1)
        .fold(None, |free, candidate| free.or_else(|| (!taken(&candidate)).then_some(candidate)))
        .filter(|_| taken(name))
        .unwrap_or_else(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_paths_reserved_characters_and_foreign_extensions() {
        for (raw, expected) in [
            ("Ausweis.PDF", "Ausweis.pdf"),
            ("C:\\Users\\x\\Ausweis Rückseite.jpeg", "Ausweis Rückseite.pdf"),
            ("../../etc/passwd", "passwd.pdf"),
            ("rechnung.pdf.exe", "rechnung.pdf.pdf"),
            ("a\r\nBcc: x.pdf", "a__Bcc_ x.pdf"),
            ("", "Anlage.pdf"),
            (".pdf", "pdf.pdf"),
            ("…", "_.pdf"),
            ("\u{202e}fdp.png", "_fdp.pdf"),
            ("con.pdf", "_con.pdf"),
            ("Lpt1.backup.pdf", "_Lpt1.backup.pdf"),
            ("Kontoauszug.pdf", "Kontoauszug.pdf"),
        ] {
            assert_eq!(safe_name(raw, "pdf"), expected, "{raw:?}");
        }
        assert!(safe_name(&"ä".repeat(5000), "pdf").chars().count() <= NAME_LIMIT);
    }

    #[test]
    fn a_name_keeps_what_is_no_ending_and_no_device() {
        for (raw, expected) in [
            ("x.jpeg2", "x.pdf"),
            ("Schreiben vom 24.12.2020", "Schreiben vom 24.12.pdf"),
            ("Rechnung Nr. 12345", "Rechnung Nr. 12345.pdf"),
            (" . Foto . .pdf", "Foto.pdf"),
            ("com.pdf", "com.pdf"),
            ("com0.pdf", "com0.pdf"),
            ("com10.pdf", "com10.pdf"),
            ("comx.pdf", "comx.pdf"),
            ("COM9 .a.pdf", "_COM9 .a.pdf"),
        ] {
            assert_eq!(safe_name(raw, "pdf"), expected, "{raw:?}");
        }
        assert_eq!(safe_name(&"ä".repeat(5000), "pdf"), format!("{}.pdf", "ä".repeat(95)));
    }

    #[test]
    fn only_pdf_jpeg_and_png_are_known_and_by_content() {
        assert_eq!(media_type(b"%PDF-1.7\n").unwrap().0, "application/pdf");
        assert_eq!(media_type(&[0xff, 0xd8, 0xff, 0xe0, 0, 0x10]).unwrap().0, "image/jpeg");
        assert_eq!(media_type(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").unwrap().0, "image/png");
        assert_eq!(media_type(b"PK\x03\x04 archive"), None);
        assert_eq!(media_type(b"MZ\x90 program"), None);
        assert_eq!(media_type(b"<html>"), None);
        assert_eq!(media_type(b""), None);
    }
}
