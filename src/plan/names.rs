//! External names resolved at a point: `cert.ref.error`, `bench.position`,
//! `history.s` become numbers with their origin, or the plan is refused.

mod earlier;
mod of_standard;

use std::collections::{BTreeMap, BTreeSet};

use etalon_procedures::expand::Point;
use etalon_procedures::procedure::{Need, NeedKind, Procedure};
use etalon_procedures::scope::Bindings;
use etalon_uncertainty::expression::{NumberKind, Value};
use etalon_uncertainty::quantity::Quantity;
use etalon_uncertainty::text::Text;

use super::ResolvedName;
use super::bind::{Bound, Equipment};
use super::choices::Choices;
use super::lines::Lines;
use super::refusal::PlanError;
use crate::register::Load;

pub use of_standard::in_range;

/// Who answers for names at one point.
pub struct Desk<'a> {
    /// The procedure.
    pub procedure: &'a Procedure,
    /// The lines of its text, for places.
    pub lines: Lines,
    /// Bench, register, catalogue, day.
    pub equipment: Equipment<'a>,
    /// The roles.
    pub bound: &'a [Bound<'a>],
    /// Numbers of the site: the name that follows `site.`, value and origin.
    pub site: &'a BTreeMap<String, (Quantity, String)>,
    /// What this attempt takes for granted.
    pub choices: &'a Choices,
}

/// Names of one point with their values.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// The values, for expressions.
    pub bindings: Bindings,
    /// The same for the record.
    pub resolved: Vec<ResolvedName>,
}

impl Names {
    fn take(&mut self, need: &Need, found: Found) {
        self.bindings.bind(need.name.clone(), found.value);
        self.resolved.push(ResolvedName {
            name: need.name.clone(),
            value: found.text,
            unit: found.unit,
            origin: found.origin,
        });
    }
}

/// A value with its origin.
struct Found {
    value: Value,
    text: String,
    unit: String,
    origin: String,
}

impl Desk<'_> {
    /// Every declared name at a point, for a measurand.
    ///
    /// # Errors
    /// [`PlanError::OutsideCertificate`] where a certificate does not cover the
    /// point, [`PlanError::Unresolved`] where nobody knows a name.
    pub fn names(&self, point: &Point, measurand: &str) -> Result<Names, PlanError> {
        let load = load(point);
        let mut names = Names::default();
        for need in &self.procedure.needs {
            let found = self.resolve(need, point, &load, measurand)?;
            names.take(need, found);
        }
        self.expect_environment(&mut names);
        Ok(names)
    }

    /// The declared names that values of the points rest on.
    #[must_use]
    pub fn asked_by_points(&self) -> Vec<&Need> {
        let define = self.procedure.points.iter().flat_map(|points| &points.define);
        let symbols = define.flat_map(|definition| definition.formula.expression.symbols());
        let asked: BTreeSet<String> = symbols.map(|symbol| symbol.path).collect();
        self.procedure.needs.iter().filter(|need| asked.contains(&need.name)).collect()
    }

    /// Those of some names that can be resolved at a point as far as its values are known.
    #[must_use]
    pub fn known(&self, needs: &[&Need], point: &Point, measurand: &str) -> Names {
        let load = load(point);
        let mut names = Names::default();
        for need in needs {
            if let Ok(found) = self.resolve(need, point, &load, measurand) {
                names.take(need, found);
            }
        }
        names
    }

    /// Conditions of the environment stand in the middle of their limits until they are observed.
    fn expect_environment(&self, names: &mut Names) {
        for limit in &self.procedure.environment.limits {
            let middle = f64::midpoint(limit.min.si(), limit.max.si());
            let kind =
                NumberKind { dimension: limit.unit.dimension(), affine: limit.unit.is_affine() };
            names
                .bindings
                .bind(format!("env.{}", limit.quantity), Value::Number { si: middle, kind });
        }
    }

    /// The declared names that are the same at every point: of the site and of the order.
    ///
    /// # Errors
    /// As [`Desk::names`].
    pub fn names_of_no_point(&self) -> Result<Names, PlanError> {
        let mut names = Names::default();
        for need in &self.procedure.needs {
            let found = match need.name.split_once('.') {
                Some(("site", name)) => self.of_site(need, name)?,
                Some(("job", name)) => self.of_order(need, name)?,
                _ => continue,
            };
            names.take(need, found);
        }
        Ok(names)
    }

    fn resolve(
        &self,
        need: &Need,
        point: &Point,
        load: &Load,
        measurand: &str,
    ) -> Result<Found, PlanError> {
        let mut parts = need.name.split('.');
        let (first, second, third) = (parts.next(), parts.next(), parts.next());
        match (first, second, third) {
            (Some("cert"), Some(role), Some(name)) => self.certified(need, role, name, load, point),
            (Some("spec"), Some(role), Some(name)) => self.specified(need, role, name, load, point),
            (Some("bench"), Some(name), None) => self.of_bench(need, name),
            (Some("history"), Some(name @ ("s" | "nu" | "n")), None) => {
                self.of_history(need, name, point, measurand)
            }
            (Some("site"), Some(name), None) => self.of_site(need, name),
            (Some("job"), Some(name), None) => self.of_order(need, name),
            (Some("res"), Some(role), name) => self.resolution(need, role, name),
            _ => Err(self.unresolved(
                need,
                Text::new("nobody answers for names of this kind", "这类名称无处可查"),
            )),
        }
    }

    fn unresolved(&self, need: &Need, reason: Text) -> PlanError {
        PlanError::Unresolved {
            name: need.name.clone(),
            reason: Box::new(reason),
            line: self.lines.at(&need.place),
        }
    }

    fn quantity(&self, need: &Need, found: &Quantity, origin: String) -> Result<Found, PlanError> {
        let NeedKind::Quantity(unit) = &need.kind else {
            return Err(self.unresolved(
                need,
                Text::new(
                    format!("{origin} is a number, wanted a word"),
                    format!("{origin} 是数，此处需要文字"),
                ),
            ));
        };
        if !found.unit().is_compatible(unit) {
            return Err(self.unresolved(
                need,
                Text::new(
                    format!("{origin} is {found}, wanted it in {unit}"),
                    format!("{origin} 为 {found}，此处需要以 {unit} 表示的量"),
                ),
            ));
        }
        Ok(Found {
            value: Value::from(found),
            text: found.decimal().to_string(),
            unit: found.unit().symbol().to_owned(),
            origin,
        })
    }

    fn of_bench(&self, need: &Need, name: &str) -> Result<Found, PlanError> {
        let bench = self.equipment.bench;
        let none = || {
            let reason = Text::new(
                format!("bench {} states no contribution `{name}`", bench.id),
                format!("装置 {} 未给出分量 `{name}`", bench.id),
            );
            self.unresolved(need, reason)
        };
        let contribution = bench.contributions.get(name).ok_or_else(none)?;
        let origin = format!("bench {}: {}", bench.id, contribution.source);
        self.quantity(need, &contribution.value, origin)
    }

    fn of_site(&self, need: &Need, name: &str) -> Result<Found, PlanError> {
        let none = || {
            self.unresolved(
                need,
                Text::new(
                    format!("the laboratory states no `{name}`"),
                    format!("实验室未给出 `{name}`"),
                ),
            )
        };
        let (quantity, origin) = self.site.get(name).ok_or_else(none)?;
        self.quantity(need, quantity, origin.clone())
    }

    /// What the order says. A permission that nobody gave is not given.
    fn of_order(&self, need: &Need, name: &str) -> Result<Found, PlanError> {
        match &need.kind {
            NeedKind::Truth => Ok(Found {
                value: Value::Truth(false),
                text: "false".to_owned(),
                unit: String::new(),
                origin: format!("no order says `{name}`"),
            }),
            _ => Err(self.unresolved(
                need,
                Text::new(format!("no order states `{name}`"), format!("没有委托单给出 `{name}`")),
            )),
        }
    }
}

/// The load of a point, as certificates are looked up by it.
#[must_use]
pub fn load(point: &Point) -> Load {
    point.values.iter().fold(Load::default(), |load, (name, value)| match value {
        Value::Text(word) => load.with_word(name, word),
        Value::Number { si, .. } => load.with_number(name, *si),
        Value::Truth(_) | Value::List(_) => load,
    })
}
