//! Music-analysis kernels that compute what librosa computes, fast, on one core.
//!
//! The modules in the order in which data flows; none imports one further down.
//!
//! | module | what it holds |
//! |---|---|
//! | [`error`] | the one error type, argument checks, fallible allocation |
//! | [`params`] | enumerations that several kernels share (padding, norm) |
//! | `simd` | run-time choice between portable, AVX2 and AVX-512 code |
//! | `fft`, `split_fft`, `window` | FFT plans shared by all kernels; real FFT in vector form; periodic Hann |
//! | `framing` | overlapping frames of a signal that arrives in pieces |
//! | [`stft`] | streaming short-time Fourier transform and its inverse |
//! | `median` | running medians of the spectrogram, along time and along frequency |
//! | `separator` | harmonic and percussive masks of spectra |
//! | [`hpss`] | harmonic/percussive source separation |
//! | [`yin`] | fundamental frequency, frame by frame |
//! | [`tuning`] | deviation from A440, from spectral peaks |
//! | `resample` | exact half-band decimation |
//! | [`cqt`] | constant-Q transform |
//! | [`chroma`] | 12-class chromagram over the constant-Q transform |
//! | [`spectral`] | centroid, rolloff, flatness, RMS |
//! | `mel`, [`onset`], [`tempo`], [`beat`] | onset strength over mel bands, onsets, tempo, beats |
//! | [`loudness`] | ITU-R BS.1770-4 / EBU R128 |
//! | [`fingerprint`] | the 25 dimensions of a track |
//! | [`ffi`] | the C interface, the only place that sees raw pointers |
//!
//! Each kernel is a *plan* (`HpssPlan`, `YinPlan`, …) that owns every work buffer: made once per
//! (parameters, sample rate), then fed with `process` for a whole signal or `push`/`finish` for a
//! stream. Both run the same code, so their results are equal bit for bit.

#![deny(unsafe_code, unsafe_op_in_unsafe_fn, clippy::undocumented_unsafe_blocks)]

mod blocks;
pub mod ffi;
pub mod fingerprint;
mod kernels;
pub mod master;
pub mod profile;
pub mod targets;
#[cfg(test)]
mod testing;

pub use blocks::error::{Error, Result};
pub use blocks::plan::Plan;
pub use blocks::{error, istft, params, simd, stft, table};
pub use kernels::{beat, chroma, cqt, hpss, loudness, onset, spectral, tempo, tuning, yin};
