//! Many threads at once get the bits that one gets, from every function.

mod common;
mod model;

use std::sync::Barrier;

use common::{CLIP_RATE, clip};
use model::{
    Call, Case, Function, Kernel, Running, Solver, Solving, Stream, last_error, model, not_called_by, texts,
};

const THREADS: usize = 64;
const CALLS: usize = 1000;
/// Lengths of the inputs, and where in the clip they begin.
const LENGTHS: [usize; 5] = [1, 130, 400, 777, 1500];
const OFFSETS: usize = 7;

/// One thing that every thread does now and then.
enum Work {
    Call(&'static Kernel, Case),
    Stream(&'static Stream, Case),
    Solver(&'static Solver, Case),
    Texts(usize),
}

/// A hash (FNV-1a).
fn hash(values: impl IntoIterator<Item = u64>) -> u64 {
    values
        .into_iter()
        .fold(0xCBF2_9CE4_8422_2325, |hash, value| (hash ^ value).wrapping_mul(0x0100_0000_01B3))
}

impl Work {
    /// Does it; a hash of what it gives.
    fn run(&self) -> u64 {
        match self {
            Self::Call(kernel, case) => {
                case.params.iter().for_each(|params| params.params.fill_all());
                let needed = kernel.needed(case).expect("valid parameters");
                let mut call = Call::new(&kernel.function, case.clone(), &needed);
                assert_eq!(call.status(), 0, "{}: {}", kernel.function.name, last_error());
                hash(call.results())
            }
            Self::Stream(stream, case) => {
                let mut running = Running::new(stream, case, 600).expect("a stream");
                running.latency();
                running.ask();
                running.reset();
                hash(running.run(&case.input, || 600).into_iter().flatten().map(f64::to_bits))
            }
            Self::Solver(solver, case) => {
                let mut solving = Solving::new(solver, case, 600).expect("a solver");
                hash(solving.run_in_every_way(&case.input, 600))
            }
            Self::Texts(i) => {
                texts::ask(*i, -(*i as i32), 64);
                0
            }
        }
    }
}

/// All that there is to do, for each length and from several places of the clip, with parameters that make it
/// quick.
fn work() -> Vec<Work> {
    let clip = clip();
    let case = |function: &'static Function, len: usize, offset: usize| {
        let mut case = Case::of(function, 1, CLIP_RATE).quick();
        case.listen(function, clip[1000 * offset..][..len * case.channels].to_vec());
        case
    };
    let mut all = vec![];
    for len in LENGTHS {
        for offset in 0..OFFSETS {
            for kernel in &model().kernels {
                // What takes long even for one sample comes less often.
                let case = |len| case(&kernel.function, len, offset);
                if offset == 0 || (kernel.work)(&case(1)) < 1e6 {
                    all.push(Work::Call(kernel, case(len)));
                }
            }
            all.push(Work::Texts(len + offset));
        }
        let longest = len == LENGTHS[LENGTHS.len() - 1];
        for stream in &model().streams {
            let case = case(&stream.new, len, 3);
            if longest || stream.work(&case) < 1e6 {
                all.push(Work::Stream(stream, case));
            }
        }
        if longest {
            let solvers = model().solvers.iter();
            all.extend(solvers.map(|solver| Work::Solver(solver, case(&solver.new, len, 3))));
        }
    }
    all
}

#[test]
fn threads_get_the_bits_of_one() {
    let work = work();
    let mut expected = vec![];
    let missing = not_called_by(|| expected = work.iter().map(Work::run).collect::<Vec<_>>());
    assert!(missing.is_empty(), "not called: {missing:?}");
    let begin = Barrier::new(THREADS);
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (work, expected, begin) = (&work, &expected, &begin);
            scope.spawn(move || {
                begin.wait();
                for i in 0..CALLS {
                    let i = (i + 11 * thread) % work.len();
                    assert_eq!(work[i].run(), expected[i], "thread {thread}, work {i}");
                }
            });
        }
    });
}

#[test]
fn handles_may_move_between_threads() {
    let clip = clip();
    for stream in &model().streams {
        let mut case = stream.case(1, CLIP_RATE);
        case.listen(&stream.new, clip.clone());
        let whole = stream.whole(&case).expect("what a stream takes");
        let mut running = Running::new(stream, &case, 4096).expect("a stream");
        let mut results = vec![vec![]; running.outputs];
        let blocks = case.input.chunks(4096).map(Some).chain([None]);
        for block in blocks {
            let move_and_push = |(mut running, mut results): (Running, Vec<Vec<f64>>)| {
                std::thread::scope(|scope| {
                    let push = scope.spawn(move || {
                        let mut written = 0;
                        let mut out = vec![0.0; running.room(block.map_or(0, |_| 4096))];
                        let status = match block {
                            Some(block) => running.push(block, &mut out, &mut written),
                            None => running.finish(&mut out, &mut written),
                        };
                        assert_eq!(status, 0);
                        running.append(&mut results, &out, written);
                        (running, results)
                    });
                    push.join().expect("no fault")
                })
            };
            (running, results) = move_and_push((running, results));
        }
        assert!(!results[0].is_empty());
        assert!(model::stream::equal(&results, &whole), "{}", stream.name());
    }
}
