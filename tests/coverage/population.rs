//! The worlds of a campaign: in each of them other items of the kind lie on the bench.
//!
//! The world files of the demonstration keep their items near what they describe, so that a day at
//! the bench looks alike with every seed. Whether U covers what is true is a question about the whole
//! kind: where the pointer stands between two marks, and where in the period of the mains a pulse
//! falls, must differ from one item to the next.

use etalon_fixtures::library;

/// By how much the items of a campaign spread more than those of the demonstration.
/// Source: electricity dossier 7.3, a class 1 population, of which the world file spreads its meters by
/// a tenth; the spread of the gauge is widened alike.
const WIDER: f64 = 10.0;

/// Meters of the demonstration that were planted with an error: in a good row they are of their kind.
const PLANTED: [&str; 2] = ["DD26000004", "DD26000005"];

/// Which items lie on the bench.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Row {
    /// Those of the demonstration, two planted meters among the six.
    Demonstration,
    /// Only good ones.
    Good,
}

/// The world file of a bench with items that spread as their kind does.
pub(crate) fn world(bench: &str, row: Row) -> String {
    let mut world: toml::Table = library::world(bench).unwrap().parse().unwrap();
    for kind in ["meter_type", "gauge_type"] {
        let spread = world.get_mut(kind).and_then(|kind| kind.get_mut("spread"));
        for (_, value) in spread.and_then(toml::Value::as_table_mut).into_iter().flatten() {
            *value = toml::Value::Float(value.as_float().unwrap() * WIDER);
        }
    }
    if row == Row::Good {
        mend(&mut world);
    }
    toml::to_string(&world).unwrap()
}

/// Gives the planted meters the constant and the curve of the first one.
fn mend(world: &mut toml::Table) {
    let meters = world["meters"].as_array_mut().unwrap();
    let first = meters[0].clone();
    let mut mended = 0;
    for meter in meters.iter_mut() {
        if PLANTED.iter().any(|serial| meter["serial"].as_str() == Some(serial)) {
            for key in ["true_constant_imp_per_kwh", "curve"] {
                meter[key] = first[key].clone();
            }
            mended += 1;
        }
    }
    assert_eq!(mended, PLANTED.len());
}
