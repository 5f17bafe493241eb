//! Onsets, tempo and beats.

use super::args::{self, Given, Input, Output, Place};
use super::fields::{choice, params};
use super::status::{Fault, guard};
use crate::blocks::error::require_capacity;
use crate::kernels::beat::{BeatParams, beat_track};
use crate::kernels::onset::{Aggregate, OnsetParams, OnsetPlan, PeakParams, onset_detect};
use crate::kernels::tempo::{TempoParams, tempo};

/// The mean of the mel bands, the default of librosa.onset.onset_strength.
pub const AURALIS_AGGREGATE_MEAN: u32 = 0;
/// The median of the mel bands, with which librosa.beat.beat_track makes its envelope.
pub const AURALIS_AGGREGATE_MEDIAN: u32 = 1;

choice!(Aggregate { Mean: AURALIS_AGGREGATE_MEAN, Median: AURALIS_AGGREGATE_MEDIAN });

/// Parameters of auralis_onset_strength; auralis_onset_strength_params_init fills in the defaults.
#[repr(C)]
#[derive(Clone, Copy)]
#[allow(non_camel_case_types)]
pub struct auralis_onset_strength_params {
    /// sizeof(auralis_onset_strength_params), by which the library knows the version of the struct.
    pub struct_size: usize,
    /// Lower edge of the lowest mel band in Hz, 0 to below fmax. Default 0.
    pub fmin: f64,
    /// Upper edge of the highest mel band in Hz, above fmin and up to sample_rate / 2, for which 0 stands.
    /// Default 0.
    pub fmax: f64,
    /// Samples in a frame, 2 to 2^20. Default 2048.
    pub n_fft: u32,
    /// Samples between frames, 0 to 2^31; 0 stands for n_fft / 4. Default 512.
    pub hop_length: u32,
    /// Number of mel bands, 1 to 2048. Default 128.
    pub n_mels: u32,
    /// Distance of the two frames that are compared, in frames, 1 to 1024. Default 1.
    pub lag: u32,
    /// Width of the maximum filter along frequency that is applied to the earlier frame, in bands, 1 to n_mels.
    /// Default 1, no filter.
    pub max_size: u32,
    /// 1: slow changes are removed by the filter (1 - z^-1) / (1 - 0.99 z^-1). Default 0.
    pub detrend: u32,
    /// 1: the envelope is delayed by n_fft / (2 hop_length) frames, to where the new samples of a frame are.
    /// Default 1.
    pub center: u32,
    /// How the rises of all bands become one number: AURALIS_AGGREGATE_*. Default AURALIS_AGGREGATE_MEAN.
    pub aggregate: u32,
}

params!(auralis_onset_strength_params => OnsetParams {
    fmin,
    fmax,
    n_fft,
    hop_length,
    n_mels,
    lag,
    max_size,
    detrend,
    center,
    aggregate,
});

/// Parameters of auralis_onset_detect; auralis_onset_detect_params_init fills in the defaults.
#[repr(C)]
#[derive(Clone, Copy)]
#[allow(non_camel_case_types)]
pub struct auralis_onset_detect_params {
    /// sizeof(auralis_onset_detect_params), by which the library knows the version of the struct.
    pub struct_size: usize,
    /// Least height of a peak above the mean of the 100 ms before and after it; at least 0. Default 0.07.
    pub delta: f64,
    /// Samples between the frames of the envelope, 1 to 2^20. Default 512.
    pub hop_length: u32,
    /// 1: the envelope is first shifted and scaled to the range 0 to 1. Default 1.
    pub normalize: u32,
}

params!(auralis_onset_detect_params => PeakParams { delta, hop_length, normalize });

/// Parameters of auralis_tempo; auralis_tempo_params_init fills in the defaults.
#[repr(C)]
#[derive(Clone, Copy)]
#[allow(non_camel_case_types)]
pub struct auralis_tempo_params {
    /// sizeof(auralis_tempo_params), by which the library knows the version of the struct.
    pub struct_size: usize,
    /// Tempo at which the log-normal prior is largest, in BPM, above 0 and finite. Default 120.
    pub start_bpm: f64,
    /// Standard deviation of the prior in octaves, above 0 and finite. Default 1.
    pub std_bpm: f64,
    /// Length of the autocorrelation window in seconds: at least two frames, at most 600. Default 8.
    pub ac_size: f64,
    /// Tempos of this and more are excluded, in BPM, above 0; infinite: none is. Default 320.
    pub max_tempo: f64,
    /// Samples between the frames of the envelope, 1 to 2^20. Default 512.
    pub hop_length: u32,
    /// Has no meaning yet and must be 0.
    pub reserved: u32,
}

params!(auralis_tempo_params => TempoParams {
    start_bpm,
    std_bpm,
    ac_size,
    max_tempo,
    hop_length,
}, reserved);

/// Parameters of auralis_beat_track; auralis_beat_track_params_init fills in the defaults.
#[repr(C)]
#[derive(Clone, Copy)]
#[allow(non_camel_case_types)]
pub struct auralis_beat_track_params {
    /// sizeof(auralis_beat_track_params), by which the library knows the version of the struct.
    pub struct_size: usize,
    /// Tempo in BPM, above 0, with a beat every 1 to 1e6 frames. NaN: the tempo that auralis_tempo finds.
    /// Default NaN.
    pub bpm: f64,
    /// Tempo at which the prior of that estimate is largest, in BPM, above 0 and finite. Default 120.
    pub start_bpm: f64,
    /// How strictly the beats keep to the tempo, above 0 and finite. Default 100.
    pub tightness: f64,
    /// Samples between the frames of the envelope, 1 to 2^20. Default 512.
    pub hop_length: u32,
    /// 1: weak beats at both ends are left out. Default 1.
    pub trim: u32,
}

params!(auralis_beat_track_params => BeatParams {
    bpm,
    start_bpm,
    tightness,
    hop_length,
    trim,
});

/// Fills `params` with the defaults and sets its struct_size to `size`, which is
/// sizeof(auralis_onset_strength_params).
///
/// # Errors
/// INVALID_ARGUMENT: `size` is no multiple of sizeof(size_t), or above 4096.
///
/// # Safety
/// `params` points to `size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_onset_strength_params_init(
    params: *mut auralis_onset_strength_params,
    size: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { args::params_init(params, size) }
}

/// Fills `params` with the defaults and sets its struct_size to `size`, which is
/// sizeof(auralis_onset_detect_params).
///
/// # Errors
/// INVALID_ARGUMENT: `size` is no multiple of sizeof(size_t), or above 4096.
///
/// # Safety
/// `params` points to `size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_onset_detect_params_init(
    params: *mut auralis_onset_detect_params,
    size: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { args::params_init(params, size) }
}

/// Fills `params` with the defaults and sets its struct_size to `size`, which is
/// sizeof(auralis_tempo_params).
///
/// # Errors
/// INVALID_ARGUMENT: `size` is no multiple of sizeof(size_t), or above 4096.
///
/// # Safety
/// `params` points to `size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_tempo_params_init(params: *mut auralis_tempo_params, size: usize) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { args::params_init(params, size) }
}

/// Fills `params` with the defaults and sets its struct_size to `size`, which is
/// sizeof(auralis_beat_track_params).
///
/// # Errors
/// INVALID_ARGUMENT: `size` is no multiple of sizeof(size_t), or above 4096.
///
/// # Safety
/// `params` points to `size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_beat_track_params_init(
    params: *mut auralis_beat_track_params,
    size: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { args::params_init(params, size) }
}

/// Writes the number of frames that auralis_onset_strength gives for a signal of `n_samples`: 1 + n_samples
/// / hop_length, rounded down. Costs nothing.
///
/// # Errors
/// INVALID_ARGUMENT: `n_samples` is 0, or a parameter outside its range.
///
/// # Safety
/// `params` is NULL or points to as many readable bytes as its struct_size says; `n_frames` points to a
/// writable size_t.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_onset_strength_frames(
    n_samples: usize,
    params: *const auralis_onset_strength_params,
    n_frames: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { args::frames(n_samples, params, n_frames, OnsetParams::frames) }
}

/// Onset strength envelope as librosa.onset.onset_strength computes it (S. Boeck and G. Widmer, DAFx 2013):
/// for each frame, the rise of the level of each mel band in dB above the frame `lag` before, falls
/// counting as 0, and the mean or median of all bands.
///
/// `audio`: `n_samples` samples of one channel, at least 1. `sample_rate`: in Hz, 8000 to 384000.
/// `envelope`: room for `capacity` doubles, at least as many as auralis_onset_strength_frames says; shape
/// `[n_frames]`, in dB.
///
/// # Errors
/// INVALID_ARGUMENT: `sample_rate` or a parameter outside its range. BUFFER_TOO_SMALL. NON_FINITE_INPUT.
/// OUT_OF_MEMORY.
///
/// # Safety
/// `audio` points to `n_samples` readable doubles, `envelope` to `capacity` writable ones; `params` is NULL
/// or points to as many readable bytes as its struct_size says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_onset_strength(
    audio: *const f64,
    n_samples: usize,
    sample_rate: f64,
    params: *const auralis_onset_strength_params,
    envelope: *mut f64,
    capacity: usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (audio, params, envelope) =
        unsafe { (Input::new(audio, n_samples), Given::new(params), Output::new(envelope, capacity)) };
    guard(|memory| {
        let audio = memory.read("audio", "n_samples", audio)?;
        let params = params.checked()?;
        let envelope = memory.write("envelope", envelope, params.frames(n_samples)?)?;
        Ok(OnsetPlan::new(sample_rate, &params)?.process(audio, envelope)?)
    })
}

/// Finds the frames of an onset envelope in which an onset lies, ascending, as librosa.onset.onset_detect
/// does (S. Boeck, F. Krebs and M. Schedl, ISMIR 2012): values that are the largest of the last 30 ms, at
/// least `delta` above the mean of the 100 ms before and after, and more than 30 ms after the onset before.
///
/// `envelope`: `n_frames` values of an onset envelope, as auralis_onset_strength gives them, at least 1.
/// `sample_rate`: of the audio, in Hz, 8000 to 384000. `frames`: room for `capacity` numbers; n_frames
/// always suffice. `n_written`: how many of them were written.
///
/// # Errors
/// INVALID_ARGUMENT: `sample_rate` or a parameter outside its range. BUFFER_TOO_SMALL. NON_FINITE_INPUT.
/// OUT_OF_MEMORY.
///
/// # Safety
/// `envelope` points to `n_frames` readable doubles, `frames` to `capacity` writable numbers, `n_written`
/// to one; `params` is NULL or points to as many readable bytes as its struct_size says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_onset_detect(
    envelope: *const f64,
    n_frames: usize,
    sample_rate: f64,
    params: *const auralis_onset_detect_params,
    frames: *mut usize,
    capacity: usize,
    n_written: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (envelope, params) = unsafe { (Input::new(envelope, n_frames), Given::new(params)) };
    // SAFETY: likewise.
    let (frames, n_written) = unsafe { (Output::new(frames, capacity), Place::new(n_written)) };
    guard(|memory| {
        let envelope = memory.read("envelope", "n_frames", envelope)?;
        let params = params.checked()?;
        let frames = memory.write_up_to("frames", frames, n_frames)?;
        let n_written = memory.place("n_written", n_written)?;
        *n_written = write_frames(&onset_detect(envelope, sample_rate, &params)?, frames)?;
        Ok(())
    })
}

/// Estimates the tempo of an onset envelope in BPM, as librosa.feature.tempo does from the mean
/// autocorrelation of windows of some seconds (P. Grosche, M. Mueller and F. Kurth, ICASSP 2010), weighted
/// by a log-normal prior. Where nothing repeats it is the tempo at which the prior is largest.
///
/// `envelope`: `n_frames` values of an onset envelope, as auralis_onset_strength gives them, at least 1.
/// `sample_rate`: of the audio, in Hz, 8000 to 384000. `bpm`: where the tempo is written.
///
/// # Errors
/// INVALID_ARGUMENT: `sample_rate` or a parameter outside its range. NON_FINITE_INPUT. OUT_OF_MEMORY.
///
/// # Safety
/// `envelope` points to `n_frames` readable doubles, `bpm` to a writable one; `params` is NULL or points to
/// as many readable bytes as its struct_size says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_tempo(
    envelope: *const f64,
    n_frames: usize,
    sample_rate: f64,
    params: *const auralis_tempo_params,
    bpm: *mut f64,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (envelope, params) = unsafe { (Input::new(envelope, n_frames), Given::new(params)) };
    // SAFETY: likewise.
    let bpm = unsafe { Place::new(bpm) };
    guard(|memory| {
        let envelope = memory.read("envelope", "n_frames", envelope)?;
        let params = params.checked()?;
        let bpm = memory.place("bpm", bpm)?;
        *bpm = tempo(envelope, sample_rate, &params)?;
        Ok(())
    })
}

/// Finds the frames of an onset envelope on which a beat falls, ascending, and its tempo in BPM, as
/// librosa.beat.beat_track does by dynamic programming (D. P. W. Ellis, JNMR 36(1), 2007). An envelope of
/// zeros has no beat and tempo 0. librosa makes the envelope with AURALIS_AGGREGATE_MEDIAN.
///
/// `envelope`: `n_frames` values of an onset envelope, as auralis_onset_strength gives them, at least 1.
/// `sample_rate`: of the audio, in Hz, 8000 to 384000. `frames`: room for `capacity` numbers; n_frames
/// always suffice. `n_written`: how many of them were written. `bpm`: where the tempo is written.
///
/// # Errors
/// INVALID_ARGUMENT: `sample_rate` or a parameter outside its range. BUFFER_TOO_SMALL. NON_FINITE_INPUT.
/// OUT_OF_MEMORY.
///
/// # Safety
/// `envelope` points to `n_frames` readable doubles, `frames` to `capacity` writable numbers, `n_written`
/// to one, `bpm` to a writable double; `params` is NULL or points to as many readable bytes as its
/// struct_size says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_beat_track(
    envelope: *const f64,
    n_frames: usize,
    sample_rate: f64,
    params: *const auralis_beat_track_params,
    frames: *mut usize,
    capacity: usize,
    n_written: *mut usize,
    bpm: *mut f64,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    let (envelope, params) = unsafe { (Input::new(envelope, n_frames), Given::new(params)) };
    // SAFETY: likewise.
    let (frames, n_written, bpm) =
        unsafe { (Output::new(frames, capacity), Place::new(n_written), Place::new(bpm)) };
    guard(|memory| {
        let envelope = memory.read("envelope", "n_frames", envelope)?;
        let params = params.checked()?;
        let frames = memory.write_up_to("frames", frames, n_frames)?;
        let (n_written, bpm) = (memory.place("n_written", n_written)?, memory.place("bpm", bpm)?);
        let beats = beat_track(envelope, sample_rate, &params)?;
        *n_written = write_frames(&beats.frames, frames)?;
        *bpm = beats.bpm;
        Ok(())
    })
}

/// Writes the frames that were found to the front of `out`; their number.
fn write_frames(found: &[usize], out: &mut [usize]) -> Result<usize, Fault> {
    require_capacity("frames", out.len(), found.len())?;
    out[..found.len()].copy_from_slice(found);
    Ok(found.len())
}
