//! Constants that several parameter structs share.

use super::status::Fault;
use crate::blocks::error::Error;
use crate::blocks::params::{Norm, PadMode};

/// The signal is continued with zeros.
pub const AURALIS_PAD_CONSTANT: u32 = 0;
/// The signal is mirrored about its first and last sample, which are not repeated.
pub const AURALIS_PAD_REFLECT: u32 = 1;

/// Each column's largest absolute value is 1.
pub const AURALIS_NORM_MAX: u32 = 0;
/// Each column's absolute values sum to 1.
pub const AURALIS_NORM_L1: u32 = 1;
/// Each column's Euclidean length is 1.
pub const AURALIS_NORM_L2: u32 = 2;
/// Columns are left as they are.
pub const AURALIS_NORM_NONE: u32 = 3;

pub(super) fn pad_mode(value: u32) -> Result<PadMode, Fault> {
    match value {
        AURALIS_PAD_CONSTANT => Ok(PadMode::Constant),
        AURALIS_PAD_REFLECT => Ok(PadMode::Reflect),
        _ => Err(unknown("pad_mode", value, "AURALIS_PAD_CONSTANT (0), AURALIS_PAD_REFLECT (1)")),
    }
}

pub(super) fn norm(value: u32) -> Result<Norm, Fault> {
    match value {
        AURALIS_NORM_MAX => Ok(Norm::Max),
        AURALIS_NORM_L1 => Ok(Norm::L1),
        AURALIS_NORM_L2 => Ok(Norm::L2),
        AURALIS_NORM_NONE => Ok(Norm::None),
        _ => Err(unknown("norm", value, "AURALIS_NORM_MAX (0), _L1 (1), _L2 (2), _NONE (3)")),
    }
}

pub(super) fn unknown(name: &'static str, value: u32, allowed: &str) -> Fault {
    Error::InvalidArgument { name, value: value.to_string(), allowed: allowed.to_string() }.into()
}
