//! Handles over plans: all memory is taken when one is made, none while it runs.

pub mod chroma;
pub mod fingerprint;
pub mod hpss;
pub mod yin;

use super::args::{self, Output};
use super::status::{Fault, guard};
use crate::blocks::error;

/// An opaque C type, and the plan behind it.
trait Handle {
    type Plan: Plan;
}

/// What the address in a handle points to.
struct Stream<P> {
    plan: P,
    /// The longest block that may be pushed, in samples of a channel.
    max_block: usize,
}

/// What all plans have.
trait Plan: Send + Sync {
    fn latency(&self) -> usize;
    fn max_output(&self, block: usize) -> usize;
    fn reset(&mut self);
}

macro_rules! handle {
    ($handle:ty, $plan:ty) => {
        impl super::Handle for $handle {
            type Plan = $plan;
        }

        impl super::Plan for $plan {
            fn latency(&self) -> usize {
                self.latency()
            }

            fn max_output(&self, block: usize) -> usize {
                self.max_output(block)
            }

            fn reset(&mut self) {
                self.reset();
            }
        }
    };
}
use handle;

impl<P: Plan> Stream<P> {
    /// The block at `audio`.
    ///
    /// # Safety
    /// As for [`args::input`].
    unsafe fn block<'a>(&self, audio: *const f64, n_samples: usize) -> Result<&'a [f64], Fault> {
        args::check_len("n_samples", n_samples, self.max_block)?;
        // SAFETY: the caller's.
        unsafe { args::input("audio", audio, "n_samples", n_samples) }
    }

    /// An output of `capacity` doubles, of which a call with `block` samples uses no more than it can
    /// write: `width` for each frame or sample.
    fn output(
        &self,
        name: &'static str,
        pointer: *mut f64,
        capacity: usize,
        block: usize,
        width: usize,
    ) -> Result<Output<f64>, Fault> {
        let most = self.plan.max_output(block).saturating_mul(width);
        args::output(name, pointer, capacity, capacity.min(most))
    }
}

/// The stream behind `handle`.
///
/// # Safety
/// If not NULL, `handle` comes from [`new`] and lives for `'a`, while nothing changes it.
unsafe fn shared<'a, H: Handle>(handle: *const H) -> Result<&'a Stream<H::Plan>, Fault> {
    let stream: *const Stream<H::Plan> = handle.cast();
    args::check_pointer("handle", stream)?;
    // SAFETY: the caller's.
    Ok(unsafe { &*stream })
}

/// The stream behind `handle`.
///
/// # Safety
/// If not NULL, `handle` comes from [`new`] and lives for `'a`, while nothing else uses it.
unsafe fn exclusive<'a, H: Handle>(handle: *mut H) -> Result<&'a mut Stream<H::Plan>, Fault> {
    let stream: *mut Stream<H::Plan> = handle.cast();
    args::check_pointer("handle", stream)?;
    // SAFETY: the caller's.
    Ok(unsafe { &mut *stream })
}

/// Writes a handle for the plan that `make` gives.
///
/// # Safety
/// If not NULL and aligned, `handle` is writable.
unsafe fn new<H: Handle>(
    handle: *mut *mut H,
    max_block: usize,
    make: impl FnOnce() -> Result<H::Plan, Fault>,
) -> i32 {
    guard(|| {
        let handle = args::output_value("handle", handle)?;
        args::check_len("max_block", max_block, args::MOST_SAMPLES)?;
        // A vector of one: memory for it can be refused without an end of the host.
        let mut memory = error::reserve(1)?;
        memory.push(Stream { plan: make()?, max_block });
        // SAFETY: the caller's.
        unsafe { handle.set(Box::into_raw(memory.into_boxed_slice()).cast()) };
        Ok(())
    })
}

/// Gives the memory of [`new`] back.
///
/// # Safety
/// If not NULL, `handle` comes from [`new`] and is not used again.
unsafe fn free<H: Handle>(handle: *mut H) {
    if !handle.is_null() {
        let stream = std::ptr::slice_from_raw_parts_mut(handle.cast::<Stream<H::Plan>>(), 1);
        guard(|| {
            // SAFETY: the caller's.
            drop(unsafe { Box::from_raw(stream) });
            Ok(())
        });
    }
}

/// Writes the plan's latency.
///
/// # Safety
/// As for [`shared`]; if not NULL and aligned, `samples` is writable.
unsafe fn latency<H: Handle>(handle: *const H, samples: *mut usize) -> i32 {
    guard(|| unsafe {
        let stream = shared(handle)?;
        args::output_value("samples", samples)?.set(stream.plan.latency());
        Ok(())
    })
}

/// Writes the most that a push of `block` samples, or the end of the signal (0), can write.
///
/// # Safety
/// As for [`latency`].
unsafe fn max_output<H: Handle>(handle: *const H, block: usize, n_written: *mut usize) -> i32 {
    guard(|| unsafe {
        let stream = shared(handle)?;
        if block > 0 {
            args::check_len("block", block, stream.max_block)?;
        }
        args::output_value("n_written", n_written)?.set(stream.plan.max_output(block));
        Ok(())
    })
}

/// Forgets the signal.
///
/// # Safety
/// As for [`exclusive`].
unsafe fn reset<H: Handle>(handle: *mut H) -> i32 {
    guard(|| unsafe {
        exclusive(handle)?.plan.reset();
        Ok(())
    })
}
