//! One pass of the solver through the whole chain, measured.

use std::ops::Range;

use super::CHUNK;
use super::chain::{Front, factor};
use super::limiter::{Limiter, Reduction};
use super::matching::spectral_error;
use super::meter::{Measured, Meter};
use super::planar;
use super::tracks::Tracks;
use crate::blocks::error::{Result, buffer};
use crate::profile::{Octaves, place};

/// What came of a pass.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outcome {
    /// Of the whole but for the integrated loudness, which is that of the loudest track.
    pub measured: Measured,
    pub reduction: Reduction,
    /// Largest and mean error beside the reference's third octaves, in dB.
    pub spectral_error: [f64; 2],
}

/// The limiter, and what is measured before and after it.
pub(super) struct Render {
    n_channels: usize,
    limiter: Limiter,
    /// Frames by which the limiter's input and output lag behind the signal.
    lags: [usize; 2],
    /// Frames of the signal, and those that have come to the limiter.
    n_frames: usize,
    at: usize,
    /// Frames that begin a track.
    borders: Vec<usize>,
    /// The third octaves of the reference.
    reference: Option<Vec<f64>>,
    /// The loudness before the limiter: measured once, then known.
    before: Tracks,
    loudness_before: Option<f64>,
    meter: Meter,
    tracks: Option<Tracks>,
    octaves: Option<Octaves>,
    reduction: Reduction,
    frames: Vec<f64>,
    mono: Vec<f64>,
}

impl Render {
    /// `reference`: a whole profile.
    pub fn new(
        sample_rate: f64,
        front: &Front,
        limiter: Limiter,
        n_frames: usize,
        borders: Vec<usize>,
        reference: Option<&[f64]>,
    ) -> Result<Self> {
        let n_channels = front.n_channels();
        let lags = [front.latency(), front.latency() + limiter.latency()];
        let levels = |profile: &[f64]| -> Result<Vec<f64>> {
            let mut levels = buffer(place::SIDE - place::MID, 0.0)?;
            levels.copy_from_slice(&profile[place::MID..place::SIDE]);
            Ok(levels)
        };
        let album = borders.iter().any(|border| *border > 0);
        Ok(Self {
            n_channels,
            limiter,
            lags,
            n_frames,
            at: 0,
            borders,
            reference: reference.map(levels).transpose()?,
            before: Tracks::new(sample_rate, n_channels)?,
            loudness_before: None,
            meter: Meter::new(sample_rate, n_channels)?,
            tracks: album.then(|| Tracks::new(sample_rate, n_channels)).transpose()?,
            octaves: reference.is_some().then(|| Octaves::new(sample_rate)).transpose()?,
            reduction: Reduction::NONE,
            frames: buffer(CHUNK * n_channels, 0.0)?,
            mono: buffer(CHUNK, 0.0)?,
        })
    }

    /// Frames by which the limiter's input and output lag behind the signal; as much silence must follow it.
    pub fn lags(&self) -> [usize; 2] {
        self.lags
    }

    /// Begins a pass with this gain before the limiter, in dB, and this ceiling in dBTP.
    pub fn begin(&mut self, gain: f64, ceiling: f64) {
        self.limiter.retune(factor(gain), factor(ceiling));
        self.repeat();
    }

    /// Begins the pass again.
    pub fn repeat(&mut self) {
        self.limiter.reset();
        self.at = 0;
        self.before.reset();
        self.meter.reset();
        self.tracks.as_mut().map(Tracks::reset);
        self.octaves.as_mut().map(Octaves::reset);
        self.reduction = Reduction::NONE;
    }

    /// Which of the `n` frames that come to the limiter next, or come out of it, belong to the signal.
    fn of_signal(&self, lag: usize, n: usize) -> Range<usize> {
        let within = |at: usize| at.saturating_sub(self.at).min(n);
        within(lag)..within(lag + self.n_frames)
    }

    /// Limits the first `n` frames of the channels; returns which of those that come out belong to the signal.
    pub fn limit(&mut self, channels: &mut [Vec<f64>], n: usize) -> Range<usize> {
        self.limiter.process(channels, n);
        let of_signal = self.of_signal(self.lags[1], n);
        self.at += n;
        of_signal
    }

    /// Limits the first `n` frames of the channels, and measures.
    pub fn take(&mut self, channels: &mut [Vec<f64>], n: usize) {
        let before = self.of_signal(self.lags[0], n);
        if self.loudness_before.is_none() {
            let frames = &mut self.frames[..before.len() * self.n_channels];
            planar::join(channels, before.start, frames);
            self.before.push(frames, &self.borders);
        }
        let after = self.limit(channels, n);
        let frames = &mut self.frames[..after.len() * self.n_channels];
        planar::join(channels, after.start, frames);
        self.reduction.take(&self.limiter.gains(n)[after]);
        self.meter.take(frames);
        if let Some(tracks) = &mut self.tracks {
            tracks.push(frames, &self.borders);
        }
        if let Some(octaves) = &mut self.octaves {
            let mono = &mut self.mono[..frames.len() / self.n_channels];
            for (x, frame) in mono.iter_mut().zip(frames.chunks_exact(self.n_channels)) {
                *x = frame.iter().sum::<f64>() / self.n_channels as f64;
            }
            octaves.push(mono);
        }
    }

    /// Ends the pass.
    pub fn finish(&mut self) -> Outcome {
        self.loudness_before.get_or_insert(self.before.loudest());
        let mut measured = self.meter.measured();
        if let Some(tracks) = &self.tracks {
            measured.loudness.integrated = tracks.loudest();
        }
        let spectral_error = match (&mut self.octaves, &self.reference) {
            (Some(octaves), Some(reference)) => {
                octaves.end();
                spectral_error(&octaves.levels(|k| octaves.power(k)), reference)
            }
            _ => [f64::NAN; 2],
        };
        Outcome { measured, reduction: self.reduction, spectral_error }
    }

    /// Loudness before the limiter at a gain of 0 dB, in LUFS; known after the first pass.
    pub fn loudness_before(&self) -> f64 {
        self.loudness_before.unwrap_or(f64::NAN)
    }
}
