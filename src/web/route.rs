//! One file per address.

/// Static files.
pub mod asset;
/// Give up.
pub mod cancel;
/// The demo portal.
pub mod portal;
/// Receipt and the copies to download.
pub mod receipt;
/// The overview before submitting, and its PDF.
pub mod review;
/// Where to report a weakness.
pub mod security_txt;
/// The deep link.
pub mod start;
/// Impressum and its siblings.
pub mod statement;
/// Any step of the wizard.
pub mod step;
