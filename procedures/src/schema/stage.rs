//! Reads `[[stage]]` and `[safe_state]`.

use super::action::steps;
use crate::procedure::{Provenance, Repeat, SafeCondition, SafeState, Stage, StageKind};
use crate::source::{Section, Source};

/// Reads every `[[stage]]`.
pub(crate) fn stages(
    source: &Source<'_>,
    root: &mut Section<'_, '_>,
    provenance: &mut Vec<Provenance>,
) -> Vec<Stage> {
    root.tables(source, "stage")
        .into_iter()
        .filter_map(|section| stage(source, section, provenance))
        .collect()
}

fn stage(
    source: &Source<'_>,
    mut section: Section<'_, '_>,
    provenance: &mut Vec<Provenance>,
) -> Option<Stage> {
    let place = section.place.clone();
    let id = section.need_string(source, "id");
    section.name = format!("the stage `{}`", id.as_deref().unwrap_or("?"));
    let kind = section.word(
        source,
        "kind",
        &[
            ("as_found", StageKind::AsFound),
            ("adjust", StageKind::Adjust),
            ("as_left", StageKind::AsLeft),
        ],
    );
    let when = section.formula(source, "when");
    let over_points = section.word(source, "points", &[("points", true)]).unwrap_or(false);
    let same_as = section.string(source, "same_as");
    let part = format!("stage.{}.repeat", id.as_deref().unwrap_or("?"));
    let repeat = section
        .get("repeat")
        .and_then(|value| Section::of(source, "`repeat`", value))
        .and_then(|entry| repeat(source, entry, &part, provenance));
    if same_as.is_none() {
        section.need(source, "do");
    }
    let steps = steps(source, &mut section, "do");
    let results = section.names(source, "result").into_iter().map(|(name, _)| name).collect();
    super::provenance::read(
        source,
        &mut section,
        part.trim_end_matches(".repeat"),
        false,
        provenance,
    );
    section.finish(source);
    Some(Stage { id: id?, kind, when, over_points, repeat, steps, results, same_as, place })
}

fn repeat(
    source: &Source<'_>,
    mut section: Section<'_, '_>,
    part: &str,
    provenance: &mut Vec<Provenance>,
) -> Option<Repeat> {
    let place = section.place.clone();
    let small = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    section.need(source, "n");
    let n = section.count(source, "n").map(small);
    let retry_if = section.formula(source, "retry_if");
    let more = section.count(source, "more").map_or(1, small);
    let max = section.count(source, "max").map(small);
    section.string(source, "discard");
    let steps = steps(source, &mut section, "do");
    super::provenance::read(source, &mut section, part, false, provenance);
    section.finish(source);
    let n = n?;
    Some(Repeat { n, retry_if, more, max: max.unwrap_or(n), steps, place })
}

/// Reads `[safe_state]`; `None` when it is not written.
pub(crate) fn safe_state(source: &Source<'_>, root: &mut Section<'_, '_>) -> Option<SafeState> {
    let place = root.key_place("safe_state");
    let mut section = root.table(source, "safe_state")?;
    let timeout = section.need_quantity(source, "timeout");
    let verify = section
        .tables(source, "verify")
        .into_iter()
        .filter_map(|entry| condition(source, entry))
        .collect();
    section.need(source, "do");
    let steps = steps(source, &mut section, "do");
    let manual = section.need_both(source, "manual");
    section.finish(source);
    let unread = etalon_uncertainty::text::Text::default;
    let timeout = timeout.or_else(|| etalon_uncertainty::quantity::Quantity::parse("0 s").ok())?;
    Some(SafeState { timeout, steps, verify, manual: manual.unwrap_or_else(unread), place })
}

fn condition(source: &Source<'_>, mut section: Section<'_, '_>) -> Option<SafeCondition> {
    let place = section.place.clone();
    section.name = "`verify` in [safe_state]".to_owned();
    let role = section.need_string(source, "role");
    let that = section.need_formula(source, "that");
    section.finish(source);
    Some(SafeCondition { role: role?, that: that?, place })
}
