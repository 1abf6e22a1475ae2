//! From results to a certificate, and the end of a certificate: whoever signs gives a password.

use std::path::Path;

use etalon_certificates::document;
use etalon_instruments::clock::Clock;
use etalon_uncertainty::{diagnostic::Diagnostic, text::Text};
use jiff::Timestamp;

use super::{EndArgs, OrderArgs, SignArgs, fonts};
use crate::{
    act,
    cli::{CliError, ExitStatus, Output},
    issue::{
        self, IssueRefusal, Order, capability,
        signatures::{self, Signed, Subject},
        standing,
    },
    keyring,
    lab::Lab,
    people::{
        Duty,
        signing::{self, Meaning, SigningRefusal, Statement},
    },
    store::Journal,
};

/// A laboratory at work now.
struct Office {
    lab: Lab,
    journal: Journal,
    now: Timestamp,
}

impl Office {
    fn open(lab: &Path) -> Result<Self, CliError> {
        let lab = Lab::open(lab)?;
        let journal = lab.journal()?;
        Ok(Self { lab, journal, now: Clock::real().utc() })
    }

    /// Who has signed for what would be certified now, and whether the mark may stand on it.
    fn signed(&self, args: &OrderArgs) -> Result<Signed, CliError> {
        let subject = Subject { run: &args.run, item: &args.item };
        let (papers, record) = signatures::unsigned(&self.lab, &self.journal, subject, self.now)?;
        if args.accredited {
            let found = capability::coverage(&self.lab.scope()?, &papers, &record.results)?;
            if let Some(row) = found.outside.first() {
                return Err(IssueRefusal::OutsideScope { row: row.clone() }.into());
            }
            if self.lab.identity.accreditation.is_none() {
                return Err(CliError::request("etalon.toml names no accreditation"));
            }
        }
        let acts = act::acts(&self.journal)?;
        let found = signatures::signed(&acts, subject, &signatures::content(&record));
        Ok(Signed {
            checked: args.checked.clone().or(found.checked),
            approved: args.approved.clone().or(found.approved),
        })
    }

    fn order<'a>(&self, args: &'a OrderArgs, signed: &'a Signed) -> Result<Order<'a>, CliError> {
        let subject = || Subject { run: &args.run, item: &args.item }.text();
        let named = |name: &'a Option<String>, missing| {
            let refusal = || IssueRefusal::NotSigned { subject: subject(), missing };
            name.as_deref().ok_or_else(refusal)
        };
        Ok(Order {
            run: &args.run,
            item: &args.item,
            checked: named(&signed.checked, Meaning::Checked.word())?,
            approved: named(&signed.approved, Meaning::Approved.word())?,
            languages: args.lang.into(),
            now: self.now,
        })
    }
}

pub(super) fn draft(args: &OrderArgs, lab: &Path, output: &Output) -> Result<ExitStatus, CliError> {
    let office = Office::open(lab)?;
    let signed = office.signed(args)?;
    let record = if signed.checked.is_some() && signed.approved.is_some() {
        let order = office.order(args, &signed)?;
        issue::draft(&office.lab, &office.journal, &order, &fonts(args.lang, output))?
    } else {
        let subject = Subject { run: &args.run, item: &args.item };
        signatures::unsigned(&office.lab, &office.journal, subject, office.now)?.1
    };
    output.json(&record)?;
    let specimen = if record.specimen { ", a SPECIMEN" } else { "" };
    let number = if record.number.is_empty() { "a certificate" } else { &record.number };
    output.line(format!("draft of {number}{specimen}: item {}, run {}", args.item, args.run));
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
    for (word, person) in [("checked", &signed.checked), ("approved", &signed.approved)] {
        output.line(format!("{word}: {}", person.as_deref().unwrap_or("nobody yet")));
    }
    let findings = document::check::check(&record);
    // Persons and number are what an unsigned draft lacks, and what it says of itself.
    let counts = |finding: &&Diagnostic| !record.number.is_empty() || !is_of_signing(finding);
    let findings: Vec<&Diagnostic> = findings.iter().filter(counts).collect();
    for finding in &findings {
        output.alarm(format!("  {}: {}", finding.code, finding.message));
    }
    let is_complete = !findings.iter().any(|finding| finding.is_error());
    Ok(if is_complete { ExitStatus::Done } else { ExitStatus::AnswerIsNo })
}

/// Whether a finding speaks of what signing and numbering add: d) number, o) persons.
fn is_of_signing(finding: &Diagnostic) -> bool {
    ["7-8-2-1-d", "7-8-2-1-o", "7-8-1-1"].iter().any(|clause| finding.code.ends_with(clause))
}

pub(super) fn check(args: &SignArgs, lab: &Path, output: &Output) -> Result<ExitStatus, CliError> {
    sign(args, Meaning::Checked, lab, output)
}

pub(super) fn approve(
    args: &SignArgs,
    lab: &Path,
    output: &Output,
) -> Result<ExitStatus, CliError> {
    sign(args, Meaning::Approved, lab, output)
}

fn sign(
    args: &SignArgs,
    meaning: Meaning,
    lab: &Path,
    output: &Output,
) -> Result<ExitStatus, CliError> {
    let office = Office::open(lab)?;
    let password = args.password.password(&office.lab, &args.by, meaning, output)?;
    let subject = Subject { run: &args.run, item: &args.item };
    let who = (args.by.as_str(), password.as_deref());
    signatures::sign(&office.lab, &office.journal, subject, who, meaning, office.now)?;
    output.json(&serde_json::json!({
        "run": args.run, "item": args.item, "meaning": meaning.word(), "by": args.by,
    }))?;
    output.line(format!("{} {} is {} by {}", args.run, args.item, meaning.word(), args.by));
    Ok(ExitStatus::Done)
}

pub(super) fn issue(args: &OrderArgs, lab: &Path, output: &Output) -> Result<ExitStatus, CliError> {
    let office = Office::open(lab)?;
    let Office { lab, journal, now } = &office;
    let signed = office.signed(args)?;
    let order = office.order(args, &signed)?;
    let fonts = fonts(args.lang, output);
    // Refuse before keys are opened or made.
    issue::draft(lab, journal, &order, &fonts)?;
    let signer = keyring::signer(lab, lab.identity.civil_day(*now))?;
    let certificate = issue::issue(lab, journal, &order, &signer, &fonts)?;
    let accreditation = &certificate.record.laboratory.code;
    output.json(&serde_json::json!({
        "number": certificate.number,
        "pdf": certificate.pdf,
        "dcc": certificate.dcc,
        "specimen": certificate.record.specimen,
        "accreditation": accreditation,
    }))?;
    let specimen = if certificate.record.specimen { " (specimen)" } else { "" };
    output.line(format!("{}{specimen}", certificate.number));
    output.line(format!("  {}", certificate.pdf.display()));
    output.line(format!("  {}", certificate.dcc.display()));
    if lab.identity.accreditation.is_some() && accreditation.is_none() {
        output.remark("not every row lies within scope.toml: no accreditation stands on it");
    }
    Ok(ExitStatus::Done)
}

pub(super) fn amend(args: &EndArgs, lab: &Path, output: &Output) -> Result<ExitStatus, CliError> {
    end(args, act::AMENDMENT_ORDERED, lab, output)?;
    output.line(format!("{} is to be replaced: check, approve and issue it again", args.number));
    Ok(ExitStatus::Done)
}

pub(super) fn revoke(args: &EndArgs, lab: &Path, output: &Output) -> Result<ExitStatus, CliError> {
    end(args, act::REVOKED, lab, output)?;
    output.line(format!("{} is revoked", args.number));
    Ok(ExitStatus::Done)
}

fn end(args: &EndArgs, act: &str, lab: &Path, output: &Output) -> Result<(), CliError> {
    let office = Office::open(lab)?;
    let Office { lab, journal, now } = &office;
    let known = standing::certificates(journal)?;
    if !known.iter().any(|own| own.number == args.number) {
        return Err(CliError::request(format!("the record knows no certificate {}", args.number)));
    }
    let meaning = Meaning::Administered;
    let statement = Statement { meaning, subject: &args.number, content: "" };
    if let Err(refusal) = lab.people()?.with_duty(&args.by, Duty::Approver) {
        let refusal = SigningRefusal::Person(refusal);
        return Err(signing::refused(journal, &args.by, statement, refusal, *now)?.into());
    }
    let password = args.password.password(lab, &args.by, meaning, output)?;
    let signature = signing::sign(lab, journal, (&args.by, password.as_deref()), statement, *now)?;
    let reason = Text::new(&args.reason, &args.reason_zh);
    standing::end(journal, (act, &args.number), &reason, &signature, *now)?;
    output.json(&serde_json::json!({ "number": args.number, "act": act, "by": args.by }))
}
