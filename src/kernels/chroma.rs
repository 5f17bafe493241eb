//! Chromagram over the constant-Q transform: `librosa.feature.chroma_cqt`.
//!
//! The magnitudes of the bins that belong to one pitch class are added, over all octaves, and each
//! column is normalised. Fast because no coefficient is stored: each bin's frames go straight from
//! its inverse FFT into the sums of their class.

mod deferred;

pub(crate) use deferred::DeferredChroma;

use ndarray::Array2;
use rustfft::num_complex::Complex64;

use crate::blocks::error::{
    Error, Result, buffer, require, require_audio, require_capacity, require_finite, require_in, reserve,
};
use crate::blocks::params::{Norm, PadMode};
use crate::blocks::plan::Plan;
use crate::blocks::simd::{self, InstructionSet, LANES, Vector};
use crate::kernels::cqt::{Accuracy, C1, Coefficients, CqtParams, Stream};
use crate::kernels::tuning::estimate_tuning;

/// Parameters of [`chroma_cqt`]; the defaults are those of `librosa.feature.chroma_cqt`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChromaParams {
    /// Frequency of the lowest bin in Hz, at least 1. Class 0 is C, whatever `fmin` is.
    pub fmin: f64,
    /// Shift of all bins in fractions of a bin, −1000 to 1000; NaN, in [`chroma_cqt`] only: estimated.
    pub tuning: f64,
    /// Samples between frames, 1 to 2²⁰.
    pub hop_length: usize,
    /// Pitch classes, 1 to `bins_per_octave`.
    pub n_chroma: usize,
    /// Octaves above `fmin`, at least 1. The highest bin must end below half the sample rate.
    pub n_octaves: usize,
    /// Bins per octave, a multiple of `n_chroma`, up to 960.
    pub bins_per_octave: usize,
    /// How each column is normalised; columns that are all but 0 stay as they are.
    pub norm: Norm,
    /// How the signal is continued at its ends.
    pub pad_mode: PadMode,
}

impl Default for ChromaParams {
    fn default() -> Self {
        Self {
            fmin: C1,
            tuning: f64::NAN,
            hop_length: 512,
            n_chroma: 12,
            n_octaves: 7,
            bins_per_octave: 36,
            norm: Norm::Max,
            pad_mode: PadMode::Constant,
        }
    }
}

impl ChromaParams {
    /// The frames that a signal of `n_samples` has: one at every multiple of the hop.
    ///
    /// # Errors
    /// `Error::InvalidArgument` about `audio` if it is empty; about `hop_length` outside its range.
    pub fn frames(&self, n_samples: usize) -> Result<usize> {
        self.cqt().frames(n_samples)
    }

    fn cqt(&self) -> CqtParams {
        CqtParams {
            fmin: self.fmin,
            tuning: self.tuning,
            filter_scale: 1.0,
            n_bins: self.n_octaves.saturating_mul(self.bins_per_octave),
            bins_per_octave: self.bins_per_octave,
            hop_length: self.hop_length,
            pad_mode: self.pad_mode,
        }
    }

    /// The same with the tuning of `audio` if `tuning` is NaN.
    ///
    /// # Errors
    /// `Error::InvalidArgument` for an argument outside its range, `Error::NonFiniteInput`, `Error::OutOfMemory`.
    pub fn tuned(mut self, audio: &[f64], sample_rate: f64) -> Result<Self> {
        if self.tuning.is_nan() {
            self.check_untuned(sample_rate)?;
            self.tuning = estimate_tuning(audio, sample_rate, self.bins_per_octave)?;
        }
        Ok(self)
    }

    /// Checks all but that `tuning` is a number.
    pub(crate) fn check_untuned(&self, sample_rate: f64) -> Result<()> {
        let tuning = if self.tuning.is_nan() { 0.0 } else { self.tuning };
        Self { tuning, ..*self }.check(sample_rate)
    }

    fn check(&self, sample_rate: f64) -> Result<()> {
        self.check_folding()?;
        self.cqt().check(sample_rate).map_err(Self::in_octaves)
    }

    /// What is wrong with the number of bins is here the number of octaves.
    fn in_octaves(error: Error) -> Error {
        error.about("n_bins", "n_octaves")
    }

    /// Checks what the constant-Q transform does not.
    fn check_folding(&self) -> Result<()> {
        let Self { n_chroma, n_octaves, bins_per_octave, .. } = *self;
        require_in("n_octaves", n_octaves, 1..=64)?;
        require(
            n_chroma > 0 && (1..=960).contains(&bins_per_octave) && bins_per_octave.is_multiple_of(n_chroma),
            "bins_per_octave",
            bins_per_octave,
            format_args!("multiples of n_chroma = {n_chroma}, up to 960"),
        )
    }

    /// The class of each bin (`librosa.filters.cq_to_chroma`): bins are shared out around the class's
    /// own frequency, and class 0 is C.
    fn class(&self, bin: usize) -> usize {
        let merged = self.bins_per_octave / self.n_chroma;
        let midi = 12.0 * (self.fmin.log2() - 440_f64.log2()) + 69.0;
        let roll = (midi.rem_euclid(12.0) * (self.n_chroma as f64 / 12.0)).round_ties_even() as usize;
        ((bin + merged / 2) / merged + roll) % self.n_chroma
    }
}

/// Chromagram of `audio`, shape (n_chroma, n_frames).
///
/// ```
/// use auralis_dsp::chroma::{ChromaParams, chroma_cqt};
///
/// let sine = |i: usize| (std::f64::consts::TAU * 440.0 * i as f64 / 44_100.0).sin();
/// let a4: Vec<f64> = (0..44_100).map(sine).collect();
/// let chroma = chroma_cqt(&a4, 44_100.0, &ChromaParams::default())?;
/// // Class 0 is C, so A is 9; the largest value of a column is 1.
/// assert_eq!(chroma[[9, 40]], 1.0);
/// # Ok::<(), auralis_dsp::Error>(())
/// ```
///
/// # Errors
/// `Error::InvalidArgument` for an argument outside its range, `Error::NonFiniteInput`, `Error::OutOfMemory`.
pub fn chroma_cqt(audio: &[f64], sample_rate: f64, params: &ChromaParams) -> Result<Array2<f64>> {
    let params = params.tuned(audio, sample_rate)?;
    let mut plan = ChromaPlan::new(sample_rate, &params)?;
    let frames = params.frames(audio.len())?;
    let mut chroma = buffer(params.n_chroma * frames, 0.0)?;
    plan.process(audio, &mut chroma)?;
    Ok(Array2::from_shape_vec((params.n_chroma, frames), chroma).expect("as long as the shape says"))
}

/// Chromagram for one sample rate and one set of parameters, for whole signals and streams.
pub struct ChromaPlan {
    params: ChromaParams,
    stream: Stream,
    fold: Fold,
}

impl ChromaPlan {
    /// # Errors
    /// `Error::InvalidArgument` for a parameter outside its range (`tuning` must be a number here),
    /// `Error::OutOfMemory`.
    pub fn new(sample_rate: f64, params: &ChromaParams) -> Result<Self> {
        params.check_folding()?;
        let merged = params.bins_per_octave / params.n_chroma;
        let stream = Stream::new(sample_rate, &params.cqt(), Accuracy::Chroma { merged })
            .map_err(ChromaParams::in_octaves)?;
        let fold = Fold::new(params, stream.step())?;
        Ok(Self { params: *params, stream, fold })
    }

    /// Takes the next samples and writes the frames that they complete, one after the other
    /// (`[frames][n_chroma]`). Returns their number.
    ///
    /// # Errors
    /// `Error::NonFiniteInput`, `Error::BufferTooSmall` about `chroma`. Nothing is taken then.
    pub fn push(&mut self, audio: &[f64], chroma: &mut [f64]) -> Result<usize> {
        require_finite("audio", audio)?;
        let frames = self.stream.pending(audio.len());
        require_capacity("chroma", chroma.len(), frames.saturating_mul(self.params.n_chroma))?;
        let place = Place { row: 1, column: self.params.n_chroma, first: self.stream.given() };
        self.stream.push(audio, |found| self.fold.add(&found, place, chroma));
        Ok(frames)
    }

    /// Ends the signal and writes the frames that are left. Returns their number. The plan is then as after
    /// [`Self::reset`].
    ///
    /// # Errors
    /// `Error::BufferTooSmall` about `chroma`; the signal has not ended then.
    pub fn finish(&mut self, chroma: &mut [f64]) -> Result<usize> {
        let frames = self.stream.pending_at_finish();
        require_capacity("chroma", chroma.len(), frames.saturating_mul(self.params.n_chroma))?;
        let place = Place { row: 1, column: self.params.n_chroma, first: self.stream.given() };
        self.stream.finish(|found| self.fold.add(&found, place, chroma));
        Ok(frames)
    }

    /// Pitch classes in a frame.
    pub fn n_chroma(&self) -> usize {
        self.params.n_chroma
    }

    /// A whole signal; `chroma` takes n_chroma rows of [`ChromaParams::frames`] values.
    ///
    /// # Errors
    /// `Error::InvalidArgument` about `audio` if it is empty, `Error::NonFiniteInput`, `Error::BufferTooSmall`
    /// about `chroma`.
    pub fn process(&mut self, audio: &[f64], chroma: &mut [f64]) -> Result<()> {
        require_audio("audio", audio)?;
        let frames = self.params.frames(audio.len())?;
        require_capacity("chroma", chroma.len(), frames.saturating_mul(self.params.n_chroma))?;
        self.reset();
        let place = Place { row: frames, column: 1, first: 0 };
        self.stream.push(audio, |found| self.fold.add(&found, place, chroma));
        self.stream.finish(|found| self.fold.add(&found, place, chroma));
        Ok(())
    }
}

impl Plan for ChromaPlan {
    fn latency(&self) -> usize {
        self.stream.latency()
    }

    fn max_output(&self, block: usize) -> usize {
        self.stream.max_output(block)
    }

    fn reset(&mut self) {
        self.stream.reset();
    }
}

/// Where a value goes: its class times `row` plus its frame, counted from `first`, times `column`.
#[derive(Clone, Copy)]
struct Place {
    row: usize,
    column: usize,
    first: usize,
}

/// Adds the magnitudes of a step's bins up to classes.
struct Fold {
    instructions: InstructionSet,
    norm: Norm,
    /// Class of each bin.
    classes: Vec<usize>,
    /// A row of frames for each class, whole vectors long.
    sums: Vec<f64>,
    row: usize,
    /// Bins added so far.
    added: usize,
}

impl Fold {
    fn new(params: &ChromaParams, step: usize) -> Result<Self> {
        let n_bins = params.cqt().n_bins;
        let mut classes = reserve(n_bins)?;
        classes.extend((0..n_bins).map(|bin| params.class(bin)));
        let row = step.next_multiple_of(LANES);
        let sums = buffer(row * params.n_chroma, 0.0)?;
        Ok(Self { instructions: InstructionSet::best(), norm: params.norm, classes, sums, row, added: 0 })
    }

    fn clear(&mut self) {
        self.sums.fill(0.0);
        self.added = 0;
    }

    fn add(&mut self, found: &Coefficients, place: Place, out: &mut [f64]) {
        let sums = &mut self.sums[self.classes[found.bin] * self.row..][..self.row];
        simd::run(self.instructions, AddMagnitudes { values: found.values, sums });
        self.added += 1;
        if self.added == self.classes.len() {
            for t in 0..found.count {
                let column = self.sums[t..].iter().step_by(self.row);
                let norm = norm(self.norm, column.clone());
                let at = (found.first - place.first + t) * place.column;
                for (out, value) in out[at..].iter_mut().step_by(place.row).zip(column) {
                    *out = value / norm;
                }
            }
            self.clear();
        }
    }
}

/// What a column is divided by: as in `librosa.util.normalize`, 1 if its norm is subnormal.
fn norm<'a>(norm: Norm, column: impl Iterator<Item = &'a f64>) -> f64 {
    let length = match norm {
        Norm::Max => column.fold(0.0_f64, |most, x| most.max(*x)),
        Norm::L1 => column.sum(),
        Norm::L2 => column.map(|x| x * x).sum::<f64>().sqrt(),
        Norm::None => 1.0,
    };
    if length < f64::MIN_POSITIVE { 1.0 } else { length }
}

struct AddMagnitudes<'a> {
    values: &'a [Complex64],
    sums: &'a mut [f64],
}

impl simd::Kernel for AddMagnitudes<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let values = simd::parts(self.values);
        for t in (0..self.sums.len()).step_by(V::LANES) {
            let (re, im) = V::load_interleaved(&values[2 * t..]);
            let magnitude = re.mul(re).add(im.mul(im)).sqrt();
            V::load(&self.sums[t..]).add(magnitude).store(&mut self.sums[t..]);
        }
    }
}

#[cfg(test)]
mod tests;
