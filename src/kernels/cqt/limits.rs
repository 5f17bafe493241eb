//! What parameters the transform takes.

use super::params::CqtParams;
use super::wavelet::Wavelet;
use crate::blocks::error::{Result, require, require_in, require_sample_rate, show};
use crate::kernels::tuning::estimate_tuning;

/// Longest wavelet, in samples.
const LONGEST: f64 = (1_u64 << 24) as f64;

impl CqtParams {
    /// The same with the tuning of `audio` if `tuning` is NaN.
    ///
    /// # Errors
    /// `Error::InvalidArgument` for an argument outside its range, `Error::NonFiniteInput`, `Error::OutOfMemory`.
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
