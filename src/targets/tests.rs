use super::rules::{USUAL_SHARES, limits};
use super::*;
use crate::fingerprint;
use crate::profile::{self, PROFILE, place};

/// Numbers from 0 to 1.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn one_in(&mut self, n: f64) -> bool {
        self.next() < 1.0 / n
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.next()
    }

    /// A vector as a profile may be, with NaN, zeros and extremes.
    fn profile(&mut self) -> Vec<f64> {
        let len = if self.one_in(2.0) { fingerprint::LEN } else { profile::LEN };
        let mut values: Vec<f64> = (0..len)
            .map(|i| {
                let (low, high) = PROFILE[i].range;
                let (least, most) = (low.max(-100.0), high.min(100.0));
                match self.next() {
                    x if x < 0.1 => f64::NAN,
                    x if x < 0.2 => 0.0_f64.clamp(low, high),
                    // As large as doubles are.
                    x if x < 0.21 => f64::MAX.clamp(low, high),
                    x if x < 0.25 => {
                        if low.is_finite() {
                            low
                        } else {
                            -1e9
                        }
                    }
                    x if x < 0.3 => {
                        if high.is_finite() {
                            high
                        } else {
                            1e9
                        }
                    }
                    _ => self.between(least, most),
                }
            })
            .collect();
        self.shares(&mut values);
        if !self.one_in(10.0) {
            values[7] = self.between(-60.0, 3.0);
        }
        if !self.one_in(5.0) {
            values[8] = self.between(0.0, 30.0);
            values[12] = self.between(0.0, 12.0);
            values[21] = self.between(0.0, 12.0);
        }
        values
    }

    fn shares(&mut self, values: &mut [f64]) {
        let fill = self.next();
        for share in &mut values[..7] {
            *share = if self.one_in(8.0) { 0.0 } else { 10_f64.powf(self.between(-7.0, 0.0)) };
        }
        values[self.0 as usize % 7] += 1e-3;
        let sum: f64 = values[..7].iter().sum();
        for share in &mut values[..7] {
            *share = match fill {
                x if x < 0.05 => f64::NAN,
                x if x < 0.1 => 0.0,
                _ => *share * 100.0 / sum,
            };
        }
    }

    fn params(&mut self) -> TargetParams {
        let mut taste = || if self.one_in(2.0) { 0.0 } else { self.between(-1.0, 1.0) };
        let [warmth, brightness, punch, width, loud] = std::array::from_fn(|_| taste());
        TargetParams {
            loudness: if self.one_in(2.0) { f64::NAN } else { self.between(-30.0, -5.0) },
            peak: if self.one_in(2.0) { f64::NAN } else { self.between(-9.0, 0.0) },
            intensity: if self.one_in(5.0) { 0.0 } else { self.next() },
            limiting: self.between(0.0, 6.0),
            gain_max: self.between(0.0, 60.0),
            warmth,
            brightness,
            punch,
            width,
            loud,
        }
    }

    fn reference(&mut self) -> Option<Vec<f64>> {
        let mut reference = self.profile();
        reference[7] = self.between(-30.0, 0.0);
        self.one_in(3.0).then_some(reference)
    }
}

/// One that causes nothing.
fn neutral() -> [f64; fingerprint::LEN] {
    let mut values = [f64::NAN; fingerprint::LEN];
    values[..7].copy_from_slice(&USUAL_SHARES);
    values[7] = -14.0;
    values
}

fn of(values: &[f64], params: &TargetParams) -> [f64; LEN] {
    targets(values, None, params).unwrap()
}

/// At full intensity.
fn full() -> TargetParams {
    TargetParams { intensity: 1.0, ..TargetParams::default() }
}

/// Sets band `j` to `share` %, the others keep their proportions.
fn set_share(values: &mut [f64], j: usize, share: f64) {
    let others: f64 = values[..7].iter().sum::<f64>() - values[j];
    for (band, value) in values[..7].iter_mut().enumerate() {
        *value = if band == j { share } else { *value * (100.0 - share) / others };
    }
}

const SOUND: std::ops::Range<usize> = target::TONE..target::ATTACK;

#[test]
fn a_neutral_track_is_left_alone_and_unknown_numbers_are_neutral() {
    for params in [full(), TargetParams::default()] {
        let known = of(&neutral(), &params);
        let expected = [-14.0, -1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
        assert_eq!(known[..12], expected);
        assert_eq!(known[target::WIDTH..=target::WIDTH_LOW], [0.0; 2]);
        assert_eq!(known[target::LIMITER_RELEASE..], [100.0, 1.5]);
        let mut unknown = neutral();
        unknown[..7].fill(f64::NAN);
        assert_eq!(of(&unknown, &params), known);
        let mut long = [f64::NAN; profile::LEN];
        long[7] = -14.0;
        assert_eq!(of(&long, &params), known);
    }
}

#[test]
fn random_tracks_have_targets_in_range_that_the_causes_sum_to() {
    let mut random = Random(3);
    for _ in 0..100_000 {
        let (profile, reference, params) = (random.profile(), random.reference(), random.params());
        let reference = reference.as_deref();
        let Explanation { targets: explained, parts } = explain(&profile, reference, &params).unwrap();
        let targets = targets(&profile, reference, &params).unwrap();
        let audible = !profile[7].is_nan();
        for (i, (target, parts)) in targets.iter().zip(&parts).enumerate() {
            if !audible && i != target::PEAK {
                assert!(target.is_nan() && explained[i].is_nan() && parts.iter().all(|part| part.is_nan()));
                continue;
            }
            assert_eq!(*target, explained[i]);
            let (low, high) = limits(i, reference.is_some());
            assert!((low..=high).contains(target), "{}: {target} of {profile:?}", TARGETS[i].name());
            let sum: f64 = parts.iter().sum();
            assert!((sum - target).abs() <= 1e-12, "{}: {sum} is not {target}", TARGETS[i].name());
            for silent in [10, 11, 13, 14, 15, 16, 19, 20, 22] {
                assert_eq!(parts[silent], 0.0);
            }
        }
        if audible && params.intensity == 0.0 {
            assert!(SOUND.chain([target::WIDTH, target::WIDTH_LOW]).all(|i| targets[i] == 0.0));
        }
    }
}

/// How much the targets, as shares of their ranges, move with each dimension at most: per dB of a share and
/// of side over mid, per unit of the others.
const STEEPEST: [f64; fingerprint::LEN] = [
    0.11, 0.11, 0.11, 0.11, 0.11, 0.11, 0.11, 0.1, 0.31, 0.05, 0.0, 0.0, 1.08, 0.0, 0.0, 0.0, 0.0, 1.63,
    0.73, 0.0, 0.0, 0.1, 0.0, 0.18, 0.67,
];

#[test]
fn a_small_step_of_a_dimension_moves_no_target_far() {
    let mut random = Random(5);
    let step = 1e-4;
    let mut steepest = [0.0_f64; fingerprint::LEN];
    for round in 0..100_000 {
        let (mut profile, reference, params) = (random.profile(), random.reference(), random.params());
        let reference = reference.as_deref();
        let i = round % fingerprint::LEN;
        let high = PROFILE[i].range.1;
        let before = targets(&profile, reference, &params).unwrap();
        profile[i] = match i {
            0..7 => profile[i] * 10_f64.powf(step / 10.0),
            23 => {
                let side = profile[i].clamp(1e-6, 1.0 - 1e-6);
                let ratio = side / (1.0 - side) * 10_f64.powf(step / 10.0);
                ratio / (1.0 + ratio)
            }
            _ => profile[i] + step,
        };
        if profile[i] > high || profile[i].is_nan() {
            continue;
        }
        let after = targets(&profile, reference, &params).unwrap();
        for (target, (before, after)) in before.iter().zip(after).enumerate() {
            let (low, high) = TARGETS[target].range;
            let moved = (after - before).abs() / (high - low);
            steepest[i] = steepest[i].max(moved / step);
        }
    }
    for (i, (found, most)) in steepest.iter().zip(STEEPEST).enumerate() {
        assert!(*found <= most * (1.0 + 1e-3), "{}: {found}", PROFILE[i].name());
        // The bounds are not idle.
        assert!(*found >= 0.4 * most, "{}: {found}", PROFILE[i].name());
    }
}

#[test]
fn no_target_jumps_along_any_dimension() {
    let mut random = Random(7);
    for round in 0..500 {
        let (mut profile, reference, params) = (random.profile(), random.reference(), random.params());
        let reference = reference.as_deref();
        profile[7] = -30.0 + (round % 25) as f64;
        random.shares(&mut profile);
        let i = round % fingerprint::LEN;
        if profile[0].is_nan() || profile[..7].iter().sum::<f64>() == 0.0 {
            continue;
        }
        let (low, high) = PROFILE[i].range;
        let (low, high) = if i < 7 { (1e-9, 99.9) } else { (low.max(-80.0), high.min(80.0)) };
        let at = |x: f64| {
            let mut values = profile.clone();
            if i < 7 {
                set_share(&mut values, i, x)
            } else {
                values[i] = x
            }
            targets(&values, reference, &params).unwrap()
        };
        for (target, field) in TARGETS.iter().enumerate() {
            let span = field.range.1 - field.range.0;
            let step = |a: f64, b: f64| (at(a)[target] - at(b)[target]).abs() / span;
            let points: Vec<f64> = (0..=40).map(|k| low + (high - low) * f64::from(k) / 40.0).collect();
            let largest =
                points.windows(2).max_by(|a, b| step(a[0], a[1]).total_cmp(&step(b[0], b[1]))).unwrap();
            let (mut a, mut b) = (largest[0], largest[1]);
            for _ in 0..45 {
                let middle = 0.5 * (a + b);
                if step(a, middle) > step(middle, b) { b = middle } else { a = middle }
            }
            assert!(step(a, b) < 1e-4, "{} jumps at {} {a}", field.name(), PROFILE[i].name());
        }
    }
}

/// Checks that target `t` falls, or stays, along `values`.
fn assert_falls(t: usize, values: impl Iterator<Item = [f64; LEN]>) {
    let values: Vec<f64> = values.map(|targets| targets[t]).collect();
    assert!(values.is_sorted_by(|a, b| *b <= *a + 1e-12), "{}: {values:?}", TARGETS[t].name());
    assert!(values[0] > values[values.len() - 1] + 1e-3, "{} is constant", TARGETS[t].name());
}

#[test]
fn targets_move_the_way_they_should() {
    let with = |i: usize, value: f64| {
        let mut values = neutral();
        values[i] = value;
        of(&values, &full())
    };
    let steps = |low: f64, high: f64| (0..=200).map(move |k| low + (high - low) * f64::from(k) / 200.0);
    for band in 0..7 {
        // From a share of 0.001 % on: a boost of less than nothing is none.
        let with_share = |log: f64| {
            let mut values = neutral();
            set_share(&mut values, band, 10_f64.powf(log));
            of(&values, &full())
        };
        assert_falls(target::TONE + band, steps(-3.0, 1.99).map(with_share));
    }
    assert_falls(target::LOUDNESS, steps(0.0, 15.0).map(|x| with(21, x)));
    assert_falls(target::ATTACK, steps(0.0, 30.0).map(|x| with(8, x)));
    assert_falls(target::RELEASE, steps(0.0, 30.0).map(|x| with(8, x)));
    assert_falls(target::LIMITER_RELEASE, steps(0.0, 20.0).map(|x| with(12, x)));
    // Side over mid from −20 dB on.
    assert_falls(target::WIDTH, steps(0.0099, 1.0).map(|x| with(23, x)));
    for slope in target::SLOPE..target::ATTACK {
        // The peaks must come down the further the higher they are, the loudness being what it is.
        assert_falls(
            slope,
            steps(-14.0, 20.0).map(|peak| {
                let mut values = [f64::NAN; profile::LEN];
                values[..25].copy_from_slice(&neutral());
                (values[8], values[place::TRUE_PEAK]) = (6.0, peak);
                of(&values, &full())
            }),
        );
    }
}

#[test]
fn changes_of_sound_grow_with_intensity_and_delivery_does_not() {
    let mut random = Random(11);
    for _ in 0..2_000 {
        let (profile, reference, params) = (random.profile(), random.reference(), random.params());
        if profile[7].is_nan() {
            continue;
        }
        let at = |intensity: f64| {
            targets(&profile, reference.as_deref(), &TargetParams { intensity, ..params }).unwrap()
        };
        let mut before = at(0.0);
        for intensity in 1..=10 {
            let now = at(f64::from(intensity) / 10.0);
            for i in SOUND.chain([target::WIDTH, target::WIDTH_LOW]) {
                assert!(
                    now[i].abs() >= before[i].abs() && now[i] * before[i] >= 0.0,
                    "{}",
                    TARGETS[i].name()
                );
            }
            assert_eq!(now[..2], before[..2]);
            before = now;
        }
    }
}

#[test]
fn more_energy_is_never_boosted_and_few_tracks_are_touched_by_every_rule() {
    let mut loud_bass = neutral();
    set_share(&mut loud_bass, 1, 95.0);
    let tones = of(&loud_bass, &full());
    assert!(tones[target::TONE + 1] < -1.0, "{tones:?}");
    let mut thin = neutral();
    set_share(&mut thin, 2, 2.0);
    assert!(of(&thin, &full())[target::TONE + 2] > 1.0);
    // Within its tolerance a band is left alone.
    let mut usual = neutral();
    set_share(&mut usual, 1, 55.0);
    assert_eq!(of(&usual, &full())[SOUND], [0.0; 10]);
}

#[test]
fn wrong_units_are_refused_by_name() {
    let refused = |i: usize, value: f64| {
        let mut values = neutral();
        values[i] = value;
        let error = targets(&values, None, &TargetParams::default()).unwrap_err().to_string();
        let as_reference =
            targets(&neutral(), Some(&values), &TargetParams::default()).unwrap_err().to_string();
        assert!(as_reference.contains("in the reference"), "{as_reference}");
        error
    };
    for (i, value) in
        [(7, f64::INFINITY), (8, -3.0), (13, 40.0), (17, 60.0), (23, 20.0), (24, 1.5), (0, -1.0)]
    {
        let error = refused(i, value);
        assert!(error.starts_with(PROFILE[i].name()), "{error}");
    }
    // Fractions, a missing band, and one too many.
    let mut fractions = neutral();
    fractions[..7].iter_mut().for_each(|share| *share /= 100.0);
    let error = targets(&fractions, None, &TargetParams::default()).unwrap_err().to_string();
    assert!(error.starts_with("the sum of sub_bass_pct to air_pct is 1; allowed: 100 ± 0.5"), "{error}");
    assert!(refused(0, 6.2).contains("100 ± 0.5"));
    let mut some = neutral();
    some[3] = f64::NAN;
    assert!(targets(&some, None, &TargetParams::default()).is_err());
    assert!(targets(&neutral(), Some(&some), &TargetParams::default()).is_ok());
    for len in [0, 24, 26, 94] {
        let error = targets(&vec![f64::NAN; len], None, &TargetParams::default()).unwrap_err().to_string();
        assert!(error.starts_with(&format!("profile_len is {len}; allowed: 25")), "{error}");
    }
    let silent = [f64::NAN; 25];
    let error = targets(&neutral(), Some(&silent), &TargetParams::default()).unwrap_err().to_string();
    assert!(error.starts_with("reference is a track without a loudness"), "{error}");
}

#[test]
fn targets_of_many_are_those_of_each_or_none() {
    let mut random = Random(13);
    let profiles: Vec<Vec<f64>> = (0..20)
        .map(|_| {
            let mut profile = random.profile();
            profile.resize(profile::LEN, f64::NAN);
            profile
        })
        .collect();
    let params = full();
    let mut found = [[0.0; LEN]; 20];
    let each = |profiles: &[Vec<f64>], found: &mut [[f64; LEN]; 20]| {
        targets_of_each(&profiles.concat(), profile::LEN, None, &params, found.as_flattened_mut())
    };
    each(&profiles, &mut found).unwrap();
    for (profile, found) in profiles.iter().zip(&found) {
        let expected = of(profile, &params);
        assert!(found.iter().zip(expected).all(|(a, b)| *a == b || a.is_nan() && b.is_nan()));
    }
    let mut wrong = profiles;
    wrong[19][17] = 60.0;
    let mut untouched = [[1.0; LEN]; 20];
    let error = each(&wrong, &mut untouched).unwrap_err().to_string();
    assert!(error.starts_with("harmonic_ratio is 60 in profile 19; allowed: 0 to 1"), "{error}");
    assert_eq!(untouched, [[1.0; LEN]; 20]);
}

#[test]
fn preferences_out_of_range_are_refused_by_name() {
    type Set = fn(&mut TargetParams, f64);
    let preferences: [(&str, Set, f64, f64); 10] = [
        ("loudness", |p, x| p.loudness = x, -30.0, -5.0),
        ("peak", |p, x| p.peak = x, -9.0, 0.0),
        ("intensity", |p, x| p.intensity = x, 0.0, 1.0),
        ("limiting", |p, x| p.limiting = x, 0.0, 6.0),
        ("gain_max", |p, x| p.gain_max = x, 0.0, 60.0),
        ("warmth", |p, x| p.warmth = x, -1.0, 1.0),
        ("brightness", |p, x| p.brightness = x, -1.0, 1.0),
        ("punch", |p, x| p.punch = x, -1.0, 1.0),
        ("width", |p, x| p.width = x, -1.0, 1.0),
        ("loud", |p, x| p.loud = x, -1.0, 1.0),
    ];
    for (name, set, low, high) in preferences {
        for (value, fits) in
            [(low, true), (high, true), (low - 0.01, false), (high + 0.01, false), (f64::INFINITY, false)]
        {
            let mut params = TargetParams::default();
            set(&mut params, value);
            let result = targets(&neutral(), None, &params);
            assert_eq!(result.is_ok(), fits, "{name} {value}");
            if let Err(error) = result {
                assert!(error.to_string().starts_with(&format!("{name} is ")), "{error}");
            }
        }
        let mut params = TargetParams::default();
        set(&mut params, f64::NAN);
        assert_eq!(
            targets(&neutral(), None, &params).is_ok(),
            name == "loudness" || name == "peak",
            "{name}"
        );
    }
}

#[test]
fn what_is_asked_is_met_and_a_reference_is_approached() {
    let asked = TargetParams { loudness: -9.0, limiting: 3.0, ..full() };
    let targets_asked = of(&neutral(), &asked);
    assert_eq!((targets_asked[0], targets_asked[1], targets_asked[17]), (-9.0, -2.0, 3.0));
    assert_eq!(of(&neutral(), &TargetParams { peak: -0.3, ..asked })[1], -0.3);

    let mut reference = neutral();
    (reference[7], reference[23]) = (-10.0, 0.4);
    set_share(&mut reference, 6, 4.0);
    let like = targets(&neutral(), Some(&reference), &full()).unwrap();
    assert_eq!((like[0], like[1]), (-10.0, -2.0));
    // Its air is 6 dB above the usual one, but for what the other bands lost; its side 4.3 dB higher.
    assert!((like[8] - 6.0).abs() < 0.5 && like[3].abs() < 0.5, "{like:?}");
    assert_eq!(like[14], 3.0);
    let softer = targets(&neutral(), Some(&reference), &TargetParams { loud: -1.0, ..full() }).unwrap();
    assert_eq!(softer[0], -13.0);
    // Towards itself nothing changes.
    let itself = targets(&reference, Some(&reference), &full()).unwrap();
    assert_eq!(itself[SOUND.start..target::SLOPE], [0.0; 7]);
    assert_eq!((itself[0], itself[14]), (-10.0, 0.0));
}

#[test]
fn without_a_loudness_only_the_peak_is_told() {
    let silent = [f64::NAN; 25];
    for (loudness, peak, expected) in
        [(f64::NAN, f64::NAN, -1.0), (-13.5, f64::NAN, -1.5), (-9.0, f64::NAN, -2.0), (-9.0, -0.5, -0.5)]
    {
        let found = of(&silent, &TargetParams { loudness, peak, ..TargetParams::default() });
        assert_eq!(found[1], expected);
        assert!(found.iter().enumerate().all(|(i, value)| value.is_nan() == (i != 1)));
    }
}

#[test]
fn presets_are_tastes_and_change_nothing_else() {
    for preset in Preset::ALL {
        let params = TargetParams::preset(preset);
        assert!(params.check().is_ok());
        let TargetParams { warmth, brightness, punch, width, loud, .. } = params;
        assert_eq!([warmth, brightness, punch, width, loud], preset.tastes());
        let TargetParams { intensity, limiting, gain_max, loudness, peak, .. } = params;
        assert_eq!((intensity, limiting, gain_max), (0.7, 1.5, 20.0));
        assert!(loudness.is_nan() && peak.is_nan());
    }
    let of_preset = |preset| of(&neutral(), &TargetParams { intensity: 1.0, ..TargetParams::preset(preset) });
    let [neutral, gentle, warm, bright, punchy, live] = Preset::ALL.map(of_preset);
    assert_eq!(neutral[2..12], [0.0; 10]);
    assert_eq!(gentle[0], -15.5);
    assert!(warm[2] > 1.5 && warm[8] < -1.0 && bright[8] > 1.5 && bright[2] < -0.5);
    assert!(punchy[10] < -0.14 && punchy[0] == -12.5);
    assert!(live[14] == 1.0 && (live[0] - -14.9).abs() < 1e-12);
}

#[test]
fn an_explanation_reads() {
    let mut values = neutral();
    set_share(&mut values, 1, 95.0);
    values[21] = 4.0;
    let params = TargetParams { warmth: 1.0, ..TargetParams::default() };
    let text = explain(&values, None, &params).unwrap().to_string();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), LEN);
    assert_eq!(lines[0], "loudness −14.5 LUFS: base −14.0, loudness_variation_std −0.5");
    assert_eq!(lines[1], "peak −1.0 dBTP: base −1.0");
    // A tone says which bands moved it.
    let expected = "tone_bass −0.9 dB: preference +1.0, mid_pct −1.0, upper_mid_pct −0.5, low_mid_pct −0.4, presence_pct −0.1";
    assert_eq!(lines[3], expected);
    assert_eq!(lines[9], "slope_low 0.00 dB/dB");
}

#[test]
fn causes_are_found_where_they_are() {
    let cause_of = |i: usize, value: f64, target: usize| {
        let mut values = neutral();
        values[i] = value;
        let Explanation { parts, .. } = explain(&values, None, &full()).unwrap();
        let moved: Vec<usize> = (0..25).filter(|cause| parts[target][*cause] != 0.0).collect();
        assert_eq!(moved, [i], "{}", TARGETS[target].name());
        parts[target][i]
    };
    assert!(cause_of(8, 10.0, target::ATTACK) > 0.0);
    assert!(cause_of(12, 7.0, target::LIMITER_RELEASE) < 0.0);
    assert!(cause_of(23, 0.6, target::WIDTH) < 0.0);
    assert!(cause_of(24, -0.5, target::WIDTH) < 0.0);
    // True peak counts with the crest factor, a wide bass with the width.
    let mut values = [f64::NAN; profile::LEN];
    values[..25].copy_from_slice(&neutral());
    values[place::TRUE_PEAK] = 8.0;
    (values[place::MID + 4], values[place::SIDE + 4]) = (-20.0, -22.0);
    let Explanation { parts, .. } = explain(&values, None, &full()).unwrap();
    assert!(parts[target::SLOPE][8] < 0.0 && parts[target::WIDTH_LOW][23] < -3.0);
    // Limits are told.
    let loud = explain(
        &neutral(),
        Some(&{
            let mut loud = neutral();
            loud[7] = -2.0;
            loud
        }),
        &TargetParams::default(),
    )
    .unwrap();
    assert_eq!(loud.parts[0][cause::REFERENCE], 12.0);
    assert_eq!(loud.parts[0][cause::LIMIT], -3.0);
}
