//! What of a run is done already: read from its events, pure.
//!
//! The keys are stage, point, position and repeat. What is kept follows the
//! procedure's unit of resumption: a begun repeat, point or cycle is measured
//! again as a whole, because the conditions under which it began are gone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use etalon_uncertainty::evaluation::Estimate;
use jiff::Timestamp;

use crate::journal::{Body, Event};
use crate::plan::{Plan, PlanEntry};

/// Conditions as they were observed, by quantity: value and unit. All readings between two looks at
/// the room share one.
pub type Observed = Arc<BTreeMap<String, (String, String)>>;

/// A raw reading that still counts, with its place in the record.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct KeptReading {
    /// Place in the chain.
    pub sequence: u64,
    /// Stage.
    pub stage: String,
    /// Point.
    pub point: String,
    /// Position, 0 where all positions share it.
    pub position: u32,
    /// Repeat, from 1.
    pub repeat: u32,
    /// Input it serves.
    pub input: String,
    /// What was received.
    pub text: String,
    /// The number in it.
    pub value: String,
    /// Its unit.
    pub unit: String,
    /// The conditions last observed before it.
    pub conditions: Observed,
}

/// What is done.
#[derive(Clone, Debug, Default)]
pub struct Done {
    /// Stages that are complete, or were left out.
    pub stages: BTreeSet<String>,
    /// Stages that were left out.
    pub skipped: BTreeSet<String>,
    /// Points that are complete, as `(stage, point)`.
    pub points: BTreeSet<(String, String)>,
    /// Readings of complete points that count, and of begun ones that may be kept.
    pub readings: Vec<KeptReading>,
    /// Positions taken out, with the reasons.
    pub removed: BTreeMap<u32, String>,
    /// Answers by key of the prompt.
    pub answers: BTreeMap<String, String>,
    /// Readings of begun units of work, which no longer count.
    pub void: Vec<u64>,
    /// The last moment at which the bench was known to be energised.
    pub energised_until: Option<Timestamp>,
    /// The last event of the run.
    pub last: u64,
    /// The conditions as they were last observed.
    conditions: Observed,
}

impl Done {
    /// Reads the events of a run.
    #[must_use]
    pub fn read(plan: &Plan, events: &[Event]) -> Self {
        let mut done = Self::default();
        let mut is_energised = false;
        for event in events {
            done.last = event.sequence;
            done.take(event);
            match event.body {
                Body::Output { on, .. } => is_energised = on,
                Body::SafeState { .. } => is_energised = false,
                _ => {}
            }
            if is_energised {
                done.energised_until = event.at.parse().ok().or(done.energised_until);
            }
        }
        done.drop_begun_units(plan);
        done
    }

    /// The readings that count, whatever became of their points.
    #[must_use]
    pub fn kept_readings(events: &[Event]) -> Vec<KeptReading> {
        let mut done = Self::default();
        for event in events {
            done.take(event);
        }
        done.readings
    }

    fn take(&mut self, event: &Event) {
        match &event.body {
            Body::StageFinished { stage } => {
                self.stages.insert(stage.clone());
            }
            Body::StageSkipped { stage, .. } => {
                self.stages.insert(stage.clone());
                self.skipped.insert(stage.clone());
            }
            Body::Condition { quantity, value, unit, .. } => {
                let conditions = Arc::make_mut(&mut self.conditions);
                conditions.insert(quantity.clone(), (value.clone(), unit.clone()));
            }
            Body::PointFinished { stage, point } => {
                self.points.insert((stage.clone(), point.clone()));
            }
            Body::PositionRemoved { position, reason, .. } => {
                self.removed.insert(*position, reason.clone());
            }
            Body::Answer { id, value, .. } => {
                self.answers.insert(id.clone(), value.clone());
            }
            Body::Voided { sequence, .. } => {
                self.readings.retain(|reading| reading.sequence != *sequence);
            }
            Body::Reading { stage, point, position, repeat, input, text, value, unit, .. } => {
                self.readings.push(KeptReading {
                    sequence: event.sequence,
                    stage: stage.clone(),
                    point: point.clone(),
                    position: *position,
                    repeat: *repeat,
                    input: input.clone(),
                    text: text.clone(),
                    value: value.clone(),
                    unit: unit.clone(),
                    conditions: self.conditions.clone(),
                });
            }
            _ => {}
        }
    }

    /// Readings of units of work that were begun and not finished are void.
    fn drop_begun_units(&mut self, plan: &Plan) {
        let unit = plan.procedure.resume.as_str();
        if unit == "cycle" {
            // A cycle is a whole stage: points of an unfinished one count for nothing.
            self.points.retain(|(stage, _)| self.stages.contains(stage));
        }
        self.forget_answers(plan, unit == "repeat");
        let whole = self.whole_repeats(plan);
        let (kept, begun) = std::mem::take(&mut self.readings).into_iter().partition(|reading| {
            let key = (reading.stage.clone(), reading.point.clone());
            // What a finished stage read before the points stands, as its answers do.
            self.points.contains(&key)
                || (reading.point.is_empty() && self.stages.contains(&reading.stage))
                || (unit == "repeat" && whole.contains(&(key.0, key.1, reading.repeat)))
        });
        self.readings = kept;
        self.void = begun.iter().map(|reading: &KeptReading| reading.sequence).collect();
    }

    /// An answer given at a point that is measured again is asked for again. Within a point that
    /// goes on by repeats the answers of its repeats stand.
    fn forget_answers(&mut self, plan: &Plan, keeps_repeats: bool) {
        let points = &self.points;
        let of_begun_point = |key: &str| {
            let mut parts = key.split('/');
            let (stage, _, point) = (parts.next(), parts.next(), parts.next());
            let (Some(stage), Some(point)) = (stage, point) else { return false };
            let planned = plan.stages.iter().find(|planned| planned.id == stage);
            let is_point =
                planned.is_some_and(|stage| stage.points.iter().any(|one| one.id == point));
            is_point && !points.contains(&(stage.to_owned(), point.to_owned()))
        };
        self.answers.retain(|key, _| !of_begun_point(key) || (keeps_repeats && key.contains("/#")));
    }

    /// Repeats from which a result can be computed at every position that takes part. A repeat
    /// that was broken off has some of its readings, and is taken again with all of them.
    fn whole_repeats(&self, plan: &Plan) -> BTreeSet<(String, String, u32)> {
        let begun: BTreeSet<(String, String, u32)> = self
            .readings
            .iter()
            .map(|reading| (reading.stage.clone(), reading.point.clone(), reading.repeat))
            .collect();
        let read: BTreeSet<Read<'_>> = self.readings.iter().map(Read::of).collect();
        let is_whole = |(stage, point, repeat): &(String, String, u32)| {
            let items = plan.items.iter().map(|item| item.position);
            let mut wanted = items.filter(|position| !self.removed.contains_key(position));
            wanted.all(|position| {
                plan.entries_at(stage, point, position).all(|entry| has(&read, entry, *repeat))
            })
        };
        begun.iter().filter(|one| is_whole(one)).cloned().collect()
    }

    /// Whether a point needs nothing any more.
    #[must_use]
    pub fn has_point(&self, stage: &str, point: &str) -> bool {
        self.points.contains(&(stage.to_owned(), point.to_owned()))
    }

    /// The readings of a point that count.
    #[must_use]
    pub fn readings_at(&self, stage: &str, point: &str) -> Vec<KeptReading> {
        let here = |reading: &&KeptReading| reading.stage == stage && reading.point == point;
        self.readings.iter().filter(here).cloned().collect()
    }
}

/// Where a reading was taken and what it serves.
#[derive(Eq, Ord, PartialEq, PartialOrd)]
struct Read<'a> {
    place: (&'a str, &'a str),
    repeat: u32,
    input: &'a str,
    position: u32,
}

impl<'a> Read<'a> {
    fn of(reading: &'a KeptReading) -> Self {
        let KeptReading { stage, point, repeat, input, position, .. } = reading;
        Self { place: (stage, point), repeat: *repeat, input, position: *position }
    }
}

/// Whether everything that differs between repeats was read in this one.
fn has(read: &BTreeSet<Read<'_>>, entry: &PlanEntry, repeat: u32) -> bool {
    let inputs = entry.evaluation.inputs.iter();
    let differing = inputs.filter(|input| input.each_repeat && input.estimate == Estimate::Reading);
    let mut names = differing.filter_map(|input| entry.readings.get(&input.name));
    names.all(|name| {
        let place = (entry.stage.as_str(), entry.point.as_str());
        let at = |position| read.contains(&Read { place, repeat, input: name, position });
        at(entry.position) || at(0)
    })
}
