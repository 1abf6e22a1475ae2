//! The two ends of a sample: kept value by value, or counted in bins.

mod order;

use crate::batch::COLUMN;
use crate::monte_carlo::interval::Interval;
use crate::width::Width;

/// Bins of an end. Chosen: with the width of an end of about ten u, one bin is
/// some 10⁻⁴ u.
const BINS: usize = 1 << 16;

/// One end of a sample, seen from the middle outwards.
#[derive(Clone, Debug)]
pub(super) struct Tail {
    /// Where it begins.
    from: f64,
    /// 1 for the upper end, -1 for the lower one.
    sign: f64,
    content: Content,
}

#[derive(Clone, Debug)]
enum Content {
    Kept(Vec<f64>),
    /// Counts per bin from the outermost inwards; the outermost bin takes
    /// everything beyond.
    Binned {
        counts: Vec<u64>,
        width: f64,
    },
}

impl Tail {
    /// An end of which the first stretch reached `length` far.
    pub(super) fn new(from: f64, length: f64, sign: f64, binned: bool) -> Self {
        let content = if binned {
            // Twice as far as the first stretch went.
            #[expect(clippy::cast_precision_loss, reason = "a number of bins")]
            let width = (2.0 * length).max(f64::MIN_POSITIVE) / BINS as f64;
            Content::Binned { counts: vec![0; BINS], width }
        } else {
            Content::Kept(Vec::new())
        };
        Self { from, sign, content }
    }

    fn push(&mut self, y: f64) {
        match &mut self.content {
            Content::Kept(values) => values.push(y),
            Content::Binned { counts, width } => {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "not negative, and cast saturates"
                )]
                let inwards = (((y - self.from) * self.sign / *width) as usize).min(BINS - 1);
                if let Some(count) = counts.get_mut(BINS - 1 - inwards) {
                    *count += 1;
                }
            }
        }
    }

    fn join(&mut self, other: Self) {
        match (&mut self.content, other.content) {
            (Content::Kept(values), Content::Kept(more)) => values.extend(more),
            (Content::Binned { counts, .. }, Content::Binned { counts: more, .. }) => {
                counts.iter_mut().zip(more).for_each(|(count, more)| *count += more);
            }
            _ => {}
        }
    }

    /// Puts what was collected into an order in which ranks can be read.
    pub(super) fn order(&mut self) {
        match &mut self.content {
            Content::Kept(values) => {
                order::ascending(values);
                if self.sign > 0.0 {
                    values.reverse();
                }
            }
            Content::Binned { counts, .. } => {
                let mut total = 0;
                for count in counts {
                    total += *count;
                    *count = total;
                }
            }
        }
    }

    fn count(&self) -> u64 {
        match &self.content {
            Content::Kept(values) => values.len() as u64,
            Content::Binned { counts, .. } => counts.last().copied().unwrap_or(0),
        }
    }

    /// Value of the given rank, from 1 at the very end.
    fn ranked(&self, rank: u64) -> f64 {
        match &self.content {
            Content::Kept(values) => {
                let place = usize::try_from(rank.max(1) - 1).unwrap_or(usize::MAX);
                values.get(place).copied().unwrap_or(f64::NAN)
            }
            Content::Binned { counts, width } => {
                let bin = counts.partition_point(|total| *total < rank);
                let before = bin.checked_sub(1).and_then(|bin| counts.get(bin)).copied();
                let before = before.unwrap_or(0);
                let own = counts.get(bin).map_or(0, |total| total - before).max(1);
                #[expect(clippy::cast_precision_loss, reason = "counts below 2^52")]
                let (part, edge) =
                    ((rank - before.min(rank)) as f64 / own as f64, (BINS - bin) as f64);
                self.from + self.sign * width * (edge - part)
            }
        }
    }
}

/// Both ends of an output.
#[derive(Clone, Debug)]
pub(super) struct Tails {
    low: Tail,
    high: Tail,
    width: Width,
    /// Whether a drawn value lies in one of the ends.
    marks: Vec<u8>,
    /// The drawn values that do.
    ends: Vec<f64>,
}

impl Tails {
    /// Two ends of which as many trials are to be expected at most.
    pub(super) fn new(low: Tail, high: Tail, most: usize) -> Self {
        let mut tails = Self {
            low,
            high,
            width: Width::widest(),
            marks: vec![0; COLUMN],
            ends: vec![0.0; COLUMN],
        };
        for tail in tails.both() {
            if let Content::Kept(values) = &mut tail.content {
                values.reserve(most);
            }
        }
        tails
    }

    /// The lower end and the upper one.
    pub(super) fn both(&mut self) -> [&mut Tail; 2] {
        [&mut self.low, &mut self.high]
    }

    /// Takes what lies in the ends, at most a column.
    pub(super) fn take(&mut self, drawn: &[f64]) {
        let (low, high) = (self.low.from, self.high.from);
        let marks = self.marks.as_mut_slice();
        self.width.run(
            #[inline(always)]
            move || {
                for (mark, y) in marks.iter_mut().zip(drawn) {
                    *mark = u8::from(*y <= low) | u8::from(*y >= high);
                }
            },
        );
        // Every value is written, and the next one over it unless it is marked: no
        // branch that a processor could guess wrongly.
        let mut found = 0;
        for (mark, y) in self.marks.iter().zip(drawn) {
            if let Some(place) = self.ends.get_mut(found) {
                *place = *y;
            }
            found += usize::from(*mark);
        }
        for y in self.ends.iter().take(found) {
            if *y <= low {
                self.low.push(*y);
            } else {
                self.high.push(*y);
            }
        }
    }

    pub(super) fn join(&mut self, other: Self) {
        self.low.join(other.low);
        self.high.join(other.high);
    }

    /// Whether both ends hold that many trials and those around them.
    pub(super) fn reach(&self, outside: u64) -> bool {
        let needed = outside + outside / 16 + 32;
        self.low.count() >= needed && self.high.count() >= needed
    }

    /// Value of a rank from 1; NaN in the middle, which nobody keeps.
    fn ranked(&self, rank: u64, trials: u64) -> f64 {
        let rank = rank.clamp(1, trials);
        if rank <= self.low.count() {
            return self.low.ranked(rank);
        }
        let from_above = trials - rank + 1;
        if from_above <= self.high.count() { self.high.ranked(from_above) } else { f64::NAN }
    }

    /// Source: JCGM 101, 7.7.2 (symmetric) and 5.3.4, 7.7.3 (shortest).
    pub(super) fn interval(&self, p: f64, trials: u64, inside: u64) -> Interval {
        let outside = trials - inside;
        let lowest = outside.div_ceil(2).max(1);
        let ranked = |rank: u64| self.ranked(rank, trials);
        let symmetric = (ranked(lowest), ranked(lowest + inside));
        let (mut shortest, mut width) = (symmetric, f64::INFINITY);
        // Every rank where the values are kept, every few where they are counted.
        let step = match self.low.content {
            Content::Kept(_) => 1,
            Content::Binned { .. } => (outside / BINS as u64).max(1),
        };
        let mut rank = 1;
        while rank <= outside {
            let (low, high) = (ranked(rank), ranked(rank + inside));
            if high - low < width {
                width = high - low;
                shortest = (low, high);
            }
            rank += step;
        }
        let sampling = [lowest, lowest + inside].map(|rank| {
            let (ranks, stretch) = super::super::interval::binomial(rank, trials);
            0.5 * stretch * (ranked(rank + ranks) - ranked(rank.saturating_sub(ranks)))
        });
        Interval { p, symmetric, shortest, sampling: sampling.into() }
    }
}

#[cfg(test)]
impl Tail {
    /// The same end, counted in bins.
    pub(super) fn counted(&self, end: f64) -> Self {
        Self::new(self.from, (end - self.from).abs(), self.sign, true)
    }
}
