//! Fundamental frequency of a stream.

use super::super::args::{self, Span};
use super::super::status::guard;
use super::super::yin::auralis_yin_params;
use super::handle;
use crate::kernels::yin::YinPlan;

/// A stream of auralis_yin.
#[allow(non_camel_case_types)]
pub struct auralis_yin_stream {
    _opaque: [u8; 0],
}

handle!(auralis_yin_stream, YinPlan);

/// Makes a stream that takes blocks of up to `max_block` samples and gives what auralis_yin gives for the
/// whole signal, bit for bit. All memory is taken here.
///
/// `sample_rate`: 8000 to 384000 Hz. `handle`: to be freed with auralis_yin_stream_free.
///
/// # Safety
/// `params` is NULL or points to a struct as its struct_size says; `handle` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_yin_stream_new(
    sample_rate: f64,
    params: *const auralis_yin_params,
    max_block: usize,
    handle: *mut *mut auralis_yin_stream,
) -> i32 {
    unsafe {
        super::new(handle, max_block, || {
            let params = args::params(params)?.checked()?;
            Ok(YinPlan::new(sample_rate, &params)?)
        })
    }
}

/// Takes the next samples and writes the frequencies of the frames that they complete, in Hz, to the
/// front of `f0`; `n_written` of them. Never allocates, locks or blocks. Takes nothing if it fails.
///
/// `f0`: room for `capacity` doubles; as many as auralis_yin_stream_max_output says always suffice.
///
/// # Safety
/// `handle` comes from auralis_yin_stream_new and nothing else uses it; `audio` points to `n_samples`
/// doubles, `f0` to `capacity` writable ones; `n_written` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_yin_stream_push(
    handle: *mut auralis_yin_stream,
    audio: *const f64,
    n_samples: usize,
    f0: *mut f64,
    capacity: usize,
    n_written: *mut usize,
) -> i32 {
    guard(|| unsafe {
        let stream = super::exclusive(handle)?;
        let audio = stream.block(audio, n_samples)?;
        let f0 = stream.output("f0", f0, capacity, n_samples, 1)?;
        let n_written = args::output_value("n_written", n_written)?;
        args::disjoint([Span::input("audio", audio), f0.span(), n_written.span()])?;
        n_written.set(stream.plan.push(audio, f0.slice())?);
        Ok(())
    })
}

/// Ends the signal and writes the frames that reach beyond its end, as auralis_yin_stream_push does; the
/// stream is then as new. Never allocates, locks or blocks. The signal has not ended if it fails.
///
/// # Safety
/// As for auralis_yin_stream_push.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_yin_stream_finish(
    handle: *mut auralis_yin_stream,
    f0: *mut f64,
    capacity: usize,
    n_written: *mut usize,
) -> i32 {
    guard(|| unsafe {
        let stream = super::exclusive(handle)?;
        let f0 = stream.output("f0", f0, capacity, 0, 1)?;
        let n_written = args::output_value("n_written", n_written)?;
        args::disjoint([f0.span(), n_written.span()])?;
        n_written.set(stream.plan.finish(f0.slice())?);
        Ok(())
    })
}

/// Samples from the instant of a frame, t * hop_length, on that must arrive before it is written.
///
/// # Safety
/// `handle` comes from auralis_yin_stream_new; `samples` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_yin_stream_latency(
    handle: *const auralis_yin_stream,
    samples: *mut usize,
) -> i32 {
    unsafe { super::latency(handle, samples) }
}

/// The most frames that one push of `block` samples can write, or finish if `block` is 0.
///
/// # Safety
/// `handle` comes from auralis_yin_stream_new; `n_written` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_yin_stream_max_output(
    handle: *const auralis_yin_stream,
    block: usize,
    n_written: *mut usize,
) -> i32 {
    unsafe { super::max_output(handle, block, n_written) }
}

/// Forgets the signal; the stream is then as new.
///
/// # Safety
/// `handle` comes from auralis_yin_stream_new and nothing else uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_yin_stream_reset(handle: *mut auralis_yin_stream) -> i32 {
    unsafe { super::reset(handle) }
}

/// Gives the stream's memory back; NULL is a no-op.
///
/// # Safety
/// `handle` is NULL or comes from auralis_yin_stream_new, and is not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_yin_stream_free(handle: *mut auralis_yin_stream) {
    unsafe { super::free(handle) }
}
