//! The one error type, the checks that every kernel makes of its arguments, and allocation that
//! fails with an error where `Vec` would abort the host.

use std::fmt;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, with the argument's name, the value given and what is allowed.
#[derive(Debug, Clone, PartialEq)]
pub enum Error {
    /// An argument lies outside its range.
    InvalidArgument { name: &'static str, value: String, allowed: String },
    /// An output holds fewer elements than the result.
    BufferTooSmall { name: &'static str, given: usize, needed: usize },
    /// The audio holds NaN or an infinity.
    NonFiniteInput { name: &'static str, index: usize, value: f64 },
    /// Memory for a work buffer could not be had.
    OutOfMemory { bytes: usize },
    /// The combination is valid but not offered.
    Unsupported { name: &'static str, reason: String },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidArgument { name, value, allowed } => {
                write!(f, "{name} is {value}; allowed: {allowed}")
            }
            Self::BufferTooSmall { name, given, needed } => {
                write!(f, "{name} holds {given} elements; the result has {needed}")
            }
            Self::NonFiniteInput { name, index, value } => {
                write!(f, "{name}[{index}] is {value}; allowed: finite samples")
            }
            Self::OutOfMemory { bytes } => write!(f, "out of memory: {bytes} bytes could not be had"),
            Self::Unsupported { name, reason } => write!(f, "{name} is not supported: {reason}"),
        }
    }
}

impl std::error::Error for Error {}

impl Error {
    /// The same about the argument `to`, if it is about `from`.
    pub(crate) fn about(self, from: &str, to: &'static str) -> Self {
        match self {
            Self::InvalidArgument { name, value, allowed } if name == from => {
                Self::InvalidArgument { name: to, value, allowed }
            }
            other => other,
        }
    }
}

/// `Ok` if `ok`, else [`Error::InvalidArgument`] about the argument `name`.
pub(crate) fn require(
    ok: bool,
    name: &'static str,
    value: impl fmt::Display,
    allowed: impl fmt::Display,
) -> Result<()> {
    if ok { Ok(()) } else { Err(invalid(name, value, allowed)) }
}

/// [`Error::InvalidArgument`] about the argument `name`.
pub(crate) fn invalid(name: &'static str, value: impl fmt::Display, allowed: impl fmt::Display) -> Error {
    Error::InvalidArgument { name, value: text(value), allowed: text(allowed) }
}

/// The text of `value`, cut short where memory for it cannot be had.
pub(crate) fn text(value: impl fmt::Display) -> String {
    struct Growing(String);
    impl fmt::Write for Growing {
        fn write_str(&mut self, part: &str) -> fmt::Result {
            self.0.try_reserve(part.len()).map_err(|_| fmt::Error)?;
            self.0.push_str(part);
            Ok(())
        }
    }
    let mut text = Growing(String::new());
    // An error here says that the text was cut.
    let _ = fmt::Write::write_fmt(&mut text, format_args!("{value}"));
    text.0
}

/// Checks that `value` is finite and lies in `low..=high`.
pub(crate) fn require_in(name: &'static str, value: f64, low: f64, high: f64) -> Result<()> {
    require((low..=high).contains(&value), name, value, format_args!("{low} to {high}"))
}

/// The sample rates every kernel takes, in Hz.
pub(crate) const SAMPLE_RATES: (f64, f64) = (8_000.0, 384_000.0);

pub(crate) fn require_sample_rate(sample_rate: f64) -> Result<()> {
    require_in("sample_rate", sample_rate, SAMPLE_RATES.0, SAMPLE_RATES.1)
}

/// Checks that an output of `given` elements takes a result of `needed`.
pub(crate) fn require_capacity(name: &'static str, given: usize, needed: usize) -> Result<()> {
    if given < needed {
        return Err(Error::BufferTooSmall { name, given, needed });
    }
    Ok(())
}

/// Checks that a whole signal has at least one sample and that all are finite.
pub(crate) fn require_audio(name: &'static str, audio: &[f64]) -> Result<()> {
    require(!audio.is_empty(), name, "empty", "at least 1 sample")?;
    require_finite(name, audio)
}

/// Checks that all samples are finite.
pub(crate) fn require_finite(name: &'static str, audio: &[f64]) -> Result<()> {
    // x * 0 is 0 for finite x and NaN otherwise, so one sum per block settles it without a branch.
    const BLOCK: usize = 1024;
    for (block_index, block) in audio.chunks(BLOCK).enumerate() {
        let mut lanes = [0.0; 8];
        let (chunks, rest) = block.as_chunks::<8>();
        for chunk in chunks {
            for (lane, x) in lanes.iter_mut().zip(chunk) {
                *lane += x * 0.0;
            }
        }
        let bad = lanes.iter().sum::<f64>() + rest.iter().map(|x| x * 0.0).sum::<f64>();
        if bad != 0.0 || bad.is_nan() {
            let offset = block.iter().position(|x| !x.is_finite()).unwrap_or(0);
            let index = block_index * BLOCK + offset;
            return Err(Error::NonFiniteInput { name, index, value: audio[index] });
        }
    }
    Ok(())
}

/// `len` copies of `value`, or [`Error::OutOfMemory`]. Every work buffer comes from here.
pub(crate) fn buffer<T: Clone>(len: usize, value: T) -> Result<Vec<T>> {
    let mut v = reserve(len)?;
    v.resize(len, value);
    Ok(v)
}

/// An empty vector with room for `len` elements, or [`Error::OutOfMemory`].
pub(crate) fn reserve<T>(len: usize) -> Result<Vec<T>> {
    let mut v = Vec::new();
    v.try_reserve_exact(len).map_err(|_| Error::OutOfMemory { bytes: len.saturating_mul(size_of::<T>()) })?;
    Ok(v)
}

/// The items in a vector, or [`Error::OutOfMemory`].
pub(crate) fn collect<T>(items: impl ExactSizeIterator<Item = T>) -> Result<Vec<T>> {
    let mut v = reserve(items.len())?;
    v.extend(items);
    Ok(v)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn non_finite_samples_are_found_wherever_they_are() {
        for len in [1, 7, 8, 1023, 1024, 1025, 5000] {
            for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
                for index in [0, len / 2, len - 1] {
                    let mut audio = vec![1e300; len];
                    assert_eq!(require_audio("audio", &audio), Ok(()));
                    audio[index] = bad;
                    match require_audio("audio", &audio) {
                        Err(Error::NonFiniteInput { index: found, .. }) => assert_eq!(found, index),
                        other => panic!("{other:?}"),
                    }
                }
            }
        }
    }

    #[test]
    fn messages_name_argument_value_and_range() {
        let error = require_in("power", f64::NAN, 0.0, 8.0).unwrap_err();
        assert_eq!(error.to_string(), "power is NaN; allowed: 0 to 8");
    }

    #[test]
    fn impossible_buffers_are_an_error() {
        assert!(matches!(buffer(usize::MAX / 16, 0.0_f64), Err(Error::OutOfMemory { .. })));
    }
}
