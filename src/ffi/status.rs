//! Status codes, the detail of a thread's last error, the guard around every entry point.

use std::any::Any;
use std::cell::RefCell;
use std::ffi::c_char;
use std::fmt::{self, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::args::Memory;
use crate::blocks::error::Error;

/// Success.
pub const AURALIS_OK: i32 = 0;
/// A pointer is NULL that must not be.
pub const AURALIS_ERROR_NULL_POINTER: i32 = -1;
/// An argument or a parameter is outside its range, a pointer is misaligned, or buffers overlap.
pub const AURALIS_ERROR_INVALID_ARGUMENT: i32 = -2;
/// An output has room for fewer elements than the result has.
pub const AURALIS_ERROR_BUFFER_TOO_SMALL: i32 = -3;
/// The audio, or the envelope, contains NaN or an infinity.
pub const AURALIS_ERROR_NON_FINITE_INPUT: i32 = -4;
/// The memory for work buffers could not be allocated.
pub const AURALIS_ERROR_OUT_OF_MEMORY: i32 = -5;
/// The call is valid but this version does not offer it: a parameter struct of a newer version with fields
/// that are set.
pub const AURALIS_ERROR_UNSUPPORTED: i32 = -6;
/// An internal fault of the library, which was caught. A handle on which a call returned this status
/// returns it from every further call; free it.
pub const AURALIS_ERROR_PANIC: i32 = -7;

/// What an entry point can fail with. Nothing here but [`Fault::Kernel`] owns memory, so that a stream
/// can refuse a block on an audio thread.
#[derive(Debug)]
pub(super) enum Fault {
    Null(&'static str),
    Misaligned {
        name: &'static str,
        address: usize,
        align: usize,
    },
    Overlap {
        name: &'static str,
        other: &'static str,
    },
    Length {
        name: &'static str,
        len: usize,
        most: usize,
    },
    /// The handle was used in a call that panicked.
    Poisoned,
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
            Self::Misaligned { .. } | Self::Overlap { .. } | Self::Length { .. } => {
                AURALIS_ERROR_INVALID_ARGUMENT
            }
            Self::Poisoned => AURALIS_ERROR_PANIC,
            Self::Kernel(error) => match error {
                Error::InvalidArgument { .. } => AURALIS_ERROR_INVALID_ARGUMENT,
                Error::BufferTooSmall { .. } => AURALIS_ERROR_BUFFER_TOO_SMALL,
                Error::NonFiniteInput { .. } => AURALIS_ERROR_NON_FINITE_INPUT,
                Error::OutOfMemory { .. } => AURALIS_ERROR_OUT_OF_MEMORY,
                Error::Unsupported { .. } => AURALIS_ERROR_UNSUPPORTED,
            },
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null(name) => write!(f, "{name} is NULL"),
            Self::Misaligned { name, address, align } => {
                write!(f, "{name} is {address:#x}; allowed: multiples of {align}")
            }
            Self::Overlap { name, other } => write!(f, "{name} overlaps {other}; allowed: separate buffers"),
            Self::Length { name, len, most } => write!(f, "{name} is {len}; allowed: 1 to {most}"),
            Self::Poisoned => {
                f.write_str("handle saw an internal fault in an earlier call; allowed: to free it")
            }
            Self::Kernel(error) => error.fmt(f),
        }
    }
}

/// The text of an error, cut between characters to the room there is.
struct Text {
    bytes: [u8; 512],
    len: usize,
}

impl fmt::Write for Text {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        let end = cut(part.as_bytes(), self.bytes.len() - self.len);
        self.bytes[self.len..self.len + end].copy_from_slice(&part.as_bytes()[..end]);
        self.len += end;
        if end < part.len() { Err(fmt::Error) } else { Ok(()) }
    }
}

/// The last end of a character in `text`, which is UTF-8, within its first `most` bytes.
fn cut(text: &[u8], most: usize) -> usize {
    let mut end = text.len().min(most);
    while text.get(end).is_some_and(|byte| byte & 0b1100_0000 == 0b1000_0000) {
        end -= 1;
    }
    end
}

thread_local! {
    static LAST_ERROR: RefCell<Text> = const { RefCell::new(Text { bytes: [0; 512], len: 0 }) };
}

/// Keeps `message` for [`auralis_last_error`].
fn remember(message: &dyn fmt::Display) {
    LAST_ERROR.with_borrow_mut(|last| {
        last.len = 0;
        // An error here says that the text was cut.
        let _ = write!(last, "{message}");
    });
}

/// Runs the body of an entry point, which opens its arguments through the [`Memory`]; what it returns or
/// panics with becomes a status.
pub(super) fn guard(body: impl FnOnce(&mut Memory) -> Result<(), Fault>) -> i32 {
    // Nothing half-changed is seen after a panic: a plan made for the call is gone, a handle is poisoned.
    match catch_unwind(AssertUnwindSafe(|| body(&mut Memory::new()))) {
        Ok(Ok(())) => AURALIS_OK,
        Ok(Err(fault)) => {
            remember(&fault);
            fault.status()
        }
        Err(payload) => caught(payload),
    }
}

/// The status for a panic, whose text is remembered.
fn caught(payload: Box<dyn Any + Send>) -> i32 {
    let what = payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    remember(&format_args!("internal fault: {what}"));
    // A payload may panic in turn when it is dropped, which must not get out either.
    if let Err(another) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(another);
    }
    AURALIS_ERROR_PANIC
}

/// What a status means, in English: a static string, never NULL, also for a number that is no status.
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

/// Copies the message of the calling thread's last error into `buffer`: the argument, its value and what is
/// allowed, as UTF-8. It is empty if no call of this thread has failed; a call that succeeds leaves it as
/// it is.
///
/// `buffer`: room for `capacity` bytes, to which the message is cut, between characters and with a final
/// NUL; 256 suffice for every parameter that is refused. It may be NULL if `capacity` is 0.
///
/// Returns the number of bytes that the whole message needs, its final NUL included.
///
/// # Safety
/// `buffer` is NULL or points to `capacity` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn auralis_last_error(buffer: *mut c_char, capacity: usize) -> usize {
    LAST_ERROR.with_borrow(|last| {
        let text = &last.bytes[..last.len];
        if !buffer.is_null() && capacity > 0 {
            let len = cut(text, capacity - 1);
            // SAFETY: the caller vouches for `capacity` writable bytes, more than `len`.
            let buffer = unsafe { std::slice::from_raw_parts_mut(buffer.cast::<u8>(), len + 1) };
            buffer[..len].copy_from_slice(&text[..len]);
            buffer[len] = 0;
        }
        text.len() + 1
    })
}

/// The version of the library, "major.minor.patch": a static string.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// The version of the binary interface. A program that was built for one number runs with every library
/// that returns it.
#[unsafe(no_mangle)]
pub extern "C" fn auralis_abi_version() -> u32 {
    0
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The length that the whole text needs, with `buffer` filled.
    fn copied(buffer: &mut [u8]) -> usize {
        // SAFETY: as many bytes are writable.
        unsafe { auralis_last_error(buffer.as_mut_ptr().cast(), buffer.len()) }
    }

    pub(crate) fn last_error() -> String {
        let mut buffer = [0; 512];
        let needed = copied(&mut buffer);
        String::from_utf8(buffer[..needed - 1].to_vec()).unwrap()
    }

    #[test]
    fn a_panic_becomes_a_status_and_a_message() {
        assert_eq!(guard(|_| panic!("forced {}", 7)), AURALIS_ERROR_PANIC);
        assert_eq!(last_error(), "internal fault: forced 7");
        assert_eq!(guard(|_| std::panic::panic_any(3)), AURALIS_ERROR_PANIC);
        assert_eq!(last_error(), "internal fault: no message");
    }

    #[test]
    fn a_payload_that_panics_when_it_is_dropped_does_not_get_out() {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                panic!("again");
            }
        }
        assert_eq!(guard(|_| std::panic::panic_any(Bomb)), AURALIS_ERROR_PANIC);
        assert_eq!(last_error(), "internal fault: no message");
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let text = "ä".repeat(300);
        remember(&format_args!("x{text}"));
        assert_eq!(last_error(), format!("x{}", "ä".repeat(255)));
    }

    #[test]
    fn the_text_is_cut_between_characters() {
        guard(|_| Err(Fault::Null("näme")));
        let mut buffer = [7; 4];
        assert_eq!(copied(&mut buffer[..3]), "näme is NULL".len() + 1);
        assert_eq!(buffer, [b'n', 0, 7, 7]);
        // SAFETY: NULL is allowed without a capacity.
        assert_eq!(unsafe { auralis_last_error(std::ptr::null_mut(), 0) }, "näme is NULL".len() + 1);
    }
}
