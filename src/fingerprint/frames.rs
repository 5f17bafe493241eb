//! The frames that all measures share.

use rustfft::num_complex::Complex64;

use crate::blocks::framing::frame_length;
use crate::blocks::istft::SignalLength;
use crate::blocks::stft::{StftParams, TILE};

/// Their length and distance in samples.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frames {
    pub n_fft: usize,
    pub hop: usize,
    /// Hz from bin to bin.
    pub bin_width: f64,
}

impl Frames {
    pub fn of(sample_rate: f64) -> Self {
        let n_fft = frame_length(sample_rate);
        Self { n_fft, hop: n_fft / 4, bin_width: sample_rate / n_fft as f64 }
    }

    /// Frames of audio that are worked on at a time: a tile of the STFT.
    pub fn chunk(self) -> usize {
        TILE * self.hop
    }

    pub fn stft(self) -> StftParams {
        StftParams { n_fft: self.n_fft, hop_length: self.hop, ..StftParams::default() }
    }

    /// The first bin at or above a frequency in Hz.
    pub fn bin_from(self, frequency: f64) -> usize {
        let below = |k: &usize| (*k as f64) * self.bin_width < frequency;
        (0..=self.n_fft / 2).take_while(below).count()
    }

    /// What an offset of 1 adds to bin 1 of a frame under a periodic Hann window; beyond, it adds nothing.
    pub fn offset_in_bin_1(self) -> f64 {
        -(self.n_fft as f64) / 4.0
    }
}

/// How long a signal is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    frames: Frames,
    pub n_samples: usize,
    pub n_frames: usize,
}

impl Extent {
    pub fn new(frames: Frames, n_samples: usize) -> Self {
        Self { frames, n_samples, n_frames: 1 + n_samples / frames.hop }
    }

    pub fn length(&self) -> SignalLength {
        SignalLength { samples: self.n_samples, frames: self.n_frames }
    }

    /// Whether frame `t` lies wholly inside the signal.
    pub fn holds(&self, t: usize) -> bool {
        let half = self.frames.n_fft / 2;
        (half..).contains(&(t * self.frames.hop)) && t * self.frames.hop + half <= self.n_samples
    }
}

/// A frame of the STFT.
#[derive(Clone, Copy)]
pub(super) struct Frame<'a> {
    pub magnitude: &'a [f64],
    pub bin_1: Complex64,
    /// Whether it lies wholly inside the signal.
    pub is_inside: bool,
}
