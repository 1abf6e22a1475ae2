//! Results: tables of load points, each row with its own raw data.

use super::Text;
use etalon_uncertainty::evaluation::{Evaluation, EvaluationError, Judgement, Outcome, Verdict};
use serde::{Deserialize, Serialize};

mod stating;

/// Results of one measurand over its load points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultTable {
    /// Identifier, such as the stage of the procedure.
    pub id: String,
    /// Heading.
    pub name: Text,
    /// What is stated, such as "error of indication".
    pub quantity: Text,
    /// Unit of the value, its uncertainty and its limits.
    pub unit: String,
    /// Columns that say which load point it is.
    pub columns: Vec<Column>,
    /// One row per load point.
    pub rows: Vec<ResultRow>,
}

/// A column that tells load points apart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Heading.
    pub name: Text,
    /// Unit of a column of numbers; none for a column of words.
    pub unit: Option<String>,
}

/// The result at one load point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultRow {
    /// Key of the load point in the run, `stage/point`.
    pub key: String,
    /// What stands in the table's columns: a decimal, or a word without blanks.
    pub conditions: Vec<String>,
    /// The numbers that are printed.
    pub stated: Stated,
    /// The evaluation that gives them, raw readings included, as canonical JSON.
    pub evaluation: String,
}

/// The numbers that a certificate prints for one result, as decimal strings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stated {
    /// Value, rounded to the last digit of its uncertainty.
    pub value: String,
    /// Expanded uncertainty.
    pub expanded: String,
    /// Coverage factor.
    pub k: String,
    /// Coverage probability.
    pub p: String,
    /// The decision, where conformity is stated.
    pub judged: Option<Judged>,
}

/// A decision on one result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judged {
    /// Which number was held against the limit.
    pub on: JudgedOn,
    /// That number.
    pub number: String,
    /// Lower limit.
    pub lower: Option<String>,
    /// Upper limit.
    pub upper: Option<String>,
    /// The decision.
    pub verdict: Conformity,
}

/// Which number a decision was taken on.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JudgedOn {
    /// The value rounded to the step of the specification.
    Rounded,
    /// The value as it came out.
    Raw,
}

/// A statement of conformity, from the best to the worst, named as in the DCC.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Conformity {
    /// Conforms.
    Pass,
    /// Conforms, with the risk that the rule names.
    ConditionalPass,
    /// Does not conform, with the risk that the rule names.
    ConditionalFail,
    /// Does not conform.
    Fail,
}

impl Conformity {
    /// Its name in the DCC.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::ConditionalPass => "conditionalPass",
            Self::ConditionalFail => "conditionalFail",
            Self::Fail => "fail",
        }
    }

    /// The statement of a name in the DCC.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Pass, Self::ConditionalPass, Self::ConditionalFail, Self::Fail]
            .into_iter()
            .find(|conformity| conformity.name() == name)
    }
}

impl ResultRow {
    /// The row of an evaluation that has been run, with what stands in its columns.
    ///
    /// A verdict *not evaluated* is not stated; the reason belongs into the
    /// record's notes.
    ///
    /// # Errors
    /// When a limit or number of the evaluation cannot be printed.
    pub fn of(
        evaluation: &Evaluation,
        outcome: &Outcome,
        judgement: Option<&Judgement>,
        conditions: Vec<String>,
    ) -> Result<Self, EvaluationError> {
        Ok(Self {
            key: evaluation.key.clone(),
            conditions,
            stated: stating::stated(evaluation, outcome, judgement)?,
            evaluation: evaluation.canonical_json(),
        })
    }
}

impl Stated {
    /// Computes everything that is printed again from an evaluation.
    ///
    /// The Monte Carlo second opinion is left out: no printed number comes from it.
    ///
    /// # Errors
    /// When the evaluation has no outcome, or it cannot be printed.
    pub fn recomputed(evaluation: &Evaluation) -> Result<Self, EvaluationError> {
        let plain = Evaluation { monte_carlo: None, ..evaluation.clone() };
        let outcome = plain.evaluate()?;
        let judgement = match plain.decision {
            Some(_) => Some(plain.decide(&outcome)?),
            None => None,
        };
        stating::stated(&plain, &outcome, judgement.as_ref())
    }
}

impl Conformity {
    /// The statement that a verdict allows; none where nothing was judged.
    #[must_use]
    pub fn of(verdict: &Verdict) -> Option<Self> {
        match verdict {
            Verdict::Pass => Some(Self::Pass),
            Verdict::Fail => Some(Self::Fail),
            Verdict::ConditionalPass => Some(Self::ConditionalPass),
            Verdict::ConditionalFail => Some(Self::ConditionalFail),
            Verdict::NotEvaluated { .. } => None,
        }
    }
}

impl ResultTable {
    /// Which number the table's decisions were taken on, if it holds any.
    #[must_use]
    pub fn judged_on(&self) -> Option<JudgedOn> {
        self.rows.iter().find_map(|row| row.stated.judged.as_ref()).map(|judged| judged.on)
    }

    /// The worst decision of the table, if it holds any.
    #[must_use]
    pub fn worst(&self) -> Option<Conformity> {
        self.rows.iter().filter_map(|row| row.stated.judged.as_ref()).map(|j| j.verdict).max()
    }
}
