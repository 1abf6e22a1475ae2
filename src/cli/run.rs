//! `etalon run`: carries out a plan at the bench, from the beginning or from
//! where an interrupted run stopped.

mod keyboard;
mod results;
pub mod screen;
mod terminal;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};
use etalon_fixtures::serve::TIME_SCALES;
use etalon_instruments::clock::Clock;

use super::password::PasswordArgs;
use super::preparing::{self, PreparingArgs};
use super::{CliError, ExitStatus, Output};
use crate::engine::control::signals::{Sent, Signals};
use crate::engine::control::{self, Controller, Wish};
use crate::engine::operator::{Operator, answers::Answers, questions, served::Served};
use crate::engine::session::preparation::Preparation;
use crate::engine::session::virtual_time;
use crate::engine::session::wiring::{WiringError, wired};
use crate::engine::{self, Conclusion, Outcome, Session, SessionError, Sink};
use crate::lab::Lab;
use crate::meter_keys;
use crate::people::signing::{self, Meaning, SigningRefusal, Statement};
use crate::plan::Plan;
use results::Verdicts;
use screen::{Heard, Screen};
use terminal::Terminal;

/// Run a procedure at a bench
///
/// Prompts on the terminal unless --answers gives the answers. Ctrl-C and
/// SIGTERM end the run through its safe state.
///
/// Example: etalon run cn.jjg596.direct.basic-error --bench meters-6 --item DD26000001 DD26000002
#[derive(Args, Clone, Debug)]
pub struct RunArgs {
    #[command(flatten)]
    preparing: PreparingArgs,
    /// Who operates the bench (identifier in people.toml); may be left out where one person only may
    #[arg(long, value_name = "ID")]
    operator: Option<String>,
    /// Answers to the prompts, in place of a person
    #[arg(long, value_name = "FILE")]
    answers: Option<PathBuf>,
    /// Let the simulated person of a simulated bench answer the prompts; of a bench that another process
    /// serves, at the address that `etalon serve --also technician` prints
    #[arg(
        long,
        conflicts_with = "answers",
        value_name = "RESOURCE",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = ""
    )]
    simulated_technician: Option<String>,
    /// Go on with this run, which was interrupted
    #[arg(long, value_name = "RUN")]
    resume: Option<String>,
    /// The operator's password's source
    #[command(flatten)]
    password: PasswordArgs,
    /// Which time the bench runs on; virtual time needs a bench of SIM:: addresses alone
    #[arg(long, value_enum, default_value_t = ClockArg::Real)]
    clock: ClockArg,
    /// How many times as fast as the wall the clock runs: for a bench of `etalon serve --time-scale X`
    #[arg(long, value_name = "X", conflicts_with = "clock")]
    time_scale: Option<f64>,
}

/// Which time a bench runs on.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum ClockArg {
    /// The clock on the wall.
    Real,
    /// Paused time: waits pass at once.
    Virtual,
}

/// Said where somebody presses Ctrl-Z: whoever froze the process left the output on with nobody watching.
const NOT_FROZEN: &str = "\
a run is not suspended, its output would stay on with nobody watching; Ctrl-C ends it in the safe state
检定运行不能挂起：输出将无人看管而保持接通；按 Ctrl-C 使其在安全状态中结束";

/// What a person must know who is asked to read the gauges of a simulated bench.
const SIMULATED: &str = "\
This bench is simulated: only its simulated technician sees plates, gauges and masses. Answer what you know, or
press Ctrl-C and let that person answer: --simulated-technician
该工位为仿真工位：铭牌、指针和砝码只有仿真检定员看得见。可自行作答，或按 Ctrl-C 后加 --simulated-technician 由其作答";

/// Runs `etalon run`.
///
/// # Errors
/// With the exit code of what went wrong; see the table of the command line.
pub fn run(args: &RunArgs, lab: &Path, output: &Output) -> Result<ExitStatus, CliError> {
    run_heard(args, lab, output, None)
}

/// Runs `etalon run` where somebody listens beside the screen.
///
/// # Errors
/// As [`run`].
pub fn run_heard(
    args: &RunArgs,
    lab: &Path,
    output: &Output,
    beside: Option<Arc<dyn Sink>>,
) -> Result<ExitStatus, CliError> {
    let lab = Lab::open(lab)?;
    let prepared = preparing::prepare(&lab, &args.preparing)?;
    let screen = Arc::new(Screen::new(*output));
    let person = person(&lab, args.operator.as_deref(), &prepared.plan)?;
    preparing::tell_withdrawal(&prepared.plan, args.preparing.lang, output);
    sign_on(&lab, args, (&person, &prepared.plan), output)?;
    let operator = operator(args, &prepared, &screen, *output)?;
    let keys = meter_keys::of_plan(&lab, &prepared.plan)
        .map_err(|refused| CliError::request(refused.to_string()))?;
    let runtime = runtime(args.clock)?;
    let journal = lab.journal()?;
    let (controller, control) = control::pair();
    let concluded = runtime.block_on(async {
        let aside = Arc::clone(&screen);
        let output = *output;
        listen(controller, move |words| aside.aside(|| output.alarm(words)))?;
        let clock = match (args.clock, args.time_scale) {
            (ClockArg::Virtual, _) => virtual_time::clock(&journal)?,
            (ClockArg::Real, Some(times)) => virtual_time::hurried(&journal, scale(times)?)?,
            (ClockArg::Real, None) => Clock::real(),
        };
        let wired = wired(&prepared.bench, args.preparing.seed, clock)?;
        let technician = wired.technician.map(|one| Arc::new(one) as Arc<dyn Operator>);
        let operator = match (operator, &args.simulated_technician) {
            (None, Some(address)) if !address.is_empty() => Arc::new(elsewhere(address).await?),
            (operator, _) => operator.or(technician).ok_or_else(no_technician)?,
        };
        let session = Session {
            locks: lab.path("locks"),
            journal: journal.clone(),
            wiring: wired.wiring.with_meter_keys(keys),
            operator,
            person,
            control,
            sink: Arc::new(Heard { screen: Arc::clone(&screen), beside }),
        };
        carry_out(&session, prepared, args.resume.as_deref()).await
    });
    screen.clear();
    let conclusion = concluded?;
    let verdicts = results::show(&journal, &conclusion, output)?;
    ending(&conclusion, &verdicts, output)
}

async fn carry_out(
    session: &Session,
    prepared: Preparation,
    resume: Option<&str>,
) -> Result<Conclusion, CliError> {
    let concluded = match resume {
        None => engine::run(session, prepared.plan, prepared.papers).await,
        Some(run) => engine::resume(session, run, &prepared.plan).await,
    };
    concluded.map_err(CliError::from)
}

/// The person is authorised for this work today and gives their password for it; who is not, or
/// mistypes it, stands in the record. Invented people of a demonstration type nothing.
fn sign_on(
    lab: &Lab,
    args: &RunArgs,
    (person, plan): (&str, &Plan),
    output: &Output,
) -> Result<(), CliError> {
    let (journal, now) = (lab.journal()?, Clock::real().utc());
    let meaning = Meaning::Performed;
    let statement = Statement { meaning, subject: &plan.bench.id, content: &plan.procedure.sha256 };
    let today = lab.identity.civil_day(now);
    let people = lab.people()?;
    if let Err(refusal) = people.operator(person, &plan.procedure.id, &plan.activity, today) {
        return Err(signing::refused(&journal, person, statement, refusal.into(), now)?.into());
    }
    if signing::needs_password(lab, person).map_err(SigningRefusal::from)? {
        let password = args.password.password(lab, person, meaning, output)?;
        signing::sign(lab, &journal, (person, password.as_deref()), statement, now)?;
    }
    Ok(())
}

/// The person at the bench: named, or the only one who is authorised for this work today.
fn person(lab: &Lab, named: Option<&str>, plan: &Plan) -> Result<String, CliError> {
    let people = lab.people()?;
    let today = lab.identity.civil_day(Clock::real().utc());
    let may = |id: &str| people.operator(id, &plan.procedure.id, &plan.activity, today);
    if let Some(id) = named {
        return Ok(id.to_owned());
    }
    let able: Vec<&str> =
        people.persons().map(|person| person.id.as_str()).filter(|id| may(id).is_ok()).collect();
    match able.as_slice() {
        [only] => Ok((*only).to_owned()),
        [] => Err(CliError::refused(format!(
            "rule `authorised persons only`: nobody is authorised for {} with {} on {today}",
            plan.activity, plan.procedure.id
        ))),
        several => Err(CliError::request("who operates the bench?")
            .hint(format!("--operator, one of {}", several.join(", ")))),
    }
}

/// Who answers the questions, known to be able to before anything moves; `None` for the bench's
/// own technician.
fn operator(
    args: &RunArgs,
    prepared: &Preparation,
    screen: &Arc<Screen>,
    output: Output,
) -> Result<Option<Arc<dyn Operator>>, CliError> {
    let plan = &prepared.plan;
    match args.simulated_technician.as_deref() {
        Some("") if !plan.is_in_process() => return Err(no_technician()),
        // Their answers belong to no real instrument.
        Some(address) if !address.is_empty() && prepared.bench.simulated().is_empty() => {
            let message = format!("bench {} is a real one", plan.bench.id);
            let hint =
                "a simulated technician answers only for a bench that says `simulated = true`";
            return Err(CliError::request(message).hint(hint));
        }
        Some(_) => return Ok(None),
        None => {}
    }
    let Some(file) = &args.answers else {
        if plan.prompts > 0 && !std::io::stdin().is_terminal() {
            let questions = plan.prompts;
            let message = format!("{questions} question(s) to the operator, and no terminal");
            return Err(CliError::request(message).hint(
                "--answers FILE answers them; on a simulated bench, --simulated-technician does",
            ));
        }
        if plan.is_in_process() && plan.prompts > 0 {
            output.remark(SIMULATED);
        }
        return Ok(Some(Arc::new(Terminal::new(Arc::clone(screen), output))));
    };
    let unreadable = |error: std::io::Error| {
        CliError::request(format!("answers file {}: {error}", file.display()))
    };
    let text = std::fs::read_to_string(file).map_err(unreadable)?;
    let answers = Answers::parse(&text)
        .map_err(|error| CliError::request(format!("{}: {error}", file.display())))?;
    all_answered(&answers, plan, file)?;
    Ok(Some(Arc::new(answers)))
}

/// The technician of a bench that another process serves.
async fn elsewhere(address: &str) -> Result<Served, CliError> {
    Served::at(address).await.map_err(|none| CliError::request(none.to_string()))
}

/// A question without an answer would end the run in the middle. A run that goes on has answers
/// in its record, but who resumes it has the file of its beginning.
fn all_answered(answers: &Answers, plan: &Plan, file: &Path) -> Result<(), CliError> {
    let prompts = questions::of(plan);
    let missing = answers.missing(&prompts);
    let Some(first) = missing.first() else { return Ok(()) };
    let (key, field) = (first.key(), &first.field);
    let asked = if field.is_empty() { first.en.clone() } else { field.clone() };
    let number = missing.len();
    let message =
        format!("{}: {number} question(s) have no answer, the first is {key}", file.display());
    Err(CliError::request(message).hint(format!("it asks: {asked}")))
}

/// A time scale as `etalon serve` takes it.
fn scale(times: f64) -> Result<f64, CliError> {
    if TIME_SCALES.contains(&times) {
        return Ok(times);
    }
    let (least, most) = (TIME_SCALES.start(), TIME_SCALES.end());
    Err(CliError::request(format!("time scale {times} is not a number from {least} to {most}")))
}

fn no_technician() -> CliError {
    CliError::request("only a bench of SIM:: addresses has a simulated technician in this process")
        .hint("for a served bench say where theirs is: --simulated-technician=RESOURCE, as `etalon serve --also technician` prints it; or answer, or give --answers FILE")
}

fn runtime(clock: ClockArg) -> Result<tokio::runtime::Runtime, CliError> {
    let built = match clock {
        ClockArg::Real => tokio::runtime::Builder::new_multi_thread().enable_all().build(),
        ClockArg::Virtual => {
            tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build()
        }
    };
    built.map_err(|error| CliError::request(format!("no runtime for the links: {error}")))
}

/// Signals become an abort, or a word where the process was to be frozen. Call it inside the runtime.
pub(super) fn listen(
    controller: Controller,
    say: impl Fn(&str) + Send + 'static,
) -> Result<(), CliError> {
    let deaf = |error| CliError::request(format!("cannot listen for signals: {error}"));
    let mut signals = Signals::listening().map_err(deaf)?;
    tokio::spawn(async move {
        loop {
            match signals.next().await {
                // A second one changes nothing: the safe state is under way.
                Sent::Stop(name) => {
                    controller.wish(Wish::Abort { reason: format!("aborted by {name}") });
                }
                Sent::Freeze => say(NOT_FROZEN),
            }
        }
    });
    Ok(())
}

/// The exit code of how the run ended; what must be seen is said even when quiet.
fn ending(
    conclusion: &Conclusion,
    verdicts: &Verdicts,
    output: &Output,
) -> Result<ExitStatus, CliError> {
    for trouble in &conclusion.troubles {
        output.alarm(format!("warning: {trouble}"));
    }
    if let Some((en, zh)) = &conclusion.manual {
        output.alarm(format!("*** SAFE STATE NOT CONFIRMED · 安全状态未确认 ***\n{en}\n{zh}"));
    }
    let resumable = format!("`etalon run … --resume {}` goes on with it", conclusion.run);
    let reason = if conclusion.reason.is_empty() { "done" } else { &conclusion.reason };
    match (conclusion.outcome, conclusion.is_safe) {
        (Outcome::Done, true) => Ok(verdicts.status()),
        (_, is_safe) => {
            let message = format!(
                "run {} {}: {reason}; safe state {}",
                conclusion.run,
                conclusion.outcome.word(),
                if is_safe { "confirmed" } else { "NOT confirmed" }
            );
            Err(CliError::bench(message, is_safe).hint(resumable))
        }
    }
}

impl From<WiringError> for CliError {
    fn from(error: WiringError) -> Self {
        Self::request(error.to_string())
    }
}

impl From<SessionError> for CliError {
    fn from(error: SessionError) -> Self {
        let message = error.to_string();
        match error {
            SessionError::Unsafe { manual, .. } => Self::bench(message, false).hint(manual),
            SessionError::Held(_) => Self::refused(message),
            SessionError::Store(_)
            | SessionError::NotReady(_)
            | SessionError::NotHurried { .. }
            | SessionError::Plan { .. }
            | SessionError::NoSuchRun { .. }
            | SessionError::NotResumable { .. } => Self::request(message),
        }
    }
}
