//! Conformity: probabilities, risks and guard bands of a file.

use super::BudgetError;
use super::statement::{Found, needed, number, refused, text};
use crate::budget_file::{BudgetFile, Statement};
use crate::conformity::Limits;
use crate::conformity::global::{Population, Risks, risks};
use crate::conformity::guard_band::GuardBand;
use crate::conformity::specific::{Knowledge, conformance};

fn limits(file: &BudgetFile, lower: &str, upper: &str) -> Result<Limits, BudgetError> {
    Limits::new(number(file, lower), number(file, upper)).map_err(|error| refused(lower, error))
}

/// Source: JCGM 106:2012, 7.2 to 7.4.
pub(super) fn specific(file: &BudgetFile) -> Result<Found, BudgetError> {
    let limits = limits(file, "lower", "upper")?;
    let estimate = needed(file, "y")?;
    let knowledge = match text(file, "dist").unwrap_or("normal") {
        "normal" => Knowledge::Normal { estimate, u: needed(file, "u")? },
        "t" => {
            Knowledge::StudentT { estimate, scale: needed(file, "u")?, dof: needed(file, "dof")? }
        }
        "rectangular" => Knowledge::Rectangular { estimate, half: needed(file, "half_width")? },
        other => {
            return Err(refused("dist", format!("`{other}`, wanted normal, t or rectangular")));
        }
    };
    let found = conformance(&limits, knowledge).map_err(|error| refused("y", error))?;
    let mut answer = Found::default();
    answer.add("pc", "probability", found.conforming);
    answer.add("pnc", "probability", found.nonconforming);
    answer.assume(found.assumptions);
    Ok(answer)
}

/// Source: JCGM 106:2012, 9.5.
pub(super) fn global(file: &BudgetFile) -> Result<Found, BudgetError> {
    let tolerance = limits(file, "lower", "upper")?;
    let acceptance = match (number(file, "accept_lower"), number(file, "accept_upper")) {
        (None, None) => tolerance,
        _ => limits(file, "accept_lower", "accept_upper")?,
    };
    let mut found = Found::default();
    for statement in file.statements.iter().filter(|s| s.given.contains_key("itp")) {
        let population = of_share(file, &tolerance, statement)?;
        let u = uncertainty(file, &population)?;
        let result = risks(&population, u, &tolerance, &acceptance);
        let result = result.map_err(|error| refused(&statement.name, error))?;
        add(&mut found, [statement.name.as_str(); 4], result);
    }
    if number(file, "item_sd").is_some() {
        let population = population(file)?;
        let u = uncertainty(file, &population)?;
        let result = risks(&population, u, &tolerance, &acceptance);
        let result = result.map_err(|error| refused("item_sd", error))?;
        add(&mut found, ["R_C", "R_P", "CPFA", "CPFR"], result);
    }
    if found.quantities.is_empty() {
        let wanted = "wanted the spread of the items, or statements with their share `itp`";
        return Err(refused("item_sd", wanted));
    }
    Ok(found)
}

fn add(found: &mut Found, [consumer, producer, accepted, rejected]: [&str; 4], risks: Risks) {
    found.add(consumer, "PFA", risks.pfa);
    found.add(producer, "PFR", risks.pfr);
    found.add(accepted, "PFA_conditional", risks.pfa_conditional);
    found.add(rejected, "PFR_conditional", risks.pfr_conditional);
    found.assume(risks.assumptions);
}

fn population(file: &BudgetFile) -> Result<Population, BudgetError> {
    let (mean, deviation) = (needed(file, "item_mean")?, needed(file, "item_sd")?);
    Ok(Population::Normal { mean, deviation })
}

fn of_share(
    file: &BudgetFile,
    tolerance: &Limits,
    statement: &Statement,
) -> Result<Population, BudgetError> {
    let share = statement.given.get("itp").copied().unwrap_or(f64::NAN);
    let mean = number(file, "item_mean").unwrap_or_default();
    Population::of_conforming_share(tolerance, mean, share)
        .map_err(|error| refused(&statement.name, error))
}

/// Standard uncertainty of a measurement, in the unit or as a part of the spread
/// of the items.
fn uncertainty(file: &BudgetFile, population: &Population) -> Result<f64, BudgetError> {
    match (number(file, "u_over_item_sd"), population) {
        (Some(part), Population::Normal { deviation, .. }) => Ok(part * deviation),
        _ => needed(file, "u"),
    }
}

/// Guard band of one rule, or acceptance factors by rule and test uncertainty
/// ratio.
pub(super) fn guard_band(file: &BudgetFile) -> Result<Found, BudgetError> {
    let mut found = Found::default();
    if number(file, "u").is_some() {
        applied(file, &mut found)?;
    }
    for statement in &file.statements {
        if let Some((rule, ratio)) = by_ratio(statement) {
            let factor = rule.factor(ratio).filter(|factor| factor.is_finite());
            let refusal = || refused(&statement.name, format!("no factor at a ratio of {ratio}"));
            found.add(&statement.name, "guard_factor", factor.ok_or_else(refusal)?);
            found.assume([format!("{}: {}", statement.name, rule.name())]);
        }
    }
    if found.quantities.is_empty() {
        return Err(refused("u", "wanted `u` and limits, or statements named rule_ratio"));
    }
    Ok(found)
}

fn applied(file: &BudgetFile, found: &mut Found) -> Result<(), BudgetError> {
    let tolerance = limits(file, "lower", "upper")?;
    let (u, k) = (needed(file, "u")?, number(file, "k").unwrap_or(2.0));
    let rule = match (text(file, "rule"), number(file, "target_pfa"), number(file, "r")) {
        (None | Some("target_pfa"), Some(pfa), None) => {
            GuardBand::TargetPfa { pfa, population: population(file)? }
        }
        (None | Some("multiple"), None, Some(r)) => GuardBand::Multiple { r },
        (Some(name), None, None) => by_name(name)
            .ok_or_else(|| refused("rule", format!("`{name}`, wanted one of {RULES}")))?,
        _ => return Err(refused("rule", "wanted one of `rule`, `target_pfa` and `r`")),
    };
    let guarded = rule.applied(&tolerance, u, k).map_err(|error| refused("w", error))?;
    found.add("w", "guard_band", guarded.w);
    for (name, limit) in
        [("lower", guarded.acceptance.lower()), ("upper", guarded.acceptance.upper())]
    {
        if limit.is_finite() {
            found.add("acceptance", name, limit);
        }
    }
    found.assume(guarded.assumptions);
    Ok(())
}

const RULES: &str = "simple, test95, rss, dobbert, rp10";

fn by_name(name: &str) -> Option<GuardBand> {
    Some(match name {
        "simple" => GuardBand::Simple,
        "test95" => GuardBand::Expanded,
        "rss" => GuardBand::RootSumSquare,
        "dobbert" => GuardBand::ManagedRisk,
        "rp10" => GuardBand::Rp10,
        _ => return None,
    })
}

/// `dist = "rss"` with `tur = 2.5`, or both in the name: `rss_2.5`.
fn by_ratio(statement: &Statement) -> Option<(GuardBand, f64)> {
    if let Some(ratio) = statement.given.get("tur") {
        return Some((by_name(&statement.shape)?, *ratio));
    }
    let (rule, ratio) = statement.name.split_once('_')?;
    Some((by_name(rule)?, ratio.parse().ok().filter(|ratio| *ratio > 0.0)?))
}
