//! What certificate, specification and model file of a standard say: `cert.ref.error`,
//! `spec.ref.limit`, `res.ref`.

use etalon_procedures::expand::Point;
use etalon_procedures::procedure::Need;
use etalon_uncertainty::text::Text;

use super::{Desk, Found};
use crate::plan::bind::Bound;
use crate::plan::capability::{self, SpecifiedRefusal};
use crate::plan::refusal::PlanError;
use crate::register::{CertifiedValue, Load, LookupRefusal};

impl Desk<'_> {
    fn bound_of(&self, need: &Need, role: &str) -> Result<&Bound<'_>, PlanError> {
        let bound = self.bound.iter().find(|bound| bound.role.name == role);
        bound.filter(|bound| bound.standard.is_some()).ok_or_else(|| self.unregistered(need, role))
    }

    fn unregistered(&self, need: &Need, role: &str) -> PlanError {
        self.unresolved(
            need,
            Text::new(
                format!("role `{role}` has no entry in the register"),
                format!("角色 `{role}` 在台账中没有记录"),
            ),
        )
    }

    /// A load that nobody stated anything for is a rule's matter; a name nobody
    /// states at all is a flaw of the procedure or the register.
    fn looked_up(
        &self,
        need: &Need,
        bound: &Bound<'_>,
        found: Result<CertifiedValue, LookupRefusal>,
        point: &Point,
    ) -> Result<Found, PlanError> {
        match found {
            Ok(certified) => self.quantity(need, &certified.value, certified.source),
            Err(
                refused @ (LookupRefusal::NoRow { .. }
                | LookupRefusal::IncompleteLoad { .. }
                | LookupRefusal::OutsideSpecification { .. }),
            ) => Err(PlanError::OutsideCertificate {
                blame: bound.blame(),
                reason: Box::new(refused.text()),
                line: self.lines.at(&need.place),
                at: point.id.clone(),
            }),
            Err(refused) => Err(self.unresolved(need, refused.text())),
        }
    }

    pub(super) fn certified(
        &self,
        need: &Need,
        role: &str,
        name: &str,
        load: &Load,
        point: &Point,
    ) -> Result<Found, PlanError> {
        let bound = self.bound_of(need, role)?;
        let standard = bound.standard.ok_or_else(|| self.unregistered(need, role))?;
        let found = standard.certified_on(name, &in_range(bound, load), self.equipment.date);
        self.looked_up(need, bound, found, point)
    }

    pub(super) fn specified(
        &self,
        need: &Need,
        role: &str,
        name: &str,
        load: &Load,
        point: &Point,
    ) -> Result<Found, PlanError> {
        let bound = self.bound_of(need, role)?;
        match capability::specified(bound, name, &in_range(bound, load), point) {
            Ok(found) => self.quantity(need, &found.value, found.source),
            Err(SpecifiedRefusal::NoStandard) => Err(self.unregistered(need, role)),
            Err(SpecifiedRefusal::Register(refused)) => {
                self.looked_up(need, bound, Err(refused), point)
            }
            Err(SpecifiedRefusal::Outside(reason)) => Err(PlanError::OutsideSpecification {
                blame: bound.blame(),
                reason: Box::new(reason),
                line: self.lines.at(&need.place),
                at: point.id.clone(),
            }),
        }
    }

    /// The resolution of the instrument in a role, from its model file.
    pub(super) fn resolution(
        &self,
        need: &Need,
        role: &str,
        name: Option<&str>,
    ) -> Result<Found, PlanError> {
        let bound = self.bound.iter().find(|bound| bound.role.name == role);
        let bound = bound.ok_or_else(|| {
            self.unresolved(
                need,
                Text::new(format!("there is no role `{role}`"), format!("没有角色 `{role}`")),
            )
        })?;
        let quantity =
            name.or_else(|| bound.role.quantities.first().map(|first| first.name.as_str()));
        let reading = quantity.and_then(|quantity| bound.model.reading(quantity));
        let found = reading.and_then(|reading| reading.resolution.as_ref()).ok_or_else(|| {
            self.unresolved(
                need,
                Text::new(
                    format!("model {} states no resolution", bound.model.id),
                    format!("型号 {} 未给出分辨力", bound.model.id),
                ),
            )
        })?;
        let origin = format!("model {}: {}", bound.model.id, bound.model.manual.title);
        self.quantity(need, found, origin)
    }
}

/// The load with the range that is used, where one is named.
#[must_use]
pub fn in_range(bound: &Bound<'_>, load: &Load) -> Load {
    match &bound.range {
        Some(range) => load.clone().with_word("range", range),
        None => load.clone(),
    }
}
