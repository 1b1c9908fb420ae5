//! Whatever the PVOG answers: its readers neither panic nor grow without bound.

#![no_main]

use antragsassistent::office::Organisationseinheit;
use antragsassistent::office::finder::pvog::reading;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = reading::most_specific(bytes);
    let _ = reading::leistung(bytes, "L100042.LB.1");
    let _ = reading::leistungen(bytes);
    let _ = reading::titles(bytes);
    let _ = reading::stelle(bytes, &Organisationseinheit::default());
    let _ = reading::online_services(bytes);
    let _ = reading::places(bytes);
    if let Ok(parameters) = reading::parameters(bytes) {
        reading::apply(&parameters, &mut [Organisationseinheit::default()]);
    }
});
