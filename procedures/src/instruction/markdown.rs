//! The work instruction as Markdown.

use std::fmt::Write;

use etalon_uncertainty::text::Text;

use super::{Block, Instruction};

/// The languages of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Languages {
    /// English.
    En,
    /// Chinese.
    Zh,
    /// English and Chinese, English first.
    Both,
}

/// The instruction as Markdown (CommonMark with pipe tables).
#[must_use]
pub fn markdown(instruction: &Instruction, languages: Languages) -> String {
    let words = |text: &Text, between: &str| of(text, languages, between);
    let mut out = format!("# {}\n", words(&instruction.title, " · "));
    let mut add = |block: String| {
        out.push('\n');
        out.push_str(&block);
        out.push('\n');
    };
    for block in &instruction.blocks {
        match block {
            Block::Heading(text) => add(format!("## {}", words(text, " · "))),
            Block::Stage(text) => add(format!("### {}", words(text, " · "))),
            Block::Paragraph(text) => add(words(text, "  \n")),
            Block::Warning(text) => add(format!("> **⚠ {}**", words(text, "**  \n> **"))),
            Block::Steps(steps) => {
                let lines = steps.iter().zip(1..);
                let lines = lines.map(|(step, n)| format!("{n}. {}", words(step, "  \n   ")));
                add(lines.collect::<Vec<_>>().join("\n"));
            }
            Block::Table { heads, rows } => add(table(heads, rows, languages)),
        }
    }
    out
}

fn table(heads: &[Text], rows: &[Vec<Text>], languages: Languages) -> String {
    let mut out = String::new();
    let line = |cells: &[Text]| {
        let cells = cells.iter().map(|cell| escaped(&of(cell, languages, " · ")));
        format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
    };
    let rule = vec!["---"; heads.len()].join(" | ");
    write!(out, "{}\n| {rule} |", line(heads)).expect("writing to a text does not fail");
    for row in rows {
        write!(out, "\n{}", line(row)).expect("writing to a text does not fail");
    }
    out
}

/// A bar inside a cell would end it.
fn escaped(text: &str) -> String {
    text.replace('|', "\\|")
}

/// A text in the wanted languages; once where both are the same.
fn of(text: &Text, languages: Languages, between: &str) -> String {
    match languages {
        Languages::En => text.en().to_owned(),
        Languages::Zh => text.zh().to_owned(),
        Languages::Both if text.en() == text.zh() => text.en().to_owned(),
        Languages::Both => format!("{}{between}{}", text.en(), text.zh()),
    }
}
