//! How long a run is expected to take: every step in order, with where it leaves the bench.
//!
//! What is counted: what the procedure waits, the way of what is moved at its rate and until it is
//! at rest, the pulses of the slowest position with the wait for the first of them, the looks
//! that find out, and the further repeats that may be expected. What is not: the operator's time for
//! an answer, and stages that only results can ask for.

use std::collections::BTreeMap;

use etalon_uncertainty::quantity::Quantity;
use etalon_uncertainty::unit::Unit;

use super::bind::Bound;
use super::further::Further;
use super::prediction::carried;
use super::step::{Approach, Drain, Gate, Ramp, Vent};
use super::watched::Watched;
use super::{Plan, PlanEntry, PlannedPoint, Step, looks};

/// Time from the end of the way to the last look that finds a quantity at rest, in seconds.
/// Chosen: five looks a second apart and three time constants of a pressure controller (0.8 s,
/// pressure dossier 10.1).
const TO_REST_S: f64 = 7.0;
/// The looks after which an indication counts as stable, in seconds. See `engine::action::reading`.
/// Chosen: four intervals of one second between five looks.
const TO_STABLE_S: f64 = 4.0;
/// Rate at which a weighing tank empties, in kg/s, where nobody states it.
/// Chosen: 600 kg in half a minute, as a bottom valve of 150 mm does.
const DRAIN_KG_PER_S: f64 = 20.0;
/// Density of water, near enough for a duration, in kg/m^3.
/// Definition: the nominal one.
const WATER_KG_PER_M3: f64 = 1000.0;
/// A movement may take so many times its expected time, and so many seconds more.
/// Chosen: three times and a minute.
const PATIENCE: (f64, f64) = (3.0, 60.0);

/// Where the bench stands in the course of the plan.
#[derive(Default)]
struct Prospect {
    /// Seconds since the beginning.
    now_s: f64,
    /// When what was set last is settled.
    settled_s: f64,
    /// What stands, by role and quantity, in coherent SI.
    standing: BTreeMap<(String, String), f64>,
    /// What the catalogue says about settling, by role and quantity, in seconds.
    settling_s: BTreeMap<(String, String), f64>,
}

/// Fills in the predicted duration of every point and of the run, what every movement is expected
/// to take, and the number of questions.
pub(super) fn predict(plan: &mut Plan, bound: &[Bound<'_>]) {
    let positions = plan.items.len();
    let mut bench = Prospect { settling_s: settling(bound), ..Prospect::default() };
    let mut prompts = 0;
    let mut duration_s = 0.0;
    let mut further = Further::default();
    let results = by_place(&plan.entries);
    for stage in &mut plan.stages {
        let began_s = bench.now_s;
        for point in &mut stage.points {
            let own = results.get(&(stage.id.as_str(), point.id.as_str()));
            let own = own.into_iter().flatten().copied();
            let more = further.expected(&point.repeat, own);
            point.predicted_s = carried(bench.point(point, more));
            let once = point.steps.iter().chain(&point.closing);
            let once: usize = once.map(|step| step.prompts(positions)).sum();
            let each: usize = point.repeated.iter().map(|step| step.prompts(positions)).sum();
            if stage.when.is_empty() {
                prompts += once + each * usize::try_from(point.repeat.n).unwrap_or(1);
            }
        }
        if stage.when.is_empty() {
            duration_s += bench.now_s - began_s;
        }
    }
    for step in &mut plan.safe_state.steps {
        bench.step(step);
    }
    plan.duration_s = carried(duration_s);
    plan.prompts = prompts + plan.instruments.iter().filter(|one| one.is_by_hand()).count();
}

/// The results of every point of every stage.
fn by_place(entries: &[PlanEntry]) -> BTreeMap<(&str, &str), Vec<&PlanEntry>> {
    let mut places: BTreeMap<(&str, &str), Vec<&PlanEntry>> = BTreeMap::new();
    for entry in entries {
        places.entry((&entry.stage, &entry.point)).or_default().push(entry);
    }
    places
}

fn settling(bound: &[Bound<'_>]) -> BTreeMap<(String, String), f64> {
    let mut settling = BTreeMap::new();
    for bound in bound {
        for quantity in &bound.role.quantities {
            if let Some(setting) = bound.model.setting(&quantity.name) {
                let key = (bound.role.name.clone(), quantity.name.clone());
                settling.insert(key, setting.settling.as_secs_f64());
            }
        }
    }
    settling
}

impl Prospect {
    /// Seconds of a point at which so many further repeats are expected; each takes as long as the
    /// last of the first ones.
    fn point(&mut self, point: &mut PlannedPoint, further: f64) -> f64 {
        let began_s = self.now_s;
        for step in &mut point.steps {
            self.step(step);
        }
        let mut last_s = 0.0;
        for _ in 0..point.repeat.n {
            let repeat_s = self.now_s;
            for step in &mut point.repeated {
                self.step(step);
            }
            last_s = self.now_s - repeat_s;
        }
        self.pass(further * last_s);
        for step in &mut point.closing {
            self.step(step);
        }
        self.now_s - began_s
    }

    fn pass(&mut self, seconds: f64) {
        self.now_s += seconds.max(0.0);
    }

    fn step(&mut self, step: &mut Step) {
        match step {
            Step::Set { role, settings } => self.set(role, settings),
            Step::Ramp(ramp) => self.ramp(ramp),
            Step::Approach(approach) => self.approach(approach),
            Step::Exercise(exercise) => {
                for _ in 0..exercise.times {
                    self.approach(&mut exercise.out);
                    self.approach(&mut exercise.back);
                }
            }
            Step::Vent(vent) => self.vent(vent),
            Step::Divert(divert) => self.divert(divert.seconds),
            Step::Drain(drain) => self.drain(drain),
            Step::Hold(hold) => self.pass(hold.seconds),
            Step::Dwell { seconds, .. } => self.pass(*seconds),
            Step::Until { condition, at_least_s, at_most_s, .. } => {
                let looks = Watched::new(condition).map(|watched| watched.looks);
                let windows = looks.unwrap_or_default().into_values().map(|look| look.window_s);
                let window_s = windows.fold(0.0, f64::max);
                let settling_s = (self.settled_s - self.now_s).max(0.0);
                let sinking_s = self.sinking_s(&condition.text);
                let awaited_s = (settling_s + window_s).max(sinking_s).max(*at_least_s);
                self.pass(awaited_s.min(*at_most_s));
            }
            Step::Read { stable: true, .. } => self.pass(TO_STABLE_S),
            Step::Read { samples, .. } => {
                self.pass(f64::from(samples.saturating_sub(1)) * looks::SAMPLE_S);
            }
            Step::Count { gates, .. } => self.pass(counting_s(gates.values())),
            Step::Off { .. }
            | Step::Ask { .. }
            | Step::Confirm { .. }
            | Step::Instruct { .. }
            | Step::Check { .. }
            | Step::Note { .. } => {}
        }
    }

    /// How long a role needs to let out the volume it stands at, by its flow, where that is waited for.
    fn sinking_s(&self, condition: &str) -> f64 {
        let mut volumes = self.standing.iter().filter(|((_, quantity), _)| quantity == "v");
        let waited = |role: &str| condition.starts_with(&format!("{role}.v <"));
        let found = volumes.find(|((role, _), _)| waited(role)).and_then(|((role, _), volume)| {
            let flow = self.standing.get(&(role.clone(), "q".to_owned()))?;
            (*flow > 0.0).then(|| volume / flow)
        });
        found.unwrap_or(0.0)
    }

    fn set(&mut self, role: &str, settings: &[(String, String)]) {
        for (quantity, value) in settings {
            let key = (role.to_owned(), quantity.clone());
            let Ok(value) = Quantity::parse(value) else { continue };
            if self.standing.insert(key.clone(), value.si()) != Some(value.si()) {
                let settling_s = self.settling_s.get(&key).copied().unwrap_or(0.0);
                self.settled_s = self.settled_s.max(self.now_s + settling_s);
            }
        }
    }

    /// Where a quantity stands before it is moved to a value, and its way there in the unit of the
    /// value.
    fn way(&mut self, role: &str, quantity: &str, to: &str) -> f64 {
        let Ok(to) = Quantity::parse(to) else { return 0.0 };
        let key = (role.to_owned(), quantity.to_owned());
        let from = self.standing.insert(key, to.si()).unwrap_or(0.0);
        (to.value() - to.unit().from_si(from)).abs()
    }

    /// The rate at which a role moves a quantity by itself, in a unit per second.
    fn slew(&self, role: &str, unit: &Unit) -> Option<f64> {
        let slew = self.standing.get(&(role.to_owned(), "slew".to_owned()))?;
        Some(unit.interval_from_si(*slew)).filter(|slew| *slew > 0.0)
    }

    fn ramp(&mut self, ramp: &mut Ramp) {
        let way = self.way(&ramp.role, &ramp.quantity, &ramp.end);
        ramp.expected_s = carried(ramp.pace.per_s.map_or(0.0, |per_s| way / per_s));
        ramp.at_most_s = patience(ramp.expected_s);
        self.pass(ramp.expected_s);
    }

    fn approach(&mut self, approach: &mut Approach) {
        let way = self.way(&approach.role, &approach.quantity, &approach.target);
        let unit = Quantity::parse(&approach.target).map(|target| target.unit().clone());
        let slew = unit.ok().and_then(|unit| self.slew(&approach.role, &unit));
        let way_s = slew.map_or(approach.pace.settling_s, |slew| way / slew);
        approach.expected_s = carried(way_s + TO_REST_S);
        approach.at_most_s = patience(approach.expected_s);
        self.pass(approach.expected_s);
        self.settled_s = self.now_s;
    }

    fn vent(&mut self, vent: &mut Vent) {
        let mut expected_s = TO_REST_S;
        if let Some(down) = &mut vent.down {
            self.ramp(down);
            expected_s += down.expected_s;
        }
        vent.expected_s = carried(expected_s);
        vent.at_most_s = patience(expected_s);
        self.pass(TO_REST_S);
    }

    /// What is collected, by the flow that stands, in kilograms of water.
    fn divert(&mut self, seconds: Option<f64>) {
        let Some(seconds) = seconds else { return };
        self.pass(seconds);
        let flow = self.standing.iter().find(|((_, quantity), _)| quantity == "q");
        let collected = flow.map(|(_, flow)| flow * seconds * WATER_KG_PER_M3);
        if let Some(collected) = collected {
            self.standing.insert((String::new(), "collected".to_owned()), collected);
        }
    }

    fn drain(&mut self, drain: &mut Drain) {
        // How full the tank is by then, the flow and the time collected tell.
        let full_kg = self.standing.get(&(String::new(), "collected".to_owned()));
        let expected_s = full_kg.map_or(0.0, |kg| kg / DRAIN_KG_PER_S);
        drain.expected_s = carried(expected_s.min(drain.at_most_s));
        self.pass(drain.expected_s);
    }
}

fn patience(expected_s: f64) -> f64 {
    carried(PATIENCE.0 * expected_s + PATIENCE.1)
}

/// Seconds until the slowest of several gates is found closed. A gate opens with the first pulse
/// after it was armed: with n meters out of step the last of them waits n/(n + 1) of a period.
fn counting_s<'a>(gates: impl Iterator<Item = &'a Gate>) -> f64 {
    let gates: Vec<&Gate> = gates.collect();
    #[expect(clippy::cast_precision_loss, reason = "a handful of positions")]
    let n = gates.len() as f64;
    let one = |gate: &&Gate| {
        let period_s = gate.expected_s / f64::from(gate.pulses.max(1));
        gate.expected_s + period_s * n / (n + 1.0) + looks::at_gate_s(gate) / 2.0
    };
    gates.iter().map(one).fold(0.0, f64::max)
}
