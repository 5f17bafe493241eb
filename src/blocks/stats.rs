//! Sums, maxima and medians.

use std::cmp::Ordering;

use crate::blocks::simd::{self, InstructionSet, Kernel, LANES, Vector};

/// How the next elements of `M` sequences change `N` results.
///
/// Each result is kept in [`LANES`] lanes side by side, whatever the width of a vector, so that its bits do
/// not depend on the instruction set.
pub(crate) trait Reduction<const M: usize, const N: usize> {
    /// Mark it `#[inline(always)]`.
    fn step<V: Vector>(&self, lanes: [V; N], x: [V; M]) -> [V; N];
}

/// Lanes of `N` results.
pub(crate) type Lanes<const N: usize> = [[f64; LANES]; N];

/// The lanes of a reduction that begins with all of them 0. Elements at the end that do not fill all lanes
/// are left to the caller.
pub(crate) fn reduce<const M: usize, const N: usize>(
    instructions: InstructionSet,
    reduction: impl Reduction<M, N>,
    x: [&[f64]; M],
) -> Lanes<N> {
    reduce_from([[0.0; LANES]; N], instructions, reduction, x)
}

/// [`reduce`] with other lanes to begin with.
pub(crate) fn reduce_from<const M: usize, const N: usize>(
    lanes: Lanes<N>,
    instructions: InstructionSet,
    reduction: impl Reduction<M, N>,
    x: [&[f64]; M],
) -> Lanes<N> {
    simd::run(instructions, Reduce { lanes, reduction, x })
}

struct Reduce<'a, R, const M: usize, const N: usize> {
    lanes: Lanes<N>,
    reduction: R,
    x: [&'a [f64]; M],
}

impl<R: Reduction<M, N>, const M: usize, const N: usize> Kernel for Reduce<'_, R, M, N> {
    type Output = Lanes<N>;

    #[inline(always)]
    fn run<V: Vector>(self) -> Lanes<N> {
        reduce_in::<V, M, N>(self.lanes, self.reduction, self.x)
    }
}

/// [`reduce_from`] inside of a kernel.
#[inline(always)]
#[expect(clippy::needless_range_loop, reason = "one index of several sequences")]
pub(crate) fn reduce_in<V: Vector, const M: usize, const N: usize>(
    mut lanes: Lanes<N>,
    reduction: impl Reduction<M, N>,
    x: [&[f64]; M],
) -> Lanes<N> {
    let groups = x.map(|x| x.as_chunks::<LANES>().0);
    let count = groups.iter().fold(usize::MAX, |count, groups| count.min(groups.len()));
    let groups = groups.map(|groups| &groups[..count]);
    let mut vectors = [[V::splat(0.0); N]; 2];
    for (i, vectors) in vectors.iter_mut().enumerate().take(LANES / V::LANES) {
        for n in 0..N {
            vectors[n] = V::load(&lanes[n][i * V::LANES..]);
        }
    }
    for at in 0..count {
        for (i, vectors) in vectors.iter_mut().enumerate().take(LANES / V::LANES) {
            let mut x = [V::splat(0.0); M];
            for m in 0..M {
                x[m] = V::load(&groups[m][at][i * V::LANES..]);
            }
            *vectors = reduction.step(*vectors, x);
        }
    }
    for (i, vectors) in vectors.iter().enumerate().take(LANES / V::LANES) {
        for n in 0..N {
            vectors[n].store(&mut lanes[n][i * V::LANES..]);
        }
    }
    lanes
}

/// Σ x²
pub(crate) struct Squares;

impl Reduction<1, 1> for Squares {
    #[inline(always)]
    fn step<V: Vector>(&self, [sum]: [V; 1], [x]: [V; 1]) -> [V; 1] {
        [sum.add(x.mul(x))]
    }
}

/// Σ x²
pub(crate) fn sum_of_squares(instructions: InstructionSet, x: &[f64]) -> f64 {
    let [sums] = reduce(instructions, Squares, [x]);
    sums.iter().sum::<f64>() + x.as_chunks::<LANES>().1.iter().map(|x| x * x).sum::<f64>()
}

/// The largest of values that are not negative; 0 for none.
pub(crate) fn largest(instructions: InstructionSet, x: &[f64]) -> f64 {
    struct Largest;
    impl Reduction<1, 1> for Largest {
        #[inline(always)]
        fn step<V: Vector>(&self, [largest]: [V; 1], [x]: [V; 1]) -> [V; 1] {
            [x.max(largest)]
        }
    }
    let [lanes] = reduce(instructions, Largest, [x]);
    lanes.iter().chain(x.as_chunks::<LANES>().1).fold(0.0, |largest, x| largest.max(*x))
}

/// Whether no value is NaN or infinite.
pub(crate) fn all_finite(instructions: InstructionSet, x: &[f64]) -> bool {
    // x · 0 is 0 for finite x and NaN otherwise, so one sum settles it without a branch.
    struct Zeros;
    impl Reduction<1, 1> for Zeros {
        #[inline(always)]
        fn step<V: Vector>(&self, [sum]: [V; 1], [x]: [V; 1]) -> [V; 1] {
            [sum.add(x.mul(V::splat(0.0)))]
        }
    }
    let [sums] = reduce(instructions, Zeros, [x]);
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
