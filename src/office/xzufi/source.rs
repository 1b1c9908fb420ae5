//! The bytes of a file on their way to the XML parser: counted by line and column, and never too many for one piece.

use std::fmt;
use std::io::{self, BufRead, Read};

/// Most bytes of one tag, text or comment. The parser holds one such piece in memory.
const LONGEST_PIECE: usize = 4 * 1024 * 1024;

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Bytes before it.
    pub offset: u64,
    /// Line from 1.
    pub line: u64,
    /// Column from 1, in characters.
    pub column: u64,
}

/// A reader that knows where it is.
#[derive(Debug)]
pub struct Counted<R> {
    inner: R,
    place: Position,
    left: usize,
}

/// A tag, text or comment is longer than any that belongs into a directory.
#[derive(Debug)]
pub struct PieceTooLong;

impl<R> Counted<R> {
    /// Begins at the first byte.
    pub fn new(inner: R) -> Self {
        Self { inner, place: Position { offset: 0, line: 1, column: 1 }, left: LONGEST_PIECE }
    }

    /// The next piece begins here.
    pub fn begin_piece(&mut self) -> Position {
        self.left = LONGEST_PIECE;
        self.place
    }
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let length = available.len().min(into.len());
        into[..length].copy_from_slice(&available[..length]);
        self.consume(length);
        Ok(length)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let available = self.inner.fill_buf()?;
        if self.left == 0 && !available.is_empty() {
            return Err(io::Error::other(PieceTooLong));
        }
        Ok(&available[..available.len().min(self.left)])
    }

    fn consume(&mut self, amount: usize) {
        // What is consumed was filled before: this reads nothing anew.
        let consumed = self.inner.fill_buf().map(|bytes| &bytes[..amount.min(bytes.len())]).unwrap_or_default();
        self.place.pass(consumed);
        self.left = self.left.saturating_sub(amount);
        self.inner.consume(amount);
    }
}

impl Position {
    fn pass(&mut self, bytes: &[u8]) {
        self.offset += bytes.len() as u64;
        let lines = count(bytes, |byte| byte == b'\n');
        let newline = if lines == 0 { None } else { bytes.iter().rposition(|byte| *byte == b'\n') };
        let last_line = match newline {
            Some(newline) => {
                self.line += lines;
                self.column = 1;
                &bytes[newline + 1..]
            }
            None => bytes,
        };
        // Bytes that go on with a character are no column of their own.
        self.column += count(last_line, |byte| byte & 0xC0 != 0x80);
    }
}

/// In pieces whose count fits into a byte: the processor then looks at many bytes at once.
fn count(bytes: &[u8], is: impl Fn(u8) -> bool) -> u64 {
    bytes.chunks(255).map(|piece| u64::from(piece.iter().map(|byte| u8::from(is(*byte))).sum::<u8>())).sum()
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

impl fmt::Display for PieceTooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ein Tag oder Text ist länger als {LONGEST_PIECE} Byte")
    }
}

impl std::error::Error for PieceTooLong {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_are_counted_in_characters() {
        let mut source = Counted::new(io::BufReader::with_capacity(3, "aä\nöü\n\nx".as_bytes()));
        let mut rest = String::new();
        for expected in [(1, 2), (1, 3), (2, 1), (2, 2), (2, 3), (3, 1), (4, 1), (4, 2)] {
            let mut character = [0; 4];
            let first = source.read(&mut character[..1]).unwrap();
            assert_eq!(first, 1);
            if character[0] >= 0x80 {
                assert_eq!(source.read(&mut character[1..2]).unwrap(), 1);
            }
            let place = source.begin_piece();
            assert_eq!((place.line, place.column), expected);
        }
        source.read_to_string(&mut rest).unwrap();
        assert_eq!((rest.as_str(), source.begin_piece().offset), ("", 11));
    }

    #[test]
    fn a_piece_without_end_is_an_error_and_not_an_end() {
        let mut source = Counted::new(io::BufReader::new(io::repeat(b'x')));
        let mut sink = Vec::new();
        assert!(source.read_to_end(&mut sink).is_err());
        assert_eq!(sink.len(), LONGEST_PIECE);
        source.begin_piece();
        assert!(source.fill_buf().is_ok());
    }
}
