//! What a question of the plan wants to hear.
//!
//! The plan knows the kind of every answer before anybody is asked; the engine puts the question and
//! accepts nothing else.

use etalon_uncertainty::decimal::Decimal;
use serde::{Deserialize, Serialize};

/// What kind of answer is wanted.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "wanted", rename_all = "snake_case")]
pub enum AnswerKind {
    /// Yes or no.
    Confirmation,
    /// "Done", with a remark where one is required.
    Done {
        /// Whether a remark must be written.
        note_required: bool,
    },
    /// A number in a unit.
    Number {
        /// Symbol of the unit.
        unit: String,
        /// Lower and upper end of what is accepted, both allowed.
        range: Option<(Decimal, Decimal)>,
        /// Smallest step that can be read.
        step: Option<Decimal>,
        /// Whether it is entered twice.
        twice: bool,
        /// What a plausible entry lies within; one outside is read and entered once more, and must be
        /// found again to one step. It is never shown: who knows what is expected reads what is expected.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expect: Option<Box<(Decimal, Decimal)>>,
    },
    /// A text, for example a scanned serial number.
    Text {
        /// Whether it is entered twice.
        twice: bool,
    },
}
