//! The readings of a run that count so far, where they are looked for: by stage, point and position.
//!
//! A row of sixty positions asks after every repeat for its own few readings. They are found without
//! looking at those of anybody else, however long the run lasts.

use std::collections::BTreeMap;

use super::resume::KeptReading;

/// Stage and point; the point is empty for what was read before the points.
type At = (String, String);

/// Readings by place and position, in the order in which they became durable.
#[derive(Clone, Debug, Default)]
pub struct Readings {
    places: BTreeMap<At, BTreeMap<u32, Vec<KeptReading>>>,
}

impl Readings {
    /// Takes one more.
    pub fn add(&mut self, reading: KeptReading) {
        let at = (reading.stage.clone(), reading.point.clone());
        self.places.entry(at).or_default().entry(reading.position).or_default().push(reading);
    }

    /// Forgets those of a point that are in the list, by their place in the chain.
    pub fn forget(&mut self, stage: &str, point: &str, sequences: &[u64]) {
        let Some(positions) = self.places.get_mut(&(stage.to_owned(), point.to_owned())) else {
            return;
        };
        for readings in positions.values_mut() {
            readings.retain(|reading| !sequences.contains(&reading.sequence));
        }
    }

    /// Those of a position at a point, shared ones included.
    #[must_use]
    pub fn at(&self, stage: &str, point: &str, position: u32) -> Vec<&KeptReading> {
        let mut found = Vec::new();
        self.take(&mut found, &(stage.to_owned(), point.to_owned()), position);
        in_order(found)
    }

    /// What can serve a result of a position at a point: the readings there, and those that were
    /// taken before the points of any stage.
    #[must_use]
    pub fn serving(&self, stage: &str, point: &str, position: u32) -> Vec<&KeptReading> {
        let mut found = Vec::new();
        let here = (stage.to_owned(), point.to_owned());
        for at in self.places.keys().filter(|(_, point)| point.is_empty()) {
            self.take(&mut found, at, position);
        }
        if !point.is_empty() {
            self.take(&mut found, &here, position);
        }
        in_order(found)
    }

    fn take<'a>(&'a self, found: &mut Vec<&'a KeptReading>, at: &At, position: u32) {
        let Some(positions) = self.places.get(at) else { return };
        let shared = positions.get(&0).filter(|_| position != 0);
        found.extend(positions.get(&position).into_iter().chain(shared).flatten());
    }
}

impl FromIterator<KeptReading> for Readings {
    fn from_iter<T: IntoIterator<Item = KeptReading>>(kept: T) -> Self {
        let mut readings = Self::default();
        kept.into_iter().for_each(|reading| readings.add(reading));
        readings
    }
}

/// In the order of the chain.
fn in_order(mut found: Vec<&KeptReading>) -> Vec<&KeptReading> {
    found.sort_by_key(|reading| reading.sequence);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(sequence: u64, point: &str, position: u32) -> KeptReading {
        KeptReading {
            sequence,
            stage: "s".to_owned(),
            point: point.to_owned(),
            position,
            ..KeptReading::default()
        }
    }

    fn sequences(found: &[&KeptReading]) -> Vec<u64> {
        found.iter().map(|reading| reading.sequence).collect()
    }

    #[test]
    fn position_finds_its_own_and_the_shared_readings_in_the_order_of_the_chain() {
        let kept = [(1, "", 0), (2, "p", 1), (3, "p", 0), (4, "p", 2), (5, "q", 1), (6, "p", 1)];
        let mut readings: Readings =
            kept.map(|(n, point, at)| reading(n, point, at)).into_iter().collect();
        assert_eq!(sequences(&readings.at("s", "p", 1)), [2, 3, 6]);
        assert_eq!(sequences(&readings.serving("s", "p", 1)), [1, 2, 3, 6]);
        assert_eq!(sequences(&readings.at("s", "p", 0)), [3]);
        readings.forget("s", "p", &[3, 6]);
        assert_eq!(sequences(&readings.serving("s", "p", 1)), [1, 2]);
    }
}
