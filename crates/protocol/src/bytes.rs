//! Bytes in a message: base64 (RFC 4648, with padding) where it is text, as they are where it is not.
//! A list of numbers would be three to four times as long.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub(crate) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
    match to.is_human_readable() {
        true => to.serialize_str(&STANDARD.encode(bytes)),
        false => bytes.serialize(to),
    }
}

pub(crate) fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<Vec<u8>, D::Error> {
    if from.is_human_readable() {
        let text = String::deserialize(from)?;
        STANDARD.decode(text).map_err(|error| D::Error::custom(format!("not base64: {error}")))
    } else {
        Vec::deserialize(from)
    }
}
