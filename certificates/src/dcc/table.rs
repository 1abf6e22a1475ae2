//! Tables: one list per table of results, its columns as lists of numbers.
//!
//! Beside each list stand the evaluations of its rows, one file each: the raw
//! readings, equations and limits from which the list can be computed again.

use super::DccError;
use super::units::{from_dsi, to_dsi};
use super::wording::{
    every, inside, line, missing, of_kind, optional, read_line, read_texts, texts, wrong,
};
use crate::canonical::Element;
use crate::record::{Column, Conformity, Judged, JudgedOn, ResultRow, ResultTable, Stated, Text};
use base64::{Engine, engine::general_purpose::STANDARD};

const TABLE: &str = "gp_table1";
const KEY: &str = "etalon_pointKey";
const COLUMN: &str = "etalon_point";
const VALUE: &str = "basic_measurementError";
const ROUNDED: &str = "etalon_judgedRounded";
const RAW: &str = "etalon_judgedRaw";
const CONFORMITY: &str = "basic_conformity";
const LOWER: &str = "basic_acceptanceLimitLower";
const UPPER: &str = "basic_acceptanceLimitUpper";
const EVALUATION: &str = "etalon_evaluation";
const JSON: &str = "application/json";

/// `results`: every table.
pub(super) fn results(tables: &[ResultTable]) -> Result<Element, DccError> {
    let each = tables.iter().map(result).collect::<Result<Vec<_>, _>>()?;
    Ok(Element::new("dcc:results").children(each))
}

fn result(table: &ResultTable) -> Result<Element, DccError> {
    let unit = to_dsi(&table.unit)?;
    let mut list = Element::new("dcc:list").with("refType", TABLE).child(keys(table));
    for (index, column) in table.columns.iter().enumerate() {
        list = list.child(point_column(table, index, column)?);
    }
    list = list.child(value_column(table, &unit));
    if let Some(on) = table.judged_on() {
        list = list.child(judged_column(table, on, &unit));
    }
    let evaluations = table.rows.iter().map(|row| {
        Element::new("dcc:byteData")
            .with("refType", EVALUATION)
            .child(line("dcc:fileName", &file_name(&row.key)))
            .child(line("dcc:mimeType", JSON))
            .child(line("dcc:dataBase64", &STANDARD.encode(&row.evaluation)))
    });
    let data = Element::new("dcc:data").child(list).children(evaluations);
    Ok(Element::new("dcc:result")
        .with("refType", &table.id)
        .child(texts("dcc:name", &table.name))
        .child(data))
}

/// A run key with its slash taken for a folder would not be a file name.
fn file_name(key: &str) -> String {
    format!("{}.json", key.replace('/', "-"))
}

fn joined<'a>(entries: impl Iterator<Item = &'a str>) -> String {
    entries.collect::<Vec<_>>().join(" ")
}

fn keys(table: &ResultTable) -> Element {
    let keys = joined(table.rows.iter().map(|row| row.key.as_str()));
    Element::new("dcc:quantity")
        .with("refType", KEY)
        .child(texts("dcc:name", &Text::new("Load point", "校准点")))
        .child(line("dcc:charsXMLList", &keys))
}

fn point_column(table: &ResultTable, index: usize, column: &Column) -> Result<Element, DccError> {
    let cells = table.rows.iter().filter_map(|row| row.conditions.get(index).map(String::as_str));
    let cells = joined(cells);
    let content = match &column.unit {
        Some(unit) => real_list(&cells, &to_dsi(unit)?),
        None => line("dcc:charsXMLList", &cells),
    };
    Ok(Element::new("dcc:quantity")
        .with("refType", COLUMN)
        .child(texts("dcc:name", &column.name))
        .child(content))
}

fn real_list(values: &str, unit: &str) -> Element {
    Element::new("si:realListXMLList")
        .child(line("si:valueXMLList", values))
        .child(line("si:unitXMLList", unit))
}

fn value_column(table: &ResultTable, unit: &str) -> Element {
    let of = |part: fn(&Stated) -> &str| joined(table.rows.iter().map(|row| part(&row.stated)));
    let expanded = Element::new("si:expandedMUXMLList")
        .child(line("si:valueExpandedMUXMLList", &of(|stated| &stated.expanded)))
        .child(line("si:coverageFactorXMLList", &of(|stated| &stated.k)))
        .child(line("si:coverageProbabilityXMLList", &of(|stated| &stated.p)));
    let uncertainty = Element::new("si:measurementUncertaintyUnivariateXMLList").child(expanded);
    Element::new("dcc:quantity")
        .with("refType", VALUE)
        .child(texts("dcc:name", &table.quantity))
        .child(real_list(&of(|stated| &stated.value), unit).child(uncertainty))
}

fn judged_column(table: &ResultTable, on: JudgedOn, unit: &str) -> Element {
    let judged: Vec<&Judged> =
        table.rows.iter().filter_map(|row| row.stated.judged.as_ref()).collect();
    let (kind, name) = match on {
        JudgedOn::Rounded => (ROUNDED, Text::new("Rounded for the decision", "化整值")),
        JudgedOn::Raw => (RAW, Text::new("Value for the decision", "判定值")),
    };
    let limit = |kind: &str, name: Text, part: fn(&Judged) -> Option<&String>| {
        let values: Vec<_> = judged.iter().filter_map(|j| part(j)).map(String::as_str).collect();
        (!values.is_empty()).then(|| {
            Element::new("dcc:quantity")
                .with("refType", kind)
                .child(texts("dcc:name", &name))
                .child(real_list(&values.join(" "), unit))
        })
    };
    let limits = Element::new("dcc:data")
        .children(limit(LOWER, Text::new("Lower limit", "下限"), |j| j.lower.as_ref()))
        .children(limit(UPPER, Text::new("Upper limit", "上限"), |j| j.upper.as_ref()));
    let verdicts = joined(judged.iter().map(|j| j.verdict.name()));
    let decision = Element::new("dcc:metaData")
        .with("refType", CONFORMITY)
        .child(texts("dcc:name", &Text::new("Conformity", "符合性")))
        .child(line("dcc:conformityXMLList", &verdicts))
        .child(limits);
    Element::new("dcc:quantity")
        .with("refType", kind)
        .child(texts("dcc:name", &name))
        .child(real_list(&joined(judged.iter().map(|j| j.number.as_str())), unit))
        .child(Element::new("dcc:measurementMetaData").child(decision))
}

pub(super) fn read_results(measurement: &Element) -> Result<Vec<ResultTable>, DccError> {
    every(inside(measurement, "dcc:results")?, "dcc:result").map(read_table).collect()
}

fn read_table(result: &Element) -> Result<ResultTable, DccError> {
    let data = inside(result, "dcc:data")?;
    let list = of_kind(data, "dcc:list", TABLE).ok_or_else(|| missing(data, TABLE))?;
    let quantity = |kind: &'static str| of_kind(list, "dcc:quantity", kind);
    let key = quantity(KEY).ok_or_else(|| missing(list, KEY))?;
    let value = quantity(VALUE).ok_or_else(|| missing(list, VALUE))?;
    let keys = entries(key, "dcc:charsXMLList")?;
    let (columns, cells) = read_columns(list, keys.len())?;
    let reals = inside(value, "si:realListXMLList")?;
    let stated = read_stated(reals, keys.len())?;
    let judged = match (quantity(ROUNDED), quantity(RAW)) {
        (Some(column), None) => Some(read_judged(column, JudgedOn::Rounded, keys.len())?),
        (None, Some(column)) => Some(read_judged(column, JudgedOn::Raw, keys.len())?),
        _ => None,
    };
    let evaluations = read_evaluations(data)?;
    let lengths = |found: usize| DccError::Lengths { found, wanted: keys.len() };
    if evaluations.len() != keys.len() {
        return Err(lengths(evaluations.len()));
    }
    let mut judged = judged.map(Vec::into_iter);
    let mut rows = Vec::new();
    for (index, ((key, stated), evaluation)) in keys.iter().zip(stated).zip(evaluations).enumerate()
    {
        let judged = judged.as_mut().and_then(Iterator::next);
        let conditions = cells.iter().filter_map(|column| column.get(index).cloned()).collect();
        let stated = Stated { judged, ..stated };
        rows.push(ResultRow { key: key.clone(), conditions, stated, evaluation });
    }
    Ok(ResultTable {
        id: result.attribute("refType").unwrap_or_default().to_owned(),
        name: read_texts(result, "dcc:name")?,
        quantity: read_texts(value, "dcc:name")?,
        unit: from_dsi(&read_line(reals, "si:unitXMLList")?)?,
        columns,
        rows,
    })
}

/// The columns that tell load points apart, and their cells, column by column.
fn read_columns(
    list: &Element,
    wanted: usize,
) -> Result<(Vec<Column>, Vec<Vec<String>>), DccError> {
    let (mut columns, mut cells) = (Vec::new(), Vec::new());
    for quantity in every(list, "dcc:quantity") {
        if quantity.attribute("refType") != Some(COLUMN) {
            continue;
        }
        let name = read_texts(quantity, "dcc:name")?;
        let reals = optional(quantity, "si:realListXMLList");
        let unit = reals.map(|reals| read_line(reals, "si:unitXMLList")).transpose()?;
        let unit = unit.map(|unit| from_dsi(&unit)).transpose()?;
        columns.push(Column { name, unit });
        cells.push(same_length(
            match reals {
                Some(reals) => entries(reals, "si:valueXMLList")?,
                None => entries(quantity, "dcc:charsXMLList")?,
            },
            wanted,
        )?);
    }
    Ok((columns, cells))
}

fn read_stated(reals: &Element, wanted: usize) -> Result<Vec<Stated>, DccError> {
    let expanded = inside(
        inside(reals, "si:measurementUncertaintyUnivariateXMLList")?,
        "si:expandedMUXMLList",
    )?;
    let list = |holder: &Element, name: &str| same_length(entries(holder, name)?, wanted);
    let values = list(reals, "si:valueXMLList")?;
    let mut uncertainties = list(expanded, "si:valueExpandedMUXMLList")?.into_iter();
    let mut factors = list(expanded, "si:coverageFactorXMLList")?.into_iter();
    let mut probabilities = list(expanded, "si:coverageProbabilityXMLList")?.into_iter();
    Ok(values
        .into_iter()
        .map(|value| Stated {
            value,
            expanded: uncertainties.next().unwrap_or_default(),
            k: factors.next().unwrap_or_default(),
            p: probabilities.next().unwrap_or_default(),
            judged: None,
        })
        .collect())
}

fn read_judged(column: &Element, on: JudgedOn, wanted: usize) -> Result<Vec<Judged>, DccError> {
    let list = |holder: &Element, name: &str| same_length(entries(holder, name)?, wanted);
    let numbers = list(inside(column, "si:realListXMLList")?, "si:valueXMLList")?;
    let decision = inside(inside(column, "dcc:measurementMetaData")?, "dcc:metaData")?;
    let limits = inside(decision, "dcc:data")?;
    let limit = |kind: &str| -> Result<Vec<Option<String>>, DccError> {
        match of_kind(limits, "dcc:quantity", kind) {
            None => Ok(vec![None; wanted]),
            Some(quantity) => {
                let values = list(inside(quantity, "si:realListXMLList")?, "si:valueXMLList")?;
                Ok(values.into_iter().map(Some).collect())
            }
        }
    };
    let (mut lower, mut upper) = (limit(LOWER)?.into_iter(), limit(UPPER)?.into_iter());
    let verdicts = list(decision, "dcc:conformityXMLList")?;
    numbers
        .into_iter()
        .zip(verdicts)
        .map(|(number, verdict)| {
            let verdict = Conformity::named(&verdict)
                .ok_or_else(|| wrong("dcc:conformityXMLList", &verdict, "pass or fail"))?;
            let (lower, upper) = (lower.next().flatten(), upper.next().flatten());
            Ok(Judged { on, number, lower, upper, verdict })
        })
        .collect()
}

fn read_evaluations(data: &Element) -> Result<Vec<String>, DccError> {
    every(data, "dcc:byteData")
        .map(|file| {
            let packed = read_line(file, "dcc:dataBase64")?;
            STANDARD
                .decode(&packed)
                .ok()
                .and_then(|bytes| String::from_utf8(bytes).ok())
                .ok_or_else(|| wrong("dcc:dataBase64", "something else", "JSON in base64"))
        })
        .collect()
}

fn entries(holder: &Element, name: &str) -> Result<Vec<String>, DccError> {
    Ok(read_line(holder, name)?.split(' ').map(str::to_owned).collect())
}

fn same_length(list: Vec<String>, wanted: usize) -> Result<Vec<String>, DccError> {
    if list.len() == wanted {
        Ok(list)
    } else {
        Err(DccError::Lengths { found: list.len(), wanted })
    }
}
