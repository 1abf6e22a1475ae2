//! Uniform random bits from keyed streams.

use crate::width::Width;

/// Streams that run side by side, one in every lane of a column.
/// Chosen: twice what the widest registers hold, so that a step need not wait for
/// the one before it.
pub(super) const LANES: usize = 16;

/// xoshiro256++ in lanes, all keyed by seed and block.
///
/// Source: D. Blackman and S. Vigna; SplitMix64 for the state, as its authors advise.
pub(super) struct Stream {
    state: [[u64; LANES]; 4],
    width: Width,
}

/// Steps of SplitMix64: the odd number nearest to 2^64 divided by the golden ratio.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

#[inline(always)]
fn mixed(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Stream {
    /// A stream that is yet to be keyed.
    pub(super) fn new(width: Width) -> Self {
        Self { state: [[0; LANES]; 4], width }
    }

    /// Goes to the beginning of one block of one run.
    pub(super) fn key(&mut self, seed: u64, block: u64) {
        let first =
            mixed(seed.wrapping_add(GOLDEN)) ^ mixed(block.wrapping_mul(GOLDEN) ^ 0x5bd1_e995);
        // Two sequences: where one overlaps with that of another block, the other does not.
        let second = mixed(first ^ GOLDEN);
        let [a, b, c, d] = &mut self.state;
        self.width.run(
            #[inline(always)]
            || {
                let lanes = a.iter_mut().zip(b).zip(c.iter_mut().zip(d));
                let (mut first, mut second) = (first, second);
                for ((a, b), (c, d)) in lanes {
                    (*a, *b) = (mixed(first), mixed(first.wrapping_add(GOLDEN)));
                    (*c, *d) = (mixed(second), mixed(second.wrapping_add(GOLDEN)));
                    first = first.wrapping_add(GOLDEN.wrapping_mul(2));
                    second = second.wrapping_add(GOLDEN.wrapping_mul(2));
                }
            },
        );
    }

    /// The next bits of every lane in turn; a length that is no multiple of
    /// [`LANES`] leaves the rest of the last round unused.
    pub(super) fn fill(&mut self, to: &mut [u64]) {
        let state = &mut self.state;
        self.width.run(
            #[inline(always)]
            move || {
                // Copies, which nothing else can point to.
                let [mut a, mut b, mut c, mut d] = *state;
                for chunk in to.chunks_mut(LANES) {
                    let mut bits = [0; LANES];
                    let lanes = a.iter_mut().zip(&mut b).zip(c.iter_mut().zip(&mut d));
                    for (to, ((a, b), (c, d))) in bits.iter_mut().zip(lanes) {
                        *to = a.wrapping_add(*d).rotate_left(23).wrapping_add(*a);
                        let shifted = *b << 17;
                        *c ^= *a;
                        *d ^= *b;
                        *b ^= *c;
                        *a ^= *d;
                        *c ^= shifted;
                        *d = d.rotate_left(45);
                    }
                    chunk.iter_mut().zip(bits).for_each(|(to, bits)| *to = bits);
                }
                *state = [a, b, c, d];
            },
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xoshiro_gives_the_published_sequence_in_every_lane() {
        // First outputs for the state 1, 2, 3, 4 (rand_xoshiro's and Vigna's vectors).
        for width in Width::all() {
            let state = [1, 2, 3, 4].map(|word| [word; LANES]);
            let mut stream = Stream { state, width };
            let mut bits = [0; 4 * LANES];
            stream.fill(&mut bits);
            let wanted = [41_943_041, 58_720_359, 3_588_806_011_781_223, 3_591_011_842_654_386];
            for (chunk, wanted) in bits.chunks(LANES).zip(wanted) {
                assert!(chunk.iter().all(|found| *found == wanted), "{width:?}");
            }
        }
    }

    #[test]
    fn lanes_blocks_and_seeds_have_streams_of_their_own() {
        let mut stream = Stream::new(Width::widest());
        let mut seen = std::collections::BTreeSet::new();
        for (seed, block) in [(1, 0), (1, 1), (2, 0), (2, 1), (u64::MAX, u64::MAX)] {
            stream.key(seed, block);
            let mut bits = [0; 2 * LANES];
            stream.fill(&mut bits);
            seen.extend(bits);
        }
        assert_eq!(seen.len(), 5 * 2 * LANES);
    }
}
