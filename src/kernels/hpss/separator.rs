//! Separation of spectra by their masks, tile by tile.

use rustfft::num_complex::Complex64;

use super::masks::{MaskParams, Masks};
use crate::blocks::error::{Result, buffer};
use crate::blocks::istft::{Istft, SignalLength};
use crate::blocks::simd::{self, InstructionSet, Kernel, Vector};
use crate::blocks::stft::{TILE, Tile};

/// Splits spectra into a harmonic and a percussive part, equal to `librosa.decompose.hpss`.
///
/// Takes tiles of frames and gives them back masked, `ceil((kernel_harmonic - 1) / 2 / TILE)` tiles later.
pub struct Separator {
    instructions: InstructionSet,
    bins: usize,
    parts: Parts,
    masks: Masks,
    /// Spectra of the tiles that wait for their future, `[tile modulo waiting][TILE][bins]`.
    spectra: Vec<Complex64>,
    waiting: usize,
    /// Spectra of the percussive part of one tile.
    percussive: Vec<Complex64>,
    given: usize,
}

/// Which parts a [`Separator`] gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parts {
    Harmonic,
    Both,
}

/// Up to [`TILE`] consecutive frames of both parts.
pub struct Separated<'a> {
    first: usize,
    len: usize,
    bins: usize,
    harmonic: &'a mut [Complex64],
    percussive: &'a mut [Complex64],
}

impl Separated<'_> {
    /// Index of the first frame.
    pub fn first(&self) -> usize {
        self.first
    }

    /// Number of frames, at least 1.
    #[expect(clippy::len_without_is_empty, reason = "a tile is never empty")]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Harmonic spectrum of frame `first() + i`, free to be overwritten.
    pub fn harmonic(&mut self, i: usize) -> &mut [Complex64] {
        assert!(i < self.len);
        &mut self.harmonic[i * self.bins..][..self.bins]
    }

    /// Adds the harmonic spectra to a signal's inverse transform.
    pub(super) fn add_harmonic_to(&mut self, istft: &mut Istft) {
        (0..self.len).for_each(|i| istft.add(self.harmonic(i)));
    }

    /// The same with the percussive spectra.
    pub(super) fn add_percussive_to(&mut self, istft: &mut Istft) {
        (0..self.len).for_each(|i| istft.add(self.percussive(i)));
    }

    /// The length of the signal that ends with these frames, if it ends with these.
    pub(super) fn last_of(&self, end: Option<SignalLength>) -> Option<SignalLength> {
        end.filter(|length| self.first + self.len == length.frames)
    }

    /// Percussive spectrum of frame `first() + i`, free to be overwritten.
    ///
    /// # Panics
    /// If the separator was made for [`Parts::Harmonic`].
    pub fn percussive(&mut self, i: usize) -> &mut [Complex64] {
        assert!(i < self.len);
        &mut self.percussive[i * self.bins..][..self.bins]
    }
}

impl Separator {
    /// A separator of spectra of `bins` bins.
    ///
    /// # Errors
    /// `Error::InvalidArgument` for a parameter outside its range, `Error::OutOfMemory`.
    pub fn new(bins: usize, params: &MaskParams, parts: Parts) -> Result<Self> {
        let masks = Masks::new(bins, params)?;
        let waiting = params.tiles_ahead() + 1;
        Ok(Self {
            instructions: InstructionSet::best(),
            bins,
            parts,
            masks,
            spectra: buffer(waiting * TILE * bins, Complex64::ZERO)?,
            waiting,
            percussive: buffer(if parts == Parts::Both { TILE * bins } else { 0 }, Complex64::ZERO)?,
            given: 0,
        })
    }

    /// Forgets all frames.
    pub fn reset(&mut self) {
        self.masks.reset();
        self.given = 0;
    }

    /// Takes the next tile and hands an earlier one, if its future is known, to `sink`.
    pub fn push(&mut self, tile: &Tile, sink: impl FnOnce(Separated)) {
        let slot = tile.first() / TILE % self.waiting * TILE;
        for i in 0..tile.len() {
            self.spectra[(slot + i) * self.bins..][..self.bins].copy_from_slice(tile.spectrum(i));
            self.masks.push(tile.magnitude(i));
        }
        if self.masks.is_ready() {
            self.give(TILE, sink);
        }
    }

    /// Hands all frames that wait to `sink`, then forgets them.
    pub fn finish(&mut self, mut sink: impl FnMut(Separated)) {
        while self.masks.waiting() > 0 {
            self.give(TILE.min(self.masks.waiting()), &mut sink);
        }
        self.reset();
    }

    fn give(&mut self, len: usize, sink: impl FnOnce(Separated)) {
        let (bins, first) = (self.bins, self.given);
        self.masks.next(len);
        let harmonic = &mut self.spectra[first / TILE % self.waiting * TILE * bins..][..TILE * bins];
        for i in 0..len {
            let bins = i * bins..(i + 1) * bins;
            if self.parts == Parts::Both {
                let percussive = &mut self.percussive[bins.clone()];
                percussive.copy_from_slice(&harmonic[bins.clone()]);
                let factors = self.masks.percussive(i);
                simd::run(self.instructions, Scale { spectrum: simd::parts_mut(percussive), factors });
            }
            let factors = self.masks.harmonic(i);
            simd::run(self.instructions, Scale { spectrum: simd::parts_mut(&mut harmonic[bins]), factors });
        }
        self.given += len;
        sink(Separated { first, len, bins, harmonic, percussive: &mut self.percussive });
    }
}

/// Multiplies the bins of a spectrum by real factors.
struct Scale<'a> {
    spectrum: &'a mut [f64],
    factors: &'a [f64],
}

impl Kernel for Scale<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let bins = self.spectrum.len() / 2;
        let vectors = bins / V::LANES * V::LANES;
        for i in (0..vectors).step_by(V::LANES) {
            let (low, high) = V::load(&self.factors[i..]).duplicate();
            let parts = &mut self.spectrum[2 * i..][..2 * V::LANES];
            V::load(parts).mul(low).store(parts);
            let parts = &mut parts[V::LANES..];
            V::load(parts).mul(high).store(parts);
        }
        for i in vectors..bins {
            self.spectrum[2 * i] *= self.factors[i];
            self.spectrum[2 * i + 1] *= self.factors[i];
        }
    }
}
