//! Handles over plans: all memory is taken when one is made, none while it runs.

use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, Ordering};

use super::args::{self, Input, MOST_SAMPLES, Memory, Output, Place};
use super::status::{AURALIS_ERROR_PANIC, Fault, guard};
use crate::blocks::error;
use crate::blocks::plan::Plan;

/// An opaque type of C, and the plan behind it.
pub(super) trait Handle {
    type Plan: Plan;
}

/// What the address in a handle points to.
struct Guarded<P> {
    stream: Stream<P>,
    /// A call has panicked: the plan may be in a state to which no signal leads.
    poisoned: AtomicBool,
}

/// What entry points see of it.
pub(super) struct Stream<P> {
    pub(super) plan: P,
    /// The longest block that may be pushed, in samples of a channel.
    pub(super) max_block: usize,
}

impl<P: Plan> Stream<P> {
    /// The samples of a block of one channel.
    pub(super) fn block<'a>(&self, memory: &mut Memory, audio: Input<'a>) -> Result<&'a [f64], Fault> {
        args::check_len("n_samples", audio.len(), self.max_block)?;
        memory.read("audio", "n_samples", audio)
    }

    /// An output, of which a call with `block` samples (0: the end of the signal) uses no more than it can
    /// write: `width` doubles for each frame or sample.
    pub(super) fn room<'a>(
        &self,
        memory: &mut Memory,
        name: &'static str,
        output: Output<'a, f64>,
        block: usize,
        width: usize,
    ) -> Result<&'a mut [f64], Fault> {
        let most = self.plan.max_output(block).saturating_mul(width);
        memory.write_up_to(name, output, most)
    }
}

/// A handle in a call that changes nothing, as others may do at the same time.
pub(super) struct Shared<'a, H: Handle> {
    pointer: *const Guarded<H::Plan>,
    memory: PhantomData<&'a Guarded<H::Plan>>,
}

impl<H: Handle> Shared<'_, H> {
    /// # Safety
    /// If not NULL, `handle` comes from [`new`], and nothing changes or frees it in this lifetime.
    pub(super) unsafe fn new(handle: *const H) -> Self {
        Self { pointer: handle.cast(), memory: PhantomData }
    }

    /// Runs the body of an entry point.
    pub(super) fn guard(self, body: impl FnOnce(&Stream<H::Plan>, &mut Memory) -> Result<(), Fault>) -> i32 {
        if let Err(fault) = args::check_pointer("handle", self.pointer) {
            return guard(|_| Err(fault));
        }
        // SAFETY: not NULL, so that it comes from `new` and only calls that change nothing use it.
        let Guarded { stream, poisoned } = unsafe { &*self.pointer };
        unless_poisoned(poisoned, |memory| body(stream, memory))
    }
}

/// A handle in a call that nothing else may use meanwhile.
pub(super) struct Exclusive<'a, H: Handle> {
    pointer: *mut Guarded<H::Plan>,
    memory: PhantomData<&'a mut Guarded<H::Plan>>,
}

impl<H: Handle> Exclusive<'_, H> {
    /// # Safety
    /// If not NULL, `handle` comes from [`new`], and nothing else uses or frees it in this lifetime.
    pub(super) unsafe fn new(handle: *mut H) -> Self {
        Self { pointer: handle.cast(), memory: PhantomData }
    }

    /// Runs the body of an entry point.
    pub(super) fn guard(
        self,
        body: impl FnOnce(&mut Stream<H::Plan>, &mut Memory) -> Result<(), Fault>,
    ) -> i32 {
        if let Err(fault) = args::check_pointer("handle", self.pointer) {
            return guard(|_| Err(fault));
        }
        // SAFETY: not NULL, so that it comes from `new` and nothing else uses it.
        let Guarded { stream, poisoned } = unsafe { &mut *self.pointer };
        unless_poisoned(poisoned, |memory| body(stream, memory))
    }
}

/// Runs the body of an entry point over a stream in which no call has panicked; if this one does, it is the
/// last.
fn unless_poisoned(poisoned: &AtomicBool, body: impl FnOnce(&mut Memory) -> Result<(), Fault>) -> i32 {
    let status = guard(|memory| {
        if poisoned.load(Ordering::Relaxed) {
            return Err(Fault::Poisoned);
        }
        body(memory)
    });
    if status == AURALIS_ERROR_PANIC {
        poisoned.store(true, Ordering::Relaxed);
    }
    status
}

/// The whole of a function `_new`: writes a handle for the plan that `make` gives.
pub(super) fn new<H: Handle>(
    handle: Place<*mut H>,
    max_block: usize,
    make: impl FnOnce() -> Result<H::Plan, Fault>,
) -> i32 {
    new_from(handle, max_block, |_| make())
}

/// As [`new`], of a plan that is made from what lies in the caller's memory.
pub(super) fn new_from<H: Handle>(
    handle: Place<*mut H>,
    max_block: usize,
    make: impl FnOnce(&mut Memory) -> Result<H::Plan, Fault>,
) -> i32 {
    guard(|memory| {
        let handle = memory.place("handle", handle)?;
        args::check_len("max_block", max_block, MOST_SAMPLES)?;
        // A vector of one: memory for it can be refused without an end of the host.
        let mut one = error::reserve(1)?;
        one.push(Guarded {
            stream: Stream { plan: make(memory)?, max_block },
            poisoned: AtomicBool::new(false),
        });
        *handle = Box::into_raw(one.into_boxed_slice()).cast();
        Ok(())
    })
}

/// The whole of a function `_free`: gives the memory of [`new`] back.
///
/// # Safety
/// If not NULL, `handle` comes from [`new`] and is not used again.
pub(super) unsafe fn free<H: Handle>(handle: *mut H) {
    if !handle.is_null() {
        let one = std::ptr::slice_from_raw_parts_mut(handle.cast::<Guarded<H::Plan>>(), 1);
        guard(|_| {
            // SAFETY: the caller's promise: a box of one, made by `new`.
            drop(unsafe { Box::from_raw(one) });
            Ok(())
        });
    }
}

/// The whole of a function `_latency`.
///
/// # Safety
/// As for [`Shared::new`] and [`Place::new`].
pub(super) unsafe fn latency<H: Handle>(handle: *const H, samples: *mut usize) -> i32 {
    // SAFETY: the caller's promise.
    let (handle, samples) = unsafe { (Shared::new(handle), Place::new(samples)) };
    handle.guard(|stream, memory| {
        let samples = memory.place("samples", samples)?;
        *samples = stream.plan.latency();
        Ok(())
    })
}

/// The whole of a function `_max_output`: the most that a push of `block` samples, or the end of the signal
/// (0), can write.
///
/// # Safety
/// As for [`Shared::new`] and [`Place::new`].
pub(super) unsafe fn max_output<H: Handle>(handle: *const H, block: usize, n_written: *mut usize) -> i32 {
    // SAFETY: the caller's promise.
    let (handle, n_written) = unsafe { (Shared::new(handle), Place::new(n_written)) };
    handle.guard(|stream, memory| {
        if block > 0 {
            args::check_len("block", block, stream.max_block)?;
        }
        let n_written = memory.place("n_written", n_written)?;
        *n_written = stream.plan.max_output(block);
        Ok(())
    })
}

/// The whole of a function `_reset`.
///
/// # Safety
/// As for [`Exclusive::new`].
pub(super) unsafe fn reset<H: Handle>(handle: *mut H) -> i32 {
    // SAFETY: the caller's promise.
    let handle = unsafe { Exclusive::new(handle) };
    handle.guard(|stream, _| {
        stream.plan.reset();
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use std::ptr::{null, null_mut};

    use super::super::fields::Params;
    use super::super::status::{AURALIS_OK, tests::last_error};
    use super::*;

    /// Panics where it is told to, and counts how often it was called.
    #[derive(Default)]
    struct Faulty {
        panics: bool,
        calls: usize,
    }

    impl Plan for Faulty {
        fn latency(&self) -> usize {
            assert!(!self.panics, "latency");
            self.calls
        }

        fn max_output(&self, block: usize) -> usize {
            block
        }

        fn reset(&mut self) {
            self.calls += 1;
            assert!(!self.panics, "reset");
        }
    }

    struct FaultyHandle;

    impl Handle for FaultyHandle {
        type Plan = Faulty;
    }

    /// A handle, freed at the end of its test.
    struct Owned(*mut FaultyHandle);

    impl Owned {
        fn new() -> Self {
            let mut handle = null_mut();
            // SAFETY: a place for a pointer.
            let place = unsafe { Place::new(&raw mut handle) };
            assert_eq!(new(place, 10, || Ok(Faulty::default())), AURALIS_OK);
            Self(handle)
        }

        /// An entry point that changes the stream.
        fn change(&self, body: impl FnOnce(&mut Faulty)) -> i32 {
            // SAFETY: a handle that is not yet freed.
            let handle = unsafe { Exclusive::new(self.0) };
            handle.guard(|stream, _| {
                body(&mut stream.plan);
                Ok(())
            })
        }

        /// The other entry points: the status, and what they wrote.
        fn others(&self) -> [(i32, usize); 3] {
            let (mut samples, mut n_written) = (99, 99);
            // SAFETY: a handle that is not yet freed, and places for numbers.
            unsafe {
                let latency = latency(self.0, &raw mut samples);
                let max_output = max_output(self.0, 5, &raw mut n_written);
                [(latency, samples), (max_output, n_written), (reset(self.0), 99)]
            }
        }
    }

    impl Drop for Owned {
        fn drop(&mut self) {
            // SAFETY: freed once.
            unsafe { free(self.0) }
        }
    }

    #[test]
    fn a_handle_that_saw_a_panic_answers_so_until_it_is_freed() {
        let handle = Owned::new();
        assert_eq!(handle.others(), [(AURALIS_OK, 0), (AURALIS_OK, 5), (AURALIS_OK, 99)]);
        assert_eq!(handle.change(|_| panic!("in the middle of a push")), AURALIS_ERROR_PANIC);
        assert_eq!(last_error(), "internal fault: in the middle of a push");
        for _ in 0..2 {
            assert_eq!(handle.change(|_| unreachable!("the plan is not used")), AURALIS_ERROR_PANIC);
            assert_eq!(last_error(), "handle saw an internal fault in an earlier call; allowed: to free it");
            assert_eq!(handle.others(), [(AURALIS_ERROR_PANIC, 99); 3]);
        }
    }

    #[test]
    fn a_panic_in_any_call_poisons_the_handle() {
        let (by_reset, by_latency) = (Owned::new(), Owned::new());
        for handle in [&by_reset, &by_latency] {
            assert_eq!(handle.change(|plan| plan.panics = true), AURALIS_OK);
        }
        // SAFETY: a handle that is not yet freed.
        assert_eq!(unsafe { reset(by_reset.0) }, AURALIS_ERROR_PANIC);
        // SAFETY: a handle that is not yet freed, and a place for a number.
        assert_eq!(unsafe { latency(by_latency.0, &mut 0) }, AURALIS_ERROR_PANIC);
        for handle in [&by_reset, &by_latency] {
            assert_eq!(handle.change(|plan| plan.panics = false), AURALIS_ERROR_PANIC);
        }
    }

    #[test]
    fn a_refusal_and_the_panic_of_another_handle_poison_nothing() {
        let (handle, other) = (Owned::new(), Owned::new());
        assert_eq!(other.change(|_| panic!("elsewhere")), AURALIS_ERROR_PANIC);
        // SAFETY: a handle that is not yet freed.
        assert_ne!(unsafe { max_output(handle.0, 11, &mut 0) }, AURALIS_OK);
        assert_eq!(handle.others(), [(AURALIS_OK, 0), (AURALIS_OK, 5), (AURALIS_OK, 99)]);
    }

    /// Makes the plan of a handle panic in the middle of a call.
    ///
    /// # Safety
    /// As for [`Exclusive::new`].
    unsafe fn poison<H: Handle>(handle: *mut H) {
        // SAFETY: the caller's promise.
        let handle = unsafe { Exclusive::new(handle) };
        assert_eq!(handle.guard(|_, _| panic!("in the middle of a push")), AURALIS_ERROR_PANIC);
    }

    #[test]
    fn every_function_with_a_handle_answers_for_a_poisoned_one() {
        use super::super::{chroma::*, fingerprint::*, hpss::*, params::AURALIS_PAD_REFLECT, yin::*};

        let mut chroma = auralis_chroma_params::defaults();
        (chroma.tuning, chroma.pad_mode) = (0.0, AURALIS_PAD_REFLECT);
        let audio = [0.1; 512];
        let untouched = ([-7.0; 512], [-7.0; 512], 99);
        let (mut a, mut b, mut n) = untouched;
        let (x, out, other, written) = (audio.as_ptr(), a.as_mut_ptr(), b.as_mut_ptr(), &raw mut n);
        let mut statuses = vec![];
        // SAFETY: the buffers are as long as said, the handles are freed last.
        unsafe {
            let mut handle = null_mut();
            assert_eq!(auralis_hpss_stream_new(22_050.0, null(), 512, &mut handle), AURALIS_OK);
            poison(handle);
            statuses.push(auralis_hpss_stream_push(handle, x, 512, out, other, 512, written));
            statuses.push(auralis_hpss_stream_finish(handle, out, other, 512, written));
            statuses.push(auralis_hpss_stream_latency(handle, written));
            statuses.push(auralis_hpss_stream_max_output(handle, 512, written));
            statuses.push(auralis_hpss_stream_reset(handle));
            auralis_hpss_stream_free(handle);

            let mut handle = null_mut();
            assert_eq!(auralis_yin_stream_new(22_050.0, null(), 512, &mut handle), AURALIS_OK);
            poison(handle);
            statuses.push(auralis_yin_stream_push(handle, x, 512, out, 512, written));
            statuses.push(auralis_yin_stream_finish(handle, out, 512, written));
            statuses.push(auralis_yin_stream_latency(handle, written));
            statuses.push(auralis_yin_stream_max_output(handle, 512, written));
            statuses.push(auralis_yin_stream_reset(handle));
            auralis_yin_stream_free(handle);

            let mut handle = null_mut();
            assert_eq!(auralis_chroma_stream_new(22_050.0, &chroma, 512, &mut handle), AURALIS_OK);
            poison(handle);
            statuses.push(auralis_chroma_stream_push(handle, x, 512, out, 512, written));
            statuses.push(auralis_chroma_stream_finish(handle, out, 512, written));
            statuses.push(auralis_chroma_stream_latency(handle, written));
            statuses.push(auralis_chroma_stream_max_output(handle, 512, written));
            statuses.push(auralis_chroma_stream_reset(handle));
            auralis_chroma_stream_free(handle);

            let mut handle = null_mut();
            assert_eq!(auralis_fingerprint_stream_new(22_050.0, 1, null(), 512, &mut handle), AURALIS_OK);
            poison(handle);
            statuses.push(auralis_fingerprint_stream_push(handle, x, 512));
            statuses.push(auralis_fingerprint_stream_finish(handle, out, 512, written));
            statuses.push(auralis_fingerprint_stream_latency(handle, written));
            statuses.push(auralis_fingerprint_stream_max_output(handle, 512, written));
            statuses.push(auralis_fingerprint_stream_seconds(handle, out, 512));
            statuses.push(auralis_fingerprint_stream_reset(handle));
            auralis_fingerprint_stream_free(handle);
        }
        assert_eq!(statuses, [AURALIS_ERROR_PANIC; 21]);
        assert_eq!((a, b, n), untouched);
    }
}
