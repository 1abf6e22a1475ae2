//! Statements: the sentences of the document.

use super::DccError;
use super::wording::{every, inside, line, missing, optional, read_texts, texts, wrong};
use crate::canonical::Element;
use crate::document::{Statement, Topic};
use crate::record::Conformity;

/// `statements`.
pub(super) fn write(statements: &[Statement]) -> Element {
    Element::new("dcc:statements").children(statements.iter().map(one))
}

fn one(statement: &Statement) -> Element {
    let conformity = statement.conformity.map(|c| line("dcc:conformity", c.name()));
    Element::new("dcc:statement")
        .with("refType", statement.topic.name())
        .children(statement.norm.as_ref().map(|norm| line("dcc:norm", norm)))
        .children(statement.clause.as_ref().map(|clause| line("dcc:reference", clause)))
        .child(texts("dcc:declaration", &statement.text))
        .children(conformity)
}

pub(super) fn read(administrative: &Element) -> Result<Vec<Statement>, DccError> {
    every(inside(administrative, "dcc:statements")?, "dcc:statement").map(read_one).collect()
}

fn read_one(statement: &Element) -> Result<Statement, DccError> {
    let kind = statement.attribute("refType").ok_or_else(|| missing(statement, "refType"))?;
    let conformity = optional(statement, "dcc:conformity").map(|element| {
        let name = element.own_text();
        Conformity::named(&name).ok_or_else(|| wrong("dcc:conformity", &name, "pass or fail"))
    });
    Ok(Statement {
        topic: Topic::named(kind)
            .ok_or_else(|| wrong("dcc:statement", kind, "a topic that Etalon knows"))?,
        norm: optional(statement, "dcc:norm").map(Element::own_text),
        clause: optional(statement, "dcc:reference").map(Element::own_text),
        text: read_texts(statement, "dcc:declaration")?,
        conformity: conformity.transpose()?,
    })
}
