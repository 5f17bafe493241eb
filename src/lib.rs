//! Music-analysis kernels that compute what librosa computes, fast, on one core.
//!
//! The modules in the order in which data flows; none imports one further down.
//!
//! | module | what it holds |
//! |---|---|
//! | **blocks** | **what kernels are made of** |
//! | [`simd`] | the choice of portable, AVX2 or AVX-512 code at run time |
//! | `stats` | sums, maxima and medians |
//! | [`error`] | the one error type, argument checks, fallible allocation |
//! | [`params`], [`Plan`] | enumerations that several kernels share; what all plans have in common |
//! | `pad`, `ring`, `parabola`, `lengths` | mirrored ends, the latest samples, interpolated peaks, lengths of fast FFTs |
//! | `fft`, `split_fft`, `window` | FFT plans shared by all kernels; real FFT in vector form; Hann window |
//! | `framing` | overlapping frames of a signal that arrives in pieces |
//! | [`stft`], [`istft`] | streaming short-time Fourier transform and its inverse; `magnitude` without overflow |
//! | `median` | running medians of the spectrogram, along time and along frequency |
//! | `mel`, `resample` | mel filter bank; half-band decimation |
//! | [`table`], `pchip`, `third_octaves` | named numbers, monotone interpolation, third-octave bands |
//! | **kernels** | **one file or folder each: `src/kernels.rs` lists them; all are modules of the crate's root** |
//! | **what is made of kernels** | |
//! | [`fingerprint`] | the 25 dimensions of a track |
//! | [`profile`], [`targets`], [`master`] | a track's profile, the targets of its master, the mastering chain |
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
pub use kernels::*;
