//! Answers of a page as they come in: plain, or with files that stream through multer into the store.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::Request;
use axum::http::header::CONTENT_TYPE;
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use multer::{Constraints, Multipart, SizeLimit};

use super::Shared;
use super::error::WebError;
use super::guard::is_multipart;
use super::owner::Owner;
use crate::draft::check::{Complaint, Raw};
use crate::intake::attach::Attached;
use crate::words::mishap::Mishap;

/// Most answers of one page; the largest form has a tenth of it.
const PAIRS: usize = 1000;
/// Most files of one page; a form asks for a tenth of it. Each costs several writes, even one that is refused.
const FILES: usize = 100;
/// Most bytes that come in while no part comes out of them: heads of parts. Multer keeps them all, and searches them anew with
/// each piece that comes in.
const UNREAD: usize = 192 * 1024;
/// How much more than the permitted files is read, and thrown away, so that a page with too large a file still gets its answer.
const PATIENCE: u64 = 64 * 1024 * 1024;

/// What a page sent.
#[derive(Debug, Default)]
pub struct Sent {
    /// Answers by field id.
    pub raw: Raw,
    /// Files that were refused.
    pub refused: Vec<Complaint>,
    /// Whether files were taken.
    pub taken: usize,
}

impl Sent {
    /// The only value of a name.
    pub fn one(&self, name: &str) -> Option<&str> {
        self.raw.get(name)?.first().map(String::as_str)
    }

    fn add(&mut self, name: String, value: String) -> Result<(), WebError> {
        if self.raw.len() >= PAIRS {
            return Err(WebError::new(Mishap::Unreadable, "too many answers"));
        }
        let values = self.raw.entry(name).or_default();
        if values.len() < PAIRS {
            values.push(value);
        }
        Ok(())
    }
}

/// Reads a page without files.
pub async fn plain(app: &Shared, request: Request) -> Result<Sent, WebError> {
    let limit = app.settings.limits.body_bytes;
    let body = Limited::new(request.into_body(), limit).collect().await.map_err(|error| {
        if error.downcast_ref::<LengthLimitError>().is_some() {
            too_large(limit as u64)
        } else {
            WebError::new(Mishap::Unreadable, "the body broke off")
        }
    })?;
    let mut sent = Sent::default();
    for (name, value) in url::form_urlencoded::parse(&body.to_bytes()) {
        sent.add(name.into_owned(), value.into_owned())?;
    }
    Ok(sent)
}

/// Reads a wizard page: the token is checked before anything is stored, files go to the store as they come.
pub async fn wizard(app: &Shared, owner: &Owner, request: Request) -> Result<Sent, WebError> {
    if !is_multipart(&request) {
        let sent = plain(app, request).await?;
        owner.check(sent.one("csrf"))?;
        return Ok(sent);
    }
    let boundary = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| multer::parse_boundary(value).ok())
        .ok_or_else(|| WebError::new(Mishap::Unreadable, "multipart without boundary"))?;
    let mut session = app.counter.session(&owner.id, &owner.key).await?;
    let limits = &app.settings.limits;
    let most = session.mandant.max_total_bytes + limits.body_bytes as u64;
    let limit = SizeLimit::new().whole_stream(most + PATIENCE);
    let unread = Unread::default();
    let stream = unread.bounding(request.into_body().into_data_stream());
    let mut multipart = Multipart::with_constraints(stream, boundary, Constraints::new().size_limit(limit));
    let mut sent = Sent::default();
    let (mut text_bytes, mut files_sent) = (0, 0);
    loop {
        let next = multipart.next_field().await.map_err(|error| broken(&error, most))?;
        unread.read();
        let Some(mut part) = next else { break };
        let Some(name) = part.name().map(str::to_owned) else { continue };
        // The tick "I do not have this document" has the name of its files.
        let files =
            part.file_name().is_some() && session.form.field(&name).is_some_and(|field| field.kind.takes_files());
        if !files {
            let mut text = Vec::new();
            text_bytes += name.len();
            while let Some(chunk) = part.chunk().await.map_err(|error| broken(&error, most))? {
                unread.read();
                text_bytes += chunk.len();
                if text_bytes > limits.body_bytes {
                    return Err(too_large(limits.body_bytes as u64));
                }
                text.extend_from_slice(&chunk);
            }
            sent.add(name, String::from_utf8_lossy(&text).into_owned())?;
            continue;
        }
        // Browsers send an empty part for an input without file.
        let Some(file_name) = part.file_name().filter(|name| !name.is_empty()).map(str::to_owned) else { continue };
        owner.check(sent.one("csrf"))?;
        files_sent += 1;
        if files_sent > FILES {
            return Err(WebError::new(Mishap::Unreadable, "too many files"));
        }
        let content = (&mut part).inspect(|_| unread.read());
        match app.counter.attach(&mut session, &name, &file_name, content).await? {
            Attached::Taken => sent.taken += 1,
            Attached::Refused(complaint) => {
                if !sent.refused.contains(&complaint) {
                    sent.refused.push(complaint);
                }
            }
            Attached::Broken => return Err(WebError::new(Mishap::Unreadable, "a file broke off")),
        }
        // What was refused half-way is read to its end, so that the page gets its answer.
        while part.chunk().await.map_err(|error| broken(&error, most))?.is_some() {
            unread.read();
        }
    }
    owner.check(sent.one("csrf"))?;
    Ok(sent)
}

/// Bytes that came in since the last part, or piece of a part, came out.
#[derive(Clone, Default)]
struct Unread(Arc<AtomicUsize>);

impl Unread {
    /// Something came out.
    fn read(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    /// The body, cut off once too much of it has come in for nothing.
    fn bounding<S>(&self, body: S) -> impl Stream<Item = Result<Bytes, axum::BoxError>> + Send + use<S>
    where
        S: Stream<Item = Result<Bytes, axum::Error>> + Send,
    {
        let unread = self.0.clone();
        body.map(move |piece| {
            let piece = piece?;
            if unread.fetch_add(piece.len(), Ordering::Relaxed) > UNREAD {
                return Err("the head of a part is too long".into());
            }
            Ok(piece)
        })
    }
}

fn too_large(limit: u64) -> WebError {
    WebError::new(Mishap::TooLarge(limit), "the body is larger than allowed")
}

fn broken(error: &multer::Error, limit: u64) -> WebError {
    match error {
        multer::Error::StreamSizeExceeded { .. } | multer::Error::FieldSizeExceeded { .. } => too_large(limit),
        // The error's own words may quote a name or a value.
        _ => WebError::new(Mishap::Unreadable, "the multipart body does not read"),
    }
}
