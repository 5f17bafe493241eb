//! Mastering: from targets to settings, and from settings to sound.

mod crossover;
mod mapper;
mod settings;

pub use mapper::master_settings;
pub use settings::{SETTINGS, SETTINGS_VERSION, check_settings, setting};
