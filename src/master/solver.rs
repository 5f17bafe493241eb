//! Closes the loop: measures what the chain makes of a signal, and corrects its settings until the result lies
//! on the targets.
//!
//! The signal passes again and again, memory does not grow with it. First it is measured, from which targets
//! and settings follow; where dynamics run, another pass finds their makeup; then gain and ceiling of the
//! limiter are varied until loudness and true peak of the result are right ([`super::search`]).

use std::ops::Range;

use super::CHUNK;
use super::chain::{Front, latency, limiter};
use super::mapper::{Eq, mapped};
use super::matching::{matched, spectral_error};
use super::planar;
use super::render::{Outcome, Render};
use super::reporting::{LimitedBy, REPORT_VERSION, report};
use super::search::{Goal, Limit, Next, Trial};
use super::settings::{SETTINGS, setting};
use super::tracks::Tracks;
use crate::blocks::error::{
    Error, Result, buffer, invalid, require, require_capacity, require_finite, require_in,
    require_sample_rate,
};
use crate::blocks::plan::Plan;
use crate::fingerprint::{DIMENSIONS, Dimension, FingerprintParams, FingerprintPlan, Group, MOST_CHANNELS};
use crate::profile::{self, ProfileParams, ProfilePlan, place};
use crate::targets::{self, TargetParams, check_reference, target};

/// A master: how it was made, and what came of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mastered {
    /// In the order of [`crate::profile::PROFILE`]; group harmony only if dynamics run, and of an album the
    /// loudness of its loudest track.
    pub profile: [f64; profile::LEN],
    /// In the order of [`crate::targets::TARGETS`].
    pub targets: [f64; targets::LEN],
    /// In the order of [`super::SETTINGS`].
    pub settings: [f64; setting::LEN],
    /// In the order of [`super::REPORT`].
    pub report: [f64; report::LEN],
}

/// Masters interleaved audio to `output`, which has room for as many samples.
///
/// # Errors
/// As [`MasterSolver::new`]; audio that is empty, not finite or not whole frames; `output` too small.
pub fn master(
    interleaved: &[f64],
    n_channels: usize,
    sample_rate: f64,
    reference: Option<&[f64]>,
    params: &TargetParams,
    output: &mut [f64],
) -> Result<Mastered> {
    MasterSolver::new(sample_rate, n_channels, reference, params)?.process(interleaved, output)
}

/// Finds the settings for a signal that passes as often as asked: push it whole, then ask [`Self::next_pass`] whether
/// to push it again.
pub struct MasterSolver {
    sample_rate: f64,
    n_channels: usize,
    reference: Option<Vec<f64>>,
    params: TargetParams,
    profiling: Profiling,
    pass: Pass,
    /// Passes that have ended.
    passes: usize,
    /// Frames in this pass, and in the first one.
    received: usize,
    n_frames: usize,
    /// Frames that begin a track.
    borders: Vec<usize>,
    profile: [f64; profile::LEN],
    targets: [f64; targets::LEN],
    settings: [f64; setting::LEN],
    eq: Option<Eq>,
    trials: Vec<Trial>,
    outcomes: Vec<Outcome>,
    /// Once the settings are found.
    report: Option<[f64; report::LEN]>,
}

enum Pass {
    /// The profile without group harmony, which is slow and seldom needed.
    Profile,
    Harmony(Box<FingerprintPlan>),
    Makeup(Box<Front>),
    Render(Box<(Front, Render)>),
    Over,
}

struct Profiling {
    plan: ProfilePlan,
    tracks: Tracks,
}

impl MasterSolver {
    /// `reference`: a fingerprint or a profile of what the master should be like.
    ///
    /// # Errors
    /// `sample_rate` outside 8 to 384 kHz, `n_channels` outside 1 to 64, preferences out of their ranges, a
    /// reference that [`crate::targets::targets`] refuses, out of memory.
    pub fn new(
        sample_rate: f64,
        n_channels: usize,
        reference: Option<&[f64]>,
        params: &TargetParams,
    ) -> Result<Self> {
        require_sample_rate(sample_rate)?;
        require_in("n_channels", n_channels, 1..=MOST_CHANNELS)?;
        params.check()?;
        reference.map(check_reference).transpose()?;
        let copy = |values: &[f64]| -> Result<Vec<f64>> {
            let mut copy = buffer(values.len(), 0.0)?;
            copy.copy_from_slice(values);
            Ok(copy)
        };
        let groups = Group::ALL & !Group::Harmony.bit();
        let without_harmony = ProfileParams { groups, ..ProfileParams::default() };
        Ok(Self {
            sample_rate,
            n_channels,
            reference: reference.map(copy).transpose()?,
            params: *params,
            profiling: Profiling {
                plan: ProfilePlan::new(sample_rate, n_channels, &without_harmony)?,
                tracks: Tracks::new(sample_rate, n_channels)?,
            },
            pass: Pass::Profile,
            passes: 0,
            received: 0,
            n_frames: 0,
            borders: Vec::new(),
            profile: [f64::NAN; profile::LEN],
            targets: [f64::NAN; targets::LEN],
            settings: [0.0; setting::LEN],
            eq: None,
            trials: Vec::new(),
            outcomes: Vec::new(),
            report: None,
        })
    }

    pub fn n_channels(&self) -> usize {
        self.n_channels
    }

    /// Takes the next frames of the pass, interleaved.
    ///
    /// # Errors
    /// Samples that are not finite or do not fill whole frames; more frames than the first pass had; the
    /// settings are found. Nothing is taken then.
    pub fn push(&mut self, interleaved: &[f64]) -> Result<()> {
        let (len, n_channels) = (interleaved.len(), self.n_channels);
        let allowed = format_args!("whole frames of {n_channels} channels");
        require(len.is_multiple_of(n_channels), "interleaved", format_args!("{len} samples"), allowed)?;
        require_finite("interleaved", interleaved)?;
        let received = self.received.saturating_add(len / n_channels);
        if self.passes > 0 {
            let allowed = format_args!("the {} of the first pass", self.n_frames);
            require(received <= self.n_frames, "the frames of a pass", received, allowed)?;
        }
        match &mut self.pass {
            Pass::Profile => {
                self.profiling.plan.push(interleaved)?;
                self.profiling.tracks.push(interleaved, &self.borders);
            }
            Pass::Harmony(plan) => plan.push(interleaved)?,
            Pass::Makeup(front) => front.push(interleaved, |_, _| ()),
            Pass::Render(both) => {
                let (front, render) = &mut **both;
                front.push(interleaved, |channels, n| render.take(channels, n));
            }
            Pass::Over => return Err(Self::over()),
        }
        self.received = received;
        Ok(())
    }

    fn over() -> Error {
        invalid("the signal", "pushed once more", "a reset before, as the settings are found")
    }

    /// The next frame begins a track of an album: all tracks get the same settings, and the loudness is that of
    /// the loudest. Later passes know the borders of the first one.
    ///
    /// # Errors
    /// Out of memory.
    pub fn mark(&mut self) -> Result<()> {
        if self.passes == 0 && self.borders.last() != Some(&self.received) {
            self.borders.try_reserve(1).map_err(|_| Error::OutOfMemory { bytes: size_of::<usize>() })?;
            self.borders.push(self.received);
        }
        Ok(())
    }

    /// Ends a pass. `true`: the same signal is needed again; `false`: the settings are found.
    ///
    /// # Errors
    /// No frames, or fewer than in the first pass: then the pass must be repeated; out of memory.
    pub fn next_pass(&mut self) -> Result<bool> {
        let received = std::mem::take(&mut self.received);
        if let Pass::Over = self.pass {
            return Err(Self::over());
        }
        if self.passes == 0 {
            require(received > 0, "interleaved", "empty", "at least 1 frame")?;
            self.n_frames = received;
        } else if received != self.n_frames {
            self.repeat();
            let allowed = format_args!("the {} of the first pass", self.n_frames);
            return Err(invalid("the frames of a pass", received, allowed));
        }
        self.passes += 1;
        match std::mem::replace(&mut self.pass, Pass::Over) {
            Pass::Profile => self.end_profile()?,
            Pass::Harmony(plan) => self.end_harmony(*plan)?,
            Pass::Makeup(front) => self.end_makeup(*front)?,
            Pass::Render(mut both) => {
                let (front, render) = &mut *both;
                front.push_silence(render.lags()[1], |channels, n| render.take(channels, n));
                if let Some((gain, ceiling)) = self.end_render(front, render) {
                    front.reset();
                    render.begin(gain, ceiling);
                    self.pass = Pass::Render(both);
                }
            }
            Pass::Over => unreachable!("refused above"),
        }
        Ok(!matches!(self.pass, Pass::Over))
    }

    /// Has the pass begin again.
    fn repeat(&mut self) {
        match &mut self.pass {
            Pass::Profile | Pass::Over => {}
            Pass::Harmony(plan) => plan.reset(),
            Pass::Makeup(front) => front.reset(),
            Pass::Render(both) => {
                let (front, render) = &mut **both;
                front.reset();
                render.repeat();
            }
        }
    }

    /// The reference, if it is a profile.
    fn reference_profile(&self) -> Option<&[f64]> {
        self.reference.as_deref().filter(|reference| reference.len() == profile::LEN)
    }

    fn end_profile(&mut self) -> Result<()> {
        self.profile = self.profiling.plan.finish_octaves()?;
        let loudest = self.profiling.tracks.loudest();
        if self.borders.iter().any(|border| *border > 0) && !loudest.is_nan() {
            self.profile[Dimension::Lufs as usize] = loudest;
            self.profile[place::INTEGRATED] = loudest;
        }
        if let (Some(reference), Some((mid, side))) =
            (self.reference_profile(), self.profiling.plan.octaves())
        {
            self.eq = Some(matched(&self.profile, reference, &self.params, self.sample_rate, mid, side)?);
        }
        self.aim()?;
        if self.settings[setting::ACTIVE] == 0.0 {
            self.bypass();
            return Ok(());
        }
        if self.has_slopes() {
            let params = FingerprintParams { groups: Group::Harmony.bit(), ..FingerprintParams::default() };
            let plan = FingerprintPlan::new(self.sample_rate, self.n_channels, &params)?;
            self.pass = Pass::Harmony(Box::new(plan));
            return Ok(());
        }
        let front = Front::new(self.sample_rate, self.n_channels, &self.settings, false)?;
        self.begin_render(front)
    }

    /// Targets and settings from what is known of the profile.
    fn aim(&mut self) -> Result<()> {
        let (reference, params) = (self.reference.as_deref(), &self.params);
        self.targets = targets::targets(&self.profile, reference, params)?;
        self.settings = mapped(&self.profile, reference, &self.targets, params, self.eq)?;
        Ok(())
    }

    fn has_slopes(&self) -> bool {
        self.settings[setting::SLOPE..][..3].iter().any(|slope| *slope != 0.0)
    }

    fn end_harmony(&mut self, mut plan: FingerprintPlan) -> Result<()> {
        let found = plan.finish()?;
        for dimension in DIMENSIONS.into_iter().filter(|dimension| dimension.group() == Group::Harmony) {
            self.profile[dimension as usize] = found[dimension];
        }
        self.aim()?;
        let front = Front::new(self.sample_rate, self.n_channels, &self.settings, true)?;
        self.pass = Pass::Makeup(Box::new(front));
        Ok(())
    }

    fn end_makeup(&mut self, mut front: Front) -> Result<()> {
        front.push_silence(front.latency(), |_, _| ());
        let (low, high) = SETTINGS[setting::MAKEUP].range;
        let makeups = front.effect().map(|effect| effect.makeup().clamp(low, high));
        self.settings[setting::MAKEUP..][..3].copy_from_slice(&makeups);
        front.retune(makeups);
        self.begin_render(front)
    }

    fn begin_render(&mut self, front: Front) -> Result<()> {
        let limiter = limiter(self.sample_rate, self.n_channels, &self.settings)?;
        let borders = self.borders.clone();
        let reference = self.reference_profile();
        let render = Render::new(self.sample_rate, &front, limiter, self.n_frames, borders, reference)?;
        self.pass = Pass::Render(Box::new((front, render)));
        Ok(())
    }

    /// Gain and ceiling to be tried next; `None` if all is found.
    fn end_render(&mut self, front: &Front, render: &mut Render) -> Option<(f64, f64)> {
        let outcome = render.finish();
        let loudness = outcome.measured.loudness;
        let [gain, ceiling] = [setting::GAIN_OUT, setting::CEILING].map(|place| self.settings[place]);
        self.trials.push(Trial {
            gain,
            ceiling,
            loudness: loudness.integrated,
            true_peak: loudness.true_peak,
        });
        self.outcomes.push(outcome);
        let goal = Goal {
            loudness: self.targets[target::LOUDNESS],
            peak: self.targets[target::PEAK],
            limiting: self.targets[target::LIMITING],
            gain_max: self.params.gain_max - self.settings[setting::GAIN_IN],
            before: render.loudness_before(),
        };
        match goal.next(&self.trials) {
            Next::Try { gain, ceiling } => {
                let within =
                    |place: usize, value: f64| value.clamp(SETTINGS[place].range.0, SETTINGS[place].range.1);
                let (gain, ceiling) = (within(setting::GAIN_OUT, gain), within(setting::CEILING, ceiling));
                self.settings[setting::GAIN_OUT] = gain;
                self.settings[setting::CEILING] = ceiling;
                Some((gain, ceiling))
            }
            Next::Take(i, limit) => {
                let trial = self.trials[i];
                self.settings[setting::GAIN_OUT] = trial.gain;
                self.settings[setting::CEILING] = trial.ceiling;
                let limited_by = match limit {
                    Limit::Nothing => LimitedBy::Nothing,
                    Limit::Limiting => LimitedBy::Limiting,
                    Limit::GainMax => LimitedBy::GainMax,
                };
                let mut told = self.told(limited_by);
                let Outcome { measured, reduction, spectral_error } = &self.outcomes[i];
                told.after(measured.values());
                told.set(report::LIMITER_COST, goal.cost(&trial));
                told.set(report::LIMITER_MAX, reduction.max());
                told.set(report::LIMITER_MEAN, reduction.mean());
                told.set(report::LIMITER_SHARE, reduction.share());
                for (band, effect) in front.effect().iter().enumerate() {
                    // Not −0.
                    told.set(report::COMPRESSOR + band, 0.0 - effect.mean());
                }
                told.set(report::SPECTRAL_ERROR_MAX, spectral_error[0]);
                told.set(report::SPECTRAL_ERROR_MEAN, spectral_error[1]);
                self.report = Some(told.0);
                None
            }
        }
    }

    /// Nothing is to be done.
    fn bypass(&mut self) {
        let limited_by = match self.profile[Dimension::Lufs as usize].is_nan() {
            true if self.n_frames as f64 / self.sample_rate < 0.4 => LimitedBy::Short,
            true => LimitedBy::Silent,
            false => LimitedBy::Bypass,
        };
        self.report = Some(self.told(limited_by).0);
    }

    /// The report of a master that is as the signal was.
    fn told(&self, limited_by: LimitedBy) -> Told {
        let mut told = Told([0.0; report::LEN]);
        let settings = &self.settings;
        let places =
            [place::INTEGRATED, place::RANGE, place::MAX_SHORT_TERM, place::TRUE_PEAK, place::SAMPLE_PEAK];
        let before = places.map(|place| self.profile[place]);
        told.set(report::TARGET_LOUDNESS, self.targets[target::LOUDNESS]);
        told.before(before);
        told.after(before);
        told.set(report::LIMITED_BY, f64::from(limited_by as u8));
        let active = settings[setting::ACTIVE] != 0.0;
        let eq = setting::EQ_MID..if self.n_channels == 2 { setting::THRESHOLD } else { setting::EQ_SIDE };
        let eq_max = settings[eq].iter().fold(0.0, |most: f64, gain| most.max(gain.abs()));
        told.set(report::EQ_MAX, if active { eq_max } else { 0.0 });
        let [error_max, error_mean] = self.reference_profile().map_or([f64::NAN; 2], |reference| {
            spectral_error(&self.profile[place::MID..place::SIDE], &reference[place::MID..place::SIDE])
        });
        told.set(report::SPECTRAL_ERROR_MAX, error_max);
        told.set(report::SPECTRAL_ERROR_MEAN, error_mean);
        told.set(report::SPECTRAL_ERROR_BEFORE_MEAN, error_mean);
        let gain = settings[setting::GAIN_IN] + settings[setting::GAIN_OUT];
        told.set(report::GAIN_TOTAL, if active { gain } else { 0.0 });
        told.set(report::CEILING, settings[setting::CEILING]);
        told.set(report::PASSES, self.passes as f64);
        told.set(report::LATENCY, latency(self.sample_rate, settings) as f64);
        told.set(report::VERSION, f64::from(REPORT_VERSION));
        told
    }

    /// What was found.
    ///
    /// # Errors
    /// The settings are not found yet.
    pub fn mastered(&self) -> Result<Mastered> {
        let report = self.report.ok_or_else(|| {
            invalid(
                "the solver",
                format_args!("after {} passes", self.passes),
                "one that needs no further pass",
            )
        })?;
        Ok(Mastered { profile: self.profile, targets: self.targets, settings: self.settings, report })
    }

    /// Masters a whole signal to `output`, which has room for as many samples: what the passes find, and what a
    /// [`super::MasterPlan`] makes of it, bit for bit, in less time. What was pushed before is forgotten.
    ///
    /// # Errors
    /// Audio that is empty, not finite or not whole frames; `output` too small; out of memory.
    pub fn process(&mut self, interleaved: &[f64], output: &mut [f64]) -> Result<Mastered> {
        require_capacity("output", output.len(), interleaved.len())?;
        let output = &mut output[..interleaved.len()];
        if self.passes + self.received > 0 {
            self.reset();
        }
        while !matches!(self.pass, Pass::Render(_)) {
            self.push(interleaved)?;
            if !self.next_pass()? {
                output.copy_from_slice(interleaved);
                return self.mastered();
            }
        }
        let Pass::Render(both) = std::mem::replace(&mut self.pass, Pass::Over) else {
            unreachable!("the loop ends with it");
        };
        let (mut front, mut render) = *both;
        let mut stored = Stored::new(render.lags(), self.n_channels, output)?;
        let mut channels = planar::buffers(self.n_channels, CHUNK)?;
        let lag = render.lags()[1];
        let mut sink = |channels: &mut [Vec<f64>], n: usize| {
            stored.put(channels, n);
            render.take(channels, n);
        };
        front.push(interleaved, &mut sink);
        front.push_silence(lag, &mut sink);
        self.passes += 1;
        while let Some((gain, ceiling)) = self.end_render(&front, &mut render) {
            render.begin(gain, ceiling);
            stored.replay(&mut channels, |channels, n| {
                render.take(channels, n);
                0..0
            });
            self.passes += 1;
        }
        render.begin(self.settings[setting::GAIN_OUT], self.settings[setting::CEILING]);
        stored.replay(&mut channels, |channels, n| render.limit(channels, n));
        self.mastered()
    }
}

impl Plan for MasterSolver {
    /// 0: nothing but numbers comes out.
    fn latency(&self) -> usize {
        0
    }

    /// 0, likewise.
    fn max_output(&self, _block: usize) -> usize {
        0
    }

    fn reset(&mut self) {
        self.profiling.plan.reset();
        self.profiling.tracks.reset();
        self.pass = Pass::Profile;
        (self.passes, self.received, self.n_frames) = (0, 0, 0);
        (self.eq, self.report) = (None, None);
        self.borders.clear();
        self.trials.clear();
        self.outcomes.clear();
    }
}

/// A report under way.
struct Told([f64; report::LEN]);

impl Told {
    fn set(&mut self, place: usize, value: f64) {
        self.0[place] = value;
    }

    fn before(&mut self, levels: [f64; 5]) {
        self.pairs(0, levels);
    }

    fn after(&mut self, levels: [f64; 5]) {
        self.pairs(1, levels);
        self.set(report::LOUDNESS_ERROR, levels[0] - self.0[report::TARGET_LOUDNESS]);
    }

    /// Integrated loudness, range, highest short-term loudness, true peak, sample peak.
    fn pairs(&mut self, which: usize, levels: [f64; 5]) {
        for (i, level) in levels.into_iter().enumerate() {
            self.set(2 * i + which, level);
        }
        self.set(report::PEAK_TO_LOUDNESS + which, levels[3] - levels[0]);
    }
}

/// The signal as it comes to the limiter, with what lies before and after it.
struct Stored<'a> {
    before: Vec<f64>,
    signal: &'a mut [f64],
    after: Vec<f64>,
    /// Samples that are stored.
    at: usize,
}

impl<'a> Stored<'a> {
    /// `lags`: frames by which the limiter's input and output lag behind the signal.
    fn new(lags: [usize; 2], n_channels: usize, signal: &'a mut [f64]) -> Result<Self> {
        let before = buffer(lags[0] * n_channels, 0.0)?;
        let after = buffer((lags[1] - lags[0]) * n_channels, 0.0)?;
        Ok(Self { before, signal, after, at: 0 })
    }

    /// Stores the first `n` frames of the channels.
    fn put(&mut self, channels: &[Vec<f64>], n: usize) {
        let mut first = 0;
        while first < n {
            let at = self.at;
            let part = self.part_mut(at);
            let len = part.len().min((n - first) * channels.len());
            planar::join(channels, first, &mut part[..len]);
            first += len / channels.len();
            self.at += len;
        }
    }

    /// From sample `at` on to the end of the buffer that it is in.
    fn part_mut(&mut self, at: usize) -> &mut [f64] {
        let (before, signal) = (self.before.len(), self.signal.len());
        if at < before {
            &mut self.before[at..]
        } else if at < before + signal {
            &mut self.signal[at - before..]
        } else {
            &mut self.after[at - before - signal..]
        }
    }

    /// Gives all frames to `sink`; those that it says belong to the signal are put to their place in it, which
    /// has been given before.
    fn replay(
        &mut self,
        channels: &mut [Vec<f64>],
        mut sink: impl FnMut(&mut [Vec<f64>], usize) -> Range<usize>,
    ) {
        let (mut at, mut written) = (0, 0);
        while at < self.at {
            let part = self.part_mut(at);
            let len = part.len().min(CHUNK * channels.len());
            planar::part(&part[..len], 1.0, channels);
            at += len;
            let ready = sink(channels, len / channels.len());
            let frames = &mut self.signal[written..][..ready.len() * channels.len()];
            planar::join(channels, ready.start, frames);
            written += frames.len();
        }
    }
}

#[cfg(test)]
mod tests;
