//! Files: at least one where one is required, not too many, not too large.

use super::Wrong;
use crate::draft::Upload;
use crate::form::{Field, Kind};

/// What is wrong with the files of a question that is asked. The limits are held while a file arrives; they are checked
/// here again for a draft that was resumed.
///
/// `fehlt`: whether the citizen said that there is no such document.
pub fn wrong(field: &Field, uploads: &[Upload], fehlt: bool) -> Option<Wrong> {
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
        return (!field.optional && !fehlt).then_some(Wrong::Missing);
    }
    if fehlt {
        return Some(Wrong::FileAndNone);
    }
    if count > *max_count {
        return Some(Wrong::TooManyFiles { max: *max_count });
    }
    if largest > *max_bytes {
        return Some(Wrong::LargeFile { max: *max_bytes });
    }
    (total > *max_total).then_some(Wrong::LargeFiles { max: *max_total })
}

#[cfg(test)]
mod tests {
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
        assert_eq!(wrong(&field, &[], false), Some(Wrong::Missing));
        assert_eq!(wrong(&field, &[sample::upload("andere", 5)], false), Some(Wrong::Missing));
        assert_eq!(wrong(&field, &[sample::upload("anlagen", 5)], false), None);
        field.optional = true;
        assert_eq!(wrong(&field, &[], false), None);
    }

    #[test]
    fn a_document_is_there_or_said_to_be_missing_but_not_both() {
        let mut field = sample::field("anlagen-ausweis", Kind::Unterlage { max_bytes: 9, max_count: 2, max_total: 9 });
        assert_eq!(wrong(&field, &[], false), Some(Wrong::Missing));
        assert_eq!(wrong(&field, &[], true), None);
        let there = [sample::upload("anlagen-ausweis", 5)];
        assert_eq!(wrong(&field, &there, false), None);
        assert_eq!(wrong(&field, &there, true), Some(Wrong::FileAndNone));
        field.optional = true;
        assert_eq!(wrong(&field, &[], false), None);
        assert_eq!(wrong(&field, &there, true), Some(Wrong::FileAndNone));
    }

    #[test]
    fn each_limit_is_named() {
        let files = |lengths: &[u64]| lengths.iter().map(|one| sample::upload("anlagen", *one)).collect::<Vec<_>>();
        for (lengths, expected) in [
            (&[1, 1][..], None),
            (&[1, 1, 1], Some(Wrong::TooManyFiles { max: 2 })),
            (&[10 * MB], None),
            (&[10 * MB + 1], Some(Wrong::LargeFile { max: 10 * MB })),
            (&[10 * MB, 5 * MB], None),
            (&[10 * MB, 5 * MB + 1], Some(Wrong::LargeFiles { max: 15 * MB })),
            (&[u64::MAX, u64::MAX], Some(Wrong::LargeFile { max: 10 * MB })),
        ] {
            assert_eq!(wrong(&question(), &files(lengths), false), expected, "{lengths:?}");
        }
    }
}
