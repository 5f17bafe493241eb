use super::wavelet::Wavelet;
use super::*;
use crate::blocks::params::PadMode;
use crate::blocks::simd::InstructionSet;
use crate::testing::noise;

/// Sample `t` of the signal continued beyond its ends.
fn padded(audio: &[f64], t: isize, padding: isize, mode: PadMode) -> f64 {
    let n = audio.len() as isize;
    if (0..n).contains(&t) {
        return audio[t as usize];
    }
    if mode == PadMode::Constant || t < -padding || t >= n + padding {
        return 0.0;
    }
    let period = (2 * n - 2).max(1);
    let t = t.rem_euclid(period);
    audio[t.min(period - t) as usize % audio.len()]
}

/// The definition, sum by sum.
fn definition(audio: &[f64], sample_rate: f64, params: &CqtParams) -> Vec<Vec<Complex64>> {
    let wavelets = Wavelet::all(sample_rate, params).unwrap();
    let padding = wavelets.iter().fold(0.0_f64, |l, w| l.max(w.length / 2.0)).ceil() as isize;
    wavelets
        .iter()
        .map(|wavelet| {
            let first = -((wavelet.length / 2.0).ceil() as isize);
            let n = wavelet.support as f64;
            (0..params.frames(audio.len()).unwrap())
                .map(|frame| {
                    let centre = (frame * params.hop_length) as isize;
                    (0..wavelet.support)
                        .map(|i| {
                            let window = 0.5 - 0.5 * (std::f64::consts::TAU * i as f64 / n).cos();
                            let m = first + i as isize;
                            let turn = std::f64::consts::TAU * wavelet.frequency / sample_rate * m as f64;
                            let x = padded(audio, centre - m, padding, params.pad_mode);
                            Complex64::cis(turn) * (x * window * wavelet.length.sqrt() / (n / 2.0))
                        })
                        .sum()
                })
                .collect()
        })
        .collect()
}

/// Largest difference from the definition, relative to the peak.
fn error(audio: &[f64], sample_rate: f64, params: &CqtParams) -> f64 {
    let expected = definition(audio, sample_rate, params);
    let found = cqt(audio, sample_rate, params).unwrap();
    assert_eq!(found.dim(), (expected.len(), expected[0].len()));
    let (mut error, mut peak) = (0.0_f64, 0.0_f64);
    for ((k, t), value) in found.indexed_iter() {
        error = error.max((value - expected[k][t]).norm());
        peak = peak.max(expected[k][t].norm());
    }
    error / peak
}

#[test]
fn equals_the_definition() {
    let steady = noise(6000);
    let click: Vec<f64> = (0..6000).map(|t| f64::from(u8::from(t == 450))).collect();
    let base = CqtParams { fmin: 110.0, n_bins: 48, ..CqtParams::default() };
    let variants = [
        base,
        CqtParams { hop_length: 441, tuning: 0.3, ..base },
        CqtParams { hop_length: 96, filter_scale: 0.5, ..base },
        CqtParams { hop_length: 4999, filter_scale: 2.0, ..base },
        CqtParams { bins_per_octave: 36, n_bins: 100, tuning: -0.5, ..base },
        CqtParams { pad_mode: PadMode::Reflect, ..base },
        CqtParams { n_bins: 1, ..base },
        // Even supports, which lie half a sample later.
        CqtParams { bins_per_octave: 2, n_bins: 6, fmin: 187.5, ..base },
    ];
    for params in variants {
        for sample_rate in [12_000.0, 48_000.0] {
            let case = (params, sample_rate);
            assert!(error(&steady, sample_rate, &params) < 1e-5, "{case:?}");
            assert!(error(&click, sample_rate, &params) < 3e-5, "{case:?}");
            // One sample mirrored is 0 Hz, of which next to nothing may come through.
            let allowed = if params.pad_mode == PadMode::Reflect { 1e-3 } else { 1e-6 };
            assert!(error(&steady[..1], sample_rate, &params) < allowed, "{case:?}");
            assert!(error(&steady[..100], sample_rate, &params) < 3e-5, "{case:?}");
        }
    }
}

#[test]
fn blocks_paths_and_repetition_do_not_change_a_bit() {
    let audio = noise(60_000);
    for pad_mode in [PadMode::Constant, PadMode::Reflect] {
        let params = CqtParams { pad_mode, ..CqtParams::default() };
        let expected = InstructionSet::PORTABLE.scope(|| cqt(&audio, 22_050.0, &params)).unwrap();
        for instructions in InstructionSet::available() {
            instructions.scope(|| {
                let mut plan = CqtPlan::new(22_050.0, &params).unwrap();
                for block in [1013, 60_000, 4096] {
                    let mut frames = Vec::new();
                    for chunk in audio.chunks(block) {
                        let mut out = vec![Complex64::ZERO; plan.max_output(chunk.len()) * params.n_bins];
                        let written = plan.push(chunk, &mut out).unwrap();
                        frames.extend_from_slice(&out[..written * params.n_bins]);
                    }
                    let mut out = vec![Complex64::ZERO; plan.max_output(0) * params.n_bins];
                    let written = plan.finish(&mut out).unwrap();
                    frames.extend_from_slice(&out[..written * params.n_bins]);
                    assert_eq!(frames.len(), expected.len());
                    for ((k, t), value) in expected.indexed_iter() {
                        let found = frames[t * params.n_bins + k];
                        assert!((found - value).norm() <= 1e-12, "{instructions:?} {block} {k} {t}");
                    }
                }
            });
        }
    }
}

#[test]
fn frames_come_when_the_latency_says() {
    let mut plan = CqtPlan::new(48_000.0, &CqtParams::default()).unwrap();
    let mut out = vec![Complex64::ZERO; plan.max_output(512) * 84];
    let latency = plan.latency();
    for sample in 1..latency {
        assert_eq!(plan.push(&[0.5], &mut out).unwrap(), 0, "{sample}");
    }
    assert!(plan.push(&[0.5], &mut out).unwrap() > 0);
    assert!(matches!(plan.finish(&mut []), Err(crate::Error::BufferTooSmall { .. })));
}

#[test]
fn arguments_are_named() {
    let base = CqtParams::default();
    let cases = [
        ("n_bins", CqtParams { n_bins: 120, ..base }),
        ("n_bins", CqtParams { n_bins: 0, ..base }),
        ("fmin", CqtParams { fmin: f64::NAN, ..base }),
        ("fmin", CqtParams { fmin: 0.0, ..base }),
        ("tuning", CqtParams { tuning: f64::INFINITY, ..base }),
        ("filter_scale", CqtParams { filter_scale: 0.0, ..base }),
        ("bins_per_octave", CqtParams { bins_per_octave: 0, ..base }),
        ("hop_length", CqtParams { hop_length: 0, ..base }),
    ];
    for (expected, params) in cases {
        match cqt(&[0.0; 9], 44_100.0, &params) {
            Err(crate::Error::InvalidArgument { name, .. }) => assert_eq!(name, expected),
            other => panic!("{expected}: {other:?}"),
        }
    }
    let estimated = CqtParams { tuning: f64::NAN, ..base };
    assert!(CqtPlan::new(44_100.0, &estimated).is_err());
    assert_eq!(cqt(&[0.0; 9], 44_100.0, &estimated).unwrap().dim(), (84, 1));
}
