//! Conditions read off the journal, with what was put right in them since.

use serde::Serialize;

use super::{Correcting, Voiding, correcting, of_event, voiding};
use crate::journal::{Body, Event};

/// An ambient or supply condition, as it was observed and as it counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Condition {
    /// Its place in the journal.
    pub sequence: u64,
    /// When.
    pub at: String,
    /// Quantity, such as `t_amb`.
    pub quantity: String,
    /// Role of the instrument.
    pub role: String,
    /// As received.
    pub text: String,
    /// The number in it, as decimal text: what the last correction says.
    pub value: String,
    /// Unit of the number.
    pub unit: String,
    /// Why it does not count; `None` where it counts.
    pub voided: Option<Voiding>,
    /// Its corrections, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<Correcting>,
}

/// Reads the conditions of one run off its events, in order. One that was voided stays in the list:
/// the one observed before it counts in its place.
#[must_use]
pub fn conditions(events: &[Event]) -> Vec<Condition> {
    let mut seen: Vec<Condition> = events.iter().filter_map(condition).collect();
    for event in events {
        match &event.body {
            Body::Voided { sequence, .. } => {
                if let Some(found) = of_event(&mut seen, *sequence, |own| own.sequence) {
                    found.voided = voiding(event);
                }
            }
            Body::Corrected { sequence, .. } => {
                let found = of_event(&mut seen, *sequence, |own| own.sequence);
                if let (Some(found), Some(correction)) = (found, correcting(event)) {
                    found.value.clone_from(&correction.new);
                    found.corrections.push(correction);
                }
            }
            _ => {}
        }
    }
    seen
}

fn condition(event: &Event) -> Option<Condition> {
    let Body::Condition { quantity, role, text, value, unit } = &event.body else { return None };
    Some(Condition {
        sequence: event.sequence,
        at: event.at.clone(),
        quantity: quantity.clone(),
        role: role.clone(),
        text: text.clone(),
        value: value.clone(),
        unit: unit.clone(),
        voided: None,
        corrections: Vec::new(),
    })
}
