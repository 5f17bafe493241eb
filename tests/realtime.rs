//! Push and finish take no memory, give none back and make no system call, whether they succeed or refuse.

mod common;
mod model;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::process::{Command, abort};

use auralis_dsp::ffi::status::*;
use common::{CLIP_RATE, clip};
use model::signal::Random;
use model::{Running, Stream, model, not_called_by};

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
    running: Running,
    audio: Vec<f64>,
    bad: Vec<f64>,
    out: Vec<f64>,
    lengths: Vec<usize>,
}

impl Session {
    fn new(stream: &'static Stream) -> Self {
        let (audio, mut random) = (clip(), Random(2));
        let mut case = stream.case(1, CLIP_RATE);
        case.channels = 1;
        let running = Running::new(stream, &case, 8_192).expect("a stream");
        let out = vec![0.0; running.room(8_192).max(running.room(0))];
        let mut bad = audio[..300].to_vec();
        bad[200] = f64::NAN;
        let mut lengths = vec![1, 1, 7, 512, 512, 8_192];
        lengths.extend((0..audio.len() / 512).map(|_| 1 + random.below(1_500)));
        Self { running, audio, bad, out, lengths }
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
                good &= self.running.push(block, &mut self.out, &mut written) == AURALIS_OK;
                rest = later;
            }
            let refused = self.running.push(&self.bad, &mut self.out, &mut written);
            good &= refused == AURALIS_ERROR_NON_FINITE_INPUT;
            let refused = self.running.push(&self.audio[..8_193], &mut self.out, &mut written);
            good &= refused == AURALIS_ERROR_INVALID_ARGUMENT;
            let outputs = self.running.outputs;
            let refused = self.running.finish(&mut self.out[..outputs], &mut written);
            good &= refused == AURALIS_ERROR_BUFFER_TOO_SMALL;
            good &= self.running.finish(&mut self.out, &mut written) == AURALIS_OK;
            good &= self.running.latency() < self.audio.len();
            self.running.ask();
            self.running.reset();
        }
        good
    }
}

#[test]
fn streams_never_allocate() {
    let missing = not_called_by(|| {
        for stream in &model().streams {
            let mut session = Session::new(stream);
            CALLS.set(0);
            RULE.set(Rule::Count);
            let good = session.run();
            RULE.set(Rule::Ignore);
            assert!(good);
            assert_eq!(CALLS.get(), 0, "{}", stream.name());
        }
    });
    let missing: Vec<_> = missing.iter().filter(|name| name.contains("_stream_")).collect();
    assert!(missing.is_empty(), "not called: {missing:?}");
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
            for stream in &model().streams {
                let mut session = Session::new(stream);
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
    for stream in &model().streams {
        let mut session = Session::new(stream);
        assert!(without_system_calls(|| session.run()), "{}", stream.name());
    }
    // SAFETY: a harmless system call, which the child does not survive.
    assert!(!without_system_calls(|| unsafe { libc::getppid() } > 0));
}
