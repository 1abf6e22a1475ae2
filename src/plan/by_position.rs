//! Maps by position, written as lists of pairs: `[[1, …], [2, …]]`.
//!
//! JSON has text keys only, and a number that was a key does not always find
//! its way back to being one.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Writes a map as pairs.
///
/// # Errors
/// What the writer says.
pub fn serialize<S: Serializer, T: Serialize>(
    map: &BTreeMap<u32, T>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(map)
}

/// Reads pairs into a map.
///
/// # Errors
/// What the reader says.
pub fn deserialize<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<BTreeMap<u32, T>, D::Error> {
    let pairs: Vec<(u32, T)> = Deserialize::deserialize(deserializer)?;
    Ok(pairs.into_iter().collect())
}
