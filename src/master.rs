//! Mastering: from targets to settings, and from settings to sound.

mod chain;
mod crossover;
mod delay;
mod dynamics;
mod equalizer;
mod filterbank;
mod limiter;
mod guide;
mod mapper;
mod meter;
mod peaks;
mod planar;
mod settings;
mod sliding;
mod stream;

pub use guide::markdown;
pub use mapper::master_settings;
pub use settings::{SETTINGS, SETTINGS_VERSION, check_settings, setting};
pub use stream::{METERS, METERS_VERSION, MasterPlan};

/// Frames that the stages work on at a time.
const CHUNK: usize = 512;
