//! What is measured of a signal before and after mastering.

use crate::blocks::error::Result;
use crate::kernels::loudness::{Loudness, LoudnessParams, LoudnessPlan};

/// Loudness, true peak and sample peak of a signal that arrives in pieces.
pub(super) struct Meter {
    loudness: LoudnessPlan,
    n_channels: usize,
    frames: usize,
    sample_peak: f64,
}

/// What a [`Meter`] tells. Each is NaN if it cannot be told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Measured {
    pub loudness: Loudness,
    /// In dBFS.
    pub sample_peak: f64,
}

impl Meter {
    pub fn new(sample_rate: f64, n_channels: usize) -> Result<Self> {
        let loudness = LoudnessPlan::new(sample_rate, n_channels, &LoudnessParams::default())?;
        Ok(Self { loudness, n_channels, frames: 0, sample_peak: 0.0 })
    }

    pub fn reset(&mut self) {
        self.loudness.reset();
        (self.frames, self.sample_peak) = (0, 0.0);
    }

    /// Takes whole frames of finite samples.
    pub fn take(&mut self, interleaved: &[f64]) {
        self.loudness.push(interleaved).expect("whole frames of finite samples");
        self.frames += interleaved.len() / self.n_channels;
        self.sample_peak = interleaved.iter().fold(self.sample_peak, |peak, x| peak.max(x.abs()));
    }

    pub fn loudness(&self) -> &LoudnessPlan {
        &self.loudness
    }

    /// In dBFS; NaN of silence.
    pub fn sample_peak(&self) -> f64 {
        if self.sample_peak > 0.0 { 20.0 * self.sample_peak.log10() } else { f64::NAN }
    }

    pub fn measured(&mut self) -> Measured {
        Measured { loudness: self.loudness.summary(), sample_peak: self.sample_peak() }
    }
}

impl Measured {
    /// Integrated loudness, range, highest short-term loudness, true peak, sample peak.
    pub fn values(&self) -> [f64; 5] {
        let Loudness { integrated, range, max_short_term, true_peak, .. } = self.loudness;
        [integrated, range, max_short_term, true_peak, self.sample_peak]
    }
}
