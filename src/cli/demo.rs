//! `etalon demo`: calibrations all the way through, for somebody who wants to see them.

mod row;

use std::{path::PathBuf, sync::Arc};

use clap::Args;
use etalon_certificates::record::Languages;

use super::{
    CliError, ExitStatus, Output,
    certificate::{self, Language},
    output,
};
use crate::{
    decide::ItemVerdict,
    demonstration::{self, Demonstrated, DemonstrationError, SCENES, Scene},
    engine::{Conclusion, Outcome, control, progress::Unheard, session::virtual_time},
    lab::Lab,
};

/// Calibrate on three simulated benches and issue a specimen certificate for every item
///
/// Founds a demonstration laboratory in DIR. There six energy meters, a pressure
/// gauge and a turbine meter are calibrated by the shipped procedures in virtual
/// time; every certificate is issued as a specimen and verified. Nothing outside DIR
/// is touched.
///
/// Example: etalon demo --out etalon-demo --seed 7 --lang both
#[derive(Args, Debug)]
pub struct DemoArgs {
    /// Where the laboratory goes; an earlier demonstration there is used again
    #[arg(long, default_value = "etalon-demo", value_name = "DIR")]
    out: PathBuf,
    /// One bench alone: meters-6, pressure-1 or flow-gravimetric
    #[arg(long, value_name = "BENCH")]
    bench: Option<String>,
    /// Seed of the simulated worlds and of Monte Carlo
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
    let scenes = scenes(args)?;
    let lab = demonstration::laboratory(&args.out)?;
    output.line(format!(
        "laboratory   {}  (simulated benches, invented people: specimens only)",
        args.out.display()
    ));
    let fonts = certificate::fonts(args.lang, output);
    let mut shown = Vec::new();
    // A laboratory that an earlier version founded may lack a bench.
    let stands =
        |scene: &Scene| lab.path("benches").join(format!("{}.toml", scene.bench)).is_file();
    for scene in scenes.into_iter().filter(stands) {
        let conclusion = calibrate(&lab, scene, args, output)?;
        if conclusion.outcome != Outcome::Done || !conclusion.is_safe {
            let (run, outcome) = (&conclusion.run, conclusion.outcome.word());
            let message = format!("run {run} {outcome}: {}", conclusion.reason);
            return Err(CliError::bench(message, conclusion.is_safe));
        }
        let languages = Languages::from(args.lang);
        let items = demonstration::certify(&lab, &conclusion.run, languages, &fonts, |item| {
            output.line(row::row(item));
        })?;
        shown.push((conclusion, items));
    }
    summary(&lab, &shown, output)
}

/// All of them, or the one that was asked for.
fn scenes(args: &DemoArgs) -> Result<Vec<Scene>, CliError> {
    let Some(bench) = &args.bench else { return Ok(SCENES.to_vec()) };
    let found: Vec<Scene> = SCENES.into_iter().filter(|scene| scene.bench == bench).collect();
    if found.is_empty() {
        let known: Vec<&str> = SCENES.iter().map(|scene| scene.bench).collect();
        let message = format!("the demonstration has no bench {bench}");
        return Err(CliError::request(message).hint(format!("one of {}", known.join(", "))));
    }
    Ok(found)
}

fn calibrate(
    lab: &Lab,
    scene: Scene,
    args: &DemoArgs,
    output: &Output,
) -> Result<Conclusion, CliError> {
    let prepared = demonstration::prepare_scene(lab, scene, args.seed)?;
    let plan = &prepared.plan;
    output.line(format!("\nbench        {}: {}", scene.bench, scene.what));
    output.line(format!(
        "procedure    {} {}  sha256 {}",
        plan.procedure.id,
        plan.procedure.version,
        plan.procedure.sha256.get(..12).unwrap_or_default()
    ));
    let stages = plan.stages.iter().filter(|stage| stage.when.is_empty());
    let points: usize =
        stages.map(|stage| stage.points.iter().filter(|point| !point.id.is_empty()).count()).sum();
    output.line(format!(
        "plan         {points} points, {} position(s), {:.0} min at the bench, {} question(s)",
        plan.items.len(),
        plan.duration_s / 60.0,
        plan.prompts
    ));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .map_err(|error| CliError::request(format!("no runtime for the links: {error}")))?;
    let (controller, control) = control::pair();
    let conclusion = runtime.block_on(async {
        let output = *output;
        super::run::listen(controller, move |words| output.alarm(words))?;
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

fn summary(
    lab: &Lab,
    shown: &[(Conclusion, Vec<Demonstrated>)],
    output: &Output,
) -> Result<ExitStatus, CliError> {
    let items: Vec<&Demonstrated> = shown.iter().flat_map(|(_, items)| items).collect();
    let as_planted = items.iter().all(|item| item.is_as_planted());
    let failing =
        items.iter().filter(|item| matches!(item.verdict, ItemVerdict::Fail { .. })).count();
    output.json(&serde_json::json!({
        "lab": lab.root(),
        "run": shown.first().map(|(conclusion, _)| &conclusion.run),
        "runs": shown.iter().map(|(conclusion, _)| &conclusion.run).collect::<Vec<_>>(),
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
        "\n{} specimen certificates, {failing} of them stating nonconformity; {}",
        items.len(),
        if as_planted { "every item ended as planted" } else { "NOT every item ended as planted" }
    ));
    let is_shown = |id: &str| items.iter().any(|item| item.results.item == id);
    for (item, what) in demonstration::PLANTED.iter().filter(|(item, _)| is_shown(item)) {
        output.line(format!("  planted: {item}: {what}"));
    }
    output.line("where to look");
    let root = output::quoted(lab.root());
    output.line(format!("  pages and DCC     {root}/certificates/"));
    output.line(format!("  trust for verify  {root}/keys/ca.pem"));
    for (conclusion, _) in shown {
        let run = &conclusion.run;
        output.line(format!("  every reading     etalon --lab {root} record show {run}"));
    }
    output.line(format!("  the window        etalon-gui {root}"));
    Ok(if as_planted { ExitStatus::Done } else { ExitStatus::AnswerIsNo })
}
