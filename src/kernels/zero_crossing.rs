//! Rate of zero crossings in each frame: `librosa.feature.zero_crossing_rate`.
//!
//! B. Kedem, "Spectral analysis and discrimination by zero-crossings" (Proceedings of the IEEE 74(11), 1986).
//! Fast because each sample is compared with the one before it once, and frames add up what came of that.

use std::ops::RangeInclusive;

use crate::blocks::error::{Result, buffer, require_audio, require_capacity, require_finite, require_in};
use crate::blocks::framing::{Framer, Framing, MOST_HOP_LENGTH};
use crate::blocks::params::PadMode;
use crate::blocks::plan::Plan;

/// Parameters of [`zero_crossing_rate`]; the defaults are those of librosa.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ZeroCrossingParams {
    /// Samples in a frame, 1 to 2²⁰.
    pub frame_length: usize,
    /// Samples between frames, 1 to 2³¹.
    pub hop_length: usize,
    /// Whether frame `t` is centred on sample `t * hop_length`, not begun there. The first and the last sample
    /// then go on beyond the ends, so that nothing is crossed there.
    pub center: bool,
    /// What lies within this of zero is zero, which counts as positive; 0 to 1e100.
    pub threshold: f64,
}

impl Default for ZeroCrossingParams {
    fn default() -> Self {
        Self { frame_length: 2048, hop_length: 512, center: true, threshold: 1e-10 }
    }
}

impl ZeroCrossingParams {
    pub const FRAME_LENGTH: RangeInclusive<usize> = 1..=1 << 20;
    pub const HOP_LENGTH: RangeInclusive<usize> = 1..=MOST_HOP_LENGTH;
    pub const THRESHOLD: RangeInclusive<f64> = 0.0..=1e100;

    /// The frames that a signal of `n_samples` has.
    ///
    /// # Errors
    /// `Error::InvalidArgument` about `audio` if it is empty or, not centred, shorter than a frame; about a
    /// parameter outside its range.
    pub fn frames(&self, n_samples: usize) -> Result<usize> {
        self.framing()?.require_count(n_samples)
    }

    fn framing(&self) -> Result<Framing> {
        let Self { frame_length, hop_length, center, threshold } = *self;
        require_in("frame_length", frame_length, Self::FRAME_LENGTH)?;
        require_in("hop_length", hop_length, Self::HOP_LENGTH)?;
        require_in("threshold", threshold, Self::THRESHOLD)?;
        Ok(Framing { frame_length, hop_length, centred: center.then_some(PadMode::Constant) })
    }
}

/// Share of the samples of each frame whose sign differs from that of the sample before; the first sample of a
/// frame does not count (`librosa.feature.zero_crossing_rate`).
///
/// ```
/// use auralis_dsp::zero_crossing::{ZeroCrossingParams, zero_crossing_rate};
///
/// // A sine crosses zero twice a period.
/// let sine = |i: usize| (std::f64::consts::TAU * 441.0 * i as f64 / 44_100.0 + 0.1).sin();
/// let audio: Vec<f64> = (0..44_100).map(sine).collect();
/// let rate = zero_crossing_rate(&audio, &ZeroCrossingParams::default())?;
/// assert!((rate[40] - 2.0 * 441.0 / 44_100.0).abs() < 0.001);
/// # Ok::<(), auralis_dsp::Error>(())
/// ```
///
/// # Errors
/// `Error::InvalidArgument` for an argument outside its range, `Error::NonFiniteInput`, `Error::OutOfMemory`.
pub fn zero_crossing_rate(audio: &[f64], params: &ZeroCrossingParams) -> Result<Vec<f64>> {
    let mut plan = ZeroCrossingPlan::new(params)?;
    let mut rate = buffer(params.frames(audio.len())?, 0.0)?;
    plan.process(audio, &mut rate)?;
    Ok(rate)
}

/// [`zero_crossing_rate`] for whole signals and streams.
pub struct ZeroCrossingPlan {
    params: ZeroCrossingParams,
    framing: Framing,
    /// Cuts into frames, in place of the samples, whether zero was crossed before each: 1 or 0. Beyond the
    /// ends that is 0, whence the padding.
    framer: Framer,
    crossings: Vec<f64>,
    /// Whether the sample before the next one is negative, once there is one.
    was_negative: Option<bool>,
}

/// Samples that are compared at a time.
const BLOCK: usize = 512;

impl ZeroCrossingPlan {
    /// # Errors
    /// `Error::InvalidArgument` for a parameter outside its range, `Error::OutOfMemory`.
    pub fn new(params: &ZeroCrossingParams) -> Result<Self> {
        let framing = params.framing()?;
        let framer = Framer::new(framing)?;
        Ok(Self { params: *params, framing, framer, crossings: buffer(BLOCK, 0.0)?, was_negative: None })
    }

    /// Takes the next samples and writes the values of the frames that they complete. Returns their number.
    ///
    /// # Errors
    /// `Error::NonFiniteInput`, `Error::BufferTooSmall` about `rate`. Nothing is taken then.
    pub fn push(&mut self, audio: &[f64], rate: &mut [f64]) -> Result<usize> {
        require_finite("audio", audio)?;
        let frames = self.framer.pending(audio.len());
        require_capacity("rate", rate.len(), frames)?;
        let Self { framer, crossings, was_negative, params, .. } = self;
        let is_negative = |x: f64| x < -params.threshold;
        let mut out = rate[..frames].iter_mut();
        for block in audio.chunks(BLOCK) {
            let crossings = &mut crossings[..block.len()];
            let mut before = was_negative.unwrap_or(is_negative(block[0]));
            for (crossing, x) in crossings.iter_mut().zip(block) {
                let now = is_negative(*x);
                *crossing = f64::from(u8::from(now != before));
                before = now;
            }
            *was_negative = Some(before);
            framer.push(crossings, |frame| write(frame, &mut out));
        }
        Ok(frames)
    }

    /// Ends the signal and writes the frames that reach beyond its end. Returns their number. The plan is
    /// then as after [`Plan::reset`].
    ///
    /// # Errors
    /// `Error::BufferTooSmall` about `rate`; the signal has not ended then.
    pub fn finish(&mut self, rate: &mut [f64]) -> Result<usize> {
        let frames = self.framer.pending_at_finish();
        require_capacity("rate", rate.len(), frames)?;
        let mut out = rate[..frames].iter_mut();
        self.framer.finish(|frame| write(frame, &mut out));
        self.was_negative = None;
        Ok(frames)
    }

    /// A whole signal; `rate` takes [`ZeroCrossingParams::frames`] values.
    ///
    /// # Errors
    /// `Error::InvalidArgument` about `audio` if it is empty or too short for a frame, `Error::NonFiniteInput`,
    /// `Error::BufferTooSmall` about `rate`.
    pub fn process(&mut self, audio: &[f64], rate: &mut [f64]) -> Result<()> {
        require_audio("audio", audio)?;
        require_capacity("rate", rate.len(), self.params.frames(audio.len())?)?;
        self.reset();
        let written = self.push(audio, rate)?;
        self.finish(&mut rate[written..])?;
        Ok(())
    }
}

impl Plan for ZeroCrossingPlan {
    fn latency(&self) -> usize {
        self.framing.latency()
    }

    fn max_output(&self, block: usize) -> usize {
        self.framing.max_output(block)
    }

    fn reset(&mut self) {
        self.framer.reset();
        self.was_negative = None;
    }
}

/// Writes the rate of the next frame, whose first sample has none before it.
fn write<'a>(frame: &[f64], rates: &mut impl Iterator<Item = &'a mut f64>) {
    let rate = rates.next().expect("room for every pending frame was checked");
    // Whole numbers: the order of the additions does not matter.
    *rate = frame[1..].iter().sum::<f64>() / frame.len() as f64;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// librosa's definition, frame by frame, on the signal padded with its end samples.
    fn expected(audio: &[f64], params: &ZeroCrossingParams) -> Vec<f64> {
        let padding = if params.center { params.frame_length / 2 } else { 0 };
        let (first, last) = (audio[0], audio[audio.len() - 1]);
        let padded = [&vec![first; padding][..], audio, &vec![last; padding][..]].concat();
        let rate = |frame: &[f64]| {
            let sign = |x: f64| if x.abs() <= params.threshold { 1.0 } else { x.signum() };
            let crossings = frame.windows(2).filter(|pair| sign(pair[0]) != sign(pair[1])).count();
            crossings as f64 / frame.len() as f64
        };
        padded.windows(params.frame_length).step_by(params.hop_length).map(rate).collect()
    }

    fn noise(len: usize) -> Vec<f64> {
        let value = |i: usize| ((i * i) as f64 * 0.37).sin() * if i.is_multiple_of(5) { 1e-11 } else { 1.0 };
        (0..len).map(value).collect()
    }

    #[test]
    fn equals_the_definition_also_in_blocks() {
        for (frame_length, hop_length, center, threshold) in [
            (2048, 512, true, 1e-10),
            (7, 3, true, 0.0),
            (1, 1, true, 1e-10),
            (64, 100, false, 0.5),
            (33, 5, false, 1e-10),
        ] {
            let params = ZeroCrossingParams { frame_length, hop_length, center, threshold };
            for len in [1, 2, 100, 3000] {
                let audio = noise(len);
                let Ok(frames) = params.frames(len) else { continue };
                let whole = zero_crossing_rate(&audio, &params).unwrap();
                assert_eq!(whole, expected(&audio, &params), "{params:?} {len}");
                let mut plan = ZeroCrossingPlan::new(&params).unwrap();
                let mut streamed = vec![f64::NAN; frames];
                let mut written = 0;
                for block in audio.chunks(701) {
                    written += plan.push(block, &mut streamed[written..]).unwrap();
                }
                written += plan.finish(&mut streamed[written..]).unwrap();
                assert_eq!((written, &streamed), (frames, &whole), "{params:?} {len}");
            }
        }
    }

    #[test]
    fn zero_is_positive_and_a_crossing_before_a_frame_does_not_count() {
        let params =
            ZeroCrossingParams { frame_length: 4, hop_length: 2, center: false, ..Default::default() };
        let rate = zero_crossing_rate(&[1.0, 0.0, -1e-11, -1.0, -2.0, -0.0], &params).unwrap();
        assert_eq!(rate, [0.25, 0.5]);
    }
}
