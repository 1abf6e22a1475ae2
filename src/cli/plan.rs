//! `etalon plan`: everything a run would do, and what it predicts; nothing moves.

use std::collections::BTreeMap;
use std::path::Path;

use clap::Args;
use serde::Serialize;

use super::preparing::{self, PreparingArgs};
use super::table::Table;
use super::{CliError, ExitStatus, Output};
use crate::lab::Lab;
use crate::plan::{Plan, PlanEntry, Prediction, Rejection, ScopeRemark, Step};

/// Print the expanded plan of a run and its prediction; nothing moves
///
/// Example: etalon plan cn.jjg596.direct.basic-error --bench meters-6 --item DD26000001
#[derive(Args, Clone, Debug)]
pub struct PlanArgs {
    #[command(flatten)]
    preparing: PreparingArgs,
}

/// Runs `etalon plan`.
///
/// # Errors
/// As [`preparing::prepare`].
pub fn run(args: &PlanArgs, lab: &Path, output: &Output) -> Result<ExitStatus, CliError> {
    let lab = Lab::open(lab)?;
    let prepared = preparing::prepare(&lab, &args.preparing)?;
    if output.is_json() {
        output.json(&document(&prepared.plan))?;
    } else {
        print(&prepared.plan, output);
    }
    Ok(ExitStatus::Done)
}

#[derive(Serialize)]
struct Document<'a> {
    procedure: &'a str,
    version: &'a str,
    sha256: &'a str,
    bench: &'a str,
    activity: &'a str,
    duration_s: f64,
    standards: Vec<Standard<'a>>,
    points: Vec<Point<'a>>,
    scope: &'a [ScopeRemark],
    prompts: usize,
    actions: Vec<Action<'a>>,
}

#[derive(Serialize)]
struct Standard<'a> {
    role: &'a str,
    chosen: &'a str,
    standard: Option<&'a str>,
    certificate: Option<&'a str>,
    due: Option<&'a str>,
    specification: Option<&'a str>,
    range: Option<&'a str>,
    conditions: &'a [String],
    rejected: &'a [Rejection],
}

#[derive(Serialize)]
struct Point<'a> {
    key: &'a str,
    item: &'a str,
    position: u32,
    #[serde(rename = "U")]
    expanded: f64,
    unit: &'a str,
    tur: Option<f64>,
    mpe: Option<f64>,
    u_over_mpe: Option<f64>,
}

#[derive(Serialize)]
struct Action<'a> {
    stage: &'a str,
    point: &'a str,
    /// Repeats at first; 0 for a step that is carried out once.
    repeats: u32,
    line: String,
    step: &'a Step,
}

fn document(plan: &Plan) -> Document<'_> {
    let standards = plan.roles.iter().map(|binding| Standard {
        role: &binding.role,
        chosen: &binding.instrument,
        standard: binding.standard.as_deref(),
        certificate: binding.certificate.as_deref(),
        due: binding.due.as_deref(),
        specification: binding.specification.as_deref(),
        range: binding.range.as_deref(),
        conditions: &binding.conditions,
        rejected: &binding.rejected,
    });
    let points = plan.entries.iter().map(|entry| Point {
        key: &entry.key,
        item: &entry.item,
        position: entry.position,
        expanded: entry.prediction.expanded,
        unit: &entry.prediction.unit,
        tur: entry.prediction.tur,
        mpe: entry.prediction.mpe,
        u_over_mpe: entry.prediction.u_over_mpe,
    });
    Document {
        procedure: &plan.procedure.id,
        version: &plan.procedure.version,
        sha256: &plan.procedure.sha256,
        bench: &plan.bench.id,
        activity: &plan.activity,
        duration_s: plan.duration_s,
        standards: standards.collect(),
        points: points.collect(),
        scope: &plan.scope,
        prompts: plan.prompts,
        actions: actions(plan),
    }
}

fn actions(plan: &Plan) -> Vec<Action<'_>> {
    let mut actions = Vec::new();
    for stage in &plan.stages {
        for point in &stage.points {
            let lists = [(0, &point.steps), (point.repeat.n, &point.repeated)];
            for (repeats, steps) in lists {
                actions.extend(steps.iter().map(|step| Action {
                    stage: &stage.id,
                    point: &point.id,
                    repeats,
                    line: step.line(),
                    step,
                }));
            }
        }
    }
    actions
}

fn print(plan: &Plan, output: &Output) {
    let mark = &plan.procedure;
    output.line(format!("{} {}  {}", mark.id, mark.version, mark.title.en()));
    output.line(format!(
        "{} on bench {} ({}), for {} on {}",
        plan.activity,
        plan.bench.id,
        if plan.bench.simulated { "simulated: specimens only" } else { "real" },
        items(plan),
        plan.date
    ));
    let accepted = mark.release.as_ref().is_some_and(|mark| mark.accepts_unchecked);
    match &mark.release {
        Some(release) => output.line(format!("released at {} by {}", release.at, release.by)),
        None => output.line("not released: specimens only"),
    }
    if let Some(withdrawn) = &mark.withdrawn {
        output.line(withdrawn.en());
    }
    if !mark.unchecked_sources.is_empty() && !accepted {
        output.line(format!(
            "draft procedure: {} source(s) not compared with the bought text: specimens only",
            mark.unchecked_sources.len()
        ));
    }
    output.line("");
    print_standards(plan, output);
    print_points(plan, output);
    print_scope(plan, output);
    print_actions(plan, output);
    output.line(format!(
        "{} at the bench, {} question(s) to the operator",
        duration(plan.duration_s),
        plan.prompts
    ));
}

fn items(plan: &Plan) -> String {
    plan.items.iter().map(|item| item.id.as_str()).collect::<Vec<_>>().join(", ")
}

fn print_standards(plan: &Plan, output: &Output) {
    let mut table = Table::new(&["role", "instrument", "certificate", "due", "not chosen"]);
    for binding in &plan.roles {
        let rejected = binding.rejected.iter().map(|one| format!("{}: {}", one.id, one.reason));
        table.row(&[
            &binding.role,
            &binding.instrument,
            binding.certificate.as_deref().unwrap_or("-"),
            binding.due.as_deref().unwrap_or("-"),
            &rejected.collect::<Vec<_>>().join("; "),
        ]);
    }
    output.line(table.text());
    output.line("");
}

/// What the scope says, and what the specifications leave to whoever stands at the bench.
fn print_scope(plan: &Plan, output: &Output) {
    let kept = plan.roles.iter().flat_map(|binding| {
        let role = &binding.role;
        binding.conditions.iter().map(move |one| format!("to be kept for {role}: {one}"))
    });
    let said = plan.scope.iter().map(|remark| remark.text.en().to_owned());
    let sheets = plan.roles.iter().filter_map(|binding| {
        let range = binding.range.as_ref().map(|range| format!(", range {range}"));
        let sheet = binding.specification.as_ref()?;
        Some(format!("{} by {sheet}{}", binding.role, range.unwrap_or_default()))
    });
    let lines: Vec<String> = sheets.chain(said).chain(kept).collect();
    for line in &lines {
        output.line(line);
    }
    if !lines.is_empty() {
        output.line("");
    }
}

/// One row a point: the least favourable item counts.
fn print_points(plan: &Plan, output: &Output) {
    let mut table = Table::new(&["point", "U", "limit", "TUR", "U/limit"]);
    for (key, prediction) in worst(plan) {
        let number = |value: Option<f64>, digits: usize| {
            value.map_or_else(|| "-".to_owned(), |value| format!("{value:.digits$}"))
        };
        let limit = prediction.mpe.map(|mpe| format!("{mpe} {}", prediction.unit));
        table.row(&[
            key,
            &format!("{:.4} {}", prediction.expanded, prediction.unit),
            limit.as_deref().unwrap_or("-"),
            &number(prediction.tur, 1),
            &number(prediction.u_over_mpe, 3),
        ]);
    }
    output.line(table.text());
    output.line("");
}

/// The results of the plan in its order, each with the prediction of the least favourable item.
fn worst(plan: &Plan) -> Vec<(&str, &Prediction)> {
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut found: Vec<(&str, &Prediction)> = Vec::new();
    for PlanEntry { key, prediction, .. } in &plan.entries {
        let place = *places.entry(key).or_insert(found.len());
        match found.get_mut(place) {
            Some((_, worst)) if worst.expanded.total_cmp(&prediction.expanded).is_le() => {
                *worst = prediction;
            }
            Some(_) => {}
            None => found.push((key, prediction)),
        }
    }
    found
}

fn print_actions(plan: &Plan, output: &Output) {
    for stage in &plan.stages {
        output.line(format!("stage {}", stage.id));
        for point in &stage.points {
            if !point.id.is_empty() {
                output.line(format!("  point {} ({})", point.id, duration(point.predicted_s)));
            }
            for step in &point.steps {
                output.line(format!("    {}", step.line()));
            }
            if !point.repeated.is_empty() {
                output
                    .line(format!("    {} time(s), at most {}:", point.repeat.n, point.repeat.max));
            }
            for step in &point.repeated {
                output.line(format!("      {}", step.line()));
            }
        }
    }
    output.line("");
}

/// Seconds as a person reads them.
#[must_use]
pub fn duration(seconds: f64) -> String {
    if seconds < 60.0 {
        return format!("{seconds:.0} s");
    }
    let minutes = seconds / 60.0;
    if minutes < 60.0 {
        return format!("{minutes:.1} min");
    }
    format!("{:.1} h", minutes / 60.0)
}
