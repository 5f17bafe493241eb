//! Raw pointers to slices and structs, once they are checked.

use super::status::Fault;
use crate::blocks::error::{Error, require, require_capacity};

/// A parameter struct of the C face: plain integers and doubles after `size_t struct_size`, without
/// padding at its end.
///
/// # Safety
/// `repr(C)`, the first field `struct_size: usize`, and valid for any bytes.
pub(super) unsafe trait Params: Copy {
    /// The defaults; `struct_size` is that of this version.
    fn defaults() -> Self;
}

/// A struct so large is not one of ours.
const LARGEST_STRUCT: usize = 4096;

pub(super) fn check_pointer<T>(name: &'static str, pointer: *const T) -> Result<(), Fault> {
    if pointer.is_null() {
        return Err(Fault::Null(name));
    }
    if !pointer.is_aligned() {
        return Err(Fault::Misaligned { name, address: pointer.addr(), align: align_of::<T>() });
    }
    Ok(())
}

/// Checks that there are 1 to `most` elements.
pub(super) fn check_len(name: &'static str, len: usize, most: usize) -> Result<(), Fault> {
    if len == 0 || len > most {
        return Err(Fault::Length { name, len, most });
    }
    Ok(())
}

/// The most doubles that one buffer can hold.
pub(super) const MOST_SAMPLES: usize = isize::MAX as usize / size_of::<f64>();

/// The `len` doubles at `pointer`; `len_name` is the argument that holds their number.
///
/// # Safety
/// If not NULL and aligned, `pointer` points to `len` readable doubles for `'a`.
pub(super) unsafe fn input<'a>(
    name: &'static str,
    pointer: *const f64,
    len_name: &'static str,
    len: usize,
) -> Result<&'a [f64], Fault> {
    check_pointer(name, pointer)?;
    // No buffer reaches around the end of the address space.
    let most = MOST_SAMPLES.min((usize::MAX - pointer.addr()) / size_of::<f64>());
    check_len(len_name, len, most)?;
    // SAFETY: checked above; the caller vouches for the memory.
    Ok(unsafe { std::slice::from_raw_parts(pointer, len) })
}

/// Memory that an entry point writes, once it is known to overlap nothing else.
pub(super) struct Output<T> {
    name: &'static str,
    pointer: *mut T,
    len: usize,
}

impl<T> Output<T> {
    pub(super) fn span(&self) -> Span {
        Span::of(self.name, self.pointer, self.len)
    }

    /// # Safety
    /// The memory is what [`output`] was told, and nothing else uses it for `'a`.
    pub(super) unsafe fn slice<'a>(self) -> &'a mut [T] {
        // SAFETY: not NULL and aligned; the caller vouches for the memory.
        unsafe { std::slice::from_raw_parts_mut(self.pointer, self.len) }
    }

    /// # Safety
    /// As for [`Self::slice`].
    pub(super) unsafe fn set(self, value: T) {
        // SAFETY: not NULL and aligned; the caller vouches for the memory.
        unsafe { self.pointer.write(value) }
    }
}

/// The `n_frames` interleaved frames of `n_channels` doubles at `pointer`; `len_name` is the argument that
/// holds their number.
///
/// # Safety
/// If not NULL and aligned, `pointer` points to as many readable doubles for `'a`.
pub(super) unsafe fn frames<'a>(
    name: &'static str,
    pointer: *const f64,
    len_name: &'static str,
    n_frames: usize,
    n_channels: usize,
) -> Result<&'a [f64], Fault> {
    check_pointer(name, pointer)?;
    let most = MOST_SAMPLES.min((usize::MAX - pointer.addr()) / size_of::<f64>());
    check_len(len_name, n_frames, most / n_channels)?;
    // SAFETY: checked above; the caller vouches for the memory.
    Ok(unsafe { std::slice::from_raw_parts(pointer, n_frames * n_channels) })
}

/// The first `needed` of the `capacity` values at `pointer`.
pub(super) fn output<T>(
    name: &'static str,
    pointer: *mut T,
    capacity: usize,
    needed: usize,
) -> Result<Output<T>, Fault> {
    check_pointer(name, pointer)?;
    require_capacity(name, capacity, needed)?;
    Ok(Output { name, pointer, len: needed })
}

/// The one value at `pointer`.
pub(super) fn output_value<T>(name: &'static str, pointer: *mut T) -> Result<Output<T>, Fault> {
    check_pointer(name, pointer)?;
    Ok(Output { name, pointer, len: 1 })
}

/// The memory of an argument.
pub(super) struct Span {
    name: &'static str,
    start: usize,
    end: usize,
}

impl Span {
    fn of<T>(name: &'static str, pointer: *const T, len: usize) -> Self {
        let start = pointer.addr();
        Self { name, start, end: start.saturating_add(len.saturating_mul(size_of::<T>())) }
    }

    pub(super) fn input(name: &'static str, audio: &[f64]) -> Self {
        Self::of(name, audio.as_ptr(), audio.len())
    }
}

/// Checks that no argument's memory overlaps another's.
pub(super) fn disjoint<const N: usize>(spans: [Span; N]) -> Result<(), Fault> {
    for (i, span) in spans.iter().enumerate() {
        for other in &spans[..i] {
            if span.start < other.end && other.start < span.end {
                return Err(Fault::Overlap { name: span.name, other: other.name });
            }
        }
    }
    Ok(())
}

/// The parameters at `pointer` (NULL: the defaults), of which an older caller may know fewer fields.
///
/// # Safety
/// If not NULL and aligned, `pointer` points to a readable `size_t` that holds the number of readable
/// bytes from there on.
pub(super) unsafe fn params<T: Params>(pointer: *const T) -> Result<T, Fault> {
    let mut params = T::defaults();
    if pointer.is_null() {
        return Ok(params);
    }
    check_pointer("params", pointer)?;
    // SAFETY: every params struct begins with its size.
    let given = unsafe { *pointer.cast::<usize>() };
    check_struct_size("struct_size", given)?;
    let known = size_of::<T>();
    // SAFETY: the caller vouches for `given` bytes; T takes any bytes.
    unsafe {
        let bytes = std::slice::from_raw_parts(pointer.cast::<u8>(), given);
        std::ptr::copy_nonoverlapping(bytes.as_ptr(), (&raw mut params).cast(), given.min(known));
        if bytes.iter().skip(known).any(|byte| *byte != 0) {
            let reason =
                format!("{given} bytes of which this version knows {known}, and the rest is not zero");
            return Err(Error::Unsupported { name: "struct_size", reason }.into());
        }
    }
    Ok(params)
}

/// Fills the struct of `size` bytes at `pointer` with the defaults.
///
/// # Safety
/// If not NULL and aligned, `pointer` points to `size` writable bytes.
pub(super) unsafe fn params_init<T: Params>(pointer: *mut T, size: usize) -> Result<(), Fault> {
    check_pointer("params", pointer)?;
    check_struct_size("size", size)?;
    let defaults = T::defaults();
    // SAFETY: the caller vouches for `size` bytes, the first of which is a size_t.
    unsafe {
        std::ptr::write_bytes(pointer.cast::<u8>(), 0, size);
        let known = size.min(size_of::<T>());
        std::ptr::copy_nonoverlapping((&raw const defaults).cast::<u8>(), pointer.cast(), known);
        *pointer.cast::<usize>() = size;
    }
    Ok(())
}

/// Checks that `n_samples`, of no buffer in particular, could be one's length.
pub(super) fn check_samples(n_samples: usize) -> Result<(), Fault> {
    check_len("n_samples", n_samples, MOST_SAMPLES)
}

fn check_struct_size(name: &'static str, size: usize) -> Result<(), Fault> {
    let word = size_of::<usize>();
    require(
        (word..=LARGEST_STRUCT).contains(&size) && size.is_multiple_of(word),
        name,
        size,
        format_args!("sizeof of the struct, a multiple of {word} up to {LARGEST_STRUCT}"),
    )?;
    Ok(())
}

/// A field without a meaning yet.
pub(super) fn reserved(value: u32) -> Result<(), Fault> {
    require(value == 0, "reserved", value, "0")?;
    Ok(())
}

/// A C truth value.
pub(super) fn flag(name: &'static str, value: u32) -> Result<bool, Fault> {
    require(value <= 1, name, value, "0 or 1")?;
    Ok(value == 1)
}
