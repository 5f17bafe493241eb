//! Vector code for the instruction set that the processor has; with [`crate::ffi`], the only home of
//! `unsafe`.
//!
//! An inner loop is written once, as a `Kernel` over a `Vector` type. `run` holds it compiled for each
//! instruction set and calls the one that it is asked for. An [`InstructionSet`] comes from detection alone,
//! and the vector types of a set are reached through `run` alone, so that no safe code can execute an
//! instruction that the processor lacks.
//!
//! No operation here fuses or reorders, so a kernel that adds in an order that does not depend on the number
//! of lanes gives the same bits with every set.

#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod portable;
#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::fmt;
use std::sync::LazyLock;

use rustfft::num_complex::Complex64;

/// Lanes of the widest vector. Rows that are a multiple of it are whole vectors with every set.
pub(crate) const LANES: usize = 8;

/// An instruction set that this processor has been found to have. Wider sets are greater.
///
/// ```
/// use auralis_dsp::simd::InstructionSet;
///
/// for set in InstructionSet::available() {
///     assert_eq!(set.scope(InstructionSet::best), *set);
/// }
/// ```
///
/// There is no other way to one:
///
/// ```compile_fail,E0423
/// let set = auralis_dsp::simd::InstructionSet(2);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct InstructionSet(Set);

/// All that the library is compiled for, narrowest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Set {
    Portable,
    Avx2,
    Avx512,
}

thread_local! {
    static IN_SCOPE: Cell<Option<InstructionSet>> = const { Cell::new(None) };
}

impl InstructionSet {
    /// What every processor of the target has.
    pub const PORTABLE: Self = Self(Set::Portable);

    /// The widest set of this processor, or the one that [`Self::scope`] or the environment variable
    /// `AURALIS_DSP_SIMD` (`portable`, `avx2`, `avx512`) asks for, if the processor has it.
    pub fn best() -> Self {
        static BEST: LazyLock<InstructionSet> = LazyLock::new(|| {
            let widest = match std::env::var("AURALIS_DSP_SIMD").as_deref() {
                Ok("portable") => Set::Portable,
                Ok("avx2") => Set::Avx2,
                _ => Set::Avx512,
            };
            let allowed = InstructionSet::available().iter().filter(|set| set.0 <= widest);
            *allowed.max().expect("the portable set is always there")
        });
        IN_SCOPE.get().unwrap_or_else(|| *BEST)
    }

    /// The sets that this processor has, narrowest first.
    pub fn available() -> &'static [Self] {
        #[cfg(target_arch = "x86_64")]
        {
            let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
            if avx2 && is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512dq") {
                return &[Self(Set::Portable), Self(Set::Avx2), Self(Set::Avx512)];
            }
            if avx2 {
                return &[Self(Set::Portable), Self(Set::Avx2)];
            }
        }
        &[Self(Set::Portable)]
    }

    /// Runs `work`, in which [`Self::best`] on this thread, and so the plans that are made, use this set.
    pub fn scope<T>(self, work: impl FnOnce() -> T) -> T {
        struct Restore(Option<InstructionSet>);
        impl Drop for Restore {
            fn drop(&mut self) {
                IN_SCOPE.set(self.0);
            }
        }
        let _restore = Restore(IN_SCOPE.replace(Some(self)));
        work()
    }

    /// As `AURALIS_DSP_SIMD` names it.
    pub fn name(self) -> &'static str {
        match self.0 {
            Set::Portable => "portable",
            Set::Avx2 => "avx2",
            Set::Avx512 => "avx512",
        }
    }
}

impl fmt::Debug for InstructionSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// An inner loop, generic over the vector it works on. Mark `run` `#[inline(always)]`.
///
/// What `run` calls with vectors must be inlined into it too, or it is compiled without the instructions
/// of the set: functions are marked `#[inline(always)]`, and arrays of vectors are written out or filled by
/// loops, not by `array::from_fn` or `map`, whose closures the compiler may leave apart.
pub(crate) trait Kernel {
    type Output;
    fn run<V: Vector>(self) -> Self::Output;
}

/// Runs `kernel` compiled for `instructions`.
#[inline]
pub(crate) fn run<K: Kernel>(instructions: InstructionSet, kernel: K) -> K::Output {
    match instructions.0 {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: an `InstructionSet` other than the portable one is made by detection alone
        // (`InstructionSet::available`), so the processor has the features that the function enables.
        Set::Avx512 => unsafe { avx512::run(kernel) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        Set::Avx2 => unsafe { avx2::run(kernel) },
        _ => kernel.run::<portable::Portable>(),
    }
}

/// `LANES` doubles, operated on lane by lane.
pub(crate) trait Vector: Copy {
    const LANES: usize;
    fn splat(x: f64) -> Self;
    /// The first `LANES` elements of `from`.
    fn load(from: &[f64]) -> Self;
    /// The first `LANES` elements of `from`, in double precision.
    fn load_f32(from: &[f32]) -> Self;
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
    fn select_ge(self, bound: Self, yes: Self, no: Self) -> Self;
    /// The lanes from last to first.
    fn reverse(self) -> Self;
    /// Running sums within each four lanes: a, b + a, (c + b) + a, (d + c) + (b + a).
    fn prefix_sums4(self) -> Self;
    /// Even and odd elements of the first `2 * LANES` of `from`: real and imaginary parts.
    fn load_interleaved(from: &[f64]) -> (Self, Self);
    /// Overwrites the first `2 * LANES` of `to` with the lanes of both vectors in turn.
    fn store_interleaved(even: Self, odd: Self, to: &mut [f64]);
    /// Every lane twice, in order: the factors of `2 * LANES` interleaved parts.
    fn duplicate(self) -> (Self, Self);
    /// Exchanges rows and columns of the square of the first `LANES` vectors.
    fn transpose(square: &mut [Self]);
}

/// Has the processor fetch `samples`, which will be needed soon.
pub(crate) fn prefetch(samples: &[f64]) {
    #[cfg(target_arch = "x86_64")]
    for line in samples.iter().step_by(8) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        let address = std::ptr::from_ref(line).cast();
        // SAFETY: the instruction is a hint that reads nothing, and SSE is part of x86-64.
        unsafe { _mm_prefetch(address, _MM_HINT_T0) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = samples;
}

/// The interleaved real and imaginary parts of `spectrum`.
pub(crate) fn parts(spectrum: &[Complex64]) -> &[f64] {
    // SAFETY: Complex64 is `repr(C)` of two f64, so as many pairs of them lie there, borrowed as long.
    unsafe { std::slice::from_raw_parts(spectrum.as_ptr().cast(), 2 * spectrum.len()) }
}

/// The interleaved real and imaginary parts of `spectrum`.
pub(crate) fn parts_mut(spectrum: &mut [Complex64]) -> &mut [f64] {
    // SAFETY: as in `parts`; the borrow is exclusive for as long.
    unsafe { std::slice::from_raw_parts_mut(spectrum.as_mut_ptr().cast(), 2 * spectrum.len()) }
}
