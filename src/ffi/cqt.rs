//! Constant-Q transform.

use rustfft::num_complex::Complex64;

use super::args::{self, Given, Input, Output};
use super::fields::params;
use super::status::guard;
use crate::kernels::cqt::{CqtParams, CqtPlan};

/// Parameters of auralis_cqt. Fill with auralis_cqt_params_init.
#[repr(C)]
#[derive(Clone, Copy)]
#[allow(non_camel_case_types)]
pub struct auralis_cqt_params {
    /// sizeof(auralis_cqt_params)
    pub struct_size: usize,
    /// Frequency of the lowest bin in Hz, at least 1. Default C1, 32.703.
    pub fmin: f64,
    /// Shift of all bins in fractions of a bin, -1000 to 1000; NaN: estimated. Default 0.
    pub tuning: f64,
    /// Factor of the filters' lengths, 0.25 to 16; below 1 time resolution is better. Default 1.
    pub filter_scale: f64,
    /// Number of bins, 1 to 4096; the highest must end below half the sample rate. Default 84.
    pub n_bins: u32,
    /// Bins per octave, 1 to 960. Default 12.
    pub bins_per_octave: u32,
    /// Samples between frames, 1 to 2^20. Default 512.
    pub hop_length: u32,
    /// How the signal is continued at its ends: AURALIS_PAD_*. Default CONSTANT.
    pub pad_mode: u32,
}

params!(auralis_cqt_params => CqtParams {
    fmin,
    tuning,
    filter_scale,
    n_bins,
    bins_per_octave,
    hop_length,
    pad_mode,
});

/// Fills `params`, a struct of `size` bytes, with the defaults.
///
/// # Safety
/// `params` points to `size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_cqt_params_init(params: *mut auralis_cqt_params, size: usize) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { args::params_init(params, size) }
}

/// The number of frames, 1 + n_samples / hop_length, that auralis_cqt gives.
///
/// # Safety
/// `params` is NULL or points to a struct as its struct_size says; `n_frames` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_cqt_frames(
    n_samples: usize,
    params: *const auralis_cqt_params,
    n_frames: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { args::frames(n_samples, params, n_frames, CqtParams::frames) }
}

/// Constant-Q transform (C. Schoerkhuber and A. Klapuri, SMC 2010) with the wavelets, scaling and phase
/// of librosa.cqt, to 1e-4 of the largest coefficient; frame t is centred on sample t * hop_length.
///
/// `sample_rate`: 8000 to 384000 Hz. `coefficients`: room for 2 * n_bins * auralis_cqt_frames doubles,
/// `capacity` of them; shape [n_bins][n_frames] of re, im.
///
/// # Safety
/// `audio` points to `n_samples` doubles, `coefficients` to `capacity` writable ones; `params` is NULL or
/// points to a struct as its struct_size says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_cqt(
    audio: *const f64,
    n_samples: usize,
    sample_rate: f64,
    params: *const auralis_cqt_params,
    coefficients: *mut f64,
    capacity: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (audio, params, coefficients) =
        unsafe { (Input::new(audio, n_samples), Given::new(params), Output::new(coefficients, capacity)) };
    guard(|memory| {
        let audio = memory.read("audio", "n_samples", audio)?;
        let params = params.checked()?;
        params.check_untuned(sample_rate)?;
        let needed = params.frames(n_samples)?.saturating_mul(params.n_bins).saturating_mul(2);
        let coefficients = memory.write("coefficients", coefficients, needed)?;
        let mut plan = CqtPlan::new(sample_rate, &params.tuned(audio, sample_rate)?)?;
        Ok(plan.process(audio, complex(coefficients))?)
    })
}

/// Interleaved pairs as complex numbers.
fn complex(pairs: &mut [f64]) -> &mut [Complex64] {
    // SAFETY: a Complex64 is, repr(C), two doubles.
    unsafe { std::slice::from_raw_parts_mut(pairs.as_mut_ptr().cast(), pairs.len() / 2) }
}
