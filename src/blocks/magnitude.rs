//! Absolute values and ratios of numbers whose squares may leave the range of an f64.

use crate::blocks::simd::Vector;

/// Far below what 1e-9 of any meaningful peak needs, far above where the products of a transform leave
/// the normal range of an f64.
pub(crate) const NEGLIGIBLE: f64 = 1e-250;

/// √(re² + im²), exact to rounding for all that is not [`NEGLIGIBLE`]: scaled by a power of two where the
/// squares would leave the range of an f64.
#[inline(always)]
pub(crate) fn magnitude<V: Vector>(re: V, im: V) -> V {
    let zero = V::splat(0.0);
    let largest = re.max(zero.sub(re)).max(im.max(zero.sub(im)));
    let (scale, back) = safe_scale(largest);
    let (re, im) = (re.mul(scale), im.mul(scale));
    re.mul(re).add(im.mul(im)).sqrt().mul(back)
}

/// A power of two by which values up to `largest` may be multiplied so that squares of all that matters
/// beside it stay in the normal range, and its inverse.
#[inline(always)]
pub(crate) fn safe_scale<V: Vector>(largest: V) -> (V, V) {
    const STEP: f64 = f64::from_bits((1023 + 400) << 52); // 2^400
    let (one, up, down) = (V::splat(1.0), V::splat(STEP), V::splat(1.0 / STEP));
    let large = V::splat(STEP);
    let small = V::splat(1.0 / STEP);
    let scale = largest.select_ge(small, largest.select_ge(large, down, one), up);
    let back = largest.select_ge(small, largest.select_ge(large, up, one), down);
    (scale, back)
}
