//! Loudness of any number of channels: of the whole, and step by step.

use auralis_dsp::ffi::loudness::{
    auralis_loudness, auralis_loudness_len, auralis_loudness_params, auralis_loudness_params_init,
    auralis_loudness_steps, auralis_momentary_loudness, auralis_short_term_loudness,
};
use auralis_dsp::ffi::status::{AURALIS_ERROR_BUFFER_TOO_SMALL, AURALIS_OK};

use super::bytes::Bytes;
use super::kernels::Kernel;
use super::params::params;
use super::{audio, batch, is_untouched, succeeded, untouched};

/// Has 5 frames of one value each.
pub struct Loudness<const CHANNELS: usize>;

params!(
    {const CHANNELS: usize} Loudness<CHANNELS>,
    auralis_loudness_params,
    auralis_loudness_params_init,
    [true_peak reserved]
);

impl<const CHANNELS: usize> Kernel for Loudness<CHANNELS> {
    const CHANNELS: usize = CHANNELS;

    fn frames(_: usize, _: *const auralis_loudness_params, n_frames: &mut usize) -> i32 {
        *n_frames = auralis_loudness_len();
        AURALIS_OK
    }
    fn width(_: &auralis_loudness_params) -> usize {
        1
    }
    fn call(
        audio: *const f64,
        n_samples: usize,
        sample_rate: f64,
        params: *const auralis_loudness_params,
        [values, _]: [*mut f64; 2],
        capacity: usize,
    ) -> i32 {
        let channels = CHANNELS as u32;
        // SAFETY: the caller has the memory that it tells of, or a fault that must be found.
        unsafe { auralis_loudness(audio, n_samples, channels, sample_rate, params, values, capacity) }
    }
    fn work(_: &auralis_loudness_params, n_samples: usize, _: f64) -> f64 {
        1e6 + (n_samples * CHANNELS) as f64 * 100.0
    }
    fn is_plausible(_: usize, value: f64) -> bool {
        value.is_nan() || value.is_finite()
    }
}

pub fn run(data: &[u8]) {
    let bytes = &mut Bytes::new(data);
    match bytes.byte() {
        0..=63 => batch::run::<Loudness<1>>(bytes.rest()),
        64..=127 => batch::run::<Loudness<2>>(bytes.rest()),
        128..=143 => batch::run::<Loudness<5>>(bytes.rest()),
        144..=159 => batch::run::<Loudness<64>>(bytes.rest()),
        160..=207 => curve(bytes, auralis_momentary_loudness),
        _ => curve(bytes, auralis_short_term_loudness),
    }
}

type Curve = unsafe extern "C" fn(*const f64, usize, u32, f64, *mut f64, usize) -> i32;

fn curve(bytes: &mut Bytes, call: Curve) {
    let channels = bytes.one_of(&[1, 2, 6, 64, 0, 65, u32::MAX]);
    let sample_rate = bytes.sample_rate();
    let length = audio::length(bytes);
    let made = audio::signal(bytes, length);
    let frames = made.len() / channels.clamp(1, 64) as usize;
    let mut steps = usize::MAX;
    // SAFETY: a place for the number.
    if !succeeded(unsafe { auralis_loudness_steps(frames, sample_rate, &raw mut steps) }) {
        assert_eq!(steps, usize::MAX);
        steps = 0;
    }
    let capacity = steps.saturating_sub(usize::from(bytes.rarely(4)));
    let mut out = untouched(capacity + 1);
    // SAFETY: the buffers are as long as said.
    let status = unsafe { call(made.as_ptr(), frames, channels, sample_rate, out.as_mut_ptr(), capacity) };
    let written = if succeeded(status) { steps } else { 0 };
    assert!(written == 0 || !is_untouched(&out[written - 1..written]));
    assert!(is_untouched(&out[written..]));
    assert!(capacity == steps || status != AURALIS_OK || steps == 0);
    assert!(status != AURALIS_ERROR_BUFFER_TOO_SMALL || capacity < steps);
}
