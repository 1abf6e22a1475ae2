//! Characterisation runs: what repeats under one load scatter by, and whether the bench file says so.
//!
//! Where in the period of the mains a pulse falls decides how much two readings of one meter scatter, so
//! one meter alone may show anything from nothing to 1.4 times what its kind shows. Ten repeats of each
//! meter of the row are pooled over rows of the kind, as a laboratory pools them over a year. Nothing
//! but counts of the reference's pulses is looked at.

use etalon_fixtures::physics::electricity::ac_power::Cause;
use etalon_fixtures::physics::electricity::gate::GateState;
use etalon_fixtures::physics::electricity::three_phase::reference::Kind;
use etalon_fixtures::world::gates::Gates;
use etalon_fixtures::world::{self, World};

use crate::population::{self, Row};

/// Repeats of each meter.
const REPEATS: u32 = 10;
/// Seconds after a change of the load until it has settled, with the reference's range.
const SETTLED_S: f64 = 10.0;
/// Voltage to neutral under which meters are characterised, V: that of three-wire meters is a third of the
/// root of three of the one on their plates.
fn voltage_v(world: &World) -> f64 {
    if world.kind() == world::Kind::ThreeWire { 100.0 / 3f64.sqrt() } else { 220.0 }
}

/// A load under which meters were characterised, and the pulses of one reading.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Condition {
    /// Currents of L1, L2, L3, A; a single-phase bench has the first alone.
    pub(crate) currents_a: [f64; 3],
    /// Angle, degrees, positive when the current lags.
    pub(crate) phase_deg: f64,
    /// Pulses of the meter in one reading.
    pub(crate) pulses: u32,
    /// Which energy reference and heads count; a single-phase bench has the active alone.
    pub(crate) energy: Kind,
}

/// Pooled standard deviation of one reading, in % of it, over rows with the seeds from 1.
pub(crate) fn pooled_percent(bench: &str, row: Row, under: Condition, rows: u64) -> f64 {
    let text = population::world(bench, row);
    let mut variances = Vec::new();
    for seed in 1..=rows {
        let mut world = World::from_toml(&text, seed).unwrap();
        energise(&mut world, under);
        let repeats: Vec<Vec<f64>> =
            (0..REPEATS).map(|_| one_reading(&mut world, under.pulses)).collect();
        for position in 0..usize::from(world.positions()) {
            variances.push(variance(&repeats.iter().map(|row| row[position]).collect::<Vec<_>>()));
        }
    }
    100.0 * (variances.iter().sum::<f64>() / variances.len() as f64).sqrt()
}

/// Square of the relative experimental standard deviation (GUM 4.2.2).
fn variance(counts: &[f64]) -> f64 {
    let n = counts.len() as f64;
    let mean = counts.iter().sum::<f64>() / n;
    counts.iter().map(|one| (one / mean - 1.0) * (one / mean - 1.0)).sum::<f64>() / (n - 1.0)
}

fn energise(world: &mut World, under: Condition) {
    let voltage_v = voltage_v(world);
    let obeyed = if let Some(bench) = world.three_phase_mut() {
        let obeyed = bench.set_source(|source| {
            let mut all = source.set_frequency(50.0);
            for (number, amps) in under.currents_a.into_iter().enumerate() {
                let phase = source.phase_mut(number).unwrap();
                all &= phase.voltage.set(voltage_v) && phase.current.set(amps);
                all &= phase.set_phase(under.phase_deg);
            }
            all
        });
        bench.reference_mut().set_kind(under.energy);
        for position in 1..=bench.channels() {
            bench.choose_lamp(position, under.energy);
        }
        bench.switch_output(true, Cause::Command);
        obeyed
    } else {
        let bench = world.meters_mut().unwrap();
        let [amps, ..] = under.currents_a;
        let obeyed = bench.set_source(|source| {
            let set = source.voltage.set(voltage_v) && source.current.set(amps);
            set && source.set_phase(under.phase_deg)
        });
        bench.switch_output(true, Cause::Command);
        obeyed
    };
    assert!(obeyed, "{under:?}");
    wait(world, SETTLED_S);
}

fn wait(world: &mut World, seconds: f64) {
    let until_s = world.time_s() + seconds;
    world.advance_to((until_s * 1e6) as u64);
}

/// One reading at every position: what the gates hold.
fn one_reading(world: &mut World, pulses: u32) -> Vec<f64> {
    let channels = 1..=world.positions();
    for channel in channels.clone() {
        let gate = gates(world).gate_mut(channel).unwrap();
        gate.configure(pulses);
        gate.arm();
    }
    let done = |gates: &mut dyn Gates| {
        channels.clone().all(|channel| gates.gate(channel).unwrap().state() == GateState::Done)
    };
    while !done(gates(world)) {
        wait(world, 1.0);
    }
    channels.map(|channel| gates(world).gate(channel).unwrap().result().count as f64).collect()
}

fn gates(world: &mut World) -> &mut dyn Gates {
    match world {
        World::Meters(bench) => bench.as_mut(),
        World::ThreePhase(bench) => bench.as_mut(),
        _ => panic!("no bench of meters"),
    }
}
