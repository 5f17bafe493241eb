//! FFT plans, made once per length and shared by all kernels.
//!
//! The planners stand behind locks that nobody waits for: where a lock is taken (another thread
//! plans, or a fork left it so), the plan is simply made again. Transforms touch no lock.

use std::sync::{Arc, Mutex};

use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use rustfft::{Fft, FftPlanner};

/// Forward and inverse transform of `len` real samples to `len / 2 + 1` bins, neither of them scaled.
#[derive(Clone)]
pub(crate) struct RealFft {
    pub forward: Arc<dyn RealToComplex<f64>>,
    pub inverse: Arc<dyn ComplexToReal<f64>>,
}

pub(crate) fn real(len: usize) -> RealFft {
    REAL.with(RealFftPlanner::new, |planner| RealFft {
        forward: planner.plan_fft_forward(len),
        inverse: planner.plan_fft_inverse(len),
    })
}

/// Transform of `len` complex samples, not scaled.
pub(crate) fn complex_forward(len: usize) -> Arc<dyn Fft<f64>> {
    COMPLEX.with(FftPlanner::new, |planner| planner.plan_fft_forward(len))
}

/// Inverse transform of `len` complex bins, not scaled.
pub(crate) fn complex_inverse(len: usize) -> Arc<dyn Fft<f64>> {
    COMPLEX.with(FftPlanner::new, |planner| planner.plan_fft_inverse(len))
}

static REAL: Shared<RealFftPlanner<f64>> = Shared::new();
static COMPLEX: Shared<FftPlanner<f64>> = Shared::new();

/// Gives the memory of the planners back; what they planned lives on where it is in use.
pub(crate) fn forget() {
    REAL.forget();
    COMPLEX.forget();
}

/// A planner and how often it was asked.
struct Shared<P>(Mutex<Option<(P, usize)>>);

/// Planners keep every plan that they made; after so many questions one starts afresh, so that a
/// host that asks for ever new lengths does not fill its memory.
const MOST_QUESTIONS: usize = 1024;

impl<P> Shared<P> {
    const fn new() -> Self {
        Self(Mutex::new(None))
    }

    fn with<T>(&self, new: impl Fn() -> P, plan: impl FnOnce(&mut P) -> T) -> T {
        let Ok(mut slot) = self.0.try_lock() else {
            return plan(&mut new());
        };
        // Taken out while in use: should planning panic, no half-made planner stays behind.
        let (mut planner, questions) =
            slot.take().filter(|kept| kept.1 < MOST_QUESTIONS).unwrap_or_else(|| (new(), 0));
        let made = plan(&mut planner);
        *slot = Some((planner, questions + 1));
        made
    }

    fn forget(&self) {
        if let Ok(mut slot) = self.0.try_lock() {
            *slot = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_are_shared_and_made_again_while_the_lock_is_taken() {
        assert!(Arc::ptr_eq(&complex_inverse(96), &complex_inverse(96)));
        let shared = Shared::<usize>::new();
        let held = shared.0.lock().unwrap();
        assert_eq!(shared.with(|| 5, |planner| *planner), 5);
        drop(held);
    }
}
