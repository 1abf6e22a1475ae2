//! The digital calibration certificate: DCC 3.3.0 of a document, and back.
//!
//! Each part of the tree is written and read in one file, so that whoever
//! changes the one sees the other. Reading demands that writing what was read
//! gives the same tree: nothing in a DCC of Etalon is unknown to the reader.
//!
//! It knows where each statement stands in a DCC. It must never know how it
//! looks on a page, nor who signed it.
//!
//! Source: PTB, DCC 3.3.0 and D-SI 2.2.1 schemas, PTB Schematron for the DCC.

use crate::canonical::Element;
use crate::dcc::units::UnitError;
use crate::document::Document;
use thiserror::Error;

pub mod administration;
pub mod circumstances;
pub mod parties;
pub mod statements;
pub mod table;
pub mod units;
pub mod wording;

/// Version of the schema.
pub const SCHEMA_VERSION: &str = "3.3.0";

/// Why a tree is no DCC that Etalon wrote.
#[derive(Debug, Error)]
pub enum DccError {
    /// An element is missing.
    #[error("{inside} holds no {wanted}")]
    Missing {
        /// The element looked into.
        inside: String,
        /// The element or attribute wanted.
        wanted: String,
    },
    /// An element holds something that cannot be meant.
    #[error("{element} holds {found:?}, wanted {wanted}")]
    Content {
        /// The element.
        element: String,
        /// What it holds.
        found: String,
        /// What was wanted.
        wanted: &'static str,
    },
    /// Lists that belong together differ in length.
    #[error("a list of {found} entries stands beside one of {wanted}")]
    Lengths {
        /// Entries found.
        found: usize,
        /// Entries wanted.
        wanted: usize,
    },
    /// A unit has no place in a DCC.
    #[error(transparent)]
    Unit(#[from] UnitError),
    /// A temperature is no decimal number.
    #[error(transparent)]
    Decimal(#[from] etalon_uncertainty::decimal::DecimalError),
    /// The tree holds more than what was read from it.
    #[error("the DCC holds something that Etalon does not write")]
    Unread,
}

/// The tree of a document.
///
/// # Errors
/// [`DccError`] for a unit or number that a DCC cannot hold.
pub fn write(document: &Document) -> Result<Element, DccError> {
    let record = &document.record;
    let administrative = Element::new("dcc:administrativeData")
        .child(administration::software("dcc:dccSoftware", &record.software))
        .child(administration::identity(document))
        .child(parties::items(&record.item))
        .child(parties::laboratory(&record.laboratory))
        .child(parties::persons(&record.persons))
        .child(parties::customer(&record.customer))
        .child(statements::write(&document.statements));
    let measurement = Element::new("dcc:measurementResult")
        .child(wording::texts("dcc:name", &record.title))
        .child(circumstances::methods(&record.methods, &record.procedure))
        .child(administration::software("dcc:usedSoftware", &record.software))
        .child(circumstances::standards(&record.standards))
        .child(circumstances::conditions(&record.environment)?)
        .child(table::results(&record.results)?);
    Ok(Element::new("dcc:digitalCalibrationCertificate")
        .with("xmlns:dcc", "https://ptb.de/dcc")
        .with("xmlns:si", "https://ptb.de/si")
        .with("schemaVersion", SCHEMA_VERSION)
        .child(administrative)
        .child(Element::new("dcc:measurementResults").child(measurement)))
}

/// The document of a tree, signature taken away.
///
/// # Errors
/// [`DccError`] naming what is missing, wrong or too much.
pub fn read(root: &Element) -> Result<Document, DccError> {
    let administrative = wording::inside(root, "dcc:administrativeData")?;
    let results = wording::inside(root, "dcc:measurementResults")?;
    let measurement = wording::inside(results, "dcc:measurementResult")?;
    let statements = statements::read(administrative)?;
    let mut record = administration::read(administrative, &statements)?;
    record.item = parties::read_item(administrative)?;
    record.laboratory = parties::read_laboratory(administrative)?;
    record.persons = parties::read_persons(administrative)?;
    record.customer = parties::read_customer(administrative)?;
    (record.methods, record.procedure) = circumstances::read_methods(measurement)?;
    record.standards = circumstances::read_standards(measurement)?;
    record.environment = circumstances::read_conditions(measurement)?;
    record.results = table::read_results(measurement)?;
    let layout = administration::read_layout(administrative)?;
    let document = Document { record, layout, statements };
    if write(&document)? == *root { Ok(document) } else { Err(DccError::Unread) }
}
