//! One line for an item of the demonstration.

use etalon_procedures::derive::DerivedResult;
use etalon_uncertainty::rounding::result_and_uncertainty;

use crate::{decide::ItemVerdict, demonstration::Demonstrated, evaluate::ResultState};

/// What was found: the largest error, or the first check where nothing has a limit of its own; the
/// verdict; the certificate.
pub(super) fn row(item: &Demonstrated) -> String {
    let verdict = match &item.verdict {
        ItemVerdict::Pass => "✔ pass".to_owned(),
        ItemVerdict::ConditionalPass => "✔ conditional pass".to_owned(),
        ItemVerdict::Fail { points } => format!("✖ FAIL at {} points", points.len()),
        ItemVerdict::NotEvaluated { reason } => format!("– not evaluated: {reason}"),
    };
    let verified = if item.verification.ok { "✔ verified" } else { "✖ NOT VERIFIED" };
    let recomputed = &item.verification.recomputed;
    let found = largest_error(item).or_else(|| first_check(item)).unwrap_or_default();
    format!(
        "  {}  {}  {found:28}  {verdict:18}  {verified}, {} of {} results recomputed",
        item.results.item, item.certificate.number, recomputed.equal, recomputed.results
    )
}

/// The printed value that is furthest from zero, among those held against a limit.
fn largest_error(item: &Demonstrated) -> Option<String> {
    let judged = item.results.results.iter().filter_map(|result| match &result.state {
        ResultState::Measured(measured) if measured.judgement.is_some() => Some(&measured.outcome),
        _ => None,
    });
    let largest = judged.max_by(|one, other| one.value.abs().total_cmp(&other.value.abs()))?;
    let (value, _) = result_and_uncertainty(largest.value, largest.expanded).ok()?;
    Some(format!("largest error {value} {}", largest.unit))
}

fn first_check(item: &Demonstrated) -> Option<String> {
    let mut checks = item.results.across.iter().flat_map(|across| &across.checks);
    checks.find_map(|check: &DerivedResult| {
        let value = check.value()?;
        let (printed, unit) = (&value.outcome.printed_measured, &value.outcome.unit);
        Some(format!("{} {printed} {unit}", check.title.en()))
    })
}
