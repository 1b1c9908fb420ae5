//! The sRGB colour profile of the output intent, written out here so that no foreign file is embedded.

use std::sync::OnceLock;

use super::pack::Ready;

/// The profile as documents hold it.
pub(super) fn ready() -> &'static Ready {
    static READY: OnceLock<Ready> = OnceLock::new();
    READY.get_or_init(|| Ready::new(srgb()))
}

/// An ICC version 4 display profile of sRGB (IEC 61966-2-1), about 600 bytes: three colorants adapted to D50 and one
/// parametric curve that all channels share (ICC.1:2010, 10.16).
pub(super) fn srgb() -> Vec<u8> {
    let description = multi_localized("sRGB");
    let copyright = multi_localized("CC0");
    let white = xyz([0x0000_f6d6, 0x0001_0000, 0x0000_d32d]);
    let red = xyz([0x0000_6fa2, 0x0000_38f5, 0x0000_0390]);
    let green = xyz([0x0000_6299, 0x0000_b785, 0x0000_18da]);
    let blue = xyz([0x0000_24a0, 0x0000_0f84, 0x0000_b6cf]);
    // Bradford adaptation from D65 to D50.
    let adaptation = numbers(
        *b"sf32",
        &[
            0x0001_0c42,
            0x0000_05de,
            0xffff_f325,
            0x0000_0793,
            0x0000_fd90,
            0xffff_fba1,
            0xffff_fda2,
            0x0000_0f6e,
            0x0000_c06d,
        ],
    );
    // y = ((x + 0.055) / 1.055) ^ 2.4 from 0.04045 on, x / 12.92 below; function type 3.
    let mut curve = b"para\0\0\0\0\0\x03\0\0".to_vec();
    for number in [0x0002_6666_u32, 0x0000_f2a7, 0x0000_0d59, 0x0000_13d0, 0x0000_0a5b] {
        curve.extend(number.to_be_bytes());
    }
    let tags: [(&[u8; 4], &[u8]); 10] = [
        (b"desc", &description),
        (b"cprt", &copyright),
        (b"wtpt", &white),
        (b"chad", &adaptation),
        (b"rXYZ", &red),
        (b"gXYZ", &green),
        (b"bXYZ", &blue),
        (b"rTRC", &curve),
        (b"gTRC", &curve),
        (b"bTRC", &curve),
    ];
    assemble(&tags)
}

fn assemble(tags: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let table = 128 + 4 + 12 * tags.len();
    let mut directory = Vec::new();
    let mut data: Vec<u8> = Vec::new();
    let mut curve_at = None;
    for (name, bytes) in tags {
        let shared = curve_at.filter(|_| name.ends_with(b"TRC"));
        let at = shared.unwrap_or(table + data.len());
        if shared.is_none() {
            data.extend_from_slice(bytes);
            data.resize(data.len().next_multiple_of(4), 0);
        }
        if name.ends_with(b"TRC") {
            curve_at = Some(at);
        }
        directory.extend_from_slice(*name);
        directory.extend(word(at));
        directory.extend(word(bytes.len()));
    }
    let mut profile = header(table + data.len());
    profile.extend(word(tags.len()));
    profile.extend(directory);
    profile.extend(data);
    profile
}

/// The header (ICC.1:2010, 7.2); its date is that of the sRGB standard.
fn header(length: usize) -> Vec<u8> {
    let mut header = Vec::with_capacity(128);
    header.extend(word(length));
    header.extend([0; 4]);
    header.extend([4, 0x20, 0, 0]);
    header.extend(b"mntrRGB XYZ ");
    for part in [1999_u16, 10, 1, 0, 0, 0] {
        header.extend(part.to_be_bytes());
    }
    header.extend(b"acsp");
    header.resize(64, 0);
    header.extend([0; 4]);
    for part in [0x0000_f6d6_u32, 0x0001_0000, 0x0000_d32d] {
        header.extend(part.to_be_bytes());
    }
    header.resize(128, 0);
    header
}

fn word(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes()
}

fn xyz(values: [u32; 3]) -> Vec<u8> {
    numbers(*b"XYZ ", &values)
}

fn numbers(kind: [u8; 4], values: &[u32]) -> Vec<u8> {
    let mut bytes = kind.to_vec();
    bytes.extend([0; 4]);
    bytes.extend(values.iter().flat_map(|value| value.to_be_bytes()));
    bytes
}

fn multi_localized(text: &str) -> Vec<u8> {
    let encoded: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let mut bytes = b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS".to_vec();
    bytes.extend(word(encoded.len()));
    bytes.extend(word(28));
    bytes.extend(encoded);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_says_its_own_length_and_its_tags_lie_inside() {
        let profile = srgb();
        let word = |at: usize| u32::from_be_bytes(profile[at..at + 4].try_into().unwrap()) as usize;
        assert_eq!(word(0), profile.len());
        for tag in 0..word(128) {
            let entry = 132 + 12 * tag;
            assert!(word(entry + 4) + word(entry + 8) <= profile.len());
            assert_eq!(word(entry + 4) % 4, 0);
        }
    }
}
