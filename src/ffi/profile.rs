//! Profiles: what targets and settings of a master are made from.

use std::ffi::c_char;
use std::ptr::null;

use super::args::{self, Given, Input, Output, Place};
use super::fields::params;
use super::status::guard;
use super::streams::{self, Exclusive, Handle};
use crate::profile::{LEN, PROFILE, ProfileParams, ProfilePlan, VERSION, profile_mean};

/// Place of the integrated loudness in LUFS among the values of auralis_profile, of which the first 25 are the
/// fingerprint.
pub const AURALIS_PROFILE_INTEGRATED: u32 = 25;
/// Place of the loudness range in LU.
pub const AURALIS_PROFILE_RANGE: u32 = 26;
/// Place of the highest momentary loudness in LUFS.
pub const AURALIS_PROFILE_MAX_MOMENTARY: u32 = 27;
/// Place of the highest short-term loudness in LUFS.
pub const AURALIS_PROFILE_MAX_SHORT_TERM: u32 = 28;
/// Place of the highest true peak of all channels in dBTP.
pub const AURALIS_PROFILE_TRUE_PEAK: u32 = 29;
/// Place of the largest sample in dBFS.
pub const AURALIS_PROFILE_SAMPLE_PEAK: u32 = 30;
/// Place of the largest absolute mean of a channel.
pub const AURALIS_PROFILE_DC: u32 = 31;
/// Place of the length in s.
pub const AURALIS_PROFILE_DURATION: u32 = 32;
/// Place of the first third octave of the mid signal, that of 20 Hz, in dB; 31 up to 20 kHz.
pub const AURALIS_PROFILE_MID: u32 = 33;
/// Place of the first third octave of the side signal, that of 20 Hz, in dB; 31 up to 20 kHz.
pub const AURALIS_PROFILE_SIDE: u32 = 64;

/// Values of the first version of auralis_profile.
const FIRST_LEN: usize = 95;

/// Parameters of auralis_profile. Fill with auralis_profile_params_init.
#[repr(C)]
#[derive(Clone, Copy)]
#[allow(non_camel_case_types)]
pub struct auralis_profile_params {
    /// sizeof(auralis_profile_params)
    pub struct_size: usize,
    /// The dimensions of the fingerprint to compute, the others being NaN: AURALIS_GROUP_*, added. Default all,
    /// 63. The loudness is NaN unless AURALIS_GROUP_LEVEL or AURALIS_GROUP_DYNAMICS is among them.
    pub groups: u32,
    /// 1 to measure the third octaves; 0: they are NaN. Default 1.
    pub third_octaves: u32,
}

params!(auralis_profile_params => ProfileParams { groups, third_octaves });

/// Fills `params`, a struct of `size` bytes, with the defaults.
///
/// # Safety
/// `params` points to `size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_profile_params_init(
    params: *mut auralis_profile_params,
    size: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { args::params_init(params, size) }
}

/// The number of values of a profile, 95.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_profile_len() -> usize {
    LEN
}

/// The version of the definitions, those of the fingerprint aside (auralis_fingerprint_version).
#[unsafe(no_mangle)]
pub extern "C" fn auralis_profile_version() -> u32 {
    VERSION
}

/// The name of value `i` of a profile; static text, NULL if there is no such value.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_profile_name(i: usize) -> *const c_char {
    PROFILE.get(i).map_or(null(), |field| field.name.as_ptr())
}

/// The unit of value `i` of a profile, empty for a share or an index; static text, NULL if there is no such
/// value.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_profile_unit(i: usize) -> *const c_char {
    PROFILE.get(i).map_or(null(), |field| field.unit.as_ptr())
}

/// What value `i` of a profile is, in a sentence, UTF-8; static text, NULL if there is no such value.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_profile_definition(i: usize) -> *const c_char {
    PROFILE.get(i).map_or(null(), |field| field.definition.as_ptr())
}

/// The profile of a track: its fingerprint, loudness, peaks and third octaves, defined in docs/MASTERING.md
/// and by auralis_profile_definition. One that cannot be computed is NaN.
///
/// `interleaved`: `n_frames` frames of `n_channels` (1 to 64) samples. `sample_rate`: 8000 to 384000 Hz.
/// `values`: room for auralis_profile_len() doubles, `capacity` of them.
///
/// # Safety
/// `interleaved` points to `n_frames` times `n_channels` doubles, `values` to `capacity` writable ones;
/// `params` is NULL or points to a struct as its struct_size says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_profile(
    interleaved: *const f64,
    n_frames: usize,
    n_channels: u32,
    sample_rate: f64,
    params: *const auralis_profile_params,
    values: *mut f64,
    capacity: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (interleaved, params, values) =
        unsafe { (Input::new(interleaved, n_frames), Given::new(params), Output::new(values, capacity)) };
    guard(|memory| {
        let n_channels = args::channels(n_channels)?;
        let interleaved = memory.read_frames("interleaved", "n_frames", interleaved, n_channels)?;
        let params = params.checked()?;
        let values = memory.write_growing("values", values, FIRST_LEN, LEN)?;
        let mut plan = ProfilePlan::new(sample_rate, n_channels, &params)?;
        plan.push(interleaved)?;
        values.copy_from_slice(&plan.finish()?[..values.len()]);
        Ok(())
    })
}

/// One profile of several, so that a master can be like all of them: third octaves are brought to -14 LUFS and
/// averaged as power, the other values are averaged. What is NaN is left out, as are the third octaves of a
/// track without a loudness.
///
/// `profiles`: `n_profiles` (1 or more) times auralis_profile_len() doubles, one after another. `values`: room
/// for auralis_profile_len() doubles, `capacity` of them.
///
/// # Safety
/// `profiles` points to as many doubles as said, `values` to `capacity` writable ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_profile_mean(
    profiles: *const f64,
    n_profiles: usize,
    values: *mut f64,
    capacity: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (profiles, values) = unsafe { (Input::new(profiles, n_profiles), Output::new(values, capacity)) };
    guard(|memory| {
        let profiles = memory.read_frames("profiles", "n_profiles", profiles, LEN)?;
        let values = memory.write_growing("values", values, FIRST_LEN, LEN)?;
        let mean = profile_mean(profiles.as_chunks().0)?;
        values.copy_from_slice(&mean[..values.len()]);
        Ok(())
    })
}

/// A stream of auralis_profile.
#[allow(non_camel_case_types)]
pub struct auralis_profile_stream {
    _opaque: [u8; 0],
}

impl Handle for auralis_profile_stream {
    type Plan = ProfilePlan;
}

/// Makes a stream that takes blocks of up to `max_block` frames of `n_channels` (1 to 64) interleaved samples
/// and gives what auralis_profile gives for the whole signal, bit for bit. All memory is taken here.
///
/// `sample_rate`: 8000 to 384000 Hz. `handle`: to be freed with auralis_profile_stream_free.
///
/// # Safety
/// `params` is NULL or points to a struct as its struct_size says; `handle` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_profile_stream_new(
    sample_rate: f64,
    n_channels: u32,
    params: *const auralis_profile_params,
    max_block: usize,
    handle: *mut *mut auralis_profile_stream,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (params, handle) = unsafe { (Given::new(params), Place::new(handle)) };
    streams::new(handle, max_block, || {
        let n_channels = args::channels(n_channels)?;
        Ok(ProfilePlan::new(sample_rate, n_channels, &params.checked()?)?)
    })
}

/// Takes the next `n_frames` interleaved frames. Never allocates, locks or blocks. Takes nothing if it
/// fails.
///
/// # Safety
/// `handle` comes from auralis_profile_stream_new and nothing else uses it; `interleaved` points to
/// `n_frames` times the stream's channels doubles.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_profile_stream_push(
    handle: *mut auralis_profile_stream,
    interleaved: *const f64,
    n_frames: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (handle, interleaved) = unsafe { (Exclusive::new(handle), Input::new(interleaved, n_frames)) };
    handle.guard(|stream, memory| {
        args::check_len("n_frames", n_frames, stream.max_block)?;
        let n_channels = stream.plan.n_channels();
        let interleaved = memory.read_frames("interleaved", "n_frames", interleaved, n_channels)?;
        Ok(stream.plan.push(interleaved)?)
    })
}

/// Ends the signal and writes its auralis_profile_len() values; the stream is then as new. Works as long as a
/// fraction of a second, but never allocates, locks or waits.
///
/// `values`: room for `capacity` doubles. `n_written`: how many were written.
///
/// # Safety
/// `handle` comes from auralis_profile_stream_new and nothing else uses it; `values` points to `capacity`
/// writable doubles; `n_written` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_profile_stream_finish(
    handle: *mut auralis_profile_stream,
    values: *mut f64,
    capacity: usize,
    n_written: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (handle, values, n_written) =
        unsafe { (Exclusive::new(handle), Output::new(values, capacity), Place::new(n_written)) };
    handle.guard(|stream, memory| {
        let values = memory.write_growing("values", values, FIRST_LEN, LEN)?;
        let n_written = memory.place("n_written", n_written)?;
        values.copy_from_slice(&stream.plan.finish()?[..values.len()]);
        *n_written = values.len();
        Ok(())
    })
}

/// 0: the values are known at the end of the signal.
///
/// # Safety
/// `handle` comes from auralis_profile_stream_new; `samples` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_profile_stream_latency(
    handle: *const auralis_profile_stream,
    samples: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { streams::latency(handle, samples) }
}

/// The values that finish writes (`block` 0) or a push of `block` frames: none.
///
/// # Safety
/// `handle` comes from auralis_profile_stream_new; `n_written` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_profile_stream_max_output(
    handle: *const auralis_profile_stream,
    block: usize,
    n_written: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { streams::max_output(handle, block, n_written) }
}

/// Forgets the signal; the stream is then as new.
///
/// # Safety
/// `handle` comes from auralis_profile_stream_new and nothing else uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_profile_stream_reset(handle: *mut auralis_profile_stream) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { streams::reset(handle) }
}

/// Gives the stream's memory back; NULL is a no-op.
///
/// # Safety
/// `handle` is NULL or comes from auralis_profile_stream_new, and is not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_profile_stream_free(handle: *mut auralis_profile_stream) {
    // SAFETY: as this function asks of its caller.
    unsafe { streams::free(handle) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::place;

    #[test]
    fn the_constants_are_the_places() {
        let places = [
            (AURALIS_PROFILE_INTEGRATED, place::INTEGRATED),
            (AURALIS_PROFILE_RANGE, place::RANGE),
            (AURALIS_PROFILE_MAX_MOMENTARY, place::MAX_MOMENTARY),
            (AURALIS_PROFILE_MAX_SHORT_TERM, place::MAX_SHORT_TERM),
            (AURALIS_PROFILE_TRUE_PEAK, place::TRUE_PEAK),
            (AURALIS_PROFILE_SAMPLE_PEAK, place::SAMPLE_PEAK),
            (AURALIS_PROFILE_DC, place::DC),
            (AURALIS_PROFILE_DURATION, place::DURATION),
            (AURALIS_PROFILE_MID, place::MID),
            (AURALIS_PROFILE_SIDE, place::SIDE),
        ];
        assert!(places.iter().all(|(constant, place)| *constant as usize == *place));
    }
}
