//! Memory that cannot be had: the first, second, … n-th allocation of every entry point is refused, alone
//! or with all that follow.
//!
//! rustfft and ebur128 allocate infallibly while they plan; plans of FFT lengths that were used before
//! are shared, so each call is made once before memory gets short. A program of its own, one test at a
//! time: plans are made again where another thread holds the lock on the shared ones.

mod model;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::{Cell, RefCell};

use auralis_dsp::ffi::status::{AURALIS_ERROR_INVALID_ARGUMENT, AURALIS_ERROR_OUT_OF_MEMORY, AURALIS_OK};

use model::{
    Call, Case, Kernel, Kind, Running, Settings, Solving, Stream, UNTOUCHED, call, is_untouched, last_error,
    model, not_called_by, texts,
};

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
fn refuse_each(what: &str, mut work: impl FnMut() -> i32, mut after: impl FnMut(i32)) -> usize {
    assert_eq!(work(), AURALIS_OK, "{what}: {}", last_error());
    after(AURALIS_OK);
    for lasting in [false, true] {
        for granted in 0.. {
            let before = LIVE_BYTES.get();
            let (status, refused) = short_of_memory(granted, lasting, &mut work);
            if refused == 0 {
                assert_eq!(status, AURALIS_OK, "{what}: {}", last_error());
                after(status);
                if lasting {
                    return granted;
                }
                break;
            }
            assert!(
                status == AURALIS_OK || status == AURALIS_ERROR_OUT_OF_MEMORY,
                "{what}, allocation {granted} refused: {status} {}",
                last_error()
            );
            after(status);
            assert_eq!(LIVE_BYTES.get(), before, "{what}, allocation {granted} refused: a leak");
        }
    }
    unreachable!()
}

const RATE: f64 = 22_050.0;

/// Samples of each channel.
const SAMPLES: usize = 30_000;

/// A case that takes memory only by means that may fail.
fn case(kernel: &'static Kernel, len: usize, fallible: Settings) -> Case {
    let mut case = kernel.case(len, RATE).at_base().with(fallible);
    case.shorten(1e8, kernel.work);
    case
}

/// Calls `kernel` short of memory, however little; what it wrote is all there, or nothing is.
fn batch(kernel: &'static Kernel, fallible: Settings) {
    let case = case(kernel, SAMPLES, fallible);
    let needed = kernel.needed(&case).expect("valid parameters");
    let call = RefCell::new(Call::new(&kernel.function, case, &needed));
    let allocations = refuse_each(
        kernel.function.name,
        || call.borrow_mut().status(),
        |status| {
            let call = &mut *call.borrow_mut();
            if status == AURALIS_OK {
                call::check(kernel, call);
                call.outputs.iter_mut().for_each(|output| output.values.fill(UNTOUCHED));
            } else {
                let untouched = call.outputs.iter().all(|output| is_untouched(&output.values));
                assert!(untouched, "{}: written by a call that failed", kernel.function.name);
            }
        },
    );
    // What makes numbers of numbers may do without memory.
    assert!(allocations > 0 || !kernel.function.has(Kind::Input), "no allocation was refused");
    if kernel.function.has(Kind::SampleRate) {
        let mut call = call.into_inner();
        call.set(Kind::SampleRate, f64::NAN.to_bits());
        let (status, _) = short_of_memory(0, true, || call.status());
        // What is made of an envelope is made before the rate is looked at.
        let other = kernel.function.takes_envelope().then_some(AURALIS_ERROR_OUT_OF_MEMORY);
        let told = status == AURALIS_ERROR_INVALID_ARGUMENT || Some(status) == other;
        assert!(told, "{}: an error is told without memory, not {status}", kernel.function.name);
    }
}

const BLOCK: usize = 700;

/// Makes a stream short of memory, however little.
fn made(stream: &'static Stream, fallible: Settings) {
    let case = stream.case(1, RATE).with(fallible);
    let made = RefCell::new(None);
    let make = || match Running::new(stream, &case, BLOCK) {
        Ok(running) => {
            made.replace(Some(running));
            AURALIS_OK
        }
        Err(status) => status,
    };
    assert_eq!(make(), AURALIS_OK);
    made.replace(None);
    let before = LIVE_BYTES.get();
    assert!(refuse_each(stream.name(), make, |_| drop(made.take())) > 0);
    assert_eq!(LIVE_BYTES.get(), before, "a leak");
}

/// A stream runs without memory, and refuses blocks without.
fn runs(stream: &'static Stream) {
    let mut case = stream.case(SAMPLES, RATE);
    case.shorten(1e8, |case| stream.work(case));
    let mut running = Running::new(stream, &case, BLOCK).expect("a stream");
    let mut out = vec![0.0; running.room(BLOCK).max(running.room(0))];
    let bad = vec![f64::NAN; 8 * case.channels];
    let long = vec![0.0; (BLOCK + 1) * case.channels];
    let ((), refused) = short_of_memory(0, true, || {
        let mut written = 0;
        for _ in 0..2 {
            for block in case.input.chunks(BLOCK * case.channels) {
                assert_ne!(running.push(&bad, &mut out, &mut written), AURALIS_OK);
                assert_ne!(running.push(&long, &mut out, &mut written), AURALIS_OK);
                assert_eq!(running.push(block, &mut out, &mut written), AURALIS_OK);
            }
            assert_eq!(running.finish(&mut out, &mut written), AURALIS_OK);
            running.latency();
            running.ask();
            running.reset();
        }
    });
    assert_eq!(refused, 0, "{}: a stream took memory while it ran", stream.name());
}

/// Functions that take no memory do without.
fn without_memory() {
    let counts = model().counts.iter().map(|function| (function, Case::of(function, SAMPLES, RATE)));
    let counts: Vec<_> = counts.collect();
    let mut params: Vec<_> = model().params.iter().map(|params| (params, vec![0_u64; 256])).collect();
    let ((), refused) = short_of_memory(0, true, || {
        for (function, case) in &counts {
            assert_eq!(case.status_of_count(function, SAMPLES, &mut 0), AURALIS_OK);
        }
        for (params, words) in &mut params {
            let place = words.as_mut_ptr().expose_provenance() as u64;
            params.fill(place, params.size).for_each(|status| assert_eq!(status, AURALIS_OK));
        }
        for function in model().functions().filter(|function| function.arguments.is_empty()) {
            function.call(&[]);
        }
    });
    assert_eq!(refused, 0);
    texts::ask(0, 0, 100);
}

/// Where ebur128 makes its meter, which is infallible, a refused allocation ends the process or gives a
/// status, and nothing else: tried in children. `work` gives a status and whether it wrote something.
fn ends_or_gives_a_status(what: &str, mut work: impl FnMut() -> (i32, bool)) {
    assert_eq!(work(), (AURALIS_OK, true), "{what}: {}", last_error());
    let mut survived = 0;
    for granted in 0.. {
        let mut code = 0;
        // SAFETY: the child only computes, and ends at once.
        unsafe {
            let child = libc::fork();
            assert!(child >= 0, "fork");
            if child == 0 {
                libc::close(2); // what Rust says before it ends the process
                let ((status, written), refused) = short_of_memory(granted, true, &mut work);
                libc::_exit(match (status, written, refused) {
                    (AURALIS_OK, true, 0) => 0,
                    (AURALIS_OK, true, _) | (AURALIS_ERROR_OUT_OF_MEMORY, false, _) => 1,
                    _ => 2,
                });
            }
            assert_eq!(libc::waitpid(child, &raw mut code, 0), child);
        }
        let ended = libc::WIFSIGNALED(code) && libc::WTERMSIG(code) == libc::SIGABRT;
        let exit = libc::WIFEXITED(code).then(|| libc::WEXITSTATUS(code));
        assert!(ended || matches!(exit, Some(0 | 1)), "{what}, allocation {granted} refused: {code}");
        survived += usize::from(exit == Some(1));
        if exit == Some(0) {
            break;
        }
    }
    assert!(survived > 0, "{what}: no refusal gave a status");
}

fn batch_may_end(kernel: &'static Kernel) {
    let case = kernel.case(5_000, RATE);
    let needed = kernel.needed(&case).expect("valid parameters");
    let mut call = Call::new(&kernel.function, case, &needed);
    ends_or_gives_a_status(kernel.function.name, || {
        call.outputs.iter_mut().for_each(|output| output.values.fill(UNTOUCHED));
        let status = call.status();
        (status, !call.outputs.iter().all(|output| is_untouched(&output.values)))
    });
}

/// The status of making a handle, and whether there was one.
fn making<T>(made: Result<T, i32>) -> (i32, bool) {
    (made.as_ref().err().copied().unwrap_or(AURALIS_OK), made.is_ok())
}

#[test]
fn every_function_is_short_of_memory() {
    let missing = not_called_by(|| {
        for kernel in &model().kernels {
            match kernel.fallible {
                Some(settings) => batch(kernel, settings),
                None => batch_may_end(kernel),
            }
        }
        for stream in &model().streams {
            match stream.fallible() {
                Some(settings) => made(stream, settings),
                None => {
                    let case = stream.case(1, RATE);
                    ends_or_gives_a_status(stream.new.name, || making(Running::new(stream, &case, BLOCK)));
                }
            }
            runs(stream);
        }
        for solver in &model().solvers {
            let case = solver.case(5_000, RATE);
            ends_or_gives_a_status(solver.new.name, || making(Solving::new(solver, &case, 700)));
            ends_or_gives_a_status(solver.name(), || {
                let mut solving = match Solving::new(solver, &case, case.len) {
                    Ok(solving) => solving,
                    Err(status) => return (status, false),
                };
                match solving.push(&case.input) {
                    0 => making(solving.next()),
                    status => (status, false),
                }
            });
            let mut solving = Solving::new(solver, &case, case.len).expect("a solver");
            solving.run_in_every_way(&case.input, case.len);
        }
        without_memory();
    });
    assert!(missing.is_empty(), "not called: {missing:?}");
}
