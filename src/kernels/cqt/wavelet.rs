//! The wavelets of `librosa.filters.wavelet`: which they are, and their spectra in closed form.

use std::array;
use std::f64::consts::PI;

use super::params::CqtParams;
use crate::blocks::error::{Result, collect};
use crate::blocks::simd::LANES;

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

    /// Its spectrum at multiples of `step`.
    pub(super) fn comb(&self, step: f64) -> Comb {
        let turns = |step: f64| array::from_fn(|i| (step * i as f64).sin_cos());
        Comb { wavelet: *self, step, steps: turns(step), combs: turns(self.support as f64 * step) }
    }

    /// Spectrum at `angle` = π (ν − frequency) / sample rate, centred (hence real), 1 at its peak.
    ///
    /// The transform of a periodic Hann window of N samples is, with b = π/N,
    /// sin(Na) cos(a) sin²(b) / (N sin(a) (sin²(b) − sin²(a))), which is even in a. Near its removable
    /// poles 0 and b one quotient sin(Nx) / (N sin x) stands for both. With each half turn of a the
    /// spectrum repeats itself, negated for odd N.
    fn spectrum(&self, angle: f64) -> f64 {
        let half_turns = (angle / PI).round();
        let (n, a) = (self.support as f64, (angle - half_turns * PI).abs());
        let sign = if self.is_odd() && half_turns % 2.0 != 0.0 { -1.0 } else { 1.0 };
        let b = PI / n;
        let near_b = (a - b).abs() < 0.5 * b;
        let x = if near_b { a - b } else { a };
        let comb = if x.abs() < 1e-200 { 1.0 } else { (n * x).sin() / (n * x.sin()) };
        let rest = if near_b { a.sin() } else { (b - a).sin() };
        sign * comb * a.cos() * b.sin().powi(2) / (rest * (b + a).sin())
    }
}

/// Evaluates [`Wavelet::spectrum`] at [`LANES`] angles in arithmetic progression, for two sines.
pub(super) struct Comb {
    wavelet: Wavelet,
    step: f64,
    /// Sine and cosine of multiples of the step, and of that times the support.
    steps: [(f64, f64); LANES],
    combs: [(f64, f64); LANES],
}

impl Comb {
    /// The spectrum at `angle` and the following angles.
    pub(super) fn spectrum(&self, angle: f64) -> [f64; LANES] {
        let n = self.wavelet.support as f64;
        let pole = (PI / n).sin();
        let ((sin, cos), (sin_n, cos_n)) = (angle.sin_cos(), (n * angle).sin_cos());
        let sines = self.steps.map(|(s, c)| sin * c + cos * s);
        let cosines = self.steps.map(|(s, c)| cos * c - sin * s);
        let combs = self.combs.map(|(s, c)| sin_n * c + cos_n * s);
        array::from_fn(|i| {
            let sine = sines[i].abs();
            if sine < 0.1 * pole || (sine - pole).abs() < 0.1 * pole {
                return self.wavelet.spectrum(angle + self.step * i as f64);
            }
            let poles = n * sines[i] * ((pole - sine) * (pole + sine));
            combs[i] * cosines[i] * pole * pole / poles
        })
    }
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
                let error = wavelet.spectrum(angle) - sum / (n / 2.0);
                assert!(error.abs() < 1e-12, "{support} {step}: {error}");
                let several = wavelet.comb(0.3 * angle).spectrum(angle);
                for (i, value) in several.iter().enumerate() {
                    let error = value - wavelet.spectrum(angle * (1.0 + 0.3 * i as f64));
                    assert!(error.abs() < 1e-11, "{support} {step} {i}: {error}");
                }
            }
        }
    }
}
