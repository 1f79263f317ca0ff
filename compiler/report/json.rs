//! JSON for programs, and back. Version 1: fields may be added, none is taken away or changed.

use super::document::{Document, VERSION};

/// The whole document.
pub fn json(document: &Document) -> String {
    // Only a map with keys that are no text can fail here, and there is none.
    serde_json::to_string_pretty(document).map_or_else(|_| String::new(), |text| text + "\n")
}

/// The document in a text that [`json`] gave.
///
/// # Errors
/// What is wrong with the text, as a clause: `is not JSON …`.
pub fn read(text: &str) -> Result<Document, String> {
    let value: serde_json::Value =
        serde_json::from_str(text).map_err(|error| format!("is not JSON: {error}"))?;
    match value.get("version").map(serde_json::Value::as_u64) {
        Some(Some(version)) if version == u64::from(VERSION) => {}
        Some(Some(version)) => {
            return Err(format!(
                "is a report of version {version}; this gatec reads version {VERSION}"
            ));
        }
        _ => return Err("is no report of `gatec assess --format json`: it has no version".into()),
    }
    serde_json::from_value(value)
        .map_err(|error| format!("is no report of `gatec assess --format json`: {error}"))
}
