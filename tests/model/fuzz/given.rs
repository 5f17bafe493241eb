//! What hosts give: parameter structs of older, newer and broken headers, and numbers of channels.

use super::bytes::{Bytes, vary_f64, vary_u32};
use super::signals;
use crate::model::{Case, Function, Kind, Params, Settings, Struct, model, succeeded};

/// A parameter struct's memory, exactly as long as its struct_size says, so that a read beyond it is found.
pub struct Given {
    /// Holds what `pointer` points to.
    _words: Vec<u64>,
    pub pointer: u64,
    /// What the library makes of it.
    pub meant: Struct,
}

impl Given {
    /// `base` is set before the bytes change anything.
    pub fn new(params: &'static Params, base: Settings, bytes: &mut Bytes) -> Self {
        let word = size_of::<u64>();
        let known = params.size;
        let size = match bytes.byte() {
            0..=191 => known,
            192..=207 => word * (1 + bytes.below(known / word)),
            208..=223 => known + word * (1 + bytes.below(8)),
            224..=239 => 4096,
            _ => bytes.word() as usize,
        };
        let valid = (word..=4096).contains(&size) && size.is_multiple_of(word);
        let mut words = vec![0; if valid { size } else { known } / word];
        let place = words.as_mut_ptr().expose_provenance() as u64;
        params.fill(place, size).for_each(|status| assert_eq!(succeeded(status), valid));
        assert!(!valid || words[0] as usize == size);

        let mut varied = params.defaults().with(base);
        for field in &params.fields {
            let value = varied.get(field.name);
            let new = match field.is_double() {
                true => vary_f64(value, bytes),
                false => vary_u32(value as u32, bytes).into(),
            };
            varied.set(field.name, new);
        }
        let given = words.len().min(known / word);
        words[..given].copy_from_slice(&varied.words[..given]);
        words[0] = size as u64;
        // Fields that an older caller does not know have their defaults.
        let mut meant = params.defaults();
        meant.words[..given].copy_from_slice(&words[..given]);
        if words.len() > known / word && bytes.rarely(64) {
            *words.last_mut().expect("not empty") = bytes.word();
        }
        let mut pointer = words.as_ptr().expose_provenance() as u64;
        match bytes.byte() {
            0..=239 => {}
            240..=251 => {
                pointer = 0;
                meant = params.defaults();
            }
            _ => pointer += 1,
        }
        Self { _words: words, pointer, meant }
    }
}

/// How many channels, if the function takes several; an error is a number that must be refused.
pub fn channels(function: &Function, bytes: &mut Bytes) -> Result<usize, u32> {
    if !function.has(Kind::Channels) {
        return Ok(1);
    }
    match bytes.byte() {
        0..=95 => Ok(1),
        96..=191 => Ok(2),
        192..=223 => Ok(5),
        224..=247 => Ok(64),
        _ => Err(match bytes.word() as u32 {
            possible @ 1..=64 => possible + 64,
            impossible => impossible,
        }),
    }
}

/// The numbers of channels that cannot be are refused before anything is multiplied by them, whatever the
/// length.
pub fn impossible_channels(function: &'static Function, channels: u32, bytes: &mut Bytes) {
    let case = Case::of(function, 1, bytes.sample_rate());
    let length = bytes.word();
    let mut call = crate::model::Call::new(function, case, &[25]);
    call.set(Kind::Channels, channels.into());
    call.set(Kind::Length, length);
    call.set(Kind::MaxBlock, length);
    let before = call.memory();
    assert_eq!(call.status(), auralis_dsp::ffi::status::AURALIS_ERROR_INVALID_ARGUMENT);
    assert!(call.memory() == before, "written by a call that failed");
}

/// What a handle is made with and fed, and the memory of its parameters; None if that cannot be.
pub fn case_of(new: &'static Function, bytes: &mut Bytes) -> Option<(Option<Given>, Case)> {
    let channels = match channels(new, bytes) {
        Ok(channels) => channels,
        Err(impossible) => {
            impossible_channels(new, impossible, bytes);
            return None;
        }
    };
    let params = new.params().map(|name| model().params(name));
    let given = params.map(|params| Given::new(params, params.base, bytes));
    let rate = bytes.sample_rate();
    let len = signals::length(bytes);
    let case = Case {
        len,
        channels,
        rate,
        params: given.as_ref().map(|given| given.meant.clone()),
        given_params: given.as_ref().map(|given| given.pointer),
        input: signals::signal(bytes, len * channels),
        vectors: new.vectors.iter().map(|(name, make)| (*name, make())).collect(),
    };
    Some((given, case))
}

/// The longest block of a handle, at times absurd.
pub fn max_block(bytes: &mut Bytes) -> usize {
    match bytes.byte() {
        0..=199 => 1 + bytes.below(4_096),
        200..=239 => 1 + bytes.below(16),
        _ => bytes.word() as usize,
    }
}
