//! Harmonic/percussive separation, stage by stage, beside the bare transforms that it cannot do without.

mod common;

use std::hint::black_box;

use auralis_dsp::hpss::{HpssParams, HpssPlan, Parts, Separator, hpss};
use auralis_dsp::stft::Stft;
use common::BareFft;
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};

const SAMPLE_RATE: usize = 44_100;

/// Two tones, clicks and a little noise.
fn signal(len: usize) -> Vec<f64> {
    let sample = |i: usize| {
        let x = i as f64;
        let noise = (i * 7907 % 1009) as f64 / 1009.0 - 0.5;
        let click = if i % 9000 < 40 { 1.0 } else { 2e-3 };
        0.3 * (0.0627 * x).sin() + 0.2 * (0.068 * x).sin() + click * noise
    };
    (0..len).map(sample).collect()
}

fn stages(criterion: &mut Criterion) {
    let params = HpssParams::default();
    for seconds in [1, 10, 60] {
        let audio = signal(seconds * SAMPLE_RATE);
        let mut group = criterion.benchmark_group("hpss");
        group.sample_size(10);
        let mut bench = |stage: &str, work: &mut dyn FnMut()| {
            group.bench_function(BenchmarkId::new(stage, format!("{seconds} s")), |b| b.iter(&mut *work));
        };

        let mut fft = BareFft::new(params.n_fft);
        bench("floor: forward and inverse transforms", &mut || {
            for _ in 0..audio.len() / params.hop_length + 1 {
                fft.forward_and_back(&audio[..params.n_fft]);
            }
        });

        let mut stft = Stft::new(&params.stft()).unwrap();
        bench("stft", &mut || {
            stft.push(&audio, |tile| _ = black_box(tile.magnitude(0)));
            stft.finish(|tile| _ = black_box(tile.magnitude(0))).unwrap();
        });

        let mut separator = Separator::new(params.n_fft / 2 + 1, &params.masks(), Parts::Harmonic).unwrap();
        bench("stft, medians and masks", &mut || {
            stft.push(&audio, |tile| separator.push(tile, |mut parts| _ = black_box(parts.harmonic(0))));
            stft.finish(|tile| separator.push(tile, |mut parts| _ = black_box(parts.harmonic(0)))).unwrap();
            separator.finish(|mut parts| _ = black_box(parts.harmonic(0)));
        });

        let mut plan = HpssPlan::new(&params).unwrap();
        let (mut harmonic, mut percussive) = (vec![0.0; audio.len()], vec![0.0; audio.len()]);
        bench("whole, plan kept", &mut || plan.process(&audio, &mut harmonic, &mut percussive).unwrap());
        bench("whole, one shot", &mut || _ = black_box(hpss(&audio, &params).unwrap()));
    }
}

criterion_group!(benches, stages);
criterion_main!(benches);
