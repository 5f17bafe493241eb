//! Harmonic/percussive separation against stored results of librosa (tests/fixtures/make_hpss.py).

use auralis_dsp::hpss::{HpssParams, hpss};
use auralis_dsp::params::PadMode;

/// The input of every case, as in `make_hpss.py`.
fn signal(len: usize) -> Vec<f64> {
    let sample = |i: usize| {
        let x = i as f64;
        let chord = (0.05 * x).sin() + 0.5 * (0.31 * x).sin() + 0.3 * (1.1 * x).sin();
        let noise = ((i * i * 7 + i * 31) % 1009) as f64 / 1009.0 - 0.5;
        let clicks = if i % 400 < 3 { 1.5 } else { 0.02 };
        0.2 * chord + clicks * noise
    };
    (0..len).map(sample).collect()
}

#[test]
fn parts_equal_the_reference() {
    let (words, rest) = include_bytes!("fixtures/hpss.bin").as_chunks::<8>();
    assert!(rest.is_empty());
    let mut values = words.iter().map(|word| f64::from_le_bytes(*word));
    let mut cases = 0;
    while let Some(len) = values.next() {
        let mut next = || values.next().expect("a whole case");
        let audio = signal(len as usize);
        let params = HpssParams {
            n_fft: next() as usize,
            hop_length: next() as usize,
            win_length: next() as usize,
            kernel_harmonic: next() as usize,
            kernel_percussive: next() as usize,
            power: next(),
            margin_harmonic: next(),
            margin_percussive: next(),
            center: next() == 1.0,
            pad_mode: if next() == 1.0 { PadMode::Reflect } else { PadMode::Constant },
        };
        let (step, kept) = (next() as usize, next() as usize);
        let (harmonic, percussive) = hpss(&audio, &params).unwrap();
        let peak = audio.iter().fold(0.0, |peak: f64, x| peak.max(x.abs()));
        for part in [harmonic, percussive] {
            for i in 0..kept {
                let error = (part[i * step] - next()).abs();
                assert!(error <= 1e-9 * peak, "{len} {params:?}: sample {} is off by {error:e}", i * step);
            }
        }
        cases += 1;
    }
    assert!(cases >= 30, "{cases}");
}
