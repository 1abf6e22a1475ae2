//! The plan: a procedure bound to a bench, its register and the units under test.
//!
//! Everything is decided here, before power is applied: which standard serves
//! which role and why the others do not, every setting in range, every name of
//! a certificate resolved to a number with its origin, one evaluation per
//! point and item that lacks its readings only, and what all that predicts.
//! Making a plan is pure; a plan goes into the record as it is, and evaluation,
//! resumption and replay need nothing else.
//!
//! | it knows                                   | it must never know                 |
//! |--------------------------------------------|------------------------------------|
//! | procedure, bench, register, items, a date  | instruments' bytes, clocks, disks  |
//! | what must happen, in which order           | what did happen                    |
//!
//! Read in this order: this file → `schedule` → `answer_kind` → `step` → `refusal` → `make` → `choices` →
//! `bind` → `lines` → `demands` → `conditions` → `capability` → `standards` → `adviser` → `accreditation` → `names` → `ready` → `table` →
//! `steps` → `setpoints` → `movements` → `collections` → `fills` → `hold` →
//! `expectations` → `when` → `surroundings` → `templates` → `own_spread` → `filling` →
//! `expected` → `prediction` → `judgement` → `further` → `watched` → `looks` → `duration`.

pub mod accreditation;
pub mod adviser;
pub mod answer_kind;
pub mod bind;
pub mod by_position;
pub mod capability;
pub mod choices;
pub mod collections;
mod conditions;
mod correlated;
mod demands;
pub mod duration;
pub mod expectations;
pub mod expected;
pub mod filling;
mod fills;
pub mod further;
pub mod hold;
pub mod judgement;
pub mod lines;
pub mod looks;
pub mod make;
pub mod movements;
pub mod names;
pub mod own_spread;
pub mod prediction;
mod ready;
pub mod refusal;
pub mod schedule;
pub mod setpoints;
pub mod standards;
pub mod step;
pub mod steps;
pub mod surroundings;
pub mod table;
pub mod templates;
pub mod watched;
pub mod when;

use std::collections::BTreeMap;

use etalon_uncertainty::evaluation::Evaluation;
use etalon_uncertainty::text::Text;
use serde::{Deserialize, Serialize};

use crate::bench::BY_HAND;

pub use answer_kind::AnswerKind;
pub use filling::{AtRun, filled, filled_in, raw_reading};
pub use make::{Wanted, make};
pub use own_spread::{EarlierSpread, OwnSpread};

pub use accreditation::{Lies, ScopeRemark};

pub use refusal::PlanError;
pub use schedule::{
    Condition, Fixed, PlannedCondition, PlannedEnvironment, PlannedPoint, PlannedRepeat,
    PlannedSafeState, PlannedStage, PlannedVerification, PlannedWhen,
};
pub use step::Step;

/// Format of a plan in the record.
pub const SCHEMA: &str = "etalon.plan/1";

/// What a run will do.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// [`SCHEMA`].
    pub schema: String,
    /// The procedure.
    pub procedure: ProcedureMark,
    /// `verification` or `calibration`.
    pub activity: String,
    /// Civil date for which due dates and drifts were taken, `YYYY-MM-DD`.
    pub date: String,
    /// Seed of the run; every Monte Carlo seed derives from it.
    pub seed: u64,
    /// The bench.
    pub bench: BenchMark,
    /// The units under test, by position.
    pub items: Vec<PlannedItem>,
    /// The instruments in use.
    pub instruments: Vec<PlannedInstrument>,
    /// Which instrument serves which role, and why.
    pub roles: Vec<RoleBinding>,
    /// Conditions watched during the run.
    pub environment: PlannedEnvironment,
    /// The stages in order, expanded to points and steps.
    pub stages: Vec<PlannedStage>,
    /// How every way out of the run ends.
    pub safe_state: PlannedSafeState,
    /// One evaluation per result, point and item, without readings.
    pub entries: Vec<PlanEntry>,
    /// Text of the procedure, where it has results or checks across points, which rest on the
    /// results of the run; empty elsewhere.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub across: String,
    /// What the laboratory's scope says about the results, where it is accredited for any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scope: Vec<ScopeRemark>,
    /// Predicted duration in seconds.
    pub duration_s: f64,
    /// Number of questions to the operator.
    pub prompts: usize,
}

/// The procedure a plan was made from.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ProcedureMark {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its title.
    pub title: Text,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// SHA-256 of its meaning.
    pub semantic_sha256: String,
    /// Unit of work that survives an interruption: `repeat`, `point` or `cycle`.
    pub resume: String,
    /// What is measured, as a taxon.
    pub measurand: String,
    /// Regulated numbers nobody compared with the bought text yet; while there
    /// is one the results are specimens, unless the release accepts them.
    pub unchecked_sources: Vec<String>,
    /// The release that the plan rests on; without one the results are specimens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<crate::release::ReleaseMark>,
    /// When, by whom and why it was withdrawn, where it was: the results are specimens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Text>,
}

/// The bench a plan was made for.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct BenchMark {
    /// Its id.
    pub id: String,
    /// SHA-256 of its file.
    pub sha256: String,
    /// Whether any of its instruments is simulated.
    pub simulated: bool,
}

/// A unit under test in its position.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedItem {
    /// Position, from 1.
    pub position: u32,
    /// Its id.
    pub id: String,
    /// Serial number on its plate.
    pub serial: String,
    /// SHA-256 of its file.
    pub sha256: String,
    /// The fields the procedure asked for, as written.
    pub fields: BTreeMap<String, String>,
}

/// An instrument of the bench as the run will use it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedInstrument {
    /// Its id on the bench.
    pub id: String,
    /// Id of its model in the catalogue.
    pub model: String,
    /// The model's file: what is said to the instrument is part of the record.
    pub model_file: String,
    /// Where it is wired.
    pub resource: String,
    /// Its address on a line that several share; of a secured meter the name of its keys, never more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Serial line settings, where it hangs on one (`9600 8N1`).
    pub serial_settings: Option<String>,
    /// Serial number it must answer with; refused otherwise.
    pub serial_number: Option<String>,
    /// Roles it plays.
    pub roles: Vec<String>,
    /// Limits set into it at the start, so that it protects the bench by
    /// itself: quantity and value with unit.
    pub limits: Vec<(String, String)>,
    /// Seconds of silence after which it makes itself safe, where it can.
    pub watchdog_s: Option<u32>,
}

impl PlannedInstrument {
    /// Whether a person reads and sets it.
    #[must_use]
    pub fn is_by_hand(&self) -> bool {
        self.resource == BY_HAND
    }
}

/// Which instrument serves a role.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RoleBinding {
    /// The role.
    pub role: String,
    /// Id of the instrument on the bench.
    pub instrument: String,
    /// Id in the register, where it is a reference standard.
    pub standard: Option<String>,
    /// Certificate in force, where there is one.
    pub certificate: Option<String>,
    /// Day on which its next calibration is due.
    pub due: Option<String>,
    /// Its maker's specification with file and hash, where the register names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub specification: Option<String>,
    /// The range of it that is used, where the bench names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<String>,
    /// Conditions of the specification that whoever stands at the bench must keep.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<String>,
    /// Who else could have served, and why not.
    pub rejected: Vec<Rejection>,
    /// Quantity of the role → unit in which the procedure sets and reads it.
    pub quantities: BTreeMap<String, String>,
    /// Position → channel, where every position has one of its own.
    #[serde(with = "crate::plan::by_position")]
    pub channels: BTreeMap<u32, u32>,
}

/// An instrument that was not chosen.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Rejection {
    /// Id of the instrument on the bench.
    pub id: String,
    /// Why not.
    pub reason: String,
}

/// What is known about one result before it is measured.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PlanEntry {
    /// `stage/point`.
    pub key: String,
    /// Stage.
    pub stage: String,
    /// Point; empty in a stage without points.
    pub point: String,
    /// Position, from 1.
    pub position: u32,
    /// Item.
    pub item: String,
    /// The evaluation, without readings and repeats.
    pub evaluation: Evaluation,
    /// Input of the evaluation → name of the reading that it takes.
    pub readings: BTreeMap<String, String>,
    /// Inputs that follow from the conditions observed during the run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub at_run: Vec<AtRun>,
    /// Contributions that follow from the repeats of the point itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub own_spread: Vec<OwnSpread>,
    /// External names as they were resolved for it.
    pub names: Vec<ResolvedName>,
    /// Readings for which the item would be right: input → value.
    pub expected: BTreeMap<String, f64>,
    /// What the plan predicts.
    pub prediction: Prediction,
}

/// An external name, resolved.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ResolvedName {
    /// The dotted name.
    pub name: String,
    /// Its value, as it was used.
    pub value: String,
    /// Its unit; empty for a word.
    pub unit: String,
    /// Where the value comes from.
    pub origin: String,
}

/// What is expected of a result before it is measured.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Prediction {
    /// Expanded uncertainty.
    #[serde(rename = "U")]
    pub expanded: f64,
    /// Unit of this and of `mpe`.
    pub unit: String,
    /// Largest error allowed, where there is a limit.
    pub mpe: Option<f64>,
    /// Test uncertainty ratio: the limit over U (ANSI/NCSL Z540.3, 3.11).
    pub tur: Option<f64>,
    /// U over the limit (JJF 1094-2002, 5.3.1.4 wants one third at most).
    pub u_over_mpe: Option<f64>,
}

impl Plan {
    /// The entry of a result.
    pub fn entries_at(
        &self,
        stage: &str,
        point: &str,
        position: u32,
    ) -> impl Iterator<Item = &PlanEntry> {
        self.entries.iter().filter(move |entry| {
            entry.stage == stage && entry.point == point && entry.position == position
        })
    }

    /// The planned point of a stage.
    #[must_use]
    pub fn point(&self, stage: &str, point: &str) -> Option<&PlannedPoint> {
        let stage = self.stages.iter().find(|own| own.id == stage)?;
        stage.points.iter().find(|own| own.id == point)
    }

    /// The binding of a role.
    #[must_use]
    pub fn role(&self, role: &str) -> Option<&RoleBinding> {
        self.roles.iter().find(|binding| binding.role == role)
    }

    /// The item in a position.
    #[must_use]
    pub fn item(&self, position: u32) -> Option<&PlannedItem> {
        self.items.iter().find(|item| item.position == position)
    }

    /// Whether everything on the bench is inside this process.
    #[must_use]
    pub fn is_in_process(&self) -> bool {
        self.instruments.iter().all(|own| own.resource.starts_with("SIM::") || own.is_by_hand())
    }

    /// The plan as it is kept in the record.
    ///
    /// # Panics
    /// Never: a plan holds text, finite numbers and maps with text or number keys.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a plan holds only what JSON can write")
    }

    /// A plan from the record.
    ///
    /// # Errors
    /// When the bytes are not a plan this version knows.
    pub fn from_json(bytes: &[u8]) -> Result<Self, PlanError> {
        let plan: Self = serde_json::from_slice(bytes)
            .map_err(|error| PlanError::Unreadable { reason: error.to_string() })?;
        if plan.schema == SCHEMA {
            Ok(plan)
        } else {
            let reason = format!("schema '{}', wanted '{SCHEMA}'", plan.schema);
            Err(PlanError::Unreadable { reason })
        }
    }
}
