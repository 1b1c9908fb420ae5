//! The JSON of a submission, after `schemas/antrag-1.schema.json`: the same content as the XML.

use super::daten::Daten;

/// Why a JSON cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("the JSON cannot be written: {0}")]
pub struct JsonError(#[from] serde_json::Error);

/// Prints what is told of a submission. UTF-8 with indents and a line break at the end.
pub fn print(daten: &Daten<'_>) -> Result<Vec<u8>, JsonError> {
    let mut bytes = serde_json::to_vec_pretty(daten)?;
    bytes.push(b'\n');
    Ok(bytes)
}

#[cfg(test)]
mod tests;
