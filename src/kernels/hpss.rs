//! Harmonic/percussive source separation by median filtering, equal to `librosa.effects.hpss`.
//!
//! Fitzgerald, "Harmonic/percussive separation using median filtering" (DAFx 2010); margins after Driedger,
//! Müller and Disch, "Extending harmonic-percussive separation of audio signals" (ISMIR 2014). Medians of
//! the magnitudes along time favour sustained tones, along frequency clicks; their ratio masks the spectra.
//!
//! One exception: where a kernel is 8 times as long as the 2 or more frames (or bins) that there are, scipy
//! reads outside its array and librosa's result is undefined; here the mirrored windows are as everywhere.
//!
//! Fast because the signal passes once, tile by tile, through buffers that stay in the cache, the medians
//! of neighbouring windows share their sorting, and where both masks sum to one the percussive part is the
//! input minus the harmonic one, which saves an inverse transform.

mod masks;
mod resynthesis;
mod separator;

pub use masks::{MOST_KERNEL, MaskParams};
pub(crate) use resynthesis::Resynthesis;
pub use separator::{Parts, Separated, Separator};

use resynthesis::outstanding;

use crate::blocks::error::{Result, buffer, require_audio, require_capacity, require_finite};
use crate::blocks::istft::{Istft, SignalLength};
use crate::blocks::params::PadMode;
use crate::blocks::plan::Plan;
use crate::blocks::stft::{Stft, StftParams, TILE};

/// What to separate, and how strictly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HpssParams {
    /// As in [`StftParams`].
    pub n_fft: usize,
    /// Samples from frame to frame, 1 to `n_fft`; 0 = `n_fft / 4`.
    pub hop_length: usize,
    /// As in [`StftParams`]; 0 = `n_fft`.
    pub win_length: usize,
    /// Frames of the median along time, 1 to [`MOST_KERNEL`].
    pub kernel_harmonic: usize,
    /// Bins of the median along frequency, 1 to [`MOST_KERNEL`].
    pub kernel_percussive: usize,
    /// Exponent of the masks, above 0; infinite = each bin goes wholly to the larger part.
    pub power: f64,
    /// How many times the percussive median the harmonic one must be, 1 to 1e6. Above 1, what neither part
    /// claims is left out of both.
    pub margin_harmonic: f64,
    /// The same for the percussive part.
    pub margin_percussive: f64,
    /// As in [`StftParams`].
    pub center: bool,
    /// As in [`StftParams`].
    pub pad_mode: PadMode,
}

impl Default for HpssParams {
    /// librosa's: frames of 2048 every 512, kernels of 31, power 2, no margin.
    fn default() -> Self {
        let StftParams { n_fft, hop_length, win_length, center, pad_mode } = StftParams::default();
        let MaskParams { kernel_harmonic, kernel_percussive, power, margin_harmonic, margin_percussive } =
            MaskParams::default();
        Self {
            n_fft,
            hop_length,
            win_length,
            kernel_harmonic,
            kernel_percussive,
            power,
            margin_harmonic,
            margin_percussive,
            center,
            pad_mode,
        }
    }
}

impl HpssParams {
    /// How the signal is cut into frames.
    pub fn stft(&self) -> StftParams {
        let Self { n_fft, hop_length, win_length, center, pad_mode, .. } = *self;
        StftParams { n_fft, hop_length, win_length, center, pad_mode }
    }

    /// What is harmonic and what percussive.
    pub fn masks(&self) -> MaskParams {
        let Self { kernel_harmonic, kernel_percussive, power, margin_harmonic, margin_percussive, .. } =
            *self;
        MaskParams { kernel_harmonic, kernel_percussive, power, margin_harmonic, margin_percussive }
    }
}

/// Separates a whole signal into (harmonic, percussive), both as long as `audio`.
///
/// ```
/// use auralis_dsp::hpss::{HpssParams, hpss};
///
/// let sine = |i: usize| (std::f64::consts::TAU * 440.0 * i as f64 / 44_100.0).sin();
/// let a4: Vec<f64> = (0..44_100).map(sine).collect();
/// let mut audio = a4.clone();
/// audio[22_050] += 10.0;
/// let (harmonic, percussive) = hpss(&audio, &HpssParams::default())?;
/// assert!((harmonic[10_000] - a4[10_000]).abs() < 0.05);
/// assert!(percussive[22_050] > 9.0);
/// # Ok::<(), auralis_dsp::Error>(())
/// ```
///
/// # Errors
/// `Error::InvalidArgument` for an empty signal, one shorter than a frame where frames are not centred, or a
/// parameter outside its range; `Error::NonFiniteInput`; `Error::OutOfMemory`.
pub fn hpss(audio: &[f64], params: &HpssParams) -> Result<(Vec<f64>, Vec<f64>)> {
    let mut harmonic = buffer(audio.len(), 0.0)?;
    let mut percussive = buffer(audio.len(), 0.0)?;
    HpssPlan::new(params)?.process(audio, &mut harmonic, &mut percussive)?;
    Ok((harmonic, percussive))
}

/// Separation of a whole signal or of a stream, with every work buffer.
pub struct HpssPlan {
    params: StftParams,
    tiles_ahead: usize,
    stft: Stft,
    separator: Separator,
    back: Back,
}

/// How samples are made of the separated spectra.
enum Back {
    /// The harmonic ones; the percussive ones are the rest of the signal.
    Complement(Resynthesis),
    /// Each part by a transform of its own.
    Each { harmonic: Istft, percussive: Istft },
}

/// The front of two outputs that are being written.
struct Outputs<'a> {
    harmonic: &'a mut [f64],
    percussive: &'a mut [f64],
    written: usize,
}

impl HpssPlan {
    /// # Errors
    /// `Error::InvalidArgument` for a parameter outside its range, `Error::OutOfMemory`.
    pub fn new(params: &HpssParams) -> Result<Self> {
        let stft = Stft::new(&params.stft())?;
        let resolved = *stft.params();
        let masks = params.masks();
        let tiles_ahead = masks.tiles_ahead();
        let harmonic = Istft::new(&resolved)?;
        let complement = masks.are_complements() && harmonic.restores();
        let parts = if complement { Parts::Harmonic } else { Parts::Both };
        let separator = Separator::new(resolved.n_fft / 2 + 1, &masks, parts)?;
        let back = if complement {
            Back::Complement(Resynthesis::new(harmonic, tiles_ahead)?)
        } else {
            Back::Each { harmonic, percussive: Istft::new(&resolved)? }
        };
        Ok(Self { params: resolved, tiles_ahead, stft, separator, back })
    }

    /// Takes the next samples; writes those that are ready to the front of both outputs and returns their
    /// number. Nothing is taken where an error is returned.
    ///
    /// # Errors
    /// `Error::NonFiniteInput`; `Error::BufferTooSmall` if an output does not hold what would be written
    /// ([`Self::max_output`] always suffices).
    pub fn push(&mut self, audio: &[f64], harmonic: &mut [f64], percussive: &mut [f64]) -> Result<usize> {
        require_finite("audio", audio)?;
        let received = self.stft.received();
        let ready = self.ready(received.saturating_add(audio.len())) - self.ready(received);
        require_capacity("harmonic", harmonic.len(), ready)?;
        require_capacity("percussive", percussive.len(), ready)?;
        Ok(self.advance(audio, harmonic, percussive))
    }

    /// Writes the remaining samples and returns their number; the plan is then as after [`Self::reset`].
    ///
    /// # Errors
    /// `Error::InvalidArgument` if nothing was pushed, or less than a frame where frames are not centred;
    /// `Error::BufferTooSmall`, after which the call may be repeated.
    pub fn finish(&mut self, harmonic: &mut [f64], percussive: &mut [f64]) -> Result<usize> {
        let received = self.stft.received();
        let rest = received - self.ready(received);
        require_capacity("harmonic", harmonic.len(), rest)?;
        require_capacity("percussive", percussive.len(), rest)?;
        let frames = self.stft.require_frames();
        if let Ok(frames) = frames {
            let length = SignalLength { samples: received, frames };
            self.flush(length, &mut Outputs { harmonic, percussive, written: 0 });
        }
        self.reset();
        frames.map(|_| rest)
    }

    /// Separates a whole signal.
    ///
    /// # Errors
    /// As [`hpss`]; `Error::BufferTooSmall` if an output is shorter than `audio`.
    pub fn process(&mut self, audio: &[f64], harmonic: &mut [f64], percussive: &mut [f64]) -> Result<()> {
        require_audio("audio", audio)?;
        require_capacity("harmonic", harmonic.len(), audio.len())?;
        require_capacity("percussive", percussive.len(), audio.len())?;
        self.reset();
        let written = self.advance(audio, harmonic, percussive);
        self.finish(&mut harmonic[written..], &mut percussive[written..])?;
        Ok(())
    }

    /// Samples that are written once `received` are there.
    fn ready(&self, received: usize) -> usize {
        let tiles = self.params.tiles(received);
        Istft::ready(&self.params, TILE * tiles.saturating_sub(self.tiles_ahead))
    }

    fn advance(&mut self, audio: &[f64], harmonic: &mut [f64], percussive: &mut [f64]) -> usize {
        let mut outputs = Outputs { harmonic, percussive, written: 0 };
        let Self { params, stft, separator, back, .. } = self;
        // At most one tile is completed by a chunk, so the kept input need not grow with the block.
        for chunk in audio.chunks(TILE * params.hop_length) {
            if let Back::Complement(resynthesis) = back {
                resynthesis.keep(chunk);
            }
            stft.push(chunk, |tile| separator.push(tile, |parts| outputs.write(parts, back, None)));
        }
        outputs.written
    }

    fn flush(&mut self, length: SignalLength, outputs: &mut Outputs) {
        let Self { stft, separator, back, .. } = self;
        let end = Some(length);
        stft.finish(|tile| separator.push(tile, |parts| outputs.write(parts, back, end)))
            .expect("the signal has frames");
        separator.finish(|parts| outputs.write(parts, back, end));
    }
}

impl Plan for HpssPlan {
    fn latency(&self) -> usize {
        outstanding(&self.params, self.tiles_ahead)
    }

    fn max_output(&self, block: usize) -> usize {
        block.saturating_add(self.latency())
    }

    fn reset(&mut self) {
        self.stft.reset();
        self.separator.reset();
        match &mut self.back {
            Back::Complement(resynthesis) => resynthesis.reset(),
            Back::Each { harmonic, percussive } => {
                harmonic.reset();
                percussive.reset();
            }
        }
    }
}

impl Outputs<'_> {
    /// Transforms one tile back and appends the samples that it completes; `end` is known once the signal
    /// has ended.
    fn write(&mut self, mut parts: Separated, back: &mut Back, end: Option<SignalLength>) {
        let harmonic = &mut self.harmonic[self.written..];
        let percussive = &mut self.percussive[self.written..];
        self.written += match back {
            Back::Complement(resynthesis) => {
                let mut rest = percussive.iter_mut();
                resynthesis.add(parts, end, harmonic, |signal, harmonic| {
                    for ((x, h), p) in signal.iter().zip(harmonic).zip(rest.by_ref()) {
                        *p = x - h;
                    }
                })
            }
            Back::Each { harmonic: harmonic_istft, percussive: percussive_istft } => {
                parts.add_harmonic_to(harmonic_istft);
                parts.add_percussive_to(percussive_istft);
                let last = parts.last_of(end);
                percussive_istft.take(last, percussive);
                harmonic_istft.take(last, harmonic)
            }
        };
    }
}

#[cfg(test)]
mod tests;
