//! The number that a specification gives at one point.

use std::collections::BTreeMap;

use etalon_uncertainty::{normal, text::Text};
use thiserror::Error;

use super::{Combination, Level, Row, Specification};

/// What an instrument is capable of at one point, by its maker.
#[derive(Clone, Debug, PartialEq)]
pub struct Capability {
    /// The limit, in SI units of the value.
    pub limit: f64,
    /// The standard uncertainty that goes with it, in SI units of the value.
    pub standard: f64,
    /// The range, as the instrument calls it.
    pub range: Option<String>,
    /// Number of the row, from 1.
    pub row: usize,
}

/// Why a specification says nothing at a point.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum NoCapability {
    /// No row.
    #[error("specification {id} has no row for {function} at {at}")]
    Gap {
        /// The specification.
        id: String,
        /// The function.
        function: String,
        /// The point.
        at: String,
    },
    /// A quantity of the point that the row needs.
    #[error("specification {id} needs `{quantity}` to tell its rows for {function} apart")]
    Unstated {
        /// The specification.
        id: String,
        /// The function.
        function: String,
        /// The quantity.
        quantity: String,
    },
}

impl NoCapability {
    /// The refusal in both languages.
    #[must_use]
    pub fn text(&self) -> Text {
        let zh = match self {
            Self::Gap { id, function, at } => {
                format!("技术指标 {id} 中没有适用于 {function} 在 {at} 的行")
            }
            Self::Unstated { id, function, quantity } => {
                format!("技术指标 {id} 须知道 `{quantity}` 才能区分 {function} 的各行")
            }
        };
        Text::new(self.to_string(), zh)
    }
}

impl Specification {
    /// The capability for a function at a point: quantities by name, in SI units.
    ///
    /// # Errors
    /// [`NoCapability`]: a gap, or a quantity that was not stated. Never the nearest row.
    pub fn capability(
        &self,
        function: &str,
        at: &BTreeMap<String, f64>,
    ) -> Result<Capability, NoCapability> {
        self.capability_in(function, at, None)
    }

    /// The same in one range of the instrument; rows without a range hold in every one.
    ///
    /// # Errors
    /// As [`Specification::capability`].
    pub fn capability_in(
        &self,
        function: &str,
        at: &BTreeMap<String, f64>,
        range: Option<&str>,
    ) -> Result<Capability, NoCapability> {
        let is_in = |row: &Row| match (&row.range, range) {
            (Some((own, _)), Some(range)) => own == range,
            _ => true,
        };
        let of_function = self.rows.iter().enumerate();
        let of_function = of_function.filter(|(_, row)| row.function == function && is_in(row));
        for (number, row) in of_function {
            let missing = row.spans.keys().find(|name| !at.contains_key(*name));
            if let Some(quantity) =
                missing.or_else(|| (!at.contains_key(&self.value)).then_some(&self.value))
            {
                let (id, function, quantity) =
                    (self.id.clone(), function.to_owned(), quantity.clone());
                return Err(NoCapability::Unstated { id, function, quantity });
            }
            let holds =
                row.spans.iter().all(|(name, span)| at.get(name).is_some_and(|si| span.holds(*si)));
            if let (true, Some(value)) = (holds, at.get(&self.value)) {
                return Ok(self.of_row(number, row, *value));
            }
        }
        let mut at: Vec<String> =
            at.iter().map(|(name, si)| format!("{name} = {si} (SI)")).collect();
        at.extend(range.map(|range| format!("range {range}")));
        let (id, function) = (self.id.clone(), function.to_owned());
        Err(NoCapability::Gap { id, function, at: at.join(", ") })
    }

    /// The ranges of a function, as the instrument calls them, in the order of the file.
    #[must_use]
    pub fn ranges(&self, function: &str) -> Vec<String> {
        let mut ranges: Vec<String> = Vec::new();
        for row in self.rows.iter().filter(|row| row.function == function) {
            let name = row.range.as_ref().map(|(name, _)| name.clone());
            ranges.extend(name.filter(|name| !ranges.contains(name)));
        }
        ranges
    }

    fn of_row(&self, number: usize, row: &Row, value: f64) -> Capability {
        let end = row.range.as_ref().map_or(0.0, |(_, end)| *end);
        let parts = [row.of_value * value.abs(), row.of_range * end.abs(), row.floor];
        let limit = match self.combine {
            Combination::Sum => parts.iter().sum(),
            Combination::RootSumSquare => root(parts.iter().map(|part| part * part).sum()),
            Combination::Largest => parts.iter().copied().fold(0.0, f64::max),
        };
        let standard = match self.level {
            Level::Factor(k) => limit / k,
            Level::Probability(p) => limit / normal::quantile(f64::midpoint(1.0, p)),
            Level::Rectangular => limit / root(3.0),
        };
        let range = row.range.as_ref().map(|(name, _)| name.clone());
        Capability { limit, standard, range, row: number + 1 }
    }
}

/// IEEE 754 demands the square root correctly rounded: it is the same on every platform.
fn root(square: f64) -> f64 {
    square.sqrt()
}
