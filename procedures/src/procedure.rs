//! A checked procedure: everything the plan and the engine need, typed.
//!
//! Values are born in `schema` (shape, types, units) and leave `check` only
//! when no finding is an error, so a reader of these types may rely on: every
//! expression parses and has the dimension its place demands, every name it
//! uses exists, every role, table, model and stage that is named is declared.
//!
//! Vectors keep the order of the file, because the order is printed.

use std::ops::Range;

use etalon_uncertainty::{quantity::Quantity, taxonomy::Taxon, text::Text};

pub mod action;
pub mod decision;
pub mod environment;
pub mod golden;
pub mod item;
pub mod model;
pub mod points;
pub mod provenance;
pub mod report;
pub mod role;
pub mod safe_state;
pub mod stage;
pub mod table;

pub use action::{Action, Ask, Count, Each, Otherwise, Setting, Statistic, Step, Wait};
pub use decision::{Check, CheckScope, Decision, Guard, JudgedOn, NamedRounding, Rule};
pub use environment::{Environment, EnvironmentLimit, OnViolation};
pub use golden::{ExpectedVerdict, Given, GoldenTest};
pub use item::{Field, FieldKind, ItemDeclaration};
pub use model::{
    Contribution, Derive, Distribution, Earlier, Grouping, Input, InputSource, Model, Scale,
};
pub use points::{Definition, Generated, PointColumn, PointOrder, PointRow, Points};
pub use provenance::{Confidence, Provenance};
pub use report::Report;
pub use role::{Drift, Envelope, Hazard, Need, NeedKind, Role, RoleChoice, RoleQuantity};
pub use safe_state::{SafeCondition, SafeState};
pub use stage::{Repeat, Stage, StageKind};
pub use table::{AppliesTo, Column, Gap, Interval, IntervalEnd, Row, Table};

/// A place in the procedure file: bytes from the start of its text.
pub type Place = Range<usize>;

/// One procedure, checked.
#[derive(Clone, Debug)]
pub struct Procedure {
    /// Stable name, `cn.jjg596.direct.basic-error`.
    pub id: String,
    /// Semantic version, `1.0.0`.
    pub version: String,
    /// What it is called on screen and on paper.
    pub title: Text,
    /// Documents it follows, as cited on the certificate.
    pub methods: Vec<String>,
    /// What a run of it may be for; each has a `[decision.*]` of its own.
    pub activities: Vec<Activity>,
    /// What is measured, as a taxon.
    pub measurand: Taxon,
    /// The unit of work that survives an interruption.
    pub resume: Resume,
    /// The author's estimate; the plan computes its own.
    pub est_time: Option<Quantity>,
    /// Where that estimate is written.
    pub est_time_at: Place,
    /// `[dut]`: what must be known about the unit under test.
    pub item: ItemDeclaration,
    /// `[environment]`: conditions logged and enforced.
    pub environment: Environment,
    /// `[needs]`: every name that the plan must resolve from certificates,
    /// specifications, the bench and its history, with its unit.
    pub needs: Vec<Need>,
    /// `[roles]`: needs for instruments, never models or addresses.
    pub roles: Vec<Role>,
    /// `[tables]`: limits, roundings, constants of the regulation.
    pub tables: Vec<Table>,
    /// `[points]`: the only loop of the language.
    pub points: Option<Points>,
    /// `[model.*]`: one equation per measurand.
    pub models: Vec<Model>,
    /// `[[derive]]`: quantities across points.
    pub derives: Vec<Derive>,
    /// `[[stage]]`, in the order they run.
    pub stages: Vec<Stage>,
    /// `[decision.*]`, one per activity.
    pub decisions: Vec<Decision>,
    /// `[safe_state]`: how every way out of a run ends.
    pub safe_state: SafeState,
    /// `[report]`: the columns of the result table.
    pub report: Report,
    /// `[[test]]`: golden cases of independent origin.
    pub tests: Vec<GoldenTest>,
    /// Where every regulated number comes from, and who compared it.
    pub provenance: Vec<Provenance>,
    /// SHA-256 of the file bytes, lower-case hexadecimal.
    pub sha256: String,
    /// The modules it uses.
    pub modules: Vec<crate::module::Used>,
    /// SHA-256 of the canonical meaning: comments, order of keys, spelling of
    /// units and wording of prompts do not change it.
    pub semantic_sha256: String,
}

impl Procedure {
    /// The role of this name.
    #[must_use]
    pub fn role(&self, name: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.name == name)
    }

    /// The table of this name.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }

    /// The model of this name.
    #[must_use]
    pub fn model(&self, name: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.name == name)
    }

    /// The stage of this name.
    #[must_use]
    pub fn stage(&self, id: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.id == id)
    }

    /// The decision agreed for an activity.
    #[must_use]
    pub fn decision(&self, activity: Activity) -> Option<&Decision> {
        self.decisions.iter().find(|decision| decision.activity == activity)
    }

    /// The declaration of one external name.
    #[must_use]
    pub fn need(&self, name: &str) -> Option<&Need> {
        self.needs.iter().find(|need| need.name == name)
    }

    /// Every name the plan must resolve before the first point, sorted.
    #[must_use]
    pub fn external_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.needs.iter().map(|need| need.name.as_str()).collect();
        names.sort_unstable();
        names
    }

    /// The regulated numbers nobody compared with the bought text yet. While
    /// there is one, a run yields specimens only.
    #[must_use]
    pub fn unchecked_sources(&self) -> Vec<&Provenance> {
        self.provenance.iter().filter(|entry| entry.confidence == Confidence::Unchecked).collect()
    }
}

/// What a run is for (ISO/IEC 17025 7.8.1.2, JJF 1001 9.17 and 9.18).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Activity {
    /// 检定: legal verification against a regulation.
    Verification,
    /// 校准: calibration, a value with its uncertainty.
    Calibration,
}

impl Activity {
    /// The word used in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Verification => "verification",
            Self::Calibration => "calibration",
        }
    }
}

/// The unit of work that is kept or repeated whole after an interruption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resume {
    /// A repeat within a point.
    Repeat,
    /// A point.
    Point,
    /// A whole up-and-down cycle: hysteresis has memory.
    Cycle,
}
