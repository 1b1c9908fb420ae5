//! What is printed: outline and data are told once, PDF, XML and JSON made of them.

/// What XML and JSON tell, told once.
pub mod daten;
/// The layout of cit intelliForm, for offices whose import jobs read it.
pub mod intelliform;
/// The JSON.
pub mod json;
/// Headings and rows, told once.
pub mod outline;
/// The PDF; the only room that knows printpdf.
pub mod pdf;
/// The XML; the only room that knows quick-xml.
pub mod xml;
