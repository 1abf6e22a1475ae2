//! A digital calibration certificate of version 3 (PTB): the item it is about becomes a standard with
//! this one calibration.
//!
//! A table is taken over where one list of quantities states exactly one of them with an expanded
//! uncertainty and one coverage factor: the others are the load. Anything else would be a guess, and
//! is left to a person. The signature is not looked at here: `etalon certificate verify` is for that,
//! and somebody reviews the certificate before it counts.

use etalon_uncertainty::text::Text;
use roxmltree::Node;

use super::{Arrival, Identity, Import, xml};
use crate::people::change::{bilingual, quoted};

/// Units of the D-SI that are taken over, with the ones written here.
const UNITS: [(&str, &str); 20] = [
    (r"\one", "1"),
    (r"\percent", "%"),
    (r"\volt", "V"),
    (r"\milli\volt", "mV"),
    (r"\ampere", "A"),
    (r"\milli\ampere", "mA"),
    (r"\ohm", "ohm"),
    (r"\watt", "W"),
    (r"\hertz", "Hz"),
    (r"\second", "s"),
    (r"\kelvin", "K"),
    (r"\milli\kelvin", "mK"),
    (r"\degreecelsius", "degC"),
    (r"\pascal", "Pa"),
    (r"\kilo\pascal", "kPa"),
    (r"\mega\pascal", "MPa"),
    (r"\metre", "m"),
    (r"\kilogram", "kg"),
    (r"\gram", "g"),
    (r"\degree", "deg"),
];

/// Reads a certificate; the standard is named by its serial number.
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
    let version = root.attribute("schemaVersion").unwrap_or_default();
    if root.tag_name().name() != "digitalCalibrationCertificate" || !version.starts_with("3.") {
        import.error("R0251", format!("no DCC of version 3: schemaVersion `{version}`"));
        return import;
    }
    let place = xml::text(root, "administrativeData/coreData/uniqueIdentifier");
    let Some(item) = xml::at(root, "administrativeData/items/item") else {
        import.error("R0251", format!("{place}: the certificate names no item"));
        return import;
    };
    let identity = identity(item);
    let columns = xml::all(root, "list").find_map(|list| Columns::of(list).ok());
    let Some(columns) = columns else {
        let reason = xml::all(root, "list").find_map(|list| Columns::of(list).err());
        let reason = reason.unwrap_or_else(|| "there is no list of quantities".to_owned());
        import.error("R0256", format!("{place}: no table can be taken over: {reason}"));
        return import;
    };
    match calibration(root, &columns) {
        Ok(lines) => import.take(&identity, &lines, arrival, &place),
        Err(missing) => import.error("R0253", format!("{place}: {missing} is not stated")),
    }
    import
}

fn identity(item: Node<'_, '_>) -> Identity {
    let of_maker = |own: &Node<'_, '_>| xml::text(*own, "issuer") == "manufacturer";
    let serial = xml::all(item, "identification").find(of_maker);
    let serial = serial.map(|own| xml::text(own, "value")).unwrap_or_default();
    let usable =
        |c: char| if c.is_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '-' };
    Identity {
        id: serial.chars().map(usable).collect(),
        name: words(item, "name"),
        maker: xml::text(item, "manufacturer/name/content"),
        model: xml::text(item, "model"),
        serial,
        traceable: true,
        ..Identity::default()
    }
}

/// A text with its languages; what is in neither of ours counts as English.
fn words(node: Node<'_, '_>, path: &str) -> Text {
    let Some(found) = xml::at(node, path) else { return Text::default() };
    let contents: Vec<(Option<&str>, String)> = xml::all(found, "content")
        .map(|own| (own.attribute("lang"), own.text().unwrap_or_default().trim().to_owned()))
        .collect();
    let of = |lang: &str| contents.iter().find(|(own, _)| *own == Some(lang));
    let first = contents.first().map(|(_, text)| text.clone()).unwrap_or_default();
    let en = of("en").map_or(first, |(_, text)| text.clone());
    let zh = of("zh").map_or_else(|| en.clone(), |(_, text)| text.clone());
    Text::new(en, zh)
}

/// The lines of the calibration.
fn calibration(root: Node<'_, '_>, columns: &Columns) -> Result<String, &'static str> {
    let core = xml::at(root, "administrativeData/coreData").ok_or("the certificate's own data")?;
    let stated = |text: String, what| if text.is_empty() { Err(what) } else { Ok(text) };
    let performed = stated(xml::text(core, "endPerformanceDate"), "the day of the measurement")?;
    let issued = xml::text(core, "issueDate");
    let issued = if issued.is_empty() { performed.clone() } else { issued };
    let laboratory = xml::at(root, "administrativeData/calibrationLaboratory/contact");
    let laboratory = laboratory.map(|own| words(own, "name")).ok_or("the laboratory")?;
    let procedure = xml::all(root, "usedMethod").map(|own| xml::text(own, "norm"));
    let procedure = procedure.filter(|norm| !norm.is_empty()).collect::<Vec<_>>().join(", ");
    let traceability = xml::all(root, "statement")
        .find(|own| own.attribute("refType").is_some_and(|own| own.contains("raceab")))
        .map(|own| words(own, "declaration"))
        .ok_or("the traceability")?;
    let number = stated(xml::text(core, "uniqueIdentifier"), "the certificate's number")?;
    Ok([
        "\n[[calibration]]".to_owned(),
        format!("certificate  = {}", quoted(&number)),
        format!("laboratory   = {}", bilingual(&laboratory)),
        format!("performed    = \"{performed}\""),
        format!("issued       = \"{issued}\""),
        format!("procedure    = {}", quoted(&stated(procedure, "the method")?)),
        "conditions   = \"as the certificate states them\"".to_owned(),
        format!("traceability = {}", bilingual(&traceability)),
        columns.lines(),
    ]
    .join("\n"))
}

/// One quantity of a list.
struct Column {
    name: String,
    unit: String,
    values: Vec<String>,
}

/// A table that can be taken over.
struct Columns {
    load: Vec<Column>,
    stated: Column,
    expanded: Vec<String>,
    k: String,
    p: String,
}

impl Columns {
    fn of(list: Node<'_, '_>) -> Result<Self, String> {
        let mut load = Vec::new();
        let mut stated = None;
        for quantity in list.children().filter(|own| own.tag_name().name() == "quantity") {
            let column = column(quantity)?;
            match spread(quantity) {
                None => load.push(column),
                Some(spread) if stated.is_none() => stated = Some((column, spread)),
                Some(_) => return Err("two quantities have an uncertainty".to_owned()),
            }
        }
        let (stated, (expanded, k, p)) =
            stated.ok_or("no quantity has an expanded uncertainty with one k and one p")?;
        let rows = stated.values.len();
        let expanded = if expanded.len() == 1 { vec![expanded.concat(); rows] } else { expanded };
        let lengths = load.iter().map(|own| own.values.len()).chain([expanded.len()]);
        if load.is_empty() || lengths.into_iter().any(|length| length != rows) {
            return Err(format!("its quantities do not all have {rows} values"));
        }
        Ok(Self { load, stated, expanded, k, p })
    }

    fn lines(&self) -> String {
        let list = |all: Vec<&str>| {
            let all: Vec<String> = all.into_iter().map(quoted).collect();
            format!("[{}]", all.join(", "))
        };
        let rows = (0..self.stated.values.len()).map(|row| {
            let load = self.load.iter().filter_map(|own| own.values.get(row));
            let stated = self.stated.values.get(row).into_iter().chain(self.expanded.get(row));
            format!("  {},", list(load.chain(stated).map(String::as_str).collect()))
        });
        let (stated, unit) = (self.stated.name.as_str(), self.stated.unit.as_str());
        [
            format!("k            = {}", quoted(&self.k)),
            format!("p            = {}", quoted(&self.p)),
            "interpolation = { rule = \"exact\" }            # a certificate names its points, no rule between them".to_owned(),
            format!("load         = {}", list(self.load.iter().map(|own| own.name.as_str()).collect())),
            format!("load_units   = {}", list(self.load.iter().map(|own| own.unit.as_str()).collect())),
            format!("states       = {}", list(vec![stated, "U"])),
            format!("state_units  = {}", list(vec![unit, unit])),
            format!("rows = [\n{}\n]\n", rows.collect::<Vec<_>>().join("\n")),
        ]
        .join("\n")
    }
}

fn column(quantity: Node<'_, '_>) -> Result<Column, String> {
    let written = words(quantity, "name").en;
    let usable = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    let name: String = written.chars().map(usable).collect();
    if name.is_empty() {
        return Err("a quantity has no name".to_owned());
    }
    let list = xml::all(quantity, "realListXMLList").next();
    let list = list.ok_or_else(|| format!("`{written}` is no list of real numbers"))?;
    let unit = xml::text(list, "unitXMLList");
    let known = UNITS.iter().find(|(own, _)| *own == unit).map(|(_, own)| (*own).to_owned());
    let unit =
        known.ok_or_else(|| format!("`{written}` is in `{unit}`, which has no name here"))?;
    let values = xml::text(list, "valueXMLList").split_whitespace().map(str::to_owned).collect();
    Ok(Column { name, unit, values })
}

/// The expanded uncertainties of a quantity with their one k and one p.
fn spread(quantity: Node<'_, '_>) -> Option<(Vec<String>, String, String)> {
    let names = [
        ("valueExpandedMUXMLList", "coverageFactorXMLList", "coverageProbabilityXMLList"),
        ("uncertaintyXMLList", "coverageFactorXMLList", "coverageProbabilityXMLList"),
    ];
    names.iter().find_map(|(value, k, p)| {
        let numbers = |name: &str| -> Option<Vec<String>> {
            let found = xml::all(quantity, name).next()?.text()?;
            Some(found.split_whitespace().map(str::to_owned).collect())
        };
        let one = |numbers: Vec<String>| {
            let first = numbers.first()?.clone();
            numbers.iter().all(|own| *own == first).then_some(first)
        };
        Some((numbers(value)?, one(numbers(k)?)?, one(numbers(p)?)?))
    })
}
