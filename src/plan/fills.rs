//! What a collection fills, against what it holds: refused before anything flows, never spilled.

use etalon_uncertainty::expression::Value;
use etalon_uncertainty::unit::Unit;

use super::bind::Bound;
use super::prediction::carried;
use super::refusal::{BeyondRange, PlanError};
use super::step::Fill;
use super::table::Table;

impl<'a> Table<'a> {
    /// What a collection at this point fills: every quantity that a role must cover here and for
    /// which the bench file states a capacity.
    ///
    /// # Errors
    /// When it holds less than is collected, or nothing of the bench states a capacity.
    pub(super) fn fills(&'a self, line: usize) -> Result<Vec<Fill>, PlanError> {
        let mut fills = Vec::new();
        for bound in self.desk.bound {
            for (quantity, capacity) in &bound.instrument.capacity {
                if let Some((amount, unit)) = self.collected(bound, quantity)? {
                    let most = capacity.in_unit(&unit).unwrap_or(f64::NAN);
                    // Also where the capacity is stated in a unit of something else.
                    if most.is_nan() || amount > most {
                        let value = format!("{amount} {unit}");
                        let range =
                            format!("limited to {capacity}, its capacity in the bench file");
                        return Err(self.beyond(bound, quantity, (value, range), line));
                    }
                    let (role, quantity) = (bound.role.name.clone(), quantity.clone());
                    let unit = unit.symbol().to_owned();
                    fills.push(Fill { role, quantity, amount, most: carried(most), unit });
                }
            }
        }
        if fills.is_empty() {
            let word = "divert for a time: no instrument of the bench file says how much the tank \
                        holds, such as capacity = { m = \"600 kg\" } at the balance";
            return Err(PlanError::Unsupported { word: word.to_owned(), line });
        }
        Ok(fills)
    }

    /// The largest amount that a role must cover here, in the unit of the role.
    fn collected(
        &'a self,
        bound: &Bound<'_>,
        quantity: &str,
    ) -> Result<Option<(f64, Unit)>, PlanError> {
        let known = bound.role.quantities.iter().find(|known| known.name == quantity);
        let over = bound.role.over.iter().find(|over| over.quantity == quantity);
        let (Some(known), Some(over)) = (known, over) else { return Ok(None) };
        let mut most = 0.0_f64;
        for seat in &self.seats {
            let value = self.at_seat(over.high.as_ref().unwrap_or(&over.low), seat)?;
            if let Value::Number { si, .. } = value {
                most = most.max(carried(known.unit.from_si(si)));
            }
        }
        Ok(Some((most, known.unit.clone())))
    }

    fn beyond(
        &self,
        bound: &Bound<'_>,
        quantity: &str,
        (value, range): (String, String),
        line: usize,
    ) -> PlanError {
        PlanError::from(Box::new(BeyondRange {
            blame: bound.blame(),
            instrument: format!("{} ({})", bound.instrument.id, bound.model.id),
            verb: "fill",
            quantity: quantity.to_owned(),
            value,
            range,
            line,
            at: self.at.clone(),
        }))
    }
}
