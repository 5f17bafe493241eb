//! A call: its arguments, in memory that can be looked at afterwards.

use super::{Argument, Function, Kernel, Kind, Struct, model, signal, succeeded};

/// What outputs hold before a call: a NaN that no computation gives.
pub const UNTOUCHED: u64 = 0x7ff8_dead_beef_cafe;

pub fn is_untouched(values: &[u64]) -> bool {
    values.iter().all(|value| *value == UNTOUCHED)
}

/// The values of valid arguments.
#[derive(Clone)]
pub struct Case {
    /// Samples of each channel, or frames.
    pub len: usize,
    pub channels: usize,
    pub rate: f64,
    pub params: Option<Struct>,
    /// What is passed for the parameters, if not the address of `params`.
    pub given_params: Option<u64>,
    pub input: Vec<f64>,
    /// The vectors that are no signals, by the names of their arguments.
    pub vectors: Vec<(&'static str, Vec<f64>)>,
}

impl Case {
    /// `len` samples of each of two channels, if there can be several, and the default parameters.
    pub fn of(function: &Function, len: usize, rate: f64) -> Self {
        let channels = if function.has(Kind::Channels) { 2 } else { 1 };
        let params = function.params().map(|name| model().params(name).defaults());
        let vectors = function.vectors.iter().map(|(name, make)| (*name, make())).collect();
        let mut case = Self { len, channels, rate, params, given_params: None, input: vec![], vectors };
        case.listen(function, signal::mixture(len * channels));
        case
    }

    /// The same with another input.
    pub fn listen(&mut self, function: &Function, mut input: Vec<f64>) {
        if function.takes_envelope() {
            input.iter_mut().for_each(|strength| *strength = strength.abs());
        }
        self.len = input.len() / self.channels;
        self.input = input;
    }

    /// Leaves the beginning that takes at most so much work.
    pub fn shorten(&mut self, most: f64, work: impl Fn(&Self) -> f64) {
        while work(self) > most && self.len > 1 {
            self.len = self.len.div_ceil(2);
            self.input.truncate(self.samples());
        }
    }

    /// The same with some parameters changed.
    pub fn with(mut self, settings: &[(&str, f64)]) -> Self {
        self.params = self.params.map(|params| params.with(settings));
        self
    }

    /// With what every function of the parameter struct takes at this rate.
    pub fn at_base(self) -> Self {
        let Some(params) = self.params.as_ref().map(|params| params.params) else { return self };
        let rate = self.rate;
        self.with(params.base).with((params.at_rate)(rate))
    }

    /// With parameters that make a call quick.
    pub fn quick(self) -> Self {
        let Some(params) = self.params.as_ref().map(|params| params.params) else { return self };
        self.with(params.base).with(params.quick)
    }

    /// A parameter.
    pub fn get(&self, name: &str) -> f64 {
        self.params.as_ref().expect("parameters").get(name)
    }

    /// Samples between frames, where 0 stands for a quarter of a frame.
    pub fn hop(&self) -> f64 {
        let params = self.params.as_ref().expect("parameters");
        let quarter = |name| (params.get(name) / 4.0).max(1.0);
        match self.get("hop_length") {
            0.0 if params.params.has("n_fft") => quarter("n_fft"),
            0.0 => quarter("frame_length"),
            hop => hop,
        }
    }

    /// Frames, roughly.
    pub fn frames(&self) -> f64 {
        self.len as f64 / self.hop()
    }

    pub fn samples(&self) -> usize {
        self.len * self.channels
    }

    /// What a function of lengths and parameters tells; None if it refuses.
    pub fn count(&self, function: &Function) -> Option<usize> {
        let mut count = usize::MAX;
        let status = self.status_of_count(function, self.len, &mut count);
        let counted = succeeded(status);
        assert!(counted || count == usize::MAX, "written by a call that failed");
        counted.then_some(count)
    }

    pub fn status_of_count(&self, function: &Function, len: usize, count: &mut usize) -> i32 {
        let place = (&raw mut *count).expose_provenance() as u64;
        function.status_with(|argument| match argument.kind {
            Kind::Length => len as u64,
            Kind::Value => place,
            _ => self.word(argument),
        })
    }

    /// The word for an argument that is no place for a result.
    pub fn word(&self, argument: &Argument) -> u64 {
        match argument.kind {
            Kind::Input => self.input.as_ptr().expose_provenance() as u64,
            Kind::Length => self.len as u64,
            Kind::SampleRate => self.rate.to_bits(),
            Kind::Channels => self.channels as u64,
            Kind::Number { good, .. } => good.into(),
            Kind::Count { good, .. } => good as u64,
            Kind::Vector { .. } => {
                let vector = self.vectors.iter().find(|(name, _)| *name == argument.name);
                vector.expect("a vector of this name").1.as_ptr().expose_provenance() as u64
            }
            Kind::Params => self.given_params.or(self.params.as_ref().map(Struct::address)).unwrap_or(0),
            other => panic!("{}, a {other:?}, is not part of a case", argument.name),
        }
    }
}

/// The arguments of one call.
pub struct Call {
    pub function: &'static Function,
    pub words: Vec<u64>,
    pub case: Case,
    /// The memory of each argument that is written, in their order.
    pub outputs: Vec<Output>,
}

pub struct Output {
    pub name: &'static str,
    /// Where it stands among the arguments.
    pub argument: usize,
    /// A result of one value has room for one.
    pub values: Vec<u64>,
    /// What lies before the result.
    offset: usize,
}

impl Output {
    pub fn result(&self) -> &[u64] {
        &self.values[self.offset..]
    }
}

impl Call {
    /// `capacity` values of room for each array.
    pub fn new(function: &'static Function, case: Case, capacities: &[usize]) -> Self {
        Self::at(function, case, capacities, 0)
    }

    /// The same, each array so many doubles behind where it would otherwise begin.
    pub fn at(function: &'static Function, mut case: Case, capacities: &[usize], offset: usize) -> Self {
        case.input.splice(0..0, std::iter::repeat_n(0.0, offset));
        let mut capacities = capacities.iter().copied();
        let (mut outputs, mut words, mut room) = (vec![], vec![], 0);
        for (i, argument) in function.arguments.iter().enumerate() {
            let word = match argument.kind {
                kind if kind.is_written() => {
                    let len = match kind {
                        Kind::Output => {
                            room = capacities.next().unwrap_or(room);
                            room
                        }
                        Kind::ParamsOut => 256,
                        _ => 1,
                    };
                    let mut values = vec![UNTOUCHED; len + offset];
                    let word = values[offset..].as_mut_ptr().expose_provenance() as u64;
                    outputs.push(Output { name: argument.name, argument: i, values, offset });
                    word
                }
                Kind::Capacity => room as u64,
                Kind::StructSize => 64,
                Kind::MaxBlock | Kind::Block => case.len as u64,
                Kind::Input => case.word(argument) + 8 * offset as u64,
                Kind::Handle => 0,
                _ => case.word(argument),
            };
            words.push(word);
        }
        Self { function, words, case, outputs }
    }

    /// Sets the word of the argument of this kind.
    pub fn set(&mut self, kind: Kind, word: u64) {
        for (argument, place) in self.function.arguments.iter().zip(&mut self.words) {
            if argument.kind == kind {
                *place = word;
            }
        }
    }

    pub fn status(&mut self) -> i32 {
        self.function.status(&self.words)
    }

    /// All that a call could write to.
    pub fn memory(&self) -> Vec<u64> {
        let vectors = self.case.vectors.iter().flat_map(|(_, vector)| vector);
        let input = self.case.input.iter().chain(vectors).map(|x| x.to_bits());
        let params = self.case.params.iter().flat_map(|params| &params.words);
        let outputs = self.outputs.iter().flat_map(|output| &output.values);
        input.chain(params.copied()).chain(outputs.copied()).collect()
    }

    /// What is written, and the arguments that say where.
    pub fn written(&self) -> impl Iterator<Item = (&'static Argument, &Output)> {
        let function = self.function;
        self.outputs.iter().map(move |output| (&function.arguments[output.argument], output))
    }

    pub fn set_param(&mut self, name: &str, value: f64) {
        self.case.params.as_mut().expect("parameters").set(name, value);
    }

    /// The memory of the parameters, the first word being struct_size.
    pub fn params(&mut self) -> &mut [u64] {
        &mut self.case.params.as_mut().expect("parameters").words
    }

    pub fn output(&self, name: &str) -> Option<&[u64]> {
        self.outputs.iter().find(|output| output.name == name).map(Output::result)
    }

    /// The results, array after array.
    pub fn results(&self) -> Vec<u64> {
        self.outputs.iter().flat_map(Output::result).copied().collect()
    }
}

/// Whether the results of a call that succeeded are all there, end where they should, and can be results.
pub fn check(kernel: &Kernel, call: &Call) {
    let case = &call.case;
    let input = if kernel.function.has(Kind::Input) { &case.input[..] } else { &[] };
    assert!(input.iter().all(|x| x.is_finite()), "accepted samples that are not finite");
    // Levels in dB whose powers are numbers, where a vector is not what was measured.
    let vectors = case.vectors.iter().flat_map(|(_, vector)| vector);
    let is_moderate =
        input.iter().all(|x| x.abs() <= 1e100) && vectors.into_iter().all(|x| x.is_nan() || x.abs() <= 1e3);
    let mut needed = kernel.needed(case).expect("the parameters are valid").into_iter();
    for output in &call.outputs {
        let argument = &call.function.arguments[output.argument];
        let len = match argument.kind {
            Kind::Output if kernel.finds() => {
                call.output("n_written").expect("it tells how many")[0] as usize
            }
            Kind::Output => needed.next().expect("as many as there are arrays"),
            _ => 1,
        };
        let (result, rest) = output.result().split_at(len);
        let what = format!("{} of {}", output.name, kernel.function.name);
        assert!(result.iter().all(|value| *value != UNTOUCHED), "a value of {what} was not written");
        assert!(is_untouched(rest), "{what} was written beyond the result");
        if argument.is_double() && is_moderate {
            let values: Vec<_> = result.iter().map(|value| f64::from_bits(*value)).collect();
            let plausible = |(i, value): (usize, &f64)| (kernel.plausible)(output.name, i, *value);
            assert!(values.iter().enumerate().all(plausible), "not a result: {what} {values:?}");
        }
        if kernel.finds() && argument.kind == Kind::Output {
            assert!(result.is_sorted_by(|a, b| a < b), "not ascending: {result:?}");
            assert!(result.iter().all(|frame| *frame < case.len as u64), "beyond the end: {result:?}");
        }
    }
}
