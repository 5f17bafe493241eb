//! From samples at the base rate to coefficients: the streaming heart of the transform.
//!
//! Every few frames each group of octaves transforms one block of samples. A bin multiplies the
//! block's spectrum by its own and folds the product to the frame rate: subsampling in time is
//! aliasing in frequency. A short inverse transform then yields the coefficients at the frames.

use std::ops::Deref;
use std::sync::Arc;

use rustfft::Fft;
use rustfft::num_complex::Complex64;

use super::bank::{Band, Bank, TunableBank};
use super::layout::Group;
use super::view::View;
use crate::blocks::error::{Result, buffer, reserve};
use crate::blocks::fft;
use crate::blocks::resample::{CHUNK, Decimator};
use crate::blocks::ring::Ring;
use crate::blocks::simd::{self, InstructionSet, LANES, Vector};
use crate::blocks::split_fft::{self, Bins, Spectrum, SplitFft};

pub(super) struct Engine {
    bank: Kept,
    /// Levels from the base on.
    levels: Vec<Level>,
    workers: Vec<Worker>,
    /// Where the base signal begins, in samples before the first frame.
    lead_in: usize,
    /// Samples that have arrived at the base rate, counted from the first frame's instant.
    arrived: isize,
    /// First frame of the next step.
    next: usize,
}

/// Where the engine has its wavelets from.
pub(super) enum Kept {
    Shared(Arc<Bank>),
    Own(TunableBank),
}

impl Deref for Kept {
    type Target = Bank;

    fn deref(&self) -> &Bank {
        match self {
            Self::Shared(bank) => bank,
            Self::Own(tunable) => &tunable.bank,
        }
    }
}

/// The signal at one rate.
struct Level {
    /// Makes the next level; `None` at the last.
    decimator: Option<Decimator>,
    /// What `decimator` wrote last.
    decimated: Vec<f64>,
    /// The latest samples: as many as the group at this level needs, if there is one.
    latest: Ring,
    /// Samples before the first frame with which the signal begins.
    lead_in: usize,
}

impl Engine {
    /// An engine for a base signal that begins `lead_in` samples before the first frame.
    pub fn new(instructions: InstructionSet, bank: Kept, lead_in: usize) -> Result<Self> {
        let layout = &bank.layout;
        let deepest = layout.groups.iter().map(|group| group.level).max().expect("a transform has bins");
        let mut levels = reserve(deepest + 1 - layout.base)?;
        let mut lead_in_here = lead_in;
        for level in layout.base..=deepest {
            let shift = level - layout.base;
            let before =
                layout.groups.iter().filter(|group| group.level == level).map(|group| group.reach).max();
            let room = before.map_or(0, |reach| reach + (layout.ahead() >> shift) + 2);
            let decimator =
                if level < deepest { Some(Decimator::new(instructions, lead_in_here)?) } else { None };
            let next_lead_in = decimator.as_ref().map_or(0, Decimator::lead_in);
            levels.push(Level {
                decimator,
                decimated: buffer(CHUNK, 0.0)?,
                latest: Ring::new(room, -(lead_in_here as isize))?,
                lead_in: lead_in_here,
            });
            lead_in_here = next_lead_in;
        }
        let mut workers = reserve(layout.groups.len())?;
        for (group, views) in layout.groups.iter().zip(&bank.views) {
            workers.push(Worker::new(instructions, group, views)?);
        }
        Ok(Self { levels, workers, lead_in, arrived: -(lead_in as isize), next: 0, bank })
    }

    pub fn bank(&self) -> &Bank {
        &self.bank
    }

    /// Sets the tuning, −0.5 to 0.5 bins, if the bank is [`Kept::Own`].
    pub fn tune(&mut self, tuning: f64) {
        if let Kept::Own(bank) = &mut self.bank {
            bank.tune(tuning);
        }
    }

    pub fn reset(&mut self) {
        for level in &mut self.levels {
            level.latest.reset(-(level.lead_in as isize));
            if let Some(decimator) = &mut level.decimator {
                decimator.reset();
            }
        }
        self.arrived = -(self.lead_in as isize);
        self.next = 0;
    }

    /// Takes samples at the base rate. For each step that they complete, `sink` gets every bin's
    /// number, the step's first frame and its coefficients (without the band's phase), at least
    /// `step` of them and whole vectors.
    pub fn push(&mut self, samples: &[f64], mut sink: impl FnMut(Found)) {
        let Group { hop, level, .. } = self.workers.first().expect("a transform has bins").group;
        let hop = hop << (level - self.bank.layout.base);
        let (step, ahead) = (self.bank.layout.step, self.bank.layout.ahead());
        let mut rest = samples;
        while !rest.is_empty() {
            let due = (self.next * hop + ahead) as isize;
            let most = CHUNK.min((due - self.arrived) as usize);
            let (now, later) = rest.split_at(most.min(rest.len()));
            rest = later;
            self.arrived += now.len() as isize;
            feed(&mut self.levels, now);
            if self.arrived == due {
                for (worker, views) in self.workers.iter_mut().zip(&self.bank.views) {
                    let level = worker.group.level - self.bank.layout.base;
                    let at = (self.next * worker.group.hop) as isize;
                    worker.run(&self.levels[level].latest, at, &self.bank.bands, views, |bin, frames| {
                        sink(Found { bin, first: self.next, frames });
                    });
                }
                self.next += step;
            }
        }
    }
}

/// Coefficients of one bin in the frames of a step.
pub(super) struct Found<'a> {
    pub bin: usize,
    pub first: usize,
    pub frames: &'a [Complex64],
}

/// Appends to the first level and, decimated, to those below.
fn feed(levels: &mut [Level], samples: &[f64]) {
    let Some((level, below)) = levels.split_first_mut() else { return };
    level.latest.push(samples);
    if let Some(decimator) = &mut level.decimator {
        let n = decimator.push(samples, &mut level.decimated);
        feed(below, &level.decimated[..n]);
    }
}

/// Computes the coefficients of one group.
struct Worker {
    instructions: InstructionSet,
    group: Group,
    forward: SplitFft,
    inverse: Arc<dyn Fft<f64>>,
    spectrum: Spectrum,
    /// The block's spectrum as each of the bank's views shows it.
    unrolled: [Spectrum; 2],
    folded: Vec<Complex64>,
    scratch: Vec<Complex64>,
}

/// Folded products that are transformed back together: enough to spread the call, few enough for
/// the first-level cache.
const BATCH_POINTS: usize = 1024;

impl Worker {
    fn new(instructions: InstructionSet, group: &Group, views: &[View; 2]) -> Result<Self> {
        let (block, frames) = (group.block(), group.frames);
        let inverse = fft::complex_inverse(frames);
        let batch = (BATCH_POINTS / frames).clamp(1, group.bins.len());
        let unrolled = |view: &View| buffer(view.len, Bins::default());
        Ok(Self {
            instructions,
            forward: SplitFft::new(block)?,
            spectrum: split_fft::spectrum(block)?,
            unrolled: [unrolled(&views[0])?, unrolled(&views[1])?],
            folded: buffer(batch * frames, Complex64::ZERO)?,
            scratch: buffer(inverse.get_inplace_scratch_len(), Complex64::ZERO)?,
            group: group.clone(),
            inverse,
        })
    }

    /// The step whose first frame lies at time `at` of the signal `latest`.
    fn run(
        &mut self,
        latest: &Ring,
        at: isize,
        bands: &[Band],
        views: &[View; 2],
        mut sink: impl FnMut(usize, &[Complex64]),
    ) {
        let (frames, reach) = (self.group.frames, self.group.reach);
        let write = |block: &mut [f64]| {
            // The first frame at 0, what precedes it at the end: the block is periodic.
            let from_now = block.len() - reach;
            let known = from_now.min((latest.end() - at) as usize);
            latest.read(at, &mut block[..known]);
            block[known..from_now].fill(0.0);
            latest.read(at - reach as isize, &mut block[from_now..]);
        };
        self.forward.forward_of(write, &mut self.spectrum);
        for (view, unrolled) in views.iter().zip(&mut self.unrolled) {
            view.unroll(self.instructions, &self.spectrum, unrolled);
        }

        let batch = self.folded.len() / frames;
        let mut bin = self.group.bins.start;
        while bin < self.group.bins.end {
            let bins = bin..(bin + batch).min(self.group.bins.end);
            let folded = &mut self.folded[..bins.len() * frames];
            for (k, out) in bins.clone().zip(folded.chunks_exact_mut(frames)) {
                let band = &bands[k];
                let view = usize::from(band.odd);
                let rotation = band.first.rem_euclid(frames as isize) as usize;
                let spectrum = &self.unrolled[view][views[view].place(band.first)..];
                simd::run(self.instructions, Fold { weights: &band.weights, spectrum, rotation, out });
            }
            self.inverse.process_with_scratch(folded, &mut self.scratch);
            for (k, frames) in bins.clone().zip(folded.chunks_exact(frames)) {
                sink(k, frames);
            }
            bin = bins.end;
        }
    }
}

/// out[(i + rotation) mod F] = Σ over r of weights[i + r·F] · spectrum[i + r·F], F = out.len().
struct Fold<'a> {
    /// In [`super::bank::folding_order`]: they are many, and the processor fetches ahead what is read in
    /// order.
    weights: &'a [[f32; LANES]],
    spectrum: &'a [Bins],
    rotation: usize,
    out: &'a mut [Complex64],
}

impl simd::Kernel for Fold<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let (columns, len) = (self.out.len() / LANES, self.weights.len());
        let spectrum = &self.spectrum[..len];
        let mut weights = self.weights;
        let out = simd::parts_mut(self.out);
        for first in (0..columns).step_by(2) {
            let mut sums = [[V::splat(0.0); 4]; 2];
            let mut at = first;
            if first + 1 < columns {
                while let (Some([even, odd]), [left, right, rest @ ..]) = (spectrum.get(at..at + 2), weights)
                {
                    add_products(&mut sums[0], left, even);
                    add_products(&mut sums[1], right, odd);
                    weights = rest;
                    at += columns;
                }
            }
            while let (Some(bins), [one, rest @ ..]) = (spectrum.get(at), weights) {
                add_products(&mut sums[0], one, bins);
                weights = rest;
                at += columns;
            }
            for (column, sums) in (first..columns).zip(sums) {
                let at = (column * LANES + self.rotation) % (columns * LANES);
                for (part, pair) in sums.chunks_exact(2).take(LANES / V::LANES).enumerate() {
                    V::store_interleaved(pair[0], pair[1], &mut out[2 * (at + part * V::LANES)..]);
                }
            }
        }
    }
}

/// Adds weights · bins to sums of real and imaginary parts in turn.
#[inline(always)]
fn add_products<V: Vector>(sums: &mut [V; 4], weights: &[f32; LANES], bins: &Bins) {
    for part in 0..LANES / V::LANES {
        let lane = part * V::LANES;
        let weights = V::load_f32(&weights[lane..]);
        sums[2 * part] = sums[2 * part].add(weights.mul(V::load(&bins.re[lane..])));
        sums[2 * part + 1] = sums[2 * part + 1].add(weights.mul(V::load(&bins.im[lane..])));
    }
}
