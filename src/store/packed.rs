//! What lies at rest is packed before it is sealed. The first byte, inside of what is authenticated, is the version of the format.

use lz4_flex::block::{compress_prepend_size, decompress, uncompressed_size};

use super::StoreError;

/// The version: behind it lie the content's length (4 bytes, little endian) and an LZ4 block. No JSON begins with this byte: what was
/// written before there were versions is JSON, which is its own version 0.
const PACKED: u8 = 1;
/// Most bytes of opened content. Only we seal, so no stranger's block is ever unpacked; a damaged length must not take all memory.
const LARGEST: usize = 64 * 1024 * 1024;

/// The content as it is sealed.
pub(super) fn pack(content: &[u8]) -> Vec<u8> {
    let mut packed = vec![PACKED];
    packed.append(&mut compress_prepend_size(content));
    packed
}

/// The content of what was opened, packed or from before.
pub(super) fn unpack(opened: Vec<u8>) -> Result<Vec<u8>, StoreError> {
    let Some((&PACKED, packed)) = opened.split_first() else { return Ok(opened) };
    let (length, block) = uncompressed_size(packed).map_err(|_| StoreError::Sealed)?;
    if length > LARGEST {
        return Err(StoreError::Sealed);
    }
    decompress(block, length).map_err(|_| StoreError::Sealed)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn content_with_repetitions_gets_smaller_and_begins_with_its_version() {
        let content = b"{\"name\":\"Hundesteuer\",\"name\":\"Hundesteuer\",\"name\":\"Hundesteuer\"}".repeat(20);
        let packed = pack(&content);
        assert_eq!(packed[0], PACKED);
        assert!(packed.len() * 4 < content.len());
        assert_eq!(unpack(packed).unwrap(), content);
    }

    #[test]
    fn json_from_before_there_were_versions_is_its_own() {
        assert_eq!(unpack(b"{}".to_vec()).unwrap(), b"{}");
        assert_eq!(unpack(Vec::new()).unwrap(), b"");
    }

    #[test]
    fn a_length_that_is_too_large_is_refused() {
        let mut bomb = vec![PACKED];
        bomb.extend(u32::MAX.to_le_bytes());
        assert!(matches!(unpack(bomb), Err(StoreError::Sealed)));
    }

    proptest! {
        #[test]
        fn anything_comes_out_as_it_went_in(content: Vec<u8>) {
            prop_assert_eq!(unpack(pack(&content)).unwrap(), content);
        }

        #[test]
        fn unpacking_anything_never_panics(content: Vec<u8>) {
            let _ = unpack([&[PACKED], content.as_slice()].concat());
        }
    }
}
