//! The parameters of the transform.

use crate::blocks::error::{Result, require, require_in};
use crate::blocks::params::PadMode;

/// Parameters of [`cqt`](super::cqt); the defaults are those of `librosa.cqt`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CqtParams {
    /// Frequency of the lowest bin in Hz, at least 1.
    pub fmin: f64,
    /// Shift of all bins in fractions of a bin, −1000 to 1000; NaN, in [`cqt`](super::cqt) only: estimated.
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

impl CqtParams {
    /// The frames that a signal of `n_samples` has: one at every multiple of the hop.
    ///
    /// # Errors
    /// `Error::InvalidArgument` about `audio` if it is empty; about `hop_length` outside its range.
    pub fn frames(&self, n_samples: usize) -> Result<usize> {
        require_in("hop_length", self.hop_length, 1..=1 << 20)?;
        require(n_samples > 0, "audio", "empty", "at least 1 sample")?;
        Ok(1 + n_samples / self.hop_length)
    }
}
