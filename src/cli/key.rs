//! `etalon key`: the laboratory's authority and signer.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use etalon_certificates::chain::Chain;
use etalon_instruments::clock::Clock;

use super::{
    CliError, ExitStatus, Output,
    password::{self, PasswordArgs},
};
use crate::{
    act::Deed,
    journal::chain::sha256_hex,
    keyring,
    lab::Lab,
    people::{
        Duty,
        signing::{self, Meaning, Statement},
    },
};

/// Name of the act of making or bringing keys.
const KEYS: &str = "keys_changed";

/// The laboratory's keys: what certificates are signed with, and what customers trust
#[derive(Debug, Args)]
pub struct KeyArgs {
    /// What to do
    #[command(subcommand)]
    pub action: KeyAction,
}

/// What can be done with keys.
#[derive(Debug, Subcommand)]
pub enum KeyAction {
    /// Make an authority of the laboratory's own and a signer that it vouches for
    ///
    /// Give customers keys/ca.pem. Keep a copy of keys/ and its password where fire does not reach.
    ///
    /// Example: etalon key new --years 5 --by zhao.lei --key-password-file key.txt
    New {
        /// How long both are valid
        #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..=20))]
        years: u8,
        /// Who makes them, and with which passwords
        #[command(flatten)]
        maker: Maker,
    },
    /// Bring a signer that another authority vouches for: chain and encrypted key (PKCS#8), both PEM
    ///
    /// Example: etalon key import chain.pem signer.key.pem --by zhao.lei --key-password-file key.txt
    Import {
        /// The signer's certificate, then those up to the authority's
        chain: PathBuf,
        /// The signer's private key, encrypted
        key: PathBuf,
        /// Who brings it, and with which passwords
        #[command(flatten)]
        maker: Maker,
    },
    /// Who signs here, and who vouches for it
    ///
    /// Example: etalon key list
    List,
}

/// Who answers for keys.
#[derive(Args, Debug)]
pub struct Maker {
    /// The administrator who answers for it
    #[arg(long, value_name = "PERSON")]
    by: String,
    /// Read the password of the keys from this file (mode 600), first line
    #[arg(long, value_name = "FILE")]
    key_password_file: Option<PathBuf>,
    #[command(flatten)]
    password: PasswordArgs,
}

/// Runs `etalon key`.
///
/// # Errors
/// Keys that are there already, a key that does not open (exit code 2), a rule about persons (5).
pub fn run(args: &KeyArgs, lab: &Path, output: &Output) -> Result<ExitStatus, CliError> {
    let lab = Lab::open(lab)?;
    match &args.action {
        KeyAction::New { years, maker } => {
            let today = lab.identity.civil_day(Clock::real().utc());
            changed(&lab, maker, output, |password| {
                keyring::make(&lab, today, i32::from(*years), password)
            })
        }
        KeyAction::Import { chain, key, maker } => {
            let read = |file: &Path| {
                std::fs::read_to_string(file)
                    .map_err(|error| CliError::request(format!("{}: {error}", file.display())))
            };
            let (chain, key) = (read(chain)?, read(key)?);
            changed(&lab, maker, output, |password| keyring::bring(&lab, &chain, &key, password))
        }
        KeyAction::List => list(&lab, output),
    }
}

fn changed(
    lab: &Lab,
    maker: &Maker,
    output: &Output,
    change: impl FnOnce(&str) -> Result<(), keyring::KeyringError>,
) -> Result<ExitStatus, CliError> {
    let (journal, now) = (lab.journal()?, Clock::real().utc());
    let meaning = Meaning::Administered;
    let statement = Statement { meaning, subject: "keys", content: "" };
    if let Err(refusal) = lab.people()?.with_duty(&maker.by, Duty::Administrator) {
        return Err(signing::refused(&journal, &maker.by, statement, refusal.into(), now)?.into());
    }
    if keyring::has_keys(lab) {
        return Err(CliError::request("keys/ holds a signer already")
            .hint("move keys/ away first; certificates that it signed stay valid"));
    }
    let password = maker.password.password(lab, &maker.by, meaning, output)?;
    signing::sign(lab, &journal, (&maker.by, password.as_deref()), statement, now)?;
    let given = PasswordArgs { password_file: maker.key_password_file.clone(), password_fd: None };
    let of_keys = match given.given()? {
        Some(of_keys) => of_keys,
        None => password::typed("password of the keys · 密钥口令: ")?,
    };
    change(&of_keys)?;
    let chain = chain(lab)?;
    Deed::new(KEYS, "keys", &maker.by)
        .fact("signer", chain.signer_name())
        .fact("authority", chain.root_name())
        .record(&journal, now)?;
    list(lab, output)
}

fn chain(lab: &Lab) -> Result<Chain, CliError> {
    let file = lab.path("keys").join("signer.pem");
    let text = std::fs::read_to_string(&file)
        .map_err(|error| CliError::request(format!("{}: {error}", file.display())))?;
    Chain::from_pem(&text)
        .map_err(|error| CliError::request(format!("{}: {error}", file.display())))
}

fn list(lab: &Lab, output: &Output) -> Result<ExitStatus, CliError> {
    if !keyring::has_keys(lab) {
        output.json(&serde_json::json!({ "signer": null, "authority": null }))?;
        output.line("no keys yet: `etalon key new` makes them");
        return Ok(ExitStatus::Done);
    }
    let chain = chain(lab)?;
    let fingerprint = chain.to_der().last().map(|root| sha256_hex(root)).unwrap_or_default();
    output.json(&serde_json::json!({
        "signer": chain.signer_name(), "authority": chain.root_name(), "authority_sha256": fingerprint,
    }))?;
    output.line(format!("signer     {}", chain.signer_name()));
    output.line(format!("authority  {}", chain.root_name()));
    output.line(format!("           SHA-256 {fingerprint}"));
    Ok(ExitStatus::Done)
}
