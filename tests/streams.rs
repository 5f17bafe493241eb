//! Streams of the C face give what the functions for whole signals give, bit for bit, however the signal
//! is cut; what they refuse leaves no trace.

mod common;
#[path = "common/streams.rs"]
mod kernels;

use auralis_dsp::ffi::status::*;
use common::{CLIP_RATE, Random, clip};
use kernels::{FRAME_KERNELS, KERNELS, Kernel, Stream, batch};

const LONGEST: usize = 1 << 20;

/// Pushes blocks of the lengths that `next` gives, then ends the signal.
fn run(stream: &mut Stream, audio: &[f64], mut next: impl FnMut() -> usize) -> Vec<Vec<f64>> {
    let (outputs, width) = Stream::shape(stream.kernel);
    let mut results = vec![vec![]; outputs];
    let mut collect = |out: &[f64], written: usize| {
        for (result, part) in results.iter_mut().zip(out.chunks(out.len() / outputs)) {
            result.extend_from_slice(&part[..written * width]);
        }
    };
    let mut rest = audio;
    while !rest.is_empty() {
        let (block, later) = rest.split_at(next().min(rest.len()));
        let (mut out, mut written) = (vec![f64::NAN; stream.room(block.len()).max(outputs)], 0);
        assert_eq!(stream.push(block, &mut out, &mut written), AURALIS_OK);
        collect(&out, written);
        rest = later;
    }
    let (mut out, mut written) = (vec![f64::NAN; stream.room(0).max(outputs)], 0);
    assert_eq!(stream.finish(&mut out, &mut written), AURALIS_OK);
    collect(&out, written);
    results
}

fn equal(a: &[Vec<f64>], b: &[Vec<f64>]) -> bool {
    let bits =
        |x: &[Vec<f64>]| x.iter().map(|y| y.iter().map(|z| z.to_bits()).collect()).collect::<Vec<Vec<_>>>();
    bits(a) == bits(b)
}

#[test]
fn any_split_gives_the_bits_of_the_whole() {
    let mut random = Random(1);
    let clip = clip();
    for kernel in KERNELS {
        let mut stream = Stream::new(kernel, CLIP_RATE, LONGEST);
        for n in [1, 2, 511, 2048, 10_007, clip.len()] {
            let audio = &clip[..n];
            let whole = batch(kernel, audio, CLIP_RATE);
            for longest in [2, 64, 700, 5_000, 50_000, LONGEST] {
                let streamed = run(&mut stream, audio, || 1 + random.below(longest));
                assert!(equal(&streamed, &whole), "{kernel:?}, {n} samples, blocks up to {longest}");
            }
        }
        let single = &clip[..6_000];
        assert!(equal(&run(&mut stream, single, || 1), &batch(kernel, single, CLIP_RATE)), "{kernel:?}");
    }
}

#[test]
fn what_is_refused_leaves_no_trace() {
    let clip = &clip()[..30_000];
    for kernel in KERNELS {
        let whole = batch(kernel, clip, CLIP_RATE);
        let mut stream = Stream::new(kernel, CLIP_RATE, 20_000);
        let (outputs, width) = Stream::shape(kernel);
        let mut results = vec![vec![]; outputs];
        let mut out = vec![0.0; stream.room(20_000).max(stream.room(0))];
        for i in 0..4 {
            let mut written = usize::MAX;
            let untouched = vec![-7.0; out.len()];
            out.copy_from_slice(&untouched);
            for (place, bad) in [(0, f64::NAN), (5_000, f64::INFINITY), (9_999, f64::NEG_INFINITY)] {
                let mut block = clip[..10_000].to_vec();
                block[place] = bad;
                let status = stream.push(&block, &mut out, &mut written);
                assert_eq!(status, AURALIS_ERROR_NON_FINITE_INPUT);
            }
            let status = stream.push(&vec![0.0; 20_001], &mut out, &mut written);
            assert_eq!(status, AURALIS_ERROR_INVALID_ARGUMENT);
            if i == 3 {
                assert_eq!(
                    stream.finish(&mut vec![0.0; outputs], &mut written),
                    AURALIS_ERROR_BUFFER_TOO_SMALL
                );
            }
            assert!(out == untouched && written == usize::MAX, "{kernel:?}");
            let status = match clip.chunks(10_000).nth(i) {
                Some(block) => stream.push(block, &mut out, &mut written),
                None => stream.finish(&mut out, &mut written),
            };
            assert_eq!(status, AURALIS_OK);
            for (result, part) in results.iter_mut().zip(out.chunks(out.len() / outputs)) {
                result.extend_from_slice(&part[..written * width]);
            }
        }
        assert!(equal(&results, &whole), "{kernel:?}");
    }
}

#[test]
fn reset_and_finish_leave_a_stream_as_new() {
    let clip = clip();
    let (first, second) = (&clip[..23_456], &clip[30_000..55_000]);
    for kernel in KERNELS {
        let mut stream = Stream::new(kernel, CLIP_RATE, LONGEST);
        let mut out = vec![0.0; stream.room(first.len()).max(1)];
        assert_eq!(stream.push(first, &mut out, &mut 0), AURALIS_OK);
        stream.reset();
        for _ in 0..2 {
            let streamed = run(&mut stream, second, || 4_000);
            assert!(equal(&streamed, &batch(kernel, second, CLIP_RATE)), "{kernel:?}");
        }
    }
}

#[test]
fn nothing_comes_later_than_the_latency_says() {
    let clip = clip();
    for kernel in FRAME_KERNELS {
        let mut stream = Stream::new(kernel, CLIP_RATE, 512);
        let latency = stream.latency();
        let hop = if kernel == Kernel::Hpss { 1 } else { 512 };
        let mut out = vec![0.0; stream.room(512).max(1)];
        let (mut written, mut pushed) = (0, 0);
        for block in clip.chunks(512) {
            let mut n = 0;
            assert_eq!(stream.push(block, &mut out, &mut n), AURALIS_OK);
            (written, pushed) = (written + n, pushed + block.len());
            // The sample, or the frame at the sample, that is `latency` behind is there.
            let due = (pushed + hop).saturating_sub(latency) / hop;
            assert!(written >= due, "{kernel:?}: {written} of {due} after {pushed}, latency {latency}");
        }
        assert!(written > 0 && latency < clip.len());
    }
}
