//! The spectral flux of a mel spectrogram that is clipped 80 dB below its loudest value.
//!
//! The loudest value is known at the end. Until then the levels of the latest frames are kept, in a
//! bounded store; what leaves it before the end is clipped by the loudest value so far.

use super::params::OnsetParams;
use crate::blocks::error::{Result, buffer, reserve};
use crate::blocks::mel::MelBank;
use crate::blocks::stats::middle_by;

/// Bytes of the store: 380 s of 128 bands every 512 samples at 44.1 kHz.
const KEPT_BYTES: usize = 16 << 20;

/// Levels are kept in steps of 2⁻²² dB, which spans ±512 dB.
const STEPS_PER_DB: f64 = (1 << 22) as f64;
/// What counts, from the loudest value down.
const RANGE: i32 = 80 << 22;
/// Powers below this count as this.
const LEAST_POWER: f64 = 1e-10;

pub(crate) struct Flux {
    bank: MelBank,
    lag: usize,
    max_size: usize,
    /// Levels of frame `t` at `t` modulo `kept`, `[kept][n_mels]`; fewer rows until there are so many.
    levels: Vec<i32>,
    kept: usize,
    n_mels: usize,
    received: usize,
    /// The next frame whose flux is to be given.
    next: usize,
    loudest: i32,
    /// The loudest level when the first flux was given.
    loudest_at_first: i32,
    mels: Vec<f64>,
    row: Vec<i32>,
    reference: Vec<i32>,
}

impl Flux {
    /// For checked parameters, but that `fmax` may lie above half the sample rate: the bands that reach
    /// beyond it are left out.
    pub fn new(sample_rate: f64, params: &OnsetParams) -> Result<Self> {
        let OnsetParams { n_fft, n_mels, fmin, fmax, lag, max_size, .. } = *params;
        let bank = MelBank::new(sample_rate, n_fft, n_mels, fmin, fmax)?;
        let n_mels = bank.len();
        let kept = (KEPT_BYTES / size_of::<i32>() / n_mels).max(lag + 1);
        let mut flux = Self {
            bank,
            lag,
            max_size,
            levels: reserve(kept * n_mels)?,
            kept,
            n_mels,
            received: 0,
            next: lag,
            loudest: i32::MIN,
            loudest_at_first: i32::MIN,
            mels: buffer(n_mels, 0.0)?,
            row: buffer(n_mels, 0)?,
            reference: buffer(n_mels, 0)?,
        };
        flux.reset();
        Ok(flux)
    }

    pub fn reset(&mut self) {
        self.loudest = i32::MIN;
        self.begin_again();
    }

    /// Forgets all but the loudest level, for a second pass over the same signal.
    pub fn begin_again(&mut self) {
        self.levels.clear();
        self.received = 0;
        self.next = self.lag;
        self.loudest_at_first = i32::MIN;
    }

    /// Whether flux was given before the loudest level was known.
    pub fn was_too_early(&self) -> bool {
        self.loudest_at_first != i32::MIN && self.loudest_at_first != self.loudest
    }

    /// Takes the magnitudes of the next frame. If the store is full, the flux of each band of its
    /// oldest frame goes to `sink`, in steps.
    pub fn push(&mut self, magnitude: &[f64], sink: impl FnMut(&mut [i32])) {
        if self.received >= self.kept {
            if self.loudest_at_first == i32::MIN {
                self.loudest_at_first = self.loudest;
            }
            self.give(sink);
        }
        self.bank.apply(magnitude, &mut self.mels);
        for (level, mel) in self.row.iter_mut().zip(&self.mels) {
            *level = (10.0 * STEPS_PER_DB * mel.max(LEAST_POWER).log10()).round() as i32;
        }
        self.loudest = self.row.iter().fold(self.loudest, |loudest, level| loudest.max(*level));
        if self.received < self.kept {
            self.levels.extend_from_slice(&self.row);
        } else {
            let at = self.received % self.kept * self.n_mels;
            self.levels[at..][..self.n_mels].copy_from_slice(&self.row);
        }
        self.received += 1;
    }

    /// Gives the flux of all frames that wait.
    pub fn finish(&mut self, mut sink: impl FnMut(&mut [i32])) {
        while self.next < self.received {
            self.give(&mut sink);
        }
    }

    fn give(&mut self, mut sink: impl FnMut(&mut [i32])) {
        let row = |frame: usize| frame % self.kept * self.n_mels..(frame % self.kept + 1) * self.n_mels;
        let before = &self.levels[row(self.next - self.lag)];
        let reference = if self.max_size > 1 {
            largest_around(before, self.max_size, &mut self.reference);
            &self.reference
        } else {
            before
        };
        let floor = self.loudest.saturating_sub(RANGE);
        let now = &self.levels[row(self.next)];
        for ((flux, now), before) in self.row.iter_mut().zip(now).zip(reference) {
            *flux = ((*now).max(floor) - (*before).max(floor)).max(0);
        }
        sink(&mut self.row);
        self.next += 1;
    }
}

/// `scipy.ndimage.maximum_filter1d` with its defaults.
fn largest_around(levels: &[i32], size: usize, out: &mut [i32]) {
    for (i, largest) in out.iter_mut().enumerate() {
        let end = (i + size.div_ceil(2)).min(levels.len());
        let window = &levels[i.saturating_sub(size / 2)..end];
        *largest = *window.iter().max().expect("a window holds its band");
    }
}

/// Mean of all bands in dB.
pub(crate) fn mean(bands: &[i32]) -> f64 {
    let sum: i64 = bands.iter().map(|band| i64::from(*band)).sum();
    sum as f64 / STEPS_PER_DB / bands.len() as f64
}

/// Median of all bands in dB; reorders them.
pub(crate) fn median(bands: &mut [i32]) -> f64 {
    let [lower, upper] = middle_by(bands, i32::cmp).expect("a spectrogram has bands");
    (f64::from(lower) + f64::from(upper)) / 2.0 / STEPS_PER_DB
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_of_even_and_odd_counts() {
        let step = STEPS_PER_DB as i32;
        assert_eq!(median(&mut [3 * step, step, 2 * step]), 2.0);
        assert_eq!(median(&mut [4 * step, step, 2 * step, 0]), 1.5);
    }

    #[test]
    fn an_even_maximum_filter_looks_one_further_back() {
        let mut out = [0; 5];
        largest_around(&[9, 0, 0, 0, 5], 4, &mut out);
        assert_eq!(out, [9, 9, 9, 5, 5]);
        largest_around(&[9, 0, 0, 0, 5], 3, &mut out);
        assert_eq!(out, [9, 9, 0, 5, 5]);
    }
}
