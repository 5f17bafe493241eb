//! Streaming inverse of the short-time Fourier transform, equal to `librosa.istft` with a periodic Hann
//! window (D. W. Griffin and J. S. Lim, "Signal estimation from modified short-time Fourier transform", IEEE
//! TASSP 32(2), 1984).
//!
//! Fast because the window and the scale of the transform are one multiplication, and because the sum of the
//! squared windows, which repeats itself with every hop, is divided by once per phase.

use std::sync::Arc;

use realfft::ComplexToReal;
use rustfft::num_complex::Complex64;

use crate::blocks::error::{Result, buffer, require};
use crate::blocks::simd::{self, InstructionSet, Kernel, Vector};
use crate::blocks::stft::StftParams;
use crate::blocks::{fft, window};

/// The length of a whole signal, which is known when it has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignalLength {
    pub samples: usize,
    /// Frames of its transform.
    pub frames: usize,
}

/// Overlap-add of windowed inverse transforms, normalised by the sum of the squared windows.
///
/// The spectra of a tile are added one by one, then the tile's samples taken out. Like the forward
/// transform it keeps one tile's span.
///
/// ```
/// use auralis_dsp::istft::{Istft, SignalLength};
/// use auralis_dsp::stft::{Stft, StftParams};
///
/// let sine = |i: usize| (std::f64::consts::TAU * 440.0 * i as f64 / 44_100.0).sin();
/// let a4: Vec<f64> = (0..44_100).map(sine).collect();
/// let mut stft = Stft::new(&StftParams::default())?;
/// let mut istft = Istft::new(stft.params())?;
/// let length = SignalLength { samples: a4.len(), frames: stft.params().frames(a4.len())? };
/// let (mut back, mut written) = (vec![0.0; a4.len()], 0);
/// stft.process(&a4, |tile| {
///     (0..tile.len()).for_each(|i| istft.add(&mut tile.spectrum(i).to_vec()));
///     let last = (tile.first() + tile.len() == length.frames).then_some(length);
///     written += istft.take(last, &mut back[written..]);
/// })?;
/// assert!(back.iter().zip(&a4).all(|(x, y)| (x - y).abs() < 1e-12));
/// # Ok::<(), auralis_dsp::Error>(())
/// ```
pub struct Istft {
    params: StftParams,
    instructions: InstructionSet,
    window: Vec<f64>,
    /// The window over `n_fft`, which the inverse transform leaves to its caller.
    synthesis: Vec<f64>,
    /// 1 / sum of squared windows at sample `i`, modulo the hop, where frames surround the sample.
    gains: Vec<f64>,
    transform: Arc<dyn ComplexToReal<f64>>,
    scratch: Vec<Complex64>,
    frame: Vec<f64>,
    span: Vec<f64>,
    /// First frame of the tile.
    first: usize,
    /// Frames added since.
    added: usize,
}

impl Istft {
    /// # Errors
    /// `Error::InvalidArgument` for a length outside its range, or a `hop_length` above `n_fft`, which
    /// leaves gaps between the frames; `Error::OutOfMemory`.
    pub fn new(params: &StftParams) -> Result<Self> {
        let params = params.resolved()?;
        let StftParams { n_fft, hop_length, .. } = params;
        require(hop_length <= n_fft, "hop_length", hop_length, "0 (n_fft / 4) to n_fft")?;
        let transform = fft::real_inverse(params.n_fft);
        let window = window::hann_centred(params.win_length, params.n_fft)?;
        let mut synthesis = buffer(params.n_fft, 0.0)?;
        for (s, w) in synthesis.iter_mut().zip(&window) {
            *s = w / params.n_fft as f64;
        }
        let mut plan = Self {
            instructions: InstructionSet::best(),
            synthesis,
            window,
            gains: buffer(params.hop_length, 0.0)?,
            scratch: buffer(transform.get_scratch_len(), Complex64::ZERO)?,
            frame: buffer(params.n_fft, 0.0)?,
            span: buffer(params.span(), 0.0)?,
            first: 0,
            added: 0,
            transform,
            params,
        };
        let settled = params.n_fft.div_ceil(params.hop_length) * params.hop_length;
        for i in 0..params.hop_length {
            plan.gains[i] = plan.gain(settled + i, usize::MAX);
        }
        Ok(plan)
    }

    /// The parameters, with no 0 left in them.
    pub fn params(&self) -> &StftParams {
        &self.params
    }

    /// Forgets the signal.
    pub fn reset(&mut self) {
        self.span.fill(0.0);
        self.first = 0;
        self.added = 0;
    }

    /// Whether a frame's inverse transforms give back the signal to rounding: every sample that comes
    /// out lies well inside a window.
    pub(crate) fn restores(&self) -> bool {
        let centre = self.params.n_fft / 2;
        let hop = self.params.hop_length;
        let reach = self.window.get(centre..centre + hop);
        self.params.center && reach.is_some_and(|window| window.iter().all(|w| w * w > 1e-3))
    }

    /// Samples that are final once `frames` frames are there.
    pub(crate) fn ready(params: &StftParams, frames: usize) -> usize {
        (frames * params.hop_length).saturating_sub(params.pad())
    }

    /// Adds the spectrum of the next frame, which is overwritten. A tile's frames are added before
    /// [`Self::take`].
    pub fn add(&mut self, spectrum: &mut [Complex64]) {
        // Real, unless a signal at the end of the range of doubles overflowed.
        spectrum[0].im = 0.0;
        if self.params.n_fft.is_multiple_of(2) {
            spectrum[self.params.n_fft / 2].im = 0.0;
        }
        self.transform
            .process_with_scratch(spectrum, &mut self.frame, &mut self.scratch)
            .expect("buffers have the lengths of the plan, and constant and Nyquist bins are real");
        let sum = &mut self.span[self.added * self.params.hop_length..][..self.params.n_fft];
        simd::run(self.instructions, AddWindowed { frame: &self.frame, window: &self.synthesis, sum });
        self.added += 1;
    }

    /// Writes the samples that the added frames complete to the front of `out`, returns their number.
    /// All tiles but the last of a signal have [`TILE`](crate::stft::TILE) frames; with the last comes the length of the signal.
    pub fn take(&mut self, last: Option<SignalLength>, out: &mut [f64]) -> usize {
        let StftParams { n_fft, hop_length: hop, .. } = self.params;
        let pad = self.params.pad();
        let start = self.first * hop;
        let end = match last {
            None => start + self.added * hop,
            Some(length) => pad + length.samples,
        };
        let total = last.map_or(usize::MAX, |length| length.frames);
        let from = start.max(pad).min(end);
        let out = &mut out[..end - from];
        // Everywhere but at the ends of the signal all frames that could cover a sample exist.
        let settled_from = (n_fft - 1).clamp(from, end);
        let settled_to = total.saturating_mul(hop).clamp(settled_from, end);
        let known = self.span.len() + start;
        for p in (from..settled_from).chain(settled_to..end) {
            out[p - from] = if p < known { self.span[p - start] * self.gain(p, total) } else { 0.0 };
        }
        let mut p = settled_from;
        while p < settled_to {
            let phase = p % hop;
            let len = (hop - phase).min(settled_to - p);
            let sums = &self.span[p - start..][..len];
            for ((y, sum), gain) in out[p - from..][..len].iter_mut().zip(sums).zip(&self.gains[phase..]) {
                *y = sum * gain;
            }
            p += len;
        }
        if last.is_some() {
            self.reset();
        } else {
            let kept = n_fft - hop;
            self.span.copy_within(self.added * hop.., 0);
            self.span[kept..].fill(0.0);
            self.first += self.added;
            self.added = 0;
        }
        end - from
    }

    /// 1 / sum of the squared windows of `frames` frames over padded sample `p`; 1 where no window
    /// reaches.
    fn gain(&self, p: usize, frames: usize) -> f64 {
        let StftParams { n_fft, hop_length: hop, .. } = self.params;
        let first = (p + 1).saturating_sub(n_fft).div_ceil(hop);
        let end = (p / hop + 1).min(frames);
        let sum: f64 = (first..end).map(|t| self.window[p - t * hop].powi(2)).sum();
        if sum > f64::MIN_POSITIVE { 1.0 / sum } else { 1.0 }
    }
}

/// `sum += frame * window`
struct AddWindowed<'a> {
    frame: &'a [f64],
    window: &'a [f64],
    sum: &'a mut [f64],
}

impl Kernel for AddWindowed<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let vectors = self.sum.len() / V::LANES * V::LANES;
        for i in (0..vectors).step_by(V::LANES) {
            let x = V::load(&self.frame[i..]).mul(V::load(&self.window[i..]));
            V::load(&self.sum[i..]).add(x).store(&mut self.sum[i..]);
        }
        for i in vectors..self.sum.len() {
            self.sum[i] += self.frame[i] * self.window[i];
        }
    }
}
