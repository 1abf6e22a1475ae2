//! Stages: their points, conditions, readings, results and repeats.

use std::collections::BTreeSet;

use etalon_uncertainty::diagnostic::{Diagnostic, nearest};
use etalon_uncertainty::expression::Kind;

use super::actions::Checker;
use super::kinds::wanted;
use super::names::readings;
use crate::finding;
use crate::formula::Formula;
use crate::procedure::{Action, InputSource, Repeat, Stage, Step};

impl Checker<'_, '_> {
    pub(super) fn stage(&self, stage: &Stage) {
        if stage.over_points && self.procedure.points.is_none() {
            self.source.report(
                Diagnostic::error(
                    finding::NO_POINTS,
                    format!("stage `{}` runs over the points, and there are none", stage.id),
                )
                .at(stage.place.clone()),
            );
        }
        if let Some(original) = &stage.same_as
            && self.procedure.stage(original).is_none()
        {
            self.source.report(
                Diagnostic::error(
                    finding::STAGE_UNKNOWN,
                    format!("there is no stage `{original}`"),
                )
                .at(stage.place.clone()),
            );
        }
        if let Some(when) = &stage.when {
            wanted(self.source, when, &self.scopes.stages, &Kind::Truth);
            self.ran(when);
        }
        if stage.same_as.is_some() {
            return;
        }
        self.results(stage);
        self.accompanied(&stage.steps);
        if let Some(repeat) = &stage.repeat {
            self.accompanied(&repeat.steps);
        }
        self.steps(&stage.steps, stage.over_points);
        if let Some(repeat) = &stage.repeat {
            self.repeat(repeat);
            self.steps(&repeat.steps, stage.over_points);
        }
    }

    /// A sample accompanies the taking of a reading among the same actions.
    fn accompanied(&self, steps: &[Step]) {
        let taken: Vec<&str> = steps
            .iter()
            .filter(|step| matches!(step.action, Action::Divert { .. } | Action::Count(_)))
            .filter_map(|step| step.action.into_reading())
            .collect();
        for step in steps {
            let Action::Sample { during, .. } = &step.action else { continue };
            if taken.contains(&during.as_str()) {
                continue;
            }
            let finding = Diagnostic::error(
                finding::SAMPLE_DURING,
                format!("no `divert` or `count` beside this sample takes the reading `{during}`"),
            )
            .at(step.place.clone());
            self.source.report(match nearest(during, taken.iter().copied()) {
                Some(near) => finding.hint(format!("did you mean `{near}`?")),
                None => finding,
            });
        }
    }

    /// `ran('ID')` names a stage. The function takes a text, so the name is no
    /// symbol: it is looked for in the words of the condition.
    fn ran(&self, when: &Formula) {
        for piece in when.text.split("ran(").skip(1) {
            let quoted = piece.trim_start().split(['\'', '"']).nth(1);
            let Some(id) = quoted.filter(|id| self.procedure.stage(id).is_none()) else { continue };
            let finding =
                Diagnostic::error(finding::STAGE_UNKNOWN, format!("there is no stage `{id}`"))
                    .at(when.place.clone());
            let known = self.procedure.stages.iter().map(|stage| stage.id.as_str());
            self.source.report(match nearest(id, known) {
                Some(near) => finding.hint(format!("did you mean `{near}`?")),
                None => finding,
            });
        }
    }

    /// Every model a stage yields finds its readings in that stage or before.
    fn results(&self, stage: &Stage) {
        let mut available: BTreeSet<String> = BTreeSet::new();
        for earlier in &self.procedure.stages {
            available.extend(readings(&earlier.steps));
            available.extend(earlier.repeat.iter().flat_map(|repeat| readings(&repeat.steps)));
            if earlier.id == stage.id {
                break;
            }
        }
        for name in &stage.results {
            let Some(model) = self.procedure.model(name) else {
                self.source.report(
                    Diagnostic::error(
                        finding::RESULT_UNKNOWN,
                        format!("stage `{}` yields `{name}`, and there is no such model", stage.id),
                    )
                    .at(stage.place.clone()),
                );
                continue;
            };
            for input in &model.inputs {
                let (InputSource::Reading(reading) | InputSource::Answer(reading)) = &input.source
                else {
                    continue;
                };
                if !available.contains(reading) {
                    let finding = Diagnostic::error(
                        finding::READING_UNKNOWN,
                        format!(
                            "no action up to stage `{}` yields the reading `{reading}`",
                            stage.id
                        ),
                    )
                    .at(input.place.clone())
                    .other(stage.place.clone(), "this stage evaluates the model");
                    let near = nearest(reading, available.iter().map(String::as_str));
                    self.source.report(match near {
                        Some(near) => finding.hint(format!("did you mean `{near}`?")),
                        None => finding,
                    });
                }
            }
        }
    }

    fn repeat(&self, repeat: &Repeat) {
        if repeat.max < repeat.n || repeat.more > repeat.max {
            self.source.report(
                Diagnostic::error(
                    finding::REPEAT_BOUNDS,
                    format!(
                        "{} repeats, {} more at a time, at most {}",
                        repeat.n, repeat.more, repeat.max
                    ),
                )
                .at(repeat.place.clone()),
            );
        } else if repeat.retry_if.is_some() && repeat.max == repeat.n {
            self.source.report(
                Diagnostic::error(
                    finding::REPEAT_BOUNDS,
                    "`retry_if` without a larger `max` never acts",
                )
                .at(repeat.place.clone()),
            );
        }
        if let Some(retry_if) = &repeat.retry_if {
            wanted(self.source, retry_if, &self.scopes.results, &Kind::Truth);
        }
    }
}
