//! The scope consulted at issue: no mark outside it, no uncertainty below the capability inside it.
//!
//! Every row of the certificate is held against `scope.toml`: same measurand, one of the methods,
//! the point's own value within the range. A certificate carries the laboratory's accreditation
//! only where every row lies within the scope (ILAC-P14, CNAS-CL01-G003); a row within the scope
//! whose printed U is smaller than the capability is refused.

use etalon_certificates::record::ResultTable;
use etalon_uncertainty::{decimal::Decimal, unit::Unit};

use super::{IssueRefusal, papers::Papers};
use crate::{
    plan::{PlannedPoint, accreditation::covering},
    scope::{Capability, Scope},
};

/// Where the rows of a certificate lie.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Keys of the rows within the scope.
    pub inside: Vec<String>,
    /// Keys of the rows outside it.
    pub outside: Vec<String>,
}

impl Coverage {
    /// Whether the whole certificate lies within the scope.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.outside.is_empty() && !self.inside.is_empty()
    }
}

/// Holds every row against the scope.
///
/// # Errors
/// [`IssueRefusal::BelowCapability`], naming the row and the capability.
pub fn coverage(
    scope: &Scope,
    papers: &Papers,
    tables: &[ResultTable],
) -> Result<Coverage, IssueRefusal> {
    let mut coverage = Coverage::default();
    for table in tables {
        for row in &table.rows {
            // A check across points has no load of its own: it rests on rows that are looked at.
            let Some(point) = point(papers, &row.key) else { continue };
            let (measurand, methods) =
                (&papers.plan.procedure.measurand, &papers.procedure.methods);
            match covering(scope, measurand, methods, point) {
                Some(capability) => {
                    enough(&row.key, &row.stated.expanded, &table.unit, capability)?;
                    coverage.inside.push(row.key.clone());
                }
                None => coverage.outside.push(row.key.clone()),
            }
        }
    }
    Ok(coverage)
}

/// The planned point of a row, whose key is `stage/point`.
fn point<'a>(papers: &'a Papers, key: &str) -> Option<&'a PlannedPoint> {
    let mut parts = key.split('/');
    papers.plan.point(parts.next()?, parts.next()?)
}

/// The printed U of a row is not below the capability: compared as decimals, in the row's unit.
fn enough(
    row: &str,
    expanded: &str,
    unit: &str,
    capability: &Capability,
) -> Result<(), IssueRefusal> {
    let refusal = |reason: String| IssueRefusal::BelowCapability {
        row: row.to_owned(),
        expanded: format!("{expanded} {unit}"),
        capability: format!(
            "{} {} {} to {} by {}: {}",
            capability.measurand,
            capability.quantity,
            capability.from,
            capability.to,
            capability.method,
            capability.cmc
        ),
        reason,
    };
    let stated = Decimal::parse(expanded).map_err(|error| refusal(error.to_string()))?;
    let unit = Unit::parse(unit).map_err(|error| refusal(error.to_string()))?;
    let least = capability.cmc.decimal_in(&unit).map_err(|error| refusal(error.to_string()))?;
    if stated < least { Err(refusal("it is smaller".to_owned())) } else { Ok(()) }
}
