//! Targets: what a master should be, and why.

use std::ffi::c_char;
use std::ptr::null;

use super::args::{self, Given, Input, Output};
use super::fields::{Params, Value, choice, params};
use super::status::guard;
use crate::targets::{CAUSES, LEN, Preset, TARGETS, TargetParams, VERSION, explain, targets_of_each};

/// Place of the integrated loudness in LUFS among the targets.
pub const AURALIS_TARGET_LOUDNESS: u32 = 0;
/// Place of the highest true peak in dBTP.
pub const AURALIS_TARGET_PEAK: u32 = 1;
/// Places of the gains of the seven bands of the fingerprint in dB.
pub const AURALIS_TARGET_TONE_SUB_BASS: u32 = 2;
/// See AURALIS_TARGET_TONE_SUB_BASS.
pub const AURALIS_TARGET_TONE_BASS: u32 = 3;
/// See AURALIS_TARGET_TONE_SUB_BASS.
pub const AURALIS_TARGET_TONE_LOW_MID: u32 = 4;
/// See AURALIS_TARGET_TONE_SUB_BASS.
pub const AURALIS_TARGET_TONE_MID: u32 = 5;
/// See AURALIS_TARGET_TONE_SUB_BASS.
pub const AURALIS_TARGET_TONE_UPPER_MID: u32 = 6;
/// See AURALIS_TARGET_TONE_SUB_BASS.
pub const AURALIS_TARGET_TONE_PRESENCE: u32 = 7;
/// See AURALIS_TARGET_TONE_SUB_BASS.
pub const AURALIS_TARGET_TONE_AIR: u32 = 8;
/// Places of the gains in dB per dB above the threshold of the three bands of the dynamics.
pub const AURALIS_TARGET_SLOPE_LOW: u32 = 9;
/// See AURALIS_TARGET_SLOPE_LOW.
pub const AURALIS_TARGET_SLOPE_MID: u32 = 10;
/// See AURALIS_TARGET_SLOPE_LOW.
pub const AURALIS_TARGET_SLOPE_HIGH: u32 = 11;
/// Place of the attack of the dynamics in ms.
pub const AURALIS_TARGET_ATTACK: u32 = 12;
/// Place of the release of the dynamics in ms.
pub const AURALIS_TARGET_RELEASE: u32 = 13;
/// Place of the gain of the side signal in dB.
pub const AURALIS_TARGET_WIDTH: u32 = 14;
/// Place of the gain of the side signal below 120 Hz in dB, added to the width.
pub const AURALIS_TARGET_WIDTH_LOW: u32 = 15;
/// Place of the release of the limiter in ms.
pub const AURALIS_TARGET_LIMITER_RELEASE: u32 = 16;
/// Place of the most loudness in LU that the limiter may cost.
pub const AURALIS_TARGET_LIMITING: u32 = 17;

/// Number of causes of a target: first the 25 dimensions of the fingerprint.
pub const AURALIS_CAUSES: u32 = 29;
/// Place among the causes of the target of a track that causes nothing.
pub const AURALIS_CAUSE_BASE: u32 = 25;
/// Place of the loudness, peak, limiting and tastes that are asked for.
pub const AURALIS_CAUSE_PREFERENCE: u32 = 26;
/// Place of the reference.
pub const AURALIS_CAUSE_REFERENCE: u32 = 27;
/// Place of the target's range.
pub const AURALIS_CAUSE_LIMIT: u32 = 28;

/// No taste in particular.
pub const AURALIS_PRESET_NEUTRAL: u32 = 0;
/// Less loud, less compressed.
pub const AURALIS_PRESET_GENTLE: u32 = 1;
/// More bass, less treble.
pub const AURALIS_PRESET_WARM: u32 = 2;
/// More treble, less bass, a little wider.
pub const AURALIS_PRESET_BRIGHT: u32 = 3;
/// Louder, more compressed.
pub const AURALIS_PRESET_PUNCHY: u32 = 4;
/// Wider, less loud, less compressed.
pub const AURALIS_PRESET_LIVE: u32 = 5;

choice!(Preset {
    Neutral: AURALIS_PRESET_NEUTRAL,
    Gentle: AURALIS_PRESET_GENTLE,
    Warm: AURALIS_PRESET_WARM,
    Bright: AURALIS_PRESET_BRIGHT,
    Punchy: AURALIS_PRESET_PUNCHY,
    Live: AURALIS_PRESET_LIVE,
});

/// Targets of the first version of auralis_targets.
const FIRST_LEN: usize = 18;

/// What is asked of a master. Fill with auralis_target_params_init or auralis_target_params_preset.
#[repr(C)]
#[derive(Clone, Copy)]
#[allow(non_camel_case_types)]
pub struct auralis_target_params {
    /// sizeof(auralis_target_params)
    pub struct_size: usize,
    /// Integrated loudness, -30 to -5 LUFS; NaN: chosen by the track or the reference. Default NaN.
    pub loudness: f64,
    /// Highest true peak, -9 to 0 dBTP; NaN: chosen by the loudness. Default NaN.
    pub peak: f64,
    /// How much of the changes of sound (tone, dynamics, width) to make, 0 to 1; 0 leaves the track unchanged,
    /// whatever else is asked. Default 0.7.
    pub intensity: f64,
    /// The most loudness that the limiter may cost, 0 to 6 LU. Default 1.5.
    pub limiting: f64,
    /// The most gain, 0 to 60 dB. Default 20.
    pub gain_max: f64,
    /// Taste, -1 to 1: more bass and less treble. Default 0, as of all tastes.
    pub warmth: f64,
    /// Taste, -1 to 1: more treble and less bass.
    pub brightness: f64,
    /// Taste, -1 to 1: more or less compression.
    pub punch: f64,
    /// Taste, -1 to 1: a wider or a narrower image.
    pub width: f64,
    /// Taste, -1 to 1: up to 3 LU more or less than the loudness that is chosen.
    pub loud: f64,
}

params!(auralis_target_params => TargetParams {
    loudness, peak, intensity, limiting, gain_max, warmth, brightness, punch, width, loud
});

/// Fills `params`, a struct of `size` bytes, with the defaults.
///
/// # Safety
/// `params` points to `size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_target_params_init(params: *mut auralis_target_params, size: usize) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { args::params_init(params, size) }
}

/// Fills `params`, a struct of `size` bytes, with the defaults and the tastes of `preset`, one of
/// AURALIS_PRESET_*.
///
/// # Safety
/// `params` points to `size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_target_params_preset(
    params: *mut auralis_target_params,
    size: usize,
    preset: u32,
) -> i32 {
    let make = || {
        let [warmth, brightness, punch, width, loud] = Preset::of_c("preset", preset)?.tastes();
        Ok(auralis_target_params { warmth, brightness, punch, width, loud, ..Params::defaults() })
    };
    // SAFETY: as this function asks of its caller.
    unsafe { args::params_fill(params, size, make) }
}

/// The number of targets, 18.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_targets_len() -> usize {
    LEN
}

/// The version of the rules.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_targets_version() -> u32 {
    VERSION
}

/// The name of target `i`; static text, NULL if there is no such target.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_targets_name(i: usize) -> *const c_char {
    TARGETS.get(i).map_or(null(), |field| field.name.as_ptr())
}

/// The unit of target `i`; static text, NULL if there is no such target.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_targets_unit(i: usize) -> *const c_char {
    TARGETS.get(i).map_or(null(), |field| field.unit.as_ptr())
}

/// What target `i` is, in a sentence, UTF-8; static text, NULL if there is no such target.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_targets_definition(i: usize) -> *const c_char {
    TARGETS.get(i).map_or(null(), |field| field.definition.as_ptr())
}

/// What a master of a track should be: 18 numbers at AURALIS_TARGET_*, defined in docs/MASTERING.md and by
/// auralis_targets_definition. A value of the profile that is NaN causes nothing; without a loudness (silence,
/// less than 0.4 s) all targets are NaN but the peak.
///
/// `profile`: `profile_len` doubles, a fingerprint (25) or a profile (95). `reference`: `reference_len` doubles
/// likewise, of a track that the master should be like, or NULL. `targets`: room for auralis_targets_len()
/// doubles, `capacity` of them.
///
/// # Errors
/// AURALIS_ERROR_INVALID_ARGUMENT for another length, a value out of its range or infinite, shares that do not
/// sum to 100 ± 0.5 % (but may be 0 or NaN throughout), a reference without a loudness, a parameter out of its
/// range.
///
/// # Safety
/// `profile` points to `profile_len` doubles, `targets` to `capacity` writable ones; `reference` is NULL or
/// points to `reference_len` doubles; `params` is NULL or points to a struct as its struct_size says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_targets(
    profile: *const f64,
    profile_len: usize,
    reference: *const f64,
    reference_len: usize,
    params: *const auralis_target_params,
    targets: *mut f64,
    capacity: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (profile, reference) =
        unsafe { (Input::new(profile, profile_len), Input::new(reference, reference_len)) };
    // SAFETY: as above.
    let (params, output) = unsafe { (Given::new(params), Output::new(targets, capacity)) };
    guard(|memory| {
        let profile = memory.read("profile", "profile_len", profile)?;
        let reference = memory.read_optional("reference", "reference_len", reference)?;
        let params = params.checked()?;
        let output = memory.write_growing("targets", output, FIRST_LEN, LEN)?;
        output.copy_from_slice(&crate::targets::targets(profile, reference, &params)?[..output.len()]);
        Ok(())
    })
}

/// The targets of many tracks, as auralis_targets gives them for each.
///
/// `profiles`: `n_profiles` (1 or more) times `profile_len` (25 or 95) doubles, one track after another.
/// `targets`: room for `n_profiles` times auralis_targets_len() doubles, one track after another, `capacity` of
/// them. The others as in auralis_targets; an error tells which profile it is about.
///
/// # Safety
/// `profiles` points to `n_profiles` times `profile_len` doubles, `targets` to `capacity` writable ones;
/// `reference` is NULL or points to `reference_len` doubles; `params` is NULL or points to a struct as its
/// struct_size says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_targets_of_each(
    profiles: *const f64,
    n_profiles: usize,
    profile_len: usize,
    reference: *const f64,
    reference_len: usize,
    params: *const auralis_target_params,
    targets: *mut f64,
    capacity: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (profiles, reference) =
        unsafe { (Input::new(profiles, n_profiles), Input::new(reference, reference_len)) };
    // SAFETY: as above.
    let (params, output) = unsafe { (Given::new(params), Output::new(targets, capacity)) };
    guard(|memory| {
        args::check_len("profile_len", profile_len, crate::profile::LEN)?;
        let profiles = memory.read_frames("profiles", "n_profiles", profiles, profile_len)?;
        let reference = memory.read_optional("reference", "reference_len", reference)?;
        let params = params.checked()?;
        let output = memory.write("targets", output, n_profiles.saturating_mul(LEN))?;
        Ok(targets_of_each(profiles, profile_len, reference, &params, output)?)
    })
}

/// Why the targets are what auralis_targets says: how much each cause moves each target.
///
/// `parts`: room for auralis_targets_len() rows of AURALIS_CAUSES doubles, the causes of a target side by side,
/// `capacity` doubles. Columns are the dimensions of the fingerprint, then what is at AURALIS_CAUSE_*. One after
/// another the dimensions take the track's values in place of neutral ones, then the reference comes in, then
/// the preferences, then the limits. A row sums to its target within 1e-12; rows of targets that are NaN are
/// NaN. The others as in auralis_targets.
///
/// # Safety
/// As for auralis_targets, `parts` in place of `targets`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_targets_explain(
    profile: *const f64,
    profile_len: usize,
    reference: *const f64,
    reference_len: usize,
    params: *const auralis_target_params,
    parts: *mut f64,
    capacity: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (profile, reference) =
        unsafe { (Input::new(profile, profile_len), Input::new(reference, reference_len)) };
    // SAFETY: as above.
    let (params, parts) = unsafe { (Given::new(params), Output::new(parts, capacity)) };
    guard(|memory| {
        let profile = memory.read("profile", "profile_len", profile)?;
        let reference = memory.read_optional("reference", "reference_len", reference)?;
        let params = params.checked()?;
        let parts = memory.write("parts", parts, LEN * CAUSES)?;
        parts.copy_from_slice(explain(profile, reference, &params)?.parts.as_flattened());
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::targets::{cause, target};

    #[test]
    fn the_constants_are_the_places() {
        let places = [
            (AURALIS_TARGET_LOUDNESS, target::LOUDNESS),
            (AURALIS_TARGET_PEAK, target::PEAK),
            (AURALIS_TARGET_TONE_SUB_BASS, target::TONE),
            (AURALIS_TARGET_TONE_AIR, target::TONE + 6),
            (AURALIS_TARGET_SLOPE_LOW, target::SLOPE),
            (AURALIS_TARGET_SLOPE_HIGH, target::SLOPE + 2),
            (AURALIS_TARGET_ATTACK, target::ATTACK),
            (AURALIS_TARGET_RELEASE, target::RELEASE),
            (AURALIS_TARGET_WIDTH, target::WIDTH),
            (AURALIS_TARGET_WIDTH_LOW, target::WIDTH_LOW),
            (AURALIS_TARGET_LIMITER_RELEASE, target::LIMITER_RELEASE),
            (AURALIS_TARGET_LIMITING, target::LIMITING),
            (AURALIS_CAUSES, CAUSES),
            (AURALIS_CAUSE_BASE, cause::BASE),
            (AURALIS_CAUSE_PREFERENCE, cause::PREFERENCE),
            (AURALIS_CAUSE_REFERENCE, cause::REFERENCE),
            (AURALIS_CAUSE_LIMIT, cause::LIMIT),
        ];
        assert!(places.iter().all(|(constant, place)| *constant as usize == *place));
        for (number, preset) in Preset::ALL.into_iter().enumerate() {
            assert_eq!(preset.to_c() as usize, number);
        }
    }
}
