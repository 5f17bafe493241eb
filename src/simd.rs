//! Run-time choice of the instruction set; with `ffi`, the only home of `unsafe`.
//!
//! An inner loop is written once, as a [`Kernel`] over a [`Vector`] type. [`run`] compiles it for each
//! instruction set and calls the one of the given [`Path`]. No operation here fuses or reorders, so a
//! kernel that adds in an order that does not depend on [`Vector::LANES`] gives the same bits on every
//! path.

use std::cell::Cell;
use std::sync::LazyLock;

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
}

/// Implements [`Vector`] for a register type over its intrinsics.
#[cfg(target_arch = "x86_64")]
macro_rules! impl_vector {
    ($register:ident, $lanes:literal, $set1:ident, $loadu:ident, $storeu:ident, $add:ident, $sub:ident,
     $mul:ident, $div:ident, $sqrt:ident, $min:ident, $max:ident, $if_ge:expr, $reverse:expr) => {
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
    _mm256_storeu_pd,
    _mm256_add_pd,
    _mm256_sub_pd,
    _mm256_mul_pd,
    _mm256_div_pd,
    _mm256_sqrt_pd,
    _mm256_min_pd,
    _mm256_max_pd,
    |x, bound, yes, no| x86::_mm256_blendv_pd(no, yes, x86::_mm256_cmp_pd::<{ x86::_CMP_GE_OQ }>(x, bound)),
    |x| x86::_mm256_permute4x64_pd::<0b00_01_10_11>(x)
);

#[cfg(target_arch = "x86_64")]
impl_vector!(
    __m512d,
    8,
    _mm512_set1_pd,
    _mm512_loadu_pd,
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
    |x| x86::_mm512_permutexvar_pd(x86::_mm512_set_epi64(0, 1, 2, 3, 4, 5, 6, 7), x)
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
            let mut out = vec![vec![0.0; 16]; 8];
            run(path, Operations(&a, &b, &mut out));
            out
        };
        let expected = results(Path::Portable);
        assert_eq!(expected[0][3], a[3] + b[3]);
        assert_eq!(expected[7][5], 1.0);
        for path in Path::available() {
            assert_eq!(results(*path), expected, "{path:?}");
        }
    }

    #[test]
    fn a_scope_forces_its_path_and_restores() {
        let before = Path::best();
        assert_eq!(Path::Portable.scope(Path::best), Path::Portable);
        assert_eq!(Path::best(), before);
    }
}
