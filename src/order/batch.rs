//! A lot from a table: one line of a CSV file for each item, as customers send it.
//!
//! | column                | what it is                                                     |
//! |-----------------------|----------------------------------------------------------------|
//! | `id`, `serial`        | name in the laboratory; number on the plate (the id where left out) |
//! | `name`, `name_zh`     | what it is                                                     |
//! | `maker`, `model`      | as on the plate                                                |
//! | `condition`, `condition_zh` | on receipt                                               |
//! | `accessories`         | what came with it, parted by `;`                               |
//! | `field.NAME`          | a field of the plate that the procedure asks for               |
//!
//! | code  | finding                                                |
//! |-------|--------------------------------------------------------|
//! | R0241 | not a table: the CSV itself is broken                  |
//! | R0242 | a column is missing, unknown or named twice            |
//! | R0243 | a cell is empty that must not be                       |
//! | R0244 | two lines of one item                                  |
//! | R0245 | the item that a line describes is not one              |

use std::collections::{BTreeMap, BTreeSet};

use etalon_uncertainty::{diagnostic::Diagnostic, text::Text};
use jiff::civil::Date;

use super::OrderedItem;
use crate::{
    item::{self, Customer, SCHEMA},
    people::change::{bilingual, quoted},
};

/// Columns that must be there.
const NEEDED: [&str; 4] = ["id", "name", "maker", "model"];

/// Columns that may be there, besides `field.NAME`.
const ALLOWED: [&str; 5] = ["serial", "name_zh", "condition", "condition_zh", "accessories"];

/// What a lot amounts to.
#[derive(Clone, Debug, Default)]
pub struct Lot {
    /// The items with what came with them, in the order of the lines.
    pub items: Vec<OrderedItem>,
    /// The text of each item's file, by its name.
    pub files: BTreeMap<String, String>,
}

/// Reads a lot; every finding at once, with its line in the message.
///
/// # Errors
/// The findings; then nothing of it can be used.
pub fn read(csv: &str, customer: &Customer, received: Date) -> Result<Lot, Vec<Diagnostic>> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(csv.as_bytes());
    let headers = match reader.headers() {
        Ok(headers) => headers.iter().map(str::to_owned).collect::<Vec<_>>(),
        Err(refused) => return Err(vec![Diagnostic::error("R0241", refused.to_string())]),
    };
    let mut findings = columns(&headers);
    if !findings.is_empty() {
        return Err(findings);
    }
    let mut lot = Lot::default();
    let mut seen = BTreeSet::new();
    for (number, record) in (2..).zip(reader.records()) {
        let record = match record {
            Ok(record) => record,
            Err(refused) => {
                findings.push(Diagnostic::error("R0241", refused.to_string()));
                continue;
            }
        };
        let cells = headers.iter().map(String::as_str).zip(record.iter()).collect();
        let line = Line { number, cells, customer, received };
        line.add(&mut lot, &mut seen, &mut findings);
    }
    if lot.items.is_empty() && findings.is_empty() {
        findings.push(Diagnostic::error("R0241", "the table has no line below its heading"));
    }
    if findings.is_empty() { Ok(lot) } else { Err(findings) }
}

fn columns(headers: &[String]) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let mut say = |message: String| findings.push(Diagnostic::error("R0242", message));
    for needed in NEEDED.iter().filter(|own| !headers.iter().any(|found| found == *own)) {
        say(format!("column `{needed}` is missing"));
    }
    let mut seen = BTreeSet::new();
    for header in headers {
        let known = NEEDED.contains(&header.as_str()) || ALLOWED.contains(&header.as_str());
        if !known && !header.starts_with("field.") {
            let all: Vec<&str> = NEEDED.iter().chain(&ALLOWED).copied().collect();
            say(format!("unknown column `{header}`; known: {}, field.NAME", all.join(", ")));
        }
        if !seen.insert(header) {
            say(format!("column `{header}` is named twice"));
        }
    }
    findings
}

struct Line<'a> {
    number: usize,
    cells: BTreeMap<&'a str, &'a str>,
    customer: &'a Customer,
    received: Date,
}

impl Line<'_> {
    fn cell(&self, column: &str) -> &str {
        self.cells.get(column).copied().unwrap_or_default()
    }

    /// A cell, or what stands for it where it is empty.
    fn or<'s>(&'s self, column: &str, other: &'s str) -> &'s str {
        let cell = self.cell(column);
        if cell.is_empty() { other } else { cell }
    }

    fn add(&self, lot: &mut Lot, seen: &mut BTreeSet<String>, findings: &mut Vec<Diagnostic>) {
        let before = findings.len();
        for needed in NEEDED.iter().filter(|own| self.cell(own).is_empty()) {
            let message = format!("line {}: `{needed}` is empty", self.number);
            findings.push(Diagnostic::error("R0243", message));
        }
        let id = self.cell("id").to_owned();
        if !id.is_empty() && !seen.insert(id.clone()) {
            let message = format!("line {}: item `{id}` stands in an earlier line", self.number);
            findings.push(Diagnostic::error("R0244", message));
        }
        if findings.len() > before {
            return;
        }
        let text = self.text();
        let checked = item::check(&text);
        for finding in checked.diagnostics {
            let message = format!("line {}: {}", self.number, finding.message);
            findings.push(Diagnostic::error("R0245", message));
        }
        let accessories = self.cell("accessories").split(';').map(str::trim);
        let accessories = accessories.filter(|own| !own.is_empty()).map(str::to_owned).collect();
        lot.files.insert(id.clone(), text);
        lot.items.push(OrderedItem { id, accessories });
    }

    /// The item's file.
    fn text(&self) -> String {
        let both = |en: &str, zh: &str| bilingual(&Text::new(en, zh));
        let id = self.cell("id");
        let (name, condition) =
            (self.cell("name"), self.or("condition", "not looked at before receipt"));
        let zh = if condition == self.cell("condition") { condition } else { "接收前未检查" };
        let mut lines = vec![
            format!("schema = \"{SCHEMA}\"\n\n[item]"),
            format!("id        = {}", quoted(id)),
            format!("name      = {}", both(name, self.or("name_zh", name))),
            format!("maker     = {}", quoted(self.cell("maker"))),
            format!("model     = {}", quoted(self.cell("model"))),
            format!("serial    = {}", quoted(self.or("serial", id))),
            format!("received  = \"{}\"", self.received),
            format!("condition = {}", both(condition, self.or("condition_zh", zh))),
            "\n[customer]".to_owned(),
            format!("name    = {}", bilingual(&self.customer.name)),
            format!("address = {}", bilingual(&self.customer.address)),
            format!("country = {}", quoted(&self.customer.country)),
            "\n[fields]".to_owned(),
        ];
        let fields = self.cells.iter().filter(|(_, cell)| !cell.is_empty());
        let fields =
            fields.filter_map(|(column, cell)| Some((column.strip_prefix("field.")?, cell)));
        lines.extend(fields.map(|(name, cell)| format!("{name} = {}", quoted(cell))));
        lines.join("\n") + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn customer() -> Customer {
        Customer {
            name: Text::new("Example Power", "示例供电"),
            address: Text::new("1 Road", "一路1号"),
            country: "CN".to_owned(),
        }
    }

    fn lot(csv: &str) -> Result<Lot, Vec<String>> {
        let read = read(csv, &customer(), "2026-11-23".parse().unwrap());
        read.map_err(|findings| findings.into_iter().map(|own| own.message).collect())
    }

    #[test]
    fn lot_becomes_items_that_check() {
        let csv = "id,name,name_zh,maker,model,accessories,field.C,condition\n\
                   A1,Meter,电能表,Maker,M1,cable; manual,1200 imp/(kW*h),intact\n\
                   A2,Meter,,Maker,M1,,1200 imp/(kW*h),\n";
        let lot = lot(csv).unwrap();
        assert_eq!(lot.items[0].accessories, ["cable", "manual"]);
        let item = item::check(&lot.files["A2"]).value.unwrap();
        assert_eq!((item.serial.as_str(), item.name.zh()), ("A2", "Meter"));
        assert_eq!(item.condition.zh(), "接收前未检查");
        assert_eq!(item.fields["C"], "1200 imp/(kW*h)");
        assert_eq!(item.customer, customer());
    }

    #[test]
    fn every_finding_of_a_lot_comes_at_once_with_its_line() {
        let found = lot(
            "id,name,maker,model\nA1,Meter,Maker,M1\nA1,Meter,Maker,M1\nA/3,Meter,,M1\na b,M,M,M\n",
        );
        let found = found.unwrap_err();
        assert_eq!(found.len(), 3, "{found:?}");
        assert_eq!(found[0], "line 3: item `A1` stands in an earlier line");
        assert_eq!(found[1], "line 4: `maker` is empty");
        assert!(found[2].starts_with("line 5: `item.id` is `a b`"), "{}", found[2]);
        let columns = lot("id,name,name,colour\n").unwrap_err();
        assert_eq!(columns.len(), 4, "{columns:?}");
    }
}
