//! How far a run is, by its events and the plan's prediction.

use std::collections::BTreeSet;

use etalon::{
    journal::{Body, Event},
    plan::{Plan, PlannedPoint, PlannedStage},
};
use jiff::Timestamp;

use crate::state::ProgressState;

/// What is done, and what is in hand.
#[derive(Debug, Default)]
pub(super) struct Course {
    stages: BTreeSet<String>,
    points: BTreeSet<(String, String)>,
    stage: String,
    point: String,
    /// When the point in hand, or a stage without points, began.
    began: Option<Timestamp>,
}

pub(super) fn read(plan: &Plan, events: &[Event]) -> Course {
    let mut course = Course::default();
    for event in events {
        match &event.body {
            Body::StageStarted { stage } => course.begin(event, stage, ""),
            Body::PointStarted { stage, point } => {
                course.points.remove(&(stage.clone(), point.clone()));
                course.begin(event, stage, point);
            }
            Body::PointFinished { stage, point } => {
                course.points.insert((stage.clone(), point.clone()));
                course.began = None;
            }
            Body::StageFinished { stage } | Body::StageSkipped { stage, .. } => {
                course.finish(plan, stage);
            }
            _ => {}
        }
    }
    course
}

impl Course {
    fn begin(&mut self, event: &Event, stage: &str, point: &str) {
        (self.stage, self.point) = (stage.to_owned(), point.to_owned());
        self.began = event.at.parse().ok();
    }

    fn finish(&mut self, plan: &Plan, stage: &str) {
        self.stages.insert(stage.to_owned());
        let of_stage = plan.stages.iter().filter(|planned| planned.id == stage);
        for point in of_stage.flat_map(|planned| &planned.points) {
            self.points.insert((stage.to_owned(), point.id.clone()));
        }
        self.began = None;
    }

    /// Whether a point is complete.
    pub(super) fn is_done(&self, stage: &str, point: &str) -> bool {
        self.points.contains(&(stage.to_owned(), point.to_owned()))
    }

    /// How far the run is when its own clock shows `now`.
    pub(super) fn progress(&self, plan: &Plan, now: Option<&str>) -> ProgressState {
        let mut done_s = 0.0;
        let mut points_done = 0;
        for (stage, point) in planned(plan) {
            if self.is_done(&stage.id, &point.id) {
                done_s += point.predicted_s;
                points_done += usize::from(!point.id.is_empty());
            } else if (&self.stage, &self.point) == (&stage.id, &point.id) {
                // A step that takes longer than predicted does not eat the time of the next.
                done_s += self.elapsed_s(now).clamp(0.0, point.predicted_s);
            }
        }
        let total_s = plan.duration_s;
        let place = [self.stage.as_str(), self.point.as_str()];
        let place = place.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
        ProgressState {
            share: if total_s > 0.0 { (done_s / total_s).clamp(0.0, 1.0) } else { 0.0 },
            remaining_s: (total_s - done_s).max(0.0),
            points_done,
            step: place.join(" / "),
        }
    }

    fn elapsed_s(&self, now: Option<&str>) -> f64 {
        let now: Option<Timestamp> = now.and_then(|now| now.parse().ok());
        now.zip(self.began).map_or(0.0, |(now, began)| now.duration_since(began).as_secs_f64())
    }
}

fn planned(plan: &Plan) -> impl Iterator<Item = (&PlannedStage, &PlannedPoint)> {
    plan.stages.iter().flat_map(|stage| stage.points.iter().map(move |point| (stage, point)))
}
