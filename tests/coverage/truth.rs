//! What is true of each result, from the world's own account.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    sync::{Arc, Mutex},
};

use etalon::plan::{Plan, PlannedPoint};
use etalon_fixtures::world::World;

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
        World::Pressure(_) => of_gauges(plan, world),
        World::Flow(_) => of_turbine(plan, world),
        _ => panic!("no campaign has been described for this kind of bench"),
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

/// Whether two loads are one but for noise: a hundredth of each current, a degree of each angle.
fn is_same([amps, degrees]: &Load, [other_amps, other_degrees]: &Load) -> bool {
    amps.iter().zip(other_amps).all(|(one, other)| (one - other).abs() <= 0.01 * other.abs())
        && degrees.iter().zip(other_degrees).all(|(one, other)| (one - other).abs() < 1.0)
}

/// Mean of the true errors over the gates that were closed at the load of each point. The gates of
/// the account are those at which the engine counted; loads follow one another as the points do.
fn of_meters(plan: &Plan, lines: &[serde_json::Value], load: &Loads) -> Truths {
    let keys: Vec<String> = points(plan).map(|(key, _)| key).collect();
    let mut truths = Truths::new();
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
        assert_eq!(loads.len(), keys.len(), "one load for each point: {loads:?}");
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
        ((1, key.clone()), (look.pointer_mpa - look.applied_mpa, "MPa"))
    };
    points.iter().zip(&tapped).map(truth).collect()
}

/// Mean of the true factors over the collections of each point.
fn of_turbine(plan: &Plan, world: &World) -> Truths {
    let collections = world.flow().unwrap().collections();
    let points: Vec<_> = points(plan).collect();
    let each = collections.len() / points.len();
    assert_eq!(each * points.len(), collections.len(), "as many collections at every point");
    let groups = collections.chunks(each);
    let truth = |((key, _), group): (&(String, _), &[etalon_fixtures::world::flow::Collection])| {
        let sum: f64 = group.iter().map(|one| one.true_factor_imp_per_m3).sum();
        ((1, key.clone()), (sum / each as f64, "imp/m^3"))
    };
    points.iter().zip(groups).map(truth).collect()
}
