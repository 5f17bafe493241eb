//! Loudness of any number of channels: of the whole, and step by step.

use auralis_dsp::ffi::loudness::*;

use super::MOST;
use crate::model::texts::Table;
use crate::model::{Kernel, Model, Params};
use crate::{function, params};

pub fn fill(model: &mut Model) {
    model.tables.push(Table::of(function!(auralis_loudness_len()), vec![]));
    model.params.push(params!(auralis_loudness_params auralis_loudness_params_init {
        channel_mask: 262_144.0, MOST; [0.0] [3.0]
    }));
    model.kernels.push(of_the_meter(Kernel::of_len(
        "auralis_loudness_len",
        function!(auralis_loudness(interleaved, n_frames, n_channels, sample_rate, params, values, capacity)),
    )));
    model.counts.push(function!(auralis_loudness_steps(n_frames, sample_rate, n_steps)));
    model.kernels.push(of_the_meter(Kernel::per_frame(
        "auralis_loudness_steps",
        |_| 1,
        function!(auralis_momentary_loudness(interleaved, n_frames, n_channels, sample_rate, loudness, capacity)),
    )));
    model.kernels.push(of_the_meter(Kernel::per_frame(
        "auralis_loudness_steps",
        |_| 1,
        function!(auralis_short_term_loudness(interleaved, n_frames, n_channels, sample_rate, loudness, capacity)),
    )));
}

/// ebur128 makes its meter infallibly, and what is silent has no loudness.
fn of_the_meter(kernel: Kernel) -> Kernel {
    Kernel {
        fallible: None,
        work: |c| 1e5 + c.samples() as f64 * 100.0,
        plausible: |_, _, value| !value.is_infinite(),
        may_be_nan: true,
        ..kernel
    }
}
