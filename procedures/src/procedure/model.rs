//! `[model.*]` and `[[derive]]`: one equation per measurand.

use etalon_uncertainty::{quantity::Quantity, text::Text, unit::Unit};

use super::{Activity, Place};
use crate::formula::Formula;

/// A measurement model; serves the value, the GUM budget, Monte Carlo and the
/// prediction of the plan alike.
#[derive(Clone, Debug)]
pub struct Model {
    /// The measurand, as written in expressions.
    pub name: String,
    /// What it is called on paper.
    pub title: Option<Text>,
    /// Its unit.
    pub unit: Unit,
    /// The equation over its inputs.
    pub equation: Formula,
    /// The inputs, in the order of the file, which is the order of the budget.
    pub inputs: Vec<Input>,
    /// How U is formed from u.
    pub coverage: Coverage,
    /// The second opinion.
    pub monte_carlo: Option<MonteCarlo>,
    /// Where it is written.
    pub place: Place,
}

/// How an expanded uncertainty is formed.
#[derive(Clone, Debug, PartialEq)]
pub enum Coverage {
    /// A fixed coverage factor with the probability stated for it (GUM 6.3.3),
    /// both as written.
    Factor {
        /// The coverage factor.
        k: String,
        /// The stated coverage probability.
        p: String,
    },
    /// A coverage probability, with Student's t at the effective degrees of
    /// freedom (GUM G.3), as written.
    Probability(String),
}

/// Propagation of distributions (JCGM 101), as the second opinion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonteCarlo {
    /// Number of trials.
    pub trials: u64,
    /// The seed; the same seed gives the same bytes.
    pub seed: u64,
}

/// An input of a model.
#[derive(Clone, Debug)]
pub struct Input {
    /// Its symbol in the equation.
    pub name: String,
    /// What it is called in the budget.
    pub label: Option<Text>,
    /// Where its estimate comes from.
    pub source: InputSource,
    /// Its unit.
    pub unit: Unit,
    /// Whether it is exact by definition: no contribution.
    pub exact: bool,
    /// Whether every repeat has a value of its own: readings taken within the
    /// repeat, and Type A contributions. All other inputs are shared.
    pub each_repeat: bool,
    /// Inputs of the same instance are fully correlated; its own name if unset.
    pub instance: Option<String>,
    /// Whether it is drawn anew at every point (`independent = "point"`): then results at two points
    /// have nothing of it in common.
    pub of_point: bool,
    /// How a value between calibration points is found, as written.
    pub interpolate: Option<String>,
    /// Its contributions.
    pub contributions: Vec<Contribution>,
    /// Where it is written.
    pub place: Place,
}

/// Where the estimate of an input comes from.
#[derive(Clone, Debug)]
pub enum InputSource {
    /// A fixed estimate, zero for a correction that is only uncertain.
    Value(Quantity),
    /// A reading of the run: the name after `read.`.
    Reading(String),
    /// The answer to an `ask`: the name after `ask.`.
    Answer(String),
    /// Computed from the item, the point, tables and external names.
    Formula(Formula),
}

/// One contribution to the uncertainty of an input.
#[derive(Clone, Debug)]
pub struct Contribution {
    /// What it is called in the budget.
    pub name: String,
    /// Its distribution and the number that goes with it.
    pub distribution: Distribution,
    /// Present in runs of this activity only; in all when absent.
    pub only_for: Option<Activity>,
    /// Where it is written.
    pub place: Place,
}

/// The distribution assigned to a contribution, with its scale. Every formula
/// has the dimension of its input (of a difference of it for temperatures).
#[derive(Clone, Debug)]
pub enum Distribution {
    /// Normal.
    Normal(Scale),
    /// Rectangular, half-width (GUM 4.3.7).
    Rectangular(Formula),
    /// Triangular, half-width (GUM 4.3.9).
    Triangular(Formula),
    /// Arcsine, half-width (JCGM 101 6.4.6).
    Arcsine(Formula),
    /// Type A: the experimental standard deviation of one repeat, from earlier
    /// runs. `s` and `dof` are external names, `history.s` and `history.nu`.
    Pooled {
        /// Standard deviation of a single repeat.
        s: Formula,
        /// Its degrees of freedom.
        dof: Formula,
        /// The fewest earlier repeats that may be relied on.
        min_n: u32,
    },
    /// Type A from the repeats of this very point (n is the repeats used).
    Repeats {
        /// The fewest repeats it needs.
        min_n: u32,
        /// Whether the standard deviation is taken relative to the mean, for an
        /// input that is a factor beside one.
        relative: bool,
        /// Earlier repeats under the same condition, with which they are pooled
        /// unless they spread more than these explain.
        earlier: Option<Earlier>,
    },
}

/// The standard deviation that earlier repeats have shown.
#[derive(Clone, Debug)]
pub struct Earlier {
    /// Standard deviation of a single repeat, in the unit of the input.
    pub s: Formula,
    /// Its degrees of freedom.
    pub dof: Formula,
}

/// The scale of a normal contribution.
#[derive(Clone, Debug)]
pub enum Scale {
    /// A standard uncertainty, with its degrees of freedom where known.
    Standard {
        /// One standard deviation.
        u: Formula,
        /// Degrees of freedom; absent means infinite.
        dof: Option<Formula>,
    },
    /// An expanded uncertainty with its coverage factor.
    Expanded {
        /// The expanded uncertainty.
        expanded: Formula,
        /// Its coverage factor.
        k: Formula,
    },
}

/// A quantity computed across points.
#[derive(Clone, Debug)]
pub struct Derive {
    /// Its name.
    pub name: String,
    /// Its unit.
    pub unit: Unit,
    /// What it is computed from.
    pub equation: Formula,
    /// The grouping, as written.
    pub over: String,
    /// What one value is computed from.
    pub grouping: Grouping,
    /// Where it is written.
    pub place: Place,
}

/// What one value of a derived quantity is computed from.
#[derive(Clone, Debug)]
pub enum Grouping {
    /// `over = "p"`: one value for all points that have the same value in this
    /// column. A model stands for the list of its results there, and
    /// `E[dir='up']` for the one at the point whose column says so.
    Column(String),
    /// `over = "K_i = mean(K) by point"`: one value for the item. The name stands
    /// for the list of the formula's values over the points.
    Points {
        /// The name of the list in the equation.
        name: String,
        /// The formula taken at every point.
        each: Box<Formula>,
    },
    /// `over = "repeat by point"`: one value at every point. A model stands for
    /// the list of its values over the repeats.
    Repeats,
}
