//! Conditions of the plan, judged with the values that are known by then: by the plan before anything
//! is measured, by the engine while the run goes on.

use std::collections::{BTreeMap, BTreeSet};

use etalon_procedures::scope::Bindings;
use etalon_uncertainty::diagnostic::Diagnostic;
use etalon_uncertainty::expression::{Expression, Kind, Scope, Value};
use etalon_uncertainty::quantity::Quantity;
use thiserror::Error;

use super::{Condition, Fixed};

/// Why a condition of the plan cannot be judged.
#[derive(Clone, Debug, Error)]
pub enum Unjudged {
    /// An expression cannot be read, or has no value.
    #[error("'{text}' cannot be judged: {finding}")]
    Expression {
        /// The expression.
        text: String,
        /// The finding.
        finding: Box<Diagnostic>,
    },
    /// The plan names something that is not in it.
    #[error("the plan has no {what}")]
    Missing {
        /// What is missing.
        what: String,
    },
}

impl Unjudged {
    /// What the reader of an expression found in this condition.
    pub(super) fn found(condition: &Condition) -> impl Fn(Diagnostic) -> Self + use<'_> {
        |finding| Self::Expression { text: condition.text.clone(), finding: Box::new(finding) }
    }
}

/// What else a condition may ask about besides names.
#[derive(Clone, Copy, Debug, Default)]
pub struct Past<'a> {
    /// How long ago the bench was energised, in seconds.
    pub energised_s: Option<f64>,
    /// The stages that took place.
    pub stages: Option<&'a BTreeSet<String>>,
}

/// Whether a condition holds for a position (0 where it is the same for all),
/// with these names besides the plan's.
///
/// # Errors
/// When it cannot be judged.
pub fn truth(
    condition: &Condition,
    position: u32,
    names: BTreeMap<String, Value>,
) -> Result<bool, Unjudged> {
    judge(condition, &condition.text, position, names, Past::default())
}

/// Whether `text`, an expression with the names of the condition, holds for a position.
///
/// # Errors
/// When it cannot be judged, or is not true or false.
pub fn judge(
    condition: &Condition,
    text: &str,
    position: u32,
    names: BTreeMap<String, Value>,
    past: Past<'_>,
) -> Result<bool, Unjudged> {
    match value(condition, text, position, names, past)? {
        Value::Truth(truth) => Ok(truth),
        other => Err(Unjudged::Missing {
            what: format!("condition that is true or false: '{text}' is {}", other.kind()),
        }),
    }
}

/// The number that an expression of the plan has now, in coherent SI, with these names besides
/// the plan's.
///
/// # Errors
/// When it has none.
pub fn number(condition: &Condition, names: BTreeMap<String, Value>) -> Result<f64, Unjudged> {
    match value(condition, &condition.text, 0, names, Past::default())? {
        Value::Number { si, .. } => Ok(si),
        other => {
            let what = format!("number: '{}' is {}", condition.text, other.kind());
            Err(Unjudged::Missing { what })
        }
    }
}

fn value(
    condition: &Condition,
    text: &str,
    position: u32,
    names: BTreeMap<String, Value>,
    past: Past<'_>,
) -> Result<Value, Unjudged> {
    let mut bindings = Bindings::default();
    for key in [0, position] {
        for (name, fixed) in condition.names.get(&key).into_iter().flatten() {
            let missing = || Unjudged::Missing { what: format!("readable value of {name}") };
            bindings.bind(name.clone(), Fixed::value(fixed).ok_or_else(missing)?);
        }
    }
    for (name, value) in names {
        bindings.bind(name, value);
    }
    let expression = Expression::parse(text).map_err(Unjudged::found(condition))?;
    expression.evaluate(&Known { bindings, past }).map_err(Unjudged::found(condition))
}

/// Names, and what is behind the bench.
struct Known<'a> {
    bindings: Bindings,
    past: Past<'a>,
}

impl Scope for Known<'_> {
    fn kind(&self, path: &str) -> Option<Kind> {
        self.bindings.kind(path)
    }

    fn value(&self, path: &str) -> Option<Value> {
        self.bindings.value(path)
    }

    fn call(&self, name: &str, args: &[Value]) -> Option<Result<Value, String>> {
        if let ("ran", [Value::Text(stage)], Some(stages)) = (name, args, self.past.stages) {
            return Some(Ok(Value::Truth(stages.contains(stage))));
        }
        let ("energised_within", [Value::Text(window)]) = (name, args) else { return None };
        let window = match Quantity::parse(window) {
            Ok(window) => window.si(),
            Err(error) => return Some(Err(error.to_string())),
        };
        let within = self.past.energised_s.is_some_and(|ago| ago <= window);
        Some(Ok(Value::Truth(within)))
    }
}
