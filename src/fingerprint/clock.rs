//! How the time of a fingerprint is shared among the kernels: a stopwatch that is read between them.
//!
//! Reading it costs some 30 ns, a few hundred times per second of audio.

use std::ffi::CStr;
use std::time::Instant;

/// A kernel that the fingerprint runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Levels, dynamics and stereo image of the samples.
    Samples,
    Loudness,
    Stft,
    Spectrum,
    /// Onsets, tempo and beats.
    Rhythm,
    Hpss,
    Yin,
    /// With the tuning.
    Chroma,
}

/// The names of the stages, in their order.
pub const STAGES: [&CStr; 8] =
    [c"samples", c"loudness", c"stft", c"spectrum", c"rhythm", c"hpss", c"yin", c"chroma"];

pub(super) struct Clock {
    seconds: [f64; STAGES.len()],
    mark: Instant,
}

impl Clock {
    pub fn new() -> Self {
        Self { seconds: [0.0; STAGES.len()], mark: Instant::now() }
    }

    /// The work of the next lap begins.
    pub fn start(&mut self) {
        self.mark = Instant::now();
    }

    /// What was done since the start or the last lap was work of `stage`.
    pub fn lap(&mut self, stage: Stage) {
        let now = Instant::now();
        self.seconds[stage as usize] += (now - self.mark).as_secs_f64();
        self.mark = now;
    }

    /// The seconds of each stage since the clock was made.
    pub fn seconds(&self) -> [f64; STAGES.len()] {
        self.seconds
    }
}
