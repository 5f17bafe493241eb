//! How much of each wavelet's spectrum is kept, so that what is missing stays below the promised error.
//!
//! **Tails of a Hann window.** Let x be the distance of a frequency ν from the wavelet's own f, in
//! resolutions: x = (ν − f) / (f / Q). With 1 at its peak, the spectrum of a Hann window is
//! sin(πx) / (πx (1 − x²)), whose envelope falls as 1/(πx³), for the window begins with a jump of its second
//! derivative. If the band is cut at x on one side,
//! - a steady tone beyond the cut is missing: up to **1/(πx³)** of its amplitude;
//! - of a click at the edge of the window ∫ ½ · 1/(πξ³) dξ from x on is missing: **1/(4πx²)** of the mean of
//!   the window. (Inside of the window the terms of that integral alternate, and less is missing.)
//!
//! The response to a tone x away that sets in where the window is w is w/(2πx): a jump, not a smooth end.
//!
//! **Coefficients** are kept to [`EACH`] = 80 resolutions: 1/(π·80³) = 6e-7 of steady tones and
//! 1/(4π·80²) = 1.2e-5 of clicks are missing.
//!
//! **Chroma** is to be exact to 1e-4 of a column's largest value, in columns down to 60 dB below the loudest
//! one. A column is a sum over octaves, whose wavelets are twice as long from each octave to the one below, and
//! over `merged` neighbouring bins; that leaves room for wider cuts:
//! - A click at the edge of a wavelet's window lies further inside of the windows of the lower octaves: i
//!   octaves down the window is cos²(π/2 · 2⁻ⁱ) there, and its response, for coefficients are scaled by the
//!   root of the length, 2^(−i/2) times that. What is missing is to be below [`CLICK`] of the sum of these. That
//!   is 0.3e-4, because the cuts on both sides of the band add, and the error of the column's largest value, by
//!   which it is divided, adds to theirs. The lowest octave has none below it and is measured against columns
//!   60 dB below the one in which the click is in the middle of all windows.
//! - That alone would let the cut come near where many bins are merged, but steady tones have no lower octaves
//!   to hide behind: at least [`STEADY`] = 30 resolutions are kept, at which 1/(π·30³) = 1.2e-5 of a tone and
//!   1/(4π·30²) = 0.9e-4 of a click are missing.
//! - A click without low frequencies is not in the lower octaves. What then is missing is what the band lacks
//!   below its cut, of the wavelet's own response: at least [`HIGH_PASSED`] = 45 resolutions are kept there,
//!   at which it is 1/(4π·45²) = 0.4e-4.
//! - Just before a tone far above sets in, the column consists of the lower octaves' responses w/(2πx) to its
//!   onset. Against them the 1/(πx³) that is missing counts with 2/(wx²); in the next octave w is the window's
//!   mean, 1. Up to [`ONSET`] = 150 resolutions are kept, where 2/150² = 0.9e-4, but no more than the highest
//!   wavelet responds to.
//! - A constant is a tone at 0 Hz, Q resolutions below. Its steady response is 2/Q² of that to its onset and
//!   counts where that is not 60 dB down: up to Q = √2000 = 45, which [`CONSTANT_BELOW_Q`] rounds up. The
//!   band then goes on to [`BELOW_0`]. It does so in the lowest octaves too, where a constant or drift is all
//!   that there may be below, and where the rates are so low that it costs next to nothing.
//!
//! The definition, sum by sum, is compared with in `tests.rs`.

use std::f64::consts::{FRAC_PI_2, PI};

use super::params::CqtParams;
use super::wavelet::Wavelet;

/// Resolutions kept on both sides of a wavelet for coefficients.
const EACH: f64 = 80.0;
/// Share of a click in its column that may be missing on each side.
const CLICK: f64 = 0.3e-4;
/// Resolutions kept at least, and below.
const STEADY: f64 = 30.0;
const HIGH_PASSED: f64 = 45.0;
/// Resolutions above that are kept for the onsets of higher tones.
const ONSET: f64 = 150.0;
/// Wavelets of less than this Q, and the lowest octaves, keep their response to a constant.
const CONSTANT_BELOW_Q: f64 = 50.0;
const CONSTANT_OCTAVES: i32 = 3;
/// Where a band ends, in multiples of its wavelet's frequency, that is to include 0.
const BELOW_0: f64 = -0.1;

/// How exactly the wavelets' spectra are kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Accuracy {
    /// Each coefficient, to about 1e-6 of the largest for steady signals and 1e-5 for clicks.
    Coefficients,
    /// Sums over octaves of `merged` neighbouring bins, to 1e-4 in columns down to 60 dB below the
    /// loudest.
    Chroma { merged: usize },
}

impl Accuracy {
    /// Between which multiples of its frequency the spectrum of wavelet `k` is kept.
    pub(super) fn band(self, wavelets: &[Wavelet], k: usize, params: &CqtParams) -> (f64, f64) {
        let Wavelet { frequency, quality, .. } = wavelets[k];
        let Self::Chroma { merged } = self else {
            return ((1.0 - EACH / quality).min(BELOW_0), 1.0 + EACH / quality);
        };
        let octave = (k / params.bins_per_octave) as i32;
        let octaves = params.n_bins.div_ceil(params.bins_per_octave) as i32;
        let lower: f64 = (1..=octave)
            .map(|i| {
                let window = (FRAC_PI_2 / f64::from(i).exp2()).cos().powi(2);
                window * (-0.5 * f64::from(i)).exp2()
            })
            .sum();
        let loudest: f64 = (0..octaves).map(|o| (0.5 * f64::from(o - octave)).exp2()).sum();
        let column = merged as f64 * lower.max(1e-3 * loudest);
        let click = |least: f64| (1.0 / (4.0 * PI * CLICK * column)).sqrt().max(least) / quality;
        let highest = wavelets.iter().fold(0.0_f64, |highest, wavelet| {
            highest.max(wavelet.frequency / frequency * (1.0 + STEADY / wavelet.quality))
        });
        let high = (1.0 + ONSET / quality).min(highest).max(1.0 + click(STEADY));
        let low = 1.0 - click(HIGH_PASSED);
        let constant = octave < CONSTANT_OCTAVES || quality < CONSTANT_BELOW_Q;
        (if constant { low.min(BELOW_0) } else { low }, high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Hann window of length and mean 1.
    fn window(t: f64) -> f64 {
        1.0 + (2.0 * PI * t).cos()
    }

    /// ∫ f from `a` to `b`, by the midpoint rule.
    fn integral(a: f64, b: f64, f: impl Fn(f64) -> f64) -> f64 {
        const STEPS: u32 = 200_000;
        let step = (b - a) / f64::from(STEPS);
        (0..STEPS).map(|i| f(a + (f64::from(i) + 0.5) * step)).sum::<f64>() * step
    }

    #[test]
    fn what_the_cuts_leave_out_is_what_the_derivation_says() {
        for x in [STEADY, HIGH_PASSED, EACH] {
            // A tone half a resolution further, where the tail is largest.
            let x = x + 0.5;
            let tone = integral(-0.5, 0.5, |t| window(t) * (2.0 * PI * x * t).cos());
            assert!((tone.abs() * PI * x.powi(3) - 1.0).abs() < 2e-3, "{x}: {tone}");
            // A click at the edge: the window's transform beyond x, turned back to t = 1/2.
            let tail = |xi: f64| (PI * xi).sin() / (PI * xi * (1.0 - xi * xi));
            let re = integral(x, 60.0 * x, |xi| tail(xi) * (PI * xi).cos());
            let im = integral(x, 60.0 * x, |xi| tail(xi) * (PI * xi).sin());
            let click = re.hypot(im);
            assert!((click * 4.0 * PI * x * x - 1.0).abs() < 0.05, "{x}: {click}");
        }
        // The onset of a tone in the middle of a quarter of the window, where it is its mean.
        let x = 100.0;
        let re = integral(0.25, 0.5, |t| window(t) * (2.0 * PI * x * t).cos());
        let im = integral(0.25, 0.5, |t| window(t) * (2.0 * PI * x * t).sin());
        assert!((re.hypot(im) * 2.0 * PI * x - 1.0).abs() < 0.01);
        assert!(2.0 / ONSET.powi(2) < 1e-4);
        assert!(2.0 / CONSTANT_BELOW_Q.powi(2) < 1e-3);
    }
}
