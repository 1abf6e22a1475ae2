//! `etalon bundle`: carry runs, items and procedures between benches without a network.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use etalon_certificates::chain::Root;
use etalon_instruments::clock::Clock;

use super::{CliError, ExitStatus, Output, password::PasswordArgs};
use crate::{
    bundle::{
        Bundle, BundleRefusal, Cargo, Contents,
        import::{self, Imported},
    },
    journal::chain::sha256_hex,
    keyring,
    lab::Lab,
    people::signing::{self, Meaning, Statement},
};

/// Carry runs, items and procedures between benches in one signed file
#[derive(Debug, Args)]
pub struct BundleArgs {
    /// What to do
    #[command(subcommand)]
    pub action: BundleAction,
}

/// What can be done with bundles.
#[derive(Debug, Subcommand)]
pub enum BundleAction {
    /// Write a bundle, signed with the laboratory's key
    ///
    /// Example: etalon bundle export usb.bundle --run R20261123-001 --item DD26000001 --by chen.yu
    Export {
        /// The file
        file: PathBuf,
        /// A run; may be repeated
        #[arg(long = "run", value_name = "RUN")]
        runs: Vec<String>,
        /// An item; may be repeated
        #[arg(long = "item", value_name = "ITEM")]
        items: Vec<String>,
        /// A procedure; may be repeated
        #[arg(long = "procedure", value_name = "ID")]
        procedures: Vec<String>,
        /// Who makes it
        #[arg(long, value_name = "PERSON")]
        by: String,
    },
    /// Say what a bundle holds and who signed it; takes nothing
    ///
    /// Example: etalon bundle show usb.bundle
    Show {
        /// The file
        file: PathBuf,
    },
    /// Take a bundle: signature, seals and hashes are checked before anything is written
    ///
    /// Example: etalon bundle import usb.bundle --by chen.yu
    Import {
        /// The file
        file: PathBuf,
        /// Who takes it
        #[arg(long, value_name = "PERSON")]
        by: String,
        /// The password's source
        #[command(flatten)]
        password: PasswordArgs,
    },
}

impl From<BundleRefusal> for CliError {
    fn from(refusal: BundleRefusal) -> Self {
        if refusal.is_rule() {
            Self::refused(refusal.to_string())
        } else {
            Self::request(refusal.to_string())
        }
    }
}

/// Runs `etalon bundle`.
///
/// # Errors
/// An unknown run, a file that is no bundle (exit code 2); a bundle that a rule refuses (5).
pub fn run(args: &BundleArgs, lab: &Path, output: &Output) -> Result<ExitStatus, CliError> {
    match &args.action {
        BundleAction::Export { file, runs, items, procedures, by } => {
            let (runs, items, procedures) = (runs.clone(), items.clone(), procedures.clone());
            export(file, &Cargo { runs, items, procedures }, by, (lab, output))
        }
        BundleAction::Show { file } => show(file, output),
        BundleAction::Import { file, by, password } => import(file, (by, password), (lab, output)),
    }
}

fn export(
    file: &Path,
    cargo: &Cargo,
    by: &str,
    (lab, output): (&Path, &Output),
) -> Result<ExitStatus, CliError> {
    let lab = Lab::open(lab)?;
    let now = Clock::real().utc();
    lab.people()?.person(by)?;
    if cargo.runs.is_empty() && cargo.items.is_empty() && cargo.procedures.is_empty() {
        return Err(CliError::request("an empty bundle carries nothing")
            .hint("--run RUN, --item ITEM, --procedure ID"));
    }
    let contents = Contents::gather(&lab, &lab.journal()?, cargo, (by, now))?;
    let (runs, files) = (contents.runs.len(), contents.files.len());
    let signer = keyring::signer(&lab, lab.identity.civil_day(now))?;
    let bytes = contents.signed(&signer)?;
    let refused = |error: std::io::Error| CliError::request(format!("{}: {error}", file.display()));
    let mut written = std::fs::File::create_new(file).map_err(refused)?;
    std::io::Write::write_all(&mut written, &bytes)
        .and_then(|()| written.sync_all())
        .map_err(refused)?;
    let sha256 = sha256_hex(&bytes);
    output.json(&serde_json::json!({
        "file": file, "sha256": sha256, "runs": runs, "files": files, "bytes": bytes.len(),
    }))?;
    output.line(format!("{}: {runs} runs, {files} files, SHA-256 {sha256}", file.display()));
    Ok(ExitStatus::Done)
}

fn bytes(file: &Path) -> Result<Vec<u8>, CliError> {
    std::fs::read(file).map_err(|error| CliError::request(format!("{}: {error}", file.display())))
}

fn show(file: &Path, output: &Output) -> Result<ExitStatus, CliError> {
    let (contents, signer) = Bundle::read(&bytes(file)?)?;
    output.json(&serde_json::json!({
        "laboratory": contents.laboratory, "made_at": contents.made_at, "made_by": contents.made_by,
        "signed_by": signer.signer_name(),
        "runs": contents.runs.iter().map(|own| serde_json::json!({
            "run": own.run, "events": own.events.len() })).collect::<Vec<_>>(),
        "files": contents.files.keys().collect::<Vec<_>>(),
    }))?;
    output.line(format!(
        "of laboratory {}, made by {} at {}, signed by {}",
        contents.laboratory,
        contents.made_by,
        contents.made_at,
        signer.signer_name()
    ));
    for own in &contents.runs {
        output.line(format!("  run {}, {} events", own.run, own.events.len()));
    }
    for place in contents.files.keys() {
        output.line(format!("  {place}"));
    }
    Ok(ExitStatus::Done)
}

fn import(
    file: &Path,
    (by, password): (&str, &PasswordArgs),
    (lab, output): (&Path, &Output),
) -> Result<ExitStatus, CliError> {
    let lab = Lab::open(lab)?;
    let (journal, now) = (lab.journal()?, Clock::real().utc());
    let bytes = bytes(file)?;
    let sha256 = sha256_hex(&bytes);
    let roots = match keyring::authority_pem(&lab)? {
        Some(pem) => Root::from_pem(&pem)
            .map_err(|error| CliError::request(format!("keys/ca.pem: {error}")))?,
        None => Vec::new(),
    };
    let meaning = Meaning::Administered;
    let statement = Statement { meaning, subject: &sha256, content: &sha256 };
    let password = password.password(&lab, by, meaning, output)?;
    let given = (by, password.as_deref());
    let signature = signing::sign(&lab, &journal, given, statement, now)?;
    let imported = import::import(&lab, &journal, &bytes, &roots, (&signature, now))?;
    output.json(&imported)?;
    let Imported { runs, runs_known, files, files_known } = &imported;
    for (what, names) in [
        ("taken", runs),
        ("here already, the same", runs_known),
        ("taken", files),
        ("here already, the same", files_known),
    ] {
        for name in names {
            output.line(format!("{name}: {what}"));
        }
    }
    Ok(ExitStatus::Done)
}
