use super::*;
use crate::blocks::error::Error;
use crate::testing::noise;

fn assert_equal(found: &[f64], expected: &[f64], case: &str) {
    assert_eq!(found.len(), expected.len(), "{case}");
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= 1e-9 * expected.abs(), "{case}: {found}, not {expected}");
    }
}

#[test]
fn equals_librosa() {
    let bins = 0..1025;
    let bin_width = 44100.0 / 2048.0;
    for line in include_str!("../../../tests/fixtures/spectral.txt").lines() {
        let fields: Vec<&str> = line.split(' ').collect();
        let numbers =
            |from: usize| -> Vec<f64> { fields[from..].iter().map(|x| x.parse().unwrap()).collect() };
        if fields[0] == "rms" {
            let integer = |i: usize| fields[i].parse::<usize>().unwrap();
            let params = RmsParams {
                frame_length: integer(1),
                hop_length: integer(2),
                center: fields[3] == "True",
                pad_mode: if fields[4] == "reflect" { PadMode::Reflect } else { PadMode::Constant },
            };
            assert_equal(&rms(&noise(integer(5)), &params).unwrap(), &numbers(6), &line[..30]);
            continue;
        }
        let noise = noise(bins.len());
        let magnitude: Vec<f64> = match fields[0] {
            "noise" => noise.iter().map(|x| x.abs()).collect(),
            "pink" => bins.clone().map(|k| noise[k].abs() / (1.0 + k as f64)).collect(),
            "peak" => bins.clone().map(|k| (-((k as f64 - 300.0) / 8.0).powi(2)).exp()).collect(),
            "silence" => vec![0.0; bins.len()],
            other => panic!("{other}"),
        };
        let values = [
            centroid(&magnitude, bin_width),
            rolloff(&magnitude, bin_width, 0.85),
            rolloff(&magnitude, bin_width, 0.1),
            flatness(&magnitude, 2.0, 1e-10),
            flatness(&magnitude, 1.3, 1e-3),
        ];
        assert_equal(&values, &numbers(1), fields[0]);
    }
}

#[test]
fn measures_of_a_whole_signal_are_those_of_its_frames() {
    // A sine in the middle of bin 100, softly begun.
    let bin_width = 44100.0 / 2048.0;
    let wave =
        |i: usize| (i as f64 / 4000.0).min(1.0) * (std::f64::consts::TAU * 100.0 * i as f64 / 2048.0).sin();
    let audio: Vec<f64> = (0..30_000).map(wave).collect();
    let params = SpectralParams::default();
    let middle = 10..50;
    let centroids = spectral_centroid(&audio, 44100.0, &params).unwrap();
    let rolloffs = spectral_rolloff(&audio, 44100.0, &params).unwrap();
    assert_eq!((centroids.len(), rolloffs.len()), (59, 59));
    for (centroid, rolloff) in centroids[middle.clone()].iter().zip(&rolloffs[middle]) {
        assert!((centroid / bin_width - 100.0).abs() < 0.01, "{centroid}");
        assert_eq!(*rolloff, 101.0 * bin_width);
    }
    let flat = spectral_flatness(&noise(30_000), &params).unwrap();
    assert!(flat[2..57].iter().all(|flatness| (0.4..0.7).contains(flatness)), "{flat:?}");

    let name = |result: Result<Vec<f64>>| match result {
        Err(Error::InvalidArgument { name, .. }) => name,
        other => panic!("{other:?}"),
    };
    let defaults = params;
    assert_eq!(name(spectral_centroid(&[], 44100.0, &defaults)), "audio");
    assert_eq!(name(spectral_centroid(&audio, 0.0, &defaults)), "sample_rate");
    let params = SpectralParams { roll_percent: 1.0, ..defaults };
    assert_eq!(name(spectral_rolloff(&audio, 44100.0, &params)), "roll_percent");
    assert_eq!(name(spectral_flatness(&audio, &SpectralParams { power: 0.0, ..defaults })), "power");
    assert_eq!(name(spectral_flatness(&audio, &SpectralParams { amin: f64::NAN, ..defaults })), "amin");
}

#[test]
fn a_hop_may_be_longer_than_a_frame() {
    let audio = noise(60_000);
    for (center, pad_mode) in
        [(true, PadMode::Constant), (true, PadMode::Reflect), (false, PadMode::Constant)]
    {
        let params = |hop_length| SpectralParams {
            stft: StftParams { hop_length, center, pad_mode, ..StftParams::default() },
            ..SpectralParams::default()
        };
        let every_fifth = |values: Vec<f64>| values.into_iter().step_by(5).collect::<Vec<f64>>();
        let (short, long) = (params(1000), params(5000));
        assert_eq!(
            spectral_centroid(&audio, 44_100.0, &long).unwrap(),
            every_fifth(spectral_centroid(&audio, 44_100.0, &short).unwrap())
        );
        assert_eq!(
            spectral_rolloff(&audio, 44_100.0, &long).unwrap(),
            every_fifth(spectral_rolloff(&audio, 44_100.0, &short).unwrap())
        );
        assert_eq!(
            spectral_flatness(&audio, &long).unwrap(),
            every_fifth(spectral_flatness(&audio, &short).unwrap())
        );
    }
}

#[test]
fn flatness_survives_products_beyond_the_range() {
    let magnitude = [1e-140, 3e-140, 1e140, 2e140, 1.0, 1e150];
    let squares = magnitude.map(|m: f64| m * m);
    let expected =
        (squares.iter().map(|x| x.ln()).sum::<f64>() / 6.0).exp() / (squares.iter().sum::<f64>() / 6.0);
    assert!((flatness(&magnitude, 2.0, 1e-300) / expected - 1.0).abs() < 1e-9);
}

#[test]
fn an_rms_stream_equals_the_whole_bit_for_bit_on_every_path() {
    let audio = noise(20_000);
    let whole = rms(&audio, &RmsParams::default()).unwrap();
    for instructions in InstructionSet::available() {
        let mut plan = instructions.scope(|| RmsPlan::new(&RmsParams::default())).unwrap();
        for block in [1, 513, 7000] {
            let mut found = vec![0.0; whole.len()];
            let mut written = 0;
            for part in audio.chunks(block) {
                written += plan.push(part, &mut found[written..]).unwrap();
            }
            written += plan.finish(&mut found[written..]).unwrap();
            assert_eq!((written, &found), (whole.len(), &whole), "{instructions:?} {block}");
        }
    }
}

#[test]
fn errors_name_the_argument() {
    let name = |audio: &[f64], params| match rms(audio, &params) {
        Err(Error::InvalidArgument { name, .. } | Error::NonFiniteInput { name, .. }) => name,
        other => panic!("{other:?}"),
    };
    let defaults = RmsParams::default();
    assert_eq!(name(&[], defaults), "audio");
    assert_eq!(name(&[f64::NAN], defaults), "audio");
    assert_eq!(name(&[0.0; 2047], RmsParams { center: false, ..defaults }), "audio");
    assert_eq!(name(&[0.0], RmsParams { frame_length: 0, ..defaults }), "frame_length");
    assert_eq!(name(&[0.0], RmsParams { hop_length: 0, ..defaults }), "hop_length");
}
