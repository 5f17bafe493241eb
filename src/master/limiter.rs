//! The true-peak limiter: peaks are looked for between the samples, the gain acts on the samples.
//!
//! No resampling of the audio, hence no ripple and no bandwidth lost, and while nothing is over the ceiling
//! nothing is touched. How much a peak needs is held for the lookahead and, so that low tones are not
//! modulated within their period, for a time after it; then it is released, and two moving averages make
//! the gain smooth. Every value in the averages covers the sample that the gain is applied to, so no sample
//! exceeds the ceiling (Hämäläinen, DAFx-02).

use super::CHUNK;
use super::peaks::{Peaks, REACH, SLACK};
use super::planar;
use super::sliding::{Largest, Sliding, Sum};
use crate::blocks::error::{Result, buffer};
use crate::blocks::simd::{self, InstructionSet, Kernel, Vector};

#[derive(Debug, Clone, Copy)]
pub(super) struct LimiterParams {
    /// Gain of the signal before it is limited.
    pub gain: f64,
    /// The highest peak, 1 being full scale.
    pub ceiling: f64,
    /// In seconds.
    pub lookahead: f64,
    pub hold: f64,
    pub release: f64,
}

/// Below this the release ends.
const RELEASED: f64 = 1e-9;

/// Larger samples, and the NaN that an overflow leaves, are taken for this, so that its square is finite.
const LARGEST: f64 = 1e100;

pub(super) struct Limiter {
    instructions: InstructionSet,
    params: LimiterParams,
    /// Each moving average is over so many samples.
    average: usize,
    /// By how much the release approaches in one sample.
    approach: f64,
    /// Per channel: the history, and then the samples that have just come.
    samples: Vec<Vec<f64>>,
    peaks: Peaks,
    /// The peaks around the samples that are now examined, then their gains.
    gains: Vec<f64>,
    held: Sliding<Largest>,
    released: f64,
    averages: [Sliding<Sum>; 2],
}

impl Limiter {
    pub fn new(sample_rate: f64, n_channels: usize, params: &LimiterParams) -> Result<Self> {
        let average = average(sample_rate, params.lookahead);
        let hold = (sample_rate * params.hold).round() as usize;
        let covered = 2 * average - 1;
        let history = 2 * REACH + covered - 1;
        Ok(Self {
            instructions: InstructionSet::best(),
            params: *params,
            average,
            approach: -(-1.0 / (sample_rate * params.release)).exp_m1(),
            samples: planar::buffers(n_channels, history + CHUNK + SLACK)?,
            peaks: Peaks::new(sample_rate)?,
            gains: buffer(CHUNK, 0.0)?,
            held: Sliding::new(covered + hold)?,
            released: 0.0,
            averages: [Sliding::new(average)?, Sliding::new(average)?],
        })
    }

    pub fn latency(&self) -> usize {
        REACH + 2 * self.average - 2
    }

    pub fn reset(&mut self) {
        for samples in &mut self.samples {
            samples.fill(0.0);
        }
        self.held.reset();
        self.released = 0.0;
        self.averages.iter_mut().for_each(Sliding::reset);
    }

    /// Begins anew with another gain and ceiling.
    pub fn retune(&mut self, gain: f64, ceiling: f64) {
        (self.params.gain, self.params.ceiling) = (gain, ceiling);
        self.reset();
    }

    /// The gains of the frames that came out last.
    pub fn gains(&self, n: usize) -> &[f64] {
        &self.gains[..n]
    }

    /// Takes the first `n` frames of the channels, at most [`CHUNK`], and puts those that come out in their
    /// place.
    pub fn process(&mut self, channels: &mut [Vec<f64>], n: usize) {
        let Self { instructions, params, samples, .. } = self;
        let covered = 2 * self.average - 1;
        let history = 2 * REACH + covered - 1;
        for (channel, samples) in channels.iter().zip(&mut *samples) {
            let (from, to) = (&channel[..n], &mut samples[history..][..n]);
            simd::run(*instructions, Take { from, to, gain: params.gain });
        }
        let gains = &mut self.gains[..n];
        self.peaks.find(samples, history - REACH, params.ceiling, gains);

        let scale = 1.0 / (self.average * self.average) as f64;
        let [first, second] = &mut self.averages;
        for value in &mut *gains {
            let peak = *value;
            let need = if peak > params.ceiling { 1.0 - params.ceiling / peak } else { 0.0 };
            let held = self.held.push(need);
            if held >= self.released {
                self.released = held;
            } else {
                self.released += self.approach * (held - self.released);
                if self.released < RELEASED {
                    self.released = 0.0;
                }
            }
            *value = 1.0 - second.push(first.push(self.released)) * scale;
        }

        let gains = &*gains;
        for (channel, samples) in channels.iter_mut().zip(samples) {
            let given = &samples[REACH..][..n];
            simd::run(*instructions, Give { samples: given, gains, ceiling: params.ceiling, out: channel });
            samples.copy_within(n..n + history, 0);
        }
    }
}

/// Samples in each moving average.
fn average(sample_rate: f64, lookahead: f64) -> usize {
    (sample_rate * lookahead / 2.0).round() as usize
}

/// Frames by which the output lags: the first sample comes out when its interpolation and the averages that
/// cover it are complete.
pub(super) fn latency(sample_rate: f64, lookahead: f64) -> usize {
    REACH + 2 * average(sample_rate, lookahead) - 2
}

/// The samples times the gain, within the range of the limiter.
struct Take<'a> {
    from: &'a [f64],
    to: &'a mut [f64],
    gain: f64,
}

impl Kernel for Take<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let (gain, most, least) = (V::splat(self.gain), V::splat(LARGEST), V::splat(-LARGEST));
        let mut from = self.from.chunks_exact(V::LANES);
        let mut to = self.to.chunks_exact_mut(V::LANES);
        for (from, to) in (&mut from).zip(&mut to) {
            V::load(from).mul(gain).min(most).max(least).store(to);
        }
        for (x, to) in from.remainder().iter().zip(to.into_remainder()) {
            let x = x * self.gain;
            let x = if x < LARGEST { x } else { LARGEST };
            *to = if x > -LARGEST { x } else { -LARGEST };
        }
    }
}

/// The samples times their gains. What exceeds the ceiling by a rounding error, which is large where a sample
/// is absurdly large, is cut.
struct Give<'a> {
    samples: &'a [f64],
    gains: &'a [f64],
    ceiling: f64,
    out: &'a mut [f64],
}

impl Kernel for Give<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let Self { samples, gains, ceiling, out } = self;
        let (most, least) = (V::splat(ceiling), V::splat(-ceiling));
        let whole = gains.len() / V::LANES * V::LANES;
        for i in (0..whole).step_by(V::LANES) {
            V::load(&samples[i..]).mul(V::load(&gains[i..])).min(most).max(least).store(&mut out[i..]);
        }
        for i in whole..gains.len() {
            out[i] = (samples[i] * gains[i]).clamp(-ceiling, ceiling);
        }
    }
}

/// How far the limiter turned the signal down.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reduction {
    frames: u64,
    /// Frames turned down by more than 0.1 dB.
    reduced: u64,
    lowest: f64,
    /// The product of all gains is exp(`logarithm`) · `product`.
    logarithm: f64,
    product: f64,
    /// The lowest gain since [`Self::begin_latest`].
    latest: f64,
}

impl Reduction {
    pub const NONE: Self =
        Self { frames: 0, reduced: 0, lowest: 1.0, logarithm: 0.0, product: 1.0, latest: 1.0 };

    /// From here on counts what is told of the latest frames.
    pub fn begin_latest(&mut self) {
        self.latest = 1.0;
    }

    /// Takes the gains of the next frames.
    pub fn take(&mut self, gains: &[f64]) {
        let reduced = 10_f64.powf(-0.1 / 20.0);
        for &gain in gains {
            if gain < 1.0 {
                self.lowest = self.lowest.min(gain);
                self.latest = self.latest.min(gain);
                self.reduced += u64::from(gain < reduced);
                self.product *= gain;
                if self.product < 1e-100 {
                    self.logarithm += self.product.ln();
                    self.product = 1.0;
                }
            }
        }
        self.frames += gains.len() as u64;
    }

    /// The most, in dB.
    pub fn max(&self) -> f64 {
        decibels(self.lowest)
    }

    /// The most since [`Self::begin_latest`], in dB.
    pub fn latest(&self) -> f64 {
        decibels(self.latest)
    }

    /// The mean of the reduction in dB; 0 of nothing.
    pub fn mean(&self) -> f64 {
        let sum = -(self.logarithm + self.product.ln()) * 20.0 / std::f64::consts::LN_10;
        sum.max(0.0) / self.frames.max(1) as f64
    }

    /// The share of frames turned down by more than 0.1 dB.
    pub fn share(&self) -> f64 {
        self.reduced as f64 / self.frames.max(1) as f64
    }
}

fn decibels(gain: f64) -> f64 {
    // Not −0.
    (-20.0 * gain.log10()).max(0.0)
}

#[cfg(test)]
mod tests;
