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
mod names;
mod reader;
mod statement;

use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::DeTable;

use crate::correlation::Correlation;
use crate::decimal::Decimal;
use crate::diagnostic::Diagnostic;
use crate::dof::CorrelatedDof;
use crate::expression::Expression;
use crate::unit::Unit;

pub use expectation::{Expectation, STATED};
pub use input::{BudgetInput, Series};
use reader::Reader;
pub use statement::{Kind, Parameter, Statement};

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
    /// Degrees of freedom of correlated inputs; plain where none is stated, as
    /// most published examples take them.
    pub correlated_dof: CorrelatedDof,
    /// Coverage factor that the author states, where there is one.
    pub stated_k: Option<f64>,
    /// Expected numbers.
    pub expectations: Vec<Expectation>,
    /// Raw data by name, as written.
    pub data: BTreeMap<String, Vec<Decimal>>,
    /// What a kind without a model is told.
    pub parameters: BTreeMap<String, Parameter>,
    /// Quantities that a kind without a model speaks about.
    pub statements: Vec<Statement>,
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
    /// Whether its values are complex: then it has the parts `name.re`, `name.im`.
    pub complex: bool,
    /// Whether it is an output; decided by use where the author does not say.
    pub output: Option<bool>,
    /// Place of the expression's text in the file.
    pub span: Range<usize>,
    /// Length of that text without its quotation marks and escapes.
    pub length: usize,
}

impl Model {
    /// Names under which its values are used.
    #[must_use]
    pub fn parts(&self) -> Vec<String> {
        if self.complex {
            return vec![format!("{}.re", self.name), format!("{}.im", self.name)];
        }
        vec![self.name.clone()]
    }
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
    top.known(&["source", "verified_by", "published_result", "notes"]);
    schema(&mut top);
    let id = top.text("id").map_or_else(String::new, |(id, _)| id);
    let title = top.text("title").map_or_else(String::new, |(title, _)| title);
    let kind = statement::kind(&mut top);
    let models = models(&mut top, kind);
    let parameters = statement::parameters(&mut top, kind.unwrap_or(Kind::Model));
    let has_units = models.iter().any(|model| model.unit.is_some());
    let mut inputs = each(&mut top, "input", "an input", |reader| input::read(reader, has_units));
    let data = top
        .table("data")
        .map(|(table, span)| Reader::new(table, span, "data", top.findings()).series());
    let data = data.unwrap_or_default();
    let place = top.tables("correlation").first().map_or(0..0, |(_, span)| span.clone());
    let mut pairs = each(&mut top, "correlation", "a correlation", pair);
    let is_model = kind.is_none_or(|kind| kind == Kind::Model);
    let mut statements = each(&mut top, "statement", "a statement", statement::read);
    let expectations =
        each(&mut top, "expect", "an expectation", |reader| expectation::read(reader, is_model));
    statements.extend(expectations.iter().filter_map(|expected| expected.statement.clone()));
    let stated_k = coverage(&mut top).or_else(|| expectation::stated_k(&expectations));
    let joint_dof = copula(&mut top);
    let correlated_dof = policy(&mut top);
    top.finish();
    let series = input::observed(&models, &inputs, &numbers(&data));
    pairs.extend(input::observed_correlation(&series));
    inputs.extend(series.into_iter().map(BudgetInput::from));
    names::check(&models, &inputs, has_units, findings);
    let names: Vec<String> = inputs.iter().map(|input| input.name.clone()).collect();
    let is_correlated = !pairs.is_empty();
    let correlation = Correlation::new(&names, &pairs).map_err(|error| {
        findings.push(Diagnostic::error("B040", error.to_string()).at(place));
    });
    let (mut correlation, kind) = (correlation.ok()?, kind?);
    if let Some(dof) = joint_dof {
        correlation = correlation.with_joint_dof(dof);
    }
    let outputs = names::outputs(&models, &expectations);
    Some(BudgetFile {
        id,
        title,
        kind,
        models,
        inputs,
        correlation,
        is_correlated,
        correlated_dof,
        stated_k,
        expectations,
        data,
        parameters,
        statements,
        outputs,
        has_units,
    })
}

/// Readings as doubles.
pub(crate) fn numbers(data: &BTreeMap<String, Vec<Decimal>>) -> BTreeMap<String, Vec<f64>> {
    let list = |list: &Vec<Decimal>| list.iter().map(Decimal::to_f64).collect();
    data.iter().map(|(name, readings)| (name.clone(), list(readings))).collect()
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

fn models(top: &mut Reader<'_, '_>, kind: Option<Kind>) -> Vec<Model> {
    let models = each(top, "model", "a model", model);
    let spans: Vec<Range<usize>> = models.iter().map(|model| model.span.clone()).collect();
    statement::check_models(top, kind, &spans);
    let has_units = models.iter().any(|model| model.unit.is_some());
    for model in models.iter().filter(|model| has_units && model.unit.is_none()) {
        let finding = Diagnostic::error("B010", format!("model `{}` has no unit", model.name));
        top.report(
            finding.at(model.span.clone()).hint("either every model states its unit or none"),
        );
    }
    models
}

fn model(reader: &mut Reader<'_, '_>) -> Option<Model> {
    let name = reader.name();
    let expression = reader.needed_text("expr");
    let unit = reader.unit("unit");
    let output = reader.truth("output");
    let complex = reader.truth("complex").unwrap_or(false);
    reader.finish();
    let (text, span) = expression?;
    let length = text.len();
    match Expression::parse(&text) {
        Ok(expression) => {
            Some(Model { name: name?, expression, unit, complex, output, span, length })
        }
        Err(finding) => {
            reader.report(in_file(finding, &span, length));
            None
        }
    }
}

/// A finding about an expression, at its place in the file. A text with escapes in
/// it does not stand there letter by letter: then all of it is shown.
fn in_file(finding: Diagnostic, span: &Range<usize>, length: usize) -> Diagnostic {
    if span.len() == length + 2 {
        return finding.shifted(span.start + 1);
    }
    Diagnostic { other: None, ..finding }.at(span.clone())
}

fn pair(reader: &mut Reader<'_, '_>) -> Option<(String, String, f64)> {
    let (a, b) = (reader.needed_text("a"), reader.needed_text("b"));
    let r = reader.needed_number("r");
    reader.finish();
    Some((a?.0, b?.0, r?))
}

/// `correlated_dof` of the file.
fn policy(top: &mut Reader<'_, '_>) -> CorrelatedDof {
    let Some((word, span)) = top.text("correlated_dof") else { return CorrelatedDof::Plain };
    CorrelatedDof::parse(&word).unwrap_or_else(|| {
        let finding = Diagnostic::error("B042", format!("unknown policy `{word}`")).at(span);
        top.report(finding.hint("known: refuse, plain, ensemble"));
        CorrelatedDof::Refuse
    })
}

/// `[copula]` of the correlated inputs: `kind = "gaussian"`, or `"t"` with `dof`.
fn copula(top: &mut Reader<'_, '_>) -> Option<f64> {
    let (table, span) = top.table("copula")?;
    let mut reader = Reader::new(table, span, "a copula", top.findings());
    let kind = reader.needed_text("kind");
    let dof = reader.plain_number("dof").filter(|dof| *dof > 0.0);
    reader.finish();
    let (kind, span) = kind?;
    match (kind.as_str(), dof) {
        ("t", Some(dof)) => return Some(dof),
        ("gaussian", None) => {}
        _ => reader.report(
            Diagnostic::error("B041", format!("copula `{kind}` with this `dof`"))
                .at(span)
                .hint("wanted kind = \"gaussian\", or kind = \"t\" with dof above zero"),
        ),
    }
    None
}

/// `[coverage]` with the author's own factor.
fn coverage(top: &mut Reader<'_, '_>) -> Option<f64> {
    let (table, span) = top.table("coverage")?;
    let mut reader = Reader::new(table, span, "coverage", top.findings());
    let k = reader.needed_number("k");
    reader.finish();
    k.filter(|k| *k > 0.0)
}

#[cfg(test)]
mod tests;
