//! Loudness.

use super::args::{self, Given, Input, Output, Place};
use super::fields::params;
use super::status::guard;
use crate::kernels::loudness::{Loudness, LoudnessParams, Window, loudness, loudness_curve, loudness_steps};

/// Index of the integrated loudness in LUFS among the values of auralis_loudness.
pub const AURALIS_LOUDNESS_INTEGRATED: u32 = 0;
/// Index of the loudness range in LU among the values of auralis_loudness.
pub const AURALIS_LOUDNESS_RANGE: u32 = 1;
/// Index of the highest momentary loudness, that of 0.4 s, in LUFS among the values of auralis_loudness.
pub const AURALIS_LOUDNESS_MAX_MOMENTARY: u32 = 2;
/// Index of the highest short-term loudness, that of 3 s, in LUFS among the values of auralis_loudness.
pub const AURALIS_LOUDNESS_MAX_SHORT_TERM: u32 = 3;
/// Index of the highest true peak of all channels in dBTP among the values of auralis_loudness.
pub const AURALIS_LOUDNESS_TRUE_PEAK: u32 = 4;

/// Values of auralis_loudness, and those of its first version.
const LEN: usize = 5;
const FIRST_LEN: usize = 5;

/// Parameters of auralis_loudness; auralis_loudness_params_init fills in the defaults.
#[repr(C)]
#[derive(Clone, Copy)]
#[allow(non_camel_case_types)]
pub struct auralis_loudness_params {
    /// sizeof(auralis_loudness_params), by which the library knows the version of the struct.
    pub struct_size: usize,
    /// 1: the true peak is measured, which takes longer than everything else. 0: it is NaN. Default 1.
    pub true_peak: u32,
    /// Where the loudspeakers of the channels stand: the bits of the channel mask of WAVE files, one for each
    /// channel, whose order is that of the bits. 0: what is usual for their number. Default 0.
    pub channel_mask: u32,
}

params!(auralis_loudness_params => LoudnessParams { true_peak, channel_mask });

/// Fills `params` with the defaults and sets its struct_size to `size`, which is
/// sizeof(auralis_loudness_params).
///
/// # Errors
/// INVALID_ARGUMENT: `size` is no multiple of sizeof(size_t), or above 4096.
///
/// # Safety
/// `params` points to `size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_loudness_params_init(
    params: *mut auralis_loudness_params,
    size: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { args::params_init(params, size) }
}

/// The number of values that auralis_loudness gives: 5 in this version, the indices AURALIS_LOUDNESS_*.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_loudness_len() -> usize {
    LEN
}

/// Loudness of a track by ITU-R BS.1770-4 and EBU Tech 3342; AURALIS_LOUDNESS_* are the indices of its
/// values. One that cannot be measured is NaN: of silence, of less than 0.4 s, or of less than 3 s for the
/// range and the short-term loudness.
///
/// Channels stand in the order of WAVE files. Without a channel_mask one is C; two are L, R; three L, R, C;
/// four L, R, Ls, Rs; five L, R, C, Ls, Rs; six L, R, C, LFE, Ls, Rs; seven L, R, C, LFE, back C, Ls, Rs; and
/// eight L, R, C, LFE, back L, back R, Ls, Rs. By annex 3 of BS.1770-4 side channels have the weight 1.41, and
/// the back ones where there are no side channels; LFE has 0, and all others have 1.
///
/// `interleaved`: `n_frames` frames of `n_channels` (1 to 64) samples, at least 1 frame. `sample_rate`: in
/// Hz, 8000 to 384000. `values`: room for `capacity` doubles, at least 5; as many as there is room for are
/// written, up to auralis_loudness_len(), which may grow with the version.
///
/// # Errors
/// INVALID_ARGUMENT: `n_channels`, `sample_rate` or a parameter outside its range, or a channel_mask of
/// another number of channels. BUFFER_TOO_SMALL.
/// NON_FINITE_INPUT. OUT_OF_MEMORY.
///
/// # Safety
/// `interleaved` points to `n_frames` times `n_channels` readable doubles, `values` to `capacity` writable
/// ones; `params` is NULL or points to as many readable bytes as its struct_size says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_loudness(
    interleaved: *const f64,
    n_frames: usize,
    n_channels: u32,
    sample_rate: f64,
    params: *const auralis_loudness_params,
    values: *mut f64,
    capacity: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (interleaved, params, values) =
        unsafe { (Input::new(interleaved, n_frames), Given::new(params), Output::new(values, capacity)) };
    guard(|memory| {
        let n_channels = args::channels(n_channels)?;
        let interleaved = memory.read_frames("interleaved", "n_frames", interleaved, n_channels)?;
        let params = params.checked()?;
        let values = memory.write_growing("values", values, FIRST_LEN, LEN)?;
        let Loudness { integrated, range, max_momentary, max_short_term, true_peak } =
            loudness(interleaved, n_channels, sample_rate, &params)?;
        let all: [f64; LEN] = [integrated, range, max_momentary, max_short_term, true_peak];
        values.copy_from_slice(&all[..values.len()]);
        Ok(())
    })
}

/// Writes the number of values, one for each whole 0.1 s, that auralis_momentary_loudness and
/// auralis_short_term_loudness give for a signal of `n_frames`. Costs nothing.
///
/// # Errors
/// INVALID_ARGUMENT: `n_frames` is 0, or `sample_rate` outside 8000 to 384000 Hz.
///
/// # Safety
/// `n_steps` points to a writable size_t.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_loudness_steps(
    n_frames: usize,
    sample_rate: f64,
    n_steps: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let n_steps = unsafe { Place::new(n_steps) };
    guard(|memory| {
        args::check_len("n_frames", n_frames, args::MOST_SAMPLES)?;
        let n_steps = memory.place("n_steps", n_steps)?;
        *n_steps = loudness_steps(n_frames, sample_rate)?;
        Ok(())
    })
}

/// Momentary loudness in LUFS (ITU-R BS.1770-4, EBU Tech 3341): value i is that of the 0.4 s which end 0.1
/// s * (i + 1) after the beginning of the signal. It is NaN if they begin before the signal or are silent.
///
/// `interleaved`: `n_frames` frames of `n_channels` (1 to 64) samples, at least 1 frame. `sample_rate`: in
/// Hz, 8000 to 384000. Channels are those of auralis_loudness. `loudness`: room for `capacity` doubles, at
/// least as many as auralis_loudness_steps says; shape `[n_steps]`.
///
/// # Errors
/// INVALID_ARGUMENT: `n_channels` or `sample_rate` outside its range. BUFFER_TOO_SMALL. NON_FINITE_INPUT.
/// OUT_OF_MEMORY.
///
/// # Safety
/// `interleaved` points to `n_frames` times `n_channels` readable doubles, `loudness` to `capacity`
/// writable ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_momentary_loudness(
    interleaved: *const f64,
    n_frames: usize,
    n_channels: u32,
    sample_rate: f64,
    loudness: *mut f64,
    capacity: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (interleaved, loudness) =
        unsafe { (Input::new(interleaved, n_frames), Output::new(loudness, capacity)) };
    curve(interleaved, n_channels, sample_rate, Window::Momentary, loudness)
}

/// Short-term loudness in LUFS (ITU-R BS.1770-4, EBU Tech 3341): value i is that of the 3 s which end 0.1 s
/// * (i + 1) after the beginning of the signal. It is NaN if they begin before the signal or are silent.
///
/// `interleaved`: `n_frames` frames of `n_channels` (1 to 64) samples, at least 1 frame. `sample_rate`: in
/// Hz, 8000 to 384000. Channels are those of auralis_loudness. `loudness`: room for `capacity` doubles, at
/// least as many as auralis_loudness_steps says; shape `[n_steps]`.
///
/// # Errors
/// INVALID_ARGUMENT: `n_channels` or `sample_rate` outside its range. BUFFER_TOO_SMALL. NON_FINITE_INPUT.
/// OUT_OF_MEMORY.
///
/// # Safety
/// `interleaved` points to `n_frames` times `n_channels` readable doubles, `loudness` to `capacity`
/// writable ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_short_term_loudness(
    interleaved: *const f64,
    n_frames: usize,
    n_channels: u32,
    sample_rate: f64,
    loudness: *mut f64,
    capacity: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (interleaved, loudness) =
        unsafe { (Input::new(interleaved, n_frames), Output::new(loudness, capacity)) };
    curve(interleaved, n_channels, sample_rate, Window::ShortTerm, loudness)
}

/// The whole of both functions above.
fn curve(
    interleaved: Input,
    n_channels: u32,
    sample_rate: f64,
    window: Window,
    loudness: Output<f64>,
) -> i32 {
    guard(|memory| {
        let n_channels = args::channels(n_channels)?;
        let steps = loudness_steps(interleaved.len(), sample_rate);
        let interleaved = memory.read_frames("interleaved", "n_frames", interleaved, n_channels)?;
        let loudness = memory.write("loudness", loudness, steps?)?;
        Ok(loudness_curve(interleaved, n_channels, sample_rate, window, loudness)?)
    })
}
