//! Constants that several parameter structs share.

use super::fields::choice;
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

choice!(PadMode { Constant: AURALIS_PAD_CONSTANT, Reflect: AURALIS_PAD_REFLECT });
choice!(Norm { Max: AURALIS_NORM_MAX, L1: AURALIS_NORM_L1, L2: AURALIS_NORM_L2, None: AURALIS_NORM_NONE });
