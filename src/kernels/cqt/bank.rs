//! The wavelets' spectra, ready to be multiplied with those of the blocks; kept from plan to plan.

use std::f64::consts::PI;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use rustfft::num_complex::Complex64;

use super::accuracy::Accuracy;
use super::layout::{Group, Layout};
use super::params::CqtParams;
use super::view::View;
use super::wavelet::Wavelet;
use crate::blocks::error::{Result, reserve};
use crate::blocks::simd::LANES;

/// The significant part of one wavelet's spectrum.
#[derive(Debug)]
pub(super) struct Band {
    /// Bin of the block's spectrum with which it begins: a multiple of [`LANES`], maybe negative.
    pub first: isize,
    /// Real weights of the bins from there on, in [`folding_order`]. Half the width halves the memory that
    /// each step reads, and errs by 6e-8 of each weight.
    pub weights: Vec<[f32; LANES]>,
    /// Whether they apply to the spectrum advanced by half a sample.
    pub odd: bool,
    /// What is left of the wavelet's phase.
    pub phase: Complex64,
    /// Bins of the block's spectrum that it may cover, and whether it may need it plain or advanced:
    /// more than it does only in a bank that can be tuned.
    pub covers: Range<isize>,
    pub needs: [bool; 2],
}

/// The order in which `len` vectors are read that are folded to `columns`: two neighbouring columns at a
/// time, so that sums need not wait for each other.
pub(super) fn folding_order(len: usize, columns: usize) -> impl Iterator<Item = usize> {
    (0..columns)
        .step_by(2)
        .flat_map(move |first| {
            let end = columns.min(first + 2);
            (0..len).step_by(columns).flat_map(move |row| (first..end).map(move |column| row + column))
        })
        .filter(move |at| *at < len)
}

#[derive(Debug)]
pub(super) struct Bank {
    pub layout: Layout,
    /// One per bin of the transform.
    pub bands: Vec<Band>,
    /// For each group: the spectrum of its block as bands of even and of odd wavelets need it.
    pub views: Vec<[View; 2]>,
}

impl Layout {
    fn views(&self, bands: &[Band]) -> Result<Vec<[View; 2]>> {
        let mut views = reserve(self.groups.len())?;
        for group in &self.groups {
            let view = |odd: bool| {
                let needing = bands[group.bins.clone()].iter().filter(|band| band.needs[usize::from(odd)]);
                View::new(group, odd, needing.map(|band| band.covers.clone()))
            };
            views.push([view(false)?, view(true)?]);
        }
        Ok(views)
    }
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
    /// The bank for these parameters, which are checked.
    pub fn shared(sample_rate: f64, params: &CqtParams, accuracy: Accuracy) -> Result<Arc<Self>> {
        let key = Key { sample_rate, params: *params, accuracy };
        if let Ok(kept) = KEPT.try_lock()
            && let Some((_, bank)) = kept.iter().find(|(other, _)| *other == key)
        {
            return Ok(bank.clone());
        }
        params.check(sample_rate)?;
        let bank = Arc::new(Self::new(sample_rate, params, accuracy)?);
        if bank.bands.iter().map(|band| band.weights.len() * LANES).sum::<usize>() <= LARGEST_KEPT
            && let Ok(mut kept) = KEPT.try_lock()
        {
            if kept.len() == MOST_KEPT {
                kept.remove(0);
            }
            if kept.try_reserve(1).is_ok() {
                kept.push((key, bank.clone()));
            }
        }
        Ok(bank)
    }

    /// Gives the memory of those kept back; they live on where they are in use.
    pub fn forget() {
        if let Ok(mut kept) = KEPT.try_lock() {
            *kept = Vec::new();
        }
    }

    fn new(sample_rate: f64, params: &CqtParams, accuracy: Accuracy) -> Result<Self> {
        let layout = Layout::new(sample_rate, params, accuracy)?;
        let wavelets = Wavelet::all(sample_rate, params)?;
        let mut bands = reserve(wavelets.len())?;
        for group in layout.groups.iter().rev() {
            for k in group.bins.clone() {
                let place = Place::new(sample_rate, group, accuracy.band(&wavelets, k, params));
                let mut band = Band::new(&[wavelets[k]], &place)?;
                band.set(&wavelets[k], &place);
                bands.push(band);
            }
        }
        let views = layout.views(&bands)?;
        Ok(Self { layout, bands, views })
    }
}

/// A bank that can be tuned without allocating, by up to half a bin; it is of use once it is.
pub(super) struct TunableBank {
    pub bank: Bank,
    sample_rate: f64,
    params: CqtParams,
    accuracy: Accuracy,
    /// Without tuning.
    wavelets: Vec<Wavelet>,
}

impl TunableBank {
    pub fn new(sample_rate: f64, params: &CqtParams, accuracy: Accuracy) -> Result<Self> {
        let params = CqtParams { tuning: 0.0, ..*params };
        let layout = Layout::new(sample_rate, &params, accuracy)?;
        let wavelets = Wavelet::all(sample_rate, &params)?;
        let end = |tuning| Wavelet::all(sample_rate, &CqtParams { tuning, ..params });
        let ends = [end(-0.5)?, end(0.5)?];
        let mut bands = reserve(wavelets.len())?;
        for group in layout.groups.iter().rev() {
            for k in group.bins.clone() {
                let place = Place::new(sample_rate, group, accuracy.band(&wavelets, k, &params));
                let mut band = Band::new(&[ends[0][k], ends[1][k]], &place)?;
                band.needs = [true; 2];
                bands.push(band);
            }
        }
        let views = layout.views(&bands)?;
        Ok(Self { bank: Bank { layout, bands, views }, sample_rate, params, accuracy, wavelets })
    }

    pub fn tune(&mut self, tuning: f64) {
        let ratio = (tuning / self.params.bins_per_octave as f64).exp2();
        let Self { bank: Bank { layout, bands, .. }, sample_rate, params, accuracy, wavelets } = self;
        for group in &layout.groups {
            for k in group.bins.clone() {
                let place = Place::new(*sample_rate, group, accuracy.band(wavelets, k, params));
                bands[k].set(&wavelets[k].transposed(ratio, *sample_rate), &place);
            }
        }
    }
}

/// Where a band's bins lie.
struct Place {
    sample_rate: f64,
    block: usize,
    /// Vectors of frames to which the bins are folded.
    columns: usize,
    /// Bins of the block's spectrum in a Hz.
    per_hz: f64,
    /// From [`Accuracy::band`].
    range: (f64, f64),
}

impl Place {
    fn new(sample_rate: f64, group: &Group, range: (f64, f64)) -> Self {
        let (block, rate) = (group.block(), sample_rate / (1_u64 << group.level) as f64);
        let columns = group.frames / LANES;
        Self { sample_rate, block, columns, per_hz: block as f64 / rate, range }
    }

    /// The bins that a wavelet's significant part covers: whole vectors of them.
    fn bins(&self, wavelet: &Wavelet) -> Range<isize> {
        let Self { block, per_hz, range: (low, high), .. } = *self;
        let lanes = LANES as isize;
        let centre = wavelet.frequency * per_hz;
        let mut first = ((centre * low).floor() as isize).div_euclid(lanes) * lanes;
        let mut len = ((centre * high).ceil() as isize - first + 1) as usize;
        if len > block {
            len = block;
            first = (centre as isize - block as isize / 2).div_euclid(lanes) * lanes;
        }
        first..first + len.next_multiple_of(LANES) as isize
    }
}

impl Band {
    /// A band with room for each of the wavelets and all between them, yet without weights.
    fn new(wavelets: &[Wavelet], place: &Place) -> Result<Self> {
        let (mut first, mut end, mut longest) = (isize::MAX, isize::MIN, 0);
        let mut needs = [false; 2];
        for wavelet in wavelets {
            let bins = place.bins(wavelet);
            (first, end) = (first.min(bins.start), end.max(bins.end));
            longest = longest.max(bins.len());
            needs[usize::from(wavelet.is_odd())] = true;
        }
        // Between two lengths rounding may add a vector.
        let room = if wavelets.len() > 1 { longest + LANES } else { longest };
        let weights = reserve(room / LANES)?;
        let covers = first..end.max(first + room as isize);
        Ok(Self { first, weights, odd: false, phase: Complex64::ONE, covers, needs })
    }

    /// Takes on a wavelet for which there is room.
    fn set(&mut self, wavelet: &Wavelet, place: &Place) {
        let Place { sample_rate, block, columns, per_hz, .. } = *place;
        let bins = place.bins(wavelet);
        let frequency = wavelet.frequency;
        let scale = wavelet.length.sqrt() / block as f64;
        let step = PI / (per_hz * sample_rate);
        let comb = wavelet.comb(step);
        self.first = bins.start;
        self.weights.clear();
        self.weights.extend(folding_order(bins.len() / LANES, columns).map(|at| {
            let bin = bins.start + (at * LANES) as isize;
            let angle = step * bin as f64 - PI * frequency / sample_rate;
            comb.spectrum(angle).map(|weight| (scale * weight) as f32)
        }));
        self.odd = wavelet.is_odd();
        self.phase = Complex64::cis(if self.odd { -PI * frequency / sample_rate } else { 0.0 });
    }
}
