//! `etalon record correct`: a reading or an ambient condition put right, with the old value in the
//! record for ever.

use clap::Args;
use etalon_instruments::clock::Clock;

use super::{CliError, ExitStatus, Output};
use crate::{
    cli::password::PasswordArgs,
    correction::{self, Change, Corrected, Correction, CorrectionError},
    lab::Lab,
    people::signing::{self, Meaning, Statement},
    store::Journal,
};

/// What is corrected, by whom and why.
#[derive(Args, Clone, Debug)]
pub struct CorrectArgs {
    /// The run
    run: String,
    /// The reading or the condition: its event number, as `record show` lists it
    reading: u64,
    /// The right value, a decimal in the unit that stands there
    #[arg(long, value_name = "DECIMAL", conflicts_with = "void", required_unless_present = "void")]
    value: Option<String>,
    /// It does not count; it stays visible
    #[arg(long)]
    void: bool,
    /// Why, in a sentence
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Who corrects (identifier in people.toml)
    #[arg(long, value_name = "ID")]
    by: String,
    #[command(flatten)]
    password: PasswordArgs,
}

impl From<CorrectionError> for CliError {
    fn from(error: CorrectionError) -> Self {
        match error {
            CorrectionError::Plan(error) => error.into(),
            CorrectionError::Store(error) => error.into(),
            CorrectionError::NotOver { .. } => Self::refused(error.to_string()),
            other => Self::request(other.to_string()),
        }
    }
}

pub(super) fn run(
    lab: &Lab,
    journal: &Journal,
    args: &CorrectArgs,
    output: &Output,
) -> Result<ExitStatus, CliError> {
    let now = Clock::real().utc();
    let change = args.value.as_deref().map_or(Change::Void, Change::Value);
    let (run, sequence) = (args.run.as_str(), args.reading);
    let (reason, by) = (args.reason.as_str(), args.by.as_str());
    let wanted = Correction { run, sequence, change, reason, by, now };
    correction::check(journal, &wanted)?;
    let meaning = Meaning::Administered;
    let password = args.password.password(lab, by, meaning, output)?;
    let subject = format!("{run} event {sequence}");
    let statement = Statement { meaning, subject: &subject, content: "" };
    signing::sign(lab, journal, (by, password.as_deref()), statement, now)?;
    told(&correction::correct(journal, &wanted)?, output)
}

fn told(corrected: &Corrected, output: &Output) -> Result<ExitStatus, CliError> {
    output.json(corrected)?;
    let Corrected { run, reading, of, event, old, new, unit, differences, amendments, .. } =
        corrected;
    let now = new.as_ref().map_or("void".to_owned(), |new| format!("{new} {unit}"));
    output.line(format!(
        "run {run}, event {reading}, {of}: was {old} {unit}, is {now} (event {event})"
    ));
    if let Some(limit) = &corrected.outside {
        output.line(format!(
            "{now} is outside {limit}: the work was not done under the conditions that the procedure asks for · 环境条件超出规程要求：{limit}"
        ));
    }
    if differences.is_empty() {
        output.line("no result and no verdict is another one");
    }
    for difference in differences {
        let key = if difference.key.is_empty() { "verdict" } else { &difference.key };
        output.line(format!(
            "  {} {key}: was {}, is {}",
            difference.item, difference.before, difference.after
        ));
    }
    for number in amendments {
        output.line(format!(
            "certificate {number} states what is another result now: it needs an amendment, `etalon certificate amend {number}` · 证书 {number} 所述结果已变更，须出具修改版"
        ));
    }
    Ok(ExitStatus::Done)
}
