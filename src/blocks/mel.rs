//! The mel filter bank of `librosa.filters.mel` with its defaults: Slaney's scale (linear to 1 kHz,
//! logarithmic above), triangles of equal area.
//!
//! Fast because only the bins under a triangle are kept, about two weights per bin of the spectrum, in
//! whole vectors.

use crate::blocks::error::{Result, buffer, reserve};
use crate::blocks::simd::{self, InstructionSet, Kernel, LANES, Vector};
use crate::blocks::stats::{Reduction, reduce_in};

/// Triangular filters over the bins of a power spectrum.
pub(crate) struct MelBank {
    instructions: InstructionSet,
    /// First bin and number of weights, a multiple of [`LANES`], of each filter.
    spans: Vec<(usize, usize)>,
    /// The weights of all filters, one after the other, filled up with zeros.
    weights: Vec<f64>,
    /// Powers of all bins, and room for the last vector.
    power: Vec<f64>,
}

impl MelBank {
    /// `n_mels` filters from `fmin` to `fmax` Hz for spectra of `n_fft` samples, without those that reach
    /// above half the sample rate.
    pub fn new(sample_rate: f64, n_fft: usize, n_mels: usize, fmin: f64, fmax: f64) -> Result<Self> {
        let mut edges = reserve(n_mels + 2)?;
        let (low, high) = (mel_of_hz(fmin), mel_of_hz(fmax));
        let step = (high - low) / (n_mels + 1) as f64;
        edges.extend((0..n_mels + 1).map(|i| hz_of_mel(low + i as f64 * step)));
        edges.push(hz_of_mel(high));

        let bins = n_fft / 2 + 1;
        let bin_width = 1.0 / (n_fft as f64 * (1.0 / sample_rate));
        let mut row = buffer(bins, 0.0)?;
        let mut bank = Self {
            instructions: InstructionSet::best(),
            spans: reserve(n_mels)?,
            weights: reserve(2 * bins + LANES * n_mels)?,
            power: buffer(bins + LANES, 0.0)?,
        };
        // From mel and back, an edge at half the rate may lie above it by its rounding.
        let limit = sample_rate / 2.0 * (1.0 + 1e-9);
        for edges in edges.windows(3).take_while(|edges| edges[2] <= limit) {
            let [left, middle, right] = [edges[0], edges[1], edges[2]];
            for (k, weight) in row.iter_mut().enumerate() {
                let f = k as f64 * bin_width;
                let (rise, fall) = ((f - left) / (middle - left), (right - f) / (right - middle));
                // librosa keeps the bank in single precision, before and after the scaling.
                let triangle = f64::from(rise.min(fall).max(0.0) as f32);
                *weight = f64::from((triangle * (2.0 / (right - left))) as f32);
            }
            // A band narrower than a bin may hold none.
            let first = row.iter().position(|w| *w > 0.0).unwrap_or(0);
            let end = row.iter().rposition(|w| *w > 0.0).map_or(first, |last| last + 1);
            let len = (end - first).next_multiple_of(LANES);
            bank.spans.push((first, len));
            bank.weights.extend_from_slice(&row[first..end]);
            bank.weights.resize(bank.weights.len() + len - (end - first), 0.0);
        }
        Ok(bank)
    }

    /// The number of filters.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Writes the power in each filter of a spectrum of magnitudes.
    pub fn apply(&mut self, magnitude: &[f64], mels: &mut [f64]) {
        for (power, magnitude) in self.power.iter_mut().zip(magnitude) {
            *power = magnitude * magnitude;
        }
        let Self { instructions, spans, weights, power } = self;
        simd::run(*instructions, Filters { spans, weights, power, mels });
    }
}

struct Filters<'a> {
    spans: &'a [(usize, usize)],
    weights: &'a [f64],
    power: &'a [f64],
    mels: &'a mut [f64],
}

impl Kernel for Filters<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let mut weights = self.weights;
        for ((first, len), mel) in self.spans.iter().zip(self.mels) {
            let (row, rest) = weights.split_at(*len);
            let power = &self.power[*first..][..*len];
            let [sums] = reduce_in::<V, 2, 1>([[0.0; LANES]], Products, [row, power]);
            *mel = sums.iter().sum();
            weights = rest;
        }
    }
}

/// Σ a · b
struct Products;

impl Reduction<2, 1> for Products {
    #[inline(always)]
    fn step<V: Vector>(&self, [sum]: [V; 1], [a, b]: [V; 2]) -> [V; 1] {
        [sum.add(a.mul(b))]
    }
}

const LINEAR_STEP: f64 = 200.0 / 3.0;
const LOG_FROM_HZ: f64 = 1000.0;
const LOG_FROM_MEL: f64 = LOG_FROM_HZ / LINEAR_STEP;

/// The ratio of two frequencies one mel apart, as a natural logarithm: 27 mels are a factor of 6.4.
fn log_step() -> f64 {
    6.4_f64.ln() / 27.0
}

fn mel_of_hz(hz: f64) -> f64 {
    if hz >= LOG_FROM_HZ { LOG_FROM_MEL + (hz / LOG_FROM_HZ).ln() / log_step() } else { hz / LINEAR_STEP }
}

fn hz_of_mel(mel: f64) -> f64 {
    if mel >= LOG_FROM_MEL {
        LOG_FROM_HZ * (log_step() * (mel - LOG_FROM_MEL)).exp()
    } else {
        LINEAR_STEP * mel
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_turns_at_1_khz_and_inverts() {
        assert_eq!(mel_of_hz(200.0), 3.0);
        assert!((mel_of_hz(6400.0) - 42.0).abs() < 1e-12);
        for hz in [0.0, 60.0, 999.0, 1000.0, 1001.0, 22050.0] {
            assert!((hz_of_mel(mel_of_hz(hz)) - hz).abs() < 1e-9);
        }
    }

    #[test]
    fn filters_that_reach_above_half_the_rate_are_left_out() {
        let bank = |rate: f64| MelBank::new(rate, 1024, 128, 0.0, 11_025.0).unwrap();
        assert_eq!(bank(22_050.0).len(), 128);
        let shorter = bank(16_000.0);
        // 8 kHz is as many mels above 0 of 129 steps.
        let expected = (129.0 * mel_of_hz(8000.0) / mel_of_hz(11_025.0)) as usize - 1;
        assert_eq!(shorter.len(), expected);
        for rate in [8000.0, 11_025.0, 44_100.0, 48_000.0, 96_000.0] {
            let (n_fft, fmax) = (2048, rate / 2.0);
            assert_eq!(MelBank::new(rate, n_fft, 128, 0.0, fmax).unwrap().len(), 128, "{rate}");
        }
    }

    #[test]
    fn a_tone_goes_to_the_filters_around_it() {
        let mut bank = MelBank::new(44100.0, 2048, 128, 0.0, 22050.0).unwrap();
        let mut magnitude = vec![0.0; 1025];
        magnitude[200] = 1.0;
        let mut mels = vec![0.0; 128];
        bank.apply(&magnitude, &mut mels);
        let touched: Vec<usize> = (0..128).filter(|m| mels[*m] > 0.0).collect();
        assert!(touched.len() == 2 && touched[1] == touched[0] + 1, "{touched:?}");
    }
}
