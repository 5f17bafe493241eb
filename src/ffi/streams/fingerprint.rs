//! The fingerprint of a stream.

use super::super::args;
use super::super::fingerprint::{auralis_fingerprint_params, channels};
use super::super::status::guard;
use super::handle;
use crate::fingerprint::{FingerprintPlan, LEN, STAGES};

/// A stream of auralis_fingerprint.
#[allow(non_camel_case_types)]
pub struct auralis_fingerprint_stream {
    _opaque: [u8; 0],
}

handle!(auralis_fingerprint_stream, FingerprintPlan);

/// Makes a stream that takes blocks of up to `max_block` frames of `n_channels` (1 to 64) interleaved
/// samples and gives what auralis_fingerprint gives for the whole signal, bit for bit. All memory is taken
/// here: some 60 MiB, of which pages are used as the signal grows longer.
///
/// `sample_rate`: 8000 to 384000 Hz. `handle`: to be freed with auralis_fingerprint_stream_free.
///
/// # Safety
/// `params` is NULL or points to a struct as its struct_size says; `handle` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_fingerprint_stream_new(
    sample_rate: f64,
    n_channels: u32,
    params: *const auralis_fingerprint_params,
    max_block: usize,
    handle: *mut *mut auralis_fingerprint_stream,
) -> i32 {
    unsafe {
        super::new(handle, max_block, || {
            let n_channels = channels(n_channels)?;
            let params = args::params(params)?.checked()?;
            Ok(FingerprintPlan::new(sample_rate, n_channels, &params)?)
        })
    }
}

/// Takes the next `n_frames` interleaved frames. Never allocates, locks or blocks. Takes nothing if it
/// fails.
///
/// # Safety
/// `handle` comes from auralis_fingerprint_stream_new and nothing else uses it; `interleaved` points to
/// `n_frames` times the stream's channels doubles.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_fingerprint_stream_push(
    handle: *mut auralis_fingerprint_stream,
    interleaved: *const f64,
    n_frames: usize,
) -> i32 {
    guard(|| unsafe {
        let stream = super::exclusive(handle)?;
        args::check_len("n_frames", n_frames, stream.max_block)?;
        let channels = stream.plan.n_channels();
        let audio = args::frames("interleaved", interleaved, "n_frames", n_frames, channels)?;
        stream.plan.push(audio)?;
        Ok(())
    })
}

/// Ends the signal and writes its auralis_fingerprint_len() values; the stream is then as new. Works as
/// long as a fraction of a second, but never allocates, locks or waits.
///
/// `values`: room for `capacity` doubles. `n_written`: how many were written.
///
/// # Safety
/// `handle` comes from auralis_fingerprint_stream_new and nothing else uses it; `values` points to
/// `capacity` writable doubles; `n_written` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_fingerprint_stream_finish(
    handle: *mut auralis_fingerprint_stream,
    values: *mut f64,
    capacity: usize,
    n_written: *mut usize,
) -> i32 {
    guard(|| unsafe {
        let stream = super::exclusive(handle)?;
        let values = args::output("values", values, capacity, LEN)?;
        let n_written = args::output_value("n_written", n_written)?;
        args::disjoint([values.span(), n_written.span()])?;
        values.slice().copy_from_slice(&stream.plan.finish()?.values);
        n_written.set(LEN);
        Ok(())
    })
}

/// 0: the values are known at the end of the signal.
///
/// # Safety
/// `handle` comes from auralis_fingerprint_stream_new; `samples` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_fingerprint_stream_latency(
    handle: *const auralis_fingerprint_stream,
    samples: *mut usize,
) -> i32 {
    unsafe { super::latency(handle, samples) }
}

/// The values that finish writes (`block` 0) or a push of `block` frames: none.
///
/// # Safety
/// `handle` comes from auralis_fingerprint_stream_new; `n_written` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_fingerprint_stream_max_output(
    handle: *const auralis_fingerprint_stream,
    block: usize,
    n_written: *mut usize,
) -> i32 {
    unsafe { super::max_output(handle, block, n_written) }
}

/// Writes the seconds that the stream has spent in each of its auralis_fingerprint_stages() kernels since
/// it was made; 0 unless the parameter `timing` is 1.
///
/// `seconds`: room for `capacity` doubles.
///
/// # Safety
/// `handle` comes from auralis_fingerprint_stream_new; `seconds` points to `capacity` writable doubles.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_fingerprint_stream_seconds(
    handle: *const auralis_fingerprint_stream,
    seconds: *mut f64,
    capacity: usize,
) -> i32 {
    guard(|| unsafe {
        let stream = super::shared(handle)?;
        let seconds = args::output("seconds", seconds, capacity, STAGES.len())?;
        seconds.slice().copy_from_slice(&stream.plan.seconds());
        Ok(())
    })
}

/// Forgets the signal; the stream is then as new.
///
/// # Safety
/// `handle` comes from auralis_fingerprint_stream_new and nothing else uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_fingerprint_stream_reset(handle: *mut auralis_fingerprint_stream) -> i32 {
    unsafe { super::reset(handle) }
}

/// Gives the stream's memory back; NULL is a no-op.
///
/// # Safety
/// `handle` is NULL or comes from auralis_fingerprint_stream_new, and is not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_fingerprint_stream_free(handle: *mut auralis_fingerprint_stream) {
    unsafe { super::free(handle) }
}
