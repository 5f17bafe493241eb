//! Mastering: from targets to settings, and from settings to sound.

mod settings;

pub use settings::{SETTINGS, SETTINGS_VERSION, check_settings, setting};
