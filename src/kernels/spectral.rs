//! Measures of a magnitude spectrum (centroid, rolloff, flatness) and of a frame's level (RMS): those of
//! `librosa.feature`, after G. Peeters, "A large set of audio features for sound description" (IRCAM, 2004).
//!
//! Fast because a spectrum is measured as soon as it is made, while it is in the cache, and because the
//! flatness takes one logarithm of the product of sixteen values.

use crate::blocks::error::{
    Result, above, buffer, require_audio, require_capacity, require_finite, require_in, require_sample_rate,
    reserve,
};
use crate::blocks::framing::{Framer, Framing};
use crate::blocks::params::PadMode;
use crate::blocks::plan::Plan;
use crate::blocks::simd::{InstructionSet, LANES, Vector};
use crate::blocks::stats::{Reduction, reduce_from, sum_of_squares};
use crate::blocks::stft::{Stft, StftParams};

/// Centre of gravity in Hz of the magnitudes of bins that lie `bin_width` Hz apart, the first at 0;
/// 0 for silence (`librosa.feature.spectral_centroid`).
pub fn centroid(magnitude: &[f64], bin_width: f64) -> f64 {
    let (sum, weighted) = moments(magnitude);
    if sum < f64::MIN_POSITIVE { 0.0 } else { bin_width * weighted / sum }
}

/// Frequency in Hz of the lowest bin up to which `roll_percent` (a share, 0 to 1) of the magnitudes
/// lie; 0 for silence (`librosa.feature.spectral_rolloff`).
pub fn rolloff(magnitude: &[f64], bin_width: f64, roll_percent: f64) -> f64 {
    const GROUP: usize = 16;
    let total = |group: &[f64]| group.iter().sum::<f64>();
    // The same order of additions as below, so that the share of all is reached at the end.
    let bound = roll_percent * magnitude.chunks(GROUP).fold(0.0, |sum, group| sum + total(group));
    let mut before = 0.0;
    for (i, group) in magnitude.chunks(GROUP).enumerate() {
        let sum = before + total(group);
        if sum >= bound {
            let mut sum = before;
            let reached = group.iter().position(|magnitude| {
                sum += magnitude;
                sum >= bound
            });
            // Added one by one, the magnitudes may miss the bound by a rounding.
            return bin_width * (i * GROUP + reached.unwrap_or(group.len() - 1)) as f64;
        }
        before = sum;
    }
    0.0
}

/// Geometric over arithmetic mean of the magnitudes to the `power`, none taken below `amin`: 1 for
/// white noise or silence, towards 0 for a tone (`librosa.feature.spectral_flatness`).
pub fn flatness(magnitude: &[f64], power: f64, amin: f64) -> f64 {
    let raised = |magnitude: &f64| {
        let raised = if power == 2.0 { magnitude * magnitude } else { magnitude.powf(power) };
        raised.max(amin)
    };
    let logarithm = |values: &[f64]| values.iter().map(|value| value.ln()).sum::<f64>();
    let (groups, rest) = magnitude.as_chunks::<128>();
    let mut sum: f64 = rest.iter().map(raised).sum();
    let mut logarithms: f64 = rest.iter().map(|magnitude| raised(magnitude).ln()).sum();
    for group in groups {
        let values = group.each_ref().map(raised);
        let (mut sums, mut products) = ([0.0; 8], [1.0; 8]);
        for row in values.as_chunks::<8>().0 {
            for lane in 0..8 {
                sums[lane] += row[lane];
                products[lane] *= row[lane];
            }
        }
        sum += sums.iter().sum::<f64>();
        // One logarithm for sixteen values, unless a product leaves the range.
        let within = products.iter().all(|product| product.is_normal());
        logarithms += logarithm(if within { &products } else { &values });
    }
    let count = magnitude.len() as f64;
    (logarithms / count).exp() / (sum / count)
}

/// Σ x and Σ i x
fn moments(x: &[f64]) -> (f64, f64) {
    struct Moments;
    impl Reduction<1, 3> for Moments {
        #[inline(always)]
        fn step<V: Vector>(&self, [sum, weighted, index]: [V; 3], [x]: [V; 1]) -> [V; 3] {
            [sum.add(x), weighted.add(index.mul(x)), index.add(V::splat(LANES as f64))]
        }
    }
    let indices = std::array::from_fn(|i| i as f64);
    let begin = [[0.0; LANES], [0.0; LANES], indices];
    let [mut sums, mut weighted, indices] = reduce_from(begin, InstructionSet::best(), Moments, [x]);
    for (i, x) in x.as_chunks::<LANES>().1.iter().enumerate() {
        sums[i] += x;
        weighted[i] += indices[i] * x;
    }
    (sums.iter().sum(), weighted.iter().sum())
}

/// What [`spectral_centroid`], [`spectral_rolloff`] and [`spectral_flatness`] of a whole signal take; the
/// defaults are those of `librosa.feature`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpectralParams {
    /// Frames, window and padding of the spectrogram.
    pub stft: StftParams,
    /// Share of the magnitudes below the rolloff, above 0 and below 1.
    pub roll_percent: f64,
    /// What magnitudes are raised to for the flatness, above 0 and up to 8.
    pub power: f64,
    /// The least value that enters the flatness, > 0.
    pub amin: f64,
}

impl Default for SpectralParams {
    fn default() -> Self {
        Self { stft: StftParams::default(), roll_percent: 0.85, power: 2.0, amin: 1e-10 }
    }
}

impl SpectralParams {
    /// The frames that a signal of `n_samples` has.
    ///
    /// # Errors
    /// `Error::InvalidArgument` about `audio` if it is empty or, not centred, shorter than a frame; about a
    /// length outside its range.
    pub fn frames(&self, n_samples: usize) -> Result<usize> {
        self.stft.frames(n_samples)
    }
}

/// [`centroid`] in Hz of each frame of `audio`.
///
/// ```
/// use auralis_dsp::spectral::{SpectralParams, spectral_centroid};
///
/// let sine = |i: usize| (std::f64::consts::TAU * 440.0 * i as f64 / 44_100.0).sin();
/// let a4: Vec<f64> = (0..44_100).map(sine).collect();
/// let centroid = spectral_centroid(&a4, 44_100.0, &SpectralParams::default())?;
/// assert!((centroid[40] - 440.0).abs() < 2.0);
/// # Ok::<(), auralis_dsp::Error>(())
/// ```
///
/// # Errors
/// `Error::InvalidArgument` for an argument outside its range, `Error::NonFiniteInput`, `Error::OutOfMemory`.
pub fn spectral_centroid(audio: &[f64], sample_rate: f64, params: &SpectralParams) -> Result<Vec<f64>> {
    let bin_width = bin_width(sample_rate, params)?;
    of_each_frame(audio, params, |magnitude| centroid(magnitude, bin_width))
}

/// [`rolloff`] in Hz of each frame of `audio`.
///
/// ```
/// use auralis_dsp::spectral::{SpectralParams, spectral_rolloff};
///
/// let sine = |i: usize| (std::f64::consts::TAU * 440.0 * i as f64 / 44_100.0).sin();
/// let a4: Vec<f64> = (0..44_100).map(sine).collect();
/// let rolloff = spectral_rolloff(&a4, 44_100.0, &SpectralParams::default())?;
/// // The bins are 21.5 Hz apart.
/// assert!((rolloff[40] - 440.0).abs() < 44.0);
/// # Ok::<(), auralis_dsp::Error>(())
/// ```
///
/// # Errors
/// As [`spectral_centroid`].
pub fn spectral_rolloff(audio: &[f64], sample_rate: f64, params: &SpectralParams) -> Result<Vec<f64>> {
    let bin_width = bin_width(sample_rate, params)?;
    let share = params.roll_percent;
    require_in("roll_percent", share, above(0.0).below(1.0))?;
    of_each_frame(audio, params, |magnitude| rolloff(magnitude, bin_width, share))
}

/// [`flatness`] of each frame of `audio`.
///
/// ```
/// use auralis_dsp::spectral::{SpectralParams, spectral_flatness};
///
/// let sine = |i: usize| (std::f64::consts::TAU * 440.0 * i as f64 / 44_100.0).sin();
/// let a4: Vec<f64> = (0..44_100).map(sine).collect();
/// assert!(spectral_flatness(&a4, &SpectralParams::default())?[40] < 1e-6);
/// assert!(spectral_flatness(&[0.0; 4096], &SpectralParams::default())?[4] > 0.999);
/// # Ok::<(), auralis_dsp::Error>(())
/// ```
///
/// # Errors
/// As [`spectral_centroid`].
pub fn spectral_flatness(audio: &[f64], params: &SpectralParams) -> Result<Vec<f64>> {
    let SpectralParams { power, amin, .. } = *params;
    require_in("power", power, above(0.0).up_to(8.0))?;
    require_in("amin", amin, above(0.0).finite())?;
    of_each_frame(audio, params, |magnitude| flatness(magnitude, power, amin))
}

fn bin_width(sample_rate: f64, params: &SpectralParams) -> Result<f64> {
    require_sample_rate(sample_rate)?;
    Ok(sample_rate / params.stft.resolved()?.n_fft as f64)
}

fn of_each_frame(
    audio: &[f64],
    params: &SpectralParams,
    measure: impl Fn(&[f64]) -> f64,
) -> Result<Vec<f64>> {
    require_audio("audio", audio)?;
    let mut values = reserve(params.frames(audio.len())?)?;
    Stft::new(&params.stft)?.process(audio, |tile| values.extend(tile.magnitudes().map(&measure)))?;
    Ok(values)
}

/// Parameters of [`rms`]; the defaults are those of `librosa.feature.rms`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RmsParams {
    /// Samples in a frame, 1 to 2²⁰.
    pub frame_length: usize,
    /// Samples between frames, 1 to 2³¹.
    pub hop_length: usize,
    /// Whether frame `t` is centred on sample `t * hop_length`, not begun there.
    pub center: bool,
    /// How the signal is continued at its ends if `center`.
    pub pad_mode: PadMode,
}

impl Default for RmsParams {
    fn default() -> Self {
        Self { frame_length: 2048, hop_length: 512, center: true, pad_mode: PadMode::Constant }
    }
}

impl RmsParams {
    /// The frames that a signal of `n_samples` has.
    ///
    /// # Errors
    /// `Error::InvalidArgument` about `audio` if it is empty or, not centred, shorter than a frame; about a
    /// length outside its range.
    pub fn frames(&self, n_samples: usize) -> Result<usize> {
        self.framing()?.require_count(n_samples)
    }

    fn framing(&self) -> Result<Framing> {
        let Self { frame_length, hop_length, .. } = *self;
        require_in("frame_length", frame_length, 1..=1 << 20)?;
        require_in("hop_length", hop_length, 1..=1 << 31)?;
        Ok(Framing { frame_length, hop_length, centred: self.center.then_some(self.pad_mode) })
    }
}

/// Root of the mean square of each frame of `audio` (`librosa.feature.rms`).
///
/// ```
/// use auralis_dsp::spectral::{RmsParams, rms};
///
/// let sine = |i: usize| (std::f64::consts::TAU * 440.0 * i as f64 / 44_100.0).sin();
/// let a4: Vec<f64> = (0..44_100).map(sine).collect();
/// assert!((rms(&a4, &RmsParams::default())?[40] - 0.5_f64.sqrt()).abs() < 0.01);
/// # Ok::<(), auralis_dsp::Error>(())
/// ```
///
/// # Errors
/// `Error::InvalidArgument` for an argument outside its range, `Error::NonFiniteInput`, `Error::OutOfMemory`.
pub fn rms(audio: &[f64], params: &RmsParams) -> Result<Vec<f64>> {
    let mut plan = RmsPlan::new(params)?;
    let mut rms = buffer(params.frames(audio.len())?, 0.0)?;
    plan.process(audio, &mut rms)?;
    Ok(rms)
}

/// [`rms`] for whole signals and streams. Each frame is summed anew, so nothing drifts.
pub struct RmsPlan {
    params: RmsParams,
    framing: Framing,
    framer: Framer,
    instructions: InstructionSet,
}

impl RmsPlan {
    /// # Errors
    /// `Error::InvalidArgument` for a parameter outside its range, `Error::OutOfMemory`.
    pub fn new(params: &RmsParams) -> Result<Self> {
        let framing = params.framing()?;
        Ok(Self {
            params: *params,
            framing,
            framer: Framer::new(framing)?,
            instructions: InstructionSet::best(),
        })
    }

    /// Takes the next samples and writes the values of the frames that they complete. Returns their number.
    ///
    /// # Errors
    /// `Error::NonFiniteInput`, `Error::BufferTooSmall` about `rms`. Nothing is taken then.
    pub fn push(&mut self, audio: &[f64], rms: &mut [f64]) -> Result<usize> {
        require_finite("audio", audio)?;
        let frames = self.framer.pending(audio.len());
        require_capacity("rms", rms.len(), frames)?;
        let (instructions, mut out) = (self.instructions, rms.iter_mut());
        self.framer.push(audio, |frame| {
            if let Some(rms) = out.next() {
                *rms = frame_rms(instructions, frame);
            }
        });
        Ok(frames)
    }

    /// Ends the signal and writes the frames that reach beyond its end. Returns their number. The plan is
    /// then as after [`Self::reset`].
    ///
    /// # Errors
    /// `Error::BufferTooSmall` about `rms`; the signal has not ended then.
    pub fn finish(&mut self, rms: &mut [f64]) -> Result<usize> {
        let frames = self.framer.pending_at_finish();
        require_capacity("rms", rms.len(), frames)?;
        let (instructions, mut out) = (self.instructions, rms.iter_mut());
        self.framer.finish(|frame| {
            if let Some(rms) = out.next() {
                *rms = frame_rms(instructions, frame);
            }
        });
        Ok(frames)
    }

    /// A whole signal; `rms` takes [`RmsParams::frames`] values.
    ///
    /// # Errors
    /// `Error::InvalidArgument` about `audio` if it is empty or too short for a frame, `Error::NonFiniteInput`,
    /// `Error::BufferTooSmall` about `rms`.
    pub fn process(&mut self, audio: &[f64], rms: &mut [f64]) -> Result<()> {
        require_audio("audio", audio)?;
        require_capacity("rms", rms.len(), self.params.frames(audio.len())?)?;
        self.reset();
        let written = self.push(audio, rms)?;
        self.finish(&mut rms[written..])?;
        Ok(())
    }
}

impl Plan for RmsPlan {
    fn latency(&self) -> usize {
        self.framing.latency()
    }

    fn max_output(&self, block: usize) -> usize {
        self.framing.max_output(block)
    }

    fn reset(&mut self) {
        self.framer.reset();
    }
}

fn frame_rms(instructions: InstructionSet, frame: &[f64]) -> f64 {
    (sum_of_squares(instructions, frame) / frame.len() as f64).sqrt()
}

#[cfg(test)]
mod tests;
