//! When a stage runs: judged on what the stages before it measured, at every point.

use etalon_procedures::procedure::Stage;
use etalon_uncertainty::expression::Scope;

use super::PlannedWhen;
use super::names::Desk;
use super::ready::{Ready, table};
use super::refusal::PlanError;

/// The conditions of a stage: one for every point where it looks at results, one in all where it
/// looks at none.
///
/// # Errors
/// When a name in it is neither known nor a result.
pub(super) fn conditions(
    desk: &Desk<'_>,
    ready: &[Ready<'_>],
    stage: &Stage,
) -> Result<Vec<PlannedWhen>, PlanError> {
    let Some(formula) = &stage.when else { return Ok(Vec::new()) };
    let is_result = |path: &str| {
        let name = path.split('[').next().unwrap_or(path);
        desk.procedure.model(name).is_some()
    };
    let symbols = formula.expression.symbols();
    let looks_at_results = symbols.iter().any(|symbol| is_result(&symbol.path));
    let points: Vec<Option<&str>> = match ready.first() {
        Some(first) if looks_at_results => {
            first.points.iter().map(|point| Some(point.id.as_str())).collect()
        }
        _ => vec![None],
    };
    // What the item or the order says is one value; what stands at a point is a list of them.
    let is_of_run = |path: &str| {
        let of_item = ready.first().is_some_and(|first| first.fields.value(path).is_some());
        of_item || path.starts_with("job.") || path.starts_with("site.")
    };
    let lists: Vec<String> = symbols
        .iter()
        .map(|symbol| symbol.path.clone())
        .filter(|path| looks_at_results && !is_result(path) && !is_of_run(path))
        .collect();
    let one = |point: Option<&str>| {
        let table = table(desk, ready, &stage.id, point);
        Ok(PlannedWhen {
            point: point.unwrap_or_default().to_owned(),
            condition: table.condition(formula, is_result)?,
            lists: lists.clone(),
        })
    };
    points.into_iter().map(one).collect()
}
