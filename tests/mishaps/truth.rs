//! Accepted readings beside what only the world knows: each must be the indication of a gate or a
//! collection that really was, under the load that its point asks for.

use std::collections::BTreeMap;

use etalon::{
    engine::resume::{Done, KeptReading},
    journal::Event,
};
use serde_json::Value;

use crate::laboratory::is;

pub(crate) mod others;

/// Current and phase of the four points: I_max = 60 A, I_b = 5 A of the demonstration's meters.
const LOADS: [(&str, f64, f64); 4] =
    [("imax-1", 60.0, 0.0), ("imax-05L", 60.0, 60.0), ("ib-1", 5.0, 0.0), ("ib-05L", 5.0, 60.0)];
/// How far the source may be from its setting: a part in a hundred, a degree.
const LOAD_WITHIN: (f64, f64) = (0.01, 1.0);
/// Mass over weight in air: (1 - rho/8000) / (1 - rho/998) for air of 1.1 kg/m^3 at 780 m.
const BUOYANCY: f64 = 1.000_97;
/// How far a difference of two weighings may be from what went to the tank, kg: splash, film and
/// evaporation (flow dossier 10.2: below 60 g), creep and linearity of the balance.
const MASS_WITHIN_KG: f64 = 0.12;
/// How far the mean temperature may be from the one at the end of a collection, K.
const DEGC_WITHIN: f64 = 0.3;

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn read(reading: &KeptReading) -> f64 {
    reading.value.parse().unwrap()
}

/// Compares the accepted counts of meters with the gates of the bench's account; how many.
pub(crate) fn of_meters(events: &[Event], account: &[Value]) -> Result<usize, String> {
    let mut gates: Vec<&Value> = account.iter().filter(|one| is(one, "gate")).collect();
    let constants: Vec<f64> = account
        .iter()
        .filter(|one| is(one, "range"))
        .map(|one| number(&one["constant_imp_per_kwh"]))
        .collect();
    let mut compared = 0;
    for reading in Done::kept_readings(events) {
        let value = read(&reading);
        let wrong = |why: &str| Err(format!("{reading:?}: {why}"));
        let load = LOADS.iter().find(|(point, ..)| *point == reading.point);
        match (reading.input.as_str(), load) {
            ("n", Some((_, current_a, phase_deg))) => {
                let is_it = |gate: &&Value| {
                    gate["position"] == reading.position
                        && (number(&gate["count"]) - value).abs() < 0.5
                };
                let Some(at) = gates.iter().position(is_it) else {
                    return wrong("no gate of this position had this count");
                };
                // One gate gives one reading.
                let gate = gates.remove(at);
                let off = (number(&gate["current_a"]) / current_a - 1.0).abs();
                let turned = (number(&gate["phase_deg"]) - phase_deg).abs();
                if off > LOAD_WITHIN.0 || turned > LOAD_WITHIN.1 {
                    return wrong(&format!("the load was another one: {gate}"));
                }
            }
            ("C_ref", Some(_)) if constants.contains(&value) => {}
            _ => return wrong("the world has nothing like it"),
        }
        compared += 1;
    }
    Ok(compared)
}

/// Marks of the gauge by the number of its points, MPa.
const MARKS: [(&str, f64); 5] = [("p1", 0.0), ("p2", 0.4), ("p3", 0.8), ("p4", 1.2), ("p5", 1.6)];
/// How far a reading of the standard may be from the pressure that was set, MPa: the controller's
/// band and the standard's error. Another mark is two hundred times as far.
const PRESSURE_WITHIN_MPA: f64 = 0.002;

/// Compares the accepted readings of a gauge's run with the pressures of the bench's account; how many.
pub(crate) fn of_pressures(events: &[Event], account: &[Value]) -> Result<usize, String> {
    let set: Vec<f64> = account
        .iter()
        .filter(|one| is(one, "control") && one["on"] == true)
        .map(|one| number(&one["set_kpa"]) / 1000.0)
        .collect();
    let mut compared = 0;
    for reading in Done::kept_readings(events) {
        let wrong = |why: &str| Err(format!("{reading:?}: {why}"));
        if reading.point.is_empty() {
            continue;
        }
        let mark = MARKS.iter().find(|(name, _)| reading.point.starts_with(name));
        let Some((_, mark)) = mark else { return wrong("no such mark") };
        let off = (read(&reading) - mark).abs();
        match reading.input.as_str() {
            "p_std" if off > PRESSURE_WITHIN_MPA => return wrong("another pressure"),
            "p_std" if !set.iter().any(|set| (set - mark).abs() < 1e-6) => {
                return wrong("the bench was never set to it");
            }
            "p_std" => compared += 1,
            // What the script types, which is the mark.
            "p_before" | "p_tapped" if off < 1e-9 => {}
            _ => return wrong("the world has nothing like it"),
        }
    }
    Ok(compared)
}

/// Compares the accepted readings of collections with those of the bench's account; how many.
pub(crate) fn of_collections(events: &[Event], account: &[Value]) -> Result<usize, String> {
    let mut collected: Vec<&Value> = account.iter().filter(|one| is(one, "collected")).collect();
    let mut runs: BTreeMap<(String, u32), BTreeMap<String, f64>> = BTreeMap::new();
    let mut compared = 0;
    for reading in Done::kept_readings(events) {
        let of = runs.entry((reading.point.clone(), reading.repeat)).or_default();
        of.insert(reading.input.clone(), read(&reading));
    }
    for (key, run) in runs {
        let wrong = |why: String| Err(format!("{key:?} {run:?}: {why}"));
        // A broken repeat may have been weighed before and not collected.
        let Some(pulses) = run.get("N") else { continue };
        let is_it = |one: &&Value| (number(&one["pulses"]) - pulses).abs() < 0.5;
        let Some(at) = collected.iter().position(is_it) else {
            return wrong("no collection had these pulses".to_owned());
        };
        let truth = collected.remove(at);
        compared += 1;
        if let (Some(before), Some(after)) = (run.get("m0"), run.get("m1")) {
            let off = (after - before) * BUOYANCY - number(&truth["collected_kg"]);
            if off.abs() > MASS_WITHIN_KG {
                return wrong(format!("{off} kg off: {truth}"));
            }
            compared += 2;
        }
        if let Some(degc) = run.get("t_m") {
            if (degc - number(&truth["water_degc"])).abs() > DEGC_WITHIN {
                return wrong(format!("another temperature: {truth}"));
            }
            compared += 1;
        }
    }
    Ok(compared)
}
