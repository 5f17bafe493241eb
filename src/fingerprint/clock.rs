//! How the time of a fingerprint is shared among the kernels: a stopwatch that is read between them.
//!
//! It is read only if asked for: a few hundred times per second of audio, some 30 ns each, which on a
//! machine without a clock in user space is a system call.

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
    /// `None` if the time is not asked for.
    mark: Option<Instant>,
}

impl Clock {
    pub fn new(runs: bool) -> Self {
        Self { seconds: [0.0; STAGES.len()], mark: runs.then(Instant::now) }
    }

    /// The work of the next lap begins.
    pub fn start(&mut self) {
        if let Some(mark) = &mut self.mark {
            *mark = Instant::now();
        }
    }

    /// What was done since the start or the last lap was work of `stage`.
    pub fn lap(&mut self, stage: Stage) {
        if let Some(mark) = &mut self.mark {
            let now = Instant::now();
            self.seconds[stage as usize] += (now - *mark).as_secs_f64();
            *mark = now;
        }
    }

    /// The seconds of each stage since the clock was made.
    pub fn seconds(&self) -> [f64; STAGES.len()] {
        self.seconds
    }
}
