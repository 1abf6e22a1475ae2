//! Results across repeats and points: `[[derive]]`, and the ground that the
//! checks of a decision stand on.
//!
//! Every derived result is a self-contained [`Evaluation`] of its own: its
//! inputs are the results it is taken from, with what they share. A contribution
//! that two results have in common (one certificate, one density) is one factor
//! in both, so that it cancels where results are subtracted; readings taken at a
//! point are independent of those at another. The record and the certificate
//! carry the evaluation, and whoever verifies runs it again.
//!
//! Nothing is inferred: where a point has no result, what is derived from it is
//! not evaluated, and says why.

use etalon_uncertainty::evaluation::{Evaluation, Judgement, Outcome};
use etalon_uncertainty::expression::Scope;
use etalon_uncertainty::text::Text;
use serde::{Deserialize, Serialize};

use crate::expand::Point;
use crate::item::ItemFields;
use crate::procedure::{Activity, CheckScope, Derive, Grouping, Procedure};

mod columns;
mod compose;
mod document;
mod factors;
mod literal;
mod rewrite;

pub(crate) use columns::Columns;
pub(crate) use compose::{Composer, Context};

/// The results of one stage for one unit under test.
pub struct StageResults<'a> {
    /// The procedure.
    pub procedure: &'a Procedure,
    /// What the run is for.
    pub activity: Activity,
    /// The unit under test.
    pub item: &'a ItemFields,
    /// The stage; the first word of the keys.
    pub stage: &'a str,
    /// Every point of the plan, in order, measured or not.
    pub visited: Vec<Visited<'a>>,
}

/// One point with its results.
pub struct Visited<'a> {
    /// The point, with the values that need the plan (see [`crate::expand::bind`]).
    pub point: &'a Point,
    /// Names of certificates, bench and environment at this point.
    pub external: &'a dyn Scope,
    /// The result of every model that was evaluated here.
    pub obtained: Vec<Obtained<'a>>,
}

/// One result.
#[derive(Clone, Copy)]
pub struct Obtained<'a> {
    /// What was evaluated; its measurand is the model.
    pub evaluation: &'a Evaluation,
    /// What came out.
    pub outcome: &'a Outcome,
}

/// What a derived result belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Belongs {
    /// A point, by its name.
    Point(String),
    /// All points with one value in a column.
    Column {
        /// The column.
        name: String,
        /// The value, with its unit.
        value: String,
    },
    /// The unit under test.
    Item,
}

impl Belongs {
    /// The name of the point, the value of the column, nothing for the item.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Point(id) => id,
            Self::Column { value, .. } => value,
            Self::Item => "",
        }
    }
}

/// A result across repeats or points, or a check of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DerivedResult {
    /// The derived quantity or the check.
    pub name: String,
    /// What it is called on paper.
    pub title: Text,
    /// What it belongs to.
    pub of: Belongs,
    /// What was found.
    pub found: Found,
}

/// What was found for a derived result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// A value.
    Evaluated(Box<DerivedValue>),
    /// Nothing, with the reason.
    NotEvaluated {
        /// Why not.
        reason: Text,
    },
}

/// A derived value that anybody can recompute.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DerivedValue {
    /// The evaluation; for a check it carries limit, rounding and rule.
    pub evaluation: Evaluation,
    /// What came out of it.
    pub outcome: Outcome,
    /// Whether the outcome's uncertainty means anything: `false` where the value
    /// is taken from single repeats (a standard deviation), of which no
    /// uncertainty is known. It must not be printed then.
    pub uncertainty_evaluated: bool,
    /// The keys of the results it is taken from.
    pub from: Vec<String>,
    /// The verdict, of a check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judgement: Option<Judgement>,
}

impl DerivedResult {
    pub(crate) fn not_evaluated(name: &str, title: Text, of: Belongs, reason: Text) -> Self {
        Self { name: name.to_owned(), title, of, found: Found::NotEvaluated { reason } }
    }

    /// The value, where there is one.
    #[must_use]
    pub fn value(&self) -> Option<&DerivedValue> {
        match &self.found {
            Found::Evaluated(value) => Some(value),
            Found::NotEvaluated { .. } => None,
        }
    }

    /// `NAME/POINT`, `NAME/VALUE` or `NAME`.
    #[must_use]
    pub fn key(&self) -> String {
        match self.of.text() {
            "" => self.name.clone(),
            of => format!("{}/{of}", self.name),
        }
    }
}

/// Every derived quantity of the procedure that rests on models this stage
/// yields, in the order of the file; within one, in the order of the points.
#[must_use]
pub fn derived(results: &StageResults<'_>) -> Vec<DerivedResult> {
    let mut found = Vec::new();
    let columns = Columns::of(results.procedure, &results.visited);
    for derive in &results.procedure.derives {
        if !results.concerns(&derive.equation, Some(derive)) {
            continue;
        }
        for (of, context) in results.groups(&derive.grouping, &columns) {
            found.push(results.derive(derive, of, &context, &columns));
        }
    }
    found
}

impl StageResults<'_> {
    /// Whether a formula rests on a model that this stage yields.
    pub(crate) fn concerns(
        &self,
        formula: &crate::formula::Formula,
        derive: Option<&Derive>,
    ) -> bool {
        let Some(stage) = self.procedure.stage(self.stage) else { return false };
        let listed = derive.and_then(|derive| match &derive.grouping {
            Grouping::Points { each, .. } => Some(&**each),
            _ => None,
        });
        let symbols = std::iter::once(formula).chain(listed).flat_map(|f| f.expression.symbols());
        symbols.map(|symbol| symbol.path).any(|path| {
            let name = path.split('[').next().unwrap_or_default();
            let inner = self.procedure.derives.iter().find(|other| other.name == name);
            stage.results.iter().any(|model| model == name)
                || inner.is_some_and(|inner| {
                    derive.is_none_or(|derive| derive.name != inner.name)
                        && self.concerns(&inner.equation, Some(inner))
                })
        })
    }

    fn groups(&self, grouping: &Grouping, columns: &Columns) -> Vec<(Belongs, Context)> {
        match grouping {
            Grouping::Column(column) => by_column(columns, column),
            Grouping::Points { .. } => vec![(Belongs::Item, self.all())],
            Grouping::Repeats => self.points(),
        }
    }

    /// Where a check applies, with the points it looks at.
    pub(crate) fn contexts(&self, each: &CheckScope, columns: &Columns) -> Vec<(Belongs, Context)> {
        match each {
            CheckScope::Point => self.points(),
            CheckScope::Column(column) => by_column(columns, column),
            CheckScope::Item => vec![(Belongs::Item, self.all())],
        }
    }

    /// Every point on its own.
    pub(crate) fn points(&self) -> Vec<(Belongs, Context)> {
        let names = self.visited.iter().map(|visited| Belongs::Point(visited.point.id.clone()));
        names.enumerate().map(|(index, of)| (of, Context::Point(index))).collect()
    }

    /// All points together.
    pub(crate) fn all(&self) -> Context {
        Context::Group((0..self.visited.len()).collect())
    }

    fn derive(
        &self,
        derive: &Derive,
        of: Belongs,
        context: &Context,
        columns: &Columns,
    ) -> DerivedResult {
        let title = Text::english(derive.name.clone());
        let mut composer = Composer::new(self, columns);
        let value = composer
            .derived(derive, context)
            .and_then(|symbol| composer.finish(self.key(&derive.name, &of), &symbol));
        match value {
            Ok(value) => DerivedResult {
                name: derive.name.clone(),
                title,
                of,
                found: Found::Evaluated(Box::new(value)),
            },
            Err(reason) => DerivedResult::not_evaluated(&derive.name, title, of, reason),
        }
    }

    /// `STAGE/NAME` or `STAGE/NAME/WHERE`.
    pub(crate) fn key(&self, name: &str, of: &Belongs) -> String {
        match of.text() {
            "" => format!("{}/{name}", self.stage),
            of => format!("{}/{name}/{of}", self.stage),
        }
    }
}

/// The points by their value in a column, in the order in which the values first occur.
fn by_column(columns: &Columns, column: &str) -> Vec<(Belongs, Context)> {
    let groups = columns.groups(column).iter();
    groups.map(|(of, members)| (of.clone(), Context::Group(members.clone()))).collect()
}
