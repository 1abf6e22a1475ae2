//! The scope consulted in the plan: what lies outside it, and what is predicted below the
//! capability, is said before power is applied.
//!
//! Nothing is refused here: a laboratory may calibrate outside its scope, without the mark. At
//! issue the same look decides about the mark, see `issue::capability`.

use etalon_uncertainty::quantity::Quantity;
use etalon_uncertainty::text::Text;
use etalon_uncertainty::unit::Unit;
use serde::{Deserialize, Serialize};

use super::{Plan, PlannedPoint};
use crate::scope::{Capability, Scope};

/// Where a result lies.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Lies {
    /// No line of the scope covers it: the certificate carries no mark.
    Outside,
    /// The predicted U is smaller than the capability: such a certificate is not issued.
    BelowCapability,
}

/// What the scope says about a result.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ScopeRemark {
    /// The result, `stage/point`.
    pub key: String,
    /// Where it lies.
    pub lies: Lies,
    /// What that means, for people.
    pub text: Text,
}

/// Holds every result of a plan against the scope; says nothing where the laboratory is accredited
/// for nothing.
#[must_use]
pub fn remarks(plan: &Plan, methods: &[String], scope: &Scope) -> Vec<ScopeRemark> {
    let mut remarks: Vec<ScopeRemark> = Vec::new();
    if scope.capabilities.is_empty() {
        return remarks;
    }
    for entry in &plan.entries {
        let Some(point) = plan.point(&entry.stage, &entry.point) else { continue };
        let (key, prediction) = (&entry.key, &entry.prediction);
        if remarks.iter().any(|known| known.key == *key) {
            continue;
        }
        let remark = match covering(scope, &plan.procedure.measurand, methods, point) {
            None => Some((Lies::Outside, outside(key))),
            Some(capability) => {
                let least = Unit::parse(&prediction.unit)
                    .ok()
                    .and_then(|unit| capability.cmc.in_unit(&unit).ok());
                let is_below = least.is_some_and(|least| prediction.expanded < least);
                is_below.then(|| {
                    let expanded = format!("{:.4} {}", prediction.expanded, prediction.unit);
                    (Lies::BelowCapability, below(key, &expanded, &capability.cmc))
                })
            }
        };
        remarks.extend(remark.map(|(lies, text)| ScopeRemark { key: key.clone(), lies, text }));
    }
    remarks
}

fn outside(key: &str) -> Text {
    Text::new(
        format!("{key} lies outside the scope: the certificate carries no accreditation mark"),
        format!("{key} 不在认可范围内：证书不带认可标识"),
    )
}

fn below(key: &str, expanded: &str, cmc: &Quantity) -> Text {
    Text::new(
        format!(
            "{key}: the predicted U = {expanded} is below the capability {cmc}: a certificate may not state it"
        ),
        format!("{key}：预计 U = {expanded} 小于校准测量能力 {cmc}，证书不得给出"),
    )
}

/// The best capability that covers a point, whichever of its values the scope speaks of.
#[must_use]
pub fn covering<'a>(
    scope: &'a Scope,
    measurand: &str,
    methods: &[String],
    point: &PlannedPoint,
) -> Option<&'a Capability> {
    let values = point.values.iter().filter_map(|(name, text)| {
        let value = Quantity::parse(text).ok()?;
        // A value that the procedure defines by a formula is written as its number in coherent SI.
        let unit = (*value.unit() != Unit::one()).then(|| value.unit());
        scope.covering(measurand, methods, (name, unit), value.si())
    });
    values.min_by(|one, other| one.cmc.si().total_cmp(&other.cmc.si()))
}
