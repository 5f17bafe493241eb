//! Onset strength, and what is made of it: onsets, tempo, beats.

use auralis_dsp::ffi::rhythm::*;

use super::{HALF_OF_MOST, HUGE, INF, MILLION, MOST, NAN, TINY};
use crate::model::{Case, Kernel, Model, Params, Size};
use crate::{function, params};

pub fn fill(model: &mut Model) {
    model.params.push(Params {
        quick: &[("n_fft", 256.0), ("hop_length", 64.0), ("n_mels", 20.0)],
        ..params!(auralis_onset_strength_params auralis_onset_strength_params_init {
            fmin: -1.0, 12_000.0, NAN, INF; [0.0; fmax = TINY] [11_024.0; fmax = 11_025.0]
            fmax: -1.0, 12_000.0, NAN, INF; [TINY] [11_025.0]
            n_fft: 1.0, MOST; [2.0; hop_length = 1.0] [MILLION; hop_length = MILLION]
            hop_length: MOST; [0.0] [HALF_OF_MOST]
            n_mels: 0.0, 2049.0, MOST; [1.0] [2048.0; max_size = 2048.0]
            lag: 0.0, 1025.0, MOST; [1.0] [1024.0; n_mels = 2048.0]
            max_size: 0.0, 129.0, MOST; [1.0] [128.0]
        })
    });
    model.counts.push(
        function!(auralis_onset_strength_frames(n_samples, params, n_frames)).looking_at(|field| matches!(field, "hop_length" | "center")),
    );
    model.kernels.push(Kernel {
        work: |c| {
            let [n_fft, n_mels, lag, max_size] = ["n_fft", "n_mels", "lag", "max_size"].map(|name| c.get(name));
            (24.0 + lag + c.frames()) * (20.0 * n_fft + n_mels * (20.0 + max_size)) + 4.0 * n_mels * n_fft
        },
        ..Kernel::per_frame(
            "auralis_onset_strength_frames",
            |_| 1,
            function!(auralis_onset_strength(audio, n_samples, sample_rate, params, envelope, capacity)),
        )
    });

    model.params.push(params!(auralis_onset_detect_params auralis_onset_detect_params_init {
        delta: -1.0, NAN; [0.0] [INF]
        hop_length: 0.0, MOST; [1.0] [MILLION]
    }));
    model.kernels.push(Kernel {
        sizes: vec![Size::Found],
        work: |c| c.len as f64 * (c.rate / c.get("hop_length")).min(c.len as f64),
        ..Kernel::of(function!(auralis_onset_detect(
            envelope, n_frames, sample_rate, params, frames, capacity, n_written
        )))
    });

    model.params.push(params!(auralis_tempo_params auralis_tempo_params_init {
        start_bpm: 0.0, -1.0, NAN, INF; [TINY] [HUGE]
        std_bpm: 0.0, -1.0, NAN, INF; [TINY] [HUGE]
        ac_size: 0.0, 601.0, NAN, INF; [1_024.0 / 22_050.0] [600.0]
        max_tempo: 0.0, -1.0, NAN; [TINY] [INF]
        hop_length: 0.0, MOST; [1.0] [MILLION; ac_size = 100.0]
    }));
    model.kernels.push(Kernel {
        work: |c| autocorrelation(c, c.get("ac_size")),
        plausible: |_, _, bpm| bpm.is_finite() && bpm > 0.0,
        ..Kernel::of(function!(auralis_tempo(envelope, n_frames, sample_rate, params, bpm)))
    });

    model.params.push(params!(auralis_beat_track_params auralis_beat_track_params_init {
        // A period of a million frames, and of one.
        bpm: 0.0, -1.0, 1e9, INF; [0.002_584] [2_583.9] [NAN]
        start_bpm: 0.0, -1.0, NAN, INF; [TINY] [HUGE]
        tightness: 0.0, -1.0, NAN, INF; [TINY] [HUGE]
        hop_length: 0.0, MOST; [1.0] [MILLION]
    }));
    model.kernels.push(Kernel {
        sizes: vec![Size::Found],
        work: |c| {
            let n = c.len as f64;
            let period = c.rate / c.get("hop_length") * 60.0 / c.get("bpm");
            let links = if period > 0.0 { n * n.min(2.0 * period) + 4.0 * period.min(1e6) } else { n * n };
            autocorrelation(c, 8.0) + 4.0 * links
        },
        plausible: |output, _, value| value.is_finite() && (output != "bpm" || value >= 0.0),
        ..Kernel::of(function!(auralis_beat_track(
            envelope, n_frames, sample_rate, params, frames, capacity, n_written, bpm
        )))
    });
}

/// Steps of the autocorrelation in windows of so many seconds.
fn autocorrelation(c: &Case, seconds: f64) -> f64 {
    (4.0 + c.len as f64) * 40.0 * seconds * c.rate / c.get("hop_length")
}
