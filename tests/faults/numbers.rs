//! The same numbers on every instruction set and at every address.

use auralis_dsp::simd::InstructionSet;

use crate::abi::fingerprint::Fingerprint;
use crate::abi::kernels::{Chroma, Cqt, Hpss, Kernel, Tuning, Yin};
use crate::abi::loudness::Loudness;
use crate::abi::params::defaults;
use crate::abi::rhythm::OnsetStrength;
use crate::abi::spectral::{Centroid, Flatness, Rms, Rolloff};
use crate::abi::{same, succeeded, untouched};

/// Tones, a click and noise; `offset` doubles lie before the signal that is analysed.
fn audio(len: usize, offset: usize) -> Vec<f64> {
    let mut state = 1_u32;
    let signal = (0..len).map(|i| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = f64::from(state) / f64::from(u32::MAX) - 0.5;
        let t = i as f64 / 22_050.0;
        let click = f64::from(u8::from(i == len / 3));
        0.4 * (t * 1_382.3).sin() + 0.2 * (t * 4_700.0).sin() + 0.05 * noise + click
    });
    std::iter::repeat_n(0.0, offset).chain(signal).collect()
}

/// The first output of `K`, and where it begins in the array.
fn run<K: Kernel>(len: usize, offset: usize) -> Vec<f64> {
    let (audio, params) = (audio(len * K::CHANNELS, offset), defaults::<K>());
    let mut frames = 0;
    assert!(succeeded(K::frames(len, &params, &mut frames)));
    let capacity = frames * K::width(&params);
    let mut outputs = [untouched(capacity + offset), untouched(capacity + offset)];
    let pointers = outputs.each_mut().map(|output| output[offset..].as_mut_ptr());
    let status = K::call(audio[offset..].as_ptr(), len, 22_050.0, &params, pointers, capacity);
    assert!(succeeded(status), "{}", crate::abi::last_error());
    outputs[..K::OUTPUTS].iter().flat_map(|output| &output[offset..]).copied().collect()
}

fn same_with_every_set<K: Kernel>() {
    for len in [1, 777, 22_050] {
        let reference = InstructionSet::PORTABLE.scope(|| run::<K>(len, 0));
        let peak = reference.iter().fold(0.0_f64, |peak, x| peak.max(x.abs()));
        for set in InstructionSet::available() {
            for (i, (a, b)) in set.scope(|| run::<K>(len, 0)).iter().zip(&reference).enumerate() {
                let close = same(*a, *b) || (a - b).abs() <= 1e-12 * peak;
                assert!(close, "{set:?}, {len} samples, value {i}: {a} is not {b}");
            }
        }
    }
}

fn same_at_every_address<K: Kernel>() {
    let reference = run::<K>(5_000, 0);
    for offset in 1..8 {
        let shifted = run::<K>(5_000, offset);
        assert!(shifted.iter().zip(&reference).all(|(a, b)| same(*a, *b)), "{offset} doubles further");
    }
}

#[test]
fn every_kernel_gives_the_same_with_every_set() {
    same_with_every_set::<Chroma>();
    same_with_every_set::<Cqt>();
    same_with_every_set::<Tuning>();
    same_with_every_set::<Fingerprint<1>>();
    same_with_every_set::<Fingerprint<2>>();
    same_with_every_set::<OnsetStrength>();
    same_with_every_set::<Centroid>();
    same_with_every_set::<Rolloff>();
    same_with_every_set::<Flatness>();
    same_with_every_set::<Rms>();
    same_with_every_set::<Loudness<2>>();
    same_with_every_set::<Hpss>();
    same_with_every_set::<Yin>();
}

#[test]
fn every_kernel_gives_the_same_bits_at_every_address() {
    same_at_every_address::<Chroma>();
    same_at_every_address::<Cqt>();
    same_at_every_address::<Tuning>();
    same_at_every_address::<Fingerprint<1>>();
    same_at_every_address::<Fingerprint<2>>();
    same_at_every_address::<OnsetStrength>();
    same_at_every_address::<Centroid>();
    same_at_every_address::<Rolloff>();
    same_at_every_address::<Flatness>();
    same_at_every_address::<Rms>();
    same_at_every_address::<Loudness<2>>();
    same_at_every_address::<Hpss>();
    same_at_every_address::<Yin>();
}
