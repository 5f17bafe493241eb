//! Constant-Q transform, chromagram and tuning of 1, 10 and 60 s of 44.1 kHz, stage by stage, beside the
//! transforms that each cannot do without.

mod common;

use std::hint::black_box;

use auralis_dsp::chroma::{ChromaParams, ChromaPlan, chroma_cqt};
use auralis_dsp::cqt::{CqtParams, CqtPlan};
use auralis_dsp::stft::{Stft, StftParams};
use auralis_dsp::tuning::{TuningEstimator, estimate_tuning};
use common::BareFft;
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use rustfft::num_complex::Complex64;

const RATE: f64 = 44100.0;

/// A chord and a little noise.
fn signal(len: usize) -> Vec<f64> {
    let sample = |i: usize| {
        let x = i as f64;
        let noise = (i * 7907 % 1009) as f64 / 1009.0 - 0.5;
        0.3 * (0.0627 * x).sin() + 0.2 * (0.079 * x).sin() + 0.1 * (0.094 * x).sin() + 0.02 * noise
    };
    (0..len).map(sample).collect()
}

fn stages(criterion: &mut Criterion) {
    for seconds in [1, 10, 60] {
        let audio = signal(seconds * 44100);
        let mut group = criterion.benchmark_group("cqt");
        group.sample_size(10);
        let mut bench = |stage: &str, work: &mut dyn FnMut()| {
            group.bench_function(BenchmarkId::new(stage, format!("{seconds} s")), |b| b.iter(&mut *work));
        };

        let mut whole = BareFft::new(audio.len());
        bench("floor of cqt: one real FFT over all samples", &mut || whole.forward(&audio));
        let params = CqtParams::default();
        let mut plan = CqtPlan::new(RATE, &params).unwrap();
        let mut out = vec![Complex64::ZERO; params.n_bins * params.frames(audio.len()).unwrap()];
        bench("cqt, 84 bins, plan kept", &mut || plan.process(&audio, &mut out).unwrap());

        let params = ChromaParams { tuning: 0.0, ..ChromaParams::default() };
        let mut plan = ChromaPlan::new(RATE, &params).unwrap();
        let mut out = vec![0.0; params.n_chroma * params.frames(audio.len()).unwrap()];
        bench("chroma, plan made", &mut || _ = black_box(ChromaPlan::new(RATE, &params).unwrap()));
        bench("chroma, tuning 0, plan kept", &mut || plan.process(&audio, &mut out).unwrap());
        bench("chroma, tuning 0, one shot", &mut || {
            black_box(chroma_cqt(&audio, RATE, &params).unwrap());
        });
        bench("chroma, tuning estimated, one shot", &mut || {
            black_box(chroma_cqt(&audio, RATE, &ChromaParams::default()).unwrap());
        });

        let mut fft = BareFft::new(2048);
        bench("floor of tuning: forward transforms", &mut || {
            (0..audio.len() / 512 + 1).for_each(|_| fft.forward(&audio[..2048]));
        });
        let mut stft = Stft::new(&StftParams::default()).unwrap();
        bench("stft", &mut || {
            stft.push(&audio, |tile| _ = black_box(tile.magnitude(0)));
            stft.finish(|tile| _ = black_box(tile.magnitude(0))).unwrap();
        });
        let mut estimator = TuningEstimator::new(RATE, 36, 2048).unwrap();
        let magnitudes: Vec<f64> = (0..1025).map(|k| f64::from(k * 7907 % 1009)).collect();
        bench("peaks of the spectra", &mut || {
            for _ in 0..audio.len() / 512 + 1 {
                estimator.push(&magnitudes);
            }
            black_box(estimator.finish());
        });
        bench("tuning", &mut || _ = black_box(estimate_tuning(&audio, RATE, 36).unwrap()));
        group.finish();
    }
}

criterion_group!(benches, stages);
criterion_main!(benches);
