//! What a certificate states across points: checks of the decision and derived quantities.
//!
//! A check whose uncertainty is known is a table of its own, with the evaluation that anybody can
//! run again. One of which no uncertainty is known (a standard deviation of few repeats) must not
//! stand beside one: it is stated in a sentence.

use etalon_certificates::record::{Column, ResultRow, ResultTable, Text};
use etalon_procedures::derive::{Belongs, DerivedResult, DerivedValue};
use etalon_uncertainty::evaluation::{Evaluation, EvaluationError, Verdict};
use etalon_uncertainty::{decimal::Decimal, rounding};

use super::papers::Papers;
use super::results::{column, conditions, load_columns, name, number_and_unit, stated_unit};
use crate::{
    evaluate::{Across, ItemResults},
    plan::PlannedStage,
};

/// Digits of a number of which no uncertainty is known.
/// Chosen: two, as an uncertainty has (GUM 7.2.6).
const DIGITS: u32 = 2;

/// Most digits of a limit that are printed, and those left of one that has more, as a third of a
/// class has. The verdict is given on the limit itself.
/// Chosen: regulations print limits with three digits at most.
const LIMIT_DIGITS: (usize, u32) = (6, 4);

/// One table for every check whose uncertainty is known.
///
/// # Errors
/// A number that cannot be printed.
pub fn tables(
    papers: &Papers,
    across: &Across,
    is_decided: bool,
) -> Result<Vec<ResultTable>, EvaluationError> {
    let mut tables: Vec<ResultTable> = Vec::new();
    let Some(stage) = papers.plan.stages.iter().find(|stage| stage.id == across.stage) else {
        return Ok(tables);
    };
    let names = load_columns(&papers.procedure, stage);
    for check in &across.checks {
        let Some(value) = known(check) else { continue };
        let row = row(value, cells(check, stage, &names), is_decided)?;
        let id = format!("{}-{}", across.stage, check.name);
        match tables.iter_mut().find(|table| table.id == id) {
            Some(table) => table.rows.push(row),
            None => tables.push(ResultTable {
                id,
                name: name(stage, &check.title),
                quantity: check.title.clone(),
                unit: stated_unit(&value.outcome.unit),
                columns: columns(papers, stage, check, &names),
                rows: vec![row],
            }),
        }
    }
    Ok(tables)
}

/// A value whose uncertainty is known.
fn known(check: &DerivedResult) -> Option<&DerivedValue> {
    check.value().filter(|value| value.uncertainty_evaluated)
}

fn row(
    value: &DerivedValue,
    conditions: Vec<String>,
    is_decided: bool,
) -> Result<ResultRow, EvaluationError> {
    // A key is one word.
    let key = value.evaluation.key.replace(' ', "");
    let evaluation = Evaluation { key, ..value.evaluation.clone() };
    if is_decided {
        return ResultRow::of(&evaluation, &value.outcome, value.judgement.as_ref(), conditions);
    }
    let undecided = Evaluation { decision: None, ..evaluation };
    ResultRow::of(&undecided, &value.outcome, None, conditions)
}

/// A check of one point is told apart as the point itself is, by the columns of the report.
fn columns(
    papers: &Papers,
    stage: &PlannedStage,
    check: &DerivedResult,
    names: &[String],
) -> Vec<Column> {
    let column = |name: &str| column(&papers.procedure, stage, name);
    match &check.of {
        Belongs::Point(_) if names.is_empty() => {
            vec![Column { name: Text::new("point", "测量点"), unit: None }]
        }
        Belongs::Point(_) => names.iter().map(|name| column(name)).collect(),
        Belongs::Column { name, .. } => vec![column(name)],
        Belongs::Item => Vec::new(),
    }
}

/// What stands in those columns.
fn cells(check: &DerivedResult, stage: &PlannedStage, names: &[String]) -> Vec<String> {
    match &check.of {
        Belongs::Point(point) if !names.is_empty() => conditions(stage, point, names),
        Belongs::Item => Vec::new(),
        of => vec![number_and_unit(of.text()).0.to_owned()],
    }
}

/// What stands in a sentence: derived quantities of the report's summary, and checks of which no
/// uncertainty is known.
#[must_use]
pub fn sentences(papers: &Papers, results: &ItemResults, is_decided: bool) -> Vec<Text> {
    let summary = &papers.procedure.report.summary;
    let mut sentences = Vec::new();
    for across in &results.across {
        let checked: Vec<&str> = across
            .checks
            .iter()
            .filter(|one| known(one).is_some())
            .map(|one| one.name.as_str())
            .collect();
        let derived = across.derived.iter().filter(|derived| {
            let stands = summary.contains(&derived.name);
            stands && !checked.contains(&derived.name.as_str()) && derived.of == Belongs::Item
        });
        sentences.extend(derived.filter_map(stated));
        sentences.extend(judged(across, is_decided));
    }
    sentences
}

/// Significant digits of a coverage factor that is no whole number. Source: JCGM 100:2008 (GUM), table G.2
const FACTOR_DIGITS: u32 = 3;

/// A coverage factor as it stands in a sentence.
fn factor(k: f64) -> Option<String> {
    let exact = Decimal::from_f64(k).ok()?;
    let is_whole = (k - k.round()).abs() < 1e-9;
    let rounded =
        if is_whole { exact } else { rounding::to_significant(&exact, FACTOR_DIGITS).ok()? };
    Some(rounded.to_string())
}

/// A derived quantity with its uncertainty, where that is known.
fn stated(derived: &DerivedResult) -> Option<Text> {
    let value = derived.value()?;
    let outcome = &value.outcome;
    let (number, name, unit) = (&outcome.printed_measured, &derived.name, &outcome.unit);
    if !value.uncertainty_evaluated {
        return Some(Text::new(
            format!("{name} = {number} {unit}."),
            format!("{name} = {number} {unit}。"),
        ));
    }
    let (expanded, k) = (&outcome.printed_expanded, factor(outcome.k)?);
    Some(Text::new(
        format!("{name} = {number} {unit}, U = {expanded} {unit} (k = {k})."),
        format!("{name} = {number} {unit}，U = {expanded} {unit}（k = {k}）。"),
    ))
}

/// Checks of which no uncertainty is known, each with its limit and its verdict: one sentence for
/// all that share them.
fn judged(across: &Across, is_decided: bool) -> Vec<Text> {
    let mut groups: Vec<Group> = Vec::new();
    for check in across.checks.iter().filter(|check| known(check).is_none()) {
        let Some(found) = Group::of(check, is_decided) else { continue };
        match groups.iter_mut().find(|group| group.belongs_with(&found)) {
            Some(group) => group.numbers.extend(found.numbers),
            None => groups.push(found),
        }
    }
    groups.iter().map(Group::sentence).collect()
}

/// Numbers of one check that share its limit and its verdict.
struct Group {
    title: Text,
    /// Each with what it belongs to.
    numbers: Vec<String>,
    limit: String,
    verdict: (&'static str, &'static str),
}

impl Group {
    fn of(check: &DerivedResult, is_decided: bool) -> Option<Self> {
        let value = check.value()?;
        let decimal = Decimal::from_f64(value.outcome.value).ok()?;
        let number = rounding::to_significant(&decimal, DIGITS).ok()?;
        let of = match check.of.text() {
            "" => String::new(),
            of => format!("{of} "),
        };
        Some(Self {
            title: check.title.clone(),
            numbers: vec![format!("{of}{number} {}", value.outcome.unit)],
            limit: legible(value.evaluation.limit.as_ref()?.upper.as_deref()?),
            verdict: match (is_decided, check.verdict()) {
                (true, Verdict::Pass | Verdict::ConditionalPass) => (": conforms", "：合格"),
                (true, Verdict::Fail | Verdict::ConditionalFail) => {
                    (": does not conform", "：不合格")
                }
                _ => ("", ""),
            },
        })
    }

    fn belongs_with(&self, other: &Self) -> bool {
        (&self.title, &self.limit, self.verdict) == (&other.title, &other.limit, other.verdict)
    }

    fn sentence(&self) -> Text {
        let Self { title, numbers, limit, verdict: (en, zh) } = self;
        let (list, list_zh) = (numbers.join(", "), numbers.join("，"));
        Text::new(
            format!("{}: {list}; limit {limit}{en}.", title.en()),
            format!("{}：{list_zh}；限值 {limit}{zh}。", title.zh()),
        )
    }
}

/// A limit with its unit, shortened where its digits have no end.
fn legible(limit: &str) -> String {
    let (number, unit) = limit.split_once(' ').unwrap_or((limit, ""));
    let (most, kept) = LIMIT_DIGITS;
    let digits = number.chars().filter(char::is_ascii_digit).collect::<String>();
    if digits.trim_start_matches('0').len() <= most {
        return limit.to_owned();
    }
    let exact = Decimal::parse(number).ok();
    let shorter = exact.and_then(|exact| rounding::to_significant(&exact, kept).ok());
    match shorter {
        Some(short) => format!("{short} {unit}").trim_end().to_owned(),
        None => limit.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{factor, legible};

    /// Table G.2 of the Guide has 4.53 for two degrees of freedom at 95.45 %, and 2 stands where it is stated.
    #[test]
    fn gum_table_g2_coverage_factor_in_a_sentence_has_two_decimals_or_is_whole() {
        let of = |k: f64| factor(k).unwrap();
        assert_eq!([of(2.0), of(4.526_554_850), of(2.006_894_4)], ["2", "4.53", "2.01"]);
    }

    /// A third of class 0.5 has no last digit; a limit of a regulation keeps all of its own.
    #[test]
    fn limit_without_a_last_digit_is_printed_with_four() {
        assert_eq!(legible("0.166666666667 %"), "0.1667 %");
        assert_eq!(legible("0.0256 MPa"), "0.0256 MPa");
        assert_eq!(legible("1200 1/m^3"), "1200 1/m^3");
    }
}
