//! FFT plans, made once per length and shared by all kernels.
//!
//! Each is made by a planner of its own: one that has made others builds on what it has, so that the last
//! bits of a transform would depend on what was planned before. The plans stand behind locks that nobody
//! waits for: where a lock is taken (another thread plans, or a fork left it so), the plan is simply made
//! again. Transforms touch no lock.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use rustfft::{Fft, FftPlanner};

/// Transform of `len` real samples to `len / 2 + 1` bins, not scaled.
pub(crate) fn real_forward(len: usize) -> Arc<dyn RealToComplex<f64>> {
    REAL_FORWARD.made(len, |len| RealFftPlanner::new().plan_fft_forward(len))
}

/// Inverse transform of `len / 2 + 1` bins to `len` real samples, not scaled.
pub(crate) fn real_inverse(len: usize) -> Arc<dyn ComplexToReal<f64>> {
    REAL_INVERSE.made(len, |len| RealFftPlanner::new().plan_fft_inverse(len))
}

/// Transform of `len` complex samples, not scaled.
pub(crate) fn complex_forward(len: usize) -> Arc<dyn Fft<f64>> {
    FORWARD.made(len, |len| FftPlanner::new().plan_fft_forward(len))
}

/// Inverse transform of `len` complex bins, not scaled.
pub(crate) fn complex_inverse(len: usize) -> Arc<dyn Fft<f64>> {
    INVERSE.made(len, |len| FftPlanner::new().plan_fft_inverse(len))
}

static REAL_FORWARD: Plans<Arc<dyn RealToComplex<f64>>> = Plans::new();
static REAL_INVERSE: Plans<Arc<dyn ComplexToReal<f64>>> = Plans::new();
static FORWARD: Plans<Arc<dyn Fft<f64>>> = Plans::new();
static INVERSE: Plans<Arc<dyn Fft<f64>>> = Plans::new();

/// Gives the memory of the plans back; they live on where they are in use.
pub(crate) fn forget() {
    REAL_FORWARD.forget();
    REAL_INVERSE.forget();
    FORWARD.forget();
    INVERSE.forget();
}

/// Plans, or what else an FFT needs, by length.
pub(crate) struct Plans<T>(Mutex<Vec<(usize, T)>>);

/// After so many plans all are forgotten, so that a host that asks for ever new lengths does not fill its
/// memory; nor are plans of very long transforms kept.
const MOST_PLANS: usize = 128;
const LONGEST_KEPT: usize = 1 << 18;

impl<T: Clone> Plans<T> {
    pub const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    fn made(&self, len: usize, plan: impl FnOnce(usize) -> T) -> T {
        let Ok(plan) = self.of::<Infallible>(len, |len| Ok(plan(len)));
        plan
    }

    pub fn of<E>(&self, len: usize, plan: impl FnOnce(usize) -> Result<T, E>) -> Result<T, E> {
        let Ok(mut plans) = self.0.try_lock() else {
            return plan(len);
        };
        if let Some((_, made)) = plans.iter().find(|(known, _)| *known == len) {
            return Ok(made.clone());
        }
        let made = plan(len)?;
        if len <= LONGEST_KEPT {
            if plans.len() == MOST_PLANS {
                plans.clear();
            }
            if plans.try_reserve(1).is_ok() {
                plans.push((len, made.clone()));
            }
        }
        Ok(made)
    }

    pub fn forget(&self) {
        if let Ok(mut plans) = self.0.try_lock() {
            *plans = Vec::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use rustfft::num_complex::Complex64;

    use super::*;

    #[test]
    fn plans_are_shared_and_made_again_while_the_lock_is_taken() {
        let plans = Plans::new();
        assert_eq!(plans.made(8, |len| len + 1), 9);
        assert_eq!(plans.made(8, |_| unreachable!()), 9);
        let held = plans.0.lock().unwrap();
        assert_eq!(plans.made(8, |len| len + 2), 10);
        drop(held);
    }

    #[test]
    fn all_are_forgotten_after_many_lengths() {
        let plans = Plans::new();
        plans.made(LONGEST_KEPT + 1, |len| len);
        assert!(plans.0.lock().unwrap().is_empty());
        for len in 0..3 * MOST_PLANS {
            assert_eq!(plans.made(len, |len| len), len);
            assert!(plans.0.lock().unwrap().len() <= MOST_PLANS);
        }
        assert_eq!(plans.made(2 * MOST_PLANS, |_| unreachable!()), 2 * MOST_PLANS);
    }

    #[test]
    fn what_was_planned_before_changes_no_bit() {
        let bits = |fft: Arc<dyn Fft<f64>>| {
            let mut data: Vec<Complex64> =
                (0..fft.len()).map(|i| Complex64::new((i as f64).sin(), (0.3 * i as f64).cos())).collect();
            fft.process(&mut data);
            data
        };
        for len in [96, 120, 144, 240, 720] {
            let first = bits(FftPlanner::new().plan_fft_inverse(len));
            for before in (8..len).step_by(8) {
                complex_inverse(before);
            }
            assert_eq!(bits(complex_inverse(len)), first, "{len}");
        }
    }
}
