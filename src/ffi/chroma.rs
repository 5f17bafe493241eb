//! Chromagram over the constant-Q transform, and tuning.

use super::args::{self, Given, Input, Output, Place};
use super::fields::params;
use super::status::guard;
use super::streams::{self, Exclusive, Handle};
use crate::kernels::chroma::{ChromaParams, ChromaPlan};
use crate::kernels::tuning::estimate_tuning;

/// Parameters of auralis_chroma_cqt and its stream; auralis_chroma_params_init fills in the defaults.
#[repr(C)]
#[derive(Clone, Copy)]
#[allow(non_camel_case_types)]
pub struct auralis_chroma_params {
    /// sizeof(auralis_chroma_params), by which the library knows the version of the struct.
    pub struct_size: usize,
    /// Frequency of the lowest bin in Hz, 1 to sample_rate / 2. Default 32.703, the note C1.
    pub fmin: f64,
    /// Deviation of all bins from fmin, in fractions of a bin, -1000 to 1000. NaN: it is estimated from the
    /// signal. Default NaN.
    pub tuning: f64,
    /// Samples between frames, 1 to 2^20. Default 512.
    pub hop_length: u32,
    /// Number of pitch classes, 1 to bins_per_octave; the first is C. Default 12.
    pub n_chroma: u32,
    /// Number of octaves above fmin, 1 to 64. The highest bin must end below sample_rate / 2. Default 7.
    pub n_octaves: u32,
    /// Bins per octave of the constant-Q transform, a multiple of n_chroma, up to 960. Default 36.
    pub bins_per_octave: u32,
    /// How each frame is normalised: AURALIS_NORM_*. Default AURALIS_NORM_MAX.
    pub norm: u32,
    /// How the signal is continued at its ends: AURALIS_PAD_*. Default AURALIS_PAD_CONSTANT.
    pub pad_mode: u32,
}

params!(auralis_chroma_params => ChromaParams {
    fmin,
    tuning,
    hop_length,
    n_chroma,
    n_octaves,
    bins_per_octave,
    norm,
    pad_mode,
});

/// Fills `params` with the defaults and sets its struct_size to `size`, which is
/// sizeof(auralis_chroma_params).
///
/// # Errors
/// INVALID_ARGUMENT: `size` is no multiple of sizeof(size_t), or above 4096.
///
/// # Safety
/// `params` points to `size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_chroma_params_init(params: *mut auralis_chroma_params, size: usize) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { args::params_init(params, size) }
}

/// Writes the number of frames that auralis_chroma_cqt gives for a signal of `n_samples`: 1 + n_samples /
/// hop_length, rounded down. Costs nothing.
///
/// # Errors
/// INVALID_ARGUMENT: `n_samples` is 0, or a parameter outside its range.
///
/// # Safety
/// `params` is NULL or points to as many readable bytes as its struct_size says; `n_frames` points to a
/// writable size_t.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_chroma_frames(
    n_samples: usize,
    params: *const auralis_chroma_params,
    n_frames: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { args::frames(n_samples, params, n_frames, ChromaParams::frames) }
}

/// Chromagram as librosa.feature.chroma_cqt computes it: in each frame, centred on sample t * hop_length,
/// the magnitudes of the constant-Q transform (see auralis_cqt) are added up over all octaves, pitch class
/// by pitch class, and the sums are normalised.
///
/// `audio`: `n_samples` samples of one channel, at least 1. `sample_rate`: in Hz, 8000 to 384000. `chroma`:
/// room for `capacity` doubles, at least n_chroma * auralis_chroma_frames; shape `[n_chroma][n_frames]`, 0
/// to 1 but for AURALIS_NORM_NONE.
///
/// # Errors
/// INVALID_ARGUMENT: `sample_rate` or a parameter outside its range; a bin that does not end below
/// sample_rate / 2; a filter that would be too long, as fmin is too low. BUFFER_TOO_SMALL.
/// NON_FINITE_INPUT. OUT_OF_MEMORY.
///
/// # Safety
/// `audio` points to `n_samples` readable doubles, `chroma` to `capacity` writable ones; `params` is NULL
/// or points to as many readable bytes as its struct_size says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_chroma_cqt(
    audio: *const f64,
    n_samples: usize,
    sample_rate: f64,
    params: *const auralis_chroma_params,
    chroma: *mut f64,
    capacity: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (audio, params, chroma) =
        unsafe { (Input::new(audio, n_samples), Given::new(params), Output::new(chroma, capacity)) };
    guard(|memory| {
        let audio = memory.read("audio", "n_samples", audio)?;
        let params = params.checked()?;
        params.check_untuned(sample_rate)?;
        let needed = params.frames(n_samples)?.saturating_mul(params.n_chroma);
        let chroma = memory.write("chroma", chroma, needed)?;
        let mut plan = ChromaPlan::new(sample_rate, &params.tuned(audio, sample_rate)?)?;
        Ok(plan.process(audio, chroma)?)
    })
}

/// Estimates how far a recording is tuned from A4 = 440 Hz, as librosa.estimate_tuning does from the peaks
/// of its spectra: in fractions of a bin, from -0.5 to 0.49 in steps of 0.01; 0 if it has no peak. The frames
/// have librosa's 2048 samples up to 96 kHz, where an exact A4 is found 0.1 of a semitone off (0.03 up to 48
/// kHz); above, they last as long as 2048 samples do at 44.1 kHz.
///
/// `audio`: `n_samples` samples of one channel, at least 1. `sample_rate`: in Hz, 8000 to 384000.
/// `bins_per_octave`: 1 to 960; with 12 the result is in fractions of a semitone. `tuning`: where the
/// result is written.
///
/// # Errors
/// INVALID_ARGUMENT: `sample_rate` or `bins_per_octave` outside its range. NON_FINITE_INPUT. OUT_OF_MEMORY.
///
/// # Safety
/// `audio` points to `n_samples` readable doubles, `tuning` to a writable one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_estimate_tuning(
    audio: *const f64,
    n_samples: usize,
    sample_rate: f64,
    bins_per_octave: u32,
    tuning: *mut f64,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (audio, tuning) = unsafe { (Input::new(audio, n_samples), Place::new(tuning)) };
    guard(|memory| {
        let audio = memory.read("audio", "n_samples", audio)?;
        let tuning = memory.place("tuning", tuning)?;
        *tuning = estimate_tuning(audio, sample_rate, bins_per_octave as usize)?;
        Ok(())
    })
}

/// A stream of auralis_chroma_cqt.
#[allow(non_camel_case_types)]
pub struct auralis_chroma_stream {
    _opaque: [u8; 0],
}

impl Handle for auralis_chroma_stream {
    type Plan = ChromaPlan;
}

/// Makes a stream that takes a signal in blocks of up to `max_block` samples, at least 1, and gives what
/// auralis_chroma_cqt gives for the whole signal, bit for bit. All memory is allocated here.
///
/// `sample_rate`: in Hz, 8000 to 384000. `params`: the tuning must be a number, as a stream cannot look
/// ahead to estimate it: that of auralis_estimate_tuning for a recording, or 0 for A4 = 440 Hz. NULL is
/// therefore refused. `handle`: where the stream is written, which auralis_chroma_stream_free frees.
///
/// # Errors
/// INVALID_ARGUMENT: `sample_rate`, `max_block` or a parameter outside its range. OUT_OF_MEMORY.
///
/// # Safety
/// `params` is NULL or points to as many readable bytes as its struct_size says; `handle` points to a
/// writable pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_chroma_stream_new(
    sample_rate: f64,
    params: *const auralis_chroma_params,
    max_block: usize,
    handle: *mut *mut auralis_chroma_stream,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (params, handle) = unsafe { (Given::new(params), Place::new(handle)) };
    streams::new(handle, max_block, || Ok(ChromaPlan::new(sample_rate, &params.checked()?)?))
}

/// Takes the next `n_samples` of the signal, 1 to max_block, and writes the frames that they complete, one
/// after the other, shape `[n_written][n_chroma]`. It never allocates, locks or blocks. If it fails, it
/// takes and writes nothing.
///
/// `chroma`: room for `capacity` doubles; n_chroma for each frame that auralis_chroma_stream_max_output
/// says always suffice. `n_written`: how many frames were written.
///
/// # Errors
/// INVALID_ARGUMENT: `n_samples` outside its range. BUFFER_TOO_SMALL. NON_FINITE_INPUT. PANIC: also if an
/// earlier call returned it.
///
/// # Safety
/// `handle` comes from auralis_chroma_stream_new and no other call uses it at the same time; `audio` points
/// to `n_samples` readable doubles, `chroma` to `capacity` writable ones; `n_written` points to a writable
/// size_t.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_chroma_stream_push(
    handle: *mut auralis_chroma_stream,
    audio: *const f64,
    n_samples: usize,
    chroma: *mut f64,
    capacity: usize,
    n_written: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (handle, audio) = unsafe { (Exclusive::new(handle), Input::new(audio, n_samples)) };
    // SAFETY: likewise.
    let (chroma, n_written) = unsafe { (Output::new(chroma, capacity), Place::new(n_written)) };
    handle.guard(|stream, memory| {
        let audio = stream.block(memory, audio)?;
        let chroma = stream.room(memory, "chroma", chroma, n_samples, stream.plan.n_chroma())?;
        let n_written = memory.place("n_written", n_written)?;
        *n_written = stream.plan.push(audio, chroma)?;
        Ok(())
    })
}

/// Ends the signal and writes the frames that reach beyond its end, as auralis_chroma_stream_push does; the
/// stream is then as new. It never allocates, locks or blocks. If it fails, the signal has not ended.
///
/// # Errors
/// BUFFER_TOO_SMALL. PANIC: also if an earlier call returned it.
///
/// # Safety
/// As for auralis_chroma_stream_push.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_chroma_stream_finish(
    handle: *mut auralis_chroma_stream,
    chroma: *mut f64,
    capacity: usize,
    n_written: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (handle, chroma, n_written) =
        unsafe { (Exclusive::new(handle), Output::new(chroma, capacity), Place::new(n_written)) };
    handle.guard(|stream, memory| {
        let chroma = stream.room(memory, "chroma", chroma, 0, stream.plan.n_chroma())?;
        let n_written = memory.place("n_written", n_written)?;
        *n_written = stream.plan.finish(chroma)?;
        Ok(())
    })
}

/// Writes how many samples from the instant of a frame, t * hop_length, on must arrive before the frame is
/// written, at most.
///
/// # Errors
/// PANIC: also if an earlier call returned it.
///
/// # Safety
/// `handle` comes from auralis_chroma_stream_new; `samples` points to a writable size_t.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_chroma_stream_latency(
    handle: *const auralis_chroma_stream,
    samples: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { streams::latency(handle, samples) }
}

/// Writes the largest number of frames that a push of `block` samples, or finish if `block` is 0, can
/// write.
///
/// # Errors
/// INVALID_ARGUMENT: `block` above max_block. PANIC: also if an earlier call returned it.
///
/// # Safety
/// `handle` comes from auralis_chroma_stream_new; `n_written` points to a writable size_t.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_chroma_stream_max_output(
    handle: *const auralis_chroma_stream,
    block: usize,
    n_written: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { streams::max_output(handle, block, n_written) }
}

/// Forgets the signal; the stream is then as new. It never allocates, locks or blocks.
///
/// # Errors
/// PANIC: also if an earlier call returned it.
///
/// # Safety
/// `handle` comes from auralis_chroma_stream_new and no other call uses it at the same time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_chroma_stream_reset(handle: *mut auralis_chroma_stream) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { streams::reset(handle) }
}

/// Frees a stream; NULL is allowed and does nothing.
///
/// # Safety
/// `handle` is NULL or comes from auralis_chroma_stream_new, and is not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_chroma_stream_free(handle: *mut auralis_chroma_stream) {
    // SAFETY: as this function asks of its caller.
    unsafe { streams::free(handle) }
}
