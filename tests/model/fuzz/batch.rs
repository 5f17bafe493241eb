//! Calls of the functions for whole signals.

use super::bytes::{Bytes, vary_f64, vary_u32};
use super::given::{Given, channels, impossible_channels};
use super::{MOST_WORK, signals};
use crate::model::call::check;
use crate::model::{Call, Case, Kernel, Kind, Params, Size, UNTOUCHED, is_untouched, model, same, succeeded};

/// What a host does wrong with an argument.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Mistake {
    Null,
    Misaligned,
    /// A length of nothing, or of more than there can be.
    Empty,
    TooLong,
    /// Less room than the result needs.
    Small,
    /// A result where the input is, or its last sample, or another result.
    OverInput,
    OverEnd,
    OverOutput,
}

/// All mistakes that can be made with a call, and the places of the arguments.
fn mistakes(call: &Call) -> Vec<(usize, Mistake)> {
    let arguments = call.function.arguments.iter().enumerate();
    let of = |(i, kind): (usize, Kind)| {
        let mistakes: &[Mistake] = match kind {
            Kind::Vector { may_be_null: true } => &[Mistake::Misaligned],
            _ if kind.is_read() => &[Mistake::Null, Mistake::Misaligned],
            Kind::Length | Kind::Count { .. } => &[Mistake::Empty, Mistake::TooLong],
            Kind::Capacity => &[Mistake::Small],
            _ if kind.is_written() => &[
                Mistake::Null,
                Mistake::Misaligned,
                Mistake::OverInput,
                Mistake::OverEnd,
                Mistake::OverOutput,
            ],
            _ => &[],
        };
        mistakes.iter().map(move |mistake| (i, *mistake))
    };
    arguments.flat_map(|(i, argument)| of((i, argument.kind))).collect()
}

/// Makes a mistake; whether the call may succeed all the same. `whole` is the call without it, if that
/// succeeded.
fn spoil(
    kernel: &Kernel,
    call: &mut Call,
    whole: Option<&Call>,
    needed: &[usize],
    bytes: &mut Bytes,
) -> bool {
    let (at, mistake) = bytes.one_of(&mistakes(call));
    // What is read, and its last double.
    let vectors = call.case.vectors.iter().map(|(_, vector)| vector);
    let read = vectors
        .chain(call.function.has(Kind::Input).then_some(&call.case.input))
        .last()
        .expect("something is read");
    let (first, last) = (read.as_ptr(), &raw const read[read.len() - 1]);
    // The places of the outputs among the arguments, and the values that each is known to need or uses.
    let mut arrays = needed.iter();
    let spans: Vec<_> = call
        .written()
        .map(|(argument, output)| match argument.kind {
            Kind::Output if kernel.finds() => (output.argument, output.values.len()),
            Kind::Output => (output.argument, *arrays.next().or(needed.last()).expect("needed")),
            _ => (output.argument, 1),
        })
        .collect();
    match mistake {
        Mistake::Null | Mistake::Empty => call.words[at] = 0,
        Mistake::Misaligned => call.words[at] += 1 + u64::from(bytes.byte() % 7),
        Mistake::TooLong => call.words[at] = (usize::MAX / 8 - usize::from(bytes.byte())) as u64,
        Mistake::Small => {
            let (_, span) = spans.iter().rfind(|(output, _)| *output < at).expect("a capacity has an output");
            let room = bytes.below(1 << 16) % span.max(&1);
            call.words[at] = room as u64;
            // There may be nothing to tell, or less found than there could be.
            let written = |whole: &Call| whole.output("n_written").map_or(*span, |n| n[0] as usize);
            return whole.is_some_and(|whole| written(whole) <= room);
        }
        Mistake::OverInput => call.words[at] = first.expose_provenance() as u64,
        Mistake::OverEnd => call.words[at] = last.expose_provenance() as u64,
        Mistake::OverOutput => {
            let other = spans.iter().find(|(output, span)| *output != at && *span > 0);
            call.words[at] = other.map_or(0, |(output, _)| call.words[*output]);
        }
    }
    // A result of nothing overlaps nothing.
    let is_over = matches!(mistake, Mistake::OverInput | Mistake::OverEnd | Mistake::OverOutput);
    is_over && call.words[at] != 0 && spans.contains(&(at, 0))
}

pub fn run(kernel: &'static Kernel, data: &[u8]) {
    let bytes = &mut Bytes::new(data);
    let function = &kernel.function;
    let channels = match channels(function, bytes) {
        Ok(channels) => channels,
        Err(impossible) => return impossible_channels(function, impossible, bytes),
    };
    let params: Option<&'static Params> = function.params().map(|name| model().params(name));
    let given = params.map(|params| Given::new(params, &[], bytes));
    let numbers: Vec<u32> = function
        .arguments
        .iter()
        .filter_map(|argument| match argument.kind {
            Kind::Number { good, .. } => Some(vary_u32(good, bytes)),
            _ => None,
        })
        .collect();
    let rate = bytes.sample_rate();
    let len = signals::length(bytes);
    let mut input = signals::signal(bytes, len * channels);
    if function.takes_envelope() && !bytes.rarely(64) {
        input.iter_mut().for_each(|strength| *strength = strength.abs());
    }
    let makes_mistake = bytes.rarely(64);
    let mut vectors: Vec<_> = function.vectors.iter().map(|(name, make)| (*name, make())).collect();
    for (_, vector) in &mut vectors {
        for _ in 0..bytes.byte() % 4 {
            let at = bytes.below(1 << 16) % vector.len();
            vector[at] = vary_f64(vector[at], bytes);
        }
    }
    let case = Case {
        len,
        channels,
        rate,
        params: given.as_ref().map(|given| given.meant.clone()),
        given_params: given.as_ref().map(|given| given.pointer),
        input,
        vectors,
    };
    for size in &kernel.sizes {
        let Size::Frames(count, _) = size else { continue };
        let mut frames = usize::MAX;
        if !succeeded(case.status_of_count(model().function(count), bytes.word() as usize, &mut frames)) {
            assert_eq!(frames, usize::MAX, "written by a call that failed");
        }
    }
    if (kernel.work)(&case) > MOST_WORK {
        return;
    }
    let needed = kernel.needed(&case).unwrap_or_else(|| vec![len]);
    if needed.iter().any(|needed| *needed > MOST_WORK as usize) {
        return;
    }

    let has_room = function.has(Kind::Capacity);
    let spare = if has_room { usize::from(bytes.byte() % 4) } else { 0 };
    let room: Vec<_> = needed.iter().map(|needed| needed + spare).collect();
    let call = |spoil: &mut dyn FnMut(&mut Call) -> bool| {
        let mut call = Call::new(function, case.clone(), &room);
        let arguments = function.arguments.iter().enumerate();
        let places = arguments.filter(|(_, argument)| matches!(argument.kind, Kind::Number { .. }));
        for ((i, _), number) in places.zip(&numbers) {
            call.words[i] = (*number).into();
        }
        let may_succeed = spoil(&mut call);
        let succeeded = succeeded(call.status());
        let untouched = call.case.input.iter().zip(&case.input).all(|(a, b)| a.to_bits() == b.to_bits());
        assert!(untouched, "the input was written");
        assert!(may_succeed || !succeeded, "accepted a mistake");
        let unwritten = call.outputs.iter().all(|output| is_untouched(&output.values));
        assert!(succeeded || unwritten, "written by a call that failed");
        succeeded.then_some(call)
    };
    let whole = call(&mut |_| true);
    if let Some(whole) = &whole {
        check(kernel, whole);
    }
    if makes_mistake {
        let other = call(&mut |call| spoil(kernel, call, whole.as_ref(), &needed, bytes));
        if let (Some(other), Some(whole)) = (other, &whole) {
            let same = |(a, b): (&u64, &u64)| same(*a, *b) || *a == UNTOUCHED;
            let outputs = other.outputs.iter().zip(&whole.outputs);
            assert!(outputs.into_iter().all(|(a, b)| a.values.iter().zip(&b.values).all(same)));
        }
    }
}
