//! Fundamental frequency.

use auralis_dsp::ffi::yin::*;

use super::{HALF_OF_MOST, INF, MILLION, MOST, NAN, TINY};
use crate::model::{Kernel, Model, Params};
use crate::{function, params, stream};

pub fn fill(model: &mut Model) {
    model.params.push(Params {
        at_rate: |rate| if rate > 100_000.0 { &[("fmin", 300.0)] } else { &[] },
        quick: &[("frame_length", 256.0), ("fmin", 100.0)],
        ..params!(auralis_yin_params auralis_yin_params_init {
            fmin: 0.0, -1.0, 10.0, 3000.0, NAN, INF; [10.78; fmax = 10.79] [11_024.0; fmax = 11_025.0]
            fmax: 0.0, -1.0, 20_000.0, NAN, INF; [10.79; fmin = 10.78] [11_025.0]
            trough_threshold: 0.0, -1.0, NAN; [TINY] [INF]
            frame_length: 0.0, 3.0, 2_000_000.0, MOST; [4.0; fmin = 7_351.0, fmax = 11_025.0] [MILLION; fmin = 0.0211]
            hop_length: MOST; [0.0] [1.0] [HALF_OF_MOST]
        })
    });
    model.counts.push(
        function!(auralis_yin_frames(n_samples, params, n_frames))
            .looking_at(|field| matches!(field, "frame_length" | "hop_length" | "center" | "pad_mode")),
    );
    model.kernels.push(Kernel {
        work: |c| (2.0 + c.frames()) * c.get("frame_length") * 20.0,
        plausible: |_, _, f0| f0 > 0.0 && f0.is_finite(),
        ..Kernel::per_frame(
            "auralis_yin_frames",
            |_| 1,
            function!(auralis_yin(audio, n_samples, sample_rate, params, f0, capacity)),
        )
    });
    model.streams.push(stream!(auralis_yin:
        auralis_yin_stream_new(sample_rate, params, max_block, handle)
        auralis_yin_stream_push(handle, audio, n_samples, f0, capacity, n_written)
        auralis_yin_stream_finish(handle, f0, capacity, n_written)
        auralis_yin_stream_latency auralis_yin_stream_max_output
        auralis_yin_stream_reset auralis_yin_stream_free));
}
