//! 25 numbers that describe a track: spectrum, level, rhythm, harmony, dynamics, stereo image.
//!
//! [`DIMENSIONS`] defines each of them; a value that cannot be computed is NaN. The audio passes once,
//! in chunks at fixed positions, through one mono mix and one STFT that all measures
//! share; so the result does not depend on the sizes of the blocks that were pushed.
//!
//! Memory is bounded at any length (`series`, `spool`, and the stores of [`crate::kernels::onset`],
//! [`crate::kernels::tuning`] and [`crate::kernels::loudness`]), all of it is taken by [`FingerprintPlan::new`]. What that
//! costs in exactness on long signals is said where each store is.

mod clock;
mod dimension;
mod dynamics;
mod frames;
mod harmony;
mod level;
mod mix;
mod offset;
mod rhythm;
mod series;
mod spectrum;
mod spool;
mod stereo;

use std::ffi::CStr;
use std::ops::{Index, IndexMut};

pub use clock::{STAGES, Stage};
pub use dimension::{Aspect, DIMENSIONS, Dimension, Group, LEN, Scale, VERSION, markdown};

use clock::Clock;
use dynamics::Dynamics;
use frames::{Extent, Frame, Frames};
use harmony::Harmony;
use level::{Level, Moments, Sound};
use mix::Mix;
use offset::Offset;
use rhythm::Rhythm;
use spectrum::Spectrum;
use stereo::Stereo;

use crate::blocks::error::{Result, buffer, require, require_finite, require_in, require_sample_rate};
use crate::blocks::plan::Plan;
use crate::blocks::stft::{Stft, Tile};
use crate::kernels::loudness::{Loudness, LoudnessParams, LoudnessPlan};

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
    /// Where the loudspeakers of the channels stand, see [`LoudnessParams::channel_mask`].
    pub channel_mask: u32,
}

impl Default for FingerprintParams {
    /// All of them.
    fn default() -> Self {
        Self { groups: Group::ALL, timing: false, channel_mask: 0 }
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

    /// What is to be said of the whole: that the signal is silent, or that its channels cancel in their
    /// mean, so that what is taken from that is NaN. Empty if there is nothing to say, or if the level was
    /// not asked for.
    pub fn remark(&self) -> &'static CStr {
        let (crest, silence) = (self[Dimension::CrestDb], self[Dimension::SilenceRatio]);
        if silence == 1.0 && crest.is_nan() {
            c"silent"
        } else if silence.is_nan() && crest.is_finite() {
            c"the channels cancel: their mean, from which most values are taken, is almost silent"
        } else {
            c""
        }
    }
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
    /// Samples in a chunk.
    chunk: usize,
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

    /// One that, if `true_peak`, also finds that.
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
        let frames = Frames::of(sample_rate);
        let chunk = frames.chunk() * n_channels;
        let mut waiting = buffer(chunk, 0.0)?;
        waiting.clear();
        let measures = Measures::new(sample_rate, frames, n_channels, params, true_peak)?;
        Ok(Self { n_channels, groups, chunk, waiting, measures })
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
        let chunk = self.chunk;
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
    frames: Frames,
    mix: Mix,
    level: Level,
    loudness: Option<LoudnessPlan>,
    stereo: Option<Stereo>,
    dynamics: Option<Dynamics>,
    /// `None` if only the stereo image is asked for.
    stft: Option<Stft>,
    offset: Offset,
    spectrum: Option<Spectrum>,
    rhythm: Option<Rhythm>,
    harmony: Option<Harmony>,
}

impl Measures {
    fn new(
        sample_rate: f64,
        frames: Frames,
        n_channels: usize,
        params: &FingerprintParams,
        true_peak: bool,
    ) -> Result<Self> {
        fn wanted<T>(wanted: bool, new: impl FnOnce() -> Result<T>) -> Result<Option<T>> {
            wanted.then(new).transpose()
        }
        let has = |group: Group| params.groups & group.bit() != 0;
        let loudness = has(Group::Level) || has(Group::Dynamics);
        let meter = LoudnessParams { true_peak, channel_mask: params.channel_mask };
        let of_frames = params.groups != Group::Stereo.bit();
        Ok(Self {
            clock: Clock::new(params.timing),
            frames,
            mix: Mix::new(n_channels, frames.chunk())?,
            level: Level::new(frames)?,
            loudness: wanted(loudness, || LoudnessPlan::new(sample_rate, n_channels, &meter))?,
            stereo: has(Group::Stereo).then(|| Stereo::new(n_channels)),
            dynamics: wanted(has(Group::Dynamics), || Dynamics::new(sample_rate))?,
            stft: wanted(of_frames, || Stft::new(&frames.stft()))?,
            offset: Offset::new(frames)?,
            spectrum: wanted(has(Group::Spectrum), || Spectrum::new(frames))?,
            rhythm: wanted(has(Group::Rhythm), || Rhythm::new(sample_rate, frames))?,
            harmony: wanted(has(Group::Harmony), || Harmony::new(sample_rate, frames))?,
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
        let Self { clock, level, stft, offset, spectrum, rhythm, harmony, frames, .. } = self;
        if let Some(stft) = stft {
            // The frames that are complete now lie inside of what has arrived.
            let extent = Extent::new(*frames, level.n_samples());
            let mut users = Users { clock, level, offset, spectrum, rhythm, harmony };
            stft.push(mono, |tile| users.take(tile, extent, false));
            users.clock.lap(Stage::Stft);
        }
        sink(Chunk { interleaved, pair, mono });
    }

    fn finish(&mut self) -> Result<(Fingerprint, Totals)> {
        let Self {
            clock,
            frames,
            mix,
            level,
            loudness,
            stereo,
            dynamics,
            stft,
            offset,
            spectrum,
            rhythm,
            harmony,
        } = self;
        let n_samples = level.n_samples();
        require(n_samples > 0, "audio", "empty", "at least 1 frame")?;
        let extent = Extent::new(*frames, n_samples);
        clock.start();
        if let Some(stft) = stft {
            let mut users = Users { clock, level, offset, spectrum, rhythm, harmony };
            stft.finish(|tile| users.take(tile, extent, true))?;
            users.clock.lap(Stage::Stft);
        }

        let mut values = Fingerprint::UNKNOWN;
        let loudness = loudness.as_mut().map(|plan| {
            values[Dimension::Lufs] = plan.integrated();
            values[Dimension::LoudnessVariationStd] = plan.short_term_std();
            plan.summary()
        });
        clock.lap(Stage::Loudness);
        let channels = mix.channels();
        let largest = |of: fn(&Moments) -> f64| channels.iter().map(of).fold(0.0, f64::max);
        let totals = Totals {
            n_frames: n_samples,
            peak: largest(|channel| channel.peak),
            dc: largest(|channel| channel.sum.abs()) / n_samples as f64,
            loudness: loudness.unwrap_or(Loudness::UNKNOWN),
        };
        if let Some(stereo) = stereo {
            stereo.write(&mut values);
        }
        let mean = level.end(extent);
        if let Some(spectrum) = spectrum {
            spectrum.end(mean);
        }
        offset.remove(mean, extent, |t, power| {
            level.put(t, power);
            if let Some(spectrum) = spectrum {
                spectrum.put(power);
            }
        });
        level.find_loudest(extent);
        let sound = level.sound(channels);
        level.write(sound, channels, &mut values);
        clock.lap(Stage::Samples);
        // All that follows is taken from the mean of the channels.
        if sound != Sound::Present {
            return Ok((values, totals));
        }

        let loud = level.is_loud();
        if let Some(spectrum) = spectrum {
            spectrum.write(loud, &mut values);
        }
        clock.lap(Stage::Spectrum);
        if let Some(rhythm) = rhythm {
            rhythm.finish(extent, &mut values);
        }
        clock.lap(Stage::Rhythm);
        if let Some(harmony) = harmony {
            harmony.finish(extent.length(), loud, clock, &mut values);
        }
        if let Some(dynamics) = dynamics {
            dynamics.write(&mut values);
        }
        Ok((values, totals))
    }

    fn reset(&mut self) {
        let Self { mix, level, loudness, stereo, dynamics, stft, offset, spectrum, rhythm, harmony, .. } =
            self;
        mix.reset();
        level.reset();
        stft.as_mut().map(Stft::reset);
        offset.reset();
        loudness.as_mut().map(LoudnessPlan::reset);
        stereo.as_mut().map(Stereo::reset);
        dynamics.as_mut().map(Dynamics::reset);
        spectrum.as_mut().map(Spectrum::reset);
        rhythm.as_mut().map(Rhythm::reset);
        harmony.as_mut().map(Harmony::reset);
    }
}

/// All that want the frames of the STFT.
struct Users<'a> {
    clock: &'a mut Clock,
    level: &'a mut Level,
    offset: &'a mut Offset,
    spectrum: &'a mut Option<Spectrum>,
    rhythm: &'a mut Option<Rhythm>,
    harmony: &'a mut Option<Harmony>,
}

impl Users<'_> {
    /// Takes a tile of a signal that is so long by now, or as a whole if this is its `end`.
    fn take(&mut self, tile: &Tile, extent: Extent, end: bool) {
        let Self { clock, level, offset, spectrum, rhythm, harmony } = self;
        let frames = || {
            (0..tile.len()).map(|i| Frame {
                magnitude: tile.magnitude(i),
                bin_1: tile.spectrum(i)[1],
                is_inside: extent.holds(tile.first() + i),
            })
        };
        clock.lap(Stage::Stft);
        for (i, frame) in frames().enumerate() {
            level.take_frame(frame);
            if !frame.is_inside {
                offset.keep(tile.first() + i, tile.spectrum(i));
            }
        }
        clock.lap(Stage::Samples);
        if let Some(spectrum) = spectrum {
            frames().for_each(|frame| spectrum.take(frame));
            clock.lap(Stage::Spectrum);
        }
        if let Some(rhythm) = rhythm {
            frames().for_each(|frame| rhythm.take(frame));
            clock.lap(Stage::Rhythm);
        }
        if let Some(harmony) = harmony {
            harmony.take_tile(tile, end.then_some(extent.length()), clock);
        }
    }
}

#[cfg(test)]
mod tests;
