//! Sums of powers, from which moments follow.

use crate::batch::Batch;
use crate::width::Width;

/// Place and width of an output, from the first stretch: deviations in this
/// scale are of the size of one, so that their powers keep their digits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    middle: f64,
    width: f64,
}

impl Scale {
    pub(super) fn of(values: &[f64]) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "one stretch")]
        let n = values.len() as f64;
        let first = values.first().copied().unwrap_or_default();
        let middle = first + values.iter().map(|y| y - first).sum::<f64>() / n;
        let squares: f64 = values.iter().map(|y| (y - middle) * (y - middle)).sum();
        let width = (squares / n).sqrt();
        Self { middle, width: if width > 0.0 { width } else { 1.0 } }
    }
}

/// Sums over trials: powers of every scaled deviation, and their products.
#[derive(Clone, Debug)]
pub(super) struct Sums {
    powers: Vec<[f64; 4]>,
    products: Vec<f64>,
    width: Width,
}

/// Independent sums, so that additions need not wait for each other; their
/// number and order are fixed.
const LANES: usize = 8;

impl Sums {
    pub(super) fn new(outputs: usize) -> Self {
        let pairs = outputs * outputs.saturating_sub(1) / 2;
        Self { powers: vec![[0.0; 4]; outputs], products: vec![0.0; pairs], width: Width::widest() }
    }

    pub(super) fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.powers.iter_mut().zip(&other.powers) {
            mine.iter_mut().zip(theirs).for_each(|(sum, part)| *sum += part);
        }
        self.products.iter_mut().zip(&other.products).for_each(|(sum, part)| *sum += part);
    }

    /// Adds the first `left` trials of a block; whether all are finite.
    pub(super) fn take(
        &mut self,
        batch: &Batch,
        scales: &[Scale],
        columns: &mut [Vec<f64>],
        left: usize,
    ) -> bool {
        let mut is_finite = true;
        let outputs = self.powers.iter_mut().zip(scales).zip(columns.iter_mut());
        for (output, ((powers, scale), column)) in outputs.enumerate() {
            let drawn = batch.output(output);
            column.truncate(left);
            let sums = power_sums(self.width, drawn, *scale, column);
            is_finite &= sums.iter().all(|sum| sum.is_finite());
            powers.iter_mut().zip(sums).for_each(|(sum, part)| *sum += part);
        }
        let mut products = self.products.iter_mut();
        for (place, left) in columns.iter().enumerate() {
            for right in columns.iter().take(place) {
                if let Some(sum) = products.next() {
                    *sum += product_sum(self.width, left, right);
                }
            }
        }
        is_finite
    }

    /// Mean, standard deviation, skewness and excess kurtosis of every output.
    /// Source: JCGM 101, 7.6 (n - 1 for the variance).
    pub(super) fn moments(&self, scales: &[Scale], trials: u64) -> Vec<(f64, f64, f64, f64)> {
        #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52 trials")]
        let n = trials as f64;
        let of_output = |(powers, scale): (&[f64; 4], &Scale)| {
            let [e, second, third, fourth] = powers.map(|sum| sum / n);
            let square = (second - e * e).max(0.0);
            let cube = third - 3.0 * e * second + 2.0 * e * e * e;
            let quartic = fourth - 4.0 * e * third + 6.0 * e * e * second - 3.0 * e * e * e * e;
            let mean = scale.middle + scale.width * e;
            let u = scale.width * (square * n / (n - 1.0)).sqrt();
            if square <= 1e-28 {
                return (mean, if square > 0.0 { u } else { 0.0 }, 0.0, 0.0);
            }
            // Standardised by the same deviation as everything else.
            let variance = square * n / (n - 1.0);
            (mean, u, cube / (variance * variance.sqrt()), quartic / (variance * variance) - 3.0)
        };
        self.powers.iter().zip(scales).map(of_output).collect()
    }

    /// Covariance matrix of the outputs.
    pub(super) fn covariance(&self, scales: &[Scale], trials: u64) -> Vec<Vec<f64>> {
        #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52 trials")]
        let n = trials as f64;
        let mean = |place: usize| self.powers.get(place).map_or(0.0, |[sum, ..]| sum / n);
        let width = |place: usize| scales.get(place).map_or(0.0, |scale| scale.width);
        let product = |i: usize, j: usize| {
            let (low, high) = (i.min(j), i.max(j));
            if low == high {
                return self.powers.get(low).map_or(0.0, |[_, second, ..]| *second);
            }
            self.products.get(high * (high - 1) / 2 + low).copied().unwrap_or(0.0)
        };
        let entry = |i: usize, j: usize| {
            let scaled = (product(i, j) / n - mean(i) * mean(j)) * n / (n - 1.0);
            scaled * width(i) * width(j)
        };
        let count = self.powers.len();
        (0..count).map(|i| (0..count).map(|j| entry(i, j)).collect()).collect()
    }
}

/// Scales the drawn values into the column, and sums the first four powers.
fn power_sums(width: Width, drawn: &[f64], scale: Scale, column: &mut [f64]) -> [f64; 4] {
    let (middle, per) = (scale.middle, 1.0 / scale.width);
    width.run(
        #[inline(always)]
        move || {
            let mut lanes = [[0.0; LANES]; 4];
            for (to, from) in column.chunks_mut(LANES).zip(drawn.chunks(LANES)) {
                let [first, second, third, fourth] = &mut lanes;
                let sums = first.iter_mut().zip(second).zip(third.iter_mut().zip(fourth));
                for ((to, y), ((a, b), (c, d))) in to.iter_mut().zip(from).zip(sums) {
                    let x = (y - middle) * per;
                    let square = x * x;
                    *to = x;
                    *a += x;
                    *b += square;
                    *c += square * x;
                    *d += square * square;
                }
            }
            lanes.map(|lanes| lanes.iter().sum())
        },
    )
}

fn product_sum(width: Width, left: &[f64], right: &[f64]) -> f64 {
    width.run(
        #[inline(always)]
        move || {
            let mut lanes = [0.0; LANES];
            for (left, right) in left.chunks(LANES).zip(right.chunks(LANES)) {
                for (sum, (a, b)) in lanes.iter_mut().zip(left.iter().zip(right)) {
                    *sum += a * b;
                }
            }
            lanes.iter().sum()
        },
    )
}

/// First trial of the block without a finite value.
pub(super) fn missing(batch: &Batch, outputs: usize, left: usize) -> Option<u64> {
    let first = |output: usize| {
        let drawn = batch.output(output).iter().take(left);
        drawn.enumerate().find(|(_, y)| !y.is_finite()).map(|(place, _)| place as u64)
    };
    (0..outputs).filter_map(first).min()
}
