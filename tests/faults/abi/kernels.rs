//! The kernels of the C face in one form.

use auralis_dsp::ffi::chroma::{
    auralis_chroma_cqt, auralis_chroma_frames, auralis_chroma_params, auralis_chroma_params_init,
    auralis_estimate_tuning,
};
use auralis_dsp::ffi::cqt::{auralis_cqt, auralis_cqt_frames, auralis_cqt_params, auralis_cqt_params_init};
use auralis_dsp::ffi::hpss::{auralis_hpss, auralis_hpss_params, auralis_hpss_params_init};
use auralis_dsp::ffi::status::AURALIS_OK;
use auralis_dsp::ffi::yin::{auralis_yin, auralis_yin_frames, auralis_yin_params, auralis_yin_params_init};
use auralis_dsp::ffi::{chroma as chroma_stream, hpss as hpss_stream, yin as yin_stream};

use super::params::{Parameters, params};

/// Calls that take more steps than this are left out: they are slow, not faulty.
pub const MOST_WORK: f64 = 3e7;

/// A kernel for whole signals. Its results are [`Kernel::OUTPUTS`] arrays of frames times width.
pub trait Kernel: Parameters {
    const OUTPUTS: usize = 1;
    /// Interleaved channels; lengths are those of one of them.
    const CHANNELS: usize = 1;
    /// Whether the caller tells how long the outputs are; otherwise they are as long as the signal.
    const HAS_CAPACITY: bool = true;
    const HAS_SAMPLE_RATE: bool = true;

    fn frames(n_samples: usize, params: *const Self::Params, n_frames: &mut usize) -> i32;
    fn width(params: &Self::Params) -> usize;
    fn call(
        audio: *const f64,
        n_samples: usize,
        sample_rate: f64,
        params: *const Self::Params,
        outputs: [*mut f64; 2],
        capacity: usize,
    ) -> i32;

    /// Steps that a call takes, and doubles that it holds, roughly.
    fn work(params: &Self::Params, n_samples: usize, sample_rate: f64) -> f64;

    /// Whether `value` can be the `i`-th of an output for samples that are finite and not huge.
    fn is_plausible(_i: usize, value: f64) -> bool {
        value.is_finite()
    }
}

/// A kernel that has a stream.
pub trait StreamKernel: Kernel {
    type Handle;
    /// Whether a push gives results; otherwise they come at the end.
    const GIVES_AS_IT_GOES: bool = true;

    /// Makes the defaults such that a stream takes them.
    fn for_stream(_: &mut Self::Params) {}

    fn make(
        sample_rate: f64,
        params: *const Self::Params,
        max_block: usize,
        handle: &mut *mut Self::Handle,
    ) -> i32;
    fn push(
        handle: *mut Self::Handle,
        audio: *const f64,
        n_samples: usize,
        outputs: [*mut f64; 2],
        capacity: usize,
        n_written: &mut usize,
    ) -> i32;
    fn finish(
        handle: *mut Self::Handle,
        outputs: [*mut f64; 2],
        capacity: usize,
        n_written: &mut usize,
    ) -> i32;
    fn latency(handle: *const Self::Handle, samples: &mut usize) -> i32;
    fn max_output(handle: *const Self::Handle, block: usize, n_written: &mut usize) -> i32;
    fn reset(handle: *mut Self::Handle) -> i32;
    fn free(handle: *mut Self::Handle);

    /// What else can be asked of a stream.
    fn ask(_: *const Self::Handle) {}
}

macro_rules! frames {
    ($frames:path) => {
        fn frames(n_samples: usize, params: *const Self::Params, n_frames: &mut usize) -> i32 {
            // SAFETY: the params are as long as their struct_size says.
            unsafe { $frames(n_samples, params, n_frames) }
        }
    };
}

macro_rules! stream {
    ($kernel:ty, $handle:ty, [$new:path, $push:path, $finish:path, $latency:path, $max_output:path,
      $reset:path, $free:path], $($output:literal)* $(, $for_stream:item)?) => {
        // SAFETY, of all calls: the caller has the memory that it tells of, or a fault that must be found.
        impl StreamKernel for $kernel {
            type Handle = $handle;
            $($for_stream)?

            fn make(rate: f64, params: *const Self::Params, block: usize, handle: &mut *mut $handle) -> i32 {
                unsafe { $new(rate, params, block, handle) }
            }
            fn push(
                handle: *mut $handle,
                audio: *const f64,
                n_samples: usize,
                outputs: [*mut f64; 2],
                capacity: usize,
                n_written: &mut usize,
            ) -> i32 {
                unsafe { $push(handle, audio, n_samples, $(outputs[$output],)* capacity, n_written) }
            }
            fn finish(
                handle: *mut $handle,
                outputs: [*mut f64; 2],
                capacity: usize,
                n_written: &mut usize,
            ) -> i32 {
                unsafe { $finish(handle, $(outputs[$output],)* capacity, n_written) }
            }
            fn latency(handle: *const $handle, samples: &mut usize) -> i32 {
                unsafe { $latency(handle, samples) }
            }
            fn max_output(handle: *const $handle, block: usize, n_written: &mut usize) -> i32 {
                unsafe { $max_output(handle, block, n_written) }
            }
            fn reset(handle: *mut $handle) -> i32 {
                unsafe { $reset(handle) }
            }
            fn free(handle: *mut $handle) {
                unsafe { $free(handle) }
            }
        }
    };
}

pub struct Yin;

params!(Yin, auralis_yin_params,
    auralis_yin_params_init,
    [fmin fmax trough_threshold frame_length hop_length center pad_mode]);

impl Kernel for Yin {
    frames!(auralis_yin_frames);

    fn width(_: &auralis_yin_params) -> usize {
        1
    }
    fn call(
        audio: *const f64,
        n_samples: usize,
        sample_rate: f64,
        params: *const auralis_yin_params,
        outputs: [*mut f64; 2],
        capacity: usize,
    ) -> i32 {
        unsafe { auralis_yin(audio, n_samples, sample_rate, params, outputs[0], capacity) }
    }
    fn work(params: &auralis_yin_params, n_samples: usize, _: f64) -> f64 {
        let frame = f64::from(params.frame_length);
        let hop = if params.hop_length == 0 { (frame / 4.0).max(1.0) } else { f64::from(params.hop_length) };
        (2.0 + n_samples as f64 / hop) * frame * 20.0
    }
    fn is_plausible(_: usize, f0: f64) -> bool {
        f0 > 0.0 && f0.is_finite()
    }
}

stream!(
    Yin,
    yin_stream::auralis_yin_stream,
    [
        yin_stream::auralis_yin_stream_new,
        yin_stream::auralis_yin_stream_push,
        yin_stream::auralis_yin_stream_finish,
        yin_stream::auralis_yin_stream_latency,
        yin_stream::auralis_yin_stream_max_output,
        yin_stream::auralis_yin_stream_reset,
        yin_stream::auralis_yin_stream_free
    ],
    0
);

pub struct Hpss;

params!(Hpss, auralis_hpss_params,
    auralis_hpss_params_init,
    [n_fft hop_length win_length kernel_harmonic kernel_percussive power margin_harmonic
     margin_percussive center pad_mode]);

impl Kernel for Hpss {
    const OUTPUTS: usize = 2;
    const HAS_CAPACITY: bool = false;
    const HAS_SAMPLE_RATE: bool = false;

    fn frames(n_samples: usize, _: *const auralis_hpss_params, n_frames: &mut usize) -> i32 {
        *n_frames = n_samples;
        AURALIS_OK
    }
    fn width(_: &auralis_hpss_params) -> usize {
        1
    }
    fn call(
        audio: *const f64,
        n_samples: usize,
        _: f64,
        params: *const auralis_hpss_params,
        outputs: [*mut f64; 2],
        _: usize,
    ) -> i32 {
        unsafe { auralis_hpss(audio, n_samples, params, outputs[0], outputs[1]) }
    }
    fn work(params: &auralis_hpss_params, n_samples: usize, _: f64) -> f64 {
        let [n_fft, hop, harmonic, percussive] =
            [params.n_fft, params.hop_length, params.kernel_harmonic, params.kernel_percussive]
                .map(f64::from);
        let hop = if hop == 0.0 { (n_fft / 4.0).max(1.0) } else { hop };
        let frames = 16.0 + harmonic + n_samples as f64 / hop;
        frames * n_fft * (20.0 + harmonic.log2().max(0.0) + percussive.log2().max(0.0))
            + harmonic * percussive
    }
}

stream!(
    Hpss,
    hpss_stream::auralis_hpss_stream,
    [
        hpss_stream::auralis_hpss_stream_new,
        hpss_stream::auralis_hpss_stream_push,
        hpss_stream::auralis_hpss_stream_finish,
        hpss_stream::auralis_hpss_stream_latency,
        hpss_stream::auralis_hpss_stream_max_output,
        hpss_stream::auralis_hpss_stream_reset,
        hpss_stream::auralis_hpss_stream_free
    ],
    0 1
);

/// Samples of the longest wavelet, and what all of them and their coefficients take.
fn wavelets(fmin: f64, tuning: f64, q: f64, [n_bins, per_octave, hop]: [u32; 3], n: usize, rate: f64) -> f64 {
    let [n_bins, per_octave, hop] = [n_bins, per_octave, hop].map(f64::from);
    let tuning = if tuning.is_nan() { 0.0 } else { tuning };
    let longest = q * rate / ((1.0 / per_octave).exp2() - 1.0) / (fmin * (tuning / per_octave).exp2());
    if fmin < 1.0 || !longest.is_finite() || longest > (1 << 24) as f64 || hop == 0.0 || n_bins > 4096.0 {
        // Refused before anything is made.
        return 0.0;
    }
    let octaves = n_bins / per_octave + 1.0;
    (n_bins / 2.0 + 80.0) * longest
        + n as f64 * 20.0
        + ((32.0 + n as f64 / hop) * n_bins + hop * octaves) * 300.0
}

pub struct Cqt;

params!(Cqt, auralis_cqt_params,
    auralis_cqt_params_init,
    [fmin tuning filter_scale n_bins bins_per_octave hop_length pad_mode]);

impl Kernel for Cqt {
    frames!(auralis_cqt_frames);

    fn width(params: &auralis_cqt_params) -> usize {
        2 * params.n_bins as usize
    }
    fn call(
        audio: *const f64,
        n_samples: usize,
        sample_rate: f64,
        params: *const auralis_cqt_params,
        outputs: [*mut f64; 2],
        capacity: usize,
    ) -> i32 {
        unsafe { auralis_cqt(audio, n_samples, sample_rate, params, outputs[0], capacity) }
    }
    fn work(params: &auralis_cqt_params, n_samples: usize, sample_rate: f64) -> f64 {
        let sizes = [params.n_bins, params.bins_per_octave, params.hop_length];
        wavelets(params.fmin, params.tuning, params.filter_scale, sizes, n_samples, sample_rate)
    }
}

pub struct Chroma;

params!(Chroma, auralis_chroma_params,
    auralis_chroma_params_init,
    [fmin tuning hop_length n_chroma n_octaves bins_per_octave norm pad_mode]);

impl Kernel for Chroma {
    frames!(auralis_chroma_frames);

    fn width(params: &auralis_chroma_params) -> usize {
        params.n_chroma as usize
    }
    fn call(
        audio: *const f64,
        n_samples: usize,
        sample_rate: f64,
        params: *const auralis_chroma_params,
        outputs: [*mut f64; 2],
        capacity: usize,
    ) -> i32 {
        unsafe { auralis_chroma_cqt(audio, n_samples, sample_rate, params, outputs[0], capacity) }
    }
    fn work(params: &auralis_chroma_params, n_samples: usize, sample_rate: f64) -> f64 {
        let n_bins = params.n_octaves.saturating_mul(params.bins_per_octave);
        let sizes = [n_bins, params.bins_per_octave, params.hop_length];
        wavelets(params.fmin, params.tuning, 1.0, sizes, n_samples, sample_rate)
    }
    fn is_plausible(_: usize, chroma: f64) -> bool {
        chroma >= 0.0 && chroma.is_finite()
    }
}

stream!(
    Chroma,
    chroma_stream::auralis_chroma_stream,
    [
        chroma_stream::auralis_chroma_stream_new,
        chroma_stream::auralis_chroma_stream_push,
        chroma_stream::auralis_chroma_stream_finish,
        chroma_stream::auralis_chroma_stream_latency,
        chroma_stream::auralis_chroma_stream_max_output,
        chroma_stream::auralis_chroma_stream_reset,
        chroma_stream::auralis_chroma_stream_free
    ],
    0,
    fn for_stream(params: &mut auralis_chroma_params) {
        params.tuning = 0.0;
    }
);

/// Has no struct of its own: of chroma's, it uses the bins per octave.
pub struct Tuning;

impl Tuning {
    fn bins_per_octave(params: *const auralis_chroma_params) -> u32 {
        if params.is_null() || !params.is_aligned() {
            return 12;
        }
        let end = std::mem::offset_of!(auralis_chroma_params, bins_per_octave) + size_of::<u32>();
        // SAFETY: the struct is as long as its first field says.
        unsafe {
            let known = (end..=4096).contains(&(*params).struct_size);
            if known { (*params).bins_per_octave } else { 12 }
        }
    }
}

params!(Tuning, auralis_chroma_params, auralis_chroma_params_init, [bins_per_octave]);

impl Kernel for Tuning {
    const HAS_CAPACITY: bool = false;

    fn frames(_: usize, _: *const auralis_chroma_params, n_frames: &mut usize) -> i32 {
        *n_frames = 1;
        AURALIS_OK
    }
    fn width(_: &auralis_chroma_params) -> usize {
        1
    }
    fn call(
        audio: *const f64,
        n_samples: usize,
        sample_rate: f64,
        params: *const auralis_chroma_params,
        outputs: [*mut f64; 2],
        _: usize,
    ) -> i32 {
        let bins_per_octave = Self::bins_per_octave(params);
        unsafe { auralis_estimate_tuning(audio, n_samples, sample_rate, bins_per_octave, outputs[0]) }
    }
    fn work(_: &auralis_chroma_params, n_samples: usize, _: f64) -> f64 {
        n_samples as f64 * 100.0
    }
    fn is_plausible(_: usize, tuning: f64) -> bool {
        (-0.5..=0.5).contains(&tuning)
    }
}
