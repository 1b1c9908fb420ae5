//! A tenant's logo: read from a PNG or SVG file, checked, and drawn on white once, when the program starts.
//!
//! Every document holds the same drawn pixels: no transparency and no curves of strange programs can then make an archived
//! file invalid, and the same file gives the same bytes.

mod png;
mod svg;

use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::ZlibEncoder;

/// Largest file, in bytes: every PDF carries the picture.
pub const MOST_BYTES: usize = 200_000;
/// Largest alternative text, in characters; it is read out at the head of every document.
pub const LONGEST_ALT: usize = 200;
/// Largest printed size, in points: 60 mm by 17 mm.
const BOX: (f32, f32) = (170.0, 48.0);
/// Pixels per point at which an SVG is drawn: 300 an inch.
const SHARP: f32 = 300.0 / 72.0;
/// A pixel is not printed larger than this, in points: 96 an inch. A small picture stays small instead of blurred.
const LARGEST_PIXEL: f32 = 0.75;

/// A logo, ready to be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Logo {
    /// What it shows, for those who do not see it.
    pub alt: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Red, green and blue (sRGB) of each pixel, line by line from the top, packed with zlib.
    pub packed: Vec<u8>,
}

/// Why a file cannot be a logo. Operators read it, in German.
#[derive(Debug, thiserror::Error)]
pub enum LogoError {
    /// The file cannot be read.
    #[error("die Datei ist nicht lesbar ({0})")]
    Unreadable(#[from] std::io::Error),
    /// The file is larger than [`MOST_BYTES`].
    #[error("die Datei hat {0} Byte, erlaubt sind {MOST_BYTES}")]
    TooLarge(u64),
    /// Neither PNG nor SVG.
    #[error("das ist weder PNG noch SVG")]
    Type,
    /// It is of the right type but damaged.
    #[error("das Bild ist beschädigt: {0}")]
    Broken(String),
    /// More pixels than are good for every document.
    #[error("das Bild hat {width} mal {height} Bildpunkte, erlaubt sind zusammen {most}")]
    TooManyPixels {
        /// Its width.
        width: u32,
        /// Its height.
        height: u32,
        /// What is permitted.
        most: u32,
    },
    /// An SVG with something that is not drawn.
    #[error("Zeile {line}, Spalte {column}: das Element <{name}> wird nicht gezeichnet; wandeln Sie es in Pfade um")]
    Element {
        /// Its name.
        name: String,
        /// Line in the SVG file, from 1.
        line: u32,
        /// Column, from 1.
        column: u32,
    },
    /// On white paper, nothing can be seen of it.
    #[error("auf weißem Papier ist nichts davon zu sehen")]
    Blank,
}

impl Logo {
    /// Reads a PNG or SVG file.
    pub fn read(file: &Path, alt: &str) -> Result<Self, LogoError> {
        let length = std::fs::metadata(file)?.len();
        if length > MOST_BYTES as u64 {
            return Err(LogoError::TooLarge(length));
        }
        Self::parse(&std::fs::read(file)?, alt)
    }

    /// Reads the content of such a file; its type is told by its content.
    pub fn parse(bytes: &[u8], alt: &str) -> Result<Self, LogoError> {
        if bytes.len() > MOST_BYTES {
            return Err(LogoError::TooLarge(bytes.len() as u64));
        }
        let picture = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            png::read(bytes)?
        } else {
            let text = std::str::from_utf8(bytes).map_err(|_| LogoError::Type)?;
            svg::draw(text.trim_start_matches('\u{feff}'))?
        };
        if picture.rgb.iter().all(|part| *part > NEARLY_WHITE) {
            return Err(LogoError::Blank);
        }
        Ok(Self { alt: alt.to_owned(), width: picture.width, height: picture.height, packed: packed(&picture.rgb)? })
    }

    /// Printed width and height, in points.
    #[expect(clippy::cast_precision_loss, reason = "no picture has millions of pixels a side")]
    pub fn size(&self) -> (f32, f32) {
        let (width, height) = (self.width as f32, self.height as f32);
        let point = (BOX.0 / width).min(BOX.1 / height).min(LARGEST_PIXEL);
        (width * point, height * point)
    }
}

/// Paler than this, nobody sees anything on paper.
const NEARLY_WHITE: u8 = 240;

/// A picture without transparency: three bytes a pixel.
struct Picture {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
}

/// A colour laid on white paper. `alpha` is its opacity.
fn on_white(colour: u8, alpha: u8) -> u8 {
    let (colour, alpha) = (u32::from(colour), u32::from(alpha));
    u8::try_from((colour * alpha + 255 * (255 - alpha) + 127) / 255).unwrap_or(u8::MAX)
}

fn packed(rgb: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(rgb)?;
    encoder.finish()
}

impl std::fmt::Debug for Logo {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { alt, width, height, packed } = self;
        write!(formatter, "Logo({alt:?}, {width} × {height}, {} bytes)", packed.len())
    }
}

#[cfg(test)]
mod tests;
