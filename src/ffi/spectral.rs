//! Measures of each frame: spectral centroid, rolloff and flatness, the level, zero crossings.

use super::args::{self, Given, Input, Output};
use super::fields::params;
use super::status::guard;
use crate::blocks::error::Result as KernelResult;
use crate::blocks::stft::StftParams;
use crate::kernels::spectral::{
    RmsParams, RmsPlan, SpectralParams, spectral_centroid, spectral_flatness, spectral_rolloff,
};
use crate::kernels::zero_crossing::{ZeroCrossingParams, ZeroCrossingPlan};

/// Parameters of auralis_spectral_centroid, auralis_spectral_rolloff and auralis_spectral_flatness;
/// auralis_spectral_params_init fills in the defaults.
#[repr(C)]
#[derive(Clone, Copy)]
#[allow(non_camel_case_types)]
pub struct auralis_spectral_params {
    /// sizeof(auralis_spectral_params), by which the library knows the version of the struct.
    pub struct_size: usize,
    /// Share of the sum of magnitudes that lies below the rolloff, above 0 and below 1. Default 0.85.
    pub roll_percent: f64,
    /// Exponent of the magnitudes of the flatness, above 0 and up to 8. Default 2.
    pub power: f64,
    /// Smallest value that enters the flatness, above 0 and finite. Default 1e-10.
    pub amin: f64,
    /// Samples in a frame, 2 to 2^20. Default 2048.
    pub n_fft: u32,
    /// Samples between frames, 0 to 2^31; 0 stands for n_fft / 4. Default 512.
    pub hop_length: u32,
    /// Samples of the Hann window, 0 to n_fft; 0 stands for n_fft. Default 0.
    pub win_length: u32,
    /// 1: frame t is centred on sample t * hop_length, and the signal is continued at its ends. 0: frame t
    /// begins at that sample, and the signal must be as long as a frame. Default 1.
    pub center: u32,
    /// How the signal is continued at its ends if center is 1: AURALIS_PAD_*. Default AURALIS_PAD_CONSTANT.
    pub pad_mode: u32,
    /// Has no meaning yet and must be 0.
    pub reserved: u32,
}

params!(auralis_spectral_params => SpectralParams {
    roll_percent,
    power,
    amin;
    stft: StftParams { n_fft, hop_length, win_length, center, pad_mode }
}, reserved);

/// Parameters of auralis_rms; auralis_rms_params_init fills in the defaults.
#[repr(C)]
#[derive(Clone, Copy)]
#[allow(non_camel_case_types)]
pub struct auralis_rms_params {
    /// sizeof(auralis_rms_params), by which the library knows the version of the struct.
    pub struct_size: usize,
    /// Samples in a frame, 1 to 2^20. Default 2048.
    pub frame_length: u32,
    /// Samples between frames, 1 to 2^31. Default 512.
    pub hop_length: u32,
    /// 1: frame t is centred on sample t * hop_length, and the signal is continued at its ends. 0: frame t
    /// begins at that sample, and the signal must be as long as a frame. Default 1.
    pub center: u32,
    /// How the signal is continued at its ends if center is 1: AURALIS_PAD_*. Default AURALIS_PAD_CONSTANT.
    pub pad_mode: u32,
}

params!(auralis_rms_params => RmsParams { frame_length, hop_length, center, pad_mode });

/// Fills `params` with the defaults and sets its struct_size to `size`, which is
/// sizeof(auralis_spectral_params).
///
/// # Errors
/// INVALID_ARGUMENT: `size` is no multiple of sizeof(size_t), or above 4096.
///
/// # Safety
/// `params` points to `size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_spectral_params_init(
    params: *mut auralis_spectral_params,
    size: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { args::params_init(params, size) }
}

/// Fills `params` with the defaults and sets its struct_size to `size`, which is
/// sizeof(auralis_rms_params).
///
/// # Errors
/// INVALID_ARGUMENT: `size` is no multiple of sizeof(size_t), or above 4096.
///
/// # Safety
/// `params` points to `size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_rms_params_init(params: *mut auralis_rms_params, size: usize) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { args::params_init(params, size) }
}

/// Writes the number of frames that auralis_spectral_centroid, auralis_spectral_rolloff or
/// auralis_spectral_flatness gives for a signal of `n_samples`: 1 + n_samples / hop_length if center is 1,
/// else 1 + (n_samples - n_fft) / hop_length, rounded down. Costs nothing.
///
/// # Errors
/// INVALID_ARGUMENT: `n_samples` is 0 or, with center 0, below n_fft; a parameter outside its range.
///
/// # Safety
/// `params` is NULL or points to as many readable bytes as its struct_size says; `n_frames` points to a
/// writable size_t.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_spectral_frames(
    n_samples: usize,
    params: *const auralis_spectral_params,
    n_frames: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { args::frames(n_samples, params, n_frames, SpectralParams::frames) }
}

/// Spectral centroid of each frame in Hz, as librosa.feature.spectral_centroid computes it: sum (f *
/// |X(f)|) / sum |X(f)| over the frequencies f of the bins; 0 for silence.
///
/// `audio`: `n_samples` samples of one channel, at least 1. `sample_rate`: in Hz, 8000 to 384000.
/// `centroid`: room for `capacity` doubles, at least as many as auralis_spectral_frames says; shape
/// `[n_frames]`.
///
/// # Errors
/// INVALID_ARGUMENT: `sample_rate` or a parameter outside its range; audio shorter than a frame if center
/// is 0. BUFFER_TOO_SMALL. NON_FINITE_INPUT. OUT_OF_MEMORY.
///
/// # Safety
/// `audio` points to `n_samples` readable doubles, `centroid` to `capacity` writable ones; `params` is NULL
/// or points to as many readable bytes as its struct_size says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_spectral_centroid(
    audio: *const f64,
    n_samples: usize,
    sample_rate: f64,
    params: *const auralis_spectral_params,
    centroid: *mut f64,
    capacity: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (audio, params, centroid) =
        unsafe { (Input::new(audio, n_samples), Given::new(params), Output::new(centroid, capacity)) };
    of_each_frame(audio, params, ("centroid", centroid), |audio, params| {
        spectral_centroid(audio, sample_rate, params)
    })
}

/// Spectral rolloff of each frame in Hz, as librosa.feature.spectral_rolloff computes it: the lowest bin up
/// to which the magnitudes make up roll_percent of their sum; 0 for silence.
///
/// `audio`: `n_samples` samples of one channel, at least 1. `sample_rate`: in Hz, 8000 to 384000.
/// `rolloff`: room for `capacity` doubles, at least as many as auralis_spectral_frames says; shape
/// `[n_frames]`.
///
/// # Errors
/// INVALID_ARGUMENT: `sample_rate` or a parameter outside its range; audio shorter than a frame if center
/// is 0. BUFFER_TOO_SMALL. NON_FINITE_INPUT. OUT_OF_MEMORY.
///
/// # Safety
/// `audio` points to `n_samples` readable doubles, `rolloff` to `capacity` writable ones; `params` is NULL
/// or points to as many readable bytes as its struct_size says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_spectral_rolloff(
    audio: *const f64,
    n_samples: usize,
    sample_rate: f64,
    params: *const auralis_spectral_params,
    rolloff: *mut f64,
    capacity: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (audio, params, rolloff) =
        unsafe { (Input::new(audio, n_samples), Given::new(params), Output::new(rolloff, capacity)) };
    of_each_frame(audio, params, ("rolloff", rolloff), |audio, params| {
        spectral_rolloff(audio, sample_rate, params)
    })
}

/// Spectral flatness of each frame, as librosa.feature.spectral_flatness computes it: the geometric mean of
/// max(amin, |X|^power) divided by the arithmetic mean. It is 1 for silence, close to 1 for white noise and
/// close to 0 for a tone.
///
/// `audio`: `n_samples` samples of one channel, at least 1. `flatness`: room for `capacity` doubles, at
/// least as many as auralis_spectral_frames says; shape `[n_frames]`.
///
/// # Errors
/// INVALID_ARGUMENT: a parameter outside its range; audio shorter than a frame if center is 0.
/// BUFFER_TOO_SMALL. NON_FINITE_INPUT. OUT_OF_MEMORY.
///
/// # Safety
/// `audio` points to `n_samples` readable doubles, `flatness` to `capacity` writable ones; `params` is NULL
/// or points to as many readable bytes as its struct_size says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_spectral_flatness(
    audio: *const f64,
    n_samples: usize,
    params: *const auralis_spectral_params,
    flatness: *mut f64,
    capacity: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (audio, params, flatness) =
        unsafe { (Input::new(audio, n_samples), Given::new(params), Output::new(flatness, capacity)) };
    of_each_frame(audio, params, ("flatness", flatness), spectral_flatness)
}

/// The whole of the functions above.
fn of_each_frame(
    audio: Input,
    params: Given<auralis_spectral_params>,
    (name, out): (&'static str, Output<f64>),
    measure: impl FnOnce(&[f64], &SpectralParams) -> KernelResult<Vec<f64>>,
) -> i32 {
    guard(|memory| {
        let audio = memory.read("audio", "n_samples", audio)?;
        let params = params.checked()?;
        let out = memory.write(name, out, params.frames(audio.len())?)?;
        out.copy_from_slice(&measure(audio, &params)?);
        Ok(())
    })
}

/// Writes the number of frames that auralis_rms gives for a signal of `n_samples`: 1 + n_samples /
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
pub unsafe extern "C" fn auralis_rms_frames(
    n_samples: usize,
    params: *const auralis_rms_params,
    n_frames: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { args::frames(n_samples, params, n_frames, RmsParams::frames) }
}

/// Root mean square of each frame, as librosa.feature.rms computes it: sqrt(sum x^2 / frame_length).
///
/// `audio`: `n_samples` samples of one channel, at least 1. `rms`: room for `capacity` doubles, at least as
/// many as auralis_rms_frames says; shape `[n_frames]`, in the unit of the audio.
///
/// # Errors
/// INVALID_ARGUMENT: a parameter outside its range; audio shorter than a frame if center is 0.
/// BUFFER_TOO_SMALL. NON_FINITE_INPUT. OUT_OF_MEMORY.
///
/// # Safety
/// `audio` points to `n_samples` readable doubles, `rms` to `capacity` writable ones; `params` is NULL or
/// points to as many readable bytes as its struct_size says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_rms(
    audio: *const f64,
    n_samples: usize,
    params: *const auralis_rms_params,
    rms: *mut f64,
    capacity: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (audio, params, rms) =
        unsafe { (Input::new(audio, n_samples), Given::new(params), Output::new(rms, capacity)) };
    guard(|memory| {
        let audio = memory.read("audio", "n_samples", audio)?;
        let params = params.checked()?;
        let rms = memory.write("rms", rms, params.frames(n_samples)?)?;
        Ok(RmsPlan::new(&params)?.process(audio, rms)?)
    })
}

/// Parameters of auralis_zero_crossing_rate; auralis_zero_crossing_rate_params_init fills in the defaults.
#[repr(C)]
#[derive(Clone, Copy)]
#[allow(non_camel_case_types)]
pub struct auralis_zero_crossing_rate_params {
    /// sizeof(auralis_zero_crossing_rate_params), by which the library knows the version of the struct.
    pub struct_size: usize,
    /// Samples in a frame, 1 to 2^20. Default 2048.
    pub frame_length: u32,
    /// Samples between frames, 1 to 2^31. Default 512.
    pub hop_length: u32,
    /// 1: frame t is centred on sample t * hop_length, and the first and the last sample go on beyond the
    /// ends. 0: frame t begins at that sample, and the signal must be as long as a frame. Default 1.
    pub center: u32,
    /// Has no meaning yet and must be 0.
    pub reserved: u32,
    /// What lies within this of zero is zero, which counts as positive; 0 to 1e100. Default 1e-10.
    pub threshold: f64,
}

params!(auralis_zero_crossing_rate_params => ZeroCrossingParams {
    frame_length in ZeroCrossingParams::FRAME_LENGTH,
    hop_length in ZeroCrossingParams::HOP_LENGTH,
    center,
    threshold in ZeroCrossingParams::THRESHOLD,
}, reserved);

/// Fills `params` with the defaults and sets its struct_size to `size`, which is
/// sizeof(auralis_zero_crossing_rate_params).
///
/// # Errors
/// INVALID_ARGUMENT: `size` is no multiple of sizeof(size_t), or above 4096.
///
/// # Safety
/// `params` points to `size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_zero_crossing_rate_params_init(
    params: *mut auralis_zero_crossing_rate_params,
    size: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { args::params_init(params, size) }
}

/// Writes the number of frames that auralis_zero_crossing_rate gives for a signal of `n_samples`: 1 +
/// n_samples / hop_length if center is 1, else 1 + (n_samples - frame_length) / hop_length, rounded down.
/// Costs nothing.
///
/// # Errors
/// INVALID_ARGUMENT: `n_samples` is 0 or, with center 0, below frame_length; a parameter outside its range.
///
/// # Safety
/// `params` is NULL or points to as many readable bytes as its struct_size says; `n_frames` points to a
/// writable size_t.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_zero_crossing_rate_frames(
    n_samples: usize,
    params: *const auralis_zero_crossing_rate_params,
    n_frames: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { args::frames(n_samples, params, n_frames, ZeroCrossingParams::frames) }
}

/// Share of the samples of each frame whose sign differs from that of the sample before, as
/// librosa.feature.zero_crossing_rate computes it. The first sample of a frame has
/// none before it.
///
/// `audio`: `n_samples` samples of one channel, at least 1. `rate`: room for `capacity` doubles, at least as
/// many as auralis_zero_crossing_rate_frames says; shape `[n_frames]`, 0 to 1.
///
/// # Errors
/// INVALID_ARGUMENT: a parameter outside its range; audio shorter than a frame if center is 0.
/// BUFFER_TOO_SMALL. NON_FINITE_INPUT. OUT_OF_MEMORY.
///
/// # Safety
/// `audio` points to `n_samples` readable doubles, `rate` to `capacity` writable ones; `params` is NULL or
/// points to as many readable bytes as its struct_size says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_zero_crossing_rate(
    audio: *const f64,
    n_samples: usize,
    params: *const auralis_zero_crossing_rate_params,
    rate: *mut f64,
    capacity: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (audio, params, rate) =
        unsafe { (Input::new(audio, n_samples), Given::new(params), Output::new(rate, capacity)) };
    guard(|memory| {
        let audio = memory.read("audio", "n_samples", audio)?;
        let params = params.checked()?;
        let rate = memory.write("rate", rate, params.frames(n_samples)?)?;
        Ok(ZeroCrossingPlan::new(&params)?.process(audio, rate)?)
    })
}
