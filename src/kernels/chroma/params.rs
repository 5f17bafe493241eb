//! The parameters of the chromagram.

use crate::blocks::error::{Error, Result, require, require_in};
use crate::blocks::params::{Norm, PadMode};
use crate::kernels::cqt::{C1, CqtParams};
use crate::kernels::tuning::estimate_tuning;

/// Parameters of [`chroma_cqt`](super::chroma_cqt); the defaults are those of `librosa.feature.chroma_cqt`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChromaParams {
    /// Frequency of the lowest bin in Hz, at least 1. Class 0 is C, whatever `fmin` is.
    pub fmin: f64,
    /// Shift of all bins in fractions of a bin, −1000 to 1000; NaN, in [`chroma_cqt`](super::chroma_cqt) only: estimated.
    pub tuning: f64,
    /// Samples between frames, 1 to 2²⁰.
    pub hop_length: usize,
    /// Pitch classes, 1 to `bins_per_octave`.
    pub n_chroma: usize,
    /// Octaves above `fmin`, at least 1. The highest bin must end below half the sample rate.
    pub n_octaves: usize,
    /// Bins per octave, a multiple of `n_chroma`, up to 960.
    pub bins_per_octave: usize,
    /// How each column is normalised; columns that are all but 0 stay as they are.
    pub norm: Norm,
    /// How the signal is continued at its ends.
    pub pad_mode: PadMode,
}

impl Default for ChromaParams {
    fn default() -> Self {
        Self {
            fmin: C1,
            tuning: f64::NAN,
            hop_length: 512,
            n_chroma: 12,
            n_octaves: 7,
            bins_per_octave: 36,
            norm: Norm::Max,
            pad_mode: PadMode::Constant,
        }
    }
}

impl ChromaParams {
    /// The frames that a signal of `n_samples` has: one at every multiple of the hop.
    ///
    /// # Errors
    /// `Error::InvalidArgument` about `audio` if it is empty; about `hop_length` outside its range.
    pub fn frames(&self, n_samples: usize) -> Result<usize> {
        self.cqt().frames(n_samples)
    }

    /// The transform that is folded.
    pub(super) fn cqt(&self) -> CqtParams {
        CqtParams {
            fmin: self.fmin,
            tuning: self.tuning,
            filter_scale: 1.0,
            n_bins: self.n_octaves.saturating_mul(self.bins_per_octave),
            bins_per_octave: self.bins_per_octave,
            hop_length: self.hop_length,
            pad_mode: self.pad_mode,
        }
    }

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

    /// Checks all parameters.
    pub(super) fn check(&self, sample_rate: f64) -> Result<()> {
        self.check_folding()?;
        self.cqt().check(sample_rate).map_err(Self::in_octaves)
    }

    /// What is wrong with the number of bins is here the number of octaves.
    pub(super) fn in_octaves(error: Error) -> Error {
        error.about("n_bins", "n_octaves")
    }

    /// Checks what the constant-Q transform does not.
    pub(super) fn check_folding(&self) -> Result<()> {
        let Self { n_chroma, n_octaves, bins_per_octave, .. } = *self;
        require_in("n_octaves", n_octaves, 1..=64)?;
        require_in("n_chroma", n_chroma, 1..=960)?;
        require(
            (1..=960).contains(&bins_per_octave) && bins_per_octave.is_multiple_of(n_chroma),
            "bins_per_octave",
            bins_per_octave,
            format_args!("multiples of n_chroma = {n_chroma}, up to 960"),
        )
    }

    /// The class of each bin (`librosa.filters.cq_to_chroma`): bins are shared out around the class's
    /// own frequency, and class 0 is C.
    pub(super) fn class(&self, bin: usize) -> usize {
        let merged = self.bins_per_octave / self.n_chroma;
        let midi = 12.0 * (self.fmin.log2() - 440_f64.log2()) + 69.0;
        let roll = (midi.rem_euclid(12.0) * (self.n_chroma as f64 / 12.0)).round_ties_even() as usize;
        ((bin + merged / 2) / merged + roll) % self.n_chroma
    }
}
