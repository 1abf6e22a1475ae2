//! The description of the language: every table, its keys, what each holds.
//!
//! Editors live on it: the JSON Schema is written from it, completion and hover
//! read it. The readers in `schema` do not: `tests/description.rs` asks them, in
//! every table of every procedure at hand, which keys they know, which they miss
//! and which words they take, and demands the same of this description.

pub mod json_schema;

mod actions;
mod desk;
mod golden;
mod head;
mod measuring;

pub use desk::ROOT;

/// A table of the file.
#[derive(Debug)]
pub struct Table {
    /// Its name in the JSON Schema.
    pub name: &'static str,
    /// Its keys.
    pub keys: &'static [Key],
    /// What the author's own names hold, where there may be such.
    pub own_names: Option<&'static Shape>,
}

/// A key of a table.
#[derive(Debug)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// Whether it must always be written.
    pub is_needed: bool,
    /// What it holds.
    pub shape: Shape,
    /// What it means, English.
    pub en: &'static str,
    /// What it means, Chinese.
    pub zh: &'static str,
}

/// What a key holds.
#[derive(Debug)]
pub enum Shape {
    /// Any text.
    Text,
    /// Number and unit: `"0.10 %"`.
    Quantity,
    /// A unit: `"imp/(kW*h)"`.
    Unit,
    /// An expression: `"mpe.limit / 5"`.
    Formula,
    /// A plain decimal as text: `"0.95"`.
    Decimal,
    /// A whole number from 1.
    Count,
    /// `true` or `false`.
    Truth,
    /// A text in both languages, `{ en = "…", zh = "…" }`.
    Both,
    /// One word of a closed list.
    Word(&'static [&'static str]),
    /// A list of words of a closed list.
    Words(&'static [&'static str]),
    /// A list of texts.
    Texts,
    /// A text, or a list of texts.
    Names,
    /// A list of expressions.
    Formulas,
    /// The rows of a table: lists of texts.
    Rows,
    /// A table.
    Table(&'static Table),
    /// A list of tables.
    Tables(&'static Table),
    /// A list of actions, chosen by their key `act`.
    Actions,
}

/// A key that must be written.
const fn need(name: &'static str, shape: Shape, en: &'static str, zh: &'static str) -> Key {
    Key { name, is_needed: true, shape, en, zh }
}

/// A key that may be written.
const fn may(name: &'static str, shape: Shape, en: &'static str, zh: &'static str) -> Key {
    Key { name, is_needed: false, shape, en, zh }
}

/// A table without names of the author's own.
const fn table(name: &'static str, keys: &'static [Key]) -> Table {
    Table { name, keys, own_names: None }
}

/// A table of the author's own names.
const fn names(name: &'static str, of: &'static Shape) -> Table {
    Table { name, keys: &[], own_names: Some(of) }
}

impl Table {
    /// The key of this name.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// What a key holds, its own or one of the author's names.
    #[must_use]
    pub fn shape(&self, name: &str) -> Option<&'static Shape> {
        self.key(name).map(|key| &key.shape).or(self.own_names)
    }
}

/// The table of an action.
#[must_use]
pub fn action(word: &str) -> Option<&'static Table> {
    actions::ACTIONS.iter().find(|(own, _)| *own == word).map(|(_, table)| *table)
}

/// Every action with its word, in the order of the language.
pub fn all_actions() -> impl Iterator<Item = (&'static str, &'static Table)> {
    actions::ACTIONS.iter().copied()
}
