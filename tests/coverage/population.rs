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

/// The world file of a bench with items that spread as their kind does.
pub(crate) fn world(bench: &str) -> String {
    let mut world: toml::Table = library::world(bench).unwrap().parse().unwrap();
    for kind in ["meter_type", "gauge_type"] {
        let spread = world.get_mut(kind).and_then(|kind| kind.get_mut("spread"));
        for (_, value) in spread.and_then(toml::Value::as_table_mut).into_iter().flatten() {
            *value = toml::Value::Float(value.as_float().unwrap() * WIDER);
        }
    }
    toml::to_string(&world).unwrap()
}
