//! Signals that tests of several kernels share.

/// Uniform noise in −1..1 from a 64-bit linear congruential generator, as in `make_yin.py`.
pub fn noise(len: usize) -> Vec<f64> {
    let mut state = 1_u64;
    let next = |_| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    };
    (0..len).map(next).collect()
}
