//! The rules, one function each. Where each comes from is said beside it and in docs/MASTERING.md.

use super::TargetParams;
use super::table::{LEN, TARGETS, TONE_RANGE, target};
use crate::blocks::error::{Result, invalid, require};
use crate::fingerprint::{self, Dimension, Fingerprint};
use crate::profile::{self, place};

/// Bands of the tone.
pub(crate) const TONES: usize = 7;

/// Their edges in Hz.
pub(crate) const EDGES: [f64; TONES + 1] = [20.0, 60.0, 250.0, 500.0, 2000.0, 4000.0, 6000.0, 20_000.0];

/// Their shares of the power in %: geometric mean of two averages of popular music (Pestana et al. 2013, of
/// 772 number ones; Elowsson and Friberg 2017, of 12 345 tracks).
pub(crate) const USUAL_SHARES: [f64; TONES] = [5.6, 46.7, 19.3, 21.9, 4.3, 1.2, 1.0];

/// How far in dB a band may lie from that before anything is done: more where tracks differ more.
pub(crate) const TOLERANCE: [f64; TONES] = [8.0, 4.0, 3.0, 3.0, 4.0, 6.0, 7.0];

/// The most boost and cut of a band in dB. Missing sub-bass is rarely a fault.
pub(crate) const MOST_BOOST: [f64; TONES] = [0.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0];
pub(crate) const MOST_CUT: [f64; TONES] = [4.0; TONES];

/// What the level of a spectrum is taken from. Its ends vary most and are no anchor.
const ANCHOR: [f64; TONES] = [0.0, 0.2, 0.25, 0.3, 0.2, 0.05, 0.0];

/// Gains in dB of the tastes warmth and brightness at 1.
const WARMTH: [f64; TONES] = [1.5, 1.5, 0.5, 0.0, -0.5, -0.5, -0.5];
const BRIGHTNESS: [f64; TONES] = [-0.5, -0.5, 0.0, 0.0, 0.5, 1.5, 2.0];

/// A share in % below which nothing is distinguished.
const LEAST_SHARE: f64 = 1e-4;

/// What the rules look at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Profile {
    /// The fingerprint; an unknown value is neutral.
    fingerprint: Fingerprint,
    /// In dBTP, if known.
    pub true_peak: Option<f64>,
    /// Side over mid in dB below 120 Hz, if known.
    pub low_side: Option<f64>,
    /// Whether there is a loudness, and so anything to be done.
    audible: bool,
}

impl Profile {
    /// One that causes nothing.
    pub const NEUTRAL: Self = {
        let mut values = [0.0; fingerprint::LEN];
        let mut band = 0;
        while band < TONES {
            values[band] = USUAL_SHARES[band];
            band += 1;
        }
        values[Dimension::Lufs as usize] = -14.0;
        values[Dimension::CrestDb as usize] = 14.0;
        values[Dimension::BassMidRatio as usize] = 0.0;
        values[Dimension::TransientDensity as usize] = 3.5;
        values[Dimension::SilenceRatio as usize] = 0.0;
        values[Dimension::HarmonicRatio as usize] = 0.6;
        values[Dimension::PitchStability as usize] = 0.2;
        values[Dimension::LoudnessVariationStd as usize] = 2.0;
        values[Dimension::StereoWidth as usize] = 0.2;
        values[Dimension::PhaseCorrelation as usize] = 0.5;
        Self { fingerprint: Fingerprint { values }, true_peak: None, low_side: None, audible: true }
    };

    fn new(values: &[f64]) -> Self {
        let mut profile = Self::NEUTRAL;
        for (known, value) in profile.fingerprint.values.iter_mut().zip(values) {
            if !value.is_nan() {
                *known = *value;
            }
        }
        if values.len() == profile::LEN {
            profile.true_peak = Some(values[place::TRUE_PEAK]).filter(|peak| !peak.is_nan());
            profile.low_side = low_side(values);
        }
        profile.audible = !values[Dimension::Lufs as usize].is_nan();
        profile
    }

    /// Takes over a dimension of `other`: true peak comes with the crest factor, the low side with the width.
    pub fn learn(&mut self, dimension: Dimension, other: &Self) {
        self.fingerprint[dimension] = other.fingerprint[dimension];
        match dimension {
            Dimension::CrestDb => self.true_peak = other.true_peak,
            Dimension::StereoWidth => self.low_side = other.low_side,
            _ => {}
        }
    }

    pub fn is_audible(&self) -> bool {
        self.audible
    }

    pub fn lufs(&self) -> f64 {
        self.fingerprint[Dimension::Lufs]
    }

    pub fn silence_ratio(&self) -> f64 {
        self.fingerprint[Dimension::SilenceRatio]
    }

    fn shares(&self) -> [f64; TONES] {
        std::array::from_fn(|band| self.fingerprint.values[band])
    }

    /// In dBTP; where it is not known, what loudness and crest factor suggest (±1.1 dB on 43 tracks).
    fn true_peak(&self) -> f64 {
        self.true_peak
            .unwrap_or(self.fingerprint[Dimension::Lufs] + self.fingerprint[Dimension::CrestDb] - 2.8)
    }

    /// Side over mid in dB.
    fn side_over_mid(&self) -> f64 {
        let side = self.fingerprint[Dimension::StereoWidth].clamp(1e-4, 1.0 - 1e-4);
        10.0 * (side / (1.0 - side)).log10()
    }
}

/// Side over mid in dB below 120 Hz, ±60 at most, from the third octaves.
fn low_side(values: &[f64]) -> Option<f64> {
    // Their centres are 20 to 100 Hz.
    const LOW_BANDS: usize = 8;
    let power = |first: usize| {
        let known = values[first..][..LOW_BANDS].iter().filter(|level| !level.is_nan());
        known.map(|level| 10_f64.powf(level / 10.0)).sum::<f64>()
    };
    let (mid, side) = (power(place::MID), power(place::SIDE));
    (side > 0.0).then(|| (10.0 * (side / mid).log10()).clamp(-60.0, 60.0))
}

/// A track that the master should be like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Reference(Profile);

/// What the rules look at in `values`, once they are checked.
pub(crate) fn check_profile(values: &[f64]) -> Result<Profile> {
    check_len("profile_len", values)?;
    check_values(values)?;
    let unknown = values[..TONES].iter().filter(|share| share.is_nan()).count();
    if unknown != 0 && unknown != TONES {
        return Err(invalid(
            "profile",
            format_args!("one with {unknown} of 7 shares unknown"),
            "all or none",
        ));
    }
    Ok(Profile::new(values))
}

/// What the rules look at in a reference of `values`, once they are checked.
pub(crate) fn check_reference(values: &[f64]) -> Result<Reference> {
    check_len("reference_len", values)?;
    check_values(values).map_err(|error| error.of("the reference"))?;
    let audible = !values[Dimension::Lufs as usize].is_nan();
    require(audible, "reference", "a track without a loudness", "at least 0.4 s that are not silent")?;
    Ok(Reference(Profile::new(values)))
}

fn check_len(name: &'static str, values: &[f64]) -> Result<()> {
    let allowed = format_args!("{} (a fingerprint) or {} (a profile)", fingerprint::LEN, profile::LEN);
    require([fingerprint::LEN, profile::LEN].contains(&values.len()), name, values.len(), allowed)
}

/// Checks that each value is one of its table, or NaN, and that shares are in percent: fractions would go
/// unnoticed otherwise.
fn check_values(values: &[f64]) -> Result<()> {
    profile::check_values(values)?;
    let known = || values[..TONES].iter().filter(|share| !share.is_nan());
    let (count, sum) = (known().count(), known().sum::<f64>());
    let whole = (sum - 100.0).abs() <= 0.5 || count < TONES && sum <= 100.5 || sum == 0.0;
    let allowed = "100 ± 0.5 (percent), or all of them 0 or NaN";
    require(whole, "the sum of sub_bass_pct to air_pct", sum, allowed)
}

/// All targets in their ranges.
pub(super) fn targets(profile: &Profile, reference: Option<&Reference>, params: &TargetParams) -> [f64; LEN] {
    if !profile.audible {
        let mut targets = [f64::NAN; LEN];
        targets[target::PEAK] = peak_of_silence(params);
        return targets;
    }
    let targets = rules(profile, reference, params);
    std::array::from_fn(|i| within(i, reference, targets[i]))
}

/// Of a track that causes nothing.
pub(crate) fn neutral_targets() -> [f64; LEN] {
    targets(&Profile::NEUTRAL, None, &TargetParams::default())
}

/// Between which values a target lies.
pub(super) fn limits(i: usize, reference: bool) -> (f64, f64) {
    let tone = (target::TONE..target::SLOPE).contains(&i);
    if tone && !reference { TONE_RANGE } else { TARGETS[i].range }
}

pub(super) fn within(i: usize, reference: Option<&Reference>, value: f64) -> f64 {
    let (low, high) = limits(i, reference.is_some());
    // Nothing is negative about no change.
    value.clamp(low, high) + 0.0
}

/// All targets before they are limited to their ranges. Where one depends on another, on that within its
/// range.
pub(super) fn rules(profile: &Profile, reference: Option<&Reference>, params: &TargetParams) -> [f64; LEN] {
    let mut targets = [0.0; LEN];
    targets[target::LOUDNESS] = loudness(profile, reference, params);
    let loudness = within(target::LOUDNESS, reference, targets[target::LOUDNESS]);
    targets[target::PEAK] = peak(loudness, params);
    let peak = within(target::PEAK, reference, targets[target::PEAK]);
    targets[target::TONE..target::SLOPE].copy_from_slice(&tones(profile, reference, params));
    let gain = (loudness - profile.lufs()).min(params.gain_max);
    let down = gain - (peak - profile.true_peak());
    targets[target::SLOPE..target::ATTACK].copy_from_slice(&slopes(profile, down, params));
    // Giannoulis, Massberg and Reiss, JAES 2013.
    let squared_crest = 10_f64.powf(profile.fingerprint[Dimension::CrestDb] / 10.0);
    targets[target::ATTACK] = 160.0 / squared_crest;
    targets[target::RELEASE] =
        2000.0 / squared_crest - within(target::ATTACK, reference, targets[target::ATTACK]);
    targets[target::WIDTH] = width(profile, reference, params);
    targets[target::WIDTH_LOW] = width_low(profile, params);
    targets[target::LIMITER_RELEASE] = 350.0 / profile.fingerprint[Dimension::TransientDensity].max(1.0);
    targets[target::LIMITING] = params.limiting;
    targets
}

/// The level at which most services play (−14 LUFS), also that of an album's loudest track (AES TD1008);
/// very dynamic music lower, towards −16.
fn loudness(profile: &Profile, reference: Option<&Reference>, params: &TargetParams) -> f64 {
    if !params.loudness.is_nan() {
        return params.loudness;
    }
    let dynamic = (0.5 * (profile.fingerprint[Dimension::LoudnessVariationStd] - 3.0)).clamp(0.0, 3.0);
    let usual = reference.map_or(-14.0 - dynamic, |reference| reference.0.lufs().clamp(-100.0, 100.0));
    usual + 3.0 * params.loud
}

/// What services ask for: −1 dBTP, −2 for masters louder than −14 LUFS, because lossy codecs overshoot.
fn peak(loudness: f64, params: &TargetParams) -> f64 {
    if params.peak.is_nan() { -1.0 - (loudness + 14.0).clamp(0.0, 1.0) } else { params.peak }
}

/// As [`peak`], of which a track without a loudness knows only what is asked.
pub(super) fn peak_of_silence(params: &TargetParams) -> f64 {
    peak(if params.loudness.is_nan() { -14.0 } else { params.loudness }, params)
}

fn tones(profile: &Profile, reference: Option<&Reference>, params: &TargetParams) -> [f64; TONES] {
    let shares = profile.shares();
    let usual = reference.map_or(USUAL_SHARES, |reference| reference.0.shares());
    let level: [f64; TONES] = std::array::from_fn(|band| {
        (10.0 * (shares[band].max(LEAST_SHARE) / usual[band].max(LEAST_SHARE)).log10()).clamp(-30.0, 30.0)
    });
    let anchor: f64 = ANCHOR.iter().zip(level).map(|(weight, level)| weight * level).sum();
    let taste = taste_tones(params);
    std::array::from_fn(|band| {
        let apart = level[band] - anchor;
        let correction = match reference {
            Some(_) => -apart.clamp(-12.0, 12.0),
            None => -apart.signum() * correction(band, apart),
        };
        let tone = params.intensity * (correction + taste[band]);
        // Nothing is boosted where there is nothing.
        let there = ((10.0 * shares[band].max(LEAST_SHARE).log10() + 40.0) / 10.0).clamp(0.0, 1.0);
        if tone > 0.0 { tone * there } else { tone }
    })
}

/// Half of what lies outside the tolerance, in dB, levelling off.
fn correction(band: usize, apart: f64) -> f64 {
    let most = if apart > 0.0 { MOST_CUT[band] } else { MOST_BOOST[band] };
    if most == 0.0 {
        return 0.0;
    }
    most * (0.5 * (apart.abs() - TOLERANCE[band]).max(0.0) / most).tanh()
}

/// Gains of the bands in dB that the tastes ask for at full intensity.
pub(crate) fn taste_tones(params: &TargetParams) -> [f64; TONES] {
    std::array::from_fn(|band| params.warmth * WARMTH[band] + params.brightness * BRIGHTNESS[band])
}

/// Of the low, the mid and the high band. `down`: how far the peaks must come down, in dB, of which the
/// limiter does 5 at the cost of 1.5 LU (mean of six tracks).
fn slopes(profile: &Profile, down: f64, params: &TargetParams) -> [f64; 3] {
    let TargetParams { intensity, punch, .. } = *params;
    let values = &profile.fingerprint;
    // On sustained tones a changing gain is heard.
    let depth = 1.0
        - 0.25 * rise(values[Dimension::HarmonicRatio], 0.6, 0.9)
        - 0.15 * rise(values[Dimension::PitchStability], 0.2, 0.6);
    let rest = (down - 5.0).max(0.0);
    let compress = depth * (-0.5 * (rest / 10.0).tanh() - 0.15 * punch.max(0.0)) * (1.0 + punch.min(0.0));
    let flat = ((9.0 - values[Dimension::CrestDb]) / 4.0).clamp(0.0, 1.0);
    let expand = 0.15 * flat * (-down / 3.0).clamp(0.0, 1.0);
    let slope = intensity * (compress + expand);
    [slope * (1.0 + 0.3 * (values[Dimension::BassMidRatio] / 6.0).tanh()), slope, slope]
}

/// 0 up to `from`, 1 from `to` on, smooth between.
fn rise(x: f64, from: f64, to: f64) -> f64 {
    let t = ((x - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

fn width(profile: &Profile, reference: Option<&Reference>, params: &TargetParams) -> f64 {
    let own = profile.side_over_mid();
    let towards = match reference {
        Some(reference) => (reference.0.side_over_mid() - own).clamp(-6.0, 3.0),
        None => {
            let unusual = own - own.clamp(-13.0, -3.0);
            -4.0 * (unusual / 8.0).tanh()
                - 6.0 * (0.2 - profile.fingerprint[Dimension::PhaseCorrelation]).max(0.0)
        }
    };
    let width = params.intensity * (towards + 2.0 * params.width);
    // Nothing is widened where there is nothing.
    let there = ((own + 30.0) / 10.0).clamp(0.0, 1.0);
    if width > 0.0 { width * there } else { width }
}

/// Bass near mono: the practice of record cutting and of today's masters.
fn width_low(profile: &Profile, params: &TargetParams) -> f64 {
    let wide = profile.low_side.map_or(0.0, |ratio| (ratio + 10.0).max(0.0));
    -6.0 * params.intensity * (wide / 12.0).tanh()
}
