//! A plan made: everything is bound, expanded, checked and predicted, or refused.

use std::collections::{BTreeMap, BTreeSet};

use etalon_procedures::procedure::{Activity, Procedure, Resume, Stage, StageKind};
use etalon_uncertainty::quantity::Quantity;
use etalon_uncertainty::text::Text;

use super::adviser;
use super::bind::{self, Bound, Equipment};
use super::choices::Choices;
use super::lines::Lines;
use super::names::Desk;
use super::ready::{self, Ready, table};
use super::refusal::{PlanError, line};
use super::table::Table;
use super::{
    BenchMark, Plan, PlanEntry, PlannedItem, PlannedPoint, PlannedRepeat, PlannedStage,
    ProcedureMark, SCHEMA, duration, further, hold, setpoints, standards, surroundings, templates,
    when,
};
use crate::item::Item;

/// Points from which on two threads share the results.
/// Chosen: below, starting a thread takes longer than it saves.
const SHARED: usize = 100;

/// What a plan is made of.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    /// The procedure, checked.
    pub procedure: &'a Procedure,
    /// Its text, for the places of findings.
    pub text: &'a str,
    /// Bench, register, catalogue, day.
    pub equipment: Equipment<'a>,
    /// The items, in the order of the positions.
    pub items: &'a [Item],
    /// What the run is for.
    pub activity: Activity,
    /// Seed of the run.
    pub seed: u64,
    /// Numbers of the site, with their origin.
    pub site: &'a BTreeMap<String, (Quantity, String)>,
}

/// Makes a plan.
///
/// # Errors
/// [`PlanError`]; whether it is a wrong request or a rule of the laboratory says
/// [`PlanError::is_rule`].
pub fn make(wanted: &Wanted<'_>) -> Result<Plan, PlanError> {
    let mut choices = Choices::default();
    let mut refusals: Vec<PlanError> = Vec::new();
    // An instrument that turns out not to serve at every point leaves its role to the next one.
    loop {
        let refused = match attempt(wanted, &choices) {
            Ok(plan) => return Ok(plan),
            Err(refused) => refused,
        };
        if choices.exclude(&refused) {
            refusals.push(refused);
            continue;
        }
        let refused = nobody_left(wanted, &refused, &refusals).unwrap_or(refused);
        return Err(adviser::advised(wanted, &choices, refused));
    }
}

/// What is said where every instrument of a role was tried: the refusal of the only one, or what
/// was found against each.
fn nobody_left(wanted: &Wanted<'_>, last: &PlanError, refusals: &[PlanError]) -> Option<PlanError> {
    let (PlanError::NoInstrument { role, .. } | PlanError::Rule { role, .. }) = last else {
        return None;
    };
    let blames = |refusal: &&PlanError| refusal.blame().is_some_and(|blame| blame.role == *role);
    let own: Vec<&PlanError> = refusals.iter().filter(blames).collect();
    let [first, others @ ..] = own.as_slice() else { return None };
    if others.is_empty() {
        return Some((*first).clone());
    }
    let each = own.iter().filter_map(|refusal| Some((refusal.blame()?.instrument, refusal.text())));
    let each: Vec<_> = each.collect();
    let en = each.iter().map(|(instrument, said)| format!("{instrument}: {}", said.en()));
    let zh = each.iter().map(|(instrument, said)| format!("{instrument}：{}", said.zh()));
    let reasons = Text::new(en.collect::<Vec<_>>().join("; "), zh.collect::<Vec<_>>().join("；"));
    let place = wanted.procedure.role(role).map_or(1, |role| line(wanted.text, &role.place));
    Some(PlanError::NoneServes {
        bench: wanted.equipment.bench.id.clone(),
        role: role.clone(),
        line: place,
        reasons: Box::new(reasons),
        by_rule: own.iter().all(|refusal| refusal.is_rule()),
    })
}

/// One attempt at a plan.
///
/// # Errors
/// [`PlanError`]: the first thing that stands against it.
pub(super) fn attempt(wanted: &Wanted<'_>, choices: &Choices) -> Result<Plan, PlanError> {
    let Wanted { procedure, text, equipment, activity, .. } = *wanted;
    if procedure.decision(activity).is_none() || !procedure.activities.contains(&activity) {
        return Err(PlanError::NoActivity {
            procedure: procedure.id.clone(),
            activity: activity.word().to_owned(),
        });
    }
    let positions = positions(wanted)?;
    let bound = bind::roles(procedure, text, equipment, (&positions, choices))?;
    let lines = Lines::of(text);
    let desk = Desk { procedure, lines, equipment, bound: &bound, site: wanted.site, choices };
    let ready = ready::all(wanted, &positions, &desk)?;
    let stages = stages(&desk, &ready)?;
    let safe_state = surroundings::safe_state(&desk, &table(&desk, &ready, "safe_state", None))?;
    let mut plan = Plan {
        schema: SCHEMA.to_owned(),
        procedure: mark(procedure),
        activity: activity.word().to_owned(),
        date: equipment.date.to_string(),
        seed: wanted.seed,
        bench: BenchMark {
            id: equipment.bench.id.clone(),
            sha256: equipment.bench.sha256.clone(),
            simulated: is_simulated(equipment, &bound),
        },
        items: ready.iter().map(planned_item).collect(),
        instruments: surroundings::instruments(&desk),
        roles: bound.iter().map(Bound::binding).collect(),
        environment: surroundings::environment(&desk)?,
        stages,
        safe_state,
        entries: Vec::new(),
        across: across(wanted),
        scope: Vec::new(),
        duration_s: 0.0,
        prompts: 0,
    };
    plan.entries = entries(wanted, &desk, &ready, &plan.stages)?;
    duration::predict(&mut plan, &bound);
    Ok(plan)
}

pub(super) fn positions(wanted: &Wanted<'_>) -> Result<Vec<u32>, PlanError> {
    let bench = wanted.equipment.bench.positions.len().max(1);
    let most = bench.min(usize::try_from(wanted.procedure.item.positions.max(1)).unwrap_or(bench));
    let found = wanted.items.len();
    if found == 0 || found > most {
        return Err(PlanError::ItemCount { found, most });
    }
    let mut ids = BTreeSet::new();
    if let Some(twice) = wanted.items.iter().find(|item| !ids.insert(item.id.as_str())) {
        return Err(PlanError::ItemTwice { item: twice.id.clone() });
    }
    Ok((1_u32..).take(found).collect())
}

fn stages(desk: &Desk<'_>, ready: &[Ready<'_>]) -> Result<Vec<PlannedStage>, PlanError> {
    let mut stages = Vec::new();
    for stage in &desk.procedure.stages {
        let done = stage.same_as.as_deref().and_then(|name| desk.procedure.stage(name));
        let done = done.unwrap_or(stage);
        let ids: Vec<Option<&str>> = match (done.over_points, ready.first()) {
            (true, Some(first)) => {
                first.points.iter().map(|point| Some(point.id.as_str())).collect()
            }
            _ => vec![None],
        };
        let mut points = Vec::new();
        for id in ids {
            let table = table(desk, ready, &stage.id, id);
            points.push(point(&table, done, id)?);
        }
        if done.over_points {
            hold::add(desk, ready, &stage.id, &mut points)?;
        }
        stages.push(PlannedStage {
            id: stage.id.clone(),
            kind: stage.kind.map(|kind| kind_word(kind).to_owned()),
            results: done.results.clone(),
            points,
            when: when::conditions(desk, ready, stage)?,
        });
    }
    Ok(stages)
}

fn point<'a>(
    table: &'a Table<'a>,
    stage: &Stage,
    id: Option<&str>,
) -> Result<PlannedPoint, PlanError> {
    if id.is_some() {
        setpoints::envelope(table)?;
        standards::good_enough(table)?;
    }
    let mut steps = table.steps(&stage.steps, 0)?;
    let mut repeated = Vec::new();
    let mut repeat = PlannedRepeat { n: 1, max: 1, more: 1, retry_if: None };
    if let Some(wanted) = &stage.repeat {
        repeated = table.steps(&wanted.steps, stage.steps.len())?;
        let is_model = |path: &str| {
            let name = path.split('[').next().unwrap_or(path);
            table.desk.procedure.model(name).is_some()
        };
        let least = table.desk.choices.repeats.get(&stage.id).copied().unwrap_or(wanted.n);
        repeat = further::settled(PlannedRepeat {
            n: wanted.n.max(least),
            max: wanted.max.max(least),
            more: wanted.more,
            retry_if: wanted
                .retry_if
                .as_ref()
                .map(|formula| table.condition(formula, is_model))
                .transpose()?,
        });
    }
    // With no steps of its own a repeat repeats the whole list; so does a single
    // measurement, which is repeat 1 of 1.
    if id.is_some() && repeated.is_empty() {
        repeated = std::mem::take(&mut steps);
    }
    let seat = table.seats.first().and_then(|seat| seat.point);
    let values = seat.map(|point| {
        let names = point.values.keys();
        let text = |name: &String| Some((name.clone(), point.text(table.desk.procedure, name)?));
        names.filter_map(text).collect()
    });
    Ok(PlannedPoint {
        id: id.unwrap_or_default().to_owned(),
        values: values.unwrap_or_default(),
        steps,
        repeated,
        closing: Vec::new(),
        repeat,
        predicted_s: 0.0,
    })
}

fn entries(
    wanted: &Wanted<'_>,
    desk: &Desk<'_>,
    ready: &[Ready<'_>],
    stages: &[PlannedStage],
) -> Result<Vec<PlanEntry>, PlanError> {
    let places =
        stages.iter().flat_map(|stage| stage.points.iter().map(move |point| (stage, point)));
    let places: Vec<(&PlannedStage, &PlannedPoint)> = places.collect();
    let of = |places: &[(&PlannedStage, &PlannedPoint)]| {
        let mut entries = Vec::new();
        for (stage, point) in places {
            for name in &stage.results {
                for one in ready {
                    let place = (*stage, *point, name.as_str());
                    entries.push(templates::entry(wanted, desk, one, stages, place)?);
                }
            }
        }
        Ok(entries)
    };
    if places.len() < SHARED {
        return of(&places);
    }
    // Every result is a function of its point alone: two hands make them in half the time, and they
    // are put together in the order of the points.
    let (first, second) = places.split_at(places.len() / 2);
    let (first, second) = std::thread::scope(|scope| {
        let second = scope.spawn(|| of(second));
        (of(first), second.join())
    });
    let mut entries: Vec<PlanEntry> = first?;
    entries.extend(second.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
    Ok(entries)
}

/// The procedure's text, where something in it goes across points.
fn across(wanted: &Wanted<'_>) -> String {
    let decision = wanted.procedure.decision(wanted.activity);
    let has_checks = decision.is_some_and(|decision| !decision.checks.is_empty());
    if has_checks || !wanted.procedure.derives.is_empty() {
        wanted.text.to_owned()
    } else {
        String::new()
    }
}

fn is_simulated(equipment: Equipment<'_>, bound: &[Bound<'_>]) -> bool {
    !equipment.bench.simulated().is_empty() || bound.iter().any(|bound| bound.model.is_simulated())
}

fn planned_item(one: &Ready<'_>) -> PlannedItem {
    PlannedItem {
        position: one.position,
        id: one.item.id.clone(),
        serial: one.item.serial.clone(),
        sha256: one.item.sha256.clone(),
        fields: one.fields.texts.clone(),
    }
}

fn mark(procedure: &Procedure) -> ProcedureMark {
    let unchecked = procedure.unchecked_sources();
    ProcedureMark {
        id: procedure.id.clone(),
        version: procedure.version.clone(),
        title: procedure.title.clone(),
        sha256: procedure.sha256.clone(),
        semantic_sha256: procedure.semantic_sha256.clone(),
        resume: match procedure.resume {
            Resume::Repeat => "repeat",
            Resume::Point => "point",
            Resume::Cycle => "cycle",
        }
        .to_owned(),
        measurand: procedure.measurand.as_str().to_owned(),
        unchecked_sources: unchecked.iter().map(|entry| entry.source.clone()).collect(),
        release: None,
        withdrawn: None,
    }
}

fn kind_word(kind: StageKind) -> &'static str {
    match kind {
        StageKind::AsFound => "as_found",
        StageKind::Adjust => "adjust",
        StageKind::AsLeft => "as_left",
    }
}
