//! Results as a certificate prints them: tables of load points with decimal strings.

use etalon_certificates::record::{Column, ResultRow, ResultTable, Text};
use etalon_procedures::procedure::Procedure;

use etalon_uncertainty::evaluation::{Evaluation, EvaluationError};
use etalon_uncertainty::quantity::Quantity;

use super::{across, papers::Papers};
use crate::{
    decide::{self, ItemVerdict},
    evaluate::{ItemResults, Measured, PointResult, ResultState},
    plan::{PlannedPoint, PlannedStage},
    register::Calibration,
};

/// Zeros behind the point that nobody can count at a glance. A choice: 0.0001 is read, 0.00001 is counted.
const UNCOUNTED_ZEROS: usize = 4;

/// One table for every measurand of every stage that has results, and one for every check across
/// them whose uncertainty is known.
///
/// Verdicts are stated only where the customer agreed to a rule and one can be given on the item as a whole: a
/// page that says *pass* of the points that happened to be measured misleads.
///
/// # Errors
/// A number that cannot be printed.
pub fn tables(
    papers: &Papers,
    results: &ItemResults,
    is_agreed: bool,
) -> Result<Vec<ResultTable>, EvaluationError> {
    let is_decided =
        is_agreed && !matches!(decide::decide(results), ItemVerdict::NotEvaluated { .. });
    let mut tables = Vec::new();
    for stage in &papers.plan.stages {
        for model in &stage.results {
            tables.extend(table(papers, (stage, model), results, is_decided)?);
        }
        for across in results.across.iter().filter(|across| across.stage == stage.id) {
            tables.extend(across::tables(papers, across, is_decided)?);
        }
    }
    Ok(tables)
}

fn table(
    papers: &Papers,
    (stage, model): (&PlannedStage, &str),
    results: &ItemResults,
    is_decided: bool,
) -> Result<Option<ResultTable>, EvaluationError> {
    let here = results.results.iter().filter(|result| result.stage == stage.id);
    let measured: Vec<(&PointResult, &Measured)> = here
        .filter_map(|result| match &result.state {
            ResultState::Measured(measured) => Some((result, &**measured)),
            ResultState::NotMeasured { .. } => None,
        })
        .filter(|(_, measured)| measured.evaluation.measurand == model)
        .collect();
    let Some((_, first)) = measured.first() else { return Ok(None) };
    let names = load_columns(&papers.procedure, stage);
    let rows = measured.iter().map(|(result, measured)| {
        let Measured { evaluation, outcome, judgement } = measured;
        let conditions = conditions(stage, &result.point, &names);
        if is_decided {
            return ResultRow::of(evaluation, outcome, judgement.as_ref(), conditions);
        }
        let undecided = Evaluation { decision: None, ..evaluation.clone() };
        ResultRow::of(&undecided, outcome, None, conditions)
    });
    let mut models = papers.procedure.models.iter();
    let title = models.find(|known| known.name == model).and_then(|known| known.title.clone());
    let quantity = title.unwrap_or_else(|| Text::english(first.evaluation.measurand.clone()));
    // One measurand keeps the stage's own name.
    let id = match stage.results.as_slice() {
        [_] => stage.id.clone(),
        _ => format!("{}-{model}", stage.id),
    };
    Ok(Some(ResultTable {
        id,
        name: name(stage, &quantity),
        quantity,
        unit: stated_unit(&first.outcome.unit),
        columns: names.iter().map(|name| column(&papers.procedure, stage, name)).collect(),
        rows: rows.collect::<Result<_, _>>()?,
    }))
}

/// What a table shows, and whether before or after an adjustment (ISO/IEC 17025:2017, 7.8.4.1 d).
pub(super) fn name(stage: &PlannedStage, quantity: &Text) -> Text {
    let (en, zh) = match stage.kind.as_deref() {
        Some("as_found") => ("before adjustment (as found)", "调整前"),
        Some("as_left") => ("after adjustment (as left)", "调整后"),
        _ => return quantity.clone(),
    };
    Text::new(format!("{}, {en}", quantity.en()), format!("{}（{zh}）", quantity.zh()))
}

/// A unit as a certificate states it: what is counted has the unit one.
pub(super) fn stated_unit(unit: &str) -> String {
    match unit.strip_prefix("imp") {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("1{rest}"),
        _ => unit.to_owned(),
    }
}

/// Columns of the procedure's report that tell load points apart.
pub(super) fn load_columns(procedure: &Procedure, stage: &PlannedStage) -> Vec<String> {
    let known = |name: &str| stage.points.iter().all(|point| point.values.contains_key(name));
    let columns = procedure.report.columns.iter().map(|formula| formula.text.clone());
    columns.filter(|name| known(name)).collect()
}

/// A load column with the unit that the procedure declares, or the one that all of its points show.
pub(super) fn column(procedure: &Procedure, stage: &PlannedStage, name: &str) -> Column {
    let columns = procedure.points.iter().flat_map(|points| &points.columns);
    let unit = columns.filter(|column| column.name == name).find_map(|column| column.unit.as_ref());
    let declared = unit.map(|unit| unit.symbol().to_owned());
    Column { name: procedure.report.label(name), unit: declared.or_else(|| shown(stage, name)) }
}

/// The unit behind the number of a value, where it is the same at all points.
fn shown(stage: &PlannedStage, name: &str) -> Option<String> {
    let of = |point: &PlannedPoint| {
        let (_, unit) = number_and_unit(point.values.get(name)?);
        unit.map(str::to_owned)
    };
    let first = of(stage.points.first()?)?;
    stage.points.iter().all(|point| of(point).as_ref() == Some(&first)).then_some(first)
}

/// What stands in the load columns of a point: the number without its unit, or the word.
pub(super) fn conditions(stage: &PlannedStage, point: &str, names: &[String]) -> Vec<String> {
    let values = stage.points.iter().find(|planned: &&PlannedPoint| planned.id == point);
    let cell = |name: &String| {
        let text = values.and_then(|point| point.values.get(name)).cloned().unwrap_or_default();
        number_and_unit(&text).0.to_owned()
    };
    names.iter().map(cell).collect()
}

/// The number of a quantity and its unit; words stay whole (`sin0.5L`).
pub(super) fn number_and_unit(text: &str) -> (&str, Option<&str>) {
    match text.split_once(' ').filter(|_| Quantity::parse(text).is_ok()) {
        Some((number, unit)) => (number, Some(unit)),
        None => (text, None),
    }
}

/// A quantity with nobody's zeros to count: 0.000000000278 m^2 is 2.78 × 10⁻¹⁰ m^2. Every digit stays.
fn by_its_power(text: &str) -> String {
    let (number, unit) = number_and_unit(text);
    let behind_the_point = number.strip_prefix("0.").unwrap_or_default();
    let digits = behind_the_point.trim_start_matches('0');
    let zeros = behind_the_point.len() - digits.len();
    let (Some(first), true) = (digits.get(..1), zeros >= UNCOUNTED_ZEROS) else {
        return text.to_owned();
    };
    let rest = digits.get(1..).filter(|rest| !rest.is_empty());
    let power = (zeros + 1).to_string().chars().map(raised).collect::<String>();
    let number = format!("{first}{}{} × 10⁻{power}", rest.map_or("", |_| "."), rest.unwrap_or(""));
    unit.map_or_else(|| number.clone(), |unit| format!("{number} {unit}"))
}

/// A digit of an exponent.
fn raised(digit: char) -> char {
    let raised = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    digit.to_digit(10).and_then(|digit| raised.get(digit as usize)).copied().unwrap_or(digit)
}

/// The smallest expanded uncertainty of a calibration, in words.
pub fn best_uncertainty(calibration: &Calibration) -> Text {
    let Some(best) = calibration.table.smallest("U") else { return Text::default() };
    let best = by_its_power(&best.to_string());
    Text::new(
        format!("U = {best} or more (k = {})", calibration.k),
        format!("U ≥ {best}（k = {}）", calibration.k),
    )
}

/// What Monte Carlo says about the stated intervals, in one sentence for all results.
pub fn second_opinion(results: &ItemResults) -> Option<Text> {
    let opinions = results.results.iter().filter_map(|result| {
        let ResultState::Measured(measured) = &result.state else { return None };
        let opinion = measured.outcome.monte_carlo.as_ref()?;
        let half_width = (opinion.hi_sym - opinion.lo_sym) / 2.0;
        Some((opinion.gum_validated, half_width <= measured.outcome.expanded, opinion.trials))
    });
    let opinions: Vec<_> = opinions.collect();
    let (_, _, trials) = opinions.first()?;
    let (all, agreeing) = (opinions.len(), opinions.iter().filter(|(agrees, ..)| *agrees).count());
    let wider = opinions.iter().filter(|(agrees, covers, _)| !agrees && *covers).count();
    let narrower = all - agreeing - wider;
    Some(Text::new(
        format!(
            "Second opinion by Monte Carlo (JCGM 101, {trials} trials): of {all} stated intervals \
             {agreeing} are confirmed, {wider} are wider than the Monte Carlo interval, \
             {narrower} are narrower."
        ),
        format!(
            "蒙特卡洛法复核（JCGM 101，{trials} 次试验）：{all} 个区间中 {agreeing} 个得到确认，\
             {wider} 个宽于蒙特卡洛区间，{narrower} 个窄于蒙特卡洛区间。"
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::{by_its_power, number_and_unit};

    #[test]
    fn words_of_a_load_column_stay_whole_and_quantities_give_up_their_unit() {
        assert_eq!(number_and_unit("0.25 A"), ("0.25", Some("A")));
        assert_eq!(number_and_unit("12"), ("12", None));
        assert_eq!(number_and_unit("no load"), ("no load", None));
        assert_eq!(number_and_unit("0.5L"), ("0.5L", None));
    }

    /// SI brochure, 9th edition, 5.4.1: a number may stand before its power of ten; no digit is lost.
    #[test]
    fn si_5_4_1_small_uncertainties_are_stated_by_their_power_of_ten_and_others_as_they_are() {
        assert_eq!(by_its_power("0.000000000277967 m^2"), "2.77967 × 10⁻¹⁰ m^2");
        assert_eq!(by_its_power("0.00001 g"), "1 × 10⁻⁵ g");
        assert_eq!(by_its_power("0.000120"), "0.000120");
        assert_eq!(by_its_power("0.012 %"), "0.012 %");
        assert_eq!(by_its_power("0 Pa"), "0 Pa");
    }
}
