//! Lengths at the limits of integers and of the address space.

use auralis_dsp::ffi::status::{AURALIS_ERROR_INVALID_ARGUMENT, AURALIS_ERROR_NON_FINITE_INPUT, AURALIS_OK};

use crate::model::{Call, Case, Function, Kind, is_untouched, last_error, model};

const MOST: usize = usize::MAX / 16;

/// What a function tells of the defaults, in which all kernels have a frame every 512 samples; loudness has a
/// step every tenth of a second.
fn expected(function: &Function, len: usize, rate: f64) -> usize {
    if function.has(Kind::Params) { 1 + len / 512 } else { len / (rate as usize / 10) }
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
    for function in &model().counts {
        let case = Case::of(function, 1, 44_100.0);
        let counted = |len| {
            let mut count = 0;
            (case.status_of_count(function, len, &mut count), count)
        };
        for near in
            [1_usize << 31, 1 << 32, 1 << 53, MOST / 2, MOST, usize::MAX / 8, usize::MAX / 2, usize::MAX]
        {
            for len in near.saturating_sub(2)..=near.saturating_add(2) {
                let answer = match len {
                    ..=MOST => (AURALIS_OK, expected(function, len, case.rate)),
                    _ => (AURALIS_ERROR_INVALID_ARGUMENT, 0),
                };
                assert_eq!(counted(len), answer, "{} of {len} samples", function.name);
            }
        }
        assert_eq!(counted(0).0, AURALIS_ERROR_INVALID_ARGUMENT);
    }
}

/// Lengths that no memory has, or that reach around the end of the address space, touch nothing.
#[test]
fn impossible_lengths_are_refused_unread() {
    let high = (usize::MAX - 63) as u64;
    for kernel in model().kernels.iter().filter(|kernel| kernel.function.has(Kind::Input)) {
        for channels in if kernel.function.has(Kind::Channels) { &[1, 2, 64][..] } else { &[1] } {
            for (address, len) in [(None, MOST + 1), (None, usize::MAX), (Some(high), 9), (Some(high), MOST)]
            {
                let mut call = Call::new(&kernel.function, kernel.case(1, 44_100.0), &[1]);
                call.set(Kind::Channels, *channels);
                call.set(Kind::Length, len as u64);
                if let Some(address) = address {
                    call.set(Kind::Input, address);
                }
                let what = format!("{}, {len} samples of {channels} channels", kernel.function.name);
                assert_eq!(call.status(), AURALIS_ERROR_INVALID_ARGUMENT, "{what}: {}", last_error());
                assert!(call.outputs.iter().all(|output| is_untouched(&output.values)), "{what}");
            }
        }
    }
}

#[test]
fn more_samples_than_32_bits_count_are_taken() {
    let silence = Silence::new((1 << 32) + 4_097);
    let yin = model().kernel("auralis_yin");
    let case = yin.case(1, 44_100.0).with(&[("hop_length", (1_u32 << 31).into())]);
    let mut call = Call::new(&yin.function, case, &[4]);
    call.set(Kind::Input, silence.pointer.expose_provenance() as u64);
    call.set(Kind::Length, silence.len as u64);
    assert_eq!(call.status(), AURALIS_OK, "{}", last_error());
    let f0: Vec<_> = call.outputs[0].values[..3].iter().map(|bits| f64::from_bits(*bits)).collect();
    assert!(f0.iter().all(|f0| (*f0 - 44_100.0 / 21.0).abs() < 1e-9), "{f0:?}");

    // SAFETY: within the mapping.
    unsafe { silence.pointer.add(silence.len - 1).write(f64::NAN) };
    assert_eq!(call.status(), AURALIS_ERROR_NON_FINITE_INPUT);
    assert!(last_error().contains(&format!("audio[{}]", silence.len - 1)), "{}", last_error());
}
