//! The wavelets' spectra, ready to be multiplied with those of the blocks; kept from plan to plan.

use std::f64::consts::PI;
use std::sync::{Arc, Mutex};

use rustfft::num_complex::Complex64;

use super::layout::{LANES, Layout};
use super::wavelet::Wavelet;
use super::{Accuracy, CqtParams};
use crate::error::{Result, reserve};

/// The significant part of one wavelet's spectrum.
#[derive(Debug)]
pub(super) struct Band {
    /// Bin of the block's spectrum with which it begins: a multiple of [`LANES`], maybe negative.
    pub first: isize,
    /// Real weights, a multiple of [`LANES`] of them.
    pub weights: Vec<f64>,
    /// Whether they apply to the spectrum advanced by half a sample.
    pub odd: bool,
    /// What is left of the wavelet's phase.
    pub phase: Complex64,
}

#[derive(Debug)]
pub(super) struct Bank {
    pub layout: Layout,
    /// One per bin of the transform.
    pub bands: Vec<Band>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Key {
    sample_rate: f64,
    params: CqtParams,
    accuracy: Accuracy,
}

/// Banks kept, the latest last. Nobody waits for the lock: while it is taken banks are made anew.
static KEPT: Mutex<Vec<(Key, Arc<Bank>)>> = Mutex::new(Vec::new());
const MOST_KEPT: usize = 16;
/// Larger banks are not kept, in weights.
const LARGEST_KEPT: usize = 1 << 20;

impl Bank {
    pub fn shared(sample_rate: f64, params: &CqtParams, accuracy: Accuracy) -> Result<Arc<Self>> {
        let key = Key { sample_rate, params: *params, accuracy };
        if let Ok(kept) = KEPT.try_lock()
            && let Some((_, bank)) = kept.iter().find(|(other, _)| *other == key)
        {
            return Ok(bank.clone());
        }
        let bank = Arc::new(Self::new(sample_rate, params, accuracy)?);
        if bank.bands.iter().map(|band| band.weights.len()).sum::<usize>() <= LARGEST_KEPT
            && let Ok(mut kept) = KEPT.try_lock()
        {
            if kept.len() == MOST_KEPT {
                kept.remove(0);
            }
            kept.push((key, bank.clone()));
        }
        Ok(bank)
    }

    fn new(sample_rate: f64, params: &CqtParams, accuracy: Accuracy) -> Result<Self> {
        let layout = Layout::new(sample_rate, params, accuracy);
        let wavelets = Wavelet::all(sample_rate, params);
        let mut bands = reserve(wavelets.len())?;
        for group in layout.groups.iter().rev() {
            let rate = sample_rate / (1_u64 << group.level) as f64;
            for k in group.bins.clone() {
                let cut = accuracy.cut(k, params);
                bands.push(Band::new(&wavelets[k], cut, sample_rate, rate, group.block())?);
            }
        }
        Ok(Self { layout, bands })
    }
}

impl Band {
    fn new(wavelet: &Wavelet, cut: f64, sample_rate: f64, rate: f64, block: usize) -> Result<Self> {
        let Wavelet { frequency, quality, .. } = *wavelet;
        let lanes = LANES as isize;
        let per_hz = block as f64 / rate;
        // Down to a little below 0 at least: whatever lies near 0 Hz comes through exactly.
        let low = (frequency * (1.0 - cut / quality)).min(-0.1 * frequency) * per_hz;
        let high = frequency * (1.0 + cut / quality) * per_hz;
        let mut first = (low.floor() as isize).div_euclid(lanes) * lanes;
        let mut len = (high.ceil() as isize - first + 1) as usize;
        if len > block {
            len = block;
            first = ((frequency * per_hz) as isize - block as isize / 2).div_euclid(lanes) * lanes;
        }
        let len = len.next_multiple_of(LANES);

        let scale = wavelet.length.sqrt() / block as f64;
        let angle = |j: usize| PI * ((first + j as isize) as f64 / per_hz - frequency) / sample_rate;
        let mut weights = reserve(len)?;
        weights.extend((0..len).map(|j| scale * wavelet.spectrum(angle(j))));
        let odd = wavelet.is_odd();
        let phase = if odd { -PI * frequency / sample_rate } else { 0.0 };
        Ok(Self { first, weights, odd, phase: Complex64::cis(phase) })
    }
}
