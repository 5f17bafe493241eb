//! Dimensions 23 (width) and 24 (correlation) of the first two channels; one channel is both of them.

use super::{Dimension, Fingerprint};
use crate::blocks::simd::{self, InstructionSet, Kernel, Vector};

pub(super) struct Stereo {
    instructions: InstructionSet,
    n_channels: usize,
    sums: Sums,
}

/// Over the frames so far.
#[derive(Default)]
struct Sums {
    frames: f64,
    mid: f64,
    side: f64,
    energy: [f64; 2],
    mean: [f64; 2],
    /// Of the deviations from the means: squares, and product of both channels.
    squares: [f64; 2],
    product: f64,
}

/// A channel is constant if its variance is below this share of its energy: rounding leaves some.
const CONSTANT: f64 = 1e-20;
/// Mean energy of both channels below which they are silent: that of sines of amplitude 1e-5.
const LEAST: f64 = 0.5e-10;

impl Stereo {
    pub fn new(n_channels: usize) -> Self {
        Self { instructions: InstructionSet::best(), n_channels, sums: Sums::default() }
    }

    pub fn take(&mut self, [left, right]: [&[f64]; 2]) {
        let PairSums { linear, energy, mid, side, .. } =
            simd::run(self.instructions, Pairs { left, right, mean: [0.0; 2] });
        let count = left.len() as f64;
        let mean = linear.map(|sum| sum / count);
        let PairSums { energy: squares, product, .. } =
            simd::run(self.instructions, Pairs { left, right, mean });

        // Joins the chunk's deviations to those so far (Chan, Golub and LeVeque, 1979).
        let sums = &mut self.sums;
        let step = [mean[0] - sums.mean[0], mean[1] - sums.mean[1]];
        let weight = sums.frames * count / (sums.frames + count);
        sums.product += product + step[0] * step[1] * weight;
        sums.frames += count;
        sums.mid += mid;
        sums.side += side;
        for channel in 0..2 {
            sums.energy[channel] += energy[channel];
            sums.squares[channel] += squares[channel] + step[channel].powi(2) * weight;
            sums.mean[channel] += step[channel] * count / sums.frames;
        }
    }

    /// Silence has no image, and what does not vary no correlation.
    pub fn write(&self, values: &mut Fingerprint) {
        let Sums { frames, mid, side, energy, squares, product, .. } = self.sums;
        if mid + side < LEAST * frames {
            return;
        }
        if self.n_channels < 2 {
            (values[Dimension::StereoWidth], values[Dimension::PhaseCorrelation]) = (0.0, 1.0);
            return;
        }
        values[Dimension::StereoWidth] = side / (mid + side);
        if (0..2).all(|channel| squares[channel] > CONSTANT * energy[channel]) {
            let correlation = product / (squares[0].sqrt() * squares[1].sqrt());
            values[Dimension::PhaseCorrelation] = correlation.clamp(-1.0, 1.0);
        }
    }

    pub fn reset(&mut self) {
        self.sums = Sums::default();
    }
}

/// Sums over pairs of samples, less a mean.
#[derive(Default)]
struct PairSums {
    linear: [f64; 2],
    energy: [f64; 2],
    product: f64,
    mid: f64,
    side: f64,
}

/// In eight lanes side by side with every instruction set.
struct Pairs<'a> {
    left: &'a [f64],
    right: &'a [f64],
    mean: [f64; 2],
}

impl Kernel for Pairs<'_> {
    type Output = PairSums;

    #[inline(always)]
    fn run<V: Vector>(self) -> PairSums {
        let mean = self.mean.map(V::splat);
        let half = V::splat(0.5);
        let terms = |left: V, right: V| {
            let (left, right) = (left.sub(mean[0]), right.sub(mean[1]));
            let (mid, side) = (left.add(right).mul(half), left.sub(right).mul(half));
            [left, right, left.mul(left), right.mul(right), left.mul(right), mid.mul(mid), side.mul(side)]
        };
        let mut vectors = [[V::splat(0.0); 7]; 2];
        let vectors = &mut vectors[..8 / V::LANES];
        let whole = self.left.len() / 8 * 8;
        for at in (0..whole).step_by(8) {
            for (i, sums) in vectors.iter_mut().enumerate() {
                let at = at + i * V::LANES;
                let terms = terms(V::load(&self.left[at..]), V::load(&self.right[at..]));
                for (sum, term) in sums.iter_mut().zip(terms) {
                    *sum = sum.add(term);
                }
            }
        }
        let mut sums: [f64; 7] = std::array::from_fn(|term| {
            let mut lanes = [0.0; 8];
            for (i, sums) in vectors.iter().enumerate() {
                sums[term].store(&mut lanes[i * V::LANES..]);
            }
            lanes.iter().sum()
        });
        for (left, right) in self.left[whole..].iter().zip(&self.right[whole..]) {
            for (sum, term) in sums.iter_mut().zip(terms(V::splat(*left), V::splat(*right))) {
                let mut lanes = [0.0; 8];
                term.store(&mut lanes);
                *sum += lanes[0];
            }
        }
        let [left, right, left_energy, right_energy, product, mid, side] = sums;
        PairSums { linear: [left, right], energy: [left_energy, right_energy], product, mid, side }
    }
}
