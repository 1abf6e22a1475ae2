//! An equipment register of the Measurement Standards Laboratory's form: who each item is, and what the
//! tables of its reports state.
//!
//! A table of theirs does not say which of its columns are the load, which are stated and at which
//! coverage its uncertainties hold: whoever imports says so, and a table is taken over where all columns
//! that were named stand in it. Everything else that a report holds (equations, Callendar–Van Dusen
//! coefficients, files, archives, performance checks) is named with its line and left to a person.
//!
//! Source: MSL equipment-register-schema, elements `equipment`, `report` and `table`.

mod table;

use etalon_uncertainty::text::Text;
use roxmltree::Node;

use super::{Arrival, Identity, Import, xml};
use table::Mapping;

/// What a report may hold besides tables.
const CONTENTS: [&str; 5] = ["table", "equation", "cvdCoefficients", "file", "serialised"];

/// Reads an equipment register. `columns` names the load and what is stated
/// (`load.I=Current,error=Correction,U=Std. uncertainty`), `level` the coverage of the column `U`
/// (`k=1,p=0.68`).
#[must_use]
pub fn read(
    text: &str,
    (columns, level): (Option<&str>, Option<&str>),
    arrival: Arrival<'_>,
) -> Import {
    let mut import = Import::default();
    let document = match roxmltree::Document::parse(text) {
        Ok(document) => document,
        Err(refused) => {
            import.error("R0251", refused.to_string());
            return import;
        }
    };
    let root = document.root_element();
    if root.tag_name().name() != "register" {
        let found = root.tag_name().name();
        import.error("R0251", format!("the root element is `{found}`, wanted `register`"));
        return import;
    }
    let mapping = match columns.map(|columns| Mapping::of(columns, level)).transpose() {
        Ok(mapping) => mapping,
        Err(reason) => {
            import.error("R0252", reason);
            return import;
        }
    };
    for equipment in xml::all(root, "equipment") {
        take(equipment, mapping.as_ref(), arrival, &mut import);
    }
    if import.files.is_empty() && import.findings.is_empty() {
        import.error("R0251", "the register holds no equipment");
    }
    import
}

fn take(
    equipment: Node<'_, '_>,
    mapping: Option<&Mapping>,
    arrival: Arrival<'_>,
    import: &mut Import,
) {
    let id = xml::text(equipment, "id");
    let place = if id.is_empty() { "an equipment without id".to_owned() } else { id.clone() };
    let identity = Identity {
        id,
        name: Text::english(xml::text(equipment, "description")),
        maker: xml::text(equipment, "manufacturer"),
        model: xml::text(equipment, "model"),
        serial: xml::text(equipment, "serial"),
        location: xml::text(equipment, "location"),
        functions: Vec::new(),
        traceable: equipment.attribute("traceable") == Some("true")
            || xml::text(equipment, "traceable") == "true",
        due: None,
    };
    let calibrations = calibrations(equipment, mapping, &place, import);
    let status = xml::text(equipment, "status");
    if !status.is_empty() && status != "Active" {
        import.warning("R0256", format!("{place}: its status `{status}` becomes `received`"));
    }
    import.take(&identity, &calibrations, arrival, &place);
}

/// The calibrations that are taken over, oldest first; what is not, is a finding with its line.
fn calibrations(
    equipment: Node<'_, '_>,
    mapping: Option<&Mapping>,
    place: &str,
    import: &mut Import,
) -> String {
    let mut taken: Vec<(String, String)> = Vec::new();
    let mut of_component: Option<roxmltree::NodeId> = None;
    for name in ["report", "digitalReport", "performanceCheck"] {
        for report in xml::all(equipment, name) {
            let number = number(report);
            let place = format!("{place}, line {}: {name} {number}", line(report));
            if name != "report" {
                import.warning("R0256", format!("{place} is not taken over"));
                continue;
            }
            let component = report.parent().map(|parent| parent.id());
            for content in report.children().filter(|own| own.is_element()) {
                let what = content.tag_name().name();
                if !CONTENTS.contains(&what) {
                    continue;
                }
                let place = format!("{place}, {what} in line {}", line(content));
                let Some(mapping) = mapping.filter(|_| what == "table") else {
                    let hint = if what == "table" { ": name its columns" } else { "" };
                    import.warning("R0256", format!("{place} is not taken over{hint}"));
                    continue;
                };
                if of_component.is_some() && of_component != component {
                    let reason =
                        "a standard has the values of one component, and another has been taken";
                    import.warning("R0256", format!("{place} is not taken over: {reason}"));
                    continue;
                }
                match table::calibration(report, content, mapping) {
                    Ok(calibration) => {
                        of_component = component;
                        taken.push(calibration);
                    }
                    Err(reason) => {
                        import.warning("R0256", format!("{place} is not taken over: {reason}"));
                    }
                }
            }
        }
    }
    taken.sort();
    taken.into_iter().map(|(_, text)| text).collect::<Vec<_>>().concat()
}

/// The number of a report: its attribute, or its element in earlier versions of the schema.
fn number(report: Node<'_, '_>) -> String {
    match report.attribute("id") {
        Some(id) => id.to_owned(),
        None => {
            let earlier = xml::text(report, "reportNumber");
            if earlier.is_empty() { xml::text(report, "id") } else { earlier }
        }
    }
}

fn line(node: Node<'_, '_>) -> u32 {
    node.document().text_pos_at(node.range().start).row
}
