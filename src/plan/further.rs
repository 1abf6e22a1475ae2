//! Further repeats that results will ask for: how many may be expected before anything is measured.
//!
//! Nobody knows the item's error yet. What is known is its limit, and that an item of its kind is
//! made to conform; with that the condition of the repeat is judged beforehand. A condition that asks
//! nothing of the results, such as the class of the item, is decided with the plan.

use std::collections::BTreeMap;

use etalon_uncertainty::expression::Value;
use etalon_uncertainty::normal;
use etalon_uncertainty::unit::Unit;

use super::{Condition, PlanEntry, PlannedRepeat, judgement};

/// Standard deviation of the error of an item before it is measured, as a share of its limit.
/// Chosen: two fifths. A row of good meters (electricity dossier 7.3: a sixth of the limit) asks for
/// nothing and a row with one near its limit at most points; between them a plan stays within a tenth
/// of both (docs/coverage.md).
const OF_LIMIT: f64 = 0.4;
/// Equally probable errors for which the condition is judged.
/// Chosen: 240; more would move the duration of a run by less than two thousandths.
const ERRORS: u32 = 240;

/// Repeats whose condition asks nothing of the results are taken from the beginning, or never asked for
/// again; where it does, or the items differ in it, they stay as they are.
pub(super) fn settled(repeat: PlannedRepeat) -> PlannedRepeat {
    let Some(condition) = &repeat.retry_if else { return repeat };
    let of = condition
        .names
        .keys()
        .map(|position| judgement::truth(condition, *position, BTreeMap::new()));
    match of.collect::<Result<Vec<bool>, _>>() {
        Ok(all) if !all.is_empty() && all.iter().all(|asks| *asks) => {
            PlannedRepeat { n: repeat.max, retry_if: None, ..repeat }
        }
        Ok(all) if !all.is_empty() && !all.contains(&true) => {
            PlannedRepeat { max: repeat.n, retry_if: None, ..repeat }
        }
        _ => repeat,
    }
}

/// What is known beforehand about further repeats, with what was worked out already.
#[derive(Default)]
pub(super) struct Further {
    shares: BTreeMap<String, f64>,
}

impl Further {
    /// Repeats to be expected beyond the first ones at a point whose results these are, one of each
    /// position and model: some position asks for them, and they are taken as often as is allowed.
    pub(super) fn expected<'a>(
        &mut self,
        repeat: &PlannedRepeat,
        entries: impl Iterator<Item = &'a PlanEntry>,
    ) -> f64 {
        let Some(condition) = &repeat.retry_if else { return 0.0 };
        let nobody: f64 = entries.map(|entry| 1.0 - self.share(condition, entry)).product();
        let more = repeat.more.max(1).min(repeat.max.saturating_sub(repeat.n));
        f64::from(more) * (1.0 - nobody)
    }

    /// The share of items whose result would ask for more.
    fn share(&mut self, condition: &Condition, entry: &PlanEntry) -> f64 {
        let Some(limit) = entry.prediction.mpe else { return 0.0 };
        let own = condition.names.get(&entry.position).or_else(|| condition.names.get(&0));
        let known = format!("{limit} {} {own:?}", entry.prediction.unit);
        if let Some(share) = self.shares.get(&known) {
            return *share;
        }
        let share = share_of(condition, entry, limit);
        self.shares.insert(known, share);
        share
    }
}

fn share_of(condition: &Condition, entry: &PlanEntry, limit: f64) -> f64 {
    let Ok(unit) = Unit::parse(&entry.prediction.unit) else { return 0.0 };
    let asks = |index: &u32| {
        let p = (f64::from(*index) + 0.5) / f64::from(ERRORS);
        let error = Value::in_unit(OF_LIMIT * limit * normal::quantile(p), &unit);
        let name = entry.evaluation.measurand.clone();
        let names = BTreeMap::from([(name, Value::List(vec![error]))]);
        // What cannot be judged without readings is not foretold.
        judgement::truth(condition, entry.position, names).unwrap_or(false)
    };
    f64::from((0..ERRORS).filter(asks).count() as u32) / f64::from(ERRORS)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// |E| between 0.8 and 1.2 of the limit is between 2 and 3 standard deviations:
    /// 2 (0.99865 - 0.97725) = 0.0428 of a normal distribution (tables of it); one error more or less.
    #[test]
    fn jjg_596_one_item_in_twenty_three_is_expected_near_its_limit() {
        let plan = plan(["cn.jjg596.direct.basic-error", "meters-6", "DD26000001"], ["", ""]);
        let entry = plan.entries.first().unwrap();
        let mut points = plan.stages.iter().flat_map(|stage| &stage.points);
        let point = points.rfind(|point| point.id == entry.point).unwrap();
        let share = share_of(point.repeat.retry_if.as_ref().unwrap(), entry, 1.0);
        assert!((share - 0.0428).abs() < 1.0 / 240.0, "{share}");
        // Two positions ask with 1 - (1 - 0.043)^2 = 0.08, and two repeats are taken at once.
        let expected = Further::default().expected(&point.repeat, [entry, entry].into_iter());
        let wanted = 2.0 * (1.0 - (1.0 - share) * (1.0 - share));
        assert!((expected - wanted).abs() < 1e-12, "{expected}");
    }

    /// Dossier 6.7: at least three runs at a flow, at least six for class 0.2. Nothing measured decides it, so
    /// the plan has them from the beginning: its duration, its U and its readings count six.
    #[test]
    fn jjg_1037_six_runs_are_planned_for_class_0_2_and_three_for_the_others() {
        let turbine = ["cn.jjg1037.turbine.gravimetric", "flow-gravimetric", "TM26000001"];
        for (class, runs) in [("0.2", 6), ("0.5", 3), ("1.0", 3)] {
            let (own, wished) = ("cls   = \"0.5\"", format!("cls   = \"{class}\""));
            let plan = plan(turbine, [own, &wished]);
            let points = plan.stages.iter().flat_map(|stage| &stage.points);
            let measured = points.filter(|point| !point.id.is_empty());
            let repeats: Vec<_> = measured.map(|point| point.repeat.clone()).collect();
            assert_eq!(repeats.len(), 5);
            let is_settled = |one: &PlannedRepeat| {
                (one.n, one.max, one.retry_if.is_some()) == (runs, runs, false)
            };
            assert!(repeats.iter().all(is_settled), "class {class}: {repeats:?}");
        }
    }

    /// The plan of a procedure on a bench with an item whose file reads otherwise in one place.
    fn plan([procedure, bench, item]: [&str; 3], [own, wished]: [&str; 2]) -> crate::plan::Plan {
        use crate::engine::session::preparation::{self, Request};
        let folder = tempfile::tempdir().unwrap();
        let now = "2026-11-23T08:00:00Z".parse().unwrap();
        let lab = crate::lab::Lab::init_demo(&folder.path().join("lab"), now).unwrap();
        let file = folder.path().join(format!("lab/items/{item}.toml"));
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.contains(own));
        std::fs::write(&file, text.replace(own, wished)).unwrap();
        let request = Request {
            procedure: procedure.to_owned(),
            bench: bench.to_owned(),
            items: vec![item.to_owned()],
            activity: etalon_procedures::procedure::Activity::Calibration,
            date: lab.identity.civil_day(now),
            seed: 1,
        };
        preparation::prepare(&lab, &request).unwrap().plan
    }
}
