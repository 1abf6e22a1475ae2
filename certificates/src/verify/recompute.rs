//! Recomputation: every printed number again, from the raw readings under the signature.

use super::{Finding, Recomputed, Weight};
use crate::dcc::units::to_dsi;
use crate::document::{Document, Topic, overall};
use crate::record::{Judged, ResultRow, ResultTable, Stated};
use etalon_uncertainty::evaluation::Evaluation;

/// Runs every embedded evaluation and compares what is printed, as strings.
#[must_use]
pub fn recompute(document: &Document) -> (Recomputed, Vec<Finding>) {
    let mut counted = Recomputed::default();
    let mut findings = Vec::new();
    for table in &document.record.results {
        for row in &table.rows {
            counted.results += 1;
            match differences(table, row) {
                Ok(()) => counted.equal += 1,
                Err(message) => findings.push(refusal("result.differs", message)),
            }
        }
    }
    let stated = document.statement(Topic::Conformity).and_then(|s| s.conformity);
    let follows = overall(&document.record);
    if stated != follows {
        let name = |c: Option<crate::record::Conformity>| c.map_or("nothing", |c| c.name());
        let message =
            format!("the certificate states {}, its results give {}", name(stated), name(follows));
        findings.push(refusal("conformity.differs", message));
    }
    (counted, findings)
}

fn refusal(code: &'static str, message: String) -> Finding {
    Finding { code, severity: Weight::Error, message }
}

fn differences(table: &ResultTable, row: &ResultRow) -> Result<(), String> {
    let key = &row.key;
    let failed = |error: &dyn std::fmt::Display| format!("{key} cannot be recomputed: {error}");
    let evaluation = Evaluation::from_json(&row.evaluation).map_err(|error| failed(&error))?;
    if evaluation.key != *key {
        return Err(format!("{key} comes with the evaluation of {}", evaluation.key));
    }
    let measurand = evaluation.equations.iter().find(|e| e.name == evaluation.measurand);
    let unit = measurand.map_or("", |equation| equation.unit.as_str());
    if to_dsi(unit) != to_dsi(&table.unit) {
        return Err(format!("{key} is printed in {:?}, evaluated in {unit:?}", table.unit));
    }
    let again = Stated::recomputed(&evaluation).map_err(|error| failed(&error))?;
    match first_difference(&row.stated, &again) {
        None => Ok(()),
        Some((what, printed, computed)) => {
            Err(format!("{what} of {key} is printed as {printed}, recomputed as {computed}"))
        }
    }
}

/// The first printed string that differs: what, as printed, as computed.
fn first_difference(printed: &Stated, computed: &Stated) -> Option<(&'static str, String, String)> {
    strings(printed)
        .into_iter()
        .zip(strings(computed))
        .find(|((_, a), (_, b))| a != b)
        .map(|((what, a), (_, b))| (what, a, b))
}

fn strings(stated: &Stated) -> [(&'static str, String); 9] {
    let judged = |part: fn(&Judged) -> String| {
        stated.judged.as_ref().map_or_else(|| "not judged".to_owned(), part)
    };
    let limit = |limit: &Option<String>| limit.clone().unwrap_or_else(|| "none".to_owned());
    let or_none =
        |part: Option<&Option<String>>| part.map_or_else(|| "not judged".to_owned(), limit);
    [
        ("value", stated.value.clone()),
        ("U", stated.expanded.clone()),
        ("k", stated.k.clone()),
        ("p", stated.p.clone()),
        ("number judged", judged(|j| j.number.clone())),
        ("judged number's kind", judged(|j| format!("{:?}", j.on))),
        ("lower limit", or_none(stated.judged.as_ref().map(|j| &j.lower))),
        ("upper limit", or_none(stated.judged.as_ref().map(|j| &j.upper))),
        ("verdict", judged(|j| j.verdict.name().to_owned())),
    ]
}
