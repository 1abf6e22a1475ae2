//! What an event can say. Field order is the order of the canonical JSON: never sort, never insert
//! in the middle of a released variant.
//!
//! Numbers are decimal text, exactly as sent or received, so that nobody's floating point stands
//! between the wire and the evaluation. Documents (procedure, bench, register excerpts, plan) are
//! referred to by the SHA-256 of their bytes and kept in the store beside the events.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A fact of the bench or of the laboratory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Body {
    /// The chain begins: always event 1, never again.
    Opened {
        /// [`super::FORMAT`].
        format: String,
        /// Identity of the laboratory as in `etalon.toml`.
        laboratory: String,
    },
    /// A run begins. With the documents named here the run can be resumed, replayed and evaluated
    /// again without any file of the laboratory folder.
    RunStarted {
        /// Program and version that runs it, such as `etalon 0.1.0`.
        program: String,
        /// Identifier of the procedure.
        procedure: String,
        /// Version of the procedure.
        version: String,
        /// Identifier of the bench.
        bench: String,
        /// Who operates the bench (identifier in `people.toml`).
        operator: String,
        /// `true` when the results can only be specimens: simulated bench or unreleased procedure.
        specimen: bool,
        /// Why they are specimens, one sentence each; empty when `specimen` is `false`.
        specimen_reasons: Vec<String>,
        /// `real`, `virtual`, or `hurried` (a bench served at a time scale).
        clock: String,
        /// Seed of every pseudo-random number of evaluation (Monte Carlo) and simulated world.
        seed: u64,
        /// The units under test, by position.
        items: Vec<RunItem>,
        /// SHA-256 of every document by name: `procedure`, `bench`, `plan`, `register/<id>`,
        /// `item/<id>`, `people`, `laboratory`, `release`, and what the choice of the standards rested
        /// on: `candidate/<id>`, `model/<id>`, `deviation/<id>`.
        documents: BTreeMap<String, String>,
    },
    /// An instrument said who it is.
    Identified {
        /// Identifier of the instrument on the bench.
        instrument: String,
        /// Roles it plays in this run.
        roles: Vec<String>,
        /// Resource it was reached by.
        resource: String,
        /// What it answered.
        identity: IdentityRead,
        /// `true` when it is a simulated instrument.
        simulated: bool,
    },
    /// A stage begins.
    StageStarted {
        /// Identifier of the stage.
        stage: String,
    },
    /// A stage was left out.
    StageSkipped {
        /// Identifier of the stage.
        stage: String,
        /// Why.
        reason: String,
    },
    /// A stage is complete.
    StageFinished {
        /// Identifier of the stage.
        stage: String,
    },
    /// A point begins, or begins again after an interruption.
    PointStarted {
        /// Stage.
        stage: String,
        /// Point.
        point: String,
    },
    /// A point is complete at every position still taking part: resuming skips it.
    PointFinished {
        /// Stage.
        stage: String,
        /// Point.
        point: String,
    },
    /// A value was sent to an instrument.
    Setting {
        /// Role of the instrument.
        role: String,
        /// Quantity set.
        quantity: String,
        /// Value with unit, as sent.
        value: String,
        /// What the instrument reports as its setting, where it was asked.
        readback: Option<String>,
    },
    /// A hardware limit was set, so that the instrument protects the bench by itself.
    LimitSet {
        /// Role of the instrument.
        role: String,
        /// Quantity limited.
        quantity: String,
        /// Value with unit.
        value: String,
    },
    /// An output was switched.
    Output {
        /// Role of the instrument.
        role: String,
        /// On or off.
        on: bool,
    },
    /// A wait ended.
    Waited {
        /// Stage.
        stage: String,
        /// Point; empty outside a point.
        point: String,
        /// What was waited for, as the procedure writes it.
        until: String,
        /// How long, in seconds, as decimal text.
        seconds: String,
        /// `true` when the condition was met, `false` when the time was up.
        met: bool,
    },
    /// A raw reading.
    Reading {
        /// Stage.
        stage: String,
        /// Point.
        point: String,
        /// Position, from 1; 0 for a reading that all positions share.
        position: u32,
        /// Repeat, from 1.
        repeat: u32,
        /// Role of the instrument, or `operator` for a typed reading.
        role: String,
        /// Name of the input quantity it serves, such as `n`.
        input: String,
        /// The reply as received, or what was typed.
        text: String,
        /// The number in it, as decimal text.
        value: String,
        /// Unit of the number.
        unit: String,
    },
    /// An ambient or supply condition.
    Condition {
        /// Quantity, such as `t_amb`.
        quantity: String,
        /// Role of the instrument.
        role: String,
        /// The reply as received.
        text: String,
        /// The number in it, as decimal text.
        value: String,
        /// Unit of the number.
        unit: String,
    },
    /// A condition left the procedure's limits, or came back.
    ConditionLimit {
        /// Quantity.
        quantity: String,
        /// Value with unit.
        value: String,
        /// `true` inside the limits, `false` outside.
        inside: bool,
        /// The limit and what the procedure wants done, such as `21 degC .. 25 degC: hold`.
        limit: String,
    },
    /// The operator was asked.
    Prompt {
        /// Key of the prompt, unique within the run: `stage/point/field/position`.
        id: String,
        /// What was asked.
        text: PromptText,
    },
    /// The operator answered.
    Answer {
        /// Key of the prompt.
        id: String,
        /// Position the answer is for, from 1; 0 where it is for all.
        position: u32,
        /// Field that the answer fills.
        field: String,
        /// The answer as typed, after normalisation of full-width digits.
        value: String,
        /// Who answered: identifier of the person, or `answers file`.
        by: String,
    },
    /// A position was taken out; the others go on.
    PositionRemoved {
        /// Position, from 1.
        position: u32,
        /// Stage.
        stage: String,
        /// Point; empty outside a point.
        point: String,
        /// Why.
        reason: String,
    },
    /// A reading no longer counts. It stays visible.
    Voided {
        /// Sequence number of the reading.
        sequence: u64,
        /// Why.
        reason: String,
        /// Who or what voided it: identifier of the person, or `engine`.
        by: String,
    },
    /// Something the reader of the record should know.
    Noted {
        /// `note` or `warning`.
        severity: String,
        /// One sentence.
        text: String,
    },
    /// The run stopped before its end and may be resumed.
    Interrupted {
        /// Why.
        reason: String,
    },
    /// The run goes on after an interruption.
    Resumed {
        /// Program and version that goes on with it.
        program: String,
        /// Who operates the bench now.
        operator: String,
        /// The last event of the run before the interruption.
        after: u64,
    },
    /// The safe state was carried out.
    SafeState {
        /// `true` when the readback confirmed it.
        confirmed: bool,
        /// Why it was carried out.
        reason: String,
        /// What was read back, by `role quantity`, value with unit.
        readback: BTreeMap<String, String>,
    },
    /// The run is over.
    Finished {
        /// `done`, `failed` or `aborted`.
        outcome: String,
        /// `confirmed` or `unconfirmed`.
        safe_state: String,
        /// Why, where the outcome is not `done`; empty otherwise.
        reason: String,
    },
    /// A certificate left the laboratory.
    CertificateIssued {
        /// Number of the certificate.
        number: String,
        /// Kind, such as `calibration certificate`.
        kind: String,
        /// Item it is about.
        item: String,
        /// `true` for a specimen.
        specimen: bool,
        /// SHA-256 of the DCC's bytes.
        dcc_sha256: String,
        /// SHA-256 of the PDF's bytes.
        pdf_sha256: String,
        /// Common name of the signer.
        signer: String,
        /// Persons by role: `performed`, `checked`, `approved`.
        persons: BTreeMap<String, String>,
        /// Number of the certificate that this one replaces; empty when it replaces none.
        supersedes: String,
    },
    /// Somebody did something at the desk that the record must hold: signed, mistyped a password,
    /// changed an account, received an order, let a rule through, revoked a certificate.
    Act {
        /// What was done, such as `signed`.
        act: String,
        /// Whom or what it is about: a person, a certificate, an order, a standard.
        subject: String,
        /// Who did it (identifier in `people.toml`); empty where nobody was known yet.
        by: String,
        /// What belongs to it, by name.
        facts: BTreeMap<String, String>,
        /// SHA-256 of every document of it, by name.
        documents: BTreeMap<String, String>,
    },
    /// A typed value or a reading was corrected: the old one stays visible (17025 7.5.2).
    Corrected {
        /// Sequence number of the reading.
        sequence: u64,
        /// Its value before, as decimal text.
        old: String,
        /// Its value from now on, as decimal text, in the unit of the reading.
        new: String,
        /// Why.
        reason: String,
        /// Who corrected it: identifier of the person.
        by: String,
    },
    /// Results and verdicts as they were evaluated at this moment: what `record replay` compares.
    Evaluated {
        /// Program and version that evaluated, such as `etalon 0.1.0`.
        program: String,
        /// SHA-256 of the results (`etalon.results/1`), which the record keeps.
        results: String,
        /// Last event of the run that the results rest on.
        after: u64,
    },
    /// A checkpoint of the chain was signed and left the record.
    CheckpointSigned {
        /// Number of the checkpoint, counted from 1.
        number: u64,
        /// The last event that it vouches for.
        sequence: u64,
        /// The hash of that event.
        hash: String,
        /// SHA-256 of the checkpoint's file.
        sha256: String,
        /// Common name of the signer.
        signer: String,
    },
}

/// A unit under test in its position.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunItem {
    /// Position, from 1.
    pub position: u32,
    /// Identifier of the item.
    pub id: String,
}

/// What an instrument answered when asked who it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityRead {
    /// Maker.
    pub maker: String,
    /// Model.
    pub model: String,
    /// Serial number.
    pub serial: String,
    /// Firmware.
    pub firmware: String,
}

/// What the operator was asked, in the laboratory's languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromptText {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

impl Body {
    /// The event's name, as in its JSON.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "opened",
            Self::RunStarted { .. } => "run_started",
            Self::Identified { .. } => "identified",
            Self::StageStarted { .. } => "stage_started",
            Self::StageSkipped { .. } => "stage_skipped",
            Self::StageFinished { .. } => "stage_finished",
            Self::PointStarted { .. } => "point_started",
            Self::PointFinished { .. } => "point_finished",
            Self::Setting { .. } => "setting",
            Self::LimitSet { .. } => "limit_set",
            Self::Output { .. } => "output",
            Self::Waited { .. } => "waited",
            Self::Reading { .. } => "reading",
            Self::Condition { .. } => "condition",
            Self::ConditionLimit { .. } => "condition_limit",
            Self::Prompt { .. } => "prompt",
            Self::Answer { .. } => "answer",
            Self::PositionRemoved { .. } => "position_removed",
            Self::Voided { .. } => "voided",
            Self::Noted { .. } => "noted",
            Self::Interrupted { .. } => "interrupted",
            Self::Resumed { .. } => "resumed",
            Self::SafeState { .. } => "safe_state",
            Self::Finished { .. } => "finished",
            Self::CertificateIssued { .. } => "certificate_issued",
            Self::Act { .. } => "act",
            Self::Corrected { .. } => "corrected",
            Self::Evaluated { .. } => "evaluated",
            Self::CheckpointSigned { .. } => "checkpoint_signed",
        }
    }

    /// Names of the events that refer to documents.
    pub const WITH_DOCUMENTS: &[&str] = &["run_started", "act", "evaluated"];

    /// The documents that the event refers to and that the record keeps: name and SHA-256.
    #[must_use]
    pub fn named_documents(&self) -> Vec<(&str, &str)> {
        match self {
            Self::RunStarted { documents, .. } | Self::Act { documents, .. } => {
                documents.iter().map(|(name, sha256)| (name.as_str(), sha256.as_str())).collect()
            }
            Self::Evaluated { results, .. } => vec![("results", results)],
            _ => Vec::new(),
        }
    }

    /// SHA-256 of the documents that the event refers to and that the record keeps.
    #[must_use]
    pub fn documents(&self) -> Vec<&str> {
        self.named_documents().into_iter().map(|(_, sha256)| sha256).collect()
    }
}
