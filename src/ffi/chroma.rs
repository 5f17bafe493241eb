//! Chromagram over the constant-Q transform, and tuning.

use super::args::{self, Params, Span};
use super::params::{norm, pad_mode};
use super::status::{Fault, guard};
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

// SAFETY: repr(C), struct_size first, integers and doubles, no padding at the end.
unsafe impl Params for auralis_chroma_params {
    fn defaults() -> Self {
        let defaults = ChromaParams::default();
        Self {
            struct_size: size_of::<Self>(),
            fmin: defaults.fmin,
            tuning: defaults.tuning,
            hop_length: defaults.hop_length as u32,
            n_chroma: defaults.n_chroma as u32,
            n_octaves: defaults.n_octaves as u32,
            bins_per_octave: defaults.bins_per_octave as u32,
            norm: defaults.norm as u32,
            pad_mode: defaults.pad_mode as u32,
        }
    }
}

impl auralis_chroma_params {
    /// The same, checked for what only C can get wrong.
    pub(super) fn checked(self) -> Result<ChromaParams, Fault> {
        Ok(ChromaParams {
            fmin: self.fmin,
            tuning: self.tuning,
            hop_length: self.hop_length as usize,
            n_chroma: self.n_chroma as usize,
            n_octaves: self.n_octaves as usize,
            bins_per_octave: self.bins_per_octave as usize,
            norm: norm(self.norm)?,
            pad_mode: pad_mode(self.pad_mode)?,
        })
    }
}

/// Fills `params`, a struct of `size` bytes, with the defaults.
///
/// # Safety
/// `params` points to `size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_chroma_params_init(params: *mut auralis_chroma_params, size: usize) -> i32 {
    guard(|| unsafe { args::params_init(params, size) })
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
    guard(|| unsafe {
        args::check_samples(n_samples)?;
        let params = args::params::<auralis_chroma_params>(params)?.checked()?;
        args::output_value("n_frames", n_frames)?.set(params.frames(n_samples)?);
        Ok(())
    })
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
    guard(|| unsafe {
        let audio = args::input("audio", audio, "n_samples", n_samples)?;
        let params = args::params::<auralis_chroma_params>(params)?.checked()?;
        params.check_untuned(sample_rate)?;
        let needed = params.frames(n_samples)?.saturating_mul(params.n_chroma);
        let chroma = args::output("chroma", chroma, capacity, needed)?;
        args::disjoint([Span::input("audio", audio), chroma.span()])?;
        let mut plan = ChromaPlan::new(sample_rate, &params.tuned(audio, sample_rate)?)?;
        plan.process(audio, chroma.slice())?;
        Ok(())
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
    guard(|| unsafe {
        let audio = args::input("audio", audio, "n_samples", n_samples)?;
        let tuning = args::output_value("tuning", tuning)?;
        args::disjoint([Span::input("audio", audio), tuning.span()])?;
        tuning.set(estimate_tuning(audio, sample_rate, bins_per_octave as usize)?);
        Ok(())
    })
}
