use super::*;
use crate::fingerprint::Dimension;
use crate::master::check_settings;
use crate::targets::targets;
use crate::testing::noise;

/// A stereo track whose third octaves fall by 1 dB each, side 10 dB below mid.
fn track() -> [f64; profile::LEN] {
    let mut profile = [f64::NAN; profile::LEN];
    profile[Dimension::Lufs as usize] = -20.0;
    profile[place::TRUE_PEAK] = -6.0;
    for b in 0..BANDS {
        profile[place::MID + b] = -25.0 - b as f64;
        profile[place::SIDE + b] = -35.0 - b as f64;
    }
    profile
}

fn full() -> TargetParams {
    TargetParams { intensity: 1.0, ..TargetParams::default() }
}

/// The settings of `profile` with its targets.
fn of(profile: &[f64], reference: Option<&[f64]>, params: &TargetParams) -> [f64; setting::LEN] {
    let targets = targets(profile, reference, params).unwrap();
    let settings = master_settings(profile, reference, &targets, params).unwrap();
    *check_settings(&settings).unwrap()
}

fn eq_of(settings: &[f64; setting::LEN]) -> Eq {
    let from = |first: usize| std::array::from_fn(|b| settings[first + b]);
    Eq { mid: from(setting::EQ_MID), side: from(setting::EQ_SIDE) }
}

fn assert_near(found: f64, expected: f64, what: impl std::fmt::Debug) {
    assert!((found - expected).abs() < 1e-9, "{what:?}: {found} instead of {expected}");
}

#[test]
fn tones_are_met_in_their_bands_and_held_beyond() {
    let track = track();
    let mut wanted = targets(&track, None, &full()).unwrap();
    for (i, tone) in [3.0, -1.0, 2.0, 0.0, -2.0, 1.0, -4.0].into_iter().enumerate() {
        wanted[target::TONE + i] = tone;
    }
    (wanted[target::WIDTH], wanted[target::WIDTH_LOW]) = (1.5, -4.0);
    let eq = eq_of(&master_settings(&track, None, &wanted, &full()).unwrap());
    // 20 and 25 Hz lie below the centre of the lowest band, 34.6 Hz, 12.5 kHz and more above that of the highest.
    assert_eq!((eq.mid[0], eq.mid[1], eq.mid[28], eq.mid[30]), (3.0, 3.0, -4.0, -4.0));
    // 1 kHz is the centre of its band.
    assert_near(eq.mid[17], 0.0, "1 kHz");
    assert!(eq.mid.iter().all(|gain| (-4.0..=3.0).contains(gain)));
    assert_near(eq.side[17], eq.mid[17] + 1.5, "width");
    assert_near(eq.side[0], eq.mid[0] + 1.5 - 4.0, "width_low");
    let at_125 = eq.side[8] - eq.mid[8] - 1.5;
    assert!(at_125 > -2.0 && at_125 < -1.5, "{at_125}");
}

#[test]
fn settings_that_follow_from_targets_alone() {
    let settings = of(&track(), None, &TargetParams { loudness: -12.0, ..full() });
    let expected = [
        (setting::ACTIVE, 1.0),
        (setting::GAIN_IN, 8.0),
        (setting::MAKEUP + 1, 0.0),
        (setting::KNEE, 6.0),
        (setting::RANGE, 6.0),
        (setting::CROSSOVER_LOW, 120.0),
        (setting::CROSSOVER_HIGH, 2500.0),
        (setting::GAIN_OUT, 0.0),
        (setting::CEILING, -2.03),
        (setting::LOOKAHEAD, 5.0),
        (setting::HOLD, 25.0),
        (setting::LIMITER_RELEASE, 100.0),
    ];
    for (i, value) in expected {
        assert_near(settings[i], value, SETTINGS[i].name());
    }
    // The peaks must come down by 8 − (−2 + 6) = 4 dB, which is the limiter's work alone.
    assert_eq!(settings[setting::SLOPE..][..3], [0.0; 3]);
    let most = of(&track(), None, &TargetParams { loudness: -5.0, gain_max: 3.0, ..full() });
    assert_eq!(most[setting::GAIN_IN], 3.0);
}

#[test]
fn thresholds_are_the_levels_of_the_bands() {
    // One band each of low, mid and high, mid and side of different levels.
    let mut profile = track();
    profile[place::MID..].fill(f64::NAN);
    for (b, level) in [(4, -20.0), (17, -23.0), (27, -30.0)] {
        (profile[place::MID + b], profile[place::SIDE + b]) = (level, level - 10.0);
    }
    profile[Dimension::SilenceRatio as usize] = 0.5;
    let settings = of(&profile, None, &TargetParams { loudness: -14.0, ..full() });
    let eq = eq_of(&settings);
    for (i, (b, level)) in [(4, -20.0), (17, -23.0), (27, -30.0)].into_iter().enumerate() {
        let power = |level: f64| 10_f64.powf(level / 10.0);
        let sum = power(level + eq.mid[b]) + power(level - 10.0 + eq.side[b]);
        let expected = 10.0 * sum.log10() + 6.0 + 10.0 * 2.0_f64.log10();
        assert_near(settings[setting::THRESHOLD + i], expected, b);
    }
    // A band at a crossover gives each of its neighbours a quarter of its power.
    profile[place::MID..].fill(f64::NAN);
    profile[place::MID + 21] = -20.0;
    let settings = of(&profile, None, &TargetParams { loudness: -14.0, ..full() });
    let [low, mid, high] = std::array::from_fn(|i| settings[setting::THRESHOLD + i]);
    assert_eq!(low, 100.0);
    let [_, mid_weight, high_weight] = band_weights(centre(21), CROSSOVERS);
    assert_near(mid - high, 20.0 * (mid_weight / high_weight).log10(), "2.5 kHz");
}

/// A reference that differs from the track by `apart` dB in both signals.
fn reference(apart: impl Fn(usize) -> f64) -> [f64; profile::LEN] {
    let mut reference = track();
    for b in 0..BANDS {
        reference[place::MID + b] += apart(b);
        reference[place::SIDE + b] += apart(b);
    }
    reference
}

#[test]
fn a_reference_of_another_level_alone_changes_no_tone() {
    for level in [-20.0, 0.0, 17.0] {
        let settings = of(&track(), Some(&reference(|_| level)), &full());
        let Eq { mid, side } = eq_of(&settings);
        mid.iter().chain(&side).for_each(|gain| assert_near(*gain, 0.0, level));
    }
}

#[test]
fn a_tilt_is_undone_by_intensity() {
    // 24 bands are compared, the middle of which is band 16.5.
    let tilt = |b: usize| 0.4 * (b as f64 - 16.5);
    for intensity in [1.0, 0.5, 0.0] {
        let params = TargetParams { intensity, ..full() };
        let settings = of(&track(), Some(&reference(tilt)), &params);
        let Eq { mid, side } = eq_of(&settings);
        for b in 8..BANDS {
            assert_near(mid[b], intensity * tilt(b), b);
            assert_near(side[b], intensity * tilt(b), b);
        }
    }
    // Tastes are added.
    let warm = TargetParams { warmth: 1.0, width: 0.5, ..full() };
    let Eq { mid, side } = eq_of(&of(&track(), Some(&reference(tilt)), &warm));
    assert_near(mid[30], tilt(30) - 0.5, "warmth");
    assert_near(side[17] - mid[17], 1.0, "width");
}

#[test]
fn notes_of_a_reference_below_125_hz_are_smoothed() {
    let note = |b: usize| if b == 4 { 6.0 } else { 0.0 };
    let mid = eq_of(&of(&track(), Some(&reference(note)), &full())).mid;
    let kernel = [1.0, 2.0, 3.0, 2.0, 1.0].map(|weight| 6.0 * weight / 9.0);
    for (b, expected) in (2..7).zip(kernel) {
        // 50 Hz is not among the bands whose mean is removed.
        assert_near(mid[b], expected, b);
    }
    let high = |b: usize| if b == 20 { 6.0 } else { 0.0 };
    let mid = eq_of(&of(&track(), Some(&reference(high)), &full())).mid;
    assert_near(mid[20] - mid[19], 6.0, "no smoothing above");
}

#[test]
fn nothing_is_boosted_where_there_is_nothing() {
    // As an MP3 of 128 kbit/s: nothing from 16 kHz on.
    let mut dull = track();
    for b in 29..BANDS {
        dull[place::MID + b] = -130.0;
        dull[place::SIDE + b] = f64::NAN;
    }
    for (profile, reference) in [(&dull, &track()), (&track(), &dull)] {
        let Eq { mid, .. } = eq_of(&of(profile, Some(reference), &full()));
        mid.iter().for_each(|gain| assert_near(*gain, 0.0, "empty bands"));
    }
    // Empty bands at the ends take after their neighbours towards 1 kHz.
    let apart = |b: usize| if b < 3 { 50.0 } else { 0.2 * b as f64 };
    let mut hollow = track();
    (0..3).for_each(|b| hollow[place::MID + b] = -120.0);
    let mid = eq_of(&of(&hollow, Some(&reference(apart)), &full())).mid;
    assert!(mid[0] < mid[5] && mid[0] > mid[5] - 1.0, "{mid:?}");
}

#[test]
fn steep_and_large_differences_are_limited() {
    let comb = |b: usize| if b.is_multiple_of(2) { 11.0 } else { -11.0 };
    let Eq { mid, side } = eq_of(&of(&track(), Some(&reference(comb)), &full()));
    for gains in [mid, side] {
        assert!(gains.windows(2).all(|pair| (pair[1] - pair[0]).abs() <= MOST_STEP + 2e-6), "{gains:?}");
    }
    let cliff = |b: usize| if b < 15 { 20.0 } else { -20.0 };
    let Eq { mid, .. } = eq_of(&of(&track(), Some(&reference(cliff)), &full()));
    assert_near(mid[0], MOST_GAIN, "most");
    assert_near(mid[14] - mid[15], MOST_STEP, "step");
    assert_near(mid[14] + mid[15], 0.0, "both move by half");
}

#[test]
fn side_over_mid_is_carried_over() {
    let mut wider = track();
    (0..BANDS).for_each(|b| wider[place::SIDE + b] += 4.0);
    let Eq { mid, side } = eq_of(&of(&track(), Some(&wider), &full()));
    for b in 0..BANDS {
        assert_near(mid[b], 0.0, b);
        assert_near(side[b], 4.0, b);
    }
    let mut far = track();
    (0..BANDS).for_each(|b| far[place::SIDE + b] += 9.0);
    assert_near(eq_of(&of(&track(), Some(&far), &full())).side[17], MOST_TURN, "within 6 dB of mid");
    // Where the track has no side, it is left beside the mid.
    let mut narrow = track();
    (0..BANDS).for_each(|b| narrow[place::SIDE + b] = narrow[place::MID + b] - 40.0);
    let mut mono = track();
    mono[place::SIDE..].fill(f64::NAN);
    for profile in [narrow, mono] {
        let Eq { mid, side } = eq_of(&of(&profile, Some(&reference(|b| b as f64 / 5.0)), &full()));
        assert_eq!(mid, side);
    }
    // Channels that cancel have no tone to match.
    let mut cancelled = track();
    cancelled[place::MID..place::SIDE].fill(f64::NAN);
    for (profile, reference) in [(&cancelled, &wider), (&track(), &cancelled)] {
        let Eq { mid, side } = eq_of(&of(profile, Some(reference), &full()));
        assert_eq!((mid, side), ([0.0; BANDS], [0.0; BANDS]));
    }
}

#[test]
fn nothing_is_done_to_silence_or_without_intensity() {
    let silent = [f64::NAN; profile::LEN];
    let settings = of(&silent, None, &full());
    assert_eq!((settings[setting::ACTIVE], settings[setting::GAIN_IN]), (0.0, 0.0));
    assert!(settings[setting::EQ_MID..setting::THRESHOLD].iter().all(|gain| *gain == 0.0));
    assert_near(settings[setting::CEILING], -1.03, "ceiling");
    let settings = of(&track(), None, &TargetParams { intensity: 0.0, ..full() });
    assert_eq!(settings[setting::ACTIVE], 0.0);
}

#[test]
fn settings_of_any_track_are_valid() {
    let random = noise(20_000 * 2 * profile::LEN);
    for values in random.chunks_exact(2 * profile::LEN).take(20_000) {
        let profile = |values: &[f64]| {
            let mut profile = track();
            for (i, (value, x)) in profile.iter_mut().zip(values).enumerate() {
                let (low, high) = profile::PROFILE[i].range;
                *value = match i {
                    0..7 => f64::NAN,
                    _ if x.abs() < 0.05 => f64::NAN,
                    _ => (100.0 * x).clamp(low, high),
                };
            }
            profile[Dimension::Lufs as usize] = 40.0 * values[7] - 30.0;
            profile
        };
        let (profile, reference) = (profile(values), profile(&values[profile::LEN..]));
        let params = TargetParams {
            intensity: values[0].abs(),
            warmth: values[1],
            width: values[2],
            loud: values[3],
            gain_max: 60.0 * values[4].abs(),
            ..TargetParams::default()
        };
        of(&profile, None, &params);
        of(&profile, Some(&reference), &params);
        of(&profile, Some(&reference[..25]), &params);
    }
}

#[test]
fn what_does_not_fit_is_refused_by_name() {
    let track = track();
    let good = targets(&track, None, &full()).unwrap();
    let refused = |profile: &[f64], reference: Option<&[f64]>, targets: &[f64]| {
        master_settings(profile, reference, targets, &full()).unwrap_err().to_string()
    };
    assert!(refused(&track[..25], None, &good).starts_with("profile_len is 25; allowed: 95"));
    assert!(refused(&track, Some(&track[..26]), &good).starts_with("reference_len is 26; allowed: 25"));
    assert!(refused(&track, None, &good[..17]).starts_with("targets_len is 17; allowed: 18"));
    for (i, field) in TARGETS.iter().enumerate() {
        let mut bad = good;
        for value in [field.range.1 + 0.1, field.range.0 - 0.1, f64::NAN] {
            bad[i] = value;
            assert!(refused(&track, None, &bad).starts_with(field.name()), "{}", field.name());
        }
    }
}
