//! What a certificate is worth: to a stranger, and inside the laboratory that issued it.

use std::path::{Path, PathBuf};

use etalon_certificates::{
    chain::Root,
    fonts::{self, Fonts},
    verify::{self, Finding, Kind, Verification, Weight},
};
use serde::Serialize;

use crate::{
    act::{self, Act},
    cli::{CliError, ExitStatus, Output},
    issue::standing::{self, Known, Standing},
    journal::chain::sha256_hex,
    keyring,
    lab::{FILE, Lab},
};

/// The answer about one file.
#[derive(Serialize)]
struct Answer {
    file: String,
    #[serde(flatten)]
    verification: Verification,
    /// Where it stands in this laboratory; none outside one.
    standing: Option<Standing>,
}

/// What a laboratory's record says about certificates.
struct Office {
    known: Vec<Known>,
    acts: Vec<Act>,
}

pub(super) fn files(
    files: &[PathBuf],
    trust: Option<&Path>,
    lab: &Path,
    output: &Output,
) -> Result<ExitStatus, CliError> {
    let lab = if lab.join(FILE).is_file() { Some(Lab::open(lab)?) } else { None };
    let roots = roots(trust, lab.as_ref())?;
    let office = lab.as_ref().map(office).transpose()?;
    // Where the font is at hand the pages are set again and compared.
    let fonts = fonts::find_cjk().map_or_else(Fonts::latin, |found| found.fonts);
    let mut answers = Vec::with_capacity(files.len());
    for file in files {
        let bytes = std::fs::read(file)
            .map_err(|error| CliError::request(format!("{}: {error}", file.display())))?;
        let verification = verify::verify_with(&bytes, roots.as_deref(), &fonts);
        let mut answer = Answer { file: file.display().to_string(), verification, standing: None };
        if let Some(office) = &office {
            answer.ask(office, &bytes);
        }
        answers.push(answer);
    }
    let ok = answers.iter().all(|answer| answer.verification.ok);
    match answers.as_slice() {
        [only] => output.json(only)?,
        several => output.json(&serde_json::json!({ "ok": ok, "certificates": several }))?,
    }
    for answer in &answers {
        answer.report(output);
    }
    Ok(if ok { ExitStatus::Done } else { ExitStatus::AnswerIsNo })
}

/// The authority to trust: as asked for, or the laboratory's own; in a laboratory without one,
/// nobody.
fn roots(trust: Option<&Path>, lab: Option<&Lab>) -> Result<Option<Vec<Root>>, CliError> {
    let unusable = |file: &Path, error: &dyn std::fmt::Display| {
        CliError::request(format!("{}: {error}", file.display()))
    };
    let read = |pem: &str, file: &Path| Root::from_pem(pem).map_err(|error| unusable(file, &error));
    match (trust, lab) {
        (Some(file), _) => {
            let pem = std::fs::read_to_string(file).map_err(|error| unusable(file, &error))?;
            read(&pem, file).map(Some)
        }
        (None, Some(lab)) => match keyring::authority_pem(lab)? {
            Some(pem) => read(&pem, &lab.path("keys")).map(Some),
            None => Ok(Some(Vec::new())),
        },
        (None, None) => Ok(None),
    }
}

fn office(lab: &Lab) -> Result<Office, CliError> {
    let journal = lab.journal()?;
    Ok(Office { known: standing::certificates(&journal)?, acts: act::acts(&journal)? })
}

impl Answer {
    /// Asks the laboratory's record: is it in force, and are these the bytes that left the house?
    fn ask(&mut self, office: &Office, bytes: &[u8]) {
        let Some(number) = self.verification.number.clone() else { return };
        let found = standing::standing(&office.known, &office.acts, &number);
        let sentence = found.sentence().en().to_owned();
        match &found {
            Standing::InForce => {}
            Standing::Superseded { .. } => self.say("standing.superseded", Weight::Error, sentence),
            Standing::Revoked { .. } => self.say("standing.revoked", Weight::Error, sentence),
            Standing::NotInRecord => self.say("standing.unknown", Weight::Note, sentence),
        }
        if let Some(known) = office.known.iter().find(|own| own.number == number) {
            let wanted = match self.verification.kind {
                Kind::Pdf => &known.pdf_sha256,
                Kind::Dcc | Kind::Unknown => &known.dcc_sha256,
            };
            let sha256 = sha256_hex(bytes);
            if sha256 != *wanted {
                let message =
                    format!("{number} left the laboratory with SHA-256 {wanted}, this is {sha256}");
                self.say("standing.bytes", Weight::Error, message);
            }
        }
        self.standing = Some(found);
    }

    fn say(&mut self, code: &'static str, severity: Weight, message: String) {
        if severity == Weight::Error {
            self.verification.ok = false;
        }
        self.verification.findings.push(Finding { code, severity, message });
        self.verification.findings.sort_by_key(|finding| finding.severity);
    }

    fn report(&self, output: &Output) {
        let Self { file, verification, .. } = self;
        let answer = if verification.ok { "✔ valid" } else { "✖ REFUSED" };
        let specimen = if verification.specimen == Some(true) { ", SPECIMEN" } else { "" };
        let number = verification.number.as_deref().unwrap_or("no number");
        output.line(format!("{answer}  {file}  {number}{specimen}"));
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
        if let Some(standing) = &self.standing {
            let sentence = standing.sentence();
            output.line(format!("  here: {} · {}", sentence.en(), sentence.zh()));
        }
        for finding in &verification.findings {
            let weight = match finding.severity {
                Weight::Error => "refused",
                Weight::Warning => "warning",
                Weight::Note => "note",
            };
            output.line(format!("  {weight}: {} [{}]", finding.message, finding.code));
        }
    }
}
