//! What all actions of one run share.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use etalon_instruments::clock::Clock;
use etalon_uncertainty::expression::Value;
use etalon_uncertainty::quantity::Quantity;
use tokio::sync::watch;

use super::control::Control;
use super::environment::{Doubt, Permission, Room};
use super::failure::Failure;
use super::ledger::Ledger;
use super::links::Links;
use super::operator::{self, Answer, Operator, Prompt};
use super::positions::Positions;
use super::progress::{Meter, Notice};
use super::readings::Readings;
use super::resume::{Done, KeptReading};
use crate::journal::{Body, PromptText};
use crate::plan::Plan;

/// Where in the procedure an action happens.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Place {
    /// Stage.
    pub stage: String,
    /// Point; empty outside a point.
    pub point: String,
    /// Repeat, from 1; 0 before the first.
    pub repeat: u32,
}

impl std::fmt::Display for Place {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.point.is_empty() {
            write!(formatter, "{}", self.stage)
        } else {
            write!(formatter, "{}/{}", self.stage, self.point)
        }
    }
}

/// What all actions of one run share.
pub struct Work {
    /// What is to be done.
    pub plan: Arc<Plan>,
    /// The pen.
    pub ledger: Ledger,
    /// The instruments.
    pub links: Arc<Links>,
    /// Who answers questions.
    pub operator: Arc<dyn Operator>,
    /// Who stands at the bench, as the record names them.
    pub person: String,
    /// What is wished.
    pub control: Control,
    /// The time.
    pub clock: Clock,
    /// Who takes part.
    pub positions: Positions,
    /// Whether the environment lets the run go on.
    pub permission: watch::Receiver<Permission>,
    /// How much is done.
    pub meter: Meter,
    /// What was done before this process began.
    pub done: Done,
    /// Readings that count, of this run so far.
    pub readings: Mutex<Readings>,
    /// Stages that took place, before an interruption or after it.
    pub run: Mutex<BTreeSet<String>>,
    /// The conditions as they were last observed.
    pub room: Room,
    /// What speaks against the readings of the point under way.
    pub doubt: Doubt,
}

impl Work {
    /// Waits until nobody wishes a pause and the environment is inside its limits.
    ///
    /// # Errors
    /// When the environment ends the run, or casts doubt on the point under way.
    pub async fn permits(&self) -> Result<(), Failure> {
        let mut permission = self.permission.clone();
        loop {
            self.control.permits().await;
            match permission.borrow_and_update().clone() {
                Permission::Go => return self.doubt.taken_up(),
                Permission::Abort { quantity, value, limit } => {
                    return Err(Failure::Environment { quantity, value, limit });
                }
                Permission::Hold | Permission::Unseen => {}
            }
            if permission.changed().await.is_err() {
                return Ok(());
            }
        }
    }

    /// Waits while nobody sees the room: what was read last counts when it is seen again.
    ///
    /// # Errors
    /// What then speaks against the point.
    pub async fn room_seen(&self) -> Result<(), Failure> {
        let mut permission = self.permission.clone();
        // Who watched is gone with the run, which says why.
        drop(permission.wait_for(|permission| *permission != Permission::Unseen).await);
        self.doubt.taken_up()
    }

    /// Writes facts; durable when it returns.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn keep(&self, facts: Vec<Body>) -> Result<(), Failure> {
        self.ledger.keep(facts).await?;
        Ok(())
    }

    /// Writes a reading; durable, and counted, when it returns.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn keep_reading(&self, fact: Body) -> Result<(), Failure> {
        let conditions = self.room.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for event in self.ledger.keep(vec![fact]).await? {
            if let Body::Reading {
                stage, point, position, repeat, input, text, value, unit, ..
            } = event.body
            {
                self.readings().add(KeptReading {
                    sequence: event.sequence,
                    stage,
                    point,
                    position,
                    repeat,
                    input,
                    text,
                    value,
                    unit,
                    conditions: Arc::clone(&conditions),
                });
            }
        }
        Ok(())
    }

    /// The readings that count.
    pub fn readings(&self) -> MutexGuard<'_, Readings> {
        self.readings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a sentence into the record.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn note(&self, severity: &str, text: impl Into<String>) -> Result<(), Failure> {
        self.keep(vec![Body::Noted { severity: severity.to_owned(), text: text.into() }]).await
    }

    /// Takes a position out; the others go on.
    ///
    /// # Errors
    /// When the store refuses, or nobody is left.
    pub async fn remove(&self, place: &Place, position: u32, reason: &str) -> Result<(), Failure> {
        if self.positions.remove(position, reason) {
            self.keep(vec![Body::PositionRemoved {
                position,
                stage: place.stage.clone(),
                point: place.point.clone(),
                reason: reason.to_owned(),
            }])
            .await?;
        }
        if self.positions.left().is_empty() { Err(Failure::NobodyLeft) } else { Ok(()) }
    }

    /// Puts a question, with question and answer in the record. An answer given
    /// before an interruption stands.
    ///
    /// # Errors
    /// When nobody answers or the store refuses.
    pub async fn ask(&self, prompt: &Prompt) -> Result<Answer, Failure> {
        let id = prompt.key();
        let text = PromptText { en: prompt.en.clone(), zh: prompt.zh.clone() };
        self.keep(vec![Body::Prompt { id: id.clone(), text }]).await?;
        let answer = operator::put(self.operator.as_ref(), prompt).await?;
        self.keep(vec![Body::Answer {
            id,
            position: prompt.position.unwrap_or(0),
            field: prompt.field.clone(),
            value: answer.text(),
            by: self.answered_by(),
        }])
        .await?;
        Ok(answer)
    }

    fn answered_by(&self) -> String {
        match self.operator.source() {
            "typed" => self.person.clone(),
            "file" => "answers file".to_owned(),
            source => source.to_owned(),
        }
    }

    /// The readings of this repeat at this point that all positions share, by name, and those that
    /// were taken once at the point.
    ///
    /// # Errors
    /// When one has a unit that cannot be read.
    pub fn readings_of_repeat(&self, place: &Place) -> Result<BTreeMap<String, Value>, Failure> {
        let mut names = BTreeMap::new();
        for reading in self.readings_at(place, 0) {
            if reading.repeat == place.repeat || reading.repeat == 0 {
                let text = format!("{} {}", reading.value, reading.unit);
                let quantity = Quantity::parse(&text).map_err(|error| Failure::Plan {
                    what: format!("readable reading '{text}': {error}"),
                })?;
                names.insert(reading.input, Value::from(&quantity));
            }
        }
        Ok(names)
    }

    /// A stage took place.
    pub fn has_run(&self, stage: &str) {
        self.run.lock().unwrap_or_else(PoisonError::into_inner).insert(stage.to_owned());
    }

    /// The stages that took place.
    #[must_use]
    pub fn stages_run(&self) -> BTreeSet<String> {
        self.run.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Says where the run stands.
    pub fn tell_progress(&self, place: &Place, step: &str) {
        let progress = self.meter.progress(&place.stage, &place.point, step);
        self.ledger.tell(Notice::Progress(progress));
    }

    /// Waits.
    pub async fn sleep_s(&self, seconds: f64) {
        let duration = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::ZERO);
        self.clock.sleep(duration).await;
    }

    /// Readings of one position at a point, shared ones included.
    pub fn readings_at(&self, place: &Place, position: u32) -> Vec<KeptReading> {
        let readings = self.readings();
        let here = readings.at(&place.stage, &place.point, position);
        here.into_iter().cloned().collect()
    }
}
