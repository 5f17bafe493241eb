//! The fingerprint and what its dimensions are.

use std::ffi::c_char;
use std::ptr::null;

use super::args::{self, Params, Span};
use super::status::{Fault, guard};
use crate::fingerprint::{
    DIMENSIONS, FingerprintParams, FingerprintPlan, LEN, MOST_CHANNELS, STAGES, Scale, VERSION,
};

/// Dimensions 0 to 6, 9 and 14 to 16.
pub const AURALIS_GROUP_SPECTRUM: u32 = 1;
/// Dimensions 7, 8 and 13.
pub const AURALIS_GROUP_LEVEL: u32 = 2;
/// Dimensions 10 to 12.
pub const AURALIS_GROUP_RHYTHM: u32 = 4;
/// Dimensions 17 to 19.
pub const AURALIS_GROUP_HARMONY: u32 = 8;
/// Dimensions 20 to 22.
pub const AURALIS_GROUP_DYNAMICS: u32 = 16;
/// Dimensions 23 and 24.
pub const AURALIS_GROUP_STEREO: u32 = 32;

/// Parameters of auralis_fingerprint. Fill with auralis_fingerprint_params_init.
#[repr(C)]
#[derive(Clone, Copy)]
#[allow(non_camel_case_types)]
pub struct auralis_fingerprint_params {
    /// sizeof(auralis_fingerprint_params)
    pub struct_size: usize,
    /// The dimensions to compute, the others being NaN: AURALIS_GROUP_*, added. Default all, 63.
    pub groups: u32,
    /// 1 to measure the time of each kernel for auralis_fingerprint_stream_seconds. The stream then reads
    /// the clock, which is a system call on some machines. Default 0.
    pub timing: u32,
}

// SAFETY: repr(C), struct_size first, integers, no padding at the end.
unsafe impl Params for auralis_fingerprint_params {
    fn defaults() -> Self {
        let FingerprintParams { groups, timing } = FingerprintParams::default();
        Self { struct_size: size_of::<Self>(), groups, timing: timing.into() }
    }
}

impl auralis_fingerprint_params {
    /// The same, checked for what only C can get wrong.
    pub(super) fn checked(self) -> Result<FingerprintParams, Fault> {
        Ok(FingerprintParams { groups: self.groups, timing: args::flag("timing", self.timing)? })
    }
}

/// Fills `params`, a struct of `size` bytes, with the defaults.
///
/// # Safety
/// `params` points to `size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_fingerprint_params_init(
    params: *mut auralis_fingerprint_params,
    size: usize,
) -> i32 {
    guard(|| unsafe { args::params_init(params, size) })
}

/// The number of dimensions, 25.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_fingerprint_len() -> usize {
    LEN
}

/// The version of the dimensions' definitions. Fingerprints of different versions are not to be compared.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_fingerprint_version() -> u32 {
    VERSION
}

/// The name of dimension `i`; static text, NULL if there is no such dimension.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_fingerprint_name(i: usize) -> *const c_char {
    DIMENSIONS.get(i).map_or(null(), |dimension| dimension.texts()[0].as_ptr())
}

/// The unit of dimension `i`, empty for a share or an index; static text, NULL if there is no such
/// dimension.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_fingerprint_unit(i: usize) -> *const c_char {
    DIMENSIONS.get(i).map_or(null(), |dimension| dimension.texts()[1].as_ptr())
}

/// The group of dimension `i`, in lower case; static text, NULL if there is no such dimension.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_fingerprint_group(i: usize) -> *const c_char {
    DIMENSIONS.get(i).map_or(null(), |dimension| dimension.group().name().as_ptr())
}

/// The property of a track that dimension `i` describes, in lower case: "spectrum", "loudness", "rhythm",
/// "timbre", "harmony" or "stereo". Static text, NULL if there is no such dimension. A comparison of tracks
/// that counts each of them once does not count one property, such as the spectrum in its seven bands,
/// several times.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_fingerprint_aspect(i: usize) -> *const c_char {
    DIMENSIONS.get(i).map_or(null(), |dimension| dimension.aspect().name().as_ptr())
}

/// 1 if a value of dimension `i` and its double are the same, as for a tempo: to be compared by the
/// logarithm of their ratio to base 2, less the nearest whole number. 0 if values are compared by their
/// difference, or if there is no such dimension.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_fingerprint_circular(i: usize) -> u32 {
    DIMENSIONS.get(i).is_some_and(|dimension| dimension.scale() == Scale::Octaves).into()
}

/// How dimension `i` is computed, in a sentence, UTF-8; static text, NULL if there is no such dimension.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_fingerprint_definition(i: usize) -> *const c_char {
    DIMENSIONS.get(i).map_or(null(), |dimension| dimension.texts()[2].as_ptr())
}

/// The least value that dimension `i` can have; NaN if there is no such dimension.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_fingerprint_lowest(i: usize) -> f64 {
    DIMENSIONS.get(i).map_or(f64::NAN, |dimension| dimension.range().0)
}

/// The largest value that dimension `i` can have, infinite if there is no limit; NaN if there is no such
/// dimension.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_fingerprint_highest(i: usize) -> f64 {
    DIMENSIONS.get(i).map_or(f64::NAN, |dimension| dimension.range().1)
}

/// The number of kernels whose time auralis_fingerprint_stream_seconds tells.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_fingerprint_stages() -> usize {
    STAGES.len()
}

/// The name of kernel `i`; static text, NULL if there is no such kernel.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_fingerprint_stage(i: usize) -> *const c_char {
    STAGES.get(i).map_or(null(), |name| name.as_ptr())
}

/// The fingerprint of a track: 25 numbers that describe its spectrum, level, rhythm, harmony, dynamics and
/// stereo image, defined in docs/FINGERPRINT.md and by auralis_fingerprint_definition. One that cannot be
/// computed (silence, too short a signal) is NaN.
///
/// `interleaved`: `n_frames` frames of `n_channels` (1 to 64) samples. `sample_rate`: 8000 to 384000 Hz.
/// `values`: room for auralis_fingerprint_len() doubles, `capacity` of them.
///
/// # Safety
/// `interleaved` points to `n_frames` times `n_channels` doubles, `values` to `capacity` writable ones;
/// `params` is NULL or points to a struct as its struct_size says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_fingerprint(
    interleaved: *const f64,
    n_frames: usize,
    n_channels: u32,
    sample_rate: f64,
    params: *const auralis_fingerprint_params,
    values: *mut f64,
    capacity: usize,
) -> i32 {
    guard(|| unsafe {
        let n_channels = channels(n_channels)?;
        let audio = args::frames("interleaved", interleaved, "n_frames", n_frames, n_channels)?;
        let params = args::params::<auralis_fingerprint_params>(params)?.checked()?;
        let values = args::output("values", values, capacity, LEN)?;
        args::disjoint([Span::input("interleaved", audio), values.span()])?;
        let mut plan = FingerprintPlan::new(sample_rate, n_channels, &params)?;
        plan.push(audio)?;
        values.slice().copy_from_slice(&plan.finish()?.values);
        Ok(())
    })
}

/// Checked before frames are multiplied by them.
pub(super) fn channels(n_channels: u32) -> Result<usize, Fault> {
    args::check_len("n_channels", n_channels as usize, MOST_CHANNELS)?;
    Ok(n_channels as usize)
}
