//! Harmonic/percussive source separation.

use super::args::{self, Given, Input, Output, Place};
use super::fields::params;
use super::status::guard;
use super::streams::{self, Exclusive, Handle};
use crate::blocks::error::require_sample_rate;
use crate::kernels::hpss::{HpssParams, HpssPlan};

/// Parameters of auralis_hpss. Fill with auralis_hpss_params_init.
#[repr(C)]
#[derive(Clone, Copy)]
#[allow(non_camel_case_types)]
pub struct auralis_hpss_params {
    /// sizeof(auralis_hpss_params)
    pub struct_size: usize,
    /// Samples in a frame. Default 2048.
    pub n_fft: u32,
    /// Samples between frames; 0 is n_fft / 4. Default 512.
    pub hop_length: u32,
    /// Samples of the Hann window, at most n_fft; 0 is n_fft. Default 0.
    pub win_length: u32,
    /// Frames of the median along time, 1 to 4095. Default 31.
    pub kernel_harmonic: u32,
    /// Bins of the median along frequency, 1 to 4095. Default 31.
    pub kernel_percussive: u32,
    /// Exponent of the masks, above 0; infinite: each bin goes wholly to the larger part. Default 2.
    pub power: f64,
    /// How many times the percussive median the harmonic one must be, 1 to 1e6. Above 1, what neither
    /// part claims is left out of both. Default 1.
    pub margin_harmonic: f64,
    /// The same for the percussive part. Default 1.
    pub margin_percussive: f64,
    /// 1: frame t is centred on sample t * hop_length; 0: it begins there. Default 1.
    pub center: u32,
    /// How the signal is continued at its ends if center is 1: AURALIS_PAD_*. Default CONSTANT.
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

/// Fills `params`, a struct of `size` bytes, with the defaults.
///
/// # Safety
/// `params` points to `size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_hpss_params_init(params: *mut auralis_hpss_params, size: usize) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { args::params_init(params, size) }
}

/// Separates a signal into a harmonic and a percussive part by median filtering (D. Fitzgerald, DAFx
/// 2010; margins after J. Driedger, M. Mueller and S. Disch, ISMIR 2014) as librosa.effects.hpss does.
/// With both margins at 1 the parts add up to the signal.
///
/// `harmonic`, `percussive`: room for `n_samples` doubles each.
///
/// # Safety
/// `audio` points to `n_samples` doubles, `harmonic` and `percussive` to as many writable ones; `params`
/// is NULL or points to a struct as its struct_size says.
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

/// Makes a stream that takes blocks of up to `max_block` samples and gives what auralis_hpss gives for the
/// whole signal, bit for bit. All memory is taken here.
///
/// `sample_rate`: 8000 to 384000 Hz; the separation does not depend on it. `handle`: to be freed with
/// auralis_hpss_stream_free.
///
/// # Safety
/// `params` is NULL or points to a struct as its struct_size says; `handle` is writable.
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

/// Takes the next samples and writes those of both parts that are ready to the front of `harmonic` and
/// `percussive`; `n_written` to each. Never allocates, locks or blocks. Takes nothing if it fails.
///
/// `harmonic`, `percussive`: room for `capacity` doubles each; as many as auralis_hpss_stream_max_output
/// says always suffice.
///
/// # Safety
/// `handle` comes from auralis_hpss_stream_new and nothing else uses it; `audio` points to `n_samples`
/// doubles, `harmonic` and `percussive` to `capacity` writable ones; `n_written` is writable.
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

/// Ends the signal and writes the samples that are still missing, as auralis_hpss_stream_push does; the
/// stream is then as new. Never allocates, locks or blocks.
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

/// The most samples by which an output lags behind the input.
///
/// # Safety
/// `handle` comes from auralis_hpss_stream_new; `samples` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_hpss_stream_latency(
    handle: *const auralis_hpss_stream,
    samples: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { streams::latency(handle, samples) }
}

/// The most samples that one push of `block` samples can write to each part, or finish if `block` is 0.
///
/// # Safety
/// `handle` comes from auralis_hpss_stream_new; `n_written` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_hpss_stream_max_output(
    handle: *const auralis_hpss_stream,
    block: usize,
    n_written: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { streams::max_output(handle, block, n_written) }
}

/// Forgets the signal; the stream is then as new.
///
/// # Safety
/// `handle` comes from auralis_hpss_stream_new and nothing else uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_hpss_stream_reset(handle: *mut auralis_hpss_stream) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { streams::reset(handle) }
}

/// Gives the stream's memory back; NULL is a no-op.
///
/// # Safety
/// `handle` is NULL or comes from auralis_hpss_stream_new, and is not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_hpss_stream_free(handle: *mut auralis_hpss_stream) {
    // SAFETY: as this function asks of its caller.
    unsafe { streams::free(handle) }
}
