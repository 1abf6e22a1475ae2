//! What happens when: stages, points, repeats, conditions, and the way out.

use std::collections::BTreeMap;

use etalon_uncertainty::expression::{NumberKind, Value};
use etalon_uncertainty::text::Text;
use etalon_uncertainty::unit::Dimension;
use serde::{Deserialize, Serialize};

use super::Step;

/// Conditions watched during the run.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedEnvironment {
    /// Seconds between two entries into the record; zero when nothing is watched.
    pub log_every_s: f64,
    /// The conditions.
    pub conditions: Vec<PlannedCondition>,
}

/// One watched condition.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedCondition {
    /// Its name.
    pub quantity: String,
    /// Role that measures it.
    pub role: String,
    /// What the role calls it.
    pub role_quantity: String,
    /// Its unit.
    pub unit: String,
    /// Lowest value allowed, with unit.
    pub min: String,
    /// Highest value allowed, with unit.
    pub max: String,
    /// `hold`, `warn` or `abort`.
    pub on_violation: String,
}

/// A stage, expanded.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedStage {
    /// Its id.
    pub id: String,
    /// `as_found`, `adjust`, `as_left`, or nothing.
    pub kind: Option<String>,
    /// Models evaluated from its readings.
    pub results: Vec<String>,
    /// Its points in order; one without a name for a stage that has none.
    pub points: Vec<PlannedPoint>,
    /// The condition on which it runs, with its names at every point; always where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<PlannedWhen>,
}

/// The condition of a stage, judged on what was measured at one point before.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedWhen {
    /// The point; empty where the condition looks at none.
    pub point: String,
    /// The condition, with its names as they stand at the point.
    pub condition: Condition,
    /// Names in it that stand for a list: the values at all points that have results.
    pub lists: Vec<String>,
}

/// One point of a stage.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedPoint {
    /// Its id; empty in a stage without points.
    pub id: String,
    /// Values at the point, for a person: name → text with unit.
    pub values: BTreeMap<String, String>,
    /// Steps carried out once.
    pub steps: Vec<Step>,
    /// Steps carried out for every repeat.
    pub repeated: Vec<Step>,
    /// Steps carried out once when all repeats are done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closing: Vec<Step>,
    /// How often.
    pub repeat: PlannedRepeat,
    /// Predicted duration in seconds, with the further repeats that may be expected.
    pub predicted_s: f64,
}

/// How often a point is measured.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedRepeat {
    /// How many repeats at first.
    pub n: u32,
    /// Never more than this.
    pub max: u32,
    /// How many more at a time.
    pub more: u32,
    /// More are taken where this holds.
    pub retry_if: Option<Condition>,
}

/// A condition judged while the run goes on, with the fixed names in it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The expression as the procedure writes it.
    pub text: String,
    /// Position (0 where it is the same for all) → name → fixed value.
    #[serde(with = "crate::plan::by_position")]
    pub names: BTreeMap<u32, BTreeMap<String, Fixed>>,
}

/// A value that stands since the plan was made.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fixed {
    /// A number in coherent SI.
    Number {
        /// Shortest text that reads back to the same binary number.
        si: String,
        /// What it measures.
        dimension: Dimension,
        /// Whether it is a point on a scale (a temperature), not a difference.
        affine: bool,
    },
    /// A word.
    Text {
        /// The word.
        value: String,
    },
    /// A truth.
    Truth {
        /// Yes or no.
        value: bool,
    },
}

/// How every way out of the run ends.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedSafeState {
    /// Seconds after which it counts as unconfirmed.
    pub timeout_s: f64,
    /// What is done, in order.
    pub steps: Vec<Step>,
    /// What must then be read back.
    pub verify: Vec<PlannedVerification>,
    /// What a person does when the bench does not answer.
    pub manual: Text,
}

/// One condition that shows that a role is safe.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedVerification {
    /// The role that is read.
    pub role: String,
    /// Quantities of the role that are read for it.
    pub reads: Vec<String>,
    /// The condition over them.
    pub that: Condition,
}

impl Fixed {
    /// A value that will stand; `None` for a list, which no condition needs.
    #[must_use]
    pub fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Number { si, kind } => Some(Self::Number {
                si: si.to_string(),
                dimension: kind.dimension,
                affine: kind.affine,
            }),
            Value::Text(value) => Some(Self::Text { value: value.clone() }),
            Value::Truth(value) => Some(Self::Truth { value: *value }),
            Value::List(_) => None,
        }
    }

    /// The value as expressions use it; `None` where the number in the record is damaged.
    #[must_use]
    pub fn value(&self) -> Option<Value> {
        Some(match self {
            Self::Number { si, dimension, affine } => Value::Number {
                si: si.parse().ok()?,
                kind: NumberKind { dimension: *dimension, affine: *affine },
            },
            Self::Text { value } => Value::Text(value.clone()),
            Self::Truth { value } => Value::Truth(*value),
        })
    }
}
