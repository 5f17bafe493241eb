//! 25 numbers that describe a track: spectrum, level, rhythm, harmony, dynamics, stereo image.
//!
//! [`DIMENSIONS`] defines each of them; a value that cannot be computed is NaN. The audio passes once,
//! in chunks of [`CHUNK`] frames at fixed positions, through one mono mix and one STFT that all measures
//! share; so the result does not depend on the sizes of the blocks that were pushed.
//!
//! Memory is bounded at any length (`series`, `spool`, and the stores of [`crate::kernels::onset`],
//! [`crate::kernels::tuning`] and [`crate::kernels::loudness`]), all of it is taken by [`FingerprintPlan::new`]. What that
//! costs in exactness on long signals is said where each store is.

mod clock;
mod dynamics;
mod harmony;
mod level;
mod rhythm;
mod series;
mod spectrum;
mod spool;
mod stereo;
mod table;

pub use clock::{STAGES, Stage};
pub use table::{DIMENSIONS, Dimension, Group, LEN, VERSION, markdown};

use clock::Clock;
use dynamics::Dynamics;
use harmony::Harmony;
use level::Level;
use rhythm::Rhythm;
use spectrum::Spectrum;
use stereo::Stereo;

use crate::blocks::error::{Result, buffer, require, require_finite, require_sample_rate};
use crate::blocks::stft::{Stft, StftParams, TILE, Tile};
use crate::kernels::loudness::LoudnessPlan;

/// The STFT and all frames measured beside it: 2048 samples every 512.
const N_FFT: usize = 2048;
const HOP: usize = 512;

/// Frames of audio that are worked on at a time: a tile of the STFT.
const CHUNK: usize = TILE * HOP;

/// The most channels.
pub const MOST_CHANNELS: usize = 64;

/// Which dimensions to compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FingerprintParams {
    /// Bits of [`Group::bit`]; the dimensions of other groups are NaN.
    pub groups: u32,
    /// Whether to measure the time of each kernel, see [`FingerprintPlan::seconds`].
    pub timing: bool,
}

impl Default for FingerprintParams {
    /// All of them.
    fn default() -> Self {
        Self { groups: Group::ALL, timing: false }
    }
}

/// The fingerprint of interleaved audio: [`LEN`] values in the order of [`DIMENSIONS`].
///
/// # Errors
/// `sample_rate` outside 8 to 384 kHz, `n_channels` outside 1 to 64, unknown groups; `interleaved` empty,
/// not whole frames or not finite; out of memory.
pub fn fingerprint(
    interleaved: &[f64],
    n_channels: usize,
    sample_rate: f64,
    params: &FingerprintParams,
) -> Result<[f64; LEN]> {
    let mut plan = FingerprintPlan::new(sample_rate, n_channels, params)?;
    plan.push(interleaved)?;
    plan.finish()
}

/// The fingerprint of a signal that arrives in pieces.
pub struct FingerprintPlan {
    n_channels: usize,
    groups: u32,
    /// Interleaved frames that do not fill a chunk yet.
    waiting: Vec<f64>,
    measures: Measures,
}

impl FingerprintPlan {
    /// # Errors
    /// As [`fingerprint`], but for the audio.
    pub fn new(sample_rate: f64, n_channels: usize, params: &FingerprintParams) -> Result<Self> {
        require_sample_rate(sample_rate)?;
        let channels = 1..=MOST_CHANNELS;
        require(channels.contains(&n_channels), "n_channels", n_channels, "1 to 64")?;
        let groups = params.groups;
        require(
            groups != 0 && groups & !Group::ALL == 0,
            "groups",
            groups,
            format_args!("1 to {}", Group::ALL),
        )?;
        let mut waiting = buffer(CHUNK * n_channels, 0.0)?;
        waiting.clear();
        Ok(Self { n_channels, groups, waiting, measures: Measures::new(sample_rate, n_channels, params)? })
    }

    /// Takes the next frames, interleaved.
    ///
    /// # Errors
    /// Samples that are not finite or do not fill whole frames. Nothing is taken then.
    pub fn push(&mut self, interleaved: &[f64]) -> Result<()> {
        let (len, n_channels) = (interleaved.len(), self.n_channels);
        let allowed = format_args!("whole frames of {n_channels} channels");
        require(len.is_multiple_of(n_channels), "interleaved", format_args!("{len} samples"), allowed)?;
        require_finite("interleaved", interleaved)?;
        let chunk = CHUNK * n_channels;
        let mut rest = interleaved;
        while !rest.is_empty() {
            if self.waiting.is_empty() && rest.len() >= chunk {
                let (now, later) = rest.split_at(chunk);
                self.measures.take(now);
                rest = later;
                continue;
            }
            let (now, later) = rest.split_at(rest.len().min(chunk - self.waiting.len()));
            self.waiting.extend_from_slice(now);
            rest = later;
            if self.waiting.len() == chunk {
                self.measures.take(&self.waiting);
                self.waiting.clear();
            }
        }
        Ok(())
    }

    /// Ends the signal. The plan is then as after [`Self::reset`].
    ///
    /// # Errors
    /// Nothing was pushed.
    pub fn finish(&mut self) -> Result<[f64; LEN]> {
        if !self.waiting.is_empty() {
            self.measures.take(&self.waiting);
        }
        let values = self.measures.finish();
        self.reset();
        let mut values = values?;
        for (value, dimension) in values.iter_mut().zip(&DIMENSIONS) {
            // What overflowed cannot be told either.
            if self.groups & dimension.group.bit() == 0 || !value.is_finite() {
                *value = f64::NAN;
            }
        }
        Ok(values)
    }

    /// Forgets the signal.
    pub fn reset(&mut self) {
        self.waiting.clear();
        self.measures.reset();
    }

    /// Seconds spent in each of [`STAGES`] since the plan was made; 0 unless `timing` asks for them.
    pub fn seconds(&self) -> [f64; STAGES.len()] {
        self.measures.clock.seconds()
    }

    pub fn n_channels(&self) -> usize {
        self.n_channels
    }

    /// 0: the values are known at the end of the signal.
    pub fn latency(&self) -> usize {
        0
    }

    /// The values that `finish` gives (`block` = 0), or a push: none.
    pub fn max_output(&self, block: usize) -> usize {
        if block == 0 { LEN } else { 0 }
    }
}

/// One object per group of dimensions that is asked for, and what they share.
struct Measures {
    clock: Clock,
    n_channels: usize,
    mono: Vec<f64>,
    level: Level,
    loudness: Option<LoudnessPlan>,
    stereo: Option<Stereo>,
    dynamics: Option<Dynamics>,
    stft: Stft,
    spectrum: Option<Spectrum>,
    rhythm: Option<Rhythm>,
    harmony: Option<Harmony>,
}

impl Measures {
    fn new(sample_rate: f64, n_channels: usize, params: &FingerprintParams) -> Result<Self> {
        fn wanted<T>(wanted: bool, new: impl FnOnce() -> Result<T>) -> Result<Option<T>> {
            wanted.then(new).transpose()
        }
        let has = |group: Group| params.groups & group.bit() != 0;
        let loudness = has(Group::Level) || has(Group::Dynamics);
        Ok(Self {
            clock: Clock::new(params.timing),
            n_channels,
            mono: buffer(CHUNK, 0.0)?,
            level: Level::new()?,
            loudness: wanted(loudness, || LoudnessPlan::new(sample_rate, n_channels, false))?,
            stereo: wanted(has(Group::Stereo), || Stereo::new(n_channels))?,
            dynamics: wanted(has(Group::Dynamics), || Dynamics::new(sample_rate))?,
            stft: Stft::new(&StftParams { n_fft: N_FFT, hop_length: HOP, ..StftParams::default() })?,
            spectrum: wanted(has(Group::Spectrum), || Spectrum::new(sample_rate))?,
            rhythm: wanted(has(Group::Rhythm), || Rhythm::new(sample_rate))?,
            harmony: wanted(has(Group::Harmony), || Harmony::new(sample_rate))?,
        })
    }

    /// Takes a chunk, or less at the end of the signal.
    fn take(&mut self, interleaved: &[f64]) {
        self.clock.start();
        let n_channels = self.n_channels;
        let mono = &mut self.mono[..interleaved.len() / n_channels];
        if n_channels == 2 {
            for (x, [left, right]) in mono.iter_mut().zip(interleaved.as_chunks::<2>().0) {
                *x = finite((left + right) / 2.0);
            }
        } else {
            for (x, frame) in mono.iter_mut().zip(interleaved.chunks_exact(n_channels)) {
                *x = finite(frame.iter().sum::<f64>() / n_channels as f64);
            }
        }
        self.level.take(mono);
        if let Some(stereo) = &mut self.stereo {
            stereo.take(interleaved);
        }
        if let Some(dynamics) = &mut self.dynamics {
            dynamics.take(mono);
        }
        self.clock.lap(Stage::Samples);
        if let Some(loudness) = &mut self.loudness {
            let taken = loudness.push(interleaved);
            debug_assert!(taken.is_ok());
        }
        self.clock.lap(Stage::Loudness);
        if let Some(harmony) = &mut self.harmony {
            harmony.take(mono, &mut self.clock);
        }
        let Self { clock, stft, spectrum, rhythm, harmony, .. } = self;
        if spectrum.is_some() || rhythm.is_some() || harmony.is_some() {
            stft.push(&self.mono[..interleaved.len() / n_channels], |tile| {
                share(tile, None, clock, spectrum, rhythm, harmony);
            });
            clock.lap(Stage::Stft);
        }
    }

    fn finish(&mut self) -> Result<[f64; LEN]> {
        let n_samples = self.level.received();
        require(n_samples > 0, "audio", "empty", "at least 1 frame")?;
        let n_frames = 1 + n_samples / HOP;
        self.clock.start();
        self.level.finish();
        self.clock.lap(Stage::Samples);
        let Self { clock, level, loudness, stereo, dynamics, stft, spectrum, rhythm, harmony, .. } = self;
        if stft.received() > 0 {
            let end = Some((n_frames, n_samples));
            stft.finish(|tile| share(tile, end, clock, spectrum, rhythm, harmony))?;
            clock.lap(Stage::Stft);
        }

        const NAN: f64 = f64::NAN;
        let (lufs, loudness_std) =
            loudness.as_ref().map_or((NAN, NAN), |plan| (plan.integrated(), plan.short_term_std()));
        clock.lap(Stage::Loudness);
        let stereo = stereo.as_ref().map_or([NAN; 2], Stereo::values);
        let silence_ratio = level.silence_ratio();
        if level.is_silent() {
            // The channels need not be silent if their mean is; the rest describes the mean.
            let mut values = [NAN; LEN];
            [values[7], values[13], values[21], values[23], values[24]] =
                [lufs, silence_ratio, loudness_std, stereo[0], stereo[1]];
            return Ok(values);
        }

        let loud = level.is_loud();
        clock.lap(Stage::Samples);
        let ([b0, b1, b2, b3, b4, b5, b6], bass_mid, [centroid, rolloff, flatness]) = spectrum
            .as_mut()
            .map_or(([NAN; 7], NAN, [NAN; 3]), |s| (s.bands(), s.bass_mid_ratio(), s.medians(loud)));
        clock.lap(Stage::Spectrum);
        let [tempo, stability, density] =
            rhythm.as_mut().map_or([NAN; 3], |rhythm| rhythm.finish(n_frames, n_samples));
        clock.lap(Stage::Rhythm);
        let [harmonic, pitch, chroma] =
            harmony.as_mut().map_or([NAN; 3], |harmony| harmony.finish((n_frames, n_samples), loud, clock));
        let [variation, peaks] = dynamics.as_ref().map_or([NAN; 2], Dynamics::values);
        #[rustfmt::skip]
        let values = [
            b0, b1, b2, b3, b4, b5, b6, lufs, level.crest(), bass_mid,
            tempo, stability, density, silence_ratio, centroid, rolloff, flatness,
            harmonic, pitch, chroma, variation, loudness_std, peaks, stereo[0], stereo[1],
        ];
        Ok(values)
    }

    fn reset(&mut self) {
        let Self { level, loudness, stereo, dynamics, stft, spectrum, rhythm, harmony, .. } = self;
        level.reset();
        stft.reset();
        loudness.as_mut().map(LoudnessPlan::reset);
        stereo.as_mut().map(Stereo::reset);
        dynamics.as_mut().map(Dynamics::reset);
        spectrum.as_mut().map(Spectrum::reset);
        rhythm.as_mut().map(Rhythm::reset);
        harmony.as_mut().map(Harmony::reset);
    }
}

/// The mean of finite samples is finite, also where their sum is not.
fn finite(mean: f64) -> f64 {
    mean.clamp(f64::MIN, f64::MAX)
}

/// Hands the frames of a tile to all that want them; at the end of the signal, its length in frames and
/// samples comes along.
fn share(
    tile: &Tile,
    end: Option<(usize, usize)>,
    clock: &mut Clock,
    spectrum: &mut Option<Spectrum>,
    rhythm: &mut Option<Rhythm>,
    harmony: &mut Option<Harmony>,
) {
    clock.lap(Stage::Stft);
    let magnitudes = || (0..tile.len()).map(|i| tile.magnitude(i));
    if let Some(spectrum) = spectrum {
        magnitudes().for_each(|magnitude| spectrum.take(magnitude));
        clock.lap(Stage::Spectrum);
    }
    if let Some(rhythm) = rhythm {
        magnitudes().for_each(|magnitude| rhythm.take(magnitude));
        clock.lap(Stage::Rhythm);
    }
    if let Some(harmony) = harmony {
        harmony.take_tile(tile, end, clock);
    }
}

#[cfg(test)]
mod tests;
