//! What the C interface does with bad input: every function of the header, every argument, every way to get
//! it wrong. The right status, a message that names the argument, nothing written, the process alive.

#[path = "../common/mod.rs"]
mod common;
mod functions;
mod limits;
mod params;
mod workbench;

use auralis_dsp::ffi::status::*;
use functions::{CANNOT_FAIL, functions};
use workbench::{Kind, Workbench};

#[test]
fn every_function_of_the_header_has_a_row() {
    let mut rows: Vec<_> = functions().iter().map(|row| row.name).chain(CANNOT_FAIL).collect();
    rows.sort_unstable();
    assert_eq!(rows, common::declared_functions());
}

#[test]
fn valid_arguments_succeed() {
    for function in functions() {
        let mut bench = Workbench::new(&function);
        assert_eq!(bench.call(), AURALIS_OK, "{}: {}", function.name, workbench::last_error());
    }
}

/// Calls with one argument changed, and what must come of it.
fn refuses(
    function: &functions::Function,
    what: &str,
    change: impl FnOnce(&mut Workbench),
    status: i32,
    named: &str,
) {
    let mut bench = Workbench::new(function);
    change(&mut bench);
    let before = bench.memory();
    let got = bench.call();
    let message = workbench::last_error();
    let case = format!("{}, {what}: {message}", function.name);
    assert_eq!(got, status, "{case}");
    assert!(message.contains(named), "{case}: names {named}?");
    assert!(bench.memory() == before, "{case}: something was written");
}

#[test]
fn null_pointers_are_refused() {
    for function in functions() {
        for (i, argument) in function.arguments.iter().enumerate() {
            if argument.kind.is_pointer() && !argument.kind.may_be_null() {
                let what = format!("{} NULL", argument.name);
                refuses(&function, &what, |b| b.values[i] = 0, AURALIS_ERROR_NULL_POINTER, argument.name);
            }
        }
    }
}

#[test]
fn misaligned_pointers_are_refused() {
    for function in functions() {
        for (i, argument) in function.arguments.iter().enumerate() {
            if argument.kind.is_pointer() {
                for offset in [1, 4] {
                    let what = format!("{} misaligned", argument.name);
                    let change = |b: &mut Workbench| b.values[i] += offset;
                    refuses(&function, &what, change, AURALIS_ERROR_INVALID_ARGUMENT, argument.name);
                }
            }
        }
    }
}

#[test]
fn absurd_lengths_are_refused() {
    let absurd = [0, usize::MAX, usize::MAX / 8 + 1, isize::MAX as usize / 8 + 1];
    for function in functions() {
        for (i, argument) in function.arguments.iter().enumerate() {
            if matches!(argument.kind, Kind::Length | Kind::MaxBlock) {
                for length in absurd {
                    let what = format!("{} = {length}", argument.name);
                    let change = |b: &mut Workbench| b.values[i] = length as u64;
                    refuses(&function, &what, change, AURALIS_ERROR_INVALID_ARGUMENT, argument.name);
                }
            }
        }
    }
}

#[test]
fn blocks_longer_than_promised_are_refused() {
    for function in functions().into_iter().filter(|f| f.has(Kind::Handle)) {
        for (i, argument) in function.arguments.iter().enumerate() {
            if matches!(argument.kind, Kind::Length | Kind::Block) {
                let change = |b: &mut Workbench| b.values[i] += 1;
                refuses(&function, "too long", change, AURALIS_ERROR_INVALID_ARGUMENT, argument.name);
            }
        }
    }
}

#[test]
fn outputs_that_are_too_small_are_refused() {
    for function in functions() {
        let output = function.arguments.iter().find(|argument| argument.kind == Kind::Output);
        for (i, argument) in function.arguments.iter().enumerate() {
            if argument.kind == Kind::Capacity {
                let named = output.expect("a capacity comes with an output").name;
                let needed = Workbench::new(&function).needed();
                assert!(needed > 0, "{}: the case must need room", function.name);
                for capacity in [0, needed - 1] {
                    let change = |b: &mut Workbench| b.values[i] = capacity as u64;
                    refuses(&function, "too small", change, AURALIS_ERROR_BUFFER_TOO_SMALL, named);
                }
                let mut bench = Workbench::new(&function);
                bench.values[i] = needed as u64;
                assert_eq!(bench.call(), AURALIS_OK, "{}: {needed} are enough", function.name);
            }
        }
    }
}

#[test]
fn samples_that_are_not_finite_are_refused() {
    for function in functions() {
        for argument in function.arguments.iter().filter(|argument| argument.kind == Kind::Audio) {
            for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
                for place in [0, workbench::SAMPLES / 2, workbench::SAMPLES - 1] {
                    let named = format!("{}[{place}]", argument.name);
                    let change = |b: &mut Workbench| b.audio[place] = bad;
                    refuses(&function, "not finite", change, AURALIS_ERROR_NON_FINITE_INPUT, &named);
                }
            }
        }
    }
}

#[test]
fn overlapping_buffers_are_refused() {
    for function in functions() {
        for (i, output) in function.arguments.iter().enumerate().filter(|(_, a)| a.kind.is_written()) {
            for (j, other) in function.arguments.iter().enumerate().take(i) {
                let memory = other.kind == Kind::Audio || other.kind.is_written();
                if memory {
                    // What begins behind a single value does not overlap it.
                    let offsets = if other.kind == Kind::Value { &[0][..] } else { &[0, 8] };
                    for offset in offsets {
                        let what = format!("{} over {}", output.name, other.name);
                        let change = |b: &mut Workbench| b.values[i] = b.values[j] + offset;
                        let status = AURALIS_ERROR_INVALID_ARGUMENT;
                        refuses(&function, &what, change, status, output.name);
                    }
                }
            }
        }
    }
}

#[test]
fn sample_rates_out_of_range_are_refused() {
    let rates = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -44_100.0, 0.0, 7_999.0, 384_001.0];
    for function in functions() {
        for (i, argument) in function.arguments.iter().enumerate() {
            if argument.kind == Kind::SampleRate {
                for rate in rates {
                    let change = |b: &mut Workbench| b.values[i] = rate.to_bits();
                    let status = AURALIS_ERROR_INVALID_ARGUMENT;
                    refuses(&function, &format!("rate {rate}"), change, status, "sample_rate");
                }
            }
        }
    }
}

#[test]
fn plain_numbers_out_of_range_are_refused() {
    for function in functions() {
        for (i, argument) in function.arguments.iter().enumerate() {
            if let Kind::Number { bad, .. } = argument.kind {
                for value in bad {
                    let change = |b: &mut Workbench| b.values[i] = u64::from(*value);
                    let what = format!("{} = {value}", argument.name);
                    refuses(&function, &what, change, AURALIS_ERROR_INVALID_ARGUMENT, argument.name);
                }
            }
        }
    }
}

#[test]
fn parameters_out_of_range_are_refused() {
    for function in functions() {
        for argument in &function.arguments {
            let Kind::Params(params) = argument.kind else { continue };
            for field in params.fields.iter().filter(|field| function.reads(field.name)) {
                for value in field.bad {
                    let what = format!("{} = {value}", field.name);
                    let change = |b: &mut Workbench| b.set(field, *value);
                    refuses(&function, &what, change, AURALIS_ERROR_INVALID_ARGUMENT, field.name);
                }
            }
        }
    }
}

/// A call with fewer samples, some fields and perhaps another rate: it succeeds, and what it writes is finite.
fn accepts(function: &functions::Function, settings: &[(&str, f64)], rate: Option<f64>) {
    let mut bench = Workbench::new(function);
    for (argument, value) in function.arguments.iter().zip(&mut bench.values) {
        match argument.kind {
            Kind::Length | Kind::MaxBlock => *value = limits::SAMPLES as u64,
            Kind::SampleRate => *value = rate.unwrap_or(workbench::SAMPLE_RATE).to_bits(),
            _ => {}
        }
    }
    for argument in &function.arguments {
        let Kind::Params(params) = argument.kind else { continue };
        for (name, value) in settings {
            let field = params.fields.iter().find(|field| field.name == *name);
            bench.set(field.expect("settings name fields"), *value);
        }
    }
    let status = bench.call();
    let case = format!("{} {settings:?} {rate:?}", function.name);
    assert_eq!(status, AURALIS_OK, "{case}: {}", workbench::last_error());
    // A dimension of the fingerprint that cannot be computed is NaN, and so is loudness.
    let may_be_nan = ["fingerprint", "loudness"].iter().any(|name| function.name.contains(name));
    assert!(may_be_nan || bench.wrote_finite_numbers(), "{case}");
}

#[test]
fn every_parameter_may_be_at_its_limits() {
    for params in params::all() {
        for field in params.fields.iter().filter(|field| field.name != "reserved") {
            let mut values = limits::of(params.name).iter().flat_map(|case| case.iter());
            let mut values = values.by_ref().filter(|(name, _)| *name == field.name).map(|(_, value)| value);
            let first = values.next().expect(field.name);
            assert!(values.any(|value| value != first), "one limit of {} of {}", field.name, params.name);
        }
    }
    for function in functions() {
        for argument in &function.arguments {
            let Kind::Params(params) = argument.kind else { continue };
            for case in limits::of(params.name) {
                let tuned = case.iter().any(|(name, value)| *name == "tuning" && value.is_nan());
                if !(tuned && function.needs_params()) {
                    accepts(&function, case, None);
                }
            }
        }
    }
}

#[test]
fn the_lowest_and_the_highest_rate_are_taken() {
    for function in functions().iter().filter(|function| function.has(Kind::SampleRate)) {
        for rate in limits::RATES {
            let params = function.arguments.iter().find_map(|argument| match argument.kind {
                Kind::Params(params) => Some(params.name),
                _ => None,
            });
            accepts(function, params.map_or(&[], |params| limits::at_rate(params, rate)), Some(rate));
        }
    }
}

#[test]
fn struct_sizes_are_checked() {
    for function in functions() {
        for argument in &function.arguments {
            let Kind::Params(params) = argument.kind else { continue };
            for size in [0, 1, 7, params.size - 1, params.size + 1, 4104, usize::MAX] {
                let what = format!("struct_size = {size}");
                let change = |b: &mut Workbench| b.params[0] = size as u64;
                let status = AURALIS_ERROR_INVALID_ARGUMENT;
                refuses(&function, &what, change, status, "struct_size");
            }
            for tail in [params.size / 8, 255] {
                let change = |b: &mut Workbench| {
                    b.params[0] = 2048;
                    b.params[tail] = 1 << 56;
                };
                refuses(&function, "tail", change, AURALIS_ERROR_UNSUPPORTED, "struct_size");
            }
        }
        for (i, argument) in function.arguments.iter().enumerate() {
            if argument.kind == Kind::StructSize {
                for size in [0, 1, 7, 9, 4104, usize::MAX] {
                    let change = |b: &mut Workbench| b.values[i] = size as u64;
                    refuses(&function, "size", change, AURALIS_ERROR_INVALID_ARGUMENT, "size");
                }
            }
        }
    }
}

#[test]
fn older_and_newer_structs_work() {
    for function in functions() {
        for argument in &function.arguments {
            let Kind::Params(params) = argument.kind else { continue };
            if function.needs_params() {
                continue;
            }
            // An older program knows fewer fields: what lies behind its struct is not looked at.
            for size in (8..params.size).step_by(8) {
                let mut bench = Workbench::new(&function);
                bench.params[0] = size as u64;
                bench.params[size / 8..].fill(u64::MAX);
                assert_eq!(
                    bench.call(),
                    AURALIS_OK,
                    "{}, {size}: {}",
                    function.name,
                    workbench::last_error()
                );
            }
            // A newer one knows more, and leaves them alone.
            let mut bench = Workbench::new(&function);
            bench.params[0] = 2048;
            bench.params[params.size / 8..].fill(0);
            assert_eq!(bench.call(), AURALIS_OK, "{}: {}", function.name, workbench::last_error());
        }
    }
}

#[test]
fn init_fills_as_much_as_the_caller_has() {
    for params in params::all() {
        for size in (8..=params.size + 64).step_by(8) {
            let mut memory = [u64::MAX; 64];
            assert_eq!((params.init)(memory.as_mut_ptr().addr() as u64, size), AURALIS_OK);
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
    let extremes = [f64::MAX, f64::MIN_POSITIVE, 5e-324, 1.0 / 3.0, f64::INFINITY, f64::NAN];
    for params in params::all() {
        for field in params.fields {
            let takes = |function: &&functions::Function| {
                let is_kernel = function.has(Kind::Audio) && function.stream.is_none();
                is_kernel && function.has(Kind::Params(params)) && function.reads(field.name)
            };
            let functions = functions();
            let function = functions.iter().find(takes).expect("a function that reads the field");
            let is_double = field.bad.iter().any(|bad| *bad < 0.0);
            let extremes = extremes.iter().flat_map(|x| [*x, -x]).filter(|_| is_double);
            for value in field.bad.iter().copied().chain(extremes) {
                let mut bench = Workbench::new(function);
                bench.set(field, value);
                let status = bench.call();
                if status == AURALIS_ERROR_INVALID_ARGUMENT {
                    let message = workbench::last_error();
                    assert!(message.len() < 256 && message.contains("; allowed: "), "{message}");
                } else {
                    assert_eq!(status, AURALIS_OK, "{} = {value}", field.name);
                }
            }
        }
    }
}
