use std::f64::consts::TAU;

use super::*;
use crate::blocks::error::Error;
use crate::blocks::simd::InstructionSet;

fn chord(len: usize) -> Vec<f64> {
    let tone = |i: usize, hz: f64| (TAU * hz * i as f64 / 44_100.0).sin();
    (0..len).map(|i| 0.2 * (tone(i, 220.0) + tone(i, 277.2) + tone(i, 329.6))).collect()
}

fn clicks(len: usize) -> Vec<f64> {
    (0..len).map(|i| if i % 11_025 == 5000 { 0.9 } else { 0.0 }).collect()
}

fn mixture(len: usize) -> Vec<f64> {
    chord(len).iter().zip(clicks(len)).map(|(a, b)| a + b).collect()
}

fn energy(x: &[f64]) -> f64 {
    x.iter().map(|x| x * x).sum()
}

#[test]
fn tones_are_harmonic_and_clicks_percussive() {
    let params = HpssParams::default();
    let (harmonic, percussive) = hpss(&chord(88_200), &params).unwrap();
    // The onset and the end of the chord are not sustained.
    let inner = 8192..80_000;
    assert!(energy(&harmonic[inner.clone()]) > 31.6 * energy(&percussive[inner]));
    let (harmonic, percussive) = hpss(&clicks(88_200), &params).unwrap();
    assert!(energy(&percussive) > 31.6 * energy(&harmonic));
}

#[test]
fn parts_sum_to_the_input_without_margins() {
    for (power, n_fft, hop_length) in [(2.0, 2048, 512), (1.0, 512, 128), (0.7, 255, 40)] {
        let params = HpssParams { power, n_fft, hop_length, ..HpssParams::default() };
        let audio = mixture(20_000);
        let (harmonic, percussive) = hpss(&audio, &params).unwrap();
        for i in 0..audio.len() {
            let error = (harmonic[i] + percussive[i] - audio[i]).abs();
            assert!(error < 1e-12, "{params:?} {i} {error:e}");
        }
    }
}

#[test]
fn any_split_into_blocks_equals_the_whole_bit_for_bit() {
    let audio = mixture(30_011);
    for params in [
        HpssParams::default(),
        HpssParams { margin_harmonic: 2.0, pad_mode: PadMode::Reflect, ..HpssParams::default() },
        HpssParams {
            kernel_harmonic: 20,
            kernel_percussive: 9,
            n_fft: 600,
            hop_length: 500,
            ..Default::default()
        },
        HpssParams { center: false, n_fft: 1024, ..Default::default() },
    ] {
        let expected = hpss(&audio, &params).unwrap();
        let mut plan = HpssPlan::new(&params).unwrap();
        for sizes in [&[1, 777, 4096, 3][..], &[64], &[9973], &[30_011]] {
            let (mut harmonic, mut percussive) = (Vec::new(), Vec::new());
            let mut room = (vec![f64::NAN; 60_000], vec![f64::NAN; 60_000]);
            let mut rest = &audio[..];
            for size in sizes.iter().cycle() {
                let (block, later) = rest.split_at((*size).min(rest.len()));
                rest = later;
                let most = plan.max_output(block.len());
                let (h, p) = (&mut room.0[..most], &mut room.1[..most]);
                let written =
                    if block.is_empty() { plan.finish(h, p) } else { plan.push(block, h, p) }.unwrap();
                harmonic.extend_from_slice(&h[..written]);
                percussive.extend_from_slice(&p[..written]);
                if block.is_empty() {
                    break;
                }
            }
            assert_eq!(harmonic, expected.0, "{params:?} {sizes:?}");
            assert_eq!(percussive, expected.1, "{params:?} {sizes:?}");
        }
    }
}

#[test]
fn every_path_gives_the_same_bits() {
    let audio = mixture(12_345);
    for params in [
        HpssParams::default(),
        HpssParams { power: 1.0, margin_percussive: 3.0, kernel_harmonic: 12, ..Default::default() },
        HpssParams { power: f64::INFINITY, n_fft: 333, hop_length: 0, ..Default::default() },
    ] {
        let expected = InstructionSet::PORTABLE.scope(|| hpss(&audio, &params).unwrap());
        for instructions in InstructionSet::available() {
            assert_eq!(
                instructions.scope(|| hpss(&audio, &params).unwrap()),
                expected,
                "{instructions:?} {params:?}"
            );
        }
    }
}

#[test]
fn loudness_does_not_change_the_separation() {
    let audio = mixture(12_345);
    let expected = hpss(&audio, &HpssParams::default()).unwrap();
    for exponent in [-500, -330, 330, 490] {
        let gain = 2.0_f64.powi(exponent);
        let scaled: Vec<f64> = audio.iter().map(|x| x * gain).collect();
        let (harmonic, percussive) = hpss(&scaled, &HpssParams::default()).unwrap();
        for i in 0..audio.len() {
            assert!((harmonic[i] / gain - expected.0[i]).abs() < 1e-12, "2^{exponent} {i}");
            assert!((percussive[i] / gain - expected.1[i]).abs() < 1e-12, "2^{exponent} {i}");
        }
    }
}

#[test]
fn errors_name_the_argument_and_consume_nothing() {
    let name = |error: Error| match error {
        Error::InvalidArgument { name, .. } => name,
        other => panic!("{other}"),
    };
    let new = |params: HpssParams| name(HpssPlan::new(&params).err().expect("an error"));
    assert_eq!(new(HpssParams { n_fft: 1, ..Default::default() }), "n_fft");
    assert_eq!(new(HpssParams { hop_length: 2049, ..Default::default() }), "hop_length");
    assert_eq!(new(HpssParams { kernel_harmonic: 0, ..Default::default() }), "kernel_harmonic");
    assert_eq!(new(HpssParams { power: f64::NAN, ..Default::default() }), "power");
    assert_eq!(new(HpssParams { margin_percussive: 0.5, ..Default::default() }), "margin_percussive");
    assert_eq!(name(hpss(&[], &HpssParams::default()).unwrap_err()), "audio");
    let uncentred = HpssParams { center: false, ..Default::default() };
    assert_eq!(name(hpss(&[0.5; 2047], &uncentred).unwrap_err()), "audio");

    let audio = mixture(30_000);
    let mut plan = HpssPlan::new(&HpssParams::default()).unwrap();
    let (mut h, mut p) = (vec![0.0; 30_000], vec![0.0; 30_000]);
    assert!(matches!(plan.push(&audio, &mut h[..9], &mut p), Err(Error::BufferTooSmall { .. })));
    assert!(matches!(plan.push(&[f64::NAN], &mut h, &mut p), Err(Error::NonFiniteInput { .. })));
    let written = plan.push(&audio, &mut h, &mut p).unwrap();
    plan.finish(&mut h[written..], &mut p[written..]).unwrap();
    assert_eq!((h, p), hpss(&audio, &HpssParams::default()).unwrap());
}
