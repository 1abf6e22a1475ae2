//! What earlier runs on the bench say: `history.s` and the number of its degrees of freedom.

use std::collections::BTreeSet;

use etalon_procedures::expand::Point;
use etalon_procedures::procedure::{Need, NeedKind};
use etalon_uncertainty::expression::Value;
use etalon_uncertainty::text::Text;
use etalon_uncertainty::unit::Unit;

use super::{Desk, Found};
use crate::bench::Pooled;
use crate::plan::refusal::PlanError;

impl Desk<'_> {
    /// The pooled repeatability of earlier runs on this bench at such a point.
    pub(super) fn of_history(
        &self,
        need: &Need,
        name: &str,
        point: &Point,
        measurand: &str,
    ) -> Result<Found, PlanError> {
        let bench = self.equipment.bench;
        let unit = self.unit_of_history(measurand);
        let pooled = self.pooled_in(point, measurand, &unit).ok_or_else(|| {
            let (bench, procedure, point) = (&bench.id, &self.procedure.id, &point.id);
            let reason = Text::new(
                format!(
                    "bench {bench} has no repeatability of {measurand} in {unit} for {procedure} at {point}"
                ),
                format!(
                    "装置 {bench} 没有规程 {procedure} 的 {measurand}（{unit}）在点 {point} 的重复性数据"
                ),
            );
            self.unresolved(need, reason)
        })?;
        let (value, text, unit) = match name {
            "s" => {
                (Value::in_unit(pooled.s, &unit), pooled.s.to_string(), unit.symbol().to_owned())
            }
            "nu" => (Value::number(f64::from(pooled.nu)), pooled.nu.to_string(), "1".to_owned()),
            _ => (Value::number(f64::from(pooled.n)), pooled.n.to_string(), "1".to_owned()),
        };
        Ok(Found { value, text, unit, origin: format!("bench {}: {}", bench.id, pooled.source) })
    }

    fn unit_of(&self, measurand: &str) -> Unit {
        self.procedure.model(measurand).map_or_else(Unit::one, |model| model.unit.clone())
    }

    /// That in which the procedure wants `history.s`: relative to the value where it asks for per
    /// cent of a quantity that has a unit.
    fn unit_of_history(&self, measurand: &str) -> Unit {
        let own = self.unit_of(measurand).interval();
        let asked = self.procedure.needs.iter().find(|need| need.name == "history.s");
        match asked.map(|need| &need.kind) {
            Some(NeedKind::Quantity(unit)) if unit.dimension() != own.dimension() => unit.clone(),
            _ => own,
        }
    }

    /// What earlier runs on this bench say about repeatability at such a point.
    #[must_use]
    pub fn pooled(&self, point: &Point, measurand: &str) -> Option<Pooled> {
        self.pooled_in(point, measurand, &self.unit_of(measurand))
    }

    /// The same in a unit: per cent for a standard deviation relative to the value.
    #[must_use]
    pub fn pooled_in(&self, point: &Point, measurand: &str, unit: &Unit) -> Option<Pooled> {
        // Only what a characterisation run was restricted to is compared.
        let history = &self.equipment.bench.history;
        let names: BTreeSet<&String> = history.iter().flat_map(|run| run.at.keys()).collect();
        let at = names
            .into_iter()
            .filter_map(|name| Some((name.clone(), point.text(self.procedure, name)?)))
            .collect();
        self.equipment.bench.pooled(&self.procedure.id, measurand, &at, unit)
    }
}
