//! What is true of each result, from the world's own account.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
    sync::{Arc, Mutex},
};

use etalon::plan::{Plan, PlannedPoint};
use etalon_fixtures::world::World;
use etalon_uncertainty::{quantity::Quantity, unit::Unit};

/// True values by position and key of the result, in the unit named.
pub(crate) type Truths = BTreeMap<(u32, String), (f64, &'static str)>;

/// An account that stays readable while the world writes it.
#[derive(Clone, Default)]
pub(crate) struct Account(Arc<Mutex<Vec<u8>>>);

impl Write for Account {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Account {
    fn lines(&self) -> Vec<serde_json::Value> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// Everything that is true of the results of a plan.
pub(crate) fn truths(plan: &Plan, world: &World, account: &Account) -> Truths {
    match world {
        World::Meters(_) => of_meters(plan, &account.lines(), &one_phase),
        World::ThreePhase(_) => of_meters(plan, &account.lines(), &three_phases),
        World::Pressure(pressure) if !pressure.loop_readings().is_empty() => {
            let readings = pressure.loop_readings().iter().map(|one| one.true_error_ma);
            of_readings(plan, readings.collect(), "mA")
        }
        World::Pressure(_) => of_gauges(plan, world),
        World::DeadWeight(_) => of_masses(plan, &account.lines()),
        World::Flow(flow) => {
            let factors = flow.collections().iter().map(|one| one.true_factor_imp_per_m3);
            of_readings(plan, factors.collect(), "imp/m^3")
        }
        World::Nozzle(nozzle) => {
            let errors = nozzle.gates().iter().map(|gate| gate.true_error_percent);
            of_readings(plan, errors.collect(), "%")
        }
        World::Bell(_) => of_strokes(plan, &account.lines()),
        World::Master(master) => {
            let errors = master.gates().iter().map(|gate| gate.true_error_percent);
            of_readings(plan, errors.collect(), "%")
        }
    }
}

/// The points at which something is measured, with their stage, in order.
fn points(plan: &Plan) -> impl Iterator<Item = (String, &PlannedPoint)> {
    let stages = plan.stages.iter();
    let all = stages.flat_map(|stage| stage.points.iter().map(move |point| (stage, point)));
    all.filter(|(_, point)| !point.id.is_empty())
        .map(|(stage, point)| (format!("{}/{}", stage.id, point.id), point))
}

/// Currents in A and angles in degrees.
type Load = [Vec<f64>; 2];

/// The load of a gate in the account; `None` for other lines.
type Loads = dyn Fn(&serde_json::Value) -> Option<Load>;

fn one_phase(line: &serde_json::Value) -> Option<Load> {
    let only = |name: &str| vec![line[name].as_f64().unwrap()];
    (line["what"] == "gate").then(|| ["current_a", "phase_deg"].map(only))
}

fn three_phases(line: &serde_json::Value) -> Option<Load> {
    let all = |name: &str| -> Vec<f64> {
        line[name].as_array().unwrap().iter().map(|one| one.as_f64().unwrap()).collect()
    };
    (line["what"] == "three_phase_gate").then(|| ["currents_a", "phases_deg"].map(all))
}

/// A phase with less current carries none: what is left of it is the source's settling, A.
const NO_CURRENT_A: f64 = 1e-3;

/// Whether two loads are one but for noise: a hundredth of each current, a degree of the angle where
/// a current flows.
fn is_same([amps, degrees]: &Load, [other_amps, other_degrees]: &Load) -> bool {
    let is_one = |((one, other), (angle, other_angle)): ((&f64, &f64), (&f64, &f64))| {
        let is_none = *one < NO_CURRENT_A && *other < NO_CURRENT_A;
        let off = (one - other).abs() / other.abs();
        is_none || (off <= 0.01 && (angle - other_angle).abs() < 1.0)
    };
    let angles = degrees.iter().zip(other_degrees);
    amps.iter().zip(other_amps).zip(angles).all(is_one)
}

/// Mean of the true errors over the gates that were closed at the load of each point. The gates of
/// the account are those at which the engine counted; loads follow one another as the points do.
fn of_meters(plan: &Plan, lines: &[serde_json::Value], load: &Loads) -> Truths {
    let keys: Vec<String> = points(plan).map(|(key, _)| key).collect();
    let mut truths = Truths::new();
    // Which lamp a head looks at makes the truth of a gate: one run looks at one kind.
    let kinds: BTreeSet<Option<bool>> = lines
        .iter()
        .filter(|line| load(line).is_some())
        .map(|line| line["reactive"].as_bool())
        .collect();
    assert_eq!(kinds.len(), 1, "one kind of energy in a run");
    assert!(kinds.contains(&Some(true)) == plan.procedure.id.ends_with("reactive"));
    for item in &plan.items {
        let mut loads: Vec<(Load, Vec<f64>)> = Vec::new();
        for gate in lines.iter().filter(|line| line["position"] == item.position) {
            let Some(load) = load(gate) else { continue };
            let error = gate["true_error_percent"].as_f64().unwrap();
            match loads.last_mut() {
                Some((last, errors)) if is_same(last, &load) => errors.push(error),
                _ => loads.push((load, vec![error])),
            }
        }
        assert_eq!(loads.len(), keys.len(), "one load for each point");
        for (key, (_, errors)) in keys.iter().zip(loads) {
            let mean = errors.iter().sum::<f64>() / errors.len() as f64;
            truths.insert((item.position, key.clone()), (mean, "%"));
        }
    }
    truths
}

/// Pointer minus applied pressure when the gauge was read after its tap, point by point. Each point
/// has two looks at the dial, before the tap and after it; the second is the one.
fn of_gauges(plan: &Plan, world: &World) -> Truths {
    let looks = world.pressure().unwrap().looks(1);
    let points: Vec<_> = points(plan).filter(|(key, _)| key.starts_with("as_found/")).collect();
    assert_eq!(looks.len(), 2 * points.len(), "two looks at every point");
    let tapped: Vec<_> = looks.iter().skip(1).step_by(2).collect();
    assert!(tapped.iter().all(|look| look.tapped), "the second after a tap");
    let truth = |((key, _), look): (&(String, _), &&etalon_fixtures::world::pressure::Look)| {
        ((1, key.clone()), (look.true_error_mpa, "MPa"))
    };
    points.iter().zip(&tapped).map(truth).collect()
}

/// Pointer minus applied pressure at the first look after the tap, point by point: masses are put on
/// once for each. An unusual reading is looked at once more, after another tap.
fn of_masses(plan: &Plan, lines: &[serde_json::Value]) -> Truths {
    let mut errors: Vec<Option<f64>> = Vec::new();
    for line in lines {
        if line["what"] == "masses" {
            errors.push(None);
        }
        if line["what"] == "look" && line["tapped"] == true {
            errors.last_mut().unwrap().get_or_insert(line["true_error_mpa"].as_f64().unwrap());
        }
    }
    of_readings(plan, errors.into_iter().map(Option::unwrap).collect(), "MPa")
}

/// The flow that the controller was told is a number of single precision.
const TOLD: f64 = 1e-6;

/// The true error of each stroke, at the point whose flow was set before it. Where the room moves the
/// gas under the bell before a stroke, the procedure leaves the point.
fn of_strokes(plan: &Plan, lines: &[serde_json::Value]) -> Truths {
    let unit = Unit::parse("m^3/h").unwrap();
    let flows: Vec<(String, f64)> = points(plan)
        .filter_map(|(key, point)| {
            let flow = Quantity::parse(point.values.get("q")?).unwrap();
            Some((key, flow.in_unit(&unit).unwrap()))
        })
        .collect();
    let (mut set, mut truths) = (0.0, Truths::new());
    for line in lines {
        if line["what"] == "flow" && line["part"] == "valve" && line["state"] == "open" {
            set = line["set_m3_per_h"].as_f64().unwrap();
        }
        if line["what"] == "stroke" {
            let is_it = |(_, flow): &&(String, f64)| (flow / set - 1.0).abs() < TOLD;
            let (key, _) = flows.iter().find(is_it).unwrap();
            let error = line["true_error_percent"].as_f64().unwrap();
            assert!(truths.insert((1, key.clone()), (error, "%")).is_none(), "one stroke each");
        }
    }
    truths
}

/// Mean of what was true over the readings of each point: as many at every one, in the order of the
/// points.
fn of_readings(plan: &Plan, readings: Vec<f64>, unit: &'static str) -> Truths {
    let is_measured = |key: &String| plan.entries.iter().any(|entry| entry.key == *key);
    let keys: Vec<String> = points(plan)
        .map(|(key, _)| key)
        .filter(|key| is_measured(key) && !key.starts_with("as_left/"))
        .collect();
    let each = readings.len() / keys.len();
    assert_eq!(each * keys.len(), readings.len(), "as many readings at every point: {keys:?}");
    let mean = |group: &[f64]| group.iter().sum::<f64>() / each as f64;
    keys.into_iter()
        .zip(readings.chunks(each))
        .map(|(key, group)| ((1, key), (mean(group), unit)))
        .collect()
}
