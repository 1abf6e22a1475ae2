//! The adviser: which single change would let a plan meet the requirement that it misses.
//!
//! Every change is tried, not estimated: the plan is made again with it, and only a change with
//! which the whole plan can be carried out is named. The order is that of cost, the cheapest first:
//!
//! | # | change                                         | what it costs                          |
//! |--:|------------------------------------------------|----------------------------------------|
//! | 1 | another range of the same standard             | a word in the bench file               |
//! | 2 | another standard that the bench has            | its order in the bench file            |
//! | 3 | more repeats                                   | time of every run, told with it        |
//! | 4 | another standard of the register               | mounting it and a new bench file       |
//! | 5 | without the points where it is missed          | results that somebody asked for        |
//!
//! Chosen: this order. A choice among what stands on the bench costs nothing at the bench; repeats
//! cost time at every run; fetching another standard costs an hour once; a point less is no longer
//! what was ordered.

use std::fmt;

use etalon_uncertainty::text::Text;

use super::Plan;
use super::bind::{self, Bound};
use super::choices::Choices;
use super::make::{self, Wanted};
use super::refusal::{Blame, PlanError};

/// Most repeats that are advised.
/// Chosen: twenty; beyond that the spread of the mean hardly falls.
const MOST_REPEATS: u32 = 20;

/// Seconds of a minute. Definition.
const MINUTE_S: f64 = 60.0;

/// What kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Another range of the same standard.
    Range,
    /// Another standard of the bench.
    Standard,
    /// More repeats.
    Repeats,
    /// Another standard of the register.
    Register,
    /// Some points less.
    Points,
}

/// One change that helps.
#[derive(Clone, Debug, PartialEq)]
pub struct Advised {
    /// What kind.
    pub change: Change,
    /// What to do, for people.
    pub text: Text,
}

/// What helps, the cheapest first; nothing where no single change does.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Advice {
    /// The changes.
    pub changes: Vec<Advised>,
}

impl Advice {
    /// The advice in both languages.
    #[must_use]
    pub fn text(&self) -> Text {
        let Some((first, others)) = self.changes.split_first() else {
            return Text::new(
                "no single change helps: no other range, no other standard of bench or register, \
                 no number of repeats up to 20, and no points less",
                "没有单独一项改动能解决：其他量程、装置或台账中的其他标准器、重复至 20 次、减少检定点均无效",
            );
        };
        let mut text = Text::new(
            format!("cheapest change: {}", first.text.en()),
            format!("代价最小的改动：{}", first.text.zh()),
        );
        for other in others {
            text.en.push_str(&format!("; or {}", other.text.en()));
            text.zh.push_str(&format!("；或：{}", other.text.zh()));
        }
        text
    }
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().en())
    }
}

/// The refusal with what would help, where it is about a requirement that is missed.
pub(super) fn advised(wanted: &Wanted<'_>, choices: &Choices, refused: PlanError) -> PlanError {
    if refused.missed_at().is_none() {
        return refused;
    }
    // An instrument that was taken out before is no reason to advise nothing.
    let advice = Adviser { wanted, choices }.advice(&refused);
    PlanError::Advised { source: Box::new(refused), advice }
}

struct Adviser<'a, 'w> {
    wanted: &'a Wanted<'w>,
    choices: &'a Choices,
}

impl Adviser<'_, '_> {
    fn advice(&self, refused: &PlanError) -> Advice {
        // The instrument that was blamed last is the one that a change is looked for.
        let mut before = self.choices.clone();
        if let Some(blame) = refused.blame() {
            before.excluded.retain(|(known, _)| *known != blame);
        }
        let positions = make::positions(self.wanted).unwrap_or_default();
        let Wanted { procedure, text, equipment, .. } = *self.wanted;
        let bound = bind::roles(procedure, text, equipment, (&positions, &before));
        let bound = bound.unwrap_or_default();
        let mut changes = self.ranges(&before, &bound);
        changes.extend(self.standards(&before, &bound));
        changes.extend(self.repeats(&before, refused));
        changes.extend(self.register(&before, &bound));
        if changes.is_empty() {
            changes.extend(self.points(&before));
        }
        Advice { changes }
    }

    fn works(&self, choices: &Choices) -> Option<Plan> {
        make::attempt(self.wanted, choices).ok()
    }

    fn ranges(&self, before: &Choices, bound: &[Bound<'_>]) -> Vec<Advised> {
        let mut helpful = Vec::new();
        for bound in bound {
            for range in ranges(bound) {
                let mut trial = before.clone();
                trial.ranges.insert(bound.instrument.id.clone(), range.clone());
                if self.works(&trial).is_none() {
                    continue;
                }
                let (id, role) = (&bound.instrument.id, &bound.role.name);
                helpful.push(Advised {
                    change: Change::Range,
                    text: Text::new(
                        format!(
                            "range {range} of {id} for role {role} (write `range = \"{range}\"` for it in the bench file)"
                        ),
                        format!(
                            "`{role}` 改用 {id} 的 {range} 量程（在装置文件中写 `range = \"{range}\"`）"
                        ),
                    ),
                });
            }
        }
        helpful
    }

    fn standards(&self, before: &Choices, bound: &[Bound<'_>]) -> Vec<Advised> {
        let mut helpful = Vec::new();
        for bound in bound {
            let reason = Text::new("tried without it", "试用其他仪器");
            let mut trial = before.clone();
            trial.excluded.push((bound.blame(), reason.clone()));
            while let Some(other) = self.serves(&trial, &bound.role.name) {
                if self.works(&trial).is_some() {
                    let role = &bound.role.name;
                    helpful.push(Advised {
                        change: Change::Standard,
                        text: Text::new(
                            format!(
                                "{other} for role {role} (put it before {} in the bench file)",
                                bound.instrument.id
                            ),
                            format!(
                                "`{role}` 改用 {other}（在装置文件中置于 {} 之前）",
                                bound.instrument.id
                            ),
                        ),
                    });
                }
                let blame = Blame { role: bound.role.name.clone(), instrument: other };
                trial.excluded.push((blame, reason.clone()));
            }
        }
        helpful
    }

    /// Who would play a role.
    fn serves(&self, choices: &Choices, role: &str) -> Option<String> {
        let Wanted { procedure, text, equipment, .. } = *self.wanted;
        let positions = make::positions(self.wanted).ok()?;
        let bound = bind::roles(procedure, text, equipment, (&positions, choices)).ok()?;
        let own = bound.iter().find(|bound| bound.role.name == role)?;
        Some(own.instrument.id.clone())
    }

    fn repeats(&self, before: &Choices, refused: &PlanError) -> Option<Advised> {
        let PlanError::RequirementMissed(miss) = refused else { return None };
        let own = self.wanted.procedure.stage(&miss.stage)?;
        let done = own.same_as.as_deref().and_then(|name| self.wanted.procedure.stage(name));
        let least = done.unwrap_or(own).repeat.as_ref().map_or(1, |repeat| repeat.n);
        (least + 1..=MOST_REPEATS).find_map(|n| {
            let mut trial = before.clone();
            for stage in &self.wanted.procedure.stages {
                trial.repeats.insert(stage.id.clone(), n);
            }
            let plan = self.works(&trial)?;
            let minutes = plan.duration_s / MINUTE_S;
            Some(Advised {
                change: Change::Repeats,
                text: Text::new(
                    format!("{n} repeats instead of {least} (the run then takes {minutes:.0} min)"),
                    format!("重复次数由 {least} 增至 {n}（全程约需 {minutes:.0} min）"),
                ),
            })
        })
    }

    fn register(&self, before: &Choices, bound: &[Bound<'_>]) -> Vec<Advised> {
        let equipment = self.wanted.equipment;
        let on_bench = |id: &str| {
            equipment.bench.instruments.iter().any(|own| own.standard.as_deref() == Some(id))
        };
        let mut helpful = Vec::new();
        for bound in bound.iter().filter(|bound| bound.standard.is_some()) {
            let can = |functions: &[String]| {
                bound.role.can.iter().any(|taxon| functions.iter().any(|own| own == taxon.as_str()))
            };
            let others = equipment.register.standards();
            for other in others.filter(|own| !on_bench(&own.id) && can(&own.functions)) {
                let mut trial = before.clone();
                trial.standards.insert(bound.instrument.id.clone(), other.id.clone());
                if self.works(&trial).is_none() {
                    continue;
                }
                let (id, role) = (&other.id, &bound.role.name);
                let place = &other.location;
                helpful.push(Advised {
                    change: Change::Register,
                    text: Text::new(
                        format!("{id} of the register for role {role} ({place})"),
                        format!("`{role}` 改用设备台账中的 {id}（{place}）"),
                    ),
                });
            }
        }
        helpful
    }

    /// The points where it is missed, left out one after the other until the rest can be measured.
    fn points(&self, before: &Choices) -> Option<Advised> {
        let mut trial = before.clone();
        let mut left = Vec::new();
        loop {
            let refused = match make::attempt(self.wanted, &trial) {
                Ok(plan) if plan.entries.is_empty() => return None,
                Ok(_) => break,
                Err(refused) => refused,
            };
            let at = refused.missed_at()?;
            let point = at.split_once('/').map_or(at.as_str(), |(_, point)| point).to_owned();
            if !trial.without.insert(point.clone()) {
                return None;
            }
            left.push(point);
        }
        if left.is_empty() {
            return None;
        }
        let points = left.join(", ");
        Some(Advised {
            change: Change::Points,
            text: Text::new(
                format!("everything but {points} can be measured as it is"),
                format!("除 {points} 外，其余各点可按原计划测量"),
            ),
        })
    }
}

/// The ranges of a standard that are not used: those of its specification for the role, and those
/// that its certificate is keyed by.
fn ranges(bound: &Bound<'_>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    if let Some(sheet) = bound.sheet {
        for taxon in &bound.role.can {
            found.extend(sheet.specification.ranges(taxon.as_str()));
        }
    }
    if let Some(calibration) = bound.standard.and_then(|standard| standard.calibration().ok()) {
        found.extend(calibration.table.words("range"));
    }
    let mut ranges: Vec<String> = Vec::new();
    for range in found {
        if bound.range.as_ref() != Some(&range) && !ranges.contains(&range) {
            ranges.push(range);
        }
    }
    ranges
}
