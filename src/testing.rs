//! Signals that tests of several kernels share.

/// Uniform noise in −1..1 from a 64-bit linear congruential generator, as in `make_yin.py`.
pub fn noise(len: usize) -> Vec<f64> {
    let mut state = 1_u64;
    let next = |_| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    };
    (0..len).map(next).collect()
}

/// The signals of `make_rhythm.py`.
pub fn rhythm(name: &str, seconds: f64, sample_rate: f64) -> Vec<f64> {
    use std::f64::consts::TAU;
    let n = (seconds * sample_rate) as usize;
    let melody = |t: f64, noise: f64| {
        let note = (t / 0.37).floor();
        let pitch = 220.0 * ((note * 7.0 % 12.0) / 12.0).exp2();
        let since = t - 0.37 * note;
        let harmonics: f64 = [1.0, 2.0, 3.0].iter().map(|h| (TAU * h * pitch * since).sin() / h).sum();
        (since / 0.02).min(1.0) * (-3.0 * since).exp() * harmonics + 1e-4 * noise
    };
    let sample = |i: usize, noise: f64| {
        let t = i as f64 / sample_rate;
        match name {
            "drums" => {
                let beat = (t / 0.5).floor();
                let accent = if beat % 2.0 == 0.0 { 0.8 } else { 0.4 };
                noise * (-30.0 * (t - 0.5 * beat)).exp() * accent + 0.1 * (TAU * 110.0 * t).sin()
            }
            "melody" => 0.3 * melody(t, noise),
            "swell" => 0.5 * melody(t, noise) * 10_f64.powf(3.0 * (t / seconds - 1.0)),
            "gap" => {
                if t > 1.0 && t < 2.2 {
                    0.0
                } else {
                    melody(t, noise)
                }
            }
            "click" => f64::from(i == n / 2),
            other => panic!("{other}"),
        }
    };
    noise(n).into_iter().enumerate().map(|(i, noise)| sample(i, noise)).collect()
}

/// A case of `rhythm.txt`, what librosa says of it last.
pub struct RhythmCase {
    pub audio: Vec<f64>,
    pub sample_rate: f64,
    pub params: crate::kernels::onset::OnsetParams,
    pub envelope: Vec<f64>,
    pub onsets: Vec<usize>,
    /// `None` where librosa is at a loss: an envelope below 0.
    pub tempo: Option<f64>,
    pub beats: Vec<usize>,
}

pub fn rhythm_cases() -> Vec<RhythmCase> {
    use crate::kernels::onset::{Aggregate, OnsetParams};
    fn values<T: std::str::FromStr>(line: &str) -> Vec<T> {
        line.split_whitespace().map(|value| value.parse().ok().unwrap()).collect()
    }
    let lines: Vec<&str> = include_str!("../tests/fixtures/rhythm.txt").lines().collect();
    let case = |lines: &[&str]| {
        let fields: Vec<&str> = lines[0].split(' ').collect();
        let number = |i: usize| fields[i].parse::<f64>().unwrap();
        let count = |i: usize| fields[i].parse::<usize>().unwrap();
        let params = OnsetParams {
            n_fft: count(3),
            hop_length: count(4),
            n_mels: count(5),
            lag: count(6),
            max_size: count(7),
            detrend: fields[8] == "True",
            center: fields[9] == "True",
            aggregate: if fields[10] == "mean" { Aggregate::Mean } else { Aggregate::Median },
            ..OnsetParams::default()
        };
        RhythmCase {
            audio: rhythm(fields[0], number(1), number(2)),
            sample_rate: number(2),
            params,
            envelope: values(lines[1]),
            onsets: values(lines[2]),
            tempo: values(lines[3]).first().copied().filter(|tempo: &f64| tempo.is_finite()),
            beats: values(lines[4]),
        }
    };
    lines.chunks_exact(5).map(case).collect()
}
