//! What a table of results must state.

use super::Findings;
use crate::dcc::units;
use crate::record::{Record, ResultRow, ResultTable};
use etalon_uncertainty::decimal::Decimal;
use std::collections::BTreeSet;

/// Significant digits of an expanded uncertainty, at most (ILAC-P14, clause 5.4).
const UNCERTAINTY_DIGITS: usize = 2;

pub(super) fn check(record: &Record, findings: &mut Findings) {
    if record.results.iter().all(|table| table.rows.is_empty()) {
        findings.error("7-8-2-1-m", "there is no result".to_owned());
    }
    let mut keys = BTreeSet::new();
    for table in &record.results {
        words(table, findings);
        for row in &table.rows {
            if !keys.insert(row.key.as_str()) {
                findings.error("7-8-2-1-m", format!("{} is stated twice", row.key));
            }
            numbers(table, row, findings);
        }
        alike(table, findings);
    }
    let judged = record.results.iter().any(|table| table.judged_on().is_some());
    if judged && record.agreement.is_none() {
        let message = "conformity is stated without an agreed decision rule".to_owned();
        findings.error("7-8-6-2", message);
    }
    if let Some(agreement) = &record.agreement {
        findings.words("7-8-6-2", "decision rule", &agreement.rule);
        findings.line("7-8-6-2", "specification", &agreement.specification);
        findings.line("7-8-6-2", "clause of the specification", &agreement.clause);
    }
}

fn words(table: &ResultTable, findings: &mut Findings) {
    const CLAUSE: &str = "7-8-2-1-m";
    findings.line(CLAUSE, "identifier of a table", &table.id);
    findings.words(CLAUSE, "heading of a table", &table.name);
    findings.words(CLAUSE, "quantity of a table", &table.quantity);
    let columns = table.columns.iter().filter_map(|column| column.unit.as_ref());
    for unit in columns.chain([&table.unit]) {
        if let Err(error) = units::to_dsi(unit) {
            findings.error(CLAUSE, error.to_string());
        }
    }
    for column in &table.columns {
        findings.words(CLAUSE, "heading of a column", &column.name);
    }
}

fn numbers(table: &ResultTable, row: &ResultRow, findings: &mut Findings) {
    let key = &row.key;
    word(key, key, findings);
    if row.conditions.len() != table.columns.len() {
        let (found, wanted) = (row.conditions.len(), table.columns.len());
        let message = format!("{key} fills {found} columns, the table has {wanted}");
        findings.error("7-8-2-1-m", message);
    }
    for (condition, column) in row.conditions.iter().zip(&table.columns) {
        match &column.unit {
            Some(_) => decimal(key, condition, findings),
            None => word(key, condition, findings),
        }
    }
    let stated = &row.stated;
    for number in [&stated.value, &stated.expanded, &stated.k, &stated.p] {
        decimal(key, number, findings);
    }
    if significant(&stated.expanded) > UNCERTAINTY_DIGITS {
        let message = format!(
            "U = {} of {key} has more than {UNCERTAINTY_DIGITS} significant digits",
            stated.expanded
        );
        findings.error("7-8-4-1-a", message);
    }
    if let Some(judged) = &stated.judged {
        let limits = judged.lower.iter().chain(&judged.upper);
        for number in limits.chain([&judged.number]) {
            decimal(key, number, findings);
        }
        if judged.lower.is_none() && judged.upper.is_none() {
            findings.error("7-8-6-2", format!("{key} is judged without a limit"));
        }
    }
}

/// Columns of the DCC hold one entry per row, or none.
fn alike(table: &ResultTable, findings: &mut Findings) {
    let shapes: BTreeSet<_> = table
        .rows
        .iter()
        .map(|row| {
            let judged = row.stated.judged.as_ref();
            judged.map(|j| (format!("{:?}", j.on), j.lower.is_some(), j.upper.is_some()))
        })
        .collect();
    if shapes.len() > 1 {
        let id = &table.id;
        let message = format!("rows of table {id} are judged in different ways: make two tables");
        findings.error("7-8-6-2", message);
    }
}

fn decimal(key: &str, text: &str, findings: &mut Findings) {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-');
    if !plain || Decimal::parse(text).is_err() {
        findings.error("7-8-2-1-m", format!("{text:?} at {key} is no plain decimal number"));
    }
}

fn word(key: &str, text: &str, findings: &mut Findings) {
    if text.is_empty() || text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        findings.error("7-8-2-1-m", format!("{text:?} at {key} is no single word"));
    }
}

fn significant(number: &str) -> usize {
    let digits = number.bytes().filter(u8::is_ascii_digit);
    digits.skip_while(|digit| *digit == b'0').count()
}
