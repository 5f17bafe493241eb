//! Onset strength, tempo and beats of 60 s of 44.1 kHz, and the transforms that they cannot do without.

mod common;

use std::hint::black_box;

use auralis_dsp::beat::{BeatParams, beat_track};
use auralis_dsp::onset::{OnsetParams, OnsetPlan, PeakParams, onset_detect};
use auralis_dsp::stft::{Stft, StftParams};
use auralis_dsp::tempo::{TempoParams, TempoPlan};
use common::Random;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const RATE: f64 = 44100.0;

/// Bursts of noise twice a second over a tone.
fn audio(len: usize) -> Vec<f64> {
    let mut random = Random(1);
    let sample = |i| {
        let noise = random.noise();
        let t = i as f64 / RATE;
        noise * (-30.0 * (t % 0.5)).exp() + 0.2 * (std::f64::consts::TAU * 220.0 * t).sin()
    };
    (0..len).map(sample).collect()
}

fn rhythm(c: &mut Criterion) {
    let audio = audio(60 * 44100);
    let params = OnsetParams::default();
    let mut envelope = vec![0.0; params.frames(audio.len()).unwrap()];
    let mut group = c.benchmark_group("rhythm of 60 s");
    group.throughput(Throughput::Elements(envelope.len() as u64));

    let mut plan = OnsetPlan::new(RATE, &params).unwrap();
    group.bench_function("onset strength", |b| {
        b.iter(|| plan.process(black_box(&audio), &mut envelope).unwrap());
    });
    let mut stft = Stft::new(&StftParams::default()).unwrap();
    group.bench_function("floor: its STFT", |b| {
        b.iter(|| {
            stft.push(black_box(&audio), |tile| _ = black_box(tile.magnitude(0)));
            stft.finish(|tile| _ = black_box(tile.magnitude(0))).unwrap();
        });
    });

    group.bench_function("onsets", |b| {
        b.iter(|| onset_detect(black_box(&envelope), RATE, &PeakParams::default()).unwrap());
    });
    let mut tempo = TempoPlan::new(RATE, &TempoParams::default()).unwrap();
    group.bench_function("tempo", |b| b.iter(|| tempo.tempo(black_box(&envelope))));
    let mut planner = rustfft::FftPlanner::<f64>::new();
    let transform = planner.plan_fft_forward(1440);
    let mut pair = vec![rustfft::num_complex::Complex64::ONE; 1440];
    let mut scratch = vec![Default::default(); transform.get_inplace_scratch_len()];
    group.bench_function("floor: a complex FFT of 1440 for two of its frames", |b| {
        b.iter(|| {
            for _ in 0..envelope.len() / 2 {
                pair.fill(rustfft::num_complex::Complex64::ONE);
                transform.process_with_scratch(&mut pair, &mut scratch);
            }
        });
    });
    group.bench_function("beats, tempo known", |b| {
        let params = BeatParams { bpm: 120.0, ..BeatParams::default() };
        b.iter(|| beat_track(black_box(&envelope), RATE, &params).unwrap());
    });
    group.finish();
}

criterion_group!(benches, rhythm);
criterion_main!(benches);
