//! What a plausible answer of the operator lies within: `expect = "p +- 3 * mpe.limit"`.

use etalon_procedures::formula::Formula;
use etalon_procedures::procedure::Ask;
use etalon_uncertainty::decimal::Decimal;
use etalon_uncertainty::diagnostic::Diagnostic;
use etalon_uncertainty::expression::Value;
use etalon_uncertainty::unit::Unit;

use super::refusal::PlanError;
use super::table::{Table, shown};

impl<'a> Table<'a> {
    /// The ends of what is plausible, in the unit of the question.
    pub(super) fn expectation(
        &'a self,
        ask: &Ask,
        unit: &Unit,
    ) -> Result<Option<Box<(Decimal, Decimal)>>, PlanError> {
        let Some(text) = &ask.expect else { return Ok(None) };
        let (centre, half) = text.split_once("+-").unwrap_or((text, "0"));
        let centre = self.expected_number(ask, centre, |si| unit.from_si(si))?;
        let half = match half.trim() {
            "0" => 0.0,
            half => self.expected_number(ask, half, |si| unit.interval_from_si(si))?.abs(),
        };
        let decimal = |number: f64| {
            let refused = |error: etalon_uncertainty::decimal::DecimalError| {
                self.finding(Diagnostic::error("P0201", format!("`{text}`: {error}")))
            };
            Decimal::from_f64(number).map_err(refused)
        };
        Ok(Some(Box::new((decimal(centre - half)?, decimal(centre + half)?))))
    }

    fn expected_number(
        &'a self,
        ask: &Ask,
        text: &str,
        in_unit: impl Fn(f64) -> f64,
    ) -> Result<f64, PlanError> {
        let formula = Formula::parse(text.trim(), 0..0, false).map_err(|one| self.finding(one))?;
        match self.shared(&formula, ("operator", &ask.field))? {
            Value::Number { si, .. } => Ok(in_unit(si)),
            other => {
                let found = shown(&other);
                let text = format!("`{text}` of question {} is {found}", ask.field);
                Err(self.finding(Diagnostic::error("P0201", text)))
            }
        }
    }
}
