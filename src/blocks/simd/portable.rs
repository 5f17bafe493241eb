//! Four doubles in an array, which the compiler vectorises as the target allows.

use super::Vector;

#[derive(Clone, Copy)]
pub(super) struct Portable([f64; 4]);

impl Vector for Portable {
    const LANES: usize = 4;

    #[inline(always)]
    fn splat(x: f64) -> Self {
        Self([x; 4])
    }
    #[inline(always)]
    fn load(from: &[f64]) -> Self {
        Self([from[0], from[1], from[2], from[3]])
    }
    #[inline(always)]
    fn load_f32(from: &[f32]) -> Self {
        Self([from[0], from[1], from[2], from[3]].map(f64::from))
    }
    #[inline(always)]
    fn store(self, to: &mut [f64]) {
        to[..4].copy_from_slice(&self.0);
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] + other.0[i]))
    }
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] - other.0[i]))
    }
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] * other.0[i]))
    }
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] / other.0[i]))
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        Self(self.0.map(f64::sqrt))
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| if self.0[i] < other.0[i] { self.0[i] } else { other.0[i] }))
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| if self.0[i] > other.0[i] { self.0[i] } else { other.0[i] }))
    }
    #[inline(always)]
    fn select_ge(self, bound: Self, yes: Self, no: Self) -> Self {
        Self(std::array::from_fn(|i| if self.0[i] >= bound.0[i] { yes.0[i] } else { no.0[i] }))
    }
    #[inline(always)]
    fn reverse(self) -> Self {
        let [a, b, c, d] = self.0;
        Self([d, c, b, a])
    }
    #[inline(always)]
    fn prefix_sums4(self) -> Self {
        let [a, b, c, d] = self.0;
        Self([a, b + a, (c + b) + a, (d + c) + (b + a)])
    }
    #[inline(always)]
    fn load_interleaved(from: &[f64]) -> (Self, Self) {
        let from = &from[..8];
        (Self([from[0], from[2], from[4], from[6]]), Self([from[1], from[3], from[5], from[7]]))
    }
    #[inline(always)]
    fn store_interleaved(even: Self, odd: Self, to: &mut [f64]) {
        let (Self([a, c, e, g]), Self([b, d, f, h])) = (even, odd);
        to[..8].copy_from_slice(&[a, b, c, d, e, f, g, h]);
    }
    #[inline(always)]
    fn duplicate(self) -> (Self, Self) {
        let [a, b, c, d] = self.0;
        (Self([a, a, b, b]), Self([c, c, d, d]))
    }
    #[inline(always)]
    fn transpose(square: &mut [Self]) {
        let [a, b, c, d] = [square[0].0, square[1].0, square[2].0, square[3].0];
        for (i, row) in square[..4].iter_mut().enumerate() {
            *row = Self([a[i], b[i], c[i], d[i]]);
        }
    }
}
