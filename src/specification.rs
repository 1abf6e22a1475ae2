//! Specifications: what a maker promises, as a table with its rule of combination (`etalon.spec/1`).
//!
//! A row holds for a function and for spans of its quantities; its limit is combined of a share of
//! the value, a share of the range and a floor, by the one rule the file names. Between rows there is
//! nothing: a point in a gap is refused, never taken to the nearest row.
//!
//! | code  | finding                                                              |
//! |-------|----------------------------------------------------------------------|
//! | S0101 | a column that no rule gives a meaning, or half of a span              |
//! | S0102 | a row of the wrong length                                            |
//! | S0103 | a cell that is not a number of its column                            |
//! | S0104 | a span that ends before it begins                                    |
//! | S0105 | two rows for one point, where the file does not say which counts     |
//! | S0106 | a column whose unit does not fit what it is                          |
//! | S0107 | a level that cannot be                                               |
//! | S0108 | a function that is no name of the taxonomy                           |
//! | S0109 | a condition that cannot be understood                                |
//! | S0110 | two specifications of one name                                       |

pub mod capability;
pub mod conditions;
pub mod filed;
pub mod import;
mod rows;

use etalon_uncertainty::decimal::Decimal;
use etalon_uncertainty::diagnostic::Diagnostic;
use etalon_uncertainty::unit::Unit;

use crate::form::{self, Form, Placed, Read};
use crate::journal::chain::sha256_hex;

pub use filed::{Filed, Specifications};
pub use rows::{Row, Span};

/// Schema of a specification.
pub const SCHEMA: &str = "etalon.spec/1";

/// A specification.
#[derive(Clone, Debug)]
pub struct Specification {
    /// Its name, cited in the record.
    pub id: String,
    /// Document, edition, page.
    pub source: String,
    /// What the limits are.
    pub kind: Kind,
    /// The level at which they hold.
    pub level: Level,
    /// How the parts of a limit are combined.
    pub combine: Combination,
    /// The quantity whose value and range the shares are of.
    pub value: String,
    /// The unit of that quantity, as its span is written.
    pub unit: Unit,
    /// Conditions under which the limits hold, as written.
    pub conditions: Vec<(String, String)>,
    /// The rows.
    pub rows: Vec<Row>,
    /// Whether the first of two rows that both hold counts; a finding otherwise.
    pub first_counts: bool,
    /// SHA-256 of the file.
    pub sha256: String,
}

/// What limits are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An uncertainty of the instrument.
    Uncertainty,
    /// A maximum permissible error.
    MaximumPermissibleError,
}

/// The level at which limits hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Level {
    /// An expanded uncertainty with this coverage factor.
    Factor(f64),
    /// An uncertainty at this coverage probability, normal.
    Probability(f64),
    /// Bounds: a rectangular distribution is assigned (GUM 4.3.7).
    Rectangular,
}

/// How the parts of a limit are combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Combination {
    /// Their sum.
    Sum,
    /// The root of the sum of their squares.
    RootSumSquare,
    /// The largest of them.
    Largest,
}

const KINDS: [(&str, Kind); 2] =
    [("uncertainty", Kind::Uncertainty), ("mpe", Kind::MaximumPermissibleError)];

const COMBINATIONS: [(&str, Combination); 3] =
    [("sum", Combination::Sum), ("rss", Combination::RootSumSquare), ("max", Combination::Largest)];

/// Checks the text of a specification, with every finding at once.
#[must_use]
pub fn check(text: &str) -> Read<Specification> {
    form::read(text, SCHEMA, |form| {
        let spec = form.section("spec")?;
        let (id, source) = (spec.name("id"), spec.text("source"));
        let kind = spec.word("kind", &KINDS);
        let level = spec.section("level").and_then(|section| level(&section));
        let combine = spec.word("combine", &COMBINATIONS);
        let value = spec.text("value");
        let conditions = spec.optional_section("conditions").map(|section| written(&section));
        let gap = spec.word("on_gap", &[("error", ())]);
        let first = spec.word("on_overlap", &[("first", true), ("error", false)]);
        // Without the name of the value the rest is read all the same, for its findings.
        let named = value.as_ref().map(|value| value.value.as_str());
        let rows = rows::read(&spec, named, first.as_ref().is_some_and(|first| first.value));
        spec.close();
        gap?;
        let (rows, unit) = rows?;
        Some(Specification {
            id: id?.value,
            source: source?.value,
            kind: kind?.value,
            level: level?,
            combine: combine?.value,
            value: value?.value,
            unit,
            conditions: conditions.unwrap_or_default(),
            rows,
            first_counts: first?.value,
            sha256: sha256_hex(text.as_bytes()),
        })
    })
}

fn level(form: &Form<'_>) -> Option<Level> {
    let written = (form.optional_text("k"), form.optional_text("p"), form.optional_text("dist"));
    form.close();
    let impossible = |message: String| {
        form.finding(Diagnostic::error("S0107", message).at(form.span()));
        None
    };
    let number = |text: &str| Decimal::parse(text).map(|number| number.to_f64()).ok();
    let words = |text: Option<Placed<String>>| text.map(|placed| placed.value);
    match (words(written.0), words(written.1), words(written.2).as_deref()) {
        (Some(k), None, None) => match number(&k).filter(|k| *k > 0.0) {
            Some(factor) => Some(Level::Factor(factor)),
            None => impossible(format!("the level `k` is `{k}`, wanted a number above zero")),
        },
        (None, Some(p), Some("normal")) => match number(&p).filter(|p| 0.0 < *p && *p < 1.0) {
            Some(p) => Some(Level::Probability(p)),
            None => impossible(format!("the level `p` is `{p}`, wanted a number between 0 and 1")),
        },
        (None, None, Some("rectangular")) => Some(Level::Rectangular),
        _ => impossible(
            "the level is `k = \"2\"`, `p = \"0.99\"` with `dist = \"normal\"`, or `dist = \"rectangular\"`"
                .to_owned(),
        ),
    }
}

fn written(form: &Form<'_>) -> Vec<(String, String)> {
    let names = form.keys().into_iter().map(|key| key.value).collect::<Vec<_>>();
    let found = names.into_iter().filter_map(|name| {
        let text = form.text(&name)?;
        if let Err(reason) = conditions::demand(&name, &text.value) {
            let message = format!("condition `{name}`: {reason}");
            form.finding(Diagnostic::error("S0109", message).at(text.span));
        }
        Some((name, text.value))
    });
    let found = found.collect();
    form.close();
    found
}

#[cfg(test)]
mod tests;
