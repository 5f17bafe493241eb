use std::f64::consts::TAU;

use super::*;
use crate::blocks::error::Error;
use crate::testing::{noise, rhythm};

const RATE: f64 = 22_050.0;

fn of(interleaved: &[f64], n_channels: usize, sample_rate: f64) -> [f64; LEN] {
    fingerprint(interleaved, n_channels, sample_rate, &FingerprintParams::default()).unwrap().values
}

fn get(values: &[f64; LEN], name: &str) -> f64 {
    values[DIMENSIONS.iter().position(|dimension| dimension.name() == name).unwrap()]
}

/// The names of the dimensions that are NaN.
fn unknown(values: &[f64; LEN]) -> Vec<&'static str> {
    let pairs = DIMENSIONS.iter().zip(values);
    pairs.filter(|(_, value)| value.is_nan()).map(|(dimension, _)| dimension.name()).collect()
}

fn sine(frequency: f64, sample_rate: f64, seconds: f64) -> Vec<f64> {
    let n = (seconds * sample_rate) as usize;
    (0..n).map(|i| 0.5 * (TAU * frequency * i as f64 / sample_rate).sin()).collect()
}

/// Channels side by side.
fn interleave(channels: &[&[f64]]) -> Vec<f64> {
    (0..channels[0].len()).flat_map(|i| channels.iter().map(move |channel| channel[i])).collect()
}

/// Music-like, with two different channels.
fn stereo() -> Vec<f64> {
    let (melody, drums) = (rhythm("melody", 6.0, RATE), rhythm("drums", 6.0, RATE));
    let mix = |a: f64, b: f64| melody.iter().zip(&drums).map(|(x, y)| a * x + b * y).collect::<Vec<f64>>();
    interleave(&[&mix(0.9, 0.3), &mix(0.4, 0.5)])
}

/// Equal bits, NaN included.
#[track_caller]
fn assert_same(a: &[f64; LEN], b: &[f64; LEN]) {
    assert_eq!(a.map(f64::to_bits), b.map(f64::to_bits), "{a:?} {b:?}");
}

#[track_caller]
fn assert_close(a: &[f64; LEN], b: &[f64; LEN]) {
    for (i, (a, b)) in a.iter().zip(b).enumerate() {
        let equal = (a - b).abs() <= 1e-6 * b.abs().max(1e-3) || a.is_nan() && b.is_nan();
        assert!(equal, "{}: {a}, not {b}", DIMENSIONS[i].name());
    }
}

#[test]
fn music_has_all_values_within_their_ranges() {
    let values = of(&stereo(), 2, RATE);
    for (dimension, value) in DIMENSIONS.iter().zip(values) {
        let (low, high) = dimension.range();
        assert!((low..=high).contains(&value), "{} {value}", dimension.name());
    }
    assert!((values[..7].iter().sum::<f64>() - 100.0).abs() < 1e-9);
}

#[test]
fn streams_in_any_blocks_other_threads_and_used_plans_give_the_same_bits() {
    let audio = stereo();
    let expected = of(&audio, 2, RATE);
    let mut plan = FingerprintPlan::new(RATE, 2, &FingerprintParams::default()).unwrap();
    for block in [1, 7, 480, 2048, 5000, audio.len() / 2] {
        plan.push(&noise(3000)).unwrap();
        if block % 2 == 0 {
            plan.reset()
        } else {
            assert!(plan.finish().is_ok())
        }
        for part in audio.chunks(2 * block) {
            plan.push(part).unwrap();
        }
        assert_same(&plan.finish().unwrap().values, &expected);
    }
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..3).map(|_| scope.spawn(|| of(&audio, 2, RATE))).collect();
        for thread in threads {
            assert_same(&thread.join().unwrap(), &expected);
        }
    });
}

#[test]
fn every_instruction_set_gives_the_same_values() {
    let audio = stereo();
    let expected = of(&audio, 2, RATE);
    for path in crate::blocks::simd::InstructionSet::available() {
        assert_close(&path.scope(|| of(&audio, 2, RATE)), &expected);
    }
}

#[test]
fn gain_moves_the_loudness_and_nothing_else() {
    let audio = stereo();
    let expected = of(&audio, 2, RATE);
    for (gain, decibels) in [(10.0, 20.0), (0.1, -20.0)] {
        let scaled: Vec<f64> = audio.iter().map(|x| gain * x).collect();
        let mut values = of(&scaled, 2, RATE);
        assert!((values[7] - expected[7] - decibels).abs() < 1e-6);
        values[7] = expected[7];
        assert_close(&values, &expected);
    }
}

#[test]
fn polarity_and_exchanged_channels_change_nothing() {
    let audio = stereo();
    let expected = of(&audio, 2, RATE);
    let inverted: Vec<f64> = audio.iter().map(|x| -x).collect();
    assert_close(&of(&inverted, 2, RATE), &expected);
    let exchanged: Vec<f64> = audio.chunks_exact(2).flat_map(|pair| [pair[1], pair[0]]).collect();
    assert_close(&of(&exchanged, 2, RATE), &expected);
}

#[test]
fn silence_is_known_as_such_and_nothing_else() {
    for rate in [8000.0, RATE, 44_100.0, 96_000.0] {
        for n_channels in [1, 2, 6] {
            for level in [0.0, 1e-11, 0.9e-5] {
                let n = 3 * rate as usize * n_channels;
                let hiss: Vec<f64> = noise(n).iter().map(|x| level * x).collect();
                let found = fingerprint(&hiss, n_channels, rate, &FingerprintParams::default()).unwrap();
                let mut values = found.values;
                assert_eq!(values[13], 1.0);
                assert_eq!(found.remark(), c"silent");
                values[13] = f64::NAN;
                assert_eq!(unknown(&values).len(), LEN, "{n_channels} {level}: {values:?}");
            }
        }
    }
}

#[test]
fn a_sine_of_amplitude_1e_5_is_where_silence_begins() {
    for rate in [8000.0, 44_100.0, 48_000.0, 192_000.0] {
        for (gain, silent) in [(0.99, true), (1.01, false)] {
            let tone: Vec<f64> = sine(1000.0, rate, 1.0).iter().map(|x| 2e-5 * gain * x).collect();
            assert_eq!(get(&of(&tone, 1, rate), "silence_ratio") == 1.0, silent, "{rate} {gain}");
        }
    }
}

#[test]
fn an_offset_is_no_sound() {
    // At 44.1 kHz the window spreads it to a bin above 20 Hz, at 32 kHz to one below.
    for rate in [22_050.0, 32_000.0, 44_100.0, 48_000.0, 96_000.0] {
        let constant = vec![0.3; 3 * rate as usize];
        assert_eq!(get(&of(&constant, 1, rate), "silence_ratio"), 1.0, "{rate}");

        let music = rhythm("gap", 4.0, rate);
        let raised: Vec<f64> = music.iter().map(|x| x + 0.2).collect();
        let (music, raised) = (of(&music, 1, rate), of(&raised, 1, rate));
        assert!(get(&music, "silence_ratio") > 0.2);
        for i in (0..7).chain([9, 13]) {
            assert!((music[i] - raised[i]).abs() <= 1e-6 * music[i].abs(), "{rate} {i}");
        }
    }
}

#[test]
fn channels_that_cancel_are_told_and_not_measured() {
    let left = sine(440.0, RATE, 4.0);
    for residue in [0.0, 1e-9, 0.009] {
        let right: Vec<f64> = left.iter().zip(noise(left.len())).map(|(x, n)| residue * n - x).collect();
        let found =
            fingerprint(&interleave(&[&left, &right]), 2, RATE, &FingerprintParams::default()).unwrap();
        let values = found.values;
        let known: Vec<_> = DIMENSIONS.iter().filter(|d| !found[**d].is_nan()).map(|d| d.name()).collect();
        let standing = ["lufs", "crest_db", "loudness_variation_std", "stereo_width", "phase_correlation"];
        assert_eq!(known, standing, "{residue}");
        assert!(found.remark().to_str().unwrap().contains("cancel"));
        assert!(get(&values, "stereo_width") > 0.999 && get(&values, "phase_correlation") < -0.999);
        assert!((get(&values, "lufs") + 6.6).abs() < 0.5);
        assert!((get(&values, "crest_db") - 3.01).abs() < 0.2, "{}", get(&values, "crest_db"));
    }
    // A tenth of what each channel has is left of them: that is music.
    let right: Vec<f64> = left.iter().map(|x| -0.8 * x).collect();
    let found = fingerprint(&interleave(&[&left, &right]), 2, RATE, &FingerprintParams::default()).unwrap();
    assert_eq!((found.remark(), get(&found.values, "silence_ratio")), (c"", 0.0));
}

#[test]
fn the_crest_of_channels_that_cancel_is_that_of_the_highest_peak() {
    let (a, b) = (sine(440.0, RATE, 2.0), sine(110.0, RATE, 2.0));
    let square: Vec<f64> = a.iter().map(|x| 0.4 * x.signum()).collect();
    let three: Vec<f64> = b.iter().zip(&square).map(|(b, s)| -b - s).collect();
    for order in [[&b, &square, &three], [&three, &b, &square]] {
        let values = of(&interleave(&order.map(|channel| &channel[..])), 3, RATE);
        let peak = three.iter().fold(0.0, |peak: f64, x| peak.max(x.abs()));
        let power = three.iter().map(|x| x * x).sum::<f64>() / three.len() as f64;
        assert!((get(&values, "crest_db") - 20.0 * (peak / power.sqrt()).log10()).abs() < 1e-9);
    }
}

#[test]
fn held_tones_have_no_onsets_and_clicks_have() {
    let chord: Vec<f64> = [220.0, 277.2, 329.6]
        .iter()
        .map(|f| sine(*f, RATE, 5.0))
        .reduce(|a, b| a.iter().zip(b).map(|(a, b)| a + b).collect())
        .unwrap();
    for tone in [sine(1000.0, RATE, 5.0), chord] {
        assert_eq!(get(&of(&tone, 1, RATE), "transient_density"), 0.0);
    }
    let mut clicks = noise(5 * 22_050);
    clicks.iter_mut().for_each(|x| *x *= 1e-3);
    clicks.iter_mut().skip(2000).step_by(11_025).for_each(|x| *x = 1.0);
    assert!((get(&of(&clicks, 1, RATE), "transient_density") - 2.0).abs() < 0.21);
}

#[test]
fn one_sample_has_what_one_sample_can_tell() {
    let values = of(&[0.5], 1, RATE);
    assert_eq!(get(&values, "crest_db"), 0.0);
    assert_eq!(get(&values, "silence_ratio"), 0.0);
    let expected = [
        "lufs",
        "tempo_bpm",
        "rhythm_stability",
        "transient_density",
        "pitch_stability",
        "dynamic_range_variation",
        "loudness_variation_std",
        "peak_consistency",
    ];
    assert_eq!(unknown(&values), expected);
}

#[test]
fn a_fifth_of_a_second_has_no_rhythm_loudness_or_dynamics() {
    let values = of(&sine(440.0, 44_100.0, 0.2), 1, 44_100.0);
    let expected = [
        "lufs",
        "tempo_bpm",
        "rhythm_stability",
        "dynamic_range_variation",
        "loudness_variation_std",
        "peak_consistency",
    ];
    assert_eq!(unknown(&values), expected);
}

#[test]
fn a_constant_has_neither_sound_nor_correlation() {
    let values = of(&vec![0.3; 2 * 5 * 22_050], 2, RATE);
    for name in ["tempo_bpm", "crest_db", "sub_bass_pct", "peak_consistency", "phase_correlation"] {
        assert!(get(&values, name).is_nan(), "{name}");
    }
    assert_eq!((get(&values, "silence_ratio"), get(&values, "stereo_width")), (1.0, 0.0));
}

#[test]
fn a_clipped_square_has_no_crest() {
    let square: Vec<f64> =
        sine(200.0, RATE, 4.0).iter().map(|x| if *x >= 0.0 { 1.0 } else { -1.0 }).collect();
    let values = of(&square, 1, RATE);
    assert_eq!(get(&values, "crest_db"), 0.0);
    assert!(get(&values, "dynamic_range_variation").abs() < 1e-9);
    assert_eq!(get(&values, "peak_consistency"), 1.0);
}

#[test]
fn one_channel_is_two_equal_ones_but_for_its_loudness() {
    let audio = rhythm("melody", 5.0, RATE);
    let (mono, dual) = (of(&audio, 1, RATE), of(&interleave(&[&audio, &audio]), 2, RATE));
    assert_eq!((mono[23], mono[24]), (0.0, 1.0));
    assert!((dual[7] - mono[7] - 3.0103).abs() < 1e-4);
    for (i, (mono, dual)) in mono.iter().zip(&dual).enumerate().filter(|(i, _)| *i != 7) {
        assert!((mono - dual).abs() <= 1e-9 * dual.abs(), "{}", DIMENSIONS[i].name());
    }
}

#[test]
fn six_channels_are_mixed_and_the_image_is_of_the_first_two() {
    let (a, b) = (rhythm("melody", 5.0, RATE), rhythm("drums", 5.0, RATE));
    let silent = vec![0.0; a.len()];
    let six = of(&interleave(&[&a, &b, &silent, &silent, &silent, &silent]), 6, RATE);
    let two = of(&interleave(&[&a, &b]), 2, RATE);
    assert_close(&six, &two);
}

#[test]
fn a_tone_is_steady_and_harmonic_and_clicks_are_not() {
    let tone = of(&sine(440.0, RATE, 5.0), 1, RATE);
    let mut clicks = vec![0.0; 5 * 22_050];
    clicks.iter_mut().step_by(5512).for_each(|x| *x = 1.0);
    let clicks = of(&clicks, 1, RATE);
    assert!(get(&tone, "harmonic_ratio") > 0.9, "{}", get(&tone, "harmonic_ratio"));
    assert!(get(&clicks, "harmonic_ratio") < 0.2, "{}", get(&clicks, "harmonic_ratio"));
    assert!(get(&tone, "pitch_stability") > 0.9);
    assert!(get(&tone, "mid_pct") < 1.0 && get(&tone, "low_mid_pct") > 99.0);
    assert!((get(&clicks, "tempo_bpm") - 120.0).abs() < 4.0 * 120.0 / 43.0);
    assert!((get(&clicks, "transient_density") - 4.0).abs() <= 0.4);
    assert!(get(&clicks, "rhythm_stability") > 0.9);
}

#[test]
fn the_mean_of_chroma_tells_one_tone_from_many() {
    let tone = get(&of(&sine(440.0, RATE, 5.0), 1, RATE), "chroma_energy");
    let hiss = get(&of(&noise(5 * 22_050), 1, RATE), "chroma_energy");
    // Columns are normalised by their largest class: normalised by their sum, both would be 1/12.
    assert!(tone < 0.2 && hiss > 0.5, "{tone} {hiss}");
}

#[test]
fn bands_above_half_the_rate_are_empty_and_chroma_needs_its_octaves() {
    let values = of(&noise(5 * 8000), 1, 8000.0);
    assert_eq!((values[5], values[6]), (0.0, 0.0));
    assert_eq!(unknown(&values), ["chroma_energy"]);
    for rate in [96_000.0, 192_000.0, 384_000.0] {
        let tone = sine(40.0, rate, 2.0);
        let values = of(&tone, 1, rate);
        assert!(values[0] > 90.0, "{rate}: {values:?}");
        assert!(get(&of(&sine(440.0, rate, 2.0), 1, rate), "pitch_stability") > 0.9);
    }
}

#[test]
fn groups_that_are_not_asked_for_are_nan_and_the_others_the_same() {
    let audio = stereo();
    let all = of(&audio, 2, RATE);
    for bit in 0..6 {
        let params = FingerprintParams { groups: 1 << bit, ..FingerprintParams::default() };
        let some = fingerprint(&audio, 2, RATE, &params).unwrap().values;
        for ((dimension, some), all) in DIMENSIONS.iter().zip(some).zip(all) {
            let expected = if dimension.group().bit() == 1 << bit { all } else { f64::NAN };
            assert_eq!(some.to_bits(), expected.to_bits(), "{}", dimension.name());
        }
    }
}

#[test]
fn the_clock_tells_where_the_time_went() {
    let begin = std::time::Instant::now();
    let params = FingerprintParams { timing: true, ..FingerprintParams::default() };
    let mut plan = FingerprintPlan::new(RATE, 2, &params).unwrap();
    plan.push(&stereo()).unwrap();
    let before = plan.seconds();
    plan.finish().unwrap();
    let after = plan.seconds();
    assert!(after.iter().sum::<f64>() <= begin.elapsed().as_secs_f64());
    for ((before, after), stage) in before.iter().zip(after).zip(STAGES) {
        assert!(*before > 0.0 && after > *before, "{stage:?}");
    }

    let params = FingerprintParams { groups: Group::Spectrum.bit(), timing: true, channel_mask: 0 };
    let mut plan = FingerprintPlan::new(RATE, 2, &params).unwrap();
    plan.push(&stereo()).unwrap();
    plan.finish().unwrap();
    let seconds = plan.seconds();
    assert!(seconds[Stage::Stft as usize] > 0.0 && seconds[Stage::Spectrum as usize] > 0.0);
    assert_eq!([Stage::Hpss, Stage::Yin, Stage::Chroma].map(|stage| seconds[stage as usize]), [0.0; 3]);

    let mut plan = FingerprintPlan::new(RATE, 2, &FingerprintParams::default()).unwrap();
    plan.push(&stereo()).unwrap();
    assert_eq!(plan.seconds(), [0.0; STAGES.len()]);
}

#[test]
fn enormous_samples_give_nan_where_they_overflow() {
    let audio: Vec<f64> = noise(50_000).iter().map(|x| 1e200 * x).collect();
    for value in of(&audio, 2, RATE) {
        assert!(!value.is_infinite());
    }
}

#[test]
fn chunks_and_totals_are_those_of_the_signal_in_any_blocks() {
    let mut audio = stereo();
    audio.iter_mut().skip(1).step_by(2).for_each(|x| *x += 0.25);
    for block in [900, 2 * 2048, audio.len()] {
        let mut plan = FingerprintPlan::with_true_peak(RATE, 2, &FingerprintParams::default(), true).unwrap();
        let (mut interleaved, mut mono, mut right) = (vec![], vec![], vec![]);
        let mut keep = |chunk: Chunk| {
            interleaved.extend_from_slice(chunk.interleaved);
            mono.extend_from_slice(chunk.mono);
            right.extend_from_slice(chunk.pair[1]);
        };
        for part in audio.chunks(block) {
            plan.push_to(part, &mut keep).unwrap();
        }
        let (values, totals) = plan.finish_to(keep).unwrap();
        assert_same(&values.values, &of(&audio, 2, RATE));
        assert_eq!(interleaved, audio);
        let pairs = || audio.chunks_exact(2);
        assert_eq!(mono, pairs().map(|pair| (pair[0] + pair[1]) / 2.0).collect::<Vec<f64>>());
        assert_eq!(right, pairs().map(|pair| pair[1]).collect::<Vec<f64>>());
        assert_eq!(totals.n_frames, mono.len());
        assert_eq!(totals.peak, audio.iter().fold(0.0, |peak: f64, x| peak.max(x.abs())));
        assert!((totals.dc - right.iter().sum::<f64>() / right.len() as f64).abs() < 1e-12);
        let expected =
            crate::kernels::loudness::loudness(&audio, 2, RATE, &LoudnessParams::default()).unwrap();
        assert_eq!(format!("{:?}", totals.loudness), format!("{expected:?}"));
    }
}

#[test]
fn bad_arguments_are_named_and_nothing_is_taken() {
    let default = FingerprintParams::default();
    let name = |result: Result<Fingerprint>| match result {
        Err(Error::InvalidArgument { name, .. } | Error::NonFiniteInput { name, .. }) => name,
        other => panic!("{other:?}"),
    };
    assert_eq!(name(fingerprint(&[0.5; 4], 0, RATE, &default)), "n_channels");
    assert_eq!(name(fingerprint(&[0.5; 65], 65, RATE, &default)), "n_channels");
    assert_eq!(name(fingerprint(&[0.5; 5], 2, RATE, &default)), "interleaved");
    assert_eq!(name(fingerprint(&[0.5, f64::NAN], 1, RATE, &default)), "interleaved");
    assert_eq!(name(fingerprint(&[0.5], 1, 7000.0, &default)), "sample_rate");
    assert_eq!(
        name(fingerprint(&[0.5], 1, RATE, &FingerprintParams { groups: 0, ..FingerprintParams::default() })),
        "groups"
    );
    assert_eq!(
        name(fingerprint(&[0.5], 1, RATE, &FingerprintParams { groups: 64, ..FingerprintParams::default() })),
        "groups"
    );
    assert_eq!(name(fingerprint(&[], 1, RATE, &default)), "audio");

    let mut plan = FingerprintPlan::new(RATE, 1, &default).unwrap();
    let audio = rhythm("melody", 1.0, RATE);
    plan.push(&audio[..10_000]).unwrap();
    assert!(plan.push(&[1.0, f64::INFINITY]).is_err());
    plan.push(&audio[10_000..]).unwrap();
    assert_same(&plan.finish().unwrap().values, &of(&audio, 1, RATE));
    assert!(plan.finish().is_err());
}
