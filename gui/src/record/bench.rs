//! The bench by the record: what is on, what was set, what the air is like.

use std::collections::{BTreeMap, BTreeSet};

use etalon::{
    journal::{Body, Event},
    results::readable,
};

/// What the events say about the bench.
#[derive(Debug, Default)]
pub(super) struct Bench {
    on: BTreeSet<String>,
    set: BTreeMap<String, BTreeMap<String, String>>,
    observed: BTreeMap<String, String>,
    outside: BTreeMap<String, String>,
    /// Warnings, in order.
    pub(super) remarks: Vec<String>,
}

pub(super) fn read(events: &[Event]) -> Bench {
    let mut bench = Bench::default();
    for event in events {
        bench.hear(&event.body);
    }
    bench
}

impl Bench {
    fn hear(&mut self, body: &Body) {
        match body {
            Body::Output { role, on: true } => {
                self.on.insert(role.clone());
            }
            Body::Output { role, on: false } => {
                self.on.remove(role);
            }
            Body::SafeState { confirmed: true, .. } => self.on.clear(),
            Body::Setting { role, quantity, value, .. } => {
                self.set.entry(role.clone()).or_default().insert(quantity.clone(), value.clone());
            }
            Body::Condition { quantity, value, unit, .. } => {
                self.observed.insert(quantity.clone(), observed(quantity, value, unit));
            }
            Body::ConditionLimit { quantity, value, inside, limit } => {
                if *inside {
                    self.outside.remove(quantity);
                } else {
                    self.outside.insert(quantity.clone(), format!("{quantity} = {value}; {limit}"));
                }
            }
            Body::Noted { severity, text } if severity == "warning" => {
                self.remarks.push(text.clone());
            }
            _ => {}
        }
    }

    pub(super) fn is_energised(&self) -> bool {
        !self.on.is_empty()
    }

    /// What was set on the outputs that are on.
    pub(super) fn settings(&self) -> Vec<String> {
        let on = self.set.iter().filter(|(role, _)| self.on.contains(*role));
        let said =
            |(quantity, value): (&String, &String)| format!("{quantity} = {}", readable(value));
        on.flat_map(|(_, set)| set.iter().map(said)).collect()
    }

    pub(super) fn conditions(&self) -> Vec<String> {
        self.observed.values().cloned().collect()
    }

    /// Conditions outside their limits at this moment.
    pub(super) fn alarms(&self) -> Vec<String> {
        self.outside.values().cloned().collect()
    }
}

/// A condition for the eye: a hundredth is finer than anybody acts on.
fn observed(quantity: &str, value: &str, unit: &str) -> String {
    let number = value.parse::<f64>().map_or_else(|_| value.to_owned(), |v| format!("{v:.2}"));
    format!("{quantity} = {number} {}", readable(unit))
}
