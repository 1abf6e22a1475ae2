//! `[roles]` and `[needs]`: what the bench and the register must supply.

use etalon_uncertainty::{quantity::Quantity, taxonomy::Taxon, text::Text, unit::Unit};

use super::Place;
use crate::formula::Formula;

/// A need for an instrument; never a model or an address.
#[derive(Clone, Debug)]
pub struct Role {
    /// Its name in actions and expressions.
    pub name: String,
    /// Any one of these functions will do.
    pub can: Vec<Taxon>,
    /// The quantities that actions set and read, with their units.
    pub quantities: Vec<RoleQuantity>,
    /// What is chosen by a word, with the words.
    pub choices: Vec<RoleChoice>,
    /// What must be covered, derived from the points.
    pub over: Vec<Envelope>,
    /// Largest expanded uncertainty (k = 2) at every point.
    pub max_u: Option<Formula>,
    /// Largest maximum permissible error at every point.
    pub max_mpe: Option<Formula>,
    /// Stability needed where accuracy is not.
    pub drift: Option<Drift>,
    /// What can hurt; demands a covering safe state.
    pub hazard: Option<Hazard>,
    /// Whether due date, status, scope and range are enforced.
    pub traceable: bool,
    /// `positions` when every position needs a channel of its own.
    pub channel_per_position: bool,
    /// Ways of reading allowed, `bus` and `manual`; empty means `bus`.
    pub input: Vec<String>,
    /// A field of the unit under test that names the medium.
    pub media: Option<Formula>,
    /// How it is connected, for the person who does it.
    pub wiring: Option<Text>,
    /// Where it is written.
    pub place: Place,
}

/// One quantity of a role.
#[derive(Clone, Debug)]
pub struct RoleQuantity {
    /// Its name: `U`, `I`, `phi`, `P` …
    pub name: String,
    /// The unit in which it is set and read.
    pub unit: Unit,
}

/// What a role is set to by a word, not by a number: which energy a pulse output gives.
#[derive(Clone, Debug)]
pub struct RoleChoice {
    /// Its name: `pulses`, `lamps` …
    pub name: String,
    /// The words that the instrument must know.
    pub words: Vec<String>,
}

/// A quantity and the values it takes over all points.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// The quantity, as the specification calls it.
    pub quantity: String,
    /// A column of the points, or a fixed value, or a pair `low .. high`.
    pub low: Formula,
    /// The upper end; absent when `low` says it all.
    pub high: Option<Formula>,
}

/// Stability needed from a role.
#[derive(Clone, Debug)]
pub struct Drift {
    /// The quantity of the role.
    pub quantity: String,
    /// Largest change, relative or absolute as its unit says.
    pub max: Quantity,
    /// The time over which it is judged, or the name of a gate.
    pub over: String,
}

/// What can hurt people or the item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hazard {
    /// Live conductors.
    Energised,
    /// Stored pressure.
    Pressure,
    /// Moving liquid.
    Flow,
    /// Hot or cold surfaces.
    Temperature,
    /// Ionising radiation.
    Radiation,
}

/// One name that the plan must resolve: `cert.ref.error`, `bench.position` …
///
/// The first word says who answers: `cert` the certificate in force of the
/// standard in that role at the point, `spec` its specification, `bench` the
/// bench file, `history` the pooled record of earlier runs, `env` the
/// environment log, `site` the laboratory, `job` the order, `res` the
/// resolution of the instrument in a role.
#[derive(Clone, Debug)]
pub struct Need {
    /// The dotted name.
    pub name: String,
    /// What it holds.
    pub kind: NeedKind,
    /// What it is, for the plan and for the one who must supply it.
    pub text: Option<Text>,
    /// Where it is written.
    pub place: Place,
}

/// What an external name holds.
#[derive(Clone, Debug)]
pub enum NeedKind {
    /// A number with this unit.
    Quantity(Unit),
    /// A word.
    Text,
    /// `true` or `false`.
    Truth,
}
