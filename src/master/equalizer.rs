//! The gains of a signal over frequency, from settings to linear-phase filters.
//!
//! The 31 settings are points of a smooth curve in dB over log2 f. For three bands it is multiplied by
//! weights that sum to 1, so the bands' filters sum to the one of the whole. The filter's taps are the
//! inverse transform of that on a grid so fine that nothing folds over, under a Hann window.

use std::sync::Arc;

use realfft::{ComplexToReal, RealToComplex};
use rustfft::num_complex::Complex64;

use crate::blocks::error::{Result, buffer};
use crate::blocks::fft;
use crate::blocks::pchip::Pchip;
use crate::blocks::third_octaves;
use crate::blocks::window::hann;

/// Points of the grid per tap.
const FINE: usize = 8;

/// Taps of a filter at this rate.
pub(super) fn taps(sample_rate: f64) -> usize {
    ((0.37 * sample_rate).log2().round().exp2() / 4.0) as usize
}

/// Designs filters of one length for one rate.
pub(super) struct Designer {
    window: Vec<f64>,
    sample_rate: f64,
    inverse: Arc<dyn ComplexToReal<f64>>,
    grid: Vec<Complex64>,
    fine: Vec<f64>,
    /// The response on a coarser grid: of so many samples.
    forward: Arc<dyn RealToComplex<f64>>,
    coarse: Vec<f64>,
    bins: Vec<Complex64>,
    scratch: Vec<Complex64>,
}

impl Designer {
    /// For responses at the bins of a transform of `n_fft` samples, which is longer than the filter.
    pub fn new(sample_rate: f64, n_fft: usize) -> Result<Self> {
        let n_taps = taps(sample_rate);
        let fine = FINE * n_taps;
        let (inverse, forward) = (fft::real_inverse(fine), fft::real_forward(n_fft));
        let scratch = inverse.get_scratch_len().max(forward.get_scratch_len());
        Ok(Self {
            window: hann(n_taps)?,
            sample_rate,
            inverse,
            grid: buffer(fine / 2 + 1, Complex64::ZERO)?,
            fine: buffer(fine, 0.0)?,
            forward,
            coarse: buffer(n_fft, 0.0)?,
            bins: buffer(n_fft / 2 + 1, Complex64::ZERO)?,
            scratch: buffer(scratch, Complex64::ZERO)?,
        })
    }

    /// The response of the filter with the gains `eq` in dB at the third octaves, times what `weight` says
    /// of each frequency in Hz. The filter being symmetric about time 0, it is real.
    pub fn response(
        &mut self,
        eq: &[f64; third_octaves::BANDS],
        weight: impl Fn(f64) -> f64,
    ) -> impl Iterator<Item = f64> {
        let curve = Pchip::new(std::array::from_fn(third_octaves::log2_re_1k), *eq);
        let scale = 1.0 / self.fine.len() as f64;
        let spacing = self.sample_rate / self.fine.len() as f64;
        for (k, point) in self.grid.iter_mut().enumerate() {
            // Below 20 Hz and above 20 kHz the gain is that of the last point.
            let frequency = k as f64 * spacing;
            let gain = 10_f64.powf(curve.at((frequency / 1000.0).log2()) / 20.0) * weight(frequency) * scale;
            *point = Complex64::new(gain, 0.0);
        }
        self.inverse
            .process_with_scratch(&mut self.grid, &mut self.fine, &mut self.scratch)
            .expect("buffers of the plan's lengths and a real spectrum");

        let (half, n_fft) = (self.window.len() / 2, self.coarse.len());
        self.coarse.fill(0.0);
        for n in 0..half {
            self.coarse[n] = self.fine[n] * self.window[half + n];
        }
        for n in 1..half {
            self.coarse[n_fft - n] = self.fine[self.fine.len() - n] * self.window[half - n];
        }
        self.forward
            .process_with_scratch(&mut self.coarse, &mut self.bins, &mut self.scratch)
            .expect("buffers of the plan's lengths");
        self.bins.iter().map(|bin| bin.re)
    }
}

#[cfg(test)]
mod tests {
    use super::super::crossover::band_weights;
    use super::*;

    #[test]
    fn lengths_are_those_of_a_third_of_a_second_cut_in_four() {
        for (sample_rate, expected) in
            [(8_000.0, 1024), (44_100.0, 4096), (48_000.0, 4096), (384_000.0, 32_768)]
        {
            assert_eq!(taps(sample_rate), expected);
        }
    }

    #[test]
    fn a_flat_curve_is_one_gain_and_its_bands_sum_to_it() {
        let mut designer = Designer::new(44_100.0, 8192).unwrap();
        let flat: Vec<f64> = designer.response(&[6.0; 31], |_| 1.0).collect();
        assert!(flat.iter().all(|gain| (gain - 10_f64.powf(0.3)).abs() < 1e-13));
        let eq: [f64; 31] = std::array::from_fn(|b| (b as f64 * 0.7).sin() * 6.0);
        let whole: Vec<f64> = designer.response(&eq, |_| 1.0).collect();
        let mut sum = vec![0.0; whole.len()];
        for band in 0..3 {
            let weight = |frequency| band_weights(frequency, [120.0, 2500.0])[band];
            sum.iter_mut().zip(designer.response(&eq, weight)).for_each(|(sum, gain)| *sum += gain);
        }
        assert!(whole.iter().zip(&sum).all(|(whole, sum)| (whole - sum).abs() < 1e-14));
        // Where a band is wider than the window's resolution, the curve passes through its points.
        for (b, gain) in eq.iter().enumerate().take(30).skip(14) {
            let bin = (third_octaves::centre(b) * 8192.0 / 44_100.0).round() as usize;
            assert!((20.0 * whole[bin].log10() - gain).abs() < 0.25, "{b}");
        }
    }
}
