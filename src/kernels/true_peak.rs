//! True peak by ITU-R BS.1770-4, annex 2: the largest absolute value of the signal oversampled four times,
//! twice from 96 kHz on; from 192 kHz on that of the samples.
//!
//! The interpolator is that of libebur128: a sinc of 48 taps at the higher rate, times a Hann window. Fast
//! because it works on interleaved samples as they are, evaluates the two outer of three points between
//! samples together (one's taps are the other's reversed, and max(|a|, |b|) is half of |a + b| + |a − b|),
//! and passes over what is so low that no point of it can reach the peak so far.

use crate::blocks::error::{Result, buffer};
use crate::blocks::simd::{self, InstructionSet, Kernel, LANES, Vector};

/// Taps at the higher rate.
const TAPS: usize = 48;
/// Half of the samples that a point between samples is made of, at most.
const MOST_PAIRS: usize = TAPS / 2 / 2;
/// Frames that are looked at, or passed over, together.
const BLOCK: usize = 64;

pub(crate) struct TruePeak {
    instructions: InstructionSet,
    n_channels: usize,
    taps: Taps,
    /// The last samples of the signal so far and those of a block, so that a vector that ends with the
    /// shortest block has all of its past.
    samples: Vec<f64>,
    peak: f64,
}

impl TruePeak {
    pub fn new(sample_rate: f64, n_channels: usize) -> Result<Self> {
        let taps = Taps::new(match sample_rate {
            rate if rate < 96_000.0 => 4,
            rate if rate < 192_000.0 => 2,
            _ => 1,
        });
        let samples = buffer(taps.history(n_channels) + BLOCK * n_channels, 0.0)?;
        Ok(Self { instructions: InstructionSet::best(), n_channels, taps, samples, peak: 0.0 })
    }

    /// Takes the next frames, interleaved.
    pub fn push(&mut self, interleaved: &[f64]) {
        let Self { instructions, n_channels, taps, samples, peak } = self;
        let history = taps.history(*n_channels);
        for block in interleaved.chunks(BLOCK * *n_channels) {
            let all = &mut samples[..history + block.len()];
            all[history..].copy_from_slice(block);
            let highest = simd::run(*instructions, Highest(all));
            *peak = peak.max(simd::run(*instructions, Highest(block)));
            if highest * taps.most_gain > *peak {
                let between = Between { samples: all, history, n_channels: *n_channels, taps };
                *peak = peak.max(simd::run(*instructions, between));
            }
            all.copy_within(block.len().., 0);
        }
    }

    /// The largest absolute value so far.
    pub fn peak(&self) -> f64 {
        self.peak
    }

    pub fn reset(&mut self) {
        self.samples.fill(0.0);
        self.peak = 0.0;
    }
}

/// What makes the points between two samples: their taps fold into those of pairs of samples, counted from
/// both ends.
struct Taps {
    /// Pairs of samples; 0 if there are no points between.
    pairs: usize,
    /// Of the point in the middle, for the sum of a pair.
    middle: [f64; MOST_PAIRS],
    /// Half the sum and half the difference of the points beside the middle, for the sum and the difference of
    /// a pair.
    outer: [[f64; MOST_PAIRS]; 2],
    /// How much larger than all samples a point can be.
    most_gain: f64,
}

impl Taps {
    fn new(factor: usize) -> Self {
        let length = TAPS / factor;
        let tap = |phase: usize, j: usize| {
            let at = (j * factor + phase) as f64;
            let hann = 0.5 - 0.5 * (std::f64::consts::TAU * at / TAPS as f64).cos();
            let angle = std::f64::consts::PI * (at - TAPS as f64 / 2.0) / factor as f64;
            hann * angle.sin() / angle
        };
        let mut taps =
            Self { pairs: 0, middle: [0.0; MOST_PAIRS], outer: [[0.0; MOST_PAIRS]; 2], most_gain: 1.0 };
        if factor == 1 {
            return taps;
        }
        taps.pairs = length / 2;
        for j in 0..taps.pairs {
            taps.middle[j] = tap(factor / 2, j);
            if factor == 4 {
                let (tap, reversed) = (tap(1, j), tap(1, length - 1 - j));
                taps.outer[0][j] = 0.5 * (tap + reversed);
                taps.outer[1][j] = 0.5 * (tap - reversed);
            }
        }
        let gain = |phase: usize| (0..length).map(|j| tap(phase, j).abs()).sum::<f64>();
        // A little more, for what is lost to rounding.
        taps.most_gain = (1..factor).map(gain).fold(1.0, f64::max) * (1.0 + 1e-12);
        taps
    }

    /// Samples that are kept of the signal's past: what the points need, and a vector more.
    fn history(&self, n_channels: usize) -> usize {
        (2 * self.pairs).saturating_sub(1) * n_channels + LANES
    }
}

/// The largest absolute value.
struct Highest<'a>(&'a [f64]);

impl Kernel for Highest<'_> {
    type Output = f64;

    #[inline(always)]
    fn run<V: Vector>(self) -> f64 {
        let (zero, mut highest) = (V::splat(0.0), V::splat(0.0));
        let vectors = self.0.len() / V::LANES * V::LANES;
        for i in (0..vectors).step_by(V::LANES) {
            let x = V::load(&self.0[i..]);
            highest = highest.max(x.max(zero.sub(x)));
        }
        let rest = self.0[vectors..].iter().fold(0.0, |highest: f64, x| highest.max(x.abs()));
        largest(highest).max(rest)
    }
}

#[inline(always)]
fn largest<V: Vector>(vector: V) -> f64 {
    let mut lanes = [0.0; LANES];
    vector.store(&mut lanes);
    lanes.iter().fold(0.0, |largest, x| largest.max(*x))
}

/// The largest absolute value between samples, after those in the history.
struct Between<'a> {
    samples: &'a [f64],
    history: usize,
    n_channels: usize,
    taps: &'a Taps,
}

impl Kernel for Between<'_> {
    type Output = f64;

    #[inline(always)]
    fn run<V: Vector>(self) -> f64 {
        let Self { samples, history, n_channels, taps } = self;
        let zero = V::splat(0.0);
        let mut highest = zero;
        let mut at = samples.len();
        // From the end, so that the last vector reaches back into the history where it must.
        while at > history {
            at -= V::LANES;
            let (mut middle, mut sum, mut difference) = (zero, zero, zero);
            for j in 0..taps.pairs {
                let late = V::load(&samples[at - j * n_channels..]);
                let early = V::load(&samples[at - (2 * taps.pairs - 1 - j) * n_channels..]);
                let (both, apart) = (late.add(early), late.sub(early));
                middle = middle.add(V::splat(taps.middle[j]).mul(both));
                sum = sum.add(V::splat(taps.outer[0][j]).mul(both));
                difference = difference.add(V::splat(taps.outer[1][j]).mul(apart));
            }
            let outer = sum.max(zero.sub(sum)).add(difference.max(zero.sub(difference)));
            highest = highest.max(middle.max(zero.sub(middle))).max(outer);
        }
        largest(highest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::noise;

    fn peak_of(signal: &[f64], n_channels: usize, sample_rate: f64, frames: usize) -> f64 {
        let mut meter = TruePeak::new(sample_rate, n_channels).unwrap();
        signal.chunks(frames * n_channels).for_each(|part| meter.push(part));
        meter.peak()
    }

    /// Each point as it is defined.
    fn defined(signal: &[f64], n_channels: usize, factor: usize) -> f64 {
        let at = |i: isize, c: usize| usize::try_from(i).map_or(0.0, |i| signal[i * n_channels + c]);
        let mut peak = signal.iter().fold(0.0, |peak: f64, x| peak.max(x.abs()));
        for c in 0..n_channels {
            for i in 0..signal.len() / n_channels {
                for phase in 1..factor {
                    let point: f64 = (0..TAPS / factor)
                        .map(|j| {
                            let m = (j * factor + phase) as f64;
                            let hann = 0.5 - 0.5 * (std::f64::consts::TAU * m / 48.0).cos();
                            let angle = std::f64::consts::PI * (m - 24.0) / factor as f64;
                            hann * angle.sin() / angle * at(i as isize - j as isize, c)
                        })
                        .sum();
                    peak = peak.max(point.abs());
                }
            }
        }
        peak
    }

    #[test]
    fn it_is_the_definition_for_any_split_channels_and_instructions() {
        let random = noise(7 * 700);
        for n_channels in [1, 2, 3, 7] {
            for (sample_rate, factor) in [(44_100.0, 4), (96_000.0, 2), (192_000.0, 1)] {
                // A swell, so that the peak comes late, or early.
                for up in [true, false] {
                    let len = random.len() / n_channels * n_channels;
                    let gain = |i: usize| if up { i as f64 } else { (len - i) as f64 };
                    let signal: Vec<f64> = (0..len).map(|i| random[i] * gain(i) / len as f64).collect();
                    let expected = defined(&signal, n_channels, factor);
                    let whole = peak_of(&signal, n_channels, sample_rate, len);
                    assert!((whole / expected - 1.0).abs() < 1e-12, "{n_channels} {sample_rate} {up}");
                    for set in InstructionSet::available() {
                        for frames in [1, 2, 63, 64, 65, 1000] {
                            let peak = set.scope(|| peak_of(&signal, n_channels, sample_rate, frames));
                            assert_eq!(peak, whole, "{n_channels} {sample_rate} {frames} {set:?}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_peak_between_samples_is_found() {
        // A sine at a quarter of the rate whose samples lie 45° beside its peaks; it begins softly.
        let sample = |i: i32| {
            let fade = (f64::from(i) / 1000.0).min(1.0);
            fade * (std::f64::consts::FRAC_PI_2 * (f64::from(i) + 0.5)).sin()
        };
        let sine: Vec<f64> = (0..4000).map(sample).collect();
        let peak = 20.0 * peak_of(&sine, 1, 48_000.0, 4000).log10();
        assert!(peak.abs() < 0.05, "{peak}");
    }

    #[test]
    fn it_agrees_with_ebur128() {
        let signal: Vec<f64> = noise(2 * 48_000).iter().map(|x| 0.5 * x).collect();
        for sample_rate in [8_000.0, 44_100.0, 96_000.0, 192_000.0] {
            let mut meter = ebur128::EbuR128::new(2, sample_rate as u32, ebur128::Mode::TRUE_PEAK).unwrap();
            meter.add_frames_f64(&signal).unwrap();
            let expected = meter.true_peak(0).unwrap().max(meter.true_peak(1).unwrap());
            let found = peak_of(&signal, 2, sample_rate, 48_000);
            assert!((found / expected - 1.0).abs() < 1e-6, "{sample_rate}: {found} {expected}");
        }
    }
}
