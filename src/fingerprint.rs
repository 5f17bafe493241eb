//! 25 numbers that describe a track: spectrum, level, rhythm, harmony, dynamics, stereo image.
//!
//! [`DIMENSIONS`] defines each of them; a value that cannot be computed is NaN. The audio passes once,
//! in chunks of `CHUNK` frames at fixed positions, through one mono mix and one STFT that all measures
//! share; so the result does not depend on the sizes of the blocks that were pushed.
//!
//! Memory is bounded at any length (`series`, `spool`, and the stores of [`crate::kernels::onset`],
//! [`crate::kernels::tuning`] and [`crate::kernels::loudness`]), all of it is taken by [`FingerprintPlan::new`]. What that
//! costs in exactness on long signals is said where each store is.

mod clock;
mod dimension;
mod dynamics;
mod harmony;
mod level;
mod mix;
mod rhythm;
mod series;
mod spectrum;
mod spool;
mod stereo;

use std::ops::{Index, IndexMut};

pub use clock::{STAGES, Stage};
pub use dimension::{Aspect, DIMENSIONS, Dimension, Group, LEN, Scale, VERSION, markdown};

use clock::Clock;
use dynamics::Dynamics;
use harmony::Harmony;
use level::{Level, Moments};
use mix::Mix;
use rhythm::Rhythm;
use spectrum::Spectrum;
use stereo::Stereo;

use crate::blocks::error::{Result, buffer, require, require_finite, require_in, require_sample_rate};
use crate::blocks::istft::SignalLength;
use crate::blocks::plan::Plan;
use crate::blocks::stft::{Stft, StftParams, TILE, Tile};
use crate::kernels::loudness::{Loudness, LoudnessPlan};

/// The STFT and all frames measured beside it: 2048 samples every 512.
const N_FFT: usize = 2048;
const HOP: usize = 512;

/// Frames of audio that are worked on at a time: a tile of the STFT.
const CHUNK: usize = TILE * HOP;

/// Why a kernel that works on a chunk does not fail.
const CHECKED: &str = "samples are finite and the buffers hold what a chunk gives";

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

/// The values of a track, one for each of [`DIMENSIONS`] and in their order; NaN where one cannot be
/// computed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fingerprint {
    pub values: [f64; LEN],
}

impl Fingerprint {
    /// One of which nothing is known.
    const UNKNOWN: Self = Self { values: [f64::NAN; LEN] };
}

impl Index<Dimension> for Fingerprint {
    type Output = f64;

    fn index(&self, dimension: Dimension) -> &f64 {
        &self.values[dimension as usize]
    }
}

impl IndexMut<Dimension> for Fingerprint {
    fn index_mut(&mut self, dimension: Dimension) -> &mut f64 {
        &mut self.values[dimension as usize]
    }
}

/// The fingerprint of interleaved audio.
///
/// # Errors
/// `sample_rate` outside 8 to 384 kHz, `n_channels` outside 1 to 64, unknown groups; `interleaved` empty,
/// not whole frames or not finite; out of memory.
pub fn fingerprint(
    interleaved: &[f64],
    n_channels: usize,
    sample_rate: f64,
    params: &FingerprintParams,
) -> Result<Fingerprint> {
    let mut plan = FingerprintPlan::new(sample_rate, n_channels, params)?;
    plan.push(interleaved)?;
    plan.finish()
}

/// A part of the signal, the same whatever the sizes of the blocks that were pushed.
#[derive(Debug, Clone, Copy)]
pub struct Chunk<'a> {
    pub interleaved: &'a [f64],
    /// The first two channels; one channel is both.
    pub pair: [&'a [f64]; 2],
    /// The mean of all channels.
    pub mono: &'a [f64],
}

/// What a plan has measured of the whole signal beside the fingerprint.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Totals {
    /// Frames of audio.
    pub n_frames: usize,
    /// The largest absolute sample of all channels.
    pub peak: f64,
    /// The largest absolute mean of a channel.
    pub dc: f64,
    /// All NaN if neither level nor dynamics are asked for.
    pub loudness: Loudness,
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
        Self::with_true_peak(sample_rate, n_channels, params, false)
    }

    /// One that, if `true_peak`, also finds that, which takes as long as all of the loudness.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with_true_peak(
        sample_rate: f64,
        n_channels: usize,
        params: &FingerprintParams,
        true_peak: bool,
    ) -> Result<Self> {
        require_sample_rate(sample_rate)?;
        require_in("n_channels", n_channels, 1..=MOST_CHANNELS)?;
        let groups = params.groups;
        require(
            groups != 0 && groups & !Group::ALL == 0,
            "groups",
            groups,
            format_args!("1 to {}", Group::ALL),
        )?;
        let mut waiting = buffer(CHUNK * n_channels, 0.0)?;
        waiting.clear();
        let measures = Measures::new(sample_rate, n_channels, params, true_peak)?;
        Ok(Self { n_channels, groups, waiting, measures })
    }

    /// Takes the next frames, interleaved.
    ///
    /// # Errors
    /// Samples that are not finite or do not fill whole frames. Nothing is taken then.
    pub fn push(&mut self, interleaved: &[f64]) -> Result<()> {
        self.push_to(interleaved, |_| ())
    }

    /// Takes the next frames, interleaved; each chunk that they complete goes to `sink` too.
    ///
    /// # Errors
    /// As [`Self::push`].
    pub fn push_to(&mut self, interleaved: &[f64], mut sink: impl FnMut(Chunk)) -> Result<()> {
        let (len, n_channels) = (interleaved.len(), self.n_channels);
        let allowed = format_args!("whole frames of {n_channels} channels");
        require(len.is_multiple_of(n_channels), "interleaved", format_args!("{len} samples"), allowed)?;
        require_finite("interleaved", interleaved)?;
        let chunk = CHUNK * n_channels;
        let mut rest = interleaved;
        while !rest.is_empty() {
            if self.waiting.is_empty() && rest.len() >= chunk {
                let (now, later) = rest.split_at(chunk);
                self.measures.take(now, &mut sink);
                rest = later;
                continue;
            }
            let (now, later) = rest.split_at(rest.len().min(chunk - self.waiting.len()));
            self.waiting.extend_from_slice(now);
            rest = later;
            if self.waiting.len() == chunk {
                self.measures.take(&self.waiting, &mut sink);
                self.waiting.clear();
            }
        }
        Ok(())
    }

    /// Ends the signal. The plan is then as after [`Self::reset`].
    ///
    /// # Errors
    /// Nothing was pushed.
    pub fn finish(&mut self) -> Result<Fingerprint> {
        self.finish_to(|_| ()).map(|(fingerprint, _)| fingerprint)
    }

    /// Ends the signal, the last chunk of which goes to `sink`. The plan is then as after [`Self::reset`].
    ///
    /// # Errors
    /// Nothing was pushed.
    pub fn finish_to(&mut self, mut sink: impl FnMut(Chunk)) -> Result<(Fingerprint, Totals)> {
        if !self.waiting.is_empty() {
            self.measures.take(&self.waiting, &mut sink);
        }
        let found = self.measures.finish();
        self.reset();
        let (mut fingerprint, totals) = found?;
        for dimension in DIMENSIONS {
            // What overflowed cannot be told either.
            if self.groups & dimension.group().bit() == 0 || !fingerprint[dimension].is_finite() {
                fingerprint[dimension] = f64::NAN;
            }
        }
        Ok((fingerprint, totals))
    }

    /// Seconds spent in each of [`STAGES`] since the plan was made; 0 unless `timing` asks for them.
    pub fn seconds(&self) -> [f64; STAGES.len()] {
        self.measures.clock.seconds()
    }

    pub fn n_channels(&self) -> usize {
        self.n_channels
    }
}

impl Plan for FingerprintPlan {
    fn latency(&self) -> usize {
        0
    }

    fn max_output(&self, block: usize) -> usize {
        if block == 0 { LEN } else { 0 }
    }

    fn reset(&mut self) {
        self.waiting.clear();
        self.measures.reset();
    }
}

/// One object per group of dimensions that is asked for, and what they share.
struct Measures {
    clock: Clock,
    mix: Mix,
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
    fn new(sample_rate: f64, n_channels: usize, params: &FingerprintParams, true_peak: bool) -> Result<Self> {
        fn wanted<T>(wanted: bool, new: impl FnOnce() -> Result<T>) -> Result<Option<T>> {
            wanted.then(new).transpose()
        }
        let has = |group: Group| params.groups & group.bit() != 0;
        let loudness = has(Group::Level) || has(Group::Dynamics);
        Ok(Self {
            clock: Clock::new(params.timing),
            mix: Mix::new(n_channels, CHUNK)?,
            level: Level::new()?,
            loudness: wanted(loudness, || LoudnessPlan::new(sample_rate, n_channels, true_peak))?,
            stereo: has(Group::Stereo).then(|| Stereo::new(n_channels)),
            dynamics: wanted(has(Group::Dynamics), || Dynamics::new(sample_rate))?,
            stft: Stft::new(&StftParams { n_fft: N_FFT, hop_length: HOP, ..StftParams::default() })?,
            spectrum: wanted(has(Group::Spectrum), || Spectrum::new(sample_rate))?,
            rhythm: wanted(has(Group::Rhythm), || Rhythm::new(sample_rate))?,
            harmony: wanted(has(Group::Harmony), || Harmony::new(sample_rate))?,
        })
    }

    /// Takes a chunk, or less at the end of the signal.
    fn take(&mut self, interleaved: &[f64], sink: &mut impl FnMut(Chunk)) {
        self.clock.start();
        self.mix.take(interleaved);
        let (mono, pair) = (self.mix.mono(), self.mix.pair());
        self.level.take(mono);
        if let Some(stereo) = &mut self.stereo {
            stereo.take(pair);
        }
        if let Some(dynamics) = &mut self.dynamics {
            dynamics.take(mono);
        }
        self.clock.lap(Stage::Samples);
        if let Some(loudness) = &mut self.loudness {
            loudness.push(interleaved).expect(CHECKED);
        }
        self.clock.lap(Stage::Loudness);
        if let Some(harmony) = &mut self.harmony {
            harmony.take(mono, &mut self.clock);
        }
        let Self { clock, stft, spectrum, rhythm, harmony, .. } = self;
        if spectrum.is_some() || rhythm.is_some() || harmony.is_some() {
            stft.push(mono, |tile| share(tile, None, clock, spectrum, rhythm, harmony));
            clock.lap(Stage::Stft);
        }
        sink(Chunk { interleaved, pair, mono });
    }

    fn finish(&mut self) -> Result<(Fingerprint, Totals)> {
        let n_samples = self.level.received();
        require(n_samples > 0, "audio", "empty", "at least 1 frame")?;
        let n_frames = 1 + n_samples / HOP;
        self.clock.start();
        self.level.end();
        self.clock.lap(Stage::Samples);
        let Self { clock, mix, level, loudness, stereo, dynamics, stft, spectrum, rhythm, harmony } = self;
        if stft.received() > 0 {
            let end = Some(SignalLength { samples: n_samples, frames: n_frames });
            stft.finish(|tile| share(tile, end, clock, spectrum, rhythm, harmony))?;
            clock.lap(Stage::Stft);
        }

        let mut values = Fingerprint::UNKNOWN;
        let loudness = loudness.as_mut().map(|plan| {
            values[Dimension::Lufs] = plan.integrated();
            values[Dimension::LoudnessVariationStd] = plan.short_term_std();
            plan.summary()
        });
        clock.lap(Stage::Loudness);
        let all = |pick: fn(&Moments) -> f64| mix.channels().iter().map(pick).fold(0.0, f64::max);
        let totals = Totals {
            n_frames: n_samples,
            peak: all(|channel| channel.peak),
            dc: all(|channel| channel.sum.abs()) / n_samples as f64,
            loudness: loudness.unwrap_or(Loudness::UNKNOWN),
        };
        if let Some(stereo) = stereo {
            stereo.write(&mut values);
        }
        if level.is_silent() {
            // The channels need not be silent if their mean is; the rest describes the mean.
            level.write_silence(&mut values);
            return Ok((values, totals));
        }

        let loud = level.is_loud();
        level.write(&mut values);
        clock.lap(Stage::Samples);
        if let Some(spectrum) = spectrum {
            spectrum.write(loud, &mut values);
        }
        clock.lap(Stage::Spectrum);
        if let Some(rhythm) = rhythm {
            rhythm.finish(n_frames, n_samples, &mut values);
        }
        clock.lap(Stage::Rhythm);
        if let Some(harmony) = harmony {
            harmony.finish(SignalLength { samples: n_samples, frames: n_frames }, loud, clock, &mut values);
        }
        if let Some(dynamics) = dynamics {
            dynamics.write(&mut values);
        }
        Ok((values, totals))
    }

    fn reset(&mut self) {
        let Self { mix, level, loudness, stereo, dynamics, stft, spectrum, rhythm, harmony, .. } = self;
        mix.reset();
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

/// Hands the frames of a tile to all that want them; at the end of the signal, its length in frames and
/// samples comes along.
fn share(
    tile: &Tile,
    end: Option<SignalLength>,
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
