//! Reads `[environment]`.

use crate::procedure::{Environment, EnvironmentLimit, OnViolation, Provenance};
use crate::source::{Section, Source};

/// Reads `[environment]`.
pub(crate) fn read(
    source: &Source<'_>,
    root: &mut Section<'_, '_>,
    provenance: &mut Vec<Provenance>,
) -> Environment {
    let Some(mut section) = root.table(source, "environment") else {
        return Environment::default();
    };
    let log_every = section.need_quantity(source, "log_every");
    let limits: Vec<EnvironmentLimit> = section
        .tables(source, "limits")
        .into_iter()
        .filter_map(|entry| limit(source, entry))
        .collect();
    super::provenance::read(source, &mut section, "environment", !limits.is_empty(), provenance);
    section.finish(source);
    Environment { log_every, limits }
}

fn limit(source: &Source<'_>, mut section: Section<'_, '_>) -> Option<EnvironmentLimit> {
    let quantity = section.need_string(source, "quantity");
    let unit = section.need_unit(source, "unit");
    let role = section.string(source, "role");
    let min = section.need_quantity(source, "min");
    let max = section.need_quantity(source, "max");
    let max_change = section.string(source, "max_change");
    let on_violation = section.need_word(
        source,
        "on_violation",
        &[("hold", OnViolation::Hold), ("warn", OnViolation::Warn), ("abort", OnViolation::Abort)],
    );
    let place = section.place.clone();
    section.finish(source);
    Some(EnvironmentLimit {
        quantity: quantity?,
        unit: unit?,
        role,
        min: min?,
        max: max?,
        max_change,
        on_violation: on_violation?,
        place,
    })
}
