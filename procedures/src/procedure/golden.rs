//! `[[test]]`: golden cases, whose expected values were not made by Etalon.

use std::collections::BTreeMap;

use etalon_uncertainty::quantity::Quantity;

use super::{Activity, Place};

/// A golden case.
#[derive(Clone, Debug)]
pub struct GoldenTest {
    /// What it shows.
    pub name: String,
    /// Who computed the expected values: `dossier 3.1`, a page, a program.
    pub origin: String,
    /// The unit under test: field values as text.
    pub item: BTreeMap<String, String>,
    /// The point it happens at.
    pub point: Option<String>,
    /// The model it evaluates; the first of the procedure when not written.
    pub model: Option<String>,
    /// The activity whose contributions and decision it uses.
    pub activity: Option<Activity>,
    /// Readings, external names, point values and inputs, by name; a list has
    /// one entry per repeat.
    pub given: BTreeMap<String, Given>,
    /// Standard uncertainties that replace the contributions of an input.
    pub u: BTreeMap<String, Quantity>,
    /// The expected value.
    pub value: Option<Quantity>,
    /// The expected expanded uncertainty.
    pub expanded: Option<Quantity>,
    /// How far the value may be off.
    pub tolerance: Option<Quantity>,
    /// How far the expanded uncertainty may be off; `tolerance` when absent.
    pub expanded_tolerance: Option<Quantity>,
    /// The expected printed number after the decision's rounding.
    pub rounded: Option<String>,
    /// Expected values at the point: `N`, `mpe.limit` …
    pub at_point: BTreeMap<String, String>,
    /// The ids of all points expected for the item, in order.
    pub points: Option<Vec<String>>,
    /// Results of models at points, by model and point, one value per repeat,
    /// from which `derived` and `checks` follow.
    pub results: BTreeMap<String, BTreeMap<String, Vec<Quantity>>>,
    /// The expected derived quantities by their key (`lin`, `rep/qmax`,
    /// `hyst/6 MPa`), to the digits written.
    pub derived: BTreeMap<String, Quantity>,
    /// The expected verdicts of the decision's checks by their key.
    pub checks: BTreeMap<String, ExpectedVerdict>,
    /// The expected verdict.
    pub verdict: Option<ExpectedVerdict>,
    /// Where it is written.
    pub place: Place,
}

/// A value given to a golden case.
#[derive(Clone, Debug)]
pub enum Given {
    /// One value with its place.
    One(String, Place),
    /// One value per repeat.
    Many(Vec<(String, Place)>),
}

/// A verdict as written in a golden case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpectedVerdict {
    /// Conforms.
    Pass,
    /// Does not conform.
    Fail,
    /// Conforms, within the guard band.
    ConditionalPass,
    /// Does not conform, within the guard band.
    ConditionalFail,
    /// No verdict.
    NotEvaluated,
}
