//! Chromagram of a stream.

use super::super::args::{self, Span};
use super::super::chroma::auralis_chroma_params;
use super::super::status::guard;
use super::handle;
use crate::kernels::chroma::ChromaPlan;

/// A stream of auralis_chroma_cqt.
#[allow(non_camel_case_types)]
pub struct auralis_chroma_stream {
    _opaque: [u8; 0],
}

handle!(auralis_chroma_stream, ChromaPlan);

/// Makes a stream that takes blocks of up to `max_block` samples and gives what auralis_chroma_cqt gives for the
/// whole signal, bit for bit. All memory is taken here.
///
/// `sample_rate`: 8000 to 384000 Hz. `params`: tuning must be a number, as a stream cannot look ahead to
/// estimate it; auralis_estimate_tuning does that from a recording, 0 is A440. `handle`: to be freed with auralis_chroma_stream_free.
///
/// # Safety
/// `params` is NULL or points to a struct as its struct_size says; `handle` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_chroma_stream_new(
    sample_rate: f64,
    params: *const auralis_chroma_params,
    max_block: usize,
    handle: *mut *mut auralis_chroma_stream,
) -> i32 {
    unsafe {
        super::new(handle, max_block, || {
            let params = args::params(params)?.checked()?;
            Ok(ChromaPlan::new(sample_rate, &params)?)
        })
    }
}

/// Takes the next samples and writes the frames that they complete to the front of `chroma`, one after the
/// other, shape [n_written][n_chroma]. Never allocates, locks or blocks. Takes nothing if it fails.
///
/// `chroma`: room for `capacity` doubles; n_chroma for each frame that auralis_chroma_stream_max_output says
/// always suffice.
///
/// # Safety
/// `handle` comes from auralis_chroma_stream_new and nothing else uses it; `audio` points to `n_samples`
/// doubles, `chroma` to `capacity` writable ones; `n_written` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_chroma_stream_push(
    handle: *mut auralis_chroma_stream,
    audio: *const f64,
    n_samples: usize,
    chroma: *mut f64,
    capacity: usize,
    n_written: *mut usize,
) -> i32 {
    guard(|| unsafe {
        let stream = super::exclusive(handle)?;
        let audio = stream.block(audio, n_samples)?;
        let n_chroma = stream.plan.n_chroma();
        let chroma = stream.output("chroma", chroma, capacity, n_samples, n_chroma)?;
        let n_written = args::output_value("n_written", n_written)?;
        args::disjoint([Span::input("audio", audio), chroma.span(), n_written.span()])?;
        n_written.set(stream.plan.push(audio, chroma.slice())?);
        Ok(())
    })
}

/// Ends the signal and writes the frames that reach beyond its end, as auralis_chroma_stream_push does; the
/// stream is then as new. Never allocates, locks or blocks. The signal has not ended if it fails.
///
/// # Safety
/// As for auralis_chroma_stream_push.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_chroma_stream_finish(
    handle: *mut auralis_chroma_stream,
    chroma: *mut f64,
    capacity: usize,
    n_written: *mut usize,
) -> i32 {
    guard(|| unsafe {
        let stream = super::exclusive(handle)?;
        let n_chroma = stream.plan.n_chroma();
        let chroma = stream.output("chroma", chroma, capacity, 0, n_chroma)?;
        let n_written = args::output_value("n_written", n_written)?;
        args::disjoint([chroma.span(), n_written.span()])?;
        n_written.set(stream.plan.finish(chroma.slice())?);
        Ok(())
    })
}

/// The most samples from the instant of a frame, t * hop_length, on that must arrive before it is written.
///
/// # Safety
/// `handle` comes from auralis_chroma_stream_new; `samples` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_chroma_stream_latency(
    handle: *const auralis_chroma_stream,
    samples: *mut usize,
) -> i32 {
    unsafe { super::latency(handle, samples) }
}

/// The most frames that one push of `block` samples can write, or finish if `block` is 0.
///
/// # Safety
/// `handle` comes from auralis_chroma_stream_new; `n_written` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_chroma_stream_max_output(
    handle: *const auralis_chroma_stream,
    block: usize,
    n_written: *mut usize,
) -> i32 {
    unsafe { super::max_output(handle, block, n_written) }
}

/// Forgets the signal; the stream is then as new.
///
/// # Safety
/// `handle` comes from auralis_chroma_stream_new and nothing else uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_chroma_stream_reset(handle: *mut auralis_chroma_stream) -> i32 {
    unsafe { super::reset(handle) }
}

/// Gives the stream's memory back; NULL is a no-op.
///
/// # Safety
/// `handle` is NULL or comes from auralis_chroma_stream_new, and is not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_chroma_stream_free(handle: *mut auralis_chroma_stream) {
    unsafe { super::free(handle) }
}
