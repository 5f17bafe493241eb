//! Chromagram over the constant-Q transform: `librosa.feature.chroma_cqt`.
//!
//! The magnitudes of the bins that belong to one pitch class are added, over all octaves, and each
//! column is normalised. Fast because no coefficient is stored: each bin's frames go straight from
//! its inverse FFT into the sums of their class.

mod deferred;
mod fold;
mod params;

pub(crate) use deferred::DeferredChroma;
pub use params::ChromaParams;

use ndarray::Array2;

use crate::blocks::error::{Result, buffer, require_audio, require_capacity, require_finite};
use crate::blocks::plan::Plan;
use crate::kernels::cqt::{Accuracy, Place, Stream};
use fold::Fold;

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
        let place = Place::frame_by_frame(self.params.n_chroma, self.stream.given());
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
        let place = Place::frame_by_frame(self.params.n_chroma, self.stream.given());
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
        let place = Place::row_by_row(frames);
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

#[cfg(test)]
mod tests;
