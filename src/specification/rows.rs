//! The rows of a specification: function, spans, shares and floor.

use std::collections::BTreeMap;

use etalon_uncertainty::decimal::Decimal;
use etalon_uncertainty::diagnostic::Diagnostic;
use etalon_uncertainty::quantity::Quantity;
use etalon_uncertainty::taxonomy::Taxon;
use etalon_uncertainty::unit::Unit;

use crate::form::{Form, Placed};

/// One row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The function, a name of the taxonomy.
    pub function: String,
    /// The range as the instrument calls it, and its end in SI units.
    pub range: Option<(String, f64)>,
    /// The quantities and the spans in which the row holds, in SI units.
    pub spans: BTreeMap<String, Span>,
    /// Share of the value.
    pub of_value: f64,
    /// Share of the range's end.
    pub of_range: f64,
    /// Floor, in SI units of the value.
    pub floor: f64,
}

/// A span of a quantity, both ends in; open where an end is not written.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Span {
    /// Lower end, in SI units.
    pub low: Option<f64>,
    /// Upper end, in SI units.
    pub high: Option<f64>,
}

impl Span {
    /// Whether a value lies in the span.
    #[must_use]
    pub fn holds(&self, si: f64) -> bool {
        self.low.is_none_or(|low| low <= si) && self.high.is_none_or(|high| si <= high)
    }

    fn meets(&self, other: &Self) -> bool {
        // Rows that share a border only are told apart by their order, which makers print so.
        let below = |one: &Self, other: &Self| {
            one.high.zip(other.low).is_some_and(|(high, low)| high <= low)
        };
        !below(self, other) && !below(other, self)
    }
}

/// A column with its unit.
struct Column {
    name: Placed<String>,
    unit: Option<Unit>,
}

/// Reads columns, units and rows, with the unit of the value; `first_counts` allows rows that overlap.
pub(super) fn read(
    form: &Form<'_>,
    value: Option<&str>,
    first_counts: bool,
) -> Option<(Vec<Row>, Unit)> {
    let columns = columns(form, value)?;
    let written = form.rows("rows");
    if written.is_empty() {
        let message = "a specification needs `rows`: what does the maker promise?";
        form.finding(Diagnostic::error("S0102", message).at(form.span()));
    }
    let read: Vec<Option<Row>> = written.iter().map(|cells| row(form, &columns, cells)).collect();
    if !first_counts {
        for (number, own) in read.iter().enumerate() {
            let Some(own) = own else { continue };
            let earlier = read.iter().take(number).flatten().position(|other| overlap(own, other));
            if let (Some(earlier), Some(place)) = (earlier, written.get(number)) {
                let message =
                    format!("rows {} and {} hold for the same points", earlier + 1, number + 1);
                form.finding(Diagnostic::error("S0105", message).at(place.span.clone()));
            }
        }
    }
    let value = value.unwrap_or_default();
    let own = columns.iter().find(|column| column.name.value == format!("{value}_lo"));
    let unit = own.and_then(|column| column.unit.clone()).unwrap_or_else(Unit::one);
    Some((read.into_iter().collect::<Option<_>>()?, unit))
}

fn overlap(one: &Row, other: &Row) -> bool {
    let whole = Span::default();
    let names = one.spans.keys().chain(other.spans.keys());
    let mut of = names.map(|name| {
        (one.spans.get(name).unwrap_or(&whole), other.spans.get(name).unwrap_or(&whole))
    });
    one.function == other.function && of.all(|(one, other)| one.meets(other))
}

fn columns(form: &Form<'_>, value: Option<&str>) -> Option<Vec<Column>> {
    let (names, units) = (form.texts("columns"), form.texts("units"));
    if names.len() != units.len() || names.is_empty() {
        let message = format!("{} columns and {} units", names.len(), units.len());
        form.finding(Diagnostic::error("S0102", message).at(form.span()));
        return None;
    }
    let mut found = Vec::with_capacity(names.len());
    for (name, unit) in names.into_iter().zip(units) {
        let parsed = if unit.value == "-" { Ok(None) } else { Unit::parse(&unit.value).map(Some) };
        match parsed {
            Ok(unit) => found.push(Column { name, unit }),
            Err(refused) => {
                form.finding(Diagnostic::error("S0106", refused.to_string()).at(unit.span));
                return None;
            }
        }
    }
    fitting(form, &found, value);
    Some(found)
}

/// Every column means something, spans have two ends, units fit.
fn fitting(form: &Form<'_>, columns: &[Column], named: Option<&str>) {
    let value = named.unwrap_or_default();
    let unit_of = |name: &str| {
        columns.iter().find(|one| one.name.value == name).and_then(|one| one.unit.clone())
    };
    let of_value = unit_of(&format!("{value}_lo"));
    if of_value.is_none() && named.is_some() {
        let message =
            format!("the value `{value}` has no columns `{value}_lo` and `{value}_hi` with a unit");
        form.finding(Diagnostic::error("S0101", message).at(form.span()));
    }
    for column in columns {
        let name = column.name.value.as_str();
        let partner = name
            .strip_suffix("_lo")
            .map(|stem| format!("{stem}_hi"))
            .or_else(|| name.strip_suffix("_hi").map(|stem| format!("{stem}_lo")));
        let report = |code: &str, message: String| {
            form.finding(Diagnostic::error(code, message).at(column.name.span.clone()));
        };
        match (name, partner) {
            ("fn" | "range", _) => {}
            ("of_value" | "of_range", _) => {
                let is_share =
                    column.unit.as_ref().is_some_and(|unit| unit.is_compatible(&Unit::one()));
                if !is_share {
                    report(
                        "S0106",
                        format!("`{name}` is a share: its unit is `1`, `%`, `uV/V` or like them"),
                    );
                }
            }
            ("floor", _) => {
                let fits = column.unit.as_ref().zip(of_value.as_ref());
                if named.is_some() && !fits.is_some_and(|(own, of)| own.is_compatible(of)) {
                    report("S0106", format!("`floor` is in the unit of `{value}`, or one like it"));
                }
            }
            (_, Some(partner)) if unit_of(&partner).is_some() == column.unit.is_some() => {}
            (_, Some(partner)) => report("S0101", format!("`{name}` has no partner `{partner}`")),
            _ => report(
                "S0101",
                format!(
                    "`{name}` is no column: fn, range, X_lo with X_hi, of_value, of_range, floor"
                ),
            ),
        }
    }
}

fn row(form: &Form<'_>, columns: &[Column], cells: &Placed<Vec<Placed<String>>>) -> Option<Row> {
    if cells.value.len() != columns.len() {
        let message = format!("row of {} cells, wanted {}", cells.value.len(), columns.len());
        form.finding(Diagnostic::error("S0102", message).at(cells.span.clone()));
        return None;
    }
    let mut row = Row {
        function: String::new(),
        range: None,
        spans: BTreeMap::new(),
        of_value: 0.0,
        of_range: 0.0,
        floor: 0.0,
    };
    let mut is_sound = true;
    for (column, cell) in columns.iter().zip(&cells.value) {
        is_sound &= take(form, &mut row, column, cell).is_some();
    }
    for (name, span) in &row.spans {
        if span.low.zip(span.high).is_some_and(|(low, high)| low >= high) {
            let message = format!("the span of `{name}` ends before it begins");
            form.finding(Diagnostic::error("S0104", message).at(cells.span.clone()));
            is_sound = false;
        }
    }
    is_sound.then_some(row)
}

fn take(form: &Form<'_>, row: &mut Row, column: &Column, cell: &Placed<String>) -> Option<()> {
    let report = |code: &str, message: String| {
        form.finding(Diagnostic::error(code, message).at(cell.span.clone()));
    };
    let name = column.name.value.as_str();
    let text = cell.value.trim();
    if name == "fn" {
        if let Err(refused) = Taxon::parse(text) {
            report("S0108", format!("`{text}` is not a name of the taxonomy: {refused}"));
            return None;
        }
        text.clone_into(&mut row.function);
        return Some(());
    }
    if name == "range" {
        let end =
            Quantity::parse(text).map_err(|refused| report("S0103", refused.to_string())).ok()?;
        row.range = Some((text.to_owned(), end.si()));
        return Some(());
    }
    if text.is_empty() || text == "-" {
        return Some(());
    }
    let unit = column.unit.clone().unwrap_or_else(Unit::one);
    let number = match Decimal::parse(text) {
        Ok(number) => number.to_f64(),
        Err(refused) => {
            report("S0103", format!("column `{name}`: {refused}"));
            return None;
        }
    };
    match name {
        "of_value" => row.of_value = unit.interval_to_si(number),
        "of_range" => row.of_range = unit.interval_to_si(number),
        "floor" => row.floor = unit.interval_to_si(number),
        other => {
            if let Some(stem) = other.strip_suffix("_lo") {
                row.spans.entry(stem.to_owned()).or_default().low = Some(unit.to_si(number));
            } else if let Some(stem) = other.strip_suffix("_hi") {
                row.spans.entry(stem.to_owned()).or_default().high = Some(unit.to_si(number));
            }
        }
    }
    Some(())
}
