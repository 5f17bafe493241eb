//! The profile of a track: its fingerprint, its loudness and levels, and its third octaves, from which the
//! targets and settings of a master are made.
//!
//! [`PROFILE`] defines each of the numbers; one that cannot be computed is NaN. The audio passes once, in
//! the fingerprint's chunks, so that its mix and its loudness serve both and the result does not depend on
//! the sizes of the blocks that were pushed.

mod octaves;
mod table;

pub use table::{LEN, PROFILE, VERSION, place};

pub(crate) use octaves::Octaves;

use crate::blocks::error::{Result, require, show};
use crate::blocks::plan::Plan;
use crate::blocks::third_octaves::BANDS;
use crate::fingerprint::{Chunk, Dimension, FingerprintParams, FingerprintPlan, Group};
use crate::kernels::loudness::Loudness;

/// Levels of a third octave in dB: one below is empty, one above cannot be told from an overflow.
const LEVELS: (f64, f64) = (-200.0, 3000.0);

/// What to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProfileParams {
    /// Bits of [`Group::bit`]; the dimensions of other groups are NaN, and the loudness if neither level nor
    /// dynamics are asked for.
    pub groups: u32,
    /// Whether to measure the third octaves.
    pub third_octaves: bool,
}

impl Default for ProfileParams {
    /// All of it.
    fn default() -> Self {
        Self { groups: Group::ALL, third_octaves: true }
    }
}

/// The profile of interleaved audio, in the order of [`PROFILE`].
///
/// # Errors
/// As [`crate::fingerprint::fingerprint`].
pub fn profile(
    interleaved: &[f64],
    n_channels: usize,
    sample_rate: f64,
    params: &ProfileParams,
) -> Result<[f64; LEN]> {
    let mut plan = ProfilePlan::new(sample_rate, n_channels, params)?;
    plan.push(interleaved)?;
    plan.finish()
}

/// The profile of a signal that arrives in pieces.
pub struct ProfilePlan {
    fingerprint: FingerprintPlan,
    octaves: Option<MidSide>,
    sample_rate: f64,
}

impl ProfilePlan {
    /// # Errors
    /// As [`profile`], but for the audio.
    pub fn new(sample_rate: f64, n_channels: usize, params: &ProfileParams) -> Result<Self> {
        let groups = FingerprintParams { groups: params.groups, ..FingerprintParams::default() };
        let fingerprint = FingerprintPlan::with_true_peak(sample_rate, n_channels, &groups, true)?;
        let octaves = params.third_octaves.then(|| MidSide::new(sample_rate, n_channels)).transpose()?;
        Ok(Self { fingerprint, octaves, sample_rate })
    }

    /// Takes the next frames, interleaved.
    ///
    /// # Errors
    /// Samples that are not finite or do not fill whole frames. Nothing is taken then.
    pub fn push(&mut self, interleaved: &[f64]) -> Result<()> {
        let Self { fingerprint, octaves, .. } = self;
        fingerprint.push_to(interleaved, |chunk| octaves.iter_mut().for_each(|octaves| octaves.take(chunk)))
    }

    /// Ends the signal. The plan is then as after [`Self::reset`].
    ///
    /// # Errors
    /// Nothing was pushed.
    pub fn finish(&mut self) -> Result<[f64; LEN]> {
        let values = self.finish_octaves();
        self.reset();
        values
    }

    /// Ends the signal, and keeps its [`Self::octaves`] until the plan is reset.
    ///
    /// # Errors
    /// Nothing was pushed.
    pub(crate) fn finish_octaves(&mut self) -> Result<[f64; LEN]> {
        let Self { fingerprint, octaves, sample_rate } = self;
        let found = fingerprint.finish_to(|chunk| octaves.iter_mut().for_each(|octaves| octaves.take(chunk)));
        let (fingerprint, totals) = found?;
        let levels = octaves.as_mut().map_or([[f64::NAN; BANDS]; 2], MidSide::levels);

        let mut values = [f64::NAN; LEN];
        values[..fingerprint.values.len()].copy_from_slice(&fingerprint.values);
        let Loudness { integrated, range, max_momentary, max_short_term, true_peak } = totals.loudness;
        let loudness = [integrated, range, max_momentary, max_short_term, true_peak];
        values[place::INTEGRATED..][..loudness.len()].copy_from_slice(&loudness);
        values[place::SAMPLE_PEAK] = 20.0 * totals.peak.log10();
        values[place::DC] = totals.dc;
        values[place::DURATION] = totals.n_frames as f64 / *sample_rate;
        values[place::MID..][..BANDS].copy_from_slice(&levels[0]);
        values[place::SIDE..][..BANDS].copy_from_slice(&levels[1]);
        // What overflowed, or is the level of silence, cannot be told.
        Ok(values.map(|value| if value.is_finite() { value } else { f64::NAN }))
    }

    /// The spectra of the mid signal and, of two channels, of the side signal, if third octaves are measured.
    pub(crate) fn octaves(&self) -> Option<(&Octaves, Option<&Octaves>)> {
        self.octaves.as_ref().map(|MidSide { mid, side }| (mid, side.as_ref()))
    }

    pub fn n_channels(&self) -> usize {
        self.fingerprint.n_channels()
    }
}

impl Plan for ProfilePlan {
    /// 0: the values are known at the end of the signal.
    fn latency(&self) -> usize {
        0
    }

    /// The values that `finish` gives, or a push: none.
    fn max_output(&self, block: usize) -> usize {
        if block == 0 { LEN } else { 0 }
    }

    fn reset(&mut self) {
        self.fingerprint.reset();
        self.octaves.as_mut().map(MidSide::reset);
    }
}

/// The third octaves of the mid signal and, of two channels, of the side signal.
struct MidSide {
    mid: Octaves,
    side: Option<Octaves>,
}

/// Frames whose side signal is made at a time.
const PART: usize = 512;

impl MidSide {
    fn new(sample_rate: f64, n_channels: usize) -> Result<Self> {
        let stereo = n_channels == 2;
        Ok(Self {
            mid: Octaves::new(sample_rate)?,
            side: stereo.then(|| Octaves::new(sample_rate)).transpose()?,
        })
    }

    fn take(&mut self, chunk: Chunk) {
        self.mid.push(chunk.mono);
        if let Some(side) = &mut self.side {
            let [left, right] = chunk.pair;
            let mut difference = [0.0; PART];
            for (left, right) in left.chunks(PART).zip(right.chunks(PART)) {
                for ((difference, left), right) in difference.iter_mut().zip(left).zip(right) {
                    *difference = 0.5 * left - 0.5 * right;
                }
                side.push(&difference[..left.len()]);
            }
        }
    }

    /// Ends the signal; its levels in dB.
    fn levels(&mut self) -> [[f64; BANDS]; 2] {
        let levels = |octaves: &mut Octaves| {
            octaves.end();
            octaves.levels(|k| octaves.power(k))
        };
        [levels(&mut self.mid), self.side.as_mut().map_or([f64::NAN; BANDS], levels)]
    }

    fn reset(&mut self) {
        self.mid.reset();
        self.side.as_mut().map(Octaves::reset);
    }
}

/// Loudness to which the third octaves of a mean are brought, in LUFS.
const COMMON_LOUDNESS: f64 = -14.0;

/// One profile of several, so that a master can be like all of them: third octaves
/// are brought to −14 LUFS and averaged as power, the other values are averaged. What is NaN is left out,
/// as are the third octaves of a track without a loudness.
///
/// # Errors
/// No profile; one with a value out of its range.
pub fn profile_mean(profiles: &[[f64; LEN]]) -> Result<[f64; LEN]> {
    require(!profiles.is_empty(), "profiles", "none", "at least 1 profile")?;
    for profile in profiles {
        check_values(profile)?;
    }
    let mean = |value: &dyn Fn(&[f64; LEN]) -> f64| {
        let values = profiles.iter().map(value).filter(|value| !value.is_nan());
        let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
        sum / count
    };
    let means: [f64; LEN] = std::array::from_fn(|i| {
        if i < place::MID {
            return mean(&|profile| profile[i]);
        }
        let power = mean(&|profile| {
            let gain = COMMON_LOUDNESS - profile[Dimension::Lufs as usize];
            10_f64.powf((profile[i] + gain) / 10.0)
        });
        let level = 10.0 * power.log10();
        if (LEVELS.0..=LEVELS.1).contains(&level) { level } else { f64::NAN }
    });
    // What overflowed cannot be told.
    Ok(means.map(|mean| if mean.is_finite() { mean } else { f64::NAN }))
}

/// Checks that each of the values, as many as there are, is in its range or NaN.
pub(crate) fn check_values(values: &[f64]) -> Result<()> {
    for (value, field) in values.iter().zip(&PROFILE) {
        let (low, high) = field.range;
        let fits = value.is_nan() || value.is_finite() && (low..=high).contains(value);
        let allowed = format_args!("{} to {}, finite, or NaN", show(low), show(high));
        require(fits, field.name(), *value, allowed)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
