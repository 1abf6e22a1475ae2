use super::markdown::{Languages, markdown};
use super::*;
use crate::{LIBRARY, check};

fn all() -> Vec<(String, Instruction)> {
    LIBRARY
        .iter()
        .map(|(file, text)| {
            let procedure = check(text).procedure.expect("it checks clean");
            ((*file).to_owned(), instruction(&procedure))
        })
        .collect()
}

#[test]
fn every_shipped_procedure_is_printed_with_points_safe_state_and_budget() {
    for (file, instruction) in all() {
        let text = markdown(&instruction, Languages::Both);
        for part in [
            "## Points · 测量点",
            "## Wiring · 接线",
            "Safe state",
            "## Budget of a typical point",
            "## Sources",
        ] {
            assert!(text.contains(part), "{file} lacks {part}");
        }
        let tables = instruction.blocks.iter().filter_map(|block| match block {
            Block::Table { heads, rows } => Some((heads, rows)),
            _ => None,
        });
        for (heads, rows) in tables {
            assert!(!rows.is_empty(), "{file}: an empty table");
            assert!(rows.iter().all(|row| row.len() == heads.len()), "{file}: {heads:?}");
        }
    }
}

/// Electricity dossier 1.2: class 1, balanced load, from 0.1 Ib to Imax: 1.0 %.
#[test]
fn the_limit_of_the_first_point_of_a_class_1_meter_is_1_percent() {
    let (_, instruction) =
        all().into_iter().find(|(file, _)| file.contains("jjg596")).expect("shipped");
    let points = instruction.blocks.iter().find_map(|block| match block {
        Block::Table { heads, rows } if heads.last() == Some(&Text::new("limit ±", "限值 ±")) => {
            Some(rows)
        }
        _ => None,
    });
    let first = points.and_then(|rows| rows.first()).expect("points");
    assert_eq!(first.last(), Some(&same("1 %")));
}

#[test]
fn numbers_of_a_budget_are_written_as_people_write_them() {
    let written =
        [0.0, 0.01633, -1.0, -1.1756e-6, 123_456.0, 0.012, 5.0].map(|n| significant(n, 3));
    assert_eq!(
        written,
        ["0", "0.0163", "-1", "-1.18 × 10⁻⁶", "1.23 × 10⁵", "0.012", "5"].map(str::to_owned)
    );
}

#[test]
fn one_language_prints_no_other() {
    for (file, instruction) in all() {
        let text = markdown(&instruction, Languages::Zh);
        assert!(text.contains("操作步骤") && !text.contains("## Course"), "{file}");
        let text = markdown(&instruction, Languages::En);
        assert!(text.contains("## Course") && !text.contains("操作步骤"), "{file}");
    }
}
