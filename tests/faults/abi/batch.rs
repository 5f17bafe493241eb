//! Calls of the functions for whole signals.

use super::bytes::Bytes;
use super::kernels::{Kernel, MOST_WORK};
use super::params::Params;
use super::{audio, is_untouched, succeeded, untouched};

/// What a host does wrong.
#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    NullAudio,
    MisalignedAudio,
    Empty,
    TooLong,
    NullOutput,
    MisalignedOutput,
    OutputIsInput,
    OutputOverlapsEnd,
    SmallCapacity,
}

const FAULTS: [Fault; 9] = [
    Fault::NullAudio,
    Fault::MisalignedAudio,
    Fault::Empty,
    Fault::TooLong,
    Fault::NullOutput,
    Fault::MisalignedOutput,
    Fault::OutputIsInput,
    Fault::OutputOverlapsEnd,
    Fault::SmallCapacity,
];

pub fn run<K: Kernel>(data: &[u8]) {
    let bytes = &mut Bytes::new(data);
    let params = Params::<K>::new(bytes, |_| {});
    let sample_rate = bytes.sample_rate();
    let length = audio::length(bytes);
    let audio = audio::signal(bytes, length * K::CHANNELS);
    let fault = if bytes.rarely(64) { bytes.one_of(&FAULTS) } else { Fault::None };

    let mut frames = usize::MAX;
    if !succeeded(K::frames(bytes.word() as usize, params.pointer(), &mut frames)) {
        assert_eq!(frames, usize::MAX, "written by a call that failed");
    }
    if K::work(&params.meant, length, sample_rate) > MOST_WORK {
        return;
    }
    let known = succeeded(K::frames(length, params.pointer(), &mut frames));
    let needed = if known { frames.saturating_mul(K::width(&params.meant)) } else { length };
    if needed > MOST_WORK as usize {
        return;
    }

    let spare = usize::from(bytes.byte() % 4);
    let capacity = match fault {
        _ if !K::HAS_CAPACITY => needed,
        Fault::SmallCapacity => bytes.below(1 << 16) % needed.max(1),
        _ => needed + spare,
    };
    let (original, mut audio) = (audio.clone(), audio);
    let mut outputs = [untouched(capacity), untouched(capacity)];
    let mut pointers = outputs.each_mut().map(Vec::as_mut_ptr);
    let mut input = audio.as_ptr();
    let mut n_samples = length;
    let which = usize::from(bytes.byte()) % K::OUTPUTS;
    match fault {
        Fault::None | Fault::SmallCapacity => {}
        Fault::NullAudio => input = std::ptr::null(),
        Fault::MisalignedAudio => input = input.wrapping_byte_add(1 + usize::from(bytes.byte() % 7)),
        Fault::Empty => n_samples = 0,
        Fault::TooLong => n_samples = usize::MAX / 8 - usize::from(bytes.byte()).min(usize::MAX / 16),
        Fault::NullOutput => pointers[which] = std::ptr::null_mut(),
        Fault::MisalignedOutput => {
            pointers[which] = pointers[which].wrapping_byte_add(1 + usize::from(bytes.byte() % 7));
        }
        Fault::OutputIsInput => pointers[which] = audio.as_mut_ptr(),
        Fault::OutputOverlapsEnd => pointers[which] = audio.as_mut_ptr().wrapping_add(audio.len() - 1),
    }
    let status = K::call(input, n_samples, sample_rate, params.pointer(), pointers, capacity);

    assert!(audio.iter().zip(&original).all(|(a, b)| a.to_bits() == b.to_bits()), "the input was written");
    if !succeeded(status) {
        assert!(outputs.iter().all(|output| is_untouched(output)), "written by a call that failed");
        return;
    }
    assert!(fault == Fault::None || (fault == Fault::SmallCapacity && !K::HAS_CAPACITY), "accepted a fault");
    assert!(audio.iter().all(|x| x.is_finite()), "accepted samples that are not finite");
    for output in &outputs[..K::OUTPUTS] {
        let (result, rest) = output.split_at(needed);
        assert!(result.iter().all(|x| x.to_bits() != super::UNTOUCHED), "a value was not written");
        assert!(is_untouched(rest), "written beyond the result");
        if audio::is_moderate(&audio) {
            let plausible = result.iter().enumerate().all(|(i, x)| K::is_plausible(i, *x));
            assert!(plausible, "not a result: {result:?}");
        }
    }
}
