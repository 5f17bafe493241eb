use super::*;
use crate::blocks::error::Error;
use crate::testing::rhythm_cases;

#[test]
fn beats_are_librosas() {
    for case in rhythm_cases() {
        let Some(tempo) = case.tempo else { continue };
        let params = BeatParams { hop_length: case.params.hop_length, ..BeatParams::default() };
        let beats = beat_track(&case.envelope, case.sample_rate, &params).unwrap();
        assert!((beats.bpm / tempo - 1.0).abs() < 1e-9);
        assert_eq!(beats.frames, case.beats, "{:?}", case.params);
    }
}

#[test]
fn silence_has_no_beats() {
    let silent = Beats { bpm: 0.0, frames: vec![] };
    assert_eq!(beat_track(&[0.0; 50], 44100.0, &BeatParams::default()), Ok(silent));
}

#[test]
fn beats_follow_the_tempo_that_is_given() {
    let pulses: Vec<f64> = (0..2000).map(|i| f64::from(i % 20 == 5)).collect();
    let params = BeatParams { bpm: 60.0 * 22050.0 / 512.0 / 40.0, ..BeatParams::default() };
    let beats = beat_track(&pulses, 22050.0, &params).unwrap().frames;
    assert!(beats.len() > 40 && beats.windows(2).all(|pair| pair[1] - pair[0] == 40), "{beats:?}");
}

#[test]
fn the_shortest_envelopes_are_taken() {
    for len in 1..6 {
        assert!(beat_track(&vec![1.0; len], 44100.0, &BeatParams::default()).is_ok());
    }
}

#[test]
fn bad_arguments_are_named() {
    let default = BeatParams::default();
    for (params, name) in [
        (BeatParams { hop_length: 0, ..default }, "hop_length"),
        (BeatParams { bpm: 0.0, ..default }, "bpm"),
        (BeatParams { bpm: 1e9, ..default }, "bpm"),
        (BeatParams { start_bpm: -1.0, ..default }, "start_bpm"),
        (BeatParams { tightness: 0.0, ..default }, "tightness"),
    ] {
        match beat_track(&[1.0; 100], 44100.0, &params) {
            Err(Error::InvalidArgument { name: named, .. }) => assert_eq!(named, name),
            other => panic!("{name}: {other:?}"),
        }
    }
}
