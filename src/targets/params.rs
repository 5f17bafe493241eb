//! Preferences: what a listener asks for, beyond what the track says.

use super::table::TARGETS;
use super::target;
use crate::blocks::error::{Result, require_in};

/// What is asked of a master.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TargetParams {
    /// Integrated loudness in LUFS, −30 to −5; NaN: chosen by the track or the reference.
    pub loudness: f64,
    /// Highest true peak in dBTP, −9 to 0; NaN: chosen by the loudness.
    pub peak: f64,
    /// How much of the changes of sound (tone, dynamics, width) to make, 0 to 1. 0 passes the track through
    /// unchanged, whatever else is asked.
    pub intensity: f64,
    /// The most loudness that the limiter may cost, in LU, 0 to 6.
    pub limiting: f64,
    /// The most gain in dB, 0 to 60.
    pub gain_max: f64,
    /// Five tastes, −1 to 1: more bass and less treble …
    pub warmth: f64,
    /// … more treble and less bass …
    pub brightness: f64,
    /// … more compression, or less …
    pub punch: f64,
    /// … a wider image, or a narrower one …
    pub width: f64,
    /// … 3 LU more loudness than is chosen, or less.
    pub loud: f64,
}

impl Default for TargetParams {
    fn default() -> Self {
        Self {
            loudness: f64::NAN,
            peak: f64::NAN,
            intensity: 0.7,
            limiting: 1.5,
            gain_max: 20.0,
            warmth: 0.0,
            brightness: 0.0,
            punch: 0.0,
            width: 0.0,
            loud: 0.0,
        }
    }
}

/// A set of tastes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    Neutral,
    Gentle,
    Warm,
    Bright,
    Punchy,
    Live,
}

impl Preset {
    /// All, in the order of their numbers in C.
    pub const ALL: [Self; 6] =
        [Self::Neutral, Self::Gentle, Self::Warm, Self::Bright, Self::Punchy, Self::Live];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Gentle => "gentle",
            Self::Warm => "warm",
            Self::Bright => "bright",
            Self::Punchy => "punchy",
            Self::Live => "live",
        }
    }

    /// Warmth, brightness, punch, width, loud.
    pub const fn tastes(self) -> [f64; 5] {
        match self {
            Self::Neutral => [0.0; 5],
            Self::Gentle => [0.0, 0.0, -0.5, 0.0, -0.5],
            Self::Warm => [1.0, -0.3, 0.0, 0.0, 0.0],
            Self::Bright => [-0.3, 1.0, 0.0, 0.2, 0.0],
            Self::Punchy => [0.2, 0.2, 1.0, 0.0, 0.5],
            Self::Live => [0.0, 0.2, -0.3, 0.5, -0.3],
        }
    }
}

impl TargetParams {
    /// The defaults with the tastes of `preset`.
    pub fn preset(preset: Preset) -> Self {
        let [warmth, brightness, punch, width, loud] = preset.tastes();
        Self { warmth, brightness, punch, width, loud, ..Self::default() }
    }

    /// # Errors
    /// A preference out of its range, by its name.
    pub fn check(&self) -> Result<()> {
        let Self { loudness, peak, intensity, limiting, gain_max, .. } = *self;
        let within = |name, value, place: usize| {
            let (low, high) = TARGETS[place].range;
            require_in(name, value, low..=high)
        };
        if !loudness.is_nan() {
            within("loudness", loudness, target::LOUDNESS)?;
        }
        if !peak.is_nan() {
            within("peak", peak, target::PEAK)?;
        }
        require_in("intensity", intensity, 0.0..=1.0)?;
        within("limiting", limiting, target::LIMITING)?;
        require_in("gain_max", gain_max, 0.0..=60.0)?;
        let Self { warmth, brightness, punch, width, loud, .. } = *self;
        let tastes = [
            ("warmth", warmth),
            ("brightness", brightness),
            ("punch", punch),
            ("width", width),
            ("loud", loud),
        ];
        tastes.into_iter().try_for_each(|(name, value)| require_in(name, value, -1.0..=1.0))
    }
}
