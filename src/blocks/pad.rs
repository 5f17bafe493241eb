//! A signal or sequence continued beyond its ends by mirroring.

/// Index of sample `i`, which may lie beyond either end, of a signal of `len` samples that is mirrored about
/// its first and last sample, again and again (`reflect` of `numpy.pad`). One sample repeats itself.
pub(crate) fn reflect(i: isize, len: usize) -> usize {
    let period = (2 * (len - 1)).max(1);
    let i = i.rem_euclid(period as isize) as usize;
    i.min(period - i)
}

/// The same with both end samples repeated (`symmetric` of `numpy.pad`, `reflect` of `scipy.ndimage`).
pub(crate) fn reflect_repeating_ends(i: isize, len: usize) -> usize {
    let i = i.rem_euclid(2 * len as isize) as usize;
    i.min(2 * len - 1 - i)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_mirror_again_and_again() {
        let around =
            |index: fn(isize, usize) -> usize, len| (-4..7).map(|i| index(i, len)).collect::<Vec<_>>();
        assert_eq!(around(reflect, 3), [0, 1, 2, 1, 0, 1, 2, 1, 0, 1, 2]);
        assert_eq!(around(reflect, 2), [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0]);
        assert_eq!(around(reflect, 1), [0; 11]);
        assert_eq!(around(reflect_repeating_ends, 3), [2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0]);
        assert_eq!(around(reflect_repeating_ends, 1), [0; 11]);
    }
}
