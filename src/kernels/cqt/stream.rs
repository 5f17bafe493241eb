//! The transform of a signal that arrives in pieces: padding, decimation, engine.

use super::accuracy::Accuracy;
use super::bank::{Bank, TunableBank};
use super::engine::{Engine, Found, Kept};
use super::params::CqtParams;
use super::wavelet::Wavelet;
use crate::blocks::error::Result;
use crate::blocks::pad::reflect;
use crate::blocks::params::PadMode;
use crate::blocks::resample::{CHUNK, Cascade};
use crate::blocks::ring::Ring;
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
    cascade: Cascade,
    engine: Engine,
    hop: usize,
    step: usize,
    latency: usize,
    /// Of a signal that is mirrored at its ends: what is mirrored before it until that has arrived, then what
    /// is mirrored after it.
    mirrored: Option<Ring>,
    /// Samples that have arrived.
    arrived: usize,
    /// Frames of the engine before the signal, in the mirrored part.
    lead_in_frames: usize,
}

impl Stream {
    pub fn new(sample_rate: f64, params: &CqtParams, accuracy: Accuracy) -> Result<Self> {
        let instructions = InstructionSet::best();
        let bank = Bank::shared(sample_rate, params, accuracy)?;
        let (step, base) = (bank.layout.step, bank.layout.base);
        let cascade = Cascade::new(instructions, base)?;
        let latency = ((bank.layout.ahead() - 1) << base) + cascade.delay() + 1;
        let engine = Engine::new(instructions, Kept::Shared(bank), cascade.lead_in())?;
        let hop = params.hop_length;
        let (mirrored, lead_in_frames) = match params.pad_mode {
            PadMode::Constant => (None, 0),
            PadMode::Reflect => {
                let longest = Wavelet::all(sample_rate, params)?.iter().fold(0.0_f64, |l, w| l.max(w.length));
                let padding = (longest / 2.0).ceil() as usize;
                (Some(Ring::new(padding + 1, 0)?), padding.div_ceil(hop).next_multiple_of(step))
            }
        };
        let mut stream = Self { cascade, engine, hop, step, latency, mirrored, arrived: 0, lead_in_frames };
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
        self.cascade.reset();
        self.engine.reset();
        self.arrived = 0;
        if let Some(latest) = &mut self.mirrored {
            latest.reset(0);
            let silence = self.lead_in_frames * self.hop - (latest.len() - 1);
            self.feed_zeros(silence, usize::MAX, &mut |_| ());
        }
    }

    fn feed_zeros(&mut self, n: usize, end: usize, sink: &mut impl FnMut(Coefficients)) {
        for chunk in zeros(n) {
            self.feed(chunk, end, sink);
        }
    }

    fn feed(&mut self, samples: &[f64], end: usize, sink: &mut impl FnMut(Coefficients)) {
        let (engine, lead_in_frames, step) = (&mut self.engine, self.lead_in_frames, self.step);
        self.cascade.push(samples, |decimated| {
            engine.push(decimated, |Found { bin, first, frames }| {
                if let Some(first) = first.checked_sub(lead_in_frames).filter(|first| *first < end) {
                    sink(Coefficients { bin, first, count: step.min(end - first), values: frames });
                }
            });
        });
    }

    /// Takes the next samples; coefficients of the steps that they complete go to `sink`, bin by bin.
    pub fn push(&mut self, audio: &[f64], mut sink: impl FnMut(Coefficients)) {
        let before = self.arrived;
        self.arrived += audio.len();
        let Some(mut latest) = self.mirrored.take() else {
            return self.feed(audio, usize::MAX, &mut sink);
        };
        // Until all that is mirrored before the signal has arrived, nothing goes on.
        let missing = latest.len().saturating_sub(before);
        let (head, rest) = audio.split_at(missing.min(audio.len()));
        latest.push(head);
        if missing > 0 && head.len() == missing {
            let [samples, _] = latest.slices(0, latest.len());
            for x in samples[1..].iter().rev() {
                self.feed(&[*x], usize::MAX, &mut sink);
            }
            self.feed(samples, usize::MAX, &mut sink);
        }
        self.feed(rest, usize::MAX, &mut sink);
        latest.push(rest);
        self.mirrored = Some(latest);
    }

    /// Ends the signal; the frames that are left go to `sink`.
    pub fn finish(&mut self, mut sink: impl FnMut(Coefficients)) {
        let frames = self.frames();
        if frames > self.given() {
            if let Some(latest) = self.mirrored.take() {
                // Of a signal that is shorter than what is mirrored nothing has gone on yet.
                let (n, padding) = (self.arrived as isize, latest.len() as isize - 1);
                let from = if self.arrived < latest.len() { -padding } else { n };
                for t in from..n + padding {
                    let [sample, _] = latest.slices(reflect(t, self.arrived) as isize, 1);
                    self.feed(sample, frames, &mut sink);
                }
                self.mirrored = Some(latest);
            }
            // The engine gives the last frame when what it looks ahead to has arrived.
            self.feed_zeros(self.latency + self.step * self.hop, frames, &mut sink);
        }
        self.reset();
    }
}

/// `n` zeros in chunks.
fn zeros(n: usize) -> impl Iterator<Item = &'static [f64]> {
    (0..n).step_by(CHUNK).map(move |from| &[0.0; CHUNK][..CHUNK.min(n - from)])
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
    let cascade = Cascade::new(instructions, base)?;
    // As much as a stream's latency, and a step.
    let silence = ((layout.ahead() - 1) << base) + cascade.delay() + 1 + step * params.hop_length;
    let engine = Engine::new(instructions, Kept::Own(bank), cascade.lead_in())?;
    Ok((Decimation { cascade, silence }, Transform { engine, step }))
}

/// The first half.
pub(crate) struct Decimation {
    cascade: Cascade,
    /// Zeros after which all frames of a signal are there.
    silence: usize,
}

impl Decimation {
    pub fn push(&mut self, audio: &[f64], sink: impl FnMut(&[f64])) {
        self.cascade.push(audio, sink);
    }

    /// Ends the signal.
    pub fn finish(&mut self, mut sink: impl FnMut(&[f64])) {
        zeros(self.silence).for_each(|chunk| self.cascade.push(chunk, &mut sink));
        self.reset();
    }

    pub fn reset(&mut self) {
        self.cascade.reset();
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
