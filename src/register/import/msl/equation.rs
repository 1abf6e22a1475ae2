//! An equation of a report, with the quantities that somebody named, as functions of a calibration.
//!
//! The form states a value and its standard uncertainty as expressions of plain numbers, a range for
//! each variable, a unit for both, and the degrees of freedom. It says neither what the value is called
//! here nor which quantity and unit a variable has: whoever imports says so.

use std::collections::BTreeMap;

use etalon_uncertainty::{decimal::Decimal, unit::Unit};
use roxmltree::Node;

use super::super::xml;
use super::formula;
use super::report::{self, Beginning};
use crate::people::change::quoted;

/// What an equation does not say, said by whoever imports.
#[derive(Debug)]
pub(super) struct Naming {
    /// Name of the value in the register.
    value: String,
    /// Variable of the equation → quantity of the load, and its unit.
    variables: BTreeMap<String, (String, Unit)>,
    k: String,
    p: String,
}

impl Naming {
    /// Reads `corrected=value,rh=R in %RH,t=T in degC` and `k=1,p=0.68`.
    pub(super) fn of(said: &str, level: Option<&str>) -> Result<Self, String> {
        let (mut value, mut variables) = (None, BTreeMap::new());
        for pair in said.split(',') {
            let form =
                || format!("`{pair}` names nothing: wanted NAME=value or NAME=VARIABLE in UNIT");
            let (name, meant) = pair.split_once('=').ok_or_else(form)?;
            let (name, meant) = (name.trim().to_owned(), meant.trim());
            if meant == "value" {
                value = Some(name);
                continue;
            }
            let (variable, unit) = meant.split_once(" in ").ok_or_else(form)?;
            let unit = report::unit(unit.trim(), variable)?;
            let unit = Unit::parse(&unit).map_err(|refused| refused.to_string())?;
            if variables.insert(variable.trim().to_owned(), (name, unit)).is_some() {
                return Err(format!("the variable `{}` is named twice", variable.trim()));
            }
        }
        let value = value.ok_or("name the value of the equation: NAME=value")?;
        let (k, p) = report::level(level)?;
        if Decimal::parse(&k).ok() != Decimal::parse("1").ok() {
            return Err("the form states standard uncertainties: say k=1 and its p".to_owned());
        }
        Ok(Self { value, variables, k, p })
    }
}

/// The calibration of a report by its equation: the day it sorts by, and its text.
pub(super) fn calibration(
    report: Node<'_, '_>,
    equation: Node<'_, '_>,
    naming: &Naming,
) -> Result<(String, String), String> {
    let Beginning { performed, mut lines } = report::beginning(report, (&naming.k, &naming.p))?;
    let written = xml::text(equation, "unit");
    let unit = report::unit(&written, "unit")?;
    let unit = Unit::parse(&unit).map_err(|refused| refused.to_string())?;
    // An uncertainty of a temperature on a scale is an interval.
    let width = if unit.is_affine() { Unit::parse("K") } else { Ok(unit.clone()) };
    let width = width.map_err(|refused| refused.to_string())?;
    let ranges = ranges(equation, naming)?;
    for (path, name, unit) in
        [("value", naming.value.as_str(), &unit), ("uncertainty", "U", &width)]
    {
        lines.extend(function(equation, naming, &ranges, (path, name, unit))?);
    }
    lines.extend(degrees_of_freedom(equation)?);
    Ok((performed, lines.join("\n") + "\n"))
}

/// One function of the calibration.
fn function(
    equation: Node<'_, '_>,
    naming: &Naming,
    ranges: &BTreeMap<String, String>,
    (path, name, unit): (&str, &str, &Unit),
) -> Result<Vec<String>, String> {
    let own = xml::at(equation, path).ok_or_else(|| format!("`{path}` is not stated"))?;
    let mut names = BTreeMap::new();
    let mut over = Vec::new();
    for variable in own.attribute("variables").unwrap_or_default().split_whitespace() {
        let (quantity, of) = naming.variables.get(variable).ok_or_else(|| {
            format!("name what its variable `{variable}` is: NAME={variable} in UNIT")
        })?;
        names.insert(variable.to_owned(), number_of(quantity, of));
        let range = ranges.get(variable);
        over.push(range.ok_or_else(|| format!("`{variable}` has no range"))?.clone());
    }
    let numbers = formula::translated(own.text().unwrap_or_default(), &names)
        .map_err(|reason| format!("`{path}`: {reason}"))?;
    Ok(vec![
        "\n[[calibration.function]]".to_owned(),
        format!("name     = {}", quoted(name)),
        format!("unit     = {}", quoted(unit.symbol())),
        format!("equation = {}", quoted(&in_unit(&numbers, unit))),
        format!("over     = [{}]", over.join(", ")),
    ])
}

/// The number of a quantity in its unit, as a text of the expression language.
fn number_of(quantity: &str, unit: &Unit) -> String {
    let symbol = unit.symbol();
    if unit.is_affine() {
        format!("(({quantity} - 0 {symbol}) / 1 K)")
    } else if symbol == "1" {
        quantity.to_owned()
    } else {
        format!("({quantity} / 1 {symbol})")
    }
}

/// A number as a quantity in a unit.
fn in_unit(number: &str, unit: &Unit) -> String {
    let symbol = unit.symbol();
    if unit.is_affine() {
        format!("({number}) * 1 K + 0 {symbol}")
    } else if symbol == "1" {
        number.to_owned()
    } else {
        format!("({number}) * 1 {symbol}")
    }
}

/// Variable → its range as the register writes it.
fn ranges(equation: Node<'_, '_>, naming: &Naming) -> Result<BTreeMap<String, String>, String> {
    let mut ranges = BTreeMap::new();
    for range in xml::all(equation, "range") {
        let variable = range.attribute("variable").unwrap_or_default();
        let Some((quantity, unit)) = naming.variables.get(variable) else { continue };
        let end = |path: &str| {
            let number = xml::text(range, path);
            match Decimal::parse(&number) {
                Ok(_) => Ok(quoted(format!("{number} {}", unit.printed()).trim_end())),
                Err(_) => Err(format!(
                    "the range of `{variable}` has the {path} `{number}`, wanted a number"
                )),
            }
        };
        let text = format!(
            "{{ quantity = {}, from = {}, to = {} }}",
            quoted(quantity),
            end("minimum")?,
            end("maximum")?
        );
        if ranges.insert(variable.to_owned(), text).is_some() {
            return Err(format!("`{variable}` has two ranges"));
        }
    }
    Ok(ranges)
}

/// The degrees of freedom of the uncertainty, where the report states them.
fn degrees_of_freedom(equation: Node<'_, '_>) -> Result<Vec<String>, String> {
    let stated = xml::text(equation, "degreeFreedom");
    if stated.is_empty() || stated == "INF" {
        return Ok(Vec::new());
    }
    match Decimal::parse(&stated) {
        Ok(number) if number.to_f64() >= 1.0 => Ok(vec![
            "\n[[calibration.function]]".to_owned(),
            "name     = \"dof\"".to_owned(),
            "unit     = \"1\"".to_owned(),
            format!("equation = {}", quoted(&stated)),
        ]),
        _ => Err(format!("`degreeFreedom` is `{stated}`, wanted a number from 1")),
    }
}
