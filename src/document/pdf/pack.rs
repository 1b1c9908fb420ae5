//! Packs the streams of a document (zlib, ISO 32000-1, 7.4.4), each once; those of every document only once per process.

use std::cell::RefCell;
use std::io;

use flate2::{Compress, Compression, FlushCompress, Status};
use lopdf::{Document, Object};

/// How hard what each document has of its own is packed, of 9. 2 would take a seventh of its time again for a twelfth of its size.
const ONCE: u32 = 1;
/// How hard what all documents share is packed.
const FOR_ALL: u32 = 9;
/// What packing must save so that it is worth the words that say so.
const WORTH: usize = 32;
/// Streams shorter than this stay as they are: to begin a stream takes longer than to pack them, and saves next to nothing.
const SHORT: usize = 600;

/// A stream that many documents share, with its packed form.
pub(super) struct Ready {
    /// As it is.
    pub(super) plain: Vec<u8>,
    /// Packed; as it is if that failed, which nothing but a want of memory can bring about.
    packed: Vec<u8>,
}

impl Ready {
    /// Packs now.
    pub(super) fn new(plain: Vec<u8>) -> Self {
        let mut packed = Vec::new();
        if deflate(&mut encoder(FOR_ALL), &plain, &mut packed).is_err() {
            packed.clone_from(&plain);
        }
        Self { plain, packed }
    }
}

fn encoder(level: u32) -> Compress {
    Compress::new(Compression::new(level), true)
}

/// Packs every stream that may be packed and becomes smaller. Streams equal to one of `ready` are not packed again.
pub(super) fn pack(document: &mut Document, ready: &[&Ready]) -> io::Result<()> {
    thread_local! {
        /// A new one wants a quarter of a megabyte of zeros.
        static ENCODER: RefCell<Compress> = RefCell::new(encoder(ONCE));
    }
    ENCODER.with_borrow_mut(|encoder| pack_with(encoder, document, ready))
}

fn pack_with(encoder: &mut Compress, document: &mut Document, ready: &[&Ready]) -> io::Result<()> {
    let mut packed = Vec::new();
    for object in document.objects.values_mut() {
        let Object::Stream(stream) = object else { continue };
        if !stream.allows_compression || stream.dict.has(b"Filter") {
            continue;
        }
        let found = ready.iter().find(|ready| ready.plain == stream.content).map(|ready| ready.packed.as_slice());
        let short = match found {
            Some(short) => short,
            None if stream.content.len() < SHORT => continue,
            None => {
                deflate(encoder, &stream.content, &mut packed)?;
                packed.as_slice()
            }
        };
        if short.len() + WORTH < stream.content.len() {
            stream.dict.set("Filter", "FlateDecode");
            stream.set_content(short.to_vec());
        }
    }
    Ok(())
}

/// Packs `plain` into `packed`, whose former content is lost.
fn deflate(encoder: &mut Compress, plain: &[u8], packed: &mut Vec<u8>) -> io::Result<()> {
    encoder.reset();
    packed.clear();
    packed.reserve(plain.len() / 2 + 64);
    loop {
        let read = usize::try_from(encoder.total_in()).unwrap_or(usize::MAX);
        let rest = plain.get(read..).unwrap_or_default();
        match encoder.compress_vec(rest, packed, FlushCompress::Finish).map_err(io::Error::other)? {
            Status::StreamEnd => return Ok(()),
            Status::Ok | Status::BufError => packed.reserve(plain.len() / 2 + 64),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use lopdf::{Stream, dictionary};

    use super::*;

    fn unpacked(packed: &[u8]) -> Vec<u8> {
        let mut plain = Vec::new();
        flate2::read::ZlibDecoder::new(packed).read_to_end(&mut plain).unwrap();
        plain
    }

    #[test]
    fn what_is_packed_comes_back_whatever_was_packed_before() {
        let mut encoder = encoder(ONCE);
        let mut packed = Vec::new();
        let noise: Vec<u8> = (0..200_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13).to_be_bytes()[3]).collect();
        for plain in [&b""[..], b"a", &noise, &vec![7; 300_000], &noise[..1000]] {
            deflate(&mut encoder, plain, &mut packed).unwrap();
            assert!(unpacked(&packed) == plain);
        }
    }

    #[test]
    fn only_what_becomes_smaller_and_may_be_packed_is_packed() {
        let mut document = Document::with_version("1.7");
        let long = document.add_object(Stream::new(dictionary! {}, vec![b'x'; 700]));
        let short = document.add_object(Stream::new(dictionary! {}, b"short".to_vec()));
        let plain = document.add_object(Stream::new(dictionary! {}, vec![b'x'; 700]).with_compression(false));
        let foreign = document.add_object(Stream::new(dictionary! { "Filter" => "Foreign" }, vec![b'x'; 700]));
        let ready = Ready::new(vec![b'y'; 400]);
        let shared = document.add_object(Stream::new(dictionary! {}, ready.plain.clone()));
        pack(&mut document, &[&ready]).unwrap();
        let stream = |id| document.get_object(id).unwrap().as_stream().unwrap();
        assert_eq!(unpacked(&stream(long).content), [b'x'; 700]);
        assert_eq!(
            stream(long).dict.get(b"Length").unwrap().as_i64().unwrap(),
            i64::try_from(stream(long).content.len()).unwrap()
        );
        assert_eq!(unpacked(&stream(shared).content), ready.plain);
        assert_eq!(stream(short).content, b"short");
        assert_eq!(stream(plain).content.len(), 700);
        assert_eq!(stream(foreign).content.len(), 700);
    }
}
