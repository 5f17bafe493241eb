//! Mastering: from targets to settings, and from settings to sound.

mod chain;
mod crossover;
mod delay;
mod dynamics;
mod equalizer;
mod filterbank;
mod guide;
mod limiter;
mod mapper;
mod matching;
mod meter;
mod peaks;
mod planar;
mod render;
mod reporting;
mod search;
mod settings;
mod sliding;
mod solver;
mod stream;
mod tracks;

pub use guide::markdown;
pub use mapper::master_settings;
pub use reporting::{LimitedBy, REPORT, REPORT_VERSION, report};
pub use settings::{SETTINGS, SETTINGS_VERSION, check_settings, setting};
pub use solver::{MasterSolver, Mastered, master};
pub use stream::{METERS, METERS_VERSION, MasterPlan};

/// Frames that the stages work on at a time.
const CHUNK: usize = 512;
