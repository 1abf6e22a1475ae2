//! Under which conditions and against which standards a certificate's results were obtained
//! (ISO/IEC 17025:2017, 7.8.4.1 b and c).

use etalon_certificates::record::{self, Condition, ConditionKind};
use etalon_uncertainty::{
    decimal::Decimal,
    rounding::{RoundingRule, to_step},
    text::Text,
};

use super::results;
use crate::{journal::Event, reading, register::Standard};

/// Lowest and highest value of every condition that was watched, rounded to what
/// such a statement is read for: 0.1 °C, 1 % relative humidity, 1 hPa.
pub(super) fn environment(events: &[Event]) -> Vec<Condition> {
    const KINDS: [(&str, &str, ConditionKind, &str); 3] = [
        ("t_amb", "degC", ConditionKind::Temperature, "0.1"),
        ("rh", "%RH", ConditionKind::RelativeHumidity, "1"),
        ("p_amb", "hPa", ConditionKind::AirPressure, "1"),
    ];
    let seen = reading::conditions(events);
    let counting = || seen.iter().filter(|seen| seen.voided.is_none());
    let ranges = KINDS.iter().filter_map(|(name, wanted, kind, step)| {
        let of_kind = counting().filter(|seen| seen.quantity == *name && seen.unit == *wanted);
        let values: Vec<Decimal> =
            of_kind.filter_map(|seen| Decimal::parse(&seen.value).ok()).collect();
        let step = Decimal::parse(step).ok()?;
        let stated = |value: &Decimal| to_step(value, &step, RoundingRule::HalfEven).ok();
        let (lowest, highest) = (stated(values.iter().min()?)?, stated(values.iter().max()?)?);
        let (lowest, highest) = (lowest.to_string(), highest.to_string());
        Some(Condition { kind: *kind, lowest, highest })
    });
    ranges.collect()
}

/// A standard whose certificate carries traceability into the results.
pub(super) fn standard(standard: &Standard) -> Option<record::Standard> {
    let calibration = standard.calibrations.last().filter(|_| standard.traceable)?;
    Some(record::Standard {
        name: standard.name.clone(),
        id: standard.id.clone(),
        manufacturer: standard.maker.clone(),
        model: standard.model_number.clone(),
        serial: standard.serial.clone(),
        characteristic: results::best_uncertainty(calibration),
        certificate: calibration.certificate.clone(),
        issuer: calibration.laboratory.en().to_owned(),
        due: standard.due?.to_string(),
    })
}

/// How the results are traceable, standard by standard.
pub(super) fn traceability(standards: &[Standard]) -> Text {
    let texts = standards.iter().filter(|standard| standard.traceable).filter_map(|standard| {
        let calibration = standard.calibrations.last()?;
        Some((&standard.id, &calibration.traceability))
    });
    let texts: Vec<_> = texts.collect();
    let join = |pick: &dyn Fn(&Text) -> String| {
        texts
            .iter()
            .map(|(id, text)| format!("{id}: {}", pick(text)))
            .collect::<Vec<_>>()
            .join("; ")
    };
    Text::new(join(&|text| text.en().to_owned()), join(&|text| text.zh().to_owned()))
}
