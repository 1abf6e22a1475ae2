//! The document: a record and every sentence that must accompany it.
//!
//! Sentences are composed here once and travel as words in the DCC, so that a
//! certificate keeps saying what it said when a later version of this program
//! reads it.
//!
//! Source: ISO/IEC 17025:2017, clauses 7.8.2 to 7.8.6 (own words).

use crate::record::{Conformity, Record, ResultTable, Text};
use etalon_uncertainty::diagnostic::Diagnostic;

pub mod check;

/// Version of the page's arrangement: raised whenever the same document would
/// be set in other bytes, so that older pages are not held against newer ones.
pub const LAYOUT: u32 = 4;

/// A record with its sentences.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// What is stated in fields.
    pub record: Record,
    /// The [`LAYOUT`] its page is set in.
    pub layout: u32,
    /// What is stated in sentences.
    pub statements: Vec<Statement>,
}

/// One sentence, with the clause that asks for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// What it is about.
    pub topic: Topic,
    /// The document it refers to.
    pub norm: Option<String>,
    /// The clause of that document.
    pub clause: Option<String>,
    /// The sentence.
    pub text: Text,
    /// The decision it states, for [`Topic::Conformity`].
    pub conformity: Option<Conformity>,
}

/// What a sentence is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Topic {
    /// The title.
    Title,
    /// The certificate is a specimen.
    Specimen,
    /// Where the calibration was performed.
    Place,
    /// How the results are traceable.
    Traceability,
    /// What the stated uncertainty means.
    Uncertainty,
    /// The agreed decision rule.
    DecisionRule,
    /// Whether the item conforms.
    Conformity,
    /// The results relate to this item only.
    Scope,
    /// Reproduction in full only.
    Reproduction,
    /// How to check the certificate.
    Verification,
    /// A deviation from the method.
    Deviation,
    /// A further remark.
    Note,
}

impl Topic {
    /// Every topic with its name in the DCC.
    pub const NAMES: [(Self, &'static str); 12] = [
        (Self::Title, "etalon_title"),
        (Self::Specimen, "etalon_specimen"),
        (Self::Place, "etalon_place"),
        (Self::Traceability, "basic_traceability"),
        (Self::Uncertainty, "basic_uncertainty"),
        (Self::DecisionRule, "basic_decisionRule"),
        (Self::Conformity, "basic_conformity"),
        (Self::Scope, "etalon_scope"),
        (Self::Reproduction, "etalon_reproduction"),
        (Self::Verification, "etalon_verification"),
        (Self::Deviation, "etalon_deviation"),
        (Self::Note, "etalon_note"),
    ];

    /// Its name in the DCC.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(topic, _)| *topic == self).map_or("", |(_, name)| name)
    }

    /// The topic of a name in the DCC.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(topic, _)| *topic)
    }
}

const ISO_17025: &str = "ISO/IEC 17025:2017";

impl Document {
    /// The record with its sentences, if nothing is missing.
    ///
    /// # Errors
    /// Every finding at once, when a required item is missing or wrong.
    pub fn new(record: Record) -> Result<Self, Vec<Diagnostic>> {
        let findings = check::check(&record);
        if findings.iter().any(Diagnostic::is_error) {
            return Err(findings);
        }
        let statements = statements(&record);
        Ok(Self { record, layout: LAYOUT, statements })
    }

    /// The first sentence about a topic.
    #[must_use]
    pub fn statement(&self, topic: Topic) -> Option<&Statement> {
        self.statements.iter().find(|statement| statement.topic == topic)
    }
}

/// The decision on the item as a whole: the worst of all results.
#[must_use]
pub fn overall(record: &Record) -> Option<Conformity> {
    record.results.iter().filter_map(ResultTable::worst).max()
}

/// Every sentence that the record calls for, in the order of the page.
#[must_use]
pub fn statements(record: &Record) -> Vec<Statement> {
    let mut all = vec![asked(Topic::Title, "7.8.2.1 a", record.title.clone())];
    if record.specimen {
        all.push(asked(Topic::Specimen, "7.8.1.2", specimen()));
    }
    all.push(asked(Topic::Place, "7.8.2.1 c", record.place.text.clone()));
    all.push(asked(Topic::Traceability, "7.8.4.1 c", record.traceability.clone()));
    all.push(asked(Topic::Uncertainty, "7.8.4.1 a", uncertainty()));
    if let (Some(agreement), Some(verdict)) = (&record.agreement, overall(record)) {
        let refer = |topic, text| Statement {
            topic,
            norm: Some(agreement.specification.clone()),
            clause: Some(agreement.clause.clone()),
            text,
            conformity: None,
        };
        all.push(refer(Topic::DecisionRule, agreement.rule.clone()));
        let sentence = refer(Topic::Conformity, conformity(record));
        all.push(Statement { conformity: Some(verdict), ..sentence });
    }
    all.push(asked(Topic::Scope, "7.8.2.1 l", scope()));
    all.push(asked(Topic::Reproduction, "7.8.2.1", reproduction()));
    all.push(asked(Topic::Verification, "7.8.1.2", verification()));
    let deviations = record.deviations.iter().cloned();
    all.extend(deviations.map(|text| asked(Topic::Deviation, "7.8.2.1 n", text)));
    all.extend(record.notes.iter().cloned().map(|text| Statement {
        topic: Topic::Note,
        norm: None,
        clause: None,
        text,
        conformity: None,
    }));
    all
}

fn asked(topic: Topic, clause: &str, text: Text) -> Statement {
    let (norm, clause) = (Some(ISO_17025.to_owned()), Some(clause.to_owned()));
    Statement { topic, norm, clause, text, conformity: None }
}

/// 7.8.6.2: to which results the statement applies, and which do not conform.
fn conformity(record: &Record) -> Text {
    let judged =
        |table: &ResultTable| table.rows.iter().filter(|row| row.stated.judged.is_some()).count();
    let total: usize = record.results.iter().map(judged).sum();
    let outside: Vec<(&ResultTable, Vec<usize>)> = record
        .results
        .iter()
        .map(|table| (table, outside(table)))
        .filter(|(_, numbers)| !numbers.is_empty())
        .collect();
    if outside.is_empty() {
        return Text::new(
            match total {
                1 => "The item conforms to the specification in the one result for which a limit is stated.".to_owned(),
                _ => format!("The item conforms to the specification in all {total} results for which a limit is stated."),
            },
            format!("被校对象给出限值的全部 {total} 项结果均符合技术要求。"),
        );
    }
    let count: usize = outside.iter().map(|(_, numbers)| numbers.len()).sum();
    let alone = record.results.len() == 1;
    let list = |name: fn(&ResultTable) -> &str, word: &str| {
        let one = |(table, numbers): &(&ResultTable, Vec<usize>)| {
            let heading = if alone { String::new() } else { format!("{}: ", name(table)) };
            format!("{heading}{word} {}", spans(numbers))
        };
        outside.iter().map(one).collect::<Vec<_>>().join("; ")
    };
    let (en, zh) = (list(|table| table.name.en(), "No."), list(|table| table.name.zh(), "序号"));
    Text::new(
        format!(
            "The item does not conform to the specification: {count} of {total} results lie outside their limits ({en})."
        ),
        format!("被校对象不符合技术要求：{total} 项结果中有 {count} 项超出限值（{zh}）。"),
    )
}

/// Numbers of the rows that do not conform, from 1 as the page counts them.
fn outside(table: &ResultTable) -> Vec<usize> {
    let rows = (1_usize..).zip(&table.rows);
    let judged =
        rows.filter_map(|(number, row)| Some((number, row.stated.judged.as_ref()?.verdict)));
    judged
        .filter(|(_, verdict)| *verdict >= Conformity::ConditionalFail)
        .map(|(number, _)| number)
        .collect()
}

/// `1–3, 5` for 1, 2, 3, 5.
fn spans(numbers: &[usize]) -> String {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for number in numbers {
        match spans.last_mut() {
            Some((_, end)) if *end + 1 == *number => *end = *number,
            _ => spans.push((*number, *number)),
        }
    }
    let words = spans.iter().map(|(first, last)| {
        if first == last { first.to_string() } else { format!("{first}–{last}") }
    });
    words.collect::<Vec<_>>().join(", ")
}

fn specimen() -> Text {
    Text::new(
        "SPECIMEN. The results come from a simulated bench, an unreleased procedure or a demonstration key. This document certifies nothing.",
        "样张。结果来自模拟装置、未批准的规程或演示密钥，本文件不具有任何证明作用。",
    )
}

/// GUM 7.2.3 and ILAC-P14: what U, k and p mean.
fn uncertainty() -> Text {
    Text::new(
        "The reported expanded uncertainty U is the combined standard uncertainty multiplied by the coverage factor k stated with each result, evaluated according to JCGM 100:2008 (GUM); it corresponds to a coverage probability of approximately 95 %.",
        "报告的扩展不确定度 U 由合成标准不确定度乘以各结果所列的包含因子 k 得到，按 JJF 1059.1 评定，对应的包含概率约为 95 %。",
    )
}

fn scope() -> Text {
    Text::new(
        "The results relate only to the item calibrated, in the condition and at the time stated.",
        "本证书的结果仅对被校对象在所述状态和时间有效。",
    )
}

fn reproduction() -> Text {
    Text::new(
        "This certificate shall not be reproduced except in full without written approval of the laboratory.",
        "未经本实验室书面批准，不得部分复制本证书。",
    )
}

fn verification() -> Text {
    Text::new(
        "This is the printed view of the attached digital calibration certificate (DCC). Both are signed; the DCC holds every raw reading, from which all results can be recomputed.",
        "本页面为所附数字校准证书（DCC）的可视化形式，二者均经电子签名；DCC 包含全部原始读数，可据以重新计算所有结果。",
    )
}
