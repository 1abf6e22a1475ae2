//! Inputs of a budget file: estimates, distributions, joint observations.

mod table;

use std::collections::BTreeMap;
use std::ops::Range;

use super::Model;
use super::reader::{Number, Reader};
use crate::diagnostic::{Diagnostic, nearest};
use crate::distribution::Distribution;
use crate::propagation::{Component, InputQuantity};
use crate::unit::Unit;

/// An input with its estimate, in SI where units count.
#[derive(Clone, Debug)]
pub struct BudgetInput {
    /// Name in the models.
    pub name: String,
    /// What it is, for people.
    pub label: String,
    /// Unit as written; empty where none is.
    pub unit: String,
    /// The unit as a measure, where units count.
    pub measure: Option<Unit>,
    /// Estimate.
    pub estimate: f64,
    /// Components of its uncertainty.
    pub quantity: InputQuantity,
    /// Place of its table in the file.
    pub span: Range<usize>,
}

/// Joint observations of a quantity.
#[derive(Clone, Debug)]
pub struct Series {
    name: String,
    mean: f64,
    deviations: Vec<f64>,
}

const DISTRIBUTIONS: [&str; 15] = [
    "normal",
    "t",
    "uniform",
    "rectangular",
    "triangular",
    "arcsine",
    "trapezoid",
    "trapezoidal",
    "ctrap",
    "exponential",
    "gamma",
    "histogram",
    "sample",
    "constant",
    "exact",
];

pub(super) fn read(reader: &mut Reader<'_, '_>, has_units: bool) -> Option<BudgetInput> {
    let name = reader.name();
    let label = reader.text("label").map_or_else(String::new, |(label, _)| label);
    reader.known(&["note", "source"]);
    // The estimate of a table is its mean, which nobody needs to write again.
    let value = if table::is_written(reader) {
        reader.number("value")
    } else {
        reader.needed_quantity("value")
    };
    let written = reader.text("unit");
    let mut scales = Scales { has_units, measure: None };
    let mut unit = String::new();
    if let Some((text, span)) = written {
        if has_units {
            match Unit::parse(&text) {
                Ok(measure) => scales.measure = Some(measure),
                Err(error) => reader.report(Diagnostic::error("B023", error.to_string()).at(span)),
            }
        }
        unit = text;
    } else if let Some(number) = value.as_ref().filter(|number| has_units && number.has_unit) {
        scales.measure = Some(number.quantity.unit().clone());
        unit = number.quantity.unit().symbol().to_owned();
    }
    let estimate = value.and_then(|value| scales.estimate(reader, &value));
    let components = components(reader, &scales, name.as_deref().unwrap_or_default());
    let estimate =
        match components.as_ref().and_then(|parts| parts.first()).map(|part| &part.distribution) {
            // The scale of these is their estimate, so it is taken from there.
            Some(Distribution::Exponential { mean }) => Some(*mean),
            Some(Distribution::Gamma { counts }) => Some(counts + 1.0),
            Some(Distribution::Histogram(table) | Distribution::Sample(table)) => {
                table::agrees(reader, table, estimate);
                Some(table.mean())
            }
            _ => estimate,
        };
    reader.finish();
    let (name, components, estimate) = (name?, components?, estimate?);
    let (measure, span) = (scales.measure, reader.span());
    let quantity = InputQuantity { name: name.clone(), components };
    Some(BudgetInput { name, label, unit, measure, estimate, quantity, span })
}

/// Either the input's own distribution or its `[[input.component]]` tables.
fn components(reader: &mut Reader<'_, '_>, scales: &Scales, name: &str) -> Option<Vec<Component>> {
    let tables = reader.tables("component");
    if tables.is_empty() {
        return component(reader, scales, name).map(|part| part.into_iter().collect());
    }
    if reader.has("dist") {
        let finding = Diagnostic::error("B031", "either `dist` or [[input.component]], not both");
        reader.report(finding.at(reader.span()));
    }
    let mut parts = Vec::with_capacity(tables.len());
    for (table, span) in tables {
        let mut part = Reader::new(table, span, "a component", reader.findings());
        let label = part.needed_text("name").map_or_else(String::new, |(label, _)| label);
        part.known(&["note", "source"]);
        let read = component(&mut part, scales, &label);
        table::refuse_in_component(&mut part);
        part.finish();
        parts.extend(read?);
    }
    Some(parts)
}

/// The inner `None` is an exact input; the outer one a finding.
fn component(
    reader: &mut Reader<'_, '_>,
    scales: &Scales,
    name: &str,
) -> Option<Option<Component>> {
    let dist = reader.needed_text("dist");
    // Outer `None`: written wrongly and reported; inner `None`: not written.
    let mut scale = |key: &'static str| -> Option<Option<f64>> {
        if !reader.has(key) {
            reader.known(&[key]);
            return Some(None);
        }
        let number = reader.number(key)?;
        scales.length(reader, key, &number).map(Some)
    };
    let (u, a, d) = (scale("u"), scale("a"), scale("d"));
    let expanded = scale("U");
    let k = reader.plain_number("k");
    let (beta, dof) = (reader.plain_number("beta"), reader.plain_number("dof"));
    let table = table::read(reader, scales);
    let (dist, span) = dist?;
    let table = table?;
    let (u, a, d, expanded) = (u?, a?, d?, expanded?);
    let mut shape = Shape { reader, span, dist, beta, dof };
    if shape.dof.is_some_and(|dof| dof <= 0.0) {
        return shape.refuse("`dof` is not above zero");
    }
    let table = shape.of_table(table)?;
    let distribution = match shape.dist.as_str() {
        "histogram" | "sample" => table?,
        "constant" | "exact" => {
            return if u.is_some_and(|u| u > 0.0) {
                shape.refuse("an exact input has no `u`")
            } else {
                Some(None)
            };
        }
        "normal" => match (u, expanded, k) {
            (Some(standard), None, None) => Distribution::Normal { standard },
            (None, Some(expanded), Some(k)) if k > 0.0 => {
                Distribution::Normal { standard: expanded / k }
            }
            _ => return shape.refuse("a normal distribution wants `u`, or `U` and `k`"),
        },
        "t" => match (u, shape.dof) {
            (Some(scale), Some(dof)) => Distribution::StudentT { scale, dof },
            _ => return shape.refuse("a t distribution wants its scale `u` and `dof`"),
        },
        "exponential" => match u {
            Some(mean) => Distribution::Exponential { mean },
            None => return shape.refuse("an exponential distribution wants its mean as `u`"),
        },
        "gamma" => match a {
            Some(counts) => Distribution::Gamma { counts },
            None => return shape.refuse("a gamma distribution wants the counted events as `a`"),
        },
        _ => shape.bounded(a, d)?,
    };
    shape.agrees(u, &distribution);
    let dof = shape.dof.unwrap_or(f64::INFINITY);
    Some(Some(Component { name: name.to_owned(), distribution, dof }))
}

/// A distribution being read.
struct Shape<'r, 't, 'f> {
    reader: &'r mut Reader<'t, 'f>,
    span: Range<usize>,
    dist: String,
    beta: Option<f64>,
    dof: Option<f64>,
}

impl Shape<'_, '_, '_> {
    fn refuse<T>(&mut self, message: &str) -> Option<T> {
        self.reader.report(Diagnostic::error("B032", message).at(self.span.clone()));
        None
    }

    /// The outer `None` is a finding: the numbers of a table and the name of the
    /// distribution belong together.
    fn of_table(&mut self, table: Option<Distribution>) -> Option<Option<Distribution>> {
        let wants_table = matches!(self.dist.as_str(), "histogram" | "sample");
        match table {
            Some(table) if table.name() == self.dist => Some(Some(table)),
            _ if wants_table => {
                self.refuse("a histogram wants `edges` and `counts`, a sample `values`")
            }
            Some(_) => {
                self.refuse("`edges` and `counts` belong to a histogram, `values` to a sample")
            }
            None => Some(None),
        }
    }

    fn bounded(&mut self, half: Option<f64>, inexact: Option<f64>) -> Option<Distribution> {
        if !DISTRIBUTIONS.contains(&self.dist.as_str()) {
            let finding =
                Diagnostic::error("B033", format!("unknown distribution `{}`", self.dist));
            let finding = finding.at(self.span.clone());
            self.reader.report(match nearest(&self.dist, DISTRIBUTIONS) {
                Some(known) => finding.hint(format!("did you mean `{known}`?")),
                None => finding.hint(format!("known: {}", DISTRIBUTIONS.join(", "))),
            });
            return None;
        }
        let Some(half) = half else {
            return self.refuse("this distribution wants its half-width `a`");
        };
        match self.dist.as_str() {
            "triangular" => Some(Distribution::Triangular { half }),
            "arcsine" => Some(Distribution::Arcsine { half }),
            "trapezoid" | "trapezoidal" => match self.beta {
                Some(beta) if (0.0..=1.0).contains(&beta) => {
                    Some(Distribution::Trapezoidal { half, beta })
                }
                _ => self.refuse("a trapezoid wants `beta`, from 0 to 1"),
            },
            "ctrap" => match inexact {
                Some(inexact) => Some(Distribution::CurvilinearTrapezoid { half, inexact }),
                None => self
                    .refuse("ctrap wants `d`, the half-width of what is not known of its limits"),
            },
            _ => Some(Distribution::Rectangular { half }),
        }
    }

    /// A `u` beside a half-width must be the one that follows from it.
    fn agrees(&mut self, u: Option<f64>, distribution: &Distribution) {
        let follows = distribution.standard_uncertainty();
        if let Some(u) = u
            && (u - follows).abs() > 1e-6 * follows.max(u)
        {
            let message = format!("`u` is {u:e}, the distribution has {follows:e}");
            self.reader.report(Diagnostic::error("B034", message).at(self.span.clone()));
        }
    }
}

/// How numbers become SI, or stay as they are.
struct Scales {
    has_units: bool,
    measure: Option<Unit>,
}

impl Scales {
    fn fitting(&self, reader: &mut Reader<'_, '_>, key: &str, number: &Number) -> Option<Unit> {
        let one = Unit::one();
        let measure = self.measure.as_ref().unwrap_or(&one);
        if !number.has_unit {
            return Some(measure.clone());
        }
        let unit = number.quantity.unit();
        if self.has_units && unit.is_compatible(measure) {
            return Some(unit.clone());
        }
        let finding = if self.has_units {
            let (found, wanted) = (unit.symbol(), measure.symbol());
            Diagnostic::error("B035", format!("`{key}` is in {found}, wanted {wanted}"))
        } else {
            let message = format!("`{key}` has a unit, but no model states one");
            Diagnostic::error("B036", message).hint("give every [[model]] its `unit`")
        };
        reader.report(finding.at(number.span.clone()));
        None
    }

    fn estimate(&self, reader: &mut Reader<'_, '_>, number: &Number) -> Option<f64> {
        let unit = self.fitting(reader, "value", number)?;
        Some(unit.to_si(number.quantity.value()))
    }

    fn length(&self, reader: &mut Reader<'_, '_>, key: &str, number: &Number) -> Option<f64> {
        let unit = self.fitting(reader, key, number)?;
        let length = unit.interval_to_si(number.quantity.value());
        if length >= 0.0 {
            return Some(length);
        }
        let finding = Diagnostic::error("B037", format!("`{key}` is negative"));
        reader.report(finding.at(number.span.clone()));
        None
    }
}

/// Data series whose name a model uses without an input of that name: joint
/// observations.
pub(super) fn observed(
    models: &[Model],
    inputs: &[BudgetInput],
    data: &BTreeMap<String, Vec<f64>>,
) -> Vec<Series> {
    let symbols: Vec<String> =
        models.iter().flat_map(|m| m.expression.symbols()).map(|s| s.path).collect();
    let is_free = |name: &str| {
        symbols.iter().any(|symbol| symbol == name)
            && !inputs.iter().any(|input| input.name == name)
            && !models.iter().any(|model| model.name == name)
    };
    let series = data.iter().filter(|(name, values)| is_free(name) && values.len() > 1);
    series
        .map(|(name, values)| {
            #[expect(clippy::cast_precision_loss, reason = "a list in a file")]
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            let deviations = values.iter().map(|value| value - mean).collect();
            Series { name: name.clone(), mean, deviations }
        })
        .collect()
}

/// Correlation of means from joint observations. Source: GUM 5.2.3, equation (17).
pub(super) fn observed_correlation(series: &[Series]) -> Vec<(String, String, f64)> {
    let product = |a: &Series, b: &Series| {
        a.deviations.iter().zip(&b.deviations).map(|(a, b)| a * b).sum::<f64>()
    };
    let mut pairs = Vec::new();
    for (place, a) in series.iter().enumerate() {
        for b in series.iter().skip(place + 1) {
            if a.deviations.len() == b.deviations.len() {
                let r = product(a, b) / libm::sqrt(product(a, a) * product(b, b));
                pairs.push((a.name.clone(), b.name.clone(), r.clamp(-1.0, 1.0)));
            }
        }
    }
    pairs
}

impl From<Series> for BudgetInput {
    /// Mean and its standard deviation. Source: GUM 4.2.3, equation (5).
    fn from(series: Series) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "a list in a file")]
        let n = series.deviations.len() as f64;
        let squares: f64 = series.deviations.iter().map(|d| d * d).sum();
        let standard = libm::sqrt(squares / (n * (n - 1.0)));
        let component = Component {
            name: "observations".to_owned(),
            distribution: Distribution::Normal { standard },
            dof: n - 1.0,
        };
        Self {
            label: String::new(),
            unit: String::new(),
            measure: None,
            estimate: series.mean,
            quantity: InputQuantity { name: series.name.clone(), components: vec![component] },
            name: series.name,
            span: 0..0,
        }
    }
}
