//! Looking at standards: which there are, what is known of each, what falls due.

use std::path::Path;

use etalon_instruments::clock::Clock;
use jiff::{ToSpan, civil::Date};
use serde::Serialize;

use crate::{
    cli::{CliError, ExitStatus, Output, table::Table},
    lab::Lab,
    register::{Calibration, Register, Standard},
};

/// One standard in a line.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    name: &'a etalon_uncertainty::text::Text,
    maker: &'a str,
    model: &'a str,
    serial: &'a str,
    location: &'a str,
    status: &'static str,
    traceable: bool,
    due: Option<String>,
    days_left: Option<i32>,
    certificate: Option<&'a str>,
    /// Rules let through for it by approved deviations.
    deviations: Vec<&'a str>,
    /// Why no result may be taken with it today; none where one may.
    refused: Option<String>,
}

/// The register of a laboratory and what day it is.
fn today(lab: &Path) -> Result<(Lab, Register, Date), CliError> {
    let lab = Lab::open(lab)?;
    let register = lab.register()?;
    let today = lab.identity.civil_day(Clock::real().utc());
    Ok((lab, register, today))
}

fn line(standard: &Standard, today: Date) -> Line<'_> {
    Line {
        id: &standard.id,
        name: &standard.name,
        maker: &standard.maker,
        model: &standard.model_number,
        serial: &standard.serial,
        location: &standard.location,
        status: standard.status().word(),
        traceable: standard.traceable,
        due: standard.due.map(|due| due.to_string()),
        days_left: standard.due.map(|due| (due - today).get_days()),
        certificate: standard.calibrations.last().map(|own| own.certificate.as_str()),
        deviations: standard.leaves.iter().map(|leave| leave.deviation.as_str()).collect(),
        refused: standard.fit_on(today).err().map(|refusal| refusal.to_string()),
    }
}

pub(super) fn list(lab: &Path, output: &Output) -> Result<ExitStatus, CliError> {
    let (_, register, today) = today(lab)?;
    let lines: Vec<Line<'_>> = register.standards().map(|own| line(own, today)).collect();
    output.json(&serde_json::json!({ "standards": lines }))?;
    output.line(table(&lines));
    Ok(ExitStatus::Done)
}

fn table(lines: &[Line<'_>]) -> String {
    let mut table = Table::new(&["STANDARD", "NAME", "STATUS", "DUE", "CERTIFICATE", "TODAY"]);
    for own in lines {
        let due = own.due.as_deref().unwrap_or("-");
        let refused = own.refused.as_deref().unwrap_or("fit");
        let certificate = own.certificate.unwrap_or("-");
        table.row(&[own.id, own.name.en(), own.status, due, certificate, refused]);
    }
    if table.is_empty() { "the register holds no standard yet".to_owned() } else { table.text() }
}

/// What is due within so many days, the most urgent first.
pub(super) fn due(within: u16, lab: &Path, output: &Output) -> Result<ExitStatus, CliError> {
    let (_, register, today) = today(lab)?;
    let last = today.saturating_add(i32::from(within).days());
    let in_use = |own: &&Standard| own.status() != crate::register::Status::Retired;
    let mut due: Vec<(Date, &Standard)> =
        register.standards().filter(in_use).filter_map(|own| Some((own.due?, own))).collect();
    due.retain(|(day, _)| *day <= last);
    due.sort_by_key(|(day, own)| (*day, own.id.clone()));
    let lines: Vec<Line<'_>> = due.iter().map(|(_, own)| line(own, today)).collect();
    let overdue = due.iter().filter(|(day, own)| *day < today && own.status().is_usable()).count();
    output.json(&serde_json::json!({
        "today": today.to_string(), "until": last.to_string(), "overdue": overdue, "standards": lines,
    }))?;
    output.line(if lines.is_empty() {
        format!("nothing is due until {last}")
    } else {
        table(&lines)
    });
    Ok(if overdue == 0 { ExitStatus::Done } else { ExitStatus::AnswerIsNo })
}

pub(super) fn show(id: &str, lab: &Path, output: &Output) -> Result<ExitStatus, CliError> {
    let (_, register, today) = today(lab)?;
    let standard = register.standard(id).ok_or_else(|| {
        let known: Vec<&str> = register.standards().map(|own| own.id.as_str()).collect();
        CliError::request(format!("the register has no standard `{id}`"))
            .hint(format!("it has {}", known.join(", ")))
    })?;
    output.json(&serde_json::json!({
        "standard": line(standard, today),
        "history": standard.history.iter().map(|own| serde_json::json!({
            "on": own.on.to_string(), "status": own.status.word(), "by": own.by, "reason": own.reason,
        })).collect::<Vec<_>>(),
        "calibrations": standard.calibrations.iter().map(calibration).collect::<Vec<_>>(),
        "checks": standard.checks.iter().map(|own| serde_json::json!({
            "on": own.on.to_string(), "by": own.by, "procedure": own.procedure,
            "found": own.found.to_string(), "limit": own.limit.to_string(), "passed": own.is_passed(),
        })).collect::<Vec<_>>(),
        "upkeep": standard.upkeep.iter().map(|own| serde_json::json!({
            "on": own.on.to_string(), "kind": own.kind.word(), "by": own.by, "text": own.text,
            "breaks_history": own.kind.breaks_history(),
        })).collect::<Vec<_>>(),
        "changes": changes(standard),
    }))?;
    output.line(table(&[line(standard, today)]));
    output.line(entries(standard));
    Ok(ExitStatus::Done)
}

fn calibration(own: &Calibration) -> serde_json::Value {
    serde_json::json!({
        "certificate": own.certificate,
        "laboratory": own.laboratory,
        "accreditation": own.accreditation,
        "performed": own.performed.to_string(),
        "issued": own.issued.to_string(),
        "reviewed": own.reviewed.as_ref().map(|(by, on)| format!("{by} on {on}")),
        "traceability": own.traceability,
        "rows": own.table.rows.len(),
        "states": own.table.stated.iter().map(|column| &column.name).collect::<Vec<_>>(),
        "drift": own.drift.as_ref().map(|drift| drift.written()),
        "specimen": own.specimen,
    })
}

/// How far each stated column but the uncertainty moved between certificates.
fn changes(standard: &Standard) -> Vec<serde_json::Value> {
    let Some(last) = standard.calibrations.last() else { return Vec::new() };
    let columns = last.table.stated.iter().filter(|column| column.name != "U");
    let each = columns.flat_map(|column| {
        let changes = standard.changes(&column.name).into_iter();
        changes.map(|own| {
            serde_json::json!({
                "column": column.name, "before": own.before, "after": own.after,
                "largest": own.largest.to_string(),
            })
        })
    });
    each.collect()
}

fn entries(standard: &Standard) -> String {
    let mut lines = Vec::new();
    for own in &standard.history {
        lines.push(format!("  {}  {}  ({}, {})", own.on, own.status.word(), own.by, own.reason));
    }
    for own in &standard.calibrations {
        let reviewed = own.reviewed.as_ref();
        let reviewed = reviewed
            .map_or("not reviewed".to_owned(), |(by, on)| format!("reviewed by {by} on {on}"));
        lines.push(format!(
            "  {}  certificate {} of {}, {reviewed}",
            own.performed,
            own.certificate,
            own.laboratory.en()
        ));
    }
    for own in &standard.checks {
        let passed = if own.is_passed() { "passed" } else { "FAILED" };
        lines.push(format!(
            "  {}  check {passed}: {} of {} ({})",
            own.on, own.found, own.limit, own.by
        ));
    }
    for own in &standard.upkeep {
        let ends = if own.kind.breaks_history() { ", ends the certified values" } else { "" };
        lines.push(format!("  {}  {}: {}{ends} ({})", own.on, own.kind.word(), own.text, own.by));
    }
    let text = |value: &serde_json::Value, key: &str| {
        value.get(key).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
    };
    for own in changes(standard) {
        lines.push(format!(
            "  {} moved by {} at most from {} to {}",
            text(&own, "column"),
            text(&own, "largest"),
            text(&own, "before"),
            text(&own, "after")
        ));
    }
    lines.join("\n")
}
