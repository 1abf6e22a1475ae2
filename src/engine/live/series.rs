//! Series of live indications, and the functions that look at them.

use std::collections::{BTreeMap, VecDeque};

use etalon_uncertainty::expression::{Expression, NumberKind, Value};
use etalon_uncertainty::quantity::Quantity;

use crate::engine::failure::Failure;
use crate::plan::Condition;

/// Fewest samples from which a spread is told.
const FEWEST: usize = 3;

/// What a condition looks at while it is waited for.
#[derive(Clone, Debug)]
pub struct Watched {
    /// The condition with every look at a series replaced by a name.
    pub text: String,
    /// The looks, by that name.
    pub looks: BTreeMap<String, Look>,
    /// Every live quantity in it, as `role.quantity`.
    pub live: Vec<String>,
}

/// One look at a series.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// Whether the spread is taken relative to the mean.
    pub is_relative: bool,
    /// `role.quantity`.
    pub path: String,
    /// How far back, in seconds.
    pub window_s: f64,
}

impl Watched {
    /// Takes a condition apart. Names without a fixed value are live.
    ///
    /// # Errors
    /// When the condition or a window in it cannot be read.
    pub fn new(condition: &Condition) -> Result<Self, Failure> {
        let refused = |finding| Failure::Expression {
            text: condition.text.clone(),
            finding: Box::new(finding),
        };
        let expression = Expression::parse(&condition.text).map_err(refused)?;
        let mut symbols = expression.symbols();
        symbols.sort_by_key(|symbol| std::cmp::Reverse(symbol.span.start));
        let is_fixed = |path: &str| condition.names.values().any(|names| names.contains_key(path));
        let mut watched =
            Self { text: condition.text.clone(), looks: BTreeMap::new(), live: Vec::new() };
        for symbol in symbols.into_iter().filter(|symbol| !is_fixed(&symbol.path)) {
            if let Some((span, look)) = look_around(&watched.text, &symbol.span, &symbol.path)? {
                let name = format!("look_{}", watched.looks.len());
                watched.text.replace_range(span, &name);
                watched.looks.insert(name, look);
            }
            if !watched.live.contains(&symbol.path) {
                watched.live.push(symbol.path);
            }
        }
        Ok(watched)
    }
}

/// The call `drift(path, 'window')` or `instability(path, 'window')` around a symbol.
fn look_around(
    text: &str,
    symbol: &std::ops::Range<usize>,
    path: &str,
) -> Result<Option<(std::ops::Range<usize>, Look)>, Failure> {
    let before = text.get(..symbol.start).unwrap_or_default().trim_end();
    let Some(head) = before.strip_suffix('(').map(str::trim_end) else { return Ok(None) };
    let function = ["drift", "instability"].into_iter().find(|name| head.ends_with(name));
    let Some(function) = function else { return Ok(None) };
    let unreadable = || Failure::Plan { what: format!("time in {function}({path}, …)") };
    let after = text.get(symbol.end..).unwrap_or_default();
    let close = after.find(')').ok_or_else(unreadable)?;
    let argument = after.get(..close).unwrap_or_default().trim().trim_start_matches(',').trim();
    let quoted = argument.trim_matches(|quote| quote == '\'' || quote == '"');
    let window_s = Quantity::parse(quoted).map_err(|_| unreadable())?.si();
    let span = head.len() - function.len()..symbol.end + close + 1;
    let is_relative = function == "instability";
    Ok(Some((span, Look { is_relative, path: path.to_owned(), window_s })))
}

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

    fn condition(text: &str) -> Condition {
        Condition { text: text.to_owned(), names: BTreeMap::new() }
    }

    #[test]
    fn a_look_at_a_series_becomes_a_name_of_its_own() {
        let watched =
            Watched::new(&condition("instability(ref.P, '10 s') < 0.05 % and ref.U > 1 V"))
                .unwrap();
        assert_eq!(watched.text, "look_0 < 0.05 % and ref.U > 1 V");
        let look = Look { is_relative: true, path: "ref.P".to_owned(), window_s: 10.0 };
        assert_eq!(watched.looks.get("look_0"), Some(&look));
        assert_eq!(watched.live, ["ref.U", "ref.P"]);
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
