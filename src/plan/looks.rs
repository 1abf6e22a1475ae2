//! How often a run looks: the engine looks so, the plan reckons with it.

use super::step::Gate;

/// Time between two samples of one reading, in seconds.
/// Chosen: half a second, a few conversions of a digital pressure gauge or voltmeter.
pub const SAMPLE_S: f64 = 0.5;
/// Shortest and longest time between two looks at a gate, in seconds.
const AT_GATE_S: (f64, f64) = (0.2, 2.0);
/// A gate is looked at about this often while it is open.
const AT_GATE: f64 = 60.0;

/// Time between two looks at a gate, in seconds.
#[must_use]
pub fn at_gate_s(gate: &Gate) -> f64 {
    (gate.timeout_s / AT_GATE).clamp(AT_GATE_S.0, AT_GATE_S.1)
}
