//! Chromagram over the constant-Q transform, and tuning.

use super::args::{self, Given, Input, Output, Place};
use super::fields::params;
use super::status::guard;
use super::streams::{self, Exclusive, Handle};
use crate::kernels::chroma::{ChromaParams, ChromaPlan};
use crate::kernels::tuning::estimate_tuning;

/// Parameters of auralis_chroma_cqt. Fill with auralis_chroma_params_init.
#[repr(C)]
#[derive(Clone, Copy)]
#[allow(non_camel_case_types)]
pub struct auralis_chroma_params {
    /// sizeof(auralis_chroma_params)
    pub struct_size: usize,
    /// Frequency of the lowest bin in Hz, at least 1. Default C1, 32.703.
    pub fmin: f64,
    /// Shift of all bins in fractions of a bin, -1000 to 1000; NaN: estimated. Default NaN.
    pub tuning: f64,
    /// Samples between frames, 1 to 2^20. Default 512.
    pub hop_length: u32,
    /// Pitch classes, of which the first is C. Default 12.
    pub n_chroma: u32,
    /// Octaves above fmin, 1 to 64; the highest bin must end below half the sample rate. Default 7.
    pub n_octaves: u32,
    /// Bins per octave, a multiple of n_chroma, up to 960. Default 36.
    pub bins_per_octave: u32,
    /// How each column is normalised: AURALIS_NORM_*. Default MAX.
    pub norm: u32,
    /// How the signal is continued at its ends: AURALIS_PAD_*. Default CONSTANT.
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

/// Fills `params`, a struct of `size` bytes, with the defaults.
///
/// # Safety
/// `params` points to `size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_chroma_params_init(params: *mut auralis_chroma_params, size: usize) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { args::params_init(params, size) }
}

/// The number of frames, 1 + n_samples / hop_length, that auralis_chroma_cqt gives.
///
/// # Safety
/// `params` is NULL or points to a struct as its struct_size says; `n_frames` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_chroma_frames(
    n_samples: usize,
    params: *const auralis_chroma_params,
    n_frames: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { args::frames(n_samples, params, n_frames, ChromaParams::frames) }
}

/// Chromagram: the magnitudes of the constant-Q transform added up over octaves, class by class, as
/// librosa.feature.chroma_cqt does; frame t is centred on sample t * hop_length.
///
/// `sample_rate`: 8000 to 384000 Hz. `chroma`: room for n_chroma * auralis_chroma_frames doubles,
/// `capacity` of them; shape [n_chroma][n_frames].
///
/// # Safety
/// `audio` points to `n_samples` doubles, `chroma` to `capacity` writable ones; `params` is NULL or points
/// to a struct as its struct_size says.
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

/// How far a recording is from A440, in fractions of a bin, -0.5 to 0.49 in steps of 0.01, from the peaks
/// of its spectra, as librosa.estimate_tuning finds it; 0 if it has no pitch.
///
/// `sample_rate`: 8000 to 384000 Hz. `bins_per_octave`: at least 1; 12 gives fractions of a semitone.
///
/// # Safety
/// `audio` points to `n_samples` doubles; `tuning` is writable.
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

/// Makes a stream that takes blocks of up to `max_block` samples and gives what auralis_chroma_cqt gives for the
/// whole signal, bit for bit. All memory is taken here.
///
/// `sample_rate`: 8000 to 384000 Hz. `params`: tuning must be a number, as a stream cannot look ahead to
/// estimate it; auralis_estimate_tuning does that from a recording, 0 is A440. `handle`: to be freed with auralis_chroma_stream_free.
///
/// # Safety
/// `params` is NULL or points to a struct as its struct_size says; `handle` is writable.
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

/// Takes the next samples and writes the frames that they complete to the front of `chroma`, one after the
/// other, shape [n_written][n_chroma]. Never allocates, locks or blocks. Takes nothing if it fails.
///
/// `chroma`: room for `capacity` doubles; n_chroma for each frame that auralis_chroma_stream_max_output says
/// always suffice.
///
/// # Safety
/// `handle` comes from auralis_chroma_stream_new and nothing else uses it; `audio` points to `n_samples`
/// doubles, `chroma` to `capacity` writable ones; `n_written` is writable.
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
/// stream is then as new. Never allocates, locks or blocks. The signal has not ended if it fails.
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

/// The most samples from the instant of a frame, t * hop_length, on that must arrive before it is written.
///
/// # Safety
/// `handle` comes from auralis_chroma_stream_new; `samples` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_chroma_stream_latency(
    handle: *const auralis_chroma_stream,
    samples: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { streams::latency(handle, samples) }
}

/// The most frames that one push of `block` samples can write, or finish if `block` is 0.
///
/// # Safety
/// `handle` comes from auralis_chroma_stream_new; `n_written` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_chroma_stream_max_output(
    handle: *const auralis_chroma_stream,
    block: usize,
    n_written: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { streams::max_output(handle, block, n_written) }
}

/// Forgets the signal; the stream is then as new.
///
/// # Safety
/// `handle` comes from auralis_chroma_stream_new and nothing else uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_chroma_stream_reset(handle: *mut auralis_chroma_stream) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { streams::reset(handle) }
}

/// Gives the stream's memory back; NULL is a no-op.
///
/// # Safety
/// `handle` is NULL or comes from auralis_chroma_stream_new, and is not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_chroma_stream_free(handle: *mut auralis_chroma_stream) {
    // SAFETY: as this function asks of its caller.
    unsafe { streams::free(handle) }
}
