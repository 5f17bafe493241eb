//! Mastering: the chain as a stream, the solver that sets it, and both over a whole signal.

use std::ffi::c_char;
use std::ptr::null;

use super::args::{self, Given, Input, Output, Place};
use super::status::guard;
use super::streams::{self, Exclusive, Handle, Shared};
use super::targets::auralis_target_params;
use crate::master::{
    METERS, METERS_VERSION, MasterPlan, MasterSolver, Mastered, REPORT, REPORT_VERSION, report,
};

/// Place in the report of the integrated loudness in LUFS of the signal; of an album, of its loudest track.
pub const AURALIS_REPORT_INTEGRATED_BEFORE: u32 = 0;
/// See AURALIS_REPORT_INTEGRATED_BEFORE, after mastering.
pub const AURALIS_REPORT_INTEGRATED_AFTER: u32 = 1;
/// Place of the loudness range in LU.
pub const AURALIS_REPORT_RANGE_BEFORE: u32 = 2;
/// See AURALIS_REPORT_RANGE_BEFORE, after mastering.
pub const AURALIS_REPORT_RANGE_AFTER: u32 = 3;
/// Place of the highest short-term loudness in LUFS.
pub const AURALIS_REPORT_MAX_SHORT_TERM_BEFORE: u32 = 4;
/// See AURALIS_REPORT_MAX_SHORT_TERM_BEFORE, after mastering.
pub const AURALIS_REPORT_MAX_SHORT_TERM_AFTER: u32 = 5;
/// Place of the highest true peak in dBTP.
pub const AURALIS_REPORT_TRUE_PEAK_BEFORE: u32 = 6;
/// See AURALIS_REPORT_TRUE_PEAK_BEFORE, after mastering.
pub const AURALIS_REPORT_TRUE_PEAK_AFTER: u32 = 7;
/// Place of the largest sample in dBFS.
pub const AURALIS_REPORT_SAMPLE_PEAK_BEFORE: u32 = 8;
/// See AURALIS_REPORT_SAMPLE_PEAK_BEFORE, after mastering.
pub const AURALIS_REPORT_SAMPLE_PEAK_AFTER: u32 = 9;
/// Place of the true peak less the integrated loudness in LU.
pub const AURALIS_REPORT_PEAK_TO_LOUDNESS_BEFORE: u32 = 10;
/// See AURALIS_REPORT_PEAK_TO_LOUDNESS_BEFORE, after mastering.
pub const AURALIS_REPORT_PEAK_TO_LOUDNESS_AFTER: u32 = 11;
/// Place of the loudness that was asked for in LUFS.
pub const AURALIS_REPORT_TARGET_LOUDNESS: u32 = 12;
/// Place of the integrated loudness after less the target in LU.
pub const AURALIS_REPORT_LOUDNESS_ERROR: u32 = 13;
/// Place of what kept the loudness from its target: AURALIS_LIMITED_BY_*.
pub const AURALIS_REPORT_LIMITED_BY: u32 = 14;
/// Place of the loudness in LU that the limiter costs.
pub const AURALIS_REPORT_LIMITER_COST: u32 = 15;
/// Place of the most by which the limiter reduces in dB.
pub const AURALIS_REPORT_LIMITER_MAX: u32 = 16;
/// Place of the mean reduction by the limiter in dB.
pub const AURALIS_REPORT_LIMITER_MEAN: u32 = 17;
/// Place of the share of the time with a reduction by more than 0.1 dB.
pub const AURALIS_REPORT_LIMITER_SHARE: u32 = 18;
/// Place of the mean reduction by the dynamics of the low band in dB.
pub const AURALIS_REPORT_COMPRESSOR_LOW: u32 = 19;
/// See AURALIS_REPORT_COMPRESSOR_LOW.
pub const AURALIS_REPORT_COMPRESSOR_MID: u32 = 20;
/// See AURALIS_REPORT_COMPRESSOR_LOW.
pub const AURALIS_REPORT_COMPRESSOR_HIGH: u32 = 21;
/// Place of the largest gain or cut of the equalizer in dB.
pub const AURALIS_REPORT_EQ_MAX: u32 = 22;
/// Place of the largest difference of the third octaves from the reference's in dB.
pub const AURALIS_REPORT_SPECTRAL_ERROR_MAX: u32 = 23;
/// Place of their mean difference in dB.
pub const AURALIS_REPORT_SPECTRAL_ERROR_MEAN: u32 = 24;
/// Place of their mean difference before in dB.
pub const AURALIS_REPORT_SPECTRAL_ERROR_BEFORE_MEAN: u32 = 25;
/// Place of gain_in plus gain_out in dB.
pub const AURALIS_REPORT_GAIN_TOTAL: u32 = 26;
/// Place of what the limiter was set to hold in dBTP.
pub const AURALIS_REPORT_CEILING: u32 = 27;
/// Place of how often the signal was gone through.
pub const AURALIS_REPORT_PASSES: u32 = 28;
/// Place of the lag in frames of a stream with these settings.
pub const AURALIS_REPORT_LATENCY: u32 = 29;
/// Place of the version of the report.
pub const AURALIS_REPORT_VERSION: u32 = 30;

/// The loudness asked for is reached.
pub const AURALIS_LIMITED_BY_NOTHING: u32 = 0;
/// More would cost more loudness than the limiter may (limiting).
pub const AURALIS_LIMITED_BY_LIMITING: u32 = 1;
/// The whole gain is the most allowed (gain_max).
pub const AURALIS_LIMITED_BY_GAIN_MAX: u32 = 2;
/// There is nothing to be made loud; nothing was processed.
pub const AURALIS_LIMITED_BY_SILENT: u32 = 3;
/// The signal is shorter than 0.4 s; nothing was processed.
pub const AURALIS_LIMITED_BY_SHORT: u32 = 4;
/// An intensity of 0 asks for nothing; nothing was processed.
pub const AURALIS_LIMITED_BY_BYPASS: u32 = 5;

/// Place among the meters of a stream of the most by which the limiter reduced the frames that came last, in dB.
pub const AURALIS_METER_LIMITER: u32 = 0;
/// Place of the gain of the dynamics of the low band in dB.
pub const AURALIS_METER_COMPRESSOR_LOW: u32 = 1;
/// See AURALIS_METER_COMPRESSOR_LOW.
pub const AURALIS_METER_COMPRESSOR_MID: u32 = 2;
/// See AURALIS_METER_COMPRESSOR_LOW.
pub const AURALIS_METER_COMPRESSOR_HIGH: u32 = 3;
/// Place of the loudness of the last 0.4 s of the output in LUFS.
pub const AURALIS_METER_MOMENTARY: u32 = 4;
/// Place of the loudness of the last 3 s of the output in LUFS.
pub const AURALIS_METER_SHORT_TERM: u32 = 5;
/// Place of the integrated loudness of the output so far in LUFS.
pub const AURALIS_METER_INTEGRATED: u32 = 6;
/// Place of the highest true peak of the output so far in dBTP.
pub const AURALIS_METER_TRUE_PEAK: u32 = 7;
/// Place of the largest sample of the output so far in dBFS.
pub const AURALIS_METER_SAMPLE_PEAK: u32 = 8;

/// Values of the first versions.
const FIRST_PROFILE: usize = 95;
const FIRST_TARGETS: usize = 18;
const FIRST_SETTINGS: usize = 84;
const FIRST_REPORT: usize = 31;
const FIRST_METERS: usize = 9;

/// The number of values of the report of a master, 31.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_master_report_len() -> usize {
    REPORT.len()
}

/// The version of the definitions of the report of a master.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_master_report_version() -> u32 {
    REPORT_VERSION
}

/// The name of value `i` of the report of a master; static text, NULL if there is no such value.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_master_report_name(i: usize) -> *const c_char {
    REPORT.get(i).map_or(null(), |field| field.name.as_ptr())
}

/// The unit of value `i` of the report of a master, empty for a share or a count; static text, NULL if there is no such value.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_master_report_unit(i: usize) -> *const c_char {
    REPORT.get(i).map_or(null(), |field| field.unit.as_ptr())
}

/// What value `i` of the report of a master is, in a sentence, UTF-8; static text, NULL if there is no such value.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_master_report_definition(i: usize) -> *const c_char {
    REPORT.get(i).map_or(null(), |field| field.definition.as_ptr())
}

/// The number of values of the meters of a stream, 9.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_master_meters_len() -> usize {
    METERS.len()
}

/// The version of the definitions of the meters of a stream.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_master_meters_version() -> u32 {
    METERS_VERSION
}

/// The name of value `i` of the meters of a stream; static text, NULL if there is no such value.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_master_meters_name(i: usize) -> *const c_char {
    METERS.get(i).map_or(null(), |field| field.name.as_ptr())
}

/// The unit of value `i` of the meters of a stream, empty for a share or a count; static text, NULL if there is no such value.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_master_meters_unit(i: usize) -> *const c_char {
    METERS.get(i).map_or(null(), |field| field.unit.as_ptr())
}

/// What value `i` of the meters of a stream is, in a sentence, UTF-8; static text, NULL if there is no such value.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_master_meters_definition(i: usize) -> *const c_char {
    METERS.get(i).map_or(null(), |field| field.definition.as_ptr())
}

/// Masters a whole signal: finds the settings that bring it to its targets, and runs the chain with them.
/// `output` then has `n_frames` frames, aligned with `interleaved`. Nothing is processed, and the samples are
/// copied, if the signal is silent or shorter than 0.4 s or the intensity is 0.
///
/// `interleaved`: `n_frames` frames of `n_channels` (1 to 64) samples; two are left and right, of another
/// number all channels get the same gains. `sample_rate`: 8000 to 384000 Hz. `reference`: a fingerprint or
/// a profile, `reference_len` = 25 or 95 doubles, of what the master should be like, or NULL. `output`: room for
/// `capacity` doubles, as many as `interleaved` has. `report`: room for `report_capacity` doubles,
/// auralis_master_report_len() of them, at AURALIS_REPORT_*.
///
/// # Errors
/// AURALIS_ERROR_INVALID_ARGUMENT as auralis_targets.
///
/// # Safety
/// `interleaved` points to `n_frames` times `n_channels` doubles, `reference`, unless it is NULL, to as many as
/// said, `output` and `report` to as many writable ones; `params` is NULL or points to a struct as its
/// struct_size says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_master(
    interleaved: *const f64,
    n_frames: usize,
    n_channels: u32,
    sample_rate: f64,
    reference: *const f64,
    reference_len: usize,
    params: *const auralis_target_params,
    output: *mut f64,
    capacity: usize,
    report: *mut f64,
    report_capacity: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (interleaved, reference) =
        unsafe { (Input::new(interleaved, n_frames), Input::new(reference, reference_len)) };
    // SAFETY: as above.
    let (params, output, report) =
        unsafe { (Given::new(params), Output::new(output, capacity), Output::new(report, report_capacity)) };
    guard(|memory| {
        let n_channels = args::channels(n_channels)?;
        let interleaved = memory.read_frames("interleaved", "n_frames", interleaved, n_channels)?;
        let reference = memory.read_optional("reference", "reference_len", reference)?;
        let params = params.checked()?;
        let output = memory.write("output", output, interleaved.len())?;
        let report = memory.write_growing("report", report, FIRST_REPORT, report::LEN)?;
        let mut solver = MasterSolver::new(sample_rate, n_channels, reference, &params)?;
        let mastered = solver.process(interleaved, output)?;
        report.copy_from_slice(&mastered.report[..report.len()]);
        Ok(())
    })
}

/// The mastering chain over a stream.
#[allow(non_camel_case_types)]
pub struct auralis_master_stream {
    _opaque: [u8; 0],
}

impl Handle for auralis_master_stream {
    type Plan = MasterPlan;
}

/// Makes a stream that takes blocks of up to `max_block` frames of `n_channels` (1 to 64) interleaved samples
/// and masters them with fixed settings. All memory is taken here.
///
/// `sample_rate`: 8000 to 384000 Hz. `settings`: `settings_len` = auralis_master_settings_len() doubles, at
/// AURALIS_SETTING_*. `handle`: to be freed with auralis_master_stream_free.
///
/// # Errors
/// AURALIS_ERROR_INVALID_ARGUMENT for a setting out of its range, by its name.
///
/// # Safety
/// `settings` points to `settings_len` doubles; `handle` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_master_stream_new(
    sample_rate: f64,
    n_channels: u32,
    settings: *const f64,
    settings_len: usize,
    max_block: usize,
    handle: *mut *mut auralis_master_stream,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (settings, handle) = unsafe { (Input::new(settings, settings_len), Place::new(handle)) };
    streams::new_from(handle, max_block, |memory| {
        let n_channels = args::channels(n_channels)?;
        let settings = memory.read("settings", "settings_len", settings)?;
        Ok(MasterPlan::new(sample_rate, n_channels, settings)?)
    })
}

/// Takes the next `n_frames` interleaved frames and writes those that are ready to the front of `output`;
/// `n_written` frames. Push and finish together write exactly the frames of the input, aligned to it. Never
/// allocates, locks or blocks. Takes nothing if it fails.
///
/// `output`: room for `capacity` doubles; auralis_master_stream_max_output times the channels always suffice.
///
/// # Safety
/// `handle` comes from auralis_master_stream_new and nothing else uses it; `interleaved` points to `n_frames`
/// times the stream's channels doubles, `output` to `capacity` writable ones; `n_written` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_master_stream_push(
    handle: *mut auralis_master_stream,
    interleaved: *const f64,
    n_frames: usize,
    output: *mut f64,
    capacity: usize,
    n_written: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (handle, interleaved) = unsafe { (Exclusive::new(handle), Input::new(interleaved, n_frames)) };
    // SAFETY: as above.
    let (output, n_written) = unsafe { (Output::new(output, capacity), Place::new(n_written)) };
    handle.guard(|stream, memory| {
        args::check_len("n_frames", n_frames, stream.max_block)?;
        let n_channels = stream.plan.n_channels();
        let interleaved = memory.read_frames("interleaved", "n_frames", interleaved, n_channels)?;
        let output = stream.room(memory, "output", output, n_frames, n_channels)?;
        let n_written = memory.place("n_written", n_written)?;
        *n_written = stream.plan.push(interleaved, output)?;
        Ok(())
    })
}

/// Ends the signal and writes the frames that are still missing, as auralis_master_stream_push does; the stream
/// is then as new, but for its meters, which tell of the signal until the next one begins. Never allocates,
/// locks or blocks. The signal has not ended if it fails.
///
/// # Safety
/// As for auralis_master_stream_push.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_master_stream_finish(
    handle: *mut auralis_master_stream,
    output: *mut f64,
    capacity: usize,
    n_written: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (handle, output, n_written) =
        unsafe { (Exclusive::new(handle), Output::new(output, capacity), Place::new(n_written)) };
    handle.guard(|stream, memory| {
        let n_channels = stream.plan.n_channels();
        let output = stream.room(memory, "output", output, 0, n_channels)?;
        let n_written = memory.place("n_written", n_written)?;
        *n_written = stream.plan.finish(output)?;
        Ok(())
    })
}

/// What the stream's meters tell, at AURALIS_METER_*, of the output so far; NaN cannot be told yet. Never
/// allocates, locks or blocks.
///
/// `values`: room for auralis_master_meters_len() doubles, `capacity` of them.
///
/// # Safety
/// `handle` comes from auralis_master_stream_new; `values` points to `capacity` writable doubles.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_master_stream_meters(
    handle: *const auralis_master_stream,
    values: *mut f64,
    capacity: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (handle, values) = unsafe { (Shared::new(handle), Output::new(values, capacity)) };
    handle.guard(|stream, memory| {
        let values = memory.write_growing("values", values, FIRST_METERS, METERS.len())?;
        values.copy_from_slice(&stream.plan.meters()[..values.len()]);
        Ok(())
    })
}

/// The frames by which the output lags behind the input; they depend on sample rate and lookahead alone.
///
/// # Safety
/// `handle` comes from auralis_master_stream_new; `samples` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_master_stream_latency(
    handle: *const auralis_master_stream,
    samples: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { streams::latency(handle, samples) }
}

/// The most frames that one push of `block` frames can write, or finish if `block` is 0.
///
/// # Safety
/// `handle` comes from auralis_master_stream_new; `n_written` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_master_stream_max_output(
    handle: *const auralis_master_stream,
    block: usize,
    n_written: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { streams::max_output(handle, block, n_written) }
}

/// Forgets the signal; the stream is then as new.
///
/// # Safety
/// `handle` comes from auralis_master_stream_new and nothing else uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_master_stream_reset(handle: *mut auralis_master_stream) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { streams::reset(handle) }
}

/// Gives the stream's memory back; NULL is a no-op.
///
/// # Safety
/// `handle` is NULL or comes from auralis_master_stream_new, and is not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_master_stream_free(handle: *mut auralis_master_stream) {
    // SAFETY: as this function asks of its caller.
    unsafe { streams::free(handle) }
}

/// What finds the settings of the mastering chain, from a signal that is pushed as often as it asks.
#[allow(non_camel_case_types)]
pub struct auralis_master_solver {
    _opaque: [u8; 0],
}

impl Handle for auralis_master_solver {
    type Plan = MasterSolver;
}

/// Makes a solver for a signal that need not lie in memory: push it whole, then ask auralis_master_solver_next
/// whether it is needed again. Takes blocks of up to `max_block` frames of `n_channels` (1 to 64) interleaved
/// samples. A stream with the settings that it finds gives what auralis_master gives, bit for bit.
///
/// `sample_rate`: 8000 to 384000 Hz. `reference`: a fingerprint or a profile, `reference_len` = 25 or 95
/// doubles, of what the master should be like, or NULL. `handle`: to be freed with auralis_master_solver_free.
///
/// # Errors
/// AURALIS_ERROR_INVALID_ARGUMENT as auralis_targets.
///
/// # Safety
/// `reference`, unless it is NULL, points to as many doubles as said; `params` is NULL or points to a struct as
/// its struct_size says; `handle` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_master_solver_new(
    sample_rate: f64,
    n_channels: u32,
    reference: *const f64,
    reference_len: usize,
    params: *const auralis_target_params,
    max_block: usize,
    handle: *mut *mut auralis_master_solver,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (reference, params, handle) =
        unsafe { (Input::new(reference, reference_len), Given::new(params), Place::new(handle)) };
    streams::new_from(handle, max_block, |memory| {
        let n_channels = args::channels(n_channels)?;
        let reference = memory.read_optional("reference", "reference_len", reference)?;
        Ok(MasterSolver::new(sample_rate, n_channels, reference, &params.checked()?)?)
    })
}

/// Takes the next `n_frames` interleaved frames of the pass. Takes nothing if it fails.
///
/// # Errors
/// AURALIS_ERROR_INVALID_ARGUMENT for more frames than the first pass had, and once the settings are found.
///
/// # Safety
/// `handle` comes from auralis_master_solver_new and nothing else uses it; `interleaved` points to `n_frames`
/// times the solver's channels doubles.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_master_solver_push(
    handle: *mut auralis_master_solver,
    interleaved: *const f64,
    n_frames: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (handle, interleaved) = unsafe { (Exclusive::new(handle), Input::new(interleaved, n_frames)) };
    handle.guard(|stream, memory| {
        args::check_len("n_frames", n_frames, stream.max_block)?;
        let n_channels = stream.plan.n_channels();
        let interleaved = memory.read_frames("interleaved", "n_frames", interleaved, n_channels)?;
        Ok(stream.plan.push(interleaved)?)
    })
}

/// The next frame begins a track of an album: all tracks get the same settings, and the loudness is that of the
/// loudest. To be called in the first pass; later ones know the borders.
///
/// # Safety
/// `handle` comes from auralis_master_solver_new and nothing else uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_master_solver_mark(handle: *mut auralis_master_solver) -> i32 {
    // SAFETY: as this function asks of its caller.
    let handle = unsafe { Exclusive::new(handle) };
    handle.guard(|stream, _| Ok(stream.plan.mark()?))
}

/// Ends a pass. `again`: 1 if the same signal must be pushed again, 0 if the settings are found.
///
/// # Errors
/// AURALIS_ERROR_INVALID_ARGUMENT for a pass of another length than the first; it must be repeated.
///
/// # Safety
/// `handle` comes from auralis_master_solver_new and nothing else uses it; `again` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_master_solver_next(
    handle: *mut auralis_master_solver,
    again: *mut u32,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (handle, again) = unsafe { (Exclusive::new(handle), Place::new(again)) };
    handle.guard(|stream, memory| {
        let again = memory.place("again", again)?;
        *again = u32::from(stream.plan.next_pass()?);
        Ok(())
    })
}

/// Masters a whole signal as auralis_master does; targets, settings and report can then be had from the solver.
/// What was pushed before is forgotten.
///
/// `interleaved`: `n_frames` frames, of any number. `output`: room for `capacity` doubles, as many as
/// `interleaved` has.
///
/// # Safety
/// `handle` comes from auralis_master_solver_new and nothing else uses it; `interleaved` points to `n_frames`
/// times the solver's channels doubles, `output` to `capacity` writable ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_master_solver_process(
    handle: *mut auralis_master_solver,
    interleaved: *const f64,
    n_frames: usize,
    output: *mut f64,
    capacity: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (handle, interleaved, output) =
        unsafe { (Exclusive::new(handle), Input::new(interleaved, n_frames), Output::new(output, capacity)) };
    handle.guard(|stream, memory| {
        let n_channels = stream.plan.n_channels();
        let interleaved = memory.read_frames("interleaved", "n_frames", interleaved, n_channels)?;
        let output = memory.write("output", output, interleaved.len())?;
        stream.plan.process(interleaved, output)?;
        Ok(())
    })
}

/// Writes the numbers that `of` takes of a solver that is done: `first` of them or more, as the capacity allows.
fn tell<const N: usize>(
    handle: Shared<auralis_master_solver>,
    values: Output<f64>,
    first: usize,
    of: impl FnOnce(Mastered) -> [f64; N],
) -> i32 {
    handle.guard(|stream, memory| {
        let values = memory.write_growing("values", values, first, N)?;
        values.copy_from_slice(&of(stream.plan.mastered()?)[..values.len()]);
        Ok(())
    })
}

/// The profile of the signal, auralis_profile_len() doubles; group harmony only if dynamics run, and of an
/// album the loudness of its loudest track; once no further pass is needed.
///
/// `values`: room for `capacity` doubles.
///
/// # Errors
/// AURALIS_ERROR_INVALID_ARGUMENT while passes are needed.
///
/// # Safety
/// `handle` comes from auralis_master_solver_new; `values` points to `capacity` writable doubles.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_master_solver_profile(
    handle: *const auralis_master_solver,
    values: *mut f64,
    capacity: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (handle, values) = unsafe { (Shared::new(handle), Output::new(values, capacity)) };
    tell(handle, values, FIRST_PROFILE, |mastered| mastered.profile)
}

/// The targets, auralis_targets_len() doubles at AURALIS_TARGET_*; once no further pass is needed.
///
/// `values`: room for `capacity` doubles.
///
/// # Errors
/// AURALIS_ERROR_INVALID_ARGUMENT while passes are needed.
///
/// # Safety
/// `handle` comes from auralis_master_solver_new; `values` points to `capacity` writable doubles.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_master_solver_targets(
    handle: *const auralis_master_solver,
    values: *mut f64,
    capacity: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (handle, values) = unsafe { (Shared::new(handle), Output::new(values, capacity)) };
    tell(handle, values, FIRST_TARGETS, |mastered| mastered.targets)
}

/// The settings that were found, auralis_master_settings_len() doubles at AURALIS_SETTING_*; once no further pass is needed.
///
/// `values`: room for `capacity` doubles.
///
/// # Errors
/// AURALIS_ERROR_INVALID_ARGUMENT while passes are needed.
///
/// # Safety
/// `handle` comes from auralis_master_solver_new; `values` points to `capacity` writable doubles.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_master_solver_settings(
    handle: *const auralis_master_solver,
    values: *mut f64,
    capacity: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (handle, values) = unsafe { (Shared::new(handle), Output::new(values, capacity)) };
    tell(handle, values, FIRST_SETTINGS, |mastered| mastered.settings)
}

/// The report, auralis_master_report_len() doubles at AURALIS_REPORT_*; once no further pass is needed.
///
/// `values`: room for `capacity` doubles.
///
/// # Errors
/// AURALIS_ERROR_INVALID_ARGUMENT while passes are needed.
///
/// # Safety
/// `handle` comes from auralis_master_solver_new; `values` points to `capacity` writable doubles.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_master_solver_report(
    handle: *const auralis_master_solver,
    values: *mut f64,
    capacity: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (handle, values) = unsafe { (Shared::new(handle), Output::new(values, capacity)) };
    tell(handle, values, FIRST_REPORT, |mastered| mastered.report)
}

/// Forgets the signal; the solver is then as new.
///
/// # Safety
/// `handle` comes from auralis_master_solver_new and nothing else uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_master_solver_reset(handle: *mut auralis_master_solver) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { streams::reset(handle) }
}

/// Gives the solver's memory back; NULL is a no-op.
///
/// # Safety
/// `handle` is NULL or comes from auralis_master_solver_new, and is not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_master_solver_free(handle: *mut auralis_master_solver) {
    // SAFETY: as this function asks of its caller.
    unsafe { streams::free(handle) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::master::{LimitedBy, SETTINGS};

    #[test]
    fn the_constants_are_the_places() {
        let places = [
            (AURALIS_REPORT_INTEGRATED_BEFORE, "integrated_before"),
            (AURALIS_REPORT_PEAK_TO_LOUDNESS_AFTER, "peak_to_loudness_after"),
            (AURALIS_REPORT_LIMITED_BY, "limited_by"),
            (AURALIS_REPORT_LIMITER_SHARE, "limiter_share"),
            (AURALIS_REPORT_COMPRESSOR_HIGH, "compressor_high"),
            (AURALIS_REPORT_SPECTRAL_ERROR_BEFORE_MEAN, "spectral_error_before_mean"),
            (AURALIS_REPORT_VERSION, "version"),
        ];
        assert!(places.iter().all(|(constant, name)| REPORT[*constant as usize].name() == *name));
        let meters = [
            (AURALIS_METER_LIMITER, "limiter"),
            (AURALIS_METER_COMPRESSOR_HIGH, "compressor_high"),
            (AURALIS_METER_MOMENTARY, "momentary"),
            (AURALIS_METER_SAMPLE_PEAK, "sample_peak"),
        ];
        assert!(meters.iter().all(|(constant, name)| METERS[*constant as usize].name() == *name));
        assert_eq!(AURALIS_LIMITED_BY_GAIN_MAX, LimitedBy::GainMax as u32);
        assert_eq!(AURALIS_LIMITED_BY_BYPASS, LimitedBy::Bypass as u32);
        assert_eq!(SETTINGS.len(), FIRST_SETTINGS);
    }
}
