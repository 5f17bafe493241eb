//! The masks of harmonic and percussive parts, from the magnitudes of frames.

use crate::blocks::error::{Result, above, buffer, require_in};
use crate::blocks::magnitude::safe_scale;
use crate::blocks::median::{Elements, Median};
use crate::blocks::pad::reflect_repeating_ends;
use crate::blocks::simd::{self, InstructionSet, Kernel, Vector};
use crate::blocks::stft::{TILE, stride};

/// Largest kernel, in frames or bins.
pub const MOST_KERNEL: usize = 4095;

/// What is harmonic and what percussive: the parameters of `librosa.decompose.hpss`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MaskParams {
    /// Frames of the median along time, 1 to [`MOST_KERNEL`].
    pub kernel_harmonic: usize,
    /// Bins of the median along frequency, 1 to [`MOST_KERNEL`].
    pub kernel_percussive: usize,
    /// Exponent of the masks, above 0; infinite = each bin goes wholly to the larger part.
    pub power: f64,
    /// How many times the percussive median the harmonic one must be, 1 to 1e6. Above 1, what neither part
    /// claims is left out of both.
    pub margin_harmonic: f64,
    /// The same for the percussive part.
    pub margin_percussive: f64,
}

impl Default for MaskParams {
    /// librosa's: kernels of 31, power 2, no margin.
    fn default() -> Self {
        Self {
            kernel_harmonic: 31,
            kernel_percussive: 31,
            power: 2.0,
            margin_harmonic: 1.0,
            margin_percussive: 1.0,
        }
    }
}

impl MaskParams {
    fn check(&self) -> Result<()> {
        for (name, size) in
            [("kernel_harmonic", self.kernel_harmonic), ("kernel_percussive", self.kernel_percussive)]
        {
            require_in(name, size, 1..=MOST_KERNEL)?;
        }
        require_in("power", self.power, above(0.0))?;
        require_in("margin_harmonic", self.margin_harmonic, 1.0..=1e6)?;
        require_in("margin_percussive", self.margin_percussive, 1.0..=1e6)
    }

    /// Whether harmonic and percussive masks sum to one in every bin.
    pub(crate) fn are_complements(&self) -> bool {
        self.margin_harmonic == 1.0 && self.margin_percussive == 1.0 && self.power.is_finite()
    }

    /// Tiles that must follow a tile before its masks are known.
    pub(crate) fn tiles_ahead(&self) -> usize {
        Median::after(self.kernel_harmonic).div_ceil(TILE)
    }
}

/// Makes the masks of one tile of frames after the other.
pub(super) struct Masks {
    params: MaskParams,
    instructions: InstructionSet,
    bins: usize,
    along_time: Median,
    along_frequency: Median,
    /// Magnitudes of the last frames, `[frame modulo ring][stride]`.
    magnitudes: Vec<f64>,
    ring: usize,
    time_rows: Vec<usize>,
    frequency_rows: Vec<usize>,
    /// Magnitudes of one tile, `[bin][TILE]`, and their medians along frequency.
    tile: Vec<f64>,
    tile_medians: Vec<f64>,
    /// Medians along time and along frequency `[TILE][stride]`, then the masks.
    harmonic: Vec<f64>,
    percussive: Vec<f64>,
    received: usize,
    given: usize,
}

impl Masks {
    pub fn new(bins: usize, params: &MaskParams) -> Result<Self> {
        params.check()?;
        let MaskParams { kernel_harmonic, kernel_percussive, .. } = *params;
        let stride = stride(bins);
        let ring = TILE * ((Median::before(kernel_harmonic) + 1).div_ceil(TILE) + params.tiles_ahead() + 1);
        let mut frequency_rows = buffer(stride + kernel_percussive, 0)?;
        for (i, row) in frequency_rows.iter_mut().enumerate() {
            let bin = i as isize - 1 - Median::before(kernel_percussive) as isize;
            *row = TILE * reflect_repeating_ends(bin, bins);
        }
        Ok(Self {
            params: *params,
            instructions: InstructionSet::best(),
            bins,
            along_time: Median::new(kernel_harmonic, stride)?,
            along_frequency: Median::new(kernel_percussive, TILE)?,
            magnitudes: buffer(ring * stride, 0.0)?,
            ring,
            time_rows: buffer(TILE + kernel_harmonic, 0)?,
            frequency_rows,
            tile: buffer(stride * TILE, 0.0)?,
            tile_medians: buffer(stride * TILE, 0.0)?,
            harmonic: buffer(TILE * stride, 0.0)?,
            percussive: buffer(TILE * stride, 0.0)?,
            received: 0,
            given: 0,
        })
    }

    /// Forgets all frames.
    pub fn reset(&mut self) {
        self.received = 0;
        self.given = 0;
        self.along_time.reset();
    }

    /// Takes the magnitudes of the next frame. Those of a tile are taken before its masks are asked for.
    pub fn push(&mut self, magnitude: &[f64]) {
        let row = self.received % self.ring * stride(self.bins);
        self.magnitudes[row..][..self.bins].copy_from_slice(magnitude);
        self.received += 1;
    }

    /// Whether the masks of a whole tile are known, more frames following.
    pub fn is_ready(&self) -> bool {
        self.given + TILE + Median::after(self.params.kernel_harmonic) <= self.received
    }

    /// Frames of which masks were not made yet.
    pub fn waiting(&self) -> usize {
        self.received - self.given
    }

    /// Makes the masks of the next `len` frames, a tile, as if no frame followed those taken so far.
    pub fn next(&mut self, len: usize) {
        let stride = stride(self.bins);
        let before = Median::before(self.params.kernel_harmonic);
        for (i, row) in self.time_rows.iter_mut().enumerate() {
            let frame =
                reflect_repeating_ends((self.given + i) as isize - 1 - before as isize, self.received);
            *row = frame % self.ring * stride;
        }
        let elements = Elements { source: &self.magnitudes, rows: &self.time_rows, lanes: stride };
        self.along_time.next(elements, TILE, &mut self.harmonic);

        let from = &self.magnitudes[self.given % self.ring * stride..][..TILE * stride];
        simd::run(self.instructions, Transpose { from, columns: stride, to: &mut self.tile });
        let elements = Elements { source: &self.tile, rows: &self.frequency_rows, lanes: TILE };
        self.along_frequency.reset();
        self.along_frequency.next(elements, stride, &mut self.tile_medians);
        let to = &mut self.percussive;
        simd::run(self.instructions, Transpose { from: &self.tile_medians, columns: TILE, to });

        self.medians_to_masks(len * stride);
        self.given += len;
    }

    /// The harmonic mask of frame `i` of the tile.
    pub fn harmonic(&self, i: usize) -> &[f64] {
        &self.harmonic[i * stride(self.bins)..][..self.bins]
    }

    /// The percussive mask of frame `i` of the tile.
    pub fn percussive(&self, i: usize) -> &[f64] {
        &self.percussive[i * stride(self.bins)..][..self.bins]
    }

    /// Replaces the first `len` medians of both directions by the masks (`librosa.util.softmask`).
    fn medians_to_masks(&mut self, len: usize) {
        let MaskParams { power, margin_harmonic, margin_percussive, .. } = self.params;
        let margins = [margin_harmonic, margin_percussive];
        let silent = if margins == [1.0, 1.0] { 0.5 } else { 0.0 };
        let (harmonic, percussive) = (&mut self.harmonic[..len], &mut self.percussive[..len]);
        match power {
            1.0 => {
                simd::run(self.instructions, ToMasks { shape: Linear, margins, silent, harmonic, percussive })
            }
            2.0 => simd::run(
                self.instructions,
                ToMasks { shape: Squared, margins, silent, harmonic, percussive },
            ),
            f64::INFINITY => {
                simd::run(self.instructions, ToMasks { shape: Hard, margins, silent, harmonic, percussive });
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

struct ToMasks<'a, S> {
    shape: S,
    margins: [f64; 2],
    silent: f64,
    harmonic: &'a mut [f64],
    percussive: &'a mut [f64],
}

impl<S: Shape> Kernel for ToMasks<'_, S> {
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
