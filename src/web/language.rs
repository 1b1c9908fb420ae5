//! Which languages a browser prefers (`Accept-Language`, RFC 9110, 12.5.4).
//!
//! The crate made for this sorts by qualities that may be NaN, which lets a header from outside panic.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;

/// Most languages that are looked at.
const MOST: usize = 10;

/// The languages in the browser's order, most wanted first: primary subtags such as `en`, once each. `*`, languages with `q=0` and what
/// is no language are left out.
pub fn preferred(headers: &HeaderMap) -> Vec<String> {
    let header = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut ranked: Vec<(u16, String)> = header.split(',').take(MOST).filter_map(ranked).collect();
    ranked.sort_by_key(|(quality, _)| std::cmp::Reverse(*quality));
    let mut languages: Vec<String> = Vec::new();
    for (_, language) in ranked {
        if !languages.contains(&language) {
            languages.push(language);
        }
    }
    languages
}

/// Quality in thousandths, and the primary subtag.
fn ranked(entry: &str) -> Option<(u16, String)> {
    let mut parts = entry.split(';').map(str::trim);
    let primary = parts.next()?.split('-').next()?.to_ascii_lowercase();
    let known = matches!(primary.len(), 2 | 3) && primary.bytes().all(|letter| letter.is_ascii_lowercase());
    let quality = match parts.find_map(|part| part.strip_prefix("q=")) {
        Some(written) => thousandths(written)?,
        None => 1000,
    };
    (known && quality > 0).then_some((quality, primary))
}

/// `1`, `0.5`, `0.125` (RFC 9110, 12.4.2).
fn thousandths(written: &str) -> Option<u16> {
    let (whole, decimals) = written.split_once('.').unwrap_or((written, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let decimals: u16 = format!("{decimals:0<3}").parse().ok()?;
    match (whole, decimals) {
        ("0", decimals) => Some(decimals),
        ("1", 0) => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn of(header: &str) -> Vec<String> {
        preferred(&HeaderMap::from_iter([(ACCEPT_LANGUAGE, HeaderValue::from_str(header).unwrap())]))
    }

    #[test]
    fn the_most_wanted_comes_first_and_each_once() {
        for (header, languages) in [
            ("de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7", &["de", "en"][..]),
            ("en;q=0.5, uk , de;q=0.750", &["uk", "de", "en"]),
            ("*;q=0.1, tr;q=0, fr", &["fr"]),
            ("", &[]),
            ("en;q=NaN, fr;q=2, x, deutsch, d1, es;q=0.1234", &[]),
            ("EN-gb", &["en"]),
        ] {
            assert_eq!(of(header), languages, "{header}");
        }
        assert_eq!(preferred(&HeaderMap::new()), Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn any_header_gives_a_short_list_of_short_names(header in "[ -~]{0,200}") {
            let languages = of(&header);
            prop_assert!(languages.len() <= MOST);
            prop_assert!(languages.iter().all(|one| matches!(one.len(), 2 | 3)));
        }
    }
}
