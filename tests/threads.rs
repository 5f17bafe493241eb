//! Many threads at once get the bits that one gets.

mod common;
#[path = "common/streams.rs"]
mod kernels;

use std::sync::Barrier;

use auralis_dsp::ffi::chroma::*;
use auralis_dsp::ffi::cqt::*;
use auralis_dsp::ffi::hpss::*;
use auralis_dsp::ffi::status::AURALIS_OK;
use auralis_dsp::ffi::yin::*;
use common::{CLIP_RATE, clip};
use kernels::{FRAME_KERNELS, Stream};

const THREADS: usize = 64;
const CALLS: usize = 1000;
/// Lengths of the inputs, which repeat so that the cases of one thread can be kept.
const LENGTHS: [usize; 5] = [1, 130, 400, 777, 1500];
/// As many calls later everything is as at first.
const CASES: usize = KINDS.len() * LENGTHS.len() * OFFSETS;
const OFFSETS: usize = 7;

#[derive(Clone, Copy)]
enum Kind {
    Hpss,
    Yin,
    Cqt,
    Chroma,
    Tuning,
}

/// The constant-Q kernels take longer to prepare, so that they come less often.
const KINDS: [Kind; 20] = {
    let mut kinds = [Kind::Hpss; 20];
    let mut i = 0;
    while i < 6 {
        kinds[3 * i] = Kind::Yin;
        kinds[3 * i + 1] = Kind::Tuning;
        i += 1;
    }
    kinds[18] = Kind::Cqt;
    kinds[19] = Kind::Chroma;
    kinds
};

/// A hash (FNV-1a) of the outputs of case `i`: kernel and length of input.
fn call(clip: &[f64], i: usize) -> u64 {
    let n = LENGTHS[i / KINDS.len() % LENGTHS.len()];
    let audio = clip[1000 * (i / (KINDS.len() * LENGTHS.len()) % OFFSETS)..].as_ptr();
    let mut out = [0.0_f64; 8192];
    let x = out.as_mut_ptr();
    // SAFETY: the buffers are longer than said; the parameters are filled before they are read.
    let status = unsafe {
        match KINDS[i % KINDS.len()] {
            Kind::Hpss => {
                let mut params: auralis_hpss_params = std::mem::zeroed();
                auralis_hpss_params_init(&raw mut params, size_of_val(&params));
                (params.n_fft, params.hop_length, params.kernel_harmonic) = (256, 64, 7);
                auralis_hpss(audio, n, &params, x, x.add(n))
            }
            Kind::Yin => {
                let mut params: auralis_yin_params = std::mem::zeroed();
                auralis_yin_params_init(&raw mut params, size_of_val(&params));
                (params.frame_length, params.fmin) = (512, 100.0);
                auralis_yin(audio, n, CLIP_RATE, &params, x, 8192)
            }
            Kind::Cqt => {
                let mut params: auralis_cqt_params = std::mem::zeroed();
                auralis_cqt_params_init(&raw mut params, size_of_val(&params));
                (params.n_bins, params.fmin) = (12, 1600.0);
                auralis_cqt(audio, n, CLIP_RATE, &params, x, 8192)
            }
            Kind::Chroma => {
                let mut params = kernels::chroma_params(CLIP_RATE);
                (params.n_octaves, params.fmin) = (1, 1600.0);
                auralis_chroma_cqt(audio, n, CLIP_RATE, &params, x, 8192)
            }
            Kind::Tuning => auralis_estimate_tuning(audio, n, CLIP_RATE, 12, x),
        }
    };
    assert_eq!(status, AURALIS_OK, "case {i}");
    let mix = |hash: u64, value: &f64| (hash ^ value.to_bits()).wrapping_mul(0x0100_0000_01B3);
    out.iter().fold(0xCBF2_9CE4_8422_2325, mix)
}

#[test]
fn threads_get_the_bits_of_one() {
    let clip = clip();
    let expected: Vec<u64> = (0..CASES).map(|i| call(&clip, i)).collect();
    let begin = Barrier::new(THREADS);
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (clip, expected, begin) = (&clip, &expected, &begin);
            scope.spawn(move || {
                begin.wait();
                for i in 0..CALLS {
                    let case = (i + 11 * thread) % CASES;
                    assert_eq!(call(clip, case), expected[case], "thread {thread}, case {case}");
                }
            });
        }
    });
}

#[test]
fn handles_may_move_between_threads() {
    let clip = clip();
    for kernel in FRAME_KERNELS {
        let (outputs, width) = Stream::shape(kernel);
        let whole = kernels::batch(kernel, &clip, CLIP_RATE);
        let mut stream = Stream::new(kernel, CLIP_RATE, 4096);
        let mut first = vec![];
        for block in clip.chunks(4096) {
            let mut out = vec![0.0; stream.room(4096)];
            (stream, out) = std::thread::scope(|scope| {
                let push = scope.spawn(move || {
                    let mut written = 0;
                    assert_eq!(stream.push(block, &mut out, &mut written), AURALIS_OK);
                    out.truncate(out.len() / outputs);
                    out.truncate(written * width);
                    (stream, out)
                });
                push.join().expect("no fault")
            });
            first.extend(out);
        }
        assert!(first.len() > 100);
        assert_eq!(first, whole[0][..first.len()]);
    }
}
