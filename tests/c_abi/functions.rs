//! A row for every function of the header: its arguments, and how to call it.

use std::ptr::null;

use auralis_dsp::ffi::chroma::*;
use auralis_dsp::ffi::cqt::*;
use auralis_dsp::ffi::fingerprint::*;
use auralis_dsp::ffi::hpss::*;
use auralis_dsp::ffi::loudness::*;
use auralis_dsp::ffi::rhythm::*;
use auralis_dsp::ffi::spectral::*;

use auralis_dsp::ffi::yin::*;

use crate::params::{
    BEAT_TRACK, CHROMA, CQT, FINGERPRINT, HPSS, LOUDNESS, ONSET_DETECT, ONSET_STRENGTH, Params, RMS,
    SPECTRAL, TEMPO, YIN, pointer,
};
use crate::workbench::{Kind, SAMPLE_RATE};

pub struct Function {
    pub name: &'static str,
    pub arguments: Vec<Argument>,
    pub call: fn(&[u64]) -> i32,
    pub stream: Option<Stream>,
    pub channels: usize,
    /// Fields that differ from the defaults in the valid case.
    pub settings: &'static [(&'static str, f64)],
}

pub struct Argument {
    pub name: &'static str,
    pub kind: Kind,
}

/// How to make a stream for the valid case.
pub struct Stream {
    pub new: fn(usize) -> u64,
    pub push: fn(u64, &[f64]) -> i32,
    pub free: fn(u64),
}

/// Functions without a status; see `tests/c_abi/main.rs` and `src/ffi/status.rs` for what they do.
pub const CANNOT_FAIL: [&str; 21] = [
    "auralis_status_message",
    "auralis_last_error",
    "auralis_version",
    "auralis_abi_version",
    "auralis_loudness_len",
    "auralis_fingerprint_len",
    "auralis_fingerprint_version",
    "auralis_fingerprint_name",
    "auralis_fingerprint_unit",
    "auralis_fingerprint_group",
    "auralis_fingerprint_aspect",
    "auralis_fingerprint_circular",
    "auralis_fingerprint_definition",
    "auralis_fingerprint_lowest",
    "auralis_fingerprint_highest",
    "auralis_fingerprint_stages",
    "auralis_fingerprint_stage",
    "auralis_fingerprint_stream_free",
    "auralis_chroma_stream_free",
    "auralis_hpss_stream_free",
    "auralis_yin_stream_free",
];

impl Function {
    pub fn has(&self, kind: Kind) -> bool {
        self.arguments.iter().any(|argument| argument.kind == kind)
    }

    /// Whether the function looks at this field of its parameters.
    pub fn reads(&self, field: &str) -> bool {
        // The number of frames depends on how the signal is cut, and on nothing else.
        if self.name.ends_with("_frames") {
            return matches!(field, "frame_length" | "hop_length" | "center" | "pad_mode" | "norm")
                || (self.name == "auralis_spectral_frames" && matches!(field, "n_fft" | "win_length"));
        }
        match field {
            "roll_percent" => self.name.ends_with("_rolloff"),
            "power" | "amin" => !self.name.ends_with("_rolloff") && !self.name.ends_with("_centroid"),
            _ => true,
        }
    }

    /// Whether the defaults will not do.
    pub fn needs_params(&self) -> bool {
        !self.settings.is_empty()
    }

    fn of(name: &'static str, arguments: &[(&'static str, Kind)], call: fn(&[u64]) -> i32) -> Self {
        let arguments = arguments.iter().map(|&(name, kind)| Argument { name, kind }).collect();
        Self { name, arguments, call, stream: None, channels: 1, settings: &[] }
    }

    fn with(mut self, settings: &'static [(&'static str, f64)]) -> Self {
        self.settings = settings;
        self
    }

    fn of_channels(mut self, channels: usize) -> Self {
        self.channels = channels;
        self
    }

    fn on(mut self, stream: Stream) -> Self {
        self.stream = Some(stream);
        self
    }
}

use Kind::{
    Audio, Block, Capacity, Handle, Length, MaxBlock, Number, Output, ParamsOut, SampleRate, StructSize,
    Value,
};

fn params(of: &'static Params) -> (&'static str, Kind) {
    ("params", Kind::Params(of))
}

/// The functions with a status.
pub fn functions() -> Vec<Function> {
    let batch = [batch(), rhythm(), spectral(), loudness(), fingerprint()];
    let streams = [hpss_stream(), yin_stream(), chroma_stream(), fingerprint_stream()];
    batch.into_iter().chain(streams).flatten().collect()
}

const AUDIO: [(&str, Kind); 2] = [("audio", Audio), ("n_samples", Length)];
const RATE: (&str, Kind) = ("sample_rate", SampleRate);
const CAPACITY: (&str, Kind) = ("capacity", Capacity);
const WRITTEN: (&str, Kind) = ("n_written", Value);
const HANDLE: (&str, Kind) = ("handle", Handle);

fn float(value: u64) -> f64 {
    f64::from_bits(value)
}

/// Calls a function with arguments from a slice of words.
macro_rules! call {
    ($function:ident($($how:ident),*)) => {
        |values| {
            let mut values = values.iter().copied();
            let mut next = || values.next().expect("as many values as arguments");
            // SAFETY: what the workbench gives is valid, or what the function must refuse.
            unsafe { $function($($how(next()) as _),*) }
        }
    };
}

fn size(value: u64) -> usize {
    value as usize
}

fn number(value: u64) -> u32 {
    value as u32
}

fn address(value: u64) -> *mut u8 {
    pointer(value)
}

fn batch() -> Vec<Function> {
    let [audio, n] = AUDIO;
    vec![
        Function::of(
            "auralis_hpss_params_init",
            &[("params", ParamsOut(&HPSS)), ("size", StructSize)],
            call!(auralis_hpss_params_init(address, size)),
        ),
        Function::of(
            "auralis_hpss",
            &[audio, n, params(&HPSS), ("harmonic", Output), ("percussive", Output)],
            call!(auralis_hpss(address, size, address, address, address)),
        ),
        Function::of(
            "auralis_yin_params_init",
            &[("params", ParamsOut(&YIN)), ("size", StructSize)],
            call!(auralis_yin_params_init(address, size)),
        ),
        Function::of(
            "auralis_yin_frames",
            &[n, params(&YIN), ("n_frames", Value)],
            call!(auralis_yin_frames(size, address, address)),
        ),
        Function::of(
            "auralis_yin",
            &[audio, n, RATE, params(&YIN), ("f0", Output), CAPACITY],
            call!(auralis_yin(address, size, float, address, address, size)),
        ),
        Function::of(
            "auralis_cqt_params_init",
            &[("params", ParamsOut(&CQT)), ("size", StructSize)],
            call!(auralis_cqt_params_init(address, size)),
        ),
        Function::of(
            "auralis_cqt_frames",
            &[n, params(&CQT), ("n_frames", Value)],
            call!(auralis_cqt_frames(size, address, address)),
        ),
        Function::of(
            "auralis_cqt",
            &[audio, n, RATE, params(&CQT), ("coefficients", Output), CAPACITY],
            call!(auralis_cqt(address, size, float, address, address, size)),
        ),
        Function::of(
            "auralis_chroma_params_init",
            &[("params", ParamsOut(&CHROMA)), ("size", StructSize)],
            call!(auralis_chroma_params_init(address, size)),
        ),
        Function::of(
            "auralis_chroma_frames",
            &[n, params(&CHROMA), ("n_frames", Value)],
            call!(auralis_chroma_frames(size, address, address)),
        ),
        Function::of(
            "auralis_chroma_cqt",
            &[audio, n, RATE, params(&CHROMA), ("chroma", Output), CAPACITY],
            call!(auralis_chroma_cqt(address, size, float, address, address, size)),
        ),
        Function::of(
            "auralis_estimate_tuning",
            &[
                audio,
                n,
                RATE,
                ("bins_per_octave", Number { good: 12, bad: &[0, u32::MAX] }),
                ("tuning", Value),
            ],
            call!(auralis_estimate_tuning(address, size, float, number, address)),
        ),
    ]
}

fn rhythm() -> Vec<Function> {
    let [audio, n] = AUDIO;
    let (envelope, n_frames) = (("envelope", Audio), ("n_frames", Length));
    let (bpm, frames) = (("bpm", Value), ("frames", Output));
    vec![
        Function::of(
            "auralis_onset_strength_params_init",
            &[("params", ParamsOut(&ONSET_STRENGTH)), ("size", StructSize)],
            call!(auralis_onset_strength_params_init(address, size)),
        ),
        Function::of(
            "auralis_onset_strength_frames",
            &[n, params(&ONSET_STRENGTH), ("n_frames", Value)],
            call!(auralis_onset_strength_frames(size, address, address)),
        ),
        Function::of(
            "auralis_onset_strength",
            &[audio, n, RATE, params(&ONSET_STRENGTH), ("envelope", Output), CAPACITY],
            call!(auralis_onset_strength(address, size, float, address, address, size)),
        ),
        Function::of(
            "auralis_onset_detect_params_init",
            &[("params", ParamsOut(&ONSET_DETECT)), ("size", StructSize)],
            call!(auralis_onset_detect_params_init(address, size)),
        ),
        Function::of(
            "auralis_onset_detect",
            &[envelope, n_frames, RATE, params(&ONSET_DETECT), frames, CAPACITY, WRITTEN],
            call!(auralis_onset_detect(address, size, float, address, address, size, address)),
        ),
        Function::of(
            "auralis_tempo_params_init",
            &[("params", ParamsOut(&TEMPO)), ("size", StructSize)],
            call!(auralis_tempo_params_init(address, size)),
        ),
        Function::of(
            "auralis_tempo",
            &[envelope, n_frames, RATE, params(&TEMPO), bpm],
            call!(auralis_tempo(address, size, float, address, address)),
        ),
        Function::of(
            "auralis_beat_track_params_init",
            &[("params", ParamsOut(&BEAT_TRACK)), ("size", StructSize)],
            call!(auralis_beat_track_params_init(address, size)),
        ),
        Function::of(
            "auralis_beat_track",
            &[envelope, n_frames, RATE, params(&BEAT_TRACK), frames, CAPACITY, WRITTEN, bpm],
            call!(auralis_beat_track(address, size, float, address, address, size, address, address)),
        ),
    ]
}

const CHANNELS: usize = 2;
const BAD_CHANNELS: (&str, Kind) = ("n_channels", Number { good: CHANNELS as u32, bad: &[0, 65, u32::MAX] });

fn spectral() -> Vec<Function> {
    let [audio, n] = AUDIO;
    let frames = ("n_frames", Value);
    vec![
        Function::of(
            "auralis_spectral_params_init",
            &[("params", ParamsOut(&SPECTRAL)), ("size", StructSize)],
            call!(auralis_spectral_params_init(address, size)),
        ),
        Function::of(
            "auralis_spectral_frames",
            &[n, params(&SPECTRAL), frames],
            call!(auralis_spectral_frames(size, address, address)),
        ),
        Function::of(
            "auralis_spectral_centroid",
            &[audio, n, RATE, params(&SPECTRAL), ("centroid", Output), CAPACITY],
            call!(auralis_spectral_centroid(address, size, float, address, address, size)),
        ),
        Function::of(
            "auralis_spectral_rolloff",
            &[audio, n, RATE, params(&SPECTRAL), ("rolloff", Output), CAPACITY],
            call!(auralis_spectral_rolloff(address, size, float, address, address, size)),
        ),
        Function::of(
            "auralis_spectral_flatness",
            &[audio, n, params(&SPECTRAL), ("flatness", Output), CAPACITY],
            call!(auralis_spectral_flatness(address, size, address, address, size)),
        ),
        Function::of(
            "auralis_rms_params_init",
            &[("params", ParamsOut(&RMS)), ("size", StructSize)],
            call!(auralis_rms_params_init(address, size)),
        ),
        Function::of(
            "auralis_rms_frames",
            &[n, params(&RMS), frames],
            call!(auralis_rms_frames(size, address, address)),
        ),
        Function::of(
            "auralis_rms",
            &[audio, n, params(&RMS), ("rms", Output), CAPACITY],
            call!(auralis_rms(address, size, address, address, size)),
        ),
    ]
}

fn loudness() -> Vec<Function> {
    let (audio, n, curve) = (("interleaved", Audio), ("n_frames", Length), ("loudness", Output));
    vec![
        Function::of(
            "auralis_loudness_params_init",
            &[("params", ParamsOut(&LOUDNESS)), ("size", StructSize)],
            call!(auralis_loudness_params_init(address, size)),
        ),
        Function::of(
            "auralis_loudness",
            &[audio, n, BAD_CHANNELS, RATE, params(&LOUDNESS), ("values", Output), CAPACITY],
            call!(auralis_loudness(address, size, number, float, address, address, size)),
        )
        .of_channels(CHANNELS),
        Function::of(
            "auralis_loudness_steps",
            &[n, RATE, ("n_steps", Value)],
            call!(auralis_loudness_steps(size, float, address)),
        ),
        Function::of(
            "auralis_momentary_loudness",
            &[audio, n, BAD_CHANNELS, RATE, curve, CAPACITY],
            call!(auralis_momentary_loudness(address, size, number, float, address, size)),
        )
        .of_channels(CHANNELS),
        Function::of(
            "auralis_short_term_loudness",
            &[audio, n, BAD_CHANNELS, RATE, curve, CAPACITY],
            call!(auralis_short_term_loudness(address, size, number, float, address, size)),
        )
        .of_channels(CHANNELS),
    ]
}

fn fingerprint() -> Vec<Function> {
    let (audio, n) = (("interleaved", Audio), ("n_frames", Length));
    vec![
        Function::of(
            "auralis_fingerprint_params_init",
            &[("params", ParamsOut(&FINGERPRINT)), ("size", StructSize)],
            call!(auralis_fingerprint_params_init(address, size)),
        ),
        Function::of(
            "auralis_fingerprint",
            &[audio, n, BAD_CHANNELS, RATE, params(&FINGERPRINT), ("values", Output), CAPACITY],
            call!(auralis_fingerprint(address, size, number, float, address, address, size)),
        )
        .of_channels(CHANNELS),
    ]
}

/// Rows of what all streams have: new, latency, max_output, reset.
macro_rules! stream {
    ($make:expr, $params:expr, $settings:expr, $new:ident, $latency:ident, $max_output:ident, $reset:ident, $free:ident) => {
        vec![
            Function::of(
                stringify!($new),
                &[RATE, params($params), ("max_block", MaxBlock), ("handle", Value)],
                |v| {
                    // SAFETY: as in `call`.
                    let status = unsafe { $new(float(v[0]), pointer(v[1]), size(v[2]), pointer(v[3])) };
                    if status == 0 {
                        // SAFETY: a handle was written; nobody else frees it.
                        unsafe { $free(pointer(pointer::<u64>(v[3]).read())) };
                    }
                    status
                },
            )
            .with($settings),
            Function::of(
                stringify!($latency),
                &[HANDLE, ("samples", Value)],
                call!($latency(address, address)),
            )
            .on($make),
            Function::of(
                stringify!($max_output),
                &[HANDLE, ("block", Block), WRITTEN],
                call!($max_output(address, size, address)),
            )
            .on($make),
            Function::of(stringify!($reset), &[HANDLE], call!($reset(address))).on($make),
        ]
    };
}

fn hpss_stream() -> Vec<Function> {
    let [audio, n] = AUDIO;
    let (harmonic, percussive) = (("harmonic", Output), ("percussive", Output));
    let make = || Stream {
        new: |block| {
            let mut handle = std::ptr::null_mut();
            // SAFETY: the defaults, and a place for the handle.
            unsafe { auralis_hpss_stream_new(SAMPLE_RATE, null(), block, &raw mut handle) };
            handle.expose_provenance() as u64
        },
        push: |handle, audio| {
            let (mut harmonic, mut percussive, mut written) = (vec![0.0; 1 << 18], vec![0.0; 1 << 18], 0);
            let (h, p) = (harmonic.as_mut_ptr(), percussive.as_mut_ptr());
            let (len, room) = (audio.len(), harmonic.len());
            // SAFETY: the buffers are as long as said.
            unsafe {
                auralis_hpss_stream_push(pointer(handle), audio.as_ptr(), len, h, p, room, &raw mut written)
            }
        },
        // SAFETY: freed once.
        free: |handle| unsafe { auralis_hpss_stream_free(pointer(handle)) },
    };
    let mut rows = stream!(
        make(),
        &HPSS,
        &[],
        auralis_hpss_stream_new,
        auralis_hpss_stream_latency,
        auralis_hpss_stream_max_output,
        auralis_hpss_stream_reset,
        auralis_hpss_stream_free
    );
    rows.push(
        Function::of(
            "auralis_hpss_stream_push",
            &[HANDLE, audio, n, harmonic, percussive, CAPACITY, WRITTEN],
            call!(auralis_hpss_stream_push(address, address, size, address, address, size, address)),
        )
        .on(make()),
    );
    rows.push(
        Function::of(
            "auralis_hpss_stream_finish",
            &[HANDLE, harmonic, percussive, CAPACITY, WRITTEN],
            call!(auralis_hpss_stream_finish(address, address, address, size, address)),
        )
        .on(make()),
    );
    rows
}

fn yin_stream() -> Vec<Function> {
    let [audio, n] = AUDIO;
    let make = || Stream {
        new: |block| {
            let mut handle = std::ptr::null_mut();
            // SAFETY: the defaults, and a place for the handle.
            unsafe { auralis_yin_stream_new(SAMPLE_RATE, null(), block, &raw mut handle) };
            handle.expose_provenance() as u64
        },
        push: |handle, audio| {
            let (mut f0, mut written) = (vec![0.0; 1 << 16], 0);
            let (out, room) = (f0.as_mut_ptr(), f0.len());
            let (audio, len) = (audio.as_ptr(), audio.len());
            // SAFETY: the buffers are as long as said.
            unsafe { auralis_yin_stream_push(pointer(handle), audio, len, out, room, &raw mut written) }
        },
        // SAFETY: freed once.
        free: |handle| unsafe { auralis_yin_stream_free(pointer(handle)) },
    };
    let mut rows = stream!(
        make(),
        &YIN,
        &[],
        auralis_yin_stream_new,
        auralis_yin_stream_latency,
        auralis_yin_stream_max_output,
        auralis_yin_stream_reset,
        auralis_yin_stream_free
    );
    rows.push(
        Function::of(
            "auralis_yin_stream_push",
            &[HANDLE, audio, n, ("f0", Output), CAPACITY, WRITTEN],
            call!(auralis_yin_stream_push(address, address, size, address, size, address)),
        )
        .on(make()),
    );
    rows.push(
        Function::of(
            "auralis_yin_stream_finish",
            &[HANDLE, ("f0", Output), CAPACITY, WRITTEN],
            call!(auralis_yin_stream_finish(address, address, size, address)),
        )
        .on(make()),
    );
    rows
}

fn chroma_stream() -> Vec<Function> {
    let [audio, n] = AUDIO;
    let make = || Stream {
        new: |block| {
            let mut handle = std::ptr::null_mut();
            let mut params = [0_u64; 32];
            let address = params.as_mut_ptr().expose_provenance() as u64;
            (CHROMA.init)(address, CHROMA.size);
            let params: *mut auralis_chroma_params = pointer(address);
            // SAFETY: filled parameters, and a place for the handle.
            unsafe {
                (*params).tuning = 0.0;
                auralis_chroma_stream_new(SAMPLE_RATE, params, block, &raw mut handle);
            }
            handle.expose_provenance() as u64
        },
        push: |handle, audio| {
            let (mut chroma, mut written) = (vec![0.0; 1 << 16], 0);
            let (out, room) = (chroma.as_mut_ptr(), chroma.len());
            let (audio, len) = (audio.as_ptr(), audio.len());
            // SAFETY: the buffers are as long as said.
            unsafe { auralis_chroma_stream_push(pointer(handle), audio, len, out, room, &raw mut written) }
        },
        // SAFETY: freed once.
        free: |handle| unsafe { auralis_chroma_stream_free(pointer(handle)) },
    };
    let mut rows = stream!(
        make(),
        &CHROMA,
        &[("tuning", 0.0)],
        auralis_chroma_stream_new,
        auralis_chroma_stream_latency,
        auralis_chroma_stream_max_output,
        auralis_chroma_stream_reset,
        auralis_chroma_stream_free
    );
    rows.push(
        Function::of(
            "auralis_chroma_stream_push",
            &[HANDLE, audio, n, ("chroma", Output), CAPACITY, WRITTEN],
            call!(auralis_chroma_stream_push(address, address, size, address, size, address)),
        )
        .on(make()),
    );
    rows.push(
        Function::of(
            "auralis_chroma_stream_finish",
            &[HANDLE, ("chroma", Output), CAPACITY, WRITTEN],
            call!(auralis_chroma_stream_finish(address, address, size, address)),
        )
        .on(make()),
    );
    rows
}

fn fingerprint_stream() -> Vec<Function> {
    let make = || Stream {
        new: |block| {
            let mut handle = std::ptr::null_mut();
            // SAFETY: the defaults, and a place for the handle.
            unsafe {
                auralis_fingerprint_stream_new(
                    SAMPLE_RATE,
                    CHANNELS as u32,
                    null(),
                    block / CHANNELS,
                    &raw mut handle,
                )
            };
            handle.expose_provenance() as u64
        },
        // SAFETY: as many samples as said.
        push: |handle, audio| unsafe {
            auralis_fingerprint_stream_push(pointer(handle), audio.as_ptr(), audio.len() / CHANNELS)
        },
        // SAFETY: freed once.
        free: |handle| unsafe { auralis_fingerprint_stream_free(pointer(handle)) },
    };
    let row = |name, arguments: &[_], call| Function::of(name, arguments, call).of_channels(CHANNELS);
    vec![
        row(
            "auralis_fingerprint_stream_new",
            &[RATE, BAD_CHANNELS, params(&FINGERPRINT), ("max_block", MaxBlock), ("handle", Value)],
            |v| {
                let (rate, channels, handle) = (float(v[0]), number(v[1]), pointer(v[4]));
                // SAFETY: as in `call`.
                let status = unsafe {
                    auralis_fingerprint_stream_new(rate, channels, pointer(v[2]), size(v[3]), handle)
                };
                if status == 0 {
                    // SAFETY: a handle was written; nobody else frees it.
                    unsafe { auralis_fingerprint_stream_free(pointer(pointer::<u64>(v[4]).read())) };
                }
                status
            },
        ),
        row(
            "auralis_fingerprint_stream_push",
            &[HANDLE, ("interleaved", Audio), ("n_frames", Length)],
            call!(auralis_fingerprint_stream_push(address, address, size)),
        )
        .on(make()),
        row(
            "auralis_fingerprint_stream_finish",
            &[HANDLE, ("values", Output), CAPACITY, WRITTEN],
            call!(auralis_fingerprint_stream_finish(address, address, size, address)),
        )
        .on(make()),
        row(
            "auralis_fingerprint_stream_latency",
            &[HANDLE, ("samples", Value)],
            call!(auralis_fingerprint_stream_latency(address, address)),
        )
        .on(make()),
        row(
            "auralis_fingerprint_stream_max_output",
            &[HANDLE, ("block", Block), WRITTEN],
            call!(auralis_fingerprint_stream_max_output(address, size, address)),
        )
        .on(make()),
        row(
            "auralis_fingerprint_stream_seconds",
            &[HANDLE, ("seconds", Output), CAPACITY],
            call!(auralis_fingerprint_stream_seconds(address, address, size)),
        )
        .on(make()),
        row("auralis_fingerprint_stream_reset", &[HANDLE], call!(auralis_fingerprint_stream_reset(address)))
            .on(make()),
    ]
}
