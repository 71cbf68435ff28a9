//! Small readings of JSON values.

use serde_json::Value;

use super::error::ReadError;

/// The `type` of a part; `None` for a part that is absent.
pub fn kind(part: &Value) -> Option<&str> {
    if part.is_null() {
        return None;
    }
    Some(part["type"].as_str().unwrap_or("a part without a type"))
}

/// A text of a part.
pub fn text(value: &Value, key: &str, part: &'static str) -> Result<String, ReadError> {
    let text = value[key].as_str().map(str::to_owned);
    text.ok_or_else(|| ReadError::Malformed {
        part,
        reason: format!("its {key} is no text"),
    })
}

/// A switch of a part.
pub fn flag(value: &Value, key: &str, otherwise: bool) -> bool {
    value[key].as_bool().unwrap_or(otherwise)
}
