//! Constant-Q transform: the coefficients that `librosa.cqt` approximates, exactly.
//!
//! C(k, t) is the convolution of the signal with the wavelet of `librosa.filters.wavelet` (Hann,
//! norm 1) times the root of its length, at sample t · hop. Where librosa resamples the signal octave
//! by octave and drops small filter coefficients, here half-band decimators that leave the octave
//! untouched (C. Schörkhuber and A. Klapuri, "Constant-Q transform toolbox for music processing", SMC
//! 2010, has the recursion), spectra in closed form, and an error bound decide. Fast because several
//! octaves share one block FFT and each bin costs a short product and a short inverse FFT
//! (`engine`).

mod accuracy;
mod bank;
mod engine;
mod layout;
mod limits;
mod params;
mod place;
mod stream;
mod view;
mod wavelet;

use ndarray::Array2;
use rustfft::num_complex::Complex64;

pub(crate) use accuracy::Accuracy;
pub(crate) use params::C1;
pub use params::CqtParams;
pub(crate) use place::Place;
pub(crate) use stream::{Coefficients, Decimation, Stream, Transform, deferred};

use crate::blocks::error::{Result, buffer, require_audio, require_capacity, require_finite, reserve};
use crate::blocks::plan::Plan;

/// Gives the memory that is kept from plan to plan back.
pub(crate) fn forget() {
    bank::Bank::forget();
}

/// Constant-Q transform of `audio`, shape (n_bins, n_frames).
///
/// ```
/// use auralis_dsp::cqt::{CqtParams, cqt};
///
/// let sine = |i: usize| (std::f64::consts::TAU * 440.0 * i as f64 / 44_100.0).sin();
/// let a4: Vec<f64> = (0..44_100).map(sine).collect();
/// let coefficients = cqt(&a4, 44_100.0, &CqtParams::default())?;
/// let column = coefficients.column(40);
/// // A4 is 45 semitones above C1.
/// assert!(column.iter().all(|c| c.norm() <= column[45].norm()));
/// # Ok::<(), auralis_dsp::Error>(())
/// ```
///
/// # Errors
/// `Error::InvalidArgument` for an argument outside its range, `Error::NonFiniteInput`, `Error::OutOfMemory`.
pub fn cqt(audio: &[f64], sample_rate: f64, params: &CqtParams) -> Result<Array2<Complex64>> {
    let params = params.tuned(audio, sample_rate)?;
    let frames = params.frames(audio.len())?;
    let mut plan = CqtPlan::new(sample_rate, &params)?;
    let mut coefficients = buffer(params.n_bins * frames, Complex64::ZERO)?;
    plan.process(audio, &mut coefficients)?;
    Ok(Array2::from_shape_vec((params.n_bins, frames), coefficients).expect("as long as the shape says"))
}

/// Constant-Q transform for one sample rate and one set of parameters, for whole signals and streams.
pub struct CqtPlan {
    params: CqtParams,
    stream: Stream,
    /// What each bin's coefficients are still multiplied by.
    phases: Vec<Complex64>,
}

impl CqtPlan {
    /// # Errors
    /// `Error::InvalidArgument` for a parameter outside its range (`tuning` must be a number here),
    /// `Error::OutOfMemory`.
    pub fn new(sample_rate: f64, params: &CqtParams) -> Result<Self> {
        let stream = Stream::new(sample_rate, params, Accuracy::Coefficients)?;
        let mut phases = reserve(params.n_bins)?;
        phases.extend((0..params.n_bins).map(|bin| stream.phase(bin)));
        Ok(Self { params: *params, stream, phases })
    }

    /// Takes the next samples and writes the frames that they complete, one after the other
    /// (`[frames][n_bins]`). Returns their number.
    ///
    /// # Errors
    /// `Error::NonFiniteInput`, `Error::BufferTooSmall` about `coefficients`. Nothing is taken then.
    pub fn push(&mut self, audio: &[f64], coefficients: &mut [Complex64]) -> Result<usize> {
        require_finite("audio", audio)?;
        let frames = self.stream.pending(audio.len());
        require_capacity("coefficients", coefficients.len(), frames.saturating_mul(self.params.n_bins))?;
        let place = Place::frame_by_frame(self.params.n_bins, self.stream.given());
        self.stream.push(audio, |found| write(&found, &self.phases, place, coefficients));
        Ok(frames)
    }

    /// Ends the signal and writes the frames that are left. Returns their number. The plan is then as after
    /// [`Self::reset`].
    ///
    /// # Errors
    /// `Error::BufferTooSmall` about `coefficients`; the signal has not ended then.
    pub fn finish(&mut self, coefficients: &mut [Complex64]) -> Result<usize> {
        let frames = self.stream.pending_at_finish();
        require_capacity("coefficients", coefficients.len(), frames.saturating_mul(self.params.n_bins))?;
        let place = Place::frame_by_frame(self.params.n_bins, self.stream.given());
        self.stream.finish(|found| write(&found, &self.phases, place, coefficients));
        Ok(frames)
    }

    /// A whole signal; `coefficients` takes n_bins rows of [`CqtParams::frames`] values.
    ///
    /// # Errors
    /// `Error::InvalidArgument` about `audio` if it is empty, `Error::NonFiniteInput`, `Error::BufferTooSmall`
    /// about `coefficients`.
    pub fn process(&mut self, audio: &[f64], coefficients: &mut [Complex64]) -> Result<()> {
        require_audio("audio", audio)?;
        let frames = self.params.frames(audio.len())?;
        require_capacity("coefficients", coefficients.len(), frames.saturating_mul(self.params.n_bins))?;
        self.reset();
        let place = Place::row_by_row(frames);
        self.stream.push(audio, |found| write(&found, &self.phases, place, coefficients));
        self.stream.finish(|found| write(&found, &self.phases, place, coefficients));
        Ok(())
    }
}

impl Plan for CqtPlan {
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

fn write(found: &Coefficients, phases: &[Complex64], place: Place, out: &mut [Complex64]) {
    let places = out[place.index(found.bin, found.first)..].iter_mut().step_by(place.column);
    for (out, value) in places.zip(&found.values[..found.count]) {
        *out = value * phases[found.bin];
    }
}

#[cfg(test)]
mod tests;
