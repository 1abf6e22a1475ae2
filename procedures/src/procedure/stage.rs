//! `[[stage]]`: stages → points → repeats → actions.

use super::{Place, Step};
use crate::formula::Formula;

/// A stage of a run.
///
/// Without `points` its actions run once. With points, at every point `steps`
/// run once and then [`Repeat::steps`] run [`Repeat::n`] times (with no steps of
/// its own a repeat repeats `steps`).
#[derive(Clone, Debug)]
pub struct Stage {
    /// Its name; with the point it is the key of a result.
    pub id: String,
    /// What it means for the certificate.
    pub kind: Option<StageKind>,
    /// It runs when this holds; always when absent.
    pub when: Option<Formula>,
    /// Whether it runs over the points.
    pub over_points: bool,
    /// Repeats at each point.
    pub repeat: Option<Repeat>,
    /// Its actions.
    pub steps: Vec<Step>,
    /// Models evaluated from its readings.
    pub results: Vec<String>,
    /// The stage whose points, repeat, actions and results it shares.
    pub same_as: Option<String>,
    /// Where it is written.
    pub place: Place,
}

/// What a stage means for the certificate (ISO/IEC 17025 7.8.4.1 d).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StageKind {
    /// Before any adjustment.
    AsFound,
    /// The adjustment itself.
    Adjust,
    /// After the adjustment.
    AsLeft,
}

/// Repeats at a point.
#[derive(Clone, Debug)]
pub struct Repeat {
    /// How many are taken at first.
    pub n: u32,
    /// More are taken while this holds; the model's name is the list of its
    /// values so far: `E[1]`, `mean(E)`.
    pub retry_if: Option<Formula>,
    /// How many more at a time.
    pub more: u32,
    /// Never more than this in all.
    pub max: u32,
    /// What is repeated; empty means the whole list of the stage.
    pub steps: Vec<Step>,
    /// Where it is written.
    pub place: Place,
}
