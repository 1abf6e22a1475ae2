//! What a budget file asks without a model: the kind, its parameters, and
//! statements about one quantity each.

use std::collections::BTreeMap;
use std::ops::Range;

use super::reader::Reader;
use crate::diagnostic::{Diagnostic, nearest};

/// What a budget file asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A model with one or several outputs, by GUM, Monte Carlo or both.
    Model,
    /// Mean, spread and uncertainty of series of readings.
    TypeA,
    /// Standard uncertainties from limits and certificates.
    TypeB,
    /// Groups of readings: spread between and within.
    Anova,
    /// Least squares with the scatter of the points as their uncertainty.
    Fit,
    /// Least squares with stated uncertainties of the ordinates.
    WeightedFit,
    /// Least squares with stated uncertainties of both coordinates.
    TotalFit,
    /// Probability that one measured item conforms.
    Conformity,
    /// Risks of an acceptance rule over a population of items.
    GlobalRisk,
    /// Guard bands and acceptance limits.
    GuardBand,
    /// Coverage factors.
    Coverage,
}

/// Name in the file, kind, keys of `[params]`.
const KINDS: [(&str, Kind, &[&str]); 15] = [
    ("gum", Kind::Model, &[]),
    ("gum2", Kind::Model, &[]),
    ("multi_gum", Kind::Model, &[]),
    ("mcm", Kind::Model, &[]),
    ("multi_mcm", Kind::Model, &[]),
    ("typea", Kind::TypeA, &["first", "then_alternating", "n"]),
    ("typeb", Kind::TypeB, &[]),
    ("anova", Kind::Anova, &[]),
    ("fit_ols", Kind::Fit, &["model", "x0", "predict_at"]),
    ("fit_wls", Kind::WeightedFit, &["model", "predict_at", "y0", "u_y0"]),
    ("fit_wtls", Kind::TotalFit, &["model", "weights", "predict_at"]),
    ("conformity", Kind::Conformity, &["y", "u", "dof", "half_width", "lower", "upper", "dist"]),
    (
        "conformity_global",
        Kind::GlobalRisk,
        &[
            "item_mean",
            "item_sd",
            "u",
            "u_over_item_sd",
            "lower",
            "upper",
            "accept_lower",
            "accept_upper",
        ],
    ),
    (
        "guardband",
        Kind::GuardBand,
        &["item_mean", "item_sd", "u", "k", "lower", "upper", "target_pfa", "rule", "r"],
    ),
    ("coverage", Kind::Coverage, &[]),
];

/// Numbers that a statement may carry.
const GIVEN: [&str; 9] =
    ["lower", "upper", "half_width", "beta", "dof", "p", "itp", "tur", "reliability"];

/// One entry of `[params]`.
#[derive(Clone, Debug, PartialEq)]
pub enum Parameter {
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// A list of numbers.
    List(Vec<f64>),
}

/// A quantity with what is known about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// Its name.
    pub name: String,
    /// Distribution or rule; the name where none is written.
    pub shape: String,
    /// Numbers by their key.
    pub given: BTreeMap<&'static str, f64>,
}

impl Kind {
    /// The name in the file.
    #[must_use]
    pub fn name(self) -> &'static str {
        KINDS.iter().find(|(_, kind, _)| *kind == self).map_or("", |(name, ..)| name)
    }
}

pub(super) fn kind(top: &mut Reader<'_, '_>) -> Option<Kind> {
    let Some((name, span)) = top.text("kind") else { return Some(Kind::Model) };
    if let Some((_, kind, _)) = KINDS.iter().find(|(known, ..)| *known == name) {
        return Some(*kind);
    }
    let names = KINDS.map(|(name, ..)| name);
    let finding = Diagnostic::error("B003", format!("kind `{name}` is not one that is evaluated"));
    let hint = match nearest(&name, names) {
        Some(known) => format!("did you mean `{known}`?"),
        None => format!("known kinds: {}", names.join(", ")),
    };
    top.report(finding.at(span).hint(hint));
    None
}

/// `[params]` of a kind without a model; that of a model is read by people only.
pub(super) fn parameters(top: &mut Reader<'_, '_>, kind: Kind) -> BTreeMap<String, Parameter> {
    top.known(&["params"]);
    if kind == Kind::Model {
        return BTreeMap::new();
    }
    let Some((table, span)) = top.table("params") else { return BTreeMap::new() };
    let keys = KINDS.iter().find(|(_, known, _)| *known == kind).map_or(&[][..], |(.., keys)| keys);
    let mut reader = Reader::new(table, span, "params", top.findings());
    reader.known(keys);
    let parameters = reader.parameters();
    reader.finish();
    parameters
}

/// `[[statement]]`: name, shape and numbers.
pub(super) fn read(reader: &mut Reader<'_, '_>) -> Option<Statement> {
    let name = reader.needed_text("name").map(|(name, _)| name);
    let statement = given(reader, name.as_deref().unwrap_or_default());
    reader.finish();
    name.map(|_| statement)
}

/// The numbers of a statement, which an expectation may carry as well.
pub(super) fn given(reader: &mut Reader<'_, '_>, name: &str) -> Statement {
    let shape = reader.text("dist").map_or_else(|| name.to_owned(), |(shape, _)| shape);
    let mut given = BTreeMap::new();
    for key in GIVEN {
        if let Some(number) = reader.plain_number(key) {
            given.insert(key, number);
        }
    }
    Statement { name: name.to_owned(), shape, given }
}

/// A file without a model says so, and one with a model has one.
pub(super) fn check_models(top: &mut Reader<'_, '_>, kind: Option<Kind>, models: &[Range<usize>]) {
    let is_model = kind.is_none_or(|kind| kind == Kind::Model);
    if is_model && !top.has("model") {
        top.report(Diagnostic::error("B011", "no [[model]]: there is nothing to evaluate"));
    }
    if let (false, Some(span), Some(kind)) = (is_model, models.first(), kind) {
        let message = format!("kind `{}` has no [[model]]", kind.name());
        top.report(Diagnostic::error("B015", message).at(span.clone()));
    }
}
