//! YIN of 1 s and 60 s of 44.1 kHz, and the two real FFTs of a frame that its plainest form takes.

use std::hint::black_box;

use auralis_dsp::yin::{YinParams, YinPlan};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use realfft::RealFftPlanner;

/// A tone with vibrato and a little noise.
fn audio(len: usize) -> Vec<f64> {
    let mut state = 1_u64;
    let sample = |i| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let noise = (state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0;
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
    let mut planner = RealFftPlanner::<f64>::new();
    let (forward, inverse) = (planner.plan_fft_forward(4096), planner.plan_fft_inverse(4096));
    let original = audio(4096);
    let mut signal = original.clone();
    let mut spectrum = forward.make_output_vec();
    let mut scratch = vec![Default::default(); forward.get_scratch_len().max(inverse.get_scratch_len())];
    group.bench_function("floor: real FFT of 4096, forward and back", |b| {
        b.iter(|| {
            signal.copy_from_slice(&original);
            forward.process_with_scratch(&mut signal, &mut spectrum, &mut scratch).unwrap();
            inverse.process_with_scratch(&mut spectrum, &mut signal, &mut scratch).unwrap();
        });
    });
    group.finish();
}

criterion_group!(benches, yin);
criterion_main!(benches);
