//! Reference value of a comparison and how far every participant is from it.

use std::num::NonZeroUsize;

use super::robust::median;
use super::{ComparisonError, Participant};
use crate::chi_squared;
use crate::correlation::Correlation;
use crate::distribution::Distribution;
use crate::dof::CorrelatedDof;
use crate::monte_carlo::{self, Output, Plan};
use crate::propagation::{Component, Entry, InputQuantity, Problem};
use crate::tape::Builder;
use crate::type_a::{count, sum};

/// Coverage probability of the expanded uncertainties and intervals.
/// Source: M. G. Cox, section 5
const COVERAGE: f64 = 0.95;

/// A participant's distance from the reference value or from another one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Degree {
    /// Difference.
    pub value: f64,
    /// Standard uncertainty of the difference.
    pub u: f64,
    /// Expanded uncertainty at 95 %, with `k = 2`.
    pub expanded: f64,
}

/// Weighted mean with its consistency test.
#[derive(Clone, Debug, PartialEq)]
pub struct WeightedMean {
    /// Reference value and its standard uncertainty.
    pub reference: Participant,
    /// Observed chi-squared.
    pub chi_squared: f64,
    /// Its degrees of freedom.
    pub dof: f64,
    /// Probability of a chi-squared at least as large, were all consistent.
    pub p: f64,
    /// Degree of equivalence of every participant, in their order.
    pub degrees: Vec<Degree>,
}

impl WeightedMean {
    /// Whether the consistency test is passed at a level, as 0.05.
    #[must_use]
    pub fn is_consistent(&self, level: f64) -> bool {
        self.p >= level
    }
}

fn checked(participants: &[Participant]) -> Result<(), ComparisonError> {
    let found = participants.len();
    if found < 2 {
        return Err(ComparisonError::TooFew { found, wanted: 2 });
    }
    let wrong = |one: &Participant| !(one.value.is_finite() && one.u > 0.0 && one.u.is_finite());
    match participants.iter().enumerate().find(|(_, one)| wrong(one)) {
        Some((place, Participant { value, u })) => {
            Err(ComparisonError::Participant { place: place + 1, value: *value, u: *u })
        }
        None => Ok(()),
    }
}

/// Procedure A: the weighted mean, with degrees of equivalence.
///
/// - **Units:** all in one unit.
/// - **Source:** M. G. Cox, section 5 (procedure A).
/// - **Valid for:** independent results with known uncertainties that pass the
///   consistency test; otherwise see [`median_reference`].
/// - **Not done here:** the removal of participants.
///
/// # Errors
/// When there are fewer than two participants or one states no uncertainty.
pub fn weighted_mean(participants: &[Participant]) -> Result<WeightedMean, ComparisonError> {
    checked(participants)?;
    let weight = |one: &Participant| 1.0 / (one.u * one.u);
    let total = sum(participants.iter().map(weight));
    let value = sum(participants.iter().map(|one| one.value * weight(one))) / total;
    let u = libm::sqrt(1.0 / total);
    let squares = participants.iter().map(|one| {
        let score = (one.value - value) / one.u;
        score * score
    });
    let chi_squared = sum(squares);
    let dof = count(participants.len()) - 1.0;
    let degrees = participants.iter().map(|one| {
        // The participant is part of the mean: its variance is less, not more.
        let own = libm::sqrt((one.u - u) * (one.u + u));
        Degree { value: one.value - value, u: own, expanded: 2.0 * own }
    });
    Ok(WeightedMean {
        reference: Participant { value, u },
        chi_squared,
        dof,
        p: chi_squared::upper_tail(chi_squared, dof),
        degrees: degrees.collect(),
    })
}

/// Degree of equivalence between two participants.
///
/// - **Units:** all in one unit.
/// - **Source:** M. G. Cox, section 5 (pairwise degrees of equivalence).
/// - **Valid for:** independent results.
/// - **Not done here:** traceability of one to the other.
#[must_use]
pub fn pairwise(one: Participant, other: Participant) -> Degree {
    let u = libm::sqrt(one.u * one.u + other.u * other.u);
    Degree { value: one.value - other.value, u, expanded: 2.0 * u }
}

/// Median with what Monte Carlo says about it.
#[derive(Clone, Debug, PartialEq)]
pub struct MedianReference {
    /// The reference value: mean, standard deviation and shortest 95 % interval of
    /// the medians of all trials.
    pub reference: Output,
    /// The same for the difference of every participant from the median.
    pub degrees: Vec<Output>,
}

/// Procedure B: the median by Monte Carlo, with degrees of equivalence.
///
/// - **Units:** all in one unit.
/// - **Source:** M. G. Cox, section 6 (procedure B); JCGM 101:2008, clause 7.
/// - **Valid for:** independent normal results that do not pass the consistency
///   test of [`weighted_mean`].
/// - **Not done here:** participants with other distributions.
///
/// # Errors
/// When there are fewer than two participants, one states no uncertainty, or the
/// number of trials is refused.
pub fn median_reference(
    participants: &[Participant],
    trials: u64,
    seed: u64,
) -> Result<MedianReference, ComparisonError> {
    checked(participants)?;
    let plan = Plan { trials, seed, threads: NonZeroUsize::MIN };
    let mut values = monte_carlo::trials(&drawing(participants), &plan, 0)?;
    let length = values.first().map_or(0, Vec::len);
    let mut medians = Vec::with_capacity(length);
    let mut row = Vec::with_capacity(values.len());
    for trial in 0..length {
        row.clear();
        row.extend(values.iter().filter_map(|column| column.get(trial)));
        medians.push(median(&row).unwrap_or(f64::NAN));
    }
    for column in &mut values {
        column.iter_mut().zip(&medians).for_each(|(value, median)| *value -= median);
    }
    values.push(medians);
    let mut degrees = monte_carlo::summarise(&mut values, &[COVERAGE])?.outputs;
    let reference = degrees.pop().unwrap_or_default();
    Ok(MedianReference { reference, degrees })
}

/// Participants as inputs that are drawn and handed through.
fn drawing(participants: &[Participant]) -> Problem {
    let names: Vec<String> = (1..=participants.len()).map(|one| format!("x{one}")).collect();
    let mut builder = Builder::new();
    for name in &names {
        builder.named_input(name);
    }
    let outputs: Vec<&str> = names.iter().map(String::as_str).collect();
    let tape = builder.finish(&outputs).expect("every output was declared one line above");
    let inputs = names.iter().zip(participants).map(|(name, one)| InputQuantity {
        name: name.clone(),
        components: vec![Component {
            name: "stated".to_owned(),
            distribution: Distribution::Normal { standard: one.u },
            dof: f64::INFINITY,
        }],
    });
    let entries = participants.iter().enumerate();
    Problem {
        tape,
        inputs: inputs.collect(),
        entries: entries.map(|(input, one)| Entry { input, estimate: one.value }).collect(),
        correlation: Correlation::default(),
        correlated_dof: CorrelatedDof::default(),
    }
}
