//! The cells of the table: value and mark of every result.

use std::collections::BTreeMap;

use etalon::{
    decide::Verdict,
    evaluate::{Measured, PointResult, ResultState, RunResults},
};

use super::course::Course;
use crate::{mark::Mark, state::CellState};

/// The cells, by point key and position. A result is judged once its point is
/// complete: further repeats may change it until then.
pub(super) fn cells(
    results: &RunResults,
    course: &Course,
    is_over: bool,
) -> BTreeMap<(String, u32), CellState> {
    let mut cells = BTreeMap::new();
    for item in &results.items {
        for result in &item.results {
            let is_complete = is_over || course.is_done(&result.stage, &result.point);
            if let Some(cell) = cell(result, is_complete) {
                cells.insert((result.key.clone(), item.position), cell);
            }
        }
    }
    cells
}

fn cell(result: &PointResult, is_complete: bool) -> Option<CellState> {
    match &result.state {
        ResultState::Measured(measured) => Some(shown(measured, is_complete)),
        ResultState::NotMeasured { .. } if is_complete => {
            Some(CellState { mark: Mark::NotEvaluated, ..CellState::default() })
        }
        ResultState::NotMeasured { .. } => None,
    }
}

fn shown(measured: &Measured, is_complete: bool) -> CellState {
    let outcome = &measured.outcome;
    let verdict = measured.judgement.as_ref().map(|judgement| &judgement.verdict);
    CellState {
        value: Some(outcome.value),
        printed: is_complete.then(|| outcome.printed_measured.clone()),
        expanded: is_complete.then(|| outcome.printed_expanded.clone()),
        mark: if is_complete { mark(verdict) } else { Mark::Live },
    }
}

fn mark(verdict: Option<&Verdict>) -> Mark {
    match verdict {
        Some(Verdict::Pass) => Mark::Pass,
        Some(Verdict::Fail) => Mark::Fail,
        Some(Verdict::ConditionalPass) => Mark::ConditionalPass,
        Some(Verdict::ConditionalFail) => Mark::ConditionalFail,
        Some(Verdict::NotEvaluated { .. }) => Mark::NotEvaluated,
        // A K-factor is stated; what is judged is how far its values lie apart.
        None => Mark::NoLimit,
    }
}
