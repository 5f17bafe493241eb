//! The C face as a hostile or unlucky host uses it: calls made from bytes, and what must hold after each.
//!
//! Used by the tests of this folder and, unchanged, by the fuzz targets in `fuzz/`.

pub mod audio;
pub mod batch;
pub mod bytes;
pub mod fingerprint;
pub mod kernels;
pub mod loudness;
pub mod params;
pub mod rhythm;
pub mod spectral;
pub mod stream;
pub mod text;

use std::ffi::CStr;

use auralis_dsp::ffi::status::{
    AURALIS_ERROR_UNSUPPORTED, AURALIS_OK, auralis_last_error, auralis_status_message,
};
use kernels::{Chroma, Cqt, Hpss, Tuning, Yin};
use rhythm::{BeatTrack, OnsetDetect, OnsetStrength, Tempo};
use spectral::{Centroid, Flatness, Rms, Rolloff};

/// Makes calls of bytes.
pub type Target = fn(&[u8]);

/// One target per entry point and per stream: its name, and what runs it.
pub const TARGETS: &[(&str, Target)] = &[
    ("text", text::run),
    ("chroma", batch::run::<Chroma>),
    ("chroma_stream", stream::run::<Chroma>),
    ("cqt", batch::run::<Cqt>),
    ("tuning", batch::run::<Tuning>),
    ("fingerprint", fingerprint::run),
    ("fingerprint_stream", fingerprint::run_stream),
    ("hpss", batch::run::<Hpss>),
    ("hpss_stream", stream::run::<Hpss>),
    ("onset_strength", batch::run::<OnsetStrength>),
    ("onset_detect", rhythm::run::<OnsetDetect>),
    ("tempo", rhythm::run::<Tempo>),
    ("beat_track", rhythm::run::<BeatTrack>),
    ("spectral_centroid", batch::run::<Centroid>),
    ("spectral_rolloff", batch::run::<Rolloff>),
    ("spectral_flatness", batch::run::<Flatness>),
    ("rms", batch::run::<Rms>),
    ("loudness", loudness::run),
    ("yin", batch::run::<Yin>),
    ("yin_stream", stream::run::<Yin>),
];

/// What outputs hold before a call: a NaN that no computation gives.
pub const UNTOUCHED: u64 = 0x7ff8_dead_beef_cafe;

pub fn untouched(len: usize) -> Vec<f64> {
    vec![f64::from_bits(UNTOUCHED); len]
}

pub fn is_untouched(output: &[f64]) -> bool {
    output.iter().all(|x| x.to_bits() == UNTOUCHED)
}

/// Whether the call succeeded. Any status but the documented ones, or an error without a text, panics.
pub fn succeeded(status: i32) -> bool {
    let detail = last_error();
    assert!((AURALIS_ERROR_UNSUPPORTED..=AURALIS_OK).contains(&status), "status {status}: {detail}");
    assert!(status == AURALIS_OK || !detail.is_empty(), "status {status} without a text");
    // SAFETY: the text is static and ends with NUL.
    let message = unsafe { CStr::from_ptr(auralis_status_message(status)) };
    assert!(!message.is_empty());
    status == AURALIS_OK
}

pub fn last_error() -> String {
    let mut text = [0_u8; 1024];
    // SAFETY: the capacity is the buffer's.
    let needed = unsafe { auralis_last_error(text.as_mut_ptr().cast(), text.len()) };
    assert!((1..=text.len()).contains(&needed), "a text of {needed} bytes");
    String::from_utf8(text[..needed - 1].to_vec()).expect("the text is UTF-8")
}

/// Equal bit for bit, but for the payload of NaN.
pub fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
}
