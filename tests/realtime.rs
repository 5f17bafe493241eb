//! Push and finish take no memory, give none back and make no system call, whether they succeed or refuse.

mod common;
#[path = "common/streams.rs"]
mod kernels;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::process::{Command, abort};

use auralis_dsp::ffi::status::*;
use common::{CLIP_RATE, Random, clip};
use kernels::{KERNELS, Kernel, Stream};

/// What the allocator does about a thread.
#[derive(Clone, Copy, PartialEq)]
enum Rule {
    Ignore,
    Count,
    Forbid,
}

thread_local! {
    static RULE: Cell<Rule> = const { Cell::new(Rule::Ignore) };
    static CALLS: Cell<usize> = const { Cell::new(0) };
}

struct Watched;

impl Watched {
    fn called() {
        match RULE.get() {
            Rule::Ignore => {}
            Rule::Count => CALLS.set(CALLS.get() + 1),
            Rule::Forbid => abort(),
        }
    }
}

// SAFETY: the system's allocator, watched.
unsafe impl GlobalAlloc for Watched {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Self::called();
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        Self::called();
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        Self::called();
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Watched = Watched;

/// A stream and all that it is fed with, so that running it needs nothing more.
struct Session {
    stream: Stream,
    audio: Vec<f64>,
    bad: Vec<f64>,
    out: Vec<f64>,
    lengths: Vec<usize>,
}

impl Session {
    fn new(kernel: Kernel) -> Self {
        let (audio, mut random) = (clip(), Random(2));
        let stream = Stream::new(kernel, CLIP_RATE, 8_192);
        let out = vec![0.0; stream.room(8_192).max(stream.room(0))];
        let mut bad = audio[..300].to_vec();
        bad[200] = f64::NAN;
        let mut lengths = vec![1, 1, 7, 512, 512, 8_192];
        lengths.extend((0..audio.len() / 512).map(|_| 1 + random.below(1_500)));
        Self { stream, audio, bad, out, lengths }
    }

    /// Two signals with refused calls among them; whether every status was as it should be.
    fn run(&mut self) -> bool {
        let mut good = true;
        let mut written = 0;
        for _ in 0..2 {
            let mut rest = &self.audio[..];
            for &length in &self.lengths {
                let (block, later) = rest.split_at(length.min(rest.len()));
                if block.is_empty() {
                    break;
                }
                good &= self.stream.push(block, &mut self.out, &mut written) == AURALIS_OK;
                rest = later;
            }
            let refused = self.stream.push(&self.bad, &mut self.out, &mut written);
            good &= refused == AURALIS_ERROR_NON_FINITE_INPUT;
            let refused = self.stream.push(&self.audio[..8_193], &mut self.out, &mut written);
            good &= refused == AURALIS_ERROR_INVALID_ARGUMENT;
            let outputs = Stream::shape(self.stream.kernel).0;
            let refused = self.stream.finish(&mut self.out[..outputs], &mut written);
            good &= refused == AURALIS_ERROR_BUFFER_TOO_SMALL;
            good &= self.stream.finish(&mut self.out, &mut written) == AURALIS_OK;
        }
        good
    }
}

#[test]
fn streams_never_allocate() {
    for kernel in KERNELS {
        let mut session = Session::new(kernel);
        CALLS.set(0);
        RULE.set(Rule::Count);
        let good = session.run();
        RULE.set(Rule::Ignore);
        assert!(good);
        assert_eq!(CALLS.get(), 0, "{kernel:?}");
    }
    RULE.set(Rule::Count);
    drop(std::hint::black_box(Box::new(1)));
    RULE.set(Rule::Ignore);
    assert_eq!(CALLS.get(), 2, "the allocator counts");
}

/// The test of this name once more, in a process of its own where it may die.
fn alone(test: &str, mode: &str) -> std::process::ExitStatus {
    let program = std::env::current_exe().expect("a test has a path");
    let mut command = Command::new(program);
    command.args(["--exact", test, "--test-threads=1"]).env("AURALIS_TEST_MODE", mode);
    command.output().expect("this program runs").status
}

#[test]
fn streams_live_where_allocation_is_death() {
    match std::env::var("AURALIS_TEST_MODE").as_deref() {
        Ok("streams") => {
            for kernel in KERNELS {
                let mut session = Session::new(kernel);
                RULE.set(Rule::Forbid);
                let good = session.run();
                RULE.set(Rule::Ignore);
                assert!(good);
            }
        }
        Ok("control") => {
            RULE.set(Rule::Forbid);
            drop(std::hint::black_box(Box::new(1)));
            RULE.set(Rule::Ignore);
        }
        _ => {
            assert!(alone("streams_live_where_allocation_is_death", "streams").success());
            assert!(!alone("streams_live_where_allocation_is_death", "control").success());
        }
    }
}

/// Runs `work` in a child that the kernel kills at any system call but its exit; whether it lived and
/// `work` was good.
#[cfg(target_os = "linux")]
fn without_system_calls(work: impl FnOnce() -> bool) -> bool {
    // SAFETY: the child calls nothing that needs another thread: that is what is being tested.
    unsafe {
        let child = libc::fork();
        assert!(child >= 0, "fork");
        if child == 0 {
            libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_STRICT as libc::c_ulong);
            let good = work();
            libc::syscall(libc::SYS_exit, if good { 0 } else { 1 });
        }
        let mut status = 0;
        assert_eq!(libc::waitpid(child, &raw mut status, 0), child);
        status == 0
    }
}

#[cfg(target_os = "linux")]
#[test]
fn streams_make_no_system_calls() {
    for kernel in KERNELS {
        let mut session = Session::new(kernel);
        assert!(without_system_calls(|| session.run()), "{kernel:?}");
    }
    // SAFETY: a harmless system call, which the child does not survive.
    assert!(!without_system_calls(|| unsafe { libc::getppid() } > 0));
}
