//! Harmonic/percussive source separation.

use super::args::{self, Params, Span};
use super::params::pad_mode;
use super::status::{Fault, guard};
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

// SAFETY: repr(C), struct_size first, integers and doubles, no padding at the end.
unsafe impl Params for auralis_hpss_params {
    fn defaults() -> Self {
        let defaults = HpssParams::default();
        Self {
            struct_size: size_of::<Self>(),
            n_fft: defaults.n_fft as u32,
            hop_length: defaults.hop_length as u32,
            win_length: defaults.win_length as u32,
            kernel_harmonic: defaults.kernel_harmonic as u32,
            kernel_percussive: defaults.kernel_percussive as u32,
            power: defaults.power,
            margin_harmonic: defaults.margin_harmonic,
            margin_percussive: defaults.margin_percussive,
            center: defaults.center.into(),
            pad_mode: defaults.pad_mode as u32,
        }
    }
}

impl auralis_hpss_params {
    /// The same, checked for what only C can get wrong.
    pub(super) fn checked(self) -> Result<HpssParams, Fault> {
        Ok(HpssParams {
            n_fft: self.n_fft as usize,
            hop_length: self.hop_length as usize,
            win_length: self.win_length as usize,
            kernel_harmonic: self.kernel_harmonic as usize,
            kernel_percussive: self.kernel_percussive as usize,
            power: self.power,
            margin_harmonic: self.margin_harmonic,
            margin_percussive: self.margin_percussive,
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
pub unsafe extern "C" fn auralis_hpss_params_init(params: *mut auralis_hpss_params, size: usize) -> i32 {
    guard(|| unsafe { args::params_init(params, size) })
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
    guard(|| unsafe {
        let audio = args::input("audio", audio, "n_samples", n_samples)?;
        let params = args::params::<auralis_hpss_params>(params)?.checked()?;
        let harmonic = args::output("harmonic", harmonic, n_samples, n_samples)?;
        let percussive = args::output("percussive", percussive, n_samples, n_samples)?;
        args::disjoint([Span::input("audio", audio), harmonic.span(), percussive.span()])?;
        HpssPlan::new(&params)?.process(audio, harmonic.slice(), percussive.slice())?;
        Ok(())
    })
}
