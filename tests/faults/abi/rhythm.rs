//! Onset strength, and what is made of it: onsets, tempo, beats.

use auralis_dsp::ffi::rhythm::{
    auralis_beat_track, auralis_beat_track_params, auralis_beat_track_params_init, auralis_onset_detect,
    auralis_onset_detect_params, auralis_onset_detect_params_init, auralis_onset_strength,
    auralis_onset_strength_frames, auralis_onset_strength_params, auralis_onset_strength_params_init,
    auralis_tempo, auralis_tempo_params, auralis_tempo_params_init,
};
use auralis_dsp::ffi::status::{AURALIS_ERROR_BUFFER_TOO_SMALL, AURALIS_OK};

use super::bytes::Bytes;
use super::kernels::{Kernel, MOST_WORK};
use super::params::{Parameters, Params, params};
use super::{UNTOUCHED, audio, succeeded};

pub struct OnsetStrength;

params!(
    OnsetStrength,
    auralis_onset_strength_params,
    auralis_onset_strength_params_init,
    [fmin fmax n_fft hop_length n_mels lag max_size detrend center aggregate]
);

impl Kernel for OnsetStrength {
    fn frames(n_samples: usize, params: *const Self::Params, n_frames: &mut usize) -> i32 {
        // SAFETY: the params are as long as their struct_size says.
        unsafe { auralis_onset_strength_frames(n_samples, params, n_frames) }
    }
    fn width(_: &auralis_onset_strength_params) -> usize {
        1
    }
    fn call(
        audio: *const f64,
        n_samples: usize,
        sample_rate: f64,
        params: *const auralis_onset_strength_params,
        outputs: [*mut f64; 2],
        capacity: usize,
    ) -> i32 {
        // SAFETY: the caller has the memory that it tells of, or a fault that must be found.
        unsafe { auralis_onset_strength(audio, n_samples, sample_rate, params, outputs[0], capacity) }
    }
    fn work(params: &auralis_onset_strength_params, n_samples: usize, _: f64) -> f64 {
        let [n_fft, hop, n_mels, lag, max_size] =
            [params.n_fft, params.hop_length, params.n_mels, params.lag, params.max_size].map(f64::from);
        let hop = if hop == 0.0 { (n_fft / 4.0).max(1.0) } else { hop };
        let frames = 24.0 + lag + n_samples as f64 / hop;
        frames * (20.0 * n_fft + n_mels * (20.0 + max_size)) + 4.0 * n_mels * n_fft
    }
}

/// Where an [`EnvelopeKernel`] writes.
#[derive(Clone, Copy)]
pub struct Outputs {
    pub frames: *mut usize,
    pub capacity: usize,
    pub n_written: *mut usize,
    pub bpm: *mut f64,
}

/// A kernel for onset envelopes.
pub trait EnvelopeKernel: Parameters {
    const GIVES_FRAMES: bool;
    const GIVES_BPM: bool;

    fn call(
        envelope: *const f64,
        n_frames: usize,
        sample_rate: f64,
        params: *const Self::Params,
        outputs: Outputs,
    ) -> i32;

    /// As [`Kernel::work`].
    fn work(params: &Self::Params, n_frames: usize, sample_rate: f64) -> f64;
}

pub struct OnsetDetect;

params!(
    OnsetDetect,
    auralis_onset_detect_params,
    auralis_onset_detect_params_init,
    [delta hop_length normalize]
);

impl EnvelopeKernel for OnsetDetect {
    const GIVES_FRAMES: bool = true;
    const GIVES_BPM: bool = false;

    fn call(
        envelope: *const f64,
        n_frames: usize,
        sample_rate: f64,
        params: *const auralis_onset_detect_params,
        Outputs { frames, capacity, n_written, .. }: Outputs,
    ) -> i32 {
        // SAFETY: the caller has the memory that it tells of, or a fault that must be found.
        unsafe { auralis_onset_detect(envelope, n_frames, sample_rate, params, frames, capacity, n_written) }
    }
    fn work(params: &auralis_onset_detect_params, n_frames: usize, sample_rate: f64) -> f64 {
        let window = sample_rate / f64::from(params.hop_length);
        n_frames as f64 * window.min(n_frames as f64)
    }
}

pub struct Tempo;

params!(
    Tempo,
    auralis_tempo_params,
    auralis_tempo_params_init,
    [start_bpm std_bpm ac_size max_tempo hop_length reserved]
);

/// Steps of the autocorrelation in windows of so many seconds.
fn autocorrelation(seconds: f64, hop_length: u32, n_frames: usize, sample_rate: f64) -> f64 {
    (4.0 + n_frames as f64) * 40.0 * seconds * sample_rate / f64::from(hop_length)
}

impl EnvelopeKernel for Tempo {
    const GIVES_FRAMES: bool = false;
    const GIVES_BPM: bool = true;

    fn call(
        envelope: *const f64,
        n_frames: usize,
        sample_rate: f64,
        params: *const auralis_tempo_params,
        outputs: Outputs,
    ) -> i32 {
        // SAFETY: the caller has the memory that it tells of, or a fault that must be found.
        unsafe { auralis_tempo(envelope, n_frames, sample_rate, params, outputs.bpm) }
    }
    fn work(params: &auralis_tempo_params, n_frames: usize, sample_rate: f64) -> f64 {
        autocorrelation(params.ac_size, params.hop_length, n_frames, sample_rate)
    }
}

pub struct BeatTrack;

params!(
    BeatTrack,
    auralis_beat_track_params,
    auralis_beat_track_params_init,
    [bpm start_bpm tightness hop_length trim]
);

impl EnvelopeKernel for BeatTrack {
    const GIVES_FRAMES: bool = true;
    const GIVES_BPM: bool = true;

    fn call(
        envelope: *const f64,
        n_frames: usize,
        sample_rate: f64,
        params: *const auralis_beat_track_params,
        Outputs { frames, capacity, n_written, bpm }: Outputs,
    ) -> i32 {
        // SAFETY: the caller has the memory that it tells of, or a fault that must be found.
        unsafe {
            auralis_beat_track(envelope, n_frames, sample_rate, params, frames, capacity, n_written, bpm)
        }
    }
    fn work(params: &auralis_beat_track_params, n_frames: usize, sample_rate: f64) -> f64 {
        let n = n_frames as f64;
        let period = sample_rate / f64::from(params.hop_length) * 60.0 / params.bpm;
        let links = if period > 0.0 { n * n.min(2.0 * period) + 4.0 * period.min(1e6) } else { n * n };
        autocorrelation(8.0, params.hop_length, n_frames, sample_rate) + 4.0 * links
    }
}

/// What a host does wrong.
#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    NullEnvelope,
    MisalignedEnvelope,
    Empty,
    TooLong,
    NullOutput,
    MisalignedOutput,
    OutputIsEnvelope,
    OutputsOverlap,
}

const FAULTS: [Fault; 8] = [
    Fault::NullEnvelope,
    Fault::MisalignedEnvelope,
    Fault::Empty,
    Fault::TooLong,
    Fault::NullOutput,
    Fault::MisalignedOutput,
    Fault::OutputIsEnvelope,
    Fault::OutputsOverlap,
];

/// What a call gave, or what was there before it.
#[derive(Clone, PartialEq)]
struct Results {
    frames: Vec<usize>,
    n_written: usize,
    bpm: u64,
}

impl Results {
    fn untouched(capacity: usize) -> Self {
        let untouched = UNTOUCHED as usize;
        Self { frames: vec![untouched; capacity], n_written: untouched, bpm: UNTOUCHED }
    }

    fn outputs(&mut self) -> Outputs {
        Outputs {
            frames: self.frames.as_mut_ptr(),
            capacity: self.frames.len(),
            n_written: &raw mut self.n_written,
            bpm: (&raw mut self.bpm).cast(),
        }
    }

    fn found(&self) -> &[usize] {
        &self.frames[..self.n_written]
    }
}

pub fn run<K: EnvelopeKernel>(data: &[u8]) {
    let bytes = &mut Bytes::new(data);
    let params = Params::<K>::new(bytes, |_| {});
    let sample_rate = bytes.sample_rate();
    let length = audio::length(bytes);
    let mut envelope = audio::signal(bytes, length);
    if !bytes.rarely(64) {
        envelope.iter_mut().for_each(|strength| *strength = strength.abs());
    }
    let fault = if bytes.rarely(64) { bytes.one_of(&FAULTS) } else { Fault::None };
    let capacity = if bytes.rarely(64) { bytes.below(1 << 16) % length } else { length };
    if K::work(&params.meant, length, sample_rate) > MOST_WORK {
        return;
    }

    let original = envelope.clone();
    let mut results = Results::untouched(capacity);
    let mut outputs = results.outputs();
    let frames = outputs.frames;
    let mut input = envelope.as_ptr();
    let mut n_frames = length;
    let which = bytes.byte();
    let change = |outputs: &mut Outputs, change: &dyn Fn(*mut u8) -> *mut u8| match which % 3 {
        0 if K::GIVES_BPM => outputs.bpm = change(outputs.bpm.cast()).cast(),
        1 if K::GIVES_FRAMES => outputs.n_written = change(outputs.n_written.cast()).cast(),
        _ if K::GIVES_FRAMES => outputs.frames = change(outputs.frames.cast()).cast(),
        _ => outputs.bpm = change(outputs.bpm.cast()).cast(),
    };
    match fault {
        Fault::None => {}
        Fault::NullEnvelope => input = std::ptr::null(),
        Fault::MisalignedEnvelope => input = input.wrapping_byte_add(1 + usize::from(which % 7)),
        Fault::Empty => n_frames = 0,
        Fault::TooLong => n_frames = usize::MAX / 8 - usize::from(which),
        Fault::NullOutput => change(&mut outputs, &|_| std::ptr::null_mut()),
        Fault::MisalignedOutput => change(&mut outputs, &|output| output.wrapping_byte_add(1)),
        Fault::OutputIsEnvelope => {
            let last = envelope.as_mut_ptr().wrapping_add(length - 1);
            change(&mut outputs, &|_| last.cast());
        }
        Fault::OutputsOverlap if K::GIVES_FRAMES && K::GIVES_BPM => outputs.bpm = outputs.n_written.cast(),
        Fault::OutputsOverlap => change(&mut outputs, &|_| std::ptr::null_mut()),
    }
    let status = K::call(input, n_frames, sample_rate, params.pointer(), outputs);

    assert!(envelope.iter().zip(&original).all(|(a, b)| a.to_bits() == b.to_bits()), "the input was written");
    let ok = succeeded(status);
    if !ok {
        assert!(results == Results::untouched(capacity), "written by a call that failed");
        if fault != Fault::None || status != AURALIS_ERROR_BUFFER_TOO_SMALL {
            return;
        }
    }
    // Frames are as many as there is room for: none of them fits into an output of none.
    let harmless = fault == Fault::OutputIsEnvelope && capacity == 0 && outputs.frames != frames;
    assert!(fault == Fault::None || harmless, "accepted a fault");
    let mut whole = Results::untouched(length);
    let outputs = whole.outputs();
    assert_eq!(K::call(input, n_frames, sample_rate, params.pointer(), outputs), AURALIS_OK);
    assert!(envelope.iter().all(|x| x.is_finite()), "accepted values that are not finite");
    if K::GIVES_FRAMES {
        assert_eq!(ok, whole.n_written <= capacity, "room for {capacity} of {}", whole.n_written);
        assert!(whole.found().is_sorted_by(|a, b| a < b), "not ascending: {:?}", whole.found());
        assert!(whole.found().iter().all(|frame| *frame < length), "beyond the end: {:?}", whole.found());
        let rest = &whole.frames[whole.n_written..];
        assert!(rest.iter().all(|frame| *frame == UNTOUCHED as usize), "written beyond the result");
    }
    if K::GIVES_BPM {
        let bpm = f64::from_bits(whole.bpm);
        assert!(bpm.is_finite() && (bpm > 0.0 || K::GIVES_FRAMES && bpm == 0.0), "{bpm} BPM");
    }
    if ok {
        assert_eq!(results.bpm, whole.bpm);
        assert_eq!(results.n_written, whole.n_written);
        assert!(!K::GIVES_FRAMES || results.found() == whole.found());
    }
}
