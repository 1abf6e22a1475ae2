//! An instrument without a line: a person says who it is, by the serial number on it.
//!
//! Typed or scanned, the number is compared with the one that bench or register state: another
//! instrument of the same kind has another certificate (ISO/IEC 17025, 6.4.13 a and 7.8.2.1).

use std::sync::Arc;

use super::{Links, lock};
use crate::engine::failure::Failure;
use crate::engine::operator::{self, Answer, Operator, Prompt};
use crate::journal::{Body, IdentityRead};
use crate::plan::{AnswerKind, PlannedInstrument};

/// Stage of these questions; no stage of a procedure, so that no answer is taken for one of them.
pub const STAGE: &str = "identification";

/// The question for the serial number of an instrument.
#[must_use]
pub fn question(number: usize, planned: &PlannedInstrument) -> Prompt {
    let (id, roles) = (&planned.id, planned.roles.join(", "));
    Prompt {
        stage: STAGE.to_owned(),
        action: number,
        field: format!("instrument.{id}"),
        point: None,
        repeat: 0,
        position: None,
        en: format!("Type or scan the serial number of instrument {id} (role {roles})"),
        zh: format!("请输入或扫描仪器 {id}（{roles}）的出厂编号"),
        wanted: AnswerKind::Text { twice: false },
    }
}

/// The questions for all instruments of a plan that a person reads.
pub fn questions(instruments: &[PlannedInstrument]) -> impl Iterator<Item = Prompt> {
    let by_hand = (1..).zip(instruments).filter(|(_, planned)| planned.is_by_hand());
    by_hand.map(|(number, planned)| question(number, planned))
}

impl Links {
    /// Has the instrument confirmed by whoever stands before it.
    pub(super) async fn confirmed(
        &self,
        planned: &PlannedInstrument,
        operator: &dyn Operator,
    ) -> Result<Body, Failure> {
        let place = self.plan.instruments.iter().position(|own| own.id == planned.id);
        let prompt = question(place.unwrap_or_default() + 1, planned);
        let Answer::Text(serial) = operator::put(operator, &prompt).await? else {
            return Err(Failure::Plan { what: format!("serial number of {}", planned.id) });
        };
        if let Some(wanted) = planned.serial_number.as_ref().filter(|wanted| **wanted != serial) {
            return Err(Failure::OtherInstrument {
                instrument: planned.id.clone(),
                found: format!("serial number {serial}, as {} says", operator.source()),
                wanted: format!("serial number {wanted}"),
            });
        }
        let instrument = self.connect(planned).await?;
        let model = instrument.model().id.clone();
        lock(&self.instruments).insert(planned.id.clone(), Arc::new(instrument));
        Ok(Body::Identified {
            instrument: planned.id.clone(),
            roles: planned.roles.clone(),
            resource: planned.resource.clone(),
            simulated: false,
            identity: IdentityRead { maker: String::new(), model, serial, firmware: String::new() },
        })
    }
}
