use super::*;
use crate::testing::noise;

const TAU: f64 = std::f64::consts::TAU;

fn params() -> DynamicsParams {
    DynamicsParams {
        thresholds: [-20.0, -25.0, -30.0],
        slopes: [-0.5, -0.4, 0.15],
        makeups: [1.0; 3],
        attack: 0.01,
        release: 0.1,
        knee: 6.0,
        range: 6.0,
    }
}

/// All frames of the bands, in blocks of the given sizes, round and round.
fn processed(dynamics: &mut Dynamics, bands: &[Vec<f64>], sizes: &[usize]) -> Vec<Vec<f64>> {
    let (len, lag) = (bands[0].len(), LAG * dynamics.step);
    let n_channels = bands.len() / BANDS;
    let mut out = vec![vec![]; n_channels];
    let mut block = vec![vec![0.0; 1000]; n_channels];
    let (mut sizes, mut at) = (sizes.iter().cycle(), 0);
    while at < len + lag {
        let n = *sizes.next().unwrap().min(&(len + lag - at));
        let piece = |band: &Vec<f64>| (at..at + n).map(|i| band.get(i).copied().unwrap_or(0.0)).collect();
        let piece: Vec<Vec<f64>> = bands.iter().map(piece).collect();
        dynamics.process(&piece, n, &mut block);
        for (out, block) in out.iter_mut().zip(&block) {
            out.extend_from_slice(&block[..n]);
        }
        at += n;
    }
    for out in &mut out {
        assert!(out.drain(..lag).all(|x| x == 0.0));
    }
    out
}

/// The definition, sample by sample, of one channel.
fn reference(sample_rate: f64, params: &DynamicsParams, bands: &[Vec<f64>]) -> Vec<f64> {
    let step = (sample_rate / 1000.0).round() as usize;
    let len = bands[0].len();
    let mut out = vec![0.0; len];
    for band in 0..BANDS {
        let sample =
            |n: isize| usize::try_from(n).ok().and_then(|n| bands[band].get(n)).copied().unwrap_or(0.0);
        let power = |k: isize| {
            (0..step as isize).map(|i| sample(k * step as isize + i).powi(2)).sum::<f64>() / step as f64
        };
        let half = [10_isize, 5, 3][band];
        let weight = |i: isize| 0.5 + 0.5 * (TAU / 2.0 * i as f64 / (half + 1) as f64).cos();
        let total: f64 = (-half..=half).map(weight).sum();
        let (mut gain, mut factors) = (0.0_f64, std::collections::HashMap::new());
        for k in -11..(len / step) as isize + 2 {
            let mean = (-half..=half).map(|i| weight(i) * power(k + i)).sum::<f64>() / total;
            let over = 10.0 * (mean + 1e-20).log10() - params.thresholds[band];
            let goal = params.slopes[band]
                * if over < -3.0 {
                    0.0
                } else if over < 3.0 {
                    (over + 3.0).powi(2) / 12.0
                } else {
                    over
                };
            let goal = goal.clamp(-params.range, params.range);
            let time = if goal.abs() > gain.abs() { params.attack } else { params.release };
            gain += (1.0 - (-(step as f64) / sample_rate / time).exp()) * (goal - gain);
            factors.insert(k, 10_f64.powf(gain / 20.0));
        }
        for (n, out) in out.iter_mut().enumerate() {
            let place = (n as f64 + 0.5) / step as f64 - 0.5;
            let (k, t) = (place.floor() as isize, place - place.floor());
            let factor = factors[&k] * (1.0 - t) + factors[&(k + 1)] * t;
            *out += bands[band][n] * factor * params.makeups[band];
        }
    }
    out
}

/// Three bands of noise that swells.
fn swelling(len: usize) -> Vec<Vec<f64>> {
    let swell = |band: usize| {
        let level = move |i: usize| 0.3 * (i as f64 * 0.0004 * (band + 1) as f64).sin().powi(4);
        noise(len + band).iter().skip(band).enumerate().map(|(i, x)| x * level(i)).collect()
    };
    (0..BANDS).map(swell).collect()
}

#[test]
fn gains_are_the_definition() {
    for sample_rate in [8_000.0, 44_100.0, 47_600.0] {
        let params = DynamicsParams { makeups: [1.3, 0.9, 1.1], ..params() };
        let bands = swelling(20_011);
        let mut dynamics = Dynamics::new(sample_rate, 1, 0, &params).unwrap();
        let out = processed(&mut dynamics, &bands, &[1000]);
        for (out, expected) in out[0].iter().zip(reference(sample_rate, &params, &bands)) {
            assert!((out - expected).abs() < 1e-13, "{out} {expected}");
        }
    }
}

#[test]
fn a_tone_above_the_threshold_is_turned_down_by_the_slope() {
    // 12 dB over with slope −0.25.
    let tone: Vec<f64> = (0..48_000).map(|i| 0.5 * (TAU * f64::from(i) * 1000.0 / 48_000.0).sin()).collect();
    let level = 10.0 * 0.125_f64.log10();
    let params = DynamicsParams { thresholds: [level - 12.0; 3], slopes: [-0.25; 3], ..params() };
    let bands = [vec![0.0; 48_000], tone.clone(), vec![0.0; 48_000]];
    let mut dynamics = Dynamics::new(48_000.0, 1, 0, &params).unwrap();
    let out = processed(&mut dynamics, &bands, &[512]);
    let gain = 20.0 * (out[0][24_012] / tone[24_012]).log10();
    assert!((gain + 3.0).abs() < 0.01, "{gain}");
    // The edges of the tone make the power that is lost a little less.
    let makeups = dynamics.effect().map(|effect| effect.makeup());
    assert!((makeups[1] - 3.0).abs() < 0.1, "{makeups:?}");
    assert_eq!((makeups[0], makeups[2]), (0.0, 0.0));
    assert!((dynamics.effect()[1].latest() + 3.0).abs() < 0.5);
    assert!((dynamics.effect()[1].mean() + 3.0).abs() < 0.1);
    // With them the power is the same again.
    dynamics.retune(makeups.map(|gain| 10_f64.powf(gain / 20.0)));
    let out = processed(&mut dynamics, &bands, &[512]);
    let power = |x: &[f64]| 10.0 * x.iter().map(|x| x * x).sum::<f64>().log10();
    assert!((power(&out[0]) - power(&tone)).abs() < 0.001);
}

#[test]
fn slopes_of_0_leave_the_sum_of_the_bands() {
    let bands = swelling(5000);
    let params = DynamicsParams { slopes: [0.0; 3], ..params() };
    let out = processed(&mut Dynamics::new(44_100.0, 1, 0, &params).unwrap(), &bands, &[77]);
    for (n, out) in out[0].iter().enumerate() {
        assert_eq!(*out, bands[0][n] + bands[1][n] + bands[2][n]);
    }
}

#[test]
fn mid_and_side_get_one_gain_from_the_power_of_both() {
    let mid = swelling(10_000);
    let side: Vec<Vec<f64>> = mid.iter().map(|band| band.iter().rev().copied().collect()).collect();
    let bands: Vec<Vec<f64>> = mid.iter().chain(&side).cloned().collect();
    let stereo = processed(&mut Dynamics::new(44_100.0, 2, 0, &params()).unwrap(), &bands, &[512]);
    // As left and right in a pair of channels that are not taken for mid and side.
    let channel = |sign: f64| {
        mid.iter().zip(&side).map(move |(m, s)| m.iter().zip(s).map(|(m, s)| m + sign * s).collect())
    };
    let pairs: Vec<Vec<f64>> = channel(1.0).chain(channel(-1.0)).collect();
    let four: Vec<Vec<f64>> = pairs.iter().chain(&pairs).cloned().collect();
    let four = processed(&mut Dynamics::new(44_100.0, 4, 0, &params()).unwrap(), &four, &[512]);
    for n in 0..10_000 {
        assert!((stereo[0][n] - four[0][n]).abs() < 1e-13 && (stereo[1][n] - four[1][n]).abs() < 1e-13);
    }
}

#[test]
fn blocks_of_any_size_paths_polarity_and_reset_change_no_bit() {
    let bands: Vec<Vec<f64>> = swelling(6000).into_iter().chain(swelling(6000)).collect();
    for sample_rate in [44_100.0, 48_000.0] {
        let expected = InstructionSet::PORTABLE
            .scope(|| processed(&mut Dynamics::new(sample_rate, 2, 0, &params()).unwrap(), &bands, &[1000]));
        for instructions in InstructionSet::available() {
            instructions.scope(|| {
                let mut dynamics = Dynamics::new(sample_rate, 2, 0, &params()).unwrap();
                for sizes in [&[1][..], &[7], &[512, 1, 43]] {
                    assert_eq!(
                        processed(&mut dynamics, &bands, sizes),
                        expected,
                        "{instructions:?} {sizes:?}"
                    );
                    dynamics.reset();
                }
                // Left and right exchanged: the side signal is of the other polarity.
                let mut swapped = bands.clone();
                swapped[BANDS..].iter_mut().flatten().for_each(|x| *x = -*x);
                let out = processed(&mut dynamics, &swapped, &[512]);
                assert_eq!((&out[0], &out[1]), (&expected[1], &expected[0]));
            });
        }
    }
}

#[test]
fn an_overflow_passes() {
    let mut bands = swelling(60_000);
    let expected = processed(&mut Dynamics::new(44_100.0, 1, 0, &params()).unwrap(), &bands, &[512]);
    (bands[0][100], bands[1][200], bands[2][300]) = (1e300, f64::NAN, f64::INFINITY);
    let out = processed(&mut Dynamics::new(44_100.0, 1, 0, &params()).unwrap(), &bands, &[512]);
    for n in 50_000..60_000 {
        assert!((out[0][n] - expected[0][n]).abs() < 1e-9);
    }
}
