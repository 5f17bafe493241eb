//! Fundamental frequency.

use super::args::{self, Params, Span};
use super::params::pad_mode;
use super::status::{Fault, guard};
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

// SAFETY: repr(C), struct_size first, integers and doubles, no padding at the end.
unsafe impl Params for auralis_yin_params {
    fn defaults() -> Self {
        let YinParams { fmin, fmax, trough_threshold, frame_length, hop_length, center, pad_mode } =
            YinParams::default();
        Self {
            struct_size: size_of::<Self>(),
            fmin,
            fmax,
            trough_threshold,
            frame_length: frame_length as u32,
            hop_length: hop_length as u32,
            center: center.into(),
            pad_mode: pad_mode as u32,
        }
    }
}

impl auralis_yin_params {
    /// The same, checked for what only C can get wrong.
    pub(super) fn checked(self) -> Result<YinParams, Fault> {
        Ok(YinParams {
            fmin: self.fmin,
            fmax: self.fmax,
            trough_threshold: self.trough_threshold,
            frame_length: self.frame_length as usize,
            hop_length: self.hop_length as usize,
            center: args::flag("center", self.center)?,
            pad_mode: pad_mode(self.pad_mode)?,
        })
    }
}

/// Fills `params`, a struct of `size` bytes, with the defaults.
///
/// # Safety
/// `params` points to `size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_yin_params_init(params: *mut auralis_yin_params, size: usize) -> i32 {
    guard(|| unsafe { args::params_init(params, size) })
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
    guard(|| unsafe {
        args::check_samples(n_samples)?;
        let params = args::params::<auralis_yin_params>(params)?.checked()?;
        args::output_value("n_frames", n_frames)?.set(params.frames(n_samples)?);
        Ok(())
    })
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
    guard(|| unsafe {
        let audio = args::input("audio", audio, "n_samples", n_samples)?;
        let params = args::params::<auralis_yin_params>(params)?.checked()?;
        let f0 = args::output("f0", f0, capacity, params.frames(n_samples)?)?;
        args::disjoint([Span::input("audio", audio), f0.span()])?;
        YinPlan::new(sample_rate, &params)?.process(audio, f0.slice())?;
        Ok(())
    })
}
