//! From samples at the base rate to coefficients: the streaming heart of the transform.
//!
//! Every few frames each group of octaves transforms one block of samples. A bin multiplies the
//! block's spectrum by its own and folds the product to the frame rate: subsampling in time is
//! aliasing in frequency. A short inverse transform then yields the coefficients at the frames.

use std::ops::Deref;
use std::sync::Arc;

use realfft::RealToComplex;
use rustfft::Fft;
use rustfft::num_complex::Complex64;

use super::bank::{Band, Bank, TunableBank};
use super::layout::Group;
use crate::error::{Result, buffer, reserve};
use crate::fft;
use crate::resample::{CHUNK, Decimator};
use crate::simd::{self, Path, Vector};

pub(super) struct Engine {
    bank: Kept,
    /// Levels from the base on.
    levels: Vec<Level>,
    workers: Vec<Worker>,
    /// Where the base signal begins, in samples before the first frame.
    early: usize,
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
    /// The latest samples, each at its time modulo the length.
    ring: Vec<f64>,
    /// Time of the next sample.
    end: isize,
    early: usize,
}

impl Engine {
    /// An engine for a base signal that begins `early` samples before the first frame.
    pub fn new(path: Path, bank: Kept, early: usize) -> Result<Self> {
        let layout = &bank.layout;
        let deepest = layout.groups.iter().map(|group| group.level).max().unwrap_or(layout.base);
        let mut levels = reserve(deepest + 1 - layout.base)?;
        let mut early_here = early;
        for level in layout.base..=deepest {
            let shift = level - layout.base;
            let before =
                layout.groups.iter().filter(|group| group.level == level).map(|group| group.reach).max();
            let room = before.map_or(0, |reach| reach + (layout.ahead() >> shift) + 2);
            let decimator = if level < deepest { Some(Decimator::new(path, early_here)?) } else { None };
            let next_early = decimator.as_ref().map_or(0, Decimator::early);
            levels.push(Level {
                decimator,
                decimated: buffer(CHUNK, 0.0)?,
                ring: buffer(room, 0.0)?,
                end: -(early_here as isize),
                early: early_here,
            });
            early_here = next_early;
        }
        let mut workers = reserve(layout.groups.len())?;
        for group in &layout.groups {
            workers.push(Worker::new(path, group, &bank.bands)?);
        }
        Ok(Self { levels, workers, early, arrived: -(early as isize), next: 0, bank })
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
            level.ring.fill(0.0);
            level.end = -(level.early as isize);
            if let Some(decimator) = &mut level.decimator {
                decimator.reset();
            }
        }
        self.arrived = -(self.early as isize);
        self.next = 0;
    }

    /// Takes samples at the base rate. For each step that they complete, `sink` gets every bin's
    /// number, the step's first frame and its coefficients (without the band's phase), at least
    /// `step` of them and whole vectors.
    pub fn push(&mut self, samples: &[f64], mut sink: impl FnMut(Found)) {
        let hop = self.workers.first().map_or(1, |worker| worker.group.hop << worker.group.level)
            >> self.bank.layout.base;
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
                for worker in &mut self.workers {
                    let level = worker.group.level - self.bank.layout.base;
                    let at = (self.next * worker.group.hop) as isize;
                    worker.run(&self.levels[level], at, &self.bank.bands, |bin, frames| {
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
    level.store(samples);
    if let Some(decimator) = &mut level.decimator {
        let n = decimator.push(samples, &mut level.decimated);
        feed(below, &level.decimated[..n]);
    }
}

impl Level {
    fn store(&mut self, samples: &[f64]) {
        if self.ring.is_empty() {
            return;
        }
        let mut rest = samples;
        while !rest.is_empty() {
            let at = self.end.rem_euclid(self.ring.len() as isize) as usize;
            let (now, later) = rest.split_at(rest.len().min(self.ring.len() - at));
            self.ring[at..at + now.len()].copy_from_slice(now);
            self.end += now.len() as isize;
            rest = later;
        }
    }

    /// Copies the samples from time `from` on.
    fn read(&self, from: isize, out: &mut [f64]) {
        let mut at = from.rem_euclid(self.ring.len() as isize) as usize;
        let mut rest = out;
        while !rest.is_empty() {
            let (now, later) = rest.split_at_mut((self.ring.len() - at).min(rest.len()));
            now.copy_from_slice(&self.ring[at..at + now.len()]);
            (rest, at) = (later, 0);
        }
    }
}

/// Computes the coefficients of one group.
struct Worker {
    path: Path,
    group: Group,
    forward: Arc<dyn RealToComplex<f64>>,
    inverse: Arc<dyn Fft<f64>>,
    block: Vec<f64>,
    spectrum: Vec<Complex64>,
    plain: Option<Planar>,
    advanced: Option<Planar>,
    folded: Vec<Complex64>,
    scratch: Vec<Complex64>,
}

/// Folded products that are transformed back together: enough to spread the call, few enough for
/// the first-level cache.
const BATCH_POINTS: usize = 1024;

impl Worker {
    fn new(path: Path, group: &Group, bands: &[Band]) -> Result<Self> {
        let (block, frames) = (group.block(), group.frames);
        let forward = fft::real(block).forward;
        let inverse = fft::complex_inverse(frames);
        let batch = (BATCH_POINTS / frames).clamp(1, group.bins.len());
        let bands = &bands[group.bins.clone()];
        let planar = |odd: bool| {
            if bands.iter().any(|band| band.needs[usize::from(odd)]) {
                Planar::new(group, bands, odd).map(Some)
            } else {
                Ok(None)
            }
        };
        let scratch = forward.get_scratch_len().max(inverse.get_inplace_scratch_len());
        Ok(Self {
            path,
            block: buffer(block, 0.0)?,
            spectrum: buffer(block / 2 + 1, Complex64::default())?,
            plain: planar(false)?,
            advanced: planar(true)?,
            folded: buffer(batch * frames, Complex64::default())?,
            scratch: buffer(scratch, Complex64::default())?,
            group: group.clone(),
            forward,
            inverse,
        })
    }

    /// The step whose first frame lies at time `at` of the level.
    fn run(&mut self, level: &Level, at: isize, bands: &[Band], mut sink: impl FnMut(usize, &[Complex64])) {
        let (frames, reach) = (self.group.frames, self.group.reach);
        // The first frame at 0, what precedes it at the end: the block is periodic.
        let from_now = self.block.len() - reach;
        let known = from_now.min((level.end - at) as usize);
        level.read(at, &mut self.block[..known]);
        self.block[known..from_now].fill(0.0);
        level.read(at - reach as isize, &mut self.block[from_now..]);
        let transformed =
            self.forward.process_with_scratch(&mut self.block, &mut self.spectrum, &mut self.scratch);
        debug_assert!(transformed.is_ok());
        for planar in [&mut self.plain, &mut self.advanced].into_iter().flatten() {
            planar.fill(&self.spectrum);
        }

        let batch = self.folded.len() / frames;
        let mut bin = self.group.bins.start;
        while bin < self.group.bins.end {
            let bins = bin..(bin + batch).min(self.group.bins.end);
            let folded = &mut self.folded[..bins.len() * frames];
            for (k, out) in bins.clone().zip(folded.chunks_exact_mut(frames)) {
                let band = &bands[k];
                if let Some(planar) = if band.odd { &self.advanced } else { &self.plain } {
                    let from = (band.first - planar.first) as usize;
                    let rotation = band.first.rem_euclid(frames as isize) as usize;
                    let (re, im) = (&planar.re[from..], &planar.im[from..]);
                    simd::run(self.path, Fold { weights: &band.weights, re, im, rotation, out });
                }
            }
            self.inverse.process_with_scratch(folded, &mut self.scratch);
            for (k, frames) in bins.clone().zip(folded.chunks_exact(frames)) {
                sink(k, frames);
            }
            bin = bins.end;
        }
    }
}

/// A block's spectrum from the bin `first` on, beyond 0 and half the rate as the periodic, hermitian
/// sequence that it is; advanced by half a sample of the full rate or not.
struct Planar {
    first: isize,
    re: Vec<f64>,
    im: Vec<f64>,
    /// What the half sample multiplies each bin by; empty for none.
    advance: Vec<Complex64>,
}

impl Planar {
    fn new(group: &Group, bands: &[Band], odd: bool) -> Result<Self> {
        let covered = bands.iter().filter(|band| band.needs[usize::from(odd)]).map(|band| &band.covers);
        let first = covered.clone().map(|bins| bins.start).min().unwrap_or(0);
        let end = covered.map(|bins| bins.end).max().unwrap_or(0);
        let len = (end - first) as usize;
        let per_bin = std::f64::consts::PI / (group.block() as f64 * (1_u64 << group.level) as f64);
        let mut advance = reserve(len)?;
        if odd {
            advance.extend((first..end).map(|j| Complex64::cis(per_bin * j as f64)));
        }
        Ok(Self { first, re: buffer(len, 0.0)?, im: buffer(len, 0.0)?, advance })
    }

    fn fill(&mut self, spectrum: &[Complex64]) {
        let half = spectrum.len() as isize - 1;
        for i in 0..self.re.len() {
            let j = (self.first + i as isize).rem_euclid(2 * half);
            let z = if j <= half { spectrum[j as usize] } else { spectrum[(2 * half - j) as usize].conj() };
            let z = self.advance.get(i).map_or(z, |advance| z * advance);
            (self.re[i], self.im[i]) = (z.re, z.im);
        }
    }
}

/// out[(i + rotation) mod F] = Σ over r of weights[i + r·F] · spectrum[i + r·F], F = out.len().
struct Fold<'a> {
    weights: &'a [f64],
    re: &'a [f64],
    im: &'a [f64],
    rotation: usize,
    out: &'a mut [Complex64],
}

impl simd::Kernel for Fold<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let (frames, len) = (self.out.len(), self.weights.len());
        for i in (0..frames).step_by(V::LANES) {
            let (mut re, mut im) = (V::splat(0.0), V::splat(0.0));
            for j in (i..len).step_by(frames) {
                let weights = V::load(&self.weights[j..]);
                re = re.add(weights.mul(V::load(&self.re[j..])));
                im = im.add(weights.mul(V::load(&self.im[j..])));
            }
            let at = (i + self.rotation) % frames;
            V::store_pairs(re, im, &mut simd::parts_mut(self.out)[2 * at..]);
        }
    }
}
