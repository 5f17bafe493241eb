//! Constants that several parameter structs share.

use super::fields::choice;
use crate::blocks::params::{Norm, PadMode};

/// The signal is continued with zeros.
pub const AURALIS_PAD_CONSTANT: u32 = 0;
/// The signal is mirrored at its first and its last sample, which are not repeated.
pub const AURALIS_PAD_REFLECT: u32 = 1;

/// The largest absolute value of each frame is 1.
pub const AURALIS_NORM_MAX: u32 = 0;
/// The absolute values of each frame sum to 1.
pub const AURALIS_NORM_L1: u32 = 1;
/// The Euclidean length of each frame is 1.
pub const AURALIS_NORM_L2: u32 = 2;
/// Frames are left as they are.
pub const AURALIS_NORM_NONE: u32 = 3;

choice!(PadMode { Constant: AURALIS_PAD_CONSTANT, Reflect: AURALIS_PAD_REFLECT });
choice!(Norm { Max: AURALIS_NORM_MAX, L1: AURALIS_NORM_L1, L2: AURALIS_NORM_L2, None: AURALIS_NORM_NONE });
