//! A function of the header: what each of its arguments is, and how to call it with words for arguments.

use std::cell::Cell;
use std::ffi::c_char;

use super::header::{self, Declaration};

pub struct Function {
    pub name: &'static str,
    pub returns: &'static str,
    pub arguments: Vec<Argument>,
    call: fn(&[u64]) -> u64,
    /// Its place in the header.
    index: usize,
    /// Whether it looks at this field of its parameters.
    pub looks_at: fn(&str) -> bool,
    /// What makes each of its vectors.
    pub vectors: Vec<(&'static str, Make)>,
}

/// Makes a vector.
pub type Make = fn() -> Vec<f64>;

pub struct Argument {
    pub name: &'static str,
    of: &'static str,
    pub kind: Kind,
}

/// What an argument is, by its type and name in the header.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Kind {
    /// Doubles that are read.
    Input,
    /// The number of samples of a channel, or of frames.
    Length,
    SampleRate,
    /// The number of interleaved channels, 1 to 64.
    Channels,
    Number {
        good: u32,
        bad: &'static [u32],
    },
    /// Doubles that are read and are no signal: NaN and infinities may stand in them.
    Vector {
        may_be_null: bool,
    },
    /// How many there are in a vector, or vectors.
    Count {
        good: usize,
        bad: &'static [usize],
    },
    Params,
    /// A parameter struct that is filled, of the size that follows.
    ParamsOut,
    StructSize,
    /// As many values as the capacity that follows says, or as there are samples.
    Output,
    Capacity,
    /// A single value that is written.
    Value,
    /// The place for a new handle.
    NewHandle,
    Handle,
    MaxBlock,
    /// A block's length that is asked about.
    Block,
    /// The number of a dimension.
    Index,
    /// An argument of one of the few functions that are about no kernel.
    Other,
}

impl Argument {
    /// What the address that it holds must be a multiple of.
    pub fn align(&self) -> u64 {
        if self.of.contains("uint32_t") { 4 } else { 8 }
    }

    /// Whether it holds doubles.
    pub fn is_double(&self) -> bool {
        self.of.contains("double")
    }
}

impl Kind {
    pub fn is_written(self) -> bool {
        matches!(self, Self::Output | Self::Value | Self::NewHandle | Self::ParamsOut)
    }

    pub fn is_pointer(self) -> bool {
        self.is_written() || self.is_read() || matches!(self, Self::Params | Self::Handle)
    }

    /// Whether it points to doubles that are read.
    pub fn is_read(self) -> bool {
        matches!(self, Self::Input | Self::Vector { .. })
    }

    pub fn may_be_null(self) -> bool {
        matches!(self, Self::Params | Self::Vector { may_be_null: true })
    }
}

fn kind(declared: &Declaration, i: usize) -> Kind {
    let (of, name) = declared.members[i];
    match (of, name) {
        ("const double *", _) => Kind::Input,
        ("double", "sample_rate") => Kind::SampleRate,
        ("uint32_t", "n_channels") => Kind::Channels,
        ("uint32_t", _) => Kind::Number { good: 0, bad: &[] },
        ("size_t", "size") => Kind::StructSize,
        ("size_t", "max_block") => Kind::MaxBlock,
        ("size_t", "block") => Kind::Block,
        ("size_t", "i") => Kind::Index,
        ("char *" | "int32_t", _) => Kind::Other,
        ("size_t", "capacity") if i > 0 && declared.members[i - 1].0 == "char *" => Kind::Other,
        ("size_t", _) if name.ends_with("capacity") => Kind::Capacity,
        ("size_t", _) => Kind::Length,
        ("double *" | "size_t *" | "uint32_t *", _) => {
            let mut later = declared.members[i..].iter().skip_while(|(other, _)| *other == of);
            let has_capacity = later.next().is_some_and(|(_, name)| name.ends_with("capacity"));
            if has_capacity { Kind::Output } else { Kind::Value }
        }
        _ if of.ends_with("**") => Kind::NewHandle,
        _ if of.starts_with("const") && of.ends_with("_params *") => Kind::Params,
        _ if of.ends_with("_params *") => Kind::ParamsOut,
        _ if name == "handle" => Kind::Handle,
        _ => panic!("{}: what is `{name}`, a {of}?", declared.name),
    }
}

/// A function by its prototype: `function!(auralis_yin(audio, n_samples, …))`. Names are compared with the
/// header's, which also tells the types.
#[macro_export]
macro_rules! function {
    ($name:ident($($argument:ident),*)) => {
        $crate::model::function::Function::of(stringify!($name), &[$(stringify!($argument)),*], |words| {
            use $crate::model::function::Word;
            let mut words = words.iter().copied();
            // SAFETY: the caller has the memory that it tells of, or a fault that must be found.
            unsafe {
                Word::into_word($name($({
                    let $argument = words.next().expect("as many words as arguments");
                    Word::from_word($argument)
                }),*))
            }
        })
    };
}

thread_local! {
    /// A bit for each function of the header that this thread has called.
    static CALLED: Cell<[u64; 8]> = const { Cell::new([0; 8]) };
}

/// The functions of the header that `work` does not call on this thread.
pub fn not_called_by(work: impl FnOnce()) -> Vec<&'static str> {
    CALLED.set([0; 8]);
    work();
    let called = CALLED.get();
    let functions = header::functions().iter().enumerate();
    functions
        .filter(|(i, _)| called[i / 64] >> (i % 64) & 1 == 0)
        .map(|(_, declared)| declared.name)
        .collect()
}

const MOST_ARGUMENTS: usize = 16;

impl Function {
    pub fn of(name: &'static str, arguments: &[&str], call: fn(&[u64]) -> u64) -> Self {
        let index = header::functions().iter().position(|declared| declared.name == name);
        let index = index.unwrap_or_else(|| panic!("the header has no {name}"));
        let declared = &header::functions()[index];
        let named: Vec<_> = declared.members.iter().map(|(_, name)| *name).collect();
        assert_eq!(arguments, named, "the arguments of {name} are not those of the header");
        let argument = |i: usize| {
            let (of, name) = declared.members[i];
            Argument { name, of, kind: kind(declared, i) }
        };
        let arguments = (0..named.len()).map(argument).collect();
        Self { name, returns: declared.returns, arguments, call, index, looks_at: |_| true, vectors: vec![] }
    }

    /// Says that it looks only at some fields of its parameters.
    pub fn looking_at(self, looks_at: fn(&str) -> bool) -> Self {
        Self { looks_at, ..self }
    }

    /// Says which values the number `name` may have.
    pub fn number(mut self, name: &str, good: u32, bad: &'static [u32]) -> Self {
        self.argument_mut(name).kind = Kind::Number { good, bad };
        self
    }

    /// Says that the input `name` is a vector such as `make` makes.
    pub fn vector(mut self, name: &'static str, make: Make) -> Self {
        self.argument_mut(name).kind = Kind::Vector { may_be_null: false };
        self.vectors.push((name, make));
        self
    }

    /// The same of a vector that may be NULL.
    pub fn optional_vector(mut self, name: &'static str, make: Make) -> Self {
        self = self.vector(name, make);
        self.argument_mut(name).kind = Kind::Vector { may_be_null: true };
        self
    }

    /// Says which values the length `name` of a vector may have.
    pub fn count(mut self, name: &str, good: usize, bad: &'static [usize]) -> Self {
        self.argument_mut(name).kind = Kind::Count { good, bad };
        self
    }

    pub fn argument_mut(&mut self, name: &str) -> &mut Argument {
        self.arguments.iter_mut().find(|argument| argument.name == name).expect("an argument of this name")
    }

    pub fn has(&self, kind: Kind) -> bool {
        self.arguments.iter().any(|argument| argument.kind == kind)
    }

    /// Whether its input is an onset envelope, which has no negative values.
    pub fn takes_envelope(&self) -> bool {
        self.arguments.iter().any(|argument| argument.name == "envelope" && argument.kind == Kind::Input)
    }

    /// Whether it returns a status.
    pub fn can_fail(&self) -> bool {
        self.returns == "int32_t"
    }

    /// The name of its parameter struct.
    pub fn params(&self) -> Option<&'static str> {
        let argument = self.arguments.iter().find(|argument| argument.of.ends_with("_params *"))?;
        Some(argument.of.trim_start_matches("const ").trim_end_matches(" *"))
    }

    /// Calls it with a word for each argument.
    pub fn call(&self, words: &[u64]) -> u64 {
        assert_eq!(words.len(), self.arguments.len(), "{}", self.name);
        let mut called = CALLED.get();
        called[self.index / 64] |= 1 << (self.index % 64);
        CALLED.set(called);
        (self.call)(words)
    }

    /// The status of a call.
    pub fn status(&self, words: &[u64]) -> i32 {
        self.call(words) as u32 as i32
    }

    /// The status of a call with what `word` gives for each argument. Takes no memory.
    pub fn status_with(&self, mut word: impl FnMut(&Argument) -> u64) -> i32 {
        let mut words = [0; MOST_ARGUMENTS];
        for (argument, place) in self.arguments.iter().zip(&mut words) {
            *place = word(argument);
        }
        self.status(&words[..self.arguments.len()])
    }
}

/// A value of C in the bits of a word.
pub trait Word {
    fn from_word(word: u64) -> Self;
    fn into_word(self) -> u64;
}

macro_rules! word {
    ($type:ty, $from:expr, $into:expr) => {
        impl Word for $type {
            fn from_word(word: u64) -> Self {
                ($from)(word)
            }
            fn into_word(self) -> u64 {
                ($into)(self)
            }
        }
    };
}

word!(u32, |word| word as u32, u64::from);
word!(i32, |word| word as i32, |value| u64::from(value as u32));
word!(usize, |word| word as usize, |value| value as u64);
word!(f64, f64::from_bits, f64::to_bits);
word!((), |_| (), |()| 0);

impl<T> Word for *const T {
    fn from_word(word: u64) -> Self {
        std::ptr::with_exposed_provenance(word as usize)
    }
    fn into_word(self) -> u64 {
        self.expose_provenance() as u64
    }
}

impl<T> Word for *mut T {
    fn from_word(word: u64) -> Self {
        std::ptr::with_exposed_provenance_mut(word as usize)
    }
    fn into_word(self) -> u64 {
        self.expose_provenance() as u64
    }
}

/// The text at the address in `word`, if there is one.
pub fn text(word: u64) -> Option<&'static str> {
    let pointer = <*const c_char>::from_word(word);
    // SAFETY: functions that return text return NULL or what is static and ended by NUL.
    let text = (!pointer.is_null()).then(|| unsafe { std::ffi::CStr::from_ptr(pointer) })?;
    Some(text.to_str().expect("texts are UTF-8"))
}
