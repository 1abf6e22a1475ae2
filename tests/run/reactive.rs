//! Reactive energy on the three-phase bench: the reference and the heads are switched to it, and what
//! comes out covers what only the world knows.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use etalon::engine::Outcome;
use etalon_fixtures::physics::electricity::three_phase::reference::Kind;

use crate::three_phase::{BASIC_ERROR, REACTIVE, REACTIVE_ITEMS, Stage, values, verdicts};

/// The account of a world, to be read while it is written.
#[derive(Clone, Default)]
struct Account(Arc<Mutex<Vec<u8>>>);

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
    /// The gates that were closed at a position, in order: which energy, the angle in the first
    /// loaded phase in degrees, the true error in per cent.
    fn gates(&self, position: u64) -> Vec<(bool, [f64; 4], f64)> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        let lines =
            text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        let own = lines.filter(|line| {
            line["what"] == "three_phase_gate" && line["position"].as_u64() == Some(position)
        });
        own.map(|line| {
            let amps: Vec<f64> = line["currents_a"]
                .as_array()
                .unwrap()
                .iter()
                .map(|a| a.as_f64().unwrap())
                .collect();
            let carries = amps.iter().position(|amps| *amps > 0.01).unwrap();
            let phase_deg = line["phases_deg"][carries].as_f64().unwrap();
            let load = [amps[0], amps[1], amps[2], phase_deg];
            let error = line["true_error_percent"].as_f64().unwrap();
            (line["reactive"].as_bool().unwrap(), load, error)
        })
        .collect()
    }

    /// The mean true error of each load, in the order of the points.
    fn truths(&self, position: u64) -> Vec<f64> {
        let mut loads: Vec<([f64; 4], Vec<f64>)> = Vec::new();
        for (reactive, load, error) in self.gates(position) {
            assert!(reactive, "an active gate in a run of reactive energy");
            let is_same = |last: &[f64; 4]| {
                last.iter().zip(load).all(|(one, other)| (one - other).abs() < 0.01 + 0.01 * other)
            };
            match loads.last_mut() {
                Some((last, errors)) if is_same(last) => errors.push(error),
                _ => loads.push((load, vec![error])),
            }
        }
        loads.iter().map(|(_, errors)| errors.iter().sum::<f64>() / errors.len() as f64).collect()
    }
}

fn stage() -> (Stage, Account) {
    let stage = Stage::on("meters-3p", REACTIVE_ITEMS, REACTIVE, &[]);
    let account = Account::default();
    stage.keep_account(Box::new(account.clone()));
    (stage, account)
}

/// Planted: the reactive lamp of meter 3 loses 2.6 % (limit 2.0 %, class 2). Eleven balanced points and
/// six of each phase alone (electricity dossier 1.3). With k = 2 some one in twenty of 87 results lies
/// outside U; within one and a half U, three standard uncertainties, all do.
#[tokio::test(start_paused = true)]
async fn jjg596_reactive_energy_is_compared_with_reactive_pulses_and_covers_what_is_true() {
    let (stage, account) = stage();
    let conclusion = stage.run().await;
    assert_eq!((conclusion.outcome, conclusion.is_safe), (Outcome::Done, true), "{conclusion:?}");
    let results = stage.results(&conclusion);
    assert_eq!(verdicts(&results), ["pass", "pass", "fail"]);
    let (mut within, mut all) = (0, 0);
    for (item, position) in results.iter().zip(1..) {
        let found: BTreeMap<String, (f64, f64)> = values(item);
        let truths = account.truths(position);
        let points: Vec<&str> = item.results.iter().map(|result| result.key.as_str()).collect();
        assert_eq!((points.len(), truths.len()), (29, 29), "position {position}");
        for (key, truth) in points.iter().zip(truths) {
            let (value, expanded) = found[*key];
            let off = (value - truth).abs();
            assert!(off < 1.5 * expanded, "{key}: {value} %, true {truth} %, U {expanded} %");
            all += 1;
            within += usize::from(off <= expanded);
        }
    }
    assert!(within * 100 >= 93 * all, "{within} of {all}");
    let (lost, _) = values(&results[2])["basic_error/ib-1"];
    assert!((lost + 2.6).abs() < 0.1, "{lost} %");
    // Set back behind the last point.
    let kind = stage.bench.bench().with(|world| world.three_phase().unwrap().reference().kind());
    assert_eq!(kind, Kind::Active);
}

/// Somebody left the reference on reactive pulses and the heads on the reactive lamps: a run of active
/// energy assumes nothing.
#[tokio::test(start_paused = true)]
async fn active_energy_is_counted_whatever_stood_before() {
    let stage = Stage::new(BASIC_ERROR, &[]);
    let account = Account::default();
    stage.keep_account(Box::new(account.clone()));
    stage.bench.bench().with(|world| {
        let bench = world.three_phase_mut().unwrap();
        bench.reference_mut().set_kind(Kind::Reactive);
        (1..=3).for_each(|position| bench.choose_lamp(position, Kind::Reactive));
    });
    let conclusion = stage.run().await;
    assert_eq!(verdicts(&stage.results(&conclusion)), ["pass", "fail", "pass"]);
    let gates = account.gates(1);
    assert!(!gates.is_empty() && gates.iter().all(|(reactive, ..)| !reactive));
}
