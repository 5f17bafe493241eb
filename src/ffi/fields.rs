//! Parameter structs: what each field is to its kernel, said once.

use std::fmt;

use super::status::Fault;
use crate::blocks::error::{self, Error};

/// A parameter struct of the C interface, made by [`params!`].
///
/// # Safety
/// `repr(C)`, the first field `struct_size: usize`, and valid for any bytes.
pub(super) unsafe trait Params: Copy {
    /// The parameters of the kernel.
    type Kernel;

    /// The kernel's defaults; `struct_size` is that of this version.
    fn defaults() -> Self;

    /// The same for the kernel, checked for what only C can get wrong.
    fn checked(self) -> Result<Self::Kernel, Fault>;
}

/// Makes a struct of C the parameters of a kernel:
///
/// ```text
/// params!(auralis_x_params => XParams { one, another; stft: StftParams { n_fft, hop_length } }, reserved);
/// ```
///
/// lists the fields of the kernel's struct, then its inner structs with theirs; each is a field of the C
/// struct too, of the type that [`Value`] gives it. The last name, if any, is that of a field without a
/// meaning yet. The struct itself stands beside the macro, as cbindgen does not look into macros.
///
/// A field left out on either side, one of another type, and padding at the struct's end do not compile.
///
/// `one in XParams::ONE` names the range, a constant of the kernel that it checks itself; the tests of the
/// interface then take the values in and out of range from there.
macro_rules! params {
    (
        $params:ident => $kernel:ident {
            $($field:ident $(in $range:expr)?),+ $(,)?
            $(; $inner:ident: $group:ident { $($inner_field:ident),+ $(,)? })*
        } $(, $reserved:ident)?
    ) => {
        // SAFETY: struct_size comes first, as FIELDS checks, and all fields are u32 or f64, of which any bytes are valid.
        unsafe impl $crate::ffi::fields::Params for $params {
            type Kernel = $kernel;

            fn defaults() -> Self {
                let $kernel { $($field,)+ $($inner: $group { $($inner_field),+ },)* } = <$kernel>::default();
                Self {
                    struct_size: size_of::<Self>(),
                    $($field: $crate::ffi::fields::Value::to_c($field),)+
                    $($($inner_field: $crate::ffi::fields::Value::to_c($inner_field),)+)*
                    $($reserved: 0,)?
                }
            }

            fn checked(self) -> Result<$kernel, $crate::ffi::status::Fault> {
                $($crate::ffi::fields::zero(stringify!($reserved), self.$reserved)?;)?
                Ok($kernel {
                    $($field: $crate::ffi::fields::Value::of_c(stringify!($field), self.$field)?,)+
                    $($inner: $group {
                        $($inner_field: $crate::ffi::fields::Value::of_c(
                            stringify!($inner_field),
                            self.$inner_field,
                        )?,)+
                    },)*
                })
            }
        }

        impl $params {
            /// Its fields behind struct_size.
            #[doc(hidden)]
            pub const FIELDS: &[$crate::ffi::fields::Field] = {
                const FIELDS: &[$crate::ffi::fields::Field] = &[
                $($crate::ffi::fields::Field::new(
                    stringify!($field),
                    std::mem::offset_of!($params, $field),
                    |kernel: &$kernel| &kernel.$field,
                )$(.within(*$range.start() as f64, *$range.end() as f64))?,)+
                $($($crate::ffi::fields::Field::new(
                    stringify!($inner_field),
                    std::mem::offset_of!($params, $inner_field),
                    |kernel: &$kernel| &kernel.$inner.$inner_field,
                ),)+)*
                $($crate::ffi::fields::Field::reserved(
                    stringify!($reserved),
                    std::mem::offset_of!($params, $reserved),
                ),)?
                ];
                $crate::ffi::fields::without_padding::<Self>(FIELDS)
            };
        }

        const _: () = {
            assert!(std::mem::offset_of!($params, struct_size) == 0);
            assert!(!$params::FIELDS.is_empty());
        };
    };
}
pub(super) use params;

/// A parameter of a kernel as the field of a C struct.
pub(super) trait Value: Copy {
    /// The type of the field.
    type C: Number;
    /// What of it is allowed whatever the kernel.
    const ALLOWED: Allowed;

    fn to_c(self) -> Self::C;
    fn of_c(name: &'static str, value: Self::C) -> Result<Self, Fault>;
}

impl Value for f64 {
    type C = f64;
    const ALLOWED: Allowed = Allowed::KernelSays;

    fn to_c(self) -> f64 {
        self
    }

    fn of_c(_: &'static str, value: f64) -> Result<Self, Fault> {
        Ok(value)
    }
}

impl Value for u32 {
    type C = u32;
    const ALLOWED: Allowed = Allowed::KernelSays;

    fn to_c(self) -> u32 {
        self
    }

    fn of_c(_: &'static str, value: u32) -> Result<Self, Fault> {
        Ok(value)
    }
}

impl Value for usize {
    type C = u32;
    const ALLOWED: Allowed = Allowed::KernelSays;

    fn to_c(self) -> u32 {
        u32::try_from(self).expect("a default fits into its field")
    }

    fn of_c(_: &'static str, value: u32) -> Result<Self, Fault> {
        Ok(value as usize)
    }
}

impl Value for bool {
    type C = u32;
    const ALLOWED: Allowed = Allowed::Flag;

    fn to_c(self) -> u32 {
        self.into()
    }

    fn of_c(name: &'static str, value: u32) -> Result<Self, Fault> {
        if value <= 1 { Ok(value == 1) } else { Err(refused(name, value, Self::ALLOWED)) }
    }
}

/// Makes an enum of Rust the choice between constants of C: `choice!(PadMode { Constant: AURALIS_PAD_CONSTANT })`.
macro_rules! choice {
    ($choice:ident { $($variant:ident: $constant:ident),+ $(,)? }) => {
        impl $crate::ffi::fields::Value for $choice {
            type C = u32;
            const ALLOWED: $crate::ffi::fields::Allowed =
                $crate::ffi::fields::Allowed::OneOf(&[$((stringify!($constant), $constant)),+]);

            fn to_c(self) -> u32 {
                match self {
                    $(Self::$variant => $constant,)+
                }
            }

            fn of_c(name: &'static str, value: u32) -> Result<Self, $crate::ffi::status::Fault> {
                match value {
                    $($constant => Ok(Self::$variant),)+
                    _ => Err($crate::ffi::fields::refused(name, value, Self::ALLOWED)),
                }
            }
        }
    };
}
pub(super) use choice;

/// The refusal of a value that is not allowed.
pub(super) fn refused(name: &'static str, value: u32, allowed: Allowed) -> Fault {
    Error::InvalidArgument { name, value: error::text(value), allowed: error::text(allowed) }.into()
}

/// Checks a field without a meaning yet.
pub(super) fn zero(name: &'static str, value: u32) -> Result<(), Fault> {
    if value == 0 { Ok(()) } else { Err(refused(name, value, Allowed::Zero)) }
}

/// A number type of C.
pub(super) trait Number {
    const TYPE: Type;
}

impl Number for u32 {
    const TYPE: Type = Type::Uint32;
}

impl Number for f64 {
    const TYPE: Type = Type::Double;
}

/// A field of a parameter struct, for the tests of the interface.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Field {
    pub name: &'static str,
    /// Its place in the struct, in bytes.
    pub offset: usize,
    pub c_type: Type,
    pub allowed: Allowed,
}

/// The type of a field.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    Uint32,
    Double,
}

/// What a field may hold.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Allowed {
    /// A number in a range that the kernel checks.
    KernelSays,
    /// A number from the first to the second, whatever the other fields; the kernel checks that too.
    Range(f64, f64),
    /// 0 or 1.
    Flag,
    /// One of these constants.
    OneOf(&'static [(&'static str, u32)]),
    /// 0, as it has no meaning yet.
    Zero,
}

impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KernelSays => f.write_str("the kernel's range"),
            Self::Range(low, high) => write!(f, "{low} to {high}"),
            Self::Flag => f.write_str("0 or 1"),
            Self::OneOf(constants) => {
                for (i, (name, value)) in constants.iter().enumerate() {
                    let separator = if i == 0 { "" } else { ", " };
                    write!(f, "{separator}{name} ({value})")?;
                }
                Ok(())
            }
            Self::Zero => f.write_str("0"),
        }
    }
}

impl Field {
    /// The field `name` at `offset` that holds what `of` gets of the kernel's parameters.
    pub(super) const fn new<K, V: Value>(name: &'static str, offset: usize, of: fn(&K) -> &V) -> Self {
        let _: fn(&K) -> &V = of; // only its type is of use
        Self { name, offset, c_type: V::C::TYPE, allowed: V::ALLOWED }
    }

    /// The same, a number from `low` to `high`.
    pub(super) const fn within(self, low: f64, high: f64) -> Self {
        Self { allowed: Allowed::Range(low, high), ..self }
    }

    /// The field `name` at `offset`, a uint32_t without a meaning yet.
    pub(super) const fn reserved(name: &'static str, offset: usize) -> Self {
        Self { name, offset, c_type: Type::Uint32, allowed: Allowed::Zero }
    }

    const fn end(&self) -> usize {
        self.offset
            + match self.c_type {
                Type::Uint32 => size_of::<u32>(),
                Type::Double => size_of::<f64>(),
            }
    }
}

/// `fields` once it is certain that the last ends where the struct `P` does: what lies behind it must be
/// a field of a later version, never padding.
pub(super) const fn without_padding<P>(fields: &[Field]) -> &[Field] {
    let (mut end, mut i) = (0, 0);
    while i < fields.len() {
        if fields[i].end() > end {
            end = fields[i].end();
        }
        i += 1;
    }
    assert!(end == size_of::<P>(), "a parameter struct ends in padding: append a reserved field");
    fields
}
