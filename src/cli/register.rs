//! `etalon register`: the reference standards, their life, and what rests on them.

mod change;
mod impact;
mod import;
mod look;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use jiff::civil::Date;

use super::{CliError, ExitStatus, Output, password::PasswordArgs};

/// Reference standards: what is due, what was done to them, which results rest on them
#[derive(Debug, Args)]
pub struct RegisterArgs {
    /// What to do
    #[command(subcommand)]
    pub action: RegisterAction,
}

/// What can be done with the register.
#[derive(Debug, Subcommand)]
pub enum RegisterAction {
    /// Every standard with its status, and whether results may be taken with it today
    ///
    /// Example: etalon register list
    List,
    /// One standard: history, calibrations, checks, upkeep, change from certificate to certificate
    ///
    /// Example: etalon register show RM050001
    Show {
        /// The standard
        standard: String,
    },
    /// Standards whose calibration falls due; exit code 1 when one in use is overdue
    ///
    /// Example: etalon register due --within 60
    Due {
        /// Days to look ahead
        #[arg(long, default_value_t = 30, value_name = "DAYS")]
        within: u16,
    },
    /// The traceability chain of a run's results, down to the certificates of the standards
    ///
    /// Example: etalon register trace R20261123-001
    Trace {
        /// The run
        run: String,
    },
    /// Results that used a standard, and what a correction of it changes
    ///
    /// Each run is planned again from its own papers with the corrected values and its readings are
    /// evaluated anew. Exit code 1 when a verdict changes.
    ///
    /// Example: etalon register impact RM050001 --since 2026-11-01 --correction "error=+0.10 %"
    Impact {
        /// The standard
        standard: String,
        /// First day that counts
        #[arg(long, value_name = "YYYY-MM-DD")]
        since: Date,
        /// What is added to a stated column at every load
        #[arg(long, value_name = "COLUMN=NUMBER UNIT", allow_hyphen_values = true)]
        correction: Option<String>,
    },
    /// Change the status of a standard, with a reason
    ///
    /// Example: etalon register status RM050001 quarantined --reason "dropped" --by zhao.lei
    Status(StatusArgs),
    /// Enter an intermediate check; one that fails takes the standard out of use
    ///
    /// Example: etalon register check RM050001 --procedure check.meter --found "0.01 %" --limit "0.03 %" --by wang.min
    Check(CheckArgs),
    /// Enter maintenance, damage, repair, adjustment or new firmware
    ///
    /// All but maintenance end the certified values: the standard needs a calibration.
    ///
    /// Example: etalon register upkeep RM050001 adjustment --text "gain moved" --by zhao.lei
    Upkeep(UpkeepArgs),
    /// Read from other formats: a ledger (CSV), a DCC, an MSL equipment register (XML), MACDR (JSON)
    ///
    /// Writes one file for each standard into register/, of MACDR one for each quantity and time since
    /// calibration into specifications/; what cannot be taken over is a finding. With --dry-run nothing
    /// is written.
    ///
    /// Example: etalon register import ledger.csv --columns "id=资产编号,serial=出厂编号" --by zhao.lei
    Import(ImportArgs),
}

/// Who answers for an entry.
#[derive(Args, Clone, Debug)]
pub struct Answerable {
    /// Who answers for it: an administrator, or whoever has the duty that the entry asks for
    #[arg(long, value_name = "PERSON")]
    by: String,
    #[command(flatten)]
    password: PasswordArgs,
}

/// A change of status.
#[derive(Args, Debug)]
pub struct StatusArgs {
    /// The standard
    standard: String,
    /// received, verified, "in service", "limited use", "out for calibration", quarantined, "failed check", retired
    status: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    answerable: Answerable,
}

/// An intermediate check.
#[derive(Args, Debug)]
pub struct CheckArgs {
    /// The standard
    standard: String,
    /// By which procedure
    #[arg(long, value_name = "ID")]
    procedure: String,
    /// Difference found, with its unit
    #[arg(long, value_name = "QUANTITY", allow_hyphen_values = true)]
    found: String,
    /// Largest difference allowed, with its unit
    #[arg(long, value_name = "QUANTITY")]
    limit: String,
    #[command(flatten)]
    answerable: Answerable,
}

/// An entry of the upkeep.
#[derive(Args, Debug)]
pub struct UpkeepArgs {
    /// The standard
    standard: String,
    /// maintenance, damage, repair, adjustment or firmware
    kind: String,
    /// What was done or happened
    #[arg(long)]
    text: String,
    #[command(flatten)]
    answerable: Answerable,
}

/// Where standards are read from.
#[derive(Args, Debug)]
pub struct ImportArgs {
    /// The file: a ledger (.csv), a DCC or an MSL equipment register (.xml), MACDR (.json)
    file: PathBuf,
    /// Which column holds what: of a ledger `id=Asset,serial=S/N,…`, of the tables of an MSL register
    /// `load.I=Current,error=Correction,U=Std. uncertainty`
    #[arg(long, value_name = "FIELD=COLUMN,…")]
    columns: Option<String>,
    /// What the equations of an MSL register mean: the name of the value, and of each variable its quantity
    /// and unit, `corrected=value,rh=R in %RH,t=T in degC`
    #[arg(long, value_name = "NAME=VARIABLE,…")]
    equation: Option<String>,
    /// At which level uncertainties hold: of MACDR k=2, p=0.99 or rectangular, of an MSL register k=1,p=0.68
    #[arg(long, value_name = "LEVEL")]
    level: Option<String>,
    /// MACDR: how shares and floor are combined, sum, rss or max
    #[arg(long, value_name = "WORD")]
    combine: Option<String>,
    /// Say what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Who answers for it
    #[arg(long, value_name = "PERSON")]
    by: String,
    #[command(flatten)]
    password: PasswordArgs,
}

/// Runs `etalon register`.
///
/// # Errors
/// An unknown standard or an impossible entry (exit code 2), a rule about persons (5).
pub fn run(args: &RegisterArgs, lab: &Path, output: &Output) -> Result<ExitStatus, CliError> {
    match &args.action {
        RegisterAction::List => look::list(lab, output),
        RegisterAction::Show { standard } => look::show(standard, lab, output),
        RegisterAction::Due { within } => look::due(*within, lab, output),
        RegisterAction::Trace { run } => impact::trace(run, lab, output),
        RegisterAction::Impact { standard, since, correction } => {
            impact::impact(standard, *since, correction.as_deref(), lab, output)
        }
        RegisterAction::Status(args) => change::status(args, lab, output),
        RegisterAction::Check(args) => change::check(args, lab, output),
        RegisterAction::Upkeep(args) => change::upkeep(args, lab, output),
        RegisterAction::Import(args) => import::import(args, lab, output),
    }
}
