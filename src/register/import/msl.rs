//! An equipment register of the Measurement Standards Laboratory's form: who each item is, and what the
//! tables and equations of its reports state.
//!
//! A table of theirs does not say which of its columns are the load, which are stated and at which
//! coverage its uncertainties hold; an equation does not say what its value is called and which quantity
//! and unit a variable has: whoever imports says so, and what was named completely is taken over.
//! Everything else that a report holds (Callendar–Van Dusen coefficients, files, archives, performance
//! checks) is named with its line and left to a person.
//!
//! | of an equation                             | becomes                                             |
//! |--------------------------------------------|-----------------------------------------------------|
//! | `value`, `uncertainty` with `variables`    | functions of the calibration; `U` holds at k = 1    |
//! | `unit`                                     | of both; °C of an uncertainty is kelvin             |
//! | `range` with `minimum`, `maximum`          | the range of the quantity, both ends in             |
//! | `degreeFreedom`                            | the function `dof`, where it is finite              |
//! | `INF` as an end, functions of several arguments but `pow` | refused, named                       |
//!
//! Source: MSL equipment-register-schema, elements `equipment`, `report`, `table` and `equation`.

mod equation;
mod formula;
mod report;
mod table;

use etalon_uncertainty::text::Text;
use roxmltree::Node;

use super::{Arrival, Identity, Import, xml};
use equation::Naming;
use report::number;
use table::Mapping;

/// What a report may hold besides tables.
const CONTENTS: [&str; 5] = ["table", "equation", "cvdCoefficients", "file", "serialised"];

/// What the form does not say, said by whoever imports.
#[derive(Clone, Copy, Debug, Default)]
pub struct Said<'a> {
    /// The load and what is stated in tables: `load.I=Current,error=Correction,U=Std. uncertainty`.
    pub columns: Option<&'a str>,
    /// The value and the variables of equations: `corrected=value,rh=R in %RH`.
    pub equation: Option<&'a str>,
    /// The coverage of `U`: `k=1,p=0.68`.
    pub level: Option<&'a str>,
}

/// What was said, read.
struct Names {
    table: Option<Mapping>,
    equation: Option<Naming>,
}

/// Reads an equipment register.
#[must_use]
pub fn read(text: &str, said: Said<'_>, arrival: Arrival<'_>) -> Import {
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
    let table = said.columns.map(|columns| Mapping::of(columns, said.level)).transpose();
    let equation = said.equation.map(|naming| Naming::of(naming, said.level)).transpose();
    let names = match (table, equation) {
        (Ok(table), Ok(equation)) => Names { table, equation },
        (table, equation) => {
            for reason in table.err().into_iter().chain(equation.err()) {
                import.error("R0252", reason);
            }
            return import;
        }
    };
    for equipment in xml::all(root, "equipment") {
        take(equipment, &names, arrival, &mut import);
    }
    if import.files.is_empty() && import.findings.is_empty() {
        import.error("R0251", "the register holds no equipment");
    }
    import
}

fn take(equipment: Node<'_, '_>, names: &Names, arrival: Arrival<'_>, import: &mut Import) {
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
    let calibrations = calibrations(equipment, names, &place, import);
    let status = xml::text(equipment, "status");
    if !status.is_empty() && status != "Active" {
        import.warning("R0256", format!("{place}: its status `{status}` becomes `received`"));
    }
    import.take(&identity, &calibrations, arrival, &place);
}

/// The calibrations that are taken over, oldest first; what is not, is a finding with its line.
fn calibrations(
    equipment: Node<'_, '_>,
    names: &Names,
    place: &str,
    import: &mut Import,
) -> String {
    let mut taken = Taken::default();
    for name in ["report", "digitalReport", "performanceCheck"] {
        for report in xml::all(equipment, name) {
            let number = number(report);
            let place = format!("{place}, line {}: {name} {number}", line(report));
            if name != "report" {
                import.warning("R0256", format!("{place} is not taken over"));
                continue;
            }
            for content in report.children().filter(|own| own.is_element()) {
                let what = content.tag_name().name();
                if !CONTENTS.contains(&what) {
                    continue;
                }
                if let Err(reason) = taken.content(report, content, names) {
                    let place = format!("{place}, {what} in line {}", line(content));
                    import.warning("R0256", format!("{place} is not taken over{reason}"));
                }
            }
        }
    }
    taken.calibrations.sort();
    taken.calibrations.into_iter().map(|(_, text)| text).collect::<Vec<_>>().concat()
}

/// What was taken over of one equipment.
#[derive(Default)]
struct Taken {
    /// The day that a calibration sorts by, and its text.
    calibrations: Vec<(String, String)>,
    component: Option<roxmltree::NodeId>,
    reports: Vec<roxmltree::NodeId>,
}

impl Taken {
    /// Takes one content of a report.
    ///
    /// # Errors
    /// Why not, in words that follow "is not taken over".
    fn content(
        &mut self,
        report: Node<'_, '_>,
        content: Node<'_, '_>,
        names: &Names,
    ) -> Result<(), String> {
        let because = |reason: String| format!(": {reason}");
        let component = report.parent().map(|parent| parent.id());
        let calibration = match (content.tag_name().name(), &names.table, &names.equation) {
            ("table", Some(mapping), _) => {
                self.alone(report, component).map_err(because)?;
                table::calibration(report, content, mapping)
            }
            ("equation", _, Some(naming)) => {
                self.alone(report, component).map_err(because)?;
                equation::calibration(report, content, naming)
            }
            ("table", None, _) => Err("name its columns".to_owned()),
            ("equation", _, None) => Err("name its value and variables".to_owned()),
            _ => return Err(String::new()),
        };
        self.calibrations.push(calibration.map_err(because)?);
        self.component = component;
        self.reports.push(report.id());
        Ok(())
    }

    /// A standard has the values of one component, and one calibration of each report.
    fn alone(
        &self,
        report: Node<'_, '_>,
        component: Option<roxmltree::NodeId>,
    ) -> Result<(), String> {
        if self.component.is_some() && self.component != component {
            return Err(
                "a standard has the values of one component, and another has been taken".to_owned()
            );
        }
        if self.reports.contains(&report.id()) {
            return Err("another table or equation of this report has been taken".to_owned());
        }
        Ok(())
    }
}

fn line(node: Node<'_, '_>) -> u32 {
    node.document().text_pos_at(node.range().start).row
}

#[cfg(test)]
mod tests;
