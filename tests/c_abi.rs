//! What the C interface does with bad input: every function of the header, every argument, every way to get
//! it wrong. The right status, a message that names the argument, nothing written, the process alive. And
//! what lies just within the limits is taken.

mod model;

use auralis_dsp::ffi::status::*;
use model::header::{self, Declaration};
use model::{
    Call, Case, Function, Kind, Params, RATES, Running, Solving, UNTOUCHED, call, last_error, model,
    not_called_by, texts,
};

/// Long enough that every stream has something to write.
const SAMPLES: usize = 60_000;
const SAMPLE_RATE: f64 = 22_050.0;
/// Values in each output.
const ROOM: usize = 1 << 16;

/// Valid arguments of any function, and what its handle belongs to.
struct Bench {
    call: Call,
    _owner: Option<Owner>,
}

enum Owner {
    Stream { _running: Running },
    Solver { _solving: Solving },
}

impl Bench {
    fn new(function: &'static Function) -> Self {
        Self::of(function, SAMPLES, SAMPLE_RATE, |case| case)
    }

    fn of(function: &'static Function, samples: usize, rate: f64, change: impl Fn(Case) -> Case) -> Self {
        let is = |other: &Function| other.name == function.name;
        let stream = model().streams.iter().find(|stream| stream.functions().any(is));
        let solver = model().solvers.iter().find(|solver| solver.functions().any(is));
        let new = stream.map(|stream| &stream.new).or(solver.map(|solver| &solver.new));
        let new = new.unwrap_or(function);
        let channels = if new.has(Kind::Channels) { 2 } else { 1 };
        let case = Case::of(new, samples / channels, rate);
        let case = with_tail(change(if stream.is_some() { case.at_base() } else { case }));
        let owner = (function.has(Kind::Handle)).then(|| match (stream, solver) {
            (Some(stream), _) => {
                let running = stream.fed(&case);
                (running.handle, Owner::Stream { _running: running })
            }
            (_, Some(solver)) => {
                let mut solving = Solving::new(solver, &case, case.len).expect("a solver");
                if is(&solver.next) {
                    assert_eq!(solving.push(&case.input), AURALIS_OK, "{}", last_error());
                } else if solver.told.iter().any(|(told, _)| is(told)) {
                    solving.process(&case.input).expect("a signal");
                }
                (solving.handle, Owner::Solver { _solving: solving })
            }
            _ => panic!("{} has a handle of nothing", function.name),
        });
        let mut call = Call::new(function, case, &[ROOM]);
        if let Some((handle, _)) = &owner {
            call.set(Kind::Handle, *handle);
        }
        Self { call, _owner: owner.map(|(_, owner)| owner) }
    }

    /// The status of the call; a stream that it makes is freed.
    fn status(&mut self) -> i32 {
        let status = self.call.status();
        for (argument, output) in self.call.written() {
            if argument.kind == Kind::NewHandle && status == AURALIS_OK {
                let streams = model().streams.iter().map(|stream| (&stream.new, &stream.free));
                let solvers = model().solvers.iter().map(|solver| (&solver.new, &solver.free));
                let mut pairs = streams.chain(solvers);
                let (_, free) = pairs.find(|(new, _)| new.name == self.call.function.name).expect("an owner");
                free.call(&[output.values[0]]);
            }
        }
        status
    }

    /// Elements that the output of this name needs.
    fn needed(&mut self, name: &str) -> usize {
        assert_eq!(self.status(), AURALIS_OK, "{}", last_error());
        let values = self.call.output(name).expect("an output of this name");
        values.iter().rposition(|value| *value != UNTOUCHED).map_or(0, |last| last + 1)
    }
}

/// Memory behind the parameters, for larger structs.
fn with_tail(mut case: Case) -> Case {
    if let Some(params) = &mut case.params {
        params.words.resize(256, UNTOUCHED);
    }
    case
}

/// Every function that can fail, with each of its arguments.
fn arguments() -> impl Iterator<Item = (&'static Function, usize, &'static model::Argument)> {
    model().fallible().flat_map(|function| {
        function.arguments.iter().enumerate().map(move |(i, argument)| (function, i, argument))
    })
}

/// Every function that takes a parameter struct, and the struct.
fn with_params() -> impl Iterator<Item = (&'static Function, &'static Params)> {
    let has = |function: &&'static Function| function.has(Kind::Params);
    model()
        .fallible()
        .filter(has)
        .map(|function| (function, model().params(function.params().expect("it has parameters"))))
}

#[test]
fn the_model_has_the_functions_and_structs_of_the_header() {
    let names = |declared: &'static [Declaration]| {
        let mut names: Vec<_> = declared.iter().map(|declared| declared.name).collect();
        names.sort_unstable();
        names
    };
    let mut functions: Vec<_> = model().functions().map(|function| function.name).collect();
    functions.sort_unstable();
    assert_eq!(functions, names(header::functions()));
    assert!(functions.contains(&"auralis_version"), "the header is read");
    let mut structs: Vec<_> = model().params.iter().map(|params| params.name).collect();
    structs.sort_unstable();
    assert_eq!(structs, names(header::structs()));
}

#[test]
fn valid_arguments_succeed_for_every_function() {
    let missing = not_called_by(|| {
        for function in model().fallible() {
            assert_eq!(Bench::new(function).status(), AURALIS_OK, "{}: {}", function.name, last_error());
        }
        let streams = model().streams.iter().map(|stream| &stream.free);
        for free in streams.chain(model().solvers.iter().map(|solver| &solver.free)) {
            assert_eq!(free.call(&[0]), 0, "nothing happens to NULL");
        }
        for i in [0, 1, 4, 24, 25, usize::MAX] {
            texts::ask(i, -(i as i32 & 15), i & 255);
        }
    });
    assert!(missing.is_empty(), "not called: {missing:?}");
}

/// Calls with one argument changed, and what must come of it.
fn refuses(
    function: &'static Function,
    what: &str,
    change: impl FnOnce(&mut Call),
    status: i32,
    named: &str,
) {
    let mut bench = Bench::new(function);
    change(&mut bench.call);
    let before = bench.call.memory();
    let got = bench.status();
    let message = last_error();
    let case = format!("{}, {what}: {message}", function.name);
    assert_eq!(got, status, "{case}");
    assert!(message.contains(named), "{case}: names {named}?");
    assert!(bench.call.memory() == before, "{case}: something was written");
}

#[test]
fn null_pointers_are_refused() {
    for (function, i, argument) in arguments() {
        if argument.kind.is_pointer() && !argument.kind.may_be_null() {
            let what = format!("{} NULL", argument.name);
            refuses(function, &what, |c| c.words[i] = 0, AURALIS_ERROR_NULL_POINTER, argument.name);
        }
    }
}

#[test]
fn misaligned_pointers_are_refused() {
    for (function, i, argument) in arguments().filter(|(_, _, argument)| argument.kind.is_pointer()) {
        for offset in [1, argument.align() / 2] {
            let what = format!("{} misaligned", argument.name);
            let change = |c: &mut Call| c.words[i] += offset;
            refuses(function, &what, change, AURALIS_ERROR_INVALID_ARGUMENT, argument.name);
        }
    }
}

#[test]
fn absurd_lengths_are_refused() {
    let absurd = [0, usize::MAX, usize::MAX / 8 + 1, isize::MAX as usize / 8 + 1];
    for (function, i, argument) in arguments() {
        if matches!(argument.kind, Kind::Length | Kind::MaxBlock) {
            for length in absurd {
                let what = format!("{} = {length}", argument.name);
                let change = |c: &mut Call| c.words[i] = length as u64;
                refuses(function, &what, change, AURALIS_ERROR_INVALID_ARGUMENT, argument.name);
            }
        }
    }
}

#[test]
fn blocks_longer_than_promised_are_refused() {
    for (function, i, argument) in arguments().filter(|(function, ..)| function.has(Kind::Handle)) {
        // Some take a whole signal, of any length.
        let is_block = function.name.ends_with("_push") && argument.kind == Kind::Length;
        if is_block || argument.kind == Kind::Block {
            let change = |c: &mut Call| c.words[i] += 1;
            refuses(function, "too long", change, AURALIS_ERROR_INVALID_ARGUMENT, argument.name);
        }
    }
}

#[test]
fn outputs_that_are_too_small_are_refused() {
    for (function, i, argument) in arguments().filter(|(_, _, argument)| argument.kind == Kind::Capacity) {
        let outputs = function.arguments[..i].iter();
        let named = outputs.rev().take_while(|a| a.kind == Kind::Output).last().expect("an output").name;
        assert!(argument.name.ends_with("capacity"));
        let needed = Bench::new(function).needed(named);
        assert!(needed > 0, "{}: the case must need room", function.name);
        for capacity in [0, needed - 1] {
            let change = |c: &mut Call| c.words[i] = capacity as u64;
            refuses(function, "too small", change, AURALIS_ERROR_BUFFER_TOO_SMALL, named);
        }
        let mut bench = Bench::new(function);
        bench.call.words[i] = needed as u64;
        assert_eq!(bench.status(), AURALIS_OK, "{}: {needed} are enough", function.name);
    }
}

#[test]
fn samples_that_are_not_finite_are_refused() {
    for (function, _, argument) in arguments().filter(|(_, _, argument)| argument.kind == Kind::Input) {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            for place in [0, SAMPLES / 2, SAMPLES - 1] {
                let named = format!("{}[{place}]", argument.name);
                let change = |c: &mut Call| c.case.input[place] = bad;
                refuses(function, "not finite", change, AURALIS_ERROR_NON_FINITE_INPUT, &named);
            }
        }
    }
}

#[test]
fn overlapping_buffers_are_refused() {
    for (function, i, output) in arguments().filter(|(_, _, argument)| argument.kind.is_written()) {
        for (j, other) in function.arguments.iter().enumerate().take(i) {
            if !other.kind.is_read() && !other.kind.is_written() {
                continue;
            }
            // What begins behind a single value does not overlap it.
            let is_value = matches!(other.kind, Kind::Value | Kind::NewHandle);
            for offset in if is_value { &[0][..] } else { &[0, 8] } {
                let what = format!("{} over {}", output.name, other.name);
                let change = |c: &mut Call| c.words[i] = c.words[j] + offset;
                refuses(function, &what, change, AURALIS_ERROR_INVALID_ARGUMENT, output.name);
            }
        }
    }
}

#[test]
fn sample_rates_out_of_range_are_refused() {
    let rates = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -44_100.0, 0.0, 7_999.0, 384_001.0];
    for (function, i, _) in arguments().filter(|(_, _, argument)| argument.kind == Kind::SampleRate) {
        for rate in rates {
            let change = |c: &mut Call| c.words[i] = rate.to_bits();
            let status = AURALIS_ERROR_INVALID_ARGUMENT;
            refuses(function, &format!("rate {rate}"), change, status, "sample_rate");
        }
    }
}

#[test]
fn plain_numbers_out_of_range_are_refused() {
    for (function, i, argument) in arguments() {
        let bad: Vec<u64> = match argument.kind {
            Kind::Number { bad, .. } => bad.iter().map(|bad| u64::from(*bad)).collect(),
            Kind::Count { bad, .. } => bad.iter().map(|bad| *bad as u64).collect(),
            Kind::Channels => vec![0, 65, u32::MAX.into()],
            _ => continue,
        };
        assert!(!bad.is_empty(), "{} of {} has bad values", argument.name, function.name);
        for value in bad {
            let change = |c: &mut Call| c.words[i] = value;
            let what = format!("{} = {value}", argument.name);
            refuses(function, &what, change, AURALIS_ERROR_INVALID_ARGUMENT, argument.name);
        }
    }
}

#[test]
fn parameters_out_of_range_are_refused() {
    for (function, params) in with_params() {
        for field in params.fields.iter().filter(|field| (function.looks_at)(field.name)) {
            assert!(!field.bad.is_empty(), "{} of {} has bad values", field.name, params.name);
            for value in &field.bad {
                let what = format!("{} = {value}", field.name);
                let change = |c: &mut Call| c.set_param(field.name, *value);
                refuses(function, &what, change, AURALIS_ERROR_INVALID_ARGUMENT, field.name);
            }
        }
    }
}

/// A call with few samples, as many limits are expensive: it succeeds, and what it writes is finite.
fn accepts(function: &'static Function, rate: f64, what: &str, change: impl Fn(Case) -> Case) {
    let mut bench = Bench::of(function, 300, rate, change);
    let case = format!("{} {what} {rate}", function.name);
    assert_eq!(bench.status(), AURALIS_OK, "{case}: {}", last_error());
    let values = || bench.call.outputs.iter().flat_map(|output| &output.values).filter(|v| **v != UNTOUCHED);
    let finite = || values().all(|value| f64::from_bits(*value).is_finite());
    match model().kernels.iter().find(|kernel| kernel.function.name == function.name) {
        Some(kernel) => {
            call::check(kernel, &bench.call);
            assert!(kernel.may_be_nan || finite(), "{case}");
        }
        None => assert!((bench.call.outputs.is_empty() || values().next().is_some()) && finite(), "{case}"),
    }
}

#[test]
fn every_parameter_may_be_at_its_limits() {
    for params in &model().params {
        for field in params.fields.iter().filter(|field| !field.is_reserved()) {
            let settings = params.limits(field).into_iter().flatten();
            let mut values = settings.filter(|(name, _)| *name == field.name).map(|(_, value)| value);
            let first = values.next().expect(field.name);
            assert!(values.any(|value| value != first), "one limit of {} of {}", field.name, params.name);
        }
    }
    for (function, params) in with_params() {
        for limit in params.fields.iter().flat_map(|field| params.limits(field)) {
            accepts(function, SAMPLE_RATE, &format!("{limit:?}"), |case| case.with(params.base).with(&limit));
        }
    }
}

#[test]
fn every_sample_rate_is_taken() {
    for function in model().fallible().filter(|function| function.has(Kind::SampleRate)) {
        for rate in RATES {
            accepts(function, rate, "at", Case::at_base);
        }
    }
}

#[test]
fn struct_sizes_are_checked() {
    for (function, params) in with_params() {
        for size in [0, 1, 7, params.size - 1, params.size + 1, 4104, usize::MAX] {
            let what = format!("struct_size = {size}");
            let change = |c: &mut Call| c.params()[0] = size as u64;
            refuses(function, &what, change, AURALIS_ERROR_INVALID_ARGUMENT, "struct_size");
        }
        for tail in [params.size / 8, 255] {
            let change = |c: &mut Call| {
                c.params()[0] = 2048;
                c.params()[tail] = 1 << 56;
            };
            refuses(function, "tail", change, AURALIS_ERROR_UNSUPPORTED, "struct_size");
        }
    }
    for (function, i, _) in arguments().filter(|(_, _, argument)| argument.kind == Kind::StructSize) {
        for size in [0, 1, 7, 9, 4104, usize::MAX] {
            let change = |c: &mut Call| c.words[i] = size as u64;
            refuses(function, "size", change, AURALIS_ERROR_INVALID_ARGUMENT, "size");
        }
    }
}

#[test]
fn older_and_newer_structs_work() {
    for (function, params) in with_params() {
        // An older program knows fewer fields: what lies behind its struct is not looked at. Where the
        // defaults will not do, it must know those that it sets.
        let needs = model().streams.iter().any(|stream| stream.new.name == function.name);
        let least = if needs { params.end_of(params.base) } else { 8 };
        for size in (least..params.size).step_by(8) {
            let mut bench = Bench::new(function);
            let words = bench.call.params();
            words[0] = size as u64;
            words[size / 8..].fill(u64::MAX);
            assert_eq!(bench.status(), AURALIS_OK, "{}, {size}: {}", function.name, last_error());
        }
        // A newer one knows more, and leaves them alone.
        let mut bench = Bench::new(function);
        let words = bench.call.params();
        words[0] = 2048;
        words[params.size / 8..].fill(0);
        assert_eq!(bench.status(), AURALIS_OK, "{}: {}", function.name, last_error());
    }
}

#[test]
fn init_fills_as_much_as_the_caller_has() {
    for params in &model().params {
        for size in (8..=params.size + 64).step_by(8) {
            let mut memory = [u64::MAX; 64];
            let place = memory.as_mut_ptr().expose_provenance() as u64;
            params.fill(place, size).for_each(|status| assert_eq!(status, AURALIS_OK));
            assert_eq!(memory[0], size as u64);
            for (i, word) in memory.iter().enumerate().skip(1) {
                let expected = match i * 8 {
                    offset if offset >= size => Some(u64::MAX),
                    offset if offset >= params.size => Some(0),
                    _ => None,
                };
                assert!(expected.is_none_or(|expected| *word == expected), "{} {size} {i}", params.name);
            }
        }
    }
}

#[test]
fn messages_fit_into_256_bytes_with_all_that_is_allowed() {
    let numbers = [f64::MAX, f64::MIN_POSITIVE, 5e-324, 1.0 / 3.0, f64::INFINITY, f64::NAN];
    let extremes = numbers.iter().flat_map(|x| [*x, -x]);
    for (function, params) in with_params() {
        for field in params.fields.iter().filter(|field| (function.looks_at)(field.name)) {
            let extremes = extremes.clone().filter(|_| field.is_double());
            for value in field.bad.iter().copied().chain(extremes) {
                let mut bench = Bench::new(function);
                bench.call.set_param(field.name, value);
                if bench.status() == AURALIS_ERROR_INVALID_ARGUMENT {
                    let message = last_error();
                    assert!(message.len() < 256 && message.contains("; allowed: "), "{message}");
                }
            }
        }
    }
}
