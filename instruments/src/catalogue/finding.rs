//! Codes of the findings about model files. A code, once given, keeps its meaning.

/// The file is no TOML.
pub(super) const SYNTAX: &str = "I0100";
/// The file has another format or version.
pub(super) const SCHEMA: &str = "I0101";
/// A key that nobody reads.
pub(super) const UNKNOWN_KEY: &str = "I0102";
/// A key that must be there is not.
pub(super) const MISSING_KEY: &str = "I0103";
/// A value of another kind than wanted.
pub(super) const WRONG_KIND: &str = "I0104";
/// A word outside a closed list.
pub(super) const UNKNOWN_WORD: &str = "I0105";
/// A text that is no unit.
pub(super) const UNIT: &str = "I0106";
/// A text that is no quantity, or one of another dimension.
pub(super) const QUANTITY: &str = "I0107";
/// A text that is no name of the taxonomy.
pub(super) const TAXON: &str = "I0108";
/// A command template that cannot be used.
pub(super) const TEMPLATE: &str = "I0109";
/// A reply pattern that cannot be used.
pub(super) const PATTERN: &str = "I0110";
/// A range that holds nothing.
pub(super) const RANGE: &str = "I0111";
/// The same name twice.
pub(super) const TWICE: &str = "I0112";
/// Serial settings that are none.
pub(super) const SERIAL: &str = "I0113";
/// A source of energy without a way to make it safe.
pub(super) const NOT_SAFE: &str = "I0114";
/// A reference to a quantity that the model does not read.
pub(super) const NO_SUCH_QUANTITY: &str = "I0115";
/// A number outside what is possible.
pub(super) const NUMBER: &str = "I0116";
/// Something that a model of this language cannot have, or lacks.
pub(super) const LANGUAGE: &str = "I0117";
/// More findings than anybody reads, or a file larger than any model.
pub(super) const TOO_MUCH: &str = "I0118";
