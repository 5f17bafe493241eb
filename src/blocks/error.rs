//! The one error type, the checks that every kernel makes of its arguments, and allocation that
//! fails with an error where `Vec` would abort the host.

use std::fmt;
use std::ops::Bound::{self, Excluded, Included, Unbounded};
use std::ops::{RangeBounds, RangeInclusive};

use crate::blocks::simd::InstructionSet;
use crate::blocks::stats;

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
    /// The same, saying that its value is one of `whole`.
    pub(crate) fn of(self, whole: impl fmt::Display) -> Self {
        match self {
            Self::InvalidArgument { name, value, allowed } => {
                Self::InvalidArgument { name, value: text(format_args!("{value} in {whole}")), allowed }
            }
            other => other,
        }
    }

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
pub(crate) fn require(ok: bool, name: &'static str, value: impl Shown, allowed: impl Shown) -> Result<()> {
    if ok { Ok(()) } else { Err(invalid(name, value, allowed)) }
}

/// Checks that `value` is no NaN and lies in `range`: `1..=4096`, told as "1 to 4096"; `0.0..`, "at least 0";
/// or what [`above`] makes.
pub(crate) fn require_in<T: PartialOrd + Shown + Copy>(
    name: &'static str,
    value: T,
    range: impl RangeBounds<T>,
) -> Result<()> {
    if range.contains(&value) {
        return Ok(());
    }
    let bounds = Bounds(range.start_bound().cloned(), range.end_bound().cloned());
    Err(invalid(name, value, format_args!("{bounds}")))
}

/// [`Error::InvalidArgument`] about the argument `name`.
pub(crate) fn invalid(name: &'static str, value: impl Shown, allowed: impl Shown) -> Error {
    Error::InvalidArgument { name, value: text(show(value)), allowed: text(show(allowed)) }
}

/// What a message can show: texts and whole numbers as they are, doubles in their shortest readable form.
pub(crate) trait Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;

    fn is_infinite(&self) -> bool {
        false
    }
}

/// `value` for a text that is formatted: `format_args!("below {}", show(fmax))`.
pub(crate) fn show<T: Shown>(value: T) -> impl fmt::Display {
    struct Show<T>(T);
    impl<T: Shown> fmt::Display for Show<T> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.fmt(f)
        }
    }
    Show(value)
}

impl Shown for f64 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // 1e300 has 301 digits, and the least double as many zeros.
        let is_short = *self == 0.0 || (1e-5..1e16).contains(&self.abs()) || !self.is_finite();
        if is_short { fmt::Display::fmt(self, f) } else { fmt::LowerExp::fmt(self, f) }
    }

    fn is_infinite(&self) -> bool {
        f64::is_infinite(*self)
    }
}

macro_rules! shown {
    ($($type:ty),+) => {
        $(impl Shown for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        })+
    };
}

shown!(usize, u32, u64, &str, fmt::Arguments<'_>);

/// The numbers above `low`, infinity among them.
pub(crate) fn above(low: f64) -> Above {
    Above { low, end: Unbounded }
}

/// What [`above`] makes.
pub(crate) struct Above {
    low: f64,
    end: Bound<f64>,
}

impl Above {
    pub fn up_to(self, high: f64) -> Self {
        Self { end: Included(high), ..self }
    }

    pub fn below(self, high: f64) -> Self {
        Self { end: Excluded(high), ..self }
    }

    pub fn finite(self) -> Self {
        self.below(f64::INFINITY)
    }
}

impl RangeBounds<f64> for Above {
    fn start_bound(&self) -> Bound<&f64> {
        Excluded(&self.low)
    }

    fn end_bound(&self) -> Bound<&f64> {
        self.end.as_ref()
    }
}

/// The ends of a range.
struct Bounds<T>(Bound<T>, Bound<T>);

impl<T: Shown + Copy> fmt::Display for Bounds<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Included(low) if matches!(self.1, Unbounded) => write!(f, "at least {}", show(low)),
            Included(low) => write!(f, "{}", show(low)),
            Excluded(low) => write!(f, "above {}", show(low)),
            Unbounded => f.write_str("any number"),
        }?;
        match (self.0, self.1) {
            (Included(_), Included(high)) => write!(f, " to {}", show(high)),
            (_, Included(high)) => write!(f, " and up to {}", show(high)),
            (_, Excluded(high)) if high.is_infinite() => f.write_str(" and finite"),
            (Included(_), Excluded(high)) => write!(f, " to below {}", show(high)),
            (_, Excluded(high)) => write!(f, " and below {}", show(high)),
            (_, Unbounded) => Ok(()),
        }
    }
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

/// The sample rates every kernel takes, in Hz.
pub(crate) const SAMPLE_RATES: RangeInclusive<f64> = 8_000.0..=384_000.0;

pub(crate) fn require_sample_rate(sample_rate: f64) -> Result<()> {
    require_in("sample_rate", sample_rate, SAMPLE_RATES)
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
    if stats::all_finite(InstructionSet::best(), audio) {
        return Ok(());
    }
    let index = audio.iter().position(|x| !x.is_finite()).expect("not all are finite");
    Err(Error::NonFiniteInput { name, index, value: audio[index] })
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
        let message = |result: Result<()>| result.unwrap_err().to_string();
        assert_eq!(message(require_in("power", f64::NAN, 0.0..=8.0)), "power is NaN; allowed: 0 to 8");
        assert_eq!(message(require_in("lag", 0, 1..=1024_usize)), "lag is 0; allowed: 1 to 1024");
        assert_eq!(message(require_in("delta", -0.5, 0.0..)), "delta is -0.5; allowed: at least 0");
        assert_eq!(message(require_in("fmin", 9.0, 0.0..8.0)), "fmin is 9; allowed: 0 to below 8");
        assert_eq!(message(require_in("x", 0.0, above(0.0))), "x is 0; allowed: above 0");
        let up_to = require_in("x", 9.0, above(0.0).up_to(8.0));
        assert_eq!(message(up_to), "x is 9; allowed: above 0 and up to 8");
        let below = require_in("x", 1.0, above(0.0).below(1.0));
        assert_eq!(message(below), "x is 1; allowed: above 0 and below 1");
        let finite = require_in("x", f64::INFINITY, above(0.0).finite());
        assert_eq!(message(finite), "x is inf; allowed: above 0 and finite");
    }

    #[test]
    fn numbers_are_short() {
        for x in [f64::MAX, f64::MIN_POSITIVE, 5e-324, -1.0 / 3.0, 1e-4, 123_456_789_012_345_680.0] {
            let shown = show(x).to_string();
            assert!(shown.len() <= 24, "{shown}");
            assert_eq!(shown.parse(), Ok(x));
        }
        assert_eq!(show(384_000.0).to_string(), "384000");
        assert_eq!(show(0.000_25).to_string(), "0.00025");
        assert_eq!(show(1e300).to_string(), "1e300");
    }

    #[test]
    fn impossible_buffers_are_an_error() {
        assert!(matches!(buffer(usize::MAX / 16, 0.0_f64), Err(Error::OutOfMemory { .. })));
    }
}
