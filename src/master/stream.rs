//! The chain as a stream: for files of any length, and for an audio thread.

use super::chain::{Front, Stage, limiter};
use super::delay::Delay;
use super::limiter::{Limiter, Reduction};
use super::meter::Meter;
use super::planar;
use super::settings::{check_settings, setting};
use crate::blocks::error::{
    Result, require, require_capacity, require_finite, require_in, require_sample_rate,
};
use crate::blocks::plan::Plan;
use crate::blocks::table::{Field, field};
use crate::fingerprint::MOST_CHANNELS;

/// Grows with every change of [`METERS`].
pub const METERS_VERSION: u32 = 1;

/// What [`MasterPlan::meters`] tells, in the order of the values.
pub const METERS: [Field; 9] = [
    field(
        c"limiter",
        c"dB",
        (0.0, f64::INFINITY),
        c"the most by which the limiter reduced the frames that the last push or finish gave",
    ),
    field(c"compressor_low", c"dB", GAIN, COMPRESSOR),
    field(c"compressor_mid", c"dB", GAIN, COMPRESSOR),
    field(c"compressor_high", c"dB", GAIN, COMPRESSOR),
    field(c"momentary", c"LUFS", LEVEL, c"loudness of the last 0.4 s of the output"),
    field(c"short_term", c"LUFS", LEVEL, c"loudness of the last 3 s of the output"),
    field(c"integrated", c"LUFS", LEVEL, c"loudness of the output so far"),
    field(c"true_peak", c"dBTP", LEVEL, c"highest true peak of the output so far"),
    field(c"sample_peak", c"dBFS", LEVEL, c"largest sample of the output so far"),
];

const GAIN: (f64, f64) = (-24.0, 24.0);
const COMPRESSOR: &std::ffi::CStr =
    c"gain of the band's dynamics at the end of the output, without makeup; negative compresses";
const LEVEL: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

/// The mastering chain for one sample rate, channel count and set of settings, fed piece by piece.
///
/// A push gives frames [`Plan::latency`] later than they came, and [`MasterPlan::finish`] the rest: both
/// together give exactly the frames of the input, aligned to it. Blocks of any size give the same bits.
pub struct MasterPlan {
    n_channels: usize,
    front: Front,
    limiter: Stage<Limiter>,
    latency: usize,
    /// Frames that have come, those of silence after the end included.
    received: usize,
    /// Whether the signal has ended; the next call begins another.
    ended: bool,
    reduction: Reduction,
    meter: Meter,
}

impl MasterPlan {
    /// `settings`: one number for each of [`super::SETTINGS`]. Two channels are left and right; of one, or
    /// more than two, all get the gains of the mid signal.
    ///
    /// # Errors
    /// `sample_rate` outside 8 to 384 kHz, `n_channels` outside 1 to 64, settings out of their ranges, out of
    /// memory.
    pub fn new(sample_rate: f64, n_channels: usize, settings: &[f64]) -> Result<Self> {
        require_sample_rate(sample_rate)?;
        require_in("n_channels", n_channels, 1..=MOST_CHANNELS)?;
        let settings = check_settings(settings)?;
        let front = Front::new(sample_rate, n_channels, settings, false)?;
        let limiter = limiter(sample_rate, n_channels, settings)?;
        let latencies = [front.latency(), limiter.latency()];
        let limiter = match settings[setting::ACTIVE] {
            0.0 => Stage::Idle(Delay::new(n_channels, latencies[1])?),
            _ => Stage::Running(limiter),
        };
        Ok(Self {
            n_channels,
            front,
            limiter,
            latency: latencies.iter().sum(),
            received: 0,
            ended: false,
            reduction: Reduction::NONE,
            meter: Meter::new(sample_rate, n_channels)?,
        })
    }

    pub fn n_channels(&self) -> usize {
        self.n_channels
    }

    /// Takes the next frames, interleaved, and writes those that are ready to the front of `output`; returns
    /// how many frames. Nothing is taken if it fails.
    ///
    /// # Errors
    /// Samples that are not finite or do not fill whole frames; `output` too small.
    pub fn push(&mut self, interleaved: &[f64], output: &mut [f64]) -> Result<usize> {
        let (len, n_channels) = (interleaved.len(), self.n_channels);
        let allowed = format_args!("whole frames of {n_channels} channels");
        require(len.is_multiple_of(n_channels), "interleaved", format_args!("{len} samples"), allowed)?;
        if self.ended {
            self.reset();
        }
        let ready = self.ready(len / n_channels);
        require_capacity("output", output.len(), ready * n_channels)?;
        require_finite("interleaved", interleaved)?;
        self.process(Input::Frames(interleaved), output);
        Ok(ready)
    }

    /// Ends the signal and writes the frames that are still missing to the front of `output`; returns how
    /// many. The plan is then as after [`Plan::reset`], but for its meters: they tell of this signal until
    /// the next one begins.
    ///
    /// # Errors
    /// Nothing was pushed; `output` too small, after which the call may be repeated.
    pub fn finish(&mut self, output: &mut [f64]) -> Result<usize> {
        if self.ended {
            self.reset();
        }
        require(self.received > 0, "audio", "empty", "at least 1 frame")?;
        let rest = self.ready(self.latency);
        require_capacity("output", output.len(), rest * self.n_channels)?;
        self.process(Input::Silence(self.latency), output);
        self.ended = true;
        Ok(rest)
    }

    /// Frames that come out while the next `n` come in.
    fn ready(&self, n: usize) -> usize {
        n - n.min(self.latency.saturating_sub(self.received))
    }

    fn process(&mut self, input: Input, output: &mut [f64]) {
        let Self { n_channels, front, limiter, latency, received, reduction, meter, .. } = self;
        reduction.begin_latest();
        let mut rest = output;
        let sink = |channels: &mut [Vec<f64>], n: usize| {
            // The first frames that come out belong to the silence before the signal.
            let swallowed = n.min(latency.saturating_sub(*received));
            *received = received.saturating_add(n);
            match limiter {
                Stage::Running(limiter) => {
                    limiter.process(channels, n);
                    reduction.take(&limiter.gains(n)[swallowed..]);
                }
                Stage::Idle(delay) => delay.process(channels, n),
            }
            let (frames, later) = std::mem::take(&mut rest).split_at_mut((n - swallowed) * *n_channels);
            planar::join(channels, swallowed, frames);
            meter.take(frames);
            rest = later;
        };
        match input {
            Input::Frames(interleaved) => front.push(interleaved, sink),
            Input::Silence(frames) => front.push_silence(frames, sink),
        }
    }

    /// What [`METERS`] lists, so far. NaN cannot be told yet.
    pub fn meters(&self) -> [f64; METERS.len()] {
        let [low, mid, high] = self.front.effect().map(|effect| effect.latest());
        let loudness = self.meter.loudness();
        [
            self.reduction.latest(),
            low,
            mid,
            high,
            loudness.momentary(),
            loudness.short_term(),
            loudness.integrated(),
            loudness.true_peak(),
            self.meter.sample_peak(),
        ]
    }
}

impl Plan for MasterPlan {
    /// In frames. It depends on the sample rate and the lookahead alone.
    fn latency(&self) -> usize {
        self.latency
    }

    /// In frames.
    fn max_output(&self, block: usize) -> usize {
        if block == 0 { self.latency } else { block }
    }

    fn reset(&mut self) {
        self.front.reset();
        match &mut self.limiter {
            Stage::Running(limiter) => limiter.reset(),
            Stage::Idle(delay) => delay.reset(),
        }
        (self.received, self.ended) = (0, false);
        self.reduction = Reduction::NONE;
        self.meter.reset();
    }
}

enum Input<'a> {
    Frames(&'a [f64]),
    Silence(usize),
}

#[cfg(test)]
mod tests;
