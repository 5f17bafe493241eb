//! Onsets, tempo and beats.

use super::args::{self, Output, Params, Span};
use super::params::unknown;
use super::status::{Fault, guard};
use crate::blocks::error::require_capacity;
use crate::kernels::beat::{BeatParams, beat_track};
use crate::kernels::onset::{Aggregate, OnsetParams, OnsetPlan, PeakParams, onset_detect};
use crate::kernels::tempo::{TempoParams, tempo};

/// The mean of the mel bands.
pub const AURALIS_AGGREGATE_MEAN: u32 = 0;
/// The median of the mel bands, which librosa.beat.beat_track uses.
pub const AURALIS_AGGREGATE_MEDIAN: u32 = 1;

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

// SAFETY: repr(C), struct_size first, integers and doubles, no padding at the end.
unsafe impl Params for auralis_onset_strength_params {
    fn defaults() -> Self {
        let defaults = OnsetParams::default();
        Self {
            struct_size: size_of::<Self>(),
            fmin: defaults.fmin,
            fmax: defaults.fmax,
            n_fft: defaults.n_fft as u32,
            hop_length: defaults.hop_length as u32,
            n_mels: defaults.n_mels as u32,
            lag: defaults.lag as u32,
            max_size: defaults.max_size as u32,
            detrend: defaults.detrend.into(),
            center: defaults.center.into(),
            aggregate: defaults.aggregate as u32,
        }
    }
}

impl auralis_onset_strength_params {
    fn checked(self) -> Result<OnsetParams, Fault> {
        Ok(OnsetParams {
            n_fft: self.n_fft as usize,
            hop_length: self.hop_length as usize,
            n_mels: self.n_mels as usize,
            fmin: self.fmin,
            fmax: self.fmax,
            lag: self.lag as usize,
            max_size: self.max_size as usize,
            detrend: args::flag("detrend", self.detrend)?,
            center: args::flag("center", self.center)?,
            aggregate: match self.aggregate {
                AURALIS_AGGREGATE_MEAN => Aggregate::Mean,
                AURALIS_AGGREGATE_MEDIAN => Aggregate::Median,
                other => {
                    let allowed = "AURALIS_AGGREGATE_MEAN (0), AURALIS_AGGREGATE_MEDIAN (1)";
                    return Err(unknown("aggregate", other, allowed));
                }
            },
        })
    }
}

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

// SAFETY: repr(C), struct_size first, integers and doubles, no padding at the end.
unsafe impl Params for auralis_onset_detect_params {
    fn defaults() -> Self {
        let PeakParams { hop_length, normalize, delta } = PeakParams::default();
        Self {
            struct_size: size_of::<Self>(),
            delta,
            hop_length: hop_length as u32,
            normalize: normalize.into(),
        }
    }
}

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

// SAFETY: repr(C), struct_size first, integers and doubles, no padding at the end.
unsafe impl Params for auralis_tempo_params {
    fn defaults() -> Self {
        let TempoParams { hop_length, start_bpm, std_bpm, ac_size, max_tempo } = TempoParams::default();
        Self {
            struct_size: size_of::<Self>(),
            start_bpm,
            std_bpm,
            ac_size,
            max_tempo,
            hop_length: hop_length as u32,
            reserved: 0,
        }
    }
}

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

// SAFETY: repr(C), struct_size first, integers and doubles, no padding at the end.
unsafe impl Params for auralis_beat_track_params {
    fn defaults() -> Self {
        let BeatParams { hop_length, bpm, start_bpm, tightness, trim } = BeatParams::default();
        Self {
            struct_size: size_of::<Self>(),
            bpm,
            start_bpm,
            tightness,
            hop_length: hop_length as u32,
            trim: trim.into(),
        }
    }
}

/// Fills `params`, a struct of `size` bytes, with the defaults.
///
/// # Safety
/// `params` points to `size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_onset_strength_params_init(
    params: *mut auralis_onset_strength_params,
    size: usize,
) -> i32 {
    guard(|| unsafe { args::params_init(params, size) })
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
    guard(|| unsafe { args::params_init(params, size) })
}

/// Fills `params`, a struct of `size` bytes, with the defaults.
///
/// # Safety
/// `params` points to `size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_tempo_params_init(params: *mut auralis_tempo_params, size: usize) -> i32 {
    guard(|| unsafe { args::params_init(params, size) })
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
    guard(|| unsafe { args::params_init(params, size) })
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
    guard(|| unsafe {
        args::check_len("n_samples", n_samples, args::MOST_SAMPLES)?;
        let params = args::params(params)?.checked()?;
        args::output_value("n_frames", n_frames)?.set(params.frames(n_samples)?);
        Ok(())
    })
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
    guard(|| unsafe {
        let audio = args::input("audio", audio, "n_samples", n_samples)?;
        let params = args::params(params)?.checked()?;
        let envelope = args::output("envelope", envelope, capacity, params.frames(n_samples)?)?;
        args::disjoint([Span::input("audio", audio), envelope.span()])?;
        OnsetPlan::new(sample_rate, &params)?.process(audio, envelope.slice())?;
        Ok(())
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
    guard(|| unsafe {
        let envelope = args::input("envelope", envelope, "n_frames", n_frames)?;
        let given = args::params::<auralis_onset_detect_params>(params)?;
        let params = PeakParams {
            hop_length: given.hop_length as usize,
            normalize: args::flag("normalize", given.normalize)?,
            delta: given.delta,
        };
        let frames = args::output("frames", frames, capacity, capacity.min(n_frames))?;
        let n_written = args::output_value("n_written", n_written)?;
        args::disjoint([Span::input("envelope", envelope), frames.span(), n_written.span()])?;
        let onsets = onset_detect(envelope, sample_rate, &params)?;
        write_frames(&onsets, frames, n_written)
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
    guard(|| unsafe {
        let envelope = args::input("envelope", envelope, "n_frames", n_frames)?;
        let given = args::params::<auralis_tempo_params>(params)?;
        args::reserved(given.reserved)?;
        let params = TempoParams {
            hop_length: given.hop_length as usize,
            start_bpm: given.start_bpm,
            std_bpm: given.std_bpm,
            ac_size: given.ac_size,
            max_tempo: given.max_tempo,
        };
        let bpm = args::output_value("bpm", bpm)?;
        args::disjoint([Span::input("envelope", envelope), bpm.span()])?;
        bpm.set(tempo(envelope, sample_rate, &params)?);
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
    guard(|| unsafe {
        let envelope = args::input("envelope", envelope, "n_frames", n_frames)?;
        let given = args::params::<auralis_beat_track_params>(params)?;
        let params = BeatParams {
            hop_length: given.hop_length as usize,
            bpm: given.bpm,
            start_bpm: given.start_bpm,
            tightness: given.tightness,
            trim: args::flag("trim", given.trim)?,
        };
        let frames = args::output("frames", frames, capacity, capacity.min(n_frames))?;
        let n_written = args::output_value("n_written", n_written)?;
        let bpm = args::output_value("bpm", bpm)?;
        args::disjoint([Span::input("envelope", envelope), frames.span(), n_written.span(), bpm.span()])?;
        let beats = beat_track(envelope, sample_rate, &params)?;
        write_frames(&beats.frames, frames, n_written)?;
        bpm.set(beats.bpm);
        Ok(())
    })
}

/// # Safety
/// As for [`Output::slice`].
unsafe fn write_frames(
    found: &[usize],
    frames: Output<usize>,
    n_written: Output<usize>,
) -> Result<(), Fault> {
    // SAFETY: the caller's.
    unsafe {
        let frames = frames.slice();
        require_capacity("frames", frames.len(), found.len())?;
        frames[..found.len()].copy_from_slice(found);
        n_written.set(found.len());
    }
    Ok(())
}
