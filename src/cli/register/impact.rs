//! What rests on a standard, and on what a result rests.

use std::path::Path;

use etalon_uncertainty::quantity::Quantity;
use jiff::civil::Date;
use serde::Serialize;

use crate::{
    cli::{CliError, ExitStatus, Output, table::Table},
    issue::papers::Papers,
    lab::Lab,
    recall::{self, Affected, Correction, Question, RecallError},
};

impl From<RecallError> for CliError {
    fn from(error: RecallError) -> Self {
        Self::request(error.to_string())
    }
}

pub(super) fn impact(
    standard: &str,
    since: Date,
    correction: Option<&str>,
    lab: &Path,
    output: &Output,
) -> Result<ExitStatus, CliError> {
    let lab = Lab::open(lab)?;
    let journal = lab.journal()?;
    let correction = correction.map(parsed).transpose()?;
    let question = Question { standard: standard.to_owned(), since, correction };
    let affected = recall::recall(&journal, &lab.identity, &question)?;
    if affected.is_empty() && lab.register()?.standard(standard).is_none() {
        return Err(RecallError::Unknown { standard: standard.to_owned() }.into());
    }
    let items = affected.iter().flat_map(|run| &run.items);
    let changing = items.clone().filter(|item| item.changes).count();
    let refused = affected.iter().filter(|run| run.refused.is_some()).count();
    output.json(&serde_json::json!({
        "standard": standard, "since": since.to_string(), "items": items.count(),
        "changing": changing, "not_recomputed": refused, "runs": affected,
    }))?;
    report(&affected, question.correction.is_some(), output);
    let is_quiet = changing == 0 && refused == 0;
    Ok(if is_quiet { ExitStatus::Done } else { ExitStatus::AnswerIsNo })
}

/// `error=+0.10 %`.
fn parsed(text: &str) -> Result<Correction, CliError> {
    let wrong = || {
        CliError::request(format!("`{text}` is no correction"))
            .hint("wanted a stated column and what is added to it: \"error=+0.10 %\"")
    };
    let (column, by) = text.split_once('=').ok_or_else(wrong)?;
    let by = Quantity::parse(by.trim().trim_start_matches('+')).map_err(|_| wrong())?;
    Ok(Correction { column: column.trim().to_owned(), by })
}

fn report(affected: &[Affected], is_corrected: bool, output: &Output) {
    if affected.is_empty() {
        output.line("no run of the record used it since then");
        return;
    }
    let mut table = Table::new(&[
        "RUN",
        "DAY",
        "ITEM",
        "CERTIFICATES",
        "VERDICT",
        "CORRECTED",
        "LARGEST CHANGE",
    ]);
    for run in affected {
        for item in &run.items {
            let largest = item.results.iter().max_by(|one, other| {
                (one.corrected - one.value).abs().total_cmp(&(other.corrected - other.value).abs())
            });
            let largest = largest.map_or_else(String::new, |own| {
                format!("{:+.3e} {} at {}", own.corrected - own.value, own.unit, own.key)
            });
            let corrected = match (is_corrected, item.changes) {
                (false, _) => "-".to_owned(),
                (true, false) => item.corrected_verdict.clone(),
                (true, true) => format!("{} ← CHANGES", item.corrected_verdict),
            };
            let certificates = item.certificates.join(", ");
            table.row(&[
                &run.run,
                &run.on,
                &item.item,
                &certificates,
                &item.verdict,
                &corrected,
                &largest,
            ]);
        }
    }
    output.line(table.text());
    for run in affected.iter().filter(|run| run.refused.is_some()) {
        let reason = run.refused.as_deref().unwrap_or_default();
        output.alarm(format!("{} was not computed again: {reason}", run.run));
    }
}

/// One link of the chain.
#[derive(Serialize)]
struct Link {
    role: String,
    standard: String,
    serial: String,
    certificate: String,
    laboratory: String,
    issued: String,
    due: Option<String>,
    traceability: String,
    register_sha256: String,
    /// Numbers of it that results of the run used, with their place in the certificate.
    values: Vec<String>,
}

pub(super) fn trace(run: &str, lab: &Path, output: &Output) -> Result<ExitStatus, CliError> {
    let lab = Lab::open(lab)?;
    let papers = Papers::of_any_run(&lab.journal()?, run)?;
    let links: Vec<Link> =
        papers.plan.roles.iter().filter_map(|role| link(&papers, role)).collect();
    output.json(&serde_json::json!({ "run": run, "chain": links }))?;
    for own in &links {
        output.line(format!(
            "{}: {} (serial {}), certificate {} of {}, {}",
            own.role, own.standard, own.serial, own.certificate, own.issued, own.laboratory
        ));
        output.line(format!("  {}", own.traceability));
        for value in &own.values {
            output.line(format!("  {value}"));
        }
    }
    Ok(ExitStatus::Done)
}

fn link(papers: &Papers, role: &crate::plan::RoleBinding) -> Option<Link> {
    let standard = papers.standards.iter().find(|own| role.standard.as_ref() == Some(&own.id))?;
    let calibration = standard.calibrations.last()?;
    let prefix = format!("cert.{}.", role.role);
    let names = papers.plan.entries.iter().flat_map(|entry| {
        let own = entry.names.iter().filter(|name| name.name.starts_with(&prefix));
        own.map(|name| {
            format!("{}: {} = {} {} ({})", entry.key, name.name, name.value, name.unit, name.origin)
        })
    });
    let mut values: Vec<String> = names.collect();
    values.dedup();
    Some(Link {
        role: role.role.clone(),
        standard: standard.id.clone(),
        serial: standard.serial.clone(),
        certificate: calibration.certificate.clone(),
        laboratory: calibration.laboratory.en().to_owned(),
        issued: calibration.issued.to_string(),
        due: standard.due.map(|due| due.to_string()),
        traceability: calibration.traceability.en().to_owned(),
        register_sha256: standard.sha256.clone(),
        values,
    })
}
