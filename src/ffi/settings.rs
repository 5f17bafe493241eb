//! Settings of the mastering chain: the parameter mapper.

use std::ffi::c_char;
use std::ptr::null;

use super::args::{Given, Input, Output};
use super::status::guard;
use super::targets::auralis_target_params;
use crate::master::{SETTINGS, SETTINGS_VERSION, master_settings, setting::LEN};

/// Place among the settings of 1 to process, 0 to pass the input unchanged.
pub const AURALIS_SETTING_ACTIVE: u32 = 0;
/// Place of the gain before everything else in dB.
pub const AURALIS_SETTING_GAIN_IN: u32 = 1;
/// Place of the gain in dB of the mid signal's first third octave, that of 20 Hz; 31 up to 20 kHz.
pub const AURALIS_SETTING_EQ_MID: u32 = 2;
/// Place of the gain in dB of the side signal's first third octave, that of 20 Hz; 31 up to 20 kHz.
pub const AURALIS_SETTING_EQ_SIDE: u32 = 33;
/// Place of the threshold of the low band in dBFS; the mid and the high band follow.
pub const AURALIS_SETTING_THRESHOLD_LOW: u32 = 64;
/// Place of the slope of the low band in dB per dB; the mid and the high band follow.
pub const AURALIS_SETTING_SLOPE_LOW: u32 = 67;
/// Place of the gain of the low band after its dynamics in dB; the mid and the high band follow.
pub const AURALIS_SETTING_MAKEUP_LOW: u32 = 70;
/// Place of the attack of the dynamics in ms.
pub const AURALIS_SETTING_ATTACK: u32 = 73;
/// Place of the release of the dynamics in ms.
pub const AURALIS_SETTING_RELEASE: u32 = 74;
/// Place of the knee of the dynamics in dB.
pub const AURALIS_SETTING_KNEE: u32 = 75;
/// Place of the most gain of the dynamics in dB.
pub const AURALIS_SETTING_RANGE: u32 = 76;
/// Place of the frequency between the low and the mid band in Hz.
pub const AURALIS_SETTING_CROSSOVER_LOW: u32 = 77;
/// Place of the frequency between the mid and the high band in Hz.
pub const AURALIS_SETTING_CROSSOVER_HIGH: u32 = 78;
/// Place of the gain before the limiter in dB.
pub const AURALIS_SETTING_GAIN_OUT: u32 = 79;
/// Place of the limiter's ceiling in dBTP.
pub const AURALIS_SETTING_CEILING: u32 = 80;
/// Place of the limiter's lookahead in ms.
pub const AURALIS_SETTING_LOOKAHEAD: u32 = 81;
/// Place of the limiter's hold in ms.
pub const AURALIS_SETTING_HOLD: u32 = 82;
/// Place of the limiter's release in ms.
pub const AURALIS_SETTING_LIMITER_RELEASE: u32 = 83;

/// Settings of the first version of auralis_master_settings.
const FIRST_LEN: usize = 84;

/// The number of settings, 84.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_master_settings_len() -> usize {
    LEN
}

/// The version of the settings and of the mapper.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_master_settings_version() -> u32 {
    SETTINGS_VERSION
}

/// The name of setting `i`; static text, NULL if there is no such setting.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_master_settings_name(i: usize) -> *const c_char {
    SETTINGS.get(i).map_or(null(), |field| field.name.as_ptr())
}

/// The unit of setting `i`, empty for a flag; static text, NULL if there is no such setting.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_master_settings_unit(i: usize) -> *const c_char {
    SETTINGS.get(i).map_or(null(), |field| field.unit.as_ptr())
}

/// What setting `i` is, in a sentence, UTF-8; static text, NULL if there is no such setting.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_master_settings_definition(i: usize) -> *const c_char {
    SETTINGS.get(i).map_or(null(), |field| field.definition.as_ptr())
}

/// The settings of the mastering chain that bring a track towards its targets, at AURALIS_SETTING_*: the
/// parameter mapper. What only a measurement of the result can tell (makeup, output gain) is 0.
///
/// `profile`: `profile_len` = auralis_profile_len() doubles. `reference`: what the targets were made with, 25
/// or 95 doubles, or NULL; the third octaves of a profile take the place of the tones. `targets`:
/// `targets_len` doubles of auralis_targets, which may be changed within their ranges. `params`: what the
/// targets were made with. `settings`: room for auralis_master_settings_len() doubles, `capacity` of them.
///
/// # Errors
/// AURALIS_ERROR_INVALID_ARGUMENT as auralis_targets, and for targets out of their ranges.
///
/// # Safety
/// `profile`, `targets` and, unless it is NULL, `reference` point to as many doubles as said, `settings` to
/// `capacity` writable ones; `params` is NULL or points to a struct as its struct_size says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_master_settings(
    profile: *const f64,
    profile_len: usize,
    reference: *const f64,
    reference_len: usize,
    targets: *const f64,
    targets_len: usize,
    params: *const auralis_target_params,
    settings: *mut f64,
    capacity: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (profile, reference) =
        unsafe { (Input::new(profile, profile_len), Input::new(reference, reference_len)) };
    // SAFETY: as above.
    let (targets, params, settings) =
        unsafe { (Input::new(targets, targets_len), Given::new(params), Output::new(settings, capacity)) };
    guard(|memory| {
        let profile = memory.read("profile", "profile_len", profile)?;
        let reference = memory.read_optional("reference", "reference_len", reference)?;
        let targets = memory.read("targets", "targets_len", targets)?;
        let params = params.checked()?;
        let settings = memory.write_growing("settings", settings, FIRST_LEN, LEN)?;
        let all = master_settings(profile, reference, targets, &params)?;
        settings.copy_from_slice(&all[..settings.len()]);
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::master::setting;

    #[test]
    fn the_constants_are_the_places() {
        let places = [
            (AURALIS_SETTING_ACTIVE, setting::ACTIVE),
            (AURALIS_SETTING_GAIN_IN, setting::GAIN_IN),
            (AURALIS_SETTING_EQ_MID, setting::EQ_MID),
            (AURALIS_SETTING_EQ_SIDE, setting::EQ_SIDE),
            (AURALIS_SETTING_THRESHOLD_LOW, setting::THRESHOLD),
            (AURALIS_SETTING_SLOPE_LOW, setting::SLOPE),
            (AURALIS_SETTING_MAKEUP_LOW, setting::MAKEUP),
            (AURALIS_SETTING_ATTACK, setting::ATTACK),
            (AURALIS_SETTING_RELEASE, setting::RELEASE),
            (AURALIS_SETTING_KNEE, setting::KNEE),
            (AURALIS_SETTING_RANGE, setting::RANGE),
            (AURALIS_SETTING_CROSSOVER_LOW, setting::CROSSOVER_LOW),
            (AURALIS_SETTING_CROSSOVER_HIGH, setting::CROSSOVER_HIGH),
            (AURALIS_SETTING_GAIN_OUT, setting::GAIN_OUT),
            (AURALIS_SETTING_CEILING, setting::CEILING),
            (AURALIS_SETTING_LOOKAHEAD, setting::LOOKAHEAD),
            (AURALIS_SETTING_HOLD, setting::HOLD),
            (AURALIS_SETTING_LIMITER_RELEASE, setting::LIMITER_RELEASE),
        ];
        assert!(places.iter().all(|(constant, place)| *constant as usize == *place));
    }
}
