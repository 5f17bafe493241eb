//! The fingerprint and what its dimensions are.

use std::ffi::c_char;
use std::ptr::null;

use super::args::{self, Given, Input, Output, Place};
use super::fields::params;
use super::status::guard;
use super::streams::{self, Exclusive, Handle, Shared};
use crate::fingerprint::{
    DIMENSIONS, Fingerprint, FingerprintParams, FingerprintPlan, LEN, STAGES, Scale, VERSION,
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

/// Dimensions of the first version of auralis_fingerprint, and kernels whose time it told.
const FIRST_LEN: usize = 25;
const FIRST_STAGES: usize = 8;

/// Parameters of auralis_fingerprint and its stream; auralis_fingerprint_params_init fills in the defaults.
#[repr(C)]
#[derive(Clone, Copy)]
#[allow(non_camel_case_types)]
pub struct auralis_fingerprint_params {
    /// sizeof(auralis_fingerprint_params), by which the library knows the version of the struct.
    pub struct_size: usize,
    /// The dimensions to compute, as a sum of AURALIS_GROUP_*, 1 to 63; the others are NaN. Default 63, all.
    pub groups: u32,
    /// 1: the time of each kernel is measured, for auralis_fingerprint_stream_seconds. The stream then reads
    /// the clock, which on some machines is a system call. Default 0.
    pub timing: u32,
    /// Where the loudspeakers of the channels stand, for the loudness; as in auralis_loudness_params. Default
    /// 0, what is usual for their number.
    pub channel_mask: u32,
    /// Has no meaning yet and must be 0.
    pub reserved: u32,
}

params!(auralis_fingerprint_params => FingerprintParams { groups, timing, channel_mask }, reserved);

/// Fills `params` with the defaults and sets its struct_size to `size`, which is
/// sizeof(auralis_fingerprint_params).
///
/// # Errors
/// INVALID_ARGUMENT: `size` is no multiple of sizeof(size_t), or above 4096.
///
/// # Safety
/// `params` points to `size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_fingerprint_params_init(
    params: *mut auralis_fingerprint_params,
    size: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { args::params_init(params, size) }
}

/// The number of dimensions of a fingerprint: 25 in this version.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_fingerprint_len() -> usize {
    LEN
}

/// The version of the definitions of the dimensions. Fingerprints of different versions must not be
/// compared.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_fingerprint_version() -> u32 {
    VERSION
}

/// The name of dimension `i`: a static string; NULL if there is no such dimension.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_fingerprint_name(i: usize) -> *const c_char {
    DIMENSIONS.get(i).map_or(null(), |dimension| dimension.field().name.as_ptr())
}

/// The unit of dimension `i`, empty for a share or an index: a static string; NULL if there is no such
/// dimension.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_fingerprint_unit(i: usize) -> *const c_char {
    DIMENSIONS.get(i).map_or(null(), |dimension| dimension.field().unit.as_ptr())
}

/// The group of dimension `i`, in lower case: a static string; NULL if there is no such dimension.
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

/// How dimension `i` is computed, in a sentence, as UTF-8: a static string; NULL if there is no such
/// dimension.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_fingerprint_definition(i: usize) -> *const c_char {
    DIMENSIONS.get(i).map_or(null(), |dimension| dimension.field().definition.as_ptr())
}

/// The lowest value that dimension `i` can have; NaN if there is no such dimension.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_fingerprint_lowest(i: usize) -> f64 {
    DIMENSIONS.get(i).map_or(f64::NAN, |dimension| dimension.range().0)
}

/// The highest value that dimension `i` can have, infinite if there is no limit; NaN if there is no such
/// dimension.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_fingerprint_highest(i: usize) -> f64 {
    DIMENSIONS.get(i).map_or(f64::NAN, |dimension| dimension.range().1)
}

/// What is to be said of a fingerprint as a whole: that the signal is silent, or that its channels cancel in
/// their mean, so that what is taken from that is NaN; empty if there is nothing to say. A static string; NULL
/// if `values` is NULL or `n_values` is not auralis_fingerprint_len().
///
/// # Safety
/// `values` is NULL or points to `n_values` doubles.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_fingerprint_remark(values: *const f64, n_values: usize) -> *const c_char {
    if values.is_null() || !values.is_aligned() || n_values != LEN {
        return null();
    }
    // SAFETY: not NULL, aligned, and the caller vouches for so many doubles.
    let values = unsafe { *values.cast::<[f64; LEN]>() };
    Fingerprint { values }.remark().as_ptr()
}

/// The number of kernels whose time auralis_fingerprint_stream_seconds gives.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_fingerprint_stages() -> usize {
    STAGES.len()
}

/// The name of kernel `i`: a static string; NULL if there is no such kernel.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_fingerprint_stage(i: usize) -> *const c_char {
    STAGES.get(i).map_or(null(), |name| name.as_ptr())
}

/// Fingerprint of a track: numbers that describe its spectrum, level, rhythm, harmony, dynamics and stereo
/// image, each defined by auralis_fingerprint_definition and in docs/FINGERPRINT.md. One that cannot be
/// computed, of silence or too short a signal, is NaN.
///
/// `interleaved`: `n_frames` frames of `n_channels` (1 to 64) samples, at least 1 frame. `sample_rate`: in
/// Hz, 8000 to 384000. `values`: room for `capacity` doubles, at least 25; as many as there is room for are
/// written, up to auralis_fingerprint_len(), which may grow with the version.
///
/// # Errors
/// INVALID_ARGUMENT: `n_channels`, `sample_rate` or a parameter outside its range. BUFFER_TOO_SMALL.
/// NON_FINITE_INPUT. OUT_OF_MEMORY.
///
/// # Safety
/// `interleaved` points to `n_frames` times `n_channels` readable doubles, `values` to `capacity` writable
/// ones; `params` is NULL or points to as many readable bytes as its struct_size says.
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
    // SAFETY: as this function asks of its caller.
    let (interleaved, params, values) =
        unsafe { (Input::new(interleaved, n_frames), Given::new(params), Output::new(values, capacity)) };
    guard(|memory| {
        let n_channels = args::channels(n_channels)?;
        let interleaved = memory.read_frames("interleaved", "n_frames", interleaved, n_channels)?;
        let params = params.checked()?;
        let values = memory.write_growing("values", values, FIRST_LEN, LEN)?;
        let mut plan = FingerprintPlan::new(sample_rate, n_channels, &params)?;
        plan.push(interleaved)?;
        values.copy_from_slice(&plan.finish()?.values[..values.len()]);
        Ok(())
    })
}

/// A stream of auralis_fingerprint.
#[allow(non_camel_case_types)]
pub struct auralis_fingerprint_stream {
    _opaque: [u8; 0],
}

impl Handle for auralis_fingerprint_stream {
    type Plan = FingerprintPlan;
}

/// Makes a stream that takes a signal in blocks of up to `max_block` interleaved frames, at least 1, and
/// gives what auralis_fingerprint gives for the whole signal, bit for bit. All memory is allocated here:
/// some 60 MiB, of which a short signal uses few pages.
///
/// `sample_rate`: in Hz, 8000 to 384000. `n_channels`: 1 to 64. `handle`: where the stream is written,
/// which auralis_fingerprint_stream_free frees.
///
/// # Errors
/// INVALID_ARGUMENT: `sample_rate`, `n_channels`, `max_block` or a parameter outside its range.
/// OUT_OF_MEMORY.
///
/// # Safety
/// `params` is NULL or points to as many readable bytes as its struct_size says; `handle` points to a
/// writable pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_fingerprint_stream_new(
    sample_rate: f64,
    n_channels: u32,
    params: *const auralis_fingerprint_params,
    max_block: usize,
    handle: *mut *mut auralis_fingerprint_stream,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (params, handle) = unsafe { (Given::new(params), Place::new(handle)) };
    streams::new(handle, max_block, || {
        let n_channels = args::channels(n_channels)?;
        Ok(FingerprintPlan::new(sample_rate, n_channels, &params.checked()?)?)
    })
}

/// Takes the next `n_frames` interleaved frames of the signal, 1 to max_block. It never allocates, locks or
/// blocks. If it fails, it takes nothing.
///
/// # Errors
/// INVALID_ARGUMENT: `n_frames` outside its range. NON_FINITE_INPUT. PANIC: also if an earlier call
/// returned it.
///
/// # Safety
/// `handle` comes from auralis_fingerprint_stream_new and no other call uses it at the same time;
/// `interleaved` points to `n_frames` times the stream's number of channels of readable doubles.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_fingerprint_stream_push(
    handle: *mut auralis_fingerprint_stream,
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

/// Ends the signal and writes its fingerprint; the stream is then as new. It computes for up to a fraction
/// of a second, but never allocates, locks or waits.
///
/// `values`: room for `capacity` doubles, at least 25; as many as there is room for are written, up to
/// auralis_fingerprint_len(), which may grow with the version. `n_written`: how many were written.
///
/// # Errors
/// INVALID_ARGUMENT: no signal. BUFFER_TOO_SMALL. PANIC: also if an earlier call returned it.
///
/// # Safety
/// `handle` comes from auralis_fingerprint_stream_new and no other call uses it at the same time; `values`
/// points to `capacity` writable doubles, `n_written` to a writable size_t.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_fingerprint_stream_finish(
    handle: *mut auralis_fingerprint_stream,
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
        values.copy_from_slice(&stream.plan.finish()?.values[..values.len()]);
        *n_written = values.len();
        Ok(())
    })
}

/// Writes 0: the values are known when the signal ends.
///
/// # Errors
/// PANIC: also if an earlier call returned it.
///
/// # Safety
/// `handle` comes from auralis_fingerprint_stream_new; `samples` points to a writable size_t.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_fingerprint_stream_latency(
    handle: *const auralis_fingerprint_stream,
    samples: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { streams::latency(handle, samples) }
}

/// Writes the number of values that finish gives if `block` is 0, and 0 for a push of `block` frames.
///
/// # Errors
/// INVALID_ARGUMENT: `block` above max_block. PANIC: also if an earlier call returned it.
///
/// # Safety
/// `handle` comes from auralis_fingerprint_stream_new; `n_written` points to a writable size_t.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_fingerprint_stream_max_output(
    handle: *const auralis_fingerprint_stream,
    block: usize,
    n_written: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { streams::max_output(handle, block, n_written) }
}

/// Writes the seconds that the stream has spent in each kernel since it was made, 0 unless its parameter
/// timing is 1; auralis_fingerprint_stage names the kernels.
///
/// `seconds`: room for `capacity` doubles, at least 8; as many as there is room for are written, up to
/// auralis_fingerprint_stages(), which may grow with the version.
///
/// # Errors
/// BUFFER_TOO_SMALL. PANIC: also if an earlier call returned it.
///
/// # Safety
/// `handle` comes from auralis_fingerprint_stream_new; `seconds` points to `capacity` writable doubles.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_fingerprint_stream_seconds(
    handle: *const auralis_fingerprint_stream,
    seconds: *mut f64,
    capacity: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (handle, seconds) = unsafe { (Shared::new(handle), Output::new(seconds, capacity)) };
    handle.guard(|stream, memory| {
        let seconds = memory.write_growing("seconds", seconds, FIRST_STAGES, STAGES.len())?;
        seconds.copy_from_slice(&stream.plan.seconds()[..seconds.len()]);
        Ok(())
    })
}

/// Forgets the signal; the stream is then as new. It never allocates, locks or blocks.
///
/// # Errors
/// PANIC: also if an earlier call returned it.
///
/// # Safety
/// `handle` comes from auralis_fingerprint_stream_new and no other call uses it at the same time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_fingerprint_stream_reset(handle: *mut auralis_fingerprint_stream) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { streams::reset(handle) }
}

/// Frees a stream; NULL is allowed and does nothing.
///
/// # Safety
/// `handle` is NULL or comes from auralis_fingerprint_stream_new, and is not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_fingerprint_stream_free(handle: *mut auralis_fingerprint_stream) {
    // SAFETY: as this function asks of its caller.
    unsafe { streams::free(handle) }
}
