//! A table of a report, with the columns that somebody named, as a calibration of the register.

use etalon_uncertainty::decimal::Decimal;
use roxmltree::Node;

use super::super::xml;
use super::report::{self, Beginning};
use crate::people::change::quoted;

/// What a table does not say, said by whoever imports.
#[derive(Debug)]
pub(super) struct Mapping {
    /// Name in the register and heading in the table.
    load: Vec<(String, String)>,
    stated: Vec<(String, String)>,
    k: String,
    p: String,
}

impl Mapping {
    /// Reads `load.I=Current,error=Correction,U=Std. uncertainty` and `k=1,p=0.68`.
    pub(super) fn of(columns: &str, level: Option<&str>) -> Result<Self, String> {
        let (mut load, mut stated) = (Vec::new(), Vec::new());
        for pair in columns.split(',') {
            let Some((name, heading)) = pair.split_once('=') else {
                return Err(format!("`{pair}` names no column: wanted NAME=HEADING"));
            };
            let (name, heading) = (name.trim(), heading.trim().to_owned());
            match name.strip_prefix("load.") {
                Some(name) => load.push((name.to_owned(), heading)),
                None => stated.push((name.to_owned(), heading)),
            }
        }
        if load.is_empty() || stated.is_empty() {
            return Err("name at least one load.NAME=HEADING and one NAME=HEADING".to_owned());
        }
        let (k, p) = report::level(level)?;
        Ok(Self { load, stated, k, p })
    }
}

/// The calibration of a report by one of its tables: the day it sorts by, and its text.
pub(super) fn calibration(
    report: Node<'_, '_>,
    table: Node<'_, '_>,
    mapping: &Mapping,
) -> Result<(String, String), String> {
    let columns = Columns::of(table)?;
    let rows = columns.rows(table, mapping)?;
    let Beginning { performed, mut lines } = report::beginning(report, (&mapping.k, &mapping.p))?;
    let names = |own: &[(String, String)]| list(own.iter().map(|(name, _)| name.clone()));
    let units = |own: &[(String, String)]| {
        list(own.iter().map(|(_, heading)| columns.unit(heading).unwrap_or_default()))
    };
    lines.extend([
        "interpolation = { rule = \"exact\" }            # the report names no rule between its points".to_owned(),
        format!("load         = {}", names(&mapping.load)),
        format!("load_units   = {}", units(&mapping.load)),
        format!("states       = {}", names(&mapping.stated)),
        format!("state_units  = {}", units(&mapping.stated)),
        format!("rows = [\n{}\n]\n", rows.join("\n")),
    ]);
    Ok((performed, lines.join("\n")))
}

fn list(words: impl Iterator<Item = String>) -> String {
    format!("[{}]", words.map(|word| quoted(&word)).collect::<Vec<_>>().join(", "))
}

/// Headings, types and units of a table, column by column.
struct Columns(Vec<(String, String, String)>);

impl Columns {
    fn of(table: Node<'_, '_>) -> Result<Self, String> {
        let cells = |path: &str| -> Vec<String> {
            xml::text(table, path).split(',').map(|cell| cell.trim().to_owned()).collect()
        };
        let (headings, types, units) = (cells("header"), cells("type"), cells("unit"));
        if headings.len() != types.len() || headings.len() != units.len() {
            let found = (headings.len(), types.len(), units.len());
            return Err(format!("{} headings, {} types, {} units", found.0, found.1, found.2));
        }
        Ok(Self(headings.into_iter().zip(types).zip(units).map(|((h, t), u)| (h, t, u)).collect()))
    }

    fn position(&self, heading: &str) -> Result<usize, String> {
        let known = || self.0.iter().map(|own| own.0.as_str()).collect::<Vec<_>>().join(", ");
        let found = self.0.iter().position(|own| own.0 == heading);
        found.ok_or_else(|| format!("it has no column `{heading}`, but {}", known()))
    }

    /// The unit of a column as it is written here; `-` for words.
    fn unit(&self, heading: &str) -> Result<String, String> {
        let (_, kind, unit) = &self.0.get(self.position(heading)?).ok_or("no such column")?;
        if kind == "string" || kind == "bool" {
            return Ok("-".to_owned());
        }
        report::unit(unit, heading)
    }

    /// The rows with the columns that were named, in their order.
    fn rows(&self, table: Node<'_, '_>, mapping: &Mapping) -> Result<Vec<String>, String> {
        let mut places = Vec::new();
        for (_, heading) in mapping.load.iter().chain(&mapping.stated) {
            places.push((self.position(heading)?, self.unit(heading)? != "-", heading));
        }
        let content = xml::text(table, "data");
        let lines = content.lines().map(str::trim).filter(|line| !line.is_empty());
        lines
            .zip(1..)
            .map(|(line, number)| {
                let cells: Vec<&str> = line.split(',').map(str::trim).collect();
                if cells.len() != self.0.len() {
                    return Err(format!(
                        "row {number} has {} cells for {} columns",
                        cells.len(),
                        self.0.len()
                    ));
                }
                let mut taken = Vec::new();
                for (place, is_number, heading) in &places {
                    let cell = cells.get(*place).copied().unwrap_or_default();
                    if *is_number && Decimal::parse(cell).is_err() {
                        return Err(format!(
                            "row {number}: `{heading}` is `{cell}`, wanted a number"
                        ));
                    }
                    taken.push(cell.to_owned());
                }
                Ok(format!("  {},", list(taken.into_iter())))
            })
            .collect()
    }
}
