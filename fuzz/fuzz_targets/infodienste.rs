//! Whatever an Infodienst answers: its readers neither panic nor grow without bound.

#![no_main]

use antragsassistent::office::finder::infodienste::reading;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = reading::stellen(bytes);
    let _ = reading::leistungen(bytes, "2026-11-22".parse().expect("a day"));
    let _ = reading::gebiete(bytes, None);
    let _ = reading::privacy(bytes);
});
