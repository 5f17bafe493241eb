//! The parameter mapper: from a profile and its targets to the settings of the chain, in one step. What
//! only a measurement of the result can tell (makeup, output gain) is left at 0 dB.

use std::ops::RangeInclusive;

use super::crossover::band_weights;
use super::settings::{SETTINGS, setting};
use crate::blocks::error::{Result, require, require_in};
use crate::blocks::pchip::Pchip;
use crate::blocks::third_octaves::{BAND_1K, BANDS, centre, log2_re_1k};
use crate::profile::{self, place};
use crate::targets::{
    self, EDGES, TARGETS, TONES, TargetParams, check_profile, check_reference, neutral_targets, target,
    taste_tones,
};

const KNEE: f64 = 6.0;
const RANGE: f64 = 6.0;
const CROSSOVERS: [f64; 2] = [120.0, 2500.0];
/// Margin of the ceiling below the peak that is asked for, in dB.
const MARGIN: f64 = 0.03;
const LOOKAHEAD: f64 = 5.0;
const HOLD: f64 = 25.0;

/// The settings, in the order of [`super::SETTINGS`], that bring a track of this profile towards `targets`.
///
/// `reference`: what the targets were made with; its third octaves, if it is a profile, take the place of
/// the tones. `params`: likewise.
///
/// # Errors
/// Lengths other than a profile's, 25 or a profile's for the reference, and the targets'; values out of
/// their ranges; targets that are NaN though the profile has a loudness.
pub fn master_settings(
    profile: &[f64],
    reference: Option<&[f64]>,
    targets: &[f64],
    params: &TargetParams,
) -> Result<[f64; setting::LEN]> {
    mapped(profile, reference, targets, params, None)
}

/// The same, with an equalizer in place of the one that follows from the reference or the targets.
pub(super) fn mapped(
    profile: &[f64],
    reference: Option<&[f64]>,
    targets: &[f64],
    params: &TargetParams,
    eq: Option<Eq>,
) -> Result<[f64; setting::LEN]> {
    params.check()?;
    require(profile.len() == profile::LEN, "profile_len", profile.len(), profile::LEN)?;
    let track = check_profile(profile)?;
    reference.map(check_reference).transpose()?;
    require(targets.len() == targets::LEN, "targets_len", targets.len(), targets::LEN)?;
    for (target, field) in targets.iter().zip(&TARGETS) {
        if track.is_audible() || !target.is_nan() {
            require_in(field.name(), *target, field.range.0..=field.range.1)?;
        }
    }

    let mut settings = [0.0; setting::LEN];
    // What is not known does nothing.
    let neutral = neutral_targets();
    let target = |i: usize| if targets[i].is_nan() { neutral[i] } else { targets[i] };
    settings[setting::ACTIVE] = f64::from(u8::from(params.intensity > 0.0 && track.is_audible()));
    let gain_in =
        if track.is_audible() { (target(target::LOUDNESS) - track.lufs()).min(params.gain_max) } else { 0.0 };
    settings[setting::GAIN_IN] = gain_in.max(SETTINGS[setting::GAIN_IN].range.0);
    let eq = match (eq, reference) {
        (Some(eq), _) => eq,
        (None, Some(reference)) if reference.len() == profile::LEN => {
            Wanted::new(profile, reference, params).limited()
        }
        _ => toned(&std::array::from_fn(target)),
    };
    settings[setting::EQ_MID..][..BANDS].copy_from_slice(&eq.mid);
    settings[setting::EQ_SIDE..][..BANDS].copy_from_slice(&eq.side);
    let thresholds = thresholds(profile, &eq, settings[setting::GAIN_IN], track.silence_ratio());
    settings[setting::THRESHOLD..][..3].copy_from_slice(&thresholds);
    for band in 0..3 {
        settings[setting::SLOPE + band] = target(target::SLOPE + band);
    }
    settings[setting::ATTACK] = target(target::ATTACK);
    settings[setting::RELEASE] = target(target::RELEASE);
    settings[setting::KNEE] = KNEE;
    settings[setting::RANGE] = RANGE;
    [settings[setting::CROSSOVER_LOW], settings[setting::CROSSOVER_HIGH]] = CROSSOVERS;
    settings[setting::CEILING] = target(target::PEAK) - MARGIN;
    settings[setting::LOOKAHEAD] = LOOKAHEAD;
    settings[setting::HOLD] = HOLD;
    settings[setting::LIMITER_RELEASE] = target(target::LIMITER_RELEASE);
    Ok(settings)
}

/// Gains in dB of the third octaves of the mid and the side signal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Eq {
    pub mid: [f64; BANDS],
    pub side: [f64; BANDS],
}

/// The seven tones as third octaves: a smooth curve through the middles of their bands.
fn tone_curve(tones: [f64; TONES]) -> [f64; BANDS] {
    let middles = std::array::from_fn(|i| ((EDGES[i] * EDGES[i + 1]).sqrt() / 1000.0).log2());
    let curve = Pchip::new(middles, tones);
    std::array::from_fn(|b| curve.at(log2_re_1k(b)))
}

/// The EQ without the third octaves of a reference.
fn toned(targets: &[f64; targets::LEN]) -> Eq {
    let mid = tone_curve(std::array::from_fn(|i| targets[target::TONE + i]));
    let (width, width_low) = (targets[target::WIDTH], targets[target::WIDTH_LOW]);
    let side = std::array::from_fn(|b| mid[b] + width + width_low * band_weights(centre(b), CROSSOVERS)[0]);
    Eq { mid, side }
}

/// Bands between which mean levels are compared: 63 Hz to 12.5 kHz.
const COMPARED: RangeInclusive<usize> = 5..=28;
/// The first band that is compared as it is: 125 Hz. In those below, a third octave is a note of the
/// reference rather than its tone.
const SMOOTH_BELOW: usize = 8;
/// The most that a band's level is changed, in dB.
const MOST_GAIN: f64 = 12.0;
/// The most that neighbours differ in gain, in dB: steeper filters ring.
const MOST_STEP: f64 = 8.0;
/// How far the gains of side and mid may differ, in dB.
const MOST_TURN: f64 = 6.0;
/// Bands more than this below the loudest, in dB, do not count: there is nothing to be made louder.
pub(super) const COUNTS: f64 = 60.0;
/// Where the side lies this far below the mid, in dB, it is left as it is beside the mid.
const NO_SIDE: f64 = -40.0;

/// What the third octaves of a reference ask for: gains in dB at the intensity asked for, before they are
/// limited to what an equalizer may do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Wanted {
    pub mid: [f64; BANDS],
    /// As `mid` where there is too little of a side signal.
    pub side: [Option<f64>; BANDS],
}

impl Wanted {
    /// Both are whole profiles.
    pub fn new(profile: &[f64], reference: &[f64], params: &TargetParams) -> Self {
        let levels = |of: &[f64], first: usize| -> [f64; BANDS] { std::array::from_fn(|b| of[first + b]) };
        let [mid, side] =
            [place::MID, place::SIDE].map(|first| [levels(profile, first), levels(reference, first)]);
        let taste = tone_curve(taste_tones(params));
        let Some((tone, mean)) = matched(mid, None) else {
            // Channels that cancel have no tone to be matched.
            return Self { mid: [0.0; BANDS], side: [None; BANDS] };
        };
        // Against the mean of the mid signal, so that side over mid is matched too.
        let (side_tone, _) = matched(side, Some(mean)).unwrap_or((tone, mean));
        Self {
            mid: std::array::from_fn(|b| params.intensity * (tone[b] + taste[b])),
            side: std::array::from_fn(|b| {
                // An unknown level is too little.
                let enough = side[0][b] - mid[0][b] > NO_SIDE;
                enough.then_some(params.intensity * (side_tone[b] + taste[b] + 2.0 * params.width))
            }),
        }
    }

    /// The gains that an equalizer may have.
    pub fn limited(&self) -> Eq {
        let mid = limited(self.mid);
        let side = limited(std::array::from_fn(|b| self.side[b].unwrap_or(self.mid[b])));
        let side = std::array::from_fn(|b| match self.side[b] {
            Some(_) => side[b].clamp(mid[b] - MOST_TURN, mid[b] + MOST_TURN),
            None => mid[b],
        });
        Eq { mid, side }
    }
}

/// How far the reference's levels lie above the track's, less `mean` (by default their own mean, which is
/// returned too). A band that is empty in either takes after the nearest that is not, towards 1 kHz. `None` if
/// all are empty.
fn matched([track, reference]: [[f64; BANDS]; 2], mean: Option<f64>) -> Option<([f64; BANDS], f64)> {
    let loudest = |levels: [f64; BANDS]| levels.into_iter().fold(f64::NAN, f64::max);
    let [least_track, least_reference] = [track, reference].map(|levels| loudest(levels) - COUNTS);
    // An unknown level is not at least anything.
    let counts = |b: &usize| track[*b] >= least_track && reference[*b] >= least_reference;
    let apart = |b: usize| reference[b] - track[b];
    let mean_over = |bands: RangeInclusive<usize>| {
        let count = bands.clone().filter(counts).count();
        (count > 0).then(|| bands.filter(counts).map(apart).sum::<f64>() / count as f64)
    };
    let mean = mean.or_else(|| mean_over(COMPARED)).or_else(|| mean_over(0..=BANDS - 1))?;
    let nearest = |b: usize| {
        let (up, down) = ((b..BANDS).find(counts), (0..=b).rev().find(counts));
        if b <= BAND_1K { up.or(down) } else { down.or(up) }
    };
    let mut wanted = [0.0; BANDS];
    for (b, wanted) in wanted.iter_mut().enumerate() {
        *wanted = apart(nearest(b)?) - mean;
    }
    for _ in 0..2 {
        let before = wanted;
        for b in 0..SMOOTH_BELOW {
            wanted[b] = (before[b.saturating_sub(1)] + before[b] + before[b + 1]) / 3.0;
        }
    }
    Some((wanted, mean))
}

/// Within the most gain; then neighbours that are too far apart are all moved towards each other at once,
/// again and again.
fn limited(wanted: [f64; BANDS]) -> [f64; BANDS] {
    const MOST_ROUNDS: usize = 200;
    const ENOUGH: f64 = 1e-6;
    let mut gains = wanted.map(|gain| gain.clamp(-MOST_GAIN, MOST_GAIN));
    for _ in 0..MOST_ROUNDS {
        let steps: [f64; BANDS - 1] = std::array::from_fn(|b| gains[b + 1] - gains[b]);
        let excess = steps.map(|step| step - step.clamp(-MOST_STEP, MOST_STEP));
        if excess.iter().all(|excess| excess.abs() <= ENOUGH) {
            break;
        }
        for (b, excess) in excess.into_iter().enumerate() {
            gains[b] += 0.5 * excess;
            gains[b + 1] -= 0.5 * excess;
        }
    }
    gains
}

/// Levels in dBFS of the three bands after gain and EQ while the track is not silent: the mean power of the
/// channels, as the detectors see it. A band of which nothing is known never gets as loud as its threshold.
fn thresholds(profile: &[f64], eq: &Eq, gain_in: f64, silence_ratio: f64) -> [f64; 3] {
    let (least, most) = SETTINGS[setting::THRESHOLD].range;
    let power = |level: f64| if level.is_nan() { 0.0 } else { 10_f64.powf(level / 10.0) };
    let mut powers = [0.0; 3];
    for b in 0..BANDS {
        let (mid, side) = (profile[place::MID + b] + eq.mid[b], profile[place::SIDE + b] + eq.side[b]);
        let here = power(mid) + power(side);
        for (power, weight) in powers.iter_mut().zip(band_weights(centre(b), CROSSOVERS)) {
            *power += here * weight * weight;
        }
    }
    let sounding = 10.0 * (1.0 - silence_ratio).log10();
    powers.map(|power| {
        if power > 0.0 { (10.0 * power.log10() + gain_in - sounding).clamp(least, most) } else { most }
    })
}

#[cfg(test)]
mod tests;
