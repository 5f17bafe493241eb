//! Lengths of which FFTs are fast: those with small prime factors alone.

/// Prime factors, and how often each may occur.
pub(crate) type Primes<'a> = &'a [(usize, u32)];

/// However often.
pub(crate) const ANY: u32 = u32::MAX;

/// The least multiple of `step` from `at_least` on that has no prime factors but `primes`.
pub(crate) fn next_fast(at_least: usize, step: usize, primes: Primes) -> usize {
    let is_fast = |length: &usize| {
        let mut rest = *length;
        for (prime, most) in primes {
            let mut count = 0;
            while count < *most && rest.is_multiple_of(*prime) {
                rest /= prime;
                count += 1;
            }
        }
        rest == 1
    };
    (at_least.max(1).next_multiple_of(step)..)
        .step_by(step)
        .find(is_fast)
        .expect("a power of two, times the step, is not far")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_the_given_factors_alone_and_are_the_least() {
        for (at_least, expected) in [(0, 2), (1, 2), (3, 4), (5, 6), (1187, 1536), (2050, 2304), (2723, 3072)]
        {
            assert_eq!(next_fast(at_least, 2, &[(2, ANY), (3, 2)]), expected, "{at_least}");
        }
        for (at_least, expected) in [(7, 8), (13, 15), (26, 27), (1377, 1440)] {
            assert_eq!(next_fast(at_least, 1, &[(2, ANY), (3, ANY), (5, ANY)]), expected, "{at_least}");
        }
        assert_eq!(next_fast(41, 8, &[(2, ANY), (3, ANY), (5, ANY), (7, ANY)]), 48);
        assert_eq!(next_fast(49, 8, &[(2, ANY), (3, ANY), (5, ANY), (7, ANY)]), 56);
    }
}
