//! `etalon certificate`: draft, issue, verify.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use etalon_certificates::{
    chain::Root,
    fonts::{self, Fonts},
    record::Languages,
    verify::{self, Verification, Weight},
};
use etalon_instruments::clock::Clock;

use super::{CliError, ExitStatus, Output};
use crate::{
    issue::{self, IssueRefusal, Order},
    keyring::{self, KeyringError},
    lab::Lab,
};

/// Draft, issue and verify certificates
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
    /// Example: etalon certificate draft R20261123-001 DD26000001 --checked wang.min --approved zhao.lei
    Draft(OrderArgs),
    /// Issue the certificate of an item: signed DCC and signed PDF, into `certificates/`
    ///
    /// Example: etalon certificate issue R20261123-001 DD26000001 --checked wang.min --approved zhao.lei
    Issue(OrderArgs),
    /// Verify a certificate (PDF or DCC): canonical form, signatures, every number recomputed
    ///
    /// Needs no laboratory. Inside one, or with --trust, an unknown issuer is refused.
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
}

/// Which certificate, and who signs for it.
#[derive(Args, Debug)]
pub struct OrderArgs {
    /// The run
    run: String,
    /// The item
    item: String,
    /// Who checked the results
    #[arg(long, value_name = "PERSON")]
    checked: String,
    /// Who approves the certificate
    #[arg(long, value_name = "PERSON")]
    approved: String,
    /// Languages on the page
    #[arg(long, value_enum, default_value_t = Language::Both)]
    lang: Language,
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
        if refusal.is_rule() {
            Self::refused(refusal.to_string())
        } else {
            Self::request(refusal.to_string())
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
/// An unknown run or item (exit code 2), a rule about persons (5); a certificate
/// that does not verify is an answer (1), not an error.
pub fn run(args: &CertificateArgs, lab: &Path, output: &Output) -> Result<ExitStatus, CliError> {
    match &args.action {
        CertificateAction::Draft(order) => draft(order, lab, output),
        CertificateAction::Issue(order) => issue(order, lab, output),
        CertificateAction::Verify { files, trust } => {
            verify_files(files, trust.as_deref(), lab, output)
        }
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

fn order<'a>(args: &'a OrderArgs) -> Order<'a> {
    Order {
        run: &args.run,
        item: &args.item,
        checked: &args.checked,
        approved: &args.approved,
        languages: args.lang.into(),
        now: Clock::real().utc(),
    }
}

fn draft(args: &OrderArgs, lab: &Path, output: &Output) -> Result<ExitStatus, CliError> {
    let lab = Lab::open(lab)?;
    let record = issue::draft(&lab, &lab.journal()?, &order(args), &fonts(args.lang, output))?;
    let findings = etalon_certificates::document::check::check(&record);
    output.json(&record)?;
    let specimen = if record.specimen { ", a SPECIMEN" } else { "" };
    output.line(format!(
        "draft of {}{specimen}: item {}, run {}",
        record.number, args.item, args.run
    ));
    for table in &record.results {
        output.line(format!("{} ({})", table.name.en(), table.unit));
        for row in &table.rows {
            let stated = &row.stated;
            let verdict = stated.judged.as_ref().map_or("", |judged| judged.verdict.name());
            output.line(format!(
                "  {:24} {:>10} ± {:<8} k = {}  {verdict}",
                row.key, stated.value, stated.expanded, stated.k
            ));
        }
    }
    for finding in &findings {
        output.alarm(format!("  {}: {}", finding.code, finding.message));
    }
    let is_complete = !findings.iter().any(etalon_uncertainty::diagnostic::Diagnostic::is_error);
    Ok(if is_complete { ExitStatus::Done } else { ExitStatus::AnswerIsNo })
}

fn issue(args: &OrderArgs, lab: &Path, output: &Output) -> Result<ExitStatus, CliError> {
    let lab = Lab::open(lab)?;
    let order = order(args);
    let fonts = fonts(args.lang, output);
    // Refuse before keys are opened or made.
    issue::draft(&lab, &lab.journal()?, &order, &fonts)?;
    let signer = keyring::signer(&lab, lab.identity.civil_day(order.now))?;
    let certificate = issue::issue(&lab, &lab.journal()?, &order, &signer, &fonts)?;
    output.json(&serde_json::json!({
        "number": certificate.number,
        "pdf": certificate.pdf,
        "dcc": certificate.dcc,
        "specimen": certificate.record.specimen,
    }))?;
    let specimen = if certificate.record.specimen { " (specimen)" } else { "" };
    output.line(format!("{}{specimen}", certificate.number));
    output.line(format!("  {}", certificate.pdf.display()));
    output.line(format!("  {}", certificate.dcc.display()));
    Ok(ExitStatus::Done)
}

fn verify_files(
    files: &[PathBuf],
    trust: Option<&Path>,
    lab: &Path,
    output: &Output,
) -> Result<ExitStatus, CliError> {
    let roots = roots(trust, lab)?;
    // Where the font is at hand the pages are set again and compared.
    let fonts = fonts::find_cjk().map_or_else(Fonts::latin, |found| found.fonts);
    let mut status = ExitStatus::Done;
    for file in files {
        let bytes = std::fs::read(file)
            .map_err(|error| CliError::request(format!("{}: {error}", file.display())))?;
        let verification = verify::verify_with(&bytes, roots.as_deref(), &fonts);
        output.json(&verification)?;
        report(file, &verification, output);
        if !verification.ok {
            status = ExitStatus::AnswerIsNo;
        }
    }
    Ok(status)
}

/// The authority to trust: as asked for, or the laboratory's own inside its folder.
fn roots(trust: Option<&Path>, lab: &Path) -> Result<Option<Vec<Root>>, CliError> {
    let unusable = |file: &Path, error: &dyn std::fmt::Display| {
        CliError::request(format!("{}: {error}", file.display()))
    };
    let pem = match trust {
        Some(file) => Some(std::fs::read_to_string(file).map_err(|error| unusable(file, &error))?),
        None => match Lab::open(lab) {
            Ok(lab) => keyring::authority_pem(&lab)?,
            Err(_) => None,
        },
    };
    let file = trust.unwrap_or(lab);
    pem.map(|pem| Root::from_pem(&pem).map_err(|error| unusable(file, &error))).transpose()
}

fn report(file: &Path, verification: &Verification, output: &Output) {
    let answer = if verification.ok { "✔ valid" } else { "✖ REFUSED" };
    let specimen = if verification.specimen == Some(true) { ", SPECIMEN" } else { "" };
    let number = verification.number.as_deref().unwrap_or("no number");
    output.line(format!("{answer}  {}  {number}{specimen}", file.display()));
    for signature in &verification.signatures {
        let trusted = match signature.trusted {
            Some(true) => "identity: trusted",
            Some(false) => "identity: NOT TRUSTED",
            None => "identity: not checked",
        };
        let valid = if signature.valid { "valid" } else { "INVALID" };
        output.line(format!(
            "  signature {valid}, by {} ({}); {trusted}",
            signature.by, signature.level
        ));
    }
    let recomputed = &verification.recomputed;
    output.line(format!(
        "  recomputed from the raw readings: {} of {} results equal",
        recomputed.equal, recomputed.results
    ));
    for finding in &verification.findings {
        let weight = match finding.severity {
            Weight::Error => "refused",
            Weight::Warning => "warning",
            Weight::Note => "note",
        };
        output.line(format!("  {weight}: {} [{}]", finding.message, finding.code));
    }
}
