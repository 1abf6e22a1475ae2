//! Inputs that rest on certificates of one group: their errors go together.
//!
//! Two standards that were calibrated against the same one carry its error both. The register says
//! so by a `group` of their certificates, and the coefficient between the inputs is 1: the most that
//! the common part can make (GUM F.1.2.3). Nothing is split: an input that has other contributions
//! beside such a certificate is refused, because its coefficient would be a guess.

use std::collections::BTreeSet;

use etalon_procedures::formula::Formula;
use etalon_procedures::procedure::{Activity, Contribution, Distribution, Input, Model, Scale};
use etalon_uncertainty::evaluation::Correlated;

use super::names::Desk;

/// The pairs of inputs of a model that are correlated.
///
/// # Errors
/// In words: an input whose coefficient cannot be told.
pub(super) fn pairs(
    desk: &Desk<'_>,
    model: &Model,
    activity: Activity,
) -> Result<Vec<Correlated>, String> {
    let grouped: Vec<(&Input, BTreeSet<(String, String)>)> = model
        .inputs
        .iter()
        .map(|input| (input, groups(desk, input, activity)))
        .filter(|(_, groups)| !groups.is_empty())
        .collect();
    let mut pairs = Vec::new();
    for (place, (one, own)) in grouped.iter().enumerate() {
        for (other, others) in grouped.iter().skip(place + 1) {
            let Some(group) = shared(own, others) else { continue };
            for input in [one, other] {
                if in_force(input, activity).count() > 1 {
                    return Err(format!(
                        "input {} has other contributions beside a certificate of group {group}: give that certificate an input of its own",
                        input.name
                    ));
                }
            }
            pairs.push(Correlated {
                a: one.name.clone(),
                b: other.name.clone(),
                r: "1".to_owned(),
            });
        }
    }
    Ok(pairs)
}

/// The group that certificates of different roles have in common.
fn shared(own: &BTreeSet<(String, String)>, others: &BTreeSet<(String, String)>) -> Option<String> {
    own.iter().find_map(|(role, group)| {
        let meets = |(other, their): &&(String, String)| other != role && their == group;
        others.iter().find(meets).map(|(_, group)| group.clone())
    })
}

fn in_force(input: &Input, activity: Activity) -> impl Iterator<Item = &Contribution> {
    input.contributions.iter().filter(move |one| one.only_for.is_none_or(|only| only == activity))
}

/// Role and group of every certificate that scales a contribution of an input.
fn groups(desk: &Desk<'_>, input: &Input, activity: Activity) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for formula in in_force(input, activity).flat_map(|one| scales(&one.distribution)) {
        for symbol in formula.expression.symbols() {
            // What a certificate says of its own drift is no error of the one it was made against.
            let Some((role, name)) =
                symbol.path.strip_prefix("cert.").and_then(|rest| rest.split_once('.'))
            else {
                continue;
            };
            let bound = desk.bound.iter().find(|bound| bound.role.name == role);
            let group = bound
                .and_then(|bound| bound.standard?.calibration().ok())
                .and_then(|calibration| calibration.group.clone());
            if let Some(group) = group.filter(|_| name != "drift") {
                found.insert((role.to_owned(), group));
            }
        }
    }
    found
}

fn scales(distribution: &Distribution) -> Vec<&Formula> {
    match distribution {
        Distribution::Normal(Scale::Standard { u, .. }) => vec![u],
        Distribution::Normal(Scale::Expanded { expanded, .. }) => vec![expanded],
        Distribution::Rectangular(half)
        | Distribution::Triangular(half)
        | Distribution::Arcsine(half) => vec![half],
        Distribution::Pooled { .. } | Distribution::Repeats { .. } => Vec::new(),
    }
}
