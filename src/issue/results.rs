//! Results as a certificate prints them: tables of load points with decimal strings.

use etalon_certificates::record::{Column, ResultRow, ResultTable, Text};
use etalon_procedures::procedure::Procedure;

use etalon_uncertainty::evaluation::EvaluationError;

use super::papers::Papers;
use crate::{
    evaluate::{ItemResults, Measured, PointResult, ResultState},
    plan::{PlannedPoint, PlannedStage},
    register::Calibration,
};

/// One table for every stage that has results.
///
/// # Errors
/// A number that cannot be printed.
pub fn tables(papers: &Papers, results: &ItemResults) -> Result<Vec<ResultTable>, EvaluationError> {
    let tables = papers.plan.stages.iter().map(|stage| table(papers, stage, results));
    Ok(tables.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

fn table(
    papers: &Papers,
    stage: &PlannedStage,
    results: &ItemResults,
) -> Result<Option<ResultTable>, EvaluationError> {
    let here = results.results.iter().filter(|result| result.stage == stage.id);
    let measured: Vec<(&PointResult, &Measured)> = here
        .filter_map(|result| match &result.state {
            ResultState::Measured(measured) => Some((result, &**measured)),
            ResultState::NotMeasured { .. } => None,
        })
        .collect();
    let Some((_, first)) = measured.first() else { return Ok(None) };
    let names = load_columns(&papers.procedure, stage);
    let rows = measured.iter().map(|(result, measured)| {
        let Measured { evaluation, outcome, judgement } = measured;
        let conditions = conditions(stage, &result.point, &names);
        ResultRow::of(evaluation, outcome, judgement.as_ref(), conditions)
    });
    let mut models = papers.procedure.models.iter();
    let model = models.find(|model| model.name == first.evaluation.measurand);
    let title = model.and_then(|model| model.title.clone());
    Ok(Some(ResultTable {
        id: stage.id.clone(),
        name: Text::new("Results of calibration", "校准结果"),
        quantity: title.unwrap_or_else(|| Text::english(first.evaluation.measurand.clone())),
        unit: first.outcome.unit.clone(),
        columns: names.iter().map(|name| column(&papers.procedure, name)).collect(),
        rows: rows.collect::<Result<_, _>>()?,
    }))
}

/// Columns of the procedure's report that tell load points apart.
fn load_columns(procedure: &Procedure, stage: &PlannedStage) -> Vec<String> {
    let known = |name: &str| stage.points.iter().all(|point| point.values.contains_key(name));
    let columns = procedure.report.columns.iter().map(|formula| formula.text.clone());
    columns.filter(|name| known(name)).collect()
}

fn column(procedure: &Procedure, name: &str) -> Column {
    let columns = procedure.points.iter().flat_map(|points| &points.columns);
    let unit = columns.filter(|column| column.name == name).find_map(|column| column.unit.as_ref());
    let unit = unit.map(|unit| unit.symbol().to_owned());
    Column { name: Text::english(name), unit }
}

/// What stands in the load columns of a point: the number without its unit, or the word.
fn conditions(stage: &PlannedStage, point: &str, names: &[String]) -> Vec<String> {
    let values = stage.points.iter().find(|planned: &&PlannedPoint| planned.id == point);
    let cell = |name: &String| {
        let text = values.and_then(|point| point.values.get(name)).cloned().unwrap_or_default();
        text.split(' ').next().unwrap_or_default().to_owned()
    };
    names.iter().map(cell).collect()
}

/// The smallest expanded uncertainty of a calibration, in words.
pub fn best_uncertainty(calibration: &Calibration) -> Text {
    let Some(best) = calibration.table.smallest("U") else { return Text::default() };
    Text::new(
        format!("U = {best} or more (k = {})", calibration.k),
        format!("U ≥ {best}（k = {}）", calibration.k),
    )
}

/// Where Monte Carlo does not confirm the GUM interval, and why.
pub fn second_opinions(results: &ItemResults) -> impl Iterator<Item = Text> {
    results.results.iter().filter_map(|result| {
        let ResultState::Measured(measured) = &result.state else { return None };
        let opinion = measured.outcome.monte_carlo.as_ref()?;
        if opinion.gum_validated {
            return None;
        }
        Some(Text::new(
            format!("{}: the Monte Carlo interval differs from the GUM interval: {}.", result.key, opinion.reason.en()),
            format!("{}：蒙特卡洛区间与 GUM 区间不一致：{}。", result.key, opinion.reason.zh()),
        ))
    })
}
