//! The functions that give texts.

use std::ffi::{CStr, c_char};

use auralis_dsp::ffi::fingerprint::{
    auralis_fingerprint_aspect, auralis_fingerprint_circular, auralis_fingerprint_definition,
    auralis_fingerprint_group, auralis_fingerprint_highest, auralis_fingerprint_len,
    auralis_fingerprint_lowest, auralis_fingerprint_name, auralis_fingerprint_stage,
    auralis_fingerprint_stages, auralis_fingerprint_unit, auralis_fingerprint_version,
};
use auralis_dsp::ffi::status::{
    AURALIS_ERROR_NULL_POINTER, auralis_abi_version, auralis_last_error, auralis_status_message,
    auralis_version,
};
use auralis_dsp::ffi::yin::auralis_yin_params_init;

use super::bytes::Bytes;

pub fn run(data: &[u8]) {
    let bytes = &mut Bytes::new(data);
    // SAFETY: static texts that end with NUL.
    let (message, version) = unsafe {
        let message = CStr::from_ptr(auralis_status_message(bytes.word() as i32));
        (message, CStr::from_ptr(auralis_version()))
    };
    assert!(!message.is_empty() && !version.is_empty());
    let _ = auralis_abi_version();

    // SAFETY: NULL is allowed.
    let status = unsafe { auralis_yin_params_init(std::ptr::null_mut(), bytes.word() as usize) };
    assert_eq!(status, AURALIS_ERROR_NULL_POINTER);
    let capacity = bytes.below(600);
    let mut text = vec![0xff_u8; capacity + 1];
    // SAFETY: the buffer holds a byte more than the capacity.
    let needed = unsafe { auralis_last_error(text.as_mut_ptr().cast(), capacity) };
    assert!(needed > 1);
    if capacity > 0 {
        let written = CStr::from_bytes_until_nul(&text[..capacity]).expect("ends with NUL");
        assert_eq!(written.count_bytes(), (needed - 1).min(capacity - 1));
    }
    assert_eq!(text[capacity], 0xff, "written beyond the capacity");
    describe(bytes.byte().into());
    describe(bytes.word() as usize);
}

/// What there is to say about the `i`-th dimension of the fingerprint, and its `i`-th kernel.
fn describe(i: usize) {
    assert!(auralis_fingerprint_version() > 0);
    let dimension = i < auralis_fingerprint_len();
    assert_eq!(is_text(auralis_fingerprint_name(i)), dimension);
    assert_eq!(is_text(auralis_fingerprint_unit(i)), dimension);
    assert_eq!(is_text(auralis_fingerprint_group(i)), dimension);
    assert_eq!(is_text(auralis_fingerprint_aspect(i)), dimension);
    assert_eq!(is_text(auralis_fingerprint_definition(i)), dimension);
    assert!(auralis_fingerprint_circular(i) <= dimension.into());
    assert_eq!(auralis_fingerprint_lowest(i) < auralis_fingerprint_highest(i), dimension);
    assert_eq!(is_text(auralis_fingerprint_stage(i)), i < auralis_fingerprint_stages());
}

/// Whether there is a text, which then is UTF-8.
fn is_text(pointer: *const c_char) -> bool {
    // SAFETY: NULL, or static and ended by NUL.
    !pointer.is_null() && unsafe { CStr::from_ptr(pointer) }.to_str().is_ok()
}
