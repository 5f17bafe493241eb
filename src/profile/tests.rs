use std::f64::consts::TAU;

use rustfft::num_complex::Complex64;

use super::octaves::frame_length;
use super::*;
use crate::blocks::simd::InstructionSet;
use crate::blocks::{fft, third_octaves};
use crate::targets::{TargetParams, target, targets};
use crate::testing::noise;

const RATE: f64 = 44_100.0;
const RATES: [f64; 8] = [8_000.0, 16_000.0, 22_050.0, 44_100.0, 48_000.0, 96_000.0, 192_000.0, 384_000.0];

fn of(interleaved: &[f64], n_channels: usize, sample_rate: f64) -> [f64; LEN] {
    let levels = ProfileParams { groups: Group::Level.bit(), third_octaves: true };
    profile(interleaved, n_channels, sample_rate, &levels).unwrap()
}

fn mid(profile: &[f64; LEN]) -> &[f64] {
    &profile[place::MID..place::SIDE]
}

fn side(profile: &[f64; LEN]) -> &[f64] {
    &profile[place::SIDE..]
}

fn same_bits(a: &[f64], b: &[f64]) -> bool {
    a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan())
}

/// Interleaved stereo.
fn stereo(seconds: f64, frame: impl Fn(f64, f64) -> [f64; 2]) -> Vec<f64> {
    let random = noise((seconds * RATE) as usize);
    random.iter().enumerate().flat_map(|(i, noise)| frame(i as f64 / RATE, *noise)).collect()
}

/// Pink noise of eight frames and a half, which repeats after eight: lines of exact power at random phases.
/// Lines two bins of the analysis apart, which its frames cannot tell from each other, are in quadrature.
fn pink(sample_rate: f64) -> Vec<f64> {
    const FRAMES: usize = 8;
    let len = frame_length(sample_rate);
    let total = FRAMES * len;
    let phases = noise(2 * FRAMES);
    let mut lines = vec![Complex64::ZERO; total];
    for (k, line) in lines.iter_mut().enumerate().take(total / 2).skip(1) {
        let quadrature = 0.25 * (k / (2 * FRAMES)) as f64;
        // Mixed up from step to step, each of them alike.
        let phase = phases[k % (2 * FRAMES)] + quadrature;
        *line = Complex64::from_polar((0.01 / k as f64).sqrt(), TAU * phase);
    }
    fft::complex_inverse(total).process(&mut lines);
    let signal: Vec<f64> = lines.iter().map(|x| x.re).collect();
    [&signal[..], &signal[..len / 2]].concat()
}

#[test]
fn pink_noise_is_flat_at_every_rate() {
    for sample_rate in RATES {
        let profile = of(&pink(sample_rate), 1, sample_rate);
        let known: Vec<f64> = mid(&profile).iter().copied().filter(|level| !level.is_nan()).collect();
        let expected = (0..BANDS).filter(|b| third_octaves::edges(*b).1 <= sample_rate / 2.0).count();
        assert_eq!(known.len(), expected, "{sample_rate}");
        let mean = known.iter().sum::<f64>() / known.len() as f64;
        for (b, level) in known.iter().enumerate() {
            assert!((level - mean).abs() < 0.2, "{sample_rate}: {level} in band {b}, {mean} on the mean");
        }
        // A third of an octave of lines of power 0.01 / 2k.
        let power = 0.005 * 2.0_f64.ln() / 3.0;
        assert!((mean - 10.0 * power.log10()).abs() < 0.05, "{sample_rate}: {mean}");
    }
}

#[test]
fn a_sine_has_its_mean_square_in_its_band_at_every_rate() {
    for sample_rate in RATES {
        for b in [10, 17, 21] {
            let n = 6 * frame_length(sample_rate);
            let frequency = third_octaves::centre(b);
            let sine: Vec<f64> = (0..n).map(|i| (TAU * frequency * i as f64 / sample_rate).sin()).collect();
            let profile = of(&sine, 1, sample_rate);
            let level = mid(&profile)[b];
            assert!((level - -3.0103).abs() < 1e-3, "{sample_rate} {frequency}: {level}");
            let others = mid(&profile).iter().enumerate().filter(|(other, _)| other.abs_diff(b) > 1);
            for (other, level) in others {
                assert!(level.is_nan() || *level < -60.0, "{sample_rate} {frequency}: {level} in {other}");
            }
        }
    }
}

#[test]
fn bands_sum_to_the_mean_square() {
    let audio: Vec<f64> = noise(20 * 16384);
    let profile = of(&audio, 1, RATE);
    let known = mid(&profile).iter().filter(|level| !level.is_nan());
    let sum: f64 = known.map(|level| 10_f64.powf(level / 10.0)).sum();
    // White noise: from 17.8 Hz to 22.05 kHz, of which 20 kHz reaches above half the rate.
    assert!(mid(&profile)[30].is_nan());
    let part = (third_octaves::edges(29).1 - third_octaves::edges(0).0) / (RATE / 2.0);
    assert!((sum / (part / 3.0) - 1.0).abs() < 0.01, "{sum}");
}

#[test]
fn a_signal_is_its_halves_in_any_pieces_and_with_any_instructions() {
    let audio = stereo(7.3, |t, noise| [0.3 * (TAU * 330.0 * t).sin() + 0.1 * noise, 0.2 * noise]);
    let params = ProfileParams::default();
    let whole = profile(&audio, 2, RATE, &params).unwrap();
    assert!(whole[..place::MID].iter().filter(|value| value.is_nan()).count() < 4);
    let mut plan = ProfilePlan::new(RATE, 2, &params).unwrap();
    let half = audio.len() / 4 * 2;
    for block in [half, 2, 2 * 441, 2 * 65_536, audio.len()] {
        if block == 2 {
            plan.push(&audio[..200]).unwrap();
            plan.reset();
        }
        for part in audio.chunks(block) {
            plan.push(part).unwrap();
        }
        assert!(same_bits(&plan.finish().unwrap(), &whole), "{block}");
    }
    for set in InstructionSet::available() {
        assert!(same_bits(&set.scope(|| profile(&audio, 2, RATE, &params).unwrap()), &whole), "{set:?}");
    }
}

#[test]
fn the_fingerprint_and_the_loudness_are_those_of_their_kernels() {
    let audio = stereo(5.0, |t, noise| [0.3 * (TAU * 97.0 * t).sin() + 0.1 * noise + 0.02, 0.2 * noise]);
    let profile = profile(&audio, 2, RATE, &ProfileParams::default()).unwrap();
    let fingerprint =
        crate::fingerprint::fingerprint(&audio, 2, RATE, &FingerprintParams::default()).unwrap();
    assert!(same_bits(&profile[..25], &fingerprint.values));
    let loudness = crate::kernels::loudness::loudness(&audio, 2, RATE, &Default::default()).unwrap();
    let Loudness { integrated, range, max_momentary, max_short_term, true_peak } = loudness;
    assert_eq!(profile[25..30], [integrated, range, max_momentary, max_short_term, true_peak]);
    let peak = audio.iter().fold(0.0, |peak: f64, x| peak.max(x.abs()));
    assert!((profile[place::SAMPLE_PEAK] - 20.0 * peak.log10()).abs() < 1e-12);
    assert!((profile[place::DC] - 0.02).abs() < 1e-3);
    assert_eq!(profile[place::DURATION], 5.0);
}

#[test]
fn the_side_is_told_of_two_channels_alone() {
    let audio = stereo(2.0, |t, noise| {
        let (mid, side) = ((TAU * 500.0 * t).sin(), 0.1 * (TAU * 2000.0 * t).sin());
        [mid + side + 1e-6 * noise, mid - side - 1e-6 * noise]
    });
    let both = of(&audio, 2, RATE);
    assert!((mid(&both)[14] - mid(&both)[20]).abs() > 60.0, "{:?}", mid(&both));
    assert!((side(&both)[20] - (mid(&both)[14] - 20.0)).abs() < 0.1, "{:?}", side(&both));
    let mono: Vec<f64> = audio.chunks(2).map(|frame| frame[0]).collect();
    assert!(side(&of(&mono, 1, RATE)).iter().all(|level| level.is_nan()));
    let three: Vec<f64> = audio.chunks(2).flat_map(|frame| [frame[0], frame[1], frame[0]]).collect();
    assert!(side(&of(&three, 3, RATE)).iter().all(|level| level.is_nan()));
    // Equal channels have a side that is empty.
    let equal: Vec<f64> = mono.iter().flat_map(|x| [*x, *x]).collect();
    assert!(side(&of(&equal, 2, RATE)).iter().all(|level| level.is_nan()));
    assert!(same_bits(mid(&of(&equal, 2, RATE)), mid(&of(&mono, 1, RATE))));
}

#[test]
fn short_silent_and_huge_signals_have_profiles() {
    let silence = of(&vec![0.0; 88_200], 2, RATE);
    assert!(silence[25..31].iter().chain(mid(&silence)).all(|value| value.is_nan()));
    assert_eq!(silence[place::DC..=place::DURATION], [0.0, 1.0]);
    for frames in [1, 100, 8192, 8193, 16_384, 24_576, 24_577] {
        let profile = of(&noise(frames), 1, RATE);
        assert_eq!(profile[place::DURATION], frames as f64 / RATE);
        assert_eq!(mid(&profile)[17].is_nan(), frames == 1, "{frames}");
    }
    for scale in [1e30, 1e152, 1e300, 1e-310] {
        let audio: Vec<f64> = noise(30_000).iter().map(|x| scale * x).collect();
        assert!(of(&audio, 1, RATE).iter().all(|value| value.is_finite() || value.is_nan()));
    }
    let mut plan = ProfilePlan::new(RATE, 1, &ProfileParams::default()).unwrap();
    assert!(plan.finish().is_err());
    assert!(plan.push(&[f64::NAN]).is_err());
}

#[test]
fn what_is_not_asked_for_is_not_told() {
    let audio = stereo(1.0, |_, noise| [noise, 0.5 * noise]);
    let ask =
        |groups, third_octaves| profile(&audio, 2, RATE, &ProfileParams { groups, third_octaves }).unwrap();
    let stereo_only = ask(Group::Stereo.bit(), false);
    assert!(stereo_only[..23].iter().chain(&stereo_only[25..30]).all(|value| value.is_nan()));
    assert!(stereo_only[place::MID..].iter().all(|value| value.is_nan()));
    assert!(!stereo_only[23].is_nan() && !stereo_only[place::SAMPLE_PEAK].is_nan());
    let all = ask(Group::ALL, true);
    assert!(same_bits(mid(&ask(Group::Level.bit(), true)), mid(&all)));
    assert!(profile(&audio, 2, RATE, &ProfileParams { groups: 0, third_octaves: true }).is_err());
}

#[test]
fn a_mean_of_profiles_weighs_tracks_by_their_loudness() {
    let audio = stereo(3.0, |t, noise| [0.3 * (TAU * 440.0 * t).sin() + 0.05 * noise, 0.1 * noise]);
    let loud = profile(&audio, 2, RATE, &ProfileParams::default()).unwrap();
    let soft: Vec<f64> = audio.iter().map(|x| 0.1 * x).collect();
    let soft = profile(&soft, 2, RATE, &ProfileParams::default()).unwrap();
    let mean = profile_mean(&[loud, soft]).unwrap();
    assert!((mean[7] - (loud[7] - 10.0)).abs() < 1e-6);
    for i in place::MID..LEN {
        // Both sound alike at −14 LUFS.
        let expected = loud[i] - 14.0 - loud[7];
        assert!((mean[i] - expected).abs() < 1e-6 || mean[i].is_nan() && loud[i].is_nan(), "{i}");
    }
    // As power: two bands of 0 and −∞ dB would be −3 dB, not −100.
    let mut other = loud;
    other[place::MID] = loud[place::MID] - 100.0;
    let mean = profile_mean(&[loud, other]).unwrap();
    assert!((mean[place::MID] - (loud[place::MID] - 14.0 - loud[7] - 3.0103)).abs() < 1e-3);
    // What is not known of one is that of the others.
    let unknown = [f64::NAN; LEN];
    assert!(same_bits(&profile_mean(&[loud, unknown]).unwrap(), &profile_mean(&[loud]).unwrap()));
    assert!(profile_mean(&[unknown]).unwrap().iter().all(|value| value.is_nan()));
    let mut largest = loud;
    (largest[7], largest[29], largest[50]) = (f64::MAX, f64::MAX, 3000.0);
    let mean = profile_mean(&[largest, largest]).unwrap();
    assert!(
        mean[29].is_nan() && mean.iter().all(|value| !value.is_infinite()),
        "what overflows is not known"
    );
    assert!(profile_mean(&[]).unwrap_err().to_string().starts_with("profiles is none"));
    let mut wrong = loud;
    wrong[17] = 60.0;
    assert!(profile_mean(&[wrong]).unwrap_err().to_string().starts_with("harmonic_ratio is 60"));
}

/// From audio to targets at full intensity.
fn targets_of(audio: &[f64]) -> [f64; 18] {
    let profile = profile(audio, 2, RATE, &ProfileParams::default()).unwrap();
    targets(&profile, None, &TargetParams { intensity: 1.0, ..TargetParams::default() }).unwrap()
}

fn sine(frequency: f64, t: f64) -> f64 {
    (TAU * frequency * t).sin()
}

#[test]
fn bass_is_cut_where_there_is_much() {
    let audio = stereo(10.0, |t, noise| {
        let bass = 0.4 * sine(80.0, t) + 0.2 * sine(160.0, t);
        [bass + 0.01 * sine(440.0, t) + 0.003 * noise, bass + 0.01 * sine(660.0, t) - 0.003 * noise]
    });
    let targets = targets_of(&audio);
    assert!(targets[target::TONE + 1] <= -2.0, "{targets:?}");
}

#[test]
fn treble_is_cut_where_there_is_much() {
    let audio = stereo(10.0, |t, noise| {
        let bright = 0.2 * sine(5000.0, t) + 0.2 * sine(9000.0, t) + 0.1 * noise;
        [bright + 0.05 * sine(300.0, t), bright + 0.05 * sine(1000.0, t)]
    });
    let targets = targets_of(&audio);
    assert!(targets[target::TONE + 5] <= -2.0 && targets[target::TONE + 6] <= -2.0, "{targets:?}");
}

#[test]
fn what_is_flat_is_expanded() {
    let audio = stereo(10.0, |t, noise| {
        let chord = sine(110.0, t) + sine(220.0, t) + sine(330.0, t) + sine(2200.0, t);
        [0.9 * (3.0 * chord + 0.3 * noise).tanh(), 0.9 * (3.0 * chord - 0.3 * noise).tanh()]
    });
    let targets = targets_of(&audio);
    assert!(targets[target::SLOPE + 1] >= 0.1, "{targets:?}");
}

#[test]
fn what_is_spiky_is_compressed_fast() {
    let audio = stereo(10.0, |t, noise| {
        let hit = (-150.0 * (t % 0.5)).exp();
        let drum = hit * (0.5 * noise + 0.45 * sine(180.0, t % 0.5 + 0.001));
        [drum, 0.8 * drum]
    });
    let targets = targets_of(&audio);
    assert!(targets[target::SLOPE + 1] <= -0.2, "{targets:?}");
    assert_eq!(targets[target::ATTACK], 3.0);
}

#[test]
fn a_balanced_track_is_left_alone() {
    // Each band with its usual share of the power, and a swell.
    let shares: [(f64, f64); 7] = [
        (45.0, 5.6),
        (110.0, 46.7),
        (350.0, 19.3),
        (900.0, 21.9),
        (2900.0, 4.3),
        (5000.0, 1.2),
        (9000.0, 1.0),
    ];
    let audio = stereo(10.0, |t, noise| {
        let mid: f64 = shares.iter().map(|(f, share)| (share / 100.0).sqrt() * sine(*f, t)).sum();
        let side = 0.3 * sine(230.0, t) + 0.1 * sine(700.0, t);
        let swell = 0.11 + 0.15 * (-4.0 * (t % 0.5)).exp();
        [swell * (mid + side) + 1e-4 * noise, swell * (mid - side) - 1e-4 * noise]
    });
    let targets = targets_of(&audio);
    assert!(targets[target::TONE..target::SLOPE].iter().all(|tone| *tone == 0.0), "{targets:?}");
    assert!(targets[target::SLOPE + 1] == 0.0 && targets[target::WIDTH].abs() < 0.5, "{targets:?}");
}
