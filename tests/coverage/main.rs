//! Coverage: does U cover what is true?
//!
//! Seeded calibrations on every simulated bench, each with its own draw of all that the world
//! leaves to chance. What the laboratory states is compared with what only the world knows,
//! and how often U covers it with what Monte Carlo of the same budget predicts.
//!
//! Asserted is that the results scatter about the truth without bias; how often U covers it is
//! printed. `ETALON_FULL=1` makes a hundred calibrations, `ETALON_COVERAGE_RUNS=N` so many. The table
//! of the last long campaign, and what it found, stands in `docs/campaigns.md`.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test may stop where it cannot go on, and the table is its result"
)]

mod campaign;
mod tally;
mod truth;

use campaign::Campaign;
use etalon::demonstration::SCENES;

/// Calibrations where nobody wishes otherwise.
const SHORT: u64 = 10;
/// Calibrations in a long campaign.
const LONG: u64 = 100;

fn runs() -> u64 {
    let wished = std::env::var("ETALON_COVERAGE_RUNS").ok();
    let full = std::env::var("ETALON_FULL").is_ok_and(|full| full == "1");
    wished.map_or(if full { LONG } else { SHORT }, |wished| wished.parse().unwrap())
}

/// Calibrates on a bench and prints how often U covered the truth; the points with a bias.
fn biased(bench: &str) -> Vec<String> {
    let scene = SCENES.iter().find(|scene| scene.bench == bench).unwrap();
    let tally = Campaign::new(scene).calibrate(runs());
    println!("{}", tally.table());
    println!("short of 93 % or of the prediction:\n{}", tally.short().join("\n"));
    tally.biased()
}

/// The mean deviation from the truth is less than half of U at every point.
#[test]
fn results_of_energy_meters_scatter_about_their_true_errors_without_bias() {
    let biased = biased("meters-6");
    assert!(biased.is_empty(), "{}", biased.join("\n"));
}
