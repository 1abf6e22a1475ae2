//! Steps that move a quantity: at a limited rate, from one side, out and back.

use serde::{Deserialize, Serialize};

/// How fast a quantity is led to its end.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Pace {
    /// Largest change per second, in the unit of the quantity; `None` where the procedure limits
    /// nothing and the instrument goes as fast as it is set to.
    pub per_s: Option<f64>,
    /// The rate as the instrument's own setting `slew` takes it, with unit, where it has one.
    /// Elsewhere the setting is led there in steps.
    pub slew: Option<String>,
    /// Seconds that the instrument needs to settle at the end, by its catalogue file.
    pub settling_s: f64,
}

/// A setting led to its end no faster than a rate.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Ramp {
    /// The role.
    pub role: String,
    /// The quantity of the role.
    pub quantity: String,
    /// Where it ends, with unit.
    pub end: String,
    /// How fast.
    pub pace: Pace,
    /// Seconds it is expected to take.
    pub expected_s: f64,
    /// Seconds after which it is given up.
    pub at_most_s: f64,
}

/// A target reached from one side.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Approach {
    /// The role.
    pub role: String,
    /// The quantity of the role.
    pub quantity: String,
    /// The target, with unit.
    pub target: String,
    /// Whether the quantity rises to its target; `None` where the side does not matter.
    pub rising: Option<bool>,
    /// Whether passing the target spoils the reading.
    pub overshoot_forbidden: bool,
    /// Whose indication tells where the quantity stands: `role.quantity`, the reference's before
    /// the generator's own.
    pub watch: String,
    /// How near to the target counts as there, in the unit of the target.
    pub within: f64,
    /// How far beyond the target counts as passed, in the unit of the target.
    pub beyond: f64,
    /// How fast.
    pub pace: Pace,
    /// Seconds it is expected to take.
    pub expected_s: f64,
    /// Seconds after which it is given up.
    pub at_most_s: f64,
}

/// The unit under test moved through its range before it is read.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Exercise {
    /// How far.
    pub out: Approach,
    /// Where it comes back to.
    pub back: Approach,
    /// How often.
    pub times: u32,
}

/// Pressure released, and shown to be released.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Vent {
    /// The role that vents.
    pub role: String,
    /// The quantity that is let down before the vent opens, where it is set by the role.
    pub down: Option<Ramp>,
    /// Whose indication shows that nothing is left: `role.quantity`.
    pub watch: String,
    /// Largest magnitude that counts as released, in `unit`.
    pub at_most: f64,
    /// Unit of it.
    pub unit: String,
    /// Seconds it is expected to take.
    pub expected_s: f64,
    /// Seconds after which it is given up.
    pub at_most_s: f64,
}

/// A load held while a condition is watched.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Hold {
    /// Seconds.
    pub seconds: f64,
    /// What must hold meanwhile.
    pub watch: Option<super::Condition>,
}

impl Pace {
    /// Seconds for a change of this size, in the unit of the quantity.
    #[must_use]
    pub fn seconds_for(&self, change: f64) -> f64 {
        self.per_s.map_or(0.0, |per_s| change.abs() / per_s) + self.settling_s
    }
}

impl Ramp {
    /// In one line, for the printed plan.
    #[must_use]
    pub fn line(&self) -> String {
        let Self { role, quantity, end, pace, .. } = self;
        let unit = end.split_once(' ').map_or("", |(_, unit)| unit);
        let rate = pace.per_s.map(|rate| format!(", at most {rate} {unit} per second"));
        format!("ramp {role}: {quantity} = {end}{}", rate.unwrap_or_default())
    }
}

impl Approach {
    /// In one line, for the printed plan.
    #[must_use]
    pub fn line(&self) -> String {
        let Self { role, quantity, target, .. } = self;
        let side = match self.rising {
            Some(true) => " from below",
            Some(false) => " from above",
            None => "",
        };
        let beyond = if self.overshoot_forbidden { ", never beyond it" } else { "" };
        format!("approach {role}: {quantity} = {target}{side}{beyond}, judged on {}", self.watch)
    }
}

impl Exercise {
    /// In one line, for the printed plan.
    #[must_use]
    pub fn line(&self) -> String {
        let Approach { role, quantity, target, .. } = &self.out;
        let back = &self.back.target;
        format!(
            "exercise {role}: {quantity} to {target} and back to {back}, {} time(s)",
            self.times
        )
    }
}

impl Vent {
    /// In one line, for the printed plan.
    #[must_use]
    pub fn line(&self) -> String {
        let Self { role, watch, at_most, unit, .. } = self;
        format!("vent {role}, until {watch} shows at most {at_most} {unit}")
    }
}

impl Hold {
    /// In one line, for the printed plan.
    #[must_use]
    pub fn line(&self) -> String {
        let watch = self.watch.as_ref().map(|watch| format!(" while {}", watch.text));
        format!("hold for {} s{}", self.seconds, watch.unwrap_or_default())
    }
}
