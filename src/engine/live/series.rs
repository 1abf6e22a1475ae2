//! Series of live indications, and what a condition sees of them.

use std::collections::{BTreeMap, VecDeque};

use etalon_uncertainty::expression::{NumberKind, Value};

use crate::plan::watched::{Look, Watched};

/// Fewest samples from which a spread is told.
const FEWEST: usize = 3;

/// Live indications with the moments at which they were taken.
#[derive(Clone, Debug, Default)]
pub struct Series {
    samples: BTreeMap<String, VecDeque<(f64, f64, NumberKind)>>,
}

impl Series {
    /// Takes an indication `at_s` seconds after the beginning.
    pub fn take(&mut self, path: &str, at_s: f64, value: &Value) {
        if let Value::Number { si, kind } = value {
            self.samples.entry(path.to_owned()).or_default().push_back((at_s, *si, *kind));
        }
    }

    /// The names a condition needs now; `None` while a window is not full yet.
    #[must_use]
    pub fn names(&self, watched: &Watched, now_s: f64) -> Option<BTreeMap<String, Value>> {
        let mut names = BTreeMap::new();
        for path in &watched.live {
            let (_, si, kind) = self.samples.get(path)?.back()?;
            names.insert(path.clone(), Value::Number { si: *si, kind: *kind });
        }
        for (name, look) in &watched.looks {
            names.insert(name.clone(), self.spread(look, now_s)?);
        }
        Some(names)
    }

    fn spread(&self, look: &Look, now_s: f64) -> Option<Value> {
        let samples = self.samples.get(&look.path)?;
        let from_s = now_s - look.window_s;
        let (first_s, ..) = samples.front()?;
        let within: Vec<f64> =
            samples.iter().filter(|(at_s, ..)| *at_s >= from_s).map(|(_, si, _)| *si).collect();
        if *first_s > from_s || within.len() < FEWEST {
            return None;
        }
        let (_, _, kind) = samples.back()?;
        let largest = within.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let smallest = within.iter().copied().fold(f64::INFINITY, f64::min);
        let drift = largest - smallest;
        if !look.is_relative {
            return Some(Value::Number { si: drift, kind: NumberKind::of(kind.dimension) });
        }
        #[expect(clippy::cast_precision_loss, reason = "a handful of samples")]
        let mean = within.iter().sum::<f64>() / within.len() as f64;
        Some(Value::number(drift / mean.abs()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Condition;

    fn condition(text: &str) -> Condition {
        Condition { text: text.to_owned(), names: BTreeMap::new() }
    }

    #[test]
    fn nothing_is_told_before_the_window_is_full() {
        let watched = Watched::new(&condition("drift(ref.P, '2 s') < 1 W")).unwrap();
        let mut series = Series::default();
        for (at_s, power) in [(0.0, 10.0), (1.0, 12.0), (1.5, 11.0)] {
            series.take("ref.P", at_s, &Value::number(power));
        }
        assert!(series.names(&watched, 1.5).is_none());
        series.take("ref.P", 2.0, &Value::number(11.5));
        let names = series.names(&watched, 2.0).unwrap();
        assert_eq!(names.get("look_0"), Some(&Value::number(2.0)));
    }
}
