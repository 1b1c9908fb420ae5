//! The door: HTTP in, HTML out.

/// Style sheets, fonts and script, embedded, with addresses that name their content.
pub mod assets;
/// Page contexts.
pub mod page;
