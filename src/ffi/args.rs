//! Raw pointers to slices and structs, once they are checked.

use std::fmt::Display;

use super::status::Fault;
use crate::error::{Error, require};

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

fn invalid(name: &'static str, value: impl Display, allowed: impl Display) -> Fault {
    Error::InvalidArgument { name, value: value.to_string(), allowed: allowed.to_string() }.into()
}

fn check_pointer<T>(name: &'static str, pointer: *const T) -> Result<(), Fault> {
    if pointer.is_null() {
        return Err(Fault::Null(name));
    }
    let align = align_of::<T>();
    require(pointer.is_aligned(), name, format_args!("{pointer:p}"), format_args!("a multiple of {align}"))?;
    Ok(())
}

pub(super) fn check_len(name: &'static str, len: usize) -> Result<(), Fault> {
    require(len > 0 && len <= MOST_SAMPLES, name, len, format_args!("1 to {MOST_SAMPLES}"))?;
    Ok(())
}

/// Doubles that can lie in one buffer.
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
    check_len(len_name, len)?;
    // SAFETY: checked above; the caller vouches for the memory.
    Ok(unsafe { std::slice::from_raw_parts(pointer, len) })
}

/// The first `needed` of the `capacity` doubles at `pointer`.
///
/// # Safety
/// If not NULL and aligned, `pointer` points to `capacity` doubles that nothing else uses for `'a`.
pub(super) unsafe fn output<'a>(
    name: &'static str,
    pointer: *mut f64,
    capacity: usize,
    needed: usize,
) -> Result<&'a mut [f64], Fault> {
    check_pointer(name, pointer)?;
    if capacity < needed {
        return Err(Error::BufferTooSmall { name, given: capacity, needed }.into());
    }
    // SAFETY: checked above; the caller vouches for `capacity` doubles.
    Ok(unsafe { std::slice::from_raw_parts_mut(pointer, needed) })
}

/// The single value that an entry point writes.
///
/// # Safety
/// If not NULL and aligned, `pointer` points to a writable `T` for `'a`.
pub(super) unsafe fn output_value<'a, T>(name: &'static str, pointer: *mut T) -> Result<&'a mut T, Fault> {
    check_pointer(name, pointer)?;
    // SAFETY: checked above; the caller vouches for the memory.
    Ok(unsafe { &mut *pointer })
}

/// Checks that none of the buffers, given as name, address and number of doubles, overlaps another.
pub(super) fn disjoint(buffers: &[(&'static str, *const f64, usize)]) -> Result<(), Fault> {
    for (i, (name, pointer, len)) in buffers.iter().enumerate() {
        let (start, end) = (pointer.addr(), pointer.addr().saturating_add(len * size_of::<f64>()));
        for (other, other_pointer, other_len) in &buffers[..i] {
            let (other_start, other_end) =
                (other_pointer.addr(), other_pointer.addr().saturating_add(other_len * size_of::<f64>()));
            if start < other_end && other_start < end {
                return Err(invalid(name, format_args!("overlapping {other}"), "separate buffers"));
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

/// A C truth value.
pub(super) fn flag(name: &'static str, value: u32) -> Result<bool, Fault> {
    match value {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(invalid(name, value, "0 or 1")),
    }
}
