//! Onset strength by spectral flux on a mel spectrogram in dB, and the onsets in it: equal to
//! `librosa.onset.onset_strength` and `librosa.onset.onset_detect`.
//!
//! S. Böck and G. Widmer, "Maximum filter vibrato suppression for onset detection" (DAFx 2013); peak
//! picking after S. Böck, F. Krebs and M. Schedl, "Evaluating the online capabilities of onset detection
//! methods" (ISMIR 2012). Fast because the spectrogram is not kept: a frame's flux waits (`flux`) only
//! for the level of the loudest mel, below which by 80 dB nothing counts.

mod flux;
mod params;

pub(crate) use flux::{Flux, mean, median};
pub use params::{Aggregate, OnsetParams};

use crate::blocks::error::{
    Result, buffer, require, require_audio, require_capacity, require_in, require_sample_rate, reserve, show,
};
use crate::blocks::stft::{Stft, Tile};

/// Onset strength of each frame of `audio`.
///
/// ```
/// use auralis_dsp::onset::{OnsetParams, PeakParams, onset_detect, onset_strength};
///
/// // A click every half second.
/// let clicks: Vec<f64> = (0..10 * 44_100).map(|i| f64::from(i % 22_050 == 0)).collect();
/// let strength = onset_strength(&clicks, 44_100.0, &OnsetParams::default())?;
/// let onsets = onset_detect(&strength, 44_100.0, &PeakParams::default())?;
/// let seconds = |frame: usize| (frame * 512) as f64 / 44_100.0;
/// assert!((seconds(onsets[3]) - seconds(onsets[2]) - 0.5).abs() < 0.012);
/// # Ok::<(), auralis_dsp::Error>(())
/// ```
///
/// # Errors
/// `Error::InvalidArgument` for an argument outside its range, `Error::NonFiniteInput`, `Error::OutOfMemory`.
pub fn onset_strength(audio: &[f64], sample_rate: f64, params: &OnsetParams) -> Result<Vec<f64>> {
    let mut envelope = buffer(params.frames(audio.len())?, 0.0)?;
    OnsetPlan::new(sample_rate, params)?.process(audio, &mut envelope)?;
    Ok(envelope)
}

/// Onset strength for one sample rate and one set of parameters. It is not a stream: the level of the
/// loudest mel is known at the end.
pub struct OnsetPlan {
    params: OnsetParams,
    stft: Stft,
    flux: Flux,
    shift: usize,
}

impl OnsetPlan {
    /// # Errors
    /// `Error::InvalidArgument` for a parameter outside its range, `Error::OutOfMemory`.
    pub fn new(sample_rate: f64, params: &OnsetParams) -> Result<Self> {
        let OnsetParams { n_mels, fmin, fmax, lag, max_size, .. } = *params;
        require_sample_rate(sample_rate)?;
        let stft = Stft::new(&params.stft())?;
        let nyquist = sample_rate / 2.0;
        let fmax = if fmax == 0.0 { nyquist } else { fmax };
        require_in("n_mels", n_mels, 1..=2048)?;
        require_in("fmax", fmax, 0.0..=nyquist)?;
        require(0.0 <= fmin && fmin < fmax, "fmin", fmin, format_args!("0 to below fmax = {}", show(fmax)))?;
        require_in("lag", lag, 1..=1024)?;
        require(
            (1..=n_mels).contains(&max_size),
            "max_size",
            max_size,
            format_args!("1 to n_mels = {n_mels}"),
        )?;
        let flux = Flux::new(sample_rate, &OnsetParams { fmax, ..*params })?;
        Ok(Self { params: *params, stft, flux, shift: params.shift()? })
    }

    /// A whole signal; `envelope` takes [`OnsetParams::frames`] values.
    ///
    /// # Errors
    /// `Error::InvalidArgument` about `audio` if it is empty, `Error::NonFiniteInput`, `Error::BufferTooSmall`
    /// about `envelope`.
    pub fn process(&mut self, audio: &[f64], envelope: &mut [f64]) -> Result<()> {
        require_audio("audio", audio)?;
        let frames = self.params.frames(audio.len())?;
        require_capacity("envelope", envelope.len(), frames)?;
        let envelope = &mut envelope[..frames];
        self.flux.reset();
        self.pass(audio, envelope);
        if self.flux.was_too_early() {
            // A signal longer than the flux can wait, and louder towards its end.
            self.flux.begin_again();
            self.pass(audio, envelope);
        }
        if self.params.detrend {
            detrend(envelope);
        }
        Ok(())
    }

    fn pass(&mut self, audio: &[f64], envelope: &mut [f64]) {
        let Self { params, stft, flux, shift } = self;
        envelope.fill(0.0);
        let mut at = params.lag + *shift;
        let mut write = |bands: &mut [i32]| {
            if let Some(strength) = envelope.get_mut(at) {
                *strength = match params.aggregate {
                    Aggregate::Mean => mean(bands),
                    Aggregate::Median => median(bands),
                };
            }
            at += 1;
        };
        let take = |tile: &Tile| tile.magnitudes().for_each(|magnitude| flux.push(magnitude, &mut write));
        stft.process(audio, take).expect("a centred frame covers any sample");
        flux.finish(&mut write);
    }
}

/// `scipy.signal.lfilter([1, -1], [1, -0.99], …)`
fn detrend(envelope: &mut [f64]) {
    let (mut before, mut filtered) = (0.0, 0.0);
    for x in envelope {
        filtered = *x - before + 0.99 * filtered;
        before = *x;
        *x = filtered;
    }
}

/// Parameters of [`onset_detect`]; the defaults are librosa's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PeakParams {
    /// Samples between the frames of the envelope, 1 to 2²⁰.
    pub hop_length: usize,
    /// Whether the envelope is shifted and scaled to 0..1 first.
    pub normalize: bool,
    /// How far a peak must stand above the mean around it, at least 0.
    pub delta: f64,
}

impl Default for PeakParams {
    fn default() -> Self {
        Self { hop_length: 512, normalize: true, delta: 0.07 }
    }
}

/// The frames in which an onset lies, ascending.
///
/// A peak is the largest value from 30 ms before it on, stands `delta` above the mean of the 100 ms
/// around it and at least 30 ms after the peak before it. The frames from `n` on that a
/// window covers end before `n` + its length, as in `librosa.util.peak_pick`.
///
/// # Errors
/// `Error::InvalidArgument` for an argument outside its range, `Error::NonFiniteInput`, `Error::OutOfMemory`.
pub fn onset_detect(envelope: &[f64], sample_rate: f64, params: &PeakParams) -> Result<Vec<usize>> {
    let mut shifted = reserve(envelope.len())?;
    shifted.extend_from_slice(envelope);
    let mut onsets = reserve(envelope.len())?;
    detect_in_place(&mut shifted, sample_rate, params, |frame| onsets.push(frame))?;
    Ok(onsets)
}

/// [`onset_detect`] that normalises the envelope, if it does, where it is.
pub(crate) fn detect_in_place(
    envelope: &mut [f64],
    sample_rate: f64,
    params: &PeakParams,
    mut onset: impl FnMut(usize),
) -> Result<()> {
    require_sample_rate(sample_rate)?;
    require_audio("envelope", envelope)?;
    require_in("hop_length", params.hop_length, 1..=1 << 20)?;
    require_in("delta", params.delta, 0.0..)?;
    if params.normalize {
        let lowest = envelope.iter().copied().fold(f64::INFINITY, f64::min);
        let range = envelope.iter().fold(0.0, |range: f64, x| range.max(x - lowest)) + f64::MIN_POSITIVE;
        envelope.iter_mut().for_each(|x| *x = (*x - lowest) / range);
    }
    if envelope.iter().all(|x| *x == 0.0) {
        return Ok(());
    }
    let frames = |seconds: f64| floor_div(seconds * sample_rate, params.hop_length as f64);
    let (pre_max, pre_avg, wait) = (frames(0.03), frames(0.1), frames(0.03));
    let (post_max, post_avg) = (1, pre_avg + 1);

    let mut n = 0;
    while n < envelope.len() {
        let around = |before: usize, after: usize| {
            &envelope[n.saturating_sub(before)..(n + after).min(envelope.len())]
        };
        let x = envelope[n];
        let largest = around(pre_max, post_max).iter().all(|other| *other <= x);
        if largest {
            let window = around(pre_avg, post_avg);
            if x >= window.iter().sum::<f64>() / window.len() as f64 + params.delta {
                onset(n);
                n += wait;
            }
        }
        n += 1;
    }
    Ok(())
}

/// Python's `a // b` of positive numbers, which rounds by the exact quotient.
fn floor_div(a: f64, b: f64) -> usize {
    ((a - a % b) / b).round() as usize
}

#[cfg(test)]
mod tests;
