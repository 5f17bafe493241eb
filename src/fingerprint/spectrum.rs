//! Dimensions 0 to 6 and 9 (energy in bands) and 14 to 16 (centroid, rolloff, flatness).

use super::level::FRAMES;
use super::series::Series;
use super::{Dimension, Fingerprint, N_FFT};
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

    /// Medians are over the frames for which `keep` holds.
    pub fn write(&mut self, keep: impl Fn(usize) -> bool + Copy, values: &mut Fingerprint) {
        let energies = BANDS.each_ref().map(|(_, low, high)| self.energy(*low, *high));
        let sum: f64 = energies.iter().sum();
        for ((dimension, ..), energy) in BANDS.iter().zip(energies) {
            values[*dimension] = 100.0 * energy / sum;
        }
        let ratio = self.energy(60.0, 250.0) / self.energy(250.0, 2000.0);
        values[Dimension::BassMidRatio] = (10.0 * ratio.log10()).clamp(-60.0, 60.0);
        values[Dimension::SpectralCentroid] = self.centroid.median(keep);
        values[Dimension::SpectralRolloff] = self.rolloff.median(keep);
        values[Dimension::SpectralFlatness] = self.flatness.median(keep);
    }

    /// Energy of the bins from `low` to below `high` Hz; 0 for a band that begins at half the rate or above.
    fn energy(&self, low: f64, high: f64) -> f64 {
        let nyquist = (self.power.len() - 1) as f64 * self.bin_width;
        let frequencies = (0..).map(|k| f64::from(k) * self.bin_width);
        let within = frequencies.zip(&self.power).filter(|(f, _)| low < nyquist && (low..high).contains(f));
        within.fold(0.0, |sum, (_, power)| sum + power)
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
