//! The processing chain: `gain_in → filterbank → dynamics → gain_out → limiter`.
//!
//! Every stage gives as many frames as it takes, and lags. A stage that has nothing to do is a plain delay, so
//! that bits pass unchanged and the latency does not depend on the settings of tone and dynamics. Before and
//! after the signal is silence.

use super::CHUNK;
use super::delay::Delay;
use super::dynamics::{self, BANDS, Dynamics, DynamicsParams, Effect};
use super::filterbank::{self, Filterbank, FilterbankParams};
use super::limiter::{self, Limiter, LimiterParams};
use super::planar;
use super::settings::setting;
use crate::blocks::error::Result;

pub(super) fn factor(decibels: f64) -> f64 {
    10_f64.powf(decibels / 20.0)
}

/// What comes before the limiter.
pub(super) struct Front {
    gain: f64,
    filterbank: Stage<Filterbank>,
    dynamics: Stage<Dynamics>,
    latencies: [usize; 2],
    channels: Vec<Vec<f64>>,
    bands: Vec<Vec<f64>>,
}

pub(super) enum Stage<T> {
    Running(T),
    Idle(Delay),
}

/// Takes the first frames of the channels, of which there are so many, and may overwrite them.
pub(super) trait Sink: FnMut(&mut [Vec<f64>], usize) {}
impl<T: FnMut(&mut [Vec<f64>], usize)> Sink for T {}

impl Front {
    /// `dynamics`: whether to run the dynamics also where nothing asks for it.
    pub fn new(
        sample_rate: f64,
        n_channels: usize,
        settings: &[f64; setting::LEN],
        dynamics: bool,
    ) -> Result<Self> {
        let latencies = [filterbank::latency(sample_rate), dynamics::latency(sample_rate)];
        let three = |first: usize| -> [f64; BANDS] { std::array::from_fn(|band| settings[first + band]) };
        let eq = |first: usize| std::array::from_fn(|b| settings[first + b]);
        let eq = [eq(setting::EQ_MID), eq(setting::EQ_SIDE)];
        let kinds = if n_channels == 2 { 2 } else { 1 };
        let [slopes, makeups] = [three(setting::SLOPE), three(setting::MAKEUP)];
        let active = settings[setting::ACTIVE] != 0.0;
        let asked = |values: &[f64]| active && values.iter().any(|value| *value != 0.0);
        let bands = dynamics || asked(&slopes) || asked(&makeups);
        let filter = bands || asked(eq[..kinds].as_flattened());
        let idle = |frames: usize| Delay::new(n_channels, frames);
        let crossovers = [settings[setting::CROSSOVER_LOW], settings[setting::CROSSOVER_HIGH]];
        let filterbank = FilterbankParams { eq, crossovers: bands.then_some(crossovers) };
        let dynamics = DynamicsParams {
            thresholds: three(setting::THRESHOLD),
            slopes,
            makeups: makeups.map(factor),
            attack: settings[setting::ATTACK] / 1000.0,
            release: settings[setting::RELEASE] / 1000.0,
            knee: settings[setting::KNEE],
            range: settings[setting::RANGE],
        };
        Ok(Self {
            gain: if active { factor(settings[setting::GAIN_IN]) } else { 1.0 },
            filterbank: if filter {
                Stage::Running(Filterbank::new(sample_rate, n_channels, &filterbank)?)
            } else {
                Stage::Idle(idle(latencies[0])?)
            },
            dynamics: if bands {
                Stage::Running(Dynamics::new(sample_rate, n_channels, latencies[0], &dynamics)?)
            } else {
                Stage::Idle(idle(latencies[1])?)
            },
            latencies,
            channels: planar::buffers(n_channels, CHUNK)?,
            bands: planar::buffers(if bands { n_channels * BANDS } else { n_channels }, CHUNK)?,
        })
    }

    pub fn n_channels(&self) -> usize {
        self.channels.len()
    }

    pub fn latency(&self) -> usize {
        self.latencies.iter().sum()
    }

    pub fn reset(&mut self) {
        match &mut self.filterbank {
            Stage::Running(filterbank) => filterbank.reset(),
            Stage::Idle(delay) => delay.reset(),
        }
        match &mut self.dynamics {
            Stage::Running(dynamics) => dynamics.reset(),
            Stage::Idle(delay) => delay.reset(),
        }
    }

    /// Begins anew with other makeups in dB, if the dynamics run.
    pub fn retune(&mut self, makeups: [f64; BANDS]) {
        self.reset();
        if let Stage::Running(dynamics) = &mut self.dynamics {
            dynamics.retune(makeups.map(factor));
        }
    }

    /// What the dynamics did to each band; nothing if they do not run.
    pub fn effect(&self) -> [Effect; BANDS] {
        match &self.dynamics {
            Stage::Running(dynamics) => dynamics.effect(),
            Stage::Idle(_) => [Effect::default(); BANDS],
        }
    }

    /// Takes whole frames; as many go to `sink`, at most [`CHUNK`] at a time.
    pub fn push(&mut self, interleaved: &[f64], mut sink: impl Sink) {
        let n_channels = self.channels.len();
        for frames in interleaved.chunks(CHUNK * n_channels) {
            planar::part(frames, self.gain, &mut self.channels);
            self.process(frames.len() / n_channels, &mut sink);
        }
    }

    /// Takes silence.
    pub fn push_silence(&mut self, mut frames: usize, mut sink: impl Sink) {
        while frames > 0 {
            let n = frames.min(CHUNK);
            planar::silence(&mut self.channels);
            self.process(n, &mut sink);
            frames -= n;
        }
    }

    fn process(&mut self, n: usize, sink: &mut impl Sink) {
        let Self { filterbank, dynamics, channels, bands, .. } = self;
        match filterbank {
            Stage::Running(filterbank) => {
                planar::to_mid_side(channels, n);
                filterbank.process(channels, n, bands);
                if filterbank.n_bands() == 1 {
                    std::mem::swap(channels, bands);
                    planar::from_mid_side(channels, n);
                }
            }
            Stage::Idle(delay) => delay.process(channels, n),
        }
        match dynamics {
            Stage::Running(dynamics) => dynamics.process(bands, n, channels),
            Stage::Idle(delay) => delay.process(channels, n),
        }
        sink(channels, n);
    }
}

/// Frames by which the output of the chain lags. It depends on the sample rate and the lookahead alone.
pub(super) fn latency(sample_rate: f64, settings: &[f64; setting::LEN]) -> usize {
    let limiter = limiter::latency(sample_rate, settings[setting::LOOKAHEAD] / 1000.0);
    filterbank::latency(sample_rate) + dynamics::latency(sample_rate) + limiter
}

/// The limiter as the settings have it.
pub(super) fn limiter(
    sample_rate: f64,
    n_channels: usize,
    settings: &[f64; setting::LEN],
) -> Result<Limiter> {
    let params = LimiterParams {
        gain: factor(settings[setting::GAIN_OUT]),
        ceiling: factor(settings[setting::CEILING]),
        lookahead: settings[setting::LOOKAHEAD] / 1000.0,
        hold: settings[setting::HOLD] / 1000.0,
        release: settings[setting::LIMITER_RELEASE] / 1000.0,
    };
    Limiter::new(sample_rate, n_channels, &params)
}
