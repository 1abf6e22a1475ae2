//! Circumstances: by which method, with which standards, under which conditions.

use super::DccError;
use super::wording::{
    every, identification, inside, line, missing, of_kind, optional, plain_name,
    read_identification, read_line, read_plain_name, read_texts, texts, wrong,
};
use crate::canonical::Element;
use crate::record::{
    Condition, ConditionKind, Method, MethodPurpose, ProcedureIdentity, Standard, Text,
};
use etalon_uncertainty::decimal::Decimal;

const PROCEDURE: &str = "etalon_procedure";
const CALIBRATION: &str = "basic_calibrationMethod";
const UNCERTAINTY: &str = "basic_methodMeasurementUncertainty";

/// `usedMethods`: the documents followed, then the procedure file.
pub(super) fn methods(methods: &[Method], procedure: &ProcedureIdentity) -> Element {
    let documents = methods.iter().map(|method| {
        let kind = match method.purpose {
            MethodPurpose::Calibration => CALIBRATION,
            MethodPurpose::Uncertainty => UNCERTAINTY,
        };
        Element::new("dcc:usedMethod")
            .with("refType", kind)
            .child(texts("dcc:name", &method.name))
            .child(line("dcc:norm", &method.norm))
            .children(method.clause.as_ref().map(|clause| line("dcc:reference", clause)))
    });
    let file = Element::new("dcc:usedMethod")
        .with("refType", PROCEDURE)
        .child(texts("dcc:name", &procedure.title))
        .child(line("dcc:reference", &procedure.id))
        .child(line("dcc:reference", &procedure.version))
        .child(line("dcc:reference", &procedure.sha256));
    Element::new("dcc:usedMethods").children(documents).child(file)
}

pub(super) fn read_methods(
    measurement: &Element,
) -> Result<(Vec<Method>, ProcedureIdentity), DccError> {
    let used = inside(measurement, "dcc:usedMethods")?;
    let documents = every(used, "dcc:usedMethod").filter_map(|method| {
        let purpose = match method.attribute("refType") {
            Some(CALIBRATION) => MethodPurpose::Calibration,
            Some(UNCERTAINTY) => MethodPurpose::Uncertainty,
            _ => return None,
        };
        Some((purpose, method))
    });
    let methods = documents
        .map(|(purpose, method)| {
            Ok(Method {
                purpose,
                name: read_texts(method, "dcc:name")?,
                norm: read_line(method, "dcc:norm")?,
                clause: optional(method, "dcc:reference").map(Element::own_text),
            })
        })
        .collect::<Result<Vec<_>, DccError>>()?;
    let file =
        of_kind(used, "dcc:usedMethod", PROCEDURE).ok_or_else(|| missing(used, PROCEDURE))?;
    let mut references = every(file, "dcc:reference").map(Element::own_text);
    let mut next = || references.next().ok_or_else(|| missing(file, "dcc:reference"));
    let title = read_texts(file, "dcc:name")?;
    let procedure = ProcedureIdentity { title, id: next()?, version: next()?, sha256: next()? };
    Ok((methods, procedure))
}

const STANDARD_ID: &str = "basic_inventoryNumber";
const STANDARD_SERIAL: &str = "basic_serialNumber";
const CERTIFICATE: &str = "etalon_certificateNumber";
const CERTIFICATE_ISSUER: &str = "etalon_certificateIssuer";
const CERTIFICATE_DUE: &str = "etalon_certificateDue";

/// `measuringEquipments`: the reference standards.
pub(super) fn standards(standards: &[Standard]) -> Element {
    Element::new("dcc:measuringEquipments").children(standards.iter().map(standard))
}

fn standard(standard: &Standard) -> Element {
    let about = |kind, issuer, value: &str, en: &str, zh: &str| {
        identification(kind, issuer, value, &Text::new(en, zh))
    };
    let identifications = Element::new("dcc:identifications")
        .child(about(
            STANDARD_SERIAL,
            "manufacturer",
            &standard.serial,
            "Serial number",
            "出厂编号",
        ))
        .child(about(STANDARD_ID, "calibrationLaboratory", &standard.id, "Number", "编号"))
        .child(about(CERTIFICATE, "other", &standard.certificate, "Certificate", "证书编号"))
        .child(about(CERTIFICATE_ISSUER, "other", &standard.issuer, "Issued by", "发证机构"))
        .child(about(CERTIFICATE_DUE, "other", &standard.due, "Valid until", "有效期至"));
    Element::new("dcc:measuringEquipment")
        .with("refType", "basic_measurementStandard")
        .child(texts("dcc:name", &standard.name))
        .child(texts("dcc:description", &standard.characteristic))
        .child(Element::new("dcc:manufacturer").child(plain_name(&standard.manufacturer)))
        .child(line("dcc:model", &standard.model))
        .child(identifications)
}

pub(super) fn read_standards(measurement: &Element) -> Result<Vec<Standard>, DccError> {
    every(inside(measurement, "dcc:measuringEquipments")?, "dcc:measuringEquipment")
        .map(|equipment| {
            Ok(Standard {
                name: read_texts(equipment, "dcc:name")?,
                id: read_identification(equipment, STANDARD_ID)?,
                manufacturer: read_plain_name(inside(equipment, "dcc:manufacturer")?)?,
                model: read_line(equipment, "dcc:model")?,
                serial: read_identification(equipment, STANDARD_SERIAL)?,
                characteristic: read_texts(equipment, "dcc:description")?,
                certificate: read_identification(equipment, CERTIFICATE)?,
                issuer: read_identification(equipment, CERTIFICATE_ISSUER)?,
                due: read_identification(equipment, CERTIFICATE_DUE)?,
            })
        })
        .collect()
}

/// Zero of the Celsius scale in kelvin. Source: SI Brochure, 9th edition, 2.3.1.
const CELSIUS_ZERO: &str = "273.15";

fn kind_name(kind: ConditionKind) -> (&'static str, &'static str, Text) {
    match kind {
        ConditionKind::Temperature => {
            ("basic_temperature", "\\degreecelsius", Text::new("Ambient temperature", "环境温度"))
        }
        ConditionKind::RelativeHumidity => {
            ("basic_humidityRelative", "\\percent", Text::new("Relative humidity", "相对湿度"))
        }
        ConditionKind::AirPressure => {
            ("etalon_airPressure", "\\hecto\\pascal", Text::new("Air pressure", "大气压力"))
        }
    }
}

/// `influenceConditions`: lowest and highest value of each influence quantity.
pub(super) fn conditions(conditions: &[Condition]) -> Result<Element, DccError> {
    let each = conditions.iter().map(condition).collect::<Result<Vec<_>, _>>()?;
    Ok(Element::new("dcc:influenceConditions").children(each))
}

fn condition(condition: &Condition) -> Result<Element, DccError> {
    let (kind, unit, name) = kind_name(condition.kind);
    let quantity = |end: &str, value: &str, en: &str, zh: &str| -> Result<Element, DccError> {
        Ok(Element::new("dcc:quantity")
            .with("refType", &format!("{kind}{end}"))
            .child(texts("dcc:name", &Text::new(en, zh)))
            .child(value_of(condition.kind, value, unit)?))
    };
    let data = Element::new("dcc:data")
        .child(quantity("Min", &condition.lowest, "lowest", "最低")?)
        .child(quantity("Max", &condition.highest, "highest", "最高")?);
    Ok(Element::new("dcc:influenceCondition")
        .with("refType", kind)
        .child(texts("dcc:name", &name))
        .child(data))
}

/// A temperature stands in kelvin first and in the laboratory's unit beside it.
fn value_of(kind: ConditionKind, value: &str, unit: &str) -> Result<Element, DccError> {
    let real = |value: &str, unit: &str| {
        Element::new("si:real").child(line("si:value", value)).child(line("si:unit", unit))
    };
    if kind != ConditionKind::Temperature {
        return Ok(real(value, unit));
    }
    let kelvin = Decimal::parse(value)?.add(&Decimal::parse(CELSIUS_ZERO)?).to_string();
    Ok(Element::new("si:hybrid").child(real(&kelvin, "\\kelvin")).child(real(value, unit)))
}

pub(super) fn read_conditions(measurement: &Element) -> Result<Vec<Condition>, DccError> {
    every(inside(measurement, "dcc:influenceConditions")?, "dcc:influenceCondition")
        .map(|condition| {
            let found = condition.attribute("refType").unwrap_or_default();
            let kind = [
                ConditionKind::Temperature,
                ConditionKind::RelativeHumidity,
                ConditionKind::AirPressure,
            ]
            .into_iter()
            .find(|kind| kind_name(*kind).0 == found)
            .ok_or_else(|| wrong("dcc:influenceCondition", found, "a known quantity"))?;
            let data = inside(condition, "dcc:data")?;
            let value = |end: &str| {
                let name = format!("{found}{end}");
                let quantity =
                    of_kind(data, "dcc:quantity", &name).ok_or_else(|| missing(data, &name))?;
                let holder = optional(quantity, "si:hybrid").unwrap_or(quantity);
                let real =
                    every(holder, "si:real").last().ok_or_else(|| missing(holder, "si:real"))?;
                read_line(real, "si:value")
            };
            Ok(Condition { kind, lowest: value("Min")?, highest: value("Max")? })
        })
        .collect()
}
