//! What kernels are made of, in the order in which data flows.

pub mod simd;
pub(crate) mod stats;
pub mod error;
pub mod params;
pub mod plan;

pub(crate) mod pad;
pub(crate) mod ring;
pub(crate) mod parabola;
pub(crate) mod lengths;

pub(crate) mod fft;
pub(crate) mod split_fft;
pub(crate) mod window;
pub(crate) mod framing;
pub(crate) mod magnitude;
pub mod stft;
pub mod istft;

pub(crate) mod median;
pub(crate) mod mel;
pub(crate) mod resample;

pub mod table;
pub(crate) mod pchip;
pub(crate) mod third_octaves;
