//! Style sheets, fonts and pictures: embedded, compressed once, with addresses that name their content.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::OnceLock;

use axum::body::Body;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::Embed;

/// A year: the address changes whenever the content does.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// During an update another version's page may ask this one: it gets what there is, but must ask again next time.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

#[derive(Embed)]
#[folder = "templates/assets/"]
struct Files;

/// All assets and the hash over them. One hash for the whole folder lets style sheets name fonts by relative address.
struct Shelf {
    hash: String,
    assets: BTreeMap<String, Asset>,
}

struct Asset {
    media_type: &'static str,
    etag: HeaderValue,
    plain: Bytes,
    /// Made at the first request that takes it; `None` where it would not be shorter.
    gzip: OnceLock<Option<Bytes>>,
}

/// Folder of the assets as pages link it: `{prefix}/assets/{hash}`.
pub fn folder(prefix: &str) -> String {
    format!("{prefix}/assets/{}", shelf().hash)
}

/// The answer to a GET of `/assets/{hash}/{name}`; `None` if there is no such asset.
pub fn answer(hash: &str, name: &str, request: &HeaderMap) -> Option<Response> {
    let shelf = shelf();
    let asset = shelf.assets.get(name)?;
    let mut headers = HeaderMap::new();
    headers.insert(CACHE_CONTROL, if hash == shelf.hash { IMMUTABLE } else { ASK_AGAIN });
    headers.insert(ETAG, asset.etag.clone());
    headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    if request.get_all(IF_NONE_MATCH).iter().any(|known| names_tag(known, &asset.etag)) {
        return Some((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.media_type));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let body = match asset.gzip() {
        Some(gzip) if accepts_gzip(request) => {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            gzip
        }
        _ => &asset.plain,
    };
    Some((headers, Body::from(body.clone())).into_response())
}

impl Asset {
    fn gzip(&self) -> Option<&Bytes> {
        let compress = || {
            if !self.media_type.starts_with("text/") && self.media_type != "image/svg+xml" {
                return None;
            }
            let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(&self.plain).ok()?;
            encoder.finish().ok().filter(|gzip| gzip.len() < self.plain.len()).map(Bytes::from)
        };
        self.gzip.get_or_init(compress).as_ref()
    }
}

fn shelf() -> &'static Shelf {
    static SHELF: OnceLock<Shelf> = OnceLock::new();
    SHELF.get_or_init(|| {
        let mut whole = ring::digest::Context::new(&ring::digest::SHA256);
        let mut assets = BTreeMap::new();
        let mut names: Vec<String> = Files::iter().map(std::borrow::Cow::into_owned).collect();
        names.sort_unstable();
        for name in names {
            let file = Files::get(&name).expect("the name comes from the same embedded folder");
            let digest = ring::digest::digest(&ring::digest::SHA256, &file.data);
            whole.update(name.as_bytes());
            whole.update(digest.as_ref());
            let etag = format!("\"{}\"", short(digest.as_ref()));
            let asset = Asset {
                media_type: media_type(&name),
                etag: HeaderValue::from_str(&etag).expect("hex digits in quotes are a header value"),
                plain: match file.data {
                    std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
                    std::borrow::Cow::Owned(bytes) => Bytes::from(bytes),
                },
                gzip: OnceLock::new(),
            };
            assets.insert(name, asset);
        }
        Shelf { hash: short(whole.finish().as_ref()), assets }
    })
}

fn short(digest: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(digest.get(..8).unwrap_or(digest))
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("md" | "txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn names_tag(header: &HeaderValue, etag: &HeaderValue) -> bool {
    let (Ok(header), Ok(etag)) = (header.to_str(), etag.to_str()) else { return false };
    header.split(',').map(|tag| tag.trim().trim_start_matches("W/")).any(|tag| tag == etag || tag == "*")
}

/// Whether `gzip` is named and not refused by `q=0` (RFC 9110, 12.5.3).
fn accepts_gzip(request: &HeaderMap) -> bool {
    let named = request.get_all(ACCEPT_ENCODING).iter().filter_map(|header| header.to_str().ok());
    named.flat_map(|header| header.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let is_gzip = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        let refused = parts.any(|part| {
            part.strip_prefix("q=")
                .and_then(|quality| quality.parse::<f32>().ok())
                .is_some_and(|quality| quality <= 0.0)
        });
        is_gzip && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(name: axum::http::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn every_asset_that_pages_and_style_sheets_name_is_there() {
        let style = String::from_utf8(shelf().assets["antrag.css"].plain.to_vec()).unwrap();
        let fonts: Vec<&str> = style.split("url(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(fonts.len(), 5);
        for name in fonts.into_iter().chain(["kern.min.css", "antrag.css", "favicon.svg"]) {
            let answer = answer(&shelf().hash, name, &HeaderMap::new()).unwrap();
            assert_eq!(answer.status(), StatusCode::OK, "{name}");
            assert_ne!(answer.headers()[CONTENT_TYPE], "application/octet-stream", "{name}");
            assert_eq!(answer.headers()[CACHE_CONTROL], IMMUTABLE);
        }
    }

    #[test]
    fn style_sheets_are_sent_short_to_those_who_take_it() {
        let short = |value| {
            let answer = answer("", "kern.min.css", &request(ACCEPT_ENCODING, value)).unwrap();
            answer.headers().get(CONTENT_ENCODING).is_some_and(|coding| coding == "gzip")
        };
        assert!(short("gzip, deflate, br"));
        assert!(short("br;q=1.0, GZIP;q=0.5"));
        assert!(!short("gzip;q=0, identity"));
        assert!(!short("br"));
        assert!(shelf().assets["kern.min.css"].gzip().unwrap().len() < 50_000);
        assert!(shelf().assets["fonts/FiraSans-Regular.woff2"].gzip().is_none());
    }

    #[test]
    fn what_the_browser_has_is_not_sent_again() {
        let etag = shelf().assets["antrag.css"].etag.to_str().unwrap();
        let known: HeaderValue = format!("\"x\", W/{etag}").parse().unwrap();
        let answer = answer("", "antrag.css", &HeaderMap::from_iter([(IF_NONE_MATCH, known)])).unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(answer.headers()[CACHE_CONTROL], ASK_AGAIN);
    }

    #[test]
    fn nothing_outside_the_folder_is_served() {
        for name in ["../pages/start.html", "/etc/passwd", "fonts", "", "fonts/../antrag.css"] {
            assert!(answer(&shelf().hash, name, &HeaderMap::new()).is_none(), "{name}");
        }
    }
}
