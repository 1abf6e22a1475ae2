//! What a certificate states as an equation or a polynomial, within the ranges that it holds for.
//!
//! ```toml
//! [[calibration.function]]
//! name     = "error"                  # what procedures call cert.ROLE.error
//! unit     = "%"
//! equation = "0.01 + 0.002 * (I / 10 A)"
//! over     = [{ quantity = "I", from = "0.25 A", to = "60 A" }]
//!
//! [[calibration.function]]
//! name       = "correction"
//! unit       = "kPa"
//! polynomial = ["0.012", "-0.0004"]   # of p in MPa: 0.012 - 0.0004 p
//! over       = [{ quantity = "p", from = "0 MPa", to = "10 MPa" }]
//! ```
//!
//! Both ends of a range count; outside it nothing is stated.

use etalon_uncertainty::{
    decimal::Decimal,
    diagnostic::Diagnostic,
    expression::{Expression, Kind, Scope, Value},
    quantity::Quantity,
    unit::Unit,
};

use super::lookup::Load;
use crate::form::{Form, Placed};

/// One function of a certificate.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// The unit of what it states.
    pub unit: Unit,
    /// How the value follows from the load.
    pub law: Law,
    /// The ranges for which it holds, one for each quantity in it.
    pub over: Vec<Range>,
}

/// How a value follows from a load.
#[derive(Clone, Debug)]
pub enum Law {
    /// An expression over the quantities of the load.
    Equation(Expression),
    /// Coefficients in rising powers of the number of the one quantity, in its own unit.
    Polynomial(Vec<f64>),
}

/// A range of one quantity, both ends in it.
#[derive(Clone, Debug)]
pub struct Range {
    /// The quantity.
    pub quantity: String,
    /// Lower end.
    pub from: Quantity,
    /// Upper end.
    pub to: Quantity,
}

/// The quantities of a load that a function knows.
struct Known<'a>(&'a [(&'a Range, f64)]);

impl Scope for Known<'_> {
    fn kind(&self, path: &str) -> Option<Kind> {
        self.value(path).map(|value| value.kind())
    }

    fn value(&self, path: &str) -> Option<Value> {
        let (range, si) = self.0.iter().find(|(range, _)| range.quantity == path)?;
        let unit = range.from.unit();
        Some(Value::in_unit(unit.from_si(*si), unit))
    }

    fn known(&self) -> Vec<String> {
        self.0.iter().map(|(range, _)| range.quantity.clone()).collect()
    }
}

/// Why a function states nothing at a load.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Nothing {
    /// A quantity that the load does not give.
    Missing(String),
    /// A quantity outside its range, with the range.
    Outside(String),
    /// No finite number comes out.
    Undefined(String),
}

impl Function {
    /// What it states at a load.
    pub(super) fn at(&self, load: &Load) -> Result<Quantity, Nothing> {
        let numbers = load.numbers();
        let mut known = Vec::with_capacity(self.over.len());
        for range in &self.over {
            let si = numbers.get(&range.quantity).copied();
            let si = si.ok_or_else(|| Nothing::Missing(range.quantity.clone()))?;
            if si < range.from.si() || range.to.si() < si {
                let Range { quantity, from, to } = range;
                return Err(Nothing::Outside(format!("{quantity} from {from} to {to}")));
            }
            known.push((range, si));
        }
        let undefined = |reason: String| Nothing::Undefined(reason);
        let number = match &self.law {
            Law::Equation(expression) => {
                let value = expression.evaluate(&Known(&known));
                match value.map_err(|finding| undefined(finding.message))? {
                    Value::Number { si, .. } => self.unit.from_si(si),
                    other => return Err(undefined(format!("it is {}", other.kind()))),
                }
            }
            Law::Polynomial(coefficients) => {
                let x = known.first().map_or(0.0, |(range, si)| range.from.unit().from_si(*si));
                coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * x + coefficient)
            }
        };
        let number = Decimal::from_f64(number).map_err(|error| undefined(error.to_string()))?;
        Ok(Quantity::new(number, self.unit.clone()))
    }

    /// The word for its law.
    pub(super) fn word(&self) -> &'static str {
        match self.law {
            Law::Equation(_) => "equation",
            Law::Polynomial(_) => "polynomial",
        }
    }
}

/// Reads the functions of one `[[calibration]]`.
pub(super) fn from_form(form: &Form<'_>) -> Option<Vec<Function>> {
    let mut functions: Vec<Function> = Vec::new();
    for section in form.sections("function") {
        let function = function(&section)?;
        if functions.iter().any(|known| known.name == function.name) {
            let message = format!("`{}` is stated by two functions", function.name);
            form.finding(Diagnostic::error("R0131", message).at(section.span()));
        }
        functions.push(function);
    }
    Some(functions)
}

fn function(form: &Form<'_>) -> Option<Function> {
    let (name, unit) = (form.text("name"), form.text("unit"));
    let equation = form.optional_text("equation");
    let polynomial = form.texts("polynomial");
    let over: Vec<_> = form.sections("over").iter().map(range).collect();
    form.close();
    let over = over.into_iter().collect::<Option<Vec<_>>>()?;
    let (name, unit) = (name?.value, unit?);
    let refused = |message: String, span| {
        form.finding(Diagnostic::error("R0131", message).at(span));
        None
    };
    let unit = match Unit::parse(&unit.value) {
        Ok(parsed) => parsed,
        Err(error) => return refused(error.to_string(), unit.span),
    };
    let law = match (equation, polynomial.as_slice()) {
        (Some(equation), []) => equation_of(form, &equation, &unit, &over)?,
        (None, [_, ..]) if over.len() == 1 => polynomial_of(form, &polynomial)?,
        _ => {
            let message = "a function has an `equation`, or a `polynomial` of the one quantity that `over` names";
            return refused(message.to_owned(), form.span());
        }
    };
    Some(Function { name, unit, law, over })
}

fn range(form: &Form<'_>) -> Option<Range> {
    let quantity = form.text("quantity");
    let (from, to) = (form.any_quantity("from"), form.any_quantity("to"));
    form.close();
    let (from, to) = (from?, to?);
    let alike = from.value.unit().is_compatible(to.value.unit());
    if !alike || from.value.si() >= to.value.si() {
        let message = format!("`{}` to `{}` is no range", from.value, to.value);
        form.finding(Diagnostic::error("R0130", message).at(to.span));
        return None;
    }
    Some(Range { quantity: quantity?.value, from: from.value, to: to.value })
}

/// An equation whose every name has a range, and whose dimension is that of its unit.
fn equation_of(form: &Form<'_>, text: &Placed<String>, unit: &Unit, over: &[Range]) -> Option<Law> {
    let refused = |message: String| {
        form.finding(Diagnostic::error("R0131", message).at(text.span.clone()));
        None
    };
    let expression = match Expression::parse(&text.value) {
        Ok(expression) => expression,
        Err(finding) => return refused(finding.message),
    };
    let known: Vec<(&Range, f64)> = over.iter().map(|range| (range, range.from.si())).collect();
    let scope = Known(&known);
    let kind = match expression.check(&scope) {
        Ok(kind) => kind,
        Err(findings) => {
            let first = findings.into_iter().next().map(|finding| finding.message);
            return refused(format!(
                "{}; every quantity of the equation has its range in `over`",
                first.unwrap_or_default()
            ));
        }
    };
    let fits = matches!(&kind, Kind::Number(number) if number.dimension == unit.dimension());
    if !fits {
        return refused(format!("the equation is {kind}, wanted a number in {unit}"));
    }
    Some(Law::Equation(expression))
}

fn polynomial_of(form: &Form<'_>, coefficients: &[Placed<String>]) -> Option<Law> {
    let mut numbers = Vec::with_capacity(coefficients.len());
    for coefficient in coefficients {
        match Decimal::parse(&coefficient.value) {
            Ok(number) => numbers.push(number.to_f64()),
            Err(error) => {
                let finding = Diagnostic::error("R0131", error.to_string());
                form.finding(finding.at(coefficient.span.clone()));
                return None;
            }
        }
    }
    Some(Law::Polynomial(numbers))
}
