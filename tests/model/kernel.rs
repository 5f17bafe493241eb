//! A function that makes something of a signal.

use super::{Case, Function, Kind, Settings, model};

pub struct Kernel {
    pub function: Function,
    /// How long the outputs are, in their order; one alone stands for all.
    pub sizes: Vec<Size>,
    /// What must be set so that it takes no memory but by means that may fail; None: it cannot be.
    pub fallible: Option<Settings>,
    /// Steps that a call takes, and doubles that it holds, roughly.
    pub work: fn(&Case) -> f64,
    /// Whether the `i`-th value of the output of this name can be a result for samples that are finite and not
    /// huge.
    pub plausible: fn(&str, usize, f64) -> bool,
    /// Whether a value that cannot be computed is NaN.
    pub may_be_nan: bool,
}

/// The length of an output.
pub enum Size {
    /// As many as there are samples, without a capacity.
    Samples,
    /// The frames that the function of this name tells, of so many doubles each.
    Frames(&'static str, fn(&Case) -> usize),
    /// As many as the function of this name tells.
    Len(&'static str),
    /// So many.
    Of(fn(&Case) -> usize),
    /// Numbers of frames of the input, ascending; `n_written` tells how many.
    Found,
}

impl Kernel {
    pub fn of(function: Function) -> Self {
        Self {
            function,
            sizes: vec![],
            fallible: Some(&[]),
            work: |case| case.samples() as f64,
            plausible: |_, _, value| value.is_finite(),
            may_be_nan: false,
        }
    }

    /// Outputs that are as long as the signal.
    pub fn per_sample(mut function: Function) -> Self {
        for argument in function.arguments.iter_mut().filter(|argument| argument.kind == Kind::Value) {
            argument.kind = Kind::Output;
        }
        Self { sizes: vec![Size::Samples], ..Self::of(function) }
    }

    /// `rows` doubles for each frame that `count` tells.
    pub fn per_frame(count: &'static str, rows: fn(&Case) -> usize, function: Function) -> Self {
        Self { sizes: vec![Size::Frames(count, rows)], ..Self::of(function) }
    }

    /// What `len` tells.
    pub fn of_len(len: &'static str, function: Function) -> Self {
        Self { sizes: vec![Size::Len(len)], ..Self::of(function) }
    }

    pub fn name(&self) -> &'static str {
        self.function.name.trim_start_matches("auralis_")
    }

    /// A case of `len` samples of each channel.
    pub fn case(&'static self, len: usize, rate: f64) -> Case {
        Case::of(&self.function, len, rate)
    }

    fn size(&self, output: usize) -> &Size {
        self.sizes.get(output).or(self.sizes.last()).expect("an output has a size")
    }

    /// The doubles of each frame, or of each sample.
    pub fn rows(&self, case: &Case) -> usize {
        match self.size(0) {
            Size::Frames(_, rows) => rows(case),
            _ => 1,
        }
    }

    /// Values that each array can need at most, in the order of the outputs; None if the parameters are refused.
    pub fn needed(&self, case: &Case) -> Option<Vec<usize>> {
        let outputs = self.function.arguments.iter().filter(|argument| argument.kind == Kind::Output);
        let needed = |(i, _)| match self.size(i) {
            Size::Samples | Size::Found => Some(case.len),
            Size::Frames(count, rows) => Some(case.count(model().function(count))? * rows(case)),
            Size::Of(len) => Some(len(case)),
            Size::Len(len) => Some(model().function(len).call(&[]) as usize),
        };
        outputs.enumerate().map(needed).collect()
    }

    pub fn finds(&self) -> bool {
        matches!(self.sizes.first(), Some(Size::Found))
    }
}
