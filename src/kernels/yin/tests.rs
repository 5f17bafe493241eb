use std::f64::consts::TAU;

use super::*;
use crate::blocks::error::Error;
use crate::blocks::simd::InstructionSet;
use crate::testing::noise;

/// The signals of `make_yin.py`.
fn signal(name: &str, len: usize, sample_rate: f64) -> Vec<f64> {
    let time = (0..len).map(|i| i as f64 / sample_rate);
    match name {
        "glide" => time
            .zip(noise(len))
            .map(|(t, noise)| {
                let phase = TAU * (110.0 * t + 300.0 * t * t) + (TAU * 6.0 * t).sin();
                let harmonics: f64 = (1..=6).map(|h| (f64::from(h) * phase).sin() / f64::from(h)).sum();
                harmonics * (0.3 + 0.2 * (TAU * 3.0 * t).sin()) + 0.01 * noise
            })
            .collect(),
        "noise" => noise(len),
        "gap" => time.map(|t| if t > 0.1 && t < 0.25 { 0.0 } else { (TAU * 440.0 * t).sin() }).collect(),
        "constant" => vec![0.25; len],
        "silence" => vec![0.0; len],
        other => panic!("{other}"),
    }
}

fn sine(frequency: f64, sample_rate: f64, len: usize) -> Vec<f64> {
    (0..len).map(|i| 0.5 * (TAU * frequency * i as f64 / sample_rate).sin()).collect()
}

fn stream(plan: &mut YinPlan, audio: &[f64], block: usize) -> Vec<f64> {
    let mut f0 = vec![];
    for part in audio.chunks(block) {
        let mut out = vec![0.0; plan.max_output(part.len())];
        let written = plan.push(part, &mut out).unwrap();
        f0.extend(&out[..written]);
    }
    let mut out = vec![0.0; plan.max_output(0)];
    let written = plan.finish(&mut out).unwrap();
    f0.extend(&out[..written]);
    f0
}

#[test]
fn equals_librosa() {
    let mut lines = include_str!("../../../tests/fixtures/yin.txt").lines();
    while let (Some(case), Some(values)) = (lines.next(), lines.next()) {
        let fields: Vec<&str> = case.split(' ').collect();
        let number = |i: usize| fields[i].parse::<f64>().unwrap();
        let sample_rate = number(2);
        let params = YinParams {
            fmin: number(3),
            fmax: number(4),
            trough_threshold: number(5),
            frame_length: number(6) as usize,
            hop_length: number(7) as usize,
            center: fields[8] == "True",
            pad_mode: if fields[9] == "reflect" { PadMode::Reflect } else { PadMode::Constant },
        };
        let audio = signal(fields[0], number(1) as usize, sample_rate);
        let expected: Vec<f64> = values.split(' ').map(|value| value.parse().unwrap()).collect();
        let f0 = yin(&audio, sample_rate, &params).unwrap();
        assert_eq!(f0.len(), expected.len(), "{case}");
        for (t, (f0, expected)) in f0.iter().zip(&expected).enumerate() {
            assert!((f0 / expected - 1.0).abs() < 1e-6, "{case}: frame {t} is {f0}, not {expected}");
        }
    }
}

#[test]
fn sines_are_found_without_octave_errors() {
    for frequency in [55.0, 82.41, 110.0, 220.0, 329.63, 440.0, 880.0, 1318.5, 2000.0] {
        // The difference function counts the frame's end only once, which pulls the bottom of the dip
        // to shorter periods: some 30 cents with 3 periods in a frame, under 3 with 25.
        for (periods, tolerance) in [(3.0, 31.0), (25.0, 3.0)] {
            let frame_length = (periods * 44100.0_f64 / frequency).ceil().max(2048.0) as usize;
            let params =
                YinParams { fmin: 50.0, frame_length, hop_length: frame_length, ..Default::default() };
            let f0 = yin(&sine(frequency, 44100.0, 6 * frame_length), 44100.0, &params).unwrap();
            // The frames at the ends reach beyond the sine.
            for f0 in &f0[1..f0.len() - 1] {
                let cents = 1200.0 * (f0 / frequency).log2();
                assert!(cents.abs() < tolerance, "{frequency} Hz came out as {f0} Hz");
            }
        }
    }
}

#[test]
fn a_stream_equals_the_whole_bit_for_bit() {
    let audio = signal("glide", 30_000, 44100.0);
    for (frame_length, hop_length) in [(2048, 512), (2048, 441), (2048, 2048), (1500, 4000), (2048, 128)] {
        for (center, pad_mode) in
            [(true, PadMode::Reflect), (true, PadMode::Constant), (false, PadMode::Constant)]
        {
            let params = YinParams { frame_length, hop_length, center, pad_mode, ..Default::default() };
            let whole = yin(&audio, 44100.0, &params).unwrap();
            let mut plan = YinPlan::new(44100.0, &params).unwrap();
            for block in [64, 511, 4096, audio.len()] {
                assert_eq!(stream(&mut plan, &audio, block), whole, "{params:?} {block}");
            }
        }
    }
}

#[test]
fn frames_come_as_late_as_latency_says() {
    for pad_mode in [PadMode::Constant, PadMode::Reflect] {
        let params = YinParams { pad_mode, ..Default::default() };
        let mut plan = YinPlan::new(44100.0, &params).unwrap();
        let audio = sine(440.0, 44100.0, plan.latency());
        let mut f0 = [0.0; 8];
        assert_eq!(plan.push(&audio[1..], &mut f0), Ok(0));
        assert_eq!(plan.push(&audio[..1], &mut f0), Ok(1));
    }
}

#[test]
fn every_path_gives_the_same_bits() {
    for name in ["glide", "noise", "gap"] {
        let audio = signal(name, 20_000, 44100.0);
        let results = InstructionSet::available()
            .iter()
            .map(|instructions| instructions.scope(|| yin(&audio, 44100.0, &YinParams::default()).unwrap()));
        let results: Vec<Vec<f64>> = results.collect();
        assert!(results.iter().all(|result| *result == results[0]), "{name}");
    }
}

#[test]
fn gain_and_polarity_change_nothing() {
    let click = (0..20_000).map(|i| if i % 9000 == 100 { 0.7 } else { 0.0 }).collect();
    let signals = ["glide", "noise", "gap", "constant"].map(|name| signal(name, 20_000, 44100.0));
    for audio in signals.into_iter().chain([click, noise(1), noise(2)]) {
        let f0 = yin(&audio, 44100.0, &YinParams::default()).unwrap();
        for gain in [0.1, 10.0, -1.0] {
            let scaled: Vec<f64> = audio.iter().map(|x| gain * x).collect();
            let other = yin(&scaled, 44100.0, &YinParams::default()).unwrap();
            for (a, b) in f0.iter().zip(&other) {
                assert!((a / b - 1.0).abs() < 1e-9, "{a} {b} {gain}");
            }
        }
    }
}

#[test]
fn any_finite_audio_gives_frequencies_in_the_range() {
    let extremes = [f64::MAX, f64::MIN_POSITIVE, 5e-324, -f64::MAX, 1e-160, 0.0, 1e160];
    let audio: Vec<f64> =
        (0..9000).map(|i| extremes[i / 700 % 7] * if i % 3 == 0 { -1.0 } else { 1.0 }).collect();
    for f0 in yin(&audio, 44100.0, &YinParams::default()).unwrap() {
        assert!((65.0..2101.0).contains(&f0), "{f0}");
    }
}

#[test]
fn errors_name_the_argument() {
    let audio = sine(440.0, 44100.0, 4000);
    let defaults = YinParams::default();
    let name = |audio: &[f64], sample_rate, params: YinParams| match yin(audio, sample_rate, &params) {
        Err(Error::InvalidArgument { name, .. } | Error::NonFiniteInput { name, .. }) => name,
        other => panic!("{other:?}"),
    };
    assert_eq!(name(&audio, 44100.0, YinParams { fmax: 22051.0, ..defaults }), "fmax");
    assert_eq!(name(&audio, 44100.0, YinParams { fmin: 2100.0, ..defaults }), "fmin");
    assert_eq!(name(&audio, 44100.0, YinParams { fmin: 0.0, ..defaults }), "fmin");
    assert_eq!(name(&audio, 44100.0, YinParams { fmin: f64::NAN, ..defaults }), "fmin");
    // One period does not fit: 44100 / 20 >= 2047.
    assert_eq!(name(&audio, 44100.0, YinParams { fmin: 20.0, ..defaults }), "fmin");
    assert_eq!(
        name(&audio, 44100.0, YinParams { trough_threshold: f64::NAN, ..defaults }),
        "trough_threshold"
    );
    assert_eq!(name(&audio, 44100.0, YinParams { frame_length: 3, ..defaults }), "frame_length");
    assert_eq!(name(&audio, 44100.0, YinParams { hop_length: usize::MAX, ..defaults }), "hop_length");
    assert_eq!(name(&audio, 7999.0, defaults), "sample_rate");
    assert_eq!(name(&[], 44100.0, defaults), "audio");
    assert_eq!(name(&audio[..2047], 44100.0, YinParams { center: false, ..defaults }), "audio");
    assert_eq!(name(&[0.0, f64::INFINITY], 44100.0, defaults), "audio");
}

#[test]
fn a_refused_push_takes_nothing() {
    let audio = signal("glide", 10_000, 44100.0);
    let params = YinParams::default();
    let whole = yin(&audio, 44100.0, &params).unwrap();
    let mut plan = YinPlan::new(44100.0, &params).unwrap();
    let mut f0 = vec![0.0; whole.len()];
    assert!(matches!(
        plan.push(&audio, &mut f0[..3]),
        Err(Error::BufferTooSmall { name: "f0", needed: 18, .. })
    ));
    assert!(plan.push(&[1.0, f64::NAN], &mut f0).is_err());
    let written = plan.push(&audio, &mut f0).unwrap();
    assert!(plan.finish(&mut f0[..1]).is_err());
    assert_eq!(plan.finish(&mut f0[written..]), Ok(2));
    assert_eq!(f0, whole);
}
