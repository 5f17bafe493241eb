//! The C interface: `extern "C"` functions over raw buffers, one thin file per section of the header.
//!
//! Each function wraps its pointers (`args`), opens them once they are checked, calls the safe kernel and
//! turns its error into a status. Nothing unwinds into the host: [`status`] catches every panic.

#![allow(unsafe_code)]

mod args;
#[doc(hidden)]
pub mod fields;
mod streams;

// The order of the header's sections.
pub mod status;
pub mod params;
pub mod hpss;
pub mod yin;
pub mod cqt;
pub mod chroma;
pub mod rhythm;
pub mod spectral;
pub mod loudness;
pub mod fingerprint;
pub mod profile;
pub mod targets;
pub mod settings;
pub mod master;

/// The loader calls this when the library is unloaded: a host that loads it again and again loses no
/// memory.
#[cfg(target_os = "linux")]
#[used]
// SAFETY: the functions in this section are called without arguments, once.
#[unsafe(link_section = ".fini_array")]
static AT_UNLOAD: extern "C" fn() = {
    extern "C" fn at_unload() {
        crate::kernels::cqt::forget();
        crate::blocks::split_fft::forget();
        crate::blocks::fft::forget();
    }
    at_unload
};
