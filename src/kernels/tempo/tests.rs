use super::*;
use crate::blocks::error::Error;
use crate::testing::rhythm_cases;

#[test]
fn tempo_is_librosas() {
    for case in rhythm_cases() {
        let Some(expected) = case.tempo else { continue };
        let params = TempoParams { hop_length: case.params.hop_length, ..TempoParams::default() };
        let bpm = tempo(&case.envelope, case.sample_rate, &params).unwrap();
        assert!((bpm / expected - 1.0).abs() < 1e-9, "{:?}: {bpm}, not {expected}", case.params);
    }
}

/// One strong frame in every `period`.
fn pulses(period: usize) -> Vec<f64> {
    (0..2000).map(|i| if i % period == 5 { 1.0 } else { 0.0 }).collect()
}

#[test]
fn pulses_have_their_tempo_and_full_strength() {
    let params = TempoParams::default();
    let mut plan = TempoPlan::new(22050.0, &params).unwrap();
    let found = plan.tempo(&pulses(20));
    assert_eq!(found.period, 20);
    assert!((found.bpm - 60.0 * 22050.0 / 512.0 / 20.0).abs() < 1e-9);
    assert!(found.strength > 0.8 && found.strength <= 1.0, "{}", found.strength);
    assert!(plan.tempo(&[0.0; 100]).strength.abs() < 1e-12);
}

#[test]
fn the_limit_excludes_faster_tempi() {
    let params = TempoParams { max_tempo: 100.0, ..TempoParams::default() };
    assert_eq!(TempoPlan::new(22050.0, &params).unwrap().tempo(&pulses(20)).period, 40);
}

#[test]
fn bad_arguments_are_named() {
    let default = TempoParams::default();
    for (params, name) in [
        (TempoParams { hop_length: 0, ..default }, "hop_length"),
        (TempoParams { start_bpm: 0.0, ..default }, "start_bpm"),
        (TempoParams { std_bpm: f64::NAN, ..default }, "std_bpm"),
        (TempoParams { ac_size: 0.01, ..default }, "ac_size"),
        (TempoParams { max_tempo: -1.0, ..default }, "max_tempo"),
    ] {
        match tempo(&[0.0; 100], 44100.0, &params) {
            Err(Error::InvalidArgument { name: named, .. }) => assert_eq!(named, name),
            other => panic!("{name}: {other:?}"),
        }
    }
}
