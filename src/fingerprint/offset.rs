//! Takes the mean of a signal, which is known at its end, out of the spectra of its frames.
//!
//! A transform is linear, so the spectrum of x − c is that of x less c times that of the signal of ones.
//! Inside the signal the latter is in bins 0 and 1 alone. The few frames that reach beyond the ends are
//! kept until the mean is known.

use rustfft::num_complex::Complex64;

use super::frames::{Extent, Frames};
use crate::blocks::error::{Result, buffer};
use crate::blocks::stft::{Stft, Tile};

/// Frames at most that reach beyond an end of the signal: two at each.
const EDGES: usize = 4;

pub(super) struct Offset {
    frames: Frames,
    /// Of the signal of ones.
    ones: Stft,
    one_hop: Vec<f64>,
    /// Which frames are kept, and their spectra one after the other.
    kept: Vec<usize>,
    spectra: Vec<Complex64>,
    power: Vec<f64>,
}

impl Offset {
    pub fn new(frames: Frames) -> Result<Self> {
        let bins = frames.n_fft / 2 + 1;
        let mut kept = buffer(EDGES, 0)?;
        kept.clear();
        Ok(Self {
            frames,
            ones: Stft::new(&frames.stft())?,
            one_hop: buffer(frames.hop, 1.0)?,
            kept,
            spectra: buffer(EDGES * bins, Complex64::ZERO)?,
            power: buffer(bins, 0.0)?,
        })
    }

    /// Keeps a frame that reaches beyond an end of the signal.
    pub fn keep(&mut self, t: usize, spectrum: &[Complex64]) {
        let bins = spectrum.len();
        self.spectra[self.kept.len() * bins..][..bins].copy_from_slice(spectrum);
        self.kept.push(t);
    }

    /// Gives the power of each frame that was kept, less an offset, to `sink`.
    pub fn remove(&mut self, offset: f64, extent: Extent, mut sink: impl FnMut(usize, &[f64])) {
        let Self { frames, ones, one_hop, kept, spectra, power } = self;
        // The frames at the ends of a long signal of ones are those of a shorter one.
        let left_out = extent.n_samples.saturating_sub(4 * frames.n_fft) / frames.hop;
        let mut take = |tile: &Tile| {
            for i in 0..tile.len() {
                let t = tile.first() + i;
                let t = if t * frames.hop < frames.n_fft / 2 { t } else { t + left_out };
                let Some(at) = kept.iter().position(|kept| *kept == t) else { continue };
                let spectrum = spectra[at * power.len()..].iter().zip(tile.spectrum(i));
                for (power, (x, one)) in power.iter_mut().zip(spectrum) {
                    *power = (x - one * offset).norm_sqr();
                }
                sink(t, power);
            }
        };
        let mut rest = extent.n_samples - left_out * frames.hop;
        while rest > 0 {
            let now = rest.min(frames.hop);
            ones.push(&one_hop[..now], &mut take);
            rest -= now;
        }
        ones.finish(take).expect("there is a sample");
    }

    pub fn reset(&mut self) {
        self.kept.clear();
    }
}
