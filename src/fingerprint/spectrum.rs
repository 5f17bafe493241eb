//! Dimensions 0 to 6 and 9 (energy in bands) and 14 to 16 (centroid, rolloff, flatness).

use super::N_FFT;
use super::level::FRAMES;
use super::series::Series;
use crate::blocks::error::{Result, buffer};
use crate::blocks::simd::{self, InstructionSet, Kernel, Vector};
use crate::kernels::spectral::{centroid, flatness, rolloff};

/// Edges of the seven bands in Hz.
const EDGES: [f64; 8] = [20.0, 60.0, 250.0, 500.0, 2000.0, 4000.0, 6000.0, 20_000.0];

pub(super) struct Spectrum {
    instructions: InstructionSet,
    bin_width: f64,
    /// Sum of the power of all frames.
    power: Vec<f64>,
    centroid: Series,
    rolloff: Series,
    flatness: Series,
}

impl Spectrum {
    pub fn new(sample_rate: f64) -> Result<Self> {
        Ok(Self {
            instructions: InstructionSet::best(),
            bin_width: sample_rate / N_FFT as f64,
            power: buffer(N_FFT / 2 + 1, 0.0)?,
            centroid: Series::new(FRAMES)?,
            rolloff: Series::new(FRAMES)?,
            flatness: Series::new(FRAMES)?,
        })
    }

    pub fn take(&mut self, magnitude: &[f64]) {
        simd::run(self.instructions, AddPower { magnitude, sum: &mut self.power });
        self.centroid.push(centroid(magnitude, self.bin_width));
        self.rolloff.push(rolloff(magnitude, self.bin_width, 0.85));
        self.flatness.push(flatness(magnitude, 2.0, 1e-10));
    }

    /// Share of each band in percent of their sum.
    pub fn bands(&self) -> [f64; 7] {
        let energies: [f64; 7] = std::array::from_fn(|i| self.energy(EDGES[i], EDGES[i + 1]));
        let sum: f64 = energies.iter().sum();
        energies.map(|energy| 100.0 * energy / sum)
    }

    /// Energy of 60 to 250 Hz over that of 250 to 2000 Hz in dB, limited to ±60.
    pub fn bass_mid_ratio(&self) -> f64 {
        let ratio = self.energy(EDGES[1], EDGES[2]) / self.energy(EDGES[2], EDGES[4]);
        (10.0 * ratio.log10()).clamp(-60.0, 60.0)
    }

    /// Energy of the bins from `low` to below `high` Hz; 0 for a band that begins at half the rate or above.
    fn energy(&self, low: f64, high: f64) -> f64 {
        let nyquist = (self.power.len() - 1) as f64 * self.bin_width;
        let frequencies = (0..).map(|k| f64::from(k) * self.bin_width);
        let within = frequencies.zip(&self.power).filter(|(f, _)| low < nyquist && (low..high).contains(f));
        within.fold(0.0, |sum, (_, power)| sum + power)
    }

    /// Medians of centroid, rolloff and flatness over the frames for which `keep` holds.
    pub fn medians(&mut self, keep: impl Fn(usize) -> bool + Copy) -> [f64; 3] {
        [&mut self.centroid, &mut self.rolloff, &mut self.flatness].map(|series| series.median(keep))
    }

    pub fn reset(&mut self) {
        self.power.fill(0.0);
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
