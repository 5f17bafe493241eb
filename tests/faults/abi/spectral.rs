//! Spectral centroid, rolloff and flatness, and the level of frames.

use auralis_dsp::ffi::spectral::{
    auralis_rms, auralis_rms_frames, auralis_rms_params, auralis_rms_params_init, auralis_spectral_centroid,
    auralis_spectral_flatness, auralis_spectral_frames, auralis_spectral_params,
    auralis_spectral_params_init, auralis_spectral_rolloff,
};

use super::kernels::Kernel;
use super::params::params;

pub struct Centroid;
pub struct Rolloff;
pub struct Flatness;
pub struct Rms;

/// A kernel for spectra, and how it is called.
macro_rules! spectral {
    ($kernel:ty, $has_rate:literal, $highest:expr, |$audio:ident, $n:ident, $rate:ident, $params:ident, $out:ident, $capacity:ident| $call:expr) => {
        params!(
            $kernel,
            auralis_spectral_params,
            auralis_spectral_params_init,
            [roll_percent power amin n_fft hop_length win_length center pad_mode reserved]
        );

        impl Kernel for $kernel {
            const HAS_SAMPLE_RATE: bool = $has_rate;

            fn frames(n: usize, params: *const auralis_spectral_params, n_frames: &mut usize) -> i32 {
                // SAFETY: the params are as long as their struct_size says.
                unsafe { auralis_spectral_frames(n, params, n_frames) }
            }
            fn width(_: &auralis_spectral_params) -> usize {
                1
            }
            fn call(
                $audio: *const f64,
                $n: usize,
                $rate: f64,
                $params: *const auralis_spectral_params,
                [$out, _]: [*mut f64; 2],
                $capacity: usize,
            ) -> i32 {
                // SAFETY: the caller has the memory that it tells of, or a fault that must be found.
                unsafe { $call }
            }
            fn work(params: &auralis_spectral_params, n_samples: usize, _: f64) -> f64 {
                let (n_fft, hop) = (f64::from(params.n_fft), f64::from(params.hop_length));
                let hop = if hop == 0.0 { (n_fft / 4.0).max(1.0) } else { hop };
                (24.0 + n_samples as f64 / hop) * 60.0 * n_fft
            }
            fn is_plausible(_: usize, value: f64) -> bool {
                // NaN: magnitudes to the power of 8 may leave the range of doubles.
                (0.0..=$highest).contains(&value) || (!$has_rate && value.is_nan())
            }
        }
    };
}

spectral!(Centroid, true, 192_000.0, |audio, n, rate, params, out, capacity| {
    auralis_spectral_centroid(audio, n, rate, params, out, capacity)
});
spectral!(Rolloff, true, 192_000.0, |audio, n, rate, params, out, capacity| {
    auralis_spectral_rolloff(audio, n, rate, params, out, capacity)
});
spectral!(Flatness, false, 1.0 + 1e-9, |audio, n, _rate, params, out, capacity| {
    auralis_spectral_flatness(audio, n, params, out, capacity)
});

params!(Rms, auralis_rms_params, auralis_rms_params_init, [frame_length hop_length center pad_mode]);

impl Kernel for Rms {
    const HAS_SAMPLE_RATE: bool = false;

    fn frames(n_samples: usize, params: *const auralis_rms_params, n_frames: &mut usize) -> i32 {
        // SAFETY: the params are as long as their struct_size says.
        unsafe { auralis_rms_frames(n_samples, params, n_frames) }
    }
    fn width(_: &auralis_rms_params) -> usize {
        1
    }
    fn call(
        audio: *const f64,
        n_samples: usize,
        _: f64,
        params: *const auralis_rms_params,
        [rms, _]: [*mut f64; 2],
        capacity: usize,
    ) -> i32 {
        // SAFETY: the caller has the memory that it tells of, or a fault that must be found.
        unsafe { auralis_rms(audio, n_samples, params, rms, capacity) }
    }
    fn work(params: &auralis_rms_params, n_samples: usize, _: f64) -> f64 {
        let [frame_length, hop] = [params.frame_length, params.hop_length].map(f64::from);
        (2.0 + n_samples as f64 / hop) * frame_length
    }
}
