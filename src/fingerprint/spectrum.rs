//! Dimensions 0 to 6 and 9 (energy in bands) and 14 to 16 (centroid, rolloff, flatness).

use std::ops::RangeInclusive;

use super::frames::{Frame, Frames};
use super::level::FRAMES;
use super::series::Series;
use super::{Dimension, Fingerprint};
use crate::blocks::error::{Result, buffer};
use crate::blocks::simd::{self, InstructionSet, Kernel, Vector};
use crate::kernels::spectral::{centroid, flatness, rolloff};

/// The seven bands and their edges in Hz.
const BANDS: [(Dimension, f64, f64); 7] = [
    (Dimension::SubBassPct, 20.0, 60.0),
    (Dimension::BassPct, 60.0, 250.0),
    (Dimension::LowMidPct, 250.0, 500.0),
    (Dimension::MidPct, 500.0, 2000.0),
    (Dimension::UpperMidPct, 2000.0, 4000.0),
    (Dimension::PresencePct, 4000.0, 6000.0),
    (Dimension::AirPct, 6000.0, 20_000.0),
];

/// What centroid, rolloff and flatness look at, in Hz: what music of every rate has.
const SHAPE: [f64; 2] = [20.0, 10_000.0];

pub(super) struct Spectrum {
    instructions: InstructionSet,
    frames: Frames,
    /// Bins within [`SHAPE`].
    shape: RangeInclusive<usize>,
    /// Sum of the power of all frames.
    power: Vec<f64>,
    /// Number of those wholly inside the signal, and the sum of the real parts of their bin 1.
    inside: f64,
    bin_1: f64,
    centroid: Series,
    rolloff: Series,
    flatness: Series,
}

impl Spectrum {
    pub fn new(frames: Frames) -> Result<Self> {
        let beyond = frames.bin_from(SHAPE[1].next_up());
        Ok(Self {
            instructions: InstructionSet::best(),
            frames,
            shape: frames.bin_from(SHAPE[0])..=beyond - 1,
            power: buffer(frames.n_fft / 2 + 1, 0.0)?,
            inside: 0.0,
            bin_1: 0.0,
            centroid: Series::new(FRAMES)?,
            rolloff: Series::new(FRAMES)?,
            flatness: Series::new(FRAMES)?,
        })
    }

    pub fn take(&mut self, frame: Frame) {
        let Frame { magnitude, bin_1, is_inside } = frame;
        if is_inside {
            simd::run(self.instructions, AddPower { magnitude, sum: &mut self.power });
            self.inside += 1.0;
            self.bin_1 += bin_1.re;
        }
        let (shape, bin_width) = (&magnitude[self.shape.clone()], self.frames.bin_width);
        let lowest = *self.shape.start() as f64 * bin_width;
        self.centroid.push(lowest + centroid(shape, bin_width));
        self.rolloff.push(lowest + rolloff(shape, bin_width, 0.85));
        self.flatness.push(flatness(shape, 2.0, 1e-10));
    }

    /// Ends a signal with this mean, which is taken out of the frames inside: Σ |x − c|² = Σ |x|² −
    /// 2 c Σ Re x + n c².
    pub fn end(&mut self, offset: f64) {
        let c = offset * self.frames.offset_in_bin_1();
        let power = self.power[1] - 2.0 * c * self.bin_1 + self.inside * c * c;
        self.power[1] = power.max(0.0);
    }

    /// Adds the power of a frame that is not inside the signal, without its mean.
    pub fn put(&mut self, power: &[f64]) {
        self.power.iter_mut().zip(power).for_each(|(sum, power)| *sum += power);
    }

    /// Medians are over the frames for which `keep` holds.
    pub fn write(&mut self, keep: impl Fn(usize) -> bool + Copy, values: &mut Fingerprint) {
        let energies = BANDS.each_ref().map(|(_, low, high)| self.energy(*low, *high));
        let sum: f64 = energies.iter().filter(|energy| !energy.is_nan()).sum();
        for ((dimension, ..), energy) in BANDS.iter().zip(energies) {
            values[*dimension] = 100.0 * energy / sum;
        }
        let ratio = self.energy(60.0, 250.0) / self.energy(250.0, 2000.0);
        values[Dimension::BassMidRatio] = (10.0 * ratio.log10()).clamp(-60.0, 60.0);
        values[Dimension::SpectralCentroid] = self.centroid.median(keep);
        values[Dimension::SpectralRolloff] = self.rolloff.median(keep);
        values[Dimension::SpectralFlatness] = self.flatness.median(keep);
    }

    /// Energy of the bins from `low` to below `high` Hz: 0 for a band above half the rate, NaN for one
    /// in which no bin lies.
    fn energy(&self, low: f64, high: f64) -> f64 {
        let bins = self.frames.bin_from(low)..self.frames.bin_from(high);
        if low >= (self.power.len() - 1) as f64 * self.frames.bin_width {
            0.0
        } else if bins.is_empty() {
            f64::NAN
        } else {
            self.power[bins].iter().sum()
        }
    }

    pub fn reset(&mut self) {
        self.power.fill(0.0);
        (self.inside, self.bin_1) = (0.0, 0.0);
        [&mut self.centroid, &mut self.rolloff, &mut self.flatness].into_iter().for_each(Series::reset);
    }
}

/// sum += magnitude²
struct AddPower<'a> {
    magnitude: &'a [f64],
    sum: &'a mut [f64],
}

impl Kernel for AddPower<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let vectors = self.sum.len() / V::LANES * V::LANES;
        for i in (0..vectors).step_by(V::LANES) {
            let x = V::load(&self.magnitude[i..]);
            V::load(&self.sum[i..]).add(x.mul(x)).store(&mut self.sum[i..]);
        }
        for (sum, x) in self.sum[vectors..].iter_mut().zip(&self.magnitude[vectors..]) {
            *sum += x * x;
        }
    }
}
