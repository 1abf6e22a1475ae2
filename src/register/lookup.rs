//! What a certificate says at a load, by the rule written with the table.

use std::collections::BTreeMap;

use etalon_uncertainty::{decimal::Decimal, quantity::Quantity, unit::Unit};
use jiff::civil::Date;

use super::{
    calibration::Calibration,
    function::{Function, Nothing},
    standard::{Span, Standard},
    table::{Cell, Interpolation, Row, Table},
};

mod refusal;

pub use refusal::LookupRefusal;

/// Two numbers of a load are the same when they differ by less than this proportion: a load
/// computed from the nameplate (0.05 × 5 A) and a load written in a certificate (0.25 A) may differ
/// in the last bits of a binary number, and in nothing that a source could set.
pub(super) const SAME_LOAD: f64 = 1e-9;

/// A load point, by the names of the table's key columns.
#[derive(Clone, Debug, Default)]
pub struct Load {
    parts: BTreeMap<String, Part>,
}

#[derive(Clone, Debug)]
enum Part {
    Word(String),
    /// The number in coherent SI.
    Number(f64),
}

impl Load {
    /// A load with a word more, such as `pf` = `0.5L`.
    #[must_use]
    pub fn with_word(mut self, name: &str, word: &str) -> Self {
        self.parts.insert(name.to_owned(), Part::Word(word.to_owned()));
        self
    }

    /// A load with a number more, in coherent SI, such as `I` = 5 (ampere).
    #[must_use]
    pub fn with_number(mut self, name: &str, si: f64) -> Self {
        self.parts.insert(name.to_owned(), Part::Number(si));
        self
    }
}

impl Load {
    /// The numbers of the load, in coherent SI, by name.
    #[must_use]
    pub fn numbers(&self) -> BTreeMap<String, f64> {
        let numbers = self.parts.iter().filter_map(|(name, part)| match part {
            Part::Number(si) => Some((name.clone(), *si)),
            Part::Word(_) => None,
        });
        numbers.collect()
    }
}

impl std::fmt::Display for Load {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (number, (name, part)) in self.parts.iter().enumerate() {
            let between = if number == 0 { "" } else { ", " };
            match part {
                Part::Word(word) => write!(f, "{between}{name} {word}")?,
                Part::Number(si) => write!(f, "{between}{name} {si}")?,
            }
        }
        Ok(())
    }
}

/// A value that a certificate states, with the place it was taken from.
#[derive(Clone, Debug, PartialEq)]
pub struct CertifiedValue {
    /// The value with its unit, as written.
    pub value: Quantity,
    /// Certificate, row and rule, in one line for the record.
    pub source: String,
}

impl Standard {
    /// The calibration whose values are in force: the last one.
    ///
    /// # Errors
    /// [`LookupRefusal::NoCalibration`].
    pub fn calibration(&self) -> Result<&Calibration, LookupRefusal> {
        let none = || LookupRefusal::NoCalibration { standard: self.id.clone() };
        self.calibrations.last().ok_or_else(none)
    }

    /// What procedures call `cert.<role>.<name>`: a value column of the table, `k`, `p` or `drift`;
    /// whatever does not depend on the day.
    ///
    /// # Errors
    /// [`LookupRefusal`]: nothing is estimated, and a drift that grows is refused.
    pub fn certified(&self, name: &str, load: &Load) -> Result<CertifiedValue, LookupRefusal> {
        self.stated(name, load, None)
    }

    /// The same on a day of use, which a drift may depend on.
    ///
    /// # Errors
    /// [`LookupRefusal`]: nothing is estimated.
    pub fn certified_on(
        &self,
        name: &str,
        load: &Load,
        on: Date,
    ) -> Result<CertifiedValue, LookupRefusal> {
        self.stated(name, load, Some(on))
    }

    fn stated(
        &self,
        name: &str,
        load: &Load,
        on: Option<Date>,
    ) -> Result<CertifiedValue, LookupRefusal> {
        let calibration = self.calibration()?;
        let certificate = &calibration.certificate;
        let stated = |value: Quantity, place: &str| CertifiedValue {
            value,
            source: format!("certificate {certificate} of {}, {place}", calibration.issued),
        };
        match name {
            "k" => return Ok(stated(pure(&calibration.k), "coverage factor")),
            "p" => return Ok(stated(pure(&calibration.p), "coverage probability")),
            "drift" => {
                if let Some(drift) = &calibration.drift {
                    let half =
                        drift.on(calibration.performed, on).ok_or_else(|| LookupRefusal::NoDrift {
                            certificate: certificate.clone(),
                            law: drift.written(),
                            performed: calibration.performed,
                        });
                    return half.map(|half| stated(half.value, &half.source));
                }
            }
            _ => {}
        }
        let unknown = || LookupRefusal::NoSuchName {
            standard: self.id.clone(),
            certificate: certificate.clone(),
            name: name.to_owned(),
            known: self.certified_names().into_keys().collect::<Vec<_>>().join(", "),
        };
        if let Some(function) = calibration.functions.iter().find(|own| own.name == name) {
            return calibration.by_function(function, load);
        }
        let table = &calibration.table;
        let column = table.stated.iter().position(|column| column.name == name);
        let column = column.ok_or_else(unknown)?;
        if let Interpolation::Linear { column: along, larger } = &table.interpolation {
            let takes_larger = larger.iter().any(|own| own == name);
            let found = calibration.between(load, along, (column, takes_larger));
            return found.map(|(value, rows)| stated(value, &rows));
        }
        let number = match calibration.row(load) {
            Ok(number) => number,
            Err(refusal @ LookupRefusal::IncompleteLoad { .. }) => {
                let value = table.same_in_every_row(column).ok_or(refusal)?;
                return Ok(stated(value.clone(), "the same in every row"));
            }
            Err(refusal) => return Err(refusal),
        };
        let value = table.rows.get(number).and_then(|row| row.stated.get(column));
        let value = value.ok_or_else(unknown)?;
        Ok(stated(value.clone(), &format!("row {}, rule {}", number + 1, table.rule())))
    }

    /// The names that [`Standard::certified`] knows, with their units.
    #[must_use]
    pub fn certified_names(&self) -> BTreeMap<String, String> {
        let Some(calibration) = self.calibrations.last() else { return BTreeMap::new() };
        let columns = calibration.table.stated.iter();
        let mut names: BTreeMap<String, String> =
            columns.map(|column| (column.name.clone(), column.unit.clone())).collect();
        let functions = calibration.functions.iter();
        names.extend(functions.map(|own| (own.name.clone(), own.unit.symbol().to_owned())));
        names.insert("k".to_owned(), "1".to_owned());
        names.insert("p".to_owned(), "1".to_owned());
        if let Some(drift) = &calibration.drift {
            names.insert("drift".to_owned(), drift.unit().symbol().to_owned());
        }
        names
    }

    /// What procedures call `spec.<role>.<name>`, at a load: the number that holds for all loads,
    /// or the one whose range the load lies in.
    ///
    /// # Errors
    /// [`LookupRefusal::NoSuchSpecification`], [`LookupRefusal::OutsideSpecification`].
    pub fn specified_at(&self, name: &str, load: &Load) -> Result<CertifiedValue, LookupRefusal> {
        let (standard, name) = (self.id.clone(), name.to_owned());
        let mut numbers = self.specification.iter().filter(|number| number.name == name).peekable();
        if numbers.peek().is_none() {
            return Err(LookupRefusal::NoSuchSpecification { standard, name });
        }
        let holds = numbers.find(|number| number.over.as_ref().is_none_or(|span| span.holds(load)));
        let Some(number) = holds else {
            let load = load.to_string();
            return Err(LookupRefusal::OutsideSpecification { standard, name, load });
        };
        Ok(CertifiedValue { value: number.value.clone(), source: number.source.clone() })
    }

    /// The same for a number that holds for all loads.
    ///
    /// # Errors
    /// See [`Standard::specified_at`]; a number that depends on the load is refused.
    pub fn specified(&self, name: &str) -> Result<CertifiedValue, LookupRefusal> {
        self.specified_at(name, &Load::default())
    }
}

impl Span {
    fn holds(&self, load: &Load) -> bool {
        match load.parts.get(&self.quantity) {
            Some(Part::Number(si)) => self.from.si() <= *si && *si < self.to.si(),
            _ => false,
        }
    }
}

fn pure(number: &Decimal) -> Quantity {
    Quantity::new(number.clone(), Unit::one())
}

impl Table {
    /// What every row states in a column, where they all state the same: then it does not matter
    /// that nobody knows the load yet.
    fn same_in_every_row(&self, column: usize) -> Option<&Quantity> {
        let mut stated = self.rows.iter().map(|row| row.stated.get(column));
        let first = stated.next()??;
        stated.all(|other| other == Some(first)).then_some(first)
    }

    fn rule(&self) -> String {
        match &self.interpolation {
            Interpolation::Exact => "exact".to_owned(),
            Interpolation::NearestLoad { column, within } => {
                format!("nearest-load in {column} within {} %", within * 100.0)
            }
            Interpolation::Linear { column, .. } => format!("linear in {column}"),
        }
    }
}

impl Calibration {
    /// What a function of the certificate states.
    fn by_function(&self, own: &Function, load: &Load) -> Result<CertifiedValue, LookupRefusal> {
        let (certificate, shown) = (self.certificate.clone(), load.to_string());
        match own.at(load) {
            Ok(value) => Ok(CertifiedValue {
                value,
                source: format!("certificate {certificate} of {}, {}", self.issued, own.word()),
            }),
            Err(Nothing::Missing(key)) => {
                Err(LookupRefusal::IncompleteLoad { certificate, key, load: shown })
            }
            Err(Nothing::Outside(range)) => {
                let rule = format!("{} for {range}", own.word());
                Err(LookupRefusal::NoRow { certificate, load: shown, rule })
            }
            Err(Nothing::Undefined(reason)) => {
                let rule = format!("{}: {reason}", own.word());
                Err(LookupRefusal::NoRow { certificate, load: shown, rule })
            }
        }
    }

    /// What a column states between two rows, and which.
    fn between(
        &self,
        load: &Load,
        along: &str,
        (column, takes_larger): (usize, bool),
    ) -> Result<(Quantity, String), LookupRefusal> {
        let missing = self.table.load.iter().find(|own| !load.parts.contains_key(&own.name));
        if let Some(missing) = missing {
            let value = self.table.same_in_every_row(column).cloned();
            let refusal = LookupRefusal::IncompleteLoad {
                certificate: self.certificate.clone(),
                key: missing.name.clone(),
                load: load.to_string(),
            };
            return value.map(|value| (value, "the same in every row".to_owned())).ok_or(refusal);
        }
        let outside = || LookupRefusal::NoRow {
            certificate: self.certificate.clone(),
            load: load.to_string(),
            rule: self.table.rule(),
        };
        let between = self.table.between(load, along).ok_or_else(outside)?;
        let value = self.table.stated_between(between, column, takes_larger);
        let rule = if takes_larger { "the larger of both" } else { "linear" };
        let rows = match between.lower == between.upper {
            true => format!("row {}, rule {}", between.lower + 1, self.table.rule()),
            false => {
                format!("rows {} and {}, {rule} in {along}", between.lower + 1, between.upper + 1)
            }
        };
        Ok((value.ok_or_else(outside)?, rows))
    }

    /// The row for a load, by the rule of the table; counted from 0.
    fn row(&self, load: &Load) -> Result<usize, LookupRefusal> {
        let missing = self.table.load.iter().find(|column| !load.parts.contains_key(&column.name));
        if let Some(column) = missing {
            return Err(LookupRefusal::IncompleteLoad {
                certificate: self.certificate.clone(),
                key: column.name.clone(),
                load: load.to_string(),
            });
        }
        self.table.row(load).ok_or_else(|| LookupRefusal::NoRow {
            certificate: self.certificate.clone(),
            load: load.to_string(),
            rule: self.table.rule(),
        })
    }
}

impl Table {
    fn row(&self, load: &Load) -> Option<usize> {
        let Interpolation::NearestLoad { column, within } = &self.interpolation else {
            return self.rows.iter().position(|row| self.off(row, load, None).is_some());
        };
        let off = |row| self.off(row, load, Some(column)).filter(|(off, _)| off <= within);
        let rows = self.rows.iter().enumerate();
        let near = rows.filter_map(|(number, row)| Some((number, off(row)?)));
        let nearest = near.min_by(|(_, a), (_, b)| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        nearest.map(|(number, _)| number)
    }

    /// Whether a row meets a load in all parts but the column `free`.
    pub(super) fn meets(&self, row: &Row, load: &Load, free: Option<&str>) -> bool {
        self.off(row, load, free).is_some()
    }

    /// How far a row is off in the column `free`, in proportion, and its number there; `None` where
    /// it differs in any other part of the load.
    fn off(&self, row: &Row, load: &Load, free: Option<&str>) -> Option<(f64, f64)> {
        let mut off = (0.0, 0.0);
        for (column, cell) in self.load.iter().zip(&row.load) {
            match (cell, load.parts.get(&column.name)?) {
                (Cell::Word(word), Part::Word(wanted)) if word == wanted => {}
                (Cell::Number(number), Part::Number(wanted)) => {
                    let proportion = proportion(number.si(), *wanted);
                    if free == Some(column.name.as_str()) {
                        off = (proportion, number.si());
                    } else if proportion > SAME_LOAD {
                        return None;
                    }
                }
                _ => return None,
            }
        }
        Some(off)
    }
}

/// |found − wanted| / |wanted|; without end where one of them is zero and the other is not.
fn proportion(found: f64, wanted: f64) -> f64 {
    let apart = (found - wanted).abs();
    if apart <= 0.0 { 0.0 } else { apart / wanted.abs() }
}
