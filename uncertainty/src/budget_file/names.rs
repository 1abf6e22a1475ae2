//! The names of a file: each once, every symbol known, every dimension fitting.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{BudgetInput, Expectation, Model, in_file};
use crate::diagnostic::{Diagnostic, Severity};
use crate::expression::{Kind as ValueKind, NumberKind, Scope, Value};
use crate::unit::Unit;

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

/// The names of a complex model: real ones, pairs whose parts are of one kind,
/// and the imaginary unit.
struct Pairs<'a> {
    names: &'a Names,
}

impl Scope for Pairs<'_> {
    fn kind(&self, path: &str) -> Option<ValueKind> {
        let part = |name: &str| self.names.kind(&format!("{path}.{name}"));
        let pair = part("re").zip(part("im")).filter(|(re, im)| re == im).map(|(re, _)| re);
        let unit = (path == "j").then_some(ValueKind::Number(NumberKind::ONE));
        pair.or_else(|| self.names.kind(path)).or(unit)
    }

    fn value(&self, _: &str) -> Option<Value> {
        None
    }

    fn known(&self) -> Vec<String> {
        self.names.known()
    }

    fn call_kind(&self, name: &str, kinds: &[ValueKind]) -> Option<Result<ValueKind, String>> {
        let one = ValueKind::Number(NumberKind::ONE);
        match (name, kinds) {
            ("conj" | "re" | "im", [of]) => Some(Ok(of.clone())),
            ("arg", [_]) => Some(Ok(one)),
            ("complex", [re, im]) if re == im => Some(Ok(re.clone())),
            ("complex", [re, im]) => Some(Err(format!("the parts {re} and {im} do not fit"))),
            ("polar", [size, angle]) if *angle == one => Some(Ok(size.clone())),
            ("polar", [_, angle]) => {
                Some(Err(format!("the angle is {angle}, wanted a pure number")))
            }
            _ => None,
        }
    }
}

/// Unique names, known symbols, fitting dimensions.
pub(super) fn check(
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
        if model.complex {
            results.push(pairs_fit(model, &names).and_then(|pairs| model.expression.check(&pairs)));
            for part in model.parts() {
                declare(&mut names, &part, kind(&model.unit), &model.span);
            }
            continue;
        }
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
                let placed = list.into_iter().map(|f| in_file(f, &model.span, model.length));
                findings.extend(placed);
            }
        }
    }
    unused(models, inputs, findings);
}

/// The names of a complex model, when both parts of every pair are of one kind.
fn pairs_fit<'a>(model: &Model, names: &'a Names) -> Result<Pairs<'a>, Vec<Diagnostic>> {
    let mut findings = Vec::new();
    for symbol in model.expression.symbols() {
        let part = |name: &str| names.kind(&format!("{}.{name}", symbol.path));
        if let Some((re, im)) = part("re").zip(part("im"))
            && re != im
        {
            let message = format!(
                "`{}` has a real part that is {re} and an imaginary one that is {im}",
                symbol.path
            );
            findings.push(Diagnostic::error("B016", message).at(symbol.span));
        }
    }
    if findings.is_empty() { Ok(Pairs { names }) } else { Err(findings) }
}

/// Whether one of the symbols stands for a name, or for the pair it belongs to.
fn is_used(symbols: &[String], name: &str) -> bool {
    let pair = name.strip_suffix(".re").or_else(|| name.strip_suffix(".im"));
    symbols.iter().any(|symbol| symbol == name || Some(symbol.as_str()) == pair)
}

fn unused(models: &[Model], inputs: &[BudgetInput], findings: &mut Vec<Diagnostic>) {
    let used: Vec<String> =
        models.iter().flat_map(|m| m.expression.symbols()).map(|s| s.path).collect();
    for input in inputs.iter().filter(|input| !is_used(&used, &input.name)) {
        let message = format!("no model uses the input `{}`", input.name);
        let finding = Diagnostic::warning("B014", message).at(input.span.clone());
        findings.push(Diagnostic { severity: Severity::Warning, ..finding });
    }
}

/// Models that nothing follows from, that are expected, or that say so.
pub(super) fn outputs(models: &[Model], expectations: &[Expectation]) -> Vec<String> {
    let used: Vec<String> =
        models.iter().flat_map(|m| m.expression.symbols()).map(|s| s.path).collect();
    let is_output = |model: &Model, part: &str| {
        model.output.unwrap_or_else(|| {
            let is_expected = expectations
                .iter()
                .any(|expected| expected.output.split(',').any(|name| name.trim() == part));
            is_expected || !is_used(&used, part)
        })
    };
    let named = models.iter().flat_map(|model| model.parts().into_iter().map(move |p| (model, p)));
    named.filter(|(model, part)| is_output(model, part)).map(|(_, part)| part).collect()
}
