//! One table of the file, with every key accounted for.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::statement::Parameter;
use crate::decimal::Decimal;
use crate::diagnostic::{Diagnostic, nearest};
use crate::quantity::Quantity;
use crate::unit::Unit;

/// A number of the file, with its unit where one is written.
#[derive(Clone, Debug)]
pub(super) struct Number {
    pub(super) quantity: Quantity,
    pub(super) has_unit: bool,
    pub(super) span: Range<usize>,
}

/// Reads keys and remembers which ones exist.
pub(super) struct Reader<'t, 'f> {
    table: &'t DeTable<'t>,
    span: Range<usize>,
    what: &'static str,
    known: Vec<&'static str>,
    findings: &'f mut Vec<Diagnostic>,
}

impl<'t, 'f> Reader<'t, 'f> {
    pub(super) fn new(
        table: &'t DeTable<'t>,
        span: Range<usize>,
        what: &'static str,
        findings: &'f mut Vec<Diagnostic>,
    ) -> Self {
        Self { table, span, what, known: Vec::new(), findings }
    }

    pub(super) fn findings(&mut self) -> &mut Vec<Diagnostic> {
        self.findings
    }

    pub(super) fn report(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    pub(super) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Declares keys that are read by people only.
    pub(super) fn known(&mut self, keys: &[&'static str]) {
        self.known.extend(keys);
    }

    fn get(&mut self, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.known.push(key);
        self.table.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.table.iter().any(|(name, _)| name.get_ref() == key)
    }

    fn mistyped(&mut self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str) {
        let found = value.get_ref().type_str();
        let message = format!("`{key}` is a {found}, wanted {wanted}");
        self.findings.push(Diagnostic::error("B020", message).at(value.span()));
    }

    fn missing(&mut self, key: &str) {
        let message = format!("{} needs `{key}`", self.what);
        self.findings.push(Diagnostic::error("B021", message).at(self.span.clone()));
    }

    pub(super) fn text(&mut self, key: &'static str) -> Option<(String, Range<usize>)> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some((text.clone().into_owned(), value.span())),
            _ => {
                self.mistyped(key, value, "a text");
                None
            }
        }
    }

    pub(super) fn needed_text(&mut self, key: &'static str) -> Option<(String, Range<usize>)> {
        if !self.has(key) {
            self.missing(key);
        }
        self.text(key)
    }

    /// `name`, as the expression language writes names.
    pub(super) fn name(&mut self) -> Option<String> {
        let (name, span) = self.needed_text("name")?;
        let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        if begins && name.chars().all(is_name) {
            return Some(name);
        }
        let message = format!("`{name}` is not a name: letters, digits and _ only");
        self.findings.push(Diagnostic::error("B022", message).at(span));
        None
    }

    pub(super) fn truth(&mut self, key: &'static str) -> Option<bool> {
        let value = self.get(key)?;
        let truth = value.get_ref().as_bool();
        if truth.is_none() {
            self.mistyped(key, value, "true or false");
        }
        truth
    }

    pub(super) fn unit(&mut self, key: &'static str) -> Option<Unit> {
        let (text, span) = self.text(key)?;
        Unit::parse(&text)
            .map_err(|error| {
                self.findings.push(Diagnostic::error("B023", error.to_string()).at(span));
            })
            .ok()
    }

    /// A bare number, or a text with a unit.
    pub(super) fn number(&mut self, key: &'static str) -> Option<Number> {
        let value = self.get(key)?;
        let span = value.span();
        let text = match value.get_ref() {
            DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str().to_owned(),
            DeValue::Float(float) => float.as_str().to_owned(),
            DeValue::String(text) => text.clone().into_owned(),
            _ => {
                self.mistyped(key, value, "a number");
                return None;
            }
        };
        match Quantity::parse(&text.replace('_', "")) {
            Ok(quantity) => {
                let has_unit = Decimal::parse(&text.replace('_', "")).is_err();
                Some(Number { quantity, has_unit, span })
            }
            Err(error) => {
                self.findings.push(Diagnostic::error("B024", format!("`{key}`: {error}")).at(span));
                None
            }
        }
    }

    /// A number without a unit.
    pub(super) fn plain_number(&mut self, key: &'static str) -> Option<f64> {
        let number = self.number(key)?;
        if number.has_unit {
            let message = format!("`{key}` is {}, wanted a number without a unit", number.quantity);
            self.findings.push(Diagnostic::error("B025", message).at(number.span));
            return None;
        }
        Some(number.quantity.value())
    }

    pub(super) fn needed_number(&mut self, key: &'static str) -> Option<f64> {
        if !self.has(key) {
            self.missing(key);
        }
        self.plain_number(key)
    }

    pub(super) fn needed_quantity(&mut self, key: &'static str) -> Option<Number> {
        if !self.has(key) {
            self.missing(key);
        }
        self.number(key)
    }

    pub(super) fn table(&mut self, key: &'static str) -> Option<(&'t DeTable<'t>, Range<usize>)> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::Table(table) => Some((table, value.span())),
            _ => {
                self.mistyped(key, value, "a table");
                None
            }
        }
    }

    pub(super) fn tables(&mut self, key: &'static str) -> Vec<(&'t DeTable<'t>, Range<usize>)> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let DeValue::Array(array) = value.get_ref() else {
            self.mistyped(key, value, "an array of tables");
            return Vec::new();
        };
        let mut tables = Vec::with_capacity(array.len());
        for element in array.iter() {
            match element.get_ref() {
                DeValue::Table(table) => tables.push((table, element.span())),
                _ => self.mistyped(key, element, "a table"),
            }
        }
        tables
    }

    /// Every key as a number, a text or a list of numbers.
    pub(super) fn parameters(&mut self) -> BTreeMap<String, Parameter> {
        let mut parameters = BTreeMap::new();
        let table = self.table;
        for (name, value) in table {
            let key = name.get_ref().clone().into_owned();
            let read = match value.get_ref() {
                DeValue::Array(array) => self
                    .list(&key, array)
                    .map(|list| Parameter::List(list.iter().map(Decimal::to_f64).collect())),
                DeValue::String(text) => Some(Parameter::Text(text.clone().into_owned())),
                DeValue::Integer(integer) if integer.radix() == 10 => {
                    self.one(&key, integer.as_str(), value.span()).map(Parameter::Number)
                }
                DeValue::Float(float) => {
                    self.one(&key, float.as_str(), value.span()).map(Parameter::Number)
                }
                _ => {
                    self.mistyped(&key, value, "a number, a text or a list of numbers");
                    None
                }
            };
            parameters.extend(read.map(|read| (key, read)));
        }
        parameters
    }

    fn one(&mut self, key: &str, text: &str, span: Range<usize>) -> Option<f64> {
        match Decimal::parse(&text.replace('_', "")) {
            Ok(number) => Some(number.to_f64()),
            Err(error) => {
                self.findings.push(Diagnostic::error("B024", format!("`{key}`: {error}")).at(span));
                None
            }
        }
    }

    /// Every key as a list of numbers, as they are written.
    pub(super) fn series(&mut self) -> BTreeMap<String, Vec<Decimal>> {
        let mut series = BTreeMap::new();
        let table = self.table;
        for (name, value) in table {
            let DeValue::Array(array) = value.get_ref() else {
                self.mistyped(name.get_ref(), value, "a list of numbers");
                continue;
            };
            if let Some(numbers) = self.list(name.get_ref(), array) {
                series.insert(name.get_ref().clone().into_owned(), numbers);
            }
        }
        series
    }

    /// A list of numbers without units.
    pub(super) fn numbers(&mut self, key: &'static str) -> Option<Vec<f64>> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::Array(array) => {
                let list = self.list(key, array)?;
                Some(list.iter().map(Decimal::to_f64).collect())
            }
            _ => {
                self.mistyped(key, value, "a list of numbers");
                None
            }
        }
    }

    fn list(&mut self, key: &str, array: &DeArray<'_>) -> Option<Vec<Decimal>> {
        let mut numbers = Vec::with_capacity(array.len());
        for element in array.iter() {
            let text = match element.get_ref() {
                DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str(),
                DeValue::Float(float) => float.as_str(),
                _ => {
                    self.mistyped(key, element, "a number");
                    return None;
                }
            };
            match Decimal::parse(&text.replace('_', "")) {
                Ok(number) => numbers.push(number),
                Err(error) => {
                    let finding = Diagnostic::error("B024", format!("`{key}`: {error}"));
                    self.findings.push(finding.at(element.span()));
                    return None;
                }
            }
        }
        Some(numbers)
    }

    /// Reports every key that nobody asked for.
    pub(super) fn finish(&mut self) {
        let unknown = self.table.iter().filter(|(key, _)| !self.known.contains(&&**key.get_ref()));
        for (key, _) in unknown {
            let message = format!("unknown key `{}` in {}", key.get_ref(), self.what);
            let finding = Diagnostic::error("B026", message).at(key.span());
            let known = nearest(key.get_ref(), self.known.iter().copied());
            self.findings.push(match known {
                Some(known) => finding.hint(format!("did you mean `{known}`?")),
                None => finding.hint(format!("known keys: {}", self.known.join(", "))),
            });
        }
    }
}
