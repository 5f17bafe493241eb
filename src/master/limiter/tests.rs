use super::*;
use crate::testing::noise;

const TAU: f64 = std::f64::consts::TAU;

fn params() -> LimiterParams {
    LimiterParams { gain: 1.0, ceiling: 0.5, lookahead: 0.005, hold: 0.025, release: 0.1 }
}

/// All frames of `channels` through a limiter, in blocks of the given sizes, round and round.
fn limited(limiter: &mut Limiter, channels: &[Vec<f64>], sizes: &[usize]) -> Vec<Vec<f64>> {
    let (len, latency) = (channels[0].len(), limiter.latency());
    let mut out = vec![vec![]; channels.len()];
    let mut block = vec![vec![0.0; CHUNK]; channels.len()];
    let mut sizes = sizes.iter().cycle();
    let mut at = 0;
    while at < len + latency {
        let n = *sizes.next().unwrap().min(&(len + latency - at));
        for (block, channel) in block.iter_mut().zip(channels) {
            for (i, x) in block[..n].iter_mut().enumerate() {
                *x = channel.get(at + i).copied().unwrap_or(0.0);
            }
        }
        limiter.process(&mut block, n);
        for (out, block) in out.iter_mut().zip(&block) {
            out.extend_from_slice(&block[..n]);
        }
        at += n;
    }
    for out in &mut out {
        assert!(out.drain(..latency).all(|x| x == 0.0));
    }
    out
}

fn limit(sample_rate: f64, params: &LimiterParams, channels: &[Vec<f64>]) -> Vec<Vec<f64>> {
    limited(&mut Limiter::new(sample_rate, channels.len(), params).unwrap(), channels, &[CHUNK])
}

fn peak(samples: &[f64]) -> f64 {
    samples.iter().fold(0.0, |peak, x| peak.max(x.abs()))
}

#[test]
fn no_sample_exceeds_the_ceiling_and_what_stays_below_is_untouched() {
    for sample_rate in [8_000.0, 44_100.0, 96_000.0, 192_000.0, 384_000.0] {
        let signal = noise(40_000);
        let out = limit(sample_rate, &params(), std::slice::from_ref(&signal));
        assert!(peak(&out[0]) <= 0.5);
        // Between the samples noise is much higher than at them.
        assert!(peak(&out[0]) > 0.2);
        let quiet: Vec<f64> = signal.iter().map(|x| 0.2 * x).collect();
        assert_eq!(limit(sample_rate, &params(), std::slice::from_ref(&quiet))[0], quiet, "{sample_rate}");
    }
}

#[test]
fn bits_come_back_after_hold_lookahead_and_25_releases() {
    let sample_rate = 48_000.0;
    let mut signal: Vec<f64> = noise(200_000).iter().map(|x| 0.1 * x).collect();
    for i in [1000, 1100, 30_000] {
        signal[i] = 0.9;
    }
    let out = limit(sample_rate, &params(), std::slice::from_ref(&signal));
    let (a, h) = (2 * 120 - 1, 1200);
    let back = 30_001 + a + h + (25.0 * 0.1 * sample_rate) as usize;
    assert_eq!(out[0][back..], signal[back..]);
    assert_eq!(out[0][..1000 - a - 1], signal[..1000 - a - 1]);
    assert!(out[0][20_000] < signal[20_000].abs());
}

#[test]
fn the_gain_reaches_down_before_a_peak_and_holds_after_it() {
    // An impulse on a constant shows the gain itself.
    let sample_rate = 48_000.0;
    let mut signal = vec![0.1; 30_000];
    signal[10_000] = 1.0;
    let out = limit(sample_rate, &params(), std::slice::from_ref(&signal));
    let gain = |n: usize| out[0][n] / signal[n];
    let (a1, h) = (120, 1200);
    assert!(gain(10_000) <= 0.5);
    // Nothing before the lookahead; then two ramps of a1 samples; then held, and released.
    assert_eq!(gain(10_000 - 2 * a1 - 2), 1.0);
    assert!((gain(10_000 - a1) - 0.75).abs() < 0.01, "{}", gain(10_000 - a1));
    let held = gain(10_000);
    for n in 10_000..10_000 + h {
        assert!((gain(n) - held).abs() < 1e-12, "{n} {held} {}", gain(n));
    }
    let released = 1.0 - gain(10_000 + h + 240 + 4800);
    assert!((released / (1.0 - held) - (-1.0_f64).exp()).abs() < 0.02, "{released}");
}

#[test]
fn a_peak_that_comes_while_the_gain_falls_or_returns_is_met_too() {
    for gap in [1, 7, 60, 119, 200, 241, 1199, 1300, 3000, 9000] {
        let mut signal = vec![0.0; 20_000];
        (signal[5000], signal[5000 + gap]) = (0.7, 1.0);
        let out = limit(48_000.0, &params(), &[signal]);
        assert!(peak(&out[0]) <= 0.5, "{gap}");
    }
}

#[test]
fn steady_tones_are_limited_without_distortion_thanks_to_the_hold() {
    let sample_rate = 48_000.0;
    let residual = |frequency: f64, hold: f64| {
        let signal: Vec<f64> =
            (0..240_000).map(|i| (TAU * frequency * f64::from(i) / sample_rate).sin()).collect();
        let out = limit(sample_rate, &LimiterParams { hold, ..params() }, std::slice::from_ref(&signal));
        // Whole periods, once all has settled.
        let range = 96_000..192_000;
        let pairs = || out[0][range.clone()].iter().zip(&signal[range.clone()]);
        let gain = pairs().map(|(y, x)| x * y).sum::<f64>() / pairs().map(|(_, x)| x * x).sum::<f64>();
        peak(&pairs().map(|(y, x)| y - gain * x).collect::<Vec<_>>())
    };
    for frequency in [20.0, 50.0, 997.0] {
        assert!(residual(frequency, 0.025) < 1e-7, "{frequency}: {:e}", residual(frequency, 0.025));
    }
    assert!(residual(50.0, 0.0) > 5e-4);
}

#[test]
fn one_gain_for_all_channels() {
    let channels = [noise(20_000), noise(20_000).iter().rev().map(|x| 0.01 * x).collect::<Vec<_>>()];
    let out = limit(44_100.0, &params(), &channels);
    for n in 0..20_000 {
        let (loud, soft) = (out[0][n] / channels[0][n], out[1][n] / channels[1][n]);
        assert!((loud - soft).abs() < 1e-12, "{n}");
    }
}

#[test]
fn blocks_of_any_size_paths_polarity_and_reset_change_no_bit() {
    let channels = [noise(9000), noise(9000).iter().rev().map(|x| 0.3 * x).collect::<Vec<_>>()];
    for sample_rate in [44_100.0, 96_000.0, 192_000.0] {
        let params = LimiterParams { release: 0.01, gain: 1.1, ..params() };
        let expected = InstructionSet::PORTABLE.scope(|| limit(sample_rate, &params, &channels));
        for instructions in InstructionSet::available() {
            instructions.scope(|| {
                let mut limiter = Limiter::new(sample_rate, 2, &params).unwrap();
                for sizes in [&[1][..], &[7], &[512, 1, 3], &[CHUNK]] {
                    assert_eq!(
                        limited(&mut limiter, &channels, sizes),
                        expected,
                        "{instructions:?} {sizes:?}"
                    );
                    limiter.reset();
                }
                let mirrored = channels.clone().map(|x| x.iter().map(|x| -x).collect::<Vec<_>>());
                let out = limited(&mut limiter, &mirrored, &[64]);
                assert!(out.iter().flatten().zip(expected.iter().flatten()).all(|(a, b)| *a == -b));
            });
        }
    }
}

#[test]
fn nothing_overflows_and_nothing_stays_behind() {
    let mut signal: Vec<f64> = noise(60_000).iter().map(|x| 0.1 * x).collect();
    let quiet = signal.clone();
    for (i, x) in [(100, 1e30), (200, -1e300), (300, f64::INFINITY), (400, f64::NAN)] {
        signal[i] = x;
    }
    let params = LimiterParams { release: 0.01, ..params() };
    let out = limit(44_100.0, &params, &[signal]);
    assert!(out[0].iter().all(|x| x.is_finite() && x.abs() <= 0.5));
    assert_eq!(out[0][50_000..], quiet[50_000..]);
}

#[test]
fn reduction_is_that_of_the_gains() {
    let mut reduction = Reduction::NONE;
    assert_eq!((reduction.max(), reduction.mean(), reduction.share()), (0.0, 0.0, 0.0));
    let half = 10_f64.powf(-6.0 / 20.0);
    for _ in 0..5000 {
        reduction.take(&[1.0, half, 1.0, half * half, 0.9999, 1.0]);
    }
    let least = -20.0 * 0.9999_f64.log10();
    assert!((reduction.max() - 12.0).abs() < 1e-9);
    assert!((reduction.mean() - (18.0 + least) / 6.0).abs() < 1e-9);
    assert!((reduction.share() - 2.0 / 6.0).abs() < 1e-12);
    assert_eq!(reduction.latest(), reduction.max());
    reduction.begin_latest();
    reduction.take(&[half, 1.0]);
    assert!((reduction.latest() - 6.0).abs() < 1e-9);
    // Gains of which a few multiply to nothing.
    reduction.take(&[1e-90; 1000]);
    assert!(reduction.mean().is_finite() && reduction.max() == 1800.0);
}
