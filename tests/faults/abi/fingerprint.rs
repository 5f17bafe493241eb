//! The fingerprint, of any number of channels, and its stream.

use auralis_dsp::ffi::fingerprint::{
    auralis_fingerprint, auralis_fingerprint_highest, auralis_fingerprint_len, auralis_fingerprint_lowest,
    auralis_fingerprint_params, auralis_fingerprint_params_init, auralis_fingerprint_stages,
};
use auralis_dsp::ffi::fingerprint::{
    auralis_fingerprint_stream, auralis_fingerprint_stream_finish, auralis_fingerprint_stream_free,
    auralis_fingerprint_stream_latency, auralis_fingerprint_stream_max_output,
    auralis_fingerprint_stream_new, auralis_fingerprint_stream_push, auralis_fingerprint_stream_reset,
    auralis_fingerprint_stream_seconds,
};
use auralis_dsp::ffi::status::{AURALIS_ERROR_BUFFER_TOO_SMALL, AURALIS_ERROR_INVALID_ARGUMENT, AURALIS_OK};

use super::bytes::Bytes;
use super::kernels::{Kernel, StreamKernel};
use super::params::params;
use super::{batch, is_untouched, stream, untouched};

/// Has 25 frames of one value each.
pub struct Fingerprint<const CHANNELS: usize>;

params!(
    {const CHANNELS: usize} Fingerprint<CHANNELS>,
    auralis_fingerprint_params,
    auralis_fingerprint_params_init,
    [groups timing]
);

impl<const CHANNELS: usize> Kernel for Fingerprint<CHANNELS> {
    const CHANNELS: usize = CHANNELS;

    fn frames(_: usize, _: *const auralis_fingerprint_params, n_frames: &mut usize) -> i32 {
        *n_frames = auralis_fingerprint_len();
        AURALIS_OK
    }
    fn width(_: &auralis_fingerprint_params) -> usize {
        1
    }
    fn call(
        audio: *const f64,
        n_samples: usize,
        sample_rate: f64,
        params: *const auralis_fingerprint_params,
        outputs: [*mut f64; 2],
        capacity: usize,
    ) -> i32 {
        let channels = CHANNELS as u32;
        unsafe { auralis_fingerprint(audio, n_samples, channels, sample_rate, params, outputs[0], capacity) }
    }
    fn work(_: &auralis_fingerprint_params, n_samples: usize, _: f64) -> f64 {
        1e6 + (n_samples * CHANNELS) as f64 * 300.0
    }
    fn is_plausible(i: usize, value: f64) -> bool {
        value.is_nan() || (auralis_fingerprint_lowest(i)..=auralis_fingerprint_highest(i)).contains(&value)
    }
}

// SAFETY, of all calls: the caller has the memory that it tells of, or a fault that must be found.
impl<const CHANNELS: usize> StreamKernel for Fingerprint<CHANNELS> {
    type Handle = auralis_fingerprint_stream;
    const GIVES_AS_IT_GOES: bool = false;

    fn make(
        sample_rate: f64,
        params: *const auralis_fingerprint_params,
        max_block: usize,
        handle: &mut *mut Self::Handle,
    ) -> i32 {
        unsafe { auralis_fingerprint_stream_new(sample_rate, CHANNELS as u32, params, max_block, handle) }
    }
    fn push(
        handle: *mut Self::Handle,
        audio: *const f64,
        n_samples: usize,
        _: [*mut f64; 2],
        _: usize,
        n_written: &mut usize,
    ) -> i32 {
        let status = unsafe { auralis_fingerprint_stream_push(handle, audio, n_samples) };
        if status == AURALIS_OK {
            *n_written = 0;
        }
        status
    }
    fn finish(
        handle: *mut Self::Handle,
        outputs: [*mut f64; 2],
        capacity: usize,
        n_written: &mut usize,
    ) -> i32 {
        unsafe { auralis_fingerprint_stream_finish(handle, outputs[0], capacity, n_written) }
    }
    fn latency(handle: *const Self::Handle, samples: &mut usize) -> i32 {
        unsafe { auralis_fingerprint_stream_latency(handle, samples) }
    }
    fn max_output(handle: *const Self::Handle, block: usize, n_written: &mut usize) -> i32 {
        unsafe { auralis_fingerprint_stream_max_output(handle, block, n_written) }
    }
    fn reset(handle: *mut Self::Handle) -> i32 {
        unsafe { auralis_fingerprint_stream_reset(handle) }
    }
    fn free(handle: *mut Self::Handle) {
        unsafe { auralis_fingerprint_stream_free(handle) }
    }
    fn ask(handle: *const Self::Handle) {
        let stages = auralis_fingerprint_stages();
        let mut seconds = untouched(stages + 1);
        let mut ask =
            |capacity| unsafe { auralis_fingerprint_stream_seconds(handle, seconds.as_mut_ptr(), capacity) };
        assert_eq!(ask(stages - 1), AURALIS_ERROR_BUFFER_TOO_SMALL);
        assert_eq!(ask(stages), AURALIS_OK);
        assert!(seconds[..stages].iter().all(|seconds| *seconds >= 0.0) && is_untouched(&seconds[stages..]));
    }
}

pub fn run(data: &[u8]) {
    let bytes = &mut Bytes::new(data);
    match bytes.byte() {
        0..=95 => batch::run::<Fingerprint<1>>(bytes.rest()),
        96..=191 => batch::run::<Fingerprint<2>>(bytes.rest()),
        192..=223 => batch::run::<Fingerprint<5>>(bytes.rest()),
        224..=247 => batch::run::<Fingerprint<64>>(bytes.rest()),
        _ => impossible_channels(bytes),
    }
}

pub fn run_stream(data: &[u8]) {
    let bytes = &mut Bytes::new(data);
    match bytes.byte() {
        0..=95 => stream::run::<Fingerprint<1>>(bytes.rest()),
        96..=191 => stream::run::<Fingerprint<2>>(bytes.rest()),
        192..=223 => stream::run::<Fingerprint<5>>(bytes.rest()),
        224..=247 => stream::run::<Fingerprint<64>>(bytes.rest()),
        _ => impossible_channels(bytes),
    }
}

/// Refused before anything is multiplied by them, whatever the length.
fn impossible_channels(bytes: &mut Bytes) {
    let channels = match bytes.word() as u32 {
        possible @ 1..=64 => possible + 64,
        impossible => impossible,
    };
    let (sample_rate, length, sample) = (bytes.sample_rate(), bytes.word() as usize, 0.0);
    let (mut values, mut handle) = (untouched(25), std::ptr::null_mut());
    let params = std::ptr::null();
    // SAFETY: nothing is read.
    let (called, made) = unsafe {
        let values = values.as_mut_ptr();
        (
            auralis_fingerprint(&raw const sample, length, channels, sample_rate, params, values, 25),
            auralis_fingerprint_stream_new(sample_rate, channels, params, length, &mut handle),
        )
    };
    assert_eq!([called, made], [AURALIS_ERROR_INVALID_ARGUMENT; 2]);
    assert!(is_untouched(&values) && handle.is_null());
}
