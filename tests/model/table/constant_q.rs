//! Constant-Q transform, chromagram, tuning.

use auralis_dsp::ffi::chroma::*;
use auralis_dsp::ffi::cqt::*;

use super::{INF, MILLION, MOST, NAN};
use crate::model::{Case, Kernel, Model, Params};
use crate::{function, params, stream};

pub fn fill(model: &mut Model) {
    model.params.push(Params {
        at_rate: |rate| if rate < 10_000.0 { &[("n_bins", 72.0)] } else { &[] },
        quick: &[("n_bins", 12.0), ("fmin", 1_600.0)],
        ..params!(auralis_cqt_params auralis_cqt_params_init {
            fmin: 0.0, -1.0, 0.5, 20_000.0, NAN, INF; [1.0] [10_000.0; n_bins = 1.0]
            tuning: -1001.0, 1001.0, INF, -INF;
                [-1000.0; bins_per_octave = 960.0, n_bins = 1.0] [1000.0; bins_per_octave = 960.0, n_bins = 1.0] [NAN]
            filter_scale: 0.0, 0.2, 17.0, -1.0, NAN, INF; [0.25] [16.0]
            n_bins: 0.0, 110.0, 4097.0, MOST; [1.0] [4096.0; bins_per_octave = 960.0, fmin = 500.0]
            bins_per_octave: 0.0, 961.0, MOST; [1.0; n_bins = 7.0] [960.0; n_bins = 1.0]
            hop_length: 0.0, 1_048_577.0, MOST; [1.0] [MILLION; n_bins = 1.0, fmin = 5_000.0]
        })
    });
    model.counts.push(function!(auralis_cqt_frames(n_samples, params, n_frames)).looking_at(|field| matches!(field, "hop_length" | "pad_mode")));
    model.kernels.push(Kernel {
        work: |c| wavelets(c, c.get("filter_scale"), c.get("n_bins")),
        ..Kernel::per_frame(
            "auralis_cqt_frames",
            |c| 2 * c.get("n_bins") as usize,
            function!(auralis_cqt(audio, n_samples, sample_rate, params, coefficients, capacity)),
        )
    });

    model.params.push(Params {
        // A stream cannot look ahead to estimate the tuning.
        base: &[("tuning", 0.0)],
        at_rate: |rate| if rate < 10_000.0 { &[("n_octaves", 6.0)] } else { &[] },
        quick: &[("n_octaves", 1.0), ("fmin", 1_600.0)],
        ..params!(auralis_chroma_params auralis_chroma_params_init {
            fmin: 0.0, -1.0, 0.5, 20_000.0, NAN, INF; [1.0; n_octaves = 1.0] [5_000.0; n_octaves = 1.0]
            tuning: -1001.0, 1001.0, INF, -INF;
                [-1000.0; n_octaves = 1.0, bins_per_octave = 960.0, fmin = 1_000.0]
                [1000.0; n_octaves = 1.0, bins_per_octave = 960.0, fmin = 1_000.0]
            hop_length: 0.0, 1_048_577.0, MOST;
                [1.0] [MILLION; n_octaves = 1.0, bins_per_octave = 12.0, fmin = 5_000.0]
            n_chroma: 0.0, 5.0, 37.0, MOST; [1.0; bins_per_octave = 1.0]
                [960.0; bins_per_octave = 960.0, n_octaves = 1.0, fmin = 3_000.0]
            n_octaves: 0.0, 9.0, 65.0, MOST; [1.0] [13.0; fmin = 1.0, bins_per_octave = 12.0]
            bins_per_octave: 0.0, 37.0, 972.0, MOST; [1.0; n_chroma = 1.0]
                [960.0; n_chroma = 960.0, n_octaves = 1.0, fmin = 3_000.0]
        })
    });
    model
        .counts
        .push(function!(auralis_chroma_frames(n_samples, params, n_frames)).looking_at(|field| matches!(field, "hop_length" | "norm" | "pad_mode")));
    model.kernels.push(Kernel {
        work: |c| wavelets(c, 1.0, c.get("n_octaves") * c.get("bins_per_octave")),
        plausible: |_, _, chroma| chroma >= 0.0 && chroma.is_finite(),
        ..Kernel::per_frame(
            "auralis_chroma_frames",
            |c| c.get("n_chroma") as usize,
            function!(auralis_chroma_cqt(audio, n_samples, sample_rate, params, chroma, capacity)),
        )
    });
    model.streams.push(stream!(auralis_chroma_cqt:
        auralis_chroma_stream_new(sample_rate, params, max_block, handle)
        auralis_chroma_stream_push(handle, audio, n_samples, chroma, capacity, n_written)
        auralis_chroma_stream_finish(handle, chroma, capacity, n_written)
        auralis_chroma_stream_latency auralis_chroma_stream_max_output
        auralis_chroma_stream_reset auralis_chroma_stream_free));

    model.kernels.push(Kernel {
        work: |c| c.len as f64 * 100.0,
        plausible: |_, _, tuning| (-0.5..=0.5).contains(&tuning),
        ..Kernel::of(
            function!(auralis_estimate_tuning(audio, n_samples, sample_rate, bins_per_octave, tuning))
                .number("bins_per_octave", 12, &[0, u32::MAX]),
        )
    });
}

/// What wavelets that are `q` times as long as usual and their coefficients take.
fn wavelets(c: &Case, q: f64, n_bins: f64) -> f64 {
    let [fmin, per_octave, hop] = ["fmin", "bins_per_octave", "hop_length"].map(|name| c.get(name));
    let tuning = if c.get("tuning").is_nan() { 0.0 } else { c.get("tuning") };
    let longest = q * c.rate / ((1.0 / per_octave).exp2() - 1.0) / (fmin * (tuning / per_octave).exp2());
    if fmin < 1.0 || !longest.is_finite() || longest > (1 << 24) as f64 || hop == 0.0 || n_bins > 4096.0 {
        // Refused before anything is made.
        return 0.0;
    }
    let octaves = n_bins / per_octave + 1.0;
    let frames = 32.0 + c.len as f64 / hop;
    (n_bins / 2.0 + 80.0) * longest + c.len as f64 * 20.0 + (frames * n_bins + hop * octaves) * 300.0
}
