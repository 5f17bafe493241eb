//! Status codes, the detail of a thread's last error, the guard around every entry point.

use std::cell::RefCell;
use std::ffi::c_char;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::error::Error;

/// Success.
pub const AURALIS_OK: i32 = 0;
/// A pointer that must not be NULL is.
pub const AURALIS_ERROR_NULL_POINTER: i32 = -1;
/// An argument or parameter outside its range, a misaligned pointer, buffers that overlap.
pub const AURALIS_ERROR_INVALID_ARGUMENT: i32 = -2;
/// An output holds fewer elements than the result.
pub const AURALIS_ERROR_BUFFER_TOO_SMALL: i32 = -3;
/// The audio holds NaN or an infinity.
pub const AURALIS_ERROR_NON_FINITE_INPUT: i32 = -4;
/// Memory for the work buffers could not be had.
pub const AURALIS_ERROR_OUT_OF_MEMORY: i32 = -5;
/// Valid, but not offered by this version: a newer parameter struct with fields that are set.
pub const AURALIS_ERROR_UNSUPPORTED: i32 = -6;
/// A fault of the library, caught.
pub const AURALIS_ERROR_PANIC: i32 = -7;

/// What an entry point can fail with: an error of the kernels, or a NULL pointer.
#[derive(Debug)]
pub(super) enum Fault {
    Null(&'static str),
    Kernel(Error),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Kernel(error)
    }
}

impl Fault {
    fn status(&self) -> i32 {
        match self {
            Self::Null(_) => AURALIS_ERROR_NULL_POINTER,
            Self::Kernel(error) => match error {
                Error::InvalidArgument { .. } => AURALIS_ERROR_INVALID_ARGUMENT,
                Error::BufferTooSmall { .. } => AURALIS_ERROR_BUFFER_TOO_SMALL,
                Error::NonFiniteInput { .. } => AURALIS_ERROR_NON_FINITE_INPUT,
                Error::OutOfMemory { .. } => AURALIS_ERROR_OUT_OF_MEMORY,
                Error::Unsupported { .. } => AURALIS_ERROR_UNSUPPORTED,
            },
        }
    }

    fn message(&self) -> String {
        match self {
            Self::Null(name) => format!("{name} is NULL"),
            Self::Kernel(error) => error.to_string(),
        }
    }
}

thread_local! {
    static LAST_ERROR: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Keeps `message` for [`auralis_last_error`], unless the thread is ending.
fn remember(message: String) {
    let _ = LAST_ERROR.try_with(|last| *last.borrow_mut() = message);
}

/// Runs the body of an entry point; what it returns or panics with becomes a status.
pub(super) fn guard(body: impl FnOnce() -> Result<(), Fault>) -> i32 {
    // Nothing half-changed is seen afterwards: outputs are written last, and a plan starts each signal anew.
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => AURALIS_OK,
        Ok(Err(fault)) => {
            remember(fault.message());
            fault.status()
        }
        Err(payload) => {
            let what = payload
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| payload.downcast_ref::<&str>().copied())
                .unwrap_or("no message");
            remember(format!("internal fault: {what}"));
            // A payload whose destructor panics must not get out either.
            std::mem::forget(payload);
            AURALIS_ERROR_PANIC
        }
    }
}

/// What a status means, in English; static text, never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_status_message(status: i32) -> *const c_char {
    match status {
        AURALIS_OK => c"success",
        AURALIS_ERROR_NULL_POINTER => c"a pointer is NULL",
        AURALIS_ERROR_INVALID_ARGUMENT => c"an argument is outside its range",
        AURALIS_ERROR_BUFFER_TOO_SMALL => c"an output is too small for the result",
        AURALIS_ERROR_NON_FINITE_INPUT => c"the audio holds NaN or infinity",
        AURALIS_ERROR_OUT_OF_MEMORY => c"out of memory",
        AURALIS_ERROR_UNSUPPORTED => c"not supported by this version",
        AURALIS_ERROR_PANIC => c"internal fault",
        _ => c"unknown status",
    }
    .as_ptr()
}

/// Copies the text of the calling thread's last error, which names the argument, its value and what is
/// allowed, into `buffer`, cut to `capacity` bytes with its final NUL; empty if there was none.
/// `buffer` may be NULL if `capacity` is 0.
///
/// Returns the bytes that the whole text needs, the NUL included.
///
/// # Safety
/// `buffer` points to `capacity` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_last_error(buffer: *mut c_char, capacity: usize) -> usize {
    LAST_ERROR
        .try_with(|last| {
            let text = last.borrow();
            if !buffer.is_null() && capacity > 0 {
                // Cut between characters.
                let mut len = text.len().min(capacity - 1);
                while !text.is_char_boundary(len) {
                    len -= 1;
                }
                // SAFETY: the caller vouches for `capacity` bytes, of which len + 1 are written.
                unsafe {
                    std::ptr::copy_nonoverlapping(text.as_ptr(), buffer.cast(), len);
                    *buffer.add(len) = 0;
                }
            }
            text.len() + 1
        })
        .unwrap_or(0)
}

/// Version of the library, "major.minor.patch"; static text.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// Version of the binary interface; programs built for one number run with every library that has it.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_abi_version() -> u32 {
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last_error() -> String {
        let mut buffer = [0_u8; 200];
        let needed = unsafe { auralis_last_error(buffer.as_mut_ptr().cast(), buffer.len()) };
        String::from_utf8(buffer[..needed - 1].to_vec()).unwrap()
    }

    #[test]
    fn a_panic_becomes_a_status_and_a_message() {
        assert_eq!(guard(|| panic!("forced {}", 7)), AURALIS_ERROR_PANIC);
        assert_eq!(last_error(), "internal fault: forced 7");
        assert_eq!(guard(|| std::panic::panic_any(3)), AURALIS_ERROR_PANIC);
        assert_eq!(last_error(), "internal fault: no message");
    }

    #[test]
    fn the_text_is_cut_between_characters() {
        guard(|| Err(Fault::Null("näme")));
        let mut buffer = [7_i8; 4];
        assert_eq!(unsafe { auralis_last_error(buffer.as_mut_ptr().cast(), 3) }, "näme is NULL".len() + 1);
        assert_eq!(buffer, [b'n' as i8, 0, 7, 7]);
        assert_eq!(unsafe { auralis_last_error(std::ptr::null_mut(), 0) }, "näme is NULL".len() + 1);
    }
}
