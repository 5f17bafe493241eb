//! Four doubles in an AVX2 register.

use std::arch::x86_64::*;

use super::{Kernel, Vector};

/// Its functions may be called on a processor with AVX2 and FMA only: in a kernel that [`run`] runs.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(super) struct Avx2(__m256d);

#[target_feature(enable = "avx2,fma")]
pub(super) fn run<K: Kernel>(kernel: K) -> K::Output {
    kernel.run::<Avx2>()
}

/// Operations on registers.
macro_rules! avx2 {
    ($($operations:tt)*) => {
        // SAFETY: the processor has AVX2, as all of `Avx2` asks for; registers alone are read and written.
        unsafe { $($operations)* }
    };
}

impl Vector for Avx2 {
    const LANES: usize = 4;

    #[inline(always)]
    fn splat(x: f64) -> Self {
        avx2! { Self(_mm256_set1_pd(x)) }
    }
    #[inline(always)]
    fn load(from: &[f64]) -> Self {
        let from = &from[..4];
        // SAFETY: four elements are there, aligned or not; the processor has AVX2.
        unsafe { Self(_mm256_loadu_pd(from.as_ptr())) }
    }
    #[inline(always)]
    fn load_f32(from: &[f32]) -> Self {
        let from = &from[..4];
        // SAFETY: four elements are there, aligned or not; the processor has AVX2.
        unsafe { Self(_mm256_cvtps_pd(_mm_loadu_ps(from.as_ptr()))) }
    }
    #[inline(always)]
    fn store(self, to: &mut [f64]) {
        let to = &mut to[..4];
        // SAFETY: room for four elements is there, aligned or not; the processor has AVX2.
        unsafe { _mm256_storeu_pd(to.as_mut_ptr(), self.0) }
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        avx2! { Self(_mm256_add_pd(self.0, other.0)) }
    }
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        avx2! { Self(_mm256_sub_pd(self.0, other.0)) }
    }
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        avx2! { Self(_mm256_mul_pd(self.0, other.0)) }
    }
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        avx2! { Self(_mm256_div_pd(self.0, other.0)) }
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        avx2! { Self(_mm256_sqrt_pd(self.0)) }
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        avx2! { Self(_mm256_min_pd(self.0, other.0)) }
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        avx2! { Self(_mm256_max_pd(self.0, other.0)) }
    }
    #[inline(always)]
    fn select_ge(self, bound: Self, yes: Self, no: Self) -> Self {
        avx2! { Self(_mm256_blendv_pd(no.0, yes.0, _mm256_cmp_pd::<_CMP_GE_OQ>(self.0, bound.0))) }
    }
    #[inline(always)]
    fn reverse(self) -> Self {
        avx2! { Self(_mm256_permute4x64_pd::<0b00_01_10_11>(self.0)) }
    }
    #[inline(always)]
    fn prefix_sums4(self) -> Self {
        // Moved up by one lane, then by two; 0 comes in from below.
        avx2! {
            let (x, zero) = (self.0, _mm256_setzero_pd());
            let by_1 = _mm256_blend_pd::<0b0001>(_mm256_permute4x64_pd::<0b10_01_00_00>(x), zero);
            let x = _mm256_add_pd(x, by_1);
            let by_2 = _mm256_blend_pd::<0b0011>(_mm256_permute4x64_pd::<0b01_00_00_00>(x), zero);
            Self(_mm256_add_pd(x, by_2))
        }
    }
    #[inline(always)]
    fn load_interleaved(from: &[f64]) -> (Self, Self) {
        let from = &from[..8];
        let (a, b) = (Self::load(from).0, Self::load(&from[4..]).0);
        avx2! {
            let low = _mm256_permute2f128_pd::<0x20>(a, b);
            let high = _mm256_permute2f128_pd::<0x31>(a, b);
            (Self(_mm256_unpacklo_pd(low, high)), Self(_mm256_unpackhi_pd(low, high)))
        }
    }
    #[inline(always)]
    fn store_interleaved(even: Self, odd: Self, to: &mut [f64]) {
        let to = &mut to[..8];
        let (first, second) = avx2! {
            let low = _mm256_unpacklo_pd(even.0, odd.0);
            let high = _mm256_unpackhi_pd(even.0, odd.0);
            (_mm256_permute2f128_pd::<0x20>(low, high), _mm256_permute2f128_pd::<0x31>(low, high))
        };
        Self(first).store(to);
        Self(second).store(&mut to[4..]);
    }
    #[inline(always)]
    fn duplicate(self) -> (Self, Self) {
        avx2! {
            let low = _mm256_permute4x64_pd::<0b01_01_00_00>(self.0);
            let high = _mm256_permute4x64_pd::<0b11_11_10_10>(self.0);
            (Self(low), Self(high))
        }
    }
    #[inline(always)]
    fn transpose(square: &mut [Self]) {
        let [a, b, c, d] = [square[0].0, square[1].0, square[2].0, square[3].0];
        avx2! {
            let (low, low_below) = (_mm256_unpacklo_pd(a, b), _mm256_unpacklo_pd(c, d));
            let (high, high_below) = (_mm256_unpackhi_pd(a, b), _mm256_unpackhi_pd(c, d));
            square[0] = Self(_mm256_permute2f128_pd::<0x20>(low, low_below));
            square[1] = Self(_mm256_permute2f128_pd::<0x20>(high, high_below));
            square[2] = Self(_mm256_permute2f128_pd::<0x31>(low, low_below));
            square[3] = Self(_mm256_permute2f128_pd::<0x31>(high, high_below));
        }
    }
}
