//! Measures of each frame: spectral centroid, rolloff and flatness, and the level.

use super::args::{self, Given, Input, Output};
use super::fields::params;
use super::status::guard;
use crate::blocks::error::Result as KernelResult;
use crate::blocks::stft::StftParams;
use crate::kernels::spectral::{
    RmsParams, RmsPlan, SpectralParams, spectral_centroid, spectral_flatness, spectral_rolloff,
};

/// Parameters of auralis_spectral_centroid, _rolloff and _flatness. Fill with
/// auralis_spectral_params_init.
#[repr(C)]
#[derive(Clone, Copy)]
#[allow(non_camel_case_types)]
pub struct auralis_spectral_params {
    /// sizeof(auralis_spectral_params)
    pub struct_size: usize,
    /// Share of the magnitudes that lie below the rolloff, above 0 and below 1. Default 0.85.
    pub roll_percent: f64,
    /// What magnitudes are raised to for the flatness, above 0 and up to 8. Default 2.
    pub power: f64,
    /// The least value that enters the flatness, above 0. Default 1e-10.
    pub amin: f64,
    /// Samples in a frame, 2 to 2^20. Default 2048.
    pub n_fft: u32,
    /// Samples between frames, up to n_fft; 0 is n_fft / 4. Default 512.
    pub hop_length: u32,
    /// Samples of the Hann window, up to n_fft; 0 is n_fft. Default 0.
    pub win_length: u32,
    /// 1: frame t is centred on sample t * hop_length; 0: it begins there. Default 1.
    pub center: u32,
    /// How a centred signal is continued at its ends: AURALIS_PAD_*. Default CONSTANT.
    pub pad_mode: u32,
    /// 0
    pub reserved: u32,
}

params!(auralis_spectral_params => SpectralParams {
    roll_percent,
    power,
    amin;
    stft: StftParams { n_fft, hop_length, win_length, center, pad_mode }
}, reserved);

/// Parameters of auralis_rms. Fill with auralis_rms_params_init.
#[repr(C)]
#[derive(Clone, Copy)]
#[allow(non_camel_case_types)]
pub struct auralis_rms_params {
    /// sizeof(auralis_rms_params)
    pub struct_size: usize,
    /// Samples in a frame, 1 to 2^20. Default 2048.
    pub frame_length: u32,
    /// Samples between frames, 1 to 2^31. Default 512.
    pub hop_length: u32,
    /// 1: frame t is centred on sample t * hop_length; 0: it begins there. Default 1.
    pub center: u32,
    /// How a centred signal is continued at its ends: AURALIS_PAD_*. Default CONSTANT.
    pub pad_mode: u32,
}

params!(auralis_rms_params => RmsParams { frame_length, hop_length, center, pad_mode });

/// Fills `params`, a struct of `size` bytes, with the defaults.
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

/// Fills `params`, a struct of `size` bytes, with the defaults.
///
/// # Safety
/// `params` points to `size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_rms_params_init(params: *mut auralis_rms_params, size: usize) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { args::params_init(params, size) }
}

/// The number of frames, 1 + n_samples / hop_length if they are centred, that auralis_spectral_centroid,
/// _rolloff and _flatness give.
///
/// # Safety
/// `params` is NULL or points to a struct as its struct_size says; `n_frames` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_spectral_frames(
    n_samples: usize,
    params: *const auralis_spectral_params,
    n_frames: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { args::frames(n_samples, params, n_frames, SpectralParams::frames) }
}

/// Centre of gravity in Hz of the magnitudes of each frame's spectrum, 0 for silence, as
/// librosa.feature.spectral_centroid.
///
/// `sample_rate`: 8000 to 384000 Hz. `centroid`: room for auralis_spectral_frames doubles, `capacity` of
/// them.
///
/// # Safety
/// `audio` points to `n_samples` doubles, `centroid` to `capacity` writable ones; `params` is NULL or points
/// to a struct as its struct_size says.
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

/// Frequency in Hz below which a share (roll_percent) of the magnitudes of each frame's spectrum lie, 0 for
/// silence, as librosa.feature.spectral_rolloff.
///
/// `sample_rate`: 8000 to 384000 Hz. `rolloff`: room for auralis_spectral_frames doubles, `capacity` of
/// them.
///
/// # Safety
/// `audio` points to `n_samples` doubles, `rolloff` to `capacity` writable ones; `params` is NULL or points
/// to a struct as its struct_size says.
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

/// Geometric over arithmetic mean of each frame's power spectrum, 1 for white noise or silence and towards
/// 0 for a tone, as librosa.feature.spectral_flatness.
///
/// `flatness`: room for auralis_spectral_frames doubles, `capacity` of them.
///
/// # Safety
/// `audio` points to `n_samples` doubles, `flatness` to `capacity` writable ones; `params` is NULL or points
/// to a struct as its struct_size says.
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

/// The number of frames, 1 + n_samples / hop_length if they are centred, that auralis_rms gives.
///
/// # Safety
/// `params` is NULL or points to a struct as its struct_size says; `n_frames` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_rms_frames(
    n_samples: usize,
    params: *const auralis_rms_params,
    n_frames: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { args::frames(n_samples, params, n_frames, RmsParams::frames) }
}

/// Root of the mean square of each frame, as librosa.feature.rms.
///
/// `rms`: room for auralis_rms_frames doubles, `capacity` of them.
///
/// # Safety
/// `audio` points to `n_samples` doubles, `rms` to `capacity` writable ones; `params` is NULL or points to a
/// struct as its struct_size says.
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
