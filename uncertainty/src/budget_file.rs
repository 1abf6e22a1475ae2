//! Budget files: an uncertainty evaluation as a TOML text.
//!
//! Two ways to write one:
//! - Without units that count: numbers are numbers, `unit` is a label. The
//!   project's reference cases are of this kind.
//! - With units: every `[[model]]` states its `unit`; then values and scales may
//!   be written as `"5.8 nm"`, and every dimension is checked.
//!
//! Text in, findings out; this room opens no file.

mod expectation;
mod input;
mod reader;

use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::DeTable;

use crate::correlation::Correlation;
use crate::diagnostic::{Diagnostic, Severity};
use crate::expression::{Expression, Kind as ValueKind, NumberKind, Scope, Value};
use crate::unit::Unit;

pub use expectation::{Expectation, STATED};
pub use input::{BudgetInput, Series};
use reader::Reader;

/// What the file asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A model with one or several outputs, by GUM, Monte Carlo or both.
    Model,
}

/// Names of the kinds that are models.
const MODEL_KINDS: [&str; 5] = ["gum", "gum2", "multi_gum", "mcm", "multi_mcm"];

/// A read and checked budget file.
#[derive(Clone, Debug)]
pub struct BudgetFile {
    /// Name of the case.
    pub id: String,
    /// Title for people.
    pub title: String,
    /// What it asks for.
    pub kind: Kind,
    /// Equations in order.
    pub models: Vec<Model>,
    /// Inputs in order; joint observations behind the others.
    pub inputs: Vec<BudgetInput>,
    /// Correlation of the inputs.
    pub correlation: Correlation,
    /// Whether correlation is stated or comes from observations.
    pub is_correlated: bool,
    /// Coverage factor that the author states, where there is one.
    pub stated_k: Option<f64>,
    /// Expected numbers.
    pub expectations: Vec<Expectation>,
    /// Raw data by name.
    pub data: BTreeMap<String, Vec<f64>>,
    /// Names of the outputs, in the order of the models.
    pub outputs: Vec<String>,
    /// Whether units count.
    pub has_units: bool,
}

/// One equation.
#[derive(Clone, Debug)]
pub struct Model {
    /// Name that later equations use.
    pub name: String,
    /// The right-hand side.
    pub expression: Expression,
    /// Unit of the result, where units count.
    pub unit: Option<Unit>,
    /// Whether it is an output; decided by use where the author does not say.
    pub output: Option<bool>,
    /// Place of the expression's text in the file.
    pub span: Range<usize>,
}

/// A file with what should be looked at, or every reason why it is none.
pub type Checked = Result<(BudgetFile, Vec<Diagnostic>), Vec<Diagnostic>>;

/// Reads a budget file.
///
/// # Errors
/// Every finding, when one of them is an error.
pub fn parse(text: &str) -> Checked {
    let table = DeTable::parse(text).map_err(|error| {
        let finding = Diagnostic::error("B001", error.message().to_lowercase());
        vec![match error.span() {
            Some(span) => finding.at(span),
            None => finding,
        }]
    })?;
    let mut findings = Vec::new();
    let file = read(table.get_ref(), table.span(), &mut findings);
    match file {
        Some(file) if !findings.iter().any(Diagnostic::is_error) => Ok((file, findings)),
        _ => {
            findings.sort_by_key(|finding| finding.span.as_ref().map_or(0, |span| span.start));
            Err(findings)
        }
    }
}

fn read(
    table: &DeTable<'_>,
    span: Range<usize>,
    findings: &mut Vec<Diagnostic>,
) -> Option<BudgetFile> {
    let mut top = Reader::new(table, span, "a budget file", findings);
    top.known(&["source", "verified_by", "published_result", "notes", "params"]);
    schema(&mut top);
    let id = top.text("id").map_or_else(String::new, |(id, _)| id);
    let title = top.text("title").map_or_else(String::new, |(title, _)| title);
    let kind = kind(&mut top);
    let models = models(&mut top);
    let has_units = models.iter().any(|model| model.unit.is_some());
    let mut inputs = each(&mut top, "input", "an input", |reader| input::read(reader, has_units));
    let data = top
        .table("data")
        .map(|(table, span)| Reader::new(table, span, "data", top.findings()).series());
    let data = data.unwrap_or_default();
    let place = top.tables("correlation").first().map_or(0..0, |(_, span)| span.clone());
    let mut pairs = each(&mut top, "correlation", "a correlation", pair);
    let expectations = each(&mut top, "expect", "an expectation", expectation::read);
    let stated_k = coverage(&mut top).or_else(|| expectation::stated_k(&expectations));
    top.finish();
    let series = input::observed(&models, &inputs, &data);
    pairs.extend(input::observed_correlation(&series));
    inputs.extend(series.into_iter().map(BudgetInput::from));
    check_names(&models, &inputs, has_units, findings);
    let names: Vec<String> = inputs.iter().map(|input| input.name.clone()).collect();
    let is_correlated = !pairs.is_empty();
    let correlation = Correlation::new(&names, &pairs).map_err(|error| {
        findings.push(Diagnostic::error("B040", error.to_string()).at(place));
    });
    let (correlation, kind) = (correlation.ok()?, kind?);
    let outputs = outputs(&models, &expectations);
    Some(BudgetFile {
        id,
        title,
        kind,
        models,
        inputs,
        correlation,
        is_correlated,
        stated_k,
        expectations,
        data,
        outputs,
        has_units,
    })
}

/// Reads every table of an array, each with all its findings.
fn each<T>(
    top: &mut Reader<'_, '_>,
    key: &'static str,
    what: &'static str,
    mut read: impl FnMut(&mut Reader<'_, '_>) -> Option<T>,
) -> Vec<T> {
    let tables = top.tables(key);
    let mut all = Vec::with_capacity(tables.len());
    for (table, span) in tables {
        all.extend(read(&mut Reader::new(table, span, what, top.findings())));
    }
    all
}

fn schema(top: &mut Reader<'_, '_>) {
    if let Some((schema, span)) = top.text("schema")
        && schema != "etalon.budget/1"
    {
        let message = format!("schema `{schema}`, wanted `etalon.budget/1`");
        top.report(Diagnostic::error("B002", message).at(span));
    }
}

fn models(top: &mut Reader<'_, '_>) -> Vec<Model> {
    if !top.has("model") {
        top.report(Diagnostic::error("B011", "no [[model]]: there is nothing to evaluate"));
    }
    let models = each(top, "model", "a model", model);
    let has_units = models.iter().any(|model| model.unit.is_some());
    for model in models.iter().filter(|model| has_units && model.unit.is_none()) {
        let finding = Diagnostic::error("B010", format!("model `{}` has no unit", model.name));
        top.report(
            finding.at(model.span.clone()).hint("either every model states its unit or none"),
        );
    }
    models
}

fn kind(top: &mut Reader<'_, '_>) -> Option<Kind> {
    let Some((kind, span)) = top.text("kind") else { return Some(Kind::Model) };
    if MODEL_KINDS.contains(&kind.as_str()) {
        return Some(Kind::Model);
    }
    let finding = Diagnostic::error("B003", format!("kind `{kind}` is not one that is evaluated"));
    top.report(finding.at(span).hint(format!("known kinds: {}", MODEL_KINDS.join(", "))));
    None
}

fn model(reader: &mut Reader<'_, '_>) -> Option<Model> {
    let name = reader.name();
    let expression = reader.needed_text("expr");
    let unit = reader.unit("unit");
    let output = reader.truth("output");
    reader.finish();
    let (text, span) = expression?;
    // The text begins behind its quotation mark.
    let inside = span.start + 1;
    match Expression::parse(&text) {
        Ok(expression) => Some(Model { name: name?, expression, unit, output, span }),
        Err(finding) => {
            reader.report(finding.shifted(inside));
            None
        }
    }
}

fn pair(reader: &mut Reader<'_, '_>) -> Option<(String, String, f64)> {
    let (a, b) = (reader.needed_text("a"), reader.needed_text("b"));
    let r = reader.needed_number("r");
    reader.finish();
    Some((a?.0, b?.0, r?))
}

/// `[coverage]` with the author's own factor.
fn coverage(top: &mut Reader<'_, '_>) -> Option<f64> {
    let (table, span) = top.table("coverage")?;
    let mut reader = Reader::new(table, span, "coverage", top.findings());
    let k = reader.needed_number("k");
    reader.finish();
    k.filter(|k| *k > 0.0)
}

/// Kinds of the names while the models are checked.
struct Names {
    kinds: BTreeMap<String, ValueKind>,
}

impl Scope for Names {
    fn kind(&self, path: &str) -> Option<ValueKind> {
        let constant = (path == "pi").then_some(ValueKind::Number(NumberKind::ONE));
        self.kinds.get(path).cloned().or(constant)
    }

    fn value(&self, _: &str) -> Option<Value> {
        None
    }

    fn known(&self) -> Vec<String> {
        self.kinds.keys().cloned().collect()
    }
}

/// Unique names, known symbols, fitting dimensions.
fn check_names(
    models: &[Model],
    inputs: &[BudgetInput],
    has_units: bool,
    findings: &mut Vec<Diagnostic>,
) {
    let kind = |unit: &Option<Unit>| match unit {
        Some(unit) if has_units => ValueKind::of_unit(unit),
        _ => ValueKind::Number(NumberKind::ONE),
    };
    let mut names = Names { kinds: BTreeMap::new() };
    let mut declare = |names: &mut Names, name: &str, kind, span: &Range<usize>| {
        if names.kinds.insert(name.to_owned(), kind).is_some() {
            let message = format!("the name `{name}` is given twice");
            findings.push(Diagnostic::error("B012", message).at(span.clone()));
        }
    };
    for input in inputs {
        declare(&mut names, &input.name, kind(&input.measure), &input.span);
    }
    let mut results = Vec::new();
    for model in models {
        results.push(model.expression.check(&names));
        declare(&mut names, &model.name, kind(&model.unit), &model.span);
    }
    for (model, result) in models.iter().zip(results) {
        match result {
            Ok(found) if found != kind(&model.unit) => {
                let unit = model.unit.as_ref().map_or("1", Unit::symbol);
                let message = format!("`{}` gives {found}, its unit is {unit}", model.name);
                findings.push(Diagnostic::error("B013", message).at(model.span.clone()));
            }
            Ok(_) => {}
            Err(list) => {
                findings.extend(list.into_iter().map(|f| f.shifted(model.span.start + 1)));
            }
        }
    }
    unused(models, inputs, findings);
}

fn unused(models: &[Model], inputs: &[BudgetInput], findings: &mut Vec<Diagnostic>) {
    let used: Vec<String> =
        models.iter().flat_map(|m| m.expression.symbols()).map(|s| s.path).collect();
    for input in inputs.iter().filter(|input| !used.contains(&input.name)) {
        let message = format!("no model uses the input `{}`", input.name);
        let finding = Diagnostic::warning("B014", message).at(input.span.clone());
        findings.push(Diagnostic { severity: Severity::Warning, ..finding });
    }
}

/// Models that nothing follows from, that are expected, or that say so.
fn outputs(models: &[Model], expectations: &[Expectation]) -> Vec<String> {
    let used: Vec<String> =
        models.iter().flat_map(|m| m.expression.symbols()).map(|s| s.path).collect();
    let is_output = |model: &&Model| {
        model.output.unwrap_or_else(|| {
            let is_expected = expectations
                .iter()
                .any(|expected| expected.output.split(',').any(|name| name.trim() == model.name));
            is_expected || !used.contains(&model.name)
        })
    };
    models.iter().filter(is_output).map(|model| model.name.clone()).collect()
}

#[cfg(test)]
mod tests;
