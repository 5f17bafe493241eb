use super::super::settings::{SETTINGS, setting};
use super::*;
use crate::blocks::simd::InstructionSet;
use crate::testing::noise;

const RATE: f64 = 44_100.0;

/// Settings that do nothing but limit.
fn neutral() -> [f64; setting::LEN] {
    let mut settings: [f64; setting::LEN] =
        std::array::from_fn(|i| 0.0_f64.clamp(SETTINGS[i].range.0, SETTINGS[i].range.1));
    settings[setting::ACTIVE] = 1.0;
    settings[setting::THRESHOLD..][..3].copy_from_slice(&[-20.0, -20.0, -25.0]);
    settings[setting::ATTACK] = 5.0;
    settings[setting::RELEASE] = 80.0;
    settings[setting::KNEE] = 6.0;
    settings[setting::RANGE] = 6.0;
    settings[setting::CROSSOVER_LOW] = 120.0;
    settings[setting::CROSSOVER_HIGH] = 2500.0;
    settings[setting::CEILING] = -1.0;
    settings[setting::LOOKAHEAD] = 5.0;
    settings[setting::HOLD] = 25.0;
    settings[setting::LIMITER_RELEASE] = 100.0;
    settings
}

/// Settings that use every stage.
fn busy() -> [f64; setting::LEN] {
    let mut settings = neutral();
    settings[setting::GAIN_IN] = 3.0;
    for b in 0..31 {
        settings[setting::EQ_MID + b] = 5.0 * (b as f64 * 0.5).sin();
        settings[setting::EQ_SIDE + b] = 5.0 * (b as f64 * 0.6).cos();
    }
    settings[setting::SLOPE..][..3].copy_from_slice(&[-0.5, -0.3, 0.15]);
    settings[setting::MAKEUP..][..3].copy_from_slice(&[2.0, 1.0, -0.5]);
    settings[setting::GAIN_OUT] = 4.0;
    settings
}

/// `n_channels` of noise that swells, each different.
fn swelling(frames: usize, n_channels: usize) -> Vec<f64> {
    let noise = noise(frames * n_channels);
    let level = |i: usize| 0.5 * ((i / n_channels) as f64 * 0.0005 + (i % n_channels) as f64).sin().powi(2);
    noise.iter().enumerate().map(|(i, x)| x * level(i)).collect()
}

fn mastered(plan: &mut MasterPlan, audio: &[f64], sizes: &[usize]) -> Vec<f64> {
    let n_channels = plan.n_channels();
    let (mut out, mut sizes, mut rest) = (vec![], sizes.iter().cycle(), audio);
    while !rest.is_empty() {
        let n = *sizes.next().unwrap();
        let (now, later) = rest.split_at(rest.len().min(n * n_channels));
        let mut block = vec![0.0; plan.max_output(n) * n_channels];
        let frames = plan.push(now, &mut block).unwrap();
        out.extend_from_slice(&block[..frames * n_channels]);
        rest = later;
    }
    let mut block = vec![0.0; plan.max_output(0) * n_channels];
    let frames = plan.finish(&mut block).unwrap();
    out.extend_from_slice(&block[..frames * n_channels]);
    assert_eq!(out.len(), audio.len());
    out
}

fn master(n_channels: usize, settings: &[f64], audio: &[f64]) -> Vec<f64> {
    mastered(&mut MasterPlan::new(RATE, n_channels, settings).unwrap(), audio, &[4096])
}

fn largest_difference(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).fold(0.0, |most, (a, b)| most.max((a - b).abs()))
}

#[test]
fn bits_pass_where_nothing_is_asked_and_a_gain_is_that_gain() {
    for n_channels in [1, 2, 6] {
        let audio = swelling(20_000, n_channels);
        let mut settings = busy();
        settings[setting::ACTIVE] = 0.0;
        assert_eq!(master(n_channels, &settings, &audio), audio);
        let mut settings = neutral();
        let quiet: Vec<f64> = audio.iter().map(|x| 0.1 * x).collect();
        assert_eq!(master(n_channels, &settings, &quiet), quiet);
        settings[setting::GAIN_IN] = -7.3;
        let gain = 10_f64.powf(-7.3 / 20.0);
        let expected: Vec<f64> = quiet.iter().map(|x| x * gain).collect();
        assert_eq!(master(n_channels, &settings, &quiet), expected);
    }
}

#[test]
fn the_latency_is_the_stages_and_does_not_depend_on_the_settings() {
    for (rate, filter, step, average) in [(44_100.0, 4096, 44, 110), (48_000.0, 4096, 48, 120)] {
        let expected = 3 * filter / 2 + 12 * step + 2 * average - 2 + 24;
        for settings in [neutral(), busy()] {
            let mut plan = MasterPlan::new(rate, 2, &settings).unwrap();
            assert_eq!(plan.latency(), expected);
            // The first frame comes out with the one `latency` later.
            let mut block = [0.0; 2];
            for i in 0..=expected {
                assert_eq!(plan.push(&[0.1, 0.2], &mut block).unwrap(), usize::from(i == expected));
            }
        }
    }
    let mut bypass = busy();
    bypass[setting::ACTIVE] = 0.0;
    let latency = |settings: &[f64]| MasterPlan::new(RATE, 1, settings).unwrap().latency();
    assert_eq!(latency(&bypass), latency(&busy()));
}

#[test]
fn blocks_of_any_size_instruction_sets_and_reset_change_no_bit() {
    for n_channels in [1, 2, 3] {
        let audio = swelling(20_000, n_channels);
        let expected = InstructionSet::PORTABLE.scope(|| master(n_channels, &busy(), &audio));
        for instructions in InstructionSet::available() {
            instructions.scope(|| {
                let mut plan = MasterPlan::new(RATE, n_channels, &busy()).unwrap();
                for sizes in [&[1][..], &[7], &[512], &[4096], &[65_536], &[3, 1000, 44]] {
                    assert_eq!(mastered(&mut plan, &audio, sizes), expected, "{instructions:?} {sizes:?}");
                    let mut block = vec![0.0; 5000 * n_channels];
                    plan.push(&audio[..5000 * n_channels], &mut block).unwrap();
                    plan.reset();
                }
            });
        }
    }
}

#[test]
fn polarity_and_exchanged_channels_give_mirrored_bits() {
    let audio = swelling(20_000, 2);
    let expected = master(2, &busy(), &audio);
    let negative: Vec<f64> = audio.iter().map(|x| -x).collect();
    let out = master(2, &busy(), &negative);
    assert!(out.iter().zip(&expected).all(|(a, b)| *a == -b));
    let swapped: Vec<f64> = audio.chunks(2).flat_map(|frame| [frame[1], frame[0]]).collect();
    let out = master(2, &busy(), &swapped);
    assert!(out.chunks(2).zip(expected.chunks(2)).all(|(a, b)| a == [b[1], b[0]]));
}

#[test]
fn zeros_in_front_only_shift() {
    let audio = swelling(30_000, 2);
    let mut settings = busy();
    settings[setting::SLOPE..][..3].fill(0.0);
    for (settings, allowed) in [(settings, 1e-13), (busy(), 0.006)] {
        let expected = master(2, &settings, &audio);
        for k in [1, 1000, 4097] {
            let later: Vec<f64> = std::iter::repeat_n(0.0, 2 * k).chain(audio.iter().copied()).collect();
            let out = master(2, &settings, &later);
            let difference = largest_difference(&out[2 * k..], &expected);
            let at = (0..60_000).find(|i| (out[2 * k + i] - expected[*i]).abs() > 1e-13);
            assert!(difference < allowed, "{k}: {difference:e} {at:?}");
        }
    }
}

#[test]
fn three_bands_without_slopes_are_the_plain_equalizer() {
    let audio = swelling(30_000, 2);
    let mut settings = busy();
    settings[setting::SLOPE..][..3].fill(0.0);
    settings[setting::MAKEUP..][..3].fill(0.0);
    settings[setting::GAIN_OUT] = -20.0;
    let plain = master(2, &settings, &audio);
    settings[setting::MAKEUP] = 1e-18;
    assert!(largest_difference(&master(2, &settings, &audio), &plain) < 1e-13);
}

#[test]
fn surround_and_mono_get_the_gains_of_the_mid() {
    let audio = swelling(20_000, 1);
    let mono = master(1, &busy(), &audio);
    let six: Vec<f64> = audio.iter().flat_map(|x| [*x; 6]).collect();
    let two: Vec<f64> = audio.iter().flat_map(|x| [*x; 2]).collect();
    for (n_channels, audio) in [(6, six), (2, two)] {
        let out = master(n_channels, &busy(), &audio);
        assert!(
            out.chunks(n_channels).zip(&mono).all(|(frame, x)| frame.iter().all(|y| (y - x).abs() < 1e-12))
        );
    }
}

#[test]
fn any_signal_gives_finite_samples_below_the_ceiling_and_its_length() {
    let ceiling = 10_f64.powf(-1.0 / 20.0);
    let square = |i: usize| if (i / 100).is_multiple_of(2) { 1.0 } else { -1.0 };
    let signals: [(&str, Vec<f64>); 8] = [
        ("zeros", vec![0.0; 20_000]),
        ("offset", vec![0.5; 20_000]),
        ("one frame", vec![0.9]),
        ("10 ms", swelling(441, 1)),
        ("square", (0..20_000).map(square).collect()),
        ("impulses", (0..20_000).map(|i| if i % 3000 == 0 { 1.0 } else { 0.0 }).collect()),
        ("subnormal", (0..20_000).map(|i| square(i) * 1e-310).collect()),
        ("huge", (0..20_000).map(|i| square(i) * if i == 7000 { 1e30 } else { 1e-3 }).collect()),
    ];
    for (name, signal) in signals {
        for (rate, n_channels) in [(8_000.0, 1), (44_100.0, 2), (384_000.0, 1), (22_050.0, 64)] {
            let audio: Vec<f64> = signal.iter().flat_map(|x| std::iter::repeat_n(*x, n_channels)).collect();
            let mut plan = MasterPlan::new(rate, n_channels, &busy()).unwrap();
            let out = mastered(&mut plan, &audio, &[1000]);
            assert!(out.iter().all(|x| x.abs() <= ceiling), "{name} {rate}");
            if name == "zeros" {
                assert_eq!(out, audio);
            }
        }
    }
}

#[test]
fn meters_tell_of_the_output() {
    let mut audio = vec![0.0; 2 * 88_200];
    for (i, frame) in audio.chunks_mut(2).enumerate() {
        frame.fill(0.5 * (i as f64 * 1000.0 / RATE * std::f64::consts::TAU).sin());
    }
    let mut settings = neutral();
    settings[setting::SLOPE + 1] = -0.5;
    settings[setting::GAIN_OUT] = 13.0;
    let mut plan = MasterPlan::new(RATE, 2, &settings).unwrap();
    assert!(plan.meters()[4..].iter().all(|value| value.is_nan()));
    let out = mastered(&mut plan, &audio, &[512]);
    let [limiter, low, mid, high, momentary, short, integrated, true_peak, sample_peak] = plan.meters();
    let largest = out.iter().fold(0.0_f64, |peak, x| peak.max(x.abs()));
    assert!((sample_peak - 20.0 * largest.log10()).abs() < 1e-12);
    assert!((true_peak + 1.0).abs() < 0.05);
    assert!(limiter > 1.0 && limiter < 4.0, "{limiter}");
    assert!((-6.0..-3.0).contains(&mid), "{mid}");
    assert!(low <= 0.0 && low > -1.0 && high == 0.0);
    assert!((integrated + 1.0 - 0.04).abs() < 0.2 && (momentary - integrated).abs() < 0.5, "{integrated}");
    assert!(short.is_nan());
    plan.push(&[0.0; 2], &mut []).unwrap();
    assert!(plan.meters()[4..].iter().all(|value| value.is_nan()));
}

#[test]
fn bad_input_is_refused_and_changes_nothing() {
    let audio = swelling(20_000, 2);
    let mut plan = MasterPlan::new(RATE, 2, &busy()).unwrap();
    let expected = mastered(&mut plan, &audio, &[1000]);
    assert!(plan.finish(&mut [0.0; 20_000]).unwrap_err().to_string().contains("empty"));
    let mut out = vec![0.0; 2 * 20_000];
    let frames = plan.push(&audio[..2 * 9000], &mut out).unwrap();
    assert!(plan.push(&[0.0, f64::NAN], &mut out).is_err());
    assert!(plan.push(&[0.0], &mut out).is_err());
    assert!(plan.push(&audio[2 * 9000..], &mut [0.0; 100]).is_err());
    assert!(plan.finish(&mut [0.0; 100]).is_err());
    let more = plan.push(&audio[2 * 9000..], &mut out[2 * frames..]).unwrap();
    plan.finish(&mut out[2 * (frames + more)..]).unwrap();
    assert_eq!(out, expected);
    assert!(MasterPlan::new(RATE, 0, &busy()).is_err());
    assert!(MasterPlan::new(RATE, 65, &busy()).is_err());
    assert!(MasterPlan::new(7_999.0, 1, &busy()).is_err());
    assert!(MasterPlan::new(RATE, 1, &busy()[1..]).is_err());
}
