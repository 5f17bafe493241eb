//! Sliding maximum and sliding mean, at a constant cost per value and without subtracting.
//!
//! The signal is cut into blocks as long as the window. A window that ends within a block is the end of
//! the block before and the beginning of this one: a running fold of this block joins one that was run
//! backwards over the block before (van Herk 1992, Gil and Werman 1993). Nothing is taken out of a sum
//! again, so no error stays behind: the sum over a window of zeros is exactly 0.

use crate::blocks::error::{Result, buffer};

/// How values join: associative, with 0 as the value that changes nothing. Values are never negative.
pub(super) trait Fold {
    fn join(a: f64, b: f64) -> f64;
}

pub(super) struct Largest;

impl Fold for Largest {
    #[inline(always)]
    fn join(a: f64, b: f64) -> f64 {
        if a > b { a } else { b }
    }
}

pub(super) struct Sum;

impl Fold for Sum {
    #[inline(always)]
    fn join(a: f64, b: f64) -> f64 {
        a + b
    }
}

/// The fold of the last values; before the first one all are 0.
pub(super) struct Sliding<F> {
    /// Before `at` the values of this block, from `at` on the folds of the block before to its end.
    block: Vec<f64>,
    at: usize,
    /// The fold of this block so far.
    prefix: f64,
    fold: std::marker::PhantomData<F>,
}

impl<F: Fold> Sliding<F> {
    /// Over `length` values, at least 1.
    pub fn new(length: usize) -> Result<Self> {
        // One more, which stays 0: the fold of nothing at the end of a block.
        let block = buffer(length + 1, 0.0)?;
        Ok(Self { block, at: 0, prefix: 0.0, fold: std::marker::PhantomData })
    }

    pub fn reset(&mut self) {
        self.block.fill(0.0);
        self.at = 0;
        self.prefix = 0.0;
    }

    /// Takes the next value; the fold of the window that ends with it.
    #[inline(always)]
    pub fn push(&mut self, value: f64) -> f64 {
        self.prefix = F::join(self.prefix, value);
        self.block[self.at] = value;
        self.at += 1;
        let fold = F::join(self.prefix, self.block[self.at]);
        if self.at == self.block.len() - 1 {
            self.turn();
        }
        fold
    }

    fn turn(&mut self) {
        let mut suffix = 0.0;
        for value in self.block.iter_mut().rev() {
            suffix = F::join(suffix, *value);
            *value = suffix;
        }
        self.at = 0;
        self.prefix = 0.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::noise;

    #[test]
    fn folds_are_those_of_every_window() {
        for length in [1, 2, 3, 10, 64] {
            let values: Vec<f64> = noise(500).iter().map(|x| x.abs()).collect();
            let (mut largest, mut sum) =
                (Sliding::<Largest>::new(length).unwrap(), Sliding::<Sum>::new(length).unwrap());
            for run in 0..2 {
                for (n, value) in values.iter().enumerate() {
                    let window = &values[(n + 1).saturating_sub(length)..=n];
                    assert_eq!(largest.push(*value), window.iter().copied().fold(0.0, f64::max), "{run}");
                    assert!((sum.push(*value) - window.iter().sum::<f64>()).abs() < 1e-13 * length as f64);
                }
                largest.reset();
                sum.reset();
            }
        }
    }

    #[test]
    fn a_window_of_zeros_sums_to_exactly_0_after_any_past() {
        let mut sum = Sliding::<Sum>::new(7).unwrap();
        for round in 0..100 {
            for value in noise(13 + round) {
                sum.push(value.abs() * 0.1);
            }
            for n in 0..20 {
                assert_eq!(sum.push(0.0) == 0.0, n >= 6, "{round}");
            }
        }
    }
}
