//! Global tempo from the autocorrelation of the onset strength: `librosa.feature.tempo`.
//!
//! P. Grosche, M. Müller and F. Kurth, "Cyclic tempogram" (ICASSP 2010). Every frame's window of 8 s is
//! correlated with itself and scaled to 1 at lag 0; the mean of all that, weighted by a log-normal
//! prior, is largest at the beat's period. Fast because the mean is taken of the power spectra (one
//! inverse transform in all, no tempogram is kept), and two windows share a complex transform.

use std::sync::Arc;

use rustfft::Fft;
use rustfft::num_complex::Complex64;

use crate::blocks::error::{Result, above, buffer, require_audio, require_in, require_sample_rate};
use crate::blocks::lengths::{ANY, next_fast};
use crate::blocks::simd::{self, InstructionSet, Kernel, LANES, Vector};
use crate::blocks::stats::{Squares, reduce_in};
use crate::blocks::{fft, window};

/// Parameters of [`tempo`]; the defaults are librosa's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TempoParams {
    /// Samples between the frames of the envelope, 1 to 2²⁰.
    pub hop_length: usize,
    /// Where the prior is largest, in BPM, above 0.
    pub start_bpm: f64,
    /// Standard deviation of the prior in octaves, above 0.
    pub std_bpm: f64,
    /// Seconds of the autocorrelation window, up to 600; at least two frames.
    pub ac_size: f64,
    /// No tempo from here on, in BPM, above 0; infinity for no limit.
    pub max_tempo: f64,
}

impl Default for TempoParams {
    fn default() -> Self {
        Self { hop_length: 512, start_bpm: 120.0, std_bpm: 1.0, ac_size: 8.0, max_tempo: 320.0 }
    }
}

/// What [`TempoPlan::tempo`] finds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tempo {
    pub bpm: f64,
    /// The beat's period in frames.
    pub period: usize,
    /// Mean autocorrelation at the period, 1 if every window repeats itself. At 0 nothing repeats, and
    /// the tempo is only the prior's.
    pub strength: f64,
}

/// Tempo in BPM of an onset envelope (see [`crate::kernels::onset::onset_strength`]).
///
/// An envelope in which nothing repeats has the tempo that the prior likes best, as in librosa.
///
/// ```
/// use auralis_dsp::onset::{OnsetParams, onset_strength};
/// use auralis_dsp::tempo::{TempoParams, tempo};
///
/// // A click every half second.
/// let clicks: Vec<f64> = (0..10 * 44_100).map(|i| f64::from(i % 22_050 == 0)).collect();
/// let strength = onset_strength(&clicks, 44_100.0, &OnsetParams::default())?;
/// // To the nearest whole number of frames per beat.
/// assert!((tempo(&strength, 44_100.0, &TempoParams::default())? - 120.0).abs() < 1.5);
/// # Ok::<(), auralis_dsp::Error>(())
/// ```
///
/// # Errors
/// `Error::InvalidArgument` for an argument outside its range, `Error::NonFiniteInput`, `Error::OutOfMemory`.
pub fn tempo(envelope: &[f64], sample_rate: f64, params: &TempoParams) -> Result<f64> {
    require_audio("envelope", envelope)?;
    Ok(TempoPlan::new(sample_rate, params)?.tempo(envelope).bpm)
}

/// Seconds of the shortest window: two frames.
pub(crate) fn two_frames(hop_length: usize, sample_rate: f64) -> f64 {
    2.0 * hop_length as f64 / sample_rate
}

/// Tempo for one sample rate and one set of parameters.
pub struct TempoPlan {
    /// Frames per minute.
    frame_rate: f64,
    /// Logarithm of the prior at each lag; −∞ where no tempo is looked for.
    prior: Vec<f64>,
    instructions: InstructionSet,
    window: Vec<f64>,
    transform: Arc<dyn Fft<f64>>,
    scratch: Vec<Complex64>,
    /// The envelope around a frame.
    frame: Vec<f64>,
    /// Two windows, as real and imaginary parts.
    pair: Vec<Complex64>,
    power: Vec<f64>,
}

impl TempoPlan {
    /// # Errors
    /// `Error::InvalidArgument` for a parameter outside its range, `Error::OutOfMemory`.
    pub fn new(sample_rate: f64, params: &TempoParams) -> Result<Self> {
        let TempoParams { hop_length, start_bpm, std_bpm, ac_size, max_tempo } = *params;
        require_sample_rate(sample_rate)?;
        require_in("hop_length", hop_length, 1..=1 << 20)?;
        require_in("start_bpm", start_bpm, above(0.0).finite())?;
        require_in("std_bpm", std_bpm, above(0.0).finite())?;
        require_in("max_tempo", max_tempo, above(0.0))?;
        let two_frames = two_frames(hop_length, sample_rate);
        require_in("ac_size", ac_size, two_frames..=two_frames.max(600.0))?;

        let len = ((ac_size * sample_rate) as usize / hop_length).max(2);
        let bpm = |lag: usize| 60.0 * sample_rate / (hop_length * lag) as f64;
        // Where no lag is slow enough, librosa looks at all.
        let first = (1..len).find(|lag| bpm(*lag) < max_tempo).unwrap_or(1);
        let mut prior = buffer(len, f64::NEG_INFINITY)?;
        for (lag, prior) in prior.iter_mut().enumerate().skip(first) {
            *prior = -0.5 * ((bpm(lag).log2() - start_bpm.log2()) / std_bpm).powi(2);
        }
        let padded = next_fast(2 * len - 1, 1, &[(2, ANY), (3, ANY), (5, ANY)]);
        let transform = fft::complex_forward(padded);
        Ok(Self {
            frame_rate: 60.0 * sample_rate / hop_length as f64,
            prior,
            instructions: InstructionSet::best(),
            window: window::hann(len)?,
            frame: buffer(len, 0.0)?,
            scratch: buffer(transform.get_inplace_scratch_len(), Complex64::ZERO)?,
            transform,
            pair: buffer(padded, Complex64::ZERO)?,
            power: buffer(padded, 0.0)?,
        })
    }

    /// The longest period that can be found, in frames.
    pub(crate) fn longest_period(&self) -> usize {
        self.prior.len()
    }

    /// The tempo of an envelope of finite values.
    pub fn tempo(&mut self, envelope: &[f64]) -> Tempo {
        self.autocorrelate(envelope);
        let scale = 1.0 / (self.pair.len() * envelope.len()) as f64;
        let mut best = (f64::NEG_INFINITY, 1, 0.0);
        for (lag, (prior, mean)) in self.prior.iter().zip(&self.pair).enumerate() {
            let strength = mean.re * scale;
            let score = (1e6 * strength).ln_1p() + prior;
            if score > best.0 {
                best = (score, lag, strength);
            }
        }
        let (_, period, strength) = best;
        Tempo { bpm: self.frame_rate / period as f64, period, strength }
    }

    /// Leaves in `pair` the sum over all frames of the autocorrelation of the window around them, 1 at
    /// lag 0, times the length of the transform.
    fn autocorrelate(&mut self, envelope: &[f64]) {
        let Self { instructions, window, transform, scratch, frame, pair, power, .. } = self;
        power.fill(0.0);
        for first in (0..envelope.len()).step_by(2) {
            pair.fill(Complex64::ZERO);
            cut(envelope, first, frame);
            let scale = simd::run(*instructions, Weigh { frame, window });
            for (z, x) in pair.iter_mut().zip(&*frame) {
                z.re = x * scale;
            }
            if first + 1 < envelope.len() {
                cut(envelope, first + 1, frame);
                let scale = simd::run(*instructions, Weigh { frame, window });
                for (z, x) in pair.iter_mut().zip(&*frame) {
                    z.im = x * scale;
                }
            }
            transform.process_with_scratch(pair, scratch);
            simd::run(*instructions, AddPower { spectrum: simd::parts(pair), power });
        }
        // Where two real signals share a transform, |Z(k)|² + |Z(−k)|² is twice the sum of their powers.
        let padded = power.len();
        for (k, z) in pair.iter_mut().enumerate() {
            *z = Complex64::from(0.5 * (power[k] + power[(padded - k) % padded]));
        }
        transform.process_with_scratch(pair, scratch);
    }
}

/// Copies the envelope around a frame. Beyond its ends it falls to 0 in a straight line.
fn cut(envelope: &[f64], frame: usize, out: &mut [f64]) {
    let (len, half) = (out.len(), out.len() / 2);
    let inside = frame.checked_sub(half).and_then(|first| envelope.get(first..first + len));
    if let Some(values) = inside {
        return out.copy_from_slice(values);
    }
    let ramp = |x: f64, steps: usize| x * steps as f64 / half as f64;
    let last = envelope.len() - 1;
    for (at, x) in (frame..).zip(out) {
        *x = if at < half {
            ramp(envelope[0], at)
        } else if at - half <= last {
            envelope[at - half]
        } else {
            ramp(envelope[last], (last + 2 * half).saturating_sub(at))
        };
    }
}

/// Multiplies a frame by the window; the factor that gives it unit energy, or 1 for a silent one.
struct Weigh<'a> {
    frame: &'a mut [f64],
    window: &'a [f64],
}

impl Kernel for Weigh<'_> {
    type Output = f64;

    #[inline(always)]
    fn run<V: Vector>(self) -> f64 {
        let (groups, rest) = self.frame.as_chunks_mut::<LANES>();
        let (window_groups, window_rest) = self.window.as_chunks::<LANES>();
        for (group, window) in groups.iter_mut().zip(window_groups) {
            for lane in (0..LANES).step_by(V::LANES) {
                V::load(&group[lane..]).mul(V::load(&window[lane..])).store(&mut group[lane..]);
            }
        }
        let [mut energies] = reduce_in::<V, 1, 1>([[0.0; LANES]], Squares, [groups.as_flattened()]);
        for (x, window) in rest.iter_mut().zip(window_rest) {
            *x *= window;
            energies[0] += *x * *x;
        }
        let energy: f64 = energies.iter().sum();
        if energy < f64::MIN_POSITIVE { 1.0 } else { 1.0 / energy.sqrt() }
    }
}

/// power += |spectrum|²
struct AddPower<'a> {
    spectrum: &'a [f64],
    power: &'a mut [f64],
}

impl Kernel for AddPower<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let vectors = self.power.len() / V::LANES * V::LANES;
        for i in (0..vectors).step_by(V::LANES) {
            let (re, im) = V::load_interleaved(&self.spectrum[2 * i..]);
            let power = re.mul(re).add(im.mul(im));
            V::load(&self.power[i..]).add(power).store(&mut self.power[i..]);
        }
        for i in vectors..self.power.len() {
            let (re, im) = (self.spectrum[2 * i], self.spectrum[2 * i + 1]);
            self.power[i] += re * re + im * im;
        }
    }
}

#[cfg(test)]
mod tests;
