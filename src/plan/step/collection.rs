//! Steps of a collection: flow led to the tank or past it, sampled meanwhile, weighed, drained.

use serde::{Deserialize, Serialize};

use super::Condition;

/// The flow switched, for good or for a time.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Divert {
    /// The diverter.
    pub role: String,
    /// Where to: `tank` or `bypass`.
    pub to: String,
    /// Seconds after which it is switched back; `None` where it stays.
    pub seconds: Option<f64>,
    /// The counter whose gate the diverter opens and closes.
    pub gate: Option<DivertedCount>,
    /// What is sampled meanwhile.
    pub samples: Vec<Sampled>,
    /// What is filled meanwhile, and how much it holds. Plans of earlier versions have none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fills: Vec<Fill>,
}

/// Something that fills during a collection.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Fill {
    /// The role that tells how full it is.
    pub role: String,
    /// The quantity of the role.
    pub quantity: String,
    /// How much the collection adds, in the unit of the role.
    pub amount: f64,
    /// How much there may be in all, in the same unit.
    pub most: f64,
    /// The unit.
    pub unit: String,
}

/// A counter gated by the diverter.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DivertedCount {
    /// The counter.
    pub role: String,
    /// The quantity that holds the count.
    pub quantity: String,
    /// The reading it becomes, in pulses.
    pub input: String,
}

/// A quantity sampled while something else goes on.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Sampled {
    /// The role that is read.
    pub role: String,
    /// The quantity of the role.
    pub quantity: String,
    /// The reading it becomes.
    pub input: String,
    /// Unit of the reading.
    pub unit: String,
    /// What is made of the samples: `mean`, `last`, `max`, `min`.
    pub statistic: String,
}

/// A tank emptied.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Drain {
    /// The role whose choice `drain` opens and closes the valve.
    pub valve: String,
    /// Whose indication shows the contents: `role.quantity`.
    pub watch: String,
    /// The content below which it is empty, an expression over readings of the point.
    pub below: Condition,
    /// Seconds it is expected to take.
    pub expected_s: f64,
    /// Seconds after which it is given up.
    pub at_most_s: f64,
}

impl Divert {
    /// In one line, for the printed plan.
    #[must_use]
    pub fn line(&self) -> String {
        let time = self.seconds.map(|seconds| format!(" for {seconds} s"));
        let gate = self.gate.as_ref().map(|gate| format!(", counting into {}", gate.input));
        let samples: Vec<String> = self
            .samples
            .iter()
            .map(|one| format!(", sampling {}.{} into {}", one.role, one.quantity, one.input))
            .collect();
        format!(
            "divert to the {}{}{}{}",
            self.to,
            time.unwrap_or_default(),
            gate.unwrap_or_default(),
            samples.concat()
        )
    }
}

impl Drain {
    /// In one line, for the printed plan.
    #[must_use]
    pub fn line(&self) -> String {
        format!("drain until {} < {}", self.watch, self.below.text)
    }
}
