//! Lengths at the limits of integers and of the address space.

use auralis_dsp::ffi::status::{AURALIS_ERROR_INVALID_ARGUMENT, AURALIS_ERROR_NON_FINITE_INPUT, AURALIS_OK};

use crate::abi::fingerprint::Fingerprint;
use crate::abi::kernels::{Chroma, Cqt, Hpss, Kernel, Tuning, Yin};
use crate::abi::loudness::Loudness;
use crate::abi::rhythm::OnsetStrength;
use crate::abi::spectral::{Centroid, Flatness, Rms, Rolloff};
use crate::abi::{last_error, params, untouched};

const MOST: usize = usize::MAX / 16;

/// As [`Kernel::frames`] for the defaults, in which all kernels have a frame every 512 samples.
fn closed_form<K: Kernel>() {
    for near in [1_usize << 31, 1 << 32, 1 << 53, MOST / 2, MOST, usize::MAX / 8, usize::MAX / 2, usize::MAX]
    {
        for n_samples in near.saturating_sub(2)..=near.saturating_add(2) {
            let mut frames = 0;
            let status = K::frames(n_samples, std::ptr::null(), &mut frames);
            if n_samples <= MOST {
                assert_eq!((status, frames), (AURALIS_OK, 1 + n_samples / 512), "{n_samples} samples");
            } else {
                assert_eq!((status, frames), (AURALIS_ERROR_INVALID_ARGUMENT, 0), "{n_samples} samples");
            }
        }
    }
    assert_eq!(K::frames(0, std::ptr::null(), &mut 0), AURALIS_ERROR_INVALID_ARGUMENT);
}

/// Lengths that no memory has, or that reach around the end of the address space, touch nothing.
fn refused_unread<K: Kernel>() {
    let mut outputs = [untouched(1), untouched(1)];
    let pointers = outputs.each_mut().map(Vec::as_mut_ptr);
    let sample = 0.0;
    let high = std::ptr::without_provenance::<f64>(usize::MAX - 63);
    for (audio, n_samples) in
        [(&raw const sample, MOST + 1), (&raw const sample, usize::MAX), (high, 9), (high, MOST)]
    {
        let status = K::call(audio, n_samples, 44_100.0, std::ptr::null(), pointers, 1);
        assert_eq!(status, AURALIS_ERROR_INVALID_ARGUMENT, "{}", last_error());
    }
}

/// More samples than 32 bits count: one small piece of zeros, mapped again and again, so that they take
/// no memory whatever the system makes of pages that are read often.
struct Silence {
    pointer: *mut f64,
    len: usize,
}

/// Bytes of the piece.
const PIECE: usize = 1 << 26;

impl Silence {
    fn new(len: usize) -> Self {
        let access = libc::PROT_READ | libc::PROT_WRITE;
        // SAFETY: a new mapping, wherever the system puts it, over which pieces of a file are then laid.
        unsafe {
            let bytes = (len * 8).next_multiple_of(PIECE);
            let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
            let pointer = libc::mmap(std::ptr::null_mut(), bytes, access, flags, -1, 0);
            assert_ne!(pointer, libc::MAP_FAILED);
            let file = libc::memfd_create(c"silence".as_ptr(), 0);
            assert!(file >= 0 && libc::ftruncate(file, PIECE as i64) == 0);
            for offset in (0..bytes).step_by(PIECE) {
                let place = pointer.cast::<u8>().add(offset).cast();
                let flags = libc::MAP_PRIVATE | libc::MAP_FIXED | libc::MAP_NORESERVE;
                assert_eq!(libc::mmap(place, PIECE, access, flags, file, 0), place);
            }
            libc::close(file);
            Self { pointer: pointer.cast(), len }
        }
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        // SAFETY: the mapping of `new`.
        unsafe { libc::munmap(self.pointer.cast(), (self.len * 8).next_multiple_of(PIECE)) };
    }
}

#[test]
fn frame_counts_hold_up_to_the_largest_length() {
    closed_form::<Chroma>();
    closed_form::<Cqt>();
    closed_form::<OnsetStrength>();
    closed_form::<Centroid>();
    closed_form::<Rms>();
    closed_form::<Yin>();
}

#[test]
fn impossible_lengths_are_refused_unread() {
    refused_unread::<Chroma>();
    refused_unread::<Cqt>();
    refused_unread::<Tuning>();
    refused_unread::<Fingerprint<1>>();
    refused_unread::<Fingerprint<64>>();
    refused_unread::<OnsetStrength>();
    refused_unread::<Centroid>();
    refused_unread::<Rolloff>();
    refused_unread::<Flatness>();
    refused_unread::<Rms>();
    refused_unread::<Loudness<2>>();
    refused_unread::<Hpss>();
    refused_unread::<Yin>();
}

#[test]
fn more_samples_than_32_bits_count_are_taken() {
    let silence = Silence::new((1 << 32) + 4_097);
    let mut params = params::defaults::<Yin>();
    params.hop_length = 1 << 31;
    let mut f0 = untouched(4);
    let pointers = [f0.as_mut_ptr(), std::ptr::null_mut()];
    let call = || Yin::call(silence.pointer, silence.len, 44_100.0, &params, pointers, 4);
    assert_eq!(call(), AURALIS_OK, "{}", last_error());
    assert!(f0[..3].iter().all(|f0| (*f0 - 44_100.0 / 21.0).abs() < 1e-9), "{f0:?}");

    // SAFETY: within the mapping.
    unsafe { silence.pointer.add(silence.len - 1).write(f64::NAN) };
    assert_eq!(call(), AURALIS_ERROR_NON_FINITE_INPUT);
    assert!(last_error().contains(&format!("audio[{}]", silence.len - 1)), "{}", last_error());
}
