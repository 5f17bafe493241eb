//! Constant-Q transform: the coefficients that `librosa.cqt` approximates, exactly.
//!
//! C(k, t) is the convolution of the signal with the wavelet of `librosa.filters.wavelet` (Hann,
//! norm 1) times the root of its length, at sample t · hop. Where librosa resamples the signal octave
//! by octave and drops small filter coefficients, here half-band decimators that leave the octave
//! untouched (C. Schörkhuber and A. Klapuri, "Constant-Q transform toolbox for music processing", SMC
//! 2010, has the recursion), spectra in closed form, and an error bound decide. Fast because several
//! octaves share one block FFT and each bin costs a short product and a short inverse FFT
//! (`engine`).

mod bank;
mod engine;
mod layout;
mod stream;
mod view;
mod wavelet;

use std::f64::consts::{FRAC_PI_2, PI};

use ndarray::Array2;
use rustfft::num_complex::Complex64;

pub(crate) use stream::{Coefficients, Decimation, Stream, Transform, deferred};

use crate::blocks::error::{
    Result, buffer, require, require_audio, require_capacity, require_finite, require_in,
    require_sample_rate, reserve, show,
};
use crate::blocks::params::PadMode;
use crate::blocks::plan::Plan;
use crate::kernels::tuning::estimate_tuning;
use wavelet::Wavelet;

/// Parameters of [`cqt`]; the defaults are those of `librosa.cqt`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CqtParams {
    /// Frequency of the lowest bin in Hz, at least 1.
    pub fmin: f64,
    /// Shift of all bins in fractions of a bin, −1000 to 1000; NaN, in [`cqt`] only: estimated.
    pub tuning: f64,
    /// Factor of the filters' lengths, 0.25 to 16; below 1 time resolution is better.
    pub filter_scale: f64,
    /// Number of bins, 1 to 4096. The highest must end below half the sample rate.
    pub n_bins: usize,
    /// Bins per octave, 1 to 960.
    pub bins_per_octave: usize,
    /// Samples between frames, 1 to 2²⁰.
    pub hop_length: usize,
    /// How the signal is continued at its ends.
    pub pad_mode: PadMode,
}

/// C1 in Hz.
pub(crate) const C1: f64 = 32.703_195_662_574_83;

impl Default for CqtParams {
    fn default() -> Self {
        Self {
            fmin: C1,
            tuning: 0.0,
            filter_scale: 1.0,
            n_bins: 84,
            bins_per_octave: 12,
            hop_length: 512,
            pad_mode: PadMode::Constant,
        }
    }
}

/// Longest wavelet, in samples.
const LONGEST: f64 = (1_u64 << 24) as f64;

impl CqtParams {
    /// The frames that a signal of `n_samples` has: one at every multiple of the hop.
    ///
    /// # Errors
    /// `audio` if it is empty; `hop_length` out of its range.
    pub fn frames(&self, n_samples: usize) -> Result<usize> {
        require_in("hop_length", self.hop_length, 1..=1 << 20)?;
        require(n_samples > 0, "audio", "empty", "at least 1 sample")?;
        Ok(1 + n_samples / self.hop_length)
    }

    /// The same with the tuning of `audio` if `tuning` is NaN.
    ///
    /// # Errors
    /// The name of the argument that is out of its range; samples that are not finite.
    pub fn tuned(mut self, audio: &[f64], sample_rate: f64) -> Result<Self> {
        if self.tuning.is_nan() {
            self.check_untuned(sample_rate)?;
            self.tuning = estimate_tuning(audio, sample_rate, self.bins_per_octave)?;
        }
        Ok(self)
    }

    /// Checks all but that `tuning` is a number.
    pub(crate) fn check_untuned(&self, sample_rate: f64) -> Result<()> {
        let tuning = if self.tuning.is_nan() { 0.0 } else { self.tuning };
        Self { tuning, ..*self }.check(sample_rate)
    }

    pub(crate) fn check(&self, sample_rate: f64) -> Result<()> {
        require_sample_rate(sample_rate)?;
        let Self { fmin, tuning, n_bins, .. } = *self;
        require(
            !tuning.is_nan(),
            "tuning",
            tuning,
            "a number of bins; a stream cannot look ahead: use estimate_tuning",
        )?;
        require_in("tuning", tuning, -1000.0..=1000.0)?;
        require_in("filter_scale", self.filter_scale, 0.25..=16.0)?;
        require_in("n_bins", n_bins, 1..=4096)?;
        require_in("bins_per_octave", self.bins_per_octave, 1..=960)?;
        require_in("fmin", fmin, 1.0..=sample_rate / 2.0)?;
        self.frames(1)?;
        let wavelets = Wavelet::all(sample_rate, self)?;
        let (nyquist, cutoff) = (sample_rate / 2.0, wavelets.iter().map(Wavelet::cutoff).fold(0.0, f64::max));
        require(
            cutoff <= nyquist,
            "n_bins",
            format_args!("{n_bins} bins, the highest of which reaches to {} Hz", show(cutoff)),
            format_args!("bins that end below half the sample rate, {} Hz", show(nyquist)),
        )?;
        let longest = wavelets.iter().fold(0.0_f64, |longest, wavelet| longest.max(wavelet.length));
        require(
            longest <= LONGEST,
            "fmin",
            format_args!("{} (the longest filter has {} samples)", show(fmin), show(longest)),
            format_args!("filters of at most {} samples", show(LONGEST)),
        )
    }
}

/// Gives the memory that is kept from plan to plan back.
pub(crate) fn forget() {
    bank::Bank::forget();
}

/// How exactly the wavelets' spectra are kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Accuracy {
    /// Each coefficient, to about 1e-6 of the largest for steady signals and 1e-5 for clicks.
    Coefficients,
    /// Sums over octaves of `merged` neighbouring bins, to 1e-4 in columns down to 60 dB below the
    /// loudest.
    Chroma { merged: usize },
}

impl Accuracy {
    /// Between which multiples of its frequency the spectrum of wavelet `k` is kept.
    ///
    /// A Hann window starts with a jump of its second derivative, so that its spectrum falls as x⁻³, x
    /// counting resolutions (frequency / Q). Cut at x, a steady tone beyond is missing by up to 1/(πx³)
    /// and a click at the window's edge by 1/(4πx²). For chroma,
    /// - the click must stay small against what the lower octaves, in the middle of whose longer
    ///   windows it then lies, contribute to the column; in the lowest octave, against columns 60 dB
    ///   below the loudest;
    /// - just before a tone sets in, the column consists of the lower octaves' responses w/(2πx) to its
    ///   onset, against which the missing 1/(πx³) counts with 2/(wx²): up to the highest tone;
    /// - a click without low frequencies is not in the lower octaves' responses; what then is missing is
    ///   what the band lacks below;
    /// - a constant counts where its steady response, 2/x² of that to its onset, is not 60 dB below.
    fn band(self, wavelets: &[Wavelet], k: usize, params: &CqtParams) -> (f64, f64) {
        const EDGE: f64 = 0.3e-4;
        const ONSET: f64 = 150.0;
        const STEADY: f64 = 30.0;
        const HIGH_PASSED: f64 = 45.0;
        let Wavelet { frequency, quality, .. } = wavelets[k];
        let below_0 = -0.1;
        let Self::Chroma { merged } = self else {
            return ((1.0 - 80.0 / quality).min(below_0), 1.0 + 80.0 / quality);
        };
        let octave = (k / params.bins_per_octave) as i32;
        let octaves = params.n_bins.div_ceil(params.bins_per_octave) as i32;
        let lower: f64 = (1..=octave)
            .map(|i| {
                let window = (FRAC_PI_2 / f64::from(i).exp2()).cos().powi(2);
                window * (-0.5 * f64::from(i)).exp2()
            })
            .sum();
        let loudest: f64 = (0..octaves).map(|o| (0.5 * f64::from(o - octave)).exp2()).sum();
        let column = merged as f64 * lower.max(1e-3 * loudest);
        let click = |least: f64| (1.0 / (4.0 * PI * EDGE * column)).sqrt().max(least) / quality;
        let highest = wavelets.iter().fold(0.0_f64, |highest, wavelet| {
            highest.max(wavelet.frequency / frequency * (1.0 + STEADY / wavelet.quality))
        });
        let high = (1.0 + ONSET / quality).min(highest).max(1.0 + click(STEADY));
        let low = 1.0 - click(HIGH_PASSED);
        (if octave < 3 || quality < 50.0 { low.min(below_0) } else { low }, high)
    }
}

/// Constant-Q transform of `audio`, shape (n_bins, n_frames).
///
/// # Errors
/// The name of the argument that is out of its range; samples that are not finite.
pub fn cqt(audio: &[f64], sample_rate: f64, params: &CqtParams) -> Result<Array2<Complex64>> {
    let params = params.tuned(audio, sample_rate)?;
    let frames = params.frames(audio.len())?;
    let mut plan = CqtPlan::new(sample_rate, &params)?;
    let mut out =
        Array2::from_shape_vec((params.n_bins, frames), buffer(params.n_bins * frames, Complex64::ZERO)?)
            .unwrap_or_default();
    if let Some(coefficients) = out.as_slice_mut() {
        plan.process(audio, coefficients)?;
    }
    Ok(out)
}

/// Constant-Q transform for one sample rate and one set of parameters, for whole signals and streams.
pub struct CqtPlan {
    params: CqtParams,
    stream: Stream,
    /// What each bin's coefficients are still multiplied by.
    phases: Vec<Complex64>,
}

impl CqtPlan {
    /// # Errors
    /// The name of the parameter that is out of its range (`tuning` must be a number here); out of
    /// memory.
    pub fn new(sample_rate: f64, params: &CqtParams) -> Result<Self> {
        let stream = Stream::new(sample_rate, params, Accuracy::Coefficients)?;
        let mut phases = reserve(params.n_bins)?;
        phases.extend((0..params.n_bins).map(|bin| stream.phase(bin)));
        Ok(Self { params: *params, stream, phases })
    }

    /// Takes the next samples and writes the frames that they complete, one after the other
    /// (`[frames][n_bins]`); their number.
    ///
    /// # Errors
    /// Samples that are not finite; `coefficients` too small. Nothing is taken then.
    pub fn push(&mut self, audio: &[f64], coefficients: &mut [Complex64]) -> Result<usize> {
        require_finite("audio", audio)?;
        let frames = self.stream.pending(audio.len());
        require_capacity("coefficients", coefficients.len(), frames.saturating_mul(self.params.n_bins))?;
        let place = Place { row: 1, column: self.params.n_bins, first: self.stream.given() };
        self.stream.push(audio, |found| write(&found, &self.phases, place, coefficients));
        Ok(frames)
    }

    /// Ends the signal and writes the frames that are left; their number. The plan is then as after
    /// [`Self::reset`].
    ///
    /// # Errors
    /// `coefficients` too small; the signal has not ended then.
    pub fn finish(&mut self, coefficients: &mut [Complex64]) -> Result<usize> {
        let frames = self.stream.pending_at_finish();
        require_capacity("coefficients", coefficients.len(), frames.saturating_mul(self.params.n_bins))?;
        let place = Place { row: 1, column: self.params.n_bins, first: self.stream.given() };
        self.stream.finish(|found| write(&found, &self.phases, place, coefficients));
        Ok(frames)
    }

    /// A whole signal; `coefficients` takes n_bins rows of [`CqtParams::frames`] values.
    ///
    /// # Errors
    /// `audio` empty or not finite; `coefficients` too small.
    pub fn process(&mut self, audio: &[f64], coefficients: &mut [Complex64]) -> Result<()> {
        require_audio("audio", audio)?;
        let frames = self.params.frames(audio.len())?;
        require_capacity("coefficients", coefficients.len(), frames.saturating_mul(self.params.n_bins))?;
        self.reset();
        let place = Place { row: frames, column: 1, first: 0 };
        self.stream.push(audio, |found| write(&found, &self.phases, place, coefficients));
        self.stream.finish(|found| write(&found, &self.phases, place, coefficients));
        Ok(())
    }
}

impl Plan for CqtPlan {
    fn latency(&self) -> usize {
        self.stream.latency()
    }

    fn max_output(&self, block: usize) -> usize {
        self.stream.max_output(block)
    }

    fn reset(&mut self) {
        self.stream.reset();
    }
}

/// Where a coefficient goes: its row times `row` plus its frame, counted from `first`, times `column`.
#[derive(Clone, Copy)]
struct Place {
    row: usize,
    column: usize,
    first: usize,
}

fn write(found: &Coefficients, phases: &[Complex64], place: Place, out: &mut [Complex64]) {
    let at = found.bin * place.row + (found.first - place.first) * place.column;
    let places = out[at..].iter_mut().step_by(place.column);
    for (out, value) in places.zip(&found.values[..found.count]) {
        *out = value * phases[found.bin];
    }
}

#[cfg(test)]
mod tests;
