//! Beats by dynamic programming: `librosa.beat.beat_track`.
//!
//! D. P. W. Ellis, "Beat tracking by dynamic programming" (Journal of New Music Research 36(1), 2007):
//! the chain of frames with the largest sum of onset strengths less a penalty for intervals that differ
//! from the tempo's. Fast because the penalties of all intervals are computed once.

use crate::blocks::error::{Result, above, require, require_audio, require_in, reserve};
use crate::blocks::stats::median;
use crate::kernels::tempo::{TempoParams, TempoPlan, two_frames};

/// Parameters of [`beat_track`]; the defaults are librosa's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BeatParams {
    /// Samples between the frames of the envelope, 1 to 2²⁰.
    pub hop_length: usize,
    /// Tempo in BPM, above 0; NaN = [`crate::kernels::tempo::tempo`] of the envelope.
    pub bpm: f64,
    /// Where that looks first, in BPM, above 0.
    pub start_bpm: f64,
    /// How closely beats keep to the tempo, above 0.
    pub tightness: f64,
    /// Whether to leave out weak beats at both ends.
    pub trim: bool,
}

impl Default for BeatParams {
    fn default() -> Self {
        Self { hop_length: 512, bpm: f64::NAN, start_bpm: 120.0, tightness: 100.0, trim: true }
    }
}

/// Tempo and beats of an onset envelope.
#[derive(Debug, Clone, PartialEq)]
pub struct Beats {
    /// In BPM; 0 if the envelope is 0 everywhere.
    pub bpm: f64,
    /// Ascending.
    pub frames: Vec<usize>,
}

/// Tracks the beats of an onset envelope. librosa makes it with the median of the mel bands:
/// [`crate::kernels::onset::Aggregate::Median`].
///
/// ```
/// use auralis_dsp::beat::{BeatParams, beat_track};
/// use auralis_dsp::onset::{Aggregate, OnsetParams, onset_strength};
///
/// // A click every half second.
/// let clicks: Vec<f64> = (0..10 * 44_100).map(|i| f64::from(i % 22_050 == 0)).collect();
/// let params = OnsetParams { aggregate: Aggregate::Median, ..OnsetParams::default() };
/// let strength = onset_strength(&clicks, 44_100.0, &params)?;
/// let beats = beat_track(&strength, 44_100.0, &BeatParams::default())?;
/// assert!(beats.frames.windows(2).all(|pair| (pair[1] - pair[0]).abs_diff(43) <= 1));
/// # Ok::<(), auralis_dsp::Error>(())
/// ```
///
/// # Errors
/// `Error::InvalidArgument` for an argument outside its range, `Error::NonFiniteInput`, `Error::OutOfMemory`.
pub fn beat_track(envelope: &[f64], sample_rate: f64, params: &BeatParams) -> Result<Beats> {
    let BeatParams { hop_length, bpm, start_bpm, tightness, .. } = *params;
    require_audio("envelope", envelope)?;
    let mut tempo_params = TempoParams { hop_length, start_bpm, ..TempoParams::default() };
    // At least two frames, however long.
    tempo_params.ac_size = tempo_params.ac_size.max(two_frames(hop_length, sample_rate));
    let mut tempo = TempoPlan::new(sample_rate, &tempo_params)?;
    require(bpm.is_nan() || bpm > 0.0, "bpm", bpm, "above 0, or NaN to estimate it")?;
    require_in("tightness", tightness, above(0.0).finite())?;
    if envelope.iter().all(|x| *x == 0.0) {
        return Ok(Beats { bpm: 0.0, frames: vec![] });
    }
    let bpm = if bpm.is_nan() { tempo.tempo(envelope).bpm } else { bpm };
    let period = period_of(bpm, sample_rate, hop_length);
    require((1.0..=LONGEST_PERIOD).contains(&period), "bpm", bpm, "1 to 1000000 frames per beat")?;
    let mut tracker = BeatTracker::new(envelope.len(), period as usize)?;
    let beats = tracker.track(envelope, period as usize, tightness, params.trim);
    let mut frames = reserve(beats.len())?;
    frames.extend(beats.iter().map(|frame| *frame as usize));
    Ok(Beats { bpm, frames })
}

const LONGEST_PERIOD: f64 = 1e6;

/// Whole frames from beat to beat.
pub(crate) fn period_of(bpm: f64, sample_rate: f64, hop_length: usize) -> f64 {
    (sample_rate / hop_length as f64 * 60.0 / bpm).round_ties_even()
}

/// The tracker's work buffers.
pub(crate) struct BeatTracker {
    /// The smoothing window, then the penalty of each interval.
    weights: Vec<f64>,
    /// Onset strength in units of its standard deviation, smoothed.
    local: Vec<f64>,
    /// Best score of a chain that ends in a frame, and the frame before in that chain.
    score: Vec<f64>,
    before: Vec<u32>,
    peaks: Vec<f64>,
    beats: Vec<u32>,
}

/// No frame before.
const NONE: u32 = u32::MAX;

impl BeatTracker {
    /// For envelopes of up to `longest` frames and periods of up to `longest_period`.
    pub fn new(longest: usize, longest_period: usize) -> Result<Self> {
        require(longest < NONE as usize, "envelope", format_args!("{longest} frames"), "below 2^32 - 1")?;
        Ok(Self {
            weights: reserve(2 * longest_period + 1)?,
            local: reserve(longest)?,
            score: reserve(longest)?,
            before: reserve(longest)?,
            peaks: reserve(longest / 2 + 1)?,
            beats: reserve(longest)?,
        })
    }

    /// The beats of an envelope that is not 0 everywhere, ascending.
    pub fn track(&mut self, envelope: &[f64], period: usize, tightness: f64, trim: bool) -> &[u32] {
        self.smooth(envelope, period);
        self.link(period, tightness);
        self.beats.clear();
        let mut frame = self.last();
        while frame != NONE {
            self.beats.push(frame);
            frame = self.before[frame as usize];
        }
        self.beats.reverse();

        let threshold = if trim { self.trim_threshold() } else { 0.0 };
        // Where nothing is strong, no frame lies between the first and the last that is.
        let strong = |x: &f64| *x > threshold;
        let first = self.local.iter().position(strong).unwrap_or(usize::MAX);
        let last = self.local.iter().rposition(strong).unwrap_or(0);
        self.beats.retain(|frame| (first..=last).contains(&(*frame as usize)));
        &self.beats
    }

    /// `local` = envelope / its standard deviation, convolved with a Gaussian of 1/32 of the period.
    /// As in librosa the envelope's first frame does not count.
    fn smooth(&mut self, envelope: &[f64], period: usize) {
        let n = envelope.len();
        let mean = envelope.iter().sum::<f64>() / n as f64;
        let squares: f64 = envelope.iter().map(|x| (x - mean).powi(2)).sum();
        let unit = (squares / (n - 1).max(1) as f64).sqrt() + f64::MIN_POSITIVE;

        let gaussian = |k: usize| (-0.5 * ((k as f64 - period as f64) * 32.0 / period as f64).powi(2)).exp();
        self.weights.clear();
        self.weights.extend((0..=2 * period).map(gaussian));
        self.local.clear();
        self.local.resize(n, 0.0);
        for (k, weight) in self.weights.iter().enumerate() {
            // Frame i takes part of envelope frame i + period - k.
            let from = (k + 1).saturating_sub(period);
            let source = envelope.get(from + period - k..).unwrap_or(&[]);
            for (local, x) in self.local.iter_mut().skip(from).zip(source) {
                *local += weight * (x / unit);
            }
        }
    }

    fn link(&mut self, period: usize, tightness: f64) {
        // librosa's compiled code takes the tightness in single precision.
        let tightness = f64::from(tightness as f32);
        let nearest = ((period as f64 / 2.0).round_ties_even() as usize).max(1);
        let penalty = |distance: usize| tightness * ((distance as f64).ln() - (period as f64).ln()).powi(2);
        self.weights.clear();
        self.weights.extend((nearest..=2 * period).map(penalty));

        let threshold = 0.01 * self.local.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut begun = false;
        self.score.clear();
        self.before.clear();
        for (i, local) in self.local.iter().enumerate() {
            let mut best = (f64::NEG_INFINITY, NONE);
            for (distance, penalty) in (nearest..=i).zip(&self.weights) {
                let score = self.score[i - distance] - penalty;
                if score > best.0 {
                    best = (score, (i - distance) as u32);
                }
            }
            self.score.push(if best.1 == NONE { *local } else { local + best.0 });
            begun |= *local >= threshold;
            self.before.push(if begun { best.1 } else { NONE });
        }
    }

    /// The last local maximum of the score that reaches half of their median; the last frame if there is none.
    fn last(&mut self) -> u32 {
        let (score, n) = (&self.score, self.score.len());
        let is_peak = |i: &usize| score[*i] > score[*i - 1] && (*i + 1 == n || score[*i] >= score[*i + 1]);
        self.peaks.clear();
        self.peaks.extend((1..n).filter(is_peak).map(|i| score[i]));
        let threshold = 0.5 * median(&mut self.peaks).unwrap_or(0.0);
        (1..n).rev().filter(is_peak).find(|i| score[*i] >= threshold).unwrap_or(n - 1) as u32
    }

    /// Half the RMS of the smoothed strength of the beats.
    fn trim_threshold(&self) -> f64 {
        let strength = |i: usize| self.beats.get(i).map_or(0.0, |beat| self.local[*beat as usize]);
        // The convolution runs one beat past the last, and its mean counts another one.
        let smoothed = |i: usize| {
            let previous = if i == 0 { 0.0 } else { strength(i - 1) };
            0.5 * previous + strength(i) + 0.5 * strength(i + 1)
        };
        let count = (self.beats.len() + 2).min(self.local.len());
        let squares: f64 = (0..count).map(|i| smoothed(i).powi(2)).sum();
        0.5 * (squares / count as f64).sqrt()
    }
}

#[cfg(test)]
mod tests;
