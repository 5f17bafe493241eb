//! Third octaves of the mid and the side signal: mean power of long Hann frames.

use super::LEVELS;
use crate::blocks::error::{Result, buffer};
use crate::blocks::simd::{self, InstructionSet, Kernel, LANES, Vector};
use crate::blocks::split_fft::{Sink, SplitFft};
use crate::blocks::third_octaves::{BANDS, edges};
use crate::blocks::window::hann;

/// Mean power of the frames of a signal that arrives in pieces.
pub(crate) struct Octaves {
    instructions: InstructionSet,
    sample_rate: f64,
    /// The rising half of the window; the falling one is what it lacks to 1.
    window: Vec<f64>,
    transform: SplitFft,
    /// Both halves of the next frame, and what has arrived of it.
    halves: [Vec<f64>; 2],
    filled: usize,
    /// Sum over the frames of the power of each bin, filled up to whole vectors.
    power: Vec<f64>,
    frames: usize,
}

/// Samples of a frame: 0.37 s, to the nearest power of 2.
pub(crate) fn frame_length(sample_rate: f64) -> usize {
    1 << (0.37 * sample_rate).log2().round() as u32
}

impl Octaves {
    pub fn new(sample_rate: f64) -> Result<Self> {
        let len = frame_length(sample_rate);
        let mut window = hann(len)?;
        window.truncate(len / 2);
        Ok(Self {
            instructions: InstructionSet::best(),
            sample_rate,
            window,
            transform: SplitFft::new(len)?,
            halves: [buffer(len / 2, 0.0)?, buffer(len / 2, 0.0)?],
            filled: 0,
            power: buffer((len / 2 + 1).next_multiple_of(LANES), 0.0)?,
            frames: 0,
        })
    }

    /// Samples of a frame.
    pub fn n_fft(&self) -> usize {
        self.frame_length()
    }

    /// Samples of a frame.
    fn frame_length(&self) -> usize {
        2 * self.window.len()
    }

    /// Takes the next samples.
    pub fn push(&mut self, mut signal: &[f64]) {
        let half = self.window.len();
        while !signal.is_empty() {
            let (current, at) = (self.filled / half, self.filled % half);
            let (now, later) = signal.split_at(signal.len().min(half - at));
            self.halves[current][at..][..now.len()].copy_from_slice(now);
            self.filled += now.len();
            signal = later;
            if self.filled == 2 * half {
                self.measure();
                self.halves.swap(0, 1);
                self.filled = half;
            }
        }
    }

    /// Ends the signal: what is more than the second half of the last frame is a frame that goes on with
    /// zeros, as is a signal shorter than a frame.
    pub fn end(&mut self) {
        let half = self.window.len();
        if self.filled > half || self.frames == 0 {
            let [first, second] = &mut self.halves;
            first[self.filled.min(half)..].fill(0.0);
            second[self.filled.saturating_sub(half)..].fill(0.0);
            self.measure();
        }
    }

    fn measure(&mut self) {
        let Self { instructions, window, transform, halves, power, .. } = self;
        let windowed = |out: &mut [f64]| simd::run(*instructions, Windowed { halves, window, out });
        transform.forward_to(windowed, AddPower(power));
        self.frames += 1;
    }

    /// Forgets the signal.
    pub fn reset(&mut self) {
        self.power.fill(0.0);
        self.filled = 0;
        self.frames = 0;
    }

    /// Mean square of bin `k` of all frames, both signs of its frequency together.
    pub fn power(&self, k: usize) -> f64 {
        let len = self.frame_length();
        // Energy of the window: 3/8 of its length.
        let scale = 1.0 / (0.375 * (len as f64).powi(2) * self.frames as f64);
        let sides = if k == 0 || k == len / 2 { 1.0 } else { 2.0 };
        sides * scale * self.power[k]
    }

    /// Levels in dB of the third octaves of the mean squares that `power` gives for each bin; NaN where a band
    /// reaches above half the sample rate or is empty.
    pub fn levels(&self, power: impl Fn(usize) -> f64) -> [f64; BANDS] {
        std::array::from_fn(|b| {
            let (low, high) = edges(b);
            if high > self.sample_rate / 2.0 {
                return f64::NAN;
            }
            // In bins, which reach half a bin to both sides.
            let bin_width = self.sample_rate / self.frame_length() as f64;
            let (low, high) = (low / bin_width, high / bin_width);
            let share = |k: usize| (high.min(k as f64 + 0.5) - low.max(k as f64 - 0.5)).min(1.0);
            let bins = (low + 0.5) as usize..=((high + 0.5) as usize).min(self.frame_length() / 2);
            let sum: f64 = bins.map(|k| share(k) * power(k)).sum();
            let level = 10.0 * sum.log10();
            if (LEVELS.0..=LEVELS.1).contains(&level) { level } else { f64::NAN }
        })
    }
}

/// The frame times the window.
struct Windowed<'a> {
    halves: &'a [Vec<f64>; 2],
    window: &'a [f64],
    out: &'a mut [f64],
}

impl Kernel for Windowed<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let ([first, second], window) = (self.halves, self.window);
        let (rising, falling) = self.out.split_at_mut(window.len());
        let one = V::splat(1.0);
        // Frames are a power of 2 samples, far longer than a vector.
        for i in (0..window.len()).step_by(V::LANES) {
            let weight = V::load(&window[i..]);
            V::load(&first[i..]).mul(weight).store(&mut rising[i..]);
            V::load(&second[i..]).mul(one.sub(weight)).store(&mut falling[i..]);
        }
    }
}

/// Adds the power of each bin.
struct AddPower<'a>(&'a mut [f64]);

impl Sink for AddPower<'_> {
    #[inline(always)]
    fn take<V: Vector>(&mut self, first: usize, re: V, im: V) {
        let power = re.mul(re).add(im.mul(im));
        V::load(&self.0[first..]).add(power).store(&mut self.0[first..]);
    }
}
