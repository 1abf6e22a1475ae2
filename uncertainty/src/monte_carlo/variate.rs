//! Columns of random numbers of the standard shapes: no scale, no place.

use super::generator::{LANES, Stream};
use crate::batch::COLUMN;
use crate::elementary::{less_one, logarithm, quarter_waves, signed, unit};
use crate::width::Width;

/// Draws columns; their length is a multiple of twice [`LANES`], at most
/// [`COLUMN`].
pub(super) struct Variates {
    stream: Stream,
    width: Width,
    /// Random bits of the column that is drawn, twice.
    bits: [Vec<u64>; 2],
    /// Numbers that may be rejected.
    tried: [Vec<f64>; 2],
}

impl Variates {
    /// Variates that are yet to be keyed.
    pub(super) fn new(width: Width) -> Self {
        let column = || vec![0; COLUMN];
        Self {
            stream: Stream::new(width),
            width,
            bits: [column(), column()],
            tried: [Vec::new(), Vec::new()],
        }
    }

    /// Goes to the beginning of one block of one run.
    pub(super) fn key(&mut self, seed: u64, block: u64) {
        self.stream.key(seed, block);
    }

    /// A function of 64 random bits each.
    #[inline(always)]
    pub(super) fn each(&mut self, to: &mut [f64], number: impl Fn(u64) -> f64) {
        let [bits, _] = &mut self.bits;
        let Some(bits) = bits.get_mut(..to.len()) else { return };
        self.stream.fill(bits);
        self.width.run(
            #[inline(always)]
            move || {
                for (to, bits) in to.iter_mut().zip(bits) {
                    *to = number(*bits);
                }
            },
        );
    }

    /// A function of twice 64 random bits each.
    #[inline(always)]
    pub(super) fn pairs(&mut self, to: &mut [f64], number: impl Fn(u64, u64) -> f64) {
        let [first, second] = &mut self.bits;
        let both = (first.get_mut(..to.len()), second.get_mut(..to.len()));
        let (Some(first), Some(second)) = both else { return };
        self.stream.fill(first);
        self.stream.fill(second);
        self.width.run(
            #[inline(always)]
            move || {
                for (to, (a, b)) in to.iter_mut().zip(first.iter().zip(second.iter())) {
                    *to = number(*a, *b);
                }
            },
        );
    }

    /// Uniform between 0 and 1.
    pub(super) fn uniforms(&mut self, to: &mut [f64]) {
        self.each(to, unit);
    }

    /// Uniform between −1 and 1.
    pub(super) fn signed(&mut self, to: &mut [f64]) {
        self.each(to, signed);
    }

    /// Arc sine between −1 and 1: the cosine of a random direction.
    pub(super) fn arcsines(&mut self, to: &mut [f64]) {
        self.each(
            to,
            #[inline(always)]
            move |bits| quarter_waves(bits).0,
        );
    }

    /// Exponential with mean 1.
    pub(super) fn exponentials(&mut self, to: &mut [f64]) {
        self.each(
            to,
            #[inline(always)]
            move |bits| -logarithm(unit(bits)),
        );
    }

    /// Standard normal, two from every pair of uniform numbers.
    ///
    /// Source: G. E. P. Box and M. E. Muller, with the direction of [`quarter_waves`].
    pub(super) fn normals(&mut self, to: &mut [f64]) {
        let (left, right) = to.split_at_mut(to.len() / 2);
        let [radii, directions] = &mut self.bits;
        let both = (radii.get_mut(..left.len()), directions.get_mut(..left.len()));
        let (Some(radii), Some(directions)) = both else { return };
        self.stream.fill(radii);
        self.stream.fill(directions);
        self.width.run(
            #[inline(always)]
            move || {
                let both = radii.iter().zip(directions.iter());
                for ((x, y), (radius, direction)) in left.iter_mut().zip(right).zip(both) {
                    let radius = (-2.0 * logarithm(unit(*radius))).sqrt();
                    let (cosine, sine) = quarter_waves(*direction);
                    (*x, *y) = (radius * cosine, radius * sine);
                }
            },
        );
    }

    /// Student's t with scale 1.
    ///
    /// Source: R. W. Bailey: `√(ν (u^(−2/ν) − 1)) cos 2πv`, exact for every ν > 0.
    pub(super) fn students(&mut self, dof: f64, to: &mut [f64]) {
        let power = 2.0 / dof;
        if power * LARGEST_EXPONENTIAL > 700.0 {
            self.pairs(to, |u, v| {
                let stretch = libm::expm1(-power * logarithm(unit(u)));
                (dof * stretch).sqrt() * quarter_waves(v).0
            });
            return;
        }
        self.pairs(
            to,
            #[inline(always)]
            move |u, v| {
                let stretch = less_one(-power * logarithm(unit(u)));
                (dof * stretch).sqrt() * quarter_waves(v).0
            },
        );
    }

    /// Gamma with scale 1.
    ///
    /// Source: G. Marsaglia and W. W. Tsang, on gamma variables.
    pub(super) fn gammas(&mut self, shape: f64, to: &mut [f64]) {
        let lifted = shape < 1.0;
        let d = if lifted { shape + 1.0 } else { shape } - 1.0 / 3.0;
        let c = 1.0 / libm::sqrt(9.0 * d);
        let [mut normals, mut uniforms] = std::mem::take(&mut self.tried);
        let mut missing = to.iter_mut();
        while missing.len() > 0 {
            // A few more than are missing, for those that are rejected.
            let length = (missing.len() + missing.len() / 16 + 32).next_multiple_of(2 * LANES);
            normals.resize(length.min(COLUMN), 0.0);
            uniforms.resize(length.min(COLUMN), 0.0);
            self.normals(&mut normals);
            self.uniforms(&mut uniforms);
            let accepted = normals.iter().zip(&uniforms).filter_map(|(x, u)| gamma(*x, *u, c, d));
            for v in accepted {
                let Some(to) = missing.next() else { break };
                *to = v;
            }
        }
        if lifted {
            // Shapes below one are drawn one higher and brought down again.
            uniforms.resize(to.len(), 0.0);
            self.uniforms(&mut uniforms);
            let power = 1.0 / shape;
            to.iter_mut().zip(&uniforms).for_each(|(to, u)| *to *= libm::pow(*u, power));
        }
        self.tried = [normals, uniforms];
    }
}

/// Largest number that [`Variates::exponentials`] draws.
/// Definition: 53 ln 2, rounded up.
const LARGEST_EXPONENTIAL: f64 = 37.0;

/// A gamma number from a normal and a uniform one, unless they are rejected.
#[inline(always)]
fn gamma(x: f64, u: f64, c: f64, d: f64) -> Option<f64> {
    let root = 1.0 + c * x;
    if root <= 0.0 {
        return None;
    }
    let (v, square) = (root * root * root, x * x);
    let is_inside = u < 1.0 - 0.0331 * square * square;
    let accepted = is_inside || libm::log(u) < 0.5 * square + d * (1.0 - v + libm::log(v));
    accepted.then_some(d * v)
}

#[cfg(test)]
mod tests;
