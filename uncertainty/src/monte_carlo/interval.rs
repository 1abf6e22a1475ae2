//! Moments and coverage intervals of a sample.

/// Sum of what an output did in all trials.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Output {
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub u: f64,
    /// Third standardised moment.
    pub skewness: f64,
    /// Fourth standardised moment less 3.
    pub excess_kurtosis: f64,
    /// One entry per coverage probability.
    pub intervals: Vec<Interval>,
}

/// Coverage intervals for one probability.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Interval {
    /// Coverage probability.
    pub p: f64,
    /// Ends of the probabilistically symmetric interval.
    pub symmetric: (f64, f64),
    /// Ends of the shortest interval.
    pub shortest: (f64, f64),
    /// Standard sampling uncertainty of the symmetric ends, from the order
    /// statistics around them.
    pub sampling: (f64, f64),
}

impl Output {
    /// The same in another unit.
    #[must_use]
    pub fn mapped(&self, value: impl Fn(f64) -> f64, length: impl Fn(f64) -> f64) -> Self {
        let both = |(low, high): (f64, f64)| (value(low), value(high));
        let intervals = self.intervals.iter().map(|interval| Interval {
            p: interval.p,
            symmetric: both(interval.symmetric),
            shortest: both(interval.shortest),
            sampling: (length(interval.sampling.0), length(interval.sampling.1)),
        });
        Self {
            mean: value(self.mean),
            u: length(self.u),
            intervals: intervals.collect(),
            ..self.clone()
        }
    }
}

/// Mean and central moments.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Moments {
    pub(super) mean: f64,
    variance: f64,
    third: f64,
    fourth: f64,
}

/// Sums in lanes, so that the order of additions is fixed and still wide.
fn lanes(values: &[f64], f: impl Fn(f64) -> f64) -> f64 {
    let mut total = 0.0;
    for block in values.chunks(4096) {
        let mut lane = [0.0; 8];
        let chunks = block.chunks_exact(8);
        for value in chunks.remainder() {
            total += f(*value);
        }
        for chunk in chunks {
            lane.iter_mut().zip(chunk).for_each(|(lane, value)| *lane += f(*value));
        }
        total += lane.iter().sum::<f64>();
    }
    total
}

#[expect(clippy::cast_precision_loss, reason = "samples are far shorter than 2^52")]
fn count(values: &[f64]) -> f64 {
    values.len() as f64
}

pub(super) fn moments(values: &[f64]) -> Moments {
    let n = count(values);
    let first = values.first().copied().unwrap_or_default();
    let mean = first + lanes(values, |y| y - first) / n;
    // JCGM 101, 7.6: n - 1 for the variance.
    let variance = lanes(values, |y| (y - mean) * (y - mean)) / (n - 1.0);
    let u = variance.sqrt();
    if u <= 0.0 {
        return Moments { mean, variance, third: 0.0, fourth: 0.0 };
    }
    let scaled = |y: f64| (y - mean) / u;
    let third = lanes(values, |y| {
        let s = scaled(y);
        s * s * s
    });
    let fourth = lanes(values, |y| {
        let s = scaled(y);
        (s * s) * (s * s)
    });
    Moments { mean, variance, third: third / n, fourth: fourth / n }
}

pub(super) fn covariance(outputs: &[Vec<f64>], moments: &[Moments]) -> Vec<Vec<f64>> {
    let entry = |(i, a): (usize, &Vec<f64>), (j, b): (usize, &Vec<f64>)| {
        let mean = |place: usize| moments.get(place).map_or(0.0, |m| m.mean);
        if i == j {
            return moments.get(i).map_or(0.0, |m| m.variance);
        }
        let (mean_a, mean_b) = (mean(i), mean(j));
        let products = a.iter().zip(b).map(|(a, b)| (a - mean_a) * (b - mean_b));
        products.sum::<f64>() / (count(a) - 1.0)
    };
    let row = |a: (usize, &Vec<f64>)| outputs.iter().enumerate().map(|b| entry(a, b)).collect();
    outputs.iter().enumerate().map(row).collect()
}

/// Moments with the intervals; the order of the values is lost.
pub(super) fn summed(values: &mut [f64], moments: Moments, probabilities: &[f64]) -> Output {
    let outside = probabilities.iter().map(|p| values.len() - covered_of(values.len(), *p)).max();
    let tails = Tails::new(values, outside.unwrap_or(0));
    let intervals = probabilities.iter().map(|p| tails.interval(*p)).collect();
    let excess_kurtosis = if moments.variance > 0.0 { moments.fourth - 3.0 } else { 0.0 };
    let (mean, u) = (moments.mean, moments.variance.sqrt());
    Output { mean, u, skewness: moments.third, excess_kurtosis, intervals }
}

/// Number of trials inside the interval. Source: JCGM 101, 7.7.2, note 2.
pub(super) fn covered(trials: u64, p: f64) -> u64 {
    #[expect(clippy::cast_precision_loss, reason = "samples are far shorter than 2^52")]
    let exact = p * trials as f64;
    // A product that is an integer but for its last bit is that integer.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and the number of trials"
    )]
    let q = (exact + 0.5 - 1e-9 * exact.max(1.0) * 1e-3).floor() as u64;
    q.clamp(1, trials.saturating_sub(1))
}

/// [`covered`] of a sample in memory.
fn covered_of(trials: usize, p: f64) -> usize {
    usize::try_from(covered(trials as u64, p)).unwrap_or(trials)
}

/// One standard deviation of a binomial count at a rank: whole ranks, and the
/// factor from there to the deviation itself.
pub(super) fn binomial(rank: u64, trials: u64) -> (u64, f64) {
    #[expect(clippy::cast_precision_loss, reason = "samples are far shorter than 2^52")]
    let (rank, trials) = (rank as f64, trials as f64);
    let deviation = (rank * (1.0 - rank / trials)).max(1.0).sqrt();
    let ranks = deviation.ceil();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "positive, and far below the number of trials"
    )]
    (ranks as u64, deviation / ranks)
}

/// The ordered ends of a sample; its middle is left as it is.
struct Tails<'a> {
    low: &'a [f64],
    high: &'a [f64],
    trials: usize,
}

impl<'a> Tails<'a> {
    fn new(values: &'a mut [f64], length: usize) -> Self {
        let trials = values.len();
        // A few more, for the order statistics around the ends.
        let length = length + length / 8 + 64;
        if 2 * length >= trials {
            values.sort_unstable_by(f64::total_cmp);
            return Self { low: values, high: values, trials };
        }
        values.select_nth_unstable_by(length, f64::total_cmp);
        let (low, rest) = values.split_at_mut(length);
        let middle = rest.len() - length;
        rest.select_nth_unstable_by(middle, f64::total_cmp);
        let high = rest.split_at_mut(middle).1;
        low.sort_unstable_by(f64::total_cmp);
        high.sort_unstable_by(f64::total_cmp);
        Self { low, high, trials }
    }

    /// Value of rank `rank`, from 1.
    fn ranked(&self, rank: usize) -> f64 {
        let place = rank.clamp(1, self.trials) - 1;
        let from_end = self.high.len() + place;
        let high = || from_end.checked_sub(self.trials).and_then(|place| self.high.get(place));
        self.low.get(place).or_else(high).copied().unwrap_or(f64::NAN)
    }

    /// Source: JCGM 101, 7.7.2 (symmetric) and 5.3.4, 7.7.3 (shortest).
    fn interval(&self, p: f64) -> Interval {
        let inside = covered_of(self.trials, p);
        let outside = self.trials - inside;
        let lowest = outside.div_ceil(2).max(1);
        let symmetric = (self.ranked(lowest), self.ranked(lowest + inside));
        let mut shortest = symmetric;
        let mut width = f64::INFINITY;
        for rank in 1..=outside {
            let (low, high) = (self.ranked(rank), self.ranked(rank + inside));
            if high - low < width {
                width = high - low;
                shortest = (low, high);
            }
        }
        let sampling = (self.sampling(lowest), self.sampling(lowest + inside));
        Interval { p, symmetric, shortest, sampling }
    }

    /// Half the distance between the ranks one standard deviation of a binomial
    /// count to both sides.
    fn sampling(&self, rank: usize) -> f64 {
        let (ranks, stretch) = binomial(rank as u64, self.trials as u64);
        let ranks = usize::try_from(ranks).unwrap_or(0);
        let distance = self.ranked(rank + ranks) - self.ranked(rank.saturating_sub(ranks));
        0.5 * distance * stretch
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jcgm_101_7_7_2_ranks_are_those_of_the_clause() {
        // M = 10^5 and p = 0.95: q = 95 000, r = 2500.
        let mut values: Vec<f64> = (0..100_000).rev().map(f64::from).collect();
        let summed = summed(&mut values.clone(), moments(&values), &[0.95]);
        assert_eq!(summed.intervals[0].symmetric, (2499.0, 97_499.0));
        // Odd remainder: M = 1001, q = 951, r = (1001 - 951 + 1) / 2 = 25.
        values.truncate(1001);
        let first = values[1000];
        let interval = super::summed(&mut values, Moments::default(), &[0.95]).intervals[0].clone();
        assert_eq!(interval.symmetric, (first + 24.0, first + 24.0 + 951.0));
    }

    #[test]
    fn tails_give_what_a_full_sort_gives() {
        // The golden ratio's multiples, well mixed and cubed: a density that falls off.
        let part = |i: i32| libm::fmod(f64::from(i) * 0.618_033_988_749_895, 1.0);
        let values: Vec<f64> = (0..50_000).map(|i| libm::pow(part(i), 3.0)).collect();
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        let mut partly = values.clone();
        let tails = Tails::new(&mut partly, 2500);
        for rank in [1, 2, 1000, 2500, 47_501, 49_999, 50_000] {
            assert_eq!(tails.ranked(rank).to_bits(), sorted[rank - 1].to_bits());
        }
        let whole = Tails { low: &sorted, high: &sorted, trials: sorted.len() };
        assert_eq!(whole.interval(0.95), tails.interval(0.95));
        assert!(tails.interval(0.95).shortest.0 < 1e-3, "the density is largest at zero");
    }

    #[test]
    fn moments_survive_a_large_offset() {
        let values: Vec<f64> = (0..1001).map(|i| 1e9 + f64::from(i % 2)).collect();
        let m = moments(&values);
        assert!((m.variance - 0.25).abs() < 1e-3 && (m.mean - 1e9 - 0.5).abs() < 1e-3);
    }
}
