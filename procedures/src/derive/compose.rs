//! One evaluation out of the results of many points.

use std::collections::{BTreeMap, BTreeSet};

use etalon_uncertainty::evaluation::{self, Equation, Evaluation};
use etalon_uncertainty::expression::{Expression, Kind, Symbol, Value};
use etalon_uncertainty::text::Text;
use etalon_uncertainty::unit::Unit;

use super::columns::Columns;
use super::document::{self, Entered};
use super::factors::{Factor, Factors};
use super::literal::{carried, named_literal, unit};
use super::rewrite::{Bound, rewritten};
use super::{DerivedValue, Obtained, StageResults};
use crate::formula::Formula;
use crate::procedure::{Derive, Grouping, Model};
use crate::resolve::{repeats, text};
use crate::scope::{Kinds, PointScope};

/// Where a formula is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Context {
    /// At one point: a model is the list of its values over the repeats.
    Point(usize),
    /// Over several points: a model is the list of its results.
    Group(Vec<usize>),
}

/// Collects the results that a derived value is taken from.
pub(crate) struct Composer<'a> {
    results: &'a StageResults<'a>,
    columns: &'a Columns,
    entered: Vec<Entered<'a>>,
    factors: Factors,
    equations: Vec<Equation>,
    units: BTreeMap<String, Unit>,
    known: BTreeMap<String, String>,
    from: BTreeSet<String>,
    is_uncertainty_known: bool,
}

impl<'a> Composer<'a> {
    pub(crate) fn new(results: &'a StageResults<'a>, columns: &'a Columns) -> Self {
        Self {
            results,
            columns,
            entered: Vec::new(),
            factors: Factors::default(),
            equations: Vec::new(),
            units: BTreeMap::new(),
            known: BTreeMap::new(),
            from: BTreeSet::new(),
            is_uncertainty_known: true,
        }
    }

    /// The symbol of a derived quantity in its group.
    pub(crate) fn derived(&mut self, derive: &Derive, context: &Context) -> Result<String, Text> {
        let memo = format!("{} {context:?}", derive.name);
        if let Some(symbol) = self.known.get(&memo) {
            return Ok(symbol.clone());
        }
        let listed = match (&derive.grouping, context) {
            (Grouping::Points { name, each }, Context::Group(members)) => {
                let each = members.iter().map(|index| {
                    let inner = self.rewritten(each, &Context::Point(*index), None)?;
                    Ok(format!("({inner})"))
                });
                Some((name.clone(), each.collect::<Result<Vec<_>, Text>>()?))
            }
            _ => None,
        };
        let text = self.rewritten(&derive.equation, context, listed.as_ref())?;
        let symbol = self.equation(&derive.name, text, &derive.unit);
        self.known.insert(memo, symbol.clone());
        Ok(symbol)
    }

    /// The symbol of a formula in this context; its unit is that of what it names.
    pub(crate) fn value(
        &mut self,
        name: &str,
        formula: &Formula,
        context: &Context,
    ) -> Result<(String, Unit), Text> {
        let text = self.rewritten(formula, context, None)?;
        let unit = self.unit_of(formula, &text)?;
        Ok((self.equation(name, text, &unit), unit))
    }

    /// A condition of a point with every name replaced by its number.
    pub(crate) fn closed(&self, formula: &Formula, index: usize) -> Result<String, Text> {
        let mut bind = |symbol: &Symbol, whole: &str| {
            let model = self.results.procedure.model(&symbol.path);
            match model {
                Some(model) if is_mean(whole, symbol) => {
                    let obtained = self.obtained(model, index)?;
                    let unit = unit(&obtained.outcome.unit)?;
                    carried(obtained.outcome.value, &unit).map(Bound::One)
                }
                _ => self.number(symbol, &Context::Point(index)).map(Bound::One),
            }
        };
        rewritten(&formula.text, &mut bind)
    }

    fn equation(&mut self, name: &str, expression: String, unit: &Unit) -> String {
        let mut symbol = name.to_owned();
        let mut number = 1;
        while self.units.contains_key(&symbol) {
            number += 1;
            symbol = format!("{name}_{number}");
        }
        self.units.insert(symbol.clone(), unit.clone());
        let unit = unit.symbol().to_owned();
        self.equations.push(Equation { name: symbol.clone(), unit, expression });
        symbol
    }

    fn rewritten(
        &mut self,
        formula: &Formula,
        context: &Context,
        listed: Option<&(String, Vec<String>)>,
    ) -> Result<String, Text> {
        let mut bind = |symbol: &Symbol, whole: &str| match listed {
            Some((name, elements)) if *name == symbol.path => Ok(Bound::Many(elements.clone())),
            _ => self.bound(symbol, whole, context),
        };
        rewritten(&formula.text, &mut bind)
    }

    fn bound(&mut self, symbol: &Symbol, whole: &str, context: &Context) -> Result<Bound, Text> {
        let procedure = self.results.procedure;
        let (name, selection) = match symbol.path.split_once('[') {
            Some((name, selection)) => (name, Some(selection.trim_end_matches(']'))),
            None => (symbol.path.as_str(), None),
        };
        if let Some(derive) = procedure.derives.iter().find(|derive| derive.name == name) {
            let of = self.group_of(derive, context)?;
            return self.derived(derive, &of).map(Bound::One);
        }
        let Some(model) = procedure.model(name) else {
            return self.number(symbol, context).map(Bound::One);
        };
        match (context, selection) {
            (Context::Point(index), None) if is_mean(whole, symbol) => {
                self.result(model, *index).map(Bound::One)
            }
            (Context::Point(index), None) => self.repeated(model, *index).map(Bound::Many),
            (Context::Group(members), None) => {
                let each = members.iter().map(|index| self.result(model, *index));
                each.collect::<Result<Vec<_>, _>>().map(Bound::Many)
            }
            (Context::Group(members), Some(selection)) => {
                let index = self.selected(selection, members)?;
                self.result(model, index).map(Bound::One)
            }
            (Context::Point(_), Some(_)) => Err(Text::new(
                format!("`{}` selects among points, and there is one", symbol.path),
                format!("`{}` 在单个测量点上无从选择", symbol.path),
            )),
        }
    }

    /// The group in which a derived quantity is taken for this context.
    fn group_of(&self, derive: &Derive, context: &Context) -> Result<Context, Text> {
        let misfit = || {
            Text::new(
                format!("`{}` has several values here", derive.name),
                format!("`{}` 在此有多个值", derive.name),
            )
        };
        match (&derive.grouping, context) {
            (Grouping::Points { .. }, _) => Ok(self.results.all()),
            (Grouping::Repeats, Context::Point(_)) => Ok(context.clone()),
            (Grouping::Column(column), _) => {
                let wanted: &[usize] = match context {
                    Context::Point(index) => std::slice::from_ref(index),
                    Context::Group(members) => members,
                };
                let group = self.columns.group_of(column, wanted);
                group.map(|members| Context::Group(members.to_vec())).ok_or_else(misfit)
            }
            (Grouping::Repeats, Context::Group(_)) => Err(misfit()),
        }
    }

    /// The one point of a group that `dir='up'` or `up` names.
    fn selected(&self, selection: &str, members: &[usize]) -> Result<usize, Text> {
        let (column, word) = match selection.split_once('=') {
            Some((column, word)) => (Some(column), word.trim_matches('\'')),
            None => (None, selection),
        };
        let fits = |index: &&usize| {
            self.results.visited.get(**index).is_some_and(|visited| {
                visited.point.values.iter().any(|(name, value)| {
                    column.is_none_or(|column| column == name)
                        && matches!(value, Value::Text(text) if text == word)
                })
            })
        };
        match members.iter().filter(fits).collect::<Vec<_>>().as_slice() {
            [index] => Ok(**index),
            found => Err(Text::new(
                format!("`{selection}` selects {} points, wanted one", found.len()),
                format!("`{selection}` 选中 {} 个测量点，应为一个", found.len()),
            )),
        }
    }

    fn obtained(&self, model: &Model, index: usize) -> Result<Obtained<'a>, Text> {
        let visited = self.results.visited.get(index);
        let found = visited.and_then(|visited| {
            visited.obtained.iter().find(|one| one.evaluation.measurand == model.name)
        });
        found.copied().ok_or_else(|| {
            let id = visited.map_or("?", |visited| visited.point.id.as_str());
            Text::new(
                format!("the point `{id}` has no result of `{}`", model.name),
                format!("测量点 `{id}` 无 `{}` 的结果", model.name),
            )
        })
    }

    /// The result at a point, as a symbol.
    fn result(&mut self, model: &Model, index: usize) -> Result<String, Text> {
        let obtained = self.obtained(model, index)?;
        let evaluation = obtained.evaluation;
        let is_mean = evaluation.repeats.len() == 1
            || evaluation.quantity.split_whitespace().collect::<String>()
                == format!("mean({})", model.name);
        if !is_mean {
            return Err(Text::new(
                format!(
                    "the result of `{}` is `{}`, wanted its mean",
                    model.name, evaluation.quantity
                ),
                format!("`{}` 的结果为 `{}`，应为其平均值", model.name, evaluation.quantity),
            ));
        }
        let symbol = format!("{}_at_{}", model.name, index + 1);
        let memo = format!("{symbol} entered");
        if self.known.insert(memo, symbol.clone()).is_some() {
            return Ok(symbol);
        }
        let id = self.results.visited.get(index).map_or("?", |visited| visited.point.id.as_str());
        let title =
            Text::new(format!("{} at {id}", model.name), format!("{id} 处的 {}", model.name));
        self.factors.take(self.results, index, self.entered.len(), obtained);
        let unit = unit(&obtained.outcome.unit)?;
        self.units.insert(symbol.clone(), unit.clone());
        self.from.insert(evaluation.key.clone());
        self.entered.push(Entered { symbol: symbol.clone(), unit, obtained, title });
        Ok(symbol)
    }

    /// The values of the single repeats at a point, of which no uncertainty is
    /// known: literals, so that the spread of equal values (zero) has a value too.
    fn repeated(&mut self, model: &Model, index: usize) -> Result<Vec<String>, Text> {
        let obtained = self.obtained(model, index)?;
        let unit = unit(&obtained.outcome.unit)?;
        let values = repeats::values(obtained.evaluation)
            .map_err(|finding| Text::english(finding.message))?;
        self.is_uncertainty_known = false;
        self.from.insert(obtained.evaluation.key.clone());
        values.into_iter().map(|value| carried(unit.from_si(value), &unit)).collect()
    }

    /// A name of the points, tables, item or needs, or `U(E)`, as a literal. Over
    /// several points it must be the same at all of them.
    fn number(&self, symbol: &Symbol, context: &Context) -> Result<String, Text> {
        let members = match context {
            Context::Point(index) => std::slice::from_ref(index),
            Context::Group(members) => members.as_slice(),
        };
        let mut found: Option<String> = None;
        for index in members {
            let Some(visited) = self.results.visited.get(*index) else { continue };
            let literal = match uncertainty_of(&symbol.path) {
                Some(name) => {
                    let model = self.results.procedure.model(name);
                    let obtained = model.map(|model| self.obtained(model, *index)).transpose()?;
                    let expanded = obtained
                        .map(|one| Ok::<_, Text>((one.outcome.expanded, unit(&one.outcome.unit)?)));
                    let stated = expanded.transpose()?;
                    stated.map(|(number, unit)| carried(number, &unit.interval())).transpose()?
                }
                None => {
                    let scope = PointScope {
                        procedure: self.results.procedure,
                        item: self.results.item,
                        point: Some(visited.point),
                        outer: visited.external,
                    };
                    named_literal(self.results.procedure, &symbol.path, &scope)
                }
            };
            let literal = literal.ok_or_else(|| {
                Text::new(
                    format!("`{}` has no number at `{}`", symbol.path, visited.point.id),
                    format!("`{}` 在 `{}` 处没有数值", symbol.path, visited.point.id),
                )
            })?;
            match &found {
                Some(earlier) if *earlier != literal => {
                    return Err(Text::new(
                        format!("`{}` differs from point to point", symbol.path),
                        format!("`{}` 在各测量点不相同", symbol.path),
                    ));
                }
                _ => found = Some(literal),
            }
        }
        found.ok_or_else(|| Text::new("there are no points", "没有测量点"))
    }

    /// The unit of a derived quantity or model that the formula names, if it fits
    /// what the text gives; else the coherent one.
    fn unit_of(&self, formula: &Formula, text: &str) -> Result<Unit, Text> {
        let mut kinds = Kinds::default();
        for (name, unit) in &self.units {
            kinds.declare(name.clone(), Kind::of_unit(unit));
        }
        let parsed = Expression::parse(text).map_err(|finding| Text::english(finding.message))?;
        let kind = parsed.check(&kinds).map_err(|findings| {
            Text::english(findings.into_iter().map(|f| f.message).collect::<Vec<_>>().join("; "))
        })?;
        let Kind::Number(kind) = kind else {
            return Err(Text::english(format!("found {kind}, wanted a number")));
        };
        let procedure = self.results.procedure;
        let named = text::names(formula);
        let of_derives = procedure.derives.iter().map(|one| (&one.name, &one.unit));
        let of_models = procedure.models.iter().map(|one| (&one.name, &one.unit));
        let fitting = of_derives
            .chain(of_models)
            .filter(|(name, _)| {
                named.iter().any(|path| path.split(['[', '(']).next() == Some(name.as_str()))
            })
            .map(|(_, unit)| if kind.affine { unit.clone() } else { unit.interval() })
            .find(|unit| unit.dimension() == kind.dimension);
        match fitting {
            Some(unit) => Ok(unit),
            None => unit(&kind.dimension.to_string()),
        }
    }

    /// The evaluation with what came out of it.
    pub(crate) fn finish(self, key: String, symbol: &str) -> Result<DerivedValue, Text> {
        let evaluation = self.evaluation(key, symbol)?;
        let outcome = evaluation.evaluate().map_err(|error| Text::english(error.to_string()))?;
        Ok(DerivedValue {
            evaluation,
            outcome,
            uncertainty_evaluated: self.is_uncertainty_known,
            from: self.from.into_iter().collect(),
            judgement: None,
        })
    }

    /// Whether the uncertainty of the value is known.
    pub(crate) fn is_uncertainty_known(&self) -> bool {
        self.is_uncertainty_known
    }

    fn evaluation(&self, key: String, symbol: &str) -> Result<Evaluation, Text> {
        let shared = self.factors.shared();
        let mut inputs = Vec::new();
        let mut equations = Vec::new();
        for (number, entered) in self.entered.iter().enumerate() {
            let own = self.factors.own(number);
            inputs.push(document::result_input(number, entered, &own)?);
            equations.push(document::result_equation(number, entered, &shared));
        }
        let named =
            |(place, factor): (usize, &&Factor)| factor.input(format!("shared_{}", place + 1));
        inputs.extend(shared.iter().enumerate().map(named));
        equations.extend(self.equations.iter().cloned());
        let visited = &self.results.visited;
        let first = visited.iter().flat_map(|visited| &visited.obtained).next();
        let coverage = first.map(|one| one.evaluation.coverage.clone());
        Ok(Evaluation {
            schema: evaluation::SCHEMA.to_owned(),
            key,
            quantity: symbol.to_owned(),
            equations,
            measurand: symbol.to_owned(),
            repeats: vec![1],
            inputs,
            readings: Vec::new(),
            correlations: Vec::new(),
            correlated_dof: Default::default(),
            coverage: coverage.ok_or_else(|| Text::new("there are no results", "没有测量结果"))?,
            limit: None,
            rounding: None,
            decision: None,
            monte_carlo: None,
        })
    }
}

/// `E` of `U(E)`.
fn uncertainty_of(path: &str) -> Option<&str> {
    path.strip_prefix("U(")?.strip_suffix(')')
}

/// Whether a name is the whole argument of `mean`.
fn is_mean(whole: &str, symbol: &Symbol) -> bool {
    let before = whole.get(..symbol.span.start).unwrap_or_default().trim_end();
    let behind = whole.get(symbol.span.end..).unwrap_or_default().trim_start();
    let called = before.strip_suffix('(').map(str::trim_end);
    let word = called.and_then(|before| before.rsplit(|c: char| !c.is_ascii_alphanumeric()).next());
    word == Some("mean") && behind.starts_with(')')
}
