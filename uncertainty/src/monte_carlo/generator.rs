//! Uniform and normal numbers from keyed streams.

use std::sync::OnceLock;

/// xoshiro256++ with a key of seed and block.
///
/// Source: D. Blackman and S. Vigna; SplitMix64 for the state, as its authors advise.
pub(super) struct Stream {
    state: [u64; 4],
}

/// Steps of SplitMix64: the odd number nearest to 2^64 divided by the golden ratio.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

fn mixed(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Stream {
    /// The stream of one block of one run.
    pub(super) fn keyed(seed: u64, block: u64) -> Self {
        let mut z =
            mixed(seed.wrapping_add(GOLDEN)) ^ mixed(block.wrapping_mul(GOLDEN) ^ 0x5bd1_e995);
        let state = std::array::from_fn(|_| {
            z = z.wrapping_add(GOLDEN);
            mixed(z)
        });
        Self { state }
    }

    #[inline]
    pub(super) fn next(&mut self) -> u64 {
        let [a, b, c, d] = &mut self.state;
        let result = a.wrapping_add(*d).rotate_left(23).wrapping_add(*a);
        let shifted = *b << 17;
        *c ^= *a;
        *d ^= *b;
        *b ^= *c;
        *a ^= *d;
        *c ^= shifted;
        *d = d.rotate_left(45);
        result
    }

    /// Uniform in the open interval from 0 to 1, symmetric about its middle.
    #[inline]
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    pub(super) fn uniform(&mut self) -> f64 {
        /// Definition: a unit in the last place of a number just below one.
        const STEP: f64 = 1.0 / (1u64 << 53) as f64;
        ((self.next() >> 11) as f64 + 0.5) * STEP
    }

    /// Uniform in the open interval from -1 to 1.
    #[inline]
    pub(super) fn signed(&mut self) -> f64 {
        2.0 * self.uniform() - 1.0
    }

    /// Standard normal, by the ziggurat.
    #[inline]
    pub(super) fn normal(&mut self, ziggurat: &Ziggurat) -> f64 {
        loop {
            let bits = self.next();
            let layer = ziggurat.layers.get((bits & 0xff) as usize).copied().unwrap_or_default();
            #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
            let uniform = ((bits >> 11) as f64 + 0.5) * (2.0 / (1u64 << 53) as f64) - 1.0;
            let x = uniform * layer.width;
            if x.abs() < layer.inner {
                return x;
            }
            // By value: a stream whose address is never taken stays in registers.
            let (after, found) = Self { state: self.state }.edge(x, layer, bits & 0xff == 0);
            self.state = after.state;
            if let Some(x) = found {
                return x;
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn edge(mut self, x: f64, layer: Layer, is_base: bool) -> (Self, Option<f64>) {
        if is_base {
            let far = self.tail().copysign(x);
            return (self, Some(far));
        }
        let height =
            layer.outer_height + (layer.inner_height - layer.outer_height) * self.uniform();
        (self, (height < libm::exp(-0.5 * x * x)).then_some(x))
    }

    /// Beyond the last layer: Marsaglia's exponential rejection.
    fn tail(&mut self) -> f64 {
        loop {
            let x = -libm::log(self.uniform()) / EDGE;
            let y = -libm::log(self.uniform());
            if 2.0 * y > x * x {
                return EDGE + x;
            }
        }
    }

    /// Gamma with scale 1.
    ///
    /// Source: G. Marsaglia and W. W. Tsang, on gamma variables.
    #[inline]
    pub(super) fn gamma(&mut self, shape: &Gamma, ziggurat: &Ziggurat) -> f64 {
        let Gamma { d, c, lifted } = *shape;
        loop {
            let x = self.normal(ziggurat);
            let root = 1.0 + c * x;
            if root <= 0.0 {
                continue;
            }
            let v = root * root * root;
            let u = self.uniform();
            let square = x * x;
            let is_inside = u < 1.0 - 0.0331 * square * square;
            if is_inside || libm::log(u) < 0.5 * square + d * (1.0 - v + libm::log(v)) {
                return match lifted {
                    None => d * v,
                    Some(power) => d * v * libm::pow(self.uniform(), power),
                };
            }
        }
    }
}

/// A gamma distribution, prepared once for many draws.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gamma {
    d: f64,
    c: f64,
    /// Shapes below one are drawn one higher and brought down by this power of a
    /// uniform number.
    lifted: Option<f64>,
}

impl Gamma {
    pub(super) fn of(shape: f64) -> Self {
        let lifted = (shape < 1.0).then(|| 1.0 / shape);
        let drawn = if lifted.is_some() { shape + 1.0 } else { shape };
        let d = drawn - 1.0 / 3.0;
        Self { d, c: 1.0 / libm::sqrt(9.0 * d), lifted }
    }
}

/// One layer: full width, width of the part that lies wholly under the curve,
/// and the heights of the curve at both.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Layer {
    width: f64,
    inner: f64,
    outer_height: f64,
    inner_height: f64,
}

/// Layers of equal area under the normal curve.
///
/// Source: G. Marsaglia and W. W. Tsang, on the ziggurat; the
/// independent bits for layer and abscissa after J. A. Doornik (2005).
pub(super) struct Ziggurat {
    layers: [Layer; 256],
}

/// Abscissa of the lowest of 256 layers.
///
/// Source: G. Marsaglia and W. W. Tsang, on the ziggurat.
const EDGE: f64 = 3.654_152_885_361_009;

impl Ziggurat {
    /// The layers, computed once.
    pub(super) fn get() -> &'static Self {
        static LAYERS: OnceLock<Ziggurat> = OnceLock::new();
        LAYERS.get_or_init(Self::new)
    }

    fn new() -> Self {
        let height = |x: f64| libm::exp(-0.5 * x * x);
        let beyond = libm::sqrt(std::f64::consts::FRAC_PI_2) * libm::erfc(EDGE / libm::sqrt(2.0));
        let area = EDGE * height(EDGE) + beyond;
        let (mut width, mut inner) = (area / height(EDGE), EDGE);
        let layers = std::array::from_fn(|place| {
            let (outer_height, inner_height) = (height(width), height(inner));
            let layer = Layer { width, inner, outer_height, inner_height };
            let next = area / inner + height(inner);
            width = inner;
            inner =
                if place < 254 && next < 1.0 { libm::sqrt(-2.0 * libm::log(next)) } else { 0.0 };
            layer
        });
        Self { layers }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xoshiro_gives_the_published_sequence() {
        // First outputs for the state 1, 2, 3, 4 (rand_xoshiro's and Vigna's vectors).
        let mut stream = Stream { state: [1, 2, 3, 4] };
        let wanted = [41_943_041, 58_720_359, 3_588_806_011_781_223, 3_591_011_842_654_386];
        assert_eq!([(); 4].map(|()| stream.next()), wanted);
    }

    #[test]
    fn layers_close_at_the_top() {
        let layers = &Ziggurat::get().layers;
        assert!(layers[255].inner.abs() < 1e-300 && layers[254].inner > 0.2);
        let top = layers[255];
        let area = EDGE * libm::exp(-0.5 * EDGE * EDGE)
            + libm::sqrt(std::f64::consts::FRAC_PI_2) * libm::erfc(EDGE / libm::sqrt(2.0));
        assert!((top.width * (1.0 - top.outer_height) - area).abs() < 1e-12);
    }

    #[test]
    fn normal_numbers_have_the_moments_and_tails_of_a_normal() {
        let (mut stream, ziggurat) = (Stream::keyed(1, 0), Ziggurat::get());
        let n = 4_000_000;
        let (mut sums, mut beyond) = ([0.0; 4], [0u32; 2]);
        for _ in 0..n {
            let x = stream.normal(ziggurat);
            let powers = [x, x * x, x * x * x, x * x * x * x];
            sums.iter_mut().zip(powers).for_each(|(sum, power)| *sum += power);
            beyond[0] += u32::from(x > 1.959_963_984_540_054);
            beyond[1] += u32::from(x.abs() > 3.8);
        }
        let n = f64::from(n);
        for (sum, (wanted, deviation)) in
            sums.iter().zip([(0.0, 1.0), (1.0, 1.5), (0.0, 4.0), (3.0, 10.0)])
        {
            assert!((sum / n - wanted).abs() < 4.5 * deviation / n.sqrt(), "{} {wanted}", sum / n);
        }
        assert!((f64::from(beyond[0]) - 0.025 * n).abs() < 4.5 * (0.025 * n).sqrt());
        let far = 2.0 * crate::normal::upper_tail(3.8) * n;
        assert!((f64::from(beyond[1]) - far).abs() < 4.5 * far.sqrt());
    }
}
