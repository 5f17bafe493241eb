//! One file or folder per kernel, each with its parameters, its plan and a function for a whole signal; in
//! the order in which data flows.

pub mod hpss;
pub mod yin;
pub mod spectral;
pub mod zero_crossing;
pub mod tuning;
pub mod cqt;
pub mod chroma;
pub mod onset;
pub mod tempo;
pub mod beat;
pub(crate) mod true_peak;
pub mod loudness;
