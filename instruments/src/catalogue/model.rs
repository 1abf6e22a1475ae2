//! A model as its file describes it.

use crate::{
    framing::Framing,
    protocol::{pattern::Pattern, scpi::number::Form, template::Template},
    resource::SerialSettings,
};
use etalon_uncertainty::{quantity::Quantity, taxonomy::Taxon, text::Text, unit::Unit};
use std::{collections::BTreeMap, time::Duration};

mod hardware;
mod identity;
mod language;

pub use hardware::{
    Confirmation, CountState, Counting, Limit, Output, OutputQuery, SafeState, Watchdog,
};
pub use identity::Identification;
pub use language::Language;

/// One model.
#[derive(Clone, Debug)]
pub struct Model {
    /// Name of the model in bench files; the name of its own file.
    pub id: String,
    /// What it is, for people.
    pub title: Text,
    /// How it is spoken to.
    pub language: Language,
    /// How far the file has been tried.
    pub status: Status,
    /// Where its commands stand.
    pub manual: Manual,
    /// Its line; `None` for a model that a person reads and sets.
    pub line: Option<Line>,
    /// How it says who it is.
    pub identity: Option<Identification>,
    /// Its error queue.
    pub errors: Option<ErrorQueue>,
    /// How it says that it has finished, such as `*OPC?`.
    pub complete: Option<(Template, Pattern)>,
    /// What it can do.
    pub functions: Vec<Function>,
    /// Its output relay.
    pub output: Option<Output>,
    /// Limits it guards itself.
    pub limits: Vec<Limit>,
    /// How it notices that nobody speaks to it any more.
    pub watchdog: Option<Watchdog>,
    /// Its pulse counters.
    pub counting: Option<Counting>,
    /// How it is made safe.
    pub safe_state: SafeState,
}

/// How far a model file has been tried. Honest, and printed with every listing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Status {
    /// Somebody ran it with the real instrument.
    TriedOnHardware,
    /// Written from the maker's manual.
    FromTheManual,
    /// Written from other public sources.
    FromPublicSources,
    /// The instrument exists only on Etalon's simulated benches.
    Simulated,
    /// Nothing is spoken: a person reads and sets.
    ByHand,
}

/// The document a model file was written from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Manual {
    /// Title.
    pub title: String,
    /// Edition or date.
    pub edition: String,
    /// Remark for the reader of the file.
    pub note: String,
}

/// The line to a model.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Line {
    /// What ends a command.
    pub command_end: String,
    /// What ends a reply.
    pub reply_end: Framing,
    /// The longest the model takes to answer.
    pub answers_within: Duration,
    /// Settings of a serial line, where the bench file gives none.
    pub serial: Option<SerialSettings>,
    /// What the model says to every command, where it answers commands at all.
    pub acknowledge: Option<Pattern>,
    /// How numbers are written in commands.
    pub numbers: Form,
    /// Address on a shared line, where nobody gives another.
    pub address: String,
}

/// A model's error queue.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ErrorQueue {
    /// The question for the next entry.
    pub query: Template,
    /// Whether it is put after each setting.
    pub after_settings: bool,
    /// How many entries are read at most before the queue counts as broken.
    pub at_most: usize,
}

/// Something a model can do.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name in the taxonomy.
    pub taxon: Taxon,
    /// What can be set.
    pub settings: Vec<Setting>,
    /// What can be chosen by words.
    pub choices: Vec<Choice>,
    /// What can be read.
    pub readings: Vec<Reading>,
}

/// A quantity that can be set.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Name of the quantity.
    pub quantity: String,
    /// The command, with `{value}`; `None` where a person sets it.
    pub command: Option<Template>,
    /// The question for the set value.
    pub query: Option<Template>,
    /// Unit on the wire.
    pub unit: Unit,
    /// Least value.
    pub min: Option<Quantity>,
    /// Greatest value.
    pub max: Option<Quantity>,
    /// Smallest step.
    pub resolution: Option<Quantity>,
    /// How long it takes to settle after the command, for whoever plans and waits.
    pub settling: Duration,
    /// Where the model says itself when it has finished: the longest it may take.
    pub complete_within: Option<Duration>,
}

/// A setting by words.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Name of the quantity.
    pub quantity: String,
    /// The words, and the command for each.
    pub commands: BTreeMap<String, Template>,
    /// How long it takes to settle.
    pub settling: Duration,
}

/// A quantity that can be read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Name of the quantity.
    pub quantity: String,
    /// The question; `None` where a person reads it.
    pub query: Option<Template>,
    /// The reply, with `{value}`; a bare number where none is given.
    pub reply: Option<Pattern>,
    /// Unit of the indication.
    pub unit: Unit,
    /// Spellings of units this model puts behind its numbers.
    pub suffixes: BTreeMap<String, Unit>,
    /// Least value that can be read.
    pub min: Option<Quantity>,
    /// Greatest value that can be read.
    pub max: Option<Quantity>,
    /// The smallest difference shown, as the manual gives it.
    pub resolution: Option<Quantity>,
    /// The longest this answer takes, where it is not that of the line.
    pub answers_within: Option<Duration>,
}

impl Model {
    /// Whether a person reads and sets this model.
    #[must_use]
    pub fn is_by_hand(&self) -> bool {
        self.language == Language::ByHand
    }

    /// Whether it exists only on simulated benches: what it measures is a specimen.
    #[must_use]
    pub fn is_simulated(&self) -> bool {
        self.status == Status::Simulated
    }

    /// The function with this taxon or a narrower one.
    #[must_use]
    pub fn function(&self, taxon: &Taxon) -> Option<&Function> {
        self.functions.iter().find(|function| function.taxon.is_within(taxon))
    }

    /// The setting of `quantity`.
    #[must_use]
    pub fn setting(&self, quantity: &str) -> Option<&Setting> {
        let mut settings = self.functions.iter().flat_map(|function| &function.settings);
        settings.find(|setting| setting.quantity == quantity)
    }

    /// The choice of `quantity`.
    #[must_use]
    pub fn choice(&self, quantity: &str) -> Option<&Choice> {
        let mut choices = self.functions.iter().flat_map(|function| &function.choices);
        choices.find(|choice| choice.quantity == quantity)
    }

    /// The reading of `quantity`.
    #[must_use]
    pub fn reading(&self, quantity: &str) -> Option<&Reading> {
        let mut readings = self.functions.iter().flat_map(|function| &function.readings);
        readings.find(|reading| reading.quantity == quantity)
    }

    /// The limit on `quantity`.
    #[must_use]
    pub fn limit(&self, quantity: &str) -> Option<&Limit> {
        self.limits.iter().find(|limit| limit.quantity == quantity)
    }

    /// The longest this model takes to answer.
    #[must_use]
    pub fn answers_within(&self) -> Duration {
        self.line.as_ref().map_or(Duration::ZERO, |line| line.answers_within)
    }
}

impl Setting {
    /// Whether `value` (in the setting's unit) lies within the range.
    #[must_use]
    pub fn holds(&self, value: f64) -> bool {
        let least = self.min.as_ref().and_then(|min| min.in_unit(&self.unit).ok());
        let most = self.max.as_ref().and_then(|max| max.in_unit(&self.unit).ok());
        value.is_finite()
            && least.is_none_or(|least| value >= least)
            && most.is_none_or(|most| value <= most)
    }
}

impl Status {
    /// As written in the file.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::TriedOnHardware => "tried on hardware",
            Self::FromTheManual => "from the manual",
            Self::FromPublicSources => "from public sources",
            Self::Simulated => "simulated",
            Self::ByHand => "by hand",
        }
    }
}
