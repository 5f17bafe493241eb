//! The fingerprint of 60 s of 44.1 kHz stereo, whole and by group, beside the kernels that it contains.

mod common;

use std::hint::black_box;

use auralis_dsp::chroma::{ChromaParams, chroma_cqt};
use auralis_dsp::fingerprint::{FingerprintParams, Group, fingerprint};
use auralis_dsp::hpss::{HpssParams, hpss};
use auralis_dsp::yin::{YinParams, yin};
use common::Random;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const RATE: f64 = 44100.0;

/// A melody with bursts of noise, different on both sides.
fn stereo(frames: usize) -> Vec<f64> {
    let mut random = Random(1);
    let frame = |i| {
        let noise = random.noise();
        let t = i as f64 / RATE;
        let note = (t / 0.4_f64).floor();
        let pitch = 220.0 * ((note * 7.0 % 12.0) / 12.0).exp2();
        let tone: f64 =
            (1..6).map(|h| (std::f64::consts::TAU * f64::from(h) * pitch * t).sin() / f64::from(h)).sum();
        let burst = noise * (-30.0 * (t % 0.5)).exp();
        [0.3 * tone + 0.2 * burst, 0.2 * tone + 0.4 * burst + 0.01 * noise]
    };
    (0..frames).flat_map(frame).collect()
}

fn bench(c: &mut Criterion) {
    let frames = 60 * 44100;
    let audio = stereo(frames);
    let mono: Vec<f64> = audio.chunks_exact(2).map(|frame| (frame[0] + frame[1]) / 2.0).collect();
    let mut group = c.benchmark_group("fingerprint of 60 s");
    group.sample_size(10);
    group.throughput(Throughput::Elements(frames as u64));
    let mut run = |name: &str, groups: u32| {
        group.bench_function(name, |b| {
            b.iter(|| {
                fingerprint(black_box(&audio), 2, RATE, &FingerprintParams { groups, ..Default::default() })
                    .unwrap()
            });
        });
    };
    run("all", Group::ALL);
    for part in [Group::Spectrum, Group::Level, Group::Rhythm, Group::Harmony, Group::Dynamics, Group::Stereo]
    {
        run(&part.to_string(), part.bit());
    }
    group.bench_function("floor: HPSS, YIN and chroma alone", |b| {
        b.iter(|| {
            black_box(hpss(black_box(&mono), &HpssParams::default()).unwrap());
            black_box(yin(&mono, RATE, &YinParams::default()).unwrap());
            black_box(chroma_cqt(&mono, RATE, &ChromaParams::default()).unwrap());
        });
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
