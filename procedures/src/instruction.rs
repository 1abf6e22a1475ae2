//! The work instruction: a procedure as a technician reads it, in both languages.
//!
//! Everything is taken from the checked procedure; points, limits and the budget
//! are worked out for the item of its first golden test, by the same code as in a
//! run. The instruction is a list of blocks; who prints them decides how they look.

pub mod markdown;

mod course;
mod judgement;
mod limits;
mod means;

use etalon_uncertainty::text::Text;

use crate::procedure::Procedure;

/// A work instruction.
#[derive(Clone, Debug, PartialEq)]
pub struct Instruction {
    /// What the procedure is called.
    pub title: Text,
    /// Its content, in order.
    pub blocks: Vec<Block>,
}

/// One block of an instruction.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// The beginning of a part.
    Heading(Text),
    /// The beginning of a stage.
    Stage(Text),
    /// A sentence or several.
    Paragraph(Text),
    /// Something that must not be overlooked.
    Warning(Text),
    /// Numbered steps.
    Steps(Vec<Text>),
    /// A table.
    Table {
        /// The heads of the columns.
        heads: Vec<Text>,
        /// The rows, one cell per column.
        rows: Vec<Vec<Text>>,
    },
}

/// The work instruction of a procedure.
#[must_use]
pub fn instruction(procedure: &Procedure) -> Instruction {
    let mut blocks = head(procedure);
    blocks.extend(means::blocks(procedure));
    blocks.extend(limits::blocks(procedure));
    blocks.extend(course::blocks(procedure));
    blocks.extend(judgement::blocks(procedure));
    Instruction { title: procedure.title.clone(), blocks }
}

fn head(procedure: &Procedure) -> Vec<Block> {
    let activities: Vec<&str> = procedure.activities.iter().map(|one| one.word()).collect();
    let rows = vec![
        fact("procedure", "方法", same(format!("{} {}", procedure.id, procedure.version))),
        fact("follows", "依据", same(procedure.methods.join("; "))),
        fact("measurand", "被测量", same(procedure.measurand.as_str())),
        fact("for", "用途", Text::new(activities.join(", "), activity_zh(&activities))),
        fact("file (SHA-256)", "文件 SHA-256", same(&procedure.sha256)),
    ];
    vec![table(&[("", ""), ("", "")], rows)]
}

fn activity_zh(words: &[&str]) -> String {
    let zh = words.iter().map(|word| if *word == "verification" { "检定" } else { "校准" });
    zh.collect::<Vec<_>>().join("、")
}

/// A text that is the same in both languages.
fn same(text: impl Into<String>) -> Text {
    let text = text.into();
    Text::new(text.clone(), text)
}

/// A name beside what it is.
fn fact(en: &str, zh: &str, value: Text) -> Vec<Text> {
    vec![Text::new(en, zh), value]
}

fn heading(en: &str, zh: &str) -> Block {
    Block::Heading(Text::new(en, zh))
}

fn table(heads: &[(&str, &str)], rows: Vec<Vec<Text>>) -> Block {
    Block::Table { heads: heads.iter().map(|(en, zh)| Text::new(*en, *zh)).collect(), rows }
}

/// A number as a person writes it down: six significant digits, no trailing zeros.
fn number(value: f64) -> String {
    let text = format!("{value:.*e}", DIGITS - 1);
    let rounded: f64 = text.parse().unwrap_or(value);
    format!("{rounded}")
}

/// A number with so many significant digits; one that would begin or end in many zeros as a power
/// of ten.
fn significant(value: f64, digits: usize) -> String {
    let text = format!("{value:.*e}", digits.saturating_sub(1));
    let Some((digits_of, power)) = text.split_once('e') else { return text };
    let power: i32 = power.parse().unwrap_or_default();
    let plain = value.abs() <= 0.0 || (-3..5).contains(&power);
    if plain {
        return number(text.parse().unwrap_or(value));
    }
    let power = power.to_string();
    let raised = power.chars().map(|digit| match digit {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        // Superscript digits but 1, 2 and 3 stand in a row from U+2070.
        other => char::from_u32(0x2070 + other.to_digit(10).unwrap_or_default()).unwrap_or(other),
    });
    format!("{digits_of} × 10{}", raised.collect::<String>())
}

/// Significant digits of worked-out values. Chosen: more than any instrument is set to.
const DIGITS: usize = 6;

/// A number with its unit; nothing stands behind a number without one.
fn with_unit(value: f64, unit: &etalon_uncertainty::unit::Unit) -> String {
    format!("{} {}", number(value), unit.printed()).trim_end().to_owned()
}

#[cfg(test)]
mod tests;
