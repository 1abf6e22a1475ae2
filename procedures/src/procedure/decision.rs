//! `[decision.*]`: the rule agreed for each activity (ISO/IEC 17025 7.1.3).

use etalon_uncertainty::text::Text;

use super::{Activity, Place};
use crate::formula::Formula;

/// How conformity is decided in one activity.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The activity.
    pub activity: Activity,
    /// What is judged, an expression over results: `mean(E)`.
    pub quantity: Option<Formula>,
    /// Largest magnitude allowed: the tolerance is ± this.
    pub tolerance: Option<Formula>,
    /// Which number is judged.
    pub judged_on: JudgedOn,
    /// The one rounding of this decision.
    pub rounding: Option<NamedRounding>,
    /// Simple or guarded acceptance.
    pub rule: Rule,
    /// A condition on the measurement itself; where it does not hold the
    /// verdict is *not evaluated*.
    pub require: Option<Formula>,
    /// Further checks.
    pub checks: Vec<Check>,
    /// Document and clause the rule was agreed by.
    pub source: String,
    /// The rule in words, as printed on the certificate.
    pub statement: Option<Text>,
    /// Whether it shares another's numbers and rules (`same_as`), where they are checked.
    pub is_shared: bool,
    /// Where it is written.
    pub place: Place,
}

/// Which number is compared with the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JudgedOn {
    /// The number rounded by [`NamedRounding`].
    Rounded,
    /// The number as computed.
    Raw,
}

/// A rounding with its name.
#[derive(Clone, Debug)]
pub struct NamedRounding {
    /// The rounding interval.
    pub step: Formula,
    /// `half-even` or `half-away-from-zero`.
    pub rule: String,
    /// Document and clause.
    pub source: String,
}

/// Simple or guarded acceptance (JCGM 106 8.2 and 8.3).
#[derive(Clone, Debug)]
pub enum Rule {
    /// The acceptance interval is the tolerance interval.
    Simple,
    /// The acceptance interval is smaller by a guard band.
    Guarded(Guard),
}

/// The guard band.
#[derive(Clone, Debug)]
pub struct Guard {
    /// w = factor × U, the factor as written; `1` for w = U (ILAC-G8:09/2019, 4.2).
    pub factor: String,
    /// Whether the guard band itself yields conditional verdicts (ILAC-G8, 4.2.3).
    pub conditional: bool,
}

/// A further check of a decision: it conforms where the value is at most the
/// limit, by the decision's rule of acceptance.
#[derive(Clone, Debug)]
pub struct Check {
    /// Its name.
    pub id: String,
    /// What it is called on screen and on paper; its name where not written.
    pub title: Option<Text>,
    /// Where it applies.
    pub each: CheckScope,
    /// The value, a magnitude.
    pub value: Formula,
    /// Its limit.
    pub limit: Formula,
    /// Which number is judged: as the decision says, unless written here.
    pub judged_on: JudgedOn,
    /// The one rounding of this check: the decision's, unless written here;
    /// none where the raw number is judged.
    pub rounding: Option<NamedRounding>,
    /// Where it is written.
    pub place: Place,
}

/// Where a check applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckScope {
    /// At every point.
    Point,
    /// For every value of a column of the points.
    Column(String),
    /// Once for the item.
    Item,
}
