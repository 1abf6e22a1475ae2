//! One evaluation per result, point and item: everything but the readings.
//!
//! The model's own equation, its inputs with every scale resolved to a number,
//! the limit, the rounding and the agreed rule: what the record stores and the
//! certificate embeds. The prediction of the plan is this very evaluation with
//! the readings that a perfect item would give.

use std::collections::BTreeMap;

use etalon_procedures::formula::Formula;
use etalon_procedures::procedure::{Contribution, Distribution, Input, InputSource, Model};
use etalon_procedures::resolve;
use etalon_procedures::scope::PointScope;
use etalon_uncertainty::evaluation::{
    ByReading, Evaluation, EvaluationError, RawReading, Shape, Verdict,
};
use etalon_uncertainty::expression::Scope;
use etalon_uncertainty::quantity::Quantity;

use super::correlated;
use super::expected::{self, Course};
use super::make::Wanted;
use super::names::Desk;
use super::prediction::{self, carried};
use super::ready::Ready;
use super::refusal::{Miss, PlanError, line};
use super::table::Seat;
use super::{
    AtRun, Condition, Fixed, PlanEntry, PlannedPoint, PlannedStage, Prediction, filled, own_spread,
};
use crate::journal::chain::sha256_hex;

/// Share of the limit (or of 1 in the result's unit) by which an expected
/// reading may miss.
const NEAR: f64 = 1e-6;

/// Whether a contribution is the spread of the point's own repeats.
fn is_of_repeats(contribution: &Contribution) -> bool {
    matches!(contribution.distribution, Distribution::Repeats { .. })
}

/// One result at one point for one item.
struct Template<'a> {
    wanted: &'a Wanted<'a>,
    seat: &'a Seat<'a>,
    model: &'a Model,
    key: String,
}

/// The plan's entry for a result.
///
/// # Errors
/// When a number of it cannot be resolved, or the procedure's requirement on
/// the measurement cannot be met.
pub(super) fn entry(
    wanted: &Wanted<'_>,
    desk: &Desk<'_>,
    one: &Ready<'_>,
    stages: &[PlannedStage],
    (stage, point, name): (&PlannedStage, &PlannedPoint, &str),
) -> Result<PlanEntry, PlanError> {
    let at =
        if point.id.is_empty() { stage.id.clone() } else { format!("{}/{}", stage.id, point.id) };
    // The first result of a stage has the name of its point, each further one its own.
    let is_first = stage.results.first().is_none_or(|first| first == name);
    let key = if is_first { at } else { format!("{at}/{name}") };
    let missing = || PlanError::Unpredictable {
        key: key.clone(),
        item: one.item.id.clone(),
        reason: format!("there is no model {name}"),
    };
    let model = desk.procedure.model(name).ok_or_else(missing)?;
    let names = one.names.get(&(name.to_owned(), point.id.clone())).unwrap_or(&one.nothing);
    let seat = Seat { names, ..one.seat(desk.procedure, Some(&point.id)) };
    let template = Template { wanted, seat: &seat, model, key };
    let mut evaluation = template.evaluation()?;
    evaluation.correlations = correlated::pairs(desk, model, wanted.activity)
        .map_err(|reason| template.unpredictable(reason))?;
    let at_run = template.at_run();
    let own_spread = own_spread::of_model(model, wanted.activity, &template.scope());
    let own_spread = own_spread.map_err(|reason| template.unpredictable(reason))?;
    let mut entry = PlanEntry {
        at_run,
        own_spread,
        key: template.key.clone(),
        stage: stage.id.clone(),
        point: point.id.clone(),
        position: one.position,
        item: one.item.id.clone(),
        evaluation,
        readings: readings(model),
        names: names.resolved.clone(),
        expected: BTreeMap::new(),
        prediction: Prediction {
            expanded: 0.0,
            unit: model.unit.symbol().to_owned(),
            mpe: None,
            tur: None,
            u_over_mpe: None,
        },
    };
    template.predict(&mut entry, &Course { stages, stage, point, desk })?;
    Ok(entry)
}

/// The reading behind every input that is read.
fn readings(model: &Model) -> BTreeMap<String, String> {
    let inputs = model.inputs.iter().filter_map(|input| match &input.source {
        InputSource::Reading(name) | InputSource::Answer(name) => {
            Some((input.name.clone(), name.clone()))
        }
        InputSource::Value(_) | InputSource::Formula(_) => None,
    });
    inputs.collect()
}

impl Template<'_> {
    fn unpredictable(&self, reason: impl Into<String>) -> PlanError {
        PlanError::Unpredictable {
            key: self.key.clone(),
            item: self.seat.item.to_owned(),
            reason: reason.into(),
        }
    }

    fn evaluation(&self) -> Result<Evaluation, PlanError> {
        let Some(point) = self.seat.point else {
            return Err(self.unpredictable("a result needs a point"));
        };
        let alone = |input: &&Input| input.contributions.len() == 1;
        let mut crowded = self
            .model
            .inputs
            .iter()
            .filter(|input| input.contributions.iter().any(is_of_repeats) && !alone(input));
        if let Some(input) = crowded.next() {
            let name = &input.name;
            return Err(self.unpredictable(format!(
                "input {name} has a Type A of its own repeats beside other contributions: give it \
                 an input of its own"
            )));
        }
        let nothing =
            Quantity::parse("0").map_err(|error| self.unpredictable(error.to_string()))?;
        let request = resolve::Request {
            procedure: self.wanted.procedure,
            model: self.model,
            activity: self.wanted.activity,
            key: self.key.clone(),
            item: self.seat.fields,
            point,
            external: &self.seat.names.bindings,
            readings: &[],
            repeats: Vec::new(),
            estimates: BTreeMap::new(),
            uncertainties: self.of_repeats().map(|(name, ..)| (name, nothing.clone())).collect(),
        };
        let refused = |diagnostics| PlanError::Findings {
            about: format!("item {} at {}", self.seat.item, self.key),
            diagnostics,
        };
        let mut evaluation = resolve::evaluation(&request).map_err(refused)?;
        // What the repeats of the point will show is put in when they are there.
        for (name, contribution) in self.of_repeats() {
            let input = evaluation.inputs.iter_mut().find(|input| input.name == name);
            let Some(component) = input.and_then(|input| input.components.first_mut()) else {
                continue;
            };
            component.name = contribution.name.as_str().into();
            component.distribution = Shape::T;
            component.source = Some("repeats of the point".to_owned());
        }
        if let Some(planned) = &mut evaluation.monte_carlo {
            planned.seed = seed(self.wanted.seed ^ planned.seed, &self.key, self.seat.item);
        }
        Ok(evaluation)
    }

    /// The inputs whose one contribution is the spread of the point's own repeats.
    fn of_repeats(&self) -> impl Iterator<Item = (String, &Contribution)> {
        self.model.inputs.iter().filter_map(|input| {
            let contribution = input.contributions.iter().find(|one| is_of_repeats(one))?;
            Some((input.name.clone(), contribution))
        })
    }

    /// What the evaluation says with the readings of an item without error.
    fn predict(&self, entry: &mut PlanEntry, course: &Course<'_>) -> Result<(), PlanError> {
        let repeats = course.point.repeat.n;
        let limit = entry.evaluation.limit.as_ref().and_then(|limit| limit.upper.as_ref());
        let limit = limit.and_then(|text| Quantity::parse(text).ok()).map(|limit| limit.value());
        let (mut expected, unknown) = self.expected(entry, course)?;
        let mut trial = expected.clone();
        trial.extend(unknown.iter().map(|input| (input.clone(), 1.0)));
        let mut evaluation = filled(entry, readings_of(&trial, entry, repeats));
        self.expect_spread(entry, &mut evaluation, course)?;
        evaluation.monte_carlo = None;
        let refused = |error: EvaluationError| self.unpredictable(error.to_string());
        let outcome = match unknown {
            None => evaluation.evaluate(),
            Some(input) => {
                let mut open = evaluation.by_reading(&input).map_err(refused)?;
                let found = self.right(&mut open, limit);
                let none =
                    || self.unpredictable(format!("no reading of {input} makes the item right"));
                let found = carried(found.ok_or_else(none)?);
                expected.insert(input, found);
                open.outcome(found)
            }
        };
        let outcome = outcome.map_err(refused)?;
        entry.expected = expected;
        entry.prediction.expanded = carried(outcome.expanded);
        entry.prediction.mpe = limit.map(carried);
        entry.prediction.tur = limit.map(|limit| carried(limit / outcome.expanded));
        entry.prediction.u_over_mpe = limit.map(|limit| carried(outcome.expanded / limit));
        let Some(rule) = &evaluation.decision else { return Ok(()) };
        let Some(require) = &rule.require else { return Ok(()) };
        let judgement = evaluation.decide(&outcome).map_err(refused)?;
        if matches!(judgement.verdict, Verdict::NotEvaluated { .. }) {
            let decision = self.wanted.procedure.decision(self.wanted.activity);
            let place = decision.map(|decision| decision.place.clone());
            let most = outcome.budget.iter().max_by(|one, other| one.share.total_cmp(&other.share));
            let weighs = most
                .map(|row| format!(" ({} makes {:.0} % of u²)", row.label.en(), 100.0 * row.share));
            return Err(PlanError::from(Box::new(Miss {
                key: self.key.clone(),
                item: self.seat.item.to_owned(),
                require: require.clone(),
                predicted: format!(
                    "{} {}{}",
                    outcome.expanded,
                    outcome.unit,
                    weighs.unwrap_or_default()
                ),
                stage: entry.stage.clone(),
                point: entry.point.clone(),
                line: place.map_or(1, |place| line(self.wanted.text, &place)),
            })));
        }
        Ok(())
    }

    /// The readings for which the item would be right, and the one that is still open. What the
    /// instruments themselves report (a constant of the reference) is taken from its
    /// specification; what the steps of the point lead to is taken from them; one reading may follow
    /// from the equation.
    fn expected(
        &self,
        entry: &PlanEntry,
        course: &Course<'_>,
    ) -> Result<(BTreeMap<String, f64>, Option<String>), PlanError> {
        let mut expected = BTreeMap::new();
        let mut unknown = Vec::new();
        for input in entry.readings.keys() {
            match self.reported(input).or_else(|| course.leads_to(entry, input, self.seat)) {
                Some(value) => {
                    expected.insert(input.clone(), carried(value));
                }
                None => unknown.push(input.clone()),
            }
        }
        if unknown.len() > 1 {
            return Err(self.unpredictable(format!(
                "nothing says what to expect of the readings {}",
                unknown.join(", ")
            )));
        }
        Ok((expected, unknown.pop()))
    }

    /// The open reading that makes the item right.
    fn right(&self, open: &mut ByReading<'_>, limit: Option<f64>) -> Option<f64> {
        let wanted = expected::nominal(self.seat, &self.model.unit);
        let near = limit.unwrap_or_else(|| if wanted == 0.0 { 1.0 } else { wanted.abs() }) * NEAR;
        prediction::reading_for(wanted, near, |reading| open.value(reading))
    }

    /// The standard deviation that the repeats are expected to show: the median of what so many
    /// repeats give of the one that earlier runs found.
    fn expect_spread(
        &self,
        entry: &PlanEntry,
        evaluation: &mut Evaluation,
        course: &Course<'_>,
    ) -> Result<(), PlanError> {
        let n = course.point.repeat.n;
        for own in &entry.own_spread {
            if n < own.min_n {
                let reason = format!("{n} repeat(s) at first, wanted at least {}", own.min_n);
                return Err(self.unpredictable(reason));
            }
            let s = expected::spread(course.desk, self.seat, &self.model.name, own.relative);
            let none = || {
                let bench = &course.desk.equipment.bench.id;
                let name = &self.model.name;
                self.unpredictable(format!("bench {bench} states no repeatability of {name}"))
            };
            let s = s.ok_or_else(none)? * expected::median_share(n - 1);
            own.put(evaluation, s, f64::from(n - 1))
                .map_err(|reason| self.unpredictable(reason))?;
        }
        Ok(())
    }

    fn scope(&self) -> PointScope<'_> {
        PointScope {
            procedure: self.wanted.procedure,
            item: self.seat.fields,
            point: self.seat.point,
            outer: &self.seat.names.bindings,
        }
    }

    /// Inputs whose formula looks at conditions of the run.
    fn at_run(&self) -> Vec<AtRun> {
        let scope = self.scope();
        let looks = |formula: &&Formula| {
            formula.expression.symbols().iter().any(|symbol| symbol.path.starts_with("env."))
        };
        let of_input = |input: &Input| {
            let InputSource::Formula(formula) = &input.source else { return None };
            let formula = Some(formula).filter(looks)?;
            let fixed = formula.expression.symbols().into_iter().filter_map(|symbol| {
                let value = scope.value(&symbol.path).as_ref().and_then(Fixed::of)?;
                (!symbol.path.starts_with("env.")).then_some((symbol.path, value))
            });
            Some(AtRun {
                input: input.name.clone(),
                unit: input.unit.symbol().to_owned(),
                formula: Condition {
                    text: formula.text.clone(),
                    names: BTreeMap::from([(0, fixed.collect())]),
                },
            })
        };
        self.model.inputs.iter().filter_map(of_input).collect()
    }

    /// What an instrument will report of itself: the constant of the same dimension as the
    /// input in its specification. Other specified numbers are properties of its readings.
    fn reported(&self, input: &str) -> Option<f64> {
        let input = self.model.inputs.iter().find(|known| known.name == input)?;
        if !input.exact {
            return None;
        }
        let is_constant = |name: &str| name.starts_with("spec.") && name.ends_with(".constant");
        let mut constants = self.seat.names.resolved.iter().filter(|name| is_constant(&name.name));
        constants.find_map(|name| {
            let text = format!("{} {}", name.value, name.unit);
            Quantity::parse(&text).ok()?.in_unit(&input.unit).ok()
        })
    }
}

/// Expected readings as raw readings of so many repeats.
fn readings_of(
    expected: &BTreeMap<String, f64>,
    entry: &PlanEntry,
    repeats: u32,
) -> Vec<RawReading> {
    let mut readings = Vec::new();
    for input in &entry.evaluation.inputs {
        let Some(value) = expected.get(&input.name) else { continue };
        let name = entry.readings.get(&input.name).unwrap_or(&input.name);
        let of = if input.each_repeat { 1..=repeats } else { 0..=0 };
        readings.extend(of.map(|repeat| RawReading {
            input: name.clone(),
            repeat,
            text: value.to_string(),
            unit: input.unit.clone(),
            sequence: 0,
        }));
    }
    readings
}

/// The seed of one result: the same run, key and item give the same trials.
/// 52 bits, so that every reader of JSON keeps them.
fn seed(run: u64, key: &str, item: &str) -> u64 {
    let hash = sha256_hex(format!("{run}/{key}/{item}").as_bytes());
    hash.get(..13).and_then(|digits| u64::from_str_radix(digits, 16).ok()).unwrap_or(run)
}
