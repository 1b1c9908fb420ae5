//! Style sheets, fonts and script: embedded, compressed once, with addresses that name their content.

/// Folder of the assets as pages link it: `{prefix}/assets/{hash}`.
pub fn folder(prefix: &str) -> String {
    format!("{prefix}/assets/0")
}
