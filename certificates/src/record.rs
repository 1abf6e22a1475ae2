//! The record of one calibration, as a certificate states it.
//!
//! Everything here is final: numbers are decimal strings already rounded,
//! dates are the laboratory's civil dates, words are in both languages. The
//! laboratory fills it once; from here on nothing is computed except by
//! running the embedded evaluations again.
//!
//! It knows what ISO/IEC 17025:2017, clause 7.8, wants stated. It must never
//! know how it was measured, or how it will look.

use serde::{Deserialize, Serialize};

pub use etalon_uncertainty::text::Text;

pub mod result;

pub use result::{Column, Conformity, Judged, JudgedOn, ResultRow, ResultTable, Stated};

/// Version of the record's own format on disk.
pub const SCHEMA: &str = "etalon.certificate/1";

/// What one certificate states; the letters are those of clause 7.8.2.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// [`SCHEMA`].
    pub schema: String,
    /// Whether anything in it comes from a simulated bench, an unreleased
    /// procedure or a demonstration key. Printed across every page.
    pub specimen: bool,
    /// a) Title.
    pub title: Text,
    /// b) Laboratory.
    pub laboratory: Organisation,
    /// c) Where the calibration was performed.
    pub place: Place,
    /// d) Unique number of the certificate.
    pub number: String,
    /// The run in the laboratory's journal that the results come from.
    pub run: String,
    /// e) Customer.
    pub customer: Organisation,
    /// f) Methods.
    pub methods: Vec<Method>,
    /// f) The procedure file that was followed.
    pub procedure: ProcedureIdentity,
    /// g) Item calibrated.
    pub item: Item,
    /// h) Date of receipt, `YYYY-MM-DD`, where it matters.
    pub received: Option<String>,
    /// i) First day of performance, `YYYY-MM-DD`.
    pub performed_from: String,
    /// i) Last day of performance, `YYYY-MM-DD`.
    pub performed_until: String,
    /// j) Date of issue, `YYYY-MM-DD`, in the laboratory's civil time.
    pub issued: String,
    /// Moment of issue in UTC, `YYYY-MM-DDThh:mm:ssZ`; the time of signing.
    pub issued_at: String,
    /// m) Results.
    pub results: Vec<ResultTable>,
    /// n) Additions to, deviations and exclusions from the method.
    pub deviations: Vec<Text>,
    /// o) Persons, the authorising one among them.
    pub persons: Vec<Person>,
    /// 7.8.4.1 b) Conditions that influence the results.
    pub environment: Vec<Condition>,
    /// 7.8.4.1 c) Reference standards used.
    pub standards: Vec<Standard>,
    /// 7.8.4.1 c) How the results are traceable.
    pub traceability: Text,
    /// 7.8.6 Agreed rule, where conformity is stated.
    pub agreement: Option<Agreement>,
    /// The program that evaluated and wrote this.
    pub software: Software,
    /// How the page is set.
    pub page: Page,
    /// Further remarks.
    pub notes: Vec<Text>,
}

/// A laboratory or a customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// Name.
    pub name: Text,
    /// Postal address in one line.
    pub address: Text,
    /// ISO 3166-1 country code, two capital letters.
    pub country: String,
    /// Electronic mail.
    pub email: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Accreditation or authorisation number of a laboratory.
    pub code: Option<String>,
}

/// Where the calibration was performed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Kind of place.
    pub kind: PlaceKind,
    /// The place in words.
    pub text: Text,
}

/// Kinds of place, named as in the DCC.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PlaceKind {
    /// The laboratory's own rooms.
    Laboratory,
    /// The customer's site.
    Customer,
    /// Another site of the laboratory.
    LaboratoryBranch,
    /// Another site of the customer.
    CustomerBranch,
    /// Elsewhere.
    Other,
}

/// A document that was followed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Method {
    /// What it is for.
    pub purpose: MethodPurpose,
    /// Name in words.
    pub name: Text,
    /// The document, such as `JJG 596-2012`.
    pub norm: String,
    /// The clause, where one is meant.
    pub clause: Option<String>,
}

/// What a method is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MethodPurpose {
    /// How the calibration is performed.
    Calibration,
    /// How the uncertainty is evaluated.
    Uncertainty,
}

/// Which procedure file was followed, to the byte.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProcedureIdentity {
    /// Name in words.
    pub title: Text,
    /// Identifier, such as `cn.jjg596.direct.basic-error`.
    pub id: String,
    /// Version.
    pub version: String,
    /// SHA-256 of the file, 64 hexadecimal digits; the page shows the first 12.
    pub sha256: String,
}

/// The item calibrated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// What it is.
    pub name: Text,
    /// Who made it.
    pub manufacturer: String,
    /// Type.
    pub model: String,
    /// Serial number.
    pub serial: String,
    /// The laboratory's or the owner's own number.
    pub inventory: Option<String>,
    /// Condition on receipt.
    pub condition: Text,
    /// Ratings that identify it further.
    pub ratings: Vec<Rating>,
}

/// A rated property, as written on the item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rating {
    /// Which property.
    pub name: Text,
    /// Its value with unit.
    pub value: Text,
}

/// An influence quantity over the time of the measurement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Which quantity.
    pub kind: ConditionKind,
    /// Lowest value, decimal.
    pub lowest: String,
    /// Highest value, decimal.
    pub highest: String,
}

/// Influence quantities that a certificate states, each in one unit.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConditionKind {
    /// Ambient temperature in degrees Celsius.
    Temperature,
    /// Relative humidity in per cent.
    RelativeHumidity,
    /// Air pressure in hectopascals.
    AirPressure,
}

/// A reference standard and the certificate it rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standard {
    /// What it is.
    pub name: Text,
    /// The laboratory's own number.
    pub id: String,
    /// Who made it.
    pub manufacturer: String,
    /// Type.
    pub model: String,
    /// Serial number.
    pub serial: String,
    /// Range, class or uncertainty in words.
    pub characteristic: Text,
    /// Number of its calibration certificate.
    pub certificate: String,
    /// Who issued that certificate.
    pub issuer: String,
    /// Day until which it may be used, `YYYY-MM-DD`.
    pub due: String,
}

/// Who did what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Name.
    pub name: Text,
    /// Part played.
    pub part: Part,
}

/// Parts played in a certificate.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Performed the calibration.
    Performed,
    /// Checked the results.
    Checked,
    /// Authorised the certificate.
    Approved,
}

/// What was agreed with the customer about stating conformity (7.1.3, 7.8.6).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// The decision rule with its risk, in words.
    pub rule: Text,
    /// The document the limits come from, such as `JJG 596-2012`.
    pub specification: String,
    /// The clause of it, such as `Table 1`.
    pub clause: String,
}

/// The program that evaluated and wrote the certificate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Software {
    /// Name.
    pub name: String,
    /// Version without a leading letter, such as `0.1.0`.
    pub version: String,
}

/// How the page is set; recorded so that anybody can set it again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Languages on the page.
    pub languages: Languages,
    /// SHA-256 of the Chinese font file, 64 hexadecimal digits; none for English pages.
    pub cjk_font_sha256: Option<String>,
}

/// Languages on the page. The DCC always holds both.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Languages {
    /// English only.
    En,
    /// Chinese only.
    Zh,
    /// Both.
    Both,
}
