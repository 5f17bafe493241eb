//! Profiles, targets and settings of masters.

use auralis_dsp::ffi::master::*;
use auralis_dsp::ffi::profile::*;
use auralis_dsp::ffi::settings::*;
use auralis_dsp::ffi::targets::*;

use super::{INF, MOST, NAN};
use crate::model::kernel::Size;
use crate::model::texts::Table;
use crate::model::stream::{Asked, Whole};
use crate::model::{Call, Case, Function, Kernel, Model, Params, Solver, last_error, model};
use crate::{function, params, stream};

pub fn fill(model: &mut Model) {
    model.about.extend([
        function!(auralis_profile_version()),
        function!(auralis_targets_version()),
        function!(auralis_master_settings_version()),
        function!(auralis_master_report_version()),
        function!(auralis_master_meters_version()),
    ]);
    model.tables.extend([
        Table::of(
            function!(auralis_profile_len()),
            vec![
                function!(auralis_profile_name(i)),
                function!(auralis_profile_unit(i)),
                function!(auralis_profile_definition(i)),
            ],
        ),
        Table::of(
            function!(auralis_targets_len()),
            vec![
                function!(auralis_targets_name(i)),
                function!(auralis_targets_unit(i)),
                function!(auralis_targets_definition(i)),
            ],
        ),
        Table::of(
            function!(auralis_master_settings_len()),
            vec![
                function!(auralis_master_settings_name(i)),
                function!(auralis_master_settings_unit(i)),
                function!(auralis_master_settings_definition(i)),
            ],
        ),
        Table::of(
            function!(auralis_master_report_len()),
            vec![
                function!(auralis_master_report_name(i)),
                function!(auralis_master_report_unit(i)),
                function!(auralis_master_report_definition(i)),
            ],
        ),
        Table::of(
            function!(auralis_master_meters_len()),
            vec![
                function!(auralis_master_meters_name(i)),
                function!(auralis_master_meters_unit(i)),
                function!(auralis_master_meters_definition(i)),
            ],
        ),
    ]);
    profiles(model);
    decisions(model);
    masters(model);
}

fn profiles(model: &mut Model) {
    model.params.push(params!(auralis_profile_params auralis_profile_params_init {
        groups: 0.0, 64.0, MOST; [1.0] [32.0] [63.0]
    }));
    model.kernels.push(Kernel {
        // As for the fingerprint.
        fallible: Some(&[("groups", (1 + 4 + 8 + 32) as f64)]),
        work: |c| 1e6 + c.samples() as f64 * 400.0,
        plausible: |_, _, value| !value.is_infinite(),
        may_be_nan: true,
        ..Kernel::of_len(
            "auralis_profile_len",
            function!(auralis_profile(interleaved, n_frames, n_channels, sample_rate, params, values, capacity)),
        )
    });
    model.streams.push(stream!(auralis_profile:
        auralis_profile_stream_new(sample_rate, n_channels, params, max_block, handle)
        auralis_profile_stream_push(handle, interleaved, n_frames)
        auralis_profile_stream_finish(handle, values, capacity, n_written)
        auralis_profile_stream_latency auralis_profile_stream_max_output
        auralis_profile_stream_reset auralis_profile_stream_free));
    let two = || [a_profile(), a_reference()].concat();
    model.kernels.push(Kernel {
        work: |_| 1e4,
        plausible: |_, _, value| !value.is_infinite(),
        may_be_nan: true,
        ..Kernel::of_len(
            "auralis_profile_len",
            function!(auralis_profile_mean(profiles, n_profiles, values, capacity))
                .vector("profiles", two)
                .count("n_profiles", 2, &[0]),
        )
    });
}

/// What is made of profiles.
fn decisions(model: &mut Model) {
    let preset = function!(auralis_target_params_preset(params, size, preset));
    model.params.push(Params {
        presets: vec![preset.number("preset", AURALIS_PRESET_LIVE, &[6, u32::MAX])],
        ..params!(auralis_target_params auralis_target_params_init {
            loudness: -30.5, -4.5, INF; [-30.0] [-5.0] [NAN]
            peak: -9.5, 0.5, INF; [-9.0] [0.0] [NAN]
            intensity: -0.1, 1.1, NAN, INF; [0.0] [1.0]
            limiting: -0.1, 6.1, NAN, INF; [0.0] [6.0]
            gain_max: -0.1, 60.1, NAN, INF; [0.0] [60.0]
            warmth: -1.1, 1.1, NAN, INF; [-1.0] [1.0]
            brightness: -1.1, 1.1, NAN, INF; [-1.0] [1.0]
            punch: -1.1, 1.1, NAN, INF; [-1.0] [1.0]
            width: -1.1, 1.1, NAN, INF; [-1.0] [1.0]
            loud: -1.1, 1.1, NAN, INF; [-1.0] [1.0]
        })
    });
    // What is not known is NaN.
    let of_numbers =
        |kernel: Kernel| Kernel { work: |_| 1e4, plausible: |_, _, value| !value.is_infinite(), ..kernel };
    model.kernels.push(of_numbers(Kernel::of_len(
        "auralis_targets_len",
        of_a_track(function!(auralis_targets(
            profile, profile_len, reference, reference_len, params, targets, capacity
        ))),
    )));
    model.kernels.push(of_numbers(Kernel {
        sizes: vec![Size::Of(|_| auralis_targets_len() * AURALIS_CAUSES as usize)],
        ..Kernel::of(of_a_track(function!(auralis_targets_explain(
            profile, profile_len, reference, reference_len, params, parts, capacity
        ))))
    }));
    let each = function!(auralis_targets_of_each(
        profiles, n_profiles, profile_len, reference, reference_len, params, targets, capacity
    ));
    let two = || [a_profile(), a_reference()].concat();
    model.kernels.push(of_numbers(Kernel {
        sizes: vec![Size::Of(|_| 2 * auralis_targets_len())],
        ..Kernel::of(with_reference(each).vector("profiles", two).count("n_profiles", 2, &[0]).count(
            "profile_len",
            95,
            &[0, 24, 94],
        ))
    }));
    let settings = function!(auralis_master_settings(
        profile, profile_len, reference, reference_len, targets, targets_len, params, settings, capacity
    ));
    model.kernels.push(of_numbers(Kernel::of_len(
        "auralis_master_settings_len",
        with_reference(settings)
            .vector("profile", a_profile)
            .count("profile_len", 95, &[0, 25, 94])
            .vector("targets", some_targets)
            .count("targets_len", 18, &[0, 17]),
    )));
}

/// The chain, and what finds its settings.
fn masters(model: &mut Model) {
    let work = |c: &Case| 3e6 + c.samples() as f64 * 1e3;
    let not_infinite = |value: f64| !value.is_infinite();
    model.kernels.push(Kernel {
        sizes: vec![Size::Of(|c| c.samples()), Size::Len("auralis_master_report_len")],
        // ebur128 makes its meter infallibly.
        fallible: None,
        work,
        plausible: |_, _, value| !value.is_infinite(),
        may_be_nan: true,
        ..Kernel::of(with_reference(function!(auralis_master(
            interleaved, n_frames, n_channels, sample_rate, reference, reference_len, params, output, capacity,
            report, report_capacity
        ))))
    });
    let mut master = stream!(auralis_master:
        auralis_master_stream_new(sample_rate, n_channels, settings, settings_len, max_block, handle)
        auralis_master_stream_push(handle, interleaved, n_frames, output, capacity, n_written)
        auralis_master_stream_finish(handle, output, capacity, n_written)
        auralis_master_stream_latency auralis_master_stream_max_output
        auralis_master_stream_reset auralis_master_stream_free);
    master.whole = Whole::OneBlock { width: |c| c.channels, work, fallible: None };
    master.new = master.new.vector("settings", some_settings).count("settings_len", 84, &[0, 83]);
    master.asked.push(Asked {
        function: function!(auralis_master_stream_meters(handle, values, capacity)),
        len: "auralis_master_meters_len",
        plausible: not_infinite,
    });
    model.streams.push(master);
    model.solvers.push(Solver {
        new: with_reference(function!(auralis_master_solver_new(
            sample_rate, n_channels, reference, reference_len, params, max_block, handle
        ))),
        push: function!(auralis_master_solver_push(handle, interleaved, n_frames)),
        mark: function!(auralis_master_solver_mark(handle)),
        next: function!(auralis_master_solver_next(handle, again)),
        process: function!(auralis_master_solver_process(handle, interleaved, n_frames, output, capacity)),
        reset: function!(auralis_master_solver_reset(handle)),
        free: function!(auralis_master_solver_free(handle)),
        told: vec![
            (function!(auralis_master_solver_targets(handle, values, capacity)), "auralis_targets_len"),
            (function!(auralis_master_solver_settings(handle, values, capacity)), "auralis_master_settings_len"),
            (function!(auralis_master_solver_report(handle, values, capacity)), "auralis_master_report_len"),
            (function!(auralis_master_solver_profile(handle, values, capacity)), "auralis_profile_len"),
        ],
        work: |c| 3.0 * (3e6 + c.samples() as f64 * 1e3),
    });
}

fn of_a_track(function: Function) -> Function {
    with_reference(function).vector("profile", a_profile).count("profile_len", 95, &[0, 24, 94])
}

fn with_reference(function: Function) -> Function {
    function.optional_vector("reference", a_reference).count("reference_len", 95, &[0, 24, 94])
}

/// A track that is bright, narrow and less loud than the other.
fn a_profile() -> Vec<f64> {
    let mut profile = vec![NAN; 95];
    profile[..10].copy_from_slice(&[2.0, 30.0, 18.0, 30.0, 10.0, 6.0, 4.0, -20.0, 15.0, -2.0]);
    profile[29] = -3.0;
    for b in 0..31 {
        (profile[33 + b], profile[64 + b]) = (-30.0 - 0.5 * b as f64, -45.0 - b as f64);
    }
    profile
}

fn a_reference() -> Vec<f64> {
    let mut profile = a_profile();
    profile[..8].copy_from_slice(&[8.0, 50.0, 18.0, 16.0, 5.0, 2.0, 1.0, -11.0]);
    profile[23] = 0.3;
    for b in 0..31 {
        (profile[33 + b], profile[64 + b]) = (-20.0 - b as f64, -28.0 - 0.8 * b as f64);
    }
    profile
}

fn some_targets() -> Vec<f64> {
    let mut targets = vec![-12.0, -1.5, 0.0, 2.0, 1.0, 0.0, -1.0, -2.0, -3.0, -0.2, -0.1, -0.1];
    targets.extend([6.0, 80.0, 1.0, -2.0, 100.0, 1.5]);
    targets
}

/// The settings that bring the profile to the targets.
fn some_settings() -> Vec<f64> {
    let kernel = model().kernel("auralis_master_settings");
    let case = kernel.case(1, 44_100.0);
    let needed = kernel.needed(&case).expect("valid parameters");
    let mut call = Call::new(&kernel.function, case, &needed);
    assert_eq!(call.status(), 0, "{}", last_error());
    call.outputs[0].values.iter().map(|bits| f64::from_bits(*bits)).collect()
}
