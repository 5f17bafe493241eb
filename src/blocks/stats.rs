//! Sums, maxima and medians.

use std::cmp::Ordering;

use crate::blocks::simd::{self, InstructionSet, Kernel, LANES, Vector};

/// A reduction of a sequence to `N` results, each in [`LANES`] lanes side by side whatever the width of a
/// vector, so that its bits do not depend on the instruction set. The lanes begin at 0.
pub(crate) trait Reduction<const N: usize> {
    /// The lanes after the elements from `at` on. Mark it `#[inline(always)]`.
    fn step<V: Vector>(&mut self, lanes: [V; N], at: usize) -> [V; N];
}

/// The lanes of the results over `len` elements, less those that do not fill all lanes.
pub(crate) fn reduce<const N: usize, R: Reduction<N>>(
    instructions: InstructionSet,
    len: usize,
    reduction: &mut R,
) -> [[f64; LANES]; N] {
    simd::run(instructions, Reduce { len, reduction })
}

struct Reduce<'a, const N: usize, R> {
    len: usize,
    reduction: &'a mut R,
}

impl<const N: usize, R: Reduction<N>> Kernel for Reduce<'_, N, R> {
    type Output = [[f64; LANES]; N];

    #[inline(always)]
    fn run<V: Vector>(self) -> Self::Output {
        reduce_in::<V, N, R>(self.len, self.reduction)
    }
}

/// [`reduce`] inside of a kernel.
#[inline(always)]
pub(crate) fn reduce_in<V: Vector, const N: usize, R: Reduction<N>>(
    len: usize,
    reduction: &mut R,
) -> [[f64; LANES]; N] {
    let mut vectors = [[V::splat(0.0); N]; 2];
    let vectors = &mut vectors[..LANES / V::LANES];
    for at in (0..len / LANES * LANES).step_by(LANES) {
        for (i, lanes) in vectors.iter_mut().enumerate() {
            *lanes = reduction.step(*lanes, at + i * V::LANES);
        }
    }
    let mut results = [[0.0; LANES]; N];
    for (i, lanes) in vectors.iter().enumerate() {
        for (lanes, result) in lanes.iter().zip(&mut results) {
            lanes.store(&mut result[i * V::LANES..]);
        }
    }
    results
}

/// Σ x²
pub(crate) fn sum_of_squares(instructions: InstructionSet, x: &[f64]) -> f64 {
    struct Squares<'a>(&'a [f64]);
    impl Reduction<1> for Squares<'_> {
        #[inline(always)]
        fn step<V: Vector>(&mut self, [sum]: [V; 1], at: usize) -> [V; 1] {
            let x = V::load(&self.0[at..]);
            [sum.add(x.mul(x))]
        }
    }
    let [sums] = reduce(instructions, x.len(), &mut Squares(x));
    sums.iter().sum::<f64>() + x.as_chunks::<LANES>().1.iter().map(|x| x * x).sum::<f64>()
}

/// The largest of values that are not negative; 0 for none.
pub(crate) fn largest(instructions: InstructionSet, x: &[f64]) -> f64 {
    struct Largest<'a>(&'a [f64]);
    impl Reduction<1> for Largest<'_> {
        #[inline(always)]
        fn step<V: Vector>(&mut self, [largest]: [V; 1], at: usize) -> [V; 1] {
            [V::load(&self.0[at..]).max(largest)]
        }
    }
    let [lanes] = reduce(instructions, x.len(), &mut Largest(x));
    lanes.iter().chain(x.as_chunks::<LANES>().1).fold(0.0, |largest, x| largest.max(*x))
}

/// Whether no value is NaN or infinite.
pub(crate) fn all_finite(instructions: InstructionSet, x: &[f64]) -> bool {
    // x · 0 is 0 for finite x and NaN otherwise, so one sum settles it without a branch.
    struct Zeros<'a>(&'a [f64]);
    impl Reduction<1> for Zeros<'_> {
        #[inline(always)]
        fn step<V: Vector>(&mut self, [sum]: [V; 1], at: usize) -> [V; 1] {
            [sum.add(V::load(&self.0[at..]).mul(V::splat(0.0)))]
        }
    }
    let [sums] = reduce(instructions, x.len(), &mut Zeros(x));
    sums.iter().sum::<f64>() == 0.0 && x.as_chunks::<LANES>().1.iter().all(|x| x.is_finite())
}

/// The median; reorders the values. `None` for no values.
pub(crate) fn median(values: &mut [f64]) -> Option<f64> {
    let [lower, upper] = middle_by(values, f64::total_cmp)?;
    Some(if values.len().is_multiple_of(2) { (lower + upper) / 2.0 } else { upper })
}

/// The two values in the middle when sorted, of an odd count the same twice; reorders the values. `None`
/// for no values.
pub(crate) fn middle_by<T: Copy>(
    values: &mut [T],
    mut order: impl FnMut(&T, &T) -> Ordering,
) -> Option<[T; 2]> {
    if values.is_empty() {
        return None;
    }
    let (half, even) = (values.len() / 2, values.len().is_multiple_of(2));
    let (below, upper, _) = values.select_nth_unstable_by(half, &mut order);
    let lower = below.iter().copied().filter(|_| even).max_by(order);
    Some([lower.unwrap_or(*upper), *upper])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::noise;

    #[test]
    fn reductions_are_the_definition_with_the_same_bits_in_every_set() {
        for len in [0, 1, 7, 8, 9, 31, 64, 1025] {
            let x = noise(len);
            let absolute: Vec<f64> = x.iter().map(|x| x.abs()).collect();
            let squares: f64 = x.iter().map(|x| x * x).sum();
            let portable = sum_of_squares(InstructionSet::PORTABLE, &x);
            assert!((portable - squares).abs() <= 1e-13 * squares);
            for set in InstructionSet::available() {
                assert_eq!(sum_of_squares(*set, &x), portable, "{set:?} {len}");
                assert_eq!(largest(*set, &absolute), absolute.iter().copied().fold(0.0, f64::max));
                assert!(all_finite(*set, &x));
                for at in 0..len.min(20) {
                    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
                        let mut x = x.clone();
                        x[at] = bad;
                        assert!(!all_finite(*set, &x), "{set:?} {len} {at}");
                    }
                }
            }
        }
    }

    #[test]
    fn medians_of_even_and_odd_counts() {
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&mut [4.0, 1.0, 2.0, -8.0]), Some(1.5));
        assert_eq!(median(&mut [5.0]), Some(5.0));
        assert_eq!(median(&mut []), None);
        assert_eq!(middle_by(&mut [4, 1, 2, 0], i32::cmp), Some([1, 2]));
    }
}
