//! What hosts do with processes, threads and libraries: fork, end threads, unload and load again.

use std::ffi::{CStr, CString, c_void};
use std::os::unix::ffi::OsStrExt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::{ptr, thread};

use auralis_dsp::ffi::status::AURALIS_OK;

use crate::model::{Call, Running, model};

const LEN: usize = 3_000;

fn tone() -> Vec<f64> {
    (0..LEN).map(|i| (i as f64 * 0.06).sin()).collect()
}

/// A call with frames of `frame_length`; the last frequency, NaN if it failed.
fn pitch(audio: &[f64], frame_length: u32) -> f64 {
    let yin = model().kernel("auralis_yin");
    let settings = [("frame_length", frame_length.into()), ("hop_length", 512.0)];
    let mut case = yin.case(LEN, 22_050.0).with(&settings);
    case.listen(&yin.function, audio.to_vec());
    let capacity = 1 + LEN / 512;
    let mut call = Call::new(&yin.function, case, &[capacity]);
    match call.status() {
        AURALIS_OK => f64::from_bits(call.outputs[0].values[capacity - 2]),
        _ => f64::NAN,
    }
}

/// A stream of YIN that takes blocks as long as [`tone`].
fn stream() -> Running {
    let case = model().kernel("auralis_yin").case(LEN, 22_050.0);
    Running::new(model().stream("yin_stream"), &case, LEN).expect("a stream")
}

/// Whether the stream takes the tone.
fn takes(stream: &mut Running, audio: &[f64]) -> bool {
    let mut f0 = vec![0.0; stream.room(LEN)];
    stream.push(audio, &mut f0, &mut 0) == AURALIS_OK
}

/// Whether `work` in a forked child gives `true` within half a minute.
fn holds_in_child(work: impl FnOnce() -> bool) -> bool {
    // SAFETY: the child only computes, and ends without running what the parent has still to do.
    unsafe {
        match libc::fork() {
            0 => {
                libc::alarm(30);
                libc::_exit(i32::from(!work()));
            }
            child => {
                assert!(child > 0, "fork failed");
                let mut status = -1;
                assert_eq!(libc::waitpid(child, &mut status, 0), child);
                libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0
            }
        }
    }
}

#[test]
fn a_forked_child_computes_what_its_parent_does() {
    let audio = tone();
    // A length that was not used before the fork, and one that was.
    assert!(holds_in_child(|| pitch(&audio, 1_026).is_finite()));
    let expected = pitch(&audio, 1_024);
    assert!(holds_in_child(|| pitch(&audio, 1_024) == expected));
    assert!(holds_in_child(|| holds_in_child(|| pitch(&audio, 1_024) == expected)));

    let mut stream = stream();
    assert!(takes(&mut stream, &audio));
    assert!(holds_in_child(|| takes(&mut stream, &audio)));
    assert!(takes(&mut stream, &audio));
}

#[test]
fn a_fork_while_other_threads_plan_leaves_the_child_able_to() {
    let audio = tone();
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        for first in [500, 502] {
            let (audio, stop) = (&audio, &stop);
            scope.spawn(move || {
                for frame_length in (first..2_000).step_by(4).cycle() {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    pitch(audio, frame_length);
                }
            });
        }
        let held = (0..50).all(|i| holds_in_child(|| pitch(&audio, 600 + 2 * i).is_finite()));
        stop.store(true, Ordering::Relaxed);
        assert!(held);
    });
}

/// Calls the library when its thread ends.
struct LastCall;

impl Drop for LastCall {
    fn drop(&mut self) {
        assert!(pitch(&tone(), 1_024).is_finite());
        assert!(pitch(&[], 1_024).is_nan());
    }
}

thread_local! {
    static LAST_CALL: LastCall = const { LastCall };
}

#[test]
fn streams_outlive_the_thread_that_made_them_and_threads_may_end_with_a_call() {
    let mut stream = thread::spawn(|| {
        LAST_CALL.with(|_| {});
        assert!(pitch(&[], 1_024).is_nan());
        stream()
    })
    .join()
    .expect("the thread ends well");
    assert!(takes(&mut stream, &tone()));
}

/// Resident memory of this process in bytes.
fn resident() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").expect("procfs");
    pages.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok()).expect("a number") * 4096
}

#[test]
fn the_library_can_be_unloaded_and_loaded_a_thousand_times() {
    // Alone in a process of its own, whose memory no other test changes.
    const ALONE: &str = "AURALIS_TEST_ALONE";
    let test = std::env::current_exe().expect("a path");
    if std::env::var_os(ALONE).is_none() {
        let name = "process::the_library_can_be_unloaded_and_loaded_a_thousand_times";
        let run = std::process::Command::new(test).args([name, "--exact"]).env(ALONE, "1").output();
        let run = run.expect("the test can be started");
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
        return;
    }
    let path = test.with_file_name("libauralis_dsp.so");
    let path = CString::new(path.as_os_str().as_bytes()).expect("no NUL");
    let audio = tone();
    let round = |_| load_call_unload(&path, &audio);
    assert!((0..100).all(round));
    let before = resident();
    assert!((0..900).all(round));
    let grown = resident().saturating_sub(before);
    assert!(grown < 900 * 8_192, "{grown} bytes in 900 rounds");
}

fn load_call_unload(path: &CStr, audio: &[f64]) -> bool {
    type YinCall = unsafe extern "C" fn(*const f64, usize, f64, *const c_void, *mut f64, usize) -> i32;
    // SAFETY: the symbol has this type; nothing of the library is used once it is closed.
    unsafe {
        let library = libc::dlopen(path.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL);
        if library.is_null() {
            return false;
        }
        let symbol = libc::dlsym(library, c"auralis_yin".as_ptr());
        if symbol.is_null() {
            return false;
        }
        let yin = std::mem::transmute::<*mut c_void, YinCall>(symbol);
        let mut f0 = [0.0; 6];
        let called = yin(audio.as_ptr(), LEN, 22_050.0, ptr::null(), f0.as_mut_ptr(), 6) == AURALIS_OK;
        let refused = yin(ptr::null(), LEN, 22_050.0, ptr::null(), f0.as_mut_ptr(), 6) != AURALIS_OK;
        called && refused && libc::dlclose(library) == 0
    }
}
