//! Harmonic/percussive separation of a stream.

use super::super::args::{self, Span};
use super::super::hpss::auralis_hpss_params;
use super::super::status::guard;
use super::handle;
use crate::blocks::error::require_sample_rate;
use crate::kernels::hpss::HpssPlan;

/// A stream of auralis_hpss.
#[allow(non_camel_case_types)]
pub struct auralis_hpss_stream {
    _opaque: [u8; 0],
}

handle!(auralis_hpss_stream, HpssPlan);

/// Makes a stream that takes blocks of up to `max_block` samples and gives what auralis_hpss gives for the
/// whole signal, bit for bit. All memory is taken here.
///
/// `sample_rate`: 8000 to 384000 Hz; the separation does not depend on it. `handle`: to be freed with
/// auralis_hpss_stream_free.
///
/// # Safety
/// `params` is NULL or points to a struct as its struct_size says; `handle` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_hpss_stream_new(
    sample_rate: f64,
    params: *const auralis_hpss_params,
    max_block: usize,
    handle: *mut *mut auralis_hpss_stream,
) -> i32 {
    unsafe {
        super::new(handle, max_block, || {
            require_sample_rate(sample_rate)?;
            let params = args::params(params)?.checked()?;
            Ok(HpssPlan::new(&params)?)
        })
    }
}

/// Takes the next samples and writes those of both parts that are ready to the front of `harmonic` and
/// `percussive`; `n_written` to each. Never allocates, locks or blocks. Takes nothing if it fails.
///
/// `harmonic`, `percussive`: room for `capacity` doubles each; as many as auralis_hpss_stream_max_output
/// says always suffice.
///
/// # Safety
/// `handle` comes from auralis_hpss_stream_new and nothing else uses it; `audio` points to `n_samples`
/// doubles, `harmonic` and `percussive` to `capacity` writable ones; `n_written` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_hpss_stream_push(
    handle: *mut auralis_hpss_stream,
    audio: *const f64,
    n_samples: usize,
    harmonic: *mut f64,
    percussive: *mut f64,
    capacity: usize,
    n_written: *mut usize,
) -> i32 {
    guard(|| unsafe {
        let stream = super::exclusive(handle)?;
        let audio = stream.block(audio, n_samples)?;
        let harmonic = stream.output("harmonic", harmonic, capacity, n_samples, 1)?;
        let percussive = stream.output("percussive", percussive, capacity, n_samples, 1)?;
        let n_written = args::output_value("n_written", n_written)?;
        args::disjoint([Span::input("audio", audio), harmonic.span(), percussive.span(), n_written.span()])?;
        n_written.set(stream.plan.push(audio, harmonic.slice(), percussive.slice())?);
        Ok(())
    })
}

/// Ends the signal and writes the samples that are still missing, as auralis_hpss_stream_push does; the
/// stream is then as new. Never allocates, locks or blocks.
///
/// # Safety
/// As for auralis_hpss_stream_push.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_hpss_stream_finish(
    handle: *mut auralis_hpss_stream,
    harmonic: *mut f64,
    percussive: *mut f64,
    capacity: usize,
    n_written: *mut usize,
) -> i32 {
    guard(|| unsafe {
        let stream = super::exclusive(handle)?;
        let harmonic = stream.output("harmonic", harmonic, capacity, 0, 1)?;
        let percussive = stream.output("percussive", percussive, capacity, 0, 1)?;
        let n_written = args::output_value("n_written", n_written)?;
        args::disjoint([harmonic.span(), percussive.span(), n_written.span()])?;
        n_written.set(stream.plan.finish(harmonic.slice(), percussive.slice())?);
        Ok(())
    })
}

/// The most samples by which an output lags behind the input.
///
/// # Safety
/// `handle` comes from auralis_hpss_stream_new; `samples` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_hpss_stream_latency(
    handle: *const auralis_hpss_stream,
    samples: *mut usize,
) -> i32 {
    unsafe { super::latency(handle, samples) }
}

/// The most samples that one push of `block` samples can write to each part, or finish if `block` is 0.
///
/// # Safety
/// `handle` comes from auralis_hpss_stream_new; `n_written` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_hpss_stream_max_output(
    handle: *const auralis_hpss_stream,
    block: usize,
    n_written: *mut usize,
) -> i32 {
    unsafe { super::max_output(handle, block, n_written) }
}

/// Forgets the signal; the stream is then as new.
///
/// # Safety
/// `handle` comes from auralis_hpss_stream_new and nothing else uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_hpss_stream_reset(handle: *mut auralis_hpss_stream) -> i32 {
    unsafe { super::reset(handle) }
}

/// Gives the stream's memory back; NULL is a no-op.
///
/// # Safety
/// `handle` is NULL or comes from auralis_hpss_stream_new, and is not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_hpss_stream_free(handle: *mut auralis_hpss_stream) {
    unsafe { super::free(handle) }
}
