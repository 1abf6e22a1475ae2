//! What was set alike at every load point: the reader of a table sees what varies, and must be told
//! what did not (ISO/IEC 17025, 7.8.4.1 b).

use std::collections::{BTreeMap, BTreeSet};

use etalon_certificates::record::ResultTable;
use etalon_uncertainty::text::Text;

use crate::journal::{Body, Event};

/// One sentence with every quantity that had one value at all readings of the tables' stages.
#[must_use]
pub fn common(events: &[Event], tables: &[ResultTable]) -> Option<Text> {
    let mut current: BTreeMap<&str, &str> = BTreeMap::new();
    let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let keys = tables.iter().flat_map(|table| &table.rows).map(|row| row.key.as_str());
    let stages: BTreeSet<&str> = keys.filter_map(|key| key.split('/').next()).collect();
    for event in events {
        match &event.body {
            Body::Setting { quantity, value, .. } => {
                current.insert(quantity, value);
            }
            Body::Reading { stage, .. } if stages.contains(stage.as_str()) => {
                for (quantity, value) in &current {
                    found.entry(quantity).or_default().insert(value);
                }
            }
            _ => {}
        }
    }
    let alike = found.iter().filter_map(|(quantity, values)| match values.len() {
        1 => values.first().map(|value| format!("{quantity} = {value}")),
        _ => None,
    });
    let alike: Vec<String> = alike.collect();
    if alike.is_empty() {
        return None;
    }
    Some(Text::new(
        format!("Set alike at every load point: {}.", alike.join(", ")),
        format!("各校准点的共同设定：{}。", alike.join("，")),
    ))
}
