//! A cable pulled, or the supply interrupted, at seeded instants of a run.
//!
//! Whatever happens to a line, the run is completed or ends in its safe state, and what it then
//! holds for measured agrees with an undisturbed run: a broken line may cost readings, never
//! falsify one. Links in this process break the way a socket does (the stream ends).

use std::{collections::BTreeMap, time::Duration};

use etalon::{
    engine::{Conclusion, Outcome},
    evaluate::{self, ResultState},
    lab::demo::ITEMS,
};

use crate::bench::{Laboratory, is_energised, only_listen, planted};

/// Instants in a normal test run; with `ETALON_FULL` ten times as many.
const INSTANTS: u64 = 18;
/// No run takes longer than this of its own time, however often it is disturbed.
const LONGEST: Duration = Duration::from_hours(12);

/// How far two measurements of one thing may lie apart, in expanded uncertainties of their
/// difference. One is passed by chance once in twenty, and thousands are compared here; a reading
/// that belongs to another question is wrong by whole per cents.
const APART: f64 = 3.0;

/// What happens at an instant.
#[derive(Clone, Copy, Debug)]
enum Mishap {
    /// The cable of one instrument is pulled and put back at once.
    Cable(&'static str),
    /// The supply of source, reference and meters fails for a moment.
    Supply,
}

const MISHAPS: [Mishap; 6] = [
    Mishap::Cable("source"),
    Mishap::Cable("ref"),
    Mishap::Cable("counter"),
    Mishap::Cable("ambient"),
    Mishap::Supply,
    Mishap::Cable("counter"),
];

/// A number from 0 to 1 that belongs to this instant alone (SplitMix64, Steele and others 2014).
fn drawn(instant: u64) -> f64 {
    let mut state = (instant + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((state ^ (state >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

/// Value and expanded uncertainty by item and key.
type Values = BTreeMap<(String, String), (f64, f64)>;

/// What the record of a run holds for measured, void readings left out.
fn measured(laboratory: &Laboratory, conclusion: &Conclusion) -> Values {
    let events = laboratory.events(conclusion);
    let plan =
        etalon::engine::session::recorded_plan(&laboratory.journal, &conclusion.run, &events)
            .unwrap();
    let results = evaluate::evaluate(&plan, &events).unwrap();
    let mut values = Values::new();
    for item in results.items {
        for result in item.results {
            if let ResultState::Measured(measured) = result.state {
                let outcome = &measured.outcome;
                let value = (outcome.value, outcome.expanded);
                values.insert((item.item.clone(), result.key), value);
            }
        }
    }
    values
}

/// One run with a mishap; how it ended and how long it took.
async fn disturbed(
    laboratory: &Laboratory,
    mishap: Option<(Mishap, Duration)>,
) -> (Conclusion, bool, Duration) {
    let fault = match mishap {
        Some((Mishap::Supply, at)) => vec![format!("power-cycled@{}", at.as_secs())],
        _ => Vec::new(),
    };
    let faults: Vec<&str> = fault.iter().map(String::as_str).collect();
    let bench = laboratory.bench(&faults);
    if let Some((Mishap::Cable(name), at)) = mishap {
        let cable = bench.0.clone();
        tokio::spawn(async move {
            tokio::time::sleep(at).await;
            cable.pull_cable(name);
        });
    }
    let began = tokio::time::Instant::now();
    let running = laboratory.run(&bench, &ITEMS, only_listen);
    let conclusion = tokio::time::timeout(LONGEST, running)
        .await
        .unwrap_or_else(|_| panic!("the run hangs after {mishap:?}"))
        .unwrap_or_else(|error| panic!("the run did not begin although {mishap:?}: {error}"));
    (conclusion, is_energised(&bench.0), began.elapsed())
}

#[tokio::test(start_paused = true)]
async fn a_cable_pulled_at_any_instant_costs_readings_and_falsifies_none() {
    let laboratory = Laboratory::new();
    let (undisturbed, _, length) = disturbed(&laboratory, None).await;
    assert_eq!(undisturbed.outcome, Outcome::Done);
    let wanted = measured(&laboratory, &undisturbed);
    let more = if std::env::var_os("ETALON_FULL").is_some() { 10 } else { 1 };
    let (mut done, mut aborted, mut compared) = (0, 0, 0);
    for instant in 0..INSTANTS * more {
        // The bench is connected in the first second; before it there is no cable to pull.
        let at = Duration::from_secs(1) + length.mul_f64(0.98 * drawn(instant));
        let mishap = MISHAPS[usize::try_from(instant).unwrap() % MISHAPS.len()];
        let (conclusion, is_energised, _) = disturbed(&laboratory, Some((mishap, at))).await;
        let found = format!("{mishap:?} at {at:?}: {conclusion:?}");
        assert!(conclusion.is_safe && !is_energised, "{found}");
        if conclusion.outcome == Outcome::Done {
            done += 1;
            assert_eq!(laboratory.verdicts(&conclusion), planted(), "{found}");
        } else {
            aborted += 1;
        }
        for (key, (value, expanded)) in measured(&laboratory, &conclusion) {
            let (other, other_expanded) = wanted[&key];
            let apart = (value - other).abs();
            let most = APART * (expanded * expanded + other_expanded * other_expanded).sqrt();
            assert!(apart <= most, "{key:?} is {apart} off; {found}");
            compared += 1;
        }
    }
    println!(
        "{} instants of a run of {length:?}: {done} runs completed, {aborted} ended in their safe \
         state, {compared} results agree with the undisturbed run",
        INSTANTS * more
    );
    assert!(done > 0 && compared > 0);
}
