//! The signals of EBU Tech 3341 and 3342, made from their descriptions, and their tolerances.

use std::f64::consts::TAU;

use super::*;
use crate::blocks::error::Error;

const RATE: f64 = 48_000.0;

const QUICK: LoudnessParams = LoudnessParams::WITHOUT_TRUE_PEAK;

/// Stereo 1 kHz sine in phase: pieces of (peak in dBFS, seconds).
fn tones(rate: f64, pieces: &[(f64, f64)]) -> Vec<f64> {
    let mut audio = vec![];
    for (level, seconds) in pieces {
        let amplitude = 10_f64.powf(level / 20.0);
        for _ in 0..(seconds * rate).round() as usize {
            let n = audio.len() / 2;
            audio.extend([amplitude * (TAU * 1000.0 * n as f64 / rate).sin(); 2]);
        }
    }
    audio
}

fn measured(rate: f64, n_channels: usize, audio: &[f64]) -> LoudnessPlan {
    let mut plan = LoudnessPlan::new(rate, n_channels, &QUICK).unwrap();
    plan.push(audio).unwrap();
    plan
}

#[track_caller]
fn assert_close(value: f64, expected: f64, tolerance: f64) {
    assert!((value - expected).abs() <= tolerance, "{value} is not {expected} ± {tolerance}");
}

#[test]
fn tech_3341_cases_1_to_5_integrated() {
    for level in [-23.0, -33.0] {
        let plan = measured(RATE, 2, &tones(RATE, &[(level, 20.0)]));
        for value in [plan.integrated(), plan.momentary(), plan.short_term()] {
            assert_close(value, level, 0.1);
        }
    }
    let gated: &[(f64, f64)] = &[(-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0)];
    assert_close(measured(RATE, 2, &tones(RATE, gated)).integrated(), -23.0, 0.1);
    let gated = [&[(-72.0, 10.0)], gated, &[(-72.0, 10.0)]].concat();
    assert_close(measured(RATE, 2, &tones(RATE, &gated)).integrated(), -23.0, 0.1);
    let varied = [(-26.0, 20.0), (-20.0, 20.1), (-26.0, 20.0)];
    assert_close(measured(RATE, 2, &tones(RATE, &varied)).integrated(), -23.0, 0.1);
}

#[test]
fn tech_3341_case_6_surround() {
    // L, R, C, LFE, Ls, Rs; the LFE, as loud as can be, does not count.
    for (n_channels, levels) in
        [(5, &[-28.0, -28.0, -24.0, -30.0, -30.0][..]), (6, &[-28.0, -28.0, -24.0, 0.0, -30.0, -30.0])]
    {
        let frames = (0..20 * 48_000).map(|n| (TAU * 1000.0 * f64::from(n) / RATE).sin());
        let audio: Vec<f64> =
            frames.flat_map(|x| levels.iter().map(move |level| x * 10_f64.powf(level / 20.0))).collect();
        assert_close(measured(RATE, n_channels, &audio).integrated(), -23.0, 0.1);
    }
}

#[test]
fn channels_weigh_by_the_places_of_their_loudspeakers() {
    let sine: Vec<f64> = (0..2 * 48_000).map(|n| 0.1 * (TAU * 1000.0 * f64::from(n) / RATE).sin()).collect();
    let alone = |n_channels: usize, channel: usize, channel_mask: u32| {
        let mut audio = vec![0.0; n_channels * sine.len()];
        for (frame, x) in audio.chunks_exact_mut(n_channels).zip(&sine) {
            frame[channel] = *x;
        }
        let params = LoudnessParams { channel_mask, ..QUICK };
        let mut plan = LoudnessPlan::new(RATE, n_channels, &params).unwrap();
        plan.push(&audio).unwrap();
        plan.integrated()
    };
    let one = alone(1, 0, 0);
    let weights = |n_channels: usize, mask: u32| -> Vec<f64> {
        let weight = |channel: usize| {
            let loudness = alone(n_channels, channel, mask);
            if loudness.is_nan() {
                0.0
            } else {
                (10_f64.powf((loudness - one) / 10.0) * 100.0).round() / 100.0
            }
        };
        (0..n_channels).map(weight).collect()
    };
    assert_eq!(weights(2, 0), [1.0; 2]);
    assert_eq!(weights(4, 0), [1.0, 1.0, 1.41, 1.41]);
    assert_eq!(weights(6, 0), [1.0, 1.0, 1.0, 0.0, 1.41, 1.41]);
    assert_eq!(weights(7, 0), [1.0, 1.0, 1.0, 0.0, 1.0, 1.41, 1.41]);
    // FL FR FC LFE BL BR SL SR
    assert_eq!(weights(8, 0), [1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.41, 1.41]);
    assert_eq!(weights(10, 0), [1.0; 10]);
    // 5.1 with side channels, 2.1, and 5.1.2 with heights in front.
    assert_eq!(weights(6, 0x60f), [1.0, 1.0, 1.0, 0.0, 1.41, 1.41]);
    assert_eq!(weights(3, 0xb), [1.0, 1.0, 0.0]);
    assert_eq!(weights(8, 0x503f), [1.0, 1.0, 1.0, 0.0, 1.41, 1.41, 1.0, 1.0]);
    for (n_channels, mask) in [(6, 0x3), (2, 0x3f), (1, 1 << 18), (1, u32::MAX)] {
        let params = LoudnessParams { channel_mask: mask, ..QUICK };
        let error = LoudnessPlan::new(RATE, n_channels, &params).map(drop).unwrap_err();
        assert!(error.to_string().starts_with("channel_mask is 0x"), "{error}");
    }
}

#[test]
fn tech_3341_cases_9_to_12_short_term_and_momentary() {
    // Short-term and momentary stay at -23 once the window is full.
    let watch = |audio: &[f64], window: usize, value: fn(&LoudnessPlan) -> f64| {
        let mut plan = LoudnessPlan::new(RATE, 2, &QUICK).unwrap();
        for (step, block) in audio.chunks(2 * 4800).enumerate() {
            plan.push(block).unwrap();
            if step + 1 >= window {
                assert_close(value(&plan), -23.0, 0.1);
            } else {
                assert!(value(&plan).is_nan());
            }
        }
    };
    watch(&tones(RATE, &[(-20.0, 1.34), (-30.0, 1.66)].repeat(5)), 30, LoudnessPlan::short_term);
    watch(&tones(RATE, &[(-20.0, 0.18), (-30.0, 0.22)].repeat(25)), 4, LoudnessPlan::momentary);

    for i in 0..20 {
        let audio = tones(RATE, &[(-200.0, 0.15 * f64::from(i)), (-23.0, 3.0), (-200.0, 1.0)]);
        assert_close(measured(RATE, 2, &audio).max_short_term(), -23.0, 0.1);
    }
}

#[test]
fn tech_3341_cases_15_to_19_true_peak() {
    for (divisor, degrees, amplitude, expected) in [
        (4.0, 0.0, 0.5, -6.0),
        (4.0, 45.0, 0.5, -6.0),
        (6.0, 60.0, 0.5, -6.0),
        (8.0, 67.5, 0.5, -6.0),
        (4.0, 45.0, 1.41, 3.0),
    ] {
        let wave = |n: u32| (TAU * f64::from(n) / divisor + f64::to_radians(degrees)).sin();
        // Faded in and out, so that no edge overshoots.
        let fade = |n: u32| (f64::from(n.min(48_000 - n)) / 4800.0).min(1.0);
        let audio: Vec<f64> = (0..48_000).flat_map(|n| [amplitude * fade(n) * wave(n); 2]).collect();
        let mut plan = LoudnessPlan::new(RATE, 2, &LoudnessParams::default()).unwrap();
        plan.push(&audio).unwrap();
        let peak = plan.true_peak();
        assert!((expected - 0.4..=expected + 0.2).contains(&peak), "{divisor} {degrees}: {peak}");
    }
}

#[test]
fn tech_3342_loudness_range() {
    for (pieces, expected) in [
        (&[-20.0, -30.0][..], 10.0),
        (&[-20.0, -15.0], 5.0),
        (&[-40.0, -20.0], 20.0),
        (&[-50.0, -35.0, -20.0, -35.0, -50.0], 15.0),
    ] {
        let pieces: Vec<(f64, f64)> = pieces.iter().map(|level| (*level, 20.0)).collect();
        assert_close(measured(RATE, 2, &tones(RATE, &pieces)).loudness_range(), expected, 1.0);
    }
}

#[test]
fn every_rate_gives_the_same_loudness() {
    for rate in [8_000.0, 11_025.0, 22_050.0, 44_100.0, 96_000.0, 192_000.0, 384_000.0] {
        // At 1 kHz the filter redesigned for 8 kHz is 0.1 dB off the one of 48 kHz.
        let plan = measured(rate, 2, &tones(rate, &[(-23.0, 4.0)]));
        assert_close(plan.integrated(), -23.0, if rate < 11_000.0 { 0.2 } else { 0.1 });
    }
}

#[test]
fn gain_moves_loudness_and_nothing_else_and_pieces_do_not_matter() {
    let pieces = [(-20.0, 2.0), (-31.3, 4.0), (-24.0, 3.33), (-55.0, 2.0), (-22.0, 1.0)];
    let audio = tones(44_100.0, &pieces);
    let mut plan = measured(44_100.0, 2, &audio);
    for gain in [0.1, 10.0, -1.0] {
        let scaled: Vec<f64> = audio.iter().map(|x| gain * x).collect();
        let mut other = LoudnessPlan::new(44_100.0, 2, &QUICK).unwrap();
        for part in scaled.chunks(2 * 777) {
            other.push(part).unwrap();
        }
        let change = 20.0 * f64::log10(gain.abs());
        assert_close(other.integrated(), plan.integrated() + change, 1e-9);
        assert_close(other.loudness_range(), plan.loudness_range(), 1e-9);
        assert_close(other.short_term_std(), plan.short_term_std(), 1e-9);
    }
}

#[test]
fn what_cannot_be_told_is_nan() {
    let all = |plan: &mut LoudnessPlan| {
        [plan.integrated(), plan.momentary(), plan.short_term(), plan.loudness_range(), plan.short_term_std()]
    };
    let mut plan = LoudnessPlan::new(RATE, 2, &LoudnessParams::default()).unwrap();
    assert!(all(&mut plan).iter().all(|value| value.is_nan()));
    assert!(plan.true_peak().is_nan());
    plan.push(&tones(RATE, &[(-23.0, 0.39)])).unwrap();
    assert!(all(&mut plan).iter().all(|value| value.is_nan()));
    plan.push(&tones(RATE, &[(-23.0, 0.02)])).unwrap();
    assert!(plan.integrated() < 0.0);
    plan.reset();
    plan.push(&vec![0.0; 2 * 48_000 * 4]).unwrap();
    assert!(all(&mut plan).iter().all(|value| value.is_nan()));
    assert!(plan.true_peak().is_nan());
}

#[test]
fn after_hours_memory_stands_still_and_values_hold() {
    let energies = |n: usize| (0..n).map(|i| energy(-40.0 + 17.0 * ((i * i) as f64 * 0.37).sin()));
    let (mut exact, mut blocks) = (Blocks::new().unwrap(), Blocks::new().unwrap());
    energies(20_000).for_each(|block| exact.add(block));
    // The same distribution for nine hours.
    for _ in 0..16 {
        energies(20_000).for_each(|block| blocks.add(block));
    }
    assert_eq!(blocks.first.len(), KEPT);
    assert_close(level(blocks.gated_mean(10.0)), level(exact.gated_mean(10.0)), 0.01);
    let gate = exact.relative_gate(20.0);
    for (value, expected) in
        blocks.percentiles_above(gate, [0.1, 0.95]).iter().zip(exact.percentiles_above(gate, [0.1, 0.95]))
    {
        assert_close(level(*value), level(expected), 0.02);
    }
}

#[test]
fn errors_name_the_argument() {
    let name = |result: Result<()>| match result {
        Err(Error::InvalidArgument { name, .. } | Error::NonFiniteInput { name, .. }) => name,
        other => panic!("{other:?}"),
    };
    assert_eq!(name(LoudnessPlan::new(7_000.0, 2, &QUICK).map(drop)), "sample_rate");
    assert_eq!(name(LoudnessPlan::new(RATE, 0, &QUICK).map(drop)), "n_channels");
    assert_eq!(name(LoudnessPlan::new(RATE, 65, &QUICK).map(drop)), "n_channels");
    let mut plan = LoudnessPlan::new(RATE, 2, &QUICK).unwrap();
    assert_eq!(name(plan.push(&[0.0; 3])), "interleaved");
    assert_eq!(name(plan.push(&[0.0, f64::NAN])), "interleaved");
}
