//! Compression and expansion of three bands, one gain per band for all channels.
//!
//! The gain follows the power of steps of about 1 ms under a centred Hann window, so that it moves with the
//! sound, not after it: only then does a lower peak allow more loudness. Gain over level with a soft knee
//! and one pole in dB as in Giannoulis, Massberg, Reiss (JAES 2012); between the centres of steps the gain
//! itself is interpolated. A step is worked on once it is complete.

use super::planar;
use crate::blocks::error::{Result, buffer};
use crate::blocks::simd::{self, InstructionSet, Kernel, LANES, Vector};

pub(super) const BANDS: usize = 3;

/// What is done to each band, and with which time constants.
#[derive(Debug, Clone, Copy)]
pub(super) struct DynamicsParams {
    /// In dBFS.
    pub thresholds: [f64; BANDS],
    /// Gain in dB per dB above the threshold.
    pub slopes: [f64; BANDS],
    /// Factors.
    pub makeups: [f64; BANDS],
    /// In seconds.
    pub attack: f64,
    pub release: f64,
    /// In dB.
    pub knee: f64,
    pub range: f64,
}

/// Steps in the window of each band.
const WINDOWS: [usize; BANDS] = [21, 11, 7];
const LONGEST: usize = WINDOWS[0];
/// A step's gain depends on so many steps after it.
const AHEAD: usize = LONGEST / 2;
/// Steps by which the output lags: those ahead, the step that is interpolated to, the one under way.
const LAG: usize = AHEAD + 2;

/// Powers beyond this, and the NaN that an overflow leaves, are taken for it.
const LARGEST: f64 = 1e200;

pub(super) struct Dynamics {
    instructions: InstructionSet,
    params: DynamicsParams,
    /// Samples in a step, and in its place in a ring: whole vectors.
    step: usize,
    stride: usize,
    /// Whether there are a mid and a side signal.
    mid_side: bool,
    /// Hann windows of sum 1, side by side.
    windows: [[f64; LONGEST]; BANDS],
    /// How far the gain goes to its goal in one step.
    attack: f64,
    release: f64,
    /// Where between two centres of steps each sample of a step lies, 0 to 1.
    between: Vec<f64>,

    /// Per signal and band the last [`LAG`] steps.
    rings: Vec<Vec<f64>>,
    /// Frames of the first step that are taken for silence.
    first: usize,
    /// Frames of the step under way, and how many steps came before it.
    begun: usize,
    steps: usize,
    /// Powers of the last steps, by their number modulo [`LONGEST`].
    powers: [[f64; LONGEST]; BANDS],
    /// In dB, of the step [`AHEAD`] behind.
    gains: [f64; BANDS],
    /// As factors, of three steps, the newest last; that in the middle is given out.
    factors: [[f64; 3]; BANDS],
    /// The gain at each sample of the step that is given out.
    curve: [Vec<f64>; BANDS],
    /// Per channel the step that is given out.
    ready: Vec<Vec<f64>>,
    effect: [Effect; BANDS],
}

/// What the dynamics did to a band so far, without makeup.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Effect {
    before: f64,
    after: f64,
    /// Sum of the gains in dB over the steps that are not silent.
    gains: f64,
    steps: usize,
    latest: f64,
}

impl Effect {
    fn take(&mut self, gain: f64, before: f64, after: f64) {
        self.before += before;
        self.after += after;
        self.gains += if before > 0.0 { gain } else { 0.0 };
        self.steps += usize::from(before > 0.0);
        self.latest = gain;
    }

    /// The gain in dB that gives the band its power back, if the makeup is 0 dB; 0 if it is silent.
    pub fn makeup(&self) -> f64 {
        let makeup = 10.0 * (self.before / self.after).log10();
        if makeup.is_finite() { makeup } else { 0.0 }
    }

    /// Of the band, with its makeup, in the mean of the steps times their number.
    #[cfg(test)]
    pub fn power_after(&self) -> f64 {
        self.after
    }

    /// Mean gain in dB while the band is not silent; 0 of nothing.
    pub fn mean(&self) -> f64 {
        self.gains / self.steps.max(1) as f64
    }

    /// Gain in dB of the step that came last.
    pub fn latest(&self) -> f64 {
        self.latest
    }
}

impl Dynamics {
    /// For `n_channels`; two of them come as a mid and a side signal. A step begins at frame `first`.
    pub fn new(sample_rate: f64, n_channels: usize, first: usize, params: &DynamicsParams) -> Result<Self> {
        let step = step(sample_rate);
        let stride = step.next_multiple_of(LANES);
        let per_step = |seconds: f64| -(-(step as f64) / (sample_rate * seconds)).exp_m1();
        let mut between = buffer(stride, 0.0)?;
        for (i, between) in between[..step].iter_mut().enumerate() {
            let place = (i as f64 + 0.5) / step as f64;
            *between = if i < step / 2 { place + 0.5 } else { place - 0.5 };
        }
        Ok(Self {
            instructions: InstructionSet::best(),
            params: *params,
            step,
            stride,
            mid_side: n_channels == 2,
            windows: WINDOWS.map(window),
            attack: per_step(params.attack),
            release: per_step(params.release),
            between,
            rings: planar::buffers(n_channels * BANDS, LAG * stride)?,
            first: (step - first % step) % step,
            begun: (step - first % step) % step,
            steps: 0,
            powers: [[0.0; LONGEST]; BANDS],
            gains: [0.0; BANDS],
            factors: params.makeups.map(|makeup| [makeup; 3]),
            curve: [buffer(stride, 0.0)?, buffer(stride, 0.0)?, buffer(stride, 0.0)?],
            ready: planar::buffers(n_channels, stride)?,
            effect: [Effect::default(); BANDS],
        })
    }

    pub fn reset(&mut self) {
        planar::silence(&mut self.rings);
        planar::silence(&mut self.ready);
        (self.begun, self.steps) = (self.first, 0);
        self.powers = [[0.0; LONGEST]; BANDS];
        self.gains = [0.0; BANDS];
        self.factors = self.params.makeups.map(|makeup| [makeup; 3]);
        self.effect = [Effect::default(); BANDS];
    }

    /// Begins anew with other makeups.
    pub fn retune(&mut self, makeups: [f64; BANDS]) {
        self.params.makeups = makeups;
        self.reset();
    }

    /// On each band.
    pub fn effect(&self) -> [Effect; BANDS] {
        self.effect
    }

    /// Takes the first `n` frames of the `bands`, those of one signal after those of another, and puts the
    /// frames that come out into `channels`.
    pub fn process(&mut self, bands: &[Vec<f64>], n: usize, channels: &mut [Vec<f64>]) {
        let mut done = 0;
        while done < n {
            let piece = (n - done).min(self.step - self.begun);
            for (channel, ready) in channels.iter_mut().zip(&self.ready) {
                channel[done..][..piece].copy_from_slice(&ready[self.begun..][..piece]);
            }
            let at = self.steps % LAG * self.stride + self.begun;
            for (ring, band) in self.rings.iter_mut().zip(bands) {
                ring[at..][..piece].copy_from_slice(&band[done..][..piece]);
            }
            done += piece;
            self.begun += piece;
            if self.begun == self.step {
                self.end_step();
                self.begun = 0;
            }
        }
    }

    #[expect(clippy::needless_range_loop, reason = "one index of several sequences")]
    fn end_step(&mut self) {
        let newest = self.steps;
        self.steps += 1;
        let slot = newest % LAG * self.stride;
        // The mean power of left and right is mid² + side².
        let n_channels = if self.mid_side { 1 } else { self.ready.len() };
        let scale = 1.0 / (self.step * n_channels) as f64;
        for band in 0..BANDS {
            let power = self.rings.iter().skip(band).step_by(BANDS);
            let power =
                power.map(|ring| square_sum(self.instructions, &ring[slot..][..self.stride])).sum::<f64>();
            let power = power * scale;
            self.powers[band][newest % LONGEST] = if power < LARGEST { power } else { LARGEST };

            // The window is centred on the step AHEAD behind.
            let (window, length) = (&self.windows[band], WINDOWS[band]);
            let first = newest + 2 * LONGEST - AHEAD - length / 2;
            let weighted = |i: usize| window[i] * self.powers[band][(first + i) % LONGEST];
            let power: f64 = (0..length).map(weighted).sum();
            let goal = self.goal(band, 10.0 * (power + 1e-20).log10());
            let gain = &mut self.gains[band];
            let pace = if goal.abs() > gain.abs() { self.attack } else { self.release };
            *gain += pace * (goal - *gain);
            let factor = 10_f64.powf(*gain / 20.0) * self.params.makeups[band];
            let [_, middle, last] = self.factors[band];
            self.factors[band] = [middle, last, factor];
        }
        if self.steps >= LAG {
            self.give_out(newest + 1 - LAG);
        }
    }

    /// Gain in dB of a band at a level in dB.
    fn goal(&self, band: usize, level: f64) -> f64 {
        let DynamicsParams { thresholds, slopes, knee, range, .. } = self.params;
        let over = level - thresholds[band];
        let bent = if over <= -0.5 * knee {
            0.0
        } else if over < 0.5 * knee {
            (over + 0.5 * knee).powi(2) / (2.0 * knee)
        } else {
            over
        };
        (slopes[band] * bent).clamp(-range, range)
    }

    /// Makes the step of number `oldest`, the first in the rings.
    #[expect(clippy::needless_range_loop, reason = "one index of several sequences")]
    fn give_out(&mut self, oldest: usize) {
        let (half, slot) = (self.step / 2, oldest % LAG * self.stride);
        for (band, curve) in self.curve.iter_mut().enumerate() {
            let [before, here, after] = self.factors[band];
            for (gain, between) in curve[..half].iter_mut().zip(&self.between[..half]) {
                *gain = before + (here - before) * between;
            }
            for (gain, between) in curve[half..].iter_mut().zip(&self.between[half..]) {
                *gain = here + (after - here) * between;
            }
        }
        let Self { instructions, stride, mid_side, rings, curve, ready, .. } = self;
        let mut after = [0.0; BANDS];
        for (ready, bands) in ready.iter_mut().zip(rings.chunks_exact(BANDS)) {
            let bands: [&[f64]; BANDS] = std::array::from_fn(|band| &bands[band][slot..][..*stride]);
            let sums = simd::run(*instructions, Mix { bands, curve, out: ready });
            after.iter_mut().zip(sums).for_each(|(after, sum)| *after += sum);
        }
        if *mid_side {
            let [mid, side] = &mut ready[..] else { unreachable!("two signals") };
            for (mid, side) in mid.iter_mut().zip(side) {
                (*mid, *side) = (*mid + *side, *mid - *side);
            }
        }
        let scale = 1.0 / (self.step * if self.mid_side { 1 } else { self.ready.len() }) as f64;
        for band in 0..BANDS {
            let gain = 20.0 * (self.factors[band][1] / self.params.makeups[band]).log10();
            let before = self.powers[band][oldest % LONGEST];
            self.effect[band].take(gain, before, after[band] * scale);
        }
    }
}

/// Samples in a step.
pub(super) fn step(sample_rate: f64) -> usize {
    (sample_rate / 1000.0).round() as usize
}

/// Samples by which the dynamics lag.
pub(super) fn latency(sample_rate: f64) -> usize {
    LAG * step(sample_rate)
}

/// `length` weights of sum 1: a Hann window without its zeros.
fn window(length: usize) -> [f64; LONGEST] {
    let mut window = [0.0; LONGEST];
    for (i, weight) in window[..length].iter_mut().enumerate() {
        *weight = (std::f64::consts::PI * (i + 1) as f64 / (length + 1) as f64).sin().powi(2);
    }
    let sum: f64 = window.iter().sum();
    window.map(|weight| weight / sum)
}

/// The sum of the squares; whole vectors.
fn square_sum(instructions: InstructionSet, samples: &[f64]) -> f64 {
    struct SquareSum<'a>(&'a [f64]);
    impl Kernel for SquareSum<'_> {
        type Output = f64;

        #[inline(always)]
        fn run<V: Vector>(self) -> f64 {
            let mut sums = [V::splat(0.0); 2];
            for chunk in self.0.chunks_exact(LANES) {
                for (sum, lane) in sums.iter_mut().zip((0..LANES).step_by(V::LANES)) {
                    let x = V::load(&chunk[lane..]);
                    *sum = sum.add(x.mul(x));
                }
            }
            total(sums)
        }
    }
    simd::run(instructions, SquareSum(samples))
}

/// The sum of [`LANES`] lanes, in the same order whatever the vector.
#[inline(always)]
fn total<V: Vector>(sums: [V; 2]) -> f64 {
    let mut lanes = [0.0; 2 * LANES];
    for (i, sum) in sums.into_iter().enumerate() {
        sum.store(&mut lanes[i * V::LANES..]);
    }
    lanes[..LANES].iter().sum()
}

/// Adds the bands of a signal with their gains; returns what the squares of each sum to.
struct Mix<'a> {
    bands: [&'a [f64]; BANDS],
    curve: &'a [Vec<f64>; BANDS],
    out: &'a mut [f64],
}

impl Kernel for Mix<'_> {
    type Output = [f64; BANDS];

    #[inline(always)]
    fn run<V: Vector>(self) -> [f64; BANDS] {
        let mut sums = [[V::splat(0.0); 2]; BANDS];
        for at in (0..self.out.len()).step_by(LANES) {
            for (i, at) in (at..at + LANES).step_by(V::LANES).enumerate() {
                let mut mixed = V::splat(0.0);
                for (band, sums) in sums.iter_mut().enumerate() {
                    let x = V::load(&self.bands[band][at..]).mul(V::load(&self.curve[band][at..]));
                    sums[i] = sums[i].add(x.mul(x));
                    mixed = if band == 0 { x } else { mixed.add(x) };
                }
                mixed.store(&mut self.out[at..]);
            }
        }
        sums.map(total)
    }
}

#[cfg(test)]
mod tests;
