//! Streaming short-time Fourier transform, equal to `librosa.stft` with a periodic Hann window.
//!
//! Frames come in tiles of [`TILE`], cut at fixed positions of the signal: what a consumer computes
//! does not depend on the sizes of the blocks that were pushed. Fast because a tile's spectra stay in
//! the cache until every consumer has read them, magnitudes are found while the bins are in registers, and
//! nothing is kept of the signal but a few frames.

use std::sync::Arc;

use realfft::RealToComplex;
use rustfft::num_complex::Complex64;

use crate::blocks::error::{Result, buffer, require, require_in};
use crate::blocks::framing::{Framer, Framing, MOST_HOP_LENGTH};
use crate::blocks::magnitude::{NEGLIGIBLE, magnitude};
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
    /// Samples from frame to frame, 1 to 2³¹; 0 = `n_fft / 4`.
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
    ///
    /// # Errors
    /// `Error::InvalidArgument` for a length outside its range.
    pub fn resolved(mut self) -> Result<Self> {
        require_in("n_fft", self.n_fft, 2..=MOST_N_FFT)?;
        if self.hop_length == 0 {
            self.hop_length = (self.n_fft / 4).max(1);
        }
        if self.win_length == 0 {
            self.win_length = self.n_fft;
        }
        require(
            self.hop_length <= MOST_HOP_LENGTH,
            "hop_length",
            self.hop_length,
            format_args!("0 (n_fft / 4) to {MOST_HOP_LENGTH}"),
        )?;
        require(self.win_length <= self.n_fft, "win_length", self.win_length, "0 (n_fft) to n_fft")?;
        Ok(self)
    }

    /// The frames of a signal of `n_samples` samples.
    ///
    /// # Errors
    /// `Error::InvalidArgument` about `audio` if it is empty or, not centred, shorter than a frame; about a
    /// length outside its range.
    pub fn frames(&self, n_samples: usize) -> Result<usize> {
        self.resolved()?.framing().require_count(n_samples)
    }

    /// The geometry of the frames. Like what follows, of parameters with no 0 left in them.
    fn framing(&self) -> Framing {
        let centred = self.center.then_some(self.pad_mode);
        Framing { frame_length: self.n_fft, hop_length: self.hop_length, centred }
    }

    /// Samples put before the signal.
    pub(crate) fn pad(&self) -> usize {
        self.framing().padding()
    }

    /// Full tiles that `received` samples complete.
    pub(crate) fn tiles(&self, received: usize) -> usize {
        self.framing().complete(received) / TILE
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

    /// [`Self::magnitude`] of each frame.
    pub fn magnitudes(&self) -> impl Iterator<Item = &[f64]> {
        (0..self.len).map(|i| self.magnitude(i))
    }
}

/// Elements from one row of `bins` values to the next: whole vectors.
pub(crate) fn stride(bins: usize) -> usize {
    bins.next_multiple_of(LANES)
}

/// Short-time Fourier transform of a signal that arrives in blocks.
///
/// ```
/// use auralis_dsp::stft::{Stft, StftParams};
///
/// let sine = |i: usize| (std::f64::consts::TAU * 440.0 * i as f64 / 44_100.0).sin();
/// let a4: Vec<f64> = (0..44_100).map(sine).collect();
/// let mut stft = Stft::new(&StftParams::default())?;
/// let mut energies = vec![];
/// let frames = stft.process(&a4, |tile| {
///     energies.extend(tile.magnitudes().map(|magnitude| magnitude.iter().map(|x| x * x).sum::<f64>()));
/// })?;
/// assert_eq!((frames, energies.len()), (87, 87));
/// # Ok::<(), auralis_dsp::Error>(())
/// ```
pub struct Stft {
    params: StftParams,
    framer: Framer,
    transformed: Transformed,
}

impl Stft {
    /// # Errors
    /// `Error::InvalidArgument` for a length outside its range, `Error::OutOfMemory`.
    pub fn new(params: &StftParams) -> Result<Self> {
        let params = params.resolved()?;
        let framer = Framer::new(params.framing())?;
        Ok(Self { params, framer, transformed: Transformed::new(&params)? })
    }

    /// The parameters, with no 0 left in them.
    pub fn params(&self) -> &StftParams {
        &self.params
    }

    /// Samples taken in since [`Self::reset`].
    pub fn received(&self) -> usize {
        self.framer.received()
    }

    /// Forgets the signal.
    pub fn reset(&mut self) {
        self.framer.reset();
        self.transformed.reset();
    }

    /// Takes the next finite samples and hands every tile that they complete to `sink`.
    pub fn push(&mut self, audio: &[f64], mut sink: impl FnMut(&Tile)) {
        self.framer.push(audio, |frame| self.transformed.add(frame, &mut sink));
    }

    /// Hands the remaining frames to `sink`, then forgets the signal. Returns the number of frames of the
    /// whole signal.
    ///
    /// # Errors
    /// `Error::InvalidArgument` if nothing was pushed, or less than a frame where frames are not centred.
    pub fn finish(&mut self, mut sink: impl FnMut(&Tile)) -> Result<usize> {
        let frames = self.require_frames();
        self.framer.finish(|frame| self.transformed.add(frame, &mut sink));
        self.transformed.give(sink);
        self.reset();
        frames
    }

    /// Hands all tiles of a whole signal to `sink`. Returns the number of frames.
    ///
    /// # Errors
    /// As [`Self::finish`].
    pub fn process(&mut self, audio: &[f64], mut sink: impl FnMut(&Tile)) -> Result<usize> {
        self.reset();
        self.push(audio, &mut sink);
        self.finish(sink)
    }

    /// The frames of the signal so far, or the error that says why there is none.
    pub(crate) fn require_frames(&self) -> Result<usize> {
        self.params.framing().require_count(self.received())
    }
}

/// The frames of the tile that is being filled.
struct Transformed {
    instructions: InstructionSet,
    window: Vec<f64>,
    transform: Forward,
    bins: usize,
    first: usize,
    len: usize,
    spectra: Vec<Complex64>,
    magnitudes: Vec<f64>,
}

impl Transformed {
    fn new(params: &StftParams) -> Result<Self> {
        let bins = params.n_fft / 2 + 1;
        Ok(Self {
            instructions: InstructionSet::best(),
            window: window::hann_centred(params.win_length, params.n_fft)?,
            transform: Forward::new(params.n_fft)?,
            bins,
            first: 0,
            len: 0,
            spectra: buffer(TILE * stride(bins), Complex64::ZERO)?,
            magnitudes: buffer(TILE * stride(bins), 0.0)?,
        })
    }

    fn reset(&mut self) {
        (self.first, self.len) = (0, 0);
    }

    /// Transforms the next frame. The tile, if it is full, goes to `sink`.
    fn add(&mut self, samples: &[f64], sink: impl FnMut(&Tile)) {
        let (instructions, window, stride) = (self.instructions, &self.window, stride(self.bins));
        let spectrum = &mut self.spectra[self.len * stride..][..stride];
        let magnitudes = &mut self.magnitudes[self.len * stride..][..stride];
        let windowed = |out: &mut [f64]| simd::run(instructions, Window { samples, window, out });
        self.transform.run(instructions, windowed, Polar { spectrum, magnitudes });
        self.len += 1;
        if self.len == TILE {
            self.give(sink);
        }
    }

    /// Hands the frames that are there, if any, to `sink`.
    fn give(&mut self, mut sink: impl FnMut(&Tile)) {
        let Self { first, len, bins, .. } = *self;
        if len > 0 {
            sink(&Tile { first, len, bins, spectra: &self.spectra, magnitudes: &self.magnitudes });
        }
        (self.first, self.len) = (first + len, 0);
    }
}

/// `out = samples * window`, with values that only slow arithmetic could hold taken as 0.
struct Window<'a> {
    samples: &'a [f64],
    window: &'a [f64],
    out: &'a mut [f64],
}

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
