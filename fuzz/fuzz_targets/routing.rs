//! Whatever the routing service answers: its readers neither panic nor grow without bound.

#![no_main]

use antragsassistent::office::Leistung;
use antragsassistent::office::finder::routing::reading;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = reading::stellen(bytes);
    let _ = reading::areas(bytes);
    if let Ok(Some(texts)) = reading::texts(bytes, "de") {
        let _ = texts.beside(Leistung::default());
    }
});
