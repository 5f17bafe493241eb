//! Eight doubles in an AVX-512 register.

use std::arch::x86_64::*;

use super::{Kernel, Vector};

/// Its functions may be called on a processor with AVX2, FMA, AVX-512 F and DQ only: in a kernel that
/// [`run`] runs.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(super) struct Avx512(__m512d);

#[target_feature(enable = "avx2,fma,avx512f,avx512dq")]
pub(super) fn run<K: Kernel>(kernel: K) -> K::Output {
    kernel.run::<Avx512>()
}

/// Operations on registers.
macro_rules! avx512 {
    ($($operations:tt)*) => {
        // SAFETY: the processor has AVX-512, as all of `Avx512` asks for; registers alone are read and
        // written.
        unsafe { $($operations)* }
    };
}

impl Vector for Avx512 {
    const LANES: usize = 8;

    #[inline(always)]
    fn splat(x: f64) -> Self {
        avx512! { Self(_mm512_set1_pd(x)) }
    }
    #[inline(always)]
    fn load(from: &[f64]) -> Self {
        let from = &from[..8];
        // SAFETY: eight elements are there, aligned or not; the processor has AVX-512.
        unsafe { Self(_mm512_loadu_pd(from.as_ptr())) }
    }
    #[inline(always)]
    fn load_f32(from: &[f32]) -> Self {
        let from = &from[..8];
        // SAFETY: eight elements are there, aligned or not; the processor has AVX-512.
        unsafe { Self(_mm512_cvtps_pd(_mm256_loadu_ps(from.as_ptr()))) }
    }
    #[inline(always)]
    fn store(self, to: &mut [f64]) {
        let to = &mut to[..8];
        // SAFETY: room for eight elements is there, aligned or not; the processor has AVX-512.
        unsafe { _mm512_storeu_pd(to.as_mut_ptr(), self.0) }
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        avx512! { Self(_mm512_add_pd(self.0, other.0)) }
    }
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        avx512! { Self(_mm512_sub_pd(self.0, other.0)) }
    }
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        avx512! { Self(_mm512_mul_pd(self.0, other.0)) }
    }
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        avx512! { Self(_mm512_div_pd(self.0, other.0)) }
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        avx512! { Self(_mm512_sqrt_pd(self.0)) }
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        avx512! { Self(_mm512_min_pd(self.0, other.0)) }
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        avx512! { Self(_mm512_max_pd(self.0, other.0)) }
    }
    #[inline(always)]
    fn select_ge(self, bound: Self, yes: Self, no: Self) -> Self {
        avx512! {
            let ge = _mm512_cmp_pd_mask::<_CMP_GE_OQ>(self.0, bound.0);
            Self(_mm512_mask_blend_pd(ge, no.0, yes.0))
        }
    }
    #[inline(always)]
    fn reverse(self) -> Self {
        avx512! { Self(_mm512_permutexvar_pd(_mm512_set_epi64(0, 1, 2, 3, 4, 5, 6, 7), self.0)) }
    }
    #[inline(always)]
    fn prefix_sums4(self) -> Self {
        // Moved up by one lane, then by two; 0 comes in from below.
        avx512! {
            let by_1 = _mm512_maskz_permutex_pd::<0b10_01_00_00>(0b1110_1110, self.0);
            let x = _mm512_add_pd(self.0, by_1);
            let by_2 = _mm512_maskz_permutex_pd::<0b01_00_00_00>(0b1100_1100, x);
            Self(_mm512_add_pd(x, by_2))
        }
    }
    #[inline(always)]
    fn load_interleaved(from: &[f64]) -> (Self, Self) {
        let from = &from[..16];
        let (a, b) = (Self::load(from).0, Self::load(&from[8..]).0);
        avx512! {
            let even = _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14);
            let odd = _mm512_setr_epi64(1, 3, 5, 7, 9, 11, 13, 15);
            (Self(_mm512_permutex2var_pd(a, even, b)), Self(_mm512_permutex2var_pd(a, odd, b)))
        }
    }
    #[inline(always)]
    fn store_interleaved(even: Self, odd: Self, to: &mut [f64]) {
        let to = &mut to[..16];
        let (first, second) = avx512! {
            let low = _mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11);
            let high = _mm512_setr_epi64(4, 12, 5, 13, 6, 14, 7, 15);
            (_mm512_permutex2var_pd(even.0, low, odd.0), _mm512_permutex2var_pd(even.0, high, odd.0))
        };
        Self(first).store(to);
        Self(second).store(&mut to[8..]);
    }
    #[inline(always)]
    fn duplicate(self) -> (Self, Self) {
        avx512! {
            let low = _mm512_setr_epi64(0, 0, 1, 1, 2, 2, 3, 3);
            let high = _mm512_setr_epi64(4, 4, 5, 5, 6, 6, 7, 7);
            (Self(_mm512_permutexvar_pd(low, self.0)), Self(_mm512_permutexvar_pd(high, self.0)))
        }
    }
    #[inline(always)]
    fn transpose(square: &mut [Self]) {
        let square = &mut square[..8];
        for step in [1, 2, 4] {
            // Exchanges the off-diagonal blocks of `step` elements of every square of 2 * `step`.
            let (low, high) = avx512! {
                match step {
                    1 => (
                        _mm512_setr_epi64(0, 8, 2, 10, 4, 12, 6, 14),
                        _mm512_setr_epi64(1, 9, 3, 11, 5, 13, 7, 15),
                    ),
                    2 => (
                        _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13),
                        _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15),
                    ),
                    _ => (
                        _mm512_setr_epi64(0, 1, 2, 3, 8, 9, 10, 11),
                        _mm512_setr_epi64(4, 5, 6, 7, 12, 13, 14, 15),
                    ),
                }
            };
            for i in (0..8).filter(|i| i & step == 0) {
                let (a, b) = (square[i].0, square[i + step].0);
                avx512! {
                    square[i] = Self(_mm512_permutex2var_pd(a, low, b));
                    square[i + step] = Self(_mm512_permutex2var_pd(a, high, b));
                }
            }
        }
    }
}
