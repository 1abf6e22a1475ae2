//! The budget as a table for a person.

use super::{Answer, MonteCarloAnswer, OutputAnswer};

/// Width of the bar of a share of one.
const BAR: usize = 20;

/// Columns that are aligned to the left: names, units, distributions.
const LEFT: [usize; 3] = [0, 2, 5];

const HEAD: [&str; 11] = [
    "input",
    "estimate",
    "unit",
    "u",
    "dof",
    "distribution",
    "c",
    "|c|·u",
    "share",
    "MC share",
    "",
];

pub(super) fn table(answer: &Answer) -> String {
    let mut lines = Vec::new();
    for output in &answer.outputs {
        block(output, &mut lines);
        lines.push(String::new());
    }
    if answer.outputs.len() > 1 {
        matrix(answer, &mut lines);
    }
    if let Some(region) = &answer.region {
        let factor =
            |name: &str, k: Option<f64>| k.map_or_else(String::new, |k| format!("  {name} {k:.4}"));
        let dof = region.dof.map(|dof| format!(" with {dof:.1} degrees of freedom"));
        lines.push(format!(
            "region at p = {}:  ellipse k (GUM) {:.4}{}{}{}",
            region.p,
            region.k_ellipse_gum,
            dof.unwrap_or_default(),
            factor("ellipse k (Monte Carlo)", region.k_ellipse_mcm),
            factor("rectangle k (Monte Carlo)", region.k_rectangle_mcm),
        ));
        lines.push(String::new());
    }
    let wide = answer.quantities.keys().map(|name| name.chars().count()).max().unwrap_or(0);
    for (name, value) in &answer.quantities {
        lines.push(format!("{name:wide$} = {}", number(*value, 12)));
    }
    lines.extend(answer.assumptions.iter().map(|text| format!("assumed: {text}")));
    lines.extend(answer.warnings.iter().map(|warning| format!("warning: {warning}")));
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines.join("\n") + "\n"
}

fn block(output: &OutputAnswer, lines: &mut Vec<String>) {
    let unit = with_unit(&output.unit);
    let coverage = output.p.map_or_else(|| "stated".to_owned(), |p| format!("p = {p}"));
    lines.push(format!(
        "{} = ({} ± {}){unit}   k = {:.4} ({coverage})",
        output.name, output.printed, output.printed_expanded, output.k
    ));
    lines.push(String::new());
    let mut rows: Vec<Vec<String>> = vec![HEAD.map(str::to_owned).to_vec()];
    for row in &output.budget {
        let name = if row.label.is_empty() {
            row.input.clone()
        } else {
            format!("{} {}", row.input, row.label)
        };
        rows.push(vec![
            name,
            number(row.value, 9),
            row.unit.clone(),
            number(row.u, 4),
            dof(row.dof),
            row.distribution.clone(),
            number(row.c, 4),
            number(row.u_y, 4),
            format!("{:.1} %", 100.0 * row.share),
            row.share_mcm.map_or_else(String::new, |share| format!("{:.1} %", 100.0 * share)),
            bar(row.share),
        ]);
    }
    rows.push(vec![
        output.name.clone(),
        number(output.value, 9),
        output.unit.clone(),
        number(output.u, 4),
        dof(output.dof_eff),
        String::new(),
        String::new(),
        number(output.u, 4),
        String::new(),
        String::new(),
        String::new(),
    ]);
    aligned(&rows, lines);
    lines.push(String::new());
    lines.push(format!("second order      u = {}{unit}", number(output.u_second_order, 4)));
    if let Some(mcm) = &output.mcm {
        opinion(output, mcm, &unit, lines);
    }
}

fn opinion(output: &OutputAnswer, mcm: &MonteCarloAnswer, unit: &str, lines: &mut Vec<String>) {
    let digits = digits(output.value, mcm.u);
    lines.push(format!(
        "Monte Carlo       u = {}{unit}, mean {}{unit}, {} trials{}, seed {}",
        number(mcm.u, 4),
        number(mcm.mean, digits),
        mcm.trials,
        if mcm.converged { "" } else { " (not converged)" },
        mcm.seed,
    ));
    for coverage in &output.coverage {
        let Some(ends) = &coverage.ends else { continue };
        lines.push(format!(
            "  p = {:<12}  symmetric [{}, {}]{unit}, shortest [{}, {}]{unit}",
            coverage.p,
            number(ends.lo_sym, digits),
            number(ends.hi_sym, digits),
            number(ends.lo_short, digits),
            number(ends.hi_short, digits),
        ));
    }
    let verdict = if mcm.gum_validated { "validated" } else { "not validated" };
    lines.push(format!(
        "GUM {verdict}: {} (deviations {} and {}, tolerance {})",
        mcm.reason,
        number(mcm.d_low, 2),
        number(mcm.d_high, 2),
        number(mcm.delta, 2),
    ));
}

fn matrix(answer: &Answer, lines: &mut Vec<String>) {
    lines.push("correlation of the outputs".to_owned());
    let names = answer.outputs.iter().map(|output| output.name.clone());
    let mut rows = vec![std::iter::once(String::new()).chain(names).collect::<Vec<_>>()];
    for (output, row) in answer.outputs.iter().zip(&answer.correlation) {
        let cells = row.iter().map(|r| format!("{r:.4}"));
        rows.push(std::iter::once(output.name.clone()).chain(cells).collect());
    }
    aligned(&rows, lines);
    lines.push(String::new());
}

fn aligned(rows: &[Vec<String>], lines: &mut Vec<String>) {
    let columns = rows.first().map_or(0, Vec::len);
    let widths: Vec<usize> = (0..columns)
        .map(|column| rows.iter().filter_map(|row| row.get(column)).map(|c| width(c)).max())
        .map(Option::unwrap_or_default)
        .collect();
    for row in rows {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, wide))| {
            let space = " ".repeat(wide.saturating_sub(width(cell)));
            let is_last = column + 1 == columns;
            if LEFT.contains(&column) || is_last {
                format!("{cell}{space}")
            } else {
                format!("{space}{cell}")
            }
        });
        lines.push(cells.collect::<Vec<_>>().join("  ").trim_end().to_owned());
    }
}

/// Columns of a terminal: East Asian characters take two.
fn width(text: &str) -> usize {
    let is_wide = |c: char| {
        matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}'
            | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ff60}')
    };
    text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

fn with_unit(unit: &str) -> String {
    match unit {
        "" | "1" | "-" => String::new(),
        unit => format!(" {unit}"),
    }
}

fn dof(dof: Option<f64>) -> String {
    match dof {
        None => "∞".to_owned(),
        Some(dof) if dof >= 1e5 => format!("{dof:.1e}"),
        Some(dof) => number(dof, 4),
    }
}

/// Significant digits that resolve a hundredth of `u`.
fn digits(value: f64, u: f64) -> usize {
    let ratio = libm::log10((value.abs() / u).max(1.0));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "at least 0, and cast saturates"
    )]
    let whole = libm::ceil(ratio) as usize;
    (whole + 3).clamp(4, 15)
}

/// Significant digits, without a tail of zeros.
pub(super) fn number(number: f64, digits: usize) -> String {
    if !number.is_finite() {
        return number.to_string();
    }
    let scientific = format!("{number:.precision$e}", precision = digits.saturating_sub(1));
    let rounded: f64 = scientific.parse().unwrap_or(number);
    let size = rounded.abs();
    if size > 0.0 && !(1e-4..1e10).contains(&size) {
        let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
        let is_fraction = mantissa.contains('.');
        let mantissa = if is_fraction {
            mantissa.trim_end_matches('0').trim_end_matches('.')
        } else {
            mantissa
        };
        return format!("{mantissa}e{exponent}");
    }
    rounded.to_string()
}

/// A bar in eighths of a character.
fn bar(share: f64) -> String {
    const PARTS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = (share.clamp(0.0, 1.0) * 8.0 * BAR as f64).round();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "from 0 to eight times the width"
    )]
    let eighths = eighths as usize;
    let rest = PARTS.get(eighths % 8).copied().unwrap_or_default();
    format!("{}{rest}", "█".repeat(eighths / 8))
}
