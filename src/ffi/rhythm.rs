//! Onsets, tempo and beats.

use super::args::{self, Given, Input, Output, Place};
use super::fields::{choice, params};
use super::status::{Fault, guard};
use crate::blocks::error::require_capacity;
use crate::kernels::beat::{BeatParams, beat_track};
use crate::kernels::onset::{Aggregate, OnsetParams, OnsetPlan, PeakParams, onset_detect};
use crate::kernels::tempo::{TempoParams, tempo};

/// The mean of the mel bands.
pub const AURALIS_AGGREGATE_MEAN: u32 = 0;
/// The median of the mel bands, which librosa.beat.beat_track uses.
pub const AURALIS_AGGREGATE_MEDIAN: u32 = 1;

choice!(Aggregate { Mean: AURALIS_AGGREGATE_MEAN, Median: AURALIS_AGGREGATE_MEDIAN });

/// Parameters of auralis_onset_strength. Fill with auralis_onset_strength_params_init.
#[repr(C)]
#[derive(Clone, Copy)]
#[allow(non_camel_case_types)]
pub struct auralis_onset_strength_params {
    /// sizeof(auralis_onset_strength_params)
    pub struct_size: usize,
    /// Lower edge of the lowest mel band in Hz. Default 0.
    pub fmin: f64,
    /// Upper edge of the highest mel band in Hz, above fmin; 0 is sample_rate / 2. Default 0.
    pub fmax: f64,
    /// Samples in a frame, 2 to 2^20. Default 2048.
    pub n_fft: u32,
    /// Samples between frames, up to n_fft; 0 is n_fft / 4. Default 512.
    pub hop_length: u32,
    /// Mel bands, 1 to 2048. Default 128.
    pub n_mels: u32,
    /// Frames between the two that are compared, 1 to 1024. Default 1.
    pub lag: u32,
    /// Bands whose largest value a band is compared with, 1 to n_mels. Default 1.
    pub max_size: u32,
    /// 1: slow changes are removed. Default 0.
    pub detrend: u32,
    /// 1: the flux is delayed by half a frame, to where the new samples lie. Default 1.
    pub center: u32,
    /// How all bands become one number: AURALIS_AGGREGATE_*. Default MEAN.
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

/// Parameters of auralis_onset_detect. Fill with auralis_onset_detect_params_init.
#[repr(C)]
#[derive(Clone, Copy)]
#[allow(non_camel_case_types)]
pub struct auralis_onset_detect_params {
    /// sizeof(auralis_onset_detect_params)
    pub struct_size: usize,
    /// How far a peak must stand above the mean of the 100 ms around it, at least 0. Default 0.07.
    pub delta: f64,
    /// Samples between the frames of the envelope, 1 to 2^20. Default 512.
    pub hop_length: u32,
    /// 1: the envelope is shifted and scaled to 0..1 first. Default 1.
    pub normalize: u32,
}

params!(auralis_onset_detect_params => PeakParams { delta, hop_length, normalize });

/// Parameters of auralis_tempo. Fill with auralis_tempo_params_init.
#[repr(C)]
#[derive(Clone, Copy)]
#[allow(non_camel_case_types)]
pub struct auralis_tempo_params {
    /// sizeof(auralis_tempo_params)
    pub struct_size: usize,
    /// Where the log-normal prior is largest, in BPM, above 0. Default 120.
    pub start_bpm: f64,
    /// Standard deviation of the prior in octaves, above 0. Default 1.
    pub std_bpm: f64,
    /// Seconds of the autocorrelation window, two frames to 600. Default 8.
    pub ac_size: f64,
    /// No tempo from here on, in BPM, above 0; infinite for no limit. Default 320.
    pub max_tempo: f64,
    /// Samples between the frames of the envelope, 1 to 2^20. Default 512.
    pub hop_length: u32,
    /// 0
    pub reserved: u32,
}

params!(auralis_tempo_params => TempoParams {
    start_bpm,
    std_bpm,
    ac_size,
    max_tempo,
    hop_length,
}, reserved);

/// Parameters of auralis_beat_track. Fill with auralis_beat_track_params_init.
#[repr(C)]
#[derive(Clone, Copy)]
#[allow(non_camel_case_types)]
pub struct auralis_beat_track_params {
    /// sizeof(auralis_beat_track_params)
    pub struct_size: usize,
    /// Tempo in BPM, above 0; NaN: that of auralis_tempo. Default NaN.
    pub bpm: f64,
    /// Where that looks first, in BPM, above 0. Default 120.
    pub start_bpm: f64,
    /// How closely beats keep to the tempo, above 0. Default 100.
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

/// Fills `params`, a struct of `size` bytes, with the defaults.
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

/// Fills `params`, a struct of `size` bytes, with the defaults.
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

/// Fills `params`, a struct of `size` bytes, with the defaults.
///
/// # Safety
/// `params` points to `size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_tempo_params_init(params: *mut auralis_tempo_params, size: usize) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { args::params_init(params, size) }
}

/// Fills `params`, a struct of `size` bytes, with the defaults.
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

/// The number of frames, 1 + n_samples / hop_length, that auralis_onset_strength gives.
///
/// # Safety
/// `params` is NULL or points to a struct as its struct_size says; `n_frames` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_onset_strength_frames(
    n_samples: usize,
    params: *const auralis_onset_strength_params,
    n_frames: *mut usize,
) -> i32 {
    // SAFETY: as this function asks of its caller.
    unsafe { args::frames(n_samples, params, n_frames, OnsetParams::frames) }
}

/// Onset strength of each frame in dB: how much the levels of mel bands rise, as
/// librosa.onset.onset_strength computes it (S. Boeck and G. Widmer, DAFx 2013).
///
/// `sample_rate`: 8000 to 384000 Hz. `envelope`: room for auralis_onset_strength_frames doubles,
/// `capacity` of them.
///
/// # Safety
/// `audio` points to `n_samples` doubles, `envelope` to `capacity` writable ones; `params` is NULL or
/// points to a struct as its struct_size says.
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

/// The frames of an onset envelope in which an onset lies, ascending, as librosa.onset.onset_detect finds
/// them (S. Boeck, F. Krebs and M. Schedl, ISMIR 2012).
///
/// `frames`: room for `capacity` numbers; as many as the envelope has always suffice. `n_written`: how
/// many there are.
///
/// # Safety
/// `envelope` points to `n_frames` doubles, `frames` to `capacity` writable numbers; `params` is NULL or
/// points to a struct as its struct_size says; `n_written` is writable.
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

/// Tempo in BPM of an onset envelope, as librosa.feature.tempo estimates it from the mean autocorrelation
/// of windows of some seconds (P. Grosche, M. Mueller and F. Kurth, ICASSP 2010). Where nothing repeats it
/// is the tempo that the prior likes best.
///
/// # Safety
/// `envelope` points to `n_frames` doubles; `params` is NULL or points to a struct as its struct_size
/// says; `bpm` is writable.
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

/// The beats of an onset envelope, ascending, and its tempo in BPM, by dynamic programming (D. P. W. Ellis,
/// JNMR 36(1), 2007) as librosa.beat.beat_track finds them; of an envelope of zeros none and 0. librosa
/// makes the envelope with AURALIS_AGGREGATE_MEDIAN.
///
/// `frames`: room for `capacity` numbers; as many as the envelope has always suffice. `n_written`: how
/// many there are.
///
/// # Safety
/// `envelope` points to `n_frames` doubles, `frames` to `capacity` writable numbers; `params` is NULL or
/// points to a struct as its struct_size says; `bpm` and `n_written` are writable.
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
