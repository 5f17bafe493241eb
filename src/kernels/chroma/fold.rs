//! From the bins of the constant-Q transform to pitch classes.

use rustfft::num_complex::Complex64;

use super::params::ChromaParams;
use crate::blocks::error::{Result, buffer, reserve};
use crate::blocks::params::Norm;
use crate::blocks::simd::{self, InstructionSet, LANES, Vector};
use crate::kernels::cqt::{Coefficients, Place};

/// Adds the magnitudes of a step's bins up to classes.
pub(super) struct Fold {
    instructions: InstructionSet,
    norm: Norm,
    /// Class of each bin.
    classes: Vec<usize>,
    /// A row of frames for each class, whole vectors long.
    sums: Vec<f64>,
    row: usize,
    /// Bins added so far.
    added: usize,
}

impl Fold {
    pub fn new(params: &ChromaParams, step: usize) -> Result<Self> {
        let n_bins = params.cqt().n_bins;
        let mut classes = reserve(n_bins)?;
        classes.extend((0..n_bins).map(|bin| params.class(bin)));
        let row = step.next_multiple_of(LANES);
        let sums = buffer(row * params.n_chroma, 0.0)?;
        Ok(Self { instructions: InstructionSet::best(), norm: params.norm, classes, sums, row, added: 0 })
    }

    pub fn clear(&mut self) {
        self.sums.fill(0.0);
        self.added = 0;
    }

    /// Whether no bin was added since the columns of a step were written.
    pub fn is_empty(&self) -> bool {
        self.added == 0
    }

    /// Adds a bin in the frames of a step. With the last bin the columns are written to `out`.
    pub fn add(&mut self, found: &Coefficients, place: Place, out: &mut [f64]) {
        let sums = &mut self.sums[self.classes[found.bin] * self.row..][..self.row];
        simd::run(self.instructions, AddMagnitudes { values: found.values, sums });
        self.added += 1;
        if self.added == self.classes.len() {
            for t in 0..found.count {
                let column = self.sums[t..].iter().step_by(self.row);
                let norm = norm(self.norm, column.clone());
                let at = place.index(0, found.first + t);
                for (out, value) in out[at..].iter_mut().step_by(place.row).zip(column) {
                    *out = value / norm;
                }
            }
            self.clear();
        }
    }
}

/// What a column is divided by: as in `librosa.util.normalize`, 1 if its norm is subnormal.
fn norm<'a>(norm: Norm, column: impl Iterator<Item = &'a f64>) -> f64 {
    let length = match norm {
        Norm::Max => column.fold(0.0_f64, |most, x| most.max(*x)),
        Norm::L1 => column.sum(),
        Norm::L2 => column.map(|x| x * x).sum::<f64>().sqrt(),
        Norm::None => 1.0,
    };
    if length < f64::MIN_POSITIVE { 1.0 } else { length }
}

struct AddMagnitudes<'a> {
    values: &'a [Complex64],
    sums: &'a mut [f64],
}

impl simd::Kernel for AddMagnitudes<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let values = simd::parts(self.values);
        for t in (0..self.sums.len()).step_by(V::LANES) {
            let (re, im) = V::load_interleaved(&values[2 * t..]);
            let magnitude = re.mul(re).add(im.mul(im)).sqrt();
            V::load(&self.sums[t..]).add(magnitude).store(&mut self.sums[t..]);
        }
    }
}
