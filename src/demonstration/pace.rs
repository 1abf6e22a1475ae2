//! The demonstration for somebody who watches: simulated time, held to a pace.
//!
//! In paused time a run would be over before anybody saw it begin. Here time
//! still goes from timer to timer by itself, so that the run is the very run of
//! `etalon demo`; but a brake lets it go on only as fast as was asked for. A
//! stop does not wait for the brake: whatever is ready runs while it holds.

use std::{sync::Arc, time::Duration};

use tokio::{runtime::Builder, task::spawn_blocking, time};

use super::DemonstrationError;
use crate::{
    engine::{
        Conclusion, Sink,
        control::Control,
        session::{preparation::Preparation, virtual_time},
    },
    lab::Lab,
};

/// How long the brake holds at a time: shorter than anybody sees.
const HOLD: Duration = Duration::from_millis(20);

/// How many times as fast as the wall's clock simulated time goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace(f64);

impl Pace {
    /// A pace from 1, the wall's own, to a million.
    #[must_use]
    pub fn new(times: f64) -> Option<Self> {
        (1.0..=1e6).contains(&times).then_some(Self(times))
    }

    /// How many times as fast.
    #[must_use]
    pub fn times(self) -> f64 {
        self.0
    }
}

/// Runs the demonstration's plan in simulated time at a pace, from outside of any runtime.
///
/// # Errors
/// [`DemonstrationError`].
pub fn run(
    lab: &Lab,
    prepared: Preparation,
    pace: Pace,
    control: Control,
    sink: Arc<dyn Sink>,
) -> Result<Conclusion, DemonstrationError> {
    let runtime = Builder::new_current_thread().enable_all().start_paused(true).build();
    let runtime = runtime.map_err(|source| DemonstrationError::NoRuntime { source })?;
    runtime.block_on(async {
        let clock = virtual_time::clock(&lab.journal()?)?;
        tokio::select! {
            concluded = super::run(lab, prepared, clock, control, sink) => concluded,
            never = brake(pace) => match never {},
        }
    })
}

/// Lets simulated time go on by what a hold is worth, then holds it.
async fn brake(pace: Pace) -> std::convert::Infallible {
    let step = HOLD.mul_f64(pace.times());
    loop {
        time::sleep(step).await;
        // Paused time stands still while a blocking task runs. One that could not
        // hold lets the run go faster, which is no harm.
        drop(spawn_blocking(hold).await);
    }
}

#[expect(clippy::disallowed_methods, reason = "the one wait that must be the wall's own time")]
fn hold() {
    std::thread::sleep(HOLD);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    /// 12 s at 60 times are 0.2 s on the wall; the last hold may be cut off.
    #[tokio::test(start_paused = true)]
    async fn simulated_time_goes_as_fast_as_was_asked_for() {
        let pace = Pace::new(60.0).unwrap();
        let (began, simulated) = (Instant::now(), time::Instant::now());
        tokio::select! {
            () = time::sleep(Duration::from_secs(12)) => {}
            never = brake(pace) => match never {},
        }
        let (wall, simulated) = (began.elapsed(), simulated.elapsed());
        assert!(simulated >= Duration::from_secs(12), "{simulated:?}");
        assert!(wall >= Duration::from_millis(150), "{wall:?}");
    }

    #[test]
    fn a_pace_slower_than_the_wall_or_no_number_is_none() {
        assert_eq!(Pace::new(0.5), None);
        assert_eq!(Pace::new(f64::NAN), None);
    }
}
