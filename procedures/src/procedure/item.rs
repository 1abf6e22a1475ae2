//! `[dut]`: what must be known about the unit under test.

use etalon_uncertainty::{text::Text, unit::Unit};

use super::{Definition, Place};
use crate::formula::Formula;

/// The declaration of the unit under test.
#[derive(Clone, Debug, Default)]
pub struct ItemDeclaration {
    /// What the operator or the job must supply.
    pub fields: Vec<Field>,
    /// Values computed from the fields.
    pub derive: Vec<Definition>,
    /// How many units one run may take; 1 when not written.
    pub positions: u32,
}

/// One field of the unit under test.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name in expressions, bare or as `dut.NAME`.
    pub name: String,
    /// What it holds.
    pub kind: FieldKind,
    /// What it is called on screen and on paper.
    pub label: Option<Text>,
    /// A condition over the fields.
    pub check: Option<Formula>,
    /// Where it is written.
    pub place: Place,
}

/// What a field holds.
#[derive(Clone, Debug)]
pub enum FieldKind {
    /// A number with this unit.
    Quantity(Unit),
    /// One word of a list.
    Enum(Vec<String>),
    /// Several numbers with this unit.
    List(Unit),
    /// Free text.
    Text,
    /// `true` or `false`.
    Truth,
}
