//! Levels of the mono mix: the power of each frame, which tells silent frames from others, and dimensions
//! 8 (crest) and 13 (silence).

use super::frames::{Extent, Frame, Frames};
use super::series::Series;
use super::{Dimension, Fingerprint};
use crate::blocks::error::Result;
use crate::blocks::simd::{InstructionSet, LANES, Vector};
use crate::blocks::stats::{Reduction, reduce, sum_of_squares};

/// Frames of which a value is kept: 50 minutes at 44.1 kHz; of more, every second, every fourth …
pub(super) const FRAMES: usize = 1 << 18;

/// What counts as sound, in Hz.
const AUDIBLE: [f64; 2] = [20.0, 20_000.0];
/// A frame is silent below this share of the loudest: 60 dB.
const SILENT: f64 = 1e-3;
/// What the silence ratio counts: 40 dB below the loudest.
const QUIET: f64 = 1e-2;
/// A signal whose loudest frame is below a sine of this amplitude is silent.
const LEAST: f64 = 1e-5;
/// Channels cancel if the power of their mean is below this share of their mean power.
const CANCELLED: f64 = 1e-4;

/// What a signal is to the measures of the mono mix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sound {
    Present,
    /// None of the frames holds any.
    Silent,
    /// The channels have some, their mean has not: what is left of it is no music.
    Cancelled,
}

pub(super) struct Level {
    instructions: InstructionSet,
    frames: Frames,
    /// The audible bins but for bin 1.
    bins: std::ops::Range<usize>,
    /// Root of the power of each frame: until the end, when the mean of the signal is known, without bin
    /// 1, where that would count too.
    amplitudes: Series,
    /// Real and imaginary part of bin 1, if it is audible.
    bin_1: Option<[Series; 2]>,
    loudest: f64,
    mono: Moments,
    n_samples: usize,
}

impl Level {
    pub fn new(frames: Frames) -> Result<Self> {
        let [first, end] = AUDIBLE.map(|edge| frames.bin_from(edge));
        let new = || Series::new(FRAMES);
        let bin_1 = if first <= 1 { Some([new()?, new()?]) } else { None };
        Ok(Self {
            instructions: InstructionSet::best(),
            frames,
            bins: first.max(2)..end,
            amplitudes: new()?,
            bin_1,
            loudest: 0.0,
            mono: Moments::default(),
            n_samples: 0,
        })
    }

    pub fn take(&mut self, mono: &[f64]) {
        self.n_samples += mono.len();
        self.mono.add(moments(mono));
    }

    /// Takes the next frame; [`Self::put`] tells the power of one that is not inside the signal.
    pub fn take_frame(&mut self, frame: Frame) {
        let bins = &frame.magnitude[self.bins.clone()];
        let power = if frame.is_inside { sum_of_squares(self.instructions, bins) } else { 0.0 };
        self.amplitudes.push(power.sqrt());
        if let Some([re, im]) = &mut self.bin_1 {
            re.push(frame.bin_1.re);
            im.push(frame.bin_1.im);
        }
    }

    /// Ends the signal: takes its mean, which is returned, out of the frames inside. In a signal that is
    /// shorter than a frame it cannot be told from a sound, and counts as 0.
    pub fn end(&mut self, extent: Extent) -> f64 {
        if self.n_samples < self.frames.n_fft {
            return 0.0;
        }
        let mean = self.mono.sum / self.n_samples as f64;
        if let Some([re, im]) = &self.bin_1 {
            let (every, offset) = (self.amplitudes.every(), mean * self.frames.offset_in_bin_1());
            for (i, amplitude) in self.amplitudes.values_mut().iter_mut().enumerate() {
                if extent.holds(i * every) {
                    let bin_1 = (f64::from(re.values()[i]) - offset).hypot(im.values()[i].into());
                    *amplitude = bin_1.hypot((*amplitude).into()) as f32;
                }
            }
        }
        mean
    }

    /// Takes the power of frame `t`, which is not inside the signal, without its mean.
    pub fn put(&mut self, t: usize, power: &[f64]) {
        let every = self.amplitudes.every();
        if t.is_multiple_of(every) {
            let first = if self.bin_1.is_some() { 1 } else { self.bins.start };
            let power: f64 = power[first..self.bins.end].iter().sum();
            self.amplitudes.values_mut()[t / every] = power.sqrt() as f32;
        }
    }

    /// Finds the loudest frame: the edges of the signal are no part of it, unless there is nothing else.
    pub fn find_loudest(&mut self, extent: Extent) {
        let (every, amplitudes) = (self.amplitudes.every(), self.amplitudes.values());
        let inside = |i: &usize| extent.holds(i * every);
        let largest = |frames: &mut dyn Iterator<Item = usize>| {
            frames.map(|i| f64::from(amplitudes[i])).reduce(f64::max)
        };
        let loudest = largest(&mut (0..amplitudes.len()).filter(inside));
        self.loudest = loudest.or_else(|| largest(&mut (0..amplitudes.len()))).unwrap_or(0.0);
    }

    /// Frames of audio so far.
    pub fn n_samples(&self) -> usize {
        self.n_samples
    }

    /// What the signal of these channels is, at its end.
    pub fn sound(&self, channels: &[Moments]) -> Sound {
        let power = channels.iter().map(|channel| channel.squares).sum::<f64>() / channels.len() as f64;
        if self.mono.squares < CANCELLED * power && power >= LEAST * LEAST / 2.0 * self.n_samples as f64 {
            return Sound::Cancelled;
        }
        // The power of a sine of amplitude A in the bins of a frame under a Hann window: 3/32 n_fft² A².
        let least = (3.0_f64 / 32.0).sqrt() * self.frames.n_fft as f64 * LEAST;
        if self.loudest < least { Sound::Silent } else { Sound::Present }
    }

    /// Whether frame `i` of those that a [`Series`] keeps is not silent.
    pub fn is_loud(&self) -> impl Fn(usize) -> bool + Copy {
        let (amplitudes, least) = (self.amplitudes.values(), SILENT * self.loudest);
        move |i| amplitudes.get(i).is_some_and(|amplitude| f64::from(*amplitude) >= least)
    }

    pub fn write(&self, sound: Sound, channels: &[Moments], values: &mut Fingerprint) {
        match sound {
            Sound::Present => {
                values[Dimension::CrestDb] = self.mono.crest(self.n_samples);
                let (amplitudes, least) = (self.amplitudes.values(), QUIET * self.loudest);
                let quiet = amplitudes.iter().filter(|amplitude| f64::from(**amplitude) < least).count();
                values[Dimension::SilenceRatio] = quiet as f64 / amplitudes.len() as f64;
            }
            Sound::Silent => values[Dimension::SilenceRatio] = 1.0,
            Sound::Cancelled => {
                // Of equal peaks that of the less power, so that the order of channels does not matter.
                let rank = |channel: &Moments| (channel.peak, -channel.squares);
                let higher = |a, b| if rank(&b) > rank(&a) { b } else { a };
                let channel = channels.iter().copied().reduce(higher).expect("there is a channel");
                values[Dimension::CrestDb] = channel.crest(self.n_samples);
            }
        }
    }

    pub fn reset(&mut self) {
        self.amplitudes.reset();
        self.bin_1.iter_mut().flatten().for_each(Series::reset);
        (self.loudest, self.mono, self.n_samples) = (0.0, Moments::default(), 0);
    }
}

/// What samples sum up to.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Moments {
    /// The largest absolute value.
    pub peak: f64,
    pub sum: f64,
    pub squares: f64,
}

impl Moments {
    pub fn add(&mut self, other: Self) {
        self.peak = self.peak.max(other.peak);
        self.sum += other.sum;
        self.squares += other.squares;
    }

    /// 20 log10(peak / RMS) of so many samples.
    fn crest(&self, n_samples: usize) -> f64 {
        let crest = 20.0 * (self.peak / (self.squares / n_samples as f64).sqrt()).log10();
        // A square wave's is 0, but for what the sum is rounded by.
        if crest < 0.0 { 0.0 } else { crest }
    }
}

pub(super) fn moments(samples: &[f64]) -> Moments {
    struct Sums;
    impl Reduction<1, 3> for Sums {
        #[inline(always)]
        fn step<V: Vector>(&self, [peak, sum, squares]: [V; 3], [x]: [V; 1]) -> [V; 3] {
            let absolute = x.max(V::splat(0.0).sub(x));
            [peak.max(absolute), sum.add(x), squares.add(x.mul(x))]
        }
    }
    let [mut peaks, mut sums, mut squares] = reduce(InstructionSet::best(), Sums, [samples]);
    for (i, x) in samples.as_chunks::<LANES>().1.iter().enumerate() {
        peaks[i] = peaks[i].max(x.abs());
        sums[i] += x;
        squares[i] += x * x;
    }
    let peak = peaks.iter().fold(0.0, |peak: f64, x| peak.max(*x));
    Moments { peak, sum: sums.iter().sum(), squares: squares.iter().sum() }
}
