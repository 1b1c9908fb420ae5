//! PNG → pixels, by the library of the same name.

use std::io::Cursor;

use png::{ColorType, Decoder, Limits, Transformations};

use super::{LogoError, Picture, on_white};

/// Most pixels: enough for the printed size at 600 an inch.
pub(super) const MOST_PIXELS: u32 = 1_000_000;
/// Most memory for reading one.
const MOST_MEMORY: usize = 16 * 1024 * 1024;

/// Reads a PNG and lays it on white. A colour profile in it is taken for sRGB.
pub(super) fn read(bytes: &[u8]) -> Result<Picture, LogoError> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: MOST_MEMORY });
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(Transformations::normalize_to_color8() | Transformations::ALPHA);
    let header = decoder.read_header_info().map_err(broken)?;
    let (width, height) = (header.width, header.height);
    if width.checked_mul(height).is_none_or(|pixels| pixels > MOST_PIXELS) {
        return Err(LogoError::TooManyPixels { width, height, most: MOST_PIXELS });
    }
    let mut reader = decoder.read_info().map_err(broken)?;
    let length = reader.output_buffer_size().ok_or_else(|| broken("zu groß"))?;
    let mut pixels = vec![0; length];
    let frame = reader.next_frame(&mut pixels).map_err(broken)?;
    pixels.truncate(frame.buffer_size());
    let rgb: Vec<u8> = match frame.color_type {
        ColorType::Rgba => pixels
            .chunks_exact(4)
            .flat_map(|p| [on_white(p[0], p[3]), on_white(p[1], p[3]), on_white(p[2], p[3])])
            .collect(),
        ColorType::GrayscaleAlpha => pixels.chunks_exact(2).flat_map(|p| [on_white(p[0], p[1]); 3]).collect(),
        other => return Err(broken(format!("{other:?}"))),
    };
    if rgb.len() != width as usize * height as usize * 3 {
        return Err(broken("Bildpunkte fehlen"));
    }
    Ok(Picture { width, height, rgb })
}

fn broken(error: impl std::fmt::Display) -> LogoError {
    LogoError::Broken(error.to_string())
}
