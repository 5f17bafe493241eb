//! One file per kernel, each with its parameters, its plan and a function for a whole signal.

pub mod beat;
pub mod chroma;
pub mod cqt;
pub mod hpss;
pub mod loudness;
pub mod onset;
pub mod spectral;
pub mod tempo;
pub(crate) mod true_peak;
pub mod tuning;
pub mod yin;
