//! Memory that cannot be had: the first, second, … n-th allocation of every entry point is refused, alone
//! or with all that follow.
//!
//! rustfft and ebur128 allocate infallibly while they plan; plans of FFT lengths that were used before
//! are shared, so each call is made once before memory gets short. A program of its own, one test at a
//! time: plans are made again where another thread holds the lock on the shared ones.

#[allow(dead_code)]
#[path = "faults/abi/mod.rs"]
mod abi;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::{Mutex, PoisonError};

use auralis_dsp::ffi::status::{AURALIS_ERROR_INVALID_ARGUMENT, AURALIS_ERROR_OUT_OF_MEMORY, AURALIS_OK};

use abi::fingerprint::Fingerprint;
use abi::kernels::{Chroma, Cqt, Hpss, Kernel, StreamKernel, Tuning, Yin};
use abi::params::defaults;
use abi::rhythm::{BeatTrack, EnvelopeKernel, OnsetDetect, OnsetStrength, Outputs, Tempo};
use abi::spectral::{Centroid, Flatness, Rms, Rolloff};
use abi::stream::Stream;
use abi::{is_untouched, last_error, untouched};

/// The system's allocator, until told to refuse.
struct Refusing;

#[global_allocator]
static ALLOCATOR: Refusing = Refusing;

thread_local! {
    /// Allocations of this thread that are still granted; None: all.
    static GRANTED: Cell<Option<usize>> = const { Cell::new(None) };
    static REFUSED: Cell<usize> = const { Cell::new(0) };
    /// Whether all allocations after the first refused one are refused too.
    static LASTING: Cell<bool> = const { Cell::new(false) };
    static LIVE_BYTES: Cell<isize> = const { Cell::new(0) };
}

impl Refusing {
    fn grants() -> bool {
        match GRANTED.get() {
            None => true,
            Some(0) => {
                REFUSED.set(REFUSED.get() + 1);
                if !LASTING.get() {
                    GRANTED.set(None);
                }
                false
            }
            Some(n) => {
                GRANTED.set(Some(n - 1));
                true
            }
        }
    }
}

// SAFETY: the system's allocator, which may also give NULL; the counters take no memory.
unsafe impl GlobalAlloc for Refusing {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if !Self::grants() {
            return std::ptr::null_mut();
        }
        LIVE_BYTES.set(LIVE_BYTES.get() + layout.size() as isize);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE_BYTES.set(LIVE_BYTES.get() - layout.size() as isize);
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if !Self::grants() {
            return std::ptr::null_mut();
        }
        LIVE_BYTES.set(LIVE_BYTES.get() + size as isize - layout.size() as isize);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// Runs `work` with `granted` allocations; its result, and how many were refused.
fn short_of_memory<T>(granted: usize, lasting: bool, work: impl FnOnce() -> T) -> (T, usize) {
    LASTING.set(lasting);
    REFUSED.set(0);
    GRANTED.set(Some(granted));
    let result = work();
    GRANTED.set(None);
    (result, REFUSED.get())
}

/// Refuses the first, second, … allocation of `work` until it asks for no more; `work` gives a status.
fn refuse_each(mut work: impl FnMut() -> i32, mut after: impl FnMut(i32)) -> usize {
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    assert_eq!(work(), AURALIS_OK, "{}", last_error());
    after(AURALIS_OK);
    for lasting in [false, true] {
        for granted in 0.. {
            let before = LIVE_BYTES.get();
            let (status, refused) = short_of_memory(granted, lasting, &mut work);
            if refused == 0 {
                assert_eq!(status, AURALIS_OK, "{}", last_error());
                after(status);
                if lasting {
                    return granted;
                }
                break;
            }
            assert!(
                status == AURALIS_OK || status == AURALIS_ERROR_OUT_OF_MEMORY,
                "allocation {granted} refused: {status} {}",
                last_error()
            );
            after(status);
            assert_eq!(LIVE_BYTES.get(), before, "allocation {granted} refused: a leak");
        }
    }
    unreachable!()
}

const RATE: f64 = 22_050.0;

/// Samples of each channel.
const SAMPLES: usize = 30_000;

fn tone<K: Kernel>() -> Vec<f64> {
    (0..SAMPLES * K::CHANNELS).map(|i| (i as f64 * 0.09).sin()).collect()
}

fn whole_signals<K: Kernel>() {
    whole_signals_with::<K>(&defaults::<K>());
}

fn whole_signals_with<K: Kernel>(params: &K::Params) {
    let audio = tone::<K>();
    let mut frames = 0;
    assert_eq!(K::frames(SAMPLES, params, &mut frames), AURALIS_OK);
    let capacity = frames * K::width(params);
    let outputs = std::cell::RefCell::new([untouched(capacity), untouched(capacity)]);
    let call = |sample_rate| {
        let pointers = outputs.borrow_mut().each_mut().map(Vec::as_mut_ptr);
        K::call(audio.as_ptr(), SAMPLES, sample_rate, params, pointers, capacity)
    };
    let allocations = refuse_each(
        || call(RATE),
        |status| {
            let outputs = &mut *outputs.borrow_mut();
            let results = outputs[..K::OUTPUTS].iter();
            if status == AURALIS_OK {
                assert!(results.clone().all(|result| !is_untouched(result)));
                outputs.iter_mut().flatten().for_each(|x| *x = untouched(1)[0]);
            } else {
                assert!(results.clone().all(|result| is_untouched(result)), "written by a call that failed");
            }
        },
    );
    assert!(allocations > 0, "no allocation was refused");
    if K::HAS_SAMPLE_RATE {
        let (status, _) = short_of_memory(0, true, || call(f64::NAN));
        assert_eq!(status, AURALIS_ERROR_INVALID_ARGUMENT, "an error is told without memory");
    }
}

fn streams<K: StreamKernel>() {
    let mut params = defaults::<K>();
    K::for_stream(&mut params);
    streams_with::<K>(params);
}

fn streams_with<K: StreamKernel>(params: K::Params) {
    const BLOCK: usize = 700;
    let audio = tone::<K>();
    let made = std::cell::RefCell::new(None);
    let make = || match Stream::<K>::new(RATE, &params, BLOCK) {
        Ok(stream) => {
            made.replace(Some(stream));
            AURALIS_OK
        }
        Err(status) => status,
    };
    assert_eq!(make(), AURALIS_OK);
    made.replace(None);
    let before = LIVE_BYTES.get();
    assert!(refuse_each(make, |_| drop(made.take())) > 0);
    assert_eq!(LIVE_BYTES.get(), before, "a leak");

    assert_eq!(make(), AURALIS_OK);
    let stream = made.take().expect("made");
    let capacity = stream.most(BLOCK).max(stream.most(0)) * K::width(&params);
    let mut outputs = [untouched(capacity), untouched(capacity)];
    let pointers = outputs.each_mut().map(Vec::as_mut_ptr);
    let bad = vec![f64::NAN; 8 * K::CHANNELS];
    let ((), refused) = short_of_memory(0, true, || {
        let mut written = 0;
        for _ in 0..2 {
            for block in audio.chunks(BLOCK * K::CHANNELS) {
                let (handle, input, len) = (stream.0, block.as_ptr(), block.len() / K::CHANNELS);
                let refused = K::push(handle, bad.as_ptr(), 8, pointers, capacity, &mut written);
                assert_ne!(refused, AURALIS_OK);
                assert_ne!(K::push(handle, input, BLOCK + 1, pointers, capacity, &mut written), AURALIS_OK);
                let taken = K::push(handle, input, len, pointers, capacity, &mut written);
                assert_eq!(taken, AURALIS_OK);
            }
            assert_eq!(K::finish(stream.0, pointers, capacity, &mut written), AURALIS_OK);
            assert_eq!(K::reset(stream.0), AURALIS_OK);
        }
    });
    assert_eq!(refused, 0, "a stream took memory while it ran");
}

fn envelopes<K: EnvelopeKernel>() {
    let envelope: Vec<f64> = (0..500).map(|i| f64::from(u8::from(i % 22 == 3))).collect();
    let params = defaults::<K>();
    let results = std::cell::RefCell::new((vec![usize::MAX; envelope.len()], usize::MAX, untouched(1)));
    let call = |sample_rate| {
        let (frames, n_written, bpm) = &mut *results.borrow_mut();
        let outputs =
            Outputs { frames: frames.as_mut_ptr(), capacity: frames.len(), n_written, bpm: bpm.as_mut_ptr() };
        K::call(envelope.as_ptr(), envelope.len(), sample_rate, &params, outputs)
    };
    let allocations = refuse_each(
        || call(RATE),
        |status| {
            let (frames, n_written, bpm) = &mut *results.borrow_mut();
            let written = status == AURALIS_OK;
            assert_eq!(*n_written != usize::MAX && frames[0] != usize::MAX, written && K::GIVES_FRAMES);
            assert_eq!(!is_untouched(bpm), written && K::GIVES_BPM);
            frames.fill(usize::MAX);
            *n_written = usize::MAX;
            *bpm = untouched(1);
        },
    );
    assert!(allocations > 0, "no allocation was refused");
    let (status, _) = short_of_memory(0, true, || call(f64::NAN));
    assert!(matches!(status, AURALIS_ERROR_INVALID_ARGUMENT | AURALIS_ERROR_OUT_OF_MEMORY));
}

#[test]
fn chroma() {
    whole_signals::<Chroma>();
    streams::<Chroma>();
}

#[test]
fn cqt() {
    whole_signals::<Cqt>();
}

#[test]
fn tuning() {
    whole_signals::<Tuning>();
}

#[test]
fn fingerprint() {
    // All groups but level and dynamics, for which ebur128 makes its meter in each call.
    let mut params = defaults::<Fingerprint<2>>();
    params.groups = 1 + 4 + 8 + 32;
    whole_signals_with::<Fingerprint<2>>(&params);
    streams_with::<Fingerprint<2>>(params);
}

#[test]
fn rhythm() {
    whole_signals::<OnsetStrength>();
    envelopes::<OnsetDetect>();
    envelopes::<Tempo>();
    envelopes::<BeatTrack>();
}

#[test]
fn spectral() {
    whole_signals::<Centroid>();
    whole_signals::<Rolloff>();
    whole_signals::<Flatness>();
    whole_signals::<Rms>();
}

#[test]
fn hpss() {
    whole_signals::<Hpss>();
    streams::<Hpss>();
}

#[test]
fn yin() {
    whole_signals::<Yin>();
    streams::<Yin>();
}
