//! A room that nobody sees for a while: the probe is brought back by the same recovery as every
//! instrument, the gap stands in the record, and the procedure's rule says what becomes of the run.
//!
//! | outside its limits the procedure wants | while nobody sees the room | found outside afterwards |
//! |----------------------------------------|----------------------------|--------------------------|
//! | `warn`                                 | the run goes on            | the run goes on          |
//! | `hold`                                 | no step is begun           | waits until it is inside, then the point is begun anew |
//! | `abort`                                | no step is begun           | the run ends             |

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use etalon_instruments::transport::Remedy;

use super::{Permission, Watcher};
use crate::engine::failure::Failure;
use crate::journal::Body;

/// How often a lost probe is brought back, and tried again after it, before the run is given up.
/// Chosen: three, as often as a point is begun anew.
const ATTEMPTS: u32 = 3;
/// Time before the second attempt and the third one.
/// Chosen: ten seconds, in which a probe that was unplugged is back or somebody is on the way.
const PAUSE: Duration = Duration::from_secs(10);

/// What speaks against the readings of the point under way, until somebody takes it up.
#[derive(Clone, Debug, Default)]
pub struct Doubt(Arc<Mutex<Option<Failure>>>);

impl Doubt {
    /// Takes the doubt up: the point is begun anew for it.
    ///
    /// # Errors
    /// The doubt.
    pub fn taken_up(&self) -> Result<(), Failure> {
        let doubt = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        doubt.map_or(Ok(()), Err)
    }

    fn raise(&self, doubt: Failure) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(doubt);
    }
}

impl Watcher {
    /// Looks; where an instrument was lost it is brought back, and looked at again.
    ///
    /// # Errors
    /// When it cannot be brought back, or the store refuses.
    pub async fn see(&mut self) -> Result<(), Failure> {
        let failure = match self.look().await {
            Ok(permission) => {
                self.permit(permission);
                return Ok(());
            }
            Err(failure) => failure,
        };
        let Some((instrument, _)) = failure.way_out() else { return Err(failure) };
        let instrument = instrument.to_owned();
        self.lose_sight(&failure).await?;
        let began = self.links.clock().now();
        let permission = self.brought_back(failure).await?;
        let gap_s = self.links.clock().since(began).as_secs_f64();
        self.see_again(&instrument, gap_s, permission).await
    }

    /// Whether the procedure wants nothing measured outside its limits.
    fn is_strict(&self) -> bool {
        self.environment.conditions.iter().any(|condition| condition.on_violation != "warn")
    }

    async fn lose_sight(&self, failure: &Failure) -> Result<(), Failure> {
        let meanwhile = if self.is_strict() {
            self.permit(Permission::Unseen);
            "no step is begun until it is"
        } else {
            "the run goes on, as the procedure warns only"
        };
        self.warn(format!("the room is not seen: {failure}; {meanwhile}")).await
    }

    /// Brings back what was lost, and what is lost while that is done, a bounded number of times.
    async fn brought_back(&mut self, first: Failure) -> Result<Permission, Failure> {
        let mut failure = first;
        for attempt in 1..=ATTEMPTS {
            if attempt > 1 {
                self.links.clock().sleep(PAUSE).await;
            }
            let Some((id, remedy)) = failure.way_out() else { break };
            // A line that did not come into step is made again.
            let remedy = if attempt > 1 { Remedy::Reestablish } else { remedy };
            failure = match self.links.bring_back(id, remedy).await {
                Ok(facts) => {
                    self.ledger.keep(facts).await?;
                    match self.look().await {
                        Ok(permission) => return Ok(permission),
                        Err(failure) => failure,
                    }
                }
                Err(failure) => failure,
            };
        }
        Err(failure)
    }

    async fn see_again(
        &self,
        instrument: &str,
        gap_s: f64,
        permission: Permission,
    ) -> Result<(), Failure> {
        let outside = permission == Permission::Hold;
        if outside {
            let instrument = instrument.to_owned();
            self.doubt.raise(Failure::Unseen { instrument, gap_s });
        }
        let readings = match &permission {
            Permission::Go | Permission::Unseen => "what was read meanwhile stands",
            Permission::Hold => "it is outside its limits: the point is begun anew when it is back",
            Permission::Abort { .. } => "it is outside its limits, which ends the run",
        };
        self.warn(format!("the room is seen again after {gap_s:.1} s: {readings}")).await?;
        self.permit(permission);
        Ok(())
    }

    async fn warn(&self, text: String) -> Result<(), Failure> {
        let severity = "warning".to_owned();
        self.ledger.keep(vec![Body::Noted { severity, text }]).await?;
        Ok(())
    }
}
