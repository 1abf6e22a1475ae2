//! `etalon certificate`: draft, check, approve, issue, verify, amend, revoke.

mod issuing;
mod verifying;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use etalon_certificates::{
    fonts::{self, Fonts},
    record::Languages,
};

use super::{CliError, ExitStatus, Output, password::PasswordArgs};
use crate::{
    issue::IssueRefusal,
    keyring::{self, KeyringError},
};

/// Draft, sign, issue, verify, amend and revoke certificates
#[derive(Debug, Args)]
pub struct CertificateArgs {
    /// What to do
    #[command(subcommand)]
    pub action: CertificateAction,
}

/// What can be done with certificates.
#[derive(Debug, Subcommand)]
pub enum CertificateAction {
    /// Print what the certificate of an item would state; signs and writes nothing
    ///
    /// Example: etalon certificate draft R20261123-001 DD26000001
    Draft(OrderArgs),
    /// Check the results of an item: sign with the checker's password
    ///
    /// Example: etalon certificate check R20261123-001 DD26000001 --by wang.min
    Check(SignArgs),
    /// Approve the results of an item, after they were checked: sign with the approver's password
    ///
    /// Example: etalon certificate approve R20261123-001 DD26000001 --by zhao.lei
    Approve(SignArgs),
    /// Issue the certificate of an item that was checked and approved: signed DCC and signed PDF
    ///
    /// In a demonstration, whose people are invented, --checked and --approved sign at once.
    ///
    /// Example: etalon certificate issue R20261123-001 DD26000001
    Issue(OrderArgs),
    /// Verify a certificate (PDF or DCC): canonical form, signatures, every number recomputed
    ///
    /// Needs no laboratory. Inside one, or with --trust, an unknown issuer is refused; inside one it
    /// says, too, whether the certificate was superseded or revoked.
    ///
    /// Example: etalon certificate verify SPECIMEN-2026-0001.pdf --trust keys/ca.pem
    Verify {
        /// The certificates
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Certificate of the authority that is trusted (PEM)
        #[arg(long, value_name = "CA.pem")]
        trust: Option<PathBuf>,
    },
    /// Order that a certificate is replaced by a new one, with its reason on it
    ///
    /// Check, approve and issue the same run and item again afterwards.
    ///
    /// Example: etalon certificate amend SPECIMEN-2026-0001 --reason "customer's address" --reason-zh 委托方地址 --by zhao.lei
    Amend(EndArgs),
    /// Revoke a certificate: it verifies as revoked from now on
    ///
    /// Example: etalon certificate revoke SPECIMEN-2026-0001 --reason "reference was damaged" --reason-zh 标准器损坏 --by zhao.lei
    Revoke(EndArgs),
}

/// Which certificate, and who signs for it.
#[derive(Args, Debug)]
pub struct OrderArgs {
    /// The run
    run: String,
    /// The item
    item: String,
    /// Who checked the results; whoever signed for it, where left out
    #[arg(long, value_name = "PERSON")]
    checked: Option<String>,
    /// Who approves the certificate; whoever signed for it, where left out
    #[arg(long, value_name = "PERSON")]
    approved: Option<String>,
    /// Refuse a certificate that may not carry the accreditation
    #[arg(long)]
    accredited: bool,
    /// Languages on the page
    #[arg(long, value_enum, default_value_t = Language::Both)]
    lang: Language,
}

/// Whose signature on which results.
#[derive(Args, Debug)]
pub struct SignArgs {
    /// The run
    run: String,
    /// The item
    item: String,
    /// Who signs
    #[arg(long, value_name = "PERSON")]
    by: String,
    #[command(flatten)]
    password: PasswordArgs,
}

/// Which certificate ends, why, and who answers for it.
#[derive(Args, Debug)]
pub struct EndArgs {
    /// Number of the certificate
    number: String,
    /// Why, in English
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Why, in Chinese
    #[arg(long, value_name = "TEXT")]
    reason_zh: String,
    /// The approver who answers for it
    #[arg(long, value_name = "PERSON")]
    by: String,
    #[command(flatten)]
    password: PasswordArgs,
}

/// Languages on the page.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Language {
    /// English
    En,
    /// Chinese
    Zh,
    /// English and Chinese
    Both,
}

impl From<Language> for Languages {
    fn from(language: Language) -> Self {
        match language {
            Language::En => Self::En,
            Language::Zh => Self::Zh,
            Language::Both => Self::Both,
        }
    }
}

impl From<IssueRefusal> for CliError {
    fn from(refusal: IssueRefusal) -> Self {
        let message = refusal.to_string();
        match refusal {
            IssueRefusal::NotSigned { subject, missing } => {
                let verb = if missing == "checked" { "check" } else { "approve" };
                Self::refused(message)
                    .hint(format!("`etalon certificate {verb} {subject} --by PERSON`"))
            }
            refusal if refusal.is_rule() => Self::refused(message),
            _ => Self::request(message),
        }
    }
}

impl From<KeyringError> for CliError {
    fn from(error: KeyringError) -> Self {
        let message = Self::request(error.to_string());
        match error {
            KeyringError::NoPassword => {
                message.hint(format!("set {} to the password of keys/", keyring::PASSWORD_VARIABLE))
            }
            _ => message,
        }
    }
}

/// Runs `etalon certificate`.
///
/// # Errors
/// An unknown run, item or number (exit code 2), a rule about persons, signatures or scope (5); a
/// certificate that does not verify is an answer (1), not an error.
pub fn run(args: &CertificateArgs, lab: &Path, output: &Output) -> Result<ExitStatus, CliError> {
    match &args.action {
        CertificateAction::Draft(order) => issuing::draft(order, lab, output),
        CertificateAction::Check(args) => issuing::check(args, lab, output),
        CertificateAction::Approve(args) => issuing::approve(args, lab, output),
        CertificateAction::Issue(order) => issuing::issue(order, lab, output),
        CertificateAction::Verify { files, trust } => {
            verifying::files(files, trust.as_deref(), lab, output)
        }
        CertificateAction::Amend(args) => issuing::amend(args, lab, output),
        CertificateAction::Revoke(args) => issuing::revoke(args, lab, output),
    }
}

/// The fonts of this machine; says in one line what their absence means.
#[must_use]
pub fn fonts(lang: Language, output: &Output) -> Fonts {
    if lang == Language::En {
        return Fonts::latin();
    }
    match fonts::find_cjk() {
        Some(found) => found.fonts,
        None => {
            output.remark(
                "no Chinese font found (Debian: fonts-noto-cjk): the page is in English only",
            );
            Fonts::latin()
        }
    }
}
