//! `etalon record replay`: every result and verdict again, from the raw readings.

use serde::Serialize;

use super::{CliError, ExitStatus, Output, wanted};
use crate::{
    lab::Lab,
    replay::{self, ReplayError, Replayed},
    store::Journal,
};

impl From<ReplayError> for CliError {
    fn from(error: ReplayError) -> Self {
        match error {
            ReplayError::Plan(error) => error.into(),
            ReplayError::Store(error) => error.into(),
        }
    }
}

#[derive(Serialize)]
struct Answer<'a> {
    ok: bool,
    runs: &'a [Replayed],
}

pub(super) fn run(
    lab: &Lab,
    journal: &Journal,
    run: Option<&str>,
    output: &Output,
) -> Result<ExitStatus, CliError> {
    let runs = match run {
        Some(run) => vec![wanted(journal, run)?],
        None => journal.runs()?,
    };
    let folder = lab.path("certificates");
    let certificate = |number: &str| std::fs::read(folder.join(format!("{number}.xml"))).ok();
    let mut replayed = Vec::with_capacity(runs.len());
    for run in &runs {
        replayed.push(replay::replay(journal, &run.run, certificate)?);
    }
    let ok = replayed.iter().all(|run| run.differences.is_empty());
    output.json(&Answer { ok, runs: &replayed })?;
    for run in &replayed {
        told(run, output);
    }
    Ok(if ok { ExitStatus::Done } else { ExitStatus::AnswerIsNo })
}

fn told(replayed: &Replayed, output: &Output) {
    let Replayed { run, plan_equal, results, evaluations, equal, certificates, differences } =
        replayed;
    let plan = if *plan_equal { "planned again to the same bytes" } else { "planned otherwise" };
    let compared = if *evaluations == 0 {
        "no evaluation of the record to compare with".to_owned()
    } else {
        format!("{equal} of {evaluations} evaluations equal to the last byte")
    };
    output.line(format!(
        "run {run}: {plan}, {results} results evaluated again, {compared}, {certificates} certificates compared"
    ));
    for differing in differences {
        output.line(format!("  differs from {}: {}", differing.compared_with, differing.what));
    }
}
