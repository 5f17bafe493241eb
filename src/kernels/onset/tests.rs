use super::*;
use crate::blocks::error::Error;
use crate::testing::{noise, rhythm, rhythm_cases};

#[test]
fn strength_and_onsets_are_librosas() {
    for case in rhythm_cases() {
        let envelope = onset_strength(&case.audio, case.sample_rate, &case.params).unwrap();
        assert_eq!(envelope.len(), case.envelope.len());
        let peak = case.envelope.iter().fold(0.0, |peak: f64, x| peak.max(x.abs()));
        for (t, (strength, expected)) in envelope.iter().zip(&case.envelope).enumerate() {
            let error = (strength - expected).abs();
            assert!(error <= 1e-6 * peak, "{:?}: frame {t} is {strength}, not {expected}", case.params);
        }
        let params = PeakParams { hop_length: case.params.hop_length, ..PeakParams::default() };
        assert_eq!(onset_detect(&envelope, case.sample_rate, &params).unwrap(), case.onsets);
    }
}

#[test]
fn silence_has_no_onsets() {
    let envelope = onset_strength(&[0.0; 5000], 44100.0, &OnsetParams::default()).unwrap();
    assert_eq!(envelope, [0.0; 10]);
    assert_eq!(onset_detect(&envelope, 44100.0, &PeakParams::default()), Ok(vec![]));
}

#[test]
fn one_sample_is_one_frame() {
    assert_eq!(onset_strength(&[0.5], 44100.0, &OnsetParams::default()), Ok(vec![0.0]));
}

#[test]
fn a_signal_longer_than_the_store_is_clipped_by_its_loudest_frame_too() {
    // So many bands that the store holds few frames.
    let params = OnsetParams { n_fft: 256, hop_length: 64, n_mels: 2048, ..OnsetParams::default() };
    let kept = (16 << 20) / 4 / 2048;
    let quiet: Vec<f64> = noise(64 * (kept + 500)).iter().map(|x| 1e-4 * x).collect();
    let loud: Vec<f64> = noise(64 * 300).iter().map(|x| 100.0 * x).collect();
    let audio = [quiet, loud].concat();
    let mut plan = OnsetPlan::new(44100.0, &params).unwrap();
    let mut envelope = vec![1.0; params.frames(audio.len()).unwrap()];
    plan.process(&audio, &mut envelope).unwrap();
    assert_eq!(envelope[..kept], vec![0.0; kept]);
    assert!(envelope.iter().any(|x| *x > 0.0));
}

#[test]
fn a_plan_forgets_the_signal_before() {
    let params = OnsetParams::default();
    let mut plan = OnsetPlan::new(22050.0, &params).unwrap();
    let mut results = vec![];
    for name in ["drums", "click", "drums"] {
        let audio = rhythm(name, 2.0, 22050.0);
        let mut envelope = vec![0.0; params.frames(audio.len()).unwrap()];
        plan.process(&audio, &mut envelope).unwrap();
        results.push(envelope);
    }
    assert_eq!(results[0], results[2]);
    assert_ne!(results[0], results[1]);
}

#[test]
fn a_hop_may_be_longer_than_a_frame() {
    let audio = noise(60_000);
    let short = OnsetParams { hop_length: 1000, lag: 5, center: false, ..OnsetParams::default() };
    let long = OnsetParams { hop_length: 5000, lag: 1, ..short };
    let expected: Vec<f64> =
        onset_strength(&audio, 44_100.0, &short).unwrap().into_iter().step_by(5).collect();
    assert_eq!(onset_strength(&audio, 44_100.0, &long).unwrap(), expected);
    assert!(expected[1..].iter().all(|strength| *strength > 0.0));
}

#[test]
fn bad_arguments_are_named() {
    let default = OnsetParams::default();
    for (params, name) in [
        (OnsetParams { n_fft: 1, ..default }, "n_fft"),
        (OnsetParams { hop_length: (1 << 31) + 1, ..default }, "hop_length"),
        (OnsetParams { n_mels: 0, ..default }, "n_mels"),
        (OnsetParams { fmin: 30000.0, ..default }, "fmin"),
        (OnsetParams { fmin: f64::NAN, ..default }, "fmin"),
        (OnsetParams { fmax: 22051.0, ..default }, "fmax"),
        (OnsetParams { lag: 0, ..default }, "lag"),
        (OnsetParams { max_size: 129, ..default }, "max_size"),
    ] {
        match onset_strength(&[0.0; 100], 44100.0, &params) {
            Err(Error::InvalidArgument { name: named, .. }) => assert_eq!(named, name),
            other => panic!("{name}: {other:?}"),
        }
    }
    let negative = PeakParams { delta: -1.0, ..PeakParams::default() };
    assert!(onset_detect(&[1.0], 44100.0, &negative).is_err());
    assert!(onset_detect(&[], 44100.0, &PeakParams::default()).is_err());
}
