//! Files: at least one where one is required, not too many, not too large; and how a length is read.

use std::borrow::Cow;

use super::words;
use crate::draft::Upload;
use crate::form::{Field, Kind};

/// A file and the statement that there is none.
const BOTH: &str = "Sie haben eine Datei hinzugefügt und zugleich angegeben, dass Sie dieses Dokument nicht haben. \
                    Bitte entfernen Sie die Datei oder das Häkchen.";

/// What is wrong with the files of a question that is asked. The limits are held while a file arrives; they are checked
/// here again for a draft that was resumed.
///
/// `fehlt`: whether the citizen said that there is no such document.
pub fn wrong(field: &Field, uploads: &[Upload], fehlt: bool) -> Option<Cow<'static, str>> {
    let (Kind::Files { max_bytes, max_count, max_total, .. } | Kind::Unterlage { max_bytes, max_count, max_total }) =
        &field.kind
    else {
        return None;
    };
    let (mut count, mut total, mut largest) = (0_usize, 0_u64, 0_u64);
    for upload in uploads.iter().filter(|upload| upload.field == field.id) {
        count += 1;
        total = total.saturating_add(upload.length);
        largest = largest.max(upload.length);
    }
    if count == 0 {
        return (!field.optional && !fehlt).then(|| Cow::Borrowed(words::missing(&field.kind)));
    }
    if fehlt {
        return Some(Cow::Borrowed(BOTH));
    }
    if count > *max_count {
        let files = if *max_count == 1 { "eine Datei".to_owned() } else { format!("{max_count} Dateien") };
        return Some(Cow::Owned(format!("Bitte entfernen Sie Dateien. Erlaubt ist höchstens {files}.")));
    }
    if largest > *max_bytes {
        let limit = readable_length(*max_bytes);
        return Some(Cow::Owned(format!("Bitte entfernen Sie jede Datei, die größer als {limit} ist.")));
    }
    (total > *max_total).then(|| {
        let limit = readable_length(*max_total);
        Cow::Owned(format!("Bitte entfernen Sie Dateien. Alle zusammen dürfen höchstens {limit} groß sein."))
    })
}

/// A length as people read it: `512 Byte`, `12 KB`, `3,4 MB`. 1 KB is 1,024 bytes, as file managers count.
pub fn readable_length(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
    if bytes < 1024 {
        return format!("{bytes} Byte");
    }
    let mut divisor = 1024_u64;
    let mut unit = 0;
    // Whole kilobytes up to 1023, then the next unit: 1,048,000 bytes are `1 MB`, not `1024 KB`.
    while unit + 1 < UNITS.len() && rounded(bytes, divisor, unit > 0) >= if unit > 0 { 10_240 } else { 1024 } {
        divisor *= 1024;
        unit += 1;
    }
    if unit == 0 {
        return format!("{} KB", rounded(bytes, divisor, false));
    }
    let tenths = rounded(bytes, divisor, true);
    match (tenths / 10, tenths % 10) {
        (whole, 0) => format!("{whole} {}", UNITS[unit]),
        (whole, tenth) => format!("{whole},{tenth} {}", UNITS[unit]),
    }
}

/// `bytes` in units of `divisor`, or tenths of it, rounded half up.
fn rounded(bytes: u64, divisor: u64, tenths: bool) -> u128 {
    let scaled = u128::from(bytes) * if tenths { 10 } else { 1 };
    let divisor = u128::from(divisor);
    (scaled + divisor / 2) / divisor
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::draft::sample;

    const MB: u64 = 1024 * 1024;

    fn question() -> Field {
        sample::field(
            "anlagen",
            Kind::Files { max_bytes: 10 * MB, max_count: 2, max_total: 15 * MB, unterlagen: false },
        )
    }

    #[test]
    fn a_required_file_is_asked_for_and_an_optional_one_is_not() {
        let mut field = question();
        assert!(wrong(&field, &[], false).unwrap().contains("mindestens eine Datei"));
        assert!(wrong(&field, &[sample::upload("andere", 5)], false).is_some());
        assert!(wrong(&field, &[sample::upload("anlagen", 5)], false).is_none());
        field.optional = true;
        assert!(wrong(&field, &[], false).is_none());
    }

    #[test]
    fn a_document_is_there_or_said_to_be_missing_but_not_both() {
        let mut field = sample::field("anlagen-ausweis", Kind::Unterlage { max_bytes: 9, max_count: 2, max_total: 9 });
        assert!(wrong(&field, &[], false).unwrap().contains("nicht haben"));
        assert_eq!(wrong(&field, &[], true), None);
        let there = [sample::upload("anlagen-ausweis", 5)];
        assert_eq!(wrong(&field, &there, false), None);
        assert!(wrong(&field, &there, true).unwrap().contains("oder das Häkchen"));
        field.optional = true;
        assert_eq!(wrong(&field, &[], false), None);
        assert!(wrong(&field, &there, true).is_some());
    }

    #[test]
    fn each_limit_is_named() {
        let files = |lengths: &[u64]| lengths.iter().map(|one| sample::upload("anlagen", *one)).collect::<Vec<_>>();
        assert!(wrong(&question(), &files(&[1, 1, 1]), false).unwrap().contains("höchstens 2 Dateien"));
        assert!(wrong(&question(), &files(&[10 * MB + 1]), false).unwrap().contains("größer als 10 MB"));
        assert!(wrong(&question(), &files(&[8 * MB, 8 * MB]), false).unwrap().contains("höchstens 15 MB"));
        assert!(wrong(&question(), &files(&[10 * MB, 5 * MB]), false).is_none());
        assert!(wrong(&question(), &files(&[u64::MAX, u64::MAX]), false).is_some());
    }

    #[test]
    fn lengths_read_as_people_read_them() {
        for (bytes, text) in [
            (0, "0 Byte"),
            (1023, "1023 Byte"),
            (1024, "1 KB"),
            (12_300, "12 KB"),
            (1_048_000, "1023 KB"),
            (1_048_575, "1 MB"),
            (MB, "1 MB"),
            (3_565_158, "3,4 MB"),
            (10 * MB, "10 MB"),
            (1024 * MB - 1, "1 GB"),
            (1536 * MB, "1,5 GB"),
        ] {
            assert_eq!(readable_length(bytes), text, "{bytes}");
        }
    }

    proptest! {
        #[test]
        fn no_length_makes_it_panic(bytes: u64) {
            prop_assert!(readable_length(bytes).len() < 20);
        }
    }
}
