//! What kernels are made of: errors and allocation, vectors, FFTs, frames, windows, medians, tables.

pub mod error;
pub mod params;
pub mod plan;
pub mod simd;
pub mod table;

pub(crate) mod fft;
pub(crate) mod framing;
pub(crate) mod median;
pub(crate) mod mel;
pub(crate) mod pchip;
pub(crate) mod resample;
pub(crate) mod split_fft;
pub mod stft;
pub(crate) mod third_octaves;
pub(crate) mod window;
