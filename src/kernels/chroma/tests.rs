use super::*;
use crate::blocks::params::Norm;
use crate::kernels::cqt::C1;

fn tuned() -> ChromaParams {
    ChromaParams { tuning: 0.0, ..ChromaParams::default() }
}

fn sine(frequency: f64, sample_rate: f64, seconds: f64) -> Vec<f64> {
    let step = std::f64::consts::TAU * frequency / sample_rate;
    (0..(seconds * sample_rate) as usize).map(|t| (step * t as f64).sin()).collect()
}

#[test]
fn every_semitone_from_c1_to_b7_peaks_in_its_own_class() {
    let mut plan = ChromaPlan::new(22_050.0, &tuned()).unwrap();
    for semitone in 0..84 {
        let audio = sine(C1 * (f64::from(semitone) / 12.0).exp2(), 22_050.0, 1.5);
        let frames = tuned().frames(audio.len()).unwrap();
        let mut chroma = vec![0.0; 12 * frames];
        plan.process(&audio, &mut chroma).unwrap();
        let middle: Vec<f64> = (0..12).map(|class| chroma[class * frames + frames / 2]).collect();
        let class = semitone as usize % 12;
        assert_eq!(middle[class], 1.0, "{semitone}: {middle:?}");
        assert!(
            middle.iter().enumerate().all(|(other, x)| other == class || *x < 0.6),
            "{semitone}: {middle:?}"
        );
    }
}

#[test]
fn classes_are_shared_out_as_in_librosa() {
    let classes = |params: ChromaParams, n: usize| (0..n).map(|bin| params.class(bin)).collect::<Vec<_>>();
    assert_eq!(classes(tuned(), 8), [0, 0, 1, 1, 1, 2, 2, 2]);
    assert_eq!(classes(ChromaParams { bins_per_octave: 24, ..tuned() }, 5), [0, 1, 1, 2, 2]);
    // From A1 on, and 24 classes.
    assert_eq!(classes(ChromaParams { fmin: 55.0, ..tuned() }, 5), [9, 9, 10, 10, 10]);
    let quarter = ChromaParams { fmin: 55.0, n_chroma: 24, bins_per_octave: 24, ..tuned() };
    assert_eq!(classes(quarter, 3), [18, 19, 20]);
}

#[test]
fn scale_polarity_and_a_shift_by_hops_keep_the_chroma() {
    let audio: Vec<f64> =
        sine(220.0, 22_050.0, 3.0).iter().zip(sine(330.0, 22_050.0, 3.0)).map(|(a, b)| a + 0.5 * b).collect();
    let expected = chroma_cqt(&audio, 22_050.0, &tuned()).unwrap();
    let scaled: Vec<f64> = audio.iter().map(|x| -0.01 * x).collect();
    let found = chroma_cqt(&scaled, 22_050.0, &tuned()).unwrap();
    assert!((&found - &expected).iter().all(|x| x.abs() < 1e-9));

    let hops = 37;
    let shifted = [vec![0.0; hops * 512], audio.clone()].concat();
    let found = chroma_cqt(&shifted, 22_050.0, &tuned()).unwrap();
    for ((class, t), value) in expected.indexed_iter() {
        assert!((found[[class, t + hops]] - value).abs() < 1e-4, "{class} {t}");
    }
}

#[test]
fn columns_are_normalised_as_asked() {
    let audio = sine(261.6, 22_050.0, 1.0);
    let run = |norm| chroma_cqt(&audio, 22_050.0, &ChromaParams { norm, ..tuned() }).unwrap();
    let plain = run(Norm::None);
    for (norm, length) in [
        (Norm::Max, (|c| c.iter().fold(0.0_f64, |m, x| m.max(*x))) as fn(&[f64]) -> f64),
        (Norm::L1, |c| c.iter().sum()),
        (Norm::L2, |c| c.iter().map(|x| x * x).sum::<f64>().sqrt()),
    ] {
        for (column, plain) in run(norm).columns().into_iter().zip(plain.columns()) {
            let (column, plain) = (column.to_vec(), plain.to_vec());
            assert!((length(&column) - 1.0).abs() < 1e-12);
            let expected = plain.iter().map(|x| x / length(&plain));
            assert!(column.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12));
        }
    }
    assert!(chroma_cqt(&[0.0; 3000], 22_050.0, &ChromaParams::default()).unwrap().iter().all(|x| *x == 0.0));
}

#[test]
fn a_stream_equals_the_whole() {
    let audio: Vec<f64> =
        (0..70_000_i64).map(|t| ((t * t % 10_007) as f64 / 5_000.0 - 1.0) * (t as f64 / 1e3).cos()).collect();
    let expected = chroma_cqt(&audio, 44_100.0, &tuned()).unwrap();
    let mut plan = ChromaPlan::new(44_100.0, &tuned()).unwrap();
    for block in [1, 512, 33_333] {
        let mut frames = Vec::new();
        for chunk in audio.chunks(block) {
            let mut out = vec![0.0; plan.max_output(chunk.len()) * 12];
            let written = plan.push(chunk, &mut out).unwrap();
            frames.extend_from_slice(&out[..written * 12]);
        }
        let mut out = vec![0.0; plan.max_output(0) * 12];
        let written = plan.finish(&mut out).unwrap();
        frames.extend_from_slice(&out[..written * 12]);
        let expected: Vec<f64> = expected.t().iter().copied().collect();
        assert_eq!(frames, expected, "{block}");
    }
}

#[test]
fn arguments_are_named() {
    let cases = [
        ("n_octaves", 22_050.0, ChromaParams { n_octaves: 9, ..tuned() }),
        ("n_octaves", 22_050.0, ChromaParams { n_octaves: 0, ..tuned() }),
        ("bins_per_octave", 22_050.0, ChromaParams { bins_per_octave: 30, ..tuned() }),
        ("n_chroma", 22_050.0, ChromaParams { n_chroma: 0, ..tuned() }),
        ("hop_length", 22_050.0, ChromaParams { hop_length: 0, ..tuned() }),
        ("sample_rate", 1.0, tuned()),
        ("audio", 22_050.0, ChromaParams::default()),
    ];
    for (expected, sample_rate, params) in cases {
        let audio: &[f64] = if expected == "audio" { &[] } else { &[0.0] };
        match chroma_cqt(audio, sample_rate, &params) {
            Err(crate::Error::InvalidArgument { name, .. }) => assert_eq!(name, expected),
            other => panic!("{expected}: {other:?}"),
        }
    }
}
