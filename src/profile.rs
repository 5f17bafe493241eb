//! The profile of a track: its fingerprint, its loudness and levels, and its third octaves, from which
//! targets and settings of a master are made.

mod table;

pub use table::{LEN, PROFILE, VERSION, place};
