//! The parameter structs, and values outside the range of each field.

use auralis_dsp::ffi::chroma::{auralis_chroma_params, auralis_chroma_params_init};
use auralis_dsp::ffi::cqt::{auralis_cqt_params, auralis_cqt_params_init};
use auralis_dsp::ffi::fingerprint::{auralis_fingerprint_params, auralis_fingerprint_params_init};
use auralis_dsp::ffi::hpss::{auralis_hpss_params, auralis_hpss_params_init};
use auralis_dsp::ffi::loudness::{auralis_loudness_params, auralis_loudness_params_init};
use auralis_dsp::ffi::rhythm::*;
use auralis_dsp::ffi::spectral::*;
use auralis_dsp::ffi::yin::{auralis_yin_params, auralis_yin_params_init};

pub struct Params {
    pub name: &'static str,
    pub size: usize,
    pub init: fn(u64, usize) -> i32,
    pub fields: &'static [Field],
}

impl PartialEq for Params {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

pub struct Field {
    pub name: &'static str,
    pub set: fn(u64, f64),
    pub bad: &'static [f64],
}

macro_rules! params {
    ($constant:ident, $type:ident, $init:ident, { $($field:ident: $as:ty, $bad:expr;)* }) => {
        pub static $constant: Params = Params {
            name: stringify!($type),
            size: size_of::<$type>(),
            // SAFETY: the tests give memory of 256 words.
            init: |address, size| unsafe { $init(pointer(address), size) },
            fields: &[$(Field {
                name: stringify!($field),
                // SAFETY: as above.
                set: |address, value| unsafe { (*pointer::<$type>(address)).$field = value as $as },
                bad: &$bad,
            }),*],
        };
    };
}

pub fn pointer<T>(address: u64) -> *mut T {
    std::ptr::with_exposed_provenance_mut(address as usize)
}

const MOST: f64 = u32::MAX as f64;
const NAN: f64 = f64::NAN;
const INF: f64 = f64::INFINITY;

params!(HPSS, auralis_hpss_params, auralis_hpss_params_init, {
    n_fft: u32, [1.0, MOST];
    hop_length: u32, [MOST];
    win_length: u32, [2049.0, MOST];
    kernel_harmonic: u32, [0.0, 4096.0, MOST];
    kernel_percussive: u32, [0.0, 4096.0, MOST];
    power: f64, [0.0, -1.0, NAN, -INF];
    margin_harmonic: f64, [0.5, -1.0, 2e6, NAN, INF];
    margin_percussive: f64, [0.5, -1.0, 2e6, NAN, INF];
    center: u32, [2.0, MOST];
    pad_mode: u32, [2.0, MOST];
});

params!(YIN, auralis_yin_params, auralis_yin_params_init, {
    fmin: f64, [0.0, -1.0, 10.0, 3000.0, NAN, INF];
    fmax: f64, [0.0, -1.0, 20_000.0, NAN, INF];
    trough_threshold: f64, [0.0, -1.0, NAN];
    frame_length: u32, [0.0, 3.0, 2_000_000.0, MOST];
    hop_length: u32, [MOST];
    center: u32, [2.0, MOST];
    pad_mode: u32, [2.0, MOST];
});

params!(CQT, auralis_cqt_params, auralis_cqt_params_init, {
    fmin: f64, [0.0, -1.0, 0.5, 20_000.0, NAN, INF];
    tuning: f64, [-1001.0, 1001.0, INF, -INF];
    filter_scale: f64, [0.0, 0.2, 17.0, -1.0, NAN, INF];
    n_bins: u32, [0.0, 110.0, 4097.0, MOST];
    bins_per_octave: u32, [0.0, 961.0, MOST];
    hop_length: u32, [0.0, 1_048_577.0, MOST];
    pad_mode: u32, [2.0, MOST];
});

params!(CHROMA, auralis_chroma_params, auralis_chroma_params_init, {
    fmin: f64, [0.0, -1.0, 0.5, 20_000.0, NAN, INF];
    tuning: f64, [-1001.0, 1001.0, INF, -INF];
    hop_length: u32, [0.0, 1_048_577.0, MOST];
    n_chroma: u32, [0.0, 5.0, 37.0, MOST];
    n_octaves: u32, [0.0, 9.0, 65.0, MOST];
    bins_per_octave: u32, [0.0, 37.0, 972.0, MOST];
    norm: u32, [4.0, MOST];
    pad_mode: u32, [2.0, MOST];
});

params!(ONSET_STRENGTH, auralis_onset_strength_params, auralis_onset_strength_params_init, {
    fmin: f64, [-1.0, 12_000.0, NAN, INF];
    fmax: f64, [-1.0, 12_000.0, NAN, INF];
    n_fft: u32, [1.0, MOST];
    hop_length: u32, [2049.0, MOST];
    n_mels: u32, [0.0, 2049.0, MOST];
    lag: u32, [0.0, 1025.0, MOST];
    max_size: u32, [0.0, 129.0, MOST];
    detrend: u32, [2.0, MOST];
    center: u32, [2.0, MOST];
    aggregate: u32, [2.0, MOST];
});

params!(ONSET_DETECT, auralis_onset_detect_params, auralis_onset_detect_params_init, {
    delta: f64, [-1.0, NAN];
    hop_length: u32, [0.0, MOST];
    normalize: u32, [2.0, MOST];
});

params!(TEMPO, auralis_tempo_params, auralis_tempo_params_init, {
    start_bpm: f64, [0.0, -1.0, NAN, INF];
    std_bpm: f64, [0.0, -1.0, NAN, INF];
    ac_size: f64, [0.0, 601.0, NAN, INF];
    max_tempo: f64, [0.0, -1.0, NAN];
    hop_length: u32, [0.0, MOST];
    reserved: u32, [1.0, MOST];
});

params!(BEAT_TRACK, auralis_beat_track_params, auralis_beat_track_params_init, {
    bpm: f64, [0.0, -1.0, 1e9, INF];
    start_bpm: f64, [0.0, -1.0, NAN, INF];
    tightness: f64, [0.0, -1.0, NAN, INF];
    hop_length: u32, [0.0, MOST];
    trim: u32, [2.0, MOST];
});

params!(SPECTRAL, auralis_spectral_params, auralis_spectral_params_init, {
    roll_percent: f64, [0.0, 1.0, -1.0, NAN, INF];
    power: f64, [0.0, -1.0, 9.0, NAN, INF];
    amin: f64, [0.0, -1.0, NAN, INF];
    n_fft: u32, [1.0, MOST];
    hop_length: u32, [2049.0, MOST];
    win_length: u32, [2049.0, MOST];
    center: u32, [2.0, MOST];
    pad_mode: u32, [2.0, MOST];
    reserved: u32, [1.0, MOST];
});

params!(RMS, auralis_rms_params, auralis_rms_params_init, {
    frame_length: u32, [0.0, 1_048_577.0, MOST];
    hop_length: u32, [0.0, MOST];
    center: u32, [2.0, MOST];
    pad_mode: u32, [2.0, MOST];
});

params!(LOUDNESS, auralis_loudness_params, auralis_loudness_params_init, {
    true_peak: u32, [2.0, MOST];
    reserved: u32, [1.0, MOST];
});

params!(FINGERPRINT, auralis_fingerprint_params, auralis_fingerprint_params_init, {
    groups: u32, [0.0, 64.0, MOST];
    timing: u32, [2.0, MOST];
});

pub fn all() -> [&'static Params; 12] {
    [
        &HPSS,
        &YIN,
        &CQT,
        &CHROMA,
        &ONSET_STRENGTH,
        &ONSET_DETECT,
        &TEMPO,
        &BEAT_TRACK,
        &SPECTRAL,
        &RMS,
        &LOUDNESS,
        &FINGERPRINT,
    ]
}
