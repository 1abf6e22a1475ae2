//! Series of readings: Type A evaluation and analysis of variance.

use std::collections::BTreeMap;

use super::BudgetError;
use super::statement::{Found, number, refused};
use crate::anova;
use crate::budget_file::{BudgetFile, Parameter, numbers};
use crate::decimal::Decimal;
use crate::type_a::Series;

/// Most readings that a rule in `[params]` may ask for.
/// Chosen: a file that needs more lists them.
const MOST_READINGS: u32 = 1_000_000;

pub(super) fn type_a(file: &BudgetFile) -> Result<Found, BudgetError> {
    let mut all: BTreeMap<String, Vec<Decimal>> = file.data.clone();
    if let Some(readings) = alternating(file)? {
        all.insert("x".to_owned(), readings);
    }
    if all.is_empty() {
        return Err(refused("data", "wanted at least one series of readings"));
    }
    let mut found = Found::default();
    for (name, readings) in &all {
        let series = Series::of_decimals(readings).map_err(|error| refused(name, error))?;
        found.add(name, "value", series.mean);
        found.add(name, "smallest", series.smallest);
        found.add(name, "largest", series.largest);
        if let (Some(s), Ok(mean)) = (series.deviation, series.of_mean()) {
            found.add(name, "s", s);
            found.add(name, "u", mean.standard);
            found.add(name, "dof_eff", mean.dof);
        }
        if let Some(autocorrelation) = series.autocorrelation {
            found.add(name, "autocorr1", autocorrelation);
        }
        found.assume([format!("{name}: independent readings under repeatability conditions")]);
    }
    Ok(found)
}

/// A first reading, then two in turn: the series of NIST StRD that are too long
/// to be listed.
fn alternating(file: &BudgetFile) -> Result<Option<Vec<Decimal>>, BudgetError> {
    let (Some(first), Some(n)) = (number(file, "first"), number(file, "n")) else {
        return Ok(None);
    };
    let wanted = "wanted two readings";
    let Some(Parameter::List(turn)) = file.parameters.get("then_alternating") else {
        return Err(refused("then_alternating", wanted));
    };
    let [odd, even] = turn.as_slice() else { return Err(refused("then_alternating", wanted)) };
    let decimal = |x: f64| Decimal::from_f64(x).map_err(|error| refused("first", error));
    let (first, odd, even) = (decimal(first)?, decimal(*odd)?, decimal(*even)?);
    let places = (0..MOST_READINGS).take_while(|place| f64::from(*place) < n);
    let reading = |place: u32| match place {
        0 => first.clone(),
        place if place % 2 == 1 => odd.clone(),
        _ => even.clone(),
    };
    Ok(Some(places.map(reading).collect()))
}

/// Every series of `[data]` is a group.
pub(super) fn anova(file: &BudgetFile) -> Result<Found, BudgetError> {
    let groups: Vec<Vec<f64>> = numbers(&file.data).into_values().collect();
    let analysis = anova::nested(&groups).map_err(|error| refused("data", error))?;
    let mut found = Found::default();
    found.add("mean", "value", analysis.mean);
    found.add("mean", "u", analysis.of_mean.standard);
    found.add("mean", "dof_eff", analysis.of_mean.dof);
    found.add("mean_without_effect", "u", analysis.of_mean_without_effect.standard);
    found.add("mean_without_effect", "dof_eff", analysis.of_mean_without_effect.dof);
    found.add("between", "s", analysis.between.standard);
    found.add("between", "dof_eff", analysis.between.dof);
    found.add("within", "s", analysis.within.standard);
    found.add("within", "dof_eff", analysis.within.dof);
    found.add("group_effect", "s", analysis.group_effect);
    found.add("F", "F", analysis.f);
    found.add("F", "p_value", analysis.p);
    found.assume(["groups of equal size, normal readings with one spread within".to_owned()]);
    Ok(found)
}
