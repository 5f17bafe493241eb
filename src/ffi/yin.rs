//! Fundamental frequency.

use super::args::{self, Given, Input, Output, Place};
use super::fields::params;
use super::status::guard;
use super::streams::{self, Exclusive, Handle};
use crate::kernels::yin::{YinParams, YinPlan};

/// Parameters of auralis_yin. Fill with auralis_yin_params_init.
#[repr(C)]
#[derive(Clone, Copy)]
#[allow(non_camel_case_types)]
pub struct auralis_yin_params {
    /// sizeof(auralis_yin_params)
    pub struct_size: usize,
    /// Lowest frequency searched, in Hz: above sample_rate / (frame_length - 1). Default C2, 65.406.
    pub fmin: f64,
    /// Highest frequency searched, in Hz: above fmin, at most sample_rate / 2. Default C7, 2093.0.
    pub fmax: f64,
    /// The first dip of the normalised difference function below this is the period, above 0. Default 0.1.
    pub trough_threshold: f64,
    /// Samples in a frame, 4 to 2^20. Default 2048.
    pub frame_length: u32,
    /// Samples between frames, 0 to 2^31; 0 is frame_length / 4. Default 0.
    pub hop_length: u32,
    /// 1: frame t is centred on sample t * hop_length; 0: it begins there. Default 1.
    pub center: u32,
    /// How the signal is continued at its ends if center is 1: AURALIS_PAD_*. Default CONSTANT.
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

/// Fills `params`, a struct of `size` bytes, with the defaults.
///
/// # Safety
/// `params` points to `size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_yin_params_init(params: *mut auralis_yin_params, size: usize) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { args::params_init(params, size) }
}

/// The number of frames, 1 + n_samples / hop_length if centred, that auralis_yin gives.
///
/// # Safety
/// `params` is NULL or points to a struct as its struct_size says; `n_frames` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_yin_frames(
    n_samples: usize,
    params: *const auralis_yin_params,
    n_frames: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { args::frames(n_samples, params, n_frames, YinParams::frames) }
}

/// Fundamental frequency in Hz, frame by frame, by YIN (A. de Cheveigne and H. Kawahara, JASA 111(4),
/// 2002) as librosa.yin computes it. A frame without a dip below the threshold gets the frequency of the
/// deepest dip, a silent one the highest frequency that is searched.
///
/// `sample_rate`: 8000 to 384000 Hz. `f0`: room for auralis_yin_frames doubles, `capacity` of them.
///
/// # Safety
/// `audio` points to `n_samples` doubles, `f0` to `capacity` writable ones; `params` is NULL or points to
/// a struct as its struct_size says.
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

/// Makes a stream that takes blocks of up to `max_block` samples and gives what auralis_yin gives for the
/// whole signal, bit for bit. All memory is taken here.
///
/// `sample_rate`: 8000 to 384000 Hz. `handle`: to be freed with auralis_yin_stream_free.
///
/// # Safety
/// `params` is NULL or points to a struct as its struct_size says; `handle` is writable.
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

/// Takes the next samples and writes the frequencies of the frames that they complete, in Hz, to the
/// front of `f0`; `n_written` of them. Never allocates, locks or blocks. Takes nothing if it fails.
///
/// `f0`: room for `capacity` doubles; as many as auralis_yin_stream_max_output says always suffice.
///
/// # Safety
/// `handle` comes from auralis_yin_stream_new and nothing else uses it; `audio` points to `n_samples`
/// doubles, `f0` to `capacity` writable ones; `n_written` is writable.
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
/// stream is then as new. Never allocates, locks or blocks. The signal has not ended if it fails.
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

/// Samples from the instant of a frame, t * hop_length, on that must arrive before it is written.
///
/// # Safety
/// `handle` comes from auralis_yin_stream_new; `samples` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_yin_stream_latency(
    handle: *const auralis_yin_stream,
    samples: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { streams::latency(handle, samples) }
}

/// The most frames that one push of `block` samples can write, or finish if `block` is 0.
///
/// # Safety
/// `handle` comes from auralis_yin_stream_new; `n_written` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_yin_stream_max_output(
    handle: *const auralis_yin_stream,
    block: usize,
    n_written: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { streams::max_output(handle, block, n_written) }
}

/// Forgets the signal; the stream is then as new.
///
/// # Safety
/// `handle` comes from auralis_yin_stream_new and nothing else uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_yin_stream_reset(handle: *mut auralis_yin_stream) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { streams::reset(handle) }
}

/// Gives the stream's memory back; NULL is a no-op.
///
/// # Safety
/// `handle` is NULL or comes from auralis_yin_stream_new, and is not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_yin_stream_free(handle: *mut auralis_yin_stream) {
    // SAFETY: as this function asks of its caller.
    unsafe { streams::free(handle) }
}
