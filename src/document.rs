//! What is printed: the outline told once, the PDF and the XML made of it.

/// Headings and rows, told once.
pub mod outline;
/// The PDF; the only room that knows printpdf.
pub mod pdf;
/// The XML; the only room that knows quick-xml.
pub mod xml;
