//! The same for the benches beyond the demonstration, and the true errors that only their worlds know.

use etalon::{
    engine::resume::{Done, KeptReading},
    journal::Event,
};
use serde_json::Value;

use super::{number, read};
use crate::laboratory::is;

/// How far from one another two pictures of one current may lie, mA: the digits on the wire.
const SAME_MA: f64 = 1e-5;
/// What the transmitters of a gas bench may show, from its description: the room of 924 hPa and
/// 20.6 °C at 50 % RH, a few hundred pascals below it at the meter.
const GAS: [(&str, f64, f64); 5] = [
    ("p0", 91.0, 93.5),
    ("p_m", 91.0, 93.5),
    ("t0", 19.5, 22.0),
    ("t_m", 19.5, 22.0),
    ("rh", 40.0, 60.0),
];
/// And those of the bench with a master meter: water of 20.8 °C that warms, 395 kPa at the master.
const WATER: [(&str, f64, f64); 4] =
    [("t_s", 20.0, 23.0), ("t_m", 20.0, 23.0), ("p_s", 380.0, 400.0), ("p_m", 300.0, 400.0)];
/// And those of the bell: 1.5 kPa over the room, which its description has at 20.6 °C.
const BELL: [(&str, f64, f64); 4] =
    [("t_b", 19.5, 22.0), ("t_m", 19.5, 22.0), ("dp_b", 1.3, 1.7), ("dp_m", 1.1, 1.7)];

fn wrong<T>(reading: &KeptReading, why: &str) -> Result<T, String> {
    Err(format!("{reading:?}: {why}"))
}

/// Takes the occurrence out that this value shows; whether there was one.
fn take(left: &mut Vec<&Value>, is_it: impl Fn(&Value) -> bool) -> bool {
    let found = left.iter().position(|one| is_it(one));
    found.map(|at| left.remove(at)).is_some()
}

fn of<'a>(account: &'a [Value], what: &str) -> Vec<&'a Value> {
    account.iter().filter(|one| is(one, what)).collect()
}

/// Counts are those of gates that were; what transmitters showed is what they can show.
fn of_gates(
    events: &[Event],
    account: &[Value],
    shown: &[(&str, f64, f64)],
) -> Result<usize, String> {
    let mut gates = of(account, "meter_gate");
    let mut compared = 0;
    for reading in Done::kept_readings(events) {
        let value = read(&reading);
        if reading.input == "n" {
            if !take(&mut gates, |gate| (number(&gate["count"]) - value).abs() < 0.5) {
                return wrong(&reading, "no gate had this count");
            }
        } else {
            plausible(&reading, shown)?;
        }
        compared += 1;
    }
    Ok(compared)
}

fn plausible(reading: &KeptReading, shown: &[(&str, f64, f64)]) -> Result<(), String> {
    match shown.iter().find(|(input, ..)| *input == reading.input) {
        Some((_, least, most)) if (*least..=*most).contains(&read(reading)) => Ok(()),
        _ => wrong(reading, "the world has nothing like it"),
    }
}

/// Compares what a run on nozzles accepted; how many.
pub(crate) fn of_gas_gates(events: &[Event], account: &[Value]) -> Result<usize, String> {
    of_gates(events, account, &GAS)
}

/// Compares what a run against the master accepted; how many.
pub(crate) fn of_water_gates(events: &[Event], account: &[Value]) -> Result<usize, String> {
    of_gates(events, account, &WATER)
}

/// Compares what a run on the bell accepted from its transmitters and its dial; how many.
pub(crate) fn of_strokes(events: &[Event], account: &[Value]) -> Result<usize, String> {
    let mut looks = of(account, "dial_read");
    let mut compared = 0;
    for reading in Done::kept_readings(events) {
        if !reading.input.starts_with("v_") {
            plausible(&reading, &BELL)?;
        } else if !take(&mut looks, |look| shows(look, read(&reading))) {
            return wrong(&reading, "the dial was never read so");
        }
        compared += 1;
    }
    Ok(compared)
}

/// Whether this is the look at which the value was read.
fn shows(look: &Value, value: f64) -> bool {
    let read = look["reading"].as_str().and_then(|text| text.parse::<f64>().ok());
    read.is_some_and(|read| (read - value).abs() < 1e-9)
}

/// How far the pressure at the gauge may be from the one of the masses, MPa: the head of 0.8 kPa, and far
/// less than the step between two marks.
const FLOATING_WITHIN_MPA: f64 = 0.002;
/// MPa that a kilogram presses on this piston at this gravity (pressure dossier 3.3, P3: 99 898 Pa).
const MPA_PER_KG: f64 = 0.099_898;

/// Compares what a run on the dead-weight tester accepted: masses that were put on, looks at the dial
/// under the pressure of its point, each tapped or not as it was asked; how many.
pub(crate) fn of_masses(events: &[Event], account: &[Value]) -> Result<usize, String> {
    let mut laid = of(account, "masses");
    let mut looks = of(account, "look");
    let mut on_it = f64::NAN;
    let mut compared = 0;
    for reading in Done::kept_readings(events) {
        let value = read(&reading);
        match reading.input.as_str() {
            "m" => {
                let is_it = |one: &Value| (number(&one["certified_kg"]) - value).abs() < 1e-6;
                if !take(&mut laid, is_it) {
                    return wrong(&reading, "these masses were never put on");
                }
                on_it = value * MPA_PER_KG;
            }
            "p_before" | "p_tapped" => {
                let is_tapped = reading.input == "p_tapped";
                let is_it = |look: &Value| {
                    let off = (number(&look["applied_mpa"]) - on_it).abs();
                    shows(look, value) && look["tapped"] == is_tapped && off <= FLOATING_WITHIN_MPA
                };
                if !take(&mut looks, is_it) {
                    return wrong(&reading, "the gauge was never read so under these masses");
                }
            }
            // The iron around the piston, in a room of 21.4 degC.
            "t" if (value - 21.4).abs() < 1.0 => {}
            "dh" => continue,
            _ => return wrong(&reading, "the world has nothing like it"),
        }
        compared += 1;
    }
    Ok(compared)
}

/// Compares the currents of a transmitter's run with those that its multimeter was asked for, and its
/// pressures with those that were set; how many.
pub(crate) fn of_currents(events: &[Event], account: &[Value]) -> Result<usize, String> {
    let mut asked = of(account, "loop_read");
    let set: Vec<f64> = of(account, "control").iter().map(|one| number(&one["set_kpa"])).collect();
    let mut compared = 0;
    for reading in Done::kept_readings(events) {
        let value = read(&reading);
        match (reading.input.as_str(), reading.unit.as_str()) {
            // Six answers of the multimeter, A, of which the mean is taken.
            ("i", _) => {
                for sample in reading.text.split(" | ") {
                    let ma = sample.parse::<f64>().unwrap() * 1e3;
                    if !take(&mut asked, |one| (number(&one["shown_ma"]) - ma).abs() < SAME_MA) {
                        return wrong(&reading, "the multimeter never showed it");
                    }
                }
            }
            ("p_std", unit) => {
                let kpa = if unit == "MPa" { value * 1e3 } else { value };
                // As far as controller and standard may be apart; the next point is 400 kPa away.
                if kpa.abs() > 2.0 && !set.iter().any(|set| (set - kpa).abs() < 2.0) {
                    return wrong(&reading, "the bench was never set to it");
                }
            }
            // What the script types.
            _ => continue,
        }
        compared += 1;
    }
    Ok(compared)
}

/// Load of a point of three-phase meters: its name, current, and in how many elements.
type Load = (&'static str, f64, usize);

/// The points with four wires; voltage 220 V.
const FOUR_WIRE_LOADS: [Load; 4] =
    [("imax-1", 60.0, 3), ("ib-1", 5.0, 3), ("l1-imax-1", 60.0, 1), ("l2-ib-1", 5.0, 1)];
/// The points with three wires; 100 V between two of them.
const THREE_WIRE_LOADS: [Load; 4] =
    [("imax-1", 6.0, 2), ("in-05L", 1.5, 2), ("l1-imax-1", 6.0, 1), ("l3-in-1", 1.5, 1)];
/// A constant is shown with seven digits.
const SHOWN_WITHIN: f64 = 1e-6;

/// Compares the accepted counts of four-wire meters with the gates of the account; how many.
pub(crate) fn of_three_phases(events: &[Event], account: &[Value]) -> Result<usize, String> {
    of_loads(&FOUR_WIRE_LOADS, events, account)
}

/// The same of three-wire meters.
pub(crate) fn of_three_wires(events: &[Event], account: &[Value]) -> Result<usize, String> {
    of_loads(&THREE_WIRE_LOADS, events, account)
}

fn of_loads(loads: &[Load], events: &[Event], account: &[Value]) -> Result<usize, String> {
    let mut gates = of(account, "three_phase_gate");
    let ranges = of(account, "range");
    let constants: Vec<f64> =
        ranges.iter().map(|one| number(&one["constant_imp_per_kwh"])).collect();
    let mut compared = 0;
    for reading in Done::kept_readings(events) {
        let value = read(&reading);
        let load = loads.iter().find(|(point, ..)| *point == reading.point);
        match (reading.input.as_str(), load) {
            ("n", Some((_, current_a, phases))) => {
                let is_it = |gate: &Value| {
                    let currents = gate["currents_a"].as_array().map_or(&[][..], Vec::as_slice);
                    let carry =
                        |one: &&Value| (number(one) / current_a - 1.0).abs() < super::LOAD_WITHIN.0;
                    gate["position"] == reading.position
                        && (number(&gate["count"]) - value).abs() < 0.5
                        && currents.iter().filter(carry).count() == *phases
                };
                if !take(&mut gates, is_it) {
                    return wrong(&reading, "no gate of this position and load had this count");
                }
            }
            ("C_ref", Some(_))
                if constants.iter().any(|one| (value / one - 1.0).abs() < SHOWN_WITHIN) => {}
            _ => return wrong(&reading, "the world has nothing like it"),
        }
        compared += 1;
    }
    Ok(compared)
}

/// True errors of the points in their order: means over so many occurrences each.
fn means(account: &[Value], what: &str, error: &str, each: usize) -> Vec<f64> {
    let errors: Vec<f64> = of(account, what).iter().map(|one| number(&one[error])).collect();
    errors.chunks(each).map(|some| some.iter().sum::<f64>() / some.len() as f64).collect()
}

/// True errors of the meter at each flow, %: three gates each.
pub(crate) fn errors_of_gates(account: &[Value]) -> Vec<f64> {
    means(account, "meter_gate", "true_error_percent", 3)
}

/// True errors of the transmitter at each point, mA: six readings each.
pub(crate) fn errors_of_currents(account: &[Value]) -> Vec<f64> {
    means(account, "loop_read", "true_error_ma", 6)
}

/// True errors of the gas meter at each flow, %: one stroke each.
pub(crate) fn errors_of_strokes(account: &[Value]) -> Vec<f64> {
    means(account, "stroke", "true_error_percent", 1)
}

/// True errors of the gauge at each point, MPa: those of the looks after tapping.
pub(crate) fn errors_of_tapped(account: &[Value]) -> Vec<f64> {
    let tapped = of(account, "look").into_iter().filter(|look| look["tapped"] == true);
    tapped.map(|look| number(&look["true_error_mpa"])).collect()
}
