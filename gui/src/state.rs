//! What the window knows about a laboratory and about one run: plain values.
//!
//! Nothing here knows how it is drawn, in which language, or where it came from.

use std::collections::BTreeMap;

use crate::mark::Mark;

/// A text of the laboratory in its two languages.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Bilingual {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

/// A laboratory that is open.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LaboratoryState {
    /// Its folder, as it was typed.
    pub folder: String,
    /// Its name.
    pub name: Bilingual,
    /// Its runs, newest first.
    pub runs: Vec<RunLine>,
    /// Whether it is a demonstration: only there the demonstration run can be started.
    pub is_demonstration: bool,
}

/// One line of the list of runs.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RunLine {
    /// Identifier.
    pub run: String,
    /// When it began, UTC.
    pub began: String,
    /// Whether that is a simulated bench's own time, which runs ahead of the wall's.
    pub is_simulated_time: bool,
    /// Identifier of its procedure.
    pub procedure: String,
    /// How it ended; `None` while it goes on.
    pub end: Option<Outcome>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// To its end.
    Done,
    /// The bench failed.
    Failed,
    /// Somebody stopped it.
    Aborted,
    /// It broke off and may be resumed.
    Interrupted,
}

/// One run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunState {
    /// Identifier.
    pub run: String,
    /// What the procedure is called.
    pub title: Bilingual,
    /// Identifier and version of the procedure.
    pub procedure: String,
    /// Identifier of the bench.
    pub bench: String,
    /// Who operates it.
    pub operator: String,
    /// Whether its results can only be specimens.
    pub is_specimen: bool,
    /// Whose time it goes by.
    pub time: TimeState,
    /// Whether another process carries it out: it can be watched here, not stopped.
    pub is_elsewhere: bool,
    /// Who is where.
    pub positions: Vec<PositionState>,
    /// The points in the order in which they are measured.
    pub points: Vec<PointState>,
    /// What is known, by point key and position.
    pub cells: BTreeMap<(String, u32), CellState>,
    /// The verdict over all points, by position.
    pub overall: BTreeMap<u32, Mark>,
    /// How much is done; `None` once it is over.
    pub progress: Option<ProgressState>,
    /// Whether an output is on.
    pub is_energised: bool,
    /// What was set last on every output that is on, in words with unit.
    pub settings: Vec<String>,
    /// Whether a stop was asked for that is not over yet.
    pub is_stopping: bool,
    /// The conditions last observed, in words with unit.
    pub conditions: Vec<String>,
    /// How it ended.
    pub end: Option<EndState>,
    /// What a person must see at once.
    pub alarms: Vec<String>,
    /// What the reader of the results should know: warnings of the record.
    pub remarks: Vec<String>,
    /// What a person does when the bench does not confirm its safe state.
    pub by_hand: Bilingual,
}

/// Whose time a run goes by.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum TimeState {
    /// The wall's.
    #[default]
    Real,
    /// A simulated bench's own.
    Simulated {
        /// How many times as fast as the wall's; `None` where nobody slows it down, or it is over.
        times: Option<f64>,
    },
}

/// One place of the bench and the item in it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PositionState {
    /// Number, from 1.
    pub number: u32,
    /// The item: serial number or identifier.
    pub item: String,
    /// Why it was taken out, where it was.
    pub removed: Option<String>,
}

/// One point.
#[derive(Clone, Debug, PartialEq)]
pub struct PointState {
    /// `stage/point`.
    pub key: String,
    /// What a person calls it.
    pub label: String,
    /// Unit of its results.
    pub unit: String,
    /// Its limits as the procedure states them; empty where it has none.
    pub stated: String,
    /// Lower limit, in the unit.
    pub lower: Option<f64>,
    /// Upper limit, in the unit.
    pub upper: Option<f64>,
}

/// One result in the making.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CellState {
    /// The value, in the point's unit.
    pub value: Option<f64>,
    /// The value as a certificate prints it, once it is evaluated.
    pub printed: Option<String>,
    /// The expanded uncertainty as a certificate prints it.
    pub expanded: Option<String>,
    /// What is known about it.
    pub mark: Mark,
}

/// How far a run is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProgressState {
    /// Share of the time that lies behind, from 0 to 1.
    pub share: f64,
    /// Seconds to come.
    pub remaining_s: f64,
    /// Points that are complete.
    pub points_done: usize,
    /// What happens now.
    pub step: String,
}

/// How a run ended, and whether the bench is known to be safe.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EndState {
    /// How.
    pub outcome: Outcome,
    /// Whether the safe state was read back.
    pub is_safe: bool,
    /// Why, where it did not come to its end.
    pub reason: String,
}
