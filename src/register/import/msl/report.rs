//! What every report of the form says of itself: number, laboratory, dates, procedure, conditions.

use etalon_uncertainty::text::Text;
use roxmltree::Node;

use super::super::xml;
use crate::people::change::{bilingual, quoted};

/// The beginning of a calibration.
pub(super) struct Beginning {
    /// Day of the measurement, by which calibrations are sorted.
    pub(super) performed: String,
    /// The lines, the coverage among them.
    pub(super) lines: Vec<String>,
}

/// The beginning of the calibration that a report makes, at a coverage.
pub(super) fn beginning(report: Node<'_, '_>, (k, p): (&str, &str)) -> Result<Beginning, String> {
    let stated = |path: &str| {
        let text = xml::text(report, path);
        if text.is_empty() { Err(format!("`{path}` is not stated")) } else { Ok(text) }
    };
    let (number, laboratory) = (number(report), stated("issuingLaboratory")?);
    let performed = stated("measurementStopDate")?;
    let conditions = xml::at(report, "conditions").map(words).unwrap_or_default();
    let conditions = if conditions.is_empty() { "none stated".to_owned() } else { conditions };
    let traceability = Text::new(
        format!("through report {number} of {laboratory}"),
        format!("通过 {laboratory} 的报告 {number}"),
    );
    let lines = vec![
        "\n[[calibration]]".to_owned(),
        format!("certificate  = {}", quoted(&number)),
        format!("laboratory   = {}", bilingual(&Text::new(&laboratory, &laboratory))),
        format!("performed    = {}", quoted(&performed)),
        format!("issued       = {}", quoted(&stated("reportIssueDate")?)),
        format!("procedure    = {}", quoted(&stated("technicalProcedure")?)),
        format!("conditions   = {}", quoted(&conditions)),
        format!("traceability = {}", bilingual(&traceability)),
        format!("k            = {}", quoted(k)),
        format!("p            = {}", quoted(p)),
    ];
    Ok(Beginning { performed, lines })
}

/// The number of a report: its attribute, or its element in earlier versions of the schema.
pub(super) fn number(report: Node<'_, '_>) -> String {
    match report.attribute("id") {
        Some(id) => id.to_owned(),
        None => {
            let earlier = xml::text(report, "reportNumber");
            if earlier.is_empty() { xml::text(report, "id") } else { earlier }
        }
    }
}

/// A unit of the form as it is written here; `what` names where it stands.
pub(super) fn unit(written: &str, what: &str) -> Result<String, String> {
    let unit = match written {
        "°C" | "℃" => "degC",
        "%rh" | "%RH" => "%RH",
        "" => "1",
        "C" => {
            return Err(format!("the unit `C` of `{what}` may be coulomb or degree Celsius"));
        }
        other => other,
    };
    match etalon_uncertainty::unit::Unit::parse(unit) {
        Ok(_) => Ok(unit.to_owned()),
        Err(refused) => Err(format!("`{what}`: {refused}")),
    }
}

/// `k` and `p` of `k=1,p=0.68`.
pub(super) fn level(said: Option<&str>) -> Result<(String, String), String> {
    let parts = said.into_iter().flat_map(|level| level.split(','));
    let parts: Vec<(&str, &str)> = parts.filter_map(|part| part.split_once('=')).collect();
    let of = |key: &str| parts.iter().find(|(own, _)| own.trim() == key).map(|own| own.1.trim());
    match (of("k"), of("p")) {
        (Some(k), Some(p)) => Ok((k.to_owned(), p.to_owned())),
        _ => Err("say at which coverage the uncertainties hold: k=1,p=0.68".to_owned()),
    }
}

/// All words below an element, with their elements' names.
fn words(node: Node<'_, '_>) -> String {
    let parts = node.descendants().filter(|own| own.is_text()).filter_map(|own| {
        let text = own.text().unwrap_or_default().trim();
        let name = own.parent().map_or("", |parent| parent.tag_name().name());
        let named = if name == "conditions" { text.to_owned() } else { format!("{name} {text}") };
        (!text.is_empty()).then_some(named)
    });
    parts.collect::<Vec<_>>().join(", ")
}
