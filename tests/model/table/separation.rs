//! Harmonic/percussive separation.

use auralis_dsp::ffi::hpss::*;

use super::{HUGE, INF, MILLION, MOST, NAN, TINY};
use crate::model::{Kernel, Model, Params};
use crate::{function, params, stream};

pub fn fill(model: &mut Model) {
    model.params.push(Params {
        quick: &[("n_fft", 256.0), ("hop_length", 64.0), ("kernel_harmonic", 7.0)],
        ..params!(auralis_hpss_params auralis_hpss_params_init {
            n_fft: 1.0, MOST; [2.0; hop_length = 1.0]
                [MILLION; hop_length = MILLION, kernel_harmonic = 1.0, kernel_percussive = 1.0]
            hop_length: MOST; [0.0] [1.0; win_length = 1.0]
            win_length: 2049.0, MOST; [1.0; hop_length = 1.0] [2048.0; hop_length = 0.0]
            kernel_harmonic: 0.0, 4096.0, MOST; [1.0] [4095.0; n_fft = 256.0, hop_length = 64.0]
            kernel_percussive: 0.0, 4096.0, MOST; [1.0] [4095.0]
            power: 0.0, -1.0, NAN, -INF; [TINY] [HUGE] [INF]
            margin_harmonic: 0.5, -1.0, 2e6, NAN, INF; [1.0; margin_percussive = 1.0] [1e6; margin_percussive = 1e6]
            margin_percussive: 0.5, -1.0, 2e6, NAN, INF; [1.0] [1e6]
        })
    });
    model.kernels.push(Kernel {
        work: |c| {
            let [n_fft, harmonic, percussive] = ["n_fft", "kernel_harmonic", "kernel_percussive"].map(|x| c.get(x));
            let frames = 16.0 + harmonic + c.frames();
            frames * n_fft * (20.0 + harmonic.log2().max(0.0) + percussive.log2().max(0.0)) + harmonic * percussive
        },
        ..Kernel::per_sample(function!(auralis_hpss(audio, n_samples, params, harmonic, percussive)))
    });
    model.streams.push(stream!(auralis_hpss:
        auralis_hpss_stream_new(sample_rate, params, max_block, handle)
        auralis_hpss_stream_push(handle, audio, n_samples, harmonic, percussive, capacity, n_written)
        auralis_hpss_stream_finish(handle, harmonic, percussive, capacity, n_written)
        auralis_hpss_stream_latency auralis_hpss_stream_max_output
        auralis_hpss_stream_reset auralis_hpss_stream_free));
}
