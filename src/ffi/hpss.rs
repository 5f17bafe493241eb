//! Harmonic/percussive source separation.

use super::args::{self, Given, Input, Output, Place};
use super::fields::params;
use super::status::guard;
use super::streams::{self, Exclusive, Handle};
use crate::blocks::error::require_sample_rate;
use crate::kernels::hpss::{HpssParams, HpssPlan};

/// Parameters of auralis_hpss and its stream; auralis_hpss_params_init fills in the defaults.
#[repr(C)]
#[derive(Clone, Copy)]
#[allow(non_camel_case_types)]
pub struct auralis_hpss_params {
    /// sizeof(auralis_hpss_params), by which the library knows the version of the struct.
    pub struct_size: usize,
    /// Samples in a frame, 2 to 2^20. Default 2048.
    pub n_fft: u32,
    /// Samples between frames, 0 to n_fft; 0 stands for n_fft / 4. Default 512.
    pub hop_length: u32,
    /// Samples of the Hann window, 0 to n_fft; 0 stands for n_fft. Default 0.
    pub win_length: u32,
    /// Length of the median filter along time, which finds the harmonic part, in frames: 1 to 4095. Default 31.
    pub kernel_harmonic: u32,
    /// Length of the median filter along frequency, which finds the percussive part, in bins: 1 to 4095.
    /// Default 31.
    pub kernel_percussive: u32,
    /// Exponent of the soft masks, above 0. Infinite: binary masks, which give each bin wholly to the larger
    /// part. Default 2.
    pub power: f64,
    /// Factor by which the harmonic median must exceed the percussive one, 1 to 1e6. What belongs to neither
    /// part when a margin is above 1 is left out of both. Default 1.
    pub margin_harmonic: f64,
    /// Factor by which the percussive median must exceed the harmonic one, 1 to 1e6. Default 1.
    pub margin_percussive: f64,
    /// 1: frame t is centred on sample t * hop_length, and the signal is continued at its ends. 0: frame t
    /// begins at that sample, and the signal must be as long as a frame. Default 1.
    pub center: u32,
    /// How the signal is continued at its ends if center is 1: AURALIS_PAD_*. Default AURALIS_PAD_CONSTANT.
    pub pad_mode: u32,
}

params!(auralis_hpss_params => HpssParams {
    n_fft,
    hop_length,
    win_length,
    kernel_harmonic,
    kernel_percussive,
    power,
    margin_harmonic,
    margin_percussive,
    center,
    pad_mode,
});

/// Fills `params` with the defaults and sets its struct_size to `size`, which is
/// sizeof(auralis_hpss_params).
///
/// # Errors
/// INVALID_ARGUMENT: `size` is no multiple of sizeof(size_t), or above 4096.
///
/// # Safety
/// `params` points to `size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_hpss_params_init(params: *mut auralis_hpss_params, size: usize) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { args::params_init(params, size) }
}

/// Separates a signal into its harmonic and its percussive part, as librosa.effects.hpss does: the
/// magnitudes of the short-time Fourier transform are smoothed by a median along time (H) and one along
/// frequency (P), the spectrum is multiplied by the masks H^p / (H^p + (m P)^p) and P^p / (P^p + (m H)^p)
/// with power p and margin m, and transformed back (D. Fitzgerald, DAFx 2010; margins: J. Driedger, M.
/// Mueller and S. Disch, ISMIR 2014). With both margins at 1 the parts add up to the signal.
///
/// `audio`: `n_samples` samples of one channel, at least 1. `harmonic`, `percussive`: room for `n_samples`
/// doubles each, in the unit of the audio.
///
/// # Errors
/// INVALID_ARGUMENT: a parameter outside its range; audio shorter than a frame if center is 0.
/// NON_FINITE_INPUT. OUT_OF_MEMORY.
///
/// # Safety
/// `audio` points to `n_samples` readable doubles, `harmonic` and `percussive` to as many writable ones;
/// `params` is NULL or points to as many readable bytes as its struct_size says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_hpss(
    audio: *const f64,
    n_samples: usize,
    params: *const auralis_hpss_params,
    harmonic: *mut f64,
    percussive: *mut f64,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (audio, params) = unsafe { (Input::new(audio, n_samples), Given::new(params)) };
    // SAFETY: likewise.
    let (harmonic, percussive) =
        unsafe { (Output::new(harmonic, n_samples), Output::new(percussive, n_samples)) };
    guard(|memory| {
        let audio = memory.read("audio", "n_samples", audio)?;
        let params = params.checked()?;
        let harmonic = memory.write("harmonic", harmonic, n_samples)?;
        let percussive = memory.write("percussive", percussive, n_samples)?;
        Ok(HpssPlan::new(&params)?.process(audio, harmonic, percussive)?)
    })
}

/// A stream of auralis_hpss.
#[allow(non_camel_case_types)]
pub struct auralis_hpss_stream {
    _opaque: [u8; 0],
}

impl Handle for auralis_hpss_stream {
    type Plan = HpssPlan;
}

/// Makes a stream that takes a signal in blocks of up to `max_block` samples, at least 1, and gives what
/// auralis_hpss gives for the whole signal, bit for bit. All memory is allocated here.
///
/// `sample_rate`: in Hz, 8000 to 384000; the separation does not depend on it. `handle`: where the stream
/// is written, which auralis_hpss_stream_free frees.
///
/// # Errors
/// INVALID_ARGUMENT: `sample_rate`, `max_block` or a parameter outside its range. OUT_OF_MEMORY.
///
/// # Safety
/// `params` is NULL or points to as many readable bytes as its struct_size says; `handle` points to a
/// writable pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_hpss_stream_new(
    sample_rate: f64,
    params: *const auralis_hpss_params,
    max_block: usize,
    handle: *mut *mut auralis_hpss_stream,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (params, handle) = unsafe { (Given::new(params), Place::new(handle)) };
    streams::new(handle, max_block, || {
        require_sample_rate(sample_rate)?;
        Ok(HpssPlan::new(&params.checked()?)?)
    })
}

/// Takes the next `n_samples` of the signal, 1 to max_block, and writes the samples of both parts that are
/// ready. It never allocates, locks or blocks. If it fails, it takes and writes nothing.
///
/// `harmonic` and `percussive`: room for `capacity` doubles each; as many as auralis_hpss_stream_max_output
/// says always suffice. `n_written`: how many samples were written to each.
///
/// # Errors
/// INVALID_ARGUMENT: `n_samples` outside its range. BUFFER_TOO_SMALL. NON_FINITE_INPUT. PANIC: also if an
/// earlier call returned it.
///
/// # Safety
/// `handle` comes from auralis_hpss_stream_new and no other call uses it at the same time; `audio` points
/// to `n_samples` readable doubles, `harmonic` and `percussive` to `capacity` writable ones; `n_written`
/// points to a writable size_t.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_hpss_stream_push(
    handle: *mut auralis_hpss_stream,
    audio: *const f64,
    n_samples: usize,
    harmonic: *mut f64,
    percussive: *mut f64,
    capacity: usize,
    n_written: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (handle, audio) = unsafe { (Exclusive::new(handle), Input::new(audio, n_samples)) };
    // SAFETY: likewise.
    let (harmonic, percussive, n_written) = unsafe {
        (Output::new(harmonic, capacity), Output::new(percussive, capacity), Place::new(n_written))
    };
    handle.guard(|stream, memory| {
        let audio = stream.block(memory, audio)?;
        let harmonic = stream.room(memory, "harmonic", harmonic, n_samples, 1)?;
        let percussive = stream.room(memory, "percussive", percussive, n_samples, 1)?;
        let n_written = memory.place("n_written", n_written)?;
        *n_written = stream.plan.push(audio, harmonic, percussive)?;
        Ok(())
    })
}

/// Ends the signal and writes the samples that are left, as auralis_hpss_stream_push does; the stream is
/// then as new. It never allocates, locks or blocks. If it fails, the signal has not ended.
///
/// # Errors
/// INVALID_ARGUMENT: no signal, or audio shorter than a frame if center is 0. BUFFER_TOO_SMALL. PANIC: also
/// if an earlier call returned it.
///
/// # Safety
/// As for auralis_hpss_stream_push.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_hpss_stream_finish(
    handle: *mut auralis_hpss_stream,
    harmonic: *mut f64,
    percussive: *mut f64,
    capacity: usize,
    n_written: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let handle = unsafe { Exclusive::new(handle) };
    // SAFETY: likewise.
    let (harmonic, percussive, n_written) = unsafe {
        (Output::new(harmonic, capacity), Output::new(percussive, capacity), Place::new(n_written))
    };
    handle.guard(|stream, memory| {
        let harmonic = stream.room(memory, "harmonic", harmonic, 0, 1)?;
        let percussive = stream.room(memory, "percussive", percussive, 0, 1)?;
        let n_written = memory.place("n_written", n_written)?;
        *n_written = stream.plan.finish(harmonic, percussive)?;
        Ok(())
    })
}

/// Writes the largest number of samples by which the output lags behind the input.
///
/// # Errors
/// PANIC: also if an earlier call returned it.
///
/// # Safety
/// `handle` comes from auralis_hpss_stream_new; `samples` points to a writable size_t.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_hpss_stream_latency(
    handle: *const auralis_hpss_stream,
    samples: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { streams::latency(handle, samples) }
}

/// Writes the largest number of samples that a push of `block` samples, or finish if `block` is 0, can
/// write to each part.
///
/// # Errors
/// INVALID_ARGUMENT: `block` above max_block. PANIC: also if an earlier call returned it.
///
/// # Safety
/// `handle` comes from auralis_hpss_stream_new; `n_written` points to a writable size_t.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_hpss_stream_max_output(
    handle: *const auralis_hpss_stream,
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
/// `handle` comes from auralis_hpss_stream_new and no other call uses it at the same time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_hpss_stream_reset(handle: *mut auralis_hpss_stream) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { streams::reset(handle) }
}

/// Frees a stream; NULL is allowed and does nothing.
///
/// # Safety
/// `handle` is NULL or comes from auralis_hpss_stream_new, and is not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_hpss_stream_free(handle: *mut auralis_hpss_stream) {
    // SAFETY: as this function asks of its caller.
    unsafe { streams::free(handle) }
}
