//! The ways in which the bands read a block's spectrum.

use std::array;
use std::f64::consts::TAU;
use std::ops::Range;

use rustfft::num_complex::Complex64;

use super::layout::Group;
use crate::blocks::error::{Result, collect};
use crate::blocks::simd::{self, InstructionSet, LANES, Vector};
use crate::blocks::split_fft::{Bins, Spectrum};

/// A block's spectrum beyond 0 and half the rate, as the periodic, hermitian sequence that it is;
/// advanced by half a sample of the full rate or not.
#[derive(Debug)]
pub(super) struct View {
    /// Its first bin, a multiple of [`LANES`].
    first: isize,
    /// Vectors.
    pub len: usize,
    /// Half the block: the last bin of the spectrum.
    half: isize,
    /// What the half sample multiplies each bin by.
    advance: Option<Spectrum>,
}

impl View {
    /// What shows the bins `covered` of a group's spectrum.
    pub fn new(group: &Group, advanced: bool, covered: impl Iterator<Item = Range<isize>>) -> Result<Self> {
        let all = covered.reduce(|all, bins| all.start.min(bins.start)..all.end.max(bins.end));
        let Range { start: first, end } = all.unwrap_or(0..0);
        let len = (end - first) as usize / LANES;
        let per_bin = TAU * 0.5 / (group.block() as f64 * (1_u64 << group.level) as f64);
        let rotations = (0..len).map(|at| {
            let from = first + (at * LANES) as isize;
            let rotations: [Complex64; LANES] =
                array::from_fn(|i| Complex64::cis(per_bin * (from + i as isize) as f64));
            Bins { re: rotations.map(|z| z.re), im: rotations.map(|z| z.im) }
        });
        let advance = if advanced { Some(collect(rotations)?) } else { None };
        Ok(Self { first, len, half: (group.block() / 2) as isize, advance })
    }

    /// Where bin `bin`, a multiple of [`LANES`], stands in the view.
    pub fn place(&self, bin: isize) -> usize {
        (bin - self.first) as usize / LANES
    }

    /// Writes what is seen of `spectrum` to `out`, `len` vectors.
    pub fn unroll(&self, instructions: InstructionSet, spectrum: &Spectrum, out: &mut [Bins]) {
        for (i, out) in out.iter_mut().enumerate() {
            let from = self.first + (i * LANES) as isize;
            if from >= 0 && from + LANES as isize <= self.half {
                *out = spectrum[from as usize / LANES];
            } else {
                let bins =
                    array::from_fn::<_, LANES, _>(|i| periodic(spectrum, self.half, from + i as isize));
                *out = Bins { re: bins.map(|z| z.re), im: bins.map(|z| z.im) };
            }
        }
        if let Some(advance) = &self.advance {
            simd::run(instructions, Rotate { bins: out, by: advance });
        }
    }
}

/// Bin `k` of the spectrum of a real signal, from bins 0 to `half`, half its period.
fn periodic(spectrum: &Spectrum, half: isize, k: isize) -> Complex64 {
    let k = k.rem_euclid(2 * half);
    let mirrored = k > half;
    let k = (if mirrored { 2 * half - k } else { k }) as usize;
    let bins = &spectrum[k / LANES];
    let z = Complex64::new(bins.re[k % LANES], bins.im[k % LANES]);
    if mirrored { z.conj() } else { z }
}

/// bins · by
struct Rotate<'a> {
    bins: &'a mut [Bins],
    by: &'a [Bins],
}

impl simd::Kernel for Rotate<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        for (bins, by) in self.bins.iter_mut().zip(self.by) {
            for lane in (0..LANES).step_by(V::LANES) {
                let (re, im) = (V::load(&bins.re[lane..]), V::load(&bins.im[lane..]));
                let (cos, sin) = (V::load(&by.re[lane..]), V::load(&by.im[lane..]));
                re.mul(cos).sub(im.mul(sin)).store(&mut bins.re[lane..]);
                re.mul(sin).add(im.mul(cos)).store(&mut bins.im[lane..]);
            }
        }
    }
}
