//! Results across points, and the checks of the decision: derived from the results of a stage by
//! the procedure that the plan carries.
//!
//! Everything here is an evaluation of its own that anybody can run again; see
//! `etalon_procedures::derive` and `etalon_procedures::conformity`.

use etalon_procedures::conformity;
use etalon_procedures::derive::{self, DerivedResult, Obtained, StageResults, Visited};
use etalon_procedures::expand::{self, Point};
use etalon_procedures::item::{self, ItemFields};
use etalon_procedures::procedure::{Activity, NeedKind, Procedure};
use etalon_procedures::scope::Bindings;
use etalon_uncertainty::expression::Value;
use etalon_uncertainty::quantity::Quantity;

use super::{PointResult, ResultState};
use crate::plan::{Plan, PlannedItem, PlannedStage, ResolvedName};

/// What a stage says beyond its points.
#[derive(Clone, Debug)]
pub struct Across {
    /// The stage.
    pub stage: String,
    /// Quantities across repeats or points.
    pub derived: Vec<DerivedResult>,
    /// Further checks of the decision.
    pub checks: Vec<DerivedResult>,
}

/// The procedure of a plan, ready to look across points.
pub(super) struct Ground<'a> {
    plan: &'a Plan,
    procedure: Procedure,
    activity: Activity,
}

impl<'a> Ground<'a> {
    /// The ground of a plan; `None` where its procedure has nothing across points.
    ///
    /// # Errors
    /// In words, when the procedure in the plan cannot be read by this version.
    pub(super) fn of(plan: &'a Plan) -> Result<Option<Self>, String> {
        if plan.across.is_empty() {
            return Ok(None);
        }
        let checked = etalon_procedures::check(&plan.across);
        let unreadable = || {
            let first = checked.diagnostics.first();
            let reason = first.map_or("it has findings", |first| first.message.as_str());
            format!("procedure {}: {reason}", plan.procedure.id)
        };
        let procedure = checked.procedure.clone().ok_or_else(unreadable)?;
        let activity = match plan.activity.as_str() {
            "verification" => Activity::Verification,
            _ => Activity::Calibration,
        };
        Ok(Some(Self { plan, procedure, activity }))
    }

    /// What the stages of one item say beyond their points.
    ///
    /// # Errors
    /// In words, when the item of the plan does not fit its procedure.
    pub(super) fn across(
        &self,
        planned: &PlannedItem,
        results: &[PointResult],
    ) -> Result<Vec<Across>, String> {
        let sentence = |findings: Vec<etalon_uncertainty::diagnostic::Diagnostic>| {
            findings.first().map(|first| first.message.clone()).unwrap_or_default()
        };
        let fields = item::item(&self.procedure, &planned.fields).map_err(sentence)?;
        let points = expand::expand(&self.procedure, &fields).map_err(sentence)?;
        let is_measured = |stage: &&PlannedStage| {
            let mut here = results.iter().filter(|result| result.stage == stage.id);
            here.any(|result| matches!(result.state, ResultState::Measured(_)))
        };
        let stages = self.plan.stages.iter().filter(is_measured);
        stages.map(|stage| self.of_stage(stage, planned, &fields, &points, results)).collect()
    }

    fn of_stage(
        &self,
        stage: &PlannedStage,
        planned: &PlannedItem,
        fields: &ItemFields,
        points: &[Point],
        results: &[PointResult],
    ) -> Result<Across, String> {
        let mut bound = Vec::new();
        for point in points {
            let external = self.external(stage, &point.id, planned.position);
            let mut point = point.clone();
            expand::bind(&self.procedure, fields, &mut point, &external)
                .map_err(|finding| finding.message)?;
            bound.push((point, external));
        }
        let visited = bound.iter().map(|(point, external)| Visited {
            point,
            external,
            obtained: obtained(results, &stage.id, &point.id),
        });
        let found = StageResults {
            procedure: &self.procedure,
            activity: self.activity,
            item: fields,
            stage: self.original(&stage.id),
            visited: visited.collect(),
        };
        Ok(Across {
            stage: stage.id.clone(),
            derived: derive::derived(&found),
            checks: conformity::judged(&found),
        })
    }

    /// The stage whose actions and results another shares.
    fn original<'b>(&'b self, stage: &'b str) -> &'b str {
        let declared = self.procedure.stage(stage);
        declared.and_then(|declared| declared.same_as.as_deref()).unwrap_or(stage)
    }

    /// The names that the plan resolved at a point.
    fn external(&self, stage: &PlannedStage, point: &str, position: u32) -> Bindings {
        let mut names = Bindings::default();
        for entry in self.plan.entries_at(&stage.id, point, position) {
            for name in &entry.names {
                if let Some(value) = self.value(name) {
                    names.bind(name.name.clone(), value);
                }
            }
        }
        names
    }

    fn value(&self, name: &ResolvedName) -> Option<Value> {
        match self.procedure.need(&name.name)?.kind {
            NeedKind::Quantity(_) => {
                let text = format!("{} {}", name.value, name.unit);
                Quantity::parse(&text).ok().map(|quantity| Value::from(&quantity))
            }
            NeedKind::Text => Some(Value::Text(name.value.clone())),
            NeedKind::Truth => Some(Value::Truth(name.value == "true")),
        }
    }
}

fn obtained<'a>(results: &'a [PointResult], stage: &str, point: &str) -> Vec<Obtained<'a>> {
    let here = results.iter().filter(|result| result.stage == stage && result.point == point);
    here.filter_map(|result| match &result.state {
        ResultState::Measured(measured) => {
            Some(Obtained { evaluation: &measured.evaluation, outcome: &measured.outcome })
        }
        ResultState::NotMeasured { .. } => None,
    })
    .collect()
}
