//! Streaming short-time Fourier transform and its inverse, equal to `librosa.stft` and
//! `librosa.istft` with a periodic Hann window.
//!
//! Frames come in tiles of [`TILE`], cut at fixed positions of the signal: what a consumer computes
//! does not depend on the sizes of the blocks that were pushed. Fast because a tile's spectra stay in
//! the cache until every consumer has read them, and nothing is kept of the signal but one tile's span.

use std::sync::Arc;

use realfft::{ComplexToReal, RealToComplex};
use rustfft::num_complex::Complex64;

use crate::blocks::error::{Result, buffer, require, require_in};
use crate::blocks::params::PadMode;
use crate::blocks::simd::{self, InstructionSet, Kernel, LANES, Vector};
use crate::blocks::split_fft::{Sink, SplitFft};
use crate::blocks::{fft, window};

/// Most frames that a [`Tile`] holds. All tiles but the last are full.
pub const TILE: usize = 8;

/// Longest frame, in samples.
pub const MOST_N_FFT: usize = 1 << 20;

/// How a signal is cut into frames.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StftParams {
    /// Samples of a frame, 2 to [`MOST_N_FFT`].
    pub n_fft: usize,
    /// Samples from frame to frame, 1 to `n_fft`; 0 = `n_fft / 4`.
    pub hop_length: usize,
    /// Samples of the window, 1 to `n_fft`, centred in the frame; 0 = `n_fft`.
    pub win_length: usize,
    /// Frame `t` is centred at sample `t * hop_length` of a signal padded by `n_fft / 2` on both sides;
    /// otherwise it begins there.
    pub center: bool,
    /// What the signal is padded with if `center`.
    pub pad_mode: PadMode,
}

impl Default for StftParams {
    /// 2048 samples every 512, centred, padded with zeros.
    fn default() -> Self {
        Self { n_fft: 2048, hop_length: 512, win_length: 0, center: true, pad_mode: PadMode::Constant }
    }
}

impl StftParams {
    /// The same parameters with every 0 replaced by what it stands for.
    pub fn resolved(mut self) -> Result<Self> {
        require_in("n_fft", self.n_fft, 2..=MOST_N_FFT)?;
        if self.hop_length == 0 {
            self.hop_length = (self.n_fft / 4).max(1);
        }
        if self.win_length == 0 {
            self.win_length = self.n_fft;
        }
        let within = 1..=self.n_fft;
        require(within.contains(&self.hop_length), "hop_length", self.hop_length, "0 (n_fft / 4) to n_fft")?;
        require(within.contains(&self.win_length), "win_length", self.win_length, "0 (n_fft) to n_fft")?;
        Ok(self)
    }

    /// Samples put before the signal.
    fn pad(&self) -> usize {
        if self.center { self.n_fft / 2 } else { 0 }
    }

    /// Frames of a signal of `samples` samples.
    ///
    /// # Panics
    /// If the signal is shorter than a frame that is not centred.
    pub(crate) fn frames(&self, samples: usize) -> usize {
        1 + (samples + 2 * self.pad() - self.n_fft) / self.hop_length
    }

    /// Checks that a signal of `samples` samples has a frame.
    pub(crate) fn require_enough(&self, samples: usize) -> Result<()> {
        let needed = if self.center { 1 } else { self.n_fft };
        require(
            samples >= needed,
            "audio",
            format_args!("{samples} samples long"),
            format_args!("at least {needed} samples"),
        )
    }

    /// Full tiles that `received` samples complete.
    pub(crate) fn tiles(&self, received: usize) -> usize {
        let padded = received.saturating_add(self.pad());
        padded.checked_sub(self.span()).map_or(0, |rest| rest / (TILE * self.hop_length) + 1)
    }

    /// Samples of a full tile: from the first of its first frame to the last of its last.
    pub(crate) fn span(&self) -> usize {
        self.n_fft + (TILE - 1) * self.hop_length
    }
}

/// Up to [`TILE`] consecutive frames.
pub struct Tile<'a> {
    first: usize,
    len: usize,
    bins: usize,
    spectra: &'a [Complex64],
    magnitudes: &'a [f64],
}

impl Tile<'_> {
    /// Index of the first frame.
    pub fn first(&self) -> usize {
        self.first
    }

    /// Number of frames, at least 1.
    #[expect(clippy::len_without_is_empty, reason = "a tile is never empty")]
    pub fn len(&self) -> usize {
        self.len
    }

    /// The `n_fft / 2 + 1` bins of frame `first() + i`.
    pub fn spectrum(&self, i: usize) -> &[Complex64] {
        assert!(i < self.len);
        &self.spectra[i * stride(self.bins)..][..self.bins]
    }

    /// Absolute values of [`Self::spectrum`].
    pub fn magnitude(&self, i: usize) -> &[f64] {
        assert!(i < self.len);
        &self.magnitudes[i * stride(self.bins)..][..self.bins]
    }
}

/// Elements from one row of `bins` values to the next: whole vectors.
pub(crate) fn stride(bins: usize) -> usize {
    bins.next_multiple_of(LANES)
}

/// Short-time Fourier transform of a signal that arrives in blocks.
pub struct Stft {
    params: StftParams,
    instructions: InstructionSet,
    window: Vec<f64>,
    transform: Forward,
    /// The padded signal from the first sample of the next tile on.
    span: Vec<f64>,
    filled: usize,
    /// What follows the signal.
    tail: Vec<f64>,
    /// Frames given out.
    frames: usize,
    /// Samples taken in.
    received: usize,
    spectra: Vec<Complex64>,
    magnitudes: Vec<f64>,
}

impl Stft {
    /// # Errors
    /// `InvalidArgument` for a length outside its range, `OutOfMemory`.
    pub fn new(params: &StftParams) -> Result<Self> {
        let params = params.resolved()?;
        let bins = params.n_fft / 2 + 1;
        Ok(Self {
            instructions: InstructionSet::best(),
            window: window::hann_centred(params.win_length, params.n_fft)?,
            transform: Forward::new(params.n_fft)?,
            span: buffer(params.span(), 0.0)?,
            filled: params.pad(),
            tail: buffer(params.pad(), 0.0)?,
            frames: 0,
            received: 0,
            spectra: buffer(TILE * stride(bins), Complex64::ZERO)?,
            magnitudes: buffer(TILE * stride(bins), 0.0)?,
            params,
        })
    }

    /// The parameters, with no 0 left in them.
    pub fn params(&self) -> &StftParams {
        &self.params
    }

    /// Samples taken in since [`Self::reset`].
    pub fn received(&self) -> usize {
        self.received
    }

    /// Forgets the signal.
    pub fn reset(&mut self) {
        self.filled = self.params.pad();
        self.span[..self.filled].fill(0.0);
        self.frames = 0;
        self.received = 0;
    }

    /// Takes the next finite samples and hands every tile that they complete to `sink`.
    pub fn push(&mut self, mut audio: &[f64], mut sink: impl FnMut(&Tile)) {
        while !audio.is_empty() {
            let room = self.span.len() - self.filled;
            let (now, later) = audio.split_at(room.min(audio.len()));
            self.span[self.filled..][..now.len()].copy_from_slice(now);
            self.filled += now.len();
            self.received += now.len();
            audio = later;
            if self.filled == self.span.len() {
                if self.frames == 0 {
                    self.pad_head();
                }
                self.give(TILE, &mut sink);
            }
        }
    }

    /// Hands the remaining frames to `sink`, then forgets the signal. Returns the number of frames of the
    /// whole signal.
    ///
    /// # Errors
    /// `InvalidArgument` if nothing was pushed, or less than a frame where frames are not centred.
    pub fn finish(&mut self, mut sink: impl FnMut(&Tile)) -> Result<usize> {
        let enough = self.require_enough();
        if enough.is_ok() {
            self.pad_tail(&mut sink);
        }
        let frames = self.frames;
        self.reset();
        enough.map(|()| frames)
    }

    /// Checks that the signal so far is long enough to be finished.
    pub(crate) fn require_enough(&self) -> Result<()> {
        self.params.require_enough(self.received)
    }

    /// Continues the signal beyond its end and gives all frames that are left.
    fn pad_tail(&mut self, sink: &mut impl FnMut(&Tile)) {
        let StftParams { n_fft, hop_length: hop, .. } = self.params;
        let pad = self.params.pad();
        if self.frames == 0 {
            self.pad_head();
        }
        let total = self.params.frames(self.received);
        let complete = (pad + self.received).checked_sub(n_fft).map_or(0, |room| room / hop + 1);
        if self.params.pad_mode == PadMode::Reflect && complete < total {
            // What is mirrored begins with the first frame that reaches beyond the end; it is the whole
            // signal where even the frames at its beginning do.
            let from = if complete > pad.div_ceil(hop) { complete * hop } else { pad };
            let mirrored = &self.span[from.saturating_sub(self.frames * hop)..self.filled];
            for (i, x) in self.tail.iter_mut().enumerate() {
                *x = mirrored[reflect(mirrored.len() + i, mirrored.len())];
            }
        }
        let mut padded = 0;
        while self.frames < total {
            let more = (self.span.len() - self.filled).min(pad - padded);
            self.span[self.filled..][..more].copy_from_slice(&self.tail[padded..][..more]);
            self.filled += more;
            padded += more;
            self.give(TILE.min(total - self.frames), sink);
        }
    }

    /// Fills the padding before the signal.
    fn pad_head(&mut self) {
        let pad = self.params.pad();
        if self.params.pad_mode == PadMode::Reflect {
            let (head, signal) = self.span[..self.filled].split_at_mut(pad);
            for (i, x) in head.iter_mut().rev().enumerate() {
                *x = signal[reflect(i + 1, signal.len())];
            }
        }
    }

    /// Transforms the first frames of the span, hands them on and moves the span behind them.
    fn give(&mut self, len: usize, sink: &mut impl FnMut(&Tile)) {
        let hop = self.params.hop_length;
        let bins = self.params.n_fft / 2 + 1;
        let rows = self.spectra.chunks_exact_mut(stride(bins));
        for (i, (spectrum, magnitudes)) in
            rows.zip(self.magnitudes.chunks_exact_mut(stride(bins))).take(len).enumerate()
        {
            let samples = &self.span[i * hop..][..self.params.n_fft];
            let (instructions, window) = (self.instructions, &self.window);
            let windowed = |out: &mut [f64]| simd::run(instructions, Window { samples, window, out });
            self.transform.run(instructions, windowed, Polar { spectrum, magnitudes });
        }
        let (spectra, magnitudes) = (&self.spectra[..], &self.magnitudes[..]);
        sink(&Tile { first: self.frames, len, bins, spectra, magnitudes });
        self.frames += len;
        let gone = (TILE * hop).min(self.filled);
        self.span.copy_within(gone..self.filled, 0);
        self.filled -= gone;
    }
}

/// Index of sample `i` of a signal of `len` samples that is mirrored about its ends again and again; the
/// end samples are not repeated. Sample `-i` is sample `i`.
fn reflect(i: usize, len: usize) -> usize {
    let period = (2 * (len - 1)).max(1);
    let i = i % period;
    if i < len { i } else { period - i }
}

/// `out = samples * window`, with values that only slow arithmetic could hold taken as 0.
struct Window<'a> {
    samples: &'a [f64],
    window: &'a [f64],
    out: &'a mut [f64],
}

/// Far below what 1e-9 of any meaningful peak needs, far above where the products of a transform leave
/// the normal range of an f64.
const NEGLIGIBLE: f64 = 1e-250;

impl Kernel for Window<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let (negligible, zero) = (V::splat(NEGLIGIBLE), V::splat(0.0));
        let vectors = self.out.len() / V::LANES * V::LANES;
        for i in (0..vectors).step_by(V::LANES) {
            let x = V::load(&self.samples[i..]).mul(V::load(&self.window[i..]));
            x.max(zero.sub(x)).select_ge(negligible, x, zero).store(&mut self.out[i..]);
        }
        for i in vectors..self.out.len() {
            let x = self.samples[i] * self.window[i];
            self.out[i] = if x.abs() >= NEGLIGIBLE { x } else { 0.0 };
        }
    }
}

/// The transform of a frame.
enum Forward {
    /// Of an even number of samples: magnitudes are found while the bins are still in registers.
    Even(SplitFft),
    Odd {
        transform: Arc<dyn RealToComplex<f64>>,
        frame: Vec<f64>,
        scratch: Vec<Complex64>,
    },
}

impl Forward {
    fn new(n_fft: usize) -> Result<Self> {
        if n_fft.is_multiple_of(2) {
            return Ok(Self::Even(SplitFft::new(n_fft)?));
        }
        let transform = fft::real_forward(n_fft);
        let scratch = buffer(transform.get_scratch_len(), Complex64::ZERO)?;
        Ok(Self::Odd { transform, frame: buffer(n_fft, 0.0)?, scratch })
    }

    /// Transforms the samples that `write` writes.
    fn run(&mut self, instructions: InstructionSet, write: impl FnOnce(&mut [f64]), out: Polar) {
        match self {
            Self::Even(fft) => fft.forward_to(write, out),
            Self::Odd { transform, frame, scratch } => {
                write(frame);
                let spectrum = &mut out.spectrum[..frame.len() / 2 + 1];
                transform
                    .process_with_scratch(frame, spectrum, scratch)
                    .expect("buffers have the lengths of the plan");
                simd::run(instructions, Magnitude(out));
            }
        }
    }
}

/// A spectrum, its parts in turn, and its absolute values, both whole vectors long.
struct Polar<'a> {
    spectrum: &'a mut [Complex64],
    magnitudes: &'a mut [f64],
}

impl Sink for Polar<'_> {
    #[inline(always)]
    fn take<V: Vector>(&mut self, first: usize, re: V, im: V) {
        V::store_interleaved(re, im, &mut simd::parts_mut(self.spectrum)[2 * first..]);
        magnitude(re, im).store(&mut self.magnitudes[first..]);
    }
}

/// The absolute values of a spectrum.
struct Magnitude<'a>(Polar<'a>);

impl Kernel for Magnitude<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let Polar { spectrum, magnitudes } = self.0;
        for i in (0..magnitudes.len()).step_by(V::LANES) {
            let (re, im) = V::load_interleaved(&simd::parts(spectrum)[2 * i..]);
            magnitude(re, im).store(&mut magnitudes[i..]);
        }
    }
}

/// √(re² + im²), exact to rounding for all that is not [`NEGLIGIBLE`]: scaled by a power of two where the
/// squares would leave the range of an f64.
#[inline(always)]
fn magnitude<V: Vector>(re: V, im: V) -> V {
    let zero = V::splat(0.0);
    let largest = re.max(zero.sub(re)).max(im.max(zero.sub(im)));
    let (scale, back) = safe_scale(largest);
    let (re, im) = (re.mul(scale), im.mul(scale));
    re.mul(re).add(im.mul(im)).sqrt().mul(back)
}

/// A power of two by which values up to `largest` may be multiplied so that squares of all that matters
/// beside it stay in the normal range, and its inverse.
#[inline(always)]
pub(crate) fn safe_scale<V: Vector>(largest: V) -> (V, V) {
    const STEP: f64 = f64::from_bits((1023 + 400) << 52); // 2^400
    let (one, up, down) = (V::splat(1.0), V::splat(STEP), V::splat(1.0 / STEP));
    let large = V::splat(STEP);
    let small = V::splat(1.0 / STEP);
    let scale = largest.select_ge(small, largest.select_ge(large, down, one), up);
    let back = largest.select_ge(small, largest.select_ge(large, up, one), down);
    (scale, back)
}

/// Overlap-add of windowed inverse transforms, normalised by the sum of the squared windows.
///
/// The spectra of a tile are added one by one, then the tile's samples taken out. Like the forward
/// transform it keeps one tile's span.
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
    /// `InvalidArgument` for a length outside its range, `OutOfMemory`.
    pub fn new(params: &StftParams) -> Result<Self> {
        let params = params.resolved()?;
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
    /// All tiles but the last of a signal have [`TILE`] frames; with it comes the length of the whole
    /// signal in frames and samples.
    pub fn take(&mut self, last: Option<(usize, usize)>, out: &mut [f64]) -> usize {
        let StftParams { n_fft, hop_length: hop, .. } = self.params;
        let pad = self.params.pad();
        let start = self.first * hop;
        let end = match last {
            None => start + self.added * hop,
            Some((_, samples)) => pad + samples,
        };
        let total = last.map_or(usize::MAX, |(frames, _)| frames);
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
