//! The fingerprint, of any number of channels.

use auralis_dsp::ffi::fingerprint::*;

use super::MOST;
use crate::model::stream::Asked;
use crate::model::texts::Table;
use crate::model::{Kernel, Model, Params};
use crate::{function, params, stream};

pub fn fill(model: &mut Model) {
    model.about.push(function!(auralis_fingerprint_version()));
    model.about.push(function!(auralis_fingerprint_remark(values, n_values)));
    let texts = vec![
        function!(auralis_fingerprint_name(i)),
        function!(auralis_fingerprint_unit(i)),
        function!(auralis_fingerprint_group(i)),
        function!(auralis_fingerprint_aspect(i)),
        function!(auralis_fingerprint_definition(i)),
    ];
    model.tables.push(Table {
        limits: vec![function!(auralis_fingerprint_lowest(i)), function!(auralis_fingerprint_highest(i))],
        flags: vec![function!(auralis_fingerprint_circular(i))],
        ..Table::of(function!(auralis_fingerprint_len()), texts)
    });
    let stages = vec![function!(auralis_fingerprint_stage(i))];
    model.tables.push(Table::of(function!(auralis_fingerprint_stages()), stages));
    model.params.push(params!(auralis_fingerprint_params auralis_fingerprint_params_init {
        groups: 0.0, 64.0, MOST; [1.0] [32.0] [63.0]
        channel_mask: 262_144.0, MOST; [0.0] [3.0]
    }));
    model.kernels.push(Kernel {
        // All groups but level and dynamics, for which ebur128 makes its meter infallibly.
        fallible: Some(&[("groups", (1 + 4 + 8 + 32) as f64)]),
        work: |c| 1e6 + c.samples() as f64 * 300.0,
        plausible: |_, i, value| {
            value.is_nan() || (auralis_fingerprint_lowest(i)..=auralis_fingerprint_highest(i)).contains(&value)
        },
        may_be_nan: true,
        ..Kernel::of_len(
            "auralis_fingerprint_len",
            function!(auralis_fingerprint(interleaved, n_frames, n_channels, sample_rate, params, values, capacity)),
        )
    });
    let mut stream = stream!(auralis_fingerprint:
        auralis_fingerprint_stream_new(sample_rate, n_channels, params, max_block, handle)
        auralis_fingerprint_stream_push(handle, interleaved, n_frames)
        auralis_fingerprint_stream_finish(handle, values, capacity, n_written)
        auralis_fingerprint_stream_latency auralis_fingerprint_stream_max_output
        auralis_fingerprint_stream_reset auralis_fingerprint_stream_free);
    stream.asked.push(Asked {
        function: function!(auralis_fingerprint_stream_seconds(handle, seconds, capacity)),
        len: "auralis_fingerprint_stages",
        plausible: |seconds| seconds >= 0.0,
    });
    model.streams.push(stream);
}
