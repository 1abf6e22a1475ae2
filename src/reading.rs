//! The journal read off: readings with the conditions under which they were taken.
//!
//! Pure: events in, readings out. A voided reading stays in the list with the reason; what counts
//! is chosen by [`grouped`]. A condition that was corrected later counts with its right value for
//! every reading that was taken under it. Replaying a stored journal and finishing a live run go
//! through here.

mod condition;

pub use condition::{Condition, conditions};

use std::collections::BTreeMap;

use serde::Serialize;

use crate::journal::{Body, Event};

/// A reading: an indication with its moment and its conditions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reading {
    /// Its place in the journal.
    pub sequence: u64,
    /// When.
    pub at: String,
    /// Stage.
    pub stage: String,
    /// Point.
    pub point: String,
    /// Position, from 1; 0 for a reading that all positions share.
    pub position: u32,
    /// Repeat, from 1.
    pub repeat: u32,
    /// Role of the instrument, or `operator`.
    pub role: String,
    /// Input quantity it serves.
    pub input: String,
    /// As received.
    pub text: String,
    /// The number in it, as decimal text.
    pub value: String,
    /// Unit of the number.
    pub unit: String,
    /// Why it does not count; `None` where it counts.
    pub voided: Option<Voiding>,
    /// Its corrections, oldest first; `value` is what the last one says.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<Correcting>,
    /// The conditions last observed before it, by quantity.
    pub conditions: BTreeMap<String, Observed>,
}

/// Why a reading does not count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Voiding {
    /// The event that voided it.
    pub sequence: u64,
    /// Why.
    pub reason: String,
    /// Who or what voided it.
    pub by: String,
}

/// How a reading was corrected: the old value stays visible (17025 7.5.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Correcting {
    /// The event that corrected it.
    pub sequence: u64,
    /// When.
    pub at: String,
    /// The value before.
    pub old: String,
    /// The value after.
    pub new: String,
    /// Why.
    pub reason: String,
    /// Who corrected it.
    pub by: String,
}

/// A condition as it was last observed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Observed {
    /// The event that holds it.
    pub sequence: u64,
    /// When.
    pub at: String,
    /// The number, as decimal text.
    pub value: String,
    /// Unit.
    pub unit: String,
}

/// Reads the readings of one run off its events, in order.
#[must_use]
pub fn readings(events: &[Event]) -> Vec<Reading> {
    let seen = conditions(events);
    let mut readings: Vec<Reading> = Vec::new();
    let mut now = BTreeMap::new();
    for event in events {
        match &event.body {
            Body::Condition { .. } => {
                let found = seen.binary_search_by_key(&event.sequence, |own| own.sequence);
                let found = found.ok().and_then(|place| seen.get(place));
                if let Some(found) = found.filter(|found| found.voided.is_none()) {
                    now.insert(found.quantity.clone(), observed(found));
                }
            }
            Body::Voided { sequence, .. } => {
                if let Some(found) = of_event(&mut readings, *sequence, |own| own.sequence) {
                    found.voided = voiding(event);
                }
            }
            Body::Corrected { sequence, .. } => {
                let found = of_event(&mut readings, *sequence, |own| own.sequence);
                if let (Some(found), Some(correction)) = (found, correcting(event)) {
                    found.value.clone_from(&correction.new);
                    found.corrections.push(correction);
                }
            }
            _ => readings.extend(reading(event, &now)),
        }
    }
    readings
}

/// What was written down as the event of this number, in a list that goes by these numbers.
fn of_event<T>(written: &mut [T], sequence: u64, number: impl Fn(&T) -> u64) -> Option<&mut T> {
    let place = written.binary_search_by_key(&sequence, number).ok()?;
    written.get_mut(place)
}

fn voiding(event: &Event) -> Option<Voiding> {
    let Body::Voided { reason, by, .. } = &event.body else { return None };
    Some(Voiding { sequence: event.sequence, reason: reason.clone(), by: by.clone() })
}

fn correcting(event: &Event) -> Option<Correcting> {
    let Body::Corrected { old, new, reason, by, .. } = &event.body else { return None };
    Some(Correcting {
        sequence: event.sequence,
        at: event.at.clone(),
        old: old.clone(),
        new: new.clone(),
        reason: reason.clone(),
        by: by.clone(),
    })
}

fn observed(condition: &Condition) -> Observed {
    let Condition { sequence, at, value, unit, .. } = condition;
    Observed { sequence: *sequence, at: at.clone(), value: value.clone(), unit: unit.clone() }
}

fn reading(event: &Event, conditions: &BTreeMap<String, Observed>) -> Option<Reading> {
    let Body::Reading { stage, point, position, repeat, role, input, text, value, unit } =
        &event.body
    else {
        return None;
    };
    Some(Reading {
        sequence: event.sequence,
        at: event.at.clone(),
        stage: stage.clone(),
        point: point.clone(),
        position: *position,
        repeat: *repeat,
        role: role.clone(),
        input: input.clone(),
        text: text.clone(),
        value: value.clone(),
        unit: unit.clone(),
        voided: None,
        corrections: Vec::new(),
        conditions: conditions.clone(),
    })
}

/// The readings that belong to one result.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ResultKey {
    /// Position, from 1.
    pub position: u32,
    /// Stage.
    pub stage: String,
    /// Point.
    pub point: String,
}

/// The readings that count: by result, then by repeat, then by input, in the order they were taken.
///
/// A shared reading (position 0) belongs to every position that has a reading of its own at that
/// stage and point.
#[must_use]
pub fn grouped(
    readings: &[Reading],
) -> BTreeMap<ResultKey, BTreeMap<u32, BTreeMap<String, Vec<&Reading>>>> {
    let mut groups: BTreeMap<ResultKey, BTreeMap<u32, BTreeMap<String, Vec<&Reading>>>> =
        BTreeMap::new();
    let counting = || readings.iter().filter(|reading| reading.voided.is_none());
    for reading in counting().filter(|reading| reading.position > 0) {
        groups.entry(key(reading)).or_default();
    }
    for reading in counting() {
        let here = key(reading);
        let shared = reading.position == 0;
        let of_same_point = |key: &ResultKey| key.stage == here.stage && key.point == here.point;
        for (key, repeats) in &mut groups {
            if *key == here || (shared && of_same_point(key)) {
                let inputs = repeats.entry(reading.repeat).or_default();
                inputs.entry(reading.input.clone()).or_default().push(reading);
            }
        }
    }
    groups
}

fn key(reading: &Reading) -> ResultKey {
    let Reading { position, stage, point, .. } = reading;
    ResultKey { position: *position, stage: stage.clone(), point: point.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::{Entry, chain};

    fn events(bodies: Vec<Body>) -> Vec<Event> {
        let mut previous = chain::origin();
        let mut events = Vec::new();
        for (sequence, body) in (1_u64..).zip(bodies) {
            let sealed =
                chain::seal(&Entry::new("R", "2026-11-23T08:00:00Z", body), sequence, &previous);
            previous.clone_from(&sealed.hash);
            events.push(sealed.open().unwrap());
        }
        events
    }

    fn counted(position: u32, repeat: u32, input: &str, value: &str) -> Body {
        Body::Reading {
            stage: "basic_error".into(),
            point: "ib-1".into(),
            position,
            repeat,
            role: "ref".into(),
            input: input.into(),
            text: format!("3,{value}"),
            value: value.into(),
            unit: "imp".into(),
        }
    }

    #[test]
    fn iso17025_7_5_2_voided_reading_stays_visible_and_does_not_count() {
        let events = events(vec![
            counted(1, 1, "n", "119605"),
            Body::Voided { sequence: 1, reason: "lost a pulse".into(), by: "engine".into() },
            counted(1, 1, "n", "119632"),
        ]);
        let readings = readings(&events);

        assert_eq!(readings.len(), 2);
        assert_eq!(readings[0].voided.as_ref().unwrap().reason, "lost a pulse");
        let groups = grouped(&readings);
        let values: Vec<_> =
            groups.values().flat_map(|r| &r[&1]["n"]).map(|r| r.value.as_str()).collect();
        assert_eq!(values, ["119632"]);
    }

    #[test]
    fn a_reading_carries_the_conditions_observed_before_it_and_not_later_ones() {
        let condition = |value: &str| Body::Condition {
            quantity: "t_amb".into(),
            role: "thermo".into(),
            text: value.into(),
            value: value.into(),
            unit: "degC".into(),
        };
        let events =
            events(vec![condition("23.1"), counted(1, 1, "n", "119605"), condition("24.0")]);

        assert_eq!(readings(&events)[0].conditions["t_amb"].value, "23.1");
    }

    #[test]
    fn iso17025_7_5_2_corrected_condition_counts_for_every_reading_taken_under_it() {
        let condition = |value: &str| Body::Condition {
            quantity: "t_amb".into(),
            role: "thermo".into(),
            text: value.into(),
            value: value.into(),
            unit: "degC".into(),
        };
        let events = events(vec![
            condition("23.1"),
            counted(1, 1, "n", "119605"),
            condition("32.1"),
            counted(1, 2, "n", "119606"),
            condition("99.9"),
            counted(1, 3, "n", "119607"),
            Body::Corrected {
                sequence: 3,
                old: "32.1".into(),
                new: "23.2".into(),
                reason: "two digits were exchanged".into(),
                by: "wang.min".into(),
            },
            Body::Voided { sequence: 5, reason: "probe fell out".into(), by: "wang.min".into() },
        ]);

        let under: Vec<_> =
            readings(&events).iter().map(|own| own.conditions["t_amb"].value.clone()).collect();
        assert_eq!(under, ["23.1", "23.2", "23.2"]);
        let seen = conditions(&events);
        assert_eq!((seen[1].value.as_str(), seen[1].corrections[0].old.as_str()), ("23.2", "32.1"));
        assert_eq!(seen[2].voided.as_ref().unwrap().reason, "probe fell out");
    }

    #[test]
    fn a_shared_reading_serves_every_position_at_its_point() {
        let events = events(vec![
            counted(1, 1, "n", "119605"),
            counted(0, 1, "P", "1100.2"),
            counted(2, 1, "n", "119610"),
        ]);
        let readings = readings(&events);
        let groups = grouped(&readings);

        assert_eq!(groups.len(), 2);
        assert!(groups.values().all(|repeats| repeats[&1]["P"][0].value == "1100.2"));
    }
}
