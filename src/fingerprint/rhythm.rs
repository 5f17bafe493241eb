//! Dimensions 10 (tempo), 11 (regularity of the beats) and 12 (density of onsets).

use super::frames::{Extent, Frame, Frames};
use super::{CHECKED, Dimension, Fingerprint};
use crate::blocks::error::{Result, reserve};
use crate::kernels::beat::{BeatParams, BeatTracker, period_of};
use crate::kernels::onset::{Flux, OnsetParams, PeakParams, detect_in_place, mean, median};
use crate::kernels::tempo::{TempoParams, TempoPlan};

/// Frames that are described: the first 50 minutes at 44.1 kHz.
const FRAMES: usize = 1 << 18;

/// Where the mel bands of the onset strength end, in Hz.
const FMAX: f64 = 11_025.0;

/// How far an onset stands out at least: this share of the range of the onset strength, and so many dB.
const DELTA: f64 = 0.07;
const LEAST_DELTA: f64 = 0.5;

/// Autocorrelation at the beat's period below which nothing repeats, and the tempo is only the prior's.
const LEAST_STRENGTH: f64 = 1e-6;

pub(super) struct Rhythm {
    sample_rate: f64,
    frames: Frames,
    /// Frames before the first flux: it begins with the second frame, and is delayed by half a frame.
    before: usize,
    flux: Flux,
    /// Onset strength by the mean of the mel bands, and by their median for the beats.
    mean: Vec<f64>,
    median: Vec<f64>,
    tempo: TempoPlan,
    beats: BeatTracker,
}

impl Rhythm {
    pub fn new(sample_rate: f64, frames: Frames) -> Result<Self> {
        let Frames { n_fft, hop, .. } = frames;
        let params = OnsetParams { n_fft, hop_length: hop, fmax: FMAX, ..OnsetParams::default() };
        let tempo_params = TempoParams { hop_length: hop, ..TempoParams::default() };
        let tempo = TempoPlan::new(sample_rate, &tempo_params)?;
        let mut rhythm = Self {
            sample_rate,
            frames,
            before: params.lag + params.shift()?,
            flux: Flux::new(sample_rate, &params)?,
            mean: reserve(FRAMES)?,
            median: reserve(FRAMES)?,
            beats: BeatTracker::new(FRAMES, tempo.longest_period())?,
            tempo,
        };
        rhythm.reset();
        Ok(rhythm)
    }

    pub fn take(&mut self, frame: Frame) {
        let Self { flux, mean, median, .. } = self;
        flux.push(frame.magnitude, |bands| keep(mean, median, bands));
    }

    pub fn finish(&mut self, extent: Extent, values: &mut Fingerprint) {
        let Self { flux, mean, median, .. } = self;
        flux.finish(|bands| keep(mean, median, bands));
        mean.truncate(extent.n_frames);
        median.truncate(extent.n_frames);
        values[Dimension::TempoBpm] = self.tempo();
        values[Dimension::RhythmStability] = self.stability();
        values[Dimension::TransientDensity] = self.density(extent.n_samples);
    }

    /// Tempo in BPM; NaN if nothing repeats, or not within the length of the signal.
    fn tempo(&mut self) -> f64 {
        let tempo = self.tempo.tempo(&self.mean);
        let told = tempo.strength >= LEAST_STRENGTH && self.mean.len() >= 2 * tempo.period;
        if told { tempo.bpm } else { f64::NAN }
    }

    /// 1 / (1 + coefficient of variation) of the intervals between beats; NaN for fewer than 3 beats.
    fn stability(&mut self) -> f64 {
        if self.median.iter().all(|strength| *strength == 0.0) {
            return f64::NAN;
        }
        let BeatParams { tightness, trim, .. } = BeatParams::default();
        let period =
            period_of(self.tempo.tempo(&self.median).bpm, self.sample_rate, self.frames.hop) as usize;
        let beats = self.beats.track(&self.median, period, tightness, trim);
        if beats.len() < 3 {
            return f64::NAN;
        }
        let intervals = || beats.windows(2).map(|pair| f64::from(pair[1] - pair[0]));
        let count = (beats.len() - 1) as f64;
        let mean = intervals().sum::<f64>() / count;
        let variance = intervals().map(|interval| (interval - mean).powi(2)).sum::<f64>() / count;
        1.0 / (1.0 + variance.sqrt() / mean)
    }

    /// Onsets per second of a signal of `n_samples`; NaN for one shorter than a frame.
    fn density(&mut self, n_samples: usize) -> f64 {
        if n_samples < self.frames.n_fft {
            return f64::NAN;
        }
        let lowest = self.mean.iter().copied().fold(f64::INFINITY, f64::min);
        let highest = self.mean.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let delta = (DELTA * (highest - lowest)).max(LEAST_DELTA);
        let params = PeakParams { hop_length: self.frames.hop, normalize: false, delta };
        let mut onsets = 0.0;
        detect_in_place(&mut self.mean, self.sample_rate, &params, |_| onsets += 1.0).expect(CHECKED);
        let described = n_samples.min(FRAMES * self.frames.hop);
        onsets * self.sample_rate / described as f64
    }

    pub fn reset(&mut self) {
        self.flux.reset();
        for envelope in [&mut self.mean, &mut self.median] {
            envelope.clear();
            envelope.resize(self.before, 0.0);
        }
    }
}

fn keep(means: &mut Vec<f64>, medians: &mut Vec<f64>, bands: &mut [i32]) {
    if means.len() < FRAMES {
        means.push(mean(bands));
        medians.push(median(bands));
    }
}
