//! The wavelets of `librosa.filters.wavelet`: which they are, and their spectra in closed form.

use std::f64::consts::PI;

use super::CqtParams;
use crate::error::{Result, collect};

/// Bandwidth of the Hann window in bins, as librosa tabulates it.
const HANN_BANDWIDTH: f64 = 1.500_183_105_468_75;

/// One wavelet: `support` samples of a periodic Hann window times e^(2πi·frequency·t), in which t = 0
/// is the frame's centre.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Wavelet {
    pub frequency: f64,
    pub quality: f64,
    /// `quality` periods in samples, not rounded; coefficients are scaled by its square root.
    pub length: f64,
    /// Samples of the window.
    pub support: usize,
}

impl Wavelet {
    /// All wavelets of a transform, lowest first.
    pub(super) fn all(sample_rate: f64, params: &CqtParams) -> Result<Vec<Self>> {
        let frequencies = frequencies(params)?;
        let relative = relative_bandwidths(&frequencies, params.bins_per_octave)?;
        collect(frequencies.iter().zip(relative).map(|(frequency, bandwidth)| {
            Self::new(*frequency, params.filter_scale / bandwidth, sample_rate)
        }))
    }

    fn new(frequency: f64, quality: f64, sample_rate: f64) -> Self {
        let length = quality * sample_rate / frequency;
        // The samples of arange(floor(-length / 2), floor(length / 2)).
        let support = ((length / 2.0).ceil() + (length / 2.0).floor()) as usize;
        Self { frequency, quality, length, support }
    }

    /// The same wavelet at another pitch.
    pub(super) fn transposed(&self, ratio: f64, sample_rate: f64) -> Self {
        Self::new(self.frequency * ratio, self.quality, sample_rate)
    }

    /// The frequency at which the main lobe has decayed, which must not exceed half the sample rate.
    pub(super) fn cutoff(&self) -> f64 {
        self.frequency * (1.0 + 0.5 * HANN_BANDWIDTH / self.quality)
    }

    /// Samples from the frame's centre within which the wavelet lies.
    pub(super) fn reach(&self) -> usize {
        self.support / 2 + 2
    }

    /// A support of odd length lies half a sample before the centre; the spectrum of the wavelet then
    /// is [`Self::spectrum`] · e^(πi·(ν − frequency) / sample rate).
    pub(super) fn is_odd(&self) -> bool {
        !self.support.is_multiple_of(2)
    }

    /// Spectrum as a function of the angle π (ν − frequency) / sample rate, centred (hence real), 1 at its
    /// peak.
    ///
    /// The transform of a periodic Hann window of N samples is, with b = π/N,
    /// sin(Na) cos(a) sin²(b) / (N sin(a) sin(b − a) sin(b + a)), which is even in a. The last product is
    /// sin²(b) − sin²(a); near its removable pole at b a quotient sin(Nx) / (N sin x) stands for two
    /// factors. With each half turn of a the spectrum repeats itself, negated for odd N.
    pub(super) fn spectrum(&self) -> impl Fn(f64) -> f64 {
        let (n, odd) = (self.support as f64, self.is_odd());
        let b = PI / n;
        let sin2_b = b.sin().powi(2);
        move |angle| {
            let half_turns = (angle / PI).round();
            let a = (angle - half_turns * PI).abs();
            let sign = if odd && half_turns % 2.0 != 0.0 { -1.0 } else { 1.0 };
            let (sin_a, cos_a) = a.sin_cos();
            if (a - b).abs() < 0.5 * b {
                let comb = quotient(n, a - b, (a - b).sin());
                sign * comb * cos_a * sin2_b / (sin_a * (b + a).sin())
            } else {
                sign * quotient(n, a, sin_a) * cos_a * sin2_b / (sin2_b - sin_a * sin_a)
            }
        }
    }
}

/// sin(Nx) / (N sin x)
fn quotient(n: f64, x: f64, sin_x: f64) -> f64 {
    if x.abs() < 1e-200 { 1.0 } else { (n * x).sin() / (n * sin_x) }
}

fn frequencies(params: &CqtParams) -> Result<Vec<f64>> {
    let per_octave = params.bins_per_octave;
    let lowest = params.fmin * (params.tuning / per_octave as f64).exp2();
    collect((0..params.n_bins).map(|k| {
        let ratio = ((k % per_octave) as f64 / per_octave as f64).exp2();
        ((k / per_octave) as f64).exp2() * ratio * lowest
    }))
}

/// `librosa.filters._relative_bandwidth`: the reciprocals of Q, from each bin's neighbours.
fn relative_bandwidths(frequencies: &[f64], bins_per_octave: usize) -> Result<Vec<f64>> {
    let n = frequencies.len();
    let logs = collect(frequencies.iter().map(|f| f.log2()))?;
    collect((0..n).map(|k| {
        let (low, high) = (k.saturating_sub(1), (k + 1).min(n - 1));
        let per_octave = match high - low {
            0 => bins_per_octave as f64,
            bins => bins as f64 / (logs[high] - logs[low]),
        };
        let ratio = (2.0 / per_octave).exp2();
        (ratio - 1.0) / (ratio + 1.0)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closed_form_is_the_transform_of_the_window() {
        for support in [3, 4, 17, 64, 1001] {
            let wavelet = Wavelet { frequency: 0.0, quality: 1.0, length: 1.0, support };
            let n = support as f64;
            for step in 0..400 {
                let angle = PI / n * (f64::from(step) / 16.0 - 3.0);
                let sum: f64 = (0..support)
                    .map(|i| {
                        let t = i as f64 - n / 2.0;
                        (0.5 - 0.5 * (2.0 * PI * i as f64 / n).cos()) * (2.0 * angle * t).cos()
                    })
                    .sum();
                let error = wavelet.spectrum()(angle) - sum / (n / 2.0);
                assert!(error.abs() < 1e-12, "{support} {step}: {error}");
            }
        }
    }
}
