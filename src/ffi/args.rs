//! Arguments of the C interface: raw pointers become slices once they are checked.
//!
//! An entry point wraps each pointer in [`Input`], [`Output`], [`Place`] or [`Given`], which is where it
//! vouches for its caller; the rest of it is safe code. [`Memory`] opens them: a pointer that is NULL or
//! misaligned, a length that no buffer has, an output that is too small or overlaps another argument is
//! refused before anything is read or written.

use std::marker::PhantomData;

use super::fields::Params;
use super::status::{Fault, guard};
use crate::blocks::error::{Error, Result as KernelResult, require, require_capacity};
use crate::fingerprint::MOST_CHANNELS;

/// The most doubles that one buffer can hold.
pub(super) const MOST_SAMPLES: usize = isize::MAX as usize / size_of::<f64>();

/// A struct so large is not one of ours.
const LARGEST_STRUCT: usize = 4096;

/// Doubles that a caller gives.
pub(super) struct Input<'a> {
    pointer: *const f64,
    /// Samples, or frames of several channels.
    len: usize,
    memory: PhantomData<&'a [f64]>,
}

impl Input<'_> {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// # Safety
    /// If not NULL and aligned, `pointer` points to `len` readable doubles, or frames of as many doubles as
    /// the signal has channels, which nothing changes in this lifetime.
    pub(super) unsafe fn new(pointer: *const f64, len: usize) -> Self {
        Self { pointer, len, memory: PhantomData }
    }
}

/// Room for a result.
pub(super) struct Output<'a, T> {
    pointer: *mut T,
    capacity: usize,
    memory: PhantomData<&'a mut [T]>,
}

impl<T> Output<'_, T> {
    /// # Safety
    /// If not NULL and aligned, `pointer` points to `capacity` writable `T`, which nothing else uses in this
    /// lifetime but the other arguments of the call.
    pub(super) unsafe fn new(pointer: *mut T, capacity: usize) -> Self {
        Self { pointer, capacity, memory: PhantomData }
    }
}

/// Room for a single value.
pub(super) struct Place<'a, T>(Output<'a, T>);

impl<T> Place<'_, T> {
    /// # Safety
    /// As for [`Output::new`], of one value.
    pub(super) unsafe fn new(pointer: *mut T) -> Self {
        // SAFETY: the caller's promise.
        Self(unsafe { Output::new(pointer, 1) })
    }
}

/// Parameters that a caller gives, or NULL for the defaults.
pub(super) struct Given<'a, P> {
    pointer: *const P,
    memory: PhantomData<&'a P>,
}

impl<P: Params> Given<'_, P> {
    /// # Safety
    /// If not NULL and aligned, `pointer` points to a readable `size_t`, the number of bytes that are readable
    /// from there on.
    pub(super) unsafe fn new(pointer: *const P) -> Self {
        Self { pointer, memory: PhantomData }
    }

    /// The kernel's parameters; fields that an older caller does not know have their defaults.
    pub(super) fn checked(self) -> Result<P::Kernel, Fault> {
        let mut params = P::defaults();
        if self.pointer.is_null() {
            return params.checked();
        }
        check_pointer("params", self.pointer)?;
        // SAFETY: not NULL and aligned, so that a size_t can be read there.
        let given = unsafe { *self.pointer.cast::<usize>() };
        check_struct_size("struct_size", given)?;
        // SAFETY: as many bytes are readable as the struct says.
        let bytes = unsafe { std::slice::from_raw_parts(self.pointer.cast::<u8>(), given) };
        let known = given.min(size_of::<P>());
        let (fields, unknown) = bytes.split_at(known);
        // SAFETY: `known` bytes at most as long as P, whose fields may have any bytes.
        unsafe { std::ptr::copy_nonoverlapping(fields.as_ptr(), (&raw mut params).cast(), known) };
        if unknown.iter().any(|byte| *byte != 0) {
            let reason =
                format!("{given} bytes of which this version knows {known}, and the rest is not zero");
            return Err(Error::Unsupported { name: "struct_size", reason }.into());
        }
        params.checked()
    }
}

/// The memory that the arguments of a call use.
pub(super) struct Memory {
    spans: [Span; Self::MOST],
    used: usize,
}

#[derive(Clone, Copy)]
struct Span {
    name: &'static str,
    start: usize,
    end: usize,
    is_written: bool,
}

impl Memory {
    /// Buffers that a function has at most.
    const MOST: usize = 8;

    pub(super) const fn new() -> Self {
        Self { spans: [Span { name: "", start: 0, end: 0, is_written: false }; Self::MOST], used: 0 }
    }

    /// The samples of an input; `len_name` is the argument that holds their number.
    pub(super) fn read<'a>(
        &mut self,
        name: &'static str,
        len_name: &'static str,
        input: Input<'a>,
    ) -> Result<&'a [f64], Fault> {
        self.read_frames(name, len_name, input, 1)
    }

    /// An input that may be NULL for none, whatever its length.
    pub(super) fn read_optional<'a>(
        &mut self,
        name: &'static str,
        len_name: &'static str,
        input: Input<'a>,
    ) -> Result<Option<&'a [f64]>, Fault> {
        if input.pointer.is_null() { Ok(None) } else { self.read(name, len_name, input).map(Some) }
    }

    /// The interleaved samples of an input of `n_channels`; `len_name` is the argument that holds the number
    /// of frames.
    pub(super) fn read_frames<'a>(
        &mut self,
        name: &'static str,
        len_name: &'static str,
        input: Input<'a>,
        n_channels: usize,
    ) -> Result<&'a [f64], Fault> {
        let Input { pointer, len, .. } = input;
        check_pointer(name, pointer)?;
        // No buffer reaches around the end of the address space.
        let most = MOST_SAMPLES.min((usize::MAX - pointer.addr()) / size_of::<f64>());
        check_len(len_name, len, most / n_channels)?;
        let len = len * n_channels;
        self.claim(name, pointer, len, false)?;
        // SAFETY: not NULL, aligned and short enough; Input::new was promised the rest, and no output overlaps.
        Ok(unsafe { std::slice::from_raw_parts(pointer, len) })
    }

    /// The first `needed` elements of an output.
    pub(super) fn write<'a, T>(
        &mut self,
        name: &'static str,
        output: Output<'a, T>,
        needed: usize,
    ) -> Result<&'a mut [T], Fault> {
        let Output { pointer, capacity, .. } = output;
        check_pointer(name, pointer)?;
        require_capacity(name, capacity, needed)?;
        self.claim(name, pointer, needed, true)?;
        // SAFETY: not NULL and aligned; Output::new was promised the rest, and no other argument overlaps.
        Ok(unsafe { std::slice::from_raw_parts_mut(pointer, needed) })
    }

    /// What there is of an output, of which no more than `most` elements are used.
    pub(super) fn write_up_to<'a, T>(
        &mut self,
        name: &'static str,
        output: Output<'a, T>,
        most: usize,
    ) -> Result<&'a mut [T], Fault> {
        let room = output.capacity.min(most);
        self.write(name, output, room)
    }

    /// An output of one value for each thing that this version can tell, of which there are `now` and were
    /// `first` in the first version with the function: as many as there is room for, at least those.
    pub(super) fn write_growing<'a, T>(
        &mut self,
        name: &'static str,
        output: Output<'a, T>,
        first: usize,
        now: usize,
    ) -> Result<&'a mut [T], Fault> {
        let room = output.capacity.clamp(first, now);
        self.write(name, output, room)
    }

    /// Where a single value goes.
    pub(super) fn place<'a, T>(
        &mut self,
        name: &'static str,
        place: Place<'a, T>,
    ) -> Result<&'a mut T, Fault> {
        Ok(&mut self.write(name, place.0, 1)?[0])
    }

    /// Notes the memory of an argument: what is written may overlap no other's.
    fn claim<T>(
        &mut self,
        name: &'static str,
        pointer: *const T,
        len: usize,
        is_written: bool,
    ) -> Result<(), Fault> {
        let start = pointer.addr();
        let end = start.saturating_add(len.saturating_mul(size_of::<T>()));
        let overlaps =
            |other: &&Span| start < other.end && other.start < end && (is_written || other.is_written);
        if let Some(other) = self.spans[..self.used].iter().find(overlaps) {
            return Err(Fault::Overlap { name, other: other.name });
        }
        self.spans[self.used] = Span { name, start, end, is_written };
        self.used += 1;
        Ok(())
    }
}

/// The whole of a function `_params_init`: fills the struct of `size` bytes at `pointer` with the defaults.
///
/// # Safety
/// If not NULL and aligned, `pointer` points to `size` writable bytes.
pub(super) unsafe fn params_init<P: Params>(pointer: *mut P, size: usize) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { params_fill(pointer, size, || Ok(P::defaults())) }
}

/// As [`params_init`], with what `make` gives in place of the defaults.
///
/// # Safety
/// As for [`params_init`].
pub(super) unsafe fn params_fill<P: Params>(
    pointer: *mut P,
    size: usize,
    make: impl FnOnce() -> Result<P, Fault>,
) -> i32 {
    guard(|_| {
        check_pointer("params", pointer)?;
        check_struct_size("size", size)?;
        let params = make()?;
        let known = size.min(size_of::<P>());
        // SAFETY: the caller's promise; no longer than the struct is.
        unsafe { std::ptr::copy_nonoverlapping((&raw const params).cast::<u8>(), pointer.cast(), known) };
        // SAFETY: the caller's promise, of what lies behind the fields that this version knows.
        unsafe { pointer.cast::<u8>().add(known).write_bytes(0, size - known) };
        // SAFETY: the caller's promise; the first field of each struct is its size.
        unsafe { pointer.cast::<usize>().write(size) };
        Ok(())
    })
}

/// The whole of a function `_frames`: writes what `count` says that a signal of `n_samples` has.
///
/// # Safety
/// As for [`Given::new`] and [`Place::new`].
pub(super) unsafe fn frames<P: Params>(
    n_samples: usize,
    params: *const P,
    n_frames: *mut usize,
    count: impl FnOnce(&P::Kernel, usize) -> KernelResult<usize>,
) -> i32 {
    // SAFETY: the caller's promise.
    let (params, n_frames) = unsafe { (Given::new(params), Place::new(n_frames)) };
    guard(|memory| {
        check_len("n_samples", n_samples, MOST_SAMPLES)?;
        let params = params.checked()?;
        let n_frames = memory.place("n_frames", n_frames)?;
        *n_frames = count(&params, n_samples)?;
        Ok(())
    })
}

/// Checks that a pointer is neither NULL nor misaligned.
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

/// The number of channels, checked before frames are multiplied by it.
pub(super) fn channels(n_channels: u32) -> Result<usize, Fault> {
    check_len("n_channels", n_channels as usize, MOST_CHANNELS)?;
    Ok(n_channels as usize)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// An output over the front of `values`.
    fn output(values: &mut [f64], capacity: usize) -> Output<'_, f64> {
        assert!(capacity <= values.len());
        // SAFETY: as many values are writable, and borrowed as long as the output lives.
        unsafe { Output::new(values.as_mut_ptr(), capacity) }
    }

    #[test]
    fn a_program_of_the_first_version_gets_the_values_of_the_first_version() {
        let mut values = [0.0; 10];
        let mut written = |capacity| {
            let room = Memory::new().write_growing("values", output(&mut values, capacity), 5, 7);
            room.map(|values| values.len())
        };
        assert_eq!(written(5).unwrap(), 5);
        assert_eq!(written(6).unwrap(), 6);
        assert_eq!(written(7).unwrap(), 7);
        assert_eq!(written(10).unwrap(), 7);
        let error = written(4).unwrap_err();
        let expected = Error::BufferTooSmall { name: "values", given: 4, needed: 5 };
        assert!(matches!(error, Fault::Kernel(found) if found == expected));
    }

    #[test]
    fn inputs_may_be_the_same() {
        let values = [1.0, 2.0];
        let mut memory = Memory::new();
        for name in ["one", "other"] {
            // SAFETY: as many values are readable, which nothing changes.
            let input = unsafe { Input::new(values.as_ptr(), 2) };
            assert_eq!(memory.read(name, "len", input).unwrap(), values);
        }
        // SAFETY: nothing is written there: it is refused.
        let over = unsafe { Place::new(values.as_ptr().cast_mut()) };
        assert!(matches!(memory.place("result", over), Err(Fault::Overlap { name: "result", other: "one" })));
    }

    #[test]
    fn buffers_side_by_side_do_not_overlap() {
        let mut values = [0.0; 4];
        let (left, right) = values.split_at_mut(2);
        let mut memory = Memory::new();
        assert_eq!(memory.write("left", output(left, 2), 2).unwrap().len(), 2);
        assert_eq!(memory.write("right", output(right, 2), 2).unwrap().len(), 2);
        // SAFETY: one value, of which no slice is in use any more.
        let again = unsafe { Place::new(&raw mut values[1]) };
        assert!(matches!(memory.place("again", again), Err(Fault::Overlap { name: "again", other: "left" })));
    }
}
