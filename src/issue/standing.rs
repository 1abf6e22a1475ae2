//! Where a certificate stands in its laboratory: in force, superseded, revoked (ISO/IEC 17025,
//! 7.8.8 and 7.10).
//!
//! A certificate is never edited or taken back: a new one with a number of its own replaces it and
//! says so, or a revocation is recorded. One item of one run has one certificate in force.

use etalon_uncertainty::text::Text;
use jiff::Timestamp;
use serde::Serialize;

use super::IssueRefusal;
use crate::{
    act::{self, Act, Deed},
    journal::{Body, Event},
    people::signing::Signature,
    store::{Journal, StoreError},
};

/// Where a certificate stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Standing {
    /// It holds.
    InForce,
    /// Another one took its place.
    Superseded {
        /// The number of the other one.
        by: String,
        /// When it was issued.
        on: String,
    },
    /// It does not hold any more.
    Revoked {
        /// Why, in English.
        reason: String,
        /// Why, in Chinese.
        reason_zh: String,
        /// Who revoked it.
        by: String,
        /// When.
        on: String,
    },
    /// The record knows no such number.
    NotInRecord,
}

impl Standing {
    /// The standing in one sentence.
    #[must_use]
    pub fn sentence(&self) -> Text {
        match self {
            Self::InForce => Text::new("in force", "有效"),
            Self::Superseded { by, on } => {
                Text::new(format!("superseded by {by} on {on}"), format!("已于 {on} 被 {by} 取代"))
            }
            Self::Revoked { reason, reason_zh, on, .. } => Text::new(
                format!("revoked on {on}: {reason}"),
                format!("已于 {on} 撤销：{reason_zh}"),
            ),
            Self::NotInRecord => {
                Text::new("not in this laboratory's record", "本实验室记录中无此证书")
            }
        }
    }
}

/// A certificate as its laboratory's record knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its number.
    pub number: String,
    /// The run.
    pub run: String,
    /// The item.
    pub item: String,
    /// The moment of issue.
    pub issued_at: String,
    /// SHA-256 of the DCC's bytes.
    pub dcc_sha256: String,
    /// SHA-256 of the PDF's bytes.
    pub pdf_sha256: String,
    /// The number that it replaced; empty where it replaced none.
    pub supersedes: String,
}

impl Known {
    fn of(event: &Event) -> Option<Self> {
        let Body::CertificateIssued { number, item, dcc_sha256, pdf_sha256, supersedes, .. } =
            &event.body
        else {
            return None;
        };
        Some(Self {
            number: number.clone(),
            run: event.run.clone(),
            item: item.clone(),
            issued_at: event.at.clone(),
            dcc_sha256: dcc_sha256.clone(),
            pdf_sha256: pdf_sha256.clone(),
            supersedes: supersedes.clone(),
        })
    }
}

/// Every certificate of the record, oldest first.
///
/// # Errors
/// [`StoreError`].
pub fn certificates(journal: &Journal) -> Result<Vec<Known>, StoreError> {
    let runs = journal.runs()?;
    let certified = runs.iter().filter(|run| !run.certificates.is_empty());
    let mut known = Vec::new();
    for run in certified {
        known.extend(journal.events(&run.run)?.iter().filter_map(Known::of));
    }
    known.sort_by(|one, other| one.issued_at.cmp(&other.issued_at));
    Ok(known)
}

/// Where one certificate stands.
#[must_use]
pub fn standing(known: &[Known], acts: &[Act], number: &str) -> Standing {
    if !known.iter().any(|own| own.number == number) {
        return Standing::NotInRecord;
    }
    let day = |at: &str| at.chars().take(10).collect::<String>();
    let revoked = acts.iter().find(|act| act.act == act::REVOKED && act.subject == number);
    if let Some(act) = revoked {
        return Standing::Revoked {
            reason: act.fact("reason").to_owned(),
            reason_zh: act.fact("reason_zh").to_owned(),
            by: act.by.clone(),
            on: day(&act.at),
        };
    }
    match known.iter().find(|own| own.supersedes == number) {
        Some(next) => Standing::Superseded { by: next.number.clone(), on: day(&next.issued_at) },
        None => Standing::InForce,
    }
}

/// What a new certificate of an item and run replaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Succession {
    /// The number of the certificate that is replaced.
    pub number: String,
    /// Why.
    pub reason: Text,
}

impl Succession {
    /// What the new certificate states about it (ISO/IEC 17025, 7.8.8.1 and 7.8.8.3).
    #[must_use]
    pub fn note(&self) -> Text {
        let Self { number, reason } = self;
        Text::new(
            format!("This certificate replaces {number}. Reason: {}", reason.en()),
            format!("本证书取代 {number}。原因：{}", reason.zh()),
        )
    }
}

/// What a new certificate would replace; none where the item has none yet.
///
/// # Errors
/// [`IssueRefusal::AlreadyCertified`] where one is in force and nobody ordered its amendment.
pub fn succession(
    known: &[Known],
    acts: &[Act],
    run: &str,
    item: &str,
) -> Result<Option<Succession>, IssueRefusal> {
    let Some(last) = known.iter().rfind(|own| own.run == run && own.item == item) else {
        return Ok(None);
    };
    let ends = [act::AMENDMENT_ORDERED, act::REVOKED];
    let ordered =
        acts.iter().rfind(|act| ends.contains(&act.act.as_str()) && act.subject == last.number);
    let Some(act) = ordered else {
        return Err(IssueRefusal::AlreadyCertified {
            run: run.to_owned(),
            item: item.to_owned(),
            number: last.number.clone(),
        });
    };
    let reason = Text::new(act.fact("reason"), act.fact("reason_zh"));
    Ok(Some(Succession { number: last.number.clone(), reason }))
}

/// Orders that a certificate in force is replaced, or revokes it.
///
/// # Errors
/// [`IssueRefusal::NotInForce`], and what the record refuses.
pub fn end(
    journal: &Journal,
    (act, number): (&str, &str),
    reason: &Text,
    signature: &Signature,
    now: Timestamp,
) -> Result<(), IssueRefusal> {
    let found = standing(&certificates(journal)?, &act::acts(journal)?, number);
    if found != Standing::InForce {
        let standing = found.sentence().en().to_owned();
        return Err(IssueRefusal::NotInForce { number: number.to_owned(), standing });
    }
    let deed = Deed::new(act, number, &signature.person().id);
    let deed = deed.fact("reason", reason.en()).fact("reason_zh", reason.zh());
    Ok(deed.record(journal, now)?)
}
