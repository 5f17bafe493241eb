//! YIN of 1 s and 60 s of 44.1 kHz, and the two real FFTs of a frame that its plainest form takes.

mod common;

use std::hint::black_box;

use auralis_dsp::yin::{YinParams, YinPlan};
use common::{BareFft, Random};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// A tone with vibrato and a little noise.
fn audio(len: usize) -> Vec<f64> {
    let mut random = Random(1);
    let sample = |i| {
        let noise = random.noise();
        let t = i as f64 / 44100.0;
        let phase = std::f64::consts::TAU * 220.0 * t + (30.0 * t).sin();
        phase.sin() + 0.5 * (2.0 * phase).sin() + 0.1 * noise
    };
    (0..len).map(sample).collect()
}

fn yin(c: &mut Criterion) {
    let params = YinParams::default();
    let mut group = c.benchmark_group("yin");
    for seconds in [1, 60] {
        let audio = audio(44100 * seconds);
        let frames = params.frames(audio.len()).unwrap();
        let mut f0 = vec![0.0; frames];
        let mut plan = YinPlan::new(44100.0, &params).unwrap();
        group.throughput(Throughput::Elements(frames as u64));
        group.bench_function(format!("{seconds} s"), |b| {
            b.iter(|| plan.process(black_box(&audio), &mut f0).unwrap());
        });
    }
    group.throughput(Throughput::Elements(1));
    let (signal, mut fft) = (audio(4096), BareFft::new(4096));
    group.bench_function("floor: real FFT of 4096, forward and back", |b| {
        b.iter(|| fft.forward_and_back(&signal));
    });
    group.finish();
}

criterion_group!(benches, yin);
criterion_main!(benches);
