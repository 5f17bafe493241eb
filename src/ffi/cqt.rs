//! Constant-Q transform.

use rustfft::num_complex::Complex64;

use super::args::{self, Given, Input, Output};
use super::fields::params;
use super::status::guard;
use crate::kernels::cqt::{CqtParams, CqtPlan};

/// Parameters of auralis_cqt; auralis_cqt_params_init fills in the defaults.
#[repr(C)]
#[derive(Clone, Copy)]
#[allow(non_camel_case_types)]
pub struct auralis_cqt_params {
    /// sizeof(auralis_cqt_params), by which the library knows the version of the struct.
    pub struct_size: usize,
    /// Frequency of the lowest bin in Hz, 1 to sample_rate / 2. Default 32.703, the note C1.
    pub fmin: f64,
    /// Deviation of all bins from fmin, in fractions of a bin, -1000 to 1000. NaN: it is estimated from the
    /// signal. Default 0.
    pub tuning: f64,
    /// Factor of the lengths of the filters, 0.25 to 16. Below 1 time is resolved better, above 1 frequency.
    /// Default 1.
    pub filter_scale: f64,
    /// Number of bins, 1 to 4096. The highest must end below sample_rate / 2. Default 84.
    pub n_bins: u32,
    /// Bins per octave, 1 to 960. Default 12.
    pub bins_per_octave: u32,
    /// Samples between frames, 1 to 2^20. Default 512.
    pub hop_length: u32,
    /// How the signal is continued at its ends: AURALIS_PAD_*. Default AURALIS_PAD_CONSTANT.
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

/// Fills `params` with the defaults and sets its struct_size to `size`, which is
/// sizeof(auralis_cqt_params).
///
/// # Errors
/// INVALID_ARGUMENT: `size` is no multiple of sizeof(size_t), or above 4096.
///
/// # Safety
/// `params` points to `size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_cqt_params_init(params: *mut auralis_cqt_params, size: usize) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { args::params_init(params, size) }
}

/// Writes the number of frames that auralis_cqt gives for a signal of `n_samples`: 1 + n_samples /
/// hop_length, rounded down. Costs nothing.
///
/// # Errors
/// INVALID_ARGUMENT: `n_samples` is 0, or a parameter outside its range.
///
/// # Safety
/// `params` is NULL or points to as many readable bytes as its struct_size says; `n_frames` points to a
/// writable size_t.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_cqt_frames(
    n_samples: usize,
    params: *const auralis_cqt_params,
    n_frames: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { args::frames(n_samples, params, n_frames, CqtParams::frames) }
}

/// Constant-Q transform (C. Schoerkhuber and A. Klapuri, SMC 2010) with the wavelets, scaling and phase of
/// librosa.cqt: bin k has the frequency fmin * 2^((k + tuning) / bins_per_octave), and its frame t is the
/// correlation of the signal with the wavelet of that frequency centred on sample t * hop_length. The
/// coefficients keep within 1e-4 of the largest to that definition, of which librosa.cqt is an
/// approximation.
///
/// `audio`: `n_samples` samples of one channel, at least 1. `sample_rate`: in Hz, 8000 to 384000.
/// `coefficients`: room for `capacity` doubles, at least 2 * n_bins * auralis_cqt_frames; shape
/// `[n_bins][n_frames]` of re, im.
///
/// # Errors
/// INVALID_ARGUMENT: `sample_rate` or a parameter outside its range; a bin that does not end below
/// sample_rate / 2; a filter that would be too long, as fmin is too low. BUFFER_TOO_SMALL.
/// NON_FINITE_INPUT. OUT_OF_MEMORY.
///
/// # Safety
/// `audio` points to `n_samples` readable doubles, `coefficients` to `capacity` writable ones; `params` is
/// NULL or points to as many readable bytes as its struct_size says.
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
