//! Running medians along one axis of a matrix, many rows or columns at once.
//!
//! Equals `scipy.ndimage.median_filter`: the window of output `c` is `c - size / 2` to
//! `c - size / 2 + size - 1`, of whose sorted values the one at `size / 2` is taken. Vector lanes are the
//! other axis, so all comparisons are lane-wise minima and maxima without a branch.
//!
//! Size 31 shares the sorting between neighbours: the windows of eight outputs have 24 elements in
//! common, of which only eight can still be a median; halves of the eight add four, pairs two, and each
//! window its last element (about 38 minima and maxima for a median, a fresh selection takes over 120).
//! Any other size keeps the window sorted, deleting and inserting in one pass.

use crate::blocks::error::{Result, buffer};
use crate::blocks::simd::{self, InstructionSet, Kernel, Vector};

/// Outputs of one step.
pub(crate) const GROUP: usize = 8;

/// Where the elements of a filter lie: element `i` of lane `l` at `source[rows[i] + l]`.
#[derive(Clone, Copy)]
pub(crate) struct Elements<'a> {
    pub source: &'a [f64],
    /// One element before the first window, then all elements of the windows of all outputs.
    pub rows: &'a [usize],
    /// Number of lanes, a multiple of 8.
    pub lanes: usize,
}

/// A running median of a fixed size over a fixed number of lanes.
pub(crate) struct Median {
    instructions: InstructionSet,
    size: usize,
    /// Sorted windows, `[lane / 8][size][8]`; empty where the network does the work.
    columns: Vec<f64>,
    fresh: bool,
}

const NETWORK: usize = 31;

impl Median {
    pub fn new(size: usize, lanes: usize) -> Result<Self> {
        let columns = if size == NETWORK { 0 } else { size * lanes };
        Ok(Self { instructions: InstructionSet::best(), size, columns: buffer(columns, 0.0)?, fresh: true })
    }

    /// Elements before the centre of a window.
    pub fn before(size: usize) -> usize {
        size / 2
    }

    /// Elements after the centre of a window.
    pub fn after(size: usize) -> usize {
        size - 1 - size / 2
    }

    /// The next outputs begin a new sequence.
    pub fn reset(&mut self) {
        self.fresh = true;
    }

    /// Writes the medians of the next `outputs` (a multiple of [`GROUP`]) windows of each lane, output `i`
    /// of lane `l` to `out[i * lanes + l]`.
    pub fn next(&mut self, elements: Elements, outputs: usize, out: &mut [f64]) {
        if self.size == NETWORK {
            simd::run(self.instructions, Network { elements, outputs, out });
        } else {
            let (size, columns, fresh) = (self.size, &mut self.columns[..], self.fresh);
            simd::run(self.instructions, Sorted { elements, outputs, out, size, columns, fresh });
            self.fresh = false;
        }
    }
}

struct Network<'a> {
    elements: Elements<'a>,
    outputs: usize,
    out: &'a mut [f64],
}

impl Kernel for Network<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let Elements { rows, lanes, .. } = self.elements;
        for group in (0..self.outputs).step_by(GROUP) {
            let rows: &[usize; GROUP + NETWORK - 1] =
                rows[group + 1..][..GROUP + NETWORK - 1].try_into().expect("a slice of that length");
            let out = &mut self.out[group * lanes..][..GROUP * lanes];
            for lane in (0..lanes).step_by(V::LANES) {
                let medians: [V; GROUP] = medians_of_31(self.elements, rows, lane);
                for i in 0..GROUP {
                    medians[i].store(&mut out[i * lanes + lane..]);
                }
            }
        }
    }
}

/// Medians of the eight windows of 31 that begin at elements 0 to 7.
#[inline(always)]
fn medians_of_31<V: Vector>(elements: Elements, rows: &[usize; GROUP + NETWORK - 1], lane: usize) -> [V; 8] {
    macro_rules! at {
        ($($i:expr),+) => { [$(V::load(&elements.source[rows[$i] + lane..])),+] };
    }
    // Elements 7..31 are in every window. Seven more come to each, so the median is among the core's
    // sorted values 8 to 15.
    let low = merge(sort8(at![7, 8, 9, 10, 11, 12, 13, 14]), sort8(at![15, 16, 17, 18, 19, 20, 21, 22]));
    let core = middle8(low, sort8(at![23, 24, 25, 26, 27, 28, 29, 30]));
    // The first four windows share elements 3..7 too, the last four 31..35; each pair of windows shares
    // two more, and each window adds its own.
    let half = middle4(core, sort4(at![3, 4, 5, 6]));
    let [a, b] = last_of_pair(middle2(half, at![1, 2]), at![0, 31]);
    let [c, d] = last_of_pair(middle2(half, at![31, 32]), at![2, 33]);
    let half = middle4(core, sort4(at![31, 32, 33, 34]));
    let [e, f] = last_of_pair(middle2(half, at![5, 6]), at![4, 35]);
    let [g, h] = last_of_pair(middle2(half, at![35, 36]), at![6, 37]);
    [a, b, c, d, e, f, g, h]
}

#[inline(always)]
fn order<V: Vector>(v: &mut [V], i: usize, j: usize) {
    (v[i], v[j]) = (v[i].min(v[j]), v[i].max(v[j]));
}

#[inline(always)]
fn sort4<V: Vector>(mut v: [V; 4]) -> [V; 4] {
    order(&mut v, 0, 1);
    order(&mut v, 2, 3);
    order(&mut v, 0, 2);
    order(&mut v, 1, 3);
    order(&mut v, 1, 2);
    v
}

/// Batcher's odd-even merge sort.
#[inline(always)]
fn sort8<V: Vector>(v: [V; 8]) -> [V; 8] {
    let [a, b, c, d, e, f, g, h] = v;
    let [a, b, c, d] = sort4([a, b, c, d]);
    let [e, f, g, h] = sort4([e, f, g, h]);
    let mut v = [a, b, c, d, e, f, g, h];
    for (i, j) in [(0, 4), (1, 5), (2, 6), (3, 7), (2, 4), (3, 5), (1, 2), (3, 4), (5, 6)] {
        order(&mut v, i, j);
    }
    v
}

/// Merges two sorted lists (Batcher's odd-even merge).
#[inline(always)]
fn merge<V: Vector>(a: [V; 8], b: [V; 8]) -> [V; 16] {
    let mut v = [a[0]; 16];
    v[..8].copy_from_slice(&a);
    v[8..].copy_from_slice(&b);
    for i in 0..8 {
        order(&mut v, i, i + 8);
    }
    for i in 4..8 {
        order(&mut v, i, i + 4);
    }
    for i in [2, 3, 6, 7, 10, 11] {
        order(&mut v, i, i + 2);
    }
    for i in [1, 3, 5, 7, 9, 11, 13] {
        order(&mut v, i, i + 1);
    }
    v
}

/// The middle eight of the 24 values of two sorted lists.
#[inline(always)]
fn middle8<V: Vector>(a: [V; 16], b: [V; 8]) -> [V; 8] {
    let mut v = b;
    for i in 0..8 {
        v[i] = a[i].max(a[8 + i].min(b[7 - i]));
    }
    // They rise, then fall, or are a rotation of such a list.
    for i in 0..4 {
        order(&mut v, i, i + 4);
    }
    for i in [0, 1, 4, 5] {
        order(&mut v, i, i + 2);
    }
    for i in [0, 2, 4, 6] {
        order(&mut v, i, i + 1);
    }
    v
}

/// The middle four of the twelve values of two sorted lists.
#[inline(always)]
fn middle4<V: Vector>(a: [V; 8], b: [V; 4]) -> [V; 4] {
    let mut v = b;
    for i in 0..4 {
        v[i] = a[i].max(a[4 + i].min(b[3 - i]));
    }
    for (i, j) in [(0, 2), (1, 3), (0, 1), (2, 3)] {
        order(&mut v, i, j);
    }
    v
}

/// The middle two of the six values of a sorted list and two more.
#[inline(always)]
fn middle2<V: Vector>(a: [V; 4], [x, y]: [V; 2]) -> [V; 2] {
    let (p, q) = (a[0].max(a[2].min(x.max(y))), a[1].max(a[3].min(x.min(y))));
    [p.min(q), p.max(q)]
}

/// The medians of two windows with the middle values of what they share and the last element of each.
#[inline(always)]
fn last_of_pair<V: Vector>([low, high]: [V; 2], [x, y]: [V; 2]) -> [V; 2] {
    [low.max(x.min(high)), low.max(y.min(high))]
}

struct Sorted<'a> {
    elements: Elements<'a>,
    outputs: usize,
    out: &'a mut [f64],
    size: usize,
    columns: &'a mut [f64],
    fresh: bool,
}

impl Kernel for Sorted<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let Elements { source, rows, lanes } = self.elements;
        for lane in (0..lanes).step_by(V::LANES) {
            let at = |i: usize| V::load(&source[rows[i] + lane..]);
            let column = &mut self.columns[lane / 8 * 8 * self.size + lane % 8..];
            if self.fresh {
                let missing = V::splat(f64::INFINITY);
                for i in 0..self.size {
                    missing.store(&mut column[8 * i..]);
                }
                for i in 0..self.size {
                    replace(column, self.size, missing, at(i));
                }
            }
            for i in 0..self.outputs {
                replace(column, self.size, at(i), at(i + self.size));
                V::load(&column[self.size / 2 * 8..]).store(&mut self.out[i * lanes + lane..]);
            }
        }
    }
}

/// Takes one `old` out of a sorted column and puts `new` in its place.
#[inline(always)]
fn replace<V: Vector>(column: &mut [f64], size: usize, old: V, new: V) {
    let mut below = V::splat(f64::NEG_INFINITY);
    let mut here = V::load(column);
    for i in 0..size {
        let above = if i + 1 < size { V::load(&column[8 * (i + 1)..]) } else { V::splat(f64::INFINITY) };
        let left = here.select_ge(old, above, here);
        below.max(new.min(left)).store(&mut column[8 * i..]);
        below = left;
        here = above;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocks::pad::reflect_repeating_ends;

    /// Sorts every window.
    fn naive(x: &[f64], size: usize) -> Vec<f64> {
        let median = |c: usize| {
            let first = c as isize - (size / 2) as isize;
            let mut window: Vec<f64> =
                (0..size).map(|i| x[reflect_repeating_ends(first + i as isize, x.len())]).collect();
            window.sort_by(f64::total_cmp);
            window[size / 2]
        };
        (0..x.len()).map(median).collect()
    }

    #[test]
    fn every_size_and_length_equals_sorting() {
        const LANES: usize = 16;
        for instructions in InstructionSet::available() {
            for size in [1, 2, 3, 4, 5, 8, 13, 17, 30, 31, 32, 63, 100] {
                for len in [1, 2, 3, 7, 8, 9, 31, 40, 65] {
                    // Few different values, so that windows hold equal ones.
                    let value = |i: usize, lane: usize| ((i * 37 + lane * 11 + i * i * lane) % 23) as f64;
                    let source: Vec<f64> = (0..len * LANES).map(|i| value(i / LANES, i % LANES)).collect();
                    let outputs = len.next_multiple_of(GROUP);
                    let before = Median::before(size) as isize + 1;
                    let rows: Vec<usize> = (0..outputs + size)
                        .map(|i| LANES * reflect_repeating_ends(i as isize - before, len))
                        .collect();
                    let mut out = vec![0.0; outputs * LANES];
                    let mut median = instructions.scope(|| Median::new(size, LANES)).unwrap();
                    // One group at a time, as along time; all at once, as along frequency.
                    for group in (0..outputs).step_by(GROUP) {
                        let elements = Elements { source: &source, rows: &rows[group..], lanes: LANES };
                        median.next(elements, GROUP, &mut out[group * LANES..]);
                    }
                    let mut at_once = vec![0.0; outputs * LANES];
                    median.reset();
                    let elements = Elements { source: &source, rows: &rows, lanes: LANES };
                    median.next(elements, outputs, &mut at_once);
                    for lane in 0..LANES {
                        let column: Vec<f64> = (0..len).map(|i| source[i * LANES + lane]).collect();
                        for (i, expected) in naive(&column, size).into_iter().enumerate() {
                            assert_eq!(out[i * LANES + lane], expected, "{instructions:?} {size} {len} {i}");
                            assert_eq!(
                                at_once[i * LANES + lane],
                                expected,
                                "{instructions:?} {size} {len} {i}"
                            );
                        }
                    }
                }
            }
        }
    }
}
