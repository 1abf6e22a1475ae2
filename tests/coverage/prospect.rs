//! What a plan foretells, against what its runs then show.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::findings::Calibration;

/// Something foretold and what became of it.
pub(crate) struct Prospect {
    /// Of what.
    pub(crate) of: String,
    /// Position of the item; 0 where it is about the run.
    pub(crate) position: u32,
    /// What the plan said.
    pub(crate) foretold: f64,
    /// Median of what the runs showed.
    pub(crate) median: f64,
    /// In this unit.
    pub(crate) unit: String,
}

impl Prospect {
    /// By how much the plan said too much, %.
    pub(crate) fn off_percent(&self) -> f64 {
        100.0 * (self.foretold / self.median - 1.0)
    }
}

/// U at every point, over all items.
pub(crate) fn uncertainties(calibrations: &[Calibration]) -> Vec<Prospect> {
    let mut order: Vec<(&str, u32)> = Vec::new();
    let mut found: BTreeMap<(&str, u32), (f64, &str, Vec<f64>)> = BTreeMap::new();
    for finding in calibrations.iter().flat_map(|one| &one.findings) {
        let key = (finding.key.as_str(), finding.position);
        let of = found.entry(key).or_insert_with(|| {
            order.push(key);
            (finding.foretold, &finding.unit, Vec::new())
        });
        of.2.push(finding.expanded);
    }
    order.sort_by_key(|(_, position)| *position);
    let prospect = |key: &(&str, u32)| {
        let (foretold, unit, of) = &found[key];
        let of_position = format!("{}, position {}", key.0, key.1);
        Prospect {
            of: of_position,
            position: key.1,
            foretold: *foretold,
            median: median(of.clone()),
            unit: (*unit).to_owned(),
        }
    };
    order.iter().map(prospect).collect()
}

/// The time of a run.
pub(crate) fn duration(calibrations: &[Calibration]) -> Prospect {
    let took = calibrations.iter().map(|one| one.took_s).collect();
    let foretold = calibrations.iter().map(|one| one.foretold_s).collect();
    Prospect {
        of: "duration".to_owned(),
        position: 0,
        foretold: median(foretold),
        median: median(took),
        unit: "s".to_owned(),
    }
}

fn median(mut of: Vec<f64>) -> f64 {
    of.sort_by(f64::total_cmp);
    let middle = of.len() / 2;
    if of.len() % 2 == 1 { of[middle] } else { f64::midpoint(of[middle - 1], of[middle]) }
}

/// The table, for people and for `docs/coverage.md`.
pub(crate) fn table(prospects: &[Prospect]) -> String {
    let mut table = String::from("| of | foretold | median | off, % |\n|---|--:|--:|--:|\n");
    for one in prospects {
        writeln!(
            table,
            "| {} | {:.4} {unit} | {:.4} {unit} | {:+.1} |",
            one.of,
            one.foretold,
            one.median,
            one.off_percent(),
            unit = one.unit
        )
        .unwrap();
    }
    table
}
