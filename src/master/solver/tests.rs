use super::*;
use crate::kernels::loudness::{LoudnessParams, loudness};
use crate::master::MasterPlan;
use crate::profile::profile;
use crate::testing::noise;

const RATE: f64 = 44_100.0;

/// A melody with drums, different on both sides, that peaks at about `peak`.
fn music(seconds: f64, peak: f64) -> Vec<f64> {
    let frames = (seconds * RATE) as usize;
    let noise = noise(frames);
    let frame = |(i, noise): (usize, f64)| {
        let t = i as f64 / RATE;
        let note = (t / 0.4).floor();
        let pitch = 110.0 * ((note * 7.0 % 12.0) / 12.0).exp2();
        let tone: f64 =
            (1..8).map(|h| (std::f64::consts::TAU * f64::from(h) * pitch * t).sin() / f64::from(h)).sum();
        let drum = noise * (-30.0 * (t % 0.5)).exp();
        [peak * (0.25 * tone + 0.4 * drum), peak * (0.2 * tone + 0.5 * drum)]
    };
    noise.into_iter().enumerate().flat_map(frame).collect()
}

/// The passes of a file, and then the stream.
fn by_passes(audio: &[f64], reference: Option<&[f64]>, params: &TargetParams) -> (Mastered, Vec<f64>) {
    let mut solver = MasterSolver::new(RATE, 2, reference, params).unwrap();
    loop {
        for block in audio.chunks(2 * 1000) {
            solver.push(block).unwrap();
        }
        if !solver.next_pass().unwrap() {
            break;
        }
        assert!(solver.mastered().is_err());
    }
    let mastered = solver.mastered().unwrap();
    let mut plan = MasterPlan::new(RATE, 2, &mastered.settings).unwrap();
    let mut out = vec![0.0; audio.len()];
    let frames = plan.push(audio, &mut out).unwrap();
    plan.finish(&mut out[2 * frames..]).unwrap();
    assert_eq!(plan.latency() as f64, mastered.report[report::LATENCY]);
    (mastered, out)
}

fn solved(audio: &[f64], reference: Option<&[f64]>, params: &TargetParams) -> (Mastered, Vec<f64>) {
    let mut out = vec![0.0; audio.len()];
    let mastered = master(audio, 2, RATE, reference, params, &mut out).unwrap();
    (mastered, out)
}

#[test]
fn the_result_has_the_loudness_and_the_peak_that_were_asked_for() {
    for (peak, asked) in [(0.3, -16.0), (0.3, -12.0), (0.9, -14.0)] {
        let audio = music(6.0, peak);
        let params = TargetParams { loudness: asked, limiting: 6.0, ..TargetParams::default() };
        let (Mastered { targets, report: told, .. }, out) = solved(&audio, None, &params);
        let measured = loudness(&out, 2, RATE, &LoudnessParams::default()).unwrap();
        assert_eq!(told[report::LIMITED_BY], 0.0);
        assert!((measured.integrated - asked).abs() <= 0.03, "{}", measured.integrated);
        assert_eq!(told[report::INTEGRATED + 1], measured.integrated);
        assert_eq!(told[report::RANGE + 1].is_nan(), measured.range.is_nan());
        assert_eq!(told[report::TRUE_PEAK + 1], measured.true_peak);
        assert!(measured.true_peak <= targets[target::PEAK] + 0.02);
        let before = loudness(&audio, 2, RATE, &LoudnessParams::default()).unwrap();
        assert_eq!(told[report::INTEGRATED], before.integrated);
        assert_eq!(told[report::TRUE_PEAK], before.true_peak);
    }
}

#[test]
fn passes_of_a_file_find_the_same_bits_as_the_array() {
    let audio = music(4.0, 0.5);
    let reference =
        profile(&music(3.0, 0.5).iter().map(|x| x.powi(3)).collect::<Vec<_>>(), 2, RATE, &Default::default());
    let reference = reference.unwrap();
    let loud = TargetParams { loudness: -7.0, punch: 1.0, ..TargetParams::default() };
    for (reference, params) in [
        (None, TargetParams::default()),
        (None, loud),
        (Some(&reference[..]), TargetParams { intensity: 1.0, ..loud }),
        (Some(&reference[..25]), TargetParams::default()),
        (None, TargetParams { intensity: 0.0, ..loud }),
    ] {
        let (by_passes, expected) = by_passes(&audio, reference, &params);
        let (mastered, out) = solved(&audio, reference, &params);
        assert_eq!(out, expected);
        let bits = |mastered: &Mastered| {
            let all = mastered.targets.iter().chain(&mastered.settings).chain(&mastered.report);
            all.map(|x| x.to_bits()).collect::<Vec<_>>()
        };
        assert_eq!(bits(&mastered), bits(&by_passes));
        assert_eq!(mastered.report[report::LIMITED_BY] == 5.0, params.intensity == 0.0);
        let slopes = mastered.settings[setting::SLOPE..][..3].iter().any(|slope| *slope != 0.0);
        assert_eq!(slopes, params.loudness == -7.0 && params.intensity > 0.0);
    }
}

#[test]
fn limits_are_kept_and_told() {
    let audio = music(6.0, 0.8);
    let loud = TargetParams { loudness: -5.0, limiting: 1.0, ..TargetParams::default() };
    let (Mastered { report: told, .. }, _) = solved(&audio, None, &loud);
    assert_eq!(told[report::LIMITED_BY], LimitedBy::Limiting as u8 as f64);
    assert!((told[report::LIMITER_COST] - 1.0).abs() <= 0.05, "{told:?}");
    assert!(told[report::LOUDNESS_ERROR] < -0.1);
    let quiet = music(6.0, 0.01);
    let params = TargetParams { gain_max: 9.0, ..TargetParams::default() };
    let (Mastered { report: told, .. }, _) = solved(&quiet, None, &params);
    assert_eq!((told[report::LIMITED_BY], told[report::GAIN_TOTAL]), (2.0, 9.0));
    for (audio, limited_by) in [(vec![0.0; 88_200], 3.0), (music(0.3, 0.5), 4.0)] {
        let (Mastered { report: told, .. }, out) = solved(&audio, None, &loud);
        assert_eq!(told[report::LIMITED_BY], limited_by);
        assert_eq!(out, audio);
    }
}

#[test]
fn makeup_gives_each_band_its_power_back() {
    let audio = music(6.0, 0.8);
    let params = TargetParams { loudness: -8.0, punch: 1.0, intensity: 1.0, ..TargetParams::default() };
    let (mastered, _) = solved(&audio, None, &params);
    let mut front = Front::new(RATE, 2, &mastered.settings, false).unwrap();
    let mut settings = mastered.settings;
    settings[setting::SLOPE..][..3].fill(0.0);
    settings[setting::MAKEUP..][..3].fill(0.0);
    let mut plain = Front::new(RATE, 2, &settings, true).unwrap();
    for front in [&mut front, &mut plain] {
        front.push(&audio, |_, _| ());
        front.push_silence(front.latency(), |_, _| ());
    }
    for band in 0..3 {
        assert!(mastered.settings[setting::MAKEUP + band] > 0.05);
        let [after, before] = [&front, &plain].map(|front| front.effect()[band].power_after());
        assert!((10.0 * (after / before).log10()).abs() < 0.1, "{band}");
        assert!(mastered.report[report::COMPRESSOR + band] > 0.05);
    }
}

#[test]
fn a_known_equalizer_is_undone() {
    // Two one-pole filters of a wide-band signal, and its spectrum as it was for a reference.
    let original: Vec<f64> = noise(2 * 10 * 44_100).iter().map(|x| 0.1 * x).collect();
    let mut state = [0.0; 2];
    let filtered = |(i, x): (usize, &f64)| {
        state[i % 2] += 0.1 * (x - state[i % 2]);
        0.4 * x + 0.5 * state[i % 2]
    };
    let audio: Vec<f64> = original.iter().enumerate().map(filtered).collect();
    let reference = profile(&original, 2, RATE, &Default::default()).unwrap();
    let error = |intensity: f64| {
        let params = TargetParams { loudness: -20.0, intensity, ..TargetParams::default() };
        let (Mastered { report: told, .. }, out) = solved(&audio, Some(&reference), &params);
        let after = profile(&out, 2, RATE, &Default::default()).unwrap();
        let levels = |of: &[f64]| of[place::MID..place::SIDE].to_vec();
        let expected = spectral_error(&levels(&after), &levels(&reference));
        assert_eq!([told[report::SPECTRAL_ERROR_MAX], told[report::SPECTRAL_ERROR_MEAN]], expected);
        (expected, told[report::SPECTRAL_ERROR_BEFORE_MEAN])
    };
    let ([most, mean], before) = error(1.0);
    assert!(most < 0.1 && mean < 0.03, "{most} {mean}");
    let ([_, half], _) = error(0.5);
    assert!((0.4..0.6).contains(&(half / before)), "{half} {before}");
}

#[test]
fn of_an_album_the_loudest_track_counts() {
    let tracks = [music(4.0, 0.05), music(5.0, 0.3), music(3.0, 0.1)];
    let album = tracks.concat();
    let solve = |marks: &[usize]| {
        let mut solver = MasterSolver::new(RATE, 2, None, &TargetParams::default()).unwrap();
        loop {
            for (i, frame) in album.chunks(2 * 100).enumerate() {
                if marks.contains(&(100 * i)) {
                    solver.mark().unwrap();
                }
                solver.push(frame).unwrap();
            }
            if !solver.next_pass().unwrap() {
                return solver.mastered().unwrap();
            }
        }
    };
    let [first, second] = [tracks[0].len() / 2, (tracks[0].len() + tracks[1].len()) / 2];
    let mastered = solve(&[0, first, second]);
    let mut plan = MasterPlan::new(RATE, 2, &mastered.settings).unwrap();
    let mut out = vec![0.0; album.len()];
    let frames = plan.push(&album, &mut out).unwrap();
    plan.finish(&mut out[2 * frames..]).unwrap();
    let integrated =
        |audio: &[f64]| loudness(audio, 2, RATE, &LoudnessParams::WITHOUT_TRUE_PEAK).unwrap().integrated;
    let after = [&out[..2 * first], &out[2 * first..2 * second], &out[2 * second..]].map(integrated);
    let before = [&tracks[0][..], &tracks[1], &tracks[2]].map(integrated);
    assert!((after[1] - mastered.targets[target::LOUDNESS]).abs() <= 0.03);
    assert_eq!(after[1], mastered.report[report::INTEGRATED + 1]);
    assert_eq!(before[1], mastered.report[report::INTEGRATED]);
    for (after, before) in after.iter().zip(before) {
        assert!(
            (after - before - mastered.report[report::GAIN_TOTAL]).abs()
                < 0.3 + mastered.report[report::LIMITER_COST]
        );
    }
    // A border within a quieter track changes nothing.
    let more = solve(&[first / 200 * 100, first, second]);
    assert_eq!(more.settings, mastered.settings);
    assert_ne!(solve(&[]).settings, mastered.settings);
}

#[test]
fn passes_of_another_length_are_refused_and_can_be_repeated() {
    let audio = music(2.0, 0.5);
    let (expected, _) = by_passes(&audio, None, &TargetParams::default());
    let mut solver = MasterSolver::new(RATE, 2, None, &TargetParams::default()).unwrap();
    assert!(solver.next_pass().unwrap_err().to_string().contains("empty"));
    solver.push(&audio).unwrap();
    assert!(solver.next_pass().unwrap());
    assert!(solver.push(&[audio.clone(), vec![0.0; 2]].concat()).is_err());
    solver.push(&audio[2..]).unwrap();
    assert!(solver.next_pass().is_err());
    loop {
        solver.push(&audio).unwrap();
        if !solver.next_pass().unwrap() {
            break;
        }
    }
    assert_eq!(solver.mastered().unwrap().settings, expected.settings);
    assert!(solver.push(&audio).is_err() && solver.next_pass().is_err());
    assert!(solver.push(&[f64::NAN; 2]).is_err() && solver.push(&[0.0]).is_err());
    solver.reset();
    solver.push(&audio).unwrap();
    assert!(solver.next_pass().unwrap());
    let mut out = vec![0.0; audio.len()];
    assert_eq!(solver.process(&audio, &mut out).unwrap().settings, expected.settings);
    assert!(master(&audio, 2, RATE, None, &TargetParams::default(), &mut out[1..]).is_err());
    assert!(master(&[], 2, RATE, None, &TargetParams::default(), &mut out).is_err());
    assert!(master(&audio, 2, RATE, Some(&[0.0; 24]), &TargetParams::default(), &mut out).is_err());
}

#[test]
fn any_signal_is_mastered() {
    let params = TargetParams { loudness: -9.0, limiting: 6.0, punch: 1.0, ..TargetParams::default() };
    let square = |i: usize| if (i / 60).is_multiple_of(2) { 1.0 } else { -1.0 };
    let signals: [Vec<f64>; 5] = [
        noise(30_000),
        (0..30_000).map(square).collect(),
        (0..30_000).map(|i| if i % 4000 == 0 { 1.0 } else { 0.0 }).collect(),
        noise(30_000).iter().map(|x| 1e30 * x).collect(),
        noise(30_000).iter().map(|x| 1e-310 * x).collect(),
    ];
    for signal in &signals {
        for (rate, n_channels) in [(8_000.0, 1), (8_000.0, 3), (48_000.0, 2), (192_000.0, 1)] {
            let audio: Vec<f64> = signal.iter().flat_map(|x| std::iter::repeat_n(*x, n_channels)).collect();
            let mut out = vec![f64::NAN; audio.len()];
            let mastered = master(&audio, n_channels, rate, None, &params, &mut out).unwrap();
            assert!(out.iter().all(|x| x.is_finite()));
            if mastered.settings[setting::ACTIVE] != 0.0 {
                let most = 10_f64.powf(mastered.targets[target::PEAK] / 20.0);
                assert!(out.iter().all(|x| x.abs() <= most));
            }
        }
    }
}
