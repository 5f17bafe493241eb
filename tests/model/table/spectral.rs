//! Spectral centroid, rolloff and flatness, the level and zero crossings of frames.

use auralis_dsp::ffi::spectral::*;

use super::{HALF_OF_MOST, INF, MILLION, MOST, NAN, TINY};
use crate::model::{Case, Function, Kernel, Model, Params};
use crate::{function, params};

pub fn fill(model: &mut Model) {
    model.params.push(Params {
        quick: &[("n_fft", 256.0), ("hop_length", 64.0)],
        ..params!(auralis_spectral_params auralis_spectral_params_init {
            roll_percent: 0.0, 1.0, -1.0, NAN, INF; [TINY] [1.0 - f64::EPSILON]
            power: 0.0, -1.0, 9.0, NAN, INF; [TINY] [8.0]
            amin: 0.0, -1.0, NAN, INF; [TINY] [1e300]
            n_fft: 1.0, MOST; [2.0; hop_length = 1.0] [MILLION; hop_length = MILLION]
            hop_length: MOST; [0.0] [HALF_OF_MOST]
            win_length: 2049.0, MOST; [0.0] [2048.0]
        })
    });
    model.counts.push(
        function!(auralis_spectral_frames(n_samples, params, n_frames))
            .looking_at(|field| matches!(field, "n_fft" | "hop_length" | "win_length" | "center" | "pad_mode")),
    );
    model.kernels.push(Kernel {
        plausible: |_, _, frequency| (0.0..=192_000.0).contains(&frequency),
        ..of_spectra(
            function!(auralis_spectral_centroid(audio, n_samples, sample_rate, params, centroid, capacity))
                .looking_at(|field| !matches!(field, "roll_percent" | "power" | "amin")),
        )
    });
    model.kernels.push(Kernel {
        plausible: |_, _, frequency| (0.0..=192_000.0).contains(&frequency),
        ..of_spectra(
            function!(auralis_spectral_rolloff(audio, n_samples, sample_rate, params, rolloff, capacity))
                .looking_at(|field| !matches!(field, "power" | "amin")),
        )
    });
    model.kernels.push(Kernel {
        // NaN: magnitudes to the power of 8 may leave the range of doubles.
        plausible: |_, _, flatness| flatness.is_nan() || (0.0..=1.0 + 1e-9).contains(&flatness),
        ..of_spectra(
            function!(auralis_spectral_flatness(audio, n_samples, params, flatness, capacity))
                .looking_at(|field| field != "roll_percent"),
        )
    });

    model.params.push(Params {
        quick: &[("frame_length", 256.0), ("hop_length", 64.0)],
        ..params!(auralis_rms_params auralis_rms_params_init {
            frame_length: 0.0, 1_048_577.0, MOST; [1.0] [MILLION]
            hop_length: 0.0, MOST; [1.0] [HALF_OF_MOST]
        })
    });
    model.counts.push(
        function!(auralis_rms_frames(n_samples, params, n_frames))
            .looking_at(|field| matches!(field, "frame_length" | "hop_length" | "center" | "pad_mode")),
    );
    model.kernels.push(Kernel {
        work: |c| (2.0 + c.frames()) * c.get("frame_length"),
        ..Kernel::per_frame(
            "auralis_rms_frames",
            |_| 1,
            function!(auralis_rms(audio, n_samples, params, rms, capacity)),
        )
    });

    model.params.push(Params {
        quick: &[("frame_length", 256.0), ("hop_length", 64.0)],
        ..params!(auralis_zero_crossing_rate_params auralis_zero_crossing_rate_params_init {})
    });
    model.counts.push(function!(auralis_zero_crossing_rate_frames(n_samples, params, n_frames)));
    model.kernels.push(Kernel {
        work: |c| (2.0 + c.frames()) * c.get("frame_length"),
        plausible: |_, _, rate| (0.0..=1.0).contains(&rate),
        ..Kernel::per_frame(
            "auralis_zero_crossing_rate_frames",
            |_| 1,
            function!(auralis_zero_crossing_rate(audio, n_samples, params, rate, capacity)),
        )
    });
}

/// A value for each spectrum.
fn of_spectra(function: Function) -> Kernel {
    let work = |c: &Case| (24.0 + c.frames()) * 60.0 * c.get("n_fft");
    Kernel { work, ..Kernel::per_frame("auralis_spectral_frames", |_| 1, function) }
}
