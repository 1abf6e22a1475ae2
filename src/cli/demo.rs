//! `etalon demo`: one calibration all the way through, for somebody who wants to see it.

use std::{path::PathBuf, sync::Arc};

use clap::Args;
use etalon_certificates::record::Languages;
use etalon_uncertainty::rounding::result_and_uncertainty;

use super::{
    CliError, ExitStatus, Output,
    certificate::{self, Language},
};
use crate::{
    decide::ItemVerdict,
    demonstration::{self, Demonstrated, DemonstrationError},
    engine::{Conclusion, Outcome, control, progress::Unheard, session::virtual_time},
    evaluate::ResultState,
    lab::Lab,
};

/// Calibrate six simulated meters and issue a specimen certificate for each
///
/// Founds a demonstration laboratory in DIR, checks and plans the shipped
/// procedure, runs it on the simulated bench in virtual time, issues six specimen
/// certificates and verifies every one. Nothing outside DIR is touched.
///
/// Example: etalon demo --out etalon-demo --seed 7 --lang both
#[derive(Args, Debug)]
pub struct DemoArgs {
    /// Where the laboratory goes; an earlier demonstration there is used again
    #[arg(long, default_value = "etalon-demo", value_name = "DIR")]
    out: PathBuf,
    /// Seed of the simulated world and of Monte Carlo
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// Languages on the certificates
    #[arg(long, value_enum, default_value_t = Language::Both)]
    lang: Language,
}

impl From<DemonstrationError> for CliError {
    fn from(error: DemonstrationError) -> Self {
        match error {
            DemonstrationError::NotADemonstration { .. } => {
                Self::request(error.to_string()).hint("name another folder with --out")
            }
            DemonstrationError::Lab(error) => error.into(),
            DemonstrationError::Store(error) => error.into(),
            DemonstrationError::Preparation(error) => error.into(),
            DemonstrationError::Wiring(error) => error.into(),
            DemonstrationError::Session(error) => error.into(),
            DemonstrationError::Keyring(error) => error.into(),
            DemonstrationError::Issue(error) => error.into(),
            other => Self::request(other.to_string()),
        }
    }
}

/// Runs the demonstration; the answer is yes when every item ended as planted.
///
/// # Errors
/// A folder that holds something else (exit code 2), a bench that failed (3, 4).
pub fn run(args: &DemoArgs, output: &Output) -> Result<ExitStatus, CliError> {
    let lab = demonstration::laboratory(&args.out)?;
    output.line(format!(
        "laboratory   {}  (simulated bench, invented people: specimens only)",
        args.out.display()
    ));
    let conclusion = calibrate(&lab, args, output)?;
    if conclusion.outcome != Outcome::Done || !conclusion.is_safe {
        let message =
            format!("run {} {}: {}", conclusion.run, conclusion.outcome.word(), conclusion.reason);
        return Err(CliError::bench(message, conclusion.is_safe));
    }
    let fonts = certificate::fonts(args.lang, output);
    let languages = Languages::from(args.lang);
    output.line("certificates");
    let items = demonstration::certify(&lab, &conclusion.run, languages, &fonts, |item| {
        output.line(row(item));
    })?;
    summary(&lab, &conclusion, &items, output)
}

fn calibrate(lab: &Lab, args: &DemoArgs, output: &Output) -> Result<Conclusion, CliError> {
    let prepared = demonstration::prepare(lab, args.seed)?;
    let plan = &prepared.plan;
    output.line(format!(
        "procedure    {} {}  sha256 {}",
        plan.procedure.id,
        plan.procedure.version,
        plan.procedure.sha256.get(..12).unwrap_or_default()
    ));
    let points: usize = plan
        .stages
        .iter()
        .map(|stage| stage.points.iter().filter(|point| !point.id.is_empty()).count())
        .sum();
    output.line(format!(
        "plan         {points} load points at {} positions, {:.0} min at the bench",
        plan.items.len(),
        plan.duration_s / 60.0
    ));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .map_err(|error| CliError::request(format!("no runtime for the links: {error}")))?;
    let (controller, control) = control::pair();
    let conclusion = runtime.block_on(async {
        super::run::listen(controller)?;
        let clock = virtual_time::clock(&lab.journal()?)?;
        let run = demonstration::run(lab, prepared, clock, control, Arc::new(Unheard));
        run.await.map_err(CliError::from)
    })?;
    let safe = if conclusion.is_safe { "confirmed" } else { "NOT CONFIRMED" };
    output.line(format!(
        "run          {} {}, safe state {safe}",
        conclusion.run,
        conclusion.outcome.word()
    ));
    Ok(conclusion)
}

/// One line for an item: its worst error against the limit, and its certificate.
fn row(item: &Demonstrated) -> String {
    let verdict = match &item.verdict {
        ItemVerdict::Pass => "✔ pass".to_owned(),
        ItemVerdict::ConditionalPass => "✔ conditional pass".to_owned(),
        ItemVerdict::Fail { points } => format!("✖ FAIL at {} points", points.len()),
        ItemVerdict::NotEvaluated { reason } => format!("– not evaluated: {reason}"),
    };
    let verified = if item.verification.ok { "✔ verified" } else { "✖ NOT VERIFIED" };
    let recomputed = &item.verification.recomputed;
    format!(
        "  {}  {}  largest error {:>9}  {verdict:18}  {verified}, {} of {} results recomputed",
        item.results.item,
        item.certificate.number,
        largest_error(item),
        recomputed.equal,
        recomputed.results
    )
}

/// The printed value that is furthest from zero.
fn largest_error(item: &Demonstrated) -> String {
    let measured = item.results.results.iter().filter_map(|result| match &result.state {
        ResultState::Measured(measured) => Some(&measured.outcome),
        ResultState::NotMeasured { .. } => None,
    });
    let largest = measured.max_by(|one, other| one.value.abs().total_cmp(&other.value.abs()));
    let printed = largest.and_then(|outcome| {
        let (value, _) = result_and_uncertainty(outcome.value, outcome.expanded).ok()?;
        Some(format!("{value} {}", outcome.unit))
    });
    printed.unwrap_or_default()
}

fn summary(
    lab: &Lab,
    conclusion: &Conclusion,
    items: &[Demonstrated],
    output: &Output,
) -> Result<ExitStatus, CliError> {
    let as_planted = items.iter().all(Demonstrated::is_as_planted);
    let failing =
        items.iter().filter(|item| matches!(item.verdict, ItemVerdict::Fail { .. })).count();
    output.json(&serde_json::json!({
        "lab": lab.root(),
        "run": conclusion.run,
        "as_planted": as_planted,
        "items": items.iter().map(|item| serde_json::json!({
            "id": item.results.item,
            "verdict": item.verdict.word(),
            "certificate": item.certificate.number,
            "pdf": item.certificate.pdf,
            "dcc": item.certificate.dcc,
            "verified": item.verification.ok,
        })).collect::<Vec<_>>(),
    }))?;
    output.line(format!(
        "{} specimen certificates, {failing} of them stating nonconformity; {}",
        items.len(),
        if as_planted { "every item ended as planted" } else { "NOT every item ended as planted" }
    ));
    for (item, what) in demonstration::PLANTED {
        output.line(format!("  planted: {item}: {what}"));
    }
    output.line("where to look");
    let root = lab.root().display();
    output.line(format!("  pages and DCC     {root}/certificates/"));
    output.line(format!("  trust for verify  {root}/keys/ca.pem"));
    output.line(format!("  every reading     etalon --lab {root} record show {}", conclusion.run));
    output.line(format!("  the window        etalon-gui {root}"));
    Ok(if as_planted { ExitStatus::Done } else { ExitStatus::AnswerIsNo })
}
