//! Which stages run, and where a run holds: what the engine asks while it goes.

use etalon_uncertainty::diagnostic::Diagnostic;
use etalon_uncertainty::expression::{Kind, Scope, Value};
use etalon_uncertainty::unit::Unit;

use crate::derive::{Obtained, StageResults, Visited};
use crate::expand::Point;
use crate::finding;
use crate::item::ItemFields;
use crate::procedure::{PointOrder, Procedure, Stage};
use crate::scope::PointScope;

/// How far a run has come, for one unit under test.
pub struct Progress<'a> {
    /// The procedure.
    pub procedure: &'a Procedure,
    /// The unit under test.
    pub item: &'a ItemFields,
    /// The stages that ran, in order.
    pub ran: &'a [&'a str],
    /// Results of the stages that ran, in order.
    pub results: &'a [StageResults<'a>],
    /// Names that hold for the whole run: `job.*`, `site.*`, `bench.*`.
    pub external: &'a dyn Scope,
}

impl Progress<'_> {
    /// Whether a stage runs now. In its condition a model is the list of its
    /// results over the points of the latest stage that yielded it, and a column
    /// or a limit the list of its values at those points; points without a result
    /// are left out. `ran('ID')` says whether a stage ran.
    ///
    /// # Errors
    /// When the condition has no value: no stage has yielded a model it names, or
    /// a name is not known.
    pub fn runs(&self, stage: &Stage) -> Result<bool, Diagnostic> {
        let Some(when) = &stage.when else { return Ok(true) };
        let symbols = when.expression.symbols();
        let models: Vec<&str> = self
            .procedure
            .models
            .iter()
            .map(|model| model.name.as_str())
            .filter(|name| symbols.iter().any(|symbol| is_of(&symbol.path, name)))
            .collect();
        let scope = Over { progress: self, visited: self.visited(&models) };
        match when.evaluate(&scope)? {
            Value::Truth(truth) => Ok(truth),
            other => Err(Diagnostic::error(
                finding::KIND,
                format!("`{}` is {}, wanted true or false", when.text, other.kind()),
            )
            .at(when.place.clone())),
        }
    }

    /// The points of the latest stage that have a result of every model; those of
    /// the latest stage with points where no model is named.
    fn visited(&self, models: &[&str]) -> Vec<&Visited<'_>> {
        let has_all = |visited: &&Visited<'_>| {
            models.iter().all(|model| visited.obtained.iter().any(|one| is_model(one, model)))
        };
        let latest =
            self.results.iter().rev().find(|stage| stage.visited.iter().any(|v| has_all(&v)));
        latest.iter().flat_map(|stage| &stage.visited).filter(has_all).collect()
    }
}

fn is_of(path: &str, model: &str) -> bool {
    path == model || path.strip_prefix("U(").and_then(|rest| rest.strip_suffix(')')) == Some(model)
}

fn is_model(obtained: &Obtained<'_>, model: &str) -> bool {
    obtained.evaluation.measurand == model
}

/// Names between stages.
struct Over<'a> {
    progress: &'a Progress<'a>,
    visited: Vec<&'a Visited<'a>>,
}

impl Over<'_> {
    fn result(&self, path: &str, visited: &Visited<'_>) -> Option<Value> {
        let one = visited.obtained.iter().find(|one| is_of(path, &one.evaluation.measurand))?;
        let unit = Unit::parse(&one.outcome.unit).ok()?;
        Some(match path.starts_with("U(") {
            true => Value::in_unit(one.outcome.expanded, &unit.interval()),
            false => Value::in_unit(one.outcome.value, &unit),
        })
    }
}

impl Scope for Over<'_> {
    fn kind(&self, path: &str) -> Option<Kind> {
        self.value(path).map(|value| value.kind())
    }

    fn value(&self, path: &str) -> Option<Value> {
        let Progress { procedure, item, external, .. } = *self.progress;
        let of_run = item.value(path).or_else(|| external.value(path));
        if of_run.is_some() {
            return of_run;
        }
        let each = self.visited.iter().map(|visited| {
            let point = Some(visited.point);
            let scope = PointScope { procedure, item, point, outer: visited.external };
            self.result(path, visited).or_else(|| scope.value(path))
        });
        let values: Option<Vec<Value>> = each.collect();
        values.filter(|values| !values.is_empty()).map(Value::List)
    }

    fn call(&self, name: &str, args: &[Value]) -> Option<Result<Value, String>> {
        match (name, args) {
            ("ran", [Value::Text(stage)]) => {
                Some(Ok(Value::Truth(self.progress.ran.contains(&stage.as_str()))))
            }
            ("ran", _) => Some(Err("ran takes the quoted name of a stage".to_owned())),
            _ => None,
        }
    }
}

/// The point behind which the run holds (`[points] hold`), as its place in the
/// list of expanded points: its actions are done, then it is held. `last` of an
/// up-and-down list is the last point of the way up.
#[must_use]
pub fn hold_after(procedure: &Procedure, points: &[Point]) -> Option<usize> {
    let written = procedure.points.as_ref()?;
    let hold = written.hold.as_ref()?;
    let is_up = |point: &Point| match (written.order, point.values.get("dir")) {
        (PointOrder::UpDown, Some(Value::Text(word))) => word == "up",
        _ => true,
    };
    let named = |point: &Point| {
        point.id == hold.at || point.id.strip_suffix("-up") == Some(hold.at.as_str())
    };
    match hold.at.as_str() {
        "first" => points.iter().position(is_up),
        "last" => points.iter().rposition(is_up),
        _ => points.iter().position(|point| is_up(point) && named(point)),
    }
}
