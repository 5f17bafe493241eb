//! Fundamental frequency by YIN (A. de Cheveigné and H. Kawahara, "YIN, a fundamental frequency
//! estimator for speech and music", JASA 111(4), 2002), in the form of `librosa.yin`.
//!
//! The difference function comes from the autocorrelation of the frame,
//! d(k) = 2 (r(0) − r(k)) − (energy of the first k samples). Fast because neighbouring frames share
//! the FFTs of the blocks that they have in common (`autocorrelation`), and because the search runs
//! with the sums and stops at the first dip that is deep enough (`period`).

mod autocorrelation;
mod period;

use autocorrelation::Autocorrelation;
use period::PeriodSearch;

use crate::blocks::error::{
    Result, above, buffer, require, require_audio, require_capacity, require_finite, require_in, show,
};
use crate::blocks::framing::{Framer, Framing};
use crate::blocks::params::PadMode;
use crate::blocks::plan::Plan;

/// Parameters of [`yin`]; the defaults are those of `librosa.yin` with C2 and C7 as limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct YinParams {
    /// Lowest frequency searched, in Hz. At least one period must fit into a frame:
    /// `sample_rate / fmin < frame_length - 1`; two are better.
    pub fmin: f64,
    /// Highest frequency searched, in Hz: above `fmin`, at most `sample_rate / 2`.
    pub fmax: f64,
    /// The first dip of the normalised difference function below this is the period, > 0.
    pub trough_threshold: f64,
    /// Samples in a frame, 4 to 2²⁰.
    pub frame_length: usize,
    /// Samples between frames, up to 2³¹; 0 is a quarter of `frame_length`.
    pub hop_length: usize,
    /// Whether frame `t` is centred on sample `t * hop_length`, not begun there.
    pub center: bool,
    /// How the signal is continued at its ends if `center`.
    pub pad_mode: PadMode,
}

impl Default for YinParams {
    fn default() -> Self {
        Self {
            fmin: 65.406_391_325_149_66,
            fmax: 2_093.004_522_404_789,
            trough_threshold: 0.1,
            frame_length: 2048,
            hop_length: 0,
            center: true,
            pad_mode: PadMode::Constant,
        }
    }
}

impl YinParams {
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
        require_in("frame_length", frame_length, 4..=1 << 20)?;
        require(hop_length <= 1 << 31, "hop_length", hop_length, "0 (frame_length / 4) to 2147483648")?;
        let hop_length = if hop_length == 0 { frame_length / 4 } else { hop_length };
        Ok(Framing { frame_length, hop_length, centred: self.center.then_some(self.pad_mode) })
    }

    /// Shortest and longest period in samples.
    fn periods(&self, sample_rate: f64) -> Result<(usize, usize)> {
        crate::blocks::error::require_sample_rate(sample_rate)?;
        let Self { fmin, fmax, trough_threshold, frame_length, .. } = *self;
        require_in("fmax", fmax, above(0.0).up_to(sample_rate / 2.0))?;
        require(
            0.0 < fmin && fmin < fmax,
            "fmin",
            fmin,
            format_args!("above 0 and below fmax = {}", show(fmax)),
        )?;
        require(
            sample_rate / fmin < frame_length as f64 - 1.0,
            "fmin",
            fmin,
            format_args!(
                "above {} with frame_length {frame_length}, or frame_length above {}",
                show(sample_rate / (frame_length as f64 - 1.0)),
                show(sample_rate / fmin + 1.0)
            ),
        )?;
        require_in("trough_threshold", trough_threshold, above(0.0))?;
        let (min_period, max_period) = ((sample_rate / fmax).floor(), (sample_rate / fmin).ceil());
        Ok((min_period as usize, (max_period as usize).min(frame_length - 1)))
    }
}

/// Fundamental frequency in Hz of each frame of `audio`: `librosa.yin`.
///
/// A frame without a dip below the threshold (noise) gets the frequency of the deepest one; a
/// silent frame the highest that is searched.
///
/// ```
/// use auralis_dsp::yin::{YinParams, yin};
///
/// let sine = |i: usize| (std::f64::consts::TAU * 440.0 * i as f64 / 44_100.0).sin();
/// let a4: Vec<f64> = (0..44_100).map(sine).collect();
/// let f0 = yin(&a4, 44_100.0, &YinParams::default())?;
/// assert_eq!(f0.len(), 1 + 44_100 / 512);
/// assert!((f0[40] - 440.0).abs() < 1.0);
/// # Ok::<(), auralis_dsp::Error>(())
/// ```
///
/// # Errors
/// `Error::InvalidArgument` for an argument outside its range, `Error::NonFiniteInput`, `Error::OutOfMemory`.
pub fn yin(audio: &[f64], sample_rate: f64, params: &YinParams) -> Result<Vec<f64>> {
    let mut plan = YinPlan::new(sample_rate, params)?;
    let mut f0 = buffer(params.frames(audio.len())?, 0.0)?;
    plan.process(audio, &mut f0)?;
    Ok(f0)
}

/// YIN for one sample rate and one set of parameters, for whole signals and streams.
pub struct YinPlan {
    params: YinParams,
    framing: Framing,
    framer: Framer,
    estimator: Estimator,
}

/// What turns a frame into a frequency.
struct Estimator {
    sample_rate: f64,
    autocorrelation: Autocorrelation,
    search: PeriodSearch,
}

impl Estimator {
    fn f0(&mut self, frame: &[f64]) -> f64 {
        let scale = self.autocorrelation.scale();
        self.sample_rate / self.search.period(frame, self.autocorrelation.of(frame), scale)
    }
}

impl YinPlan {
    /// # Errors
    /// `Error::InvalidArgument` for a parameter outside its range, `Error::OutOfMemory`.
    pub fn new(sample_rate: f64, params: &YinParams) -> Result<Self> {
        let framing = params.framing()?;
        let (min_period, max_period) = params.periods(sample_rate)?;
        let autocorrelation = Autocorrelation::new(framing.frame_length, framing.hop_length, max_period)?;
        let search = PeriodSearch::new(min_period, max_period, params.trough_threshold)?;
        let estimator = Estimator { sample_rate, autocorrelation, search };
        Ok(Self { params: *params, framing, framer: Framer::new(framing)?, estimator })
    }

    /// Takes the next samples and writes the frequencies of the frames that they complete. Returns their number.
    ///
    /// # Errors
    /// `Error::NonFiniteInput`, `Error::BufferTooSmall` about `f0`. Nothing is taken then.
    pub fn push(&mut self, audio: &[f64], f0: &mut [f64]) -> Result<usize> {
        require_finite("audio", audio)?;
        let frames = self.framer.pending(audio.len());
        require_capacity("f0", f0.len(), frames)?;
        let (estimator, mut out) = (&mut self.estimator, f0.iter_mut());
        self.framer.push(audio, |frame| {
            if let Some(f0) = out.next() {
                *f0 = estimator.f0(frame);
            }
        });
        Ok(frames)
    }

    /// Ends the signal and writes the frames that reach beyond its end. Returns their number. The plan is
    /// then as after [`Self::reset`].
    ///
    /// # Errors
    /// `Error::BufferTooSmall` about `f0`; the signal has not ended then.
    pub fn finish(&mut self, f0: &mut [f64]) -> Result<usize> {
        let frames = self.framer.pending_at_finish();
        require_capacity("f0", f0.len(), frames)?;
        let (estimator, mut out) = (&mut self.estimator, f0.iter_mut());
        self.framer.finish(|frame| {
            if let Some(f0) = out.next() {
                *f0 = estimator.f0(frame);
            }
        });
        self.estimator.autocorrelation.reset();
        Ok(frames)
    }

    /// A whole signal; `f0` takes [`YinParams::frames`] values.
    ///
    /// # Errors
    /// `Error::InvalidArgument` about `audio` if it is empty or too short for a frame, `Error::NonFiniteInput`,
    /// `Error::BufferTooSmall` about `f0`.
    pub fn process(&mut self, audio: &[f64], f0: &mut [f64]) -> Result<()> {
        require_audio("audio", audio)?;
        require_capacity("f0", f0.len(), self.params.frames(audio.len())?)?;
        self.reset();
        let written = self.push(audio, f0)?;
        self.finish(&mut f0[written..])?;
        Ok(())
    }
}

impl Plan for YinPlan {
    fn latency(&self) -> usize {
        self.framing.latency()
    }

    fn max_output(&self, block: usize) -> usize {
        self.framing.max_output(block)
    }

    fn reset(&mut self) {
        self.framer.reset();
        self.estimator.autocorrelation.reset();
    }
}

#[cfg(test)]
mod tests;
