//! Valid arguments for a function, in memory that can be looked at afterwards.

use std::ffi::c_char;

use auralis_dsp::ffi::status::{AURALIS_OK, auralis_last_error};

use crate::functions::Function;
use crate::params::{Field, Params};

/// Long enough that every stream has something to write.
pub const SAMPLES: usize = 60_000;
pub const SAMPLE_RATE: f64 = 22_050.0;
/// Doubles in each output.
const ROOM: usize = 1 << 16;
const UNTOUCHED: u64 = 0xFEED_FACE_CAFE_BEEF;

#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    Audio,
    Length,
    SampleRate,
    Params(&'static Params),
    /// A params struct that is filled.
    ParamsOut(&'static Params),
    /// The size of a struct that is filled.
    StructSize,
    Output,
    Capacity,
    /// A single value that is written.
    Value,
    /// A stream that has taken a block.
    Handle,
    MaxBlock,
    /// A block's length that is asked about.
    Block,
    Number {
        good: u32,
        bad: &'static [u32],
    },
}

impl Kind {
    pub fn is_pointer(self) -> bool {
        self.is_written() || matches!(self, Self::Audio | Self::Params(_) | Self::Handle)
    }

    pub fn may_be_null(self) -> bool {
        matches!(self, Self::Params(_))
    }

    pub fn is_written(self) -> bool {
        matches!(self, Self::Output | Self::Value | Self::ParamsOut(_))
    }
}

pub struct Workbench<'a> {
    function: &'a Function,
    pub values: Vec<u64>,
    pub audio: Vec<f64>,
    pub params: Vec<u64>,
    outputs: Vec<Vec<u64>>,
    stream: u64,
}

impl<'a> Workbench<'a> {
    pub fn new(function: &'a Function) -> Self {
        let audio: Vec<f64> = (0..SAMPLES)
            .map(|i| (i as f64 * 0.05).sin() + 0.3 * (i as f64 * 0.31).sin() + (i % 4001 == 0) as u8 as f64)
            .collect();
        let mut bench = Self {
            function,
            values: vec![],
            audio,
            params: vec![UNTOUCHED; 256],
            outputs: vec![],
            stream: 0,
        };
        if let Some(stream) = &function.stream {
            bench.stream = (stream.new)(SAMPLES);
            assert_eq!((stream.push)(bench.stream, &bench.audio), AURALIS_OK, "{}", last_error());
        }
        for argument in &function.arguments {
            let value = match argument.kind {
                Kind::Audio => bench.audio.as_mut_ptr().expose_provenance() as u64,
                Kind::Length | Kind::MaxBlock | Kind::Block => (SAMPLES / function.channels) as u64,
                Kind::SampleRate => SAMPLE_RATE.to_bits(),
                Kind::Params(params) => {
                    let address = bench.params.as_mut_ptr().expose_provenance() as u64;
                    assert_eq!((params.init)(address, params.size), AURALIS_OK);
                    for (name, value) in function.settings {
                        let field = params.fields.iter().find(|field| field.name == *name);
                        bench.set(field.expect("settings name fields"), *value);
                    }
                    address
                }
                Kind::ParamsOut(_) => bench.params.as_mut_ptr().expose_provenance() as u64,
                Kind::StructSize => 64,
                Kind::Output | Kind::Value => {
                    bench.outputs.push(vec![UNTOUCHED; ROOM]);
                    bench.outputs.last_mut().expect("just pushed").as_mut_ptr().expose_provenance() as u64
                }
                Kind::Capacity => ROOM as u64,
                Kind::Handle => bench.stream,
                Kind::Number { good, .. } => u64::from(good),
            };
            bench.values.push(value);
        }
        bench
    }

    pub fn call(&mut self) -> i32 {
        (self.function.call)(&self.values)
    }

    /// All that a call could write to.
    pub fn memory(&self) -> Vec<u64> {
        let audio = self.audio.iter().map(|x| x.to_bits());
        audio.chain(self.params.iter().copied()).chain(self.outputs.iter().flatten().copied()).collect()
    }

    /// Whether something was written, and all of it is finite if read as doubles.
    pub fn wrote_finite_numbers(&self) -> bool {
        let mut written = self.outputs.iter().flatten().filter(|word| **word != UNTOUCHED).peekable();
        (self.outputs.is_empty() || written.peek().is_some())
            && written.all(|word| f64::from_bits(*word).is_finite())
    }

    /// Elements that the first output needs.
    pub fn needed(&mut self) -> usize {
        assert_eq!(self.call(), AURALIS_OK, "{}", last_error());
        self.outputs[0].iter().rposition(|word| *word != UNTOUCHED).map_or(0, |last| last + 1)
    }

    pub fn set(&mut self, field: &Field, value: f64) {
        (field.set)(self.params.as_mut_ptr().expose_provenance() as u64, value);
    }
}

impl Drop for Workbench<'_> {
    fn drop(&mut self) {
        if let Some(stream) = &self.function.stream {
            (stream.free)(self.stream);
        }
    }
}

pub fn last_error() -> String {
    let mut text = [0_u8; 1024];
    // SAFETY: that many bytes are writable.
    let needed = unsafe { auralis_last_error(text.as_mut_ptr().cast::<c_char>(), text.len()) };
    String::from_utf8_lossy(&text[..needed - 1]).into_owned()
}
