//! Run-time choice of the instruction set; with `ffi`, the only home of `unsafe`.
//!
//! An inner loop is written once, as a [`Kernel`] over a [`Vector`] type. [`run`] compiles it for each
//! instruction set and calls the one of the given [`Path`]. No operation here fuses or reorders, so a
//! kernel that adds in an order that does not depend on [`Vector::LANES`] gives the same bits on every
//! path.

use std::cell::Cell;
use std::sync::LazyLock;

use rustfft::num_complex::Complex64;

/// An instruction set that the machine offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Path {
    Portable,
    Avx2,
    Avx512,
}

impl Path {
    /// The widest path of this machine, or the one that [`Path::scope`] or the environment variable
    /// `AURALIS_DSP_SIMD` (`portable`, `avx2`, `avx512`) asks for, if the machine has it.
    pub fn best() -> Self {
        static BEST: LazyLock<Path> = LazyLock::new(|| {
            let wanted = match std::env::var("AURALIS_DSP_SIMD").as_deref() {
                Ok("portable") => Path::Portable,
                Ok("avx2") => Path::Avx2,
                _ => Path::Avx512,
            };
            *Path::available().iter().rfind(|path| **path <= wanted).unwrap_or(&Path::Portable)
        });
        FORCED.get().unwrap_or(*BEST)
    }

    /// The paths that this machine can run, narrowest first.
    pub fn available() -> &'static [Self] {
        #[cfg(target_arch = "x86_64")]
        {
            let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
            if avx2 && is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512dq") {
                return &[Self::Portable, Self::Avx2, Self::Avx512];
            }
            if avx2 {
                return &[Self::Portable, Self::Avx2];
            }
        }
        &[Self::Portable]
    }

    /// Runs `work` with plans made on this thread using this path.
    ///
    /// # Panics
    /// If the machine does not have the path.
    pub fn scope<T>(self, work: impl FnOnce() -> T) -> T {
        struct Restore(Option<Path>);
        impl Drop for Restore {
            fn drop(&mut self) {
                FORCED.set(self.0);
            }
        }
        assert!(Self::available().contains(&self), "this machine has no {self:?}");
        let _restore = Restore(FORCED.replace(Some(self)));
        work()
    }
}

thread_local! {
    static FORCED: Cell<Option<Path>> = const { Cell::new(None) };
}

/// An inner loop, generic over the vector it works on. Mark `run` `#[inline(always)]`.
pub(crate) trait Kernel {
    type Output;
    fn run<V: Vector>(self) -> Self::Output;
}

/// Runs `kernel` compiled for `path`.
#[inline]
pub(crate) fn run<K: Kernel>(path: Path, kernel: K) -> K::Output {
    match path {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `Path::available` found the features; a Path wider than that is never made.
        Path::Avx512 => unsafe { run_avx512(kernel) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        Path::Avx2 => unsafe { run_avx2(kernel) },
        _ => kernel.run::<[f64; 4]>(),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn run_avx2<K: Kernel>(kernel: K) -> K::Output {
    kernel.run::<std::arch::x86_64::__m256d>()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,avx512f,avx512dq")]
fn run_avx512<K: Kernel>(kernel: K) -> K::Output {
    kernel.run::<std::arch::x86_64::__m512d>()
}

/// `LANES` doubles, operated on lane by lane.
pub(crate) trait Vector: Copy {
    const LANES: usize;
    fn splat(x: f64) -> Self;
    /// The first `LANES` elements of `from`.
    fn load(from: &[f64]) -> Self;
    /// The first `LANES` elements of `from`, widened.
    fn load_narrow(from: &[f32]) -> Self;
    /// Overwrites the first `LANES` elements of `to`.
    fn store(self, to: &mut [f64]);
    fn add(self, other: Self) -> Self;
    fn sub(self, other: Self) -> Self;
    fn mul(self, other: Self) -> Self;
    fn div(self, other: Self) -> Self;
    fn sqrt(self) -> Self;
    /// `if self < other { self } else { other }`
    fn min(self, other: Self) -> Self;
    /// `if self > other { self } else { other }`
    fn max(self, other: Self) -> Self;
    /// `if self >= bound { yes } else { no }`
    fn if_ge(self, bound: Self, yes: Self, no: Self) -> Self;
    /// The lanes from last to first.
    fn reverse(self) -> Self;
    /// Running sums within each four lanes: a, b + a, (c + b) + a, (d + c) + (b + a).
    fn sums4(self) -> Self;
    /// Even and odd elements of the first `2 * LANES` of `from`: real and imaginary parts.
    fn load_pairs(from: &[f64]) -> (Self, Self);
    /// Overwrites the first `2 * LANES` of `to` with the lanes of both vectors in turn.
    fn store_pairs(even: Self, odd: Self, to: &mut [f64]);
    /// Every lane twice, in order: the factors of `2 * LANES` interleaved parts.
    fn twice(self) -> (Self, Self);
    /// Exchanges rows and columns of the square of `LANES` vectors.
    fn transpose(square: &mut [Self]);
}

/// Has the processor fetch `samples`, which will be needed soon.
pub(crate) fn prefetch(samples: &[f64]) {
    #[cfg(target_arch = "x86_64")]
    for line in samples.iter().step_by(8) {
        // SAFETY: a hint about memory that is there; SSE is part of x86-64.
        unsafe { x86::_mm_prefetch(std::ptr::from_ref(line).cast(), x86::_MM_HINT_T0) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = samples;
}

/// The interleaved real and imaginary parts of `spectrum`.
pub(crate) fn parts(spectrum: &[Complex64]) -> &[f64] {
    // SAFETY: Complex64 is `repr(C)` of two f64.
    unsafe { std::slice::from_raw_parts(spectrum.as_ptr().cast(), 2 * spectrum.len()) }
}

/// The interleaved real and imaginary parts of `spectrum`.
pub(crate) fn parts_mut(spectrum: &mut [Complex64]) -> &mut [f64] {
    // SAFETY: as above, and the borrow stays exclusive.
    unsafe { std::slice::from_raw_parts_mut(spectrum.as_mut_ptr().cast(), 2 * spectrum.len()) }
}

impl Vector for [f64; 4] {
    const LANES: usize = 4;

    #[inline(always)]
    fn splat(x: f64) -> Self {
        [x; 4]
    }
    #[inline(always)]
    fn load(from: &[f64]) -> Self {
        [from[0], from[1], from[2], from[3]]
    }
    #[inline(always)]
    fn load_narrow(from: &[f32]) -> Self {
        [from[0], from[1], from[2], from[3]].map(f64::from)
    }
    #[inline(always)]
    fn store(self, to: &mut [f64]) {
        to[..4].copy_from_slice(&self);
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        std::array::from_fn(|i| self[i] + other[i])
    }
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        std::array::from_fn(|i| self[i] - other[i])
    }
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        std::array::from_fn(|i| self[i] * other[i])
    }
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        std::array::from_fn(|i| self[i] / other[i])
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        self.map(f64::sqrt)
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        std::array::from_fn(|i| if self[i] < other[i] { self[i] } else { other[i] })
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        std::array::from_fn(|i| if self[i] > other[i] { self[i] } else { other[i] })
    }
    #[inline(always)]
    fn if_ge(self, bound: Self, yes: Self, no: Self) -> Self {
        std::array::from_fn(|i| if self[i] >= bound[i] { yes[i] } else { no[i] })
    }
    #[inline(always)]
    fn reverse(self) -> Self {
        [self[3], self[2], self[1], self[0]]
    }
    #[inline(always)]
    fn sums4(self) -> Self {
        let [a, b, c, d] = self;
        [a, b + a, (c + b) + a, (d + c) + (b + a)]
    }
    #[inline(always)]
    fn load_pairs(from: &[f64]) -> (Self, Self) {
        let from = &from[..8];
        ([from[0], from[2], from[4], from[6]], [from[1], from[3], from[5], from[7]])
    }
    #[inline(always)]
    fn store_pairs(even: Self, odd: Self, to: &mut [f64]) {
        to[..8].copy_from_slice(&[even[0], odd[0], even[1], odd[1], even[2], odd[2], even[3], odd[3]]);
    }
    #[inline(always)]
    fn twice(self) -> (Self, Self) {
        ([self[0], self[0], self[1], self[1]], [self[2], self[2], self[3], self[3]])
    }
    #[inline(always)]
    fn transpose(square: &mut [Self]) {
        let [a, b, c, d] = [square[0], square[1], square[2], square[3]];
        for (i, row) in square[..4].iter_mut().enumerate() {
            *row = [a[i], b[i], c[i], d[i]];
        }
    }
}

/// Implements [`Vector`] for a register type over its intrinsics.
#[cfg(target_arch = "x86_64")]
macro_rules! impl_vector {
    ($register:ident, $lanes:literal, $set1:ident, $loadu:ident, $widen:expr, $storeu:ident, $add:ident, $sub:ident,
     $mul:ident, $div:ident, $sqrt:ident, $min:ident, $max:ident, $if_ge:expr, $reverse:expr,
     $sums4:expr, $even_odd:expr, $in_turn:expr, $twice:expr, $transpose:expr) => {
        // SAFETY, for every block: vectors of this type occur only inside `run`, which checked the path.
        impl Vector for x86::$register {
            const LANES: usize = $lanes;

            #[inline(always)]
            fn splat(x: f64) -> Self {
                unsafe { x86::$set1(x) }
            }
            #[inline(always)]
            fn load(from: &[f64]) -> Self {
                // The slice is long enough for an unaligned load.
                unsafe { x86::$loadu(from[..$lanes].as_ptr()) }
            }
            #[inline(always)]
            fn load_narrow(from: &[f32]) -> Self {
                // The slice is long enough for an unaligned load.
                unsafe { $widen(from[..$lanes].as_ptr()) }
            }
            #[inline(always)]
            fn store(self, to: &mut [f64]) {
                // The slice is long enough for an unaligned store.
                unsafe { x86::$storeu(to[..$lanes].as_mut_ptr(), self) }
            }
            #[inline(always)]
            fn add(self, other: Self) -> Self {
                unsafe { x86::$add(self, other) }
            }
            #[inline(always)]
            fn sub(self, other: Self) -> Self {
                unsafe { x86::$sub(self, other) }
            }
            #[inline(always)]
            fn mul(self, other: Self) -> Self {
                unsafe { x86::$mul(self, other) }
            }
            #[inline(always)]
            fn div(self, other: Self) -> Self {
                unsafe { x86::$div(self, other) }
            }
            #[inline(always)]
            fn sqrt(self) -> Self {
                unsafe { x86::$sqrt(self) }
            }
            #[inline(always)]
            fn min(self, other: Self) -> Self {
                unsafe { x86::$min(self, other) }
            }
            #[inline(always)]
            fn max(self, other: Self) -> Self {
                unsafe { x86::$max(self, other) }
            }
            #[inline(always)]
            fn if_ge(self, bound: Self, yes: Self, no: Self) -> Self {
                unsafe { $if_ge(self, bound, yes, no) }
            }
            #[inline(always)]
            fn reverse(self) -> Self {
                unsafe { $reverse(self) }
            }
            #[inline(always)]
            fn sums4(self) -> Self {
                unsafe { $sums4(self) }
            }
            #[inline(always)]
            fn load_pairs(from: &[f64]) -> (Self, Self) {
                let from = &from[..2 * $lanes];
                unsafe { $even_odd(Self::load(from), Self::load(&from[$lanes..])) }
            }
            #[inline(always)]
            fn store_pairs(even: Self, odd: Self, to: &mut [f64]) {
                let to = &mut to[..2 * $lanes];
                let (low, high) = unsafe { $in_turn(even, odd) };
                low.store(to);
                high.store(&mut to[$lanes..]);
            }
            #[inline(always)]
            fn twice(self) -> (Self, Self) {
                unsafe { $twice(self) }
            }
            #[inline(always)]
            fn transpose(square: &mut [Self]) {
                unsafe { $transpose(square) }
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64 as x86;

#[cfg(target_arch = "x86_64")]
impl_vector!(
    __m256d,
    4,
    _mm256_set1_pd,
    _mm256_loadu_pd,
    |from| x86::_mm256_cvtps_pd(x86::_mm_loadu_ps(from)),
    _mm256_storeu_pd,
    _mm256_add_pd,
    _mm256_sub_pd,
    _mm256_mul_pd,
    _mm256_div_pd,
    _mm256_sqrt_pd,
    _mm256_min_pd,
    _mm256_max_pd,
    |x, bound, yes, no| x86::_mm256_blendv_pd(no, yes, x86::_mm256_cmp_pd::<{ x86::_CMP_GE_OQ }>(x, bound)),
    |x| x86::_mm256_permute4x64_pd::<0b00_01_10_11>(x),
    |x| {
        // Moved up by one lane, then by two; 0 comes in from below.
        let zero = x86::_mm256_setzero_pd();
        let by_1 = x86::_mm256_blend_pd::<0b0001>(x86::_mm256_permute4x64_pd::<0b10_01_00_00>(x), zero);
        let x = x86::_mm256_add_pd(x, by_1);
        let by_2 = x86::_mm256_blend_pd::<0b0011>(x86::_mm256_permute4x64_pd::<0b01_00_00_00>(x), zero);
        x86::_mm256_add_pd(x, by_2)
    },
    |a, b| {
        let low = x86::_mm256_permute2f128_pd::<0x20>(a, b);
        let high = x86::_mm256_permute2f128_pd::<0x31>(a, b);
        (x86::_mm256_unpacklo_pd(low, high), x86::_mm256_unpackhi_pd(low, high))
    },
    |even, odd| {
        let (low, high) = (x86::_mm256_unpacklo_pd(even, odd), x86::_mm256_unpackhi_pd(even, odd));
        (x86::_mm256_permute2f128_pd::<0x20>(low, high), x86::_mm256_permute2f128_pd::<0x31>(low, high))
    },
    |x| (x86::_mm256_permute4x64_pd::<0b01_01_00_00>(x), x86::_mm256_permute4x64_pd::<0b11_11_10_10>(x)),
    |square: &mut [x86::__m256d]| {
        let square = &mut square[..4];
        let low = [0, 2].map(|i| x86::_mm256_unpacklo_pd(square[i], square[i + 1]));
        let high = [0, 2].map(|i| x86::_mm256_unpackhi_pd(square[i], square[i + 1]));
        square[0] = x86::_mm256_permute2f128_pd::<0x20>(low[0], low[1]);
        square[1] = x86::_mm256_permute2f128_pd::<0x20>(high[0], high[1]);
        square[2] = x86::_mm256_permute2f128_pd::<0x31>(low[0], low[1]);
        square[3] = x86::_mm256_permute2f128_pd::<0x31>(high[0], high[1]);
    }
);

#[cfg(target_arch = "x86_64")]
impl_vector!(
    __m512d,
    8,
    _mm512_set1_pd,
    _mm512_loadu_pd,
    |from| x86::_mm512_cvtps_pd(x86::_mm256_loadu_ps(from)),
    _mm512_storeu_pd,
    _mm512_add_pd,
    _mm512_sub_pd,
    _mm512_mul_pd,
    _mm512_div_pd,
    _mm512_sqrt_pd,
    _mm512_min_pd,
    _mm512_max_pd,
    |x, bound, yes, no| x86::_mm512_mask_blend_pd(
        x86::_mm512_cmp_pd_mask::<{ x86::_CMP_GE_OQ }>(x, bound),
        no,
        yes
    ),
    |x| x86::_mm512_permutexvar_pd(x86::_mm512_set_epi64(0, 1, 2, 3, 4, 5, 6, 7), x),
    |x| {
        let by_1 = x86::_mm512_maskz_permutex_pd::<0b10_01_00_00>(0b1110_1110, x);
        let x = x86::_mm512_add_pd(x, by_1);
        let by_2 = x86::_mm512_maskz_permutex_pd::<0b01_00_00_00>(0b1100_1100, x);
        x86::_mm512_add_pd(x, by_2)
    },
    |a, b| {
        let even = x86::_mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14);
        let odd = x86::_mm512_setr_epi64(1, 3, 5, 7, 9, 11, 13, 15);
        (x86::_mm512_permutex2var_pd(a, even, b), x86::_mm512_permutex2var_pd(a, odd, b))
    },
    |even, odd| {
        let low = x86::_mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11);
        let high = x86::_mm512_setr_epi64(4, 12, 5, 13, 6, 14, 7, 15);
        (x86::_mm512_permutex2var_pd(even, low, odd), x86::_mm512_permutex2var_pd(even, high, odd))
    },
    |x| {
        let low = x86::_mm512_setr_epi64(0, 0, 1, 1, 2, 2, 3, 3);
        let high = x86::_mm512_setr_epi64(4, 4, 5, 5, 6, 6, 7, 7);
        (x86::_mm512_permutexvar_pd(low, x), x86::_mm512_permutexvar_pd(high, x))
    },
    |square: &mut [x86::__m512d]| {
        let square = &mut square[..8];
        for step in [1, 2, 4] {
            // Exchanges the off-diagonal blocks of `step` elements of every square of 2 * `step`.
            let (low, high) = match step {
                1 => (
                    x86::_mm512_setr_epi64(0, 8, 2, 10, 4, 12, 6, 14),
                    x86::_mm512_setr_epi64(1, 9, 3, 11, 5, 13, 7, 15),
                ),
                2 => (
                    x86::_mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13),
                    x86::_mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15),
                ),
                _ => (
                    x86::_mm512_setr_epi64(0, 1, 2, 3, 8, 9, 10, 11),
                    x86::_mm512_setr_epi64(4, 5, 6, 7, 12, 13, 14, 15),
                ),
            };
            for i in (0..8).filter(|i| i & step == 0) {
                let (a, b) = (square[i], square[i + step]);
                square[i] = x86::_mm512_permutex2var_pd(a, low, b);
                square[i + step] = x86::_mm512_permutex2var_pd(a, high, b);
            }
        }
    }
);

#[cfg(test)]
mod tests {
    use super::*;

    struct Operations<'a>(&'a [f64], &'a [f64], &'a mut [Vec<f64>]);

    impl Kernel for Operations<'_> {
        type Output = ();

        #[inline(always)]
        fn run<V: Vector>(self) {
            for i in (0..self.0.len()).step_by(V::LANES) {
                let (a, b) = (V::load(&self.0[i..]), V::load(&self.1[i..]));
                let results = [
                    a.add(b),
                    a.sub(b),
                    a.mul(b),
                    a.div(b),
                    b.mul(b).sqrt(),
                    a.min(b),
                    a.max(b),
                    a.if_ge(b, V::splat(1.0), a),
                    a.sums4(),
                ];
                for (result, out) in results.iter().zip(self.2.iter_mut()) {
                    result.store(&mut out[i..]);
                }
            }
        }
    }

    #[test]
    fn every_path_gives_the_same_bits() {
        let a: Vec<f64> = (0..16).map(|i| (f64::from(i) * 0.7 + 0.1).sin()).collect();
        let b: Vec<f64> = (0..16).map(|i| if i % 5 == 0 { a[i] } else { (i as f64 * 1.3).cos() }).collect();
        let results = |path| {
            let mut out = vec![vec![0.0; 16]; 9];
            run(path, Operations(&a, &b, &mut out));
            out
        };
        let expected = results(Path::Portable);
        assert_eq!(expected[0][3], a[3] + b[3]);
        assert_eq!(expected[7][5], 1.0);
        assert_eq!(expected[8][6], (a[6] + a[5]) + a[4]);
        for path in Path::available() {
            assert_eq!(results(*path), expected, "{path:?}");
        }
    }

    struct Shuffles<'a>(&'a [f64], &'a mut [Vec<f64>; 5]);

    impl Kernel for Shuffles<'_> {
        type Output = ();

        #[inline(always)]
        fn run<V: Vector>(self) {
            let [real, imaginary, low, high, columns] = self.1;
            let pairs = V::load_pairs(self.0);
            pairs.0.store(real);
            pairs.1.store(imaginary);
            let twice = V::load(self.0).twice();
            twice.0.store(low);
            twice.1.store(high);
            let mut square = [V::splat(0.0); 8];
            for (i, row) in square[..V::LANES].iter_mut().enumerate() {
                *row = V::load(&self.0[8 * i..]);
            }
            V::transpose(&mut square);
            for (i, row) in square[..V::LANES].iter().enumerate() {
                row.store(&mut columns[8 * i..]);
            }
        }
    }

    #[test]
    fn shuffles_keep_the_order_of_elements() {
        let from: Vec<f64> = (0..64).map(f64::from).collect();
        for path in Path::available() {
            let lanes = if *path == Path::Avx512 { 8 } else { 4 };
            let mut out = std::array::from_fn(|_| vec![0.0; 64]);
            run(*path, Shuffles(&from, &mut out));
            for i in 0..lanes {
                assert_eq!((out[0][i], out[1][i]), (from[2 * i], from[2 * i + 1]), "{path:?}");
                assert_eq!((out[2][i], out[3][i]), (from[i / 2], from[(lanes + i) / 2]), "{path:?}");
                for j in 0..lanes {
                    assert_eq!(out[4][8 * i + j], from[8 * j + i], "{path:?}");
                }
            }
        }
    }

    #[test]
    fn a_scope_forces_its_path_and_restores() {
        let before = Path::best();
        assert_eq!(Path::Portable.scope(Path::best), Path::Portable);
        assert_eq!(Path::best(), before);
    }
}
