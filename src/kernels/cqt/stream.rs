//! The transform of a signal that arrives in pieces: padding, decimation, engine.

use super::engine::{Engine, Found, Kept};
use super::wavelet::Wavelet;
use super::{Accuracy, CqtParams, bank::Bank, bank::TunableBank};
use crate::blocks::error::{Result, buffer};
use crate::blocks::params::PadMode;
use crate::blocks::resample::{CHUNK, Front};
use crate::blocks::simd::InstructionSet;

/// Coefficients of one bin in the frames `first..first + count`.
pub(crate) struct Coefficients<'a> {
    pub bin: usize,
    pub first: usize,
    pub count: usize,
    /// At least `count`, and whole vectors; without the bin's phase.
    pub values: &'a [rustfft::num_complex::Complex64],
}

pub(crate) struct Stream {
    front: Front,
    engine: Engine,
    hop: usize,
    step: usize,
    latency: usize,
    mirror: Option<Mirror>,
    /// Samples that have arrived.
    arrived: usize,
    /// Frames of the engine that lie before the signal, in the mirrored part.
    lead: usize,
}

impl Stream {
    pub fn new(sample_rate: f64, params: &CqtParams, accuracy: Accuracy) -> Result<Self> {
        let instructions = InstructionSet::best();
        let bank = Bank::shared(sample_rate, params, accuracy)?;
        let (step, base) = (bank.layout.step, bank.layout.base);
        let front = Front::new(instructions, base)?;
        let latency = ((bank.layout.ahead() - 1) << base) + front.delay() + 1;
        let engine = Engine::new(instructions, Kept::Shared(bank), front.early())?;
        let hop = params.hop_length;
        let (mirror, lead) = match params.pad_mode {
            PadMode::Constant => (None, 0),
            PadMode::Reflect => {
                let longest = Wavelet::all(sample_rate, params)?.iter().fold(0.0_f64, |l, w| l.max(w.length));
                let padding = (longest / 2.0).ceil() as usize;
                (Some(Mirror::new(padding)?), padding.div_ceil(hop).next_multiple_of(step))
            }
        };
        let mut stream = Self { front, engine, hop, step, latency, mirror, arrived: 0, lead };
        stream.reset();
        Ok(stream)
    }

    pub fn phase(&self, bin: usize) -> rustfft::num_complex::Complex64 {
        self.engine.bank().bands[bin].phase
    }

    /// Frames that come at a time.
    pub fn step(&self) -> usize {
        self.step
    }

    /// Samples from the instant of a step's first frame on that must arrive before it is written.
    pub fn latency(&self) -> usize {
        self.latency
    }

    /// The frames that have been given since the start of the signal.
    pub fn given(&self) -> usize {
        self.written(self.arrived)
    }

    fn written(&self, arrived: usize) -> usize {
        match arrived.checked_sub(self.latency) {
            Some(more) => (more / (self.step * self.hop) + 1) * self.step,
            None => 0,
        }
    }

    /// The frames that the next push of `n_samples` will give.
    pub fn pending(&self, n_samples: usize) -> usize {
        self.written(self.arrived.saturating_add(n_samples)) - self.given()
    }

    /// The frames that `finish` would give now.
    pub fn pending_at_finish(&self) -> usize {
        self.frames() - self.given()
    }

    /// The frames of the signal, ended now.
    fn frames(&self) -> usize {
        if self.arrived == 0 { 0 } else { 1 + self.arrived / self.hop }
    }

    pub fn max_output(&self, block: usize) -> usize {
        match block {
            0 => self.latency / self.hop + 1,
            _ => (block / (self.step * self.hop) + 1) * self.step,
        }
    }

    pub fn reset(&mut self) {
        self.front.reset();
        self.engine.reset();
        self.arrived = 0;
        if let Some(mirror) = &mut self.mirror {
            mirror.reset();
            let silence = self.lead * self.hop - mirror.padding;
            self.feed_zeros(silence);
        }
    }

    fn feed_zeros(&mut self, mut n: usize) {
        while n > 0 {
            let now = n.min(CHUNK);
            self.feed(&[0.0; CHUNK][..now], usize::MAX, &mut |_| ());
            n -= now;
        }
    }

    fn feed(&mut self, samples: &[f64], end: usize, sink: &mut impl FnMut(Coefficients)) {
        let (engine, lead, step) = (&mut self.engine, self.lead, self.step);
        self.front.push(samples, |decimated| {
            engine.push(decimated, |Found { bin, first, frames }| {
                if let Some(first) = first.checked_sub(lead).filter(|first| *first < end) {
                    sink(Coefficients { bin, first, count: step.min(end - first), values: frames });
                }
            });
        });
    }

    /// Takes the next samples; coefficients of the steps that they complete go to `sink`, bin by bin.
    pub fn push(&mut self, audio: &[f64], mut sink: impl FnMut(Coefficients)) {
        self.arrived += audio.len();
        let Some(mut mirror) = self.mirror.take() else {
            return self.feed(audio, usize::MAX, &mut sink);
        };
        let rest = mirror.take_head(audio);
        if mirror.head_is_new {
            mirror.head_is_new = false;
            for i in (1..mirror.samples.len()).rev() {
                self.feed(&[mirror.samples[i]], usize::MAX, &mut sink);
            }
            self.feed(&mirror.samples, usize::MAX, &mut sink);
        }
        self.feed(rest, usize::MAX, &mut sink);
        mirror.remember(rest);
        self.mirror = Some(mirror);
    }

    /// Ends the signal; the frames that are left go to `sink`.
    pub fn finish(&mut self, mut sink: impl FnMut(Coefficients)) {
        let frames = self.frames();
        if frames > self.given() {
            if let Some(mirror) = self.mirror.take() {
                // Of a signal that is shorter than the padding nothing has gone on yet.
                let (n, padding) = (self.arrived as isize, mirror.padding as isize);
                let from = if mirror.held < mirror.samples.len() { -padding } else { n };
                for t in from..n + padding {
                    self.feed(&[mirror.at(t, self.arrived)], frames, &mut sink);
                }
                self.mirror = Some(mirror);
            }
            // The engine gives the last frame when what it looks ahead to has arrived.
            let mut silence = self.latency + self.step * self.hop;
            while silence > 0 {
                let now = silence.min(CHUNK);
                self.feed(&[0.0; CHUNK][..now], frames, &mut sink);
                silence -= now;
            }
        }
        self.reset();
    }
}

/// A stream cut in two, for a signal that must wait, decimated, until its tuning is known. Zeros
/// continue it at its ends.
pub(crate) fn deferred(
    sample_rate: f64,
    params: &CqtParams,
    accuracy: Accuracy,
) -> Result<(Decimation, Transform)> {
    CqtParams { tuning: 0.0, ..*params }.check(sample_rate)?;
    let instructions = InstructionSet::best();
    let bank = TunableBank::new(sample_rate, params, accuracy)?;
    let layout = &bank.bank.layout;
    let (step, base) = (layout.step, layout.base);
    let front = Front::new(instructions, base)?;
    // As much as a stream's latency, and a step.
    let silence = ((layout.ahead() - 1) << base) + front.delay() + 1 + step * params.hop_length;
    let engine = Engine::new(instructions, Kept::Own(bank), front.early())?;
    Ok((Decimation { front, silence }, Transform { engine, step }))
}

/// The first half.
pub(crate) struct Decimation {
    front: Front,
    /// Zeros after which all frames of a signal are there.
    silence: usize,
}

impl Decimation {
    pub fn push(&mut self, audio: &[f64], sink: impl FnMut(&[f64])) {
        self.front.push(audio, sink);
    }

    /// Ends the signal.
    pub fn finish(&mut self, mut sink: impl FnMut(&[f64])) {
        let mut silence = self.silence;
        while silence > 0 {
            let now = silence.min(CHUNK);
            self.front.push(&[0.0; CHUNK][..now], &mut sink);
            silence -= now;
        }
        self.reset();
    }

    pub fn reset(&mut self) {
        self.front.reset();
    }
}

/// The second half.
pub(crate) struct Transform {
    engine: Engine,
    step: usize,
}

impl Transform {
    /// Sets the tuning, −0.5 to 0.5 bins.
    pub fn tune(&mut self, tuning: f64) {
        self.engine.tune(tuning);
    }

    /// Frames that come at a time.
    pub fn step(&self) -> usize {
        self.step
    }

    /// Takes decimated samples of a signal of `end` frames; coefficients of the steps that they complete
    /// go to `sink`, bin by bin.
    pub fn push(&mut self, decimated: &[f64], end: usize, mut sink: impl FnMut(Coefficients)) {
        let step = self.step;
        self.engine.push(decimated, |Found { bin, first, frames }| {
            if first < end {
                sink(Coefficients { bin, first, count: step.min(end - first), values: frames });
            }
        });
    }

    pub fn reset(&mut self) {
        self.engine.reset();
    }
}

/// What `numpy.pad(mode="reflect")` needs to know of a stream: its first samples, later its last.
struct Mirror {
    padding: usize,
    /// `padding + 1` samples: the first ones until they are complete, then sample t at t modulo that.
    samples: Vec<f64>,
    held: usize,
    /// Where the next sample goes once the head is complete.
    next: usize,
    head_is_new: bool,
}

impl Mirror {
    fn new(padding: usize) -> Result<Self> {
        Ok(Self { padding, samples: buffer(padding + 1, 0.0)?, held: 0, next: 0, head_is_new: false })
    }

    fn reset(&mut self) {
        (self.held, self.next, self.head_is_new) = (0, 0, false);
    }

    /// Keeps what is missing of the head; the rest.
    fn take_head<'a>(&mut self, audio: &'a [f64]) -> &'a [f64] {
        let missing = self.samples.len() - self.held;
        if missing == 0 {
            return audio;
        }
        let (now, rest) = audio.split_at(audio.len().min(missing));
        self.samples[self.held..self.held + now.len()].copy_from_slice(now);
        self.held += now.len();
        self.head_is_new = now.len() == missing;
        rest
    }

    fn remember(&mut self, audio: &[f64]) {
        for x in audio {
            self.samples[self.next] = *x;
            self.next = (self.next + 1) % self.samples.len();
        }
    }

    /// Sample `t` of the reflected signal of `n` samples; the one meant must be held.
    fn at(&self, t: isize, n: usize) -> f64 {
        let period = (2 * n - 2).max(1);
        let t = t.rem_euclid(period as isize) as usize;
        self.samples[t.min(period - t) % self.samples.len()]
    }
}
