//! The parameters of the onset strength.

use crate::blocks::error::Result;
use crate::blocks::stft::StftParams;

/// How the flux of all mel bands becomes one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Aggregate {
    #[default]
    Mean,
    /// What `librosa.beat.beat_track` uses.
    Median,
}

/// Parameters of [`onset_strength`](super::onset_strength); the defaults are librosa's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OnsetParams {
    /// Samples of a frame, 2 to 2²⁰.
    pub n_fft: usize,
    /// Samples between frames, up to 2³¹; 0 is a quarter of `n_fft`.
    pub hop_length: usize,
    /// Mel bands, 1 to 2048.
    pub n_mels: usize,
    /// Lower edge of the lowest band in Hz.
    pub fmin: f64,
    /// Upper edge of the highest band in Hz, above `fmin` and at most half the sample rate, which 0
    /// stands for.
    pub fmax: f64,
    /// Frames between the two that are compared, 1 to 1024.
    pub lag: usize,
    /// Bands whose largest value a band is compared with, 1 to `n_mels`.
    pub max_size: usize,
    /// Whether to remove slow changes by the filter (1 − z⁻¹) / (1 − 0.99 z⁻¹).
    pub detrend: bool,
    /// Whether to delay the flux by half a frame, to where the frame's new samples lie.
    pub center: bool,
    pub aggregate: Aggregate,
}

impl Default for OnsetParams {
    fn default() -> Self {
        Self {
            n_fft: 2048,
            hop_length: 512,
            n_mels: 128,
            fmin: 0.0,
            fmax: 0.0,
            lag: 1,
            max_size: 1,
            detrend: false,
            center: true,
            aggregate: Aggregate::Mean,
        }
    }
}

impl OnsetParams {
    /// The frames that a signal of `n_samples` has.
    ///
    /// # Errors
    /// `Error::InvalidArgument` about `audio` if it is empty; about a length outside its range.
    pub fn frames(&self, n_samples: usize) -> Result<usize> {
        self.stft().frames(n_samples)
    }

    /// How the signal is cut into frames.
    pub(super) fn stft(&self) -> StftParams {
        StftParams { n_fft: self.n_fft, hop_length: self.hop_length, ..StftParams::default() }
    }

    /// Frames by which the flux is delayed.
    pub(crate) fn shift(&self) -> Result<usize> {
        let StftParams { n_fft, hop_length, .. } = self.stft().resolved()?;
        Ok(if self.center { n_fft / (2 * hop_length) } else { 0 })
    }
}
