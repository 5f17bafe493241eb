//! Streams of the C interface give what the functions for whole signals give, bit for bit, however the signal
//! is cut; what they refuse leaves no trace.

mod common;
mod model;

use auralis_dsp::ffi::status::*;
use common::{CLIP_RATE, clip};
use model::signal::Random;
use model::stream::equal;
use model::{Case, Kind, Running, Solving, Stream, model, not_called_by};

const LONGEST: usize = 1 << 20;

/// The parameters of a stream, and `audio` of so many channels as what it hears.
fn case(stream: &'static Stream, audio: &[f64], channels: usize) -> Case {
    let mut case = stream.case(1, CLIP_RATE);
    case.channels = channels;
    case.listen(&stream.new, audio.to_vec());
    case
}

fn of_whole(stream: &'static Stream, audio: &[f64]) -> Vec<Vec<f64>> {
    stream.whole(&case(stream, audio, 1)).expect("what a stream takes")
}

fn make(stream: &'static Stream, max_block: usize) -> Running {
    Running::new(stream, &case(stream, &[0.0], 1), max_block).expect("a stream")
}

#[test]
fn any_split_gives_the_bits_of_the_whole() {
    let missing = not_called_by(|| {
        for stream in &model().streams {
            any_split(stream, 1);
            if stream.new.has(Kind::Channels) {
                any_split(stream, 2);
            }
        }
    });
    let missing: Vec<_> = missing.iter().filter(|name| name.contains("_stream_")).collect();
    assert!(missing.is_empty(), "not called: {missing:?}");
}

fn any_split(stream: &'static Stream, channels: usize) {
    let mut random = Random(1);
    let clip = clip();
    let mut running = Running::new(stream, &case(stream, &clip, channels), LONGEST).expect("a stream");
    running.latency();
    running.ask();
    running.reset();
    let whole = |audio: &[f64]| stream.whole(&case(stream, audio, channels)).expect("what a stream takes");
    for n in [1, 2, 511, 2048, 10_007, clip.len() / channels] {
        let audio = &clip[..n * channels];
        let whole = whole(audio);
        for longest in [2, 64, 700, 5_000, 50_000, LONGEST] {
            let streamed = running.run(audio, || 1 + random.below(longest));
            assert!(equal(&streamed, &whole), "{}, {n} samples, blocks up to {longest}", stream.name());
        }
    }
    let single = &clip[..6_000];
    assert!(equal(&running.run(single, || 1), &whole(single)), "{}", stream.name());
}

#[test]
fn what_is_refused_leaves_no_trace() {
    let clip = &clip()[..30_000];
    for stream in &model().streams {
        let whole = of_whole(stream, clip);
        let mut running = make(stream, 20_000);
        let outputs = running.outputs;
        let mut results = vec![vec![]; outputs];
        let mut out = vec![0.0; running.room(20_000).max(running.room(0))];
        for i in 0..4 {
            let mut written = usize::MAX;
            let untouched = vec![-7.0; out.len()];
            out.copy_from_slice(&untouched);
            for (place, bad) in [(0, f64::NAN), (5_000, f64::INFINITY), (9_999, f64::NEG_INFINITY)] {
                let mut block = clip[..10_000].to_vec();
                block[place] = bad;
                let status = running.push(&block, &mut out, &mut written);
                assert_eq!(status, AURALIS_ERROR_NON_FINITE_INPUT);
            }
            let status = running.push(&vec![0.0; 20_001], &mut out, &mut written);
            assert_eq!(status, AURALIS_ERROR_INVALID_ARGUMENT);
            if i == 3 {
                assert_eq!(
                    running.finish(&mut vec![0.0; outputs], &mut written),
                    AURALIS_ERROR_BUFFER_TOO_SMALL
                );
            }
            assert!(out == untouched && written == usize::MAX, "{}", stream.name());
            let status = match clip.chunks(10_000).nth(i) {
                Some(block) => running.push(block, &mut out, &mut written),
                None => running.finish(&mut out, &mut written),
            };
            assert_eq!(status, AURALIS_OK);
            running.append(&mut results, &out, written);
        }
        assert!(equal(&results, &whole), "{}", stream.name());
    }
}

#[test]
fn reset_and_finish_leave_a_stream_as_new() {
    let clip = clip();
    let (first, second) = (&clip[..23_456], &clip[30_000..55_000]);
    for stream in &model().streams {
        let mut running = make(stream, LONGEST);
        let mut out = vec![0.0; running.room(first.len()).max(1)];
        assert_eq!(running.push(first, &mut out, &mut 0), AURALIS_OK);
        running.reset();
        for _ in 0..2 {
            let streamed = running.run(second, || 4_000);
            assert!(equal(&streamed, &of_whole(stream, second)), "{}", stream.name());
        }
    }
}

#[test]
fn nothing_comes_later_than_the_latency_says() {
    let clip = clip();
    for stream in model().streams.iter().filter(|stream| stream.gives_as_it_goes()) {
        let mut running = make(stream, 512);
        let latency = running.latency();
        let mut out = vec![0.0; running.room(512).max(1)];
        let (mut written, mut pushed) = (0, 0);
        for block in clip.chunks(512) {
            let mut n = 0;
            assert_eq!(running.push(block, &mut out, &mut n), AURALIS_OK);
            (written, pushed) = (written + n, pushed + block.len());
            // The sample, or the frame at the sample, that is `latency` behind is there.
            let due = stream.due(&case(stream, &[0.0], 1), pushed, latency);
            assert!(
                written >= due,
                "{}: {written} of {due} after {pushed}, latency {latency}",
                stream.name()
            );
        }
        assert!(written > 0 && latency < clip.len());
    }
}

#[test]
fn solvers_tell_the_same_in_any_blocks() {
    let (clip, mut random) = (clip(), Random(5));
    for solver in &model().solvers {
        let mut case = solver.case(1, CLIP_RATE);
        case.listen(&solver.new, clip.clone());
        let mut solving = Solving::new(solver, &case, LONGEST).expect("a solver");
        let in_one = solving.run_in_every_way(&case.input, LONGEST);
        for longest in [700, 5_000] {
            solving.reset();
            let told = solving.run(&case.input, || 1 + random.below(longest));
            assert!(in_one.ends_with(&told), "{}, blocks up to {longest}", solver.name());
        }
        // A block that is refused leaves no trace; one more pass than is needed is refused.
        solving.reset();
        let mut bad = case.input[..500].to_vec();
        bad[7] = f64::NAN;
        assert_eq!(solving.push(&bad), AURALIS_ERROR_NON_FINITE_INPUT);
        assert!(in_one.ends_with(&solving.run(&case.input, || 4_000)), "{}", solver.name());
        assert_eq!(solving.push(&case.input), AURALIS_ERROR_INVALID_ARGUMENT);
    }
}
