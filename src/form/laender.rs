//! The official lists of countries and nationalities (Destatis, Stand 2024-08-01).

/// One row of the official list.
#[derive(Clone, Copy, Debug)]
pub struct Staat {
    /// Three-digit code, for example `000`.
    pub code: &'static str,
    /// Country, for example `Deutschland`; `None` for nationalities without a country.
    pub staat: Option<&'static str>,
    /// Nationality, for example `deutsch`.
    pub staatsangehoerigkeit: Option<&'static str>,
}

/// `listURI` of the code list.
pub const LIST_URI: &str = "urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:staat";
/// `listVersionID` of the code list.
pub const LIST_VERSION: &str = "2024-08-01";

/// All countries, Germany first, then by name in German order.
pub fn staaten() -> &'static [Staat] {
    todo!()
}

/// All nationalities, German first, then by name in German order, the special codes last.
pub fn staatsangehoerigkeiten() -> &'static [Staat] {
    todo!()
}

/// The country's name for a code that is a country.
pub fn staat(code: &str) -> Option<&'static str> {
    let _ = code;
    todo!()
}

/// The nationality for a code.
pub fn staatsangehoerigkeit(code: &str) -> Option<&'static str> {
    let _ = code;
    todo!()
}
