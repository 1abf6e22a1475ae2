//! Plain loops, compiled once for every width of vector registers.
//!
//! A processor works on two, four or eight doubles at a time. The loops are the
//! same for all: additions, multiplications, divisions and roots, none contracted
//! and none reordered, so that the width changes the time and never a bit.

#[cfg(feature = "budget")]
use fearless_simd::{Level, Simd as _, dispatch};

/// Which registers loops run in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Width(#[cfg(feature = "budget")] Level);

impl Width {
    /// The widest registers of this processor.
    #[cfg(feature = "budget")]
    pub(crate) fn widest() -> Self {
        Self(Level::new())
    }

    /// The registers that every processor of this family has.
    #[cfg(not(feature = "budget"))]
    pub(crate) fn widest() -> Self {
        Self()
    }

    /// Runs a loop. It is compiled into every path: a closure marked
    /// `#[inline(always)]` that moves what it needs into itself, so that nothing it
    /// reads can be what it writes, and with a plain `for`, whose parts are small
    /// enough to be compiled into the path as well.
    #[cfg(feature = "budget")]
    #[inline(always)]
    pub(crate) fn run<R>(self, work: impl FnOnce() -> R) -> R {
        dispatch!(self.0, registers => registers.vectorize(work))
    }

    /// Runs a loop.
    #[cfg(not(feature = "budget"))]
    #[inline(always)]
    pub(crate) fn run<R>(self, work: impl FnOnce() -> R) -> R {
        work()
    }

    /// Every width that this processor has.
    #[cfg(all(test, feature = "budget", target_arch = "x86_64"))]
    pub(crate) fn all() -> Vec<Self> {
        let widest = Level::new();
        let narrower = [
            widest.as_sse2().map(Level::Sse2),
            widest.as_sse4_2().map(Level::Sse4_2),
            widest.as_avx2().map(Level::Avx2),
        ];
        narrower.into_iter().flatten().chain([widest]).map(Self).collect()
    }

    /// Every width that is known here.
    #[cfg(all(test, not(all(feature = "budget", target_arch = "x86_64"))))]
    pub(crate) fn all() -> Vec<Self> {
        vec![Self::widest()]
    }
}
