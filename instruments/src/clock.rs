//! Time: the one place where this crate learns what o'clock it is and waits.
//!
//! A [`Clock`] is either real or virtual. Both run on tokio's time, so that a
//! paused runtime turns a wait of minutes into nothing: a virtual clock counts its
//! civil time from a chosen start, by the paused runtime's own elapsed time.
//!
//! A hurried clock belongs to a simulated bench that lives several times as fast as the wall
//! (`etalon serve --time-scale`): waits are that much shorter, and what has elapsed is that much
//! longer. Deadlines are not: the line to the bench is as fast as any other.
//!
//! # For those who build a runtime
//! A virtual clock means a current-thread runtime with its time paused and links
//! inside the process only. Real sockets and ports do not know that the time is
//! paused: an instrument's deadline would pass before its answer has left.

use jiff::Timestamp;
use std::{future::Future, time::Duration};
pub use tokio::time::Instant;

/// The time of a bench: moments, civil stamps and waits.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    origin: Origin,
}

#[derive(Clone, Copy, Debug)]
enum Origin {
    Real,
    Virtual { began: Instant, utc: Timestamp },
    Hurried { began: Instant, utc: Timestamp, times: f64 },
}

/// The time that was allowed has passed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("nothing happened within {0:?}")]
pub struct Elapsed(
    /// The time that was allowed.
    pub Duration,
);

impl Clock {
    /// The clock on the wall.
    #[must_use]
    pub fn real() -> Self {
        Self { origin: Origin::Real }
    }

    /// A clock that stands at `utc` now and follows the runtime's paused time.
    ///
    /// Call it inside the paused runtime: outside of one, "now" is another time.
    #[must_use]
    pub fn virtual_from(utc: Timestamp) -> Self {
        Self { origin: Origin::Virtual { began: Instant::now(), utc } }
    }

    /// A clock that stands at `utc` now and runs `times` as fast as the wall, as a served bench
    /// with this time scale does.
    #[must_use]
    pub fn hurried_from(utc: Timestamp, times: f64) -> Self {
        Self { origin: Origin::Hurried { began: Instant::now(), utc, times } }
    }

    /// How many times as fast as the runtime's time it runs: 1 unless it is hurried.
    #[must_use]
    pub fn times(&self) -> f64 {
        match self.origin {
            Origin::Real | Origin::Virtual { .. } => 1.0,
            Origin::Hurried { times, .. } => times,
        }
    }

    /// Whether this clock runs faster or slower than the wall.
    #[must_use]
    pub fn is_hurried(&self) -> bool {
        matches!(self.origin, Origin::Hurried { .. })
    }

    /// The clock on the wall in place of a hurried one, any other as it is.
    #[must_use]
    pub fn unhurried(self) -> Self {
        if self.is_hurried() { Self::real() } else { self }
    }

    /// What the record calls it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self.origin {
            Origin::Real => "real",
            Origin::Virtual { .. } => "virtual",
            Origin::Hurried { .. } => "hurried",
        }
    }

    /// How long this is ago, by this clock.
    #[must_use]
    pub fn since(&self, moment: Instant) -> Duration {
        let elapsed = moment.elapsed();
        match self.origin {
            Origin::Real | Origin::Virtual { .. } => elapsed,
            Origin::Hurried { times, .. } => scaled(elapsed, times),
        }
    }

    /// Whether this clock runs on paused time.
    #[must_use]
    pub fn is_virtual(&self) -> bool {
        matches!(self.origin, Origin::Virtual { .. })
    }

    /// The present moment, for differences.
    #[must_use]
    pub fn now(&self) -> Instant {
        Instant::now()
    }

    /// The present moment, for the record.
    #[must_use]
    pub fn utc(&self) -> Timestamp {
        match self.origin {
            Origin::Real => wall_clock(),
            Origin::Virtual { began, utc } => {
                utc.checked_add(began.elapsed()).unwrap_or(Timestamp::MAX)
            }
            Origin::Hurried { began, utc, .. } => {
                utc.checked_add(self.since(began)).unwrap_or(Timestamp::MAX)
            }
        }
    }

    /// Waits.
    pub async fn sleep(&self, duration: Duration) {
        let wait = match self.origin {
            Origin::Real | Origin::Virtual { .. } => duration,
            Origin::Hurried { times, .. } => scaled(duration, times.recip()),
        };
        tokio::time::sleep(wait).await;
    }

    /// Waits by the wall (or the paused runtime), however hurried this clock is: for what an
    /// instrument counts in its users' seconds, as a watchdog does.
    pub async fn sleep_unhurried(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }

    /// Waits until `moment`; not at all when it has passed.
    pub async fn sleep_until(&self, moment: Instant) {
        tokio::time::sleep_until(moment).await;
    }

    /// Waits for `future`, at most `deadline`, which no clock hurries.
    ///
    /// # Errors
    /// [`Elapsed`] when the deadline passes first; the future is then dropped.
    pub async fn within<T>(
        &self,
        deadline: Duration,
        future: impl Future<Output = T>,
    ) -> Result<T, Elapsed> {
        tokio::time::timeout(deadline, future).await.map_err(|_| Elapsed(deadline))
    }
}

/// A duration so many times as long; the longest there is, where it is longer than that.
fn scaled(duration: Duration, times: f64) -> Duration {
    Duration::try_from_secs_f64(duration.as_secs_f64() * times).unwrap_or(Duration::MAX)
}

#[expect(clippy::disallowed_methods, reason = "the one place where the wall clock is read")]
fn wall_clock() -> Timestamp {
    Timestamp::try_from(std::time::SystemTime::now()).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn virtual_clock_passes_three_hours_at_once_and_stamps_them() {
        let start: Timestamp = "2026-01-05T08:00:00Z".parse().unwrap();
        let clock = Clock::virtual_from(start);

        clock.sleep(Duration::from_secs(3 * 3600)).await;

        assert!(clock.is_virtual());
        assert_eq!(clock.utc().to_string(), "2026-01-05T11:00:00Z");
    }

    #[tokio::test(start_paused = true)]
    async fn hurried_clock_shortens_waits_and_lengthens_what_elapsed_and_leaves_deadlines() {
        let clock = Clock::hurried_from(Timestamp::UNIX_EPOCH, 50.0);
        let (began, minute) = (clock.now(), Duration::from_secs(60));

        clock.sleep(minute).await;

        assert_eq!(began.elapsed(), Duration::from_millis(1200));
        assert_eq!(clock.since(began), minute);
        assert_eq!(clock.utc().to_string(), "1970-01-01T00:01:00Z");
        let second = Duration::from_secs(1);
        assert!(clock.within(second, clock.sleep(minute / 2)).await.is_ok());
        assert_eq!(clock.within(second, clock.sleep(minute)).await, Err(Elapsed(second)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_longer_than_its_deadline_says_how_long_it_waited() {
        let clock = Clock::virtual_from(Timestamp::UNIX_EPOCH);
        let allowed = Duration::from_millis(250);

        let answer = clock.within(allowed, clock.sleep(Duration::from_secs(9))).await;

        assert_eq!(answer, Err(Elapsed(allowed)));
    }
}
