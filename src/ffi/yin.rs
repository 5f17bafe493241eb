//! Fundamental frequency.

use super::args::{self, Given, Input, Output, Place};
use super::fields::params;
use super::status::guard;
use super::streams::{self, Exclusive, Handle};
use crate::kernels::yin::{YinParams, YinPlan};

/// Parameters of auralis_yin and its stream; auralis_yin_params_init fills in the defaults.
#[repr(C)]
#[derive(Clone, Copy)]
#[allow(non_camel_case_types)]
pub struct auralis_yin_params {
    /// sizeof(auralis_yin_params), by which the library knows the version of the struct.
    pub struct_size: usize,
    /// Lowest frequency that is searched, in Hz: above sample_rate / (frame_length - 1), below fmax. Default
    /// 65.406, the note C2.
    pub fmin: f64,
    /// Highest frequency that is searched, in Hz: above fmin, at most sample_rate / 2. Default 2093.0, the note
    /// C7.
    pub fmax: f64,
    /// The first trough of the cumulative mean normalised difference function below this value is the period;
    /// above 0. Default 0.1.
    pub trough_threshold: f64,
    /// Samples in a frame, 4 to 2^20. Default 2048.
    pub frame_length: u32,
    /// Samples between frames, 0 to 2^31; 0 stands for frame_length / 4. Default 0.
    pub hop_length: u32,
    /// 1: frame t is centred on sample t * hop_length, and the signal is continued at its ends. 0: frame t
    /// begins at that sample, and the signal must be as long as a frame. Default 1.
    pub center: u32,
    /// How the signal is continued at its ends if center is 1: AURALIS_PAD_*. Default AURALIS_PAD_CONSTANT.
    pub pad_mode: u32,
}

params!(auralis_yin_params => YinParams {
    fmin,
    fmax,
    trough_threshold,
    frame_length,
    hop_length,
    center,
    pad_mode,
});

/// Fills `params` with the defaults and sets its struct_size to `size`, which is
/// sizeof(auralis_yin_params).
///
/// # Errors
/// INVALID_ARGUMENT: `size` is no multiple of sizeof(size_t), or above 4096.
///
/// # Safety
/// `params` points to `size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_yin_params_init(params: *mut auralis_yin_params, size: usize) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { args::params_init(params, size) }
}

/// Writes the number of frames that auralis_yin gives for a signal of `n_samples`: 1 + n_samples /
/// hop_length if center is 1, else 1 + (n_samples - frame_length) / hop_length, rounded down. Costs
/// nothing.
///
/// # Errors
/// INVALID_ARGUMENT: `n_samples` is 0 or, with center 0, below frame_length; a parameter outside its range.
///
/// # Safety
/// `params` is NULL or points to as many readable bytes as its struct_size says; `n_frames` points to a
/// writable size_t.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_yin_frames(
    n_samples: usize,
    params: *const auralis_yin_params,
    n_frames: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { args::frames(n_samples, params, n_frames, YinParams::frames) }
}

/// Estimates the fundamental frequency of each frame in Hz, as librosa.yin does (A. de Cheveigne and H.
/// Kawahara, JASA 111(4), 2002): the period is the first trough below trough_threshold of the difference
/// function `d(k) = sum (x[i] - x[i + k])^2`, divided by its mean up to k, and is refined by a parabola.
/// Without such a trough it is the deepest one; a silent frame gets the highest frequency that is searched.
///
/// `audio`: `n_samples` samples of one channel, at least 1. `sample_rate`: in Hz, 8000 to 384000. `f0`:
/// room for `capacity` doubles, at least as many as auralis_yin_frames says; shape `[n_frames]`.
///
/// # Errors
/// INVALID_ARGUMENT: `sample_rate` or a parameter outside its range; audio shorter than a frame if center
/// is 0. BUFFER_TOO_SMALL. NON_FINITE_INPUT. OUT_OF_MEMORY.
///
/// # Safety
/// `audio` points to `n_samples` readable doubles, `f0` to `capacity` writable ones; `params` is NULL or
/// points to as many readable bytes as its struct_size says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_yin(
    audio: *const f64,
    n_samples: usize,
    sample_rate: f64,
    params: *const auralis_yin_params,
    f0: *mut f64,
    capacity: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (audio, params, f0) =
        unsafe { (Input::new(audio, n_samples), Given::new(params), Output::new(f0, capacity)) };
    guard(|memory| {
        let audio = memory.read("audio", "n_samples", audio)?;
        let params = params.checked()?;
        let f0 = memory.write("f0", f0, params.frames(n_samples)?)?;
        Ok(YinPlan::new(sample_rate, &params)?.process(audio, f0)?)
    })
}

/// A stream of auralis_yin.
#[allow(non_camel_case_types)]
pub struct auralis_yin_stream {
    _opaque: [u8; 0],
}

impl Handle for auralis_yin_stream {
    type Plan = YinPlan;
}

/// Makes a stream that takes a signal in blocks of up to `max_block` samples, at least 1, and gives what
/// auralis_yin gives for the whole signal, bit for bit. All memory is allocated here.
///
/// `sample_rate`: in Hz, 8000 to 384000. `handle`: where the stream is written, which
/// auralis_yin_stream_free frees.
///
/// # Errors
/// INVALID_ARGUMENT: `sample_rate`, `max_block` or a parameter outside its range. OUT_OF_MEMORY.
///
/// # Safety
/// `params` is NULL or points to as many readable bytes as its struct_size says; `handle` points to a
/// writable pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_yin_stream_new(
    sample_rate: f64,
    params: *const auralis_yin_params,
    max_block: usize,
    handle: *mut *mut auralis_yin_stream,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (params, handle) = unsafe { (Given::new(params), Place::new(handle)) };
    streams::new(handle, max_block, || Ok(YinPlan::new(sample_rate, &params.checked()?)?))
}

/// Takes the next `n_samples` of the signal, 1 to max_block, and writes the fundamental frequencies in Hz
/// of the frames that they complete. It never allocates, locks or blocks. If it fails, it takes and writes
/// nothing.
///
/// `f0`: room for `capacity` doubles; as many as auralis_yin_stream_max_output says always suffice.
/// `n_written`: how many frames were written.
///
/// # Errors
/// INVALID_ARGUMENT: `n_samples` outside its range. BUFFER_TOO_SMALL. NON_FINITE_INPUT. PANIC: also if an
/// earlier call returned it.
///
/// # Safety
/// `handle` comes from auralis_yin_stream_new and no other call uses it at the same time; `audio` points to
/// `n_samples` readable doubles, `f0` to `capacity` writable ones; `n_written` points to a writable size_t.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_yin_stream_push(
    handle: *mut auralis_yin_stream,
    audio: *const f64,
    n_samples: usize,
    f0: *mut f64,
    capacity: usize,
    n_written: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (handle, audio) = unsafe { (Exclusive::new(handle), Input::new(audio, n_samples)) };
    // SAFETY: likewise.
    let (f0, n_written) = unsafe { (Output::new(f0, capacity), Place::new(n_written)) };
    handle.guard(|stream, memory| {
        let audio = stream.block(memory, audio)?;
        let f0 = stream.room(memory, "f0", f0, n_samples, 1)?;
        let n_written = memory.place("n_written", n_written)?;
        *n_written = stream.plan.push(audio, f0)?;
        Ok(())
    })
}

/// Ends the signal and writes the frames that reach beyond its end, as auralis_yin_stream_push does; the
/// stream is then as new. It never allocates, locks or blocks. If it fails, the signal has not ended.
///
/// # Errors
/// BUFFER_TOO_SMALL. PANIC: also if an earlier call returned it.
///
/// # Safety
/// As for auralis_yin_stream_push.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_yin_stream_finish(
    handle: *mut auralis_yin_stream,
    f0: *mut f64,
    capacity: usize,
    n_written: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (handle, f0, n_written) =
        unsafe { (Exclusive::new(handle), Output::new(f0, capacity), Place::new(n_written)) };
    handle.guard(|stream, memory| {
        let f0 = stream.room(memory, "f0", f0, 0, 1)?;
        let n_written = memory.place("n_written", n_written)?;
        *n_written = stream.plan.finish(f0)?;
        Ok(())
    })
}

/// Writes how many samples from the instant of a frame, t * hop_length, on must arrive before the frame is
/// written.
///
/// # Errors
/// PANIC: also if an earlier call returned it.
///
/// # Safety
/// `handle` comes from auralis_yin_stream_new; `samples` points to a writable size_t.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_yin_stream_latency(
    handle: *const auralis_yin_stream,
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
/// `handle` comes from auralis_yin_stream_new; `n_written` points to a writable size_t.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_yin_stream_max_output(
    handle: *const auralis_yin_stream,
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
/// `handle` comes from auralis_yin_stream_new and no other call uses it at the same time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_yin_stream_reset(handle: *mut auralis_yin_stream) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { streams::reset(handle) }
}

/// Frees a stream; NULL is allowed and does nothing.
///
/// # Safety
/// `handle` is NULL or comes from auralis_yin_stream_new, and is not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_yin_stream_free(handle: *mut auralis_yin_stream) {
    // SAFETY: as this function asks of its caller.
    unsafe { streams::free(handle) }
}
