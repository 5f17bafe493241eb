//! What kernels are made of: errors and allocation, vectors, FFTs, frames, windows, medians, tables.

pub mod error;
pub mod params;
pub mod plan;
pub mod simd;
pub mod table;

pub(crate) mod lengths;
pub(crate) mod pad;
pub(crate) mod parabola;
pub(crate) mod ring;
pub(crate) mod stats;

pub(crate) mod fft;
pub(crate) mod split_fft;
pub(crate) mod window;

pub(crate) mod framing;
pub mod istft;
pub(crate) mod magnitude;
pub mod stft;

pub(crate) mod median;
pub(crate) mod mel;
pub(crate) mod pchip;
pub(crate) mod resample;
pub(crate) mod third_octaves;
