//! An equipment register of the Measurement Standards Laboratory's form: who each item is, and which
//! reports the register speaks of. Equations and tables of reports are not taken over: their
//! uncertainties are standard ones and their columns have no names of ours.

use etalon_uncertainty::text::Text;

use super::{Arrival, Identity, Import, xml};

/// Reads an equipment register.
#[must_use]
pub fn read(text: &str, arrival: Arrival<'_>) -> Import {
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
    for equipment in xml::all(root, "equipment") {
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
        let reports: Vec<String> = ["report", "digitalReport"]
            .iter()
            .flat_map(|name| xml::all(equipment, name))
            .map(|report| match report.attribute("id") {
                Some(id) => id.to_owned(),
                None => xml::text(report, "id"),
            })
            .collect();
        if !reports.is_empty() {
            let reports = reports.join(", ");
            import.warning("R0256", format!("{place}: values of {reports} are not taken over"));
        }
        let status = xml::text(equipment, "status");
        if !status.is_empty() && status != "Active" {
            import.warning("R0256", format!("{place}: its status `{status}` becomes `received`"));
        }
        import.take(&identity, "", arrival, &place);
    }
    if import.files.is_empty() && import.findings.is_empty() {
        import.error("R0251", "the register holds no equipment");
    }
    import
}
