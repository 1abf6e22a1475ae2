//! Why the register has no answer, in both languages.

use etalon_uncertainty::text::Text;
use jiff::civil::Date;
use thiserror::Error;

/// Why the register has no answer. It never estimates one.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum LookupRefusal {
    /// The standard has no calibration.
    #[error("standard {standard} has no calibration in the register")]
    NoCalibration {
        /// The standard.
        standard: String,
    },
    /// The certificate says nothing of this name.
    #[error("certificate {certificate} of {standard} states no `{name}`; it states {known}")]
    NoSuchName {
        /// The standard.
        standard: String,
        /// The certificate.
        certificate: String,
        /// The name that was asked for.
        name: String,
        /// The names it has.
        known: String,
    },
    /// No number of this name in the specification.
    #[error("the specification of {standard} holds no `{name}`")]
    NoSuchSpecification {
        /// The standard.
        standard: String,
        /// The name that was asked for.
        name: String,
    },
    /// The specification gives the number for some loads, and not for this one.
    #[error("the specification of {standard} holds `{name}`, but not for the load ({load})")]
    OutsideSpecification {
        /// The standard.
        standard: String,
        /// The name that was asked for.
        name: String,
        /// The load.
        load: String,
    },
    /// The drift grows from a day on, and the day of use is not known or before it.
    #[error(
        "certificate {certificate} states a drift of {law} from {performed} on, and nothing for before"
    )]
    NoDrift {
        /// The certificate.
        certificate: String,
        /// How it grows.
        law: String,
        /// Day of the measurement.
        performed: Date,
    },
    /// The load lacks a part that the table is keyed by.
    #[error("certificate {certificate} is keyed by `{key}`, which the load ({load}) does not give")]
    IncompleteLoad {
        /// The certificate.
        certificate: String,
        /// The missing part.
        key: String,
        /// The load.
        load: String,
    },
    /// No row for this load.
    #[error("certificate {certificate} has no row for the load {load} (rule {rule})")]
    NoRow {
        /// The certificate.
        certificate: String,
        /// The load.
        load: String,
        /// The rule in force.
        rule: String,
    },
}

impl LookupRefusal {
    /// The refusal in both languages.
    #[must_use]
    pub fn text(&self) -> Text {
        Text::new(self.to_string(), self.chinese())
    }

    fn chinese(&self) -> String {
        match self {
            Self::NoCalibration { standard } => format!("台账中标准器 {standard} 没有校准记录"),
            Self::NoSuchName { standard, certificate, name, known } => {
                format!("{standard} 的证书 {certificate} 未给出 `{name}`；给出的有 {known}")
            }
            Self::NoSuchSpecification { standard, name } => {
                format!("{standard} 的技术指标中没有 `{name}`")
            }
            Self::OutsideSpecification { standard, name, load } => {
                format!("{standard} 的技术指标有 `{name}`，但不适用于该负载点（{load}）")
            }
            Self::NoDrift { certificate, law, performed } => {
                format!("证书 {certificate} 给出自 {performed} 起的漂移 {law}，此前没有依据")
            }
            Self::IncompleteLoad { certificate, key, load } => {
                format!("证书 {certificate} 按 `{key}` 查表，而该负载点（{load}）未给出它")
            }
            Self::NoRow { certificate, load, rule } => {
                format!("证书 {certificate} 没有适用于负载点 {load} 的行（规则 {rule}）")
            }
        }
    }
}
