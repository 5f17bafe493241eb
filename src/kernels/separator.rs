//! Median-filtering separation of spectra, tile by tile; re-exported by [`crate::kernels::hpss`].

use rustfft::num_complex::Complex64;

use crate::blocks::error::{Result, buffer};
use crate::blocks::median::{Elements, Median, mirror};
use crate::blocks::simd::{self, InstructionSet, Kernel, Vector};
use crate::blocks::stft::{TILE, Tile, safe_scale, stride};
use crate::kernels::hpss::HpssParams;

/// Splits spectra into a harmonic and a percussive part, equal to `librosa.decompose.hpss`.
///
/// Takes tiles of frames and gives them back masked, `ceil((kernel_harmonic - 1) / 2 / TILE)` tiles later.
pub struct Separator {
    params: HpssParams,
    instructions: InstructionSet,
    bins: usize,
    parts: Parts,
    along_time: Median,
    along_frequency: Median,
    /// Magnitudes of the last frames, `[frame modulo ring][stride]`.
    magnitudes: Vec<f64>,
    ring: usize,
    /// Spectra of the tiles that wait for their future, `[tile modulo waiting][TILE][bins]`.
    spectra: Vec<Complex64>,
    waiting: usize,
    /// Spectra of the percussive part of one tile.
    percussive: Vec<Complex64>,
    time_rows: Vec<usize>,
    frequency_rows: Vec<usize>,
    /// Magnitudes of one tile, `[bin][TILE]`, and their medians along frequency.
    tile: Vec<f64>,
    tile_medians: Vec<f64>,
    /// Medians along time and along frequency `[TILE][stride]`, then the masks.
    harmonic_mask: Vec<f64>,
    percussive_mask: Vec<f64>,
    received: usize,
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
    /// Kernels, power and margins come from `params`; `bins` is the number of bins of a spectrum.
    ///
    /// # Errors
    /// `InvalidArgument` for a parameter outside its range, `OutOfMemory`.
    pub fn new(bins: usize, params: &HpssParams, parts: Parts) -> Result<Self> {
        params.require_separable()?;
        let HpssParams { kernel_harmonic, kernel_percussive, .. } = *params;
        let stride = stride(bins);
        let waiting = Self::tiles_ahead(kernel_harmonic) + 1;
        let ring = TILE * ((Median::before(kernel_harmonic) + 1).div_ceil(TILE) + waiting);
        let mut frequency_rows = buffer(stride + kernel_percussive, 0)?;
        for (i, row) in frequency_rows.iter_mut().enumerate() {
            *row = TILE * mirror(i as isize - 1 - Median::before(kernel_percussive) as isize, bins);
        }
        Ok(Self {
            params: *params,
            instructions: InstructionSet::best(),
            bins,
            parts,
            along_time: Median::new(kernel_harmonic, stride)?,
            along_frequency: Median::new(kernel_percussive, TILE)?,
            magnitudes: buffer(ring * stride, 0.0)?,
            ring,
            spectra: buffer(waiting * TILE * bins, Complex64::ZERO)?,
            waiting,
            percussive: buffer(if parts == Parts::Both { TILE * bins } else { 0 }, Complex64::ZERO)?,
            time_rows: buffer(TILE + kernel_harmonic, 0)?,
            frequency_rows,
            tile: buffer(stride * TILE, 0.0)?,
            tile_medians: buffer(stride * TILE, 0.0)?,
            harmonic_mask: buffer(TILE * stride, 0.0)?,
            percussive_mask: buffer(TILE * stride, 0.0)?,
            received: 0,
            given: 0,
        })
    }

    /// Tiles that must follow a tile before it can be given.
    pub(crate) fn tiles_ahead(kernel_harmonic: usize) -> usize {
        Median::after(kernel_harmonic).div_ceil(TILE)
    }

    /// Forgets all frames.
    pub fn reset(&mut self) {
        self.received = 0;
        self.given = 0;
        self.along_time.reset();
    }

    /// Takes the next tile and hands an earlier one, if its future is known, to `sink`.
    pub fn push(&mut self, tile: &Tile, sink: impl FnOnce(Separated)) {
        let stride = stride(self.bins);
        let slot = tile.first() / TILE % self.waiting * TILE;
        for i in 0..tile.len() {
            let frame = tile.first() + i;
            self.spectra[(slot + i) * self.bins..][..self.bins].copy_from_slice(tile.spectrum(i));
            self.magnitudes[frame % self.ring * stride..][..self.bins].copy_from_slice(tile.magnitude(i));
        }
        self.received += tile.len();
        if self.given + TILE + Median::after(self.params.kernel_harmonic) <= self.received {
            self.give(TILE, sink);
        }
    }

    /// Hands all frames that wait to `sink`, then forgets them.
    pub fn finish(&mut self, mut sink: impl FnMut(Separated)) {
        while self.given < self.received {
            self.give(TILE.min(self.received - self.given), &mut sink);
        }
        self.reset();
    }

    fn give(&mut self, len: usize, sink: impl FnOnce(Separated)) {
        let (bins, stride) = (self.bins, stride(self.bins));
        let first = self.given;

        let before = Median::before(self.params.kernel_harmonic);
        for (i, row) in self.time_rows.iter_mut().enumerate() {
            let frame = mirror((first + i) as isize - 1 - before as isize, self.received);
            *row = frame % self.ring * stride;
        }
        let elements = Elements { source: &self.magnitudes, rows: &self.time_rows, lanes: stride };
        self.along_time.next(elements, TILE, &mut self.harmonic_mask);

        let magnitudes = &self.magnitudes[first % self.ring * stride..][..TILE * stride];
        simd::run(self.instructions, Transpose { from: magnitudes, columns: stride, to: &mut self.tile });
        let elements = Elements { source: &self.tile, rows: &self.frequency_rows, lanes: TILE };
        self.along_frequency.reset();
        self.along_frequency.next(elements, stride, &mut self.tile_medians);
        simd::run(
            self.instructions,
            Transpose { from: &self.tile_medians, columns: TILE, to: &mut self.percussive_mask },
        );

        self.medians_to_masks(len * stride);
        let harmonic = &mut self.spectra[first / TILE % self.waiting * TILE * bins..][..TILE * bins];
        for i in 0..len {
            let bins = i * bins..(i + 1) * bins;
            if self.parts == Parts::Both {
                let percussive = &mut self.percussive[bins.clone()];
                percussive.copy_from_slice(&harmonic[bins.clone()]);
                let factors = &self.percussive_mask[i * stride..][..stride];
                simd::run(self.instructions, Scale { spectrum: simd::parts_mut(percussive), factors });
            }
            let factors = &self.harmonic_mask[i * stride..][..stride];
            simd::run(self.instructions, Scale { spectrum: simd::parts_mut(&mut harmonic[bins]), factors });
        }
        self.given += len;
        sink(Separated { first, len, bins, harmonic, percussive: &mut self.percussive });
    }

    /// Replaces the first `len` medians of both directions by the masks (`librosa.util.softmask`).
    fn medians_to_masks(&mut self, len: usize) {
        let HpssParams { power, margin_harmonic, margin_percussive, .. } = self.params;
        let margins = [margin_harmonic, margin_percussive];
        let silent = if margins == [1.0, 1.0] { 0.5 } else { 0.0 };
        let (harmonic, percussive) = (&mut self.harmonic_mask[..len], &mut self.percussive_mask[..len]);
        match power {
            1.0 => {
                simd::run(self.instructions, Masks { shape: Linear, margins, silent, harmonic, percussive })
            }
            2.0 => {
                simd::run(self.instructions, Masks { shape: Squared, margins, silent, harmonic, percussive })
            }
            f64::INFINITY => {
                simd::run(self.instructions, Masks { shape: Hard, margins, silent, harmonic, percussive })
            }
            _ => {
                for (h, p) in harmonic.iter_mut().zip(percussive) {
                    (*h, *p) = (
                        soft_mask(*h, *p * margin_harmonic, power, silent),
                        soft_mask(*p, *h * margin_percussive, power, silent),
                    );
                }
            }
        }
    }
}

/// x^power / (x^power + other^power); `silent` where there is nothing to compare.
fn soft_mask(x: f64, other: f64, power: f64, silent: f64) -> f64 {
    let larger = x.max(other);
    if larger < f64::MIN_POSITIVE {
        return silent;
    }
    let (x, other) = ((x / larger).powf(power), (other / larger).powf(power));
    x / (x + other)
}

/// How a mask follows from two values of which the larger is well within range.
trait Shape: Copy {
    fn mask<V: Vector>(self, x: V, other: V, silent: V) -> V;
}

#[derive(Clone, Copy)]
struct Linear;
#[derive(Clone, Copy)]
struct Squared;
#[derive(Clone, Copy)]
struct Hard;

impl Shape for Linear {
    #[inline(always)]
    fn mask<V: Vector>(self, x: V, other: V, silent: V) -> V {
        x.max(other).select_ge(V::splat(f64::MIN_POSITIVE), x.div(x.add(other)), silent)
    }
}

impl Shape for Squared {
    #[inline(always)]
    fn mask<V: Vector>(self, x: V, other: V, silent: V) -> V {
        let larger = x.max(other);
        let (scale, _) = safe_scale(larger);
        let (x, other) = (x.mul(scale), other.mul(scale));
        let (x, other) = (x.mul(x), other.mul(other));
        larger.select_ge(V::splat(f64::MIN_POSITIVE), x.div(x.add(other)), silent)
    }
}

impl Shape for Hard {
    #[inline(always)]
    fn mask<V: Vector>(self, x: V, other: V, _: V) -> V {
        other.select_ge(x, V::splat(0.0), V::splat(1.0))
    }
}

struct Masks<'a, S> {
    shape: S,
    margins: [f64; 2],
    silent: f64,
    harmonic: &'a mut [f64],
    percussive: &'a mut [f64],
}

impl<S: Shape> Kernel for Masks<'_, S> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let (harmonic_margin, percussive_margin) = (V::splat(self.margins[0]), V::splat(self.margins[1]));
        let silent = V::splat(self.silent);
        for i in (0..self.harmonic.len()).step_by(V::LANES) {
            let (h, p) = (V::load(&self.harmonic[i..]), V::load(&self.percussive[i..]));
            self.shape.mask(h, p.mul(harmonic_margin), silent).store(&mut self.harmonic[i..]);
            self.shape.mask(p, h.mul(percussive_margin), silent).store(&mut self.percussive[i..]);
        }
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

/// Exchanges rows and columns of a matrix of `columns` columns, both numbers multiples of 8.
struct Transpose<'a> {
    from: &'a [f64],
    columns: usize,
    to: &'a mut [f64],
}

impl Kernel for Transpose<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let rows = self.from.len() / self.columns;
        for row in (0..rows).step_by(V::LANES) {
            for column in (0..self.columns).step_by(V::LANES) {
                let mut square = [V::splat(0.0); 8];
                let square = &mut square[..V::LANES];
                for (i, line) in square.iter_mut().enumerate() {
                    *line = V::load(&self.from[(row + i) * self.columns + column..]);
                }
                V::transpose(square);
                for (i, line) in square.iter().enumerate() {
                    line.store(&mut self.to[(column + i) * rows + row..]);
                }
            }
        }
    }
}
