//! The least and the largest value of each field, beside what else must be set so that they are allowed.

type Case = &'static [(&'static str, f64)];

/// Samples of a channel: few, as many limits are expensive.
pub const SAMPLES: usize = 300;

const TINY: f64 = f64::MIN_POSITIVE;
const HUGE: f64 = f64::MAX;
const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;
const MILLION: f64 = (1 << 20) as f64;

/// By struct, for the rate of the workbench.
pub fn of(params: &str) -> &'static [Case] {
    match params {
        "auralis_hpss_params" => HPSS,
        "auralis_yin_params" => YIN,
        "auralis_cqt_params" => CQT,
        "auralis_chroma_params" => CHROMA,
        "auralis_onset_strength_params" => ONSET_STRENGTH,
        "auralis_onset_detect_params" => ONSET_DETECT,
        "auralis_tempo_params" => TEMPO,
        "auralis_beat_track_params" => BEAT_TRACK,
        "auralis_spectral_params" => SPECTRAL,
        "auralis_rms_params" => RMS,
        "auralis_loudness_params" => LOUDNESS,
        "auralis_fingerprint_params" => FINGERPRINT,
        other => panic!("no limits of {other}"),
    }
}

/// The lowest and the highest sample rate.
pub const RATES: [f64; 2] = [8_000.0, 384_000.0];

/// What must be set at one of [`RATES`].
pub fn at_rate(params: &str, rate: f64) -> Case {
    match (params, rate) {
        ("auralis_cqt_params", 8_000.0) => &[("n_bins", 72.0)],
        ("auralis_chroma_params", 8_000.0) => &[("n_octaves", 6.0), ("tuning", 0.0)],
        ("auralis_yin_params", 384_000.0) => &[("fmin", 300.0)],
        ("auralis_chroma_params", _) => &[("tuning", 0.0)],
        _ => &[],
    }
}

const HPSS: &[Case] = &[
    &[("n_fft", 2.0), ("hop_length", 1.0)],
    &[("n_fft", MILLION), ("hop_length", MILLION), ("kernel_harmonic", 1.0), ("kernel_percussive", 1.0)],
    &[("win_length", 1.0), ("hop_length", 1.0)],
    &[("win_length", 2048.0), ("hop_length", 0.0)],
    &[("kernel_harmonic", 1.0)],
    &[("kernel_harmonic", 4095.0), ("n_fft", 256.0), ("hop_length", 64.0)],
    &[("kernel_percussive", 1.0)],
    &[("kernel_percussive", 4095.0)],
    &[("power", TINY)],
    &[("power", HUGE)],
    &[("power", INF)],
    &[("margin_harmonic", 1.0), ("margin_percussive", 1.0)],
    &[("margin_harmonic", 1e6), ("margin_percussive", 1e6)],
    &[("center", 0.0), ("n_fft", 256.0), ("hop_length", 64.0)],
    &[("center", 1.0)],
    &[("pad_mode", 0.0)],
    &[("pad_mode", 1.0), ("n_fft", 256.0), ("hop_length", 64.0)],
];

const YIN: &[Case] = &[
    &[("frame_length", 4.0), ("fmin", 7_351.0), ("fmax", 11_025.0)],
    &[("frame_length", MILLION), ("fmin", 0.0211)],
    &[("fmin", 10.78), ("fmax", 10.79)],
    &[("fmin", 11_024.0), ("fmax", 11_025.0)],
    &[("trough_threshold", TINY)],
    &[("trough_threshold", INF)],
    &[("hop_length", 0.0)],
    &[("hop_length", 1.0)],
    &[("hop_length", (1_u32 << 31) as f64)],
    &[("center", 0.0), ("frame_length", 256.0), ("fmin", 100.0)],
    &[("center", 1.0)],
    &[("pad_mode", 0.0)],
    &[("pad_mode", 1.0), ("frame_length", 256.0), ("fmin", 100.0)],
];

const CQT: &[Case] = &[
    &[("fmin", 1.0)],
    &[("fmin", 10_000.0), ("n_bins", 1.0)],
    &[("tuning", -1000.0), ("bins_per_octave", 960.0), ("n_bins", 1.0)],
    &[("tuning", 1000.0), ("bins_per_octave", 960.0), ("n_bins", 1.0)],
    &[("tuning", NAN)],
    &[("filter_scale", 0.25)],
    &[("filter_scale", 16.0)],
    &[("n_bins", 4096.0), ("bins_per_octave", 960.0), ("fmin", 500.0)],
    &[("bins_per_octave", 1.0), ("n_bins", 7.0)],
    &[("hop_length", 1.0)],
    &[("hop_length", MILLION), ("n_bins", 1.0), ("fmin", 5_000.0)],
    &[("pad_mode", 0.0)],
    &[("pad_mode", 1.0)],
];

const CHROMA: &[Case] = &[
    &[("fmin", 1.0), ("n_octaves", 1.0), ("tuning", 0.0)],
    &[("fmin", 5_000.0), ("n_octaves", 1.0), ("tuning", 0.0)],
    &[("n_octaves", 13.0), ("fmin", 1.0), ("bins_per_octave", 12.0), ("tuning", 0.0)],
    &[("tuning", -1000.0), ("n_octaves", 1.0), ("bins_per_octave", 960.0), ("fmin", 1_000.0)],
    &[("tuning", 1000.0), ("n_octaves", 1.0), ("bins_per_octave", 960.0), ("fmin", 1_000.0)],
    &[("hop_length", 1.0), ("tuning", 0.0)],
    &[
        ("hop_length", MILLION),
        ("n_octaves", 1.0),
        ("bins_per_octave", 12.0),
        ("fmin", 5_000.0),
        ("tuning", 0.0),
    ],
    &[("n_chroma", 1.0), ("bins_per_octave", 1.0), ("tuning", 0.0)],
    &[
        ("n_chroma", 960.0),
        ("bins_per_octave", 960.0),
        ("n_octaves", 1.0),
        ("fmin", 3_000.0),
        ("tuning", 0.0),
    ],
    &[("norm", 0.0), ("tuning", 0.0)],
    &[("norm", 1.0), ("tuning", 0.0)],
    &[("norm", 2.0), ("tuning", 0.0)],
    &[("norm", 3.0), ("tuning", 0.0)],
    &[("pad_mode", 0.0), ("tuning", 0.0)],
    &[("pad_mode", 1.0), ("tuning", 0.0)],
];

const ONSET_STRENGTH: &[Case] = &[
    &[("fmin", 0.0), ("fmax", TINY)],
    &[("fmin", 11_024.0), ("fmax", 11_025.0)],
    &[("n_fft", 2.0), ("hop_length", 1.0)],
    &[("n_fft", MILLION), ("hop_length", MILLION)],
    &[("hop_length", 0.0)],
    &[("n_mels", 1.0)],
    &[("n_mels", 2048.0), ("max_size", 2048.0)],
    &[("lag", 1.0)],
    &[("lag", 1024.0), ("n_mels", 2048.0)],
    &[("max_size", 1.0)],
    &[("detrend", 0.0)],
    &[("detrend", 1.0)],
    &[("center", 0.0)],
    &[("center", 1.0)],
    &[("aggregate", 0.0)],
    &[("aggregate", 1.0)],
];

const ONSET_DETECT: &[Case] = &[
    &[("delta", 0.0)],
    &[("delta", INF)],
    &[("hop_length", 1.0)],
    &[("hop_length", MILLION)],
    &[("normalize", 0.0)],
    &[("normalize", 1.0)],
];

const TEMPO: &[Case] = &[
    &[("start_bpm", TINY)],
    &[("start_bpm", HUGE)],
    &[("std_bpm", TINY)],
    &[("std_bpm", HUGE)],
    &[("ac_size", 1_024.0 / 22_050.0)],
    &[("ac_size", 600.0)],
    &[("max_tempo", TINY)],
    &[("max_tempo", INF)],
    &[("hop_length", 1.0)],
    &[("hop_length", MILLION), ("ac_size", 100.0)],
    &[("reserved", 0.0)],
];

const BEAT_TRACK: &[Case] = &[
    // A period of a million frames, and of one.
    &[("bpm", 0.002_584)],
    &[("bpm", 2_583.9)],
    &[("bpm", NAN)],
    &[("start_bpm", TINY)],
    &[("start_bpm", HUGE)],
    &[("tightness", TINY)],
    &[("tightness", HUGE)],
    &[("hop_length", 1.0)],
    &[("hop_length", MILLION)],
    &[("trim", 0.0)],
    &[("trim", 1.0)],
];

const SPECTRAL: &[Case] = &[
    &[("roll_percent", TINY)],
    &[("roll_percent", 1.0 - f64::EPSILON)],
    &[("power", TINY)],
    &[("power", 8.0)],
    &[("amin", TINY)],
    &[("amin", 1e300)],
    &[("n_fft", 2.0), ("hop_length", 1.0)],
    &[("n_fft", MILLION), ("hop_length", MILLION)],
    &[("hop_length", 0.0)],
    &[("hop_length", 2048.0)],
    &[("win_length", 0.0)],
    &[("win_length", 2048.0)],
    &[("center", 0.0), ("n_fft", 256.0), ("hop_length", 64.0)],
    &[("center", 1.0)],
    &[("pad_mode", 0.0)],
    &[("pad_mode", 1.0), ("n_fft", 256.0), ("hop_length", 64.0)],
];

const RMS: &[Case] = &[
    &[("frame_length", 1.0)],
    &[("frame_length", MILLION)],
    &[("hop_length", 1.0)],
    &[("hop_length", (1_u32 << 31) as f64)],
    &[("center", 0.0), ("frame_length", 256.0)],
    &[("center", 1.0)],
    &[("pad_mode", 0.0)],
    &[("pad_mode", 1.0), ("frame_length", 256.0)],
];

const LOUDNESS: &[Case] = &[&[("true_peak", 0.0)], &[("true_peak", 1.0)]];

const FINGERPRINT: &[Case] =
    &[&[("groups", 1.0)], &[("groups", 32.0)], &[("groups", 63.0)], &[("timing", 0.0)], &[("timing", 1.0)]];
