//! The same numbers on every instruction set and at every address, and numbers for samples of every size.

use auralis_dsp::simd::InstructionSet;

use crate::model::stream::equal;
use crate::model::{
    Call, Case, Kernel, Params, RATES, Running, Solving, call, last_error, model, not_called_by, same, texts,
};

/// The results of `kernel` for `len` samples.
fn run(kernel: &'static Kernel, case: &Case, offset: usize) -> Call {
    let needed = kernel.needed(case).expect("valid parameters");
    let mut call = Call::at(&kernel.function, case.clone(), &needed, offset);
    assert_eq!(call.status(), 0, "{}: {}", kernel.function.name, last_error());
    call
}

fn same_with_every_set(kernel: &'static Kernel, case: &Case) {
    let reference = InstructionSet::PORTABLE.scope(|| run(kernel, case, 0));
    for set in InstructionSet::available() {
        let other = set.scope(|| run(kernel, case, 0));
        for (a, b) in other.outputs.iter().zip(&reference.outputs) {
            let value = |bits: &u64| f64::from_bits(*bits);
            let numbers = b.values.iter().map(value).filter(|x| !x.is_nan());
            let peak = numbers.fold(0.0_f64, |peak, x| peak.max(x.abs()));
            let is_double = kernel.function.arguments[a.argument].is_double();
            for (i, (a, b)) in a.values.iter().zip(&b.values).enumerate() {
                let close = is_double && (value(a) - value(b)).abs() <= 1e-12 * peak;
                let what =
                    format!("{} on {set:?}, {} samples at {}", kernel.function.name, case.len, case.rate);
                assert!(close || same(*a, *b), "{what}, value {i}: {} is not {}", value(a), value(b));
            }
        }
    }
}

#[test]
fn every_function_gives_the_same_with_every_set() {
    let missing = not_called_by(|| {
        model().params.iter().for_each(Params::fill_all);
        for kernel in &model().kernels {
            for len in [1, 777, 22_050] {
                same_with_every_set(kernel, &kernel.case(len, 22_050.0));
            }
            for rate in RATES {
                let mut case = kernel.case(5_000, rate).at_base();
                case.shorten(1e8, kernel.work);
                same_with_every_set(kernel, &case);
            }
        }
        for stream in &model().streams {
            let case = stream.case(9_000, 22_050.0);
            for set in InstructionSet::available() {
                set.scope(|| {
                    let mut running = Running::new(stream, &case, 700).expect("a stream");
                    running.latency();
                    running.ask();
                    running.reset();
                    let streamed = running.run(&case.input, || 700);
                    let whole = stream.whole(&case).expect("what a stream takes");
                    assert!(equal(&streamed, &whole), "{} on {set:?}", stream.name());
                });
            }
        }
        for solver in &model().solvers {
            let case = solver.case(20_000, 22_050.0);
            for set in InstructionSet::available() {
                set.scope(|| {
                    let mut solving = Solving::new(solver, &case, 700).expect("a solver");
                    solving.run_in_every_way(&case.input, 700);
                });
            }
        }
        texts::ask(0, 0, 100);
    });
    assert!(missing.is_empty(), "not called: {missing:?}");
}

#[test]
fn every_kernel_gives_the_same_bits_at_every_address() {
    for kernel in &model().kernels {
        let case = kernel.case(5_000, 22_050.0);
        let reference = run(kernel, &case, 0);
        for offset in 1..8 {
            let shifted = run(kernel, &case, offset);
            for (a, b) in shifted.outputs.iter().zip(&reference.outputs) {
                let same = a.result().iter().zip(b.result()).all(|(a, b)| same(*a, *b));
                assert!(same, "{}, {offset} doubles further", kernel.function.name);
            }
        }
    }
}

#[test]
fn samples_of_every_size_give_results() {
    for kernel in &model().kernels {
        for size in [0.0, 5e-324, 1e-310, f64::MIN_POSITIVE, 1e-150, 1e30, 1e100] {
            let mut case = kernel.case(6_000, 22_050.0);
            case.input.iter_mut().for_each(|sample| *sample *= size);
            let call = run(kernel, &case, 0);
            call::check(kernel, &call);
        }
        // A click, then a decay through subnormal samples.
        let mut case = kernel.case(6_000, 22_050.0);
        let decay = case.input.iter_mut().enumerate();
        decay.for_each(|(i, sample)| *sample *= (-0.5 * i as f64).exp());
        call::check(kernel, &run(kernel, &case, 0));
    }
}
